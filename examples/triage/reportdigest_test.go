package main

import (
	"fmt"
	"maps"
	"math"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/examples/internal/findings"
)

func TestVisible(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"plain":          {"https://a.example/é漢?x=1", "https://a.example/é漢?x=1"},
		"nothing":        {"", ""},
		"right to left":  {"https://a.example/\u202egpj.exe", "https://a.example/[U+202E]gpj.exe"},
		"isolates":       {"a\u2066b\u2069", "a[U+2066]b[U+2069]"},
		"Hebrew, Arabic": {"\u05d0.\u0628.\U0001e900", "[U+05D0].[U+0628].[U+1E900]"},
		"controls":       {"a\x1b[2J\nb\x7f\u0085", "a[U+001B][2J[U+000A]b[U+007F][U+0085]"},
		"line ends":      {"a\u2028b", "a[U+2028]b"},
		"no width":       {"a\u200bb\u00ad\ufeff", "a[U+200B]b[U+00AD][U+FEFF]"},
		"filler, tag":    {"\u3164\U000e0041", "[U+3164][U+E0041]"},
		"no UTF-8":       {"a\xffb", "a\ufffdb"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, visible(tt.in)) })
	}
}

func TestBrowserHost(t *testing.T) {
	tests := map[string]string{
		"https://login.evil.example/a":                   "login.evil.example",
		"https://evil.example:8443?x":                    "evil.example",
		"https://login.microsoftonline.com@evil.example": "evil.example",
		`https:\\evil.example\@contoso.example/`:         "evil.example",
		"https://[2001:db8::1]/":                         "[2001:db8::1]",
		"mailto:alex@contoso.example":                    "",
		"evil.example/x":                                 "",
		"":                                               "",
	}
	for link, want := range tests {
		t.Run(link, func(t *testing.T) { assert.Equal(t, want, browserHost(link)) })
	}
}

func TestWireName(t *testing.T) {
	assert.Empty(t, wireName("evil.example"))
	assert.Empty(t, wireName("xn--80ak6aa92e.example"))
	assert.Equal(t, "xn--80ak6aa92e.example", wireName("\u0430\u0440\u0440\u04cf\u0435.example"))
	assert.Equal(t, "xn--4dbc.example", wireName("\u05d0\u05d1.example"))
	f := &findings.Finding{Title: "a@contoso.example opened \u0430\u0440\u0440\u04cf\u0435.example", Sites: []string{"b.example", "\u0430\u0440\u0440\u04cf\u0435.example"}}
	assert.Equal(t, f.Title+" (xn--80ak6aa92e.example)", newReportFinding(f).Title)
}

func TestTexts(t *testing.T) {
	var x texts
	assert.Zero(t, x.add("", 10))
	a, b := x.add("alpha", 10), x.add("beta", 10)
	assert.NotEqual(t, a, b)
	assert.Equal(t, a, x.add("alpha", 10))
	assert.Equal(t, 9, x.bytes)
	x.drop(a)
	assert.Equal(t, "alpha", x.of(a), "a row has it still")
	x.drop(a)
	assert.Equal(t, 4, x.bytes)
	assert.Equal(t, a, x.add("gamma", 10), "the place is used again")
	assert.Equal(t, "gamma", x.of(a))
	assert.Equal(t, "0123…", x.of(x.add("0123456789", 4)))
	x.drop(0)
}

func TestMailsAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	var m mails
	for i := range maxMails + 10 {
		m.add(&evidence.Email{NetworkMessageId: fmt.Sprint(i), Subject: "Hello", SenderFromAddress: "a@b.example", UrlCount: -1})
	}
	m.add(&evidence.Email{NetworkMessageId: "1", Subject: "Another record of the message", UrlCount: 1})
	assert.Len(t, m.byID, maxMails)
	subject, sender := m.of("1")
	assert.Equal(t, "Hello", subject)
	assert.Equal(t, "a@b.example", sender)
	subject, _ = m.of("x")
	assert.Empty(t, subject)
	m = mails{}
	for i := range maxMailBytes / maxReportText * 2 {
		m.add(&evidence.Email{NetworkMessageId: fmt.Sprint(i), Subject: fmt.Sprint(i, strings.Repeat("x", maxReportText)), UrlCount: 1})
	}
	assert.Less(t, m.texts.bytes, maxMailBytes+2*maxReportText)
}

// reportResult is the verdict on a click of a row.
func reportResult(row int, class clickclass.Class, url string) *clickclass.Result {
	return &clickclass.Result{
		Click:   clickclass.Click{Timestamp: time.Date(2026, 8, 3, 0, 0, row, 0, time.UTC), AccountUpn: fmt.Sprint("user", row, "@contoso.example"), Url: url, ActionType: clickclass.ClickAllowed, File: "f", Row: int64(row)},
		Verdict: clickclass.Verdict{Class: class},
	}
}

