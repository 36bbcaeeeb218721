package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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
	"github.com/whoclicked/whoclicked/examples/internal/synth"
	"github.com/whoclicked/whoclicked/iprange"
	"github.com/whoclicked/whoclicked/safelinks"
)

// shortAnswer is a row of the short form's result.
type shortAnswer struct {
	clickclass.Click
	Class                      string
	PAutomated, POwner, POther float64
	Reasons                    []string
}

// shortKey is what tells the rows of the short form apart.
func shortKey(k *clickclass.Click) string {
	const zeros = "00000000-0000-0000-0000-000000000000" // tables take it for an empty cell
	id := func(s string) string { return strings.ReplaceAll(s, zeros, "") }
	return fmt.Sprint(k.Timestamp.UnixNano(), k.AccountUpn, k.IPAddress.Unmap().WithZone(""), k.Url, k.ActionType, id(k.NetworkMessageId), id(k.ReportId))
}

// byItself is a click with what the library says of it by itself, with sign-ins and devices
// alone, and what it says of it among all clicks and with all tables.
type byItself struct {
	click   clickclass.Click
	facts   clickclass.Facts // of sign-ins and devices
	alone   clickclass.Verdict
	in, of  addressClass // in the query and in the library
	among   clickclass.Verdict
	foreign bool // the domain's first sign-in is not the tenant's
	plain   bool // a launch that the short form knows as the link's
	twin    bool // the account clicked on the link from several addresses
}

// judgeShort returns the library's verdicts on the clicks of a tenant.
func judgeShort(t *testing.T, tenant *tenantfiles.Tenant, ranges *iprange.Set, form formRanges) []byItself {
	t.Helper()
	var store evidence.Store
	begins := map[string]time.Time{}
	first := time.Time{}
	for _, row := range tenant.Evidence {
		switch r := row.(type) {
		case evidence.SignIn:
			store.Add(row)
			risky := strings.EqualFold(r.Risk, "medium") || strings.EqualFold(r.Risk, "high")
			if domain := domainOf(r.AccountUpn); r.Success && r.Interactive && !risky {
				if at := begins[domain]; at.IsZero() || r.Timestamp.Before(at) {
					begins[domain] = r.Timestamp
				}
				if first.IsZero() || r.Timestamp.Before(first) {
					first = r.Timestamp
				}
			}
		case evidence.BrowserLaunch, evidence.Connection, evidence.Email:
			store.Add(row)
		}
	}
	addresses := map[[2]string]map[netip.Addr]bool{}
	link := func(k *clickclass.Click) [2]string { return [2]string{strings.ToLower(k.AccountUpn), k.Url} }
	for i := range tenant.Clicks {
		k := &tenant.Clicks[i]
		if addresses[link(k)] == nil {
			addresses[link(k)] = map[netip.Addr]bool{}
		}
		addresses[link(k)][k.IPAddress] = true
	}
	c, err := clickclass.New(clickclass.Options{Ranges: ranges, Source: &store, Workers: 1})
	require.NoError(t, err)
	all, err := agree.Judge(t.Context(), tenant, ranges)
	require.NoError(t, err)
	out := make([]byItself, len(tenant.Clicks))
	for i, k := range tenant.Clicks {
		one := &out[i]
		one.click, one.among = k, all[i].Verdict
		one.twin = len(addresses[link(&k)]) > 1
		one.alone, err = c.Classify(t.Context(), k)
		require.NoError(t, err)
		at := k.Timestamp
		one.facts, err = store.Facts(t.Context(), clickclass.Question{
			Want: clickclass.EvidenceSignIn | clickclass.EvidenceDevice, Account: k.AccountUpn, URL: k.OriginalURL(), Addr: k.IPAddress, At: at,
		})
		require.NoError(t, err)
		one.in, one.of = form.classOf(k.IPAddress), libraryClass(ranges, k.IPAddress, at)
		one.of.layer = ""
		begin := begins[domainOf(k.AccountUpn)]
		one.foreign = !begin.Equal(first)
		one.plain = slices.ContainsFunc(tenant.Evidence, func(row evidence.Row) bool {
			l, ok := row.(evidence.BrowserLaunch)
			return ok && isPlainLaunch(&k, &l)
		})
	}
	return out
}

// isPlainLaunch reports whether a launch is by a listed program, by the account, and of the
// link as the click has it.
func isPlainLaunch(k *clickclass.Click, l *evidence.BrowserLaunch) bool {
	programs := []string{"", "msedge.exe", "chrome.exe", "firefox.exe", "outlook.exe", "ms-teams.exe", "explorer.exe"}
	return strings.EqualFold(l.AccountUpn, k.AccountUpn) && l.Timestamp.Sub(k.Timestamp).Abs() <= 2*time.Minute &&
		slices.Contains(programs, strings.ToLower(l.Process)) && l.RemoteUrl == k.Url
}

func domainOf(account string) string {
	_, domain, _ := strings.Cut(strings.ToLower(account), "@")
	return domain
}

