package clickclass_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// stranger is a click from an address that no list knows, hours after the
// message.
func stranger() clickclass.Click {
	k := founding()
	k.IPAddress = netip.MustParseAddr("203.0.113.7")
	return withDelay(k, 2*time.Hour)
}

func goodSignIn(upn, ip string, at time.Time) clickclass.SignIn {
	return clickclass.SignIn{Timestamp: at, AccountUpn: upn, IPAddress: netip.MustParseAddr(ip), Success: true, Interactive: true, Country: "DE"}
}

func TestSignInEvidence(t *testing.T) {
	const me = "dana@contoso.example"
	change := func(s clickclass.SignIn, f func(*clickclass.SignIn)) clickclass.SignIn { f(&s); return s }
	far := func(n int) (out []clickclass.SignIn) { // n sign-ins elsewhere, so that the account is known
		for i := range n {
			out = append(out, goodSignIn(me, "198.51.100.9", noon.Add(-time.Duration(i+2)*24*time.Hour)))
		}
		return out
	}
	client := func(account string) clickclass.SignIn { // a token renewed
		return change(goodSignIn(account, "203.0.113.7", noon), func(s *clickclass.SignIn) { s.Interactive = false })
	}
	tests := []struct {
		name    string
		signIns []clickclass.SignIn
		want    string // the counted signals of corroboration and calendar
		regime  clickclass.Regime
	}{
		{"same address an hour before", []clickclass.SignIn{goodSignIn(me, "203.0.113.7", noon.Add(-time.Hour))}, "ip.own_signin", clickclass.RegimeSignIn},
		{"another case of the account", []clickclass.SignIn{goodSignIn("DANA@Contoso.example", "203.0.113.7", noon.Add(-time.Hour))}, "ip.own_signin", clickclass.RegimeSignIn},
		{"same address, v4-mapped", []clickclass.SignIn{goodSignIn(me, "::ffff:203.0.113.7", noon.Add(-time.Hour))}, "ip.own_signin", clickclass.RegimeSignIn},
		{"same address hours after", []clickclass.SignIn{goodSignIn(me, "203.0.113.7", noon.Add(23*time.Hour))}, "ip.own_signin", clickclass.RegimeSignIn},
		{"same address a week before", []clickclass.SignIn{goodSignIn(me, "203.0.113.7", noon.Add(-7*24*time.Hour))}, "ip.own_signin30", clickclass.RegimeSignIn},
		{"neighbour of the address", []clickclass.SignIn{goodSignIn(me, "203.0.113.200", noon.Add(-time.Hour))}, "ip.own_signin30", clickclass.RegimeSignIn},
		{"31 days before", []clickclass.SignIn{goodSignIn(me, "203.0.113.7", noon.Add(-31*24*time.Hour))}, "", clickclass.RegimeMail - 2},
		{"failed", append(far(1), change(goodSignIn(me, "203.0.113.7", noon), func(s *clickclass.SignIn) { s.Success = false })), "", clickclass.RegimeSignIn},
		{"not interactive", append(far(1), change(goodSignIn(me, "203.0.113.7", noon), func(s *clickclass.SignIn) { s.Interactive = false })), "", clickclass.RegimeSignIn},
		{"risky", append(far(1), change(goodSignIn(me, "203.0.113.7", noon), func(s *clickclass.SignIn) { s.Risk = "high" })), "", clickclass.RegimeSignIn},
		{"one colleague", append(far(1), goodSignIn("a@contoso.example", "203.0.113.7", noon)), "", clickclass.RegimeSignIn},
		{"two colleagues", append(far(1), goodSignIn("a@contoso.example", "203.0.113.7", noon), goodSignIn("b@contoso.example", "203.0.113.7", noon)), "ip.tenant_signin", clickclass.RegimeSignIn},
		{"only others' sign-ins are known", []clickclass.SignIn{goodSignIn("a@contoso.example", "203.0.113.7", noon)}, "", clickclass.RegimeRow},
		{"a country it never signed in from", append(far(12), change(goodSignIn("x@contoso.example", "203.0.113.7", noon), func(s *clickclass.SignIn) { s.Country, s.Success = "BR", false })), "ip.no_signin g.far", clickclass.RegimeSignIn},
		{"many sign-ins elsewhere", far(5), "ip.no_signin", clickclass.RegimeSignIn},
		{"many elsewhere, and a client here", append(far(5), client(me)), "", clickclass.RegimeSignIn},
		{"many elsewhere, and a colleague's client here", append(far(5), client("a@contoso.example")), "ip.no_signin", clickclass.RegimeSignIn},
		{"many elsewhere, and two colleagues' clients here", append(far(5), client("a@contoso.example"), client("b@contoso.example")), "", clickclass.RegimeSignIn},
		{"many elsewhere, and a risky client here", append(far(5), change(client(me), func(s *clickclass.SignIn) { s.Risk = "high" })), "ip.no_signin", clickclass.RegimeSignIn},
		{"few sign-ins elsewhere", far(4), "", clickclass.RegimeSignIn},
		{"many elsewhere, and a colleague here", append(far(5), goodSignIn("a@contoso.example", "203.0.113.7", noon)), "", clickclass.RegimeSignIn},
		{"an hour of the day it never signed in at", offHours(me), "ip.no_signin h.off", clickclass.RegimeSignIn},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			store := clickclass.NewStore()
			for _, s := range tt.signIns {
				store.AddSignIn(s)
			}
			v := classify(t, store, stranger())
			got := slices.DeleteFunc(ids(v.Signals(), true), func(id string) bool { return id == "t.1h" })
			if tt.want == "" {
				assert.Empty(t, got)
			} else {
				assert.Equal(t, strings.Fields(tt.want), got)
			}
			assert.Equal(t, max(tt.regime, clickclass.RegimeRow), v.Regime)
			assert.Equal(t, v.Regime != clickclass.RegimeSignIn, v.Missing&clickclass.MissingSignIn != 0)
		})
	}
}

