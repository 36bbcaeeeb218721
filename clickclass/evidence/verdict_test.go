package evidence_test

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// These tests hold what the rows of a Store make of a verdict.

const day = 24 * time.Hour

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

// stranger is a click from an address that no list knows, hours after the message.
func stranger() clickclass.Click {
	k := founding()
	k.IPAddress = netip.MustParseAddr("203.0.113.7")
	return withDelay(k, 2*time.Hour)
}

// withDelay gives a click a message whose id says that it is so old.
func withDelay(k clickclass.Click, d time.Duration) clickclass.Click {
	const unixEpochTicks = 621355968000000000
	ticks := uint64(k.Timestamp.Add(-d).UnixNano()/100) + unixEpochTicks
	k.NetworkMessageId = fmt.Sprintf("5f0c2a11-93b4-4e07-%04x-%012x", ticks&0xffff, ticks>>16)
	return k
}

func goodSignIn(upn, ip string, at time.Time) evidence.SignIn {
	return evidence.SignIn{Timestamp: at, AccountUpn: upn, IPAddress: netip.MustParseAddr(ip), Success: true, Interactive: true, Country: "DE"}
}

// classify judges one click with the rows as evidence.
func classify(t *testing.T, k clickclass.Click, rows ...evidence.Row) clickclass.Verdict {
	t.Helper()
	var store evidence.Store
	store.Add(rows...)
	c, err := clickclass.New(clickclass.Options{Source: &store})
	require.NoError(t, err)
	v, err := c.Classify(context.Background(), k)
	require.NoError(t, err)
	return v
}

// judgeAll returns the last verdict on every click, by its Row.
func judgeAll(t *testing.T, o clickclass.Options, clicks ...clickclass.Click) map[int64]clickclass.Verdict {
	t.Helper()
	c, err := clickclass.New(o)
	require.NoError(t, err)
	verdicts := map[int64]clickclass.Verdict{}
	for r, err := range c.All(context.Background(), func(yield func(clickclass.Click, error) bool) {
		for _, k := range clicks {
			if !yield(k, nil) {
				return
			}
		}
	}) {
		require.NoError(t, err)
		verdicts[r.Click.Row] = r.Verdict
	}
	require.Len(t, verdicts, len(clicks))
	return verdicts
}

// counted returns the rules that counted.
func counted(v clickclass.Verdict) (ids []string) {
	for _, r := range v.Reasons {
		if r.Counted {
			ids = append(ids, r.Rule)
		}
	}
	return ids
}

// countedBesidesDelay returns the rules that counted besides that of a delay of hours.
func countedBesidesDelay(v clickclass.Verdict) []string {
	return slices.DeleteFunc(counted(v), func(id string) bool { return id == "t.1h" })
}

// weight returns how much a rule spoke for a machine, and 0 if it did not count.
func weight(v clickclass.Verdict, rule string) float64 {
	for _, r := range v.Reasons {
		if r.Rule == rule && r.Counted {
			return r.Machine
		}
	}
	return 0
}

