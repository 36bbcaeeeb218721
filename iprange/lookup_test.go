package iprange_test

import (
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

func lookup(addr string) iprange.Matches {
	return iprange.Default().Lookup(netip.MustParseAddr(addr))
}

func TestLookupOfTheFoundingAddress(t *testing.T) {
	for _, form := range []string{"52.112.103.113", "::ffff:52.112.103.113", "::ffff:52.112.103.113%eth0"} {
		t.Run(form, func(t *testing.T) {
			m := lookup(form)
			var got []string
			for i, x := range m.All() {
				got = append(got, strings.TrimSpace(x.Layer.String()+" "+x.Prefix.String()+" "+x.Tag+x.Area))
				assert.Equal(t, x, m.At(i))
			}
			assert.Equal(t, []string{
				"tag 52.112.103.0/24 AzureCloud.centralfrance", "tag 52.112.103.0/24 AzureCloud",
				"product 52.112.0.0/14 Skype", "product 52.112.0.0/14 Skype", "microsoft 52.112.0.0/14",
			}, got)
			best, ok := m.Best()
			require.True(t, ok)
			assert.Equal(t, 11, best.Set)
			assert.Equal(t, "Optimize", best.Category)
			assert.Equal(t, "worldwide 2026-08-02", best.List)
			assert.Equal(t, iprange.KindTeams, best.Kind)
			assert.Equal(t, 12, m.At(3).Set)
			assert.Equal(t, iprange.PeopleNone, m.People())
		})
	}
}

func TestBestAndPeople(t *testing.T) {
	tests := []struct {
		name, addr string
		kind       iprange.Kind
		people     iprange.People
	}{
		{"mail protection", "40.92.1.1", iprange.KindMailProtection, iprange.PeopleNone},
		{"SharePoint beside it", "52.104.1.1", iprange.KindSharePoint, iprange.PeopleNone},
		{"client access beside it", "52.96.1.1", iprange.KindExchange, iprange.PeopleNone},
		{"Global Secure Access", "151.206.1.1", iprange.KindPersonEgress, iprange.PeopleYes},
		{"crawler in a block that a tag names", "40.94.3.4", iprange.KindMailProtection, iprange.PeopleNone},
		{"crawler in AzureCloud", "40.64.64.90", iprange.KindCrawler, iprange.PeopleNone},
		{"rented inside mail protection, IPv6", "2a01:111:f403:d91b::5", iprange.KindCloud, iprange.PeoplePossible},
		{"mail protection, IPv6", "2a01:111:f400::1", iprange.KindMailProtection, iprange.PeopleNone},
		{"relays of Azure Virtual Desktop, with Azure inside", "51.5.1.1", iprange.KindRelay, iprange.PeoplePossible},
		{"offices", "131.107.1.1", iprange.KindCorporate, iprange.PeopleYes},
		{"Azure alone", "40.64.64.91", iprange.KindCloud, iprange.PeoplePossible},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := lookup(tt.addr)
			best, ok := m.Best()
			require.True(t, ok)
			assert.Equal(t, tt.kind, best.Kind)
			assert.Equal(t, tt.people, m.People())
			assert.NotEmpty(t, best.Source)
		})
	}
}

func TestNothingMatches(t *testing.T) {
	var zero iprange.Set
	for name, m := range map[string]iprange.Matches{
		"zero Matches": {}, "zero Set": zero.Lookup(netip.MustParseAddr("52.112.103.113")),
		"zero Addr": iprange.Default().Lookup(netip.Addr{}), "unknown": lookup("192.0.2.1"), "unknown IPv6": lookup("2001:db8::1"),
		"host of the zero Set": zero.LookupHost("outlook.office.com"),
	} {
		t.Run(name, func(t *testing.T) {
			assert.Zero(t, m.Len())
			_, ok := m.Best()
			assert.False(t, ok)
			assert.Equal(t, iprange.PeoplePossible, m.People())
			assert.Panics(t, func() { m.At(0) })
		})
	}
}

func TestLookupAt(t *testing.T) {
	tests := []struct {
		name, addr, day string
		sets            []int
	}{
		{"Teams' old block, then", "52.120.1.1", "2022-11-01", []int{11, 12}},
		{"Teams' old block, the day it left", "52.120.1.1", "2022-12-01", nil},
		{"Teams' new block, once part of the old", "52.122.1.1", "2022-11-30", []int{11, 12}},
		{"Teams' new block, from then on", "52.122.1.1", "2022-12-01", []int{11, 12}},
		{"until 2024-08", "13.107.64.1", "2024-07-31", []int{11, 12}},
		{"not since", "13.107.64.1", "2024-08-01", nil},
		{"before the history: its oldest version", "52.120.1.1", "2015-01-01", []int{11, 12}},
		{"mail protection, later than all lists", "52.100.1.1", "2030-01-01", []int{9, 10}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			day, err := time.Parse(time.DateOnly, tt.day)
			require.NoError(t, err)
			m := iprange.Default().LookupAt(netip.MustParseAddr(tt.addr), day)
			var sets []int
			for i, x := range m.All() {
				if x.Layer == iprange.LayerProduct {
					sets = append(sets, x.Set)
					assert.Equal(t, x, m.At(i))
				}
			}
			assert.Equal(t, tt.sets, sets)
		})
	}
}

func TestLookupDoesNotAllocate(t *testing.T) {
	s, day := iprange.Default(), time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, addr := range []string{"52.112.103.113", "2a01:111:f403:d91b::5", "192.0.2.1", "::ffff:40.94.1.1"} {
		a := netip.MustParseAddr(addr)
		assert.Zero(t, testing.AllocsPerRun(100, func() {
			for _, m := range [...]iprange.Matches{s.Lookup(a), s.LookupAt(a, day)} {
				for i := range m.Len() {
					_ = m.At(i)
				}
				m.Best()
				m.People()
			}
		}), addr)
	}
	assert.Zero(t, testing.AllocsPerRun(100, func() { s.LookupHost("outlook.office.com") }))
}

func TestDefaultIsOneForAll(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { assert.Same(t, iprange.Default(), iprange.Default()) })
	}
	wg.Wait()
	assert.NotEmpty(t, iprange.Default().Version())
}
