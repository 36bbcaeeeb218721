package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// The scripts of the report read lines of JSON: first a reportHead, then ["name", values] for
// the texts and for each column of the table. So neither side ever holds a whole row set as
// one text, and every text is there once.

// reportHead is what the scripts know beside the rows.
type reportHead struct {
	Classes []string          `json:"classes"` // in the order in which they are shown
	Rules   []string          `json:"rules"`   // their texts and ids
	RuleIDs []string          `json:"ruleIds"`
	Causes  map[string]string `json:"causes"`
	Flags   []string          `json:"flags"`    // their texts, by bit
	FlagIDs []string          `json:"flagIds"`  // their names, by bit
	Missing []string          `json:"missing"`  // kinds of evidence, by bit
	Queries []reportQuery     `json:"queries"`  // none if the report is redacted
	Marks   map[string]string `json:"marks"`    // that stand for values in queries
	LeftOut int               `json:"leftOut"`  // clicks that are not among the rows
	Double  uint32            `json:"double"`   // the flag of a duplicate
	Version string            `json:"versions"` // of the rules and the address lists
	Texts   []string          `json:"texts"`    // the columns that are numbers of texts
}

// reportQuery is the text of a query with marks in place of a row's values.
type reportQuery struct {
	Missing int    `json:"missing"`
	Address bool   `json:"address"`
	Text    string `json:"text"`
}

// writeReportData writes what the scripts read.
func writeReportData(w io.Writer, d *digest, redacted bool) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(newReportHead(d, redacted)); err != nil {
		return err
	}
	column := func(name string, values any) error { return enc.Encode([2]any{name, values}) }
	page := d.page
	texts := make([]string, max(len(page.texts.list), 1))
	for i, t := range page.texts.list {
		texts[i] = t.s
	}
	if err := column("strings", texts); err != nil {
		return err
	}
	rows := page.list()
	ids := make([]uint32, len(rows))
	for i, name := range textNames {
		for j, row := range rows {
			ids[j] = row.texts[i]
		}
		if err := column(name, ids); err != nil {
			return err
		}
	}
	number := make([]decimal, len(rows))
	for _, c := range reportNumbers {
		for j, row := range rows {
			number[j] = decimal(c.of(row))
		}
		if err := column(c.name, number); err != nil {
			return err
		}
	}
	return nil
}

// reportNumbers are the columns of the table that are numbers.
var reportNumbers = []struct {
	name string
	of   func(*reportRow) float64
}{
	{"time", func(r *reportRow) float64 { return known(r.time != noTime, float64(r.time)) }},
	{"delay", func(r *reportRow) float64 { return known(r.hasDelay, r.delay.Seconds()) }},
	{"class", func(r *reportRow) float64 { return float64(classPlaces()[r.class]) }},
	{"p", func(r *reportRow) float64 { return float64(r.machine) }},
	{"owner", func(r *reportRow) float64 { return float64(r.owner) }},
	{"other", func(r *reportRow) float64 { return float64(r.other) }},
	{"row", func(r *reportRow) float64 { return float64(r.row) }},
	{"priority", func(r *reportRow) float64 { return float64(r.priority) }},
	{"flags", func(r *reportRow) float64 { return float64(r.flags) }},
	{"missing", func(r *reportRow) float64 { return float64(r.missing) }},
	{"failed", func(r *reportRow) float64 { return float64(r.failed) }},
	{"next", func(r *reportRow) float64 { return float64(r.next) }},
	{"opened", func(r *reportRow) float64 {
		if r.opened {
			return 1
		}
		return 0
	}},
}

// known returns a value, and NaN if it is not known.
func known(ok bool, value float64) float64 {
	if !ok {
		return math.NaN()
	}
	return value
}

// classPlaces are the places of the classes in the order in which they are shown.
var classPlaces = sync.OnceValue(func() (places [len(classes)]int) {
	for i, c := range classes {
		places[c] = i
	}
	return places
})

// decimal is written with at most four decimals, and as null if it is not known.
type decimal float64

func (n decimal) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, math.Round(float64(n)*10000)/10000, 'f', -1, 64), nil
}

// allFlags is every flag; FlagIgnoredAddress is the last.
const allFlags = clickclass.FlagIgnoredAddress<<1 - 1

func newReportHead(d *digest, redacted bool) *reportHead {
	h := &reportHead{Causes: map[string]string{}, LeftOut: d.page.clicks - d.page.kept, Double: uint32(clickclass.FlagDuplicate), Queries: []reportQuery{}, Texts: textNames[:]}
	for _, class := range classes {
		h.Classes = append(h.Classes, class.String())
	}
	for _, rule := range allRules() {
		h.Rules = append(h.Rules, rule.Text)
		h.RuleIDs = append(h.RuleIDs, rule.ID)
	}
	for word := range wordsIn(allFlags) {
		h.Flags = append(h.Flags, textOf(word))
		h.FlagIDs = append(h.FlagIDs, word)
	}
	for word, text := range clickclass.Words() {
		h.Causes[word] = text
	}
	for _, v := range d.versions() {
		h.Version = v
	}
	for bit := range len(evidenceKinds) {
		e := clickclass.Evidence(1 << bit)
		h.Missing = append(h.Missing, textOf(e.String()))
		if !redacted {
			h.addQueries(e)
		}
	}
	return h
}

// The marks that stand for a row's values in a query.
var queryMarks = clickclass.Click{
	AccountUpn:       "account@mark.invalid",
	NetworkMessageId: "message-mark",
	IPAddress:        netip.MustParseAddr("192.0.2.254"),
	Timestamp:        time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC),
}

// addQueries adds the text of the query for a kind of evidence, with and without an
// address.
func (h *reportHead) addQueries(e clickclass.Evidence) {
	k := queryMarks
	h.Marks = map[string]string{"account": k.AccountUpn, "message": k.NetworkMessageId, "address": k.IPAddress.String(), "time": k.Timestamp.Format(time.RFC3339Nano)}
	for _, address := range []bool{true, false} {
		if !address {
			k.IPAddress = netip.Addr{}
		}
		h.Queries = append(h.Queries, reportQuery{int(e), address, e.KQL(&k)})
	}
}

// ruleNumbers are the places of the rules in the table, by their ids.
var ruleNumbers = sync.OnceValue(func() map[string]int {
	numbers := map[string]int{}
	for i, r := range clickclass.Rules() {
		numbers[r.ID] = i
	}
	return numbers
})

var allRules = sync.OnceValue(clickclass.Rules)

// reasonLines puts reasons into a text: the number of the rule, its weights of a machine and
// of somebody else, whether it counted, and what it saw, separated by blanks, with a bar
// between reasons.
func reasonLines(v *clickclass.Verdict) string {
	var b []byte
	for i, r := range v.Reasons {
		if i > 0 {
			b = append(b, '|')
		}
		n, counted := ruleNumbers()[r.Rule], 0
		if r.Counted {
			counted = 1
		}
		saw := strings.TrimPrefix(r.Text(), allRules()[n].Text)
		b = fmt.Appendf(b, "%d %.1f %.1f %d %s", n, r.Machine, r.Other, counted, strings.TrimSpace(saw))
	}
	return string(b)
}
