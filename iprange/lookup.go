package iprange

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// Lookup returns every match of addr in the newest version of each list. An
// IPv4-mapped IPv6 address counts as the IPv4 address, a zone is dropped, and
// the zero Addr matches nothing. It does not allocate.
func (s *Set) Lookup(addr netip.Addr) Matches {
	if !addr.Is4() {
		return s.lookup6(addr)
	}
	b := addr.As4()
	a := binary.BigEndian.Uint32(b[:])
	// The steps of IPv4 are written out here, since a call would take a fifth
	// of the time.
	t, ref := &s.table.trie, uint32(0)
	if t.root4 != nil {
		ref = t.root4[a>>16]
	}
	if ref >= refDense {
		// The first node of IPv4 is always dense: one kind less to guess.
		words := t.words
		ref = dense(words, ref, uint8(a>>8))
		if ref >= refSparse {
			ref = sparse(words, ref, uint8(a))
		} else if ref >= refDense {
			ref = dense(words, ref, uint8(a))
		}
	}
	return Matches{s, uint64(a) << 32, 0, pack(ref, form4)}
}

func (s *Set) lookup6(addr netip.Addr) Matches {
	// AsSlice costs less than As16, whose array is written in halves and then
	// copied as a whole, which processors are slow at.
	b := addr.AsSlice()
	if len(b) != 16 {
		return Matches{}
	}
	hi, lo := binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	if hi == 0 && lo>>32 == 0xffff {
		return s.Lookup(addr.Unmap())
	}
	return Matches{s, hi, lo, pack(s.table.trie.lookup6(hi, lo), form6)}
}

// LookupAt is [Set.Lookup] in the lists that were in force on the day of t
// (UTC), or the newest ones for the zero t.
//
// Lists are known by the versions at hand, which are weeks to months apart; on
// a day between two versions the older one counts. Before the first version of
// a list its first version counts, which says nothing about that day:
// [Set.Lists] and [Set.Reaches] tell how far back each list goes. It does not
// allocate.
func (s *Set) LookupAt(addr netip.Addr, t time.Time) Matches {
	m := s.Lookup(addr)
	if m.s != nil && !t.IsZero() {
		m.where |= packDay(dayOf(t))
	}
	return m
}
