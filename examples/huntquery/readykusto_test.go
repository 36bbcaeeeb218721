package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// kusto runs one of the scripts on a query and returns what it prints.
func (e *engine) kusto(t *testing.T, script, schema, query string, more ...string) (stdout string, err error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "query.kql")
	require.NoError(t, os.WriteFile(file, []byte(query), 0o600))
	var args []string
	if script == "run.js" {
		args, more = more[:len(more)-1], more[len(more)-1:] // the folder stands last
	} else {
		args, more = more, nil
	}
	args = slices.Concat([]string{filepath.Join("kusto", script), "--schema", schema}, args, []string{file}, more)
	c := exec.CommandContext(t.Context(), e.node, args...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err = c.Run()
	if script == "run.js" {
		require.NoError(t, err, "%.4000s", &errs)
	}
	return out.String(), err
}

// check asserts that Microsoft's parser has nothing against a query.
func (e *engine) check(t *testing.T, schema, query string) {
	t.Helper()
	out, err := e.kusto(t, "check.js", schema, query)
	assert.NoError(t, err, "%.2000s", out)
}

// declared returns a query with the saved function in front of it.
func declared(f savedFunction, query string) string {
	return "let WhoClicked = (" + f.Properties.FunctionParameters + ") {\n" + f.Properties.Query + "\n};\n" + query
}

// columnsOf returns the columns that the files around a query name.
func columnsOf(c content) string {
	columns := slices.Collect(maps.Values(c.CustomDetails))
	columns = append(columns, placeholders(c.AlertDetailsOverride.AlertDisplayNameFormat+c.AlertDetailsOverride.AlertDescriptionFormat)...)
	for _, entity := range c.EntityMappings {
		for _, m := range entity.FieldMappings {
			columns = append(columns, m.ColumnName)
		}
	}
	slices.Sort(columns)
	return "\n| project TimeGenerated, " + strings.Join(slices.Compact(columns), ", ")
}

// TestReadyQueries holds the queries, as they are after decoding, against Microsoft's parser,
// and that they have the columns that the files around them name.
func TestReadyQueries(t *testing.T) {
	e := newEngine(t)
	rule := parseContent(t, readyText(t, "rule"))
	t.Run("rule", func(t *testing.T) { e.check(t, "sentinel", rule.Query+columnsOf(rule)) })
	t.Run("the parser finds a wrong column", func(t *testing.T) {
		out, err := e.kusto(t, "check.js", "sentinel", rule.Query+columnsOf(rule)+", Priority")
		assert.Error(t, err)
		assert.Contains(t, out, "Priority")
	})
	t.Run("what calls the function", func(t *testing.T) { // all in one, as the function takes long
		var calls []string
		for _, item := range parseWorkbook(t, readyText(t, "workbook")) {
			calls = append(calls, item.Content.Query)
		}
		for _, as := range []string{"hunting", "found-later"} {
			c := parseContent(t, readyText(t, as))
			calls = append(calls, c.Query+columnsOf(c))
		}
		e.check(t, "sentinel", declared(parseFunction(t, readyText(t, "function", "--form", "lists")), strings.Join(calls, ";\n")))
	})
	t.Run("function for Sentinel", func(t *testing.T) {
		e.check(t, "sentinel", declared(parseFunction(t, readyText(t, "function")), "WhoClicked(3d)"))
	})
	t.Run("function for Defender", func(t *testing.T) {
		text := readyText(t, "function", "--schema", "defender", "--form", "lists", "--ranges-at", "https://lists.contoso.example/Ranges")
		e.check(t, "defender", "let WhoClicked = (since: timespan = 7d) {\n"+text+"};\nWhoClicked(3d)")
	})
	t.Run("function for Azure Data Explorer", func(t *testing.T) {
		e.check(t, "adx", readyText(t, "function", "--schema", "adx"))
	})
}

// rowsOf are the rows of a table of Sentinel, written by hand.
type rowsOf map[string][]map[string]any

func (r rowsOf) add(table string, at time.Time, row map[string]any) {
	row["TimeGenerated"] = at.Format(time.RFC3339Nano)
	r[table] = append(r[table], row)
}

func (r rowsOf) write(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for table, rows := range r {
		var b bytes.Buffer
		for _, row := range rows {
			line, err := json.Marshal(row)
			require.NoError(t, err)
			b.Write(append(line, '\n'))
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, table+".ndjson"), b.Bytes(), 0o600))
	}
	return dir
}

// noon is when the queries of these tests run.
var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// accounts returns the accounts of the rows that a query yields at noon, in order.
func (e *engine) accounts(t *testing.T, query string, rows rowsOf, args ...string) (accounts []string) {
	t.Helper()
	out, _ := e.kusto(t, "run.js", "sentinel", query, slices.Concat([]string{"--now", noon.Format(time.RFC3339)}, args, []string{rows.write(t)})...)
	for line := range strings.Lines(out) {
		var row struct{ AccountUpn, AccountName, AccountDomain, Recipient string }
		require.NoError(t, json.Unmarshal([]byte(line), &row))
		assert.Equal(t, row.AccountUpn, row.AccountName+"@"+row.AccountDomain)
		assert.Contains(t, []string{"", row.AccountUpn}, row.Recipient)
		accounts = append(accounts, row.AccountUpn)
	}
	slices.Sort(accounts)
	return accounts
}

// messageID returns an id of a message with the clock in it, as Exchange Online makes them.
func messageID(number int, at time.Time) string {
	ticks := fmt.Sprintf("%016x", at.Unix()*10_000_000+621_355_968_000_000_000)
	return fmt.Sprintf("%08x-0000-4000-%s-%s", number, ticks[12:], ticks[:12])
}

