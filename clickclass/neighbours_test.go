package clickclass

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/internal/neighbours"
)

// What neighbours add to a verdict, or take from it. The counts are given; that they follow
// from clicks is tested in package neighbours.

// fixed is a Source with one answer.
type fixed Facts

func (f fixed) Facts(context.Context, Question) (Facts, error) { return Facts(f), nil }

// judgeNear judges a click with the neighbours that it is said to have.
func judgeNear(t *testing.T, facts Facts, k Click, n neighbours.Counts) Verdict {
	t.Helper()
	c, err := New(Options{Source: fixed(facts)})
	require.NoError(t, err)
	n.Seen = true
	entries := []entry{{click: k}}
	require.NoError(t, c.prepare(context.Background(), entries))
	results, err := c.judgeReady(context.Background(), nil, []ready{{Item: &entries[0], Counts: n}})
	require.NoError(t, err)
	return results[0].Verdict
}

func countedRules(v *Verdict) []string {
	var ids []string
	for _, r := range v.Reasons {
		if r.Counted {
			ids = append(ids, r.Rule)
		}
	}
	return ids
}

// clickFrom is an allowed click on a link from an address.
func clickFrom(addr string) Click {
	return Click{
		Timestamp: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC), Url: "https://login.contoso-docs.example/a", ActionType: ClickAllowed,
		AccountUpn: "dana@contoso.example", Workload: "Email", IPAddress: netip.MustParseAddr(addr),
	}
}

// after makes k a click so long after its message.
func after(k Click, d time.Duration) (Click, Facts) {
	k.NetworkMessageId = "message-7"
	return k, Facts{Mail: &MailFacts{Received: k.Timestamp.Add(-d)}}
}

func TestNeighbours(t *testing.T) {
	other := netip.MustParseAddr("198.51.100.4")
	tests := []struct {
		name string
		n    neighbours.Counts
		want string
	}{
		{"two links in a second", neighbours.Counts{MessageURLs1s: 2, MessageURLs3s: 2}, "b.multi1s"},
		{"three links in three seconds", neighbours.Counts{MessageURLs1s: 2, MessageURLs3s: 3}, "b.all"},
		{"three accounts at once", neighbours.Counts{FanAccounts: 3}, "b.fan"},
		{"two accounts at once", neighbours.Counts{FanAccounts: 2}, ""},
		{"many accounts, sign-ins not known", neighbours.Counts{AddressAccounts: 9}, ""},
		{"soon after the message on another occasion", neighbours.Counts{AddressFast: 1}, "b.address"},
		{"soon once, late once", neighbours.Counts{AddressFast: 1, AddressSlow: 1}, ""},
		{"soon three times, late once", neighbours.Counts{AddressFast: 3, AddressSlow: 1}, "b.address"},
		{"people's delays", neighbours.Counts{AddressFast: 3, AddressSlow: 8}, ""},
		{"three who came by", neighbours.Counts{AddressAccounts: 3, AddressVisitors: 3}, "b.strangers"},
		{"two who came by", neighbours.Counts{AddressAccounts: 2, AddressVisitors: 2}, ""},
		{"one of five came again", neighbours.Counts{AddressAccounts: 5, AddressVisitors: 5, AddressRegulars: 1}, ""},
		{"one of sixteen came again", neighbours.Counts{AddressAccounts: 16, AddressVisitors: 16, AddressRegulars: 1}, "b.strangers"},
		{"most click nowhere else", neighbours.Counts{AddressAccounts: 10, AddressVisitors: 6}, ""},
		{"a person among those who came by", neighbours.Counts{AddressAccounts: 6, AddressVisitors: 6, AddressPeople: 1}, ""},
		{"after the same click from another network", neighbours.Counts{Twin: true, TwinGap: -12 * time.Second, TwinIP: other}, "b.shadow"},
		{"before the same click from another network", neighbours.Counts{Twin: true, TwinGap: 12 * time.Second, TwinIP: other}, ""},
		{"at the same instant as it", neighbours.Counts{Twin: true, TwinIP: other}, "b.echo"},
		{"too long after it", neighbours.Counts{Twin: true, TwinGap: -16 * time.Second, TwinIP: other}, ""},
		{"after it from close by", neighbours.Counts{Twin: true, TwinGap: -12 * time.Second, TwinIP: netip.MustParseAddr("203.0.1.4")}, ""},
		{"after it by the other family of addresses", neighbours.Counts{Twin: true, TwinGap: -12 * time.Second, TwinIP: netip.MustParseAddr("2001:db8::1")}, ""},
		{"after a service's", neighbours.Counts{Twin: true, TwinGap: -12 * time.Second, TwinIP: netip.MustParseAddr("52.112.0.1"), TwinService: true}, ""},
		{"echo", neighbours.Counts{Twin: true, TwinGap: -400 * time.Millisecond}, "b.echo"},
		{"slow echo", neighbours.Counts{Twin: true, TwinGap: 4 * time.Second}, ""},
		{"waited for the scan", neighbours.Counts{ScanThenThrough: true}, "a.scanwait"},
		{"blocked half of a click-through", neighbours.Counts{Through: true, Pair: true}, "a.through"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := judgeNear(t, Facts{}, clickFrom("203.0.113.7"), tt.n)
			if tt.want == "" {
				assert.Empty(t, countedRules(&v))
			} else {
				assert.Equal(t, []string{tt.want}, countedRules(&v))
			}
			assert.Equal(t, BasisRows, v.Basis)
		})
	}
	t.Run("flags", func(t *testing.T) {
		for flag, n := range map[Flags]neighbours.Counts{FlagVerdictChangedLater: {BlockedLater: true}, FlagDuplicate: {Duplicate: true}, FlagClickPair: {Pair: true}} {
			with, without := judgeNear(t, Facts{}, clickFrom("203.0.113.7"), n), judgeNear(t, Facts{}, clickFrom("203.0.113.7"), neighbours.Counts{})
			assert.Equal(t, without.Flags|flag, with.Flags)
		}
	})
}

