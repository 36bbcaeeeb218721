package main

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// filtered is a verdict that every filter below is asked about.
func filtered() *clickclass.Result {
	return &clickclass.Result{
		Click: clickclass.Click{
			Timestamp: time.Date(2026, 8, 3, 9, 14, 5, 0, time.UTC), AccountUpn: "Kim@contoso.example", NetworkMessageId: "52e6b438-f2a7-4269-a651-0c5ca6a3a450",
			Url:       "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2FLogin.Evil.example%2Fa%2Fb%3Fid%3D7&data=05&sdata=x",
			IPAddress: netip.MustParseAddr("203.0.113.7"), MoreIPs: []netip.Addr{netip.MustParseAddr("2001:db8::7")}, ActionType: clickclass.ClickAllowed,
			ThreatTypes: "Phish",
		},
		Verdict: clickclass.Verdict{Class: clickclass.ClassNotOwner},
	}
}

func TestFilters(t *testing.T) {
	type flags = filterOptions
	tests := map[string]struct {
		flags flags
		shows bool
	}{
		"no filter":                    {flags{}, true},
		"a part of the link":           {flags{URL: "evil.example/a"}, true},
		"the link":                     {flags{URL: "https://login.evil.example/a/b?id=7"}, true},
		"the link, defanged":           {flags{URL: "hXXps[://]login[.]EVIL(dot)example/a/b"}, true},
		"the link, wrapped":            {flags{URL: "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flogin.evil.example%2Fa%2Fb&data=other"}, true},
		"the wrapper":                  {flags{URL: "nam02.safelinks.protection"}, true},
		"another link":                 {flags{URL: "https://login.evil.example/c"}, false},
		"the site":                     {flags{Site: "evil.example"}, true},
		"the site, defanged":           {flags{Site: "evil[.]example"}, true},
		"the host":                     {flags{Site: "LOGIN.evil.example."}, true},
		"the site of a link":           {flags{Site: "hxxps://login.evil[.]example/x/y?z"}, true},
		"a site and all below":         {flags{Site: "*.evil.example"}, true},
		"the end of another site":      {flags{Site: "vil.example"}, false},
		"a host beside it":             {flags{Site: "www.evil.example"}, false},
		"the wrapper's site":           {flags{Site: "outlook.com"}, false},
		"the account":                  {flags{Account: []string{"kim@CONTOSO.example"}}, true},
		"the account, defanged":        {flags{Account: []string{"kim[at]contoso[.]example"}}, true},
		"a part of the account":        {flags{Account: []string{"dana", "kim"}}, true},
		"another account":              {flags{Account: []string{"dana@contoso.example"}}, false},
		"the address":                  {flags{IP: []string{"203.0.113.7"}}, true},
		"the address, defanged":        {flags{IP: []string{"203[.]0.113[.]7"}}, true},
		"the address, mapped":          {flags{IP: []string{"::ffff:203.0.113.7"}}, true},
		"a prefix":                     {flags{IP: []string{"198.51.100.0/24", "203.0.113.9/24"}}, true},
		"a mapped prefix":              {flags{IP: []string{"::ffff:203.0.113.0/120"}}, true},
		"the second address":           {flags{IP: []string{"2001:db8::/64"}}, true},
		"another address":              {flags{IP: []string{"203.0.113.8"}}, false},
		"the message":                  {flags{Message: " 52E6B438-F2A7-4269-A651-0C5CA6A3A450"}, true},
		"the message, in braces":       {flags{Message: "{52E6B438F2A74269A6510C5CA6A3A450}"}, true},
		"another message":              {flags{Message: "52e6b438-f2a7-4269-a651-0c5ca6a3a451"}, false},
		"from that second":             {flags{From: "2026-08-03T09:14:05Z"}, true},
		"from the next":                {flags{From: "2026-08-03 09:14:06Z"}, false},
		"from that day":                {flags{From: "2026-08-03"}, true},
		"from, in another zone":        {flags{From: "2026-08-03T11:14+02:00"}, true},
		"to that second":               {flags{To: "2026-08-03T09:14:05Z"}, false},
		"to the next":                  {flags{To: "2026-08-03 09:14:06"}, true},
		"to that day":                  {flags{To: "2026-08-03"}, true},
		"to the day before":            {flags{To: "2026-08-02"}, false},
		"the class":                    {flags{Class: []string{"not_owner"}}, true},
		"one of two classes":           {flags{Class: []string{"owner", "Not owner"}}, true},
		"another class":                {flags{Class: []string{"owner", "unknown"}}, false},
		"dangerous":                    {flags{Dangerous: true}, true},
		"two filters that fit":         {flags{Site: "evil.example", IP: []string{"203.0.113.0/24"}, Class: []string{"not-owner"}}, true},
		"two filters, one of them not": {flags{Site: "evil.example", IP: []string{"198.51.100.0/24"}}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f, err := newFilter(&tt.flags)
			require.NoError(t, err)
			assert.Equal(t, tt.shows, f.shows(filtered()))
			assert.Equal(t, name == "no filter", f.isEmpty())
		})
	}
}

