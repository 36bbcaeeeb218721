package kql

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

// The classes of the tests.
var (
	teams    = class{iprange.KindTeams, iprange.PeopleNone, ""}
	azure    = class{iprange.KindCloud, iprange.PeoplePossible, ""}
	platform = class{iprange.KindPlatform, iprange.PeopleNone, ""}
	space    = class{iprange.KindMicrosoft, iprange.PeoplePossible, "microsoft"}
	amazon   = class{iprange.KindCloud, iprange.PeoplePossible, "known"}
	egress   = class{iprange.KindPersonEgress, iprange.PeopleYes, "known"}
	proxy    = class{iprange.KindProxy, iprange.PeoplePossible, ""}
	tool     = class{iprange.KindOwnTool, iprange.PeopleNone, "own"}
	scanner  = class{iprange.KindOwnScanner, iprange.PeopleNone, "own"}
)

func blockOf(prefix string, c class) block { return block{netip.MustParsePrefix(prefix), c} }

// withOwn returns the embedded lists with own ranges that cut published ones.
func withOwn(t *testing.T) *iprange.Set {
	t.Helper()
	return setOf(t, iprange.Default(), "own", iprange.KindOwnTool, "52.112.3.4-52.112.9.1", "2603:1063::7/128", "192.0.2.0/24")
}

// setOf returns base with a list of own ranges of one kind.
func setOf(t *testing.T, base *iprange.Set, name string, kind iprange.Kind, ranges ...string) *iprange.Set {
	t.Helper()
	own := iprange.Own{Kind: kind}
	for _, r := range ranges {
		prefixes, err := iprange.ParsePrefixes(r)
		require.NoError(t, err)
		own.Prefixes = append(own.Prefixes, prefixes...)
	}
	list, err := iprange.OwnList(name, own)
	require.NoError(t, err)
	set, err := base.With(list)
	require.NoError(t, err)
	return set
}

func TestCoverOf(t *testing.T) {
	tests := []struct {
		name  string
		tools []string
		more  []string // tools of another list
		scans []string
		want  []block
	}{
		{name: "no list"},
		{
			name:  "ranges that touch are joined",
			tools: []string{"192.0.2.0/26", "192.0.2.128/25"},
			more:  []string{"192.0.2.64/26"},
			want:  []block{blockOf("192.0.2.0/24", tool)},
		},
		{
			name:  "a range inside another of its class says nothing new",
			tools: []string{"192.0.2.0/24"},
			more:  []string{"192.0.2.77"},
			want:  []block{blockOf("192.0.2.0/24", tool)},
		},
		{
			name:  "ranges of two classes are not",
			tools: []string{"192.0.2.0/25"},
			scans: []string{"192.0.2.128/25"},
			want:  []block{blockOf("192.0.2.0/25", tool), blockOf("192.0.2.128/25", scanner)},
		},
		{
			name:  "neighbours that are no halves of one prefix",
			tools: []string{"192.0.2.64/26", "192.0.2.128/26"},
			want:  []block{blockOf("192.0.2.64/26", tool), blockOf("192.0.2.128/26", tool)},
		},
		{
			name:  "IPv4 comes first",
			tools: []string{"2001:db8::/32", "198.51.100.7"},
			want:  []block{blockOf("198.51.100.7/32", tool), blockOf("2001:db8::/32", tool)},
		},
		{
			name:  "a whole family",
			tools: []string{"0.0.0.0/1"},
			more:  []string{"128.0.0.0/1"},
			want:  []block{blockOf("0.0.0.0/0", tool)},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := new(iprange.Set)
			if tt.tools != nil {
				set = setOf(t, set, "tools", iprange.KindOwnTool, tt.tools...)
			}
			if tt.more != nil {
				set = setOf(t, set, "more tools", iprange.KindOwnTool, tt.more...)
			}
			if tt.scans != nil {
				set = setOf(t, set, "scanners", iprange.KindOwnScanner, tt.scans...)
			}
			assert.Equal(t, tt.want, coverOf(set))
		})
	}
}

// TestCoverSaysWhatLookupSays compares the class at both ends of every block, at the outer
// neighbours of these and at random addresses.
func TestCoverSaysWhatLookupSays(t *testing.T) {
	if testing.Short() {
		t.Skip("asks of every range")
	}
	for name, set := range map[string]*iprange.Set{"embedded": iprange.Default(), "own ranges too": withOwn(t)} {
		t.Run(name, func(t *testing.T) {
			blocks := coverOf(set)
			require.NotEmpty(t, blocks)
			for _, a := range append(edges(blocks), randomAddresses(blocks, 100_000)...) {
				got, listed := classAt(blocks, a)
				want, wantListed := lookUp(set, a)
				if got != want || listed != wantListed { // asserting each is slow
					require.Failf(t, "another class", "%s: %v %v, want %v %v", a, got, listed, want, wantListed)
				}
			}
		})
	}
}