// TestPeoplesAddressesAreNotMachines holds that what a list says of an address does not
// make it known for machines when it says that people are behind it.
func TestPeoplesAddressesAreNotMachines(t *testing.T) {
	k, facts := after(clickFrom("128.94.0.5"), time.Second) // Global Secure Access
	v := judgeNear(t, facts, k, neighbours.Counts{MessageURLs1s: 3, MessageURLs3s: 3, MessageURLs60s: 3})
	assert.True(t, v.Flags.Has(FlagPeopleBehindAddress))
	assert.NotEqual(t, ClassAutomated, v.Class, "%+v", v.P)
}

// TestRentedIsNeverAutomated holds that a burst from an address that anybody can rent, with
// which nobody signs in, stops at likely_automated.
func TestRentedIsNeverAutomated(t *testing.T) {
	k, facts := after(clickFrom("40.64.64.200"), 3*time.Second)
	facts.SignIn = &SignInFacts{SignIns: 1}
	v := judgeNear(t, facts, k, neighbours.Counts{MessageURLs1s: 3, MessageURLs3s: 3, MessageURLs60s: 3, AddressAccounts: 5})
	assert.Greater(t, v.P.Machine, 0.98)
	assert.Equal(t, ClassLikelyAutomated, v.Class)
	assert.True(t, v.Flags.Has(FlagAddressForRent))
}

// TestStrangersAreNeverAutomated holds that what fits somebody who reads several mailboxes
// as well as a tool moves P, and never makes a click automated by itself.
func TestStrangersAreNeverAutomated(t *testing.T) {
	k := clickFrom("203.0.113.7")
	elsewhere := Facts{SignIn: &SignInFacts{SignIns: 6}}
	n := neighbours.Counts{AddressAccounts: 12, AddressVisitors: 12}
	v := judgeNear(t, elsewhere, k, n)
	assert.Greater(t, v.P.Machine, 0.98)
	assert.Equal(t, []string{"b.strangers", "ip.shared_nosignin"}, countedRules(&v))
	assert.Equal(t, ClassLikelyAutomated, v.Class)
	assert.Contains(t, v.Causes, CauseIntruder)

	// An attacker has scripts, too, until the address shows machines' habits; and one kind
	// of evidence is not two.
	soonAfter, facts := after(k, 5*time.Second)
	facts.SignIn = elsewhere.SignIn
	n.MessageURLs3s = 3
	assert.Equal(t, ClassLikelyAutomated, judgeNear(t, facts, soonAfter, n).Class)
	n.AddressFast = 2
	assert.Equal(t, ClassLikelyAutomated, judgeNear(t, elsewhere, k, n).Class)
	assert.Equal(t, ClassAutomated, judgeNear(t, facts, soonAfter, n).Class)
}

// TestCrowd holds what is made of several accounts at an address that nobody signs in from:
// more when none comes back or their devices are silent, less when they come back, nothing
// when a person was seen or the tenant's sign-ins are not known.
func TestCrowd(t *testing.T) {
	covered := SignInFacts{Covered: true}
	weight := func(s SignInFacts, n neighbours.Counts) float64 {
		v := judgeNear(t, Facts{SignIn: &s}, clickFrom("203.0.113.7"), n)
		for _, r := range v.Reasons {
			if r.Rule == "ip.shared_nosignin" {
				return r.Machine
			}
		}
		return 0
	}
	three := weight(covered, neighbours.Counts{AddressAccounts: 3})
	assert.Positive(t, three)
	assert.Zero(t, weight(covered, neighbours.Counts{AddressAccounts: 2}))
	assert.Greater(t, weight(covered, neighbours.Counts{AddressAccounts: 6, AddressVisitors: 6}), three)
	assert.InDelta(t, three, weight(covered, neighbours.Counts{AddressAccounts: 6}), 1e-9, "they could not have come back")
	assert.Less(t, weight(covered, neighbours.Counts{AddressAccounts: 6, AddressRegulars: 1}), three)
	assert.Greater(t, weight(covered, neighbours.Counts{AddressAccounts: 3, AddressSilent: 1}), three)
	assert.Zero(t, weight(covered, neighbours.Counts{AddressAccounts: 8, AddressPeople: 1}))
	assert.Positive(t, weight(covered, neighbours.Counts{AddressAccounts: 9, AddressPeople: 1}), "one in nine is chance")

	assert.Zero(t, weight(SignInFacts{}, neighbours.Counts{AddressAccounts: 9}), "the tenant's sign-ins are not known")
	for name, seen := range map[string]SignInFacts{
		"a colleague signs in from there":         {Covered: true, Others: 1},
		"a client renews its sign-in there":       {Covered: true, Renewed: true},
		"the account signs in from there":         {SignIns: 3, Month: true},
		"the account signs in from the next door": {SignIns: 3, Near: true},
	} {
		assert.Zero(t, weight(seen, neighbours.Counts{AddressAccounts: 9}), name)
	}
}

