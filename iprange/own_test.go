package iprange_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

func TestOwnRangesOutrank(t *testing.T) {
	own, err := iprange.ReadOwn(strings.NewReader("egress: 52.112.103.0-52.112.103.200 = head office\n# c\nscanner: 2001:db8::/48\nignore: 40.92.1.1\n"), "")
	require.NoError(t, err)
	s, err := iprange.Default().With(own)
	require.NoError(t, err)
	m := s.Lookup(netip.MustParseAddr("52.112.103.113"))
	best, _ := m.Best()
	assert.Equal(t, iprange.LayerOwn, best.Layer)
	assert.Equal(t, iprange.KindOwnEgress, best.Kind)
	assert.Equal(t, "head office", best.Service)
	assert.Equal(t, "own ranges", best.List)
	assert.Equal(t, iprange.PeopleYes, m.People())
	assert.Equal(t, 6, m.Len())
	ignored := s.Lookup(netip.MustParseAddr("40.92.1.1"))
	assert.Equal(t, iprange.PeopleNone, ignored.People(), "ignore says nothing of people")
	assert.Equal(t, 5, iprange.Default().Lookup(netip.MustParseAddr("52.112.103.113")).Len(), "Default stays as it is")
}

func TestReadOwnErrors(t *testing.T) {
	_, err := iprange.ReadOwn(strings.NewReader("egress: 192.0.2.1\nvpn: 192.0.2.2\nscanner:\ntool: 192.0.2.9-192.0.2.1\negress: 192.0.2.1 =\n"), "x")
	require.Error(t, err)
	for _, want := range []string{`row 2: want "kind: ranges"`, "row 3: no range after the kind", "row 4: line 1, column 2: the last address is before the first", "row 5: no name after ="} {
		assert.ErrorContains(t, err, want)
	}
	var row *iprange.RowError
	require.ErrorAs(t, err, &row)
	assert.Equal(t, 2, row.Row)
}

func TestReadOwn(t *testing.T) {
	const text = "\ufeff# our ranges\r\nEGRESS : 192.0.2.0/25, 192.0.2.128/25 = head office # joined\r\n\r\ncloudpc: 2001:db8:1::/48\n" +
		"scanner: 203.0.113.10-203.0.113.20 = mail gateway\ntool:203.0.113.99;203.0.113.98=sandbox\nignore: 203.0.113.200"
	s := with(t, new(iprange.Set), own(t, "offices.txt", text))
	tests := []struct {
		addr, prefix, service string
		kind                  iprange.Kind
		people                iprange.People
	}{
		{"192.0.2.200", "192.0.2.0/24", "head office", iprange.KindOwnEgress, iprange.PeopleYes},
		{"2001:db8:1::9", "2001:db8:1::/48", "cloudpc", iprange.KindOwnCloudPC, iprange.PeopleYes},
		{"203.0.113.17", "203.0.113.16/30", "mail gateway", iprange.KindOwnScanner, iprange.PeopleNone},
		{"203.0.113.98", "203.0.113.98/31", "sandbox", iprange.KindOwnTool, iprange.PeopleNone},
		{"203.0.113.200", "203.0.113.200/32", "ignore", iprange.KindOwnIgnore, iprange.PeoplePossible},
	}
	for _, tt := range tests {
		t.Run(tt.service, func(t *testing.T) {
			m := s.Lookup(netip.MustParseAddr(tt.addr))
			require.Equal(t, 1, m.Len())
			assert.Equal(t, iprange.Match{
				Layer: iprange.LayerOwn, Kind: tt.kind, People: tt.people, Source: "your own ranges",
				List: "offices.txt", Service: tt.service, Prefix: netip.MustParsePrefix(tt.prefix),
			}, m.At(0))
		})
	}
	assert.Len(t, entriesOf(s), 1+1+4+1+1, "fewest prefixes")
}

// entriesOf returns the entries of s.
func entriesOf(s *iprange.Set) (all []iprange.Match) {
	for m := range s.Entries() {
		all = append(all, m)
	}
	return all
}

func TestReadOwnReportsAtMost20Lines(t *testing.T) {
	_, err := iprange.ReadOwn(strings.NewReader(strings.Repeat("x\n", 100)), "")
	require.Error(t, err)
	assert.Equal(t, 20, strings.Count(err.Error(), "\n")+1)
}

func TestReadOwnLimitsLines(t *testing.T) {
	line := "egress: 192.0.2.1 = " + strings.Repeat("x", 1<<20-20)
	require.Len(t, line, 1<<20)
	_, err := iprange.ReadOwn(strings.NewReader(line), "")
	assert.NoError(t, err)
	_, err = iprange.ReadOwn(strings.NewReader(line+"x"), "")
	assert.ErrorIs(t, err, iprange.ErrTooLarge)
}