func TestCoverIsInOrderAndShortest(t *testing.T) {
	if testing.Short() {
		t.Skip("asks of every range")
	}
	blocks := coverOf(withOwn(t))
	for i, b := range blocks {
		require.Equal(t, b.prefix.Masked(), b.prefix)
		if i == 0 {
			continue
		}
		last := blocks[i-1]
		if !lastOf(last.prefix).Less(b.prefix.Addr()) {
			require.Failf(t, "out of order", "%s before %s", last.prefix, b.prefix)
		}
		wider := netip.PrefixFrom(b.prefix.Addr(), b.prefix.Bits()-1).Masked()
		if last.class == b.class && last.prefix.Bits() == b.prefix.Bits() && wider.Contains(last.prefix.Addr()) {
			require.Failf(t, "not joined", "%s and %s", last.prefix, b.prefix)
		}
	}
}

// TestCoverSizes logs how long the cover of the embedded lists is.
func TestCoverSizes(t *testing.T) {
	if testing.Short() {
		t.Skip("asks of every range")
	}
	v4, v6 := byFamily(coverOf(iprange.Default()))
	for _, family := range []struct {
		name   string
		blocks []block
	}{{"IPv4", v4}, {"IPv6", v6}} {
		byClass := map[class][]block{}
		for _, b := range family.blocks {
			byClass[b.class] = append(byClass[b.class], b)
		}
		for c, blocks := range byClass {
			t.Logf("%s %s people=%s layer=%q: %d prefixes, %d characters",
				family.name, c.kind, c.people, c.layer, len(blocks), characters(blocks))
		}
		for _, c := range []class{teams, exchange, office, azure, platform, space, amazon, egress} {
			assert.NotEmpty(t, byClass[c], "%s %v", family.name, c)
		}
	}
}

func BenchmarkCoverOf(b *testing.B) {
	set := iprange.Default()
	for b.Loop() {
		coverOf(set)
	}
}

// characters returns the length of the prefixes in a query: each has quotes and a comma.
func characters(blocks []block) (n int) {
	for _, b := range blocks {
		n += len(b.prefix.String()) + len(`"",`)
	}
	return n
}

// lookUp returns what set says of an address.
func lookUp(set *iprange.Set, a netip.Addr) (c class, listed bool) {
	best, found := set.Lookup(a).Best()
	if !found {
		return class{}, false
	}
	return classOf(best), true
}

// classAt returns the class of an address by disjoint blocks in order of address.
func classAt(blocks []block, a netip.Addr) (c class, listed bool) {
	n := countBefore(blocks, a)
	if n < len(blocks) && blocks[n].prefix.Addr() == a {
		n++
	}
	if n == 0 || !blocks[n-1].prefix.Contains(a) {
		return class{}, false
	}
	return blocks[n-1].class, true
}

// edges returns the first and last address of each block, and the neighbours outside.
func edges(blocks []block) []netip.Addr {
	out := make([]netip.Addr, 0, 4*len(blocks))
	for _, b := range blocks {
		first, last := b.prefix.Addr(), lastOf(b.prefix)
		out = append(out, first, last)
		if a := first.Prev(); a.IsValid() {
			out = append(out, a)
		}
		if a := last.Next(); a.IsValid() {
			out = append(out, a)
		}
	}
	return out
}

// randomAddresses returns n addresses of each family: half from anywhere, half with the first
// bits of a block.
func randomAddresses(blocks []block, n int) []netip.Addr {
	random := rand.New(rand.NewPCG(1, 2))
	v4, v6 := byFamily(blocks)
	var out []netip.Addr
	for i := range n {
		for _, family := range [][]block{v4, v6} {
			p := family[random.IntN(len(family))].prefix
			if i%2 == 0 {
				p = netip.PrefixFrom(p.Addr(), max(p.Bits()-random.IntN(9), 0))
			} else {
				p = netip.PrefixFrom(p.Addr(), 0)
			}
			out = append(out, randomIn(random, p))
		}
	}
	return out
}

// randomIn returns a random address in p.
func randomIn(random *rand.Rand, p netip.Prefix) netip.Addr {
	a := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(a); i++ {
		a[i/8] &^= 0x80 >> (i % 8)
		a[i/8] |= byte(random.IntN(2)) << (7 - i%8)
	}
	out, _ := netip.AddrFromSlice(a)
	return out
}

// lastOf returns the last address of p.
func lastOf(p netip.Prefix) netip.Addr {
	a := p.Addr().AsSlice()
	for i := p.Bits(); i < 8*len(a); i++ {
		a[i/8] |= 0x80 >> (i % 8)
	}
	out, _ := netip.AddrFromSlice(a)
	return out
}
