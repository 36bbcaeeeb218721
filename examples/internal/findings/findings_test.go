package findings

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

var start = time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC)

// click makes a verdict on a click, of row n, some minutes after start.
func click(n, minutes int, account, url, ip string, class clickclass.Class, change ...func(*clickclass.Result)) *clickclass.Result {
	r := &clickclass.Result{
		Click: clickclass.Click{
			Timestamp: start.Add(time.Duration(minutes) * time.Minute), AccountUpn: account, Url: url, ActionType: clickclass.ClickAllowed,
			IPAddress: netip.MustParseAddr(ip), File: "f", Row: int64(n),
		},
		Verdict: clickclass.Verdict{Class: class, P: clickclass.Probabilities{Owner: 1}},
	}
	if class == clickclass.ClassUnknown {
		r.Verdict.P = clickclass.Probabilities{Machine: 0.1, Owner: 0.85, Other: 0.05}
	}
	for _, c := range change {
		c(r)
	}
	return r
}

func phish(r *clickclass.Result) { r.Click.ThreatTypes = "Phish" }
func blocked(r *clickclass.Result) {
	r.Click.ThreatTypes, r.Click.ActionType = "Phish", clickclass.ClickBlocked
}
func foundLater(r *clickclass.Result) { r.Verdict.Flags |= clickclass.FlagVerdictChangedLater }
func through(r *clickclass.Result)    { r.Click.ThreatTypes, r.Click.IsClickedThrough = "Phish", true }
func double(r *clickclass.Result)     { r.Verdict.Flags |= clickclass.FlagDuplicate }
func other(p float64, rules ...string) func(*clickclass.Result) {
	return func(r *clickclass.Result) {
		r.Verdict.P = clickclass.Probabilities{Owner: 1 - p, Other: p}
		for _, rule := range rules {
			r.Verdict.Reasons = append(r.Verdict.Reasons, clickclass.Reason{Rule: rule, Counted: true, Other: 2})
		}
	}
}

func reportOf(list ...*clickclass.Result) *Report {
	var c Collector
	for _, r := range list {
		c.Add(r)
	}
	return c.Report()
}

// told returns the kinds and titles of findings.
func told(r *Report) []string {
	out := []string{}
	for _, f := range r.Findings {
		out = append(out, string(f.Kind)+": "+f.Title)
	}
	return out
}

const (
	owner   = clickclass.ClassLikelyOwner
	unknown = clickclass.ClassUnknown
	robot   = clickclass.ClassAutomated
	notHis  = clickclass.ClassNotOwner
)

