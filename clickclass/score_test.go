package clickclass_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/iprange"
)

func TestFounding(t *testing.T) {
	t.Run("nothing else", func(t *testing.T) {
		v := clickclass.Score(founding())
		assert.Equal(t, clickclass.ClassLikelyAutomated, v.Class)
		assert.GreaterOrEqual(t, v.P.Machine, 0.80)
		assert.LessOrEqual(t, v.P.Machine, 0.97)
		assert.Less(t, v.P.Low, 0.4, "the range shows that the number rests on an assumption")
		assert.GreaterOrEqual(t, v.P.High, v.P.Machine)
		assert.Equal(t, clickclass.BasisRow, v.Basis)
		assert.Equal(t, clickclass.Origin{
			Layer: iprange.LayerProduct, Kind: iprange.KindTeams, People: iprange.PeopleNone,
			Service: "Microsoft Teams", Area: "Skype", Category: "Optimize", Region: "centralfrance",
			Prefix: netip.MustParsePrefix("52.112.0.0/14"), List: v.Origin.List,
			Sets: []int{11, 12}, Tags: []string{"AzureCloud", "AzureCloud.centralfrance"},
		}, v.Origin)
		assert.NotEmpty(t, v.Origin.List)
		assert.Equal(t, []string{"ip.teams"}, ruleIDs(&v, true))
		assert.Equal(t, []clickclass.Cause{clickclass.CauseChatPreview, clickclass.CauseMailFlowScan}, v.Causes)
		assert.Equal(t, clickclass.EvidenceMail|clickclass.EvidenceSignIn|clickclass.EvidenceDevice|clickclass.EvidenceChat, v.Missing)
		assert.Zero(t, v.Failed)
		assert.True(t, v.Flags.Has(clickclass.FlagRecipientNotShown|clickclass.FlagAssumption))
		assert.Equal(t, clickclass.ClockNone, v.Clock)
		assert.Equal(t, clickclass.RulesVersion, v.Rules)
		assert.Equal(t, iprange.Default().Version(), v.Lists)
	})
	t.Run("seconds after the message", func(t *testing.T) {
		v := clickclass.Score(withDelay(founding(), 3*time.Second))
		assert.Equal(t, clickclass.ClassAutomated, v.Class)
		assert.GreaterOrEqual(t, v.P.Machine, 0.98)
		assert.Equal(t, clickclass.ClockMessageID, v.Clock)
		assert.InDelta(t, 3, v.Delay.Seconds(), 0.01)
	})
	t.Run("exactly ten seconds", func(t *testing.T) {
		v := clickclass.Score(withDelay(founding(), 10*time.Second))
		assert.Equal(t, clickclass.ClassAutomated, v.Class)
	})
	t.Run("own browser launch of the same link", func(t *testing.T) {
		for _, d := range []time.Duration{0, 3 * time.Second, 2 * time.Hour} {
			k := founding()
			if d > 0 {
				k = withDelay(k, d)
			}
			var store evidence.Store
			store.Add(evidence.BrowserLaunch{
				Timestamp: noon.Add(2 * time.Second), AccountUpn: "Dana@contoso.example",
				DeviceName: "pc1", RemoteUrl: k.Url, Process: "outlook.exe",
			})
			v := classify(t, clickclass.Options{Source: &store}, k)
			assert.Contains(t, []clickclass.Class{clickclass.ClassLikelyOwner, clickclass.ClassOwner}, v.Class, "delay %v: %+v", d, v.P)
			assert.Equal(t, clickclass.BasisDevice, v.Basis)
			assert.False(t, v.Flags.Has(clickclass.FlagRecipientNotShown))
			assert.Equal(t, clickclass.CauseOwner, v.Causes[0])
		}
	})
}

