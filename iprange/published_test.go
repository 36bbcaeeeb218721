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

// addKnown adds the named ranges, which TestNamedRangesAgainstPublished checks.
func addKnown(s slow) {
	for m := range iprange.Default().Entries() {
		if m.Layer == iprange.LayerKnown && m.Prefix.IsValid() {
			s.add(m.Prefix, "known "+m.Service)
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
	addKnown(want)
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
	list, err := iprange.Read(f, name)
	require.NoError(t, err)
	assert.Empty(t, list.Skipped)
	set, err := new(iprange.Set).With(list)
	require.NoError(t, err)
	assert.Equal(t, []iprange.ListInfo{{
		Name: "servicetags public", Layer: iprange.LayerTag,
		Dates: []time.Time{time.Date(2025, 11, 10, 0, 0, 0, 0, time.UTC)},
	}}, set.Lists())
	tags := map[string]bool{}
	for m := range set.Entries() {
		tags[m.Tag] = true
	}
	assert.Len(t, tags, 3041)
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
	list, err := iprange.Read(f, f.Name())
	require.NoError(t, err)
	assert.Equal(t, []time.Time{time.Date(2026, 8, 22, 0, 0, 0, 0, time.UTC)}, list.Info.Dates)
	set, err := iprange.Default().With(list)
	require.NoError(t, err)
	sets := map[int]bool{}
	for m := range set.Entries() {
		if m.Instance == "worldwide" && m.Area != "MEM" {
			sets[m.Set] = true
		}
	}
	assert.Len(t, sets, 63)
	c := iprange.Compare(iprange.Default(), set)
	assert.True(t, c.Refused())
	var refused []iprange.Finding
	for _, f := range c.Findings {
		if f.Refuse {
			refused = append(refused, f)
		}
	}
	assert.Equal(t, []iprange.Finding{{List: "worldwide", Refuse: true, Reason: "no IPv6 prefixes any more, had 59"}}, refused)
}

func TestPublishedVersionsPassTheCheck(t *testing.T) {
	var last *iprange.Set
	for _, day := range []string{"2024-08-06", "2024-11-03", "2025-02-02", "2025-05-01", "2025-08-03", "2026-04-02", "2026-05-03", "2026-05-31", "2026-08-02"} {
		f, err := os.Open(published(t, "endpoints/worldwide_"+day+".json"))
		require.NoError(t, err)
		list, err := iprange.Read(f, f.Name())
		f.Close()
		require.NoError(t, err)
		require.Equal(t, day, list.Info.Dates[0].Format(time.DateOnly))
		set, err := new(iprange.Set).With(list)
		require.NoError(t, err)
		if last != nil {
			c := iprange.Compare(last, set)
			assert.False(t, c.Refused(), "%s %v", day, c.Findings)
		}
		last = set
	}
}