func TestFindings(t *testing.T) {
	bait := func(n, minutes int, account string) *clickclass.Result {
		return click(n, minutes, account, fmt.Sprintf("https://login.evil.example/%d", n), "198.51.100.7", owner, phish)
	}
	tests := []struct {
		name   string
		clicks []*clickclass.Result
		want   []string
		answer string
	}{
		{"nothing", nil, []string{}, "No clicks."},
		{"everyday", []*clickclass.Result{click(1, 0, "a@c.example", "https://x.example/", "198.51.100.7", owner)}, []string{},
			"Nobody is seen to have opened anything that is known to be dangerous. Of 1 click of 1 account, machines made 0 (0 %), the owners 1."},
		{"opened by two, of whom one came back and one was stopped", []*clickclass.Result{
			bait(1, 0, "a@c.example"), bait(2, 5, "B@c.example"), bait(3, 6, "b@C.example"),
			click(4, 60, "b@c.example", "https://login.evil.example/2", "198.51.100.7", owner, blocked),
		}, []string{
			"opened_dangerous: a@c.example and B@c.example opened evil.example (Phish)",
			"stopped: Safe Links stopped 1 account on evil.example (Phish)",
		}, "2 people opened a page that is dangerous or was found so later: a@c.example and B@c.example. Safe Links stopped one person."},
		{"found dangerous only later", []*clickclass.Result{click(1, 0, "a@c.example", "https://evil.example/", "198.51.100.7", owner, foundLater)},
			[]string{"opened_dangerous: a@c.example opened evil.example, found dangerous only later"}, "One person opened"},
		{"past the warning", []*clickclass.Result{click(1, 0, "a@c.example", "https://evil.example/", "198.51.100.7", owner, through)},
			[]string{"overrode_warning: a@c.example went past the warning of Safe Links to evil.example (Phish)"}, "One person opened"},
		{"nothing tells who", []*clickclass.Result{click(1, 0, "a@c.example", "https://evil.example/", "198.51.100.7", unknown, phish)},
			[]string{"opened_dangerous: a@c.example opened evil.example (Phish)"}, "In 1 account somebody opened a page that is dangerous or was found so later, and nothing tells who: a@c.example."},
		{"a machine opened it", []*clickclass.Result{click(1, 0, "a@c.example", "https://evil.example/", "52.112.103.113", robot, phish)},
			[]string{"machines: outside Microsoft: 1 click in 1 account"}, "Nobody is seen to have opened anything"},
		{"taken over: three links from a new address after the bait", []*clickclass.Result{
			bait(1, 0, "a@c.example"),
			click(2, 600, "a@c.example", "https://x.example/1", "192.0.2.9", unknown, other(0.12, "b.after_danger")),
			click(3, 610, "a@c.example", "https://x.example/2", "192.0.2.9", unknown, other(0.12, "b.after_danger")),
			click(4, 620, "a@c.example", "https://y.example/3", "192.0.2.9", unknown, other(0.12, "b.after_danger")),
		}, []string{
			"taken_over: a@c.example looks taken over: 3 clicks from 192.0.2.9, the first 10 hours after evil.example was opened there",
			"opened_dangerous: a@c.example opened evil.example (Phish)",
		}, "One account looks taken over: a@c.example, used from 192.0.2.9."},
		{"taken over: one link, but a risky sign-in", []*clickclass.Result{
			bait(1, 0, "a@c.example"),
			click(2, 3000, "a@c.example", "https://x.example/1", "192.0.2.9", unknown, other(0.6, "b.after_danger", "ip.risky_signin")),
		}, []string{
			"taken_over: a@c.example looks taken over: 1 click from 192.0.2.9, the first 2 days after evil.example was opened there",
			"opened_dangerous: a@c.example opened evil.example (Phish)",
		}, "One account looks taken over"},
		{"the owner's phone beside the intruder", []*clickclass.Result{
			bait(1, 0, "a@c.example"),
			click(2, 600, "a@c.example", "https://x.example/1", "192.0.2.9", unknown, other(0.12, "b.after_danger")),
			click(3, 610, "a@c.example", "https://x.example/2", "192.0.2.9", unknown, other(0.12, "b.after_danger")),
			click(4, 620, "a@c.example", "https://y.example/3", "192.0.2.9", unknown, other(0.12, "b.after_danger")),
			click(5, 7000, "a@c.example", "https://z.example/1", "203.0.113.4", unknown, other(0.12, "b.after_danger")),
			click(6, 9000, "a@c.example", "https://z.example/2", "203.0.113.5", unknown, other(0.12, "b.after_danger")),
		}, []string{
			"taken_over: a@c.example looks taken over: 3 clicks from 192.0.2.9, the first 10 hours after evil.example was opened there",
			"opened_dangerous: a@c.example opened evil.example (Phish)",
		}, "used from 192.0.2.9."},
		{"a phone after the bait", []*clickclass.Result{
			bait(1, 0, "a@c.example"),
			click(2, 600, "a@c.example", "https://x.example/1", "192.0.2.9", unknown, other(0.12, "b.after_danger")),
		}, []string{
			"opened_dangerous: a@c.example opened evil.example (Phish)",
			"not_owner: In a@c.example, 1 click from 192.0.2.9 may not be the owner's",
		}, "One person opened"},
		{"a journey before the bait does not count", []*clickclass.Result{
			click(1, 0, "a@c.example", "https://x.example/0", "203.0.113.4", unknown, other(0.2, "b.new")),
			bait(2, 60, "a@c.example"),
			click(3, 600, "a@c.example", "https://x.example/1", "192.0.2.9", unknown, other(0.45, "b.after_danger", "ip.fresh_signin")),
		}, []string{
			"taken_over: a@c.example looks taken over: 1 click from 192.0.2.9, the first 9 hours after evil.example was opened there",
			"opened_dangerous: a@c.example opened evil.example (Phish)",
		}, "used from 192.0.2.9."},
		{"three weeks after the bait", []*clickclass.Result{
			bait(1, 0, "a@c.example"),
			click(2, 22*24*60, "a@c.example", "https://x.example/1", "192.0.2.9", unknown, other(0.45)),
		}, []string{
			"opened_dangerous: a@c.example opened evil.example (Phish)",
			"not_owner: In a@c.example, 1 click from 192.0.2.9 may not be the owner's",
		}, ""},
		{"one address in three mailboxes", []*clickclass.Result{
			click(1, 0, "a@c.example", "https://x.example/1", "192.0.2.9", notHis), click(2, 10, "b@c.example", "https://x.example/2", "192.0.2.9", notHis),
			click(3, 20, "c@c.example", "https://x.example/3", "192.0.2.9", unknown, other(0.2)),
		}, []string{"shared_address: One address in 3 mailboxes: 3 clicks from 192.0.2.9 (outside Microsoft)"}, ""},
		{"duplicates count once", []*clickclass.Result{bait(1, 0, "a@c.example"), click(2, 0, "a@c.example", "https://login.evil.example/1", "198.51.100.7", owner, phish, double)},
			[]string{"opened_dangerous: a@c.example opened evil.example (Phish)"}, "Of 1 click of 1 account"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := reportOf(tt.clicks...)
			assert.Equal(t, tt.want, told(r))
			assert.Contains(t, r.Answer(), tt.answer)
			for _, f := range r.Findings {
				b, err := json.Marshal(f)
				require.NoError(t, err)
				assert.NotContains(t, string(b), "null", "one type a field")
			}
		})
	}
}