func offHours(upn string) (out []clickclass.SignIn) {
	for i := range 25 {
		night := noon.Add(-time.Duration(i+1) * 24 * time.Hour).Add(10 * time.Hour)
		out = append(out, goodSignIn(upn, "198.51.100.9", night))
	}
	return out
}

// TestSignInNextDoorInAzure holds that a neighbour in a published range is a
// stranger.
func TestSignInNextDoorInAzure(t *testing.T) {
	k := founding()
	k.IPAddress = netip.MustParseAddr("40.64.64.200")
	store := clickclass.NewStore()
	store.AddSignIn(goodSignIn(k.AccountUpn, "40.64.64.201", noon))
	v := classify(t, store, k)
	assert.Empty(t, ids(v.Signals(), true), "ip.azure falls away, and nothing corroborates")
}

// TestFreshSignInForRent holds that a first sign-in from a rented address shows
// a person, and not that it is the owner.
func TestFreshSignInForRent(t *testing.T) {
	k := founding()
	k.IPAddress = netip.MustParseAddr("40.64.64.200")
	for name, tt := range map[string]struct {
		first  time.Duration
		signal string
		shown  bool
	}{
		"fresh":         {-time.Hour, "ip.fresh_signin", false},
		"used for long": {-72 * time.Hour, "ip.own_signin", true},
	} {
		t.Run(name, func(t *testing.T) {
			store := clickclass.NewStore()
			store.AddSignIn(goodSignIn(k.AccountUpn, "40.64.64.200", noon.Add(tt.first)))
			store.AddSignIn(goodSignIn(k.AccountUpn, "40.64.64.200", noon.Add(-time.Minute)))
			v := classify(t, store, k)
			assert.Equal(t, []string{tt.signal}, ids(v.Signals(), true))
			assert.Equal(t, tt.shown, v.Flags&clickclass.FlagRecipientNotShown == 0)
			assert.Equal(t, tt.shown, v.Class == clickclass.ClassHuman)
		})
	}
}

// TestReplay holds that of two clicks on a link, seconds apart, the device's
// evidence goes to the one from whose address the account signs in.
func TestReplay(t *testing.T) {
	victim := stranger()
	replay := victim
	replay.IPAddress = netip.MustParseAddr("198.51.100.77")
	store := clickclass.NewStore()
	store.AddSignIn(goodSignIn(victim.AccountUpn, victim.IPAddress.String(), noon.Add(-3*time.Hour)))
	store.AddBrowserLaunch(clickclass.BrowserLaunch{Timestamp: noon.Add(6 * time.Second), AccountUpn: victim.AccountUpn, RemoteUrl: victim.Url})
	c, err := clickclass.New(clickclass.Options{Evidence: store.Evidence()})
	assert.NoError(t, err)

	v := judgeNear(c, victim, clickclass.Neighbours{Seen: true, Twin: true, TwinGap: 5 * time.Second, TwinIP: replay.IPAddress})
	assert.Contains(t, ids(v.Signals(), true), "c.browser")
	assert.Equal(t, clickclass.ClassHuman, v.Class)

	replay.Timestamp = noon.Add(5 * time.Second)
	v = judgeNear(c, replay, clickclass.Neighbours{Seen: true, Twin: true, TwinGap: -5 * time.Second, TwinIP: victim.IPAddress})
	assert.NotContains(t, ids(v.Signals(), true), "c.browser")
	assert.NotZero(t, v.Flags&clickclass.FlagRecipientNotShown)
	assert.NotEqual(t, clickclass.ClassHuman, v.Class)
}

