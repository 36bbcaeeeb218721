package iprange

import (
	"encoding/binary"
	"net/netip"
	"strings"
	"time"
)

// Set is an immutable set of lists. It is safe for concurrent use; to replace
// one that is in use, make a new one and swap an atomic.Pointer[Set]. The zero
// Set is empty and matches nothing. A Set must not be copied.
type Set struct {
	_     [0]func() // not comparable
	data  string    // the compact form
	table table
}

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

// Reaches says whether the dated versions of every list of a layer go back to
// t. Lists without a date do not count.
func (s *Set) Reaches(layer Layer, t time.Time) bool {
	for _, l := range s.table.lists {
		if l.layer == layer && l.days[0] > dayOf(t) {
			return false
		}
	}
	return true
}

// Version names the lists and the date of the newest version of each, in one
// line. It is "" for an empty set.
func (s *Set) Version() string {
	var names []string
	for _, l := range s.Lists() {
		name := l.Name
		if l.Area != "" {
			name += " " + l.Area
		}
		if n := len(l.Dates); n > 0 {
			name += " " + l.Dates[n-1].Format(time.DateOnly)
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}