// TestCampaign holds that a campaign is one finding although every link differs, and that what
// one message links to belongs together.
func TestCampaign(t *testing.T) {
	var list []*clickclass.Result
	for i := range 40 {
		list = append(list, click(i, i, fmt.Sprintf("u%d@c.example", i), fmt.Sprintf("https://login.evil.example/%x", i*7919), "198.51.100.7", owner, phish))
	}
	list = append(list,
		click(98, 50, "u1@c.example", "https://second.example/", "198.51.100.7", owner, phish, func(r *clickclass.Result) { r.Click.NetworkMessageId = "m" }),
		click(99, 51, "u2@c.example", "https://login.evil.example/x", "198.51.100.7", owner, phish, func(r *clickclass.Result) { r.Click.NetworkMessageId = "m" }))
	r := reportOf(list...)
	require.Len(t, r.Findings, 1)
	assert.Equal(t, 40, r.Findings[0].AccountCount)
	assert.Equal(t, 42, r.Findings[0].Clicks)
	assert.Equal(t, "u0@c.example, u1@c.example, u2@c.example, u3@c.example, u4@c.example and 35 more opened evil.example and second.example (Phish)", r.Findings[0].Title)
}

// TestRevision holds that a revised verdict takes the place of the first.
func TestRevision(t *testing.T) {
	first := click(1, 0, "a@c.example", "https://x.example/", "192.0.2.9", unknown, other(0.2))
	revised := click(1, 0, "a@c.example", "https://x.example/", "192.0.2.9", owner)
	revised.Revision = 1
	assert.Len(t, reportOf(first).Findings, 1)
	assert.Empty(t, reportOf(first, revised).Findings)
}

