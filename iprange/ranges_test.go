package iprange_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

// randomOwn makes own ranges of both families that are nested, overlap, touch and
// repeat, and the reference that has the fewest prefixes of all addresses of a kind.
func randomOwn(t testing.TB, r *rand.Rand) (text string, want slow) {
	want = slow{}
	address := func(n int, v6 bool) netip.Addr {
		if v6 {
			// On both sides of the middle, in which ranges have no prefix in common.
			b := netip.MustParseAddr("2001:db8::7fff:ffff:ffff:ff80").As16()
			for i := 15; n > 0; i-- {
				n += int(b[i])
				b[i] = byte(n)
				n >>= 8
			}
			return netip.AddrFrom16(b)
		}
		return netip.AddrFrom4([4]byte{192, 0, 2, byte(n)})
	}
	var lines []string
	said := map[string][]bool{} // by family and kind: which addresses
	for range 1 + r.IntN(12) {
		v6 := r.IntN(2) == 0
		a := r.IntN(256)
		z := a + r.IntN(256-a)
		kind := []string{"egress", "tool"}[r.IntN(2)]
		lines = append(lines, kind+": "+address(a, v6).String()+"-"+address(z, v6).String())
		key := fmt.Sprint(v6, " ", kind)
		if said[key] == nil {
			said[key] = make([]bool, 257)
		}
		for i := a; i <= z; i++ {
			said[key][i] = true
		}
	}
	for key, in := range said {
		v6, kind := strings.HasPrefix(key, "true"), strings.Fields(key)[1]
		first := -1
		for i, is := range in {
			switch {
			case is && first < 0:
				first = i
			case !is && first >= 0:
				prefixes, err := iprange.ParsePrefixes(address(first, v6).String() + "-" + address(i-1, v6).String())
				require.NoError(t, err)
				for _, p := range prefixes {
					want.add(p, "own "+kind)
				}
				first = -1
			}
		}
	}
	return strings.Join(lines, "\n"), want
}

// TestRangesAreLikeTheirPrefixes asks whether ranges that are kept whole answer as if
// each were its fewest prefixes.
func TestRangesAreLikeTheirPrefixes(t *testing.T) {
	for seed := range uint64(300) {
		text, want := randomOwn(t, rand.New(rand.NewPCG(seed, 1)))
		// A published list beside them, with prefixes around and inside the ranges.
		var tags tagsDocument
		for _, p := range []string{"192.0.2.0/24", "192.0.2.64/26", "192.0.2.70/32", "2001:db8::/32", "2001:db8::8000:0:0:0/126"} {
			tags.add("T", netip.MustParsePrefix(p))
			want.add(netip.MustParsePrefix(p), "tag T  ")
		}
		s := with(t, new(iprange.Set), own(t, "", text), tags.list(t))
		compareSlow(t, want, s.Lookup, want.borders())
		for _, a := range want.borders() {
			require.True(t, ordered(s.Lookup(a)), a)
			checkMatches(t, s.Lookup(a))
		}
		var entries []string
		for m := range s.Entries() {
			entries = append(entries, said1(m))
		}
		require.Subset(t, want.all(), entries, text)
		require.Subset(t, entries, want.all(), text)
		if t.Failed() {
			t.Fatalf("seed %d:\n%s", seed, text)
		}
	}
}

// checkMatches asks whether At, Len and All agree.
func checkMatches(t *testing.T, m iprange.Matches) {
	t.Helper()
	n := 0
	for i, x := range m.All() {
		require.Equal(t, x, m.At(i))
		n++
	}
	require.Equal(t, m.Len(), n)
}

// said1 is one match in the form of slow.
func said1(x iprange.Match) string {
	if x.Layer == iprange.LayerTag {
		return x.Prefix.String() + " tag " + x.Tag + "  "
	}
	return x.Prefix.String() + " " + x.Layer.String() + " " + x.Service
}

func TestRangesStay(t *testing.T) {
	const text = "egress: 192.0.2.3-192.0.2.9 = office\ntool: 192.0.2.5-192.0.2.20, 2001:db8::1-2001:db8::ffff:ffff:ffff:fffe"
	s := with(t, new(iprange.Set), own(t, "", text))
	copied := with(t, s, endpoints(t, "worldwide_2026-01-01.json", "198.51.100.0/24")).Without("worldwide")
	assert.Equal(t, s.Version(), copied.Version(), "unpacked and packed again")
	assert.NotEqual(t, s.Version(), with(t, new(iprange.Set), own(t, "", strings.Replace(text, "192.0.2.9", "192.0.2.10", 1))).Version())

	changes := iprange.Compare(s, with(t, new(iprange.Set), own(t, "", "egress: 192.0.2.3-192.0.2.10 = office"))).Changes
	assert.Equal(t, []string{
		`own ranges: "office": 1 range added (192.0.2.3-192.0.2.10); 1 range removed (192.0.2.3-192.0.2.9)`,
		`own ranges: "tool": gone; 2 ranges removed (192.0.2.5-192.0.2.20 2001:db8::1-2001:db8::ffff:ffff:ffff:fffe)`,
	}, changes)

	best, found := s.Lookup(netip.MustParseAddr("2001:db8::ffff:0:0:0")).Best()
	require.True(t, found)
	assert.Equal(t, "2001:db8:0:0:ffff::/81", best.Prefix.String())
	assert.Zero(t, s.Lookup(netip.MustParseAddr("2001:db8::")).Len())
	assert.Zero(t, s.Lookup(netip.MustParseAddr("2001:db8::ffff:ffff:ffff:ffff")).Len())
}