func TestEndpointEvidence(t *testing.T) {
	const me = "dana@contoso.example"
	k := stranger()
	launch := func(at time.Duration, url string) clickclass.BrowserLaunch {
		return clickclass.BrowserLaunch{Timestamp: noon.Add(at), AccountUpn: me, DeviceName: "pc1", RemoteUrl: url}
	}
	connection := func(at time.Duration, host, process, device string) clickclass.Connection {
		return clickclass.Connection{Timestamp: noon.Add(at), AccountUpn: me, DeviceName: device, RemoteUrl: host, Process: process, ActionType: "ConnectionSuccess"}
	}
	const wrapped = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flogin.contoso-docs.example%2Fa&data=05%7C02%7C&reserved=0"
	tests := []struct {
		name        string
		launches    []clickclass.BrowserLaunch
		connections []clickclass.Connection
		want        []string
	}{
		{"launch of the link", []clickclass.BrowserLaunch{launch(time.Second, k.Url)}, nil, []string{"c.browser"}},
		{"launch of the wrapped link", []clickclass.BrowserLaunch{launch(time.Second, wrapped)}, nil, []string{"c.browser"}},
		{"launch at the edge", []clickclass.BrowserLaunch{launch(2*time.Minute, k.Url)}, nil, []string{"c.browser"}},
		{"launch too late", []clickclass.BrowserLaunch{launch(2*time.Minute+time.Second, k.Url)}, nil, []string{"c.silent"}},
		{"launch of another link", []clickclass.BrowserLaunch{launch(time.Second, "https://example.net/b")}, nil, []string{"c.silent"}},
		{"active the day before", []clickclass.BrowserLaunch{launch(-20*time.Hour, "https://example.net/b")}, nil, nil},
		{"connection of a browser", nil, []clickclass.Connection{connection(6*time.Second, "login.contoso-docs.example", "msedge.exe", "pc1")}, []string{"c.net"}},
		{"connection to Safe Links", nil, []clickclass.Connection{connection(time.Second, "eur01.safelinks.protection.outlook.com", "chrome.exe", "pc1")}, []string{"c.net"}},
		{"connection of no browser", nil, []clickclass.Connection{connection(6*time.Second, "login.contoso-docs.example", "svchost.exe", "pc1")}, []string{"c.silent"}},
		{"connection a minute early", nil, []clickclass.Connection{connection(-time.Minute, "login.contoso-docs.example", "msedge.exe", "pc1")}, []string{"c.silent"}},
		{"connection to a host of everybody", nil, everybody("login.contoso-docs.example", connection), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			store := clickclass.NewStore()
			for _, r := range tt.launches {
				store.AddBrowserLaunch(r)
			}
			for _, r := range tt.connections {
				store.AddConnection(r)
			}
			v := classify(t, store, k)
			got := slices.DeleteFunc(ids(v.Signals(), true), func(id string) bool { return id == "t.1h" })
			assert.ElementsMatch(t, tt.want, got)
			assert.Equal(t, clickclass.RegimeEndpoint, v.Regime)
		})
	}
}

func everybody(host string, connection func(time.Duration, string, string, string) clickclass.Connection) (out []clickclass.Connection) {
	for i := range 40 {
		out = append(out, connection(6*time.Second, host, "msedge.exe", fmt.Sprintf("pc%d", i)))
	}
	return out
}

// TestLogonNameOnly holds that a device row with only the logon's name still
// finds its account.
func TestLogonNameOnly(t *testing.T) {
	k := stranger()
	store := clickclass.NewStore()
	store.AddBrowserLaunch(clickclass.BrowserLaunch{Timestamp: noon, Account: "dana", RemoteUrl: k.Url})
	v := classify(t, store, k)
	assert.Contains(t, ids(v.Signals(), true), "c.browser")
}

func TestMailEvidence(t *testing.T) {
	k := founding()
	k.NetworkMessageId = "6a1f0f7e-6b8d-4c8e-9a57-d1b2c3a4e5f6" // no clock
	email := clickclass.Email{Timestamp: noon.Add(-4 * time.Second), NetworkMessageId: k.NetworkMessageId, RecipientEmailAddress: "Dana@contoso.example", UrlCount: 1}

	t.Run("delay from the mail table", func(t *testing.T) {
		store := clickclass.NewStore()
		store.AddEmail(email)
		v := classify(t, store, k)
		assert.Equal(t, clickclass.DelayMail, v.DelaySource)
		assert.Equal(t, 4*time.Second, v.Delay)
		assert.Equal(t, clickclass.RegimeMail, v.Regime)
		assert.Zero(t, v.Flags&clickclass.FlagAccountNotRecipient)
	})
	t.Run("the id's clock wins where both agree", func(t *testing.T) {
		k := withDelay(founding(), 7*time.Second)
		store := clickclass.NewStore()
		store.AddEmail(clickclass.Email{Timestamp: noon.Add(-4 * time.Second), NetworkMessageId: k.NetworkMessageId})
		v := classify(t, store, k)
		assert.Equal(t, clickclass.DelayMessageID, v.DelaySource)
	})
	t.Run("the mail table wins where they disagree", func(t *testing.T) {
		k := withDelay(founding(), 3*time.Hour)
		store := clickclass.NewStore()
		store.AddEmail(clickclass.Email{Timestamp: noon.Add(-4 * time.Second), NetworkMessageId: k.NetworkMessageId})
		v := classify(t, store, k)
		assert.Equal(t, clickclass.DelayMail, v.DelaySource)
	})
	t.Run("not a recipient", func(t *testing.T) {
		k := k
		k.AccountUpn = "erin@contoso.example"
		store := clickclass.NewStore()
		store.AddEmail(email)
		assert.NotZero(t, classify(t, store, k).Flags&clickclass.FlagAccountNotRecipient)
	})
	t.Run("found malicious later", func(t *testing.T) {
		for name, at := range map[string]time.Duration{"after": time.Hour, "before": -time.Second} {
			store := clickclass.NewStore()
			store.AddEmail(email)
			store.AddPostDelivery(clickclass.PostDelivery{Timestamp: noon.Add(at), NetworkMessageId: k.NetworkMessageId, ActionType: "Phish ZAP"})
			assert.Equal(t, at > 0, classify(t, store, k).Flags&clickclass.FlagVerdictChangedLater != 0, name)
		}
	})
}

