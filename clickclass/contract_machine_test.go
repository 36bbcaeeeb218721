package clickclass_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/iprange"
)

// Tests of what a machine's verdict may rest on.

// withOwn returns the published lists with ranges of one's own.
func withOwn(t testing.TB, text string) *iprange.Set {
	t.Helper()
	own, err := iprange.ReadOwn(strings.NewReader(text), "")
	require.NoError(t, err)
	set, err := iprange.Default().With(own)
	require.NoError(t, err)
	return set
}

// addressOf returns an address that the lists in force at noon call a kind.
func addressOf(t testing.TB, kind iprange.Kind) netip.Addr {
	t.Helper()
	set := iprange.Default()
	for m := range set.Entries() {
		if m.Kind != kind || !m.Prefix.IsValid() {
			continue
		}
		addr := m.Prefix.Addr()
		if best, ok := set.LookupAt(addr, noon).Best(); ok && best.Kind == kind {
			return addr
		}
	}
	require.Fail(t, "no address", "%v", kind)
	return netip.Addr{}
}

// knownCloud returns an address of a cloud other than Azure.
func knownCloud(t testing.TB) netip.Addr {
	t.Helper()
	set := iprange.Default()
	for m := range set.Entries() {
		if m.Kind == iprange.KindCloud && m.Layer == iprange.LayerKnown && m.Prefix.IsValid() {
			if best, ok := set.LookupAt(m.Prefix.Addr(), noon).Best(); ok && best.Layer == iprange.LayerKnown && best.Kind == iprange.KindCloud {
				return m.Prefix.Addr()
			}
		}
	}
	require.Fail(t, "no cloud")
	return netip.Addr{}
}

// TestWhatAutomatedRestsOn holds that a click two seconds after the message, on all of its
// links at once, is a machine's only where machines are known to be behind the address.
func TestWhatAutomatedRestsOn(t *testing.T) {
	own := withOwn(t, "scanner: 10.1.0.0/16\ntool: 10.2.0.0/16\negress: 10.3.0.0/16\ncloudpc: 10.4.0.0/16\nignore: 10.5.0.0/16")
	tests := []struct {
		name   string
		ip     string
		source clickclass.Source
		want   bool
	}{
		{"a list says Teams", "52.112.103.113", nil, true},
		{"a list says mail protection", "40.107.218.12", nil, true},
		{"a list says SharePoint", addressOf(t, iprange.KindSharePoint).String(), nil, true},
		{"declared scanner", "10.1.0.7", nil, true},
		{"declared tool", "10.2.0.7", nil, true},
		{"mail-security network", "203.0.113.7", networkOf(64497, "Mimecast"), true},
		{"declared egress", "10.3.0.7", nil, false},
		{"declared hosted desktops", "10.4.0.7", nil, false},
		{"declared to be left out", "10.5.0.7", nil, false},
		{"habits at an unknown address", "203.0.113.7", nil, false},
		{"public IP space without a tag", "172.134.0.7", nil, false},
		{"Azure, for rent", "20.38.87.5", nil, false},
		{"a platform that runs customers' code", addressOf(t, iprange.KindPlatform).String(), nil, false},
		{"a proxy of Microsoft's", addressOf(t, iprange.KindProxy).String(), nil, false},
		{"a proxy by its network", "203.0.113.7", networkOf(22616, "Zscaler"), false},
		{"a proxy by its name", "203.0.113.7", networkOf(64498, "Netskope Inc"), false},
		{"an egress of people", "151.206.1.1", nil, false},
		{"a crawler's published range", addressOf(t, iprange.KindCrawler).String(), nil, true},
		{"another cloud, for rent", knownCloud(t).String(), nil, false},
		{"a data centre", "203.0.113.7", networkOf(16509, "Amazon"), false},
		{"an access network", "203.0.113.7", networkOf(64499, "City Fibre"), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			clicks := allLinks(withDelay(from(founding(), tt.ip), 2*time.Second), 4, 800*time.Millisecond)
			for _, r := range judgeAll(t, clickclass.Options{Ranges: own, Source: tt.source}, clicks) {
				v := &r.Verdict
				if tt.want {
					assert.Equal(t, clickclass.ClassAutomated, v.Class, "%+v", v.P)
					continue
				}
				assert.NotEqual(t, clickclass.ClassAutomated, v.Class)
				assert.NotEqual(t, clickclass.ClassLikelyAutomated, v.Class, "an intruder's script does the same")
				assert.False(t, isOwnerSide(v))
			}
		})
	}
	best, _ := own.LookupAt(netip.MustParseAddr("172.134.0.7"), noon).Best()
	assert.Equal(t, iprange.LayerMicrosoft, best.Layer, "no tag names it")
}