// shortLimit is what the short form leaves out.
type shortLimit struct {
	name     string
	explains func(c *byItself, q *shortAnswer) bool
}

var shortLimits = []shortLimit{
	{"ranges", func(c *byItself, _ *shortAnswer) bool { return c.in != c.of }},
	{"a launch by a robot", func(c *byItself, _ *shortAnswer) bool { return c.facts.Device != nil && c.facts.Device.ByRobot }},
	{"a silent device", func(c *byItself, _ *shortAnswer) bool { return c.has("c.silent") }},
	{"how rare the host is", func(c *byItself, _ *shortAnswer) bool {
		return c.facts.Device != nil && c.facts.Device.Connection && c.facts.Device.Rarity != 0.5
	}},
	{"countries and hours", func(c *byItself, _ *shortAnswer) bool { return c.has("g.far") || c.has("h.off") }},
	{"sign-ins from the /24", func(c *byItself, _ *shortAnswer) bool { return c.facts.SignIn != nil && c.facts.SignIn.Near }},
	{"sign-ins that others' clients renewed at the address", func(c *byItself, _ *shortAnswer) bool {
		return c.facts.SignIn != nil && c.facts.SignIn.Renewed
	}},
	{"the first sign-in of each domain", func(c *byItself, _ *shortAnswer) bool { return c.foreign && c.facts.SignIn != nil }},
	{"the clock in the id of a message in Teams", func(c *byItself, _ *shortAnswer) bool {
		_, ofGUID := messageTime(c.click.NetworkMessageId)
		return c.click.Workload == "Teams" && c.alone.Clock == clickclass.ClockMessageID && !ofGUID
	}},
	{"what may be a person's stops automated", func(c *byItself, q *shortAnswer) bool {
		return c.alone.Class == clickclass.ClassAutomated && q.Class == "likely_automated" && c.near(q)
	}},
	{"sign-ins that clients renewed at another time", func(c *byItself, _ *shortAnswer) bool {
		return c.has("ip.no_signin") && !c.facts.SignIn.RenewalsKnown
	}},
	{"launches in another form, by other programs or names", func(c *byItself, q *shortAnswer) bool {
		return c.has("c.browser") && !slices.Contains(q.Reasons, "c.browser") && !c.plain
	}},
	{"devices near clicks from a service or two addresses", func(c *byItself, q *shortAnswer) bool {
		device := slices.Contains(q.Reasons, "c.browser") || slices.Contains(q.Reasons, "c.net_common")
		return !device && (c.twin || c.of.people == "none") && (c.has("c.browser") || c.has("c.net") || c.has("c.net_common"))
	}},
	{"the clock of the mail tables", func(c *byItself, _ *shortAnswer) bool { return c.alone.Clock == clickclass.ClockMail }},
	{"the click came before the message", func(c *byItself, _ *shortAnswer) bool { return c.has("t.before") }},
	{"the clock in a link", func(c *byItself, _ *shortAnswer) bool { return c.alone.Clock == clickclass.ClockLink }},
}

// unread reports whether mail or neighbours, which the short form does not read, lower the
// probability: another clock of the message, strangers at a service's address, or a
// click-through whose link is written in another way.
func (c *byItself) unread() bool {
	return c.among.Clock != c.alone.Clock || slices.ContainsFunc(c.among.Reasons, func(r clickclass.Reason) bool {
		return r.Counted && (r.Rule == "b.strangers" || r.Rule == "ip.shared_nosignin" || r.Rule == "b.shadow" ||
			(r.Rule == "a.through" || r.Rule == "a.scanwait") && !c.has(r.Rule))
	})
}

func (c *byItself) has(rule string) bool {
	return slices.ContainsFunc(c.alone.Reasons, func(r clickclass.Reason) bool { return r.Rule == rule })
}

// TestAgreeShort compares the short form with the library's verdict on each click by itself.
func TestAgreeShort(t *testing.T) {
	tests := []struct {
		variant synth.Variant
		number  int
		schema  tenantfiles.Schema
	}{
		{synth.Hard, 4, tenantfiles.Defender},
		{synth.TeamsOnBehalf, 2, tenantfiles.Sentinel},
	}
	e := newEngine(t)
	t.Parallel()
	for _, tt := range tests {
		t.Run(string(tt.variant)+" "+string(tt.schema), func(t *testing.T) {
			t.Parallel()
			tenant := madeUp(tt.number, synth.Options{Seed: 1, Variant: tt.variant, Shifted: true, MaxAccounts: 60})
			dir := t.TempDir()
			require.NoError(t, tenant.Write(dir, tt.schema))
			e.compareShort(t, dir, tt.schema, iprange.Default())
		})
	}
}