func TestAuditEvidence(t *testing.T) {
	k := stranger()
	store := clickclass.NewStore()
	audit := k
	audit.Feed = clickclass.FeedAudit
	audit.IsClickedThrough = true
	store.AddAudit(audit)
	v := classify(t, store, k)
	assert.Equal(t, clickclass.ClassHuman, v.Class)
	assert.Contains(t, ids(v.Signals(), true), "a.through")
}

func TestPolicyEvidence(t *testing.T) {
	k := withDelay(founding(), 3*time.Second)
	store := clickclass.NewStore()
	store.AddPolicy(clickclass.Policy{Name: "Standard", EnableSafeLinksForEmail: true, DeliverMessageAfterScan: true})
	assert.Contains(t, names(causes(classify(t, store, k))), "policy_scan")
	assert.NotContains(t, names(causes(clickclass.Score(k))), "policy_scan")
}

func causes(v clickclass.Verdict) []clickclass.Cause { return v.Causes() }

// TestNeighbours holds what the other rows add to the founding row, or take
// from it.
func TestNeighbours(t *testing.T) {
	c, err := clickclass.New(clickclass.Options{})
	assert.NoError(t, err)
	near := func(k clickclass.Click, n clickclass.Neighbours) clickclass.Verdict {
		n.Seen = true
		return judgeNear(c, k, n)
	}
	tests := []struct {
		name string
		n    clickclass.Neighbours
		want string
	}{
		{"two links in a second", clickclass.Neighbours{MessageURLs1s: 2, MessageURLs3s: 2}, "b.multi1s"},
		{"three links in three seconds", clickclass.Neighbours{MessageURLs1s: 2, MessageURLs3s: 3}, "b.all"},
		{"three accounts at once", clickclass.Neighbours{FanAccounts: 3}, "b.fan"},
		{"two accounts at once", clickclass.Neighbours{FanAccounts: 2}, ""},
		{"many accounts, sign-ins not known", clickclass.Neighbours{AddressAccounts: 9}, ""},
		{"soon after the message on another occasion", clickclass.Neighbours{AddressFast: 1}, "b.address"},
		{"soon once, late once", clickclass.Neighbours{AddressFast: 1, AddressSlow: 1}, ""},
		{"soon three times, late once", clickclass.Neighbours{AddressFast: 3, AddressSlow: 1}, "b.address"},
		{"people's delays", clickclass.Neighbours{AddressFast: 3, AddressSlow: 8}, ""},
		{"three who came by", clickclass.Neighbours{AddressAccounts: 3, AddressVisitors: 3}, "b.strangers"},
		{"two who came by", clickclass.Neighbours{AddressAccounts: 2, AddressVisitors: 2}, ""},
		{"one of five came again", clickclass.Neighbours{AddressAccounts: 5, AddressVisitors: 5, AddressRegulars: 1}, ""},
		{"one of sixteen came again", clickclass.Neighbours{AddressAccounts: 16, AddressVisitors: 16, AddressRegulars: 1}, "b.strangers"},
		{"most click nowhere else", clickclass.Neighbours{AddressAccounts: 10, AddressVisitors: 6}, ""},
		{"a person among those who came by", clickclass.Neighbours{AddressAccounts: 6, AddressVisitors: 6, AddressPeople: 1}, ""},
		{"after the same click from another network", clickclass.Neighbours{Twin: true, TwinGap: -12 * time.Second, TwinIP: netip.MustParseAddr("198.51.100.4")}, "b.shadow"},
		{"before the same click from another network", clickclass.Neighbours{Twin: true, TwinGap: 12 * time.Second, TwinIP: netip.MustParseAddr("198.51.100.4")}, ""},
		{"at the same instant as it", clickclass.Neighbours{Twin: true, TwinIP: netip.MustParseAddr("198.51.100.4")}, "b.echo"},
		{"too long after it", clickclass.Neighbours{Twin: true, TwinGap: -16 * time.Second, TwinIP: netip.MustParseAddr("198.51.100.4")}, ""},
		{"after it from close by", clickclass.Neighbours{Twin: true, TwinGap: -12 * time.Second, TwinIP: netip.MustParseAddr("203.0.1.4")}, ""},
		{"after it by the other family of addresses", clickclass.Neighbours{Twin: true, TwinGap: -12 * time.Second, TwinIP: netip.MustParseAddr("2001:db8::1")}, ""},
		{"after a service's", clickclass.Neighbours{Twin: true, TwinGap: -12 * time.Second, TwinIP: netip.MustParseAddr("52.112.0.1"), TwinService: true}, ""},
		{"echo", clickclass.Neighbours{Twin: true, TwinGap: -400 * time.Millisecond}, "b.echo"},
		{"slow echo", clickclass.Neighbours{Twin: true, TwinGap: 4 * time.Second}, ""},
		{"waited for the scan", clickclass.Neighbours{ScanThenThrough: true}, "a.scanwait"},
		{"blocked half of a click-through", clickclass.Neighbours{Through: true, Pair: true}, "a.through"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k := founding()
			k.IPAddress = netip.MustParseAddr("203.0.113.7")
			v := near(k, tt.n)
			if tt.want == "" {
				assert.Empty(t, ids(v.Signals(), true))
			} else {
				assert.Equal(t, []string{tt.want}, ids(v.Signals(), true))
			}
			assert.Equal(t, clickclass.RegimeRows, v.Regime)
		})
	}
	t.Run("allowed and blocked later", func(t *testing.T) {
		assert.NotZero(t, near(founding(), clickclass.Neighbours{BlockedLater: true}).Flags&clickclass.FlagVerdictChangedLater)
	})
}