func TestSignInVerdict(t *testing.T) {
	const me = "dana@contoso.example"
	change := func(s evidence.SignIn, f func(*evidence.SignIn)) evidence.SignIn { f(&s); return s }
	far := func(n int) (out []evidence.Row) { // n sign-ins elsewhere, so that the account is known
		for i := range n {
			out = append(out, goodSignIn(me, "198.51.100.9", noon.Add(-time.Duration(i+2)*day)))
		}
		return out
	}
	client := func(account string) evidence.SignIn { // a token renewed
		return change(goodSignIn(account, "203.0.113.7", noon), func(s *evidence.SignIn) { s.Interactive = false })
	}
	rows := func(r ...evidence.Row) []evidence.Row { return r }
	settled := rows(goodSignIn(me, "203.0.113.7", noon.Add(-8*day)))
	tests := []struct {
		name    string
		signIns []evidence.Row
		want    string // the rules of corroboration and calendar that count
		basis   clickclass.Basis
	}{
		{"same address for a week", append(settled, goodSignIn(me, "203.0.113.7", noon.Add(-time.Hour))), "ip.own_signin", clickclass.BasisSignIn},
		{"another case of the account", append(settled, goodSignIn("DANA@Contoso.example", "203.0.113.7", noon.Add(-time.Hour))), "ip.own_signin", clickclass.BasisSignIn},
		{"same address, v4-mapped", append(settled, goodSignIn(me, "::ffff:203.0.113.7", noon.Add(-time.Hour))), "ip.own_signin", clickclass.BasisSignIn},
		{"same address for the first time", append(far(1), goodSignIn(me, "203.0.113.7", noon.Add(-time.Hour))), "ip.fresh_signin", clickclass.BasisSignIn},
		{"same address hours after", append(far(1), goodSignIn(me, "203.0.113.7", noon.Add(23*time.Hour))), "ip.fresh_signin", clickclass.BasisSignIn},
		{"same address a week before", rows(goodSignIn(me, "203.0.113.7", noon.Add(-7*day))), "ip.own_signin30", clickclass.BasisSignIn},
		{"neighbour of the address for a week", rows(goodSignIn(me, "203.0.113.200", noon.Add(-7*day))), "ip.own_signin30", clickclass.BasisSignIn},
		{"neighbour of the address today", rows(goodSignIn(me, "203.0.113.200", noon.Add(-time.Hour))), "", clickclass.BasisSignIn},
		{"31 days before", rows(goodSignIn(me, "203.0.113.7", noon.Add(-31*day))), "", clickclass.BasisRow},
		{"failed", append(far(1), change(goodSignIn(me, "203.0.113.7", noon), func(s *evidence.SignIn) { s.Success = false })), "", clickclass.BasisSignIn},
		{"not interactive", append(far(1), change(goodSignIn(me, "203.0.113.7", noon), func(s *evidence.SignIn) { s.Interactive = false })), "", clickclass.BasisSignIn},
		{"risky", append(far(1), change(goodSignIn(me, "203.0.113.7", noon), func(s *evidence.SignIn) { s.Risk = "high" })), "ip.risky_signin", clickclass.BasisSignIn},
		{"one colleague", append(far(1), goodSignIn("a@contoso.example", "203.0.113.7", noon)), "", clickclass.BasisSignIn},
		{"two colleagues", append(far(1), goodSignIn("a@contoso.example", "203.0.113.7", noon.Add(-7*day)), goodSignIn("b@contoso.example", "203.0.113.7", noon.Add(-7*day))), "ip.tenant_signin", clickclass.BasisSignIn},
		{"two others for the first time", append(far(1), goodSignIn("a@contoso.example", "203.0.113.7", noon), goodSignIn("b@contoso.example", "203.0.113.7", noon)), "", clickclass.BasisSignIn},
		{"only others' sign-ins are known", rows(goodSignIn("a@contoso.example", "203.0.113.7", noon)), "", clickclass.BasisRow},
		{"a country it never signed in from", append(far(12), change(goodSignIn("x@contoso.example", "203.0.113.7", noon), func(s *evidence.SignIn) { s.Country, s.Success = "BR", false })), "ip.no_signin g.far", clickclass.BasisSignIn},
		{"many sign-ins elsewhere", far(5), "ip.no_signin", clickclass.BasisSignIn},
		{"many elsewhere, and a client here", append(far(5), client(me)), "", clickclass.BasisSignIn},
		{"many elsewhere, and a colleague's client here", append(far(5), client("a@contoso.example")), "ip.no_signin", clickclass.BasisSignIn},
		{"many elsewhere, and two colleagues' clients here", append(far(5), client("a@contoso.example"), client("b@contoso.example")), "", clickclass.BasisSignIn},
		{"many elsewhere, and a risky client here", append(far(5), change(client(me), func(s *evidence.SignIn) { s.Risk = "high" })), "ip.risky_signin", clickclass.BasisSignIn},
		{"few sign-ins elsewhere", far(4), "", clickclass.BasisSignIn},
		{"many elsewhere, and a colleague here", append(far(5), goodSignIn("a@contoso.example", "203.0.113.7", noon.Add(-7*day))), "", clickclass.BasisSignIn},
		{"many elsewhere, and another here for the first time", append(far(5), goodSignIn("a@contoso.example", "203.0.113.7", noon)), "ip.no_signin", clickclass.BasisSignIn},
		{"an hour of the day it never signed in at", nights(me), "ip.no_signin h.off", clickclass.BasisSignIn},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := classify(t, stranger(), tt.signIns...)
			if tt.want == "" {
				assert.Empty(t, countedBesidesDelay(v))
			} else {
				assert.ElementsMatch(t, strings.Fields(tt.want), countedBesidesDelay(v))
			}
			assert.Equal(t, tt.basis, v.Basis)
			assert.Equal(t, v.Basis != clickclass.BasisSignIn, v.Missing.Has(clickclass.EvidenceSignIn))
		})
	}
}

