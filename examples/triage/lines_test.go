package main

import (
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/findings"
	"github.com/whoclicked/whoclicked/iprange"
)

// jsonFormats are the forms whose lines are JSON.
var jsonFormats = []string{"ndjson", "ecs", "ocsf", "timesketch"}

// testRun is the time of the run in the tests of lines.
var testRun = time.Date(2026, 8, 9, 12, 0, 0, 0, time.UTC)

// madeUp returns verdicts as no sample has them: empty ones, full ones, and those that are
// strange in one field.
func madeUp() []*clickclass.Result {
	full := &clickclass.Result{
		Click: clickclass.Click{
			Timestamp: time.Date(2026, 8, 3, 9, 14, 5, 512_003_100, time.UTC), Url: "https://login.evil.example/a?b=c#d", ActionType: clickclass.ClickedThrough,
			AccountUpn: "kim@contoso.example", Workload: "Email", NetworkMessageId: "52e6b438-f2a7-4269-a651-0c5ca6a3a450", ThreatTypes: "Phish",
			DetectionMethods: "URL detonation", IPAddress: netip.MustParseAddr("203.0.113.7"),
			MoreIPs:          []netip.Addr{netip.MustParseAddr("2001:db8::7"), netip.MustParseAddr("::ffff:198.51.100.7")},
			IsClickedThrough: true, UrlChain: `["https://a.example/"]`, ReportId: "128b2f33-d23f-492f-0c9f-08def13f913d", AppName: "Outlook", AppVersion: "16",
			SourceId: "s", Feed: clickclass.FeedAudit, File: "clicks.csv", Row: 7,
		},
		Verdict: clickclass.Verdict{
			Class: clickclass.ClassNotOwner, P: clickclass.Probabilities{Machine: 0.25, Owner: 0, Other: 0.75, Low: 0.1, High: 1}, Basis: clickclass.BasisDevice,
			Origin: clickclass.Origin{Layer: iprange.LayerProduct, Kind: iprange.KindTeams, People: iprange.PeopleNone, Service: "Microsoft Teams", Area: "Skype",
				Category: "Optimize", Region: "westeurope", Prefix: netip.MustParsePrefix("203.0.113.0/24"), List: "worldwide", Sets: []int{11}, Tags: []string{"AzureCloud"},
				Network: clickclass.Network{ASN: math.MaxUint32, Organization: "Example Networks"}},
			Delay: 3200 * time.Millisecond, Clock: clickclass.ClockMail,
			Reasons: []clickclass.Reason{{Rule: "ip.teams", Machine: 4.2, Counted: true, Saw: clickclass.Saw{Kind: "prefix", Prefix: netip.MustParsePrefix("203.0.113.0/24")}},
				{Rule: "not.in.the.table", Machine: -1, Other: 0.5, Saw: clickclass.Saw{Kind: "count", Count: 3}}},
			Causes: []clickclass.Cause{clickclass.CauseIntruder, clickclass.CauseOwner}, Flags: clickclass.FlagSharedMailbox | clickclass.FlagDuplicate,
			Missing: clickclass.EvidenceMail, Failed: clickclass.EvidenceChat, Next: clickclass.EvidenceMail, Rules: "3", Lists: "2026-08-02-4f1c9a",
		},
		Revision: 2, Nearby: clickclass.Nearby{MessageURLs: 1, FanAccounts: 2, AddressAccounts: 3, AddressURLs: 64},
	}
	list := []*clickclass.Result{{}, full}
	change := func(f func(k *clickclass.Click)) {
		r := *full
		f(&r.Click)
		list = append(list, &r)
	}
	for _, link := range []string{"", "no link", "mailto:a@b.example", "https://", "https://[::1/", "http://192.0.2.1:8080/x", "https://bücher.example/ü", "file:///c:/x",
		"javascript:alert(1)", "https://a.example/" + strings.Repeat("x", 5000), "https://a.example/\x00\u202e\"\\\n", "https://evil.example/\xff\xfe",
		"https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2F&data=05"} {
		change(func(k *clickclass.Click) { k.Url = link })
	}
	for _, account := range []string{"", "account-1", "kim", "@", "a@b", "KIM@contoso.example", "kim contoso@x.example", "süß@contoso.example"} {
		change(func(k *clickclass.Click) { k.AccountUpn = account })
	}
	for _, address := range []netip.Addr{{}, netip.MustParseAddr("fe80::1%eth0"), netip.MustParseAddr("::ffff:192.0.2.1"), netip.MustParseAddr("2001:db8::1")} {
		change(func(k *clickclass.Click) { k.IPAddress, k.MoreIPs = address, nil })
	}
	for _, action := range []clickclass.ActionType{"", "ClickAllowed", "ClickBlocked", "ClickBlockedByTenantPolicy", "UrlErrorPage", "Something\tnew"} {
		change(func(k *clickclass.Click) { k.ActionType, k.IsClickedThrough, k.ThreatTypes = action, false, "" })
	}
	change(func(k *clickclass.Click) { k.Timestamp = time.Time{} })
	change(func(k *clickclass.Click) { k.File, k.Row = "", 0 })
	for class := range clickclass.ClassOwner + 1 {
		r := *full
		r.Verdict.Class = class
		list = append(list, &r, &clickclass.Result{Verdict: clickclass.Verdict{Class: class}})
	}
	return list
}