// TestShadow holds that a person's browser launch does not vouch for the service that asked
// for the same link seconds later.
func TestShadow(t *testing.T) {
	launch := Facts{Device: &DeviceFacts{Launch: true, LaunchGap: -5 * time.Second}}
	k, facts := after(clickFrom("52.112.103.113"), time.Hour)
	facts.Device = launch.Device
	shadow := judgeNear(t, facts, k, neighbours.Counts{Twin: true, TwinGap: -5 * time.Second})
	assert.NotContains(t, countedRules(&shadow), "c.browser")
	assert.True(t, shadow.Flags.Has(FlagEvidenceElsewhere))
	assert.Greater(t, shadow.P.Machine, 0.5)

	k.IPAddress = netip.MustParseAddr("203.0.113.7")
	v := judgeNear(t, facts, k, neighbours.Counts{Twin: true, TwinGap: 5 * time.Second, TwinService: true})
	assert.Equal(t, ClassOwner, v.Class)
}

// replaySource knows that the account signs in from one address, and that its browser was
// launched.
type replaySource struct {
	home     netip.Addr
	launched time.Time
}

func (s replaySource) Facts(_ context.Context, q Question) (Facts, error) {
	home := q.Addr == s.home
	return Facts{
		SignIn: &SignInFacts{SignIns: 4, Day: home, Month: home},
		Device: &DeviceFacts{Launch: true, LaunchGap: s.launched.Sub(q.At)},
	}, nil
}

// TestReplay holds that of two clicks on a link, seconds apart, the device's evidence goes
// to the one from whose address the account signs in.
func TestReplay(t *testing.T) {
	victim, replay := clickFrom("203.0.113.7"), clickFrom("198.51.100.77")
	replay.Timestamp = replay.Timestamp.Add(5 * time.Second)
	c, err := New(Options{Source: replaySource{victim.IPAddress, victim.Timestamp.Add(6 * time.Second)}})
	require.NoError(t, err)
	s := c.NewStream()
	_, err = s.Add(context.Background(), victim, replay)
	require.NoError(t, err)
	results, err := s.Flush(context.Background())
	require.NoError(t, err)

	v := &results[0].Verdict
	assert.Contains(t, countedRules(v), "c.browser")
	assert.Equal(t, ClassOwner, v.Class)
	v = &results[1].Verdict
	assert.NotContains(t, countedRules(v), "c.browser")
	assert.True(t, v.Flags.Has(FlagRecipientNotShown))
	assert.NotEqual(t, ClassOwner, v.Class)
}

// TestTraits holds that haste is counted by the mail tables and people by their devices.
func TestTraits(t *testing.T) {
	at := func(account string, d time.Duration) Click {
		k := clickFrom("203.0.113.7")
		k.AccountUpn, k.Timestamp, k.NetworkMessageId = account, k.Timestamp.Add(d), "a message of "+account
		return k
	}
	clicks := []Click{at("ann@contoso.example", 0), at("bob@contoso.example", time.Hour), at("dan@contoso.example", 2*time.Hour), at("eve@contoso.example", 3*time.Hour)}
	answers := map[string]Facts{
		"ann@contoso.example": {},
		"bob@contoso.example": {Device: &DeviceFacts{Launch: true}},
		"dan@contoso.example": {Device: &DeviceFacts{Active: true}},
		"eve@contoso.example": {Device: &DeviceFacts{Connection: true, Rarity: 0.1}}, // a common host shows nobody
	}
	c, err := New(Options{})
	require.NoError(t, err)
	w := c.newWindow()
	var first neighbours.Counts
	keep := func(r ready) {
		if r.Item.click.AccountUpn == clicks[0].AccountUpn {
			first = r.Counts
		}
	}
	for i := range clicks {
		e := &entry{click: clicks[i]}
		e.read()
		facts := answers[clicks[i].AccountUpn]
		facts.Mail = &MailFacts{Received: clicks[i].Timestamp.Add(-20 * time.Second)}
		e.learn(facts, 0)
		w.Add(e.mark(), e, e.click.size(), keep)
	}
	w.Flush(keep)
	assert.EqualValues(t, 3, first.AddressFast)
	assert.EqualValues(t, 1, first.AddressPeople)
	assert.EqualValues(t, 1, first.AddressSilent)
}