// TestShadow holds that a person's browser launch does not vouch for the
// service that asked for the same link seconds later.
func TestShadow(t *testing.T) {
	store := clickclass.NewStore()
	k := withDelay(founding(), time.Hour)
	store.AddBrowserLaunch(clickclass.BrowserLaunch{Timestamp: noon.Add(-5 * time.Second), AccountUpn: k.AccountUpn, RemoteUrl: k.Url})
	c, err := clickclass.New(clickclass.Options{Evidence: store.Evidence()})
	assert.NoError(t, err)

	shadow := judgeNear(c, k, clickclass.Neighbours{Seen: true, Twin: true, TwinGap: -5 * time.Second})
	assert.NotContains(t, ids(shadow.Signals(), true), "c.browser")
	assert.NotZero(t, shadow.Flags&clickclass.FlagEvidenceElsewhere)
	assert.Greater(t, shadow.P, 0.5)

	person := k
	person.IPAddress = netip.MustParseAddr("203.0.113.7")
	v := judgeNear(c, person, clickclass.Neighbours{Seen: true, Twin: true, TwinGap: 5 * time.Second, TwinService: true})
	assert.Equal(t, clickclass.ClassHuman, v.Class)
}

// TestTwinsKeepThePersonsEvidence holds that of two clicks on one link, seconds
// apart and from two networks, the person's keeps what its device did, in
// whatever order they came.
func TestTwinsKeepThePersonsEvidence(t *testing.T) {
	person := withDelay(founding(), time.Hour)
	person.IPAddress = netip.MustParseAddr("203.0.113.7")
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
			store := clickclass.NewStore()
			store.AddBrowserLaunch(clickclass.BrowserLaunch{Timestamp: person.Timestamp.Add(tt.launch), AccountUpn: person.AccountUpn, RemoteUrl: person.Url})
			scanner := person
			scanner.Timestamp = person.Timestamp.Add(tt.scanner)
			scanner.IPAddress = netip.MustParseAddr("198.18.1.7")
			person, scanner := person, scanner
			person.Row, scanner.Row = 1, 2
			verdicts := judgeAll(t, clickclass.Options{Evidence: store.Evidence()}, []clickclass.Click{person, scanner})
			assert.Contains(t, counted(verdicts[place{"", 1}]), "c.browser")
			assert.LessOrEqual(t, verdicts[place{"", 1}].P, 0.08)
			assert.Equal(t, tt.shadow, verdicts[place{"", 2}].Flags&clickclass.FlagEvidenceElsewhere != 0)
		})
	}
}

// TestReplayFromFreshSignIn holds that somebody who took the account over, and
// signed in from a rented address before he replayed the link, does not take the
// owner's evidence away.
func TestReplayFromFreshSignIn(t *testing.T) {
	owner := withDelay(founding(), time.Hour)
	owner.IPAddress, owner.Row = netip.MustParseAddr("203.0.113.7"), 1
	replay := owner
	replay.Timestamp, replay.IPAddress, replay.Row = owner.Timestamp.Add(time.Minute), netip.MustParseAddr("20.38.87.5"), 2
	store := clickclass.NewStore()
	store.AddBrowserLaunch(clickclass.BrowserLaunch{Timestamp: owner.Timestamp, AccountUpn: owner.AccountUpn, RemoteUrl: owner.Url})
	store.AddSignIn(goodSignIn(owner.AccountUpn, "20.38.87.5", owner.Timestamp.Add(-time.Hour)))
	verdicts := judgeAll(t, clickclass.Options{Evidence: store.Evidence()}, []clickclass.Click{owner, replay})
	assert.Contains(t, counted(verdicts[place{"", 1}]), "c.browser")
}