// nights returns sign-ins of an account at ten in the evening on 25 days.
func nights(upn string) (out []evidence.Row) {
	for i := range 25 {
		out = append(out, goodSignIn(upn, "198.51.100.9", noon.Add(-time.Duration(i+1)*day).Add(10*time.Hour)))
	}
	return out
}

// TestSignInNextDoorInAzure holds that a neighbour in a published range is a stranger.
func TestSignInNextDoorInAzure(t *testing.T) {
	k := founding()
	k.IPAddress = netip.MustParseAddr("40.64.64.200")
	v := classify(t, k, goodSignIn(k.AccountUpn, "40.64.64.201", noon.Add(-8*day)))
	assert.Empty(t, counted(v), "ip.azure falls away, and nothing corroborates")
	v = classify(t, k, goodSignIn(k.AccountUpn, "40.64.64.201", noon))
	assert.Equal(t, []string{"ip.azure"}, counted(v), "a neighbour of today does not even do that")
}

// TestFreshSignInForRent holds that a first sign-in from a rented address shows a person,
// and not that it is the owner.
func TestFreshSignInForRent(t *testing.T) {
	k := founding()
	k.IPAddress = netip.MustParseAddr("40.64.64.200")
	for name, tt := range map[string]struct {
		first time.Duration
		rule  string
		shown bool
	}{
		"fresh":         {-time.Hour, "ip.fresh_signin", false},
		"used for days": {-72 * time.Hour, "ip.fresh_signin", false},
		"used for long": {-15 * day, "ip.own_signin", true},
	} {
		t.Run(name, func(t *testing.T) {
			v := classify(t, k,
				goodSignIn(k.AccountUpn, "40.64.64.200", noon.Add(tt.first)),
				goodSignIn(k.AccountUpn, "40.64.64.200", noon.Add(-time.Minute)))
			assert.Equal(t, []string{tt.rule}, counted(v))
			assert.Equal(t, tt.shown, !v.Flags.Has(clickclass.FlagRecipientNotShown))
			assert.Equal(t, tt.shown, v.Class == clickclass.ClassOwner)
		})
	}
}