// compareShort gives the same files to the form short and to the library.
func (e *engine) compareShort(t *testing.T, dir string, s tenantfiles.Schema, ranges *iprange.Set) {
	t.Helper()
	tenant, err := tenantfiles.Read(dir)
	require.NoError(t, err)
	text, err := kql.Query(kql.Options{Schema: kql.Schema(s), Form: kql.Short, Since: 30 * 24 * time.Hour, Ranges: ranges})
	require.NoError(t, err)
	judged := judgeShort(t, tenant, ranges, rangesOf(t, text))
	answers := e.runShort(t, text, dir, s, tenant.Newest().Add(time.Hour))
	require.Len(t, answers, len(judged))
	of := map[string][]shortAnswer{}
	for i := range answers {
		k := shortKey(&answers[i].Click)
		of[k] = append(of[k], answers[i])
	}
	equal, sameClass, explained, otherClass := 0, 0, map[string]int{}, map[string]int{}
	for i := range judged {
		c := &judged[i]
		k := shortKey(&c.click)
		require.NotEmpty(t, of[k], "no row for %s", k)
		best := 0
		for j := range of[k] { // of several rows of one click, the one that is equal
			if c.equals(&of[k][j]) {
				best = j
			}
		}
		q := of[k][best]
		of[k] = slices.Delete(of[k], best, best+1)
		if q.Class == "automated" && !c.unread() {
			assert.Equal(t, clickclass.ClassAutomated, c.among.Class, "automated in the short form, with all tables %s:\n%s", c.among.Class, c.show(&q))
		}
		if c.alone.Class.String() == q.Class {
			sameClass++
		}
		if c.equals(&q) {
			equal++
			continue
		}
		names := c.limits(&q)
		if c.alone.Class.String() != q.Class {
			otherClass[fmt.Sprint(names, ": ", c.alone.Class, " became ", q.Class)]++
		}
		if len(names) == 0 {
			t.Errorf("no limit explains:\n%s", c.show(&q))
		}
		for _, name := range names {
			explained[name]++
		}
	}
	t.Logf("%d rows: %d classes equal, %d with equal probabilities; limits: %v; other classes: %v", len(judged), sameClass, equal, explained, otherClass)
}

func (c *byItself) equals(q *shortAnswer) bool {
	return c.alone.Class.String() == q.Class && c.near(q)
}

// near reports whether the probabilities are equal.
func (c *byItself) near(q *shortAnswer) bool {
	equal := func(x, y float64) bool { return math.Abs(x-y) <= 2e-4 }
	p := &c.alone.P
	return equal(p.Machine, q.PAutomated) && equal(p.Owner, q.POwner) && equal(p.Other, q.POther)
}

// limits returns the names of the limits that explain a difference.
func (c *byItself) limits(q *shortAnswer) []string {
	var names []string
	for _, l := range shortLimits {
		if l.explains(c, q) {
			names = append(names, l.name)
		}
	}
	return names
}

func (c *byItself) show(q *shortAnswer) string {
	p := &c.alone.P
	k := &c.click
	text := fmt.Sprintf("%s %s %s %s %.150s app %q %s msg %s rep %s\nlibrary: %s %.4f %.4f %.4f", k.Timestamp.Format(time.RFC3339Nano), k.AccountUpn, k.IPAddress, k.ActionType, k.Url, k.Workload, c.of.kind, k.NetworkMessageId, k.ReportId, c.alone.Class, p.Machine, p.Owner, p.Other)
	for _, r := range c.alone.Reasons {
		text += fmt.Sprintf(" %s(%.3f/%.3f)", r.Rule, r.Machine, r.Other)
	}
	text += fmt.Sprintf("\nshort: %s %.4f %.4f %.4f %v", q.Class, q.PAutomated, q.POwner, q.POther, q.Reasons)
	text += fmt.Sprintf("\namong all: %s %+v", c.among.Class, c.among.Reasons)
	if c.facts.SignIn != nil {
		text += fmt.Sprintf("\n%+v", *c.facts.SignIn)
	}
	if c.facts.Device != nil {
		text += fmt.Sprintf("\n%+v", *c.facts.Device)
	}
	return text
}

func (e *engine) runShort(t *testing.T, query string, dir string, s tenantfiles.Schema, now time.Time) []shortAnswer {
	t.Helper()
	file := filepath.Join(t.TempDir(), "query.kql")
	require.NoError(t, os.WriteFile(file, []byte(query), 0o600))
	c := exec.CommandContext(t.Context(), e.node, filepath.Join("kusto", "run.js"), "--schema", string(s), "--now", now.Format(time.RFC3339), file, dir)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	require.NoError(t, c.Run(), "%.4000s", &stderr)
	var out []shortAnswer
	for line := range bytes.Lines(stdout.Bytes()) {
		var one shortAnswer
		require.NoError(t, json.Unmarshal(line, &one.Click))
		var verdict struct {
			Class                      string
			PAutomated, POwner, POther float64
			Reasons                    []string
		}
		require.NoError(t, json.Unmarshal(line, &verdict))
		one.Class, one.PAutomated, one.POwner, one.POther, one.Reasons = verdict.Class, verdict.PAutomated, verdict.POwner, verdict.POther, verdict.Reasons
		out = append(out, one)
	}
	return out
}

func messageTime(id string) (time.Time, bool) { return safelinks.MessageTime(id) }