// TestColleaguesOnOneLink holds that many who open one link on their devices,
// from one way out that sign-ins go around, do not make each other machines.
func TestColleaguesOnOneLink(t *testing.T) {
	store := clickclass.NewStore()
	var rows []clickclass.Click
	for i := range 20 {
		k := withDelay(founding(), time.Hour)
		k.AccountUpn, k.IPAddress, k.Row = fmt.Sprintf("person%d@contoso.example", i), netip.MustParseAddr("203.0.113.7"), i+1
		k.Timestamp = noon.Add(time.Duration(i) * time.Minute)
		rows = append(rows, k)
		store.AddConnection(clickclass.Connection{Timestamp: k.Timestamp.Add(2 * time.Second), AccountUpn: k.AccountUpn, DeviceName: fmt.Sprint(i),
			RemoteUrl: k.Url, Process: "msedge.exe"})
		store.AddSignIn(goodSignIn(k.AccountUpn, "198.51.100.9", noon))
	}
	for at, v := range judgeAll(t, clickclass.Options{Evidence: store.Evidence()}, rows) {
		assert.Less(t, v.P, 0.5, "%v %s", at, digest(v))
	}
}

// TestPeoplesAddressesAreNotMachines holds that what a list says of an address
// does not make it known for machines when it says that people are behind it.
func TestPeoplesAddressesAreNotMachines(t *testing.T) {
	c, err := clickclass.New(clickclass.Options{})
	require.NoError(t, err)
	k := withDelay(founding(), time.Second)
	k.IPAddress = netip.MustParseAddr("128.94.0.5") // Global Secure Access
	v := judgeNear(c, k, clickclass.Neighbours{Seen: true, MessageURLs1s: 3, MessageURLs3s: 3, MessageURLs60s: 3})
	assert.NotZero(t, v.Flags&clickclass.FlagPeopleBehindAddress)
	assert.NotEqual(t, clickclass.ClassAutomated, v.Class, "P = %v", v.P)
}

// TestNobodyCouldComeBack holds that a window too short for anybody to come back
// does not make an office a crowd of strangers.
func TestNobodyCouldComeBack(t *testing.T) {
	store := clickclass.NewStore()
	var rows []clickclass.Click
	for i := range 24 {
		k := withDelay(founding(), 3*time.Hour)
		k.AccountUpn, k.IPAddress, k.Row = fmt.Sprintf("person%d@contoso.example", i%8), netip.MustParseAddr("203.0.113.7"), i+1
		k.Timestamp = noon.Add(time.Duration(i/8)*24*time.Hour + time.Duration(i%8)*time.Minute)
		rows = append(rows, k)
		store.AddSignIn(goodSignIn(k.AccountUpn, "198.51.100.9", k.Timestamp))
	}
	for at, v := range judgeAll(t, clickclass.Options{Evidence: store.Evidence(), Window: time.Hour}, rows) {
		assert.Less(t, v.P, 0.5, "%v %s", at, digest(v))
	}
}

// TestStrangersAreNeverAutomated holds that what fits somebody who reads several
// mailboxes as well as a tool moves P, and never makes a click automated by
// itself.
func TestStrangersAreNeverAutomated(t *testing.T) {
	store := clickclass.NewStore()
	k := founding()
	k.IPAddress = netip.MustParseAddr("203.0.113.7")
	for i := range 6 {
		store.AddSignIn(goodSignIn(k.AccountUpn, "198.51.100.9", noon.Add(-time.Duration(i)*time.Hour)))
	}
	c, err := clickclass.New(clickclass.Options{Evidence: store.Evidence()})
	require.NoError(t, err)
	n := clickclass.Neighbours{Seen: true, AddressAccounts: 12, AddressVisitors: 12}
	v := judgeNear(c, k, n)
	assert.Greater(t, v.P, 0.98)
	assert.Equal(t, []string{"b.strangers", "ip.shared_nosignin"}, ids(v.Signals(), true))
	assert.Equal(t, clickclass.ClassLikelyAutomated, v.Class)
	assert.Contains(t, v.Causes(), clickclass.CauseOtherPerson)

	// An attacker has scripts, too, until the address shows machines' habits; and
	// one kind of evidence is not two.
	n.MessageURLs3s = 3
	assert.Equal(t, clickclass.ClassLikelyAutomated, judgeNear(c, withDelay(k, 5*time.Second), n).Class)
	n.AddressFast = 2
	assert.Equal(t, clickclass.ClassLikelyAutomated, judgeNear(c, k, n).Class)
	assert.Equal(t, clickclass.ClassAutomated, judgeNear(c, withDelay(k, 5*time.Second), n).Class)
}

