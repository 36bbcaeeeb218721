package evidence

import (
	"context"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

const me = "dana@contoso.example"

// question is about a click of dana at noon.
func aboutNoon() clickclass.Question {
	return clickclass.Question{
		Want:      everything,
		MessageID: "6a1f0f7e-6b8d-4c8e-9a57-d1b2c3a4e5f6",
		Account:   me,
		URL:       "https://docs.fabrikam.example/a",
		Addr:      netip.MustParseAddr("203.0.113.7"),
		At:        noon,
	}
}

// factsOf returns the answer of a Store with these rows.
func factsOf(t *testing.T, q clickclass.Question, rows ...Row) clickclass.Facts {
	t.Helper()
	var s Store
	s.Add(rows...)
	f, err := s.Facts(context.Background(), q)
	require.NoError(t, err)
	return f
}

func signInAt(upn, ip string, at time.Time) SignIn {
	return SignIn{Timestamp: at, AccountUpn: upn, IPAddress: netip.MustParseAddr(ip), Success: true, Interactive: true, Country: "DE"}
}

func TestEmptyStore(t *testing.T) {
	assert.Equal(t, clickclass.Facts{}, factsOf(t, aboutNoon()))
	assert.Equal(t, clickclass.Facts{}, factsOf(t, clickclass.Question{Want: everything}))
}

// TestNotKnown holds that a part is nil where nothing is known, and that rows of one kind
// are no answer to questions of another.
func TestNotKnown(t *testing.T) {
	rows := map[string]Row{
		"mail":   Email{Timestamp: noon, NetworkMessageId: aboutNoon().MessageID},
		"signin": signInAt(me, "203.0.113.7", noon),
		"device": BrowserLaunch{Timestamp: noon, AccountUpn: me, RemoteUrl: aboutNoon().URL},
		"chat":   ChatUrl{Timestamp: noon, TeamsMessageId: "m", Url: aboutNoon().URL},
		"audit":  Audited{Timestamp: noon, AccountUpn: me, Url: aboutNoon().URL, IPAddress: aboutNoon().Addr},
	}
	known := func(f clickclass.Facts) (parts []string) {
		for part, is := range map[string]bool{"mail": f.Mail != nil, "signin": f.SignIn != nil, "device": f.Device != nil, "chat": f.Chat != nil, "audit": f.Audit != nil, "network": f.Network != nil} {
			if is {
				parts = append(parts, part)
			}
		}
		return parts
	}
	change := func(f func(*clickclass.Question)) clickclass.Question {
		q := aboutNoon()
		f(&q)
		return q
	}
	tests := []struct {
		name string
		q    clickclass.Question
		want []string // of the kinds that have a row
	}{
		{"all known", aboutNoon(), []string{"mail", "signin", "device", "chat", "audit"}},
		{"nothing wanted", change(func(q *clickclass.Question) { q.Want = 0 }), nil},
		{"only the device wanted", change(func(q *clickclass.Question) { q.Want = clickclass.EvidenceDevice }), []string{"device"}},
		{"only the network wanted", change(func(q *clickclass.Question) { q.Want = clickclass.EvidenceNetwork }), nil},
		{"no message", change(func(q *clickclass.Question) { q.MessageID = "" }), []string{"signin", "device", "chat", "audit"}},
		{"another message", change(func(q *clickclass.Question) { q.MessageID = "x" }), []string{"signin", "device", "chat", "audit"}},
		{"no account", change(func(q *clickclass.Question) { q.Account = "" }), []string{"mail", "chat"}},
		{"another account", change(func(q *clickclass.Question) { q.Account = "erin@contoso.example" }), []string{"mail", "signin", "chat"}}, // one other is known at the address
		{"no address", change(func(q *clickclass.Question) { q.Addr = netip.Addr{} }), []string{"mail", "device", "chat"}},
		{"another address", change(func(q *clickclass.Question) { q.Addr = netip.MustParseAddr("192.0.2.1") }), []string{"mail", "signin", "device", "chat"}},
		{"no time", change(func(q *clickclass.Question) { q.At = time.Time{} }), []string{"mail"}},
		{"a time of another century", change(func(q *clickclass.Question) { q.At = noon.AddDate(585, 0, 0) }), []string{"mail"}},
		{"40 days before", change(func(q *clickclass.Question) { q.At = noon.Add(-40 * day) }), []string{"mail", "chat"}},
		{"not in normal form", clickclass.Question{Want: everything, MessageID: "{6A1F0F7E-6B8D-4C8E-9A57-D1B2C3A4E5F6}", Account: "Dana@CONTOSO.example",
			URL:  "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fdocs.fabrikam.example%2Fa&data=05%7C02%7C&reserved=0",
			Addr: netip.MustParseAddr("::ffff:203.0.113.7"), At: noon.In(time.FixedZone("", 3600))}, []string{"mail", "signin", "device", "chat", "audit"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.ElementsMatch(t, tt.want, known(factsOf(t, tt.q, rows["mail"], rows["signin"], rows["device"], rows["chat"], rows["audit"])))
			for part, row := range rows {
				var only []string
				for _, w := range tt.want {
					if w == part {
						only = append(only, w)
					}
				}
				assert.Equal(t, only, known(factsOf(t, tt.q, row)), "only %s", part)
			}
		})
	}
}

// TestAddTypes holds that pointers to rows are rows, and that what is no row is ignored.
func TestAddTypes(t *testing.T) {
	email, url, removed := Email{NetworkMessageId: "m"}, EmailUrl{NetworkMessageId: "m", Url: "u"}, PostDelivery{Timestamp: noon, NetworkMessageId: "m", ThreatTypes: "Phish"}
	signIn, launch := signInAt(me, "203.0.113.7", noon), BrowserLaunch{Timestamp: noon, AccountUpn: me}
	connection := Connection{Timestamp: noon, AccountUpn: me, RemoteUrl: "docs.fabrikam.example", Process: "safari"}
	record := Audited{Timestamp: noon, AccountUpn: me, Url: aboutNoon().URL}
	posted, message, purged := ChatUrl{Timestamp: noon, TeamsMessageId: "m", Url: aboutNoon().URL}, ChatMessage{TeamsMessageId: "m", SenderEmailAddress: me}, ChatPostDelivery{}
	q := aboutNoon()
	q.MessageID = "m"
	values := factsOf(t, q, email, url, removed, signIn, launch, connection, record, posted, message, purged)
	pointers := factsOf(t, q, &email, &url, &removed, &signIn, &launch, &connection, &record, &posted, &message, &purged)
	assert.Equal(t, values, pointers)
	assert.NotNil(t, values.Mail)
	assert.Equal(t, 1, values.Mail.URLs)
	assert.False(t, values.Mail.Removed.IsZero())
	assert.NotNil(t, values.SignIn)
	assert.True(t, values.Device.Connection)
	assert.NotNil(t, values.Audit)
	assert.Equal(t, &clickclass.ChatFacts{Posted: true, BySelf: true}, values.Chat)
	assert.NotPanics(t, func() {
		assert.Equal(t, clickclass.Facts{}, factsOf(t, q, nil, (*Email)(nil), (*SignIn)(nil), struct{ Email }{email}))
	})
}

func TestMailFacts(t *testing.T) {
	id := aboutNoon().MessageID
	email := Email{Timestamp: noon.Add(-time.Hour), NetworkMessageId: id, RecipientEmailAddress: "Dana@contoso.example", UrlCount: -1}
	second := Email{Timestamp: noon.Add(time.Hour), NetworkMessageId: id, RecipientEmailAddress: "erin@contoso.example", UrlCount: 3}
	url := func(u string) Row { return EmailUrl{Timestamp: noon, NetworkMessageId: id, Url: u} }
	zap := func(at time.Duration, action, result, threat string) Row {
		return PostDelivery{Timestamp: noon.Add(at), NetworkMessageId: id, ActionType: action, ActionResult: result, ThreatTypes: threat}
	}
	received := email.Timestamp
	tests := []struct {
		name string
		rows []Row
		want clickclass.MailFacts
	}{
		{"one recipient", []Row{email}, clickclass.MailFacts{Received: received, RecipientsKnow: true, IsRecipient: true}},
		{"the first record counts", []Row{second, email}, clickclass.MailFacts{Received: received, URLs: 3, RecipientsKnow: true, IsRecipient: true}},
		{"not a recipient", []Row{second}, clickclass.MailFacts{Received: second.Timestamp, URLs: 3, RecipientsKnow: true}},
		{"URLs only", []Row{url("https://example.net/a"), url("http://EXAMPLE.net/a#x"), url("https://example.net/b"), url("")}, clickclass.MailFacts{URLs: 2}},
		{"removed", []Row{zap(2*time.Hour, "Phish ZAP", "Success", ""), zap(time.Hour, "Malware ZAP", "", "")}, clickclass.MailFacts{Removed: noon.Add(time.Hour)}},
		{"removed for a threat by hand", []Row{zap(time.Hour, "Manual remediation", "Success", "Phish")}, clickclass.MailFacts{Removed: noon.Add(time.Hour)}},
		{"moved without a threat", []Row{zap(time.Hour, "Manual remediation", "Success", "")}, clickclass.MailFacts{}},
		{"not removed", []Row{zap(time.Hour, "Phish ZAP", "Failed", "Phish"), zap(time.Hour, "Phish ZAP", "Error: not found", "Phish")}, clickclass.MailFacts{}},
		{"a verdict", []Row{Email{NetworkMessageId: id, ThreatTypes: "Phish"}, Email{NetworkMessageId: id}}, clickclass.MailFacts{Threat: true}},
		{"malware", []Row{Email{NetworkMessageId: id, ThreatTypes: "Malware"}}, clickclass.MailFacts{Threat: true}},
		{"spam and phishing", []Row{Email{NetworkMessageId: id, ThreatTypes: "Spam, phish"}}, clickclass.MailFacts{Threat: true}},
		{"spam alone", []Row{Email{NetworkMessageId: id, ThreatTypes: "Spam"}}, clickclass.MailFacts{}},
		{"no time", []Row{Email{NetworkMessageId: id}}, clickclass.MailFacts{}},
		{"a time of another century", []Row{Email{Timestamp: noon.AddDate(585, 0, 0), NetworkMessageId: id}}, clickclass.MailFacts{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, &tt.want, factsOf(t, aboutNoon(), tt.rows...).Mail)
		})
	}
}