func TestDeviceVerdict(t *testing.T) {
	const me = "dana@contoso.example"
	k := stranger()
	launch := func(at time.Duration, url string) []evidence.Row {
		return []evidence.Row{evidence.BrowserLaunch{Timestamp: noon.Add(at), AccountUpn: me, DeviceName: "pc1", RemoteUrl: url, Process: "outlook.exe"}}
	}
	robot := evidence.BrowserLaunch{Timestamp: noon, AccountUpn: me, DeviceName: "pc1", RemoteUrl: k.Url, Process: "UiPath.Executor.exe"}
	connection := func(at time.Duration, host, process, device string) evidence.Row {
		return evidence.Connection{Timestamp: noon.Add(at), AccountUpn: me, DeviceName: device, RemoteUrl: host, Process: process, ActionType: "ConnectionSuccess"}
	}
	var everybody []evidence.Row
	for i := range 40 {
		everybody = append(everybody, connection(6*time.Second, "login.contoso-docs.example", "msedge.exe", fmt.Sprintf("pc%d", i)))
	}
	browsing := connection(-10*time.Minute, "news.example", "chrome.exe", "pc1")
	const wrapped = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flogin.contoso-docs.example%2Fa&data=05%7C02%7C&reserved=0"
	tests := []struct {
		name string
		rows []evidence.Row
		want []string
	}{
		{"launch of the link", launch(time.Second, k.Url), []string{"c.browser"}},
		{"launch of the wrapped link", launch(time.Second, wrapped), []string{"c.browser"}},
		{"launch at the edge", launch(2*time.Minute, k.Url), []string{"c.browser"}},
		{"launch by a robot", []evidence.Row{robot}, []string{"c.launch_other"}},
		{"launch too late", append(launch(2*time.Minute+time.Second, k.Url), browsing), []string{"c.silent"}},
		{"launch of another link", append(launch(time.Second, "https://example.net/b"), browsing), []string{"c.silent"}},
		{"launch of another link, browsers not watched", launch(time.Second, "https://example.net/b"), nil},
		{"active the day before", launch(-20*time.Hour, "https://example.net/b"), nil},
		{"connection of a browser", []evidence.Row{connection(6*time.Second, "login.contoso-docs.example", "msedge.exe", "pc1")}, []string{"c.net"}},
		{"connection of Chrome on macOS", []evidence.Row{connection(6*time.Second, "login.contoso-docs.example", "google chrome helper", "mac1")}, []string{"c.net"}},
		{"connection of Safari", []evidence.Row{connection(6*time.Second, "login.contoso-docs.example", "com.apple.WebKit.Networking", "mac1")}, []string{"c.net"}},
		{"connection of Firefox on Linux", []evidence.Row{connection(6*time.Second, "LOGIN.contoso-docs.example.", "firefox", "pc1")}, []string{"c.net"}},
		{"launch of Safe Links", launch(-time.Second, "https://eur01.safelinks.protection.outlook.com/"), []string{"c.net_common"}},
		{"connection to Safe Links", []evidence.Row{connection(time.Second, "eur01.safelinks.protection.outlook.com", "chrome.exe", "pc1")}, []string{"c.net_common"}},
		{"connection of no browser", []evidence.Row{connection(6*time.Second, "login.contoso-docs.example", "svchost.exe", "pc1"), browsing}, []string{"c.silent"}},
		{"connection of no browser, browsers not watched", []evidence.Row{connection(6*time.Second, "login.contoso-docs.example", "svchost.exe", "pc1")}, nil},
		{"connection a minute early", []evidence.Row{connection(-time.Minute, "login.contoso-docs.example", "msedge.exe", "pc1")}, []string{"c.silent"}},
		{"connection to a host of everybody", everybody, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := classify(t, k, tt.rows...)
			assert.ElementsMatch(t, tt.want, countedBesidesDelay(v))
			assert.Equal(t, clickclass.BasisDevice, v.Basis)
		})
	}
	k.Url = "https://b\u00fccher.example/a b|{c}"
	for _, sent := range []string{"https://xn--bcher-kva.example/a%20b%7C%7Bc%7D", "https://xn--bcher-kva.example/a%20b%7c{c}"} {
		v := classify(t, k, launch(time.Second, sent)...)
		assert.Equal(t, []string{"c.browser"}, countedBesidesDelay(v), "as browsers send it")
		v = classify(t, k, connection(6*time.Second, "xn--bcher-kva.example", "firefox", "pc1"))
		assert.Equal(t, []string{"c.net"}, countedBesidesDelay(v))
	}
}

// TestLogonNameOnly holds that a row of a device with only the logon's name still finds
// its account.
func TestLogonNameOnly(t *testing.T) {
	k := stranger()
	v := classify(t, k, evidence.BrowserLaunch{Timestamp: noon, Account: "dana", RemoteUrl: k.Url})
	assert.Contains(t, counted(v), "c.browser")
}

// TestLogonNames holds that rows under a logon's name join those under the full account,
// and speak of nobody where several accounts have the name.
func TestLogonNames(t *testing.T) {
	k := stranger()
	rows := []evidence.Row{
		evidence.Connection{Timestamp: noon.Add(-5 * time.Minute), AccountUpn: k.AccountUpn, RemoteUrl: "example.net", Process: "msedge.exe"},
		evidence.BrowserLaunch{Timestamp: noon, Account: "dana", RemoteUrl: k.Url},
	}
	assert.Contains(t, counted(classify(t, k, rows...)), "c.browser")
	other := goodSignIn("dana@fabrikam.example", "198.51.100.1", noon)
	assert.NotContains(t, counted(classify(t, k, append(rows, other)...)), "c.browser")
}

