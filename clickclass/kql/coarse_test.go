package kql

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

// holed returns 10.0.0.0/24 of one class with a hole at 10.0.0.64/28.
func holed(c class, hole ...block) []block {
	out := []block{blockOf("10.0.0.0/26", c)}
	out = append(out, hole...)
	return append(out, blockOf("10.0.0.80/28", c), blockOf("10.0.0.96/27", c), blockOf("10.0.0.128/25", c))
}

func TestCoarse(t *testing.T) {
	exact := grain{32, 128}
	tests := []struct {
		name    string
		blocks  []block
		grain   grain
		classes []class
		want    []block
	}{
		{"nothing", nil, exact, []class{teams}, nil},
		{
			"a hole for rent is one piece", holed(teams, blockOf("10.0.0.64/28", azure)), exact, []class{teams},
			[]block{blockOf("10.0.0.0/24", teams), blockOf("10.0.0.64/28", forRent)},
		},
		{
			"so is one of several classes for rent",
			holed(teams, blockOf("10.0.0.64/29", platform), blockOf("10.0.0.72/29", space)), exact, []class{teams},
			[]block{blockOf("10.0.0.0/24", teams), blockOf("10.0.0.64/28", forRent)},
		},
		{"a hole in no list stays", holed(teams), exact, []class{teams}, holed(teams)},
		{"a hole of another provider stays", holed(teams, blockOf("10.0.0.64/28", amazon)), exact, []class{teams}, holed(teams)},
		{"a hole with people stays", holed(teams, blockOf("10.0.0.64/28", egress)), exact, []class{teams}, holed(teams)},
		{"a hole of a proxy stays", holed(teams, blockOf("10.0.0.64/28", proxy)), exact, []class{teams}, holed(teams)},
		{"a hole of another service stays", holed(teams, blockOf("10.0.0.64/28", exchange)), exact, []class{teams}, holed(teams)},
		{"an own range stays", holed(teams, blockOf("10.0.0.64/28", tool)), exact, []class{teams}, holed(teams)},
		{"people have no pieces", holed(egress, blockOf("10.0.0.64/28", azure)), exact, []class{egress}, holed(egress)},
		{
			"two classes are one list", holed(exchange, blockOf("10.0.0.64/28", office)), exact, []class{exchange, office},
			[]block{blockOf("10.0.0.0/24", exchange)},
		},
		{
			"a part of the longest length is left out", holed(teams), grain{27, 128}, []class{teams},
			[]block{blockOf("10.0.0.0/26", teams), blockOf("10.0.0.96/27", teams), blockOf("10.0.0.128/25", teams)},
		},
		{
			"or is a piece", holed(teams, blockOf("10.0.0.64/28", azure)), grain{27, 128}, []class{teams},
			[]block{blockOf("10.0.0.0/24", teams), blockOf("10.0.0.64/27", forRent)},
		},
		{"a single long prefix is left out", []block{blockOf("10.0.0.0/28", teams)}, grain{24, 128}, []class{teams}, nil},
		{
			"the lengths are the family's",
			[]block{blockOf("10.0.0.0/26", teams), blockOf("2001:db8::/48", teams), blockOf("2001:db8:8000::/49", teams)},
			grain{26, 48}, []class{teams},
			[]block{blockOf("10.0.0.0/26", teams), blockOf("2001:db8::/48", teams)},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, coarse(tt.blocks, tt.grain, tt.classes...))
		})
	}
}

// testLists has the lists that a query can hold itself.
var testLists = []struct {
	name    string
	classes []class
}{
	{"mail protection", []class{{iprange.KindMailProtection, iprange.PeopleNone, ""}}},
	{"teams", []class{teams}},
	{"sharepoint", []class{{iprange.KindSharePoint, iprange.PeopleNone, ""}}},
	{"person egress", []class{egress}},
	{"crawler", []class{{iprange.KindCrawler, iprange.PeopleNone, "known"}}},
	{"assistant", []class{{iprange.KindCrawler, iprange.PeoplePossible, "known"}}},
	{"service", []class{exchange, office, {iprange.KindIdentity, iprange.PeopleNone, ""}}},
	{"security", []class{{iprange.KindSecurity, iprange.PeopleNone, ""}, {iprange.KindSecurity, iprange.PeopleNone, "known"}}},
}

