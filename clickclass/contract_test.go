package clickclass_test

import (
	"context"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/iprange"
)

// Tests of what a verdict promises, whatever the weights: the classes, the probabilities and
// their range. The files contract_*_test.go hold the rest.

// knowing is a Source that answers every question with the same facts.
func knowing(f clickclass.Facts) clickclass.Source {
	return askFunc(func(context.Context, clickclass.Question) (clickclass.Facts, error) { return f, nil })
}

// networkOf is a Source that knows the network of every address.
func networkOf(asn uint32, organization string) clickclass.Source {
	return knowing(clickclass.Facts{Network: &clickclass.Network{ASN: asn, Organization: organization}})
}

// settledSignIn is an account that has signed in from the click's address for long.
func settledSignIn() *clickclass.SignInFacts {
	return &clickclass.SignInFacts{SignIns: 12, Day: true, Month: true, Settled: true, Age: 20 * 24 * time.Hour, RenewalsKnown: true}
}

// from returns k with another address.
func from(k clickclass.Click, ip string) clickclass.Click {
	k.IPAddress = netip.MustParseAddr(ip)
	return k
}

// isOwnerSide reports whether a verdict says that it was the owner.
func isOwnerSide(v *clickclass.Verdict) bool {
	return v.Class == clickclass.ClassOwner || v.Class == clickclass.ClassLikelyOwner
}

// reasonOf returns the reason of a rule, and the zero Reason if the rule did not apply.
func reasonOf(v *clickclass.Verdict, id string) clickclass.Reason {
	for _, r := range v.Reasons {
		if r.Rule == id {
			return r
		}
	}
	return clickclass.Reason{}
}

// speaks reports whether a rule applied with a weight, counted or not.
func speaks(v *clickclass.Verdict, id string) bool {
	r := reasonOf(v, id)
	return r.Machine != 0 || r.Other != 0
}

// ruleOf returns the row of the rules table with an id.
func ruleOf(t testing.TB, id string) clickclass.Rule {
	t.Helper()
	for _, r := range clickclass.Rules() {
		if r.ID == id {
			return r
		}
	}
	require.Fail(t, "no rule", id)
	return clickclass.Rule{}
}

// allLinks is a click on each of several links of k's message, all within so long.
func allLinks(k clickclass.Click, links int, within time.Duration) (clicks []clickclass.Click) {
	for i := range links {
		c := k
		c.Url = k.Url + "/" + strings.Repeat("x", i)
		c.Timestamp = k.Timestamp.Add(within * time.Duration(i) / time.Duration(links))
		c.Row = int64(i)
		clicks = append(clicks, c)
	}
	return clicks
}

// TestSixClasses has a click of each class.
func TestSixClasses(t *testing.T) {
	through := stranger()
	through.IsClickedThrough = true
	tests := map[string]struct {
		want   clickclass.Class
		source clickclass.Source
		clicks []clickclass.Click
	}{
		"unknown: nothing but time":                    {clickclass.ClassUnknown, nil, []clickclass.Click{stranger()}},
		"automated: list and clock":                    {clickclass.ClassAutomated, nil, []clickclass.Click{withDelay(founding(), 3*time.Second)}},
		"likely automated: a list alone":               {clickclass.ClassLikelyAutomated, nil, []clickclass.Click{founding()}},
		"not the owner: a burst from nobody's address": {clickclass.ClassNotOwner, nil, allLinks(withDelay(from(founding(), "203.0.113.7"), 2*time.Second), 3, time.Second)},
		"likely the owner: Continue anyway":            {clickclass.ClassLikelyOwner, nil, []clickclass.Click{through}},
		"the owner: settled sign-in":                   {clickclass.ClassOwner, knowing(clickclass.Facts{SignIn: settledSignIn()}), []clickclass.Click{stranger()}},
	}
	met := map[clickclass.Class]bool{}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, r := range judgeAll(t, clickclass.Options{Source: tt.source}, tt.clicks) {
				assert.Equal(t, tt.want, r.Verdict.Class, "%+v", r.Verdict.P)
			}
		})
		met[tt.want] = true
	}
	assert.Len(t, met, 6)
}

// knownForMachines reports whether a machine is known to be behind the address: by a list
// that says that no people are, by a mail-security network, or because you said so.
func knownForMachines(o *clickclass.Origin) bool {
	switch {
	case o.Kind == iprange.KindOwnScanner || o.Kind == iprange.KindOwnTool:
		return true
	case o.Layer == iprange.LayerNone:
		return strings.Contains(o.Network.Organization, "Mimecast") // the one of randomFacts
	}
	return o.People == iprange.PeopleNone && o.Layer != iprange.LayerMicrosoft
}

