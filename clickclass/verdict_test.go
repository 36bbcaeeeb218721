package clickclass_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// ticksID makes an id with the clock t, as Microsoft 365 writes them: the last
// twelve digits are the upper 48 bits of the .NET tick count.
func ticksID(prefix string, t time.Time) string {
	const unixEpochTicks = 621355968000000000
	ticks := uint64(t.UnixNano()/100) + unixEpochTicks
	return fmt.Sprintf("%s-%04x-%012x", prefix, ticks&0xffff, ticks>>16)
}

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// founding is the row that the project began with.
func founding() clickclass.Click {
	return clickclass.Click{
		Timestamp:  noon,
		Url:        "https://login.contoso-docs.example/a",
		ActionType: clickclass.ClickAllowed,
		AccountUpn: "dana@contoso.example",
		Workload:   "Email",
		IPAddress:  netip.MustParseAddr("52.112.103.113"),
	}
}

func withDelay(k clickclass.Click, d time.Duration) clickclass.Click {
	k.NetworkMessageId = ticksID("5f0c2a11-93b4-4e07", k.Timestamp.Add(-d))
	return k
}

func ids(signals []clickclass.Signal, counted bool) []string {
	var out []string
	for _, s := range signals {
		if s.Counted == counted {
			out = append(out, s.Rule.ID)
		}
	}
	return out
}

func names[T fmt.Stringer](list []T) []string {
	var out []string
	for _, x := range list {
		out = append(out, x.String())
	}
	return out
}

func classify(t *testing.T, store *clickclass.Store, k clickclass.Click) clickclass.Verdict {
	t.Helper()
	c, err := clickclass.New(clickclass.Options{Evidence: store.Evidence()})
	require.NoError(t, err)
	return c.Classify(k)
}

func TestFounding(t *testing.T) {
	t.Run("nothing else", func(t *testing.T) {
		v := clickclass.Score(founding())
		assert.Equal(t, clickclass.ClassLikelyAutomated, v.Class)
		assert.GreaterOrEqual(t, v.P, 0.80)
		assert.LessOrEqual(t, v.P, 0.97)
		assert.Equal(t, clickclass.RegimeRow, v.Regime)
		assert.Equal(t, "product", v.Origin.Layer.String())
		assert.Equal(t, "Microsoft Teams", v.Origin.Service)
		assert.Equal(t, "Skype", v.Origin.Area)
		assert.Equal(t, "Optimize", v.Origin.Category)
		assert.Equal(t, []int{11, 12}, v.Origin.Sets())
		assert.Equal(t, []string{"AzureCloud", "AzureCloud.centralfrance"}, v.Origin.Tags())
		assert.Equal(t, "centralfrance", v.Origin.Region)
		assert.Equal(t, "52.112.0.0/14", v.Origin.Prefix.String())
		assert.Equal(t, "none", v.Origin.People.String())
		assert.Equal(t, []string{"ip.teams"}, ids(v.Signals(), true))
		assert.Equal(t, []string{"preview", "mail_flow_scan"}, names(v.Causes()))
		assert.Equal(t, []string{"mail", "signin", "endpoint"}, slices.Collect(v.Missing.All()))
		assert.NotZero(t, v.Flags&clickclass.FlagRecipientNotShown)
		assert.Equal(t, clickclass.DelayNone, v.DelaySource)
	})
	t.Run("seconds after the message", func(t *testing.T) {
		v := clickclass.Score(withDelay(founding(), 3*time.Second))
		assert.Equal(t, clickclass.ClassAutomated, v.Class)
		assert.GreaterOrEqual(t, v.P, 0.98)
		assert.Equal(t, clickclass.DelayMessageID, v.DelaySource)
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
			store := clickclass.NewStore()
			store.AddBrowserLaunch(clickclass.BrowserLaunch{
				Timestamp: noon.Add(2 * time.Second), AccountUpn: "Dana@contoso.example",
				DeviceName: "pc1", RemoteUrl: k.Url, Process: "outlook.exe",
			})
			v := classify(t, store, k)
			assert.Contains(t, []clickclass.Class{clickclass.ClassLikelyHuman, clickclass.ClassHuman}, v.Class, "delay %v: P = %v", d, v.P)
			assert.Equal(t, clickclass.RegimeEndpoint, v.Regime)
			assert.Zero(t, v.Flags&clickclass.FlagRecipientNotShown)
			assert.Equal(t, clickclass.CausePerson, v.Causes()[0])
		}
	})
}

func TestZeroVerdict(t *testing.T) {
	var v clickclass.Verdict
	assert.Equal(t, clickclass.ClassUnknown, v.Class)
	assert.Empty(t, v.Signals())
	assert.Empty(t, v.Causes())
	_, ok := v.Next()
	assert.False(t, ok)
}

