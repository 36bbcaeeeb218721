package kql

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

func TestRentedCover(t *testing.T) {
	tests := []struct {
		name   string
		blocks []block
		most   int
		asked  []class
		want   []block
		share4 float64
	}{
		{"nothing", nil, 9, nil, nil, 1},
		{
			"all that is for rent is joined",
			[]block{blockOf("10.0.0.0/26", azure), blockOf("10.0.0.64/26", platform), blockOf("10.0.0.128/25", space)},
			9, nil, []block{blockOf("10.0.0.0/24", forRent)}, 1,
		},
		{
			"services without people are inside",
			[]block{blockOf("10.0.0.0/25", azure), blockOf("10.0.0.128/25", teams)},
			9, nil, []block{blockOf("10.0.0.0/24", forRent)}, 1,
		},
		{"services alone are not listed", []block{blockOf("10.0.0.0/24", teams)}, 9, nil, nil, 1},
		{
			"another provider is not inside",
			[]block{blockOf("10.0.0.0/25", azure), blockOf("10.0.0.128/25", amazon)},
			9, nil, []block{blockOf("10.0.0.0/25", forRent)}, 1,
		},
		{
			"what is in no list is not inside",
			[]block{blockOf("10.0.0.0/26", azure), blockOf("10.0.0.128/25", azure)},
			9, nil, []block{blockOf("10.0.0.0/26", forRent), blockOf("10.0.0.128/25", forRent)}, 1,
		},
		{
			"a proxy is not inside",
			[]block{blockOf("10.0.0.0/25", azure), blockOf("10.0.0.128/25", proxy)},
			9, nil, []block{blockOf("10.0.0.0/25", forRent)}, 1,
		},
		{
			"unless the query asks for it first",
			[]block{blockOf("10.0.0.0/25", azure), blockOf("10.0.0.128/25", proxy)},
			9, []class{proxy}, []block{blockOf("10.0.0.0/24", forRent)}, 1,
		},
		{
			// The first prefix is wider, and 64 of its addresses are for rent.
			"the most addresses for rent count, not the widest prefix",
			[]block{blockOf("10.0.0.0/26", azure), blockOf("10.0.0.64/26", teams), blockOf("10.0.0.128/25", teams), blockOf("10.0.2.0/25", azure)},
			1, nil, []block{blockOf("10.0.2.0/25", forRent)}, 128. / 192,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, share4, share6 := rentedCover(tt.blocks, tt.most, tt.most, tt.asked...)
			assert.Equal(t, tt.want, list)
			assert.InDelta(t, tt.share4, share4, 1e-9)
			assert.Equal(t, 1.0, share6)
		})
	}
}

// TestRentedCoverIsMicrosofts asks at all ends of ranges and their neighbours what the list has:
// only what is for rent, services without people, and what is asked first. All of them
// together have every address for rent.
func TestRentedCoverIsMicrosofts(t *testing.T) {
	if testing.Short() {
		t.Skip("asks of every range")
	}
	set := withOwn(t)
	blocks := coverOf(set)
	asked := []class{egress, tool}
	list, share4, share6 := rentedCover(blocks, len(blocks), len(blocks), asked...)
	assert.Equal(t, 1.0, share4)
	assert.Equal(t, 1.0, share6)
	for _, a := range slices.Concat(edges(blocks), edges(list)) {
		c, found := lookUp(set, a)
		_, listed := classAt(list, a)
		if listed {
			ok := found && (c.microsoftForRent() || c.layer == "" && c.people == iprange.PeopleNone || slices.Contains(asked, c))
			if !ok {
				require.Failf(t, "listed", "%s: %v", a, c)
			}
		} else if c.microsoftForRent() {
			require.Failf(t, "not listed", "%s: %v", a, c)
		}
	}
}

// TestRentedCoverSizes logs the length of the list.
func TestRentedCoverSizes(t *testing.T) {
	if testing.Short() {
		t.Skip("asks of every range")
	}
	blocks := coverOf(iprange.Default())
	crawlers := []class{{iprange.KindCrawler, iprange.PeopleNone, "known"}, {iprange.KindCrawler, iprange.PeoplePossible, "known"}}
	for _, first := range []struct {
		name  string
		asked []class
	}{{"nothing", nil}, {"crawlers", crawlers}, {"crawlers, proxies of Azure", append(crawlers, proxy)}} {
		last := 0.0
		for _, most := range []int{20, 50, 100, 200, 400, len(blocks)} {
			list, share4, share6 := rentedCover(blocks, most, most, first.asked...)
			v4, v6 := byFamily(list)
			t.Logf("asked first: %s: IPv4 %d prefixes, %d characters, %.4f; IPv6 %d prefixes, %d characters, %.6f",
				first.name, len(v4), characters(v4), share4, len(v6), characters(v6), share6)
			assert.GreaterOrEqual(t, share4, last)
			last = share4
		}
		assert.Equal(t, 1.0, last)
	}
}