// TestMailLimits holds that a message with too many recipients or links stays small, and
// says so.
func TestMailLimits(t *testing.T) {
	id := aboutNoon().MessageID
	var s Store
	for i := range maxRecipients + 1 {
		s.Add(Email{NetworkMessageId: id, RecipientEmailAddress: fmt.Sprintf("person%d@contoso.example", i)})
		if i == maxRecipients-2 {
			f, err := s.Facts(context.Background(), aboutNoon())
			require.NoError(t, err)
			assert.True(t, f.Mail.RecipientsKnow)
		}
	}
	for i := range maxMessageURLs + 1 {
		s.Add(EmailUrl{NetworkMessageId: id, Url: fmt.Sprintf("https://example.net/%d", i)})
	}
	f, err := s.Facts(context.Background(), aboutNoon())
	require.NoError(t, err)
	assert.False(t, f.Mail.RecipientsKnow, "not all are known")
	assert.Equal(t, maxMessageURLs, f.Mail.URLs)
}

func TestSignInFacts(t *testing.T) {
	const here, next, away = "203.0.113.7", "203.0.113.200", "198.51.100.9"
	change := func(s SignIn, f func(*SignIn)) SignIn { f(&s); return s }
	client := func(upn string, at time.Time) SignIn {
		return change(signInAt(upn, here, at), func(s *SignIn) { s.Interactive = false })
	}
	many := func(n int, upn, ip string, gap time.Duration) (rows []Row) {
		for i := range n {
			rows = append(rows, signInAt(upn, ip, noon.Add(-time.Duration(i+1)*gap)))
		}
		return rows
	}
	inBrazil := change(signInAt("x@contoso.example", here, noon), func(s *SignIn) { s.Country, s.Success = "br", false })
	abroad := func(country string) Row {
		return change(signInAt(me, away, noon.Add(-3*day)), func(s *SignIn) { s.Country = country })
	}
	one := clickclass.SignInFacts{SignIns: 1}
	tests := []struct {
		name string
		rows []Row
		want clickclass.SignInFacts
	}{
		{"an hour before", []Row{signInAt(me, here, noon.Add(-time.Hour))}, clickclass.SignInFacts{SignIns: 1, Day: true, Month: true, Age: time.Hour}},
		{"24 hours after", []Row{signInAt(me, here, noon.Add(day))}, clickclass.SignInFacts{SignIns: 1, After: true}},
		{"24 hours before", []Row{signInAt(me, here, noon.Add(-day))}, clickclass.SignInFacts{SignIns: 1, Day: true, Month: true, Age: day}},
		{"more than 24 hours before", []Row{signInAt(me, here, noon.Add(-day-1))}, clickclass.SignInFacts{SignIns: 1, Month: true, Settled: true, Age: day + 1}},
		{"30 days before", []Row{signInAt(me, here, noon.Add(-30*day))}, clickclass.SignInFacts{SignIns: 1, Month: true, Settled: true, Age: 30 * day}},
		{"settled and back", []Row{signInAt(me, here, noon.Add(-3*day)), signInAt(me, here, noon)}, clickclass.SignInFacts{SignIns: 2, Day: true, Month: true, Settled: true, Age: 3 * day}},
		{"the same row twice", []Row{signInAt(me, here, noon), signInAt(me, here, noon)}, clickclass.SignInFacts{SignIns: 1, Day: true, Month: true}},
		{"next door for a week", []Row{signInAt(me, next, noon.Add(-7*day)), signInAt(me, next, noon)}, clickclass.SignInFacts{SignIns: 2, Near: true}},
		{"next door, today", []Row{signInAt(me, next, noon)}, one},
		{"here, and next door for days", []Row{signInAt(me, here, noon), signInAt(me, next, noon.Add(-3*day))}, clickclass.SignInFacts{SignIns: 2, Day: true, Month: true, Near: true}},
		{"elsewhere", []Row{signInAt(me, away, noon)}, one},
		{"without an address", []Row{SignIn{Timestamp: noon, AccountUpn: me, Success: true, Interactive: true}}, one},
		{"one other", []Row{signInAt(me, away, noon), signInAt("erin@fabrikam.example", here, noon)}, clickclass.SignInFacts{SignIns: 1, Others: 1}},
		{"three others", []Row{signInAt(me, away, noon), signInAt("a@x.example", here, noon), signInAt("b@x.example", here, noon), signInAt("c@x.example", here, noon)}, clickclass.SignInFacts{SignIns: 1, Others: 2}},
		{"another, long before", []Row{signInAt(me, away, noon), signInAt("a@x.example", here, noon.Add(-31*day))}, one},
		{"another, before and after", []Row{signInAt(me, away, noon), signInAt("a@x.example", here, noon.Add(-31*day)), signInAt("a@x.example", here, noon.Add(2*day))}, clickclass.SignInFacts{SignIns: 1, Others: 1}},
		{"a client of the account", []Row{signInAt(me, away, noon), client(me, noon)}, clickclass.SignInFacts{SignIns: 1, Renewed: true, RenewalsKnown: true}},
		{"a client long before", []Row{signInAt(me, away, noon), client(me, noon.Add(-31*day))}, one},
		{"another's client", []Row{signInAt(me, away, noon), client("a@x.example", noon)}, one},
		{"two others' clients", []Row{signInAt(me, away, noon), client("a@x.example", noon), client("b@x.example", noon)}, clickclass.SignInFacts{SignIns: 1, Renewed: true}},
		{"a risky client", []Row{signInAt(me, away, noon), change(client(me, noon), func(s *SignIn) { s.Risk = "Medium" })}, clickclass.SignInFacts{SignIns: 1, Risky: true, RenewalsKnown: true}},
		{"ten from home, an address abroad", append(many(10, me, away, day), inBrazil), clickclass.SignInFacts{SignIns: 10, FarCountry: true}},
		{"nine from home, an address abroad", append(many(9, me, away, day), inBrazil), clickclass.SignInFacts{SignIns: 9}},
		{"once abroad, too", append(many(10, me, away, day), inBrazil, abroad("BR")), clickclass.SignInFacts{SignIns: 10}},
		{"a country that is none", append(many(10, me, away, day), change(inBrazil, func(s *SignIn) { s.Country = "Brazil" }), change(inBrazil, func(s *SignIn) { s.Country = "1x" })), clickclass.SignInFacts{SignIns: 10}},
		{"25 at this hour, one of them twice", append(many(25, me, away, day), signInAt(me, away, noon.Add(-day))), clickclass.SignInFacts{SignIns: 25}},
		{"long ago", []Row{signInAt(me, here, noon.Add(-31*day))}, clickclass.SignInFacts{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := &tt.want
			if tt.want == (clickclass.SignInFacts{}) {
				want = nil
			}
			assert.Equal(t, want, factsOf(t, aboutNoon(), tt.rows...).SignIn)
		})
	}

	t.Run("hours of the day", func(t *testing.T) {
		for name, tt := range map[string]struct {
			nights, days int
			hour         int
			off          bool
		}{
			"never near this hour":   {25, 0, 22, true},
			"too few sign-ins":       {19, 0, 22, false},
			"two hours after":        {25, 0, 14, false},
			"two hours before":       {25, 0, 10, false},
			"three hours after":      {25, 0, 15, true},
			"three hours before":     {25, 0, 9, true},
			"on four days":           {0, 4, 22, false},
			"on five days, in turns": {0, 5, 22, true},
		} {
			var rows []Row
			for i := range tt.nights {
				rows = append(rows, signInAt(me, away, time.Date(2026, 8, 2-i, tt.hour, 30, 0, 0, time.UTC)))
			}
			for i := range tt.days * 6 {
				rows = append(rows, signInAt(me, away, time.Date(2026, 8, 2-i%max(1, tt.days), tt.hour, 30, i, 0, time.UTC)))
			}
			assert.Equal(t, tt.off, factsOf(t, aboutNoon(), rows...).SignIn.OffHours, name)
		}
	})
	t.Run("IPv6 by its /64", func(t *testing.T) {
		q := aboutNoon()
		q.Addr = netip.MustParseAddr("2001:db8:0:1::5")
		assert.Equal(t, &clickclass.SignInFacts{SignIns: 1, Day: true, Month: true}, factsOf(t, q, signInAt(me, "2001:db8:0:1:ffff::6", noon)).SignIn)
		assert.Equal(t, &one, factsOf(t, q, signInAt(me, "2001:db8:0:2::5", noon)).SignIn)
	})
	t.Run("no good sign-in of anybody", func(t *testing.T) {
		assert.Nil(t, factsOf(t, aboutNoon(), inBrazil, client("a@x.example", noon)).SignIn)
		rows := []Row{client("a@x.example", noon), client("b@x.example", noon)}
		assert.Equal(t, &clickclass.SignInFacts{Renewed: true}, factsOf(t, aboutNoon(), rows...).SignIn)
	})
}

