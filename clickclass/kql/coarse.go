package kql

import (
	"net/netip"
	"slices"

	"github.com/whoclicked/whoclicked/iprange"
)

// forRent is the class of coarse ranges of Microsoft from which anybody's machines and
// services ask. A query weighs them by the least of its rules for such addresses.
var forRent = class{kind: iprange.KindCloud}

// microsoftForRent reports whether addresses of the class are Microsoft's and for rent.
func (c class) microsoftForRent() bool { return c.rented() && c.layer != "known" }

// grain says how coarse a list of a query is.
type grain struct {
	longest4, longest6 int // the longest prefixes
}

// coarse returns the ranges of classes, which a query judges alike, as fewer prefixes, in order
// of address. They have the first of classes. Inside them are pieces of class forRent, which
// the query has to ask for first. Classes with people behind them have no pieces.
//
// A prefix of the longest length that is not of classes throughout is left out, or is a piece
// for rent inside a wider prefix. So an address can lose its class. No address gets a class of
// classes unless it has one of them, and an address in no list gets none.
func coarse(blocks []block, g grain, classes ...class) []block {
	c := coarsening{classes: classes, pieces: true}
	for _, class := range classes {
		c.pieces = c.pieces && class.people == iprange.PeopleNone
	}
	v4, v6 := byFamily(blocks)
	c.longest = g.longest4
	out := c.part(families[0], v4).list
	c.longest = g.longest6
	return append(out, c.part(families[1], v6).list...)
}

// coarsening is one call of coarse.
type coarsening struct {
	classes []class
	longest int  // the longest prefix of the family
	pieces  bool // pieces for rent are allowed
}

// part is what coarse has for the addresses of a prefix.
type part struct {
	list   []block // its ranges if no wider prefix is listed
	whole  bool    // all addresses are of the classes
	inside bool    // a wider prefix may be listed
	pieces []block // its pieces for rent if a wider prefix is listed
}

// part returns the part of p, in which blocks are.
func (c *coarsening) part(p netip.Prefix, blocks []block) part {
	switch {
	case len(blocks) == 0:
		return part{}
	case blocks[0].prefix == p && slices.Contains(c.classes, blocks[0].class):
		return part{list: []block{{p, c.classes[0]}}, whole: true, inside: true}
	case blocks[0].prefix == p && c.pieces && blocks[0].class.microsoftForRent():
		return part{pieces: []block{{p, forRent}}, inside: true}
	case blocks[0].prefix == p:
		return part{}
	}
	lower, upper := split(p)
	n := countBefore(blocks, upper.Addr())
	a, b := c.part(lower, blocks[:n]), c.part(upper, blocks[n:])
	out := part{
		list:   append(a.list, b.list...),
		pieces: append(a.pieces, b.pieces...),
		whole:  a.whole && b.whole,
		inside: a.inside && b.inside,
	}
	switch {
	case out.whole:
		out.list = []block{{p, c.classes[0]}}
	case p.Bits() >= c.longest || len(out.list) == 0:
		out.list, out.pieces = nil, []block{{p, forRent}}
	case out.inside && 1+len(out.pieces) < len(out.list):
		out.list = append([]block{{p, c.classes[0]}}, out.pieces...)
	}
	return out
}

// byFamily returns the blocks of IPv4 and those of IPv6.
func byFamily(blocks []block) (v4, v6 []block) {
	n := countBefore(blocks, netip.IPv6Unspecified())
	return blocks[:n], blocks[n:]
}

// countBefore returns the number of blocks before an address at which no block has its middle.
func countBefore(blocks []block, a netip.Addr) int {
	n, _ := slices.BinarySearchFunc(blocks, a, func(b block, a netip.Addr) int {
		return b.prefix.Addr().Compare(a)
	})
	return n
}

// split returns the halves of p, which has more than one address.
func split(p netip.Prefix) (lower, upper netip.Prefix) {
	first := p.Addr().AsSlice()
	first[p.Bits()/8] |= 0x80 >> (p.Bits() % 8)
	middle, _ := netip.AddrFromSlice(first)
	return netip.PrefixFrom(p.Addr(), p.Bits()+1), netip.PrefixFrom(middle, p.Bits()+1)
}