func TestMailVerdict(t *testing.T) {
	k := founding()
	k.NetworkMessageId = "6a1f0f7e-6b8d-4c8e-9a57-d1b2c3a4e5f6" // no clock
	email := evidence.Email{Timestamp: noon.Add(-4 * time.Second), NetworkMessageId: k.NetworkMessageId, RecipientEmailAddress: "Dana@contoso.example", UrlCount: 1}

	t.Run("delay from the mail table", func(t *testing.T) {
		v := classify(t, k, email)
		assert.Equal(t, clickclass.ClockMail, v.Clock)
		assert.Equal(t, 4*time.Second, v.Delay)
		assert.Equal(t, clickclass.BasisMail, v.Basis)
		assert.False(t, v.Flags.Has(clickclass.FlagAccountNotRecipient))
	})
	t.Run("the id's clock wins where both agree", func(t *testing.T) {
		k := withDelay(founding(), 7*time.Second)
		v := classify(t, k, evidence.Email{Timestamp: noon.Add(-4 * time.Second), NetworkMessageId: k.NetworkMessageId})
		assert.Equal(t, clickclass.ClockMessageID, v.Clock)
	})
	t.Run("the mail table wins where they disagree", func(t *testing.T) {
		k := withDelay(founding(), 3*time.Hour)
		v := classify(t, k, evidence.Email{Timestamp: noon.Add(-4 * time.Second), NetworkMessageId: k.NetworkMessageId})
		assert.Equal(t, clickclass.ClockMail, v.Clock)
	})
	t.Run("not a recipient", func(t *testing.T) {
		k := k
		k.AccountUpn = "erin@contoso.example"
		assert.True(t, classify(t, k, email).Flags.Has(clickclass.FlagAccountNotRecipient))
	})
	t.Run("found malicious later", func(t *testing.T) {
		for name, at := range map[string]time.Duration{"after": time.Hour, "before": -time.Second} {
			v := classify(t, k, email, evidence.PostDelivery{Timestamp: noon.Add(at), NetworkMessageId: k.NetworkMessageId, ActionType: "Phish ZAP"})
			assert.Equal(t, at > 0, v.Flags.Has(clickclass.FlagVerdictChangedLater), name)
		}
	})
}

func TestAuditVerdict(t *testing.T) {
	k := stranger()
	record := k
	record.Feed = clickclass.FeedAudit
	record.IsClickedThrough = true
	v := classify(t, k, evidence.Audited(record))
	assert.Equal(t, clickclass.ClassLikelyOwner, v.Class, "a person, which one is open")
	assert.Contains(t, counted(v), "a.through")
}

// TestAuditOfAnotherAddress holds that an override in the audit log speaks of the click
// from its own address only, whatever the order of the records.
func TestAuditOfAnotherAddress(t *testing.T) {
	k := founding()
	through, plain := k, k
	through.Feed, plain.Feed = clickclass.FeedAudit, clickclass.FeedAudit
	through.IsClickedThrough = true
	through.IPAddress = netip.MustParseAddr("203.0.113.9")
	for name, records := range map[string][]evidence.Row{
		"first": {evidence.Audited(through), evidence.Audited(plain)},
		"last":  {evidence.Audited(plain), evidence.Audited(through)},
	} {
		t.Run(name, func(t *testing.T) {
			assert.NotContains(t, counted(classify(t, k, records...)), "a.through")
			person := k
			person.IPAddress = through.IPAddress
			assert.Contains(t, counted(classify(t, person, records...)), "a.through")
		})
	}
}

// TestWrappedRow holds that a row whose Url is a Safe Link is compared by its target.
func TestWrappedRow(t *testing.T) {
	k := stranger()
	k.Url = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flogin.contoso-docs.example%2Fa&reserved=0"
	connected := func(host, rule string) float64 {
		return weight(classify(t, k, evidence.Connection{Timestamp: noon.Add(time.Second), AccountUpn: k.AccountUpn, DeviceName: "pc1", RemoteUrl: host, Process: "msedge.exe"}), rule)
	}
	assert.InDelta(t, -3.5, connected("login.contoso-docs.example", "c.net"), 1e-9)
	assert.InDelta(t, -1.75, connected("eur01.safelinks.protection.outlook.com", "c.net_common"), 1e-9)
	assert.InDelta(t, -1.75, connected("usg01.safelinks.protection.office365.us", "c.net_common"), 1e-9)
}