// people adds sign-ins, one each morning, of accounts at addresses of their own.
func (r rowsOf) people(addresses map[string]string) {
	for account, address := range addresses {
		for day := range 13 {
			r.add("SigninLogs", noon.Add(-time.Duration(day)*24*time.Hour-5*time.Hour), map[string]any{
				"UserPrincipalName": account, "IPAddress": address, "ResultType": "0", "IsInteractive": true, "RiskLevelDuringSignIn": "none",
			})
		}
	}
}

func (r rowsOf) click(number int, account, address, link string, at, sent time.Time) {
	r.add("UrlClickEvents", at, map[string]any{
		"AccountUpn": account, "IPAddress": address, "Url": link, "ActionType": "ClickAllowed", "Workload": "Email",
		"NetworkMessageId": messageID(number, sent), "ReportId": fmt.Sprint("r", number), "IsClickedThrough": false,
	})
}

// TestRuleRaisesWhatIsNew: of four clicks of a rented machine that followed the message at
// once, the one of the hour that the run judges is raised; the owner's click is not.
func TestRuleRaisesWhatIsNew(t *testing.T) {
	e := newEngine(t)
	rows := rowsOf{}
	rows.people(map[string]string{"kim@contoso.example": "203.0.113.7"})
	for i, at := range []time.Duration{-2 * time.Hour, -75 * time.Minute, -20 * time.Minute} {
		account := []string{"before@contoso.example", "now@contoso.example", "next@contoso.example"}[i]
		rows.click(i, account, "48.161.1.2", "https://news.contoso.example/a", noon.Add(at), noon.Add(at-2*time.Second))
	}
	rows.click(7, "kim@contoso.example", "203.0.113.7", "https://news.contoso.example/a", noon.Add(-70*time.Minute), noon.Add(-3*time.Hour))
	query := parseContent(t, readyText(t, "rule")).Query
	assert.Equal(t, []string{"now@contoso.example"}, e.accounts(t, query, rows))
}

// TestFoundLaterRaisesOnce: owners opened a link that was found dangerous. Only what was found
// in the day that the run judges is raised.
func TestFoundLaterRaisesOnce(t *testing.T) {
	e := newEngine(t)
	rows := rowsOf{}
	opened := noon.Add(-3 * 24 * time.Hour)
	addresses := map[string]string{}
	open := func(number int, account, link string) {
		address := fmt.Sprintf("203.0.113.%d", number)
		addresses[account] = address
		sent := opened.Add(-2 * time.Hour)
		rows.click(number, account, address, link, opened, sent)
		rows.add("EmailEvents", sent, map[string]any{
			"NetworkMessageId": messageID(number, sent), "RecipientEmailAddress": account, "UrlCount": 1, "DeliveryAction": "Delivered",
		})
	}
	removed := func(number int, at time.Duration) {
		rows.add("EmailPostDeliveryEvents", noon.Add(at), map[string]any{
			"NetworkMessageId": messageID(number, opened.Add(-2*time.Hour)), "ActionType": "Phish ZAP", "ActionResult": "Success", "ThreatTypes": "Phish",
		})
	}
	open(1, "removed-today@contoso.example", "https://one.example/a")
	removed(1, -5*time.Hour)
	open(2, "removed-before@contoso.example", "https://two.example/a")
	removed(2, -40*time.Hour)
	open(3, "removed-just-now@contoso.example", "https://three.example/a")
	removed(3, -10*time.Minute)
	open(4, "nothing-found@contoso.example", "https://four.example/a")
	open(5, "site-blocked-today@contoso.example", "https://five.example/a")
	rows.click(50, "other@contoso.example", "198.51.100.50", "https://www.five.example/b", noon.Add(-4*time.Hour), opened)
	rows["UrlClickEvents"][len(rows["UrlClickEvents"])-1]["ActionType"] = "ClickBlocked"
	open(6, "chat-removed-today@contoso.example", "https://six.example/a")
	rows.add("MessageUrlInfo", opened.Add(-time.Hour), map[string]any{"TeamsMessageId": "m6", "Url": "https://six.example/a"})
	rows.add("MessagePostDeliveryEvents", noon.Add(-3*time.Hour), map[string]any{
		"TeamsMessageId": "m6", "ActionType": "Phish ZAP", "ActionResult": "Success", "ThreatTypes": "Phish",
	})
	rows.people(addresses)

	var watchlists []string
	for family, prefix := range map[string]string{"IPv4": "40.92.0.0/15", "IPv6": "2a01:111:f403::/48"} {
		file := filepath.Join(t.TempDir(), family+".csv")
		require.NoError(t, os.WriteFile(file, []byte(rangesHeader+prefix+",mail_protection,none,\n"), 0o600))
		watchlists = append(watchlists, "--watchlist", "WhoClickedRanges"+family+"="+file)
	}
	f := parseFunction(t, readyText(t, "function", "--form", "lists"))
	query := declared(f, parseContent(t, readyText(t, "found-later")).Query)
	want := []string{"chat-removed-today@contoso.example", "removed-today@contoso.example", "site-blocked-today@contoso.example"}
	assert.Equal(t, want, e.accounts(t, query, rows, watchlists...))

	t.Run("hunting", func(t *testing.T) {
		query := declared(f, parseContent(t, readyText(t, "hunting")).Query)
		want := append(want, "removed-before@contoso.example", "removed-just-now@contoso.example")
		slices.Sort(want)
		assert.Equal(t, want, e.accounts(t, query, rows, watchlists...), "whoever opened something dangerous")
	})
}
