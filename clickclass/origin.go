package clickclass

import (
	"net/netip"
	"slices"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// originOf returns what the lists in force at a time say about an address, without Sets and
// Tags, and all matches. A zero time asks the newest lists.
func originOf(ranges *iprange.Set, addr netip.Addr, at time.Time) (Origin, iprange.Matches) {
	if !addr.IsValid() {
		return Origin{}, iprange.Matches{}
	}
	matches := ranges.Lookup(addr)
	if !at.IsZero() {
		matches = ranges.LookupAt(addr, at)
	}
	best, ok := matches.Best()
	if !ok {
		return Origin{}, matches
	}
	return Origin{
		Layer: best.Layer, Kind: best.Kind, People: best.People,
		Service: best.Service, Area: best.Area, Category: best.Category, Region: best.Region,
		Prefix: best.Prefix, List: best.List,
	}, matches
}

// addSetsAndTags collects the endpoint sets of one instance and the service tags.
func (o *Origin) addSetsAndTags(matches iprange.Matches) {
	instance := ""
	for i := range matches.Len() { // few; All would allocate
		switch m := matches.At(i); m.Layer {
		case iprange.LayerProduct:
			if instance == "" {
				instance = m.Instance
			}
			if m.Instance == instance && !slices.Contains(o.Sets, m.Set) {
				o.Sets = append(o.Sets, m.Set)
			}
		case iprange.LayerTag:
			if !slices.Contains(o.Tags, m.Tag) {
				o.Tags = append(o.Tags, m.Tag)
			}
		}
	}
	slices.Sort(o.Sets)
	slices.Sort(o.Tags)
}

// dedicated reports whether the address belongs to a service without people behind it.
func (o *Origin) dedicated() bool {
	return o.People == iprange.PeopleNone && o.Layer != iprange.LayerNone
}

// rented reports whether anybody can rent the address, or have a rented service ask from
// it. Microsoft Public IP Space names the owner only: for rent until a tag says otherwise.
func (o *Origin) rented(use networkUse) bool {
	return o.Kind == iprange.KindCloud || o.Kind == iprange.KindPlatform ||
		o.Layer == iprange.LayerMicrosoft ||
		o.Layer == iprange.LayerNone && use == useDataCentre
}
