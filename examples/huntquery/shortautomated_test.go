package main

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/kql"
	"github.com/whoclicked/whoclicked/examples/huntquery/internal/agree"
	"github.com/whoclicked/whoclicked/examples/huntquery/internal/tenantfiles"
	"github.com/whoclicked/whoclicked/iprange"
)

// TestShortAutomated holds, for what can show that a machine did not click, that the short
// form does not say automated where the library, with all tables, does not.
func TestShortAutomated(t *testing.T) {
	const upn = "ann@contoso.example"
	launch := func(k clickclass.Click, url, process string) evidence.BrowserLaunch {
		return evidence.BrowserLaunch{Timestamp: k.Timestamp.Add(time.Second), AccountUpn: k.AccountUpn, DeviceName: "PC", RemoteUrl: url, Process: process}
	}
	connect := func(k clickclass.Click, host, process string) evidence.Connection {
		return evidence.Connection{Timestamp: k.Timestamp.Add(time.Second), AccountUpn: k.AccountUpn, DeviceName: "PC", RemoteUrl: host, Process: process, ActionType: "ConnectionSuccess"}
	}
	long := "https://shop.example/a?" + strings.Repeat("token=0123456789&", 14) + "end=1"
	proofpoint := "https://urldefense.com/v3/__https://shop.example/a__;!!abc!def$"
	type scene struct {
		name  string
		limit bool   // only tables and neighbours that the short form does not read tell
		url   string // "": https://shop.example/a
		from  string // "": mail protection
		more  func(t *tenantfiles.Tenant, k clickclass.Click)
	}
	with := func(rows ...func(k clickclass.Click) evidence.Row) func(*tenantfiles.Tenant, clickclass.Click) {
		return func(t *tenantfiles.Tenant, k clickclass.Click) {
			for _, row := range rows {
				t.Evidence = append(t.Evidence, row(k))
			}
		}
	}
	scenes := []scene{
		{name: "nothing else"},
		{name: "a click-through of the same report", more: func(t *tenantfiles.Tenant, k clickclass.Click) {
			k.Timestamp, k.IsClickedThrough = k.Timestamp.Add(20*time.Second), true
			t.Clicks = append(t.Clicks, k)
		}},
		{name: "the page that asks to wait before", from: "13.107.136.9", more: func(t *tenantfiles.Tenant, k clickclass.Click) {
			k.Timestamp, k.ActionType, k.ReportId = k.Timestamp.Add(-time.Second), clickclass.UrlScanInProgress, ""
			t.Clicks = append(t.Clicks, k)
		}},
		{name: "a launch by a program that is not listed", more: with(func(k clickclass.Click) evidence.Row { return launch(k, k.Url, "thunderbird.exe") })},
		{name: "a launch by a logon's name", more: with(func(k clickclass.Click) evidence.Row {
			l := launch(k, k.Url, "outlook.exe")
			l.Account, _, _ = strings.Cut(l.AccountUpn, "@")
			l.AccountUpn = ""
			return l
		})},
		{name: "a launch of microsoft-edge:", more: with(func(k clickclass.Click) evidence.Row { return launch(k, "microsoft-edge:"+k.Url, "outlook.exe") })},
		{name: "a launch of a cut link", url: long, more: with(func(k clickclass.Click) evidence.Row { return launch(k, k.Url[:210], "outlook.exe") })},
		{name: "a launch of a link that is wrapped twice", more: with(func(k clickclass.Click) evidence.Row {
			o := newOdd(1, 0)
			return launch(k, o.wrap(o.wrap(k.Url)), "outlook.exe")
		})},
		{name: "a launch of what another wrapper holds", url: proofpoint, more: with(func(k clickclass.Click) evidence.Row {
			return launch(k, "https://shop.example/a", "outlook.exe")
		})},
		{name: "a launch of the host", more: with(func(k clickclass.Click) evidence.Row { return launch(k, "https://shop.example/", "outlook.exe") })},
		{name: "a connection of a browser that is not listed", more: with(func(k clickclass.Click) evidence.Row { return connect(k, "shop.example", "opera.exe") })},
		{name: "a connection to Safe Links", more: with(func(k clickclass.Click) evidence.Row {
			return connect(k, "eur01.safelinks.protection.outlook.com", "msedge.exe")
		})},
		{name: "a connection to the host that another wrapper holds", url: proofpoint, more: with(func(k clickclass.Click) evidence.Row {
			return connect(k, "shop.example", "msedge.exe")
		})},
		{name: "a connection to a host in Unicode", url: "https://bücher.example/x", more: with(func(k clickclass.Click) evidence.Row {
			return connect(k, "xn--bcher-kva.example", "msedge.exe")
		})},
		{name: "a connection to a port", url: "https://shop.example:8443/x", more: with(func(k clickclass.Click) evidence.Row {
			return connect(k, "shop.example", "msedge.exe")
		})},
		{name: "sign-ins at the address", more: func(t *tenantfiles.Tenant, k clickclass.Click) {
			for _, days := range []int{20, 10, 1} {
				t.Evidence = append(t.Evidence, evidence.SignIn{Timestamp: k.Timestamp.AddDate(0, 0, -days), AccountUpn: k.AccountUpn, IPAddress: k.IPAddress, Success: true, Interactive: true})
			}
		}},
		{name: "a message that was received an hour before its clock", more: with(func(k clickclass.Click) evidence.Row {
			return evidence.Email{Timestamp: k.Timestamp.Add(-time.Hour), NetworkMessageId: k.NetworkMessageId, RecipientEmailAddress: k.AccountUpn}
		})},
		{name: "a crowd at the address, whose sign-ins are known", more: func(t *tenantfiles.Tenant, k clickclass.Click) {
			signIn := func(account, address string, at time.Time, interactive bool) {
				t.Evidence = append(t.Evidence, evidence.SignIn{Timestamp: at, AccountUpn: account, IPAddress: netip.MustParseAddr(address), Success: true, Interactive: interactive})
			}
			for days := range 6 {
				signIn(k.AccountUpn, "198.51.100.99", k.Timestamp.AddDate(0, 0, -days), true)
				signIn(k.AccountUpn, "198.51.100.99", k.Timestamp.AddDate(0, 0, -days), false)
			}
			for i := range 14 {
				account := fmt.Sprintf("crowd%d@%s", i, domainOf(k.AccountUpn))
				other := clickclass.Click{Timestamp: k.Timestamp.Add(time.Duration(i) * time.Hour), Url: k.Url + fmt.Sprint(i), ActionType: clickclass.ClickAllowed, AccountUpn: account, IPAddress: k.IPAddress}
				home := other
				home.Timestamp, home.IPAddress = home.Timestamp.Add(3*time.Hour), netip.MustParseAddr(fmt.Sprintf("198.51.100.%d", i+1))
				t.Clicks = append(t.Clicks, other, home)
				for days := range 6 {
					t.Evidence = append(t.Evidence, evidence.SignIn{Timestamp: k.Timestamp.AddDate(0, 0, -days), AccountUpn: account, IPAddress: home.IPAddress, Success: true, Interactive: true})
				}
			}
		}},
	}
	e := newEngine(t)
	t.Parallel()
	tenant := &tenantfiles.Tenant{Name: "automated"}
	at := time.Date(2026, 9, 20, 9, 0, 0, 1000, time.UTC)
	o := newOdd(2, 0)
	for i, s := range scenes { // each in a domain of its own
		if s.url == "" {
			s.url = "https://shop.example/a"
		}
		if s.from == "" {
			s.from = fmt.Sprintf("40.92.1.%d", i+1)
		}
		k := clickclass.Click{
			Timestamp: at.Add(time.Duration(i) * time.Hour), Url: s.url, ActionType: clickclass.ClickAllowed, Workload: "Email",
			AccountUpn: strings.Replace(upn, "@", fmt.Sprintf("%d@tenant%d.", i, i), 1), IPAddress: netip.MustParseAddr(s.from),
		}
		k.NetworkMessageId, k.ReportId = o.guid(k.Timestamp.Add(-2*time.Second)), o.guid(k.Timestamp)
		tenant.Clicks = append(tenant.Clicks, k)
		if s.more != nil {
			s.more(tenant, k)
		}
	}
	dir := t.TempDir()
	require.NoError(t, tenant.Write(dir, tenantfiles.Defender))
	tenant, err := tenantfiles.Read(dir)
	require.NoError(t, err)
	results, err := agree.Judge(t.Context(), tenant, iprange.Default())
	require.NoError(t, err)
	text, err := kql.Query(kql.Options{Form: kql.Short, Since: 30 * 24 * time.Hour})
	require.NoError(t, err)
	answers := e.runShort(t, text, dir, tenantfiles.Defender, tenant.Newest().Add(time.Hour))
	for i, s := range scenes {
		account := strings.Replace(upn, "@", fmt.Sprintf("%d@tenant%d.", i, i), 1)
		library, short := map[string]int{}, map[string]int{}
		for _, r := range results {
			if r.Click.AccountUpn == account {
				library[r.Verdict.Class.String()]++
			}
		}
		for _, a := range answers {
			if a.AccountUpn == account {
				short[a.Class]++
			}
		}
		t.Logf("%s: library %v, short %v", s.name, library, short)
		assert.Equal(t, s.limit, short["automated"] > library["automated"], "%s: library %v, short %v", s.name, library, short)
		if i == 0 {
			assert.Equal(t, 1, short["automated"], "what nothing speaks against is automated")
		}
	}
}