// habit is so many accounts that ask for their own links from one address within seconds of
// the message, on three days.
func habit(ip string, accounts int) (clicks []clickclass.Click) {
	for day := range 3 {
		for i := range accounts {
			k := from(founding(), ip)
			k.Timestamp = noon.Add(time.Duration(day)*24*time.Hour + time.Duration(i)*20*time.Minute)
			k.AccountUpn = fmt.Sprintf("person%d@contoso.example", i)
			k.Url = fmt.Sprintf("https://site%d.example/%d", day, i)
			k = withDelay(k, 2*time.Second)
			k.Row = int64(len(clicks))
			clicks = append(clicks, k)
		}
	}
	return clicks
}

// TestHabitsNeverMakeAutomated holds that habits make a machine likely where they are of many
// accounts, and never more.
func TestHabitsNeverMakeAutomated(t *testing.T) {
	tests := map[int][]clickclass.Class{
		1:  {clickclass.ClassNotOwner, clickclass.ClassUnknown},
		3:  {clickclass.ClassNotOwner, clickclass.ClassUnknown}, // an intruder may have three mailboxes
		20: {clickclass.ClassLikelyAutomated},
	}
	for accounts, want := range tests {
		t.Run(fmt.Sprintf("%d accounts", accounts), func(t *testing.T) {
			for _, r := range judgeAll(t, clickclass.Options{}, habit("203.0.113.7", accounts)) {
				v := &r.Verdict
				assert.Contains(t, want, v.Class, "row %d: %+v", r.Click.Row, v.P)
				assert.Equal(t, accounts > 1, speaks(v, "b.address"), "the habit is of other accounts")
				if accounts == 3 {
					assert.Contains(t, v.Causes, clickclass.CauseIntruder)
				}
			}
		})
	}
}

// TestLateClicks holds that hours since the message count nothing against services whose
// fetches are not tied to delivery, and do against mail protection.
func TestLateClicks(t *testing.T) {
	for _, tt := range []struct {
		name string
		kind iprange.Kind
		tied bool
		rule string
	}{
		{"Teams", iprange.KindTeams, false, "ip.teams"},
		{"SharePoint", iprange.KindSharePoint, false, "ip.spo"},
		{"crawlers", iprange.KindCrawler, false, "ip.crawler"},
		{"mail protection", iprange.KindMailProtection, true, "ip.eop"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := founding()
			k.IPAddress = addressOf(t, tt.kind)
			undated := clickclass.Score(k)
			for _, d := range []time.Duration{20 * time.Minute, 2 * time.Hour, 20 * 24 * time.Hour} {
				v := clickclass.Score(withDelay(k, d))
				if tt.tied {
					assert.Less(t, v.P.Machine, undated.P.Machine, "%v", d)
				} else {
					assert.Equal(t, undated.P, v.P, "%v", d)
					assert.Equal(t, []string{tt.rule}, ruleIDs(&v, true), "%v", d)
				}
			}
		})
	}
}

// TestCoverage holds that the absence of sign-ins weighs by the share of clicking accounts of
// which any are given, and a third where mobile sessions are not given.
func TestCoverage(t *testing.T) {
	other := func(covered int, renewals bool) float64 {
		var clicks []clickclass.Click
		signIns := map[string]bool{}
		for i := range 40 {
			k := stranger()
			k.AccountUpn = fmt.Sprintf("person%d@contoso.example", i)
			k.IPAddress = netip.AddrFrom4([4]byte{198, 51, 100, byte(i)})
			k.Url = fmt.Sprintf("https://site%d.example/", i)
			k.Row = int64(i)
			clicks = append(clicks, k)
			signIns[k.AccountUpn] = i == 0 || i <= covered
		}
		source := askAccounts(func(account string) clickclass.Facts {
			if !signIns[account] {
				return clickclass.Facts{}
			}
			return clickclass.Facts{SignIn: &clickclass.SignInFacts{SignIns: 9, RenewalsKnown: renewals}} // elsewhere
		})
		v := lastVerdicts(judgeAll(t, clickclass.Options{Source: source}, clicks))[place{"", 0}]
		r := reasonOf(&v, "ip.no_signin")
		assert.NotEmpty(t, r.Rule)
		assert.GreaterOrEqual(t, r.Other, r.Machine)
		return r.Other
	}
	full := ruleOf(t, "ip.no_signin").Other.Value
	assert.InDelta(t, full, other(39, true), 0.05*full, "all are given")
	assert.InDelta(t, full/2, other(19, true), 0.05*full, "half of them")
	assert.InDelta(t, 0, other(0, true), 0.05*full, "nobody else's")
	assert.InDelta(t, full/3, other(39, false), 0.05*full, "and no mobile sessions")
}
