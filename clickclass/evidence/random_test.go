package evidence

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

var noon = time.Date(2026, 8, 3, 12, 0, 0, 0, time.UTC)

// Small pools, so that rows and questions meet.
var (
	someAccounts = []string{"dana@contoso.example", "DANA@Contoso.example", "erin@contoso.example", "finn@contoso.example",
		"gwen@contoso.example", "hugo@contoso.example", "dana@fabrikam.example", "dana", "root", "@contoso.example", ""}
	someLogons    = []string{"dana", "Dana", "erin", "root", ""}
	someAddresses = []string{"203.0.113.7", "::ffff:203.0.113.7", "203.0.113.8", "198.51.100.9", "2001:db8:0:1::5", "2001:db8:0:1::6", "2001:db8:0:2::5", "fe80::1%eth0", ""}
	someURLs      = []string{"https://docs.fabrikam.example/a", "http://DOCS.fabrikam.example:80/a#top", "https://docs.fabrikam.example/",
		"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fdocs.fabrikam.example%2Fa&data=05%7C02%7C&reserved=0",
		"https://www.example.net/b?q=1", "docs.fabrikam.example", "", `C:\Users\dana\report.lnk`,
		"microsoft-edge:?url=https%3A%2F%2Fdocs.fabrikam.example%2Fa%2F", "https://www.example.net/b?q=%31",
		someLong, someLong[:210], someLong[:230] + "%2", "HTTPS://EUR01.safelinks.protection.outlook.com/"}
	someLong      = "https://docs.fabrikam.example/long?" + strings.Repeat("a-part-of-it&amp;", 20)
	someHosts     = []string{"docs.fabrikam.example", "https://docs.fabrikam.example/a", "www.example.net:443", "EUR01.safelinks.protection.outlook.com", ""}
	someIDs       = []string{"6a1f0f7e-6b8d-4c8e-9a57-d1b2c3a4e5f6", "{6A1F0F7E-6B8D-4C8E-9A57-D1B2C3A4E5F6}", "6a1f0f7e6b8d4c8e9a57d1b2c3a4e5f6", "other", "Other", ""}
	someCountries = []string{"DE", "de", "BR", "US", "", "Germany", "1x"}
	someRisks     = []string{"", "none", "low", "medium", "High"}
	someProcesses = []string{"msedge.exe", "CHROME.EXE", "svchost.exe", "OUTLOOK.EXE", "UiPath.Executor.exe", "msedgewebview2.exe", ""}
	someActions   = []string{"ConnectionSuccess", "ConnectionFailed", "", "InboundInternetScan"}
	someDevices   = []string{"pc1", "PC1", "pc2", "pc3", "pc4", "pc5", "pc6", ""}

	// The edges of everything that is compared.
	someGaps = []time.Duration{0, time.Nanosecond, time.Second, 2 * time.Second, 5 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute,
		29 * time.Minute, 30 * time.Minute, 31 * time.Minute, 59 * time.Minute, time.Hour, 2 * time.Hour, 3 * time.Hour, 10 * time.Hour,
		day - time.Minute, day, day + time.Minute, 25 * time.Hour, 2 * day, 3 * day, 5 * day, 6 * day, 7 * day, 8 * day, 13 * day, 21 * day, 29 * day, 30 * day, 31 * day, 45 * day, 90 * day}
)

// generator makes rows and questions.
type generator struct {
	*rand.Rand
	accounts []string // the fewer, the more is known of each
	habits   bool     // sign-ins at one hour of the day, good ones from one country
	signIns  bool     // little else
}

func newGenerator(seed, stream uint64) *generator {
	r := rand.New(rand.NewPCG(seed, stream))
	g := &generator{Rand: r, accounts: someAccounts[:1+r.IntN(len(someAccounts))], signIns: r.IntN(3) == 0}
	if g.habits = r.IntN(4) == 0; g.habits {
		g.accounts, g.signIns = someAccounts[:2], true
	}
	return g
}

func pick[T any](r *generator, of []T) T { return of[r.IntN(len(of))] }

func randomAddr(r *generator) netip.Addr {
	a, _ := netip.ParseAddr(pick(r, someAddresses))
	return a
}

// randomTime returns a time around noon, at an edge of what is compared, rarely a wrong
// one.
func randomTime(r *generator) time.Time {
	switch r.IntN(100) {
	case 0:
		return time.Time{}
	case 1:
		return noon.AddDate(pick(r, []int{-1000, -200, -3, 3, 100, 585, 7000}), 0, 0)
	}
	t := noon
	for range 1 + r.IntN(2) {
		gap := pick(r, someGaps)
		if r.IntN(2) == 0 {
			gap = -gap
		}
		t = t.Add(gap)
	}
	if r.IntN(4) == 0 {
		t = t.Add(time.Duration(r.IntN(5) - 2))
	}
	if r.IntN(4) == 0 {
		t = t.In(time.FixedZone("", 3600*(r.IntN(24)-12)))
	}
	return t
}