// TestCrowd holds what is made of several accounts at an address that nobody
// signs in from: more when none comes back or their devices are silent, less
// when they come back, nothing when a person was seen or the tenant's sign-ins
// are not known.
func TestCrowd(t *testing.T) {
	k := founding()
	k.IPAddress = netip.MustParseAddr("203.0.113.7")
	weight := func(store *clickclass.Store, n clickclass.Neighbours) float64 {
		c, err := clickclass.New(clickclass.Options{Evidence: store.Evidence()})
		require.NoError(t, err)
		n.Seen = true
		v := judgeNear(c, k, n)
		for _, s := range v.Signals() {
			if s.Rule.ID == "ip.shared_nosignin" {
				return s.Weight
			}
		}
		return 0
	}
	colleagues := func(domain string, accounts int) *clickclass.Store {
		store := clickclass.NewStore()
		for i := range accounts {
			store.AddSignIn(goodSignIn(fmt.Sprintf("colleague%d@%s", i, domain), "198.51.100.9", noon.Add(-time.Hour)))
		}
		return store
	}
	known := colleagues("contoso.example", 5)
	three := weight(known, clickclass.Neighbours{AddressAccounts: 3})
	assert.Positive(t, three)
	assert.Zero(t, weight(known, clickclass.Neighbours{AddressAccounts: 2}))
	assert.Greater(t, weight(known, clickclass.Neighbours{AddressAccounts: 6, AddressVisitors: 6}), three)
	assert.InDelta(t, three, weight(known, clickclass.Neighbours{AddressAccounts: 6}), 1e-9, "they could not have come back")
	assert.Less(t, weight(known, clickclass.Neighbours{AddressAccounts: 6, AddressRegulars: 1}), three)
	assert.Greater(t, weight(known, clickclass.Neighbours{AddressAccounts: 3, AddressSilent: 1}), three)
	assert.Zero(t, weight(known, clickclass.Neighbours{AddressAccounts: 8, AddressPeople: 1}))
	assert.Positive(t, weight(known, clickclass.Neighbours{AddressAccounts: 9, AddressPeople: 1}), "one in nine is chance")

	assert.Zero(t, weight(colleagues("contoso.example", 4), clickclass.Neighbours{AddressAccounts: 9}), "too few sign-ins to tell")
	assert.Zero(t, weight(colleagues("fabrikam.example", 9), clickclass.Neighbours{AddressAccounts: 9}), "another tenant's sign-ins")
	here := colleagues("contoso.example", 5)
	here.AddSignIn(goodSignIn("colleague1@contoso.example", "203.0.113.7", noon))
	assert.Zero(t, weight(here, clickclass.Neighbours{AddressAccounts: 9}), "a colleague signs in from there")
}

// TestRowEvidence holds that a Row made by a Classifier counts haste by the mail
// tables and people by their devices.
func TestRowEvidence(t *testing.T) {
	store := clickclass.NewStore()
	at := func(account string, d time.Duration) *clickclass.Click {
		k := founding()
		k.AccountUpn, k.Timestamp, k.IPAddress = account, noon.Add(d), netip.MustParseAddr("203.0.113.7")
		k.NetworkMessageId = "a message of " + account
		store.AddEmail(clickclass.Email{Timestamp: k.Timestamp.Add(-20 * time.Second), NetworkMessageId: k.NetworkMessageId, RecipientEmailAddress: account})
		return &k
	}
	rows := []*clickclass.Click{at("ann@contoso.example", 0), at("bob@contoso.example", time.Hour), at("dan@contoso.example", 2*time.Hour)}
	store.AddBrowserLaunch(clickclass.BrowserLaunch{Timestamp: rows[1].Timestamp, AccountUpn: rows[1].AccountUpn, RemoteUrl: rows[1].Url})
	store.AddBrowserLaunch(clickclass.BrowserLaunch{Timestamp: rows[2].Timestamp, AccountUpn: rows[2].AccountUpn, RemoteUrl: "https://elsewhere.example/"})
	c, err := clickclass.New(clickclass.Options{Evidence: store.Evidence()})
	require.NoError(t, err)
	var first clickclass.Neighbours
	w := clickclass.NewWindow(0)
	keep := func(n *clickclass.Near) bool {
		var k clickclass.Click
		if n.Unpack(&k); k.AccountUpn == rows[0].AccountUpn {
			first = n.Neighbours()
		}
		return true
	}
	for _, k := range rows {
		row := c.Row(k)
		w.Add(&row, keep)
	}
	w.Flush(keep)
	assert.EqualValues(t, 2, first.AddressFast)
	assert.EqualValues(t, 1, first.AddressPeople)
	assert.EqualValues(t, 1, first.AddressSilent)
}

// TestRentedIsNeverAutomated holds that a burst from an address that anybody
// can rent, with which nobody signs in, stops at likely_automated.
func TestRentedIsNeverAutomated(t *testing.T) {
	store := clickclass.NewStore()
	k := withDelay(founding(), 3*time.Second)
	store.AddSignIn(goodSignIn(k.AccountUpn, "203.0.113.9", noon.Add(-time.Hour)))
	c, err := clickclass.New(clickclass.Options{Evidence: store.Evidence()})
	assert.NoError(t, err)
	n := clickclass.Neighbours{Seen: true, MessageURLs1s: 3, MessageURLs3s: 3, MessageURLs60s: 3, AddressAccounts: 5}
	k.IPAddress = netip.MustParseAddr("40.64.64.200")
	v := judgeNear(c, k, n)
	assert.Greater(t, v.P, 0.98)
	assert.Equal(t, clickclass.ClassLikelyAutomated, v.Class)
	assert.NotZero(t, v.Flags&clickclass.FlagAddressForRent)
}