// TestManyBehindOneAddress holds that the address of a large company keeps its people, in
// whatever order their sign-ins come.
func TestManyBehindOneAddress(t *testing.T) {
	k := stranger()
	var old, fresh []evidence.Row
	for i := range 200 {
		old = append(old, goodSignIn(fmt.Sprintf("old%d@contoso.example", i), "203.0.113.7", noon.Add(-90*day)))
		fresh = append(fresh, goodSignIn(fmt.Sprintf("new%d@contoso.example", i), "203.0.113.7", noon.Add(-8*day)))
	}
	mine := goodSignIn(k.AccountUpn, "198.51.100.9", noon)
	for name, rows := range map[string][]evidence.Row{"old first": append(slices.Clone(old), fresh...), "old last": append(slices.Clone(fresh), old...)} {
		t.Run(name, func(t *testing.T) {
			assert.Contains(t, counted(classify(t, k, append(rows, mine)...)), "ip.tenant_signin")
		})
	}
}

// TestTwinsKeepThePersonsEvidence holds that of two clicks on one link, seconds apart and
// from two networks, the person's keeps what its device did, in whatever order they came.
func TestTwinsKeepThePersonsEvidence(t *testing.T) {
	person := withDelay(founding(), time.Hour)
	person.IPAddress, person.Row = netip.MustParseAddr("203.0.113.7"), 1
	for name, tt := range map[string]struct {
		scanner, launch time.Duration // after the person's click
		shadow          bool          // the scanner's click loses the launch
	}{
		"shadowed, launch at once":   {5 * time.Second, -time.Second, true},
		"shadowed, launch late":      {5 * time.Second, 8 * time.Second, false},
		"scanned before the click":   {-12 * time.Second, 0, false},
		"scanned at the same second": {0, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			var store evidence.Store
			store.Add(evidence.BrowserLaunch{Timestamp: person.Timestamp.Add(tt.launch), AccountUpn: person.AccountUpn, RemoteUrl: person.Url})
			scanner := person
			scanner.Timestamp = person.Timestamp.Add(tt.scanner)
			scanner.IPAddress, scanner.Row = netip.MustParseAddr("198.18.1.7"), 2
			verdicts := judgeAll(t, clickclass.Options{Source: &store}, person, scanner)
			assert.Contains(t, counted(verdicts[1]), "c.browser")
			assert.LessOrEqual(t, verdicts[1].P.Machine, 0.08)
			assert.Equal(t, tt.shadow, verdicts[2].Flags.Has(clickclass.FlagEvidenceElsewhere))
		})
	}
}

// TestReplayFromFreshSignIn holds that somebody who took the account over, and signed in
// from a rented address before replaying the link, does not take the owner's evidence
// away.
func TestReplayFromFreshSignIn(t *testing.T) {
	owner := withDelay(founding(), time.Hour)
	owner.IPAddress, owner.Row = netip.MustParseAddr("203.0.113.7"), 1
	replay := owner
	replay.Timestamp, replay.IPAddress, replay.Row = owner.Timestamp.Add(time.Minute), netip.MustParseAddr("20.38.87.5"), 2
	var store evidence.Store
	store.Add(
		evidence.BrowserLaunch{Timestamp: owner.Timestamp, AccountUpn: owner.AccountUpn, RemoteUrl: owner.Url},
		goodSignIn(owner.AccountUpn, "20.38.87.5", owner.Timestamp.Add(-time.Hour)))
	verdicts := judgeAll(t, clickclass.Options{Source: &store}, owner, replay)
	assert.Contains(t, counted(verdicts[1]), "c.browser")
}

