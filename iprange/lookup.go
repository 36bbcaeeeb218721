package iprange

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// Lookup returns all matches of addr in the newest lists. IPv4-mapped addresses
// count as IPv4; zones are ignored. The zero Addr has no match. Lookup does not
// allocate.
func (s *Set) Lookup(addr netip.Addr) Matches {
	if addr.Is4() {
		b := addr.As4()
		a := binary.BigEndian.Uint32(b[:])
		return Matches{s, uint64(a) << 32, 0, question{subject: s.table.trie.lookup4(a), family: family4}}
	}
	// AsSlice does not allocate here. With As16 a look-up takes 1.6 times as long
	// (BenchmarkAsSlice).
	b := addr.AsSlice()
	if len(b) != 16 {
		return Matches{}
	}
	if addr.Is4In6() {
		return s.Lookup(addr.Unmap())
	}
	upper, lower := binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	return Matches{s, upper, lower, question{subject: s.table.trie.lookup6(upper, lower), family: family6}}
}

// LookupAt returns all matches of addr in the lists in force on the day of t
// (UTC); for the zero t, in the newest lists. LookupAt does not allocate.
//
// The versions of a list at hand are weeks to months apart. On a day between two
// versions the older one counts. Before the oldest version of a list, that
// version counts; see [ListInfo.Dates].
func (s *Set) LookupAt(addr netip.Addr, t time.Time) Matches {
	m := s.Lookup(addr)
	m.day = dayOf(t)
	return m
}