func randomRow(r *generator) Row {
	at := randomTime(r)
	kind := r.IntN(24)
	if r.signIns && r.IntN(5) > 0 {
		kind = 23
	}
	switch kind {
	case 0, 1:
		return Email{Timestamp: at, NetworkMessageId: pick(r, someIDs), RecipientEmailAddress: pick(r, r.accounts), UrlCount: r.IntN(5) - 1,
			ThreatTypes: pick(r, []string{"", "Spam", "Phish", "Spam, Malware"})}
	case 2:
		return EmailUrl{Timestamp: at, NetworkMessageId: pick(r, someIDs), Url: pick(r, someURLs)}
	case 3:
		return PostDelivery{Timestamp: at, NetworkMessageId: pick(r, someIDs), ActionType: pick(r, []string{"Phish ZAP", "Manual remediation"}),
			ActionResult: pick(r, []string{"Success", "Failed", "Error"}), ThreatTypes: pick(r, []string{"", "Phish"})}
	case 4, 5, 6:
		return BrowserLaunch{Timestamp: at, AccountUpn: pick(r, r.accounts), Account: pick(r, someLogons), DeviceName: pick(r, someDevices), RemoteUrl: pick(r, someURLs), Process: pick(r, someProcesses)}
	case 7, 8, 9, 10:
		return Connection{Timestamp: at, AccountUpn: pick(r, r.accounts), Account: pick(r, someLogons), DeviceName: pick(r, someDevices),
			RemoteUrl: pick(r, someHosts), Process: pick(r, someProcesses), ActionType: pick(r, someActions)}
	case 11, 12:
		return Audited{Timestamp: at, AccountUpn: pick(r, r.accounts), Url: pick(r, someURLs), IPAddress: randomAddr(r), IsClickedThrough: r.IntN(3) == 0,
			Feed: pick(r, []clickclass.Feed{clickclass.FeedAudit, clickclass.FeedAlert}), ActionType: pick(r, []clickclass.ActionType{clickclass.ClickAllowed, clickclass.ClickedThrough, clickclass.ClickBlocked})}
	}
	switch kind {
	case 13, 14:
		return ChatUrl{Timestamp: at, TeamsMessageId: pick(r, someIDs), Url: pick(r, someURLs)}
	case 15:
		return ChatMessage{Timestamp: at, TeamsMessageId: pick(r, someIDs), SenderEmailAddress: pick(r, r.accounts)}
	case 16:
		return ChatPostDelivery{Timestamp: at, TeamsMessageId: pick(r, someIDs), ActionType: pick(r, []string{"Malware ZAP", "Manual remediation"}),
			ActionResult: pick(r, []string{"Success", "Failed"}), ThreatTypes: pick(r, []string{"", "Phish"})}
	}
	s := SignIn{Timestamp: at, AccountUpn: pick(r, r.accounts), IPAddress: randomAddr(r), Success: r.IntN(8) > 0, Interactive: r.IntN(3) > 0,
		Risk: pick(r, someRisks), Country: pick(r, someCountries)}
	if r.habits {
		s.Timestamp = noon.Add(time.Duration(r.IntN(40)-30)*day + 10*time.Hour + time.Duration(r.IntN(3)))
		s.Country = "DE"
		if s.IPAddress.Is6() {
			s.Country, s.Success = "BR", false
		}
	}
	return s
}

const everything = clickclass.EvidenceMail | clickclass.EvidenceSignIn | clickclass.EvidenceDevice | clickclass.EvidenceAudit | clickclass.EvidenceNetwork | clickclass.EvidenceChat

func randomQuestion(r *generator) clickclass.Question {
	q := clickclass.Question{Want: everything, MessageID: pick(r, someIDs), Account: pick(r, r.accounts), URL: pick(r, someURLs), Addr: randomAddr(r), At: randomTime(r)}
	if r.IntN(5) == 0 {
		q.Want = clickclass.Evidence(r.IntN(64))
	}
	return q
}

// questionAbout returns a question about what a row tells, a little beside it at times.
func questionAbout(r *generator, row Row) clickclass.Question {
	q := randomQuestion(r)
	q.At = rowTime(row)
	if r.IntN(2) == 0 {
		q.At = q.At.Add(pick(r, []time.Duration{1, -1, time.Second, -time.Second, time.Minute, 30 * time.Minute, -2 * time.Minute, day, -day, day + 1, 7 * day, 7*day - 1, 30 * day}))
	}
	switch row := row.(type) {
	case Email:
		q.MessageID = row.NetworkMessageId
	case SignIn:
		q.Account, q.Addr = row.AccountUpn, row.IPAddress
	case BrowserLaunch:
		q.Account, q.URL = row.AccountUpn, row.RemoteUrl
	case Connection:
		q.Account = row.AccountUpn
	case ChatUrl:
		q.URL = row.Url
	case Audited:
		q.Account, q.URL, q.Addr = row.AccountUpn, row.Url, row.IPAddress
	}
	return q
}

// ask returns the answer in a form that is easy to compare and to read.
func ask(t testing.TB, s clickclass.Source, q clickclass.Question) string {
	t.Helper()
	f, err := s.Facts(context.Background(), q)
	require.NoError(t, err)
	require.Nil(t, f.Network)
	return show(f)
}

func show(f clickclass.Facts) string {
	part := func(name string, known bool, p any) string {
		if !known {
			return name + " unknown\n"
		}
		return fmt.Sprintf("%s %+v\n", name, p)
	}
	var out string
	if f.Mail != nil {
		f.Mail.Received, f.Mail.Removed = f.Mail.Received.UTC(), f.Mail.Removed.UTC()
		out += part("mail", true, *f.Mail)
	} else {
		out += part("mail", false, nil)
	}
	if f.SignIn != nil {
		out += part("signin", true, *f.SignIn)
	} else {
		out += part("signin", false, nil)
	}
	if f.Device != nil {
		out += part("device", true, *f.Device)
	} else {
		out += part("device", false, nil)
	}
	if f.Chat != nil {
		out += part("chat", true, *f.Chat)
	} else {
		out += part("chat", false, nil)
	}
	if f.Audit != nil {
		out += part("audit", true, *f.Audit)
	} else {
		out += part("audit", false, nil)
	}
	return out
}
