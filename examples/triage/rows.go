package main

import (
	"strconv"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/findings"
)

func appendNDJSON(b []byte, r *clickclass.Result) []byte {
	return append(r.AppendJSON(b), '\n')
}

func appendNDJSONError(b []byte, e *rowError) []byte {
	type place struct {
		Column  string `json:"column"`
		Message string `json:"message"`
	}
	return appendJSON(b, struct {
		File  string `json:"file"`
		Row   int64  `json:"row"`
		Error place  `json:"error"`
	}{e.file, e.row, place{e.column, e.message}})
}

// appendFinding appends a finding as a line of NDJSON.
func appendFinding(b []byte, f *findings.Finding) []byte {
	return appendJSON(b, struct {
		Type string `json:"type"`
		*findings.Finding
	}{"finding", f})
}

// csvColumns are the columns of the CSV output. Lists are joined by a space, the
// reasons by a semicolon.
var csvColumns = []string{"file", "row", "revision", "report_id", "timestamp", "account", "workload", "action", "url", "original_url",
	"site", "ip", "class", "priority", "p_automated", "basis", "service", "layer", "prefix", "region", "people", "network", "list", "causes",
	"delay_seconds", "delay_source", "reason_rules", "reasons", "flags", "missing", "failed", "rules", "lists", "error"}

var csvHeader = strings.Join(csvColumns, ",") + "\r\n"

func appendCSV(b []byte, r *clickclass.Result) []byte {
	k, v := &r.Click, &r.Verdict
	ip, network, delay, prefix, timestamp, revision := "", "", "", "", "", ""
	if k.IPAddress.IsValid() {
		ip = k.IPAddress.String()
	}
	if n := v.Origin.Network; n != (clickclass.Network{}) {
		network = "AS" + strconv.FormatUint(uint64(n.ASN), 10) + " " + n.Organization
	}
	if v.Clock != clickclass.ClockNone {
		delay = strconv.FormatFloat(v.Delay.Seconds(), 'f', -1, 64)
	}
	if v.Origin.Prefix.IsValid() {
		prefix = v.Origin.Prefix.String()
	}
	if !k.Timestamp.IsZero() {
		timestamp = k.Timestamp.UTC().Format(time.RFC3339Nano)
	}
	if r.Revision > 0 {
		revision = strconv.Itoa(r.Revision)
	}
	var rules []string
	for _, s := range v.Reasons {
		if s.Counted {
			rules = append(rules, s.Rule)
		}
	}
	return appendRecord(b, k.File, strconv.FormatInt(k.Row, 10), revision, k.ReportId, timestamp, k.AccountUpn, k.Workload,
		string(k.ActionType), k.Url, k.OriginalURL(), k.Site(), ip, v.Class.String(), strconv.Itoa(r.Priority()), strconv.FormatFloat(v.P.Machine, 'f', 4, 64),
		v.Basis.String(), v.Origin.Service, v.Origin.Layer.String(), prefix, v.Origin.Region, v.Origin.People.String(), network,
		v.Origin.List, causeWords(v), delay, string(v.Clock), strings.Join(rules, " "), strings.Join(reasonTexts(v), "; "),
		spaced(v.Flags.String()), spaced(v.Missing.String()), spaced(v.Failed.String()), v.Rules, v.Lists, "")
}

// causeWords returns the causes, separated by spaces.
func causeWords(v *clickclass.Verdict) string {
	var list []string
	for _, c := range v.Causes {
		list = append(list, string(c))
	}
	return strings.Join(list, " ")
}

// spaced separates the words of a set by spaces.
func spaced(words string) string { return strings.ReplaceAll(words, ",", " ") }

func appendCSVError(b []byte, e *rowError) []byte {
	record := make([]string, len(csvColumns))
	record[0], record[1] = e.file, strconv.FormatInt(e.row, 10)
	record[len(record)-1] = e.message
	if e.column != "" {
		record[len(record)-1] = e.column + ": " + e.message
	}
	return appendRecord(b, record...)
}

// appendRecord appends a line of CSV. A cell that a spreadsheet would take for a formula
// gets an apostrophe in front, because URLs and accounts come from outside. Negative
// numbers stay as they are.
func appendRecord(b []byte, cells ...string) []byte {
	for i, cell := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		safe := cell
		if !isNumber(cell) {
			safe = withoutFormulas(cell)
		}
		if len(safe) == len(cell) && !strings.ContainsAny(cell, "\",\r\n") {
			b = append(b, cell...)
			continue
		}
		b = append(b, '"')
		b = append(b, strings.ReplaceAll(safe, `"`, `""`)...)
		b = append(b, '"')
	}
	return append(b, "\r\n"...)
}

// withoutFormulas puts an apostrophe where a spreadsheet would find a formula, blanks and
// quotes before it or not: at the beginning of a cell, and after a semicolon, a tab or a line
// end, which begin a cell where the spreadsheet takes semicolons or tabs for separators. The
// quotes around a cell do not help there, because they are not where it takes cells to begin.
func withoutFormulas(cell string) string {
	var b strings.Builder
	done := 0
	for at := 0; ; {
		if beginsFormula(cell[at:]) {
			b.WriteString(cell[done:at])
			b.WriteByte('\'')
			done = at
		}
		next := strings.IndexAny(cell[at:], ";\t\r\n")
		if next < 0 {
			break
		}
		at += next + 1
	}
	b.WriteString(cell[done:])
	return b.String()
}

func beginsFormula(s string) bool {
	if strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\r") {
		return true
	}
	s = strings.TrimLeft(s, ` "'`)
	for _, sign := range [...]string{"=", "+", "-", "@", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, sign) {
			return true
		}
	}
	return false
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}
