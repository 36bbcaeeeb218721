package iprange

import "strings"

// Best returns the match that says most about the address. It is the match that
// package clickclass judges by. found is false if there is no match.
//
// The order is: your own ranges; ranges from which users leave; Microsoft 365
// endpoints; service tags that name a service; other named ranges, those of clouds
// that anyone can rent last; AzureCloud; the public IP space. Of equals the first counts, which has the longest prefix.
//
// Best completes the match, so it can differ from the same match of
// [Matches.At]:
//
//   - If Region is empty, it is that of the most specific AzureCloud tag.
//   - If Service is empty, it is the name of the tag up to the first dot.
//   - In IPv6, machines that anyone can rent have been published inside the
//     block of a product, each in an AzureCloud prefix of its own. If such a
//     prefix is longer than that of the product, Kind is KindCloud and People is
//     PeoplePossible.
func (m Matches) Best() (best Match, found bool) {
	var top, cloud struct {
		rank    int // 0: none
		subject uint32
		st      statement
	}
	for subject, st := range m.statements() {
		rank := m.rank(st)
		if rank > top.rank {
			top.rank, top.subject, top.st = rank, subject, st
		}
		if rank == rankCloud && cloud.rank == 0 {
			cloud.rank, cloud.subject, cloud.st = rank, subject, st
		}
	}
	if top.rank == 0 {
		return Match{}, false
	}
	best = m.match(top.subject, top.st)
	if best.Service == "" && best.Layer == LayerTag {
		best.Service, _, _ = strings.Cut(best.Tag, ".")
	}
	if cloud.rank == 0 {
		return best, true
	}
	t := &m.set.table
	if best.Region == "" {
		best.Region = t.labels[cloud.st.label].region
	}
	if best.Layer == LayerProduct && m.family == family6 && m.bits(cloud.subject) > m.bits(top.subject) {
		best.Kind, best.People = KindCloud, PeoplePossible
	}
	return best, true
}

// The ranks of matches, see [Matches.Best].
const (
	rankMicrosoft = iota + 1
	rankCloud     // service tags that name no service
	rankRented    // named ranges of clouds
	rankKnown     // other named ranges: a crawler in a rented machine is a crawler
	rankService   // service tags
	rankProduct
	rankEgress // named ranges from which users leave
	rankOwn
)

func (m *Matches) rank(st statement) int {
	t := &m.set.table
	l := &t.labels[st.label]
	switch t.lists[l.list].layer {
	case LayerOwn:
		return rankOwn
	case LayerKnown:
		switch l.kind {
		case KindPersonEgress:
			return rankEgress
		case KindCloud:
			return rankRented
		}
		return rankKnown
	case LayerProduct:
		return rankProduct
	case LayerTag:
		if l.kind == KindCloud {
			return rankCloud
		}
		return rankService
	}
	return rankMicrosoft
}

// People reports whether a user's traffic can come from the address, all matches
// considered. The match of [Matches.Best] decides, with two exceptions:
//
//   - Own ranges of kind KindOwnIgnore are passed over.
//   - Anyone can rent a machine in AzureCloud. If an AzureCloud prefix is longer
//     than that of a deciding service tag or, in IPv6, of a deciding endpoint set,
//     the result is PeoplePossible. In IPv4 an endpoint set decides even then,
//     because AzureCloud has the servers of Microsoft 365 too.
//
// Without a match the result is PeoplePossible.
func (m Matches) People() People {
	people := PeoplePossible
	top, topBits, cloudBits := 0, 0, 0
	for subject, st := range m.statements() {
		l := &m.set.table.labels[st.label]
		if l.kind == KindOwnIgnore {
			continue
		}
		rank := m.rank(st)
		if rank > top {
			top, topBits, people = rank, m.bits(subject), l.people
		}
		if rank == rankCloud {
			cloudBits = max(cloudBits, m.bits(subject))
		}
	}
	if cloudBits > topBits && (top == rankService || top == rankProduct && m.family == family6) {
		return PeoplePossible
	}
	return people
}