// TestReportKeepsWhatMatters holds that the rows that deserve a look least are left out, and
// that this is said.
func TestReportKeepsWhatMatters(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	d := newReportDigest()
	add := func(r *clickclass.Result) { d.add(r, "outside Microsoft", "") }
	for i := range maxReportRows {
		add(reportResult(i, clickclass.ClassAutomated, "https://a.example/"))
	}
	assert.Empty(t, leftOut(d))
	for i := range 3 {
		add(reportResult(maxReportRows+i, clickclass.ClassUnknown, "https://b.example/"))
	}
	add(reportResult(maxReportRows+3, clickclass.ClassAutomated, "https://c.example/"))
	rows := d.list()
	require.Len(t, rows, maxReportRows)
	assert.Equal(t, clickclass.ClassUnknown, rows[0].class)
	assert.Equal(t, clickclass.ClassAutomated, rows[3].class)
	assert.Contains(t, leftOut(d), "The table has the 100,000 clicks that deserve a look most. 4 more clicks are in the counts and charts only, all of machines")
	for i := range maxReportRows {
		add(reportResult(2*maxReportRows+i, clickclass.ClassUnknown, "https://d.example/"))
	}
	assert.Contains(t, leftOut(d), "also such as deserve a look")
	assert.Equal(t, 2*maxReportRows+4, d.classes.total(), "the counts have all")
}

// TestReportTextIsBounded holds that long cells do not make the page grow without bound.
func TestReportTextIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	d := newReportDigest()
	n := 2 * maxReportBytes / maxReportLink
	for i := range n {
		d.add(reportResult(i, clickclass.ClassUnknown, fmt.Sprintf("https://a.example/%d/%s", i, strings.Repeat("x", maxReportLink))), "outside Microsoft", "")
	}
	assert.LessOrEqual(t, d.texts.bytes, maxReportBytes)
	assert.Greater(t, d.texts.bytes, maxReportBytes*9/10)
	assert.Less(t, d.kept, n)
	assert.Len(t, d.list(), d.kept)
	assert.NotEmpty(t, leftOut(d))
}

// TestReportRevision holds that the table has the newest verdict on a click.
func TestReportRevision(t *testing.T) {
	d := newReportDigest()
	d.add(reportResult(1, clickclass.ClassUnknown, "https://a.example/"), "outside Microsoft", "")
	d.add(reportResult(2, clickclass.ClassUnknown, "https://b.example/"), "outside Microsoft", "")
	revised := reportResult(1, clickclass.ClassNotOwner, "https://a.example/")
	revised.Revision = 1
	d.add(revised, "outside Microsoft", "")
	rows := d.list()
	require.Len(t, rows, 2)
	assert.Equal(t, clickclass.ClassNotOwner, rows[0].class)
	assert.Equal(t, int64(2), rows[1].row)
	assert.Equal(t, 2, d.classes.total())
	assert.Empty(t, leftOut(d))
}

// TestReportOrder holds that the newest of equal clicks comes first, and one without a time last.
func TestReportOrder(t *testing.T) {
	d := newReportDigest()
	for _, row := range []int{2, 1, 3} {
		d.add(reportResult(row, clickclass.ClassUnknown, "https://a.example/"), "outside Microsoft", "")
	}
	timeless := reportResult(4, clickclass.ClassUnknown, "https://a.example/")
	timeless.Click.Timestamp = time.Time{}
	d.add(timeless, "outside Microsoft", "")
	var order []int64
	for _, row := range d.list() {
		order = append(order, row.row)
	}
	assert.Equal(t, []int64{3, 2, 1, 4}, order)
}

