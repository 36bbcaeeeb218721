package iprange

import (
	"iter"
	"net/netip"
	"slices"
	"time"
)

// LookupPrefix yields the parts of a prefix in which all addresses have the same
// matches, each with these, in ascending order. Each part is a prefix; together they
// are p, and parts in no list have no match. So the sizes of the parts tell how much
// of p a service has, and their matches what is said about it.
//
// The matches are those of the lists in force on the day of t (UTC), as with
// [Set.LookupAt]; for the zero t, those of the newest lists. Bits of p after its length
// are ignored, and an IPv4-mapped prefix counts as IPv4. A prefix that is not valid has
// no part. For a range from a first to a last address, see [ParsePrefixes].
//
// The first call for a Set decodes its lists again, as [Set.Entries] does, and keeps
// at most 32 bytes for each prefix. The time of further calls grows with the number of parts.
func (s *Set) LookupPrefix(p netip.Prefix, t time.Time) iter.Seq2[netip.Prefix, Matches] {
	return func(yield func(netip.Prefix, Matches) bool) {
		if !p.IsValid() {
			return
		}
		p := unmapPrefix(p)
		w := partWalk{set: s, family: family6, day: dayOf(t), yield: yield}
		s.cutsOnce.Do(s.findCuts)
		cuts := s.cuts6
		if p.Addr().Is4() {
			w.family, cuts = family4, s.cuts4
		}
		k := keyOf(p)
		w.parts(k, cutsIn(cuts, k))
	}
}

// findCuts sets the cuts of s: the positions, of each family in order, at which other
// statements can hold than at the position before.
func (s *Set) findCuts() {
	for _, c := range s.subjects() {
		r := c.span
		if c.prefix.IsValid() {
			r = rangeOf(c.prefix)
		}
		if !r.first.IsValid() {
			continue // a host pattern
		}
		cuts := &s.cuts6
		if r.first.Is4() {
			cuts = &s.cuts4
		}
		first, last := r.positions()
		*cuts = append(*cuts, first)
		if after, found := last.next(); found {
			*cuts = append(*cuts, after)
		}
	}
	for _, cuts := range [...]*[]position{&s.cuts4, &s.cuts6} {
		slices.SortFunc(*cuts, position.compare)
		*cuts = slices.Clip(slices.Compact(*cuts))
	}
}

// cutsIn returns the cuts after the first position of k up to its last.
func cutsIn(cuts []position, k key) []position {
	from, found := slices.BinarySearchFunc(cuts, k.first(), position.compare)
	if found {
		from++
	}
	to, found := slices.BinarySearchFunc(cuts, k.last(), position.compare)
	if found {
		to++
	}
	return cuts[from:max(from, to)]
}

// partWalk is one walk over the parts of a prefix.
type partWalk struct {
	set    *Set
	family family
	day    day
	yield  func(netip.Prefix, Matches) bool
}

// parts yields the parts of k, in which the cuts are. It returns false when the
// consumer has had enough.
func (w *partWalk) parts(k key, cuts []position) bool {
	if len(cuts) > 0 {
		lower, upper := k.halves()
		return w.parts(lower, cutsIn(cuts, lower)) && w.parts(upper, cutsIn(cuts, upper))
	}
	m := Matches{w.set, k.upper, k.lower, question{day: w.day, family: w.family}}
	if w.family == family4 {
		m.subject = w.set.table.trie.lookup4(uint32(k.upper >> 32))
		return w.yield(k.prefix4(), m)
	}
	m.subject = w.set.table.trie.lookup6(k.upper, k.lower)
	return w.yield(k.prefix6(), m)
}

// halves returns the two halves of k, which has more than one address.
func (k key) halves() (lower, upper key) {
	k.bits++
	lower, upper = k, k
	if k.bits <= 64 {
		upper.upper |= 1 << (64 - k.bits)
	} else {
		upper.lower |= 1 << (128 - k.bits)
	}
	return lower, upper
}