// madeUpLines returns the lines of a form of the verdicts of madeUp, of what they make happen,
// and of rows that could not be read.
func madeUpLines(format string) []string {
	rows := newRowFormats(testRun)[format]
	var out []string
	add := func(line []byte) {
		if len(line) > 0 {
			out = append(out, string(line))
		}
	}
	var c findings.Collector
	for _, r := range madeUp() {
		add(rows.row(nil, r))
		c.Add(r)
	}
	none := []string{}
	list := append(c.Report().Findings, findings.Finding{Kind: findings.Machines, Priority: 5, Title: "nothing else is known",
		Accounts: none, Addresses: none, Sites: none, Services: none, Messages: none, Story: []findings.Event{}})
	for i := range list {
		if rows.findings != nil {
			add(rows.findings(nil, &list[i]))
		}
	}
	for _, e := range []*rowError{{"clicks.csv", 2, "IPAddress", `not an address: "x"`}, {"", 1, "", "stopped"}, {"a \"b\".csv", 9, "", "a cell\twith <marks> & \u202e"}} {
		if rows.damaged != nil {
			add(rows.damaged(nil, e))
		}
	}
	return out
}

// damagedExport has rows of all kinds, among them some that cannot be read.
const damagedExport = header + teams + outside +
	"2026-08-03T09:30:00Z,https://evil.example/1,ClickAllowed,kim@contoso.example,Email,,Phish,,nowhere,false,,\r\n" +
	"yesterday,https://evil.example/1,ClickAllowed,kim@contoso.example,Email,,Phish,,192.0.2.1,false,,\r\n" +
	",https://evil.example/2,ClickBlocked,kim@contoso.example,Teams,,\"Phish, Malware\",,192.0.2.1,false,,\r\n" +
	"2026-08-03T09:31:00Z,https://evil.example/3,ClickBlocked,,Office,,,,,true,\"[\"\"https://a.example/\"\"]\",r\r\n" +
	"2026-08-03T09:32:00Z,,,,,,,,,,,\r\n"

// runLines returns the lines that the program writes in a form.
func runLines(t *testing.T, format string) []string {
	t.Helper()
	damaged := writeFile(t, "kim@contoso.example.csv", damagedExport)
	var out []string
	for _, args := range [][]string{nil, {"--redact"}, {"--top", "3"}, {damaged}, {"--redact", damaged}, {"--class", "owner", damaged}} {
		out = slices.AppendSeq(out, strings.Lines(runTriage(t, "", append(args, "--format", format, "--findings")...).stdout))
	}
	golden, err := filepath.Glob(filepath.Join("testdata", "*."+format))
	require.NoError(t, err)
	for _, path := range golden {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		out = slices.AppendSeq(out, strings.Lines(string(text)))
	}
	return out
}

// allLines returns all of these lines.
func allLines(t *testing.T, format string) []string {
	t.Helper()
	list := append(madeUpLines(format), runLines(t, format)...)
	require.Greater(t, len(list), 150)
	return list
}

// TestOneTypeAField holds that no field changes its type between clicks, errors and findings, so
// that data bases which give each field one type load all lines. Null has any type.
func TestOneTypeAField(t *testing.T) {
	for _, format := range jsonFormats {
		t.Run(format, func(t *testing.T) {
			types := map[string]string{}
			for _, text := range allLines(t, format) {
				var line map[string]any
				require.NoError(t, json.Unmarshal([]byte(text), &line), text)
				require.True(t, strings.HasSuffix(text, "}\n"), text)
				walk("", line, func(path string, v any) {
					if v == nil {
						return
					}
					name := fmt.Sprintf("%T", v)
					if old := types[path]; old != "" && old != name {
						t.Errorf("%s is %s and %s: %s", path, old, name, text)
					}
					types[path] = name
				})
			}
			assert.Greater(t, len(types), 25)
		})
	}
}

// walk calls f for every value in v, with the names that lead to it: "reasons[].rule".
func walk(path string, v any, f func(path string, v any)) {
	f(path, v)
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			walk(strings.TrimPrefix(path+"."+name, "."), member, f)
		}
	case []any:
		for _, element := range v {
			walk(path+"[]", element, f)
		}
	}
}
