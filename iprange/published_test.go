package iprange_test

import (
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

// knownPrefixes takes the named ranges out of a reference's way: they are a
// table of this package and in no published document.
func addKnown(t testing.TB, s slow) {
	var b iprange.Builder
	b.Add(iprange.Known{})
	set, err := b.Set()
	require.NoError(t, err)
	for _, l := range iprange.Diff(&iprange.Set{}, set).Lists {
		for _, c := range l.Changes {
			for _, p := range c.AddedPrefixes {
				name := c.Entry
				s.add(p, "known "+name[1:len(name)-1])
			}
		}
	}
}

func TestDefaultAgainstPublished(t *testing.T) {
	want := slow{}
	want.endpoints(t, "worldwide_2026-08-02.json", "worldwide", anyArea)
	want.endpoints(t, "worldwide_2025-12-01_withMEM.json", "worldwide", onlyMEM)
	want.endpoints(t, "china_2025-12-01.json", "china", anyArea)
	want.endpoints(t, "usgovdod_2025-12-01.json", "usgovdod", anyArea)
	want.endpoints(t, "usgovgcchigh_2025-12-01.json", "usgovgcchigh", anyArea)
	want.tags(t, "ServiceTags_Public_2026-06-26_rebuilt.min.json")
	want.tags(t, "ServiceTags_AzureGovernment_20260720.json")
	want.tags(t, "ServiceTags_China_20260720.json")
	want.publicSpace(t, "MSFT_PublicIPs_2026-07-30.csv")
	addKnown(t, want)
	addrs := want.borders()
	require.Greater(t, len(addrs), 100_000)
	if testing.Short() {
		addrs = addrs[:20_000]
	}
	set := iprange.Default()
	compareSlow(t, want, set.Lookup, addrs)
	for _, a := range addrs[:2000] {
		assert.True(t, ordered(set.Lookup(a)), a)
	}
}

func TestLookupAtAgainstPublished(t *testing.T) {
	set := iprange.Default()
	for _, file := range []string{"2024-08-06", "2024-11-03", "2025-02-02", "2025-05-01", "2025-08-03", "2026-04-02", "2026-05-31"} {
		t.Run(file, func(t *testing.T) {
			day, err := time.Parse(time.DateOnly, file)
			require.NoError(t, err)
			want := slow{}
			want.endpoints(t, "worldwide_"+file+".json", "worldwide", notMEM)
			addrs := want.borders()
			for _, a := range addrs {
				// Only this list's own matches; the others have other dates.
				var got []string
				for _, s := range said(set.LookupAt(a, day.Add(20*time.Hour))) {
					if isWorldwideProduct(s) && !isMEM(set.LookupAt(a, day), s) {
						got = append(got, s)
					}
				}
				assert.Equal(t, want.lookup(a), got, a)
			}
		})
	}
}

func isWorldwideProduct(s string) bool {
	_, rest, _ := cut(s)
	return len(rest) > 17 && rest[:17] == "product worldwide"
}

func cut(s string) (string, string, bool) {
	for i := range len(s) {
		if s[i] == ' ' {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

func isMEM(m iprange.Matches, line string) bool {
	for _, x := range m.All() {
		if x.Area == "MEM" && line == x.Prefix.String()+" product worldwide 163 Allow" {
			return true
		}
	}
	return false
}

func TestServiceTagsOfAnotherDate(t *testing.T) {
	name := "ServiceTags_Public_2025-11-10_cn376.json"
	f, err := os.Open(published(t, "servicetags/"+name))
	require.NoError(t, err)
	defer f.Close()
	list, err := iprange.ReadServiceTags(f)
	require.NoError(t, err)
	assert.Empty(t, list.Skipped)
	assert.Equal(t, 376, list.ChangeNumber)
	assert.Len(t, list.Tags, 3041)

	var b iprange.Builder
	b.Add(list)
	set, err := b.Set()
	require.NoError(t, err)
	want := slow{}
	want.tags(t, name)
	addrs := want.borders()
	if testing.Short() {
		addrs = addrs[:20_000]
	}
	compareSlow(t, want, set.Lookup, addrs)

	// The same list is the oldest of the embedded ones.
	day := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)
	for _, a := range addrs[:5000] {
		var got []string
		for _, s := range said(iprange.Default().LookupAt(a, day)) {
			if _, rest, _ := cut(s); rest[:4] == "tag " && want[netip.MustParsePrefix(first(s))] != nil {
				got = append(got, s)
			}
		}
		assert.Subset(t, got, want.lookup(a), a)
	}
}

func first(s string) string { a, _, _ := cut(s); return a }

func TestListWithoutIPv6IsRefused(t *testing.T) {
	f, err := os.Open(published(t, "endpoints/worldwide_after-2026-08-22_noipv6.json"))
	require.NoError(t, err)
	defer f.Close()
	list, err := iprange.ReadEndpoints(f, "Worldwide")
	require.NoError(t, err)
	assert.Len(t, list.Sets, 63)
	list.Date = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	var b iprange.Builder
	b.AddSet(iprange.Default())
	b.Add(list)
	set, err := b.Set()
	require.NoError(t, err)
	var refused []string
	for _, f := range iprange.CheckUpdate(iprange.Default(), set) {
		if f.Refuse {
			refused = append(refused, f.String())
		}
	}
	assert.Equal(t, []string{"worldwide: refused: no IPv6 prefixes any more, had 59"}, refused)
}

func TestPublishedVersionsPassTheCheck(t *testing.T) {
	var last *iprange.Set
	for _, day := range []string{"2024-08-06", "2024-11-03", "2025-02-02", "2025-05-01", "2025-08-03", "2026-04-02", "2026-05-03", "2026-05-31", "2026-08-02"} {
		f, err := os.Open(published(t, "endpoints/worldwide_"+day+".json"))
		require.NoError(t, err)
		list, err := iprange.ReadEndpoints(f, "worldwide")
		f.Close()
		require.NoError(t, err)
		list.Date, err = time.Parse(time.DateOnly, day)
		require.NoError(t, err)
		var b iprange.Builder
		b.Add(list)
		set, err := b.Set()
		require.NoError(t, err)
		if last != nil {
			for _, f := range iprange.CheckUpdate(last, set) {
				assert.False(t, f.Refuse, "%s %s", day, f)
			}
		}
		last = set
	}
}

func TestRebuildGivesTheSameBytes(t *testing.T) {
	want, err := iprange.Default().MarshalBinary()
	require.NoError(t, err)
	var b iprange.Builder
	b.AddSet(iprange.Default())
	set, err := b.Set()
	require.NoError(t, err)
	got, err := set.MarshalBinary()
	require.NoError(t, err)
	assert.Equal(t, len(want), len(got))
	assert.True(t, string(want) == string(got), "bytes differ")
}