func TestDeviceFacts(t *testing.T) {
	q := aboutNoon()
	launch := func(at time.Duration, url string) Row {
		return BrowserLaunch{Timestamp: noon.Add(at), AccountUpn: "Dana@contoso.example", DeviceName: "pc1", RemoteUrl: url}
	}
	connection := func(at time.Duration, url, process, device string) Row {
		return Connection{Timestamp: noon.Add(at), AccountUpn: me, DeviceName: device, RemoteUrl: url, Process: process, ActionType: "ConnectionSuccess"}
	}
	visitors := func(n int) (rows []Row) { // of other accounts
		for i := range n {
			rows = append(rows, Connection{Timestamp: noon, AccountUpn: fmt.Sprintf("p%d@contoso.example", i), DeviceId: fmt.Sprint(i), RemoteUrl: q.URL, Process: "chrome.exe"})
		}
		return rows
	}
	const safe = "eur01.safelinks.protection.outlook.com"
	active := clickclass.DeviceFacts{Active: true}
	watched := clickclass.DeviceFacts{Active: true, Watched: true}
	tests := []struct {
		name string
		rows []Row
		want clickclass.DeviceFacts
	}{
		{"launch", []Row{launch(time.Second, q.URL)}, clickclass.DeviceFacts{Launch: true, LaunchGap: time.Second, Active: true}},
		{"launch of the wrapped link", []Row{launch(-time.Second, "https://"+safe+"/?url=https%3A%2F%2Fdocs.fabrikam.example%2Fa&data=05%7C02%7C&reserved=0")}, clickclass.DeviceFacts{Launch: true, LaunchGap: -time.Second, Active: true}},
		{"launch 2 minutes later", []Row{launch(2*time.Minute, q.URL)}, clickclass.DeviceFacts{Launch: true, LaunchGap: 2 * time.Minute, Active: true}},
		{"launch too late", []Row{launch(2*time.Minute+1, q.URL)}, active},
		{"the nearest launch", []Row{launch(-3*time.Second, q.URL), launch(2*time.Second, q.URL), launch(time.Minute, q.URL)}, clickclass.DeviceFacts{Launch: true, LaunchGap: 2 * time.Second, Active: true}},
		{"of two equally near the earlier", []Row{launch(2*time.Second, q.URL), launch(-2*time.Second, q.URL)}, clickclass.DeviceFacts{Launch: true, LaunchGap: -2 * time.Second, Active: true}},
		{"another link", []Row{launch(0, "https://example.net/")}, active},
		{"no link", []Row{launch(0, "")}, active},
		{"active half an hour before", []Row{launch(-30*time.Minute, "")}, active},
		{"active 31 minutes before", []Row{launch(-31*time.Minute, "")}, clickclass.DeviceFacts{}},
		{"active a day before", []Row{launch(-day, "")}, clickclass.DeviceFacts{}},
		{"connection", []Row{connection(time.Second, "docs.fabrikam.example:443", "MSEDGE.exe", "pc1")}, clickclass.DeviceFacts{Connection: true, ConnectionGap: time.Second, Rarity: 1, Active: true, Watched: true}},
		{"connection 5 s before", []Row{connection(-5*time.Second, q.URL, "safari", "pc1")}, clickclass.DeviceFacts{Connection: true, ConnectionGap: -5 * time.Second, Rarity: 1, Active: true, Watched: true}},
		{"connection a minute after", []Row{connection(time.Minute, q.URL, "safari", "pc1")}, clickclass.DeviceFacts{Connection: true, ConnectionGap: time.Minute, Rarity: 1, Active: true, Watched: true}},
		{"connection too early", []Row{connection(-5*time.Second-1, q.URL, "safari", "pc1")}, watched},
		{"connection too late", []Row{connection(time.Minute+1, q.URL, "safari", "pc1")}, watched},
		{"connection of no browser", []Row{connection(0, q.URL, "svchost.exe", "pc1")}, active},
		{"no connection", []Row{Connection{Timestamp: noon, AccountUpn: me, RemoteUrl: q.URL, Process: "safari", ActionType: "InboundScan"}}, active},
		{"Safe Links", []Row{connection(time.Second, safe, "chrome.exe", "pc1")}, clickclass.DeviceFacts{Connection: true, ConnectionGap: time.Second, Rarity: 0.5, Active: true, Watched: true}},
		{"the host says more than Safe Links", []Row{connection(time.Second, safe, "chrome.exe", "pc1"), connection(9*time.Second, q.URL, "chrome.exe", "pc1")}, clickclass.DeviceFacts{Connection: true, ConnectionGap: 9 * time.Second, Rarity: 1, Active: true, Watched: true}},
		{"three devices", append(visitors(2), connection(time.Second, q.URL, "safari", "pc1")), clickclass.DeviceFacts{Connection: true, ConnectionGap: time.Second, Rarity: 1, Active: true, Watched: true}},
		{"six devices", append(visitors(5), connection(time.Second, q.URL, "safari", "pc1")), clickclass.DeviceFacts{Connection: true, ConnectionGap: time.Second, Rarity: 0.5, Active: true, Watched: true}},
		{"everybody", append(visitors(300), connection(time.Second, q.URL, "safari", "pc1")), clickclass.DeviceFacts{Connection: true, ConnectionGap: time.Second, Rarity: 3. / 64, Active: true, Watched: true}},
		{"the logon's name", []Row{BrowserLaunch{Timestamp: noon, Account: "DANA", RemoteUrl: q.URL}}, clickclass.DeviceFacts{Launch: true, Active: true}},
		{"the full name and the logon's", []Row{launch(9*time.Second, q.URL), BrowserLaunch{Timestamp: noon.Add(time.Second), Account: "dana", RemoteUrl: q.URL}}, clickclass.DeviceFacts{Launch: true, LaunchGap: time.Second, Active: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, &tt.want, factsOf(t, q, tt.rows...).Device)
		})
	}

	logon := BrowserLaunch{Timestamp: noon, Account: "dana", RemoteUrl: q.URL}
	failed := signInAt("dana@fabrikam.example", "203.0.113.7", noon)
	failed.Success = false
	for name, tt := range map[string]struct {
		rows  []Row
		known bool
	}{
		"more than a day before":                 {[]Row{launch(-day-time.Minute, q.URL)}, false},
		"a row without a time":                   {[]Row{BrowserLaunch{AccountUpn: me, RemoteUrl: q.URL}}, false},
		"a row without an account":               {[]Row{BrowserLaunch{Timestamp: noon, RemoteUrl: q.URL}}, false},
		"the name of another account, too":       {[]Row{logon, signInAt("dana@fabrikam.example", "203.0.113.7", noon)}, false},
		"the name of another account only":       {[]Row{logon, BrowserLaunch{Timestamp: noon, AccountUpn: "dana@fabrikam.example"}}, false},
		"the name of this account only":          {[]Row{logon, signInAt(me, "203.0.113.7", noon)}, true},
		"the name in a failed sign-in":           {[]Row{logon, failed}, true},
		"an account without a domain is no name": {[]Row{BrowserLaunch{Timestamp: noon, AccountUpn: "dana", RemoteUrl: q.URL}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.known, factsOf(t, q, tt.rows...).Device != nil)
		})
	}
}

