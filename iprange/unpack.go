package iprange

import (
	"iter"
	"net/netip"
)

// unpack returns every version of the lists that keep accepts.
func (s *Set) unpack(keep func(*list) bool) versionsByList {
	all := make(versionsByList)
	claims := s.claimsByList()
	for i := range s.table.lists {
		if l := &s.table.lists[i]; keep(l) {
			for _, d := range l.days {
				all.add(version{l.listKey, d, s.table.entriesOn(d, claims[i])})
			}
		}
	}
	return all
}

// unpackNewest returns the newest version of every list, in the order of the lists.
func (s *Set) unpackNewest() (versions []version) {
	claims := s.claimsByList()
	for i := range s.table.lists {
		l := &s.table.lists[i]
		d := l.days[len(l.days)-1]
		versions = append(versions, version{l.listKey, d, s.table.entriesOn(d, claims[i])})
	}
	return versions
}

// unpackedClaim is one statement and what it is about: a prefix, a range, or, if both
// are invalid, a host pattern.
type unpackedClaim struct {
	st     statement
	prefix netip.Prefix
	span   addrRange
	host   string
}

// claimsByList returns the claims of each list of s. The prefixes are not in the
// table, so they are decoded again.
func (s *Set) claimsByList() [][]unpackedClaim {
	t := &s.table
	claims := make([][]unpackedClaim, len(t.lists))
	for n, c := range s.subjects() {
		for _, c.st = range t.about(uint32(n)) {
			list := t.labels[c.st.label].list
			claims[list] = append(claims[list], c)
		}
	}
	return claims
}

// entriesOn returns the entries of a list that were in force on a day.
func (t *table) entriesOn(d day, claims []unpackedClaim) []entry {
	var entries []entry
	at := map[uint32]int{} // index in entries by label
	for _, c := range claims {
		if !t.inForce(c.st, d) {
			continue
		}
		i, found := at[c.st.label]
		if !found {
			i = len(entries)
			at[c.st.label] = i
			entries = append(entries, entry{label: t.labels[c.st.label].label})
		}
		switch x := &entries[i]; {
		case c.prefix.IsValid():
			x.prefixes = append(x.prefixes, c.prefix)
		case c.span.first.IsValid():
			x.ranges = append(x.ranges, c.span)
		default:
			x.hosts = append(x.hosts, c.host)
		}
	}
	return entries
}

// subjects yields the prefixes, host patterns and ranges of s with their indexes in
// table.subjects.
func (s *Set) subjects() iter.Seq2[int, unpackedClaim] {
	return func(yield func(int, unpackedClaim) bool) {
		if s.data == "" {
			return
		}
		d := decoder{data: s.data}
		d.table(new(table))
		n := 1
		for _, k := range d.keys4 {
			if !yield(n, unpackedClaim{prefix: k.prefix4()}) {
				return
			}
			n++
		}
		for _, k := range d.keys6 {
			if !yield(n, unpackedClaim{prefix: k.prefix6()}) {
				return
			}
			n++
		}
		for _, p := range s.table.hosts.patterns {
			if !yield(n, unpackedClaim{host: p.text}) {
				return
			}
			n++
		}
		for _, r := range d.ranges {
			if !yield(n, unpackedClaim{span: r}) {
				return
			}
			n++
		}
	}
}