func TestHeadline(t *testing.T) {
	phish := func(r *clickclass.Result) *clickclass.Result { r.Click.ThreatTypes = "Phish"; return r }
	blocked := func(r *clickclass.Result) *clickclass.Result {
		r.Click.ActionType = clickclass.ClickBlocked
		return phish(r)
	}
	from := func(ip string, r *clickclass.Result) *clickclass.Result {
		r.Click.IPAddress = netip.MustParseAddr(ip)
		return r
	}
	owner := func(row int, url string) *clickclass.Result {
		r := reportResult(row, clickclass.ClassOwner, url)
		r.Verdict.P = clickclass.Probabilities{Owner: 1}
		return r
	}
	tests := map[string]struct {
		clicks []*clickclass.Result
		want   string
	}{
		"nothing":          {nil, "No clicks"},
		"one":              {[]*clickclass.Result{owner(1, "https://a.example/")}, "user1@contoso.example: owner"},
		"opened":           {[]*clickclass.Result{phish(owner(1, "https://evil.example/")), owner(2, "https://a.example/")}, "user1@contoso.example opened something dangerous"},
		"opened by many":   {[]*clickclass.Result{phish(owner(1, "https://evil.example/")), phish(owner(2, "https://evil.example/")), phish(owner(3, "https://evil.example/"))}, "user1@contoso.example, user2@contoso.example and 1 more opened something dangerous"},
		"stopped":          {[]*clickclass.Result{blocked(owner(1, "https://evil.example/")), owner(2, "https://a.example/")}, "Safe Links stopped 1 account; nobody else opened anything dangerous"},
		"not the owner's":  {[]*clickclass.Result{from("192.0.2.1", reportResult(1, clickclass.ClassNotOwner, "https://a.example/")), owner(2, "https://a.example/")}, "Clicks in user1@contoso.example may not be the owner's"},
		"everyday":         {[]*clickclass.Result{owner(1, "https://a.example/"), owner(2, "https://a.example/")}, "Nothing dangerous in 2 clicks"},
		"nothing is known": {[]*clickclass.Result{reportResult(1, clickclass.ClassUnknown, "https://a.example/"), reportResult(2, clickclass.ClassUnknown, "https://a.example/")}, "Nothing tells who made the 2 clicks"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := newDigest(true)
			for _, r := range tt.clicks {
				d.add(r)
			}
			assert.Equal(t, tt.want, headline(d))
		})
	}
}

func TestFilterTerm(t *testing.T) {
	assert.Equal(t, "ip:192.0.2.1,2001:db8::1", filterTerm("ip", "192.0.2.1", "2001:db8::1"))
	assert.Equal(t, `service:"Microsoft Teams"`, filterTerm("service", "Microsoft Teams"))
	assert.Equal(t, `account:"a\"b\\c,d"`, filterTerm("account", `a"b\c,d`))
	assert.Equal(t, "site:a[U+202E]b", filterTerm("site", "a\u202eb"))
	assert.Empty(t, filterTerm("site"))
	assert.Empty(t, filterTerm("site", slices.Repeat([]string{"a"}, maxTermValues+1)...))
}

// TestManyFindings holds that the page tells what is certain in full and folds the rest.
func TestManyFindings(t *testing.T) {
	r := new(findings.Report)
	for i := range 300 {
		kind, priority := findings.NotOwner, 2
		if i < 8 {
			kind, priority = findings.Opened, 1
		}
		r.Findings = append(r.Findings, findings.Finding{Kind: kind, Priority: priority, Title: fmt.Sprint(i), Accounts: []string{"a"}, AccountCount: 1})
	}
	p := new(reportPage)
	p.addFindings(r)
	require.Len(t, p.Groups, 2)
	assert.Len(t, p.Groups[0].Shown, maxOpenFindings)
	assert.Len(t, p.Groups[0].Folded, 3)
	assert.Equal(t, "3 more findings", p.Groups[0].More)
	assert.Empty(t, p.Groups[1].Shown)
	assert.Len(t, p.Groups[1].Folded, maxShownFindings)
	assert.Equal(t, "292 findings", p.Groups[1].More)
	assert.Contains(t, p.Groups[1].LeftOut, "192 more")
}

// TestContrast holds that texts and graphics can be told from what is behind them, as WCAG 2.2
// wants it: 4.5 to 1, and 3 to 1.
func TestContrast(t *testing.T) {
	colours := map[string][2]float64{} // luminance, light and dark
	names := regexp.MustCompile(`--([a-z_0-9]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)`)
	for _, m := range names.FindAllStringSubmatch(reportStyle, -1) {
		colours[m[1]] = [2]float64{luminance(t, m[2]), luminance(t, m[3])}
	}
	require.Greater(t, len(colours), 15, slices.Collect(maps.Keys(colours)))
	check := func(least float64, over string, under ...string) {
		for theme, name := range []string{"light", "dark"} {
			for _, u := range under {
				a, b := colours[over][theme], colours[u][theme]
				assert.GreaterOrEqual(t, (max(a, b)+0.05)/(min(a, b)+0.05), least, "%s on %s, %s", over, u, name)
			}
		}
	}
	for _, text := range []string{"text", "soft", "link", "danger"} {
		check(4.5, text, "page", "panel")
	}
	check(4.5, "text", "notice", "shade1", "shade2", "shade3", "shade4")
	for _, graphic := range []string{"automated", "likely_automated", "unknown", "not_owner", "likely_owner", "owner", "edge"} {
		check(3, graphic, "page", "panel")
	}
}

// luminance returns the relative luminance of a colour, as WCAG defines it.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(colour, 16, 32)
	require.NoError(t, err)
	part := func(shift int) float64 {
		c := float64(n>>shift&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}