// TestCoarseGivesNoClass asks, at all ends of ranges and their neighbours, what a coarse list
// says of the address. It may say the address's own class or nothing. It may say that the
// address is for rent if it is, or if it lost a class without people.
func TestCoarseGivesNoClass(t *testing.T) {
	if testing.Short() {
		t.Skip("asks of every range")
	}
	set := withOwn(t)
	blocks := coverOf(set)
	ends := edges(blocks)
	slices.SortFunc(ends, netip.Addr.Compare)
	ends = slices.Compact(ends)
	for _, l := range testLists {
		t.Run(l.name, func(t *testing.T) {
			for _, g := range []grain{{32, 128}, {26, 54}, {22, 44}} {
				list := coarse(blocks, g, l.classes...)
				for _, a := range append(edges(list), endsIn(ends, list)...) {
					got, listed := askCoarse(list, a)
					if !listed {
						continue
					}
					want, wantListed := lookUp(set, a)
					ok := wantListed && slices.Contains(l.classes, want)
					if got == forRent {
						ok = wantListed && (want.microsoftForRent() || ok && want.people == iprange.PeopleNone)
					}
					if !ok {
						require.Failf(t, "gained a class", "%v: %s is %v %v and became %v", g, a, want, wantListed, got)
					}
				}
			}
		})
	}
}

// endsIn returns those of ends, in order, that are in a block of the list.
func endsIn(ends []netip.Addr, list []block) []netip.Addr {
	var out []netip.Addr
	for _, b := range list {
		from, _ := slices.BinarySearchFunc(ends, b.prefix.Addr(), netip.Addr.Compare)
		for _, a := range ends[from:] {
			if !b.prefix.Contains(a) {
				break
			}
			out = append(out, a)
		}
	}
	return out
}

// TestCoarseLosesNothingWithoutNeed checks that the longest lengths lose no class.
func TestCoarseLosesNothingWithoutNeed(t *testing.T) {
	if testing.Short() {
		t.Skip("asks of every range")
	}
	blocks := coverOf(iprange.Default())
	for _, l := range testLists {
		list := coarse(blocks, grain{32, 128}, l.classes...)
		for _, b := range blocks {
			if !slices.Contains(l.classes, b.class) {
				continue
			}
			for _, a := range []netip.Addr{b.prefix.Addr(), lastOf(b.prefix)} {
				if got, listed := askCoarse(list, a); !listed || got != l.classes[0] {
					require.Failf(t, "lost its class", "%s: %s became %v %v", l.name, a, got, listed)
				}
			}
		}
	}
}

// TestCoarseSizes logs how long each list is by grain, and how much of its addresses it has.
func TestCoarseSizes(t *testing.T) {
	if testing.Short() {
		t.Skip("asks of every range")
	}
	blocks := coverOf(iprange.Default())
	all4, all6 := byFamily(blocks)
	for _, l := range testLists {
		for _, g := range []grain{{32, 128}, {26, 54}, {24, 48}} {
			list4, list6 := byFamily(coarse(blocks, g, l.classes...))
			kept4, kept6 := keptOf(list4, all4, l.classes), keptOf(list6, all6, l.classes)
			t.Logf("%s /%d: %d prefixes, %d characters, %.4f; /%d: %d prefixes, %d characters, %.4f", l.name,
				g.longest4, len(list4), characters(list4), kept4, g.longest6, len(list6), characters(list6), kept6)
			assert.LessOrEqual(t, max(kept4, kept6), 1.000001)
		}
	}
}

// keptOf returns how much of the addresses of classes a coarse list has.
func keptOf(list, blocks []block, classes []class) float64 {
	var kept, all float64
	for _, b := range blocks {
		if slices.Contains(classes, b.class) {
			all += addresses(b.prefix)
			if got, listed := askCoarse(list, b.prefix.Addr()); listed && got != forRent {
				kept += addresses(b.prefix)
			}
		}
	}
	return kept / all
}

// askCoarse returns the class of an address by a coarse list: first its pieces are asked.
func askCoarse(list []block, a netip.Addr) (c class, listed bool) {
	n := countBefore(list, a)
	for n < len(list) && list[n].prefix.Addr() == a {
		n++
	}
	// Blocks are in order of their first address, wider ones first, and only pieces are
	// inside another: the last block before a that has a is a piece if one has it.
	for n--; n >= 0; n-- {
		if list[n].prefix.Contains(a) {
			return list[n].class, true
		}
		if list[n].class != forRent {
			break // the wide prefix of the pieces, or one before a
		}
	}
	return class{}, false
}