// TestZeroClick has no signal at all: that is unknown, at the prior.
func TestZeroClick(t *testing.T) {
	v := clickclass.Score(clickclass.Click{})
	assert.Equal(t, clickclass.ClassUnknown, v.Class)
	assert.Empty(t, v.Signals())
	assert.InDelta(t, 0.10, v.P, 1e-9)
	assert.NotZero(t, v.Flags&clickclass.FlagNoAddress)
}

func TestRowSignals(t *testing.T) {
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
		{"mail protection address hours later", withDelay(at("40.107.218.12"), 5*time.Hour), []string{"ip.eop", "t.1h"}, clickclass.ClassLikelyAutomated},
		{"SharePoint address", at("52.105.1.1"), []string{"ip.spo"}, clickclass.ClassLikelyAutomated},
		{"Teams address and Teams click", with(at("52.112.103.113"), func(k *clickclass.Click) { k.Workload = "Teams" }), []string{"ip.teams_workload"}, clickclass.ClassUnknown},
		{"Entra address", at("20.190.130.1"), []string{"ip.service"}, clickclass.ClassUnknown},
		{"Azure address", at("40.64.64.200"), []string{"ip.azure"}, clickclass.ClassUnknown},
		{"Azure address within seconds", withDelay(at("40.64.64.200"), 2*time.Second), []string{"t.0_3", "ip.azure"}, clickclass.ClassLikelyAutomated},
		{"Azure address within ten seconds", withDelay(at("40.64.64.200"), 8*time.Second), []string{"t.0_10", "ip.azure"}, clickclass.ClassUnknown},
		{"Global Secure Access", at("151.206.1.1"), []string{"ip.ms_user_egress"}, clickclass.ClassLikelyHuman},
		{"address that no list knows", at("203.0.113.7"), nil, clickclass.ClassUnknown},
		{"unknown address within seconds", withDelay(at("203.0.113.7"), 2*time.Second), []string{"t.0_3"}, clickclass.ClassLikelyAutomated},
		{"unknown address within ten seconds", withDelay(at("203.0.113.7"), 8*time.Second), []string{"t.0_10"}, clickclass.ClassUnknown},
		{"unknown address within a minute", withDelay(at("203.0.113.7"), 30*time.Second), []string{"t.10_60"}, clickclass.ClassUnknown},
		{"unknown address after minutes", withDelay(at("203.0.113.7"), 3*time.Minute), []string{"t.1_5m"}, clickclass.ClassLikelyHuman},
		{"unknown address within the hour", withDelay(at("203.0.113.7"), 30*time.Minute), []string{"t.5_60m"}, clickclass.ClassLikelyHuman},
		{"unknown address the day after", withDelay(at("203.0.113.7"), 30*time.Hour), []string{"t.1h"}, clickclass.ClassLikelyHuman},
		{"before the message", withDelay(at("203.0.113.7"), -30*time.Second), []string{"t.before"}, clickclass.ClassUnknown},
		{"no address", at(""), nil, clickclass.ClassUnknown},
		{"clicked through", with(at("203.0.113.7"), func(k *clickclass.Click) { k.IsClickedThrough = true }), []string{"a.through"}, clickclass.ClassHuman},
		{"client version", with(at("203.0.113.7"), func(k *clickclass.Click) { k.AppVersion = "16.0.1" }), nil, clickclass.ClassUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := clickclass.Score(tt.click)
			assert.Equal(t, tt.counted, ids(v.Signals(), true))
			assert.Equal(t, tt.class, v.Class, "P = %v", v.P)
		})
	}
}

// TestImplausibleClocks holds that an id which is no clock is not believed.
func TestImplausibleClocks(t *testing.T) {
	tests := map[string]string{
		"all ones":            "11111111-1111-1111-1111-111111111111",
		"random":              "6a1f0f7e-6b8d-4c8e-9a57-d1b2c3a4e5f6",
		"an hour after click": ticksID("5f0c2a11-93b4-4e07", noon.Add(time.Hour)),
		"not a GUID":          "message-7",
		"cut":                 "5f0c2a11-93b4-4e07-1234",
	}
	for name, id := range tests {
		t.Run(name, func(t *testing.T) {
			k := founding()
			k.NetworkMessageId = id
			v := clickclass.Score(k)
			assert.Equal(t, clickclass.DelayNone, v.DelaySource)
			assert.NotZero(t, v.Flags&clickclass.FlagNoMessageClock)
			assert.Equal(t, clickclass.Score(founding()).P, v.P)
		})
	}
}

// TestNothingIsLeftOver holds that a verdict does not depend on the one before
// it, whose memory it uses again.
func TestNothingIsLeftOver(t *testing.T) {
	var none clickclass.Click
	first := clickclass.Score(none)
	for range 100 {
		clickclass.Score(withDelay(founding(), 3*time.Second))
		require.Equal(t, first, clickclass.Score(none))
		require.True(t, first == clickclass.Score(none), "verdicts are compared with ==, unused space included")
	}
}