func TestZeroVerdict(t *testing.T) {
	var v clickclass.Verdict
	assert.Equal(t, clickclass.ClassUnknown, v.Class)
	assert.Empty(t, v.Reasons)
	assert.Empty(t, v.Causes)
	assert.Zero(t, v.Next)
	assert.True(t, v.Equal(&clickclass.Verdict{}))
}

// TestZeroClick has no reason at all: that is unknown, at the prior.
func TestZeroClick(t *testing.T) {
	v := clickclass.Score(clickclass.Click{})
	assert.Equal(t, clickclass.ClassUnknown, v.Class)
	assert.Empty(t, v.Reasons)
	assert.InDelta(t, 0.10, v.P.Machine, 1e-9)
	assert.True(t, v.Flags.Has(clickclass.FlagNoAddress))
}

func TestRowReasons(t *testing.T) {
	at := func(ip string) clickclass.Click {
		k := founding()
		k.IPAddress = netip.Addr{}
		if ip != "" {
			k.IPAddress = netip.MustParseAddr(ip)
		}
		return k
	}
	with := func(k clickclass.Click, change func(*clickclass.Click)) clickclass.Click {
		change(&k)
		return k
	}
	tests := []struct {
		name    string
		click   clickclass.Click
		counted []string
		class   clickclass.Class
	}{
		{"mail protection address", at("40.107.218.12"), []string{"ip.eop"}, clickclass.ClassLikelyAutomated},
		{"mail protection address, v4-mapped", at("::ffff:40.107.218.12"), []string{"ip.eop"}, clickclass.ClassLikelyAutomated},
		{"mail protection address, with a zone", at("::ffff:40.107.218.12%eth0"), []string{"ip.eop"}, clickclass.ClassLikelyAutomated},
		{"mail protection address hours later", withDelay(at("40.107.218.12"), 5*time.Hour), []string{"ip.eop", "t.1h"}, clickclass.ClassLikelyAutomated},
		{"SharePoint address", at("52.105.1.1"), []string{"ip.spo"}, clickclass.ClassLikelyAutomated},
		{"Teams address and Teams click", with(at("52.112.103.113"), func(k *clickclass.Click) { k.Workload = "Teams" }), []string{"ip.teams_workload"}, clickclass.ClassUnknown},
		{"Entra address", at("20.190.130.1"), []string{"ip.service"}, clickclass.ClassUnknown},
		{"Azure address", at("40.64.64.200"), []string{"ip.azure"}, clickclass.ClassUnknown},
		{"Azure address within seconds", withDelay(at("40.64.64.200"), 2*time.Second), []string{"t.0_3", "ip.azure"}, clickclass.ClassNotOwner},
		{"Azure address within ten seconds", withDelay(at("40.64.64.200"), 8*time.Second), []string{"t.0_10", "ip.azure"}, clickclass.ClassUnknown},
		{"Global Secure Access", at("151.206.1.1"), []string{"ip.ms_user_egress"}, clickclass.ClassUnknown},
		{"address that no list knows", at("203.0.113.7"), nil, clickclass.ClassUnknown},
		{"unknown address within seconds", withDelay(at("203.0.113.7"), 2*time.Second), []string{"t.0_3"}, clickclass.ClassUnknown},
		{"unknown address within ten seconds", withDelay(at("203.0.113.7"), 8*time.Second), []string{"t.0_10"}, clickclass.ClassUnknown},
		{"unknown address within a minute", withDelay(at("203.0.113.7"), 30*time.Second), []string{"t.10_60"}, clickclass.ClassUnknown},
		{"unknown address after minutes", withDelay(at("203.0.113.7"), 3*time.Minute), []string{"t.1_5m"}, clickclass.ClassUnknown},
		{"unknown address within the hour", withDelay(at("203.0.113.7"), 30*time.Minute), []string{"t.5_60m"}, clickclass.ClassUnknown},
		{"unknown address the day after", withDelay(at("203.0.113.7"), 30*time.Hour), []string{"t.1h"}, clickclass.ClassUnknown},
		{"before the message", withDelay(at("203.0.113.7"), -30*time.Second), nil, clickclass.ClassUnknown},
		{"no address", at(""), nil, clickclass.ClassUnknown},
		{"clicked through", with(at("203.0.113.7"), func(k *clickclass.Click) { k.IsClickedThrough = true }), []string{"a.through"}, clickclass.ClassLikelyOwner},
		{"client version", with(at("203.0.113.7"), func(k *clickclass.Click) { k.AppVersion = "16.0.1" }), nil, clickclass.ClassUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := clickclass.Score(tt.click)
			assert.Equal(t, tt.counted, ruleIDs(&v, true))
			assert.Equal(t, tt.class, v.Class, "%+v", v.P)
		})
	}
}