func TestAuditFacts(t *testing.T) {
	q := aboutNoon()
	record := Audited{Timestamp: noon, AccountUpn: "DANA@contoso.example", Url: "http://docs.fabrikam.example:80/a#top", IPAddress: q.Addr, Feed: clickclass.FeedAudit}
	change := func(f func(*Audited)) Row { r := record; f(&r); return r }
	alert := change(func(r *Audited) {
		r.Feed, r.IPAddress, r.ActionType = clickclass.FeedAlert, netip.Addr{}, clickclass.ClickAllowed
	})
	tests := []struct {
		name string
		rows []Row
		want *clickclass.AuditFacts
	}{
		{"held", []Row{record}, &clickclass.AuditFacts{}},
		{"overridden", []Row{change(func(r *Audited) { r.IsClickedThrough = true })}, &clickclass.AuditFacts{ClickedThrough: true}},
		{"overridden, by its action", []Row{record, change(func(r *Audited) { r.ActionType = clickclass.ClickedThrough })}, &clickclass.AuditFacts{ClickedThrough: true}},
		{"allowed", []Row{change(func(r *Audited) { r.ActionType = clickclass.ClickAllowed })}, &clickclass.AuditFacts{}},
		{"an alert", []Row{alert}, &clickclass.AuditFacts{FoundLater: true}},
		{"an alert and a record", []Row{alert, change(func(r *Audited) { r.IsClickedThrough = true })}, &clickclass.AuditFacts{ClickedThrough: true, FoundLater: true}},
		{"in the same second", []Row{change(func(r *Audited) { r.Timestamp = noon.Add(time.Second - 1) })}, &clickclass.AuditFacts{}},
		{"a second later", []Row{change(func(r *Audited) { r.Timestamp = noon.Add(time.Second) })}, nil},
		{"from another address", []Row{change(func(r *Audited) { r.IPAddress = netip.MustParseAddr("203.0.113.8") })}, nil},
		{"from the same address, v4-mapped", []Row{change(func(r *Audited) { r.IPAddress = netip.MustParseAddr("::ffff:203.0.113.7") })}, &clickclass.AuditFacts{}},
		{"on another link", []Row{change(func(r *Audited) { r.Url = "https://docs.fabrikam.example/b" })}, nil},
		{"of another account", []Row{change(func(r *Audited) { r.AccountUpn = "erin@contoso.example" })}, nil},
		{"of no account", []Row{change(func(r *Audited) { r.AccountUpn = "" })}, nil},
		{"without a time", []Row{change(func(r *Audited) { r.Timestamp = time.Time{} })}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, factsOf(t, q, tt.rows...).Audit)
		})
	}
}

