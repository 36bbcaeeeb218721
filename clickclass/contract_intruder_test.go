package clickclass_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/iprange"
)

// Tests of what must not hide somebody else, nor name the owner.

// TestIntruderWhoSignsInEverywhere holds that a fresh sign-in from the address of the click
// is a sign-in, also where it is one of many mailboxes.
func TestIntruderWhoSignsInEverywhere(t *testing.T) {
	const rented = "203.0.113.7"
	for _, delay := range []time.Duration{3 * time.Minute, 20 * time.Minute} {
		var store evidence.Store
		var clicks []clickclass.Click
		for i := range 12 {
			account, home := fmt.Sprintf("person%d@contoso.example", i), fmt.Sprintf("198.18.1.%d", i+1)
			at := noon.Add(time.Duration(i) * 20 * time.Minute)
			addRows(&store, signedIn(account, home))
			addRows(&store, []evidence.SignIn{goodSignIn(account, rented, at.Add(-30*time.Minute))})
			clicks = append(clicks, workdays(account, home)[0])
			k := from(founding(), rented)
			k.AccountUpn, k.Timestamp, k.Row = account, at, int64(i+1)
			k.Url = fmt.Sprintf("https://login%d.example/", i)
			clicks = append(clicks, withDelay(k, delay))
		}
		for at, v := range lastVerdicts(judgeAll(t, clickclass.Options{Source: &store}, clicks)) {
			if at.row < 0 {
				continue
			}
			assert.True(t, speaks(&v, "ip.fresh_signin"), "%+v", v.Reasons)
			assert.False(t, speaks(&v, "ip.no_signin") || speaks(&v, "ip.shared_nosignin"), "%+v", v.Reasons)
			assert.Contains(t, []clickclass.Class{clickclass.ClassUnknown, clickclass.ClassNotOwner}, v.Class, "%+v", v)
			assert.Contains(t, v.Causes, clickclass.CauseIntruder)
		}
	}
}

func TestAnySignInFromTheAddressIsOne(t *testing.T) {
	base := clickclass.SignInFacts{SignIns: 20, RenewalsKnown: true}
	tests := map[string]func(*clickclass.SignInFacts){
		"a first one":   func(s *clickclass.SignInFacts) { s.Day, s.Month, s.Age = true, true, 24*time.Hour },
		"a later one":   func(s *clickclass.SignInFacts) { s.After = true },
		"a risky one":   func(s *clickclass.SignInFacts) { s.Risky = true },
		"no one at all": func(*clickclass.SignInFacts) {},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			s := base
			change(&s)
			v := classify(t, clickclass.Options{Source: knowing(clickclass.Facts{SignIn: &s})}, withDelay(stranger(), time.Hour))
			assert.Equal(t, s == base, speaks(&v, "ip.no_signin"), "%+v", v.Reasons)
		})
	}
}

// TestCommonHostsDoNotNameTheClick holds that a browser that goes to Safe Links, or where
// everybody goes, does not show that the owner clicked on this link.
func TestCommonHostsDoNotNameTheClick(t *testing.T) {
	for _, rarity := range []float64{0.05, 0.2, 0.5, 0.51, 1} {
		device := &clickclass.DeviceFacts{Active: true, Watched: true, Connection: true, ConnectionGap: 40 * time.Second, Rarity: rarity}
		k := withDelay(stranger(), 2*time.Hour)
		facts := clickclass.Facts{Device: device, Network: &clickclass.Network{ASN: 64499, Organization: "City Fibre"}}
		v := classify(t, clickclass.Options{Source: knowing(facts)}, k)
		names := rarity > 0.5
		assert.Equal(t, names, speaks(&v, "c.net"), "%v: %+v", rarity, v.Reasons)
		assert.Equal(t, names, v.Class == clickclass.ClassOwner, "%v: %+v", rarity, v)
		assert.Equal(t, !names, v.Flags.Has(clickclass.FlagRecipientNotShown), "%v: %v", rarity, v.Flags)
	}
}

// TestDeclaredMachinesComeLate holds that the time since the message says nothing against
// tools and scanners that somebody declared: they open reported mail hours later.
func TestDeclaredMachinesComeLate(t *testing.T) {
	for _, kind := range []iprange.Kind{iprange.KindOwnTool, iprange.KindOwnScanner} {
		list, err := iprange.OwnList("", iprange.Own{Kind: kind, Prefixes: []netip.Prefix{netip.MustParsePrefix("10.2.0.0/16")}})
		require.NoError(t, err)
		set, err := iprange.Default().With(list)
		require.NoError(t, err)
		for _, delay := range []time.Duration{20 * time.Minute, 2 * time.Hour, 50 * time.Hour} {
			k := withDelay(from(founding(), "10.2.0.7"), delay)
			v := classify(t, clickclass.Options{Ranges: set}, k)
			assert.Equal(t, clickclass.ClassLikelyAutomated, v.Class, "%v after %v: %+v", kind, delay, v.P)
		}
	}
}

// TestDoubtNamesPeople holds that a click from a rented address of which nothing is known may
// be the owner's or an intruder's, whatever machines fit as well.
func TestDoubtNamesPeople(t *testing.T) {
	for name, policy := range map[string][]clickclass.Policy{"": nil, "a policy": {{Email: true, ScanURLs: true}}} {
		for _, delay := range []time.Duration{30 * time.Second, 3 * time.Minute, 3 * time.Hour} {
			k := withDelay(from(founding(), "4.144.0.0"), delay)
			v := classify(t, clickclass.Options{Policies: policy}, k)
			if assert.Equal(t, clickclass.ClassUnknown, v.Class) {
				assert.Contains(t, v.Causes, clickclass.CauseOwner, "%s %v", name, delay)
				assert.Contains(t, v.Causes, clickclass.CauseIntruder, "%s %v", name, delay)
				assert.Greater(t, len(v.Causes), 2, "%s %v: a machine fits, too", name, delay)
			}
		}
	}
}

// TestNobodyIsNotTheOwner holds that a row without an account has no owner, and that a person
// at a rented address is not known to be the owner.
func TestNobodyIsNotTheOwner(t *testing.T) {
	k := withDelay(stranger(), 2*time.Hour)
	k.ActionType = clickclass.ClickedThrough
	v := classify(t, clickclass.Options{}, k)
	assert.Equal(t, clickclass.ClassLikelyOwner, v.Class, "an account, and an address that is not for rent")

	nobody := k
	nobody.AccountUpn = ""
	v = classify(t, clickclass.Options{}, nobody)
	assert.Equal(t, clickclass.ClassUnknown, v.Class)

	rented := from(k, "4.144.0.0")
	v = classify(t, clickclass.Options{}, rented)
	assert.Equal(t, clickclass.ClassUnknown, v.Class)
	v = classify(t, clickclass.Options{Source: knowing(clickclass.Facts{SignIn: settledSignIn()})}, rented)
	assert.Contains(t, []clickclass.Class{clickclass.ClassLikelyOwner, clickclass.ClassOwner}, v.Class, "at home in a hosted desktop")
}