// TestAuditOfAnotherAddress holds that an override in the audit feed speaks of
// the click from its own address only, whatever the order of the records.
func TestAuditOfAnotherAddress(t *testing.T) {
	k := founding()
	through, plain := k, k
	through.Feed, plain.Feed = clickclass.FeedAudit, clickclass.FeedAudit
	through.IsClickedThrough = true
	through.IPAddress = netip.MustParseAddr("203.0.113.9")
	for name, records := range map[string][]clickclass.Click{"first": {through, plain}, "last": {plain, through}} {
		t.Run(name, func(t *testing.T) {
			store := clickclass.NewStore()
			for _, r := range records {
				store.AddAudit(r)
			}
			assert.NotContains(t, counted(classify(t, store, k)), "a.through")
			person := k
			person.IPAddress = through.IPAddress
			assert.Contains(t, counted(classify(t, store, person)), "a.through")
		})
	}
}

// TestLogonNames holds that rows under a logon's name join those under the full
// account, and speak of nobody where several accounts have the name.
func TestLogonNames(t *testing.T) {
	k := stranger()
	add := func(others ...string) *clickclass.Store {
		store := clickclass.NewStore()
		store.AddConnection(clickclass.Connection{Timestamp: noon.Add(-5 * time.Minute), AccountUpn: k.AccountUpn, RemoteUrl: "example.net", Process: "msedge.exe"})
		store.AddBrowserLaunch(clickclass.BrowserLaunch{Timestamp: noon, Account: "dana", RemoteUrl: k.Url})
		for _, o := range others {
			store.AddSignIn(goodSignIn(o, "198.51.100.1", noon))
		}
		return store
	}
	assert.Contains(t, counted(classify(t, add(), k)), "c.browser")
	assert.NotContains(t, counted(classify(t, add("dana@fabrikam.example"), k)), "c.browser")
}

// TestWrappedRow holds that a row whose Url is a Safe Link is compared by its
// target.
func TestWrappedRow(t *testing.T) {
	k := stranger()
	k.Url = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flogin.contoso-docs.example%2Fa&reserved=0"
	connection := func(host string) clickclass.Verdict {
		store := clickclass.NewStore()
		store.AddConnection(clickclass.Connection{Timestamp: noon.Add(time.Second), AccountUpn: k.AccountUpn, DeviceName: "pc1", RemoteUrl: host, Process: "msedge.exe"})
		return classify(t, store, k)
	}
	weight := func(v clickclass.Verdict) float64 {
		for _, s := range v.Signals() {
			if s.Rule.ID == "c.net" {
				return s.Weight
			}
		}
		return 0
	}
	assert.InDelta(t, -3.5, weight(connection("login.contoso-docs.example")), 1e-9)
	assert.InDelta(t, -1.75, weight(connection("eur01.safelinks.protection.outlook.com")), 1e-9)
	assert.InDelta(t, -1.75, weight(connection("usg01.safelinks.protection.office365.us")), 1e-9)
}

// TestManyBehindOneAddress holds that a large company's way out keeps its
// people, in whatever order their sign-ins come.
func TestManyBehindOneAddress(t *testing.T) {
	k := stranger()
	var old, fresh []clickclass.SignIn
	for i := range 200 {
		old = append(old, goodSignIn(fmt.Sprintf("old%d@contoso.example", i), "203.0.113.7", noon.Add(-90*24*time.Hour)))
		fresh = append(fresh, goodSignIn(fmt.Sprintf("new%d@contoso.example", i), "203.0.113.7", noon.Add(-30*time.Hour)))
	}
	for name, rows := range map[string][]clickclass.SignIn{"old first": append(slices.Clone(old), fresh...), "old last": append(slices.Clone(fresh), old...)} {
		t.Run(name, func(t *testing.T) {
			store := clickclass.NewStore()
			store.AddSignIn(goodSignIn(k.AccountUpn, "198.51.100.9", noon))
			for _, r := range rows {
				store.AddSignIn(r)
			}
			assert.Contains(t, counted(classify(t, store, k)), "ip.tenant_signin")
		})
	}
}

// notANumber is a calibration gone wrong.
type notANumber struct{}

func (notANumber) Calibrate(clickclass.Regime, float64) float64 { return nan() }

func TestCalibrationGoneWrong(t *testing.T) {
	c, err := clickclass.New(clickclass.Options{Calibration: notANumber{}})
	assert.NoError(t, err)
	assert.Equal(t, clickclass.Score(founding()).P, c.Classify(founding()).P)
}

// TestNextCanBeAsked holds that the evidence that is named has a query.
func TestNextCanBeAsked(t *testing.T) {
	k := withDelay(founding(), 3*time.Second)
	k.AccountUpn = ""
	v := clickclass.Score(k)
	next, ok := v.Next()
	assert.True(t, ok)
	assert.Equal(t, clickclass.MissingMail, next)
	assert.NotEmpty(t, next.Query(&k))
}

func counted(v clickclass.Verdict) []string { return ids(v.Signals(), true) }
