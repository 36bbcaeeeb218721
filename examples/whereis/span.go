package main

import (
	"cmp"
	"math"
	"net/netip"
	"slices"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// span is the addresses from first to last.
type span struct{ first, last netip.Addr }

// portion is some of the addresses of a query: spans in order that do not touch.
type portion []span

// add adds a prefix after all others.
func (p *portion) add(prefix netip.Prefix) {
	if n := len(*p); n > 0 && (*p)[n-1].last.Next() == prefix.Addr() {
		(*p)[n-1].last = lastOf(prefix)
		return
	}
	*p = append(*p, span{prefix.Addr(), lastOf(prefix)})
}

// share returns how much of the query the portion is, 1 only if it is all.
func (p portion) share(of item) float64 {
	if len(p) == 1 && p[0] == (span{of.first, of.last}) {
		return 1
	}
	n := 0.0
	for _, s := range p {
		n += size(s.first, s.last)
	}
	return min(n/size(of.first, of.last), math.Nextafter(1, 0))
}

// size returns the number of addresses from first to last.
func size(first, last netip.Addr) float64 {
	a, z := first.As16(), last.As16()
	n := 0.0
	for i := range a {
		n = 256*n + float64(z[i]) - float64(a[i])
	}
	return n + 1
}

// texts returns the parts of a portion as prefixes and ranges.
func (p portion) texts() []string {
	out := make([]string, len(p))
	for i, s := range p {
		out[i] = spanText(s.first, s.last)
	}
	return out
}

// spanText returns an address, a prefix, or a range "first-last".
func spanText(first, last netip.Addr) string {
	if first == last {
		return first.String()
	}
	text := first.String() + "-" + last.String()
	if prefixes, err := iprange.ParsePrefixes(text); err == nil && len(prefixes) == 1 {
		return prefixes[0].String()
	}
	return text
}

// lastOf returns the last address of a prefix.
func lastOf(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(b); i++ {
		b[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// spanAnswer is what the lists say about a prefix or range.
type spanAnswer struct {
	item
	at        time.Time
	entries   []entryShare
	names     []namedShare // what says most about each address
	people    map[iprange.People]portion
	unreached []string
}

// entryShare is an entry of a list, and how much of the query it has.
type entryShare struct {
	match iprange.Match // its prefix is valid if all parts are in that one
	parts portion
	share float64
}

// namedShare is a part of the query by the name of what is there.
type namedShare struct {
	name   string
	source string
	parts  portion
	share  float64
}

// lookUpSpan answers for a prefix or range.
func lookUpSpan(set *iprange.Set, it item, at time.Time) *spanAnswer {
	a := &spanAnswer{item: it, at: at, people: map[iprange.People]portion{}, unreached: unreached(set, at)}
	entries, names := map[iprange.Match]int{}, map[string]int{}
	prefixes, err := iprange.ParsePrefixes(it.first.String() + "-" + it.last.String())
	if err != nil {
		panic(err) // both are addresses of one family, in order
	}
	for _, p := range prefixes {
		for part, m := range set.LookupPrefix(p, at) {
			addTo(a.people, m.People(), part)
			for _, x := range m.All() {
				a.addEntry(entries, x, part)
			}
			best, found := m.Best()
			if !found {
				best.Service = unlisted
			}
			name := nameOf(&best)
			i, known := names[name]
			if !known {
				i = len(a.names)
				names[name] = i
				a.names = append(a.names, namedShare{name: name, source: best.Source})
			}
			a.names[i].parts.add(part)
		}
	}
	for i := range a.entries {
		a.entries[i].share = a.entries[i].parts.share(it)
	}
	for i := range a.names {
		a.names[i].share = a.names[i].parts.share(it)
	}
	slices.SortStableFunc(a.entries, entryShare.compare)
	slices.SortStableFunc(a.names, namedShare.compare)
	return a
}

func addTo[K comparable](m map[K]portion, k K, part netip.Prefix) {
	p := m[k]
	p.add(part)
	m[k] = p
}

// addEntry notes that a part of the query has a match.
func (a *spanAnswer) addEntry(entries map[iprange.Match]int, m iprange.Match, part netip.Prefix) {
	k := m
	k.Prefix, k.Since, k.Until = netip.Prefix{}, time.Time{}, time.Time{}
	i, known := entries[k]
	if !known {
		i = len(a.entries)
		entries[k] = i
		a.entries = append(a.entries, entryShare{match: m})
	}
	e := &a.entries[i]
	if e.match.Prefix != m.Prefix {
		e.match.Prefix, e.match.Since, e.match.Until = netip.Prefix{}, time.Time{}, time.Time{}
	}
	// An entry can have an address by two prefixes, one in the other.
	if n := len(e.parts); n == 0 || e.parts[n-1].last.Less(part.Addr()) {
		e.parts.add(part)
	}
}

// compare orders entries: own ranges, then by share, the largest first, then by layer
// and name.
func (e entryShare) compare(b entryShare) int {
	m, n := &e.match, &b.match
	isOther := func(l iprange.Layer) int {
		if l == iprange.LayerOwn {
			return 0
		}
		return 1
	}
	return cmp.Or(isOther(m.Layer)-isOther(n.Layer), cmp.Compare(b.share, e.share), cmp.Compare(m.Layer, n.Layer),
		cmp.Compare(m.List, n.List), cmp.Compare(m.Set, n.Set), cmp.Compare(m.Tag, n.Tag), cmp.Compare(m.Service, n.Service))
}

// compare orders names by share, the largest first, then by name.
func (n namedShare) compare(b namedShare) int {
	return cmp.Or(cmp.Compare(b.share, n.share), cmp.Compare(n.name, b.name))
}

// specialShares returns the special blocks that the query touches. A block is not
// counted where a narrower one is.
func (a *spanAnswer) specialShares() (out []namedShare, blocks []special) {
	for _, s := range specials {
		first, last := s.prefix.Addr(), lastOf(s.prefix)
		if first.BitLen() != a.first.BitLen() || last.Less(a.first) || a.last.Less(first) {
			continue
		}
		inNarrower := slices.ContainsFunc(blocks, func(n special) bool {
			return n.prefix.Contains(maxAddr(first, a.first)) && n.prefix.Contains(minAddr(last, a.last))
		})
		if !inNarrower {
			blocks = append(blocks, s)
			parts := portion{{maxAddr(first, a.first), minAddr(last, a.last)}}
			out = append(out, namedShare{name: s.String(), parts: parts, share: parts.share(a.item)})
		}
	}
	return out, blocks
}

func maxAddr(a, b netip.Addr) netip.Addr {
	if a.Less(b) {
		return b
	}
	return a
}

func minAddr(a, b netip.Addr) netip.Addr {
	if a.Less(b) {
		return a
	}
	return b
}

// onePeople returns what the lists say of people, if it is the same of all addresses.
func (a *spanAnswer) onePeople() iprange.People {
	for _, p := range [...]iprange.People{iprange.PeopleNone, iprange.PeopleYes} {
		if a.people[p].share(a.item) == 1 {
			return p
		}
	}
	return iprange.PeoplePossible
}