// TestFiltersWithoutFields holds that a filter never shows a click that lacks what it asks for.
func TestFiltersWithoutFields(t *testing.T) {
	for name, flags := range map[string]filterOptions{
		"url": {URL: "a"}, "site": {Site: "a.example"}, "account": {Account: []string{"a"}}, "ip": {IP: []string{"0.0.0.0/0", "::/0"}},
		"message": {Message: "a"}, "from": {From: "0001-01-02"}, "to": {To: "9999-01-01"}, "class": {Class: []string{"owner"}}, "dangerous": {Dangerous: true},
	} {
		f, err := newFilter(&flags)
		require.NoError(t, err)
		assert.False(t, f.shows(new(clickclass.Result)), name)
		assert.False(t, f.isEmpty(), name)
	}
}

func TestSitesInOtherScripts(t *testing.T) {
	for _, site := range []string{"bücher.example", "BÜCHER.example", "xn--bcher-kva.example", "xn--bcher-kva[.]example"} {
		for _, link := range []string{"https://bücher.example/a", "https://shop.BÜCHER.example/a", "https://xn--bcher-kva.example/a"} {
			f, err := newFilter(&filterOptions{Site: site})
			require.NoError(t, err)
			assert.True(t, f.shows(&clickclass.Result{Click: clickclass.Click{Url: link}}), "%s in %s", site, link)
		}
	}
}

func TestHostOf(t *testing.T) {
	for link, want := range map[string]string{
		"https://user:pw@Host.example:8443/a@b": "host.example", "host.example/a:b": "host.example", "https://[2001:db8::1]:443/": "2001:db8::1",
		"2001:db8::1": "2001:db8::1", "203.0.113.7:80": "203.0.113.7", "": "", "https://host.example?x=/": "host.example", "https://": "",
	} {
		assert.Equal(t, want, hostOf(link), link)
	}
}

func TestRefang(t *testing.T) {
	for fanged, want := range map[string]string{
		"hxxp://a[.]example": "http://a.example", "HXXPS://a{.}example": "https://a.example", "h**ps://a(.)example": "https://a.example",
		"https[:]//a.example": "https://a.example", "a[@]b.example": "a@b.example", "2001:db8[:]:1": "2001:db8::1",
		"https://[::1]/": "https://[::1]/", "meowth@contoso.example": "meowth@contoso.example", "https://a.example/[x]": "https://a.example/[x]",
	} {
		assert.Equal(t, want, strings.ToLower(refang(fanged)), fanged)
	}
}

func TestFilterMistakes(t *testing.T) {
	clicks := writeFile(t, "clicks.csv", header+teams)
	for name, tt := range map[string]struct {
		args []string
		says string
	}{
		"an address":     {[]string{"--ip", "203.0.113"}, `--ip "203.0.113" is neither an address nor a prefix`},
		"a prefix":       {[]string{"--ip", "203.0.113.0/33"}, "neither"},
		"a day":          {[]string{"--from", "03.08.2026"}, `--from "03.08.2026" is no time`},
		"an hour":        {[]string{"--to", "2026-08-03T25:00"}, "is no time"},
		"nothing passes": {[]string{"--from", "2026-08-04", "--to", "2026-08-03"}, "is not before"},
		"a class":        {[]string{"--class", "human"}, `--class "human" is none of`},
		"a number":       {[]string{"--top", "-1"}, "--top"},
		"a word":         {[]string{"--fail-on", "not_owner,robot"}, `--fail-on "robot" is no class`},
		"a format":       {[]string{"--output", "xml=out.xml"}, "FORMAT of"},
		"no file":        {[]string{"--output", "ndjson="}, "is not FORMAT=FILE"},
		"no format":      {[]string{"--output", "out.ndjson"}, "is not FORMAT=FILE"},
	} {
		t.Run(name, func(t *testing.T) {
			got := runTriage(t, "", append(tt.args, clicks)...)
			assert.Equal(t, exitUsage, got.status)
			assert.Empty(t, got.stdout)
			assert.Contains(t, got.stderr, tt.says)
		})
	}
}

// TestFiltersComeAfterJudgement holds that what is shown has the verdict that it has among all
// rows: the filters change no verdict, only what is written.
func TestFiltersComeAfterJudgement(t *testing.T) {
	all := map[int]line{}
	for _, l := range lines(t, runTriage(t, "", "--json").stdout) {
		all[l.Row] = l
	}
	for _, args := range [][]string{{"--class", "likely_owner"}, {"--account", "dana"}, {"--dangerous"}, {"--top", "5"}, {"--from", "2026-08-03T09:00Z"}} {
		found := lines(t, runTriage(t, "", append(args, "--json")...).stdout)
		assert.NotEmpty(t, found, args)
		assert.Less(t, len(found), len(all), args)
		for _, l := range found {
			if l.File == "sample/UrlClickEvents.csv" {
				assert.Equal(t, all[l.Row], l, args)
			}
		}
	}
}