// TestClassesHoldWhatTheyPromise holds for clicks of all kinds what RULES.md says of the
// classes.
func TestClassesHoldWhatTheyPromise(t *testing.T) {
	shows := map[string]string{}
	for _, r := range clickclass.Rules() {
		shows[r.ID] = r.Shows
	}
	met := map[clickclass.Class]bool{}
	forRandomResults(t, func(r *clickclass.Result) {
		v := &r.Verdict
		p := v.P
		met[v.Class] = true
		person, owner, spoken := false, false, false
		for _, x := range v.Reasons {
			spoken = spoken || x.Counted
			person = person || x.Machine < 0 && shows[x.Rule] != ""
			owner = owner || x.Machine < 0 && (shows[x.Rule] == "owner" || shows[x.Rule] == "decisive")
		}
		switch v.Class {
		case clickclass.ClassAutomated:
			require.GreaterOrEqual(t, p.Machine, 0.98)
			require.True(t, knownForMachines(&v.Origin), "%+v", v.Origin)
			require.False(t, person, "%+v", v.Reasons)
			require.Zero(t, v.Failed)
		case clickclass.ClassLikelyAutomated:
			require.GreaterOrEqual(t, p.Machine, 0.80)
			require.Zero(t, v.Failed)
		case clickclass.ClassNotOwner:
			require.GreaterOrEqual(t, p.Machine+p.Other, 0.90)
			require.Zero(t, v.Failed)
		case clickclass.ClassLikelyOwner:
			require.GreaterOrEqual(t, p.Owner, 0.92)
			require.True(t, person, "%+v", v.Reasons)
			require.NotEmpty(t, r.Click.AccountUpn)
		case clickclass.ClassOwner:
			require.GreaterOrEqual(t, p.Owner, 0.98)
			require.True(t, owner, "%+v", v.Reasons)
			require.NotEmpty(t, r.Click.AccountUpn)
		case clickclass.ClassUnknown:
			require.False(t, v.Failed == 0 && spoken && p.Machine+p.Other >= 0.90, "%+v", *v)
			nobody := r.Click.AccountUpn == "" || v.Flags.Has(clickclass.FlagAddressForRent|clickclass.FlagRecipientNotShown)
			require.False(t, spoken && person && p.Owner >= 0.92 && !nobody, "%+v", *v)
		}
	})
	assert.Len(t, met, 6, "verdicts of all classes")
}

// share returns P(machine) from the odds of a machine and of somebody else, and the prior.
func share(machine, other float64) float64 {
	m, o := 0.10*math.Exp(machine), 0.01*math.Exp(other)
	return m / (0.89 + m + o)
}

// TestRange holds that P's range follows from the ranges of the weights: at the low end each
// counted rule speaks least for a machine and most for somebody else.
func TestRange(t *testing.T) {
	through := from(founding(), "203.0.113.7")
	through.IsClickedThrough = true
	tests := map[string]struct {
		click clickclass.Click
		rules []string // that count
	}{
		"the founding row":    {founding(), []string{"ip.teams"}},
		"a clock":             {withDelay(from(founding(), "203.0.113.7"), 5*time.Second), []string{"t.0_10"}},
		"Continue anyway":     {through, []string{"a.through"}},
		"an address and time": {withDelay(from(founding(), "40.107.218.12"), 20*time.Second), []string{"ip.eop", "t.10_60"}},
	}
	// sum adds up what rules say in one direction: the strongest in full, others 0.7.
	sum := func(ids []string, end func(clickclass.Rule) float64) float64 {
		total, most := 0.0, 0.0
		for _, id := range ids {
			w := end(ruleOf(t, id))
			total += 0.7 * w
			if math.Abs(w) > math.Abs(most) {
				most = w
			}
		}
		return total + 0.3*most
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			v := clickclass.Score(tt.click)
			require.Equal(t, tt.rules, ruleIDs(&v, true))
			machine := func(end func(clickclass.Weight) float64) float64 {
				return sum(tt.rules, func(r clickclass.Rule) float64 { return end(r.Machine) })
			}
			other := func(end func(clickclass.Weight) float64) float64 {
				// Ends of different sign do not add up like this; there is one such rule in a case.
				return sum(tt.rules, func(r clickclass.Rule) float64 { return end(r.Other) })
			}
			least := func(w clickclass.Weight) float64 { return w.Min }
			value := func(w clickclass.Weight) float64 { return w.Value }
			most := func(w clickclass.Weight) float64 { return w.Max }
			assert.InDelta(t, share(machine(value), other(value)), v.P.Machine, 1e-5)
			assert.InDelta(t, share(machine(least), other(most)), v.P.Low, 1e-5)
			assert.InDelta(t, share(machine(most), other(least)), v.P.High, 1e-5)
			assert.Less(t, v.P.Low, v.P.Machine)
			assert.Less(t, v.P.Machine, v.P.High)
		})
	}
}

// TestNotTheOwner holds that what fits a machine and somebody else alike speaks for somebody
// else at least as much, in the table and as it is applied.
func TestNotTheOwner(t *testing.T) {
	ids := map[string]bool{"b.strangers": true, "ip.shared_nosignin": true, "ip.no_signin": true, "c.silent": true, "b.shadow": true}
	for id := range ids {
		r := ruleOf(t, id)
		assert.GreaterOrEqual(t, r.Other.Value, r.Machine.Value, id)
		assert.GreaterOrEqual(t, r.Other.Max, r.Machine.Max, id)
	}
	met := map[string]bool{}
	forRandomResults(t, func(r *clickclass.Result) {
		for _, x := range r.Verdict.Reasons {
			if ids[x.Rule] {
				require.GreaterOrEqual(t, x.Other, x.Machine, x.Rule)
				met[x.Rule] = true
			}
		}
	})
	assert.GreaterOrEqual(t, len(met), 4)
}

// TestSourcesAreIndependent holds that rules that read one clock or one list are one source.
func TestSourcesAreIndependent(t *testing.T) {
	groups := map[string]string{}
	for _, r := range clickclass.Rules() {
		groups[r.ID] = r.Group
	}
	for _, id := range []string{"t.before", "t.0_3", "t.0_10", "t.10_60"} {
		assert.Equal(t, groups["b.address"], groups[id], id)
	}
	for _, id := range []string{"ip.teams", "ip.mailsec", "ip.cloud"} {
		assert.Equal(t, groups["ip.eop"], groups[id], id)
	}
}