// TestAnswersBelongToTheCaller holds that an answer does not change when rows are added,
// and that changing it changes no other.
func TestAnswersBelongToTheCaller(t *testing.T) {
	var s Store
	id := aboutNoon().MessageID
	s.Add(Email{Timestamp: noon, NetworkMessageId: id}, signInAt(me, "203.0.113.7", noon),
		BrowserLaunch{Timestamp: noon, AccountUpn: me}, Audited{Timestamp: noon, AccountUpn: me, Url: aboutNoon().URL, IPAddress: aboutNoon().Addr})
	before, err := s.Facts(context.Background(), aboutNoon())
	require.NoError(t, err)
	kept := show(before)
	s.Add(Email{Timestamp: noon.Add(-time.Hour), NetworkMessageId: id, UrlCount: 9}, signInAt(me, "203.0.113.7", noon.Add(-3*day)),
		BrowserLaunch{Timestamp: noon, AccountUpn: me, RemoteUrl: aboutNoon().URL},
		Audited{Timestamp: noon, AccountUpn: me, Url: aboutNoon().URL, IPAddress: aboutNoon().Addr, IsClickedThrough: true})
	assert.Equal(t, kept, show(before))
	after, err := s.Facts(context.Background(), aboutNoon())
	require.NoError(t, err)
	require.NotEqual(t, kept, show(after))
	*after.Mail, *after.SignIn, *after.Device, *after.Audit = clickclass.MailFacts{}, clickclass.SignInFacts{}, clickclass.DeviceFacts{}, clickclass.AuditFacts{}
	again, err := s.Facts(context.Background(), aboutNoon())
	require.NoError(t, err)
	assert.Equal(t, 9, again.Mail.URLs)
	assert.Equal(t, 2, again.SignIn.SignIns)
	assert.True(t, again.Device.Launch)
	assert.True(t, again.Audit.ClickedThrough)
}
