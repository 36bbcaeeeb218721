package iprange

import "strings"

// Best returns the match that says most about the address. It is the match that
// package clickclass judges by. found is false if there is no match.
//
// The order is: your own ranges; ranges from which users leave; Microsoft 365
// endpoints; service tags that name a service; other named ranges; AzureCloud;
// the public IP space. Of equals the first counts, which has the longest prefix.
//
// The result differs from the same match of [Matches.At] in three ways:
//
//   - A missing Region is that of the most specific AzureCloud tag.
//   - A missing Service is the name of the tag up to the first dot.
//   - In IPv6, machines that anyone can rent have been published inside the
//     block of a product, each in an AzureCloud prefix of its own. If such a
//     prefix is longer than that of the product, Kind is KindCloud and People is
//     PeoplePossible.
func (m Matches) Best() (best Match, found bool) {
	if m.node() == 0 && m.form() != formHost {
		return Match{}, false
	}
	t, day := &m.s.table, m.day()
	var top, cloud struct {
		node uint32
		st   statement
	}
	weight := 0
	c := m.begin()
	for n := m.next(&c); n != 0; n = m.next(&c) {
		for _, st := range t.own(t.chains[n].own()) {
			if !t.inForce(st, day) {
				continue
			}
			l := &t.labels[st.label()]
			if w := l.weight(); w > weight {
				weight = w
				top.node, top.st = n, st
			}
			if cloud.node == 0 && l.kind == KindCloud && l.layer == LayerTag {
				cloud.node, cloud.st = n, st
			}
		}
	}
	if weight == 0 {
		return Match{}, false
	}
	best = m.match(top.node, top.st)
	if best.Service == "" && best.Layer == LayerTag {
		best.Service, _, _ = strings.Cut(best.Tag, ".")
	}
	if cloud.node == 0 {
		return best, true
	}
	if best.Region == "" {
		best.Region = t.strs[t.labels[cloud.st.label()].region]
	}
	if best.Layer == LayerProduct && m.form() == form6 && m.bits(cloud.node) > best.Prefix.Bits() {
		best.Kind, best.People = KindCloud, PeoplePossible
	}
	return best, true
}

// weight orders entries by how much they say about an address, see
// [Matches.Best].
func (l *label) weight() int {
	switch l.layer {
	case LayerOwn:
		return 7
	case LayerKnown:
		if l.kind == KindPersonEgress {
			return 6
		}
		return 3
	case LayerProduct:
		return 5
	case LayerTag:
		if l.kind == KindCloud || l.kind == KindUnknown {
			return 2
		}
		return 4
	case LayerMicrosoft:
		return 1
	}
	return 0
}

// People reports whether a user's traffic can come from the address, all matches
// considered. The match of [Matches.Best] decides, with two exceptions:
//
//   - Own ranges of kind KindOwnIgnore say nothing; the next match decides.
//   - AzureCloud is full of machines that anyone can rent. If an AzureCloud prefix
//     is longer than the prefix of the service tag that decides or, in IPv6, of
//     the endpoint set that decides, the result is PeoplePossible. In IPv4
//     AzureCloud covers Microsoft 365's own servers too, and the endpoint set
//     decides.
//
// The People of Best is the same except for these: it is the view of one list.
func (m Matches) People() People {
	people, weight, bits, cloudBits := PeoplePossible, 0, 0, -1
	if m.s == nil {
		return people
	}
	var layer Layer
	t, day, c := &m.s.table, m.day(), m.begin()
	for n := m.next(&c); n != 0; n = m.next(&c) {
		for _, st := range t.own(t.chains[n].own()) {
			l := &t.labels[st.label()]
			if l.kind == KindOwnIgnore || !t.inForce(st, day) {
				continue
			}
			if cloudBits < 0 && l.layer == LayerTag && l.kind == KindCloud {
				cloudBits = m.bits(n)
			}
			if w := l.weight(); w > weight {
				people, weight, bits, layer = l.people, w, m.bits(n), l.layer
			}
		}
	}
	if cloudBits > bits && (layer == LayerTag || layer == LayerProduct && m.form() == form6) {
		return PeoplePossible
	}
	return people
}
