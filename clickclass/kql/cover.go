package kql

import (
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// class is what a verdict sees of an address: two addresses of one class are judged alike.
type class struct {
	kind   iprange.Kind
	people iprange.People
	layer  string // "own", "known", "microsoft" or "" for every other published list
}

// classOf returns the class of an address by its best match.
func classOf(best iprange.Match) class {
	c := class{kind: best.Kind, people: best.People}
	switch best.Layer {
	case iprange.LayerOwn, iprange.LayerKnown, iprange.LayerMicrosoft:
		c.layer = best.Layer.String()
	}
	return c
}

// rented reports whether anybody can rent an address of the class.
func (c class) rented() bool {
	return c.kind == iprange.KindCloud || c.kind == iprange.KindPlatform || c.layer == "microsoft"
}

// block is a range of addresses of one class.
type block struct {
	prefix netip.Prefix
	class  class
}

// families has all addresses: those of IPv4, then those of IPv6.
var families = [...]netip.Prefix{
	netip.PrefixFrom(netip.IPv4Unspecified(), 0),
	netip.PrefixFrom(netip.IPv6Unspecified(), 0),
}

// coverOf returns the classes of all addresses by the newest lists of set, own ranges included.
// The blocks are disjoint, in order of address, IPv4 first, and the fewest that are exact. No
// block has an address that is in no list.
func coverOf(set *iprange.Set) []block {
	var blocks []block
	for _, all := range families {
		for p, matches := range set.LookupPrefix(all, time.Time{}) {
			if best, found := matches.Best(); found {
				blocks = appendBlock(blocks, block{p, classOf(best)})
			}
		}
	}
	return blocks
}

// appendBlock appends b, which comes after all of blocks, and joins the two halves of a prefix
// that have the same class.
func appendBlock(blocks []block, b block) []block {
	for len(blocks) > 0 {
		last := blocks[len(blocks)-1]
		if last.class != b.class || !halves(last.prefix, b.prefix) {
			break
		}
		b.prefix = parent(b.prefix)
		blocks = blocks[:len(blocks)-1]
	}
	return append(blocks, b)
}

// parent returns the prefix of which p is one half. p is not a whole family.
func parent(p netip.Prefix) netip.Prefix {
	return netip.PrefixFrom(p.Addr(), p.Bits()-1).Masked()
}

// halves reports whether p and q, which are disjoint, are the halves of one prefix.
func halves(p, q netip.Prefix) bool {
	return p.Bits() == q.Bits() && p.Bits() > 0 &&
		p.Addr().BitLen() == q.Addr().BitLen() && parent(p) == parent(q)
}