func TestLookupInRangesDoesNotAllocate(t *testing.T) {
	s := with(t, iprange.Default(), own(t, "", "egress: 52.112.103.3-52.112.103.200, 2001:db8::1-2001:db8::9"))
	for _, addr := range []string{"52.112.103.113", "2001:db8::5", "52.112.1.1"} {
		a := netip.MustParseAddr(addr)
		assert.Zero(t, testing.AllocsPerRun(100, func() {
			m := s.Lookup(a)
			m.Best()
			m.People()
			for i := range m.Len() {
				_ = m.At(i)
			}
		}), addr)
	}
}

// oddRanges is n own ranges of IPv6, each from an odd first to an even last address, so
// that each is the most prefixes that a range can be.
func oddRanges(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "egress: 2001:db8:%x::1-2001:db8:%x:ffff:ffff:ffff:ffff:fffe\n", i, i)
	}
	return b.Bytes()
}

// nestedRanges is n own ranges of IPv6, each inside the one before.
func nestedRanges(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "egress: 2001:db8::%x:1-2001:db8::ffff:%x:fffe\n", i, 0xffff-i)
	}
	return b.Bytes()
}

// BenchmarkOwnRanges prints the time and the memory of n, 2n and 4n ranges and as many
// look-ups.
func BenchmarkOwnRanges(b *testing.B) {
	addr := netip.MustParseAddr("2001:db8::8000:0:7")
	for shape, ranges := range map[string]func(int) []byte{"odd": oddRanges, "nested": nestedRanges} {
		for _, n := range []int{10_000, 20_000, 40_000} {
			b.Run(fmt.Sprintf("%s/%d", shape, n), func(b *testing.B) {
				text := ranges(n)
				b.ReportAllocs()
				for b.Loop() {
					l, err := iprange.ReadOwn(bytes.NewReader(text), "")
					require.NoError(b, err)
					s, err := new(iprange.Set).With(l)
					require.NoError(b, err)
					for range n {
						s.Lookup(addr).People()
					}
				}
			})
		}
	}
}

// TestOwnRangesTakeMemoryByTheirNumber: kept as prefixes, these ranges would take more
// than ten kilobytes each.
func TestOwnRangesTakeMemoryByTheirNumber(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	s := with(t, new(iprange.Set), own(t, "", string(oddRanges(10_000))))
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(10_000*4_000))
	assert.Equal(t, 1, s.Lookup(netip.MustParseAddr("2001:db8:270f::7")).Len())
	assert.Zero(t, s.Lookup(netip.MustParseAddr("2001:db8:2710::7")).Len())
}

// TestLookupPrefix asks whether the parts of a prefix make it up, and whether all
// addresses of a part have the matches that it says.
func TestLookupPrefix(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 2))
		text, want := randomOwn(t, r)
		s := with(t, new(iprange.Set), own(t, "", text))
		for _, query := range []string{"0.0.0.0/0", "192.0.2.0/24", "192.0.2.64/26", "192.0.2.99/32", "::/0", "2001:db8::/96", "::ffff:192.0.2.0/120"} {
			p := netip.MustParsePrefix(query)
			next := p.Masked().Addr().Unmap()
			for part, m := range s.LookupPrefix(p, time.Time{}) {
				require.Equal(t, next, part.Addr(), "%s of %s", part, p)
				next = lastOf(part).Next()
				for _, a := range []netip.Addr{part.Addr(), lastOf(part)} {
					require.Equal(t, want.lookup(a), said(m), "%s in part %s\n%s", a, part, text)
				}
			}
			require.Equal(t, lastOf(p).Unmap().Next(), next, query)
		}
	}
}

func TestLookupPrefixOfPublishedLists(t *testing.T) {
	tests := []struct {
		query, day string
		parts      int // at least
		service    string
		people     iprange.People
	}{
		{"2a01:111:f400:fc00::/54", "", 1, "Exchange Online", iprange.PeopleNone},
		{"52.112.0.0/14", "", 100, "Microsoft Teams", iprange.PeopleNone},
		{"52.120.0.0/16", "2022-11-01", 1, "Microsoft Teams", iprange.PeopleNone},
		{"192.0.2.0/24", "", 1, "", iprange.PeoplePossible},
	}
	for _, tt := range tests {
		t.Run(tt.query, func(t *testing.T) {
			var day time.Time
			if tt.day != "" {
				day, _ = time.Parse(time.DateOnly, tt.day)
			}
			parts := 0
			for _, m := range iprange.Default().LookupPrefix(netip.MustParsePrefix(tt.query), day) {
				parts++
				best, _ := m.Best()
				assert.Equal(t, tt.service, best.Service)
				assert.Equal(t, tt.people, m.People())
			}
			assert.GreaterOrEqual(t, parts, tt.parts)
		})
	}
	for part := range iprange.Default().LookupPrefix(netip.Prefix{}, time.Time{}) {
		t.Errorf("a part of no prefix: %s", part)
	}
	for range iprange.Default().LookupPrefix(netip.MustParsePrefix("0.0.0.0/0"), time.Time{}) {
		break // the rest is not wanted
	}
	for part, m := range new(iprange.Set).LookupPrefix(netip.MustParsePrefix("2001:db8::/32"), time.Time{}) {
		assert.Equal(t, "2001:db8::/32", part.String())
		assert.Zero(t, m.Len())
	}
}
