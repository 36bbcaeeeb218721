package kql

import (
	"math"
	"net/netip"
	"slices"

	"github.com/whoclicked/whoclicked/iprange"
)

// rentedCover returns the prefixes of each family, at most most4 and most6, that have the most
// addresses of Microsoft for rent, in order of address, and their share of these addresses: 1
// is all. They may also have addresses of services without people, which lose their class, and
// addresses of the classes asked: the query has to ask for all of these first. They have no
// address that is in no list.
func rentedCover(blocks []block, most4, most6 int, asked ...class) (list []block, share4, share6 float64) {
	v4, v6 := byFamily(blocks)
	list4, share4 := widest(joinRented(v4, asked), most4)
	list6, share6 := widest(joinRented(v6, asked), most6)
	return append(list4, list6...), share4, share6
}

// rentedRange is a prefix with the number of its addresses that are for rent.
type rentedRange struct {
	prefix netip.Prefix
	rented float64
}

// joinRented returns the widest prefixes that rentedCover may use, in order of address.
func joinRented(blocks []block, asked []class) []rentedRange {
	var ranges []rentedRange
	for _, b := range blocks {
		r := rentedRange{prefix: b.prefix}
		switch c := b.class; {
		case c.microsoftForRent():
			r.rented = addresses(b.prefix)
		case c.layer == "" && c.people == iprange.PeopleNone:
		case slices.Contains(asked, c):
		default:
			continue
		}
		for len(ranges) > 0 && halves(ranges[len(ranges)-1].prefix, r.prefix) {
			r.prefix = parent(r.prefix)
			r.rented += ranges[len(ranges)-1].rented
			ranges = ranges[:len(ranges)-1]
		}
		ranges = append(ranges, r)
	}
	return slices.DeleteFunc(ranges, func(r rentedRange) bool { return r.rented == 0 })
}

// widest returns the ranges with the most addresses for rent, in order of address, and their
// share of all.
func widest(ranges []rentedRange, most int) (list []block, share float64) {
	var all, kept float64
	for _, r := range ranges {
		all += r.rented
	}
	slices.SortStableFunc(ranges, func(a, b rentedRange) int {
		switch {
		case a.rented > b.rented:
			return -1
		case a.rented < b.rented:
			return 1
		}
		return 0
	})
	for _, r := range ranges[:min(most, len(ranges))] {
		kept += r.rented
		list = append(list, block{r.prefix, forRent})
	}
	slices.SortFunc(list, func(a, b block) int { return a.prefix.Addr().Compare(b.prefix.Addr()) })
	if all == 0 {
		return list, 1
	}
	return list, kept / all
}

// addresses returns the number of addresses of a prefix.
func addresses(p netip.Prefix) float64 {
	return math.Ldexp(1, p.Addr().BitLen()-p.Bits())
}