// TestColleaguesOnOneLink holds that many who open one link on their devices, from one
// address that sign-ins go around, do not make each other machines.
func TestColleaguesOnOneLink(t *testing.T) {
	var store evidence.Store
	var clicks []clickclass.Click
	for i := range 20 {
		k := withDelay(founding(), time.Hour)
		k.AccountUpn, k.IPAddress, k.Row = fmt.Sprintf("person%d@contoso.example", i), netip.MustParseAddr("203.0.113.7"), int64(i+1)
		k.Timestamp = noon.Add(time.Duration(i) * time.Minute)
		clicks = append(clicks, k)
		store.Add(
			evidence.Connection{Timestamp: k.Timestamp.Add(2 * time.Second), AccountUpn: k.AccountUpn, DeviceName: fmt.Sprint(i), RemoteUrl: k.Url, Process: "msedge.exe"},
			goodSignIn(k.AccountUpn, "198.51.100.9", noon))
	}
	for row, v := range judgeAll(t, clickclass.Options{Source: &store}, clicks...) {
		assert.Less(t, v.P.Machine, 0.5, "row %d: %v", row, counted(v))
	}
}

// TestNobodyCouldComeBack holds that a window too short for anybody to come back does not
// make an office a crowd of strangers.
func TestNobodyCouldComeBack(t *testing.T) {
	var store evidence.Store
	var clicks []clickclass.Click
	for i := range 24 {
		k := withDelay(founding(), 3*time.Hour)
		k.AccountUpn, k.IPAddress, k.Row = fmt.Sprintf("person%d@contoso.example", i%8), netip.MustParseAddr("203.0.113.7"), int64(i+1)
		k.Timestamp = noon.Add(time.Duration(i/8)*day + time.Duration(i%8)*time.Minute)
		clicks = append(clicks, k)
		store.Add(goodSignIn(k.AccountUpn, "198.51.100.9", k.Timestamp))
	}
	for row, v := range judgeAll(t, clickclass.Options{Source: &store, Window: clickclass.Window{Span: time.Hour}}, clicks...) {
		assert.Less(t, v.P.Machine, 0.5, "row %d: %v", row, counted(v))
	}
}

// TestRowsOfWrongYears holds that rows of years that clocks gone wrong show change no verdict
// on a click of 2026. 2611 less 2026 is what a count of nanoseconds wraps at.
func TestRowsOfWrongYears(t *testing.T) {
	k := stranger()
	var rows []evidence.Row
	for d := range 12 {
		at := k.Timestamp.AddDate(0, 0, -d)
		for _, upn := range []string{k.AccountUpn, "kim@contoso.example", "lee@contoso.example"} {
			s := goodSignIn(upn, "198.51.100.9", at.Add(-time.Hour))
			s.Country = "DE"
			rows = append(rows, s)
		}
	}
	rows = append(rows,
		evidence.Connection{Timestamp: k.Timestamp.Add(-time.Minute), AccountUpn: k.AccountUpn, DeviceName: "pc1", RemoteUrl: "news.example", Process: "msedge.exe"},
		evidence.Email{Timestamp: k.Timestamp.Add(-2 * time.Hour), NetworkMessageId: k.NetworkMessageId, RecipientEmailAddress: k.AccountUpn})
	there := goodSignIn(k.AccountUpn, k.IPAddress.String(), k.Timestamp)
	there.Country = "FR"
	kim, lee := there, there
	kim.AccountUpn, lee.AccountUpn = "kim@contoso.example", "lee@contoso.example"
	for name, known := range map[string][]evidence.Row{"alone": nil, "beside others": rows} {
		want := classify(t, k, known...)
		for _, year := range []int{1, 1601, 1899, 1970, 2001, 2099, 2611, 9999} {
			wrong := func(at time.Time) time.Time { return at.AddDate(year-2026, 0, 0) }
			there, kim, lee := there, kim, lee
			there.Timestamp, kim.Timestamp, lee.Timestamp = wrong(there.Timestamp), wrong(kim.Timestamp), wrong(lee.Timestamp)
			got := classify(t, k, slices.Concat(known, []evidence.Row{there, kim, lee})...)
			assert.True(t, want.Equal(&got), "%s, %d: %v, not %v", name, year, counted(got), counted(want))
		}
	}
}
