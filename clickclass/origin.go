package clickclass

import (
	"net/netip"
	"strings"

	"github.com/whoclicked/whoclicked/iprange"
)

// Origin is whose address a click came from. The zero Origin is an address
// that no list knows, or none.
type Origin struct {
	Layer    iprange.Layer
	Kind     iprange.Kind
	Service  string // "Microsoft Teams", "AzureCloud", the name of an own range
	Area     string // "Skype"
	Category string // "Optimize"
	Prefix   netip.Prefix
	Region   string // "centralfrance"
	People   iprange.People
	List     string          // "worldwide 2026-08-02"
	Matches  iprange.Matches // all that the lists say
	Network  Network         // when Evidence.Networks was given
}

// set makes the zero Origin that of the statement to judge by, out of all that
// the lists say: the user's own ranges, then ranges from which people leave, then
// the product, then a tag that names a service, then a named range, and only then
// Azure as such and the address space as a whole.
func (o *Origin) set(m iprange.Matches) {
	o.Matches = m
	if !m.Found() { // most addresses
		return
	}
	at, rank := 0, 0
	cloud, cloudBits := -1, -1 // the most specific Azure region
	m.Scan(func(i int, layer iprange.Layer, kind iprange.Kind, bits int) bool {
		if r := originRank(layer, kind); r > rank {
			at, rank = i, r
		}
		if cloud < 0 && layer == iprange.LayerTag && kind == iprange.KindCloud {
			cloud, cloudBits = i, bits
		}
		return true
	})
	if rank == 0 {
		return
	}
	best := m.At(at)
	o.Layer, o.Kind, o.People = best.Layer, best.Kind, best.People
	o.Service, o.Area, o.Category = best.Service, best.Area, best.Category
	o.Prefix, o.List = best.Prefix, best.List
	o.Region = best.Region
	if o.Region == "" && cloud >= 0 {
		o.Region = m.At(cloud).Region
	}
	if o.Service == "" {
		switch best.Layer {
		case iprange.LayerTag:
			o.Service = best.SystemService
			if o.Service == "" {
				o.Service, _, _ = strings.Cut(best.Tag, ".")
			}
		case iprange.LayerMicrosoft:
			o.Service = "Microsoft"
		}
	}
	// IPv6 is not separated by product as IPv4 is: machines that anybody can
	// use have been published inside a product's block, each in an AzureCloud
	// prefix of its own. There the longer prefix tells more.
	if best.Layer == iprange.LayerProduct && best.Prefix.Addr().Is6() && cloudBits > best.Prefix.Bits() {
		o.Kind, o.People = iprange.KindCloud, iprange.PeoplePossible
	}
}

// originRank orders matches by how much they tell; the first of equals wins.
func originRank(layer iprange.Layer, kind iprange.Kind) int {
	switch layer {
	case iprange.LayerOwn:
		return 7
	case iprange.LayerKnown:
		if kind == iprange.KindPersonEgress {
			return 6
		}
		return 3
	case iprange.LayerProduct:
		return 5
	case iprange.LayerTag:
		if kind == iprange.KindCloud || kind == iprange.KindUnknown {
			return 2
		}
		return 4
	case iprange.LayerMicrosoft:
		return 1
	}
	return 0
}

// dedicated says that the address is one of a service with no person's traffic
// behind it.
func (o *Origin) dedicated() bool {
	return o.People == iprange.PeopleNone && o.Layer != iprange.LayerNone
}

// rented says that anybody can rent the address, or have a rented service ask
// from it.
func (o *Origin) rented() bool {
	return o.Kind == iprange.KindCloud || o.Kind == iprange.KindPlatform ||
		o.Layer == iprange.LayerNone && o.Network.Kind() == NetworkDataCentre
}