// TestImplausibleClocks holds that an id which is no clock is not believed.
func TestImplausibleClocks(t *testing.T) {
	tests := map[string]string{
		"all ones":            "11111111-1111-1111-1111-111111111111",
		"random":              "6a1f0f7e-6b8d-4c8e-9a57-d1b2c3a4e5f6",
		"an hour after click": idAt("5f0c2a11-93b4-4e07", noon.Add(time.Hour)),
		"not a GUID":          "message-7",
		"cut":                 "5f0c2a11-93b4-4e07-1234",
	}
	for name, id := range tests {
		t.Run(name, func(t *testing.T) {
			k := founding()
			k.NetworkMessageId = id
			v := clickclass.Score(k)
			assert.Equal(t, clickclass.ClockNone, v.Clock)
			assert.True(t, v.Flags.Has(clickclass.FlagNoMessageClock))
			assert.Equal(t, clickclass.Score(founding()).P, v.P)
		})
	}
}

// TestProbabilities holds what the doc of Probabilities promises, for clicks of all kinds.
func TestProbabilities(t *testing.T) {
	forRandomResults(t, func(r *clickclass.Result) {
		p := r.Verdict.P
		require.InDelta(t, 1, p.Machine+p.Owner+p.Other, 1e-9)
		for _, x := range []float64{p.Machine, p.Owner, p.Other, p.Low, p.High} {
			require.GreaterOrEqual(t, x, 0.0)
			require.LessOrEqual(t, x, 1.0)
		}
		require.LessOrEqual(t, p.Low, p.Machine)
		require.LessOrEqual(t, p.Machine, p.High)
	})
}

// TestVerdictsDoNotDependOnEarlierOnes holds that nothing of a judgement is left over for
// the next.
func TestVerdictsDoNotDependOnEarlierOnes(t *testing.T) {
	first := clickclass.Score(clickclass.Click{})
	loaded := clickclass.Score(fullClick())
	for range 100 {
		clickclass.Score(withDelay(founding(), 3*time.Second))
		require.Equal(t, first, clickclass.Score(clickclass.Click{}))
		require.Equal(t, loaded, clickclass.Score(fullClick()))
	}
}

// TestVerdictsBelongToTheCaller holds that a caller who changes a verdict changes no other.
func TestVerdictsBelongToTheCaller(t *testing.T) {
	k := withDelay(founding(), 3*time.Second)
	want := clickclass.Score(k)
	v := clickclass.Score(k)
	v.Causes = append(v.Causes, "mine", "mine", "mine")
	v.Origin.Sets = append(v.Origin.Sets, 1, 2, 3)
	v.Origin.Tags = append(v.Origin.Tags, "mine")
	for i := range v.Causes {
		v.Causes[i] = "mine"
	}
	v.Origin.Sets[0], v.Origin.Tags[0] = -1, "mine"
	v.Reasons[0] = clickclass.Reason{}
	assert.Equal(t, "mine", v.Origin.Tags[2], "the lists do not run into each other")
	assert.Equal(t, []int{-1, 12, 1, 2, 3}, v.Origin.Sets)
	got := clickclass.Score(k)
	requireEqualVerdicts(t, &want, &got, "after changes to another verdict")
}
