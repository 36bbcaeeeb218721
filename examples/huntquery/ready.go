package main

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/kql"
	"github.com/whoclicked/whoclicked/iprange"
)

//go:embed ready
var readyFiles embed.FS

var readyTemplates = template.Must(template.New("").Delims("<<", ">>").Funcs(template.FuncMap{
	"indent": indent, "json": jsonText,
}).ParseFS(readyFiles, "ready/*"))

// ready is what the templates are filled with.
type ready struct {
	Query string // the query that they hold
	// ChartQuery and TableQuery are the queries of the workbook.
	ChartQuery, TableQuery string
	Since                  string // how far back clicks are judged, as KQL writes it
	Rules, Lists           string // versions
	Connectors             []connector
}

// render returns a query in a form that is ready for use.
func render(as string, q kql.Options) (string, error) {
	if as == "found-later" || as == "hunting" || as == "workbook" {
		q.Form = kql.Lists // they call the function: its tables are wanted, and no ranges
	}
	text, err := kql.Query(q)
	if err != nil || as == "query" {
		return text, err
	}
	window := bounds.FindStringSubmatch(text)
	if window == nil {
		return "", errors.New("the query has no lines for end and start")
	}
	if q.Ranges == nil {
		q.Ranges = iprange.Default()
	}
	r := ready{Since: window[1], Rules: clickclass.RulesVersion, Lists: q.Ranges.Version(), Connectors: connectors(text, q.Schema)}
	name := as + ".yaml"
	switch as {
	case "function":
		if r.Query, err = functionBody(text, q.Schema); err != nil {
			return "", err
		}
		name = functionFile[q.Schema]
	case "workbook":
		r.ChartQuery, r.TableQuery = workbookQueries(r.Since)
		name = "workbook.json"
	case "rule":
		if r.Query, err = ruleQuery(text); err != nil {
			return "", err
		}
	}
	var b strings.Builder
	err = readyTemplates.ExecuteTemplate(&b, name, r)
	return b.String(), err
}

// formOf returns the form that is taken, which is f unless that is empty. The error says that
// there is no such text for the schema or the form.
func formOf(as string, s kql.Schema, f kql.Form) (kql.Form, error) {
	switch {
	case as != "query" && as != "function" && s != kql.Sentinel:
		return f, fmt.Errorf("--as %s is for Microsoft Sentinel: say --schema sentinel", as)
	case as == "rule" && f != "" && f != kql.Short:
		return f, fmt.Errorf("--as rule has the form short: a rule must have fewer than %d characters", kql.MaxRule)
	case as != "rule" && as != "query" && f == kql.Short:
		return f, fmt.Errorf("--as %s needs the form full or lists: the form short has no priorities and flags", as)
	case as == "rule":
		return kql.Short, nil
	case f == "":
		return kql.Full, nil
	}
	return f, nil
}

// bounds are the lines of a query that say which clicks are judged. The group is how far back.
var bounds = regexp.MustCompile(`(?m)^let end ?= ?now\(\);\nlet start ?= ?end ?- ?(\w+);$`)

func withBounds(query, end, start string) string {
	return bounds.ReplaceAllLiteralString(query, "let end = "+end+";\nlet start = "+start+";")
}

// ruleQuery returns the query of the rule: the clicks of an hour that were not the owner's. It
// waits half an hour for the sign-ins.
func ruleQuery(query string) (string, error) {
	var columns strings.Builder
	if err := readyTemplates.ExecuteTemplate(&columns, "columns", nil); err != nil {
		return "", err
	}
	_, query, _ = strings.Cut(query, "\n") // the comment, which the rule's description replaces
	text := withBounds(query, "now() - 30m", "end - 1h") + "| where Class == \"not_owner\"\n" + columns.String() + "\n"
	if len(text) >= kql.MaxRule {
		return "", fmt.Errorf("the rule would have %d characters with these tables and ranges, and must have fewer than %d: name fewer tables with --tables, or merge your ranges", len(text), kql.MaxRule)
	}
	return text, nil
}

// workbookQueries return classes by day, and the clicks that deserve a look.
func workbookQueries(since string) (chart, table string) {
	call := "WhoClicked(" + since + ")\n"
	return call + "| summarize Clicks = count() by Class, Day = bin(Timestamp, 1d)",
		call + "| where Priority <= 2\n| project Timestamp, Priority, Class, AccountUpn, IPAddress, Service, OriginalUrl, ActionType, POwner, PAutomated, POther, Reasons, Causes, Next\n" +
			"| sort by Priority asc, Timestamp desc"
}

// connector is a data connector of Sentinel with the tables that are read.
type connector struct {
	ID     string
	Tables []string
}

// connectors returns the connectors of the tables that a query reads.
func connectors(query string, s kql.Schema) []connector {
	defender, entra := connector{ID: "MicrosoftThreatProtection"}, connector{ID: "AzureActiveDirectory"}
	for _, table := range slices.Concat([]string{"UrlClickEvents"}, kql.Tables(s)) {
		if !regexp.MustCompile(`\b` + table + `\b`).MatchString(query) {
			continue
		}
		c := &defender
		if strings.Contains(table, "Sign") || strings.Contains(table, "Signin") {
			c = &entra
		}
		c.Tables = append(c.Tables, table)
	}
	return slices.DeleteFunc([]connector{defender, entra}, func(c connector) bool { return len(c.Tables) == 0 })
}

// indent returns the lines of a block in YAML.
func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimSpace(text)) {
		if strings.TrimSpace(line) != "" {
			line = "  " + line
		}
		b.WriteString(line)
	}
	return b.String()
}

func jsonText(text string) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(text)
	return strings.TrimSpace(b.String()), err
}