// TestOrderOfInput holds that the order in which clicks come changes nothing.
func TestOrderOfInput(t *testing.T) {
	var list []*clickclass.Result
	for i := range 200 {
		class := []clickclass.Class{owner, unknown, robot, notHis}[i%4]
		r := click(i, i*37%500, fmt.Sprintf("u%d@c.example", i%9), fmt.Sprintf("https://s%d.example/%d", i%5, i), fmt.Sprintf("192.0.2.%d", i%7), class)
		if i%3 == 0 {
			phish(r)
		}
		list = append(list, r)
	}
	want := reportOf(list...)
	for i := range list {
		j := i * 7919 % len(list)
		list[i], list[j] = list[j], list[i]
	}
	got := reportOf(list...)
	assert.Equal(t, told(want), told(got))
	assert.Equal(t, want.Answer(), got.Answer())
}

func TestQuery(t *testing.T) {
	ask := func(r *clickclass.Result) { r.Verdict.Missing = clickclass.EvidenceDevice | clickclass.EvidenceMail }
	var list []*clickclass.Result
	for i := range 100 {
		list = append(list, click(i, i, fmt.Sprintf("u%d@c.example", i), "https://x.example/", "192.0.2.9", unknown, ask))
	}
	list = append(list, click(200, -60, "victim@c.example", "https://evil.example/", "192.0.2.9", owner, phish, ask))
	kql, n := reportOf(list...).Query()
	assert.Equal(t, maxAsked, n)
	assert.LessOrEqual(t, len(kql), maxQuery)
	rows := strings.Split(kql, "\n")
	assert.Equal(t, `    datetime(2026-08-03T08:00:00Z), "victim@c.example", "",`, rows[2], "what is dangerous comes first")
	for _, part := range []string{"DeviceEvents", "DeviceNetworkEvents", "EmailEvents", "start - 30m"} {
		assert.Contains(t, kql, part)
	}
	assert.NotContains(t, kql, "EntraIdSignInEvents", "sign-ins are at hand")
	_, n = reportOf(click(1, 0, "a@c.example", "https://x.example/", "192.0.2.9", owner, ask)).Query()
	assert.Zero(t, n, "nothing is open")
}

// TestBounds holds that a flood of rows takes bounded memory, and is told.
func TestBounds(t *testing.T) {
	var c Collector
	for i := range 3 * maxEvents {
		c.Add(click(i, i, fmt.Sprintf("u%d@c.example", i), fmt.Sprintf("https://e%d.example/", i), "192.0.2.9", owner, phish))
	}
	assert.Len(t, c.events, maxEvents)
	assert.Equal(t, 2*maxEvents, c.Report().Summary.LeftOut)
}

// TestManyAccounts holds that the counts are of all accounts, however many are listed.
func TestManyAccounts(t *testing.T) {
	var c Collector
	for i := range 3000 {
		c.Add(click(i, i, fmt.Sprintf("u%d@c.example", i), fmt.Sprintf("https://evil.example/%d", i), "192.0.2.9", owner, phish))
		c.Add(click(10_000+i, i, fmt.Sprintf("v%d@c.example", i), fmt.Sprintf("https://evil.example/%d", i), "192.0.2.9", unknown, phish))
	}
	r := c.Report()
	assert.Contains(t, r.Answer(), "3,000 people opened")
	assert.Contains(t, r.Answer(), "In 3,000 further accounts somebody did")
	require.Len(t, r.Findings, 1)
	assert.Equal(t, 6000, r.Findings[0].AccountCount)
	assert.Len(t, r.Findings[0].Accounts, maxListed)
}

func TestSpan(t *testing.T) {
	for want, d := range map[string]time.Duration{
		"1 second": time.Second, "42 seconds": 42 * time.Second, "8 minutes": 8 * time.Minute, "2 hours": 100 * time.Minute, "6 days": 518_120_800 * time.Millisecond,
	} {
		assert.Equal(t, want, Span(d))
	}
}