func TestErrorsDoNotQuoteMailAddresses(t *testing.T) {
	_, err := iprange.ReadOwn(strings.NewReader("egress: someone@example.com"), "")
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "someone")
	_, err = iprange.ParsePrefixes("192.0.2.1 someone@example.com")
	assert.EqualError(t, err, "iprange: parse prefixes: line 1, column 11: no address, prefix or range: text of 19 bytes")
}

func TestOwnList(t *testing.T) {
	prefixes := func(text string) []netip.Prefix {
		p, err := iprange.ParsePrefixes(text)
		require.NoError(t, err)
		return p
	}
	fromText := own(t, "", "egress: 192.0.2.0/24 = head office\nscanner: 203.0.113.10-203.0.113.20, 2001:db8::/48")
	fromValues, err := iprange.OwnList("",
		iprange.Own{Kind: iprange.KindOwnScanner, Prefixes: prefixes("2001:db8::/48 203.0.113.10-203.0.113.20")},
		iprange.Own{Kind: iprange.KindOwnEgress, Name: "head office", Prefixes: []netip.Prefix{
			netip.MustParsePrefix("::ffff:192.0.2.0/121"), netip.PrefixFrom(netip.MustParseAddr("192.0.2.200"), 25),
		}})
	require.NoError(t, err)
	assert.Equal(t, with(t, new(iprange.Set), fromText).Version(), with(t, new(iprange.Set), fromValues).Version())

	empty, err := iprange.OwnList("offices")
	require.NoError(t, err)
	before := with(t, new(iprange.Set), own(t, "offices", "egress: 192.0.2.0/24"))
	assert.Zero(t, with(t, before, empty).Lookup(netip.MustParseAddr("192.0.2.1")).Len(), "replaced by an empty list")
}

func TestOwnListErrors(t *testing.T) {
	good := netip.MustParsePrefix("192.0.2.0/24")
	tests := []struct {
		name, want string
		ranges     []iprange.Own
	}{
		{"zero", "iprange: own list: row 1: Kind: not a kind of own ranges: unknown", []iprange.Own{{}}},
		{"a published kind", "iprange: own list: row 2: Kind: not a kind of own ranges: teams",
			[]iprange.Own{{Kind: iprange.KindOwnTool}, {Kind: iprange.KindTeams, Prefixes: []netip.Prefix{good}}}},
		{"kind out of range", "iprange: own list: row 1: Kind: not a kind of own ranges: invalid", []iprange.Own{{Kind: 99}}},
		{"invalid prefix", "iprange: own list: row 1: Prefixes: invalid prefix", []iprange.Own{{Kind: iprange.KindOwnTool, Prefixes: []netip.Prefix{good, {}}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := iprange.OwnList("", tt.ranges...)
			assert.Nil(t, l)
			assert.EqualError(t, err, tt.want)
			var row *iprange.RowError
			assert.ErrorAs(t, err, &row)
		})
	}
}

func TestNamesHaveNoControlCharacters(t *testing.T) {
	const name = "\x1b]0;title\x07"
	quoted := `"\u001b]0;title\u0007"`
	_, err := iprange.ReadOwn(strings.NewReader("egress: 192.0.2.1 = "+name), "")
	assert.EqualError(t, err, `iprange: read own ranges: row 1: a name with a control character: text of 10 bytes`)
	_, err = iprange.OwnList("", iprange.Own{Kind: iprange.KindOwnTool, Name: "right to \u202eleft"})
	assert.EqualError(t, err, `iprange: own list: row 1: Name: a name with a control character: text of 16 bytes`)
	for kind, text := range map[string]string{
		"service tag":  `{"values":[{"name":` + quoted + `,"properties":{"addressPrefixes":["192.0.2.0/24"]}},{"name":"T","properties":{"addressPrefixes":["192.0.2.0/24"]}}]}`,
		"endpoint set": `[{"id":1,"serviceAreaDisplayName":` + quoted + `,"ips":["192.0.2.0/24"]},{"id":2,"ips":["192.0.2.0/24"]}]`,
		"crawler":      `{"services":{` + quoted + `:{"ipv4":["192.0.2.0/24"]},"T":{"ipv4":["192.0.2.0/24"]}}}`,
	} {
		t.Run(kind, func(t *testing.T) {
			l, err := iprange.Read(strings.NewReader(text), "")
			require.NoError(t, err)
			require.Len(t, l.Skipped, 1)
			assert.EqualError(t, l.Skipped[0], `row 1: a name with a control character: text of 10 bytes`)
			assert.Len(t, entriesOf(with(t, new(iprange.Set), l)), 1)
		})
	}
}