func TestTop(t *testing.T) {
	row := func(threat, action, account string) string {
		return "2026-08-03T09:20:00Z,https://b.example/" + account + "," + action + "," + account + "@contoso.example,Email,," + threat + ",,198.51.100.7,false,,\r\n"
	}
	export := header + teams + row("", "ClickAllowed", "kim") + row("Phish", "ClickBlocked", "lee") + row("Phish", "ClickAllowed", "max") + row("", "ClickAllowed", "noa")
	for n, want := range map[string][]string{
		"1": {"max"}, "2": {"max", "kim"}, "0": {"alex", "kim", "lee", "max", "noa"}, "9": {"max", "kim", "lee", "noa", "alex"},
	} {
		var accounts []string
		for _, l := range lines(t, runTriage(t, export, "--json", "--top", n, "-").stdout) {
			accounts = append(accounts, l.Account[:len(l.Account)-len("@contoso.example")])
		}
		assert.Equal(t, want, accounts, "--top %s", n)
	}
}

func TestFailOn(t *testing.T) {
	phish := "2026-08-03T09:20:00Z,https://evil.example/,ClickAllowed,kim@contoso.example,Email,,Phish,,198.51.100.7,false,,\r\n"
	bad := "2026-08-03T09:20:00Z,https://b.example/,ClickAllowed,kim@contoso.example,Email,,,,nowhere,false,,\r\n"
	tests := map[string]struct {
		rows   string
		args   []string
		status int
	}{
		"nothing is asked":               {teams + phish, nil, exitOK},
		"a class that is there":          {teams, []string{"--fail-on", "likely_automated"}, exitFound},
		"a class in words":               {teams, []string{"--fail-on", "Likely automated"}, exitFound},
		"a class that is not":            {teams, []string{"--fail-on", "not_owner"}, exitOK},
		"one of several":                 {teams, []string{"--fail-on", "not_owner,likely_automated"}, exitFound},
		"something dangerous, opened":    {phish, []string{"--fail-on", "dangerous_opened"}, exitFound},
		"the owner did not":              {phish, []string{"--fail-on", "dangerous_owner"}, exitOK},
		"blocked":                        {"2026-08-03T09:20:00Z,https://evil.example/,ClickBlocked,kim@contoso.example,Email,,Phish,,198.51.100.7,false,,\r\n", []string{"--fail-on", "dangerous_opened"}, exitOK},
		"a click that is not shown":      {teams + phish, []string{"--fail-on", "dangerous_opened", "--site", "a.example"}, exitOK},
		"beyond the top":                 {teams + phish, []string{"--fail-on", "likely_automated", "--top", "1"}, exitOK},
		"a damaged row":                  {teams + bad, []string{"--fail-on", "not_owner"}, exitIncomplete},
		"a damaged row, and it is found": {teams + bad, []string{"--fail-on", "likely_automated"}, exitFound},
		"no account taken over":          {teams + phish, []string{"--fail-on", "taken_over"}, exitOK},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for _, format := range []string{"text", "ndjson"} {
				got := runTriage(t, header+tt.rows, append(tt.args, "--format", format, "-")...)
				assert.Equal(t, tt.status, got.status, got.stderr)
				assert.NotEmpty(t, got.stdout)
			}
		})
	}
	assert.Equal(t, exitFound, runTriage(t, "", "--json", "--fail-on", "taken_over").status, "the sample")
	assert.Contains(t, runTriage(t, "", "--help").stdout, "--fail-on names")
}

func TestJSONFlag(t *testing.T) {
	assert.Equal(t, runTriage(t, header+teams, "--format", "ndjson", "-"), runTriage(t, header+teams, "--json", "-"))
}

// FuzzFilter holds that no text of a flag or a row makes a filter fail, that a host is its own host,
// and that a link is found by itself, by its site and by its host.
func FuzzFilter(f *testing.F) {
	for _, link := range []string{"https://login.evil.example/a?b", "hxxps[://]evil[.]example", "https://user@[2001:db8::1]:8443/x", "xn--a", "//", "mailto:a@b.example", "https://bücher.example/", "İ.example", ""} {
		f.Add(link, link)
	}
	f.Fuzz(func(t *testing.T, link, text string) {
		r := &clickclass.Result{Click: clickclass.Click{Url: link, AccountUpn: text, NetworkMessageId: text}}
		for _, flags := range []filterOptions{{URL: text}, {Site: text}, {Account: []string{text}}, {Message: text}} {
			got, err := newFilter(&flags)
			require.NoError(t, err)
			got.shows(r)
		}
		host := hostOf(link)
		assert.Equal(t, host, hostOf(host), "%q", link)
		if webLink(link) == nil || strings.TrimSpace(link) != link || refang(link) != link || host == "" {
			return
		}
		for _, flags := range []filterOptions{{URL: link}, {Site: r.Click.OriginalURL()}} {
			got, err := newFilter(&flags)
			require.NoError(t, err)
			assert.True(t, got.shows(r), "%q: %+v", link, flags)
		}
	})
}
