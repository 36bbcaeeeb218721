package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// The parts of the report. The charts are drawn by Chart.js 4.6.1, whose
// licence (MIT) is beside it.
var (
	//go:embed report/body.html
	reportBody string
	//go:embed report/report.css
	reportStyle string
	//go:embed report/report.js
	reportScript string
	//go:embed report/chart.umd.min.js
	chartScript string
)

// The most that the report's tables show.
const (
	maxReportServices = 20
	maxDelayServices  = 14
)

// writeReport writes one page that brings all it needs. Its policy lets no
// script run but the two that are named by their hashes, and lets nothing be
// fetched.
func writeReport(w io.Writer, d *digest, about aboutRun) error {
	body, err := template.New("report").Parse(reportBody)
	if err != nil {
		return err
	}
	var page bytes.Buffer
	policy := "default-src 'none'; base-uri 'none'; form-action 'none'; style-src '" + hash(reportStyle) +
		"'; script-src '" + hash(chartScript) + "' '" + hash(reportScript) + "'"
	page.WriteString("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n" +
		"<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n" +
		"<title>Who clicked?</title>\n<style>" + reportStyle + "</style>\n</head>\n<body>\n")
	if err := body.Execute(&page, newReportPage(d, about)); err != nil {
		return err
	}
	page.WriteString("<script type=\"application/gzip\" id=\"data\">")
	if _, err := w.Write(page.Bytes()); err != nil {
		return err
	}
	encoder := base64.NewEncoder(base64.StdEncoding, w)
	zipper := gzip.NewWriter(encoder)
	enc := json.NewEncoder(zipper)
	enc.SetEscapeHTML(false)
	if err := cmp.Or(enc.Encode(newReportData(d)), zipper.Close(), encoder.Close()); err != nil {
		return err
	}
	_, err = io.WriteString(w, "</script>\n<script>"+chartScript+"</script>\n<script>"+reportScript+"</script>\n</body>\n</html>\n")
	return err
}

// hash is how a Content-Security-Policy names a script or a style.
func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// reportPage is what the page shows without its scripts.
type reportPage struct {
	Answer       string
	Notices      []string
	Classes      []reportClass
	Services     []reportService
	MoreServices string
	Messages     []reportBurst
	Addresses    []reportBurst
	LeftOut      string
	Missing      []reportMissing
	Errors       []string
	Versions     []string
	Files        []string
}

type reportClass struct{ Key, Name, Count, Share string }

type reportService struct {
	Name   string
	Counts []string
	Total  string
}

type reportBurst struct{ Name, Service, Clicks, Accounts, URLs, When, Verdicts string }

type reportMissing struct{ Text, Count, Account, Query string }

func newReportPage(d *digest, about aboutRun) *reportPage {
	p := &reportPage{Answer: answer(d), Versions: d.versions(), Files: about.files}
	if about.sample {
		p.Notices = append(p.Notices, "This is the built-in sample of made-up clicks.")
	}
	if about.interrupted {
		p.Notices = append(p.Notices, "The run was interrupted: this is what had been done by then.")
	}
	if about.redacted {
		p.Notices = append(p.Notices, "Accounts are replaced by pseudonyms, and links by their sites.")
	}
	if d.revised > 0 {
		p.Notices = append(p.Notices, plural(d.revised, "verdict")+" would have been revised by clicks that came late in the input; the counts hold the first ones.")
	}
	for i, class := range clickclass.Classes {
		p.Classes = append(p.Classes, reportClass{class.String(), className(class), thousands(d.classes[i]), percent(d.classes[i], d.rows)})
	}
	services := d.byService()
	for i, s := range services {
		if i == maxReportServices {
			p.MoreServices = fmt.Sprintf("and %s more", plural(len(services)-i, "origin"))
			break
		}
		row := reportService{Name: s, Total: thousands(d.services[s].total())}
		for _, n := range d.services[s] {
			row.Counts = append(row.Counts, thousands(n))
		}
		p.Services = append(p.Services, row)
	}
	p.Messages, p.Addresses = newReportBursts(largest(d.report.messages)), newReportBursts(largest(d.report.networks))
	if left := d.report.left; left > 0 {
		p.LeftOut = fmt.Sprintf("The table holds the %s clicks that most deserve a look; %s more are in the charts and counts, and in --format ndjson or csv.",
			thousands(d.report.kept), thousands(left))
	}
	for _, m := range missingKinds {
		name := missingName(m)
		if d.missing[name] == 0 {
			continue
		}
		entry := reportMissing{Text: words(missingWords, name), Count: thousands(d.missing[name]) + " of " + plural(d.rows, "click")}
		if f := d.wanted[m]; f != nil {
			entry.Query, entry.Account = m.Query(&f.Click), cmp.Or(f.Click.AccountUpn, "no account")
		}
		p.Missing = append(p.Missing, entry)
	}
	for _, e := range d.firstErrors {
		place := fmt.Sprintf("%s, row %s", e.file, thousands(e.row))
		if e.column != "" {
			place += ", column " + e.column
		}
		p.Errors = append(p.Errors, place+": "+e.message)
	}
	if rest := d.errors - len(d.firstErrors); rest > 0 {
		p.Errors = append(p.Errors, "and "+thousands(rest)+" more")
	}
	return p
}

// byService returns the services, those with the most clicks first.
func (d *digest) byService() []string {
	list := make([]string, 0, len(d.services))
	for name := range d.services {
		list = append(list, name)
	}
	slices.SortFunc(list, func(a, b string) int {
		return cmp.Or(cmp.Compare(d.services[b].total(), d.services[a].total()), strings.Compare(a, b))
	})
	return list
}

func newReportBursts(list []*burst) []reportBurst {
	var out []reportBurst
	for _, b := range list {
		var verdicts []string
		for i, class := range clickclass.Classes {
			if b.classes[i] > 0 {
				verdicts = append(verdicts, thousands(b.classes[i])+" "+className(class))
			}
		}
		when := b.first.UTC().Format("2006-01-02 15:04:05")
		if gap := b.last.Sub(b.first).Round(time.Second); gap > 0 {
			when += " + " + strings.TrimSuffix(strings.TrimSuffix(gap.String(), "0s"), "0m")
		}
		out = append(out, reportBurst{b.name, b.service, thousands(b.clicks), thousands(len(b.accounts)), thousands(b.urls), when, strings.Join(verdicts, ", ")})
	}
	return out
}

// reportData is what the scripts read: columns rather than rows, and every
// text once.
type reportData struct {
	Strings []string `json:"strings"`
	Rows    struct {
		Time     []*int64   `json:"time"` // Unix milliseconds
		Class    []int      `json:"class"`
		P        []float64  `json:"p"`
		Delay    []*decimal `json:"delay"` // seconds
		Account  []int      `json:"account"`
		URL      []int      `json:"url"`
		IP       []int      `json:"ip"`
		Workload []int      `json:"workload"`
		Action   []int      `json:"action"`
		Message  []int      `json:"message"`
		Threats  []int      `json:"threats"`
		Service  []int      `json:"service"`
		Place    []int      `json:"place"`
		Causes   []int      `json:"causes"`
		File     []int      `json:"file"`
		Row      []int      `json:"row"`
		Flags    []uint32   `json:"flags"`
		Missing  []int      `json:"missing"`
		Next     []int      `json:"next"`
		Signals  []string   `json:"signals"`
		Rank     []int      `json:"rank"` // by which clicks deserve a look, 0 first
	} `json:"rows"`
	Timeline struct {
		Width int64    `json:"width"` // seconds
		First int64    `json:"first"`
		Last  int64    `json:"last"`
		Bars  [][2]any `json:"bars"` // offset from first, counts
	} `json:"timeline"`
	Delays struct {
		Services []string `json:"services"`
		Cells    [][4]int `json:"cells"` // service, bin, class, clicks
		Decade   int      `json:"decade"`
		Before   int      `json:"before"`
	} `json:"delays"`
	Rules   []string          `json:"rules"`
	Causes  map[string]string `json:"causes"`
	Flags   []string          `json:"flags"`
	Missing []string          `json:"missing"`
	Queries []reportQuery     `json:"queries"`
	Marks   map[string]string `json:"marks"`
}

// reportQuery is the text of a query with marks in place of a row's values.
type reportQuery struct {
	Missing int    `json:"missing"`
	Address bool   `json:"address"`
	Text    string `json:"text"`
}

// decimal is written with at most three decimals.
type decimal float64

func (n decimal) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, math.Round(float64(n)*1000)/1000, 'f', -1, 64), nil
}

func newReportData(d *digest) *reportData {
	r := &reportData{Causes: causeWords}
	index := map[string]int{"": 0}
	r.Strings = []string{""}
	id := func(s string) int {
		n, ok := index[s]
		if !ok {
			n = len(r.Strings)
			index[s] = n
			r.Strings = append(r.Strings, strings.ToValidUTF8(s, "\ufffd"))
		}
		return n
	}
	rows := &r.Rows
	for _, row := range d.report.list() {
		var at *int64
		if !row.time.IsZero() {
			at = new(row.time.UnixMilli())
		}
		var delay *decimal
		if row.hasDelay {
			delay = new(decimal(row.delay.Seconds()))
		}
		rows.Time = append(rows.Time, at)
		rows.Delay = append(rows.Delay, delay)
		rows.Class = append(rows.Class, classIndex(row.class))
		rows.P = append(rows.P, math.Round(row.p*10000)/10000)
		for _, c := range []struct {
			column *[]int
			text   string
		}{
			{&rows.Account, row.account}, {&rows.URL, row.url}, {&rows.IP, row.ip}, {&rows.Workload, row.workload},
			{&rows.Action, row.action}, {&rows.Message, row.message}, {&rows.Threats, row.threats}, {&rows.Service, row.service},
			{&rows.Place, row.place}, {&rows.Causes, row.causes}, {&rows.File, row.file},
		} {
			*c.column = append(*c.column, id(c.text))
		}
		rows.Row = append(rows.Row, row.row)
		rows.Flags = append(rows.Flags, uint32(row.flags))
		rows.Missing = append(rows.Missing, int(row.missing))
		rows.Next = append(rows.Next, int(row.next))
		rows.Signals = append(rows.Signals, row.signals)
		rows.Rank = append(rows.Rank, row.rank)
	}
	t := &d.report.timeline
	r.Timeline.Width, r.Timeline.First, r.Timeline.Last = timelineWidths[t.width], t.first, t.last
	r.Timeline.Bars = [][2]any{}
	for bar := t.first; bar <= t.last; bar++ {
		if c := t.bars[bar]; c != nil {
			r.Timeline.Bars = append(r.Timeline.Bars, [2]any{bar - t.first, c})
		}
	}
	r.delays(d)
	for _, rule := range clickclass.Rules() {
		r.Rules = append(r.Rules, rule.Text)
	}
	for bit := range 32 {
		for name := range clickclass.Flags(1 << bit).All() {
			r.Flags = append(r.Flags, words(flagWords, name))
		}
	}
	for bit := range 8 {
		m := clickclass.Missing(1 << bit)
		for name := range m.All() {
			r.Missing = append(r.Missing, words(missingWords, name))
			r.query(m)
		}
	}
	return r
}

// delays fills in the plot of delays against services.
func (r *reportData) delays(d *digest) {
	r.Delays.Decade, r.Delays.Before, r.Delays.Cells = binsPerDecade, beforeBin, [][4]int{}
	clicks := map[string]int{}
	for cell, n := range d.report.delays {
		clicks[cell.service] += n
	}
	services := make([]string, 0, len(clicks))
	for name := range clicks {
		services = append(services, name)
	}
	slices.SortFunc(services, func(a, b string) int { return cmp.Or(cmp.Compare(clicks[b], clicks[a]), strings.Compare(a, b)) })
	rest := len(services) > maxDelayServices
	if rest {
		services = append(services[:maxDelayServices-1:maxDelayServices-1], otherServices)
	}
	sums := map[[3]int]int{}
	for cell, n := range d.report.delays {
		s := slices.Index(services, cell.service)
		if s < 0 {
			s = len(services) - 1
		}
		sums[[3]int{s, cell.bin, classIndex(cell.class)}] += n
	}
	for key, n := range sums {
		r.Delays.Cells = append(r.Delays.Cells, [4]int{key[0], key[1], key[2], n})
	}
	slices.SortFunc(r.Delays.Cells, func(a, b [4]int) int { return slices.Compare(a[:], b[:]) })
	r.Delays.Services = services
}

// The marks that stand for a row's values in a query.
var queryMarks = clickclass.Click{
	AccountUpn:       "account@mark.invalid",
	NetworkMessageId: "message-mark",
	IPAddress:        netip.MustParseAddr("192.0.2.254"),
	Timestamp:        time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC),
}

// query adds the text of the query for a kind of evidence, with and without an
// address.
func (r *reportData) query(m clickclass.Missing) {
	k := queryMarks
	r.Marks = map[string]string{"account": k.AccountUpn, "message": k.NetworkMessageId, "address": k.IPAddress.String(), "time": k.Timestamp.Format(time.RFC3339Nano)}
	for _, address := range []bool{true, false} {
		if !address {
			k.IPAddress = netip.Addr{}
		}
		r.Queries = append(r.Queries, reportQuery{int(m), address, m.Query(&k)})
	}
}

// ruleNumbers are the places of the rules in the table.
var ruleNumbers = sync.OnceValue(func() map[string]int {
	numbers := map[string]int{}
	for i, r := range clickclass.Rules() {
		numbers[r.ID] = i
	}
	return numbers
})

// signalLines puts signals into a text: rule, weight, whether it counted and
// what it saw, with U+001F between and U+001E after each.
func signalLines(v *clickclass.Verdict) string {
	var b []byte
	signals := v.Signals()
	for i := range signals {
		s := &signals[i]
		if i > 0 {
			b = append(b, 0x1e)
		}
		b = strconv.AppendInt(b, int64(ruleNumbers()[s.Rule.ID]), 10)
		b = append(b, 0x1f)
		b = strconv.AppendFloat(b, s.Weight, 'f', 2, 64)
		b = append(b, 0x1f)
		counted := byte('0')
		if s.Counted {
			counted = '1'
		}
		b = append(b, counted, 0x1f)
		b = append(b, strings.Map(dropSeparators, s.Detail())...)
	}
	return string(b)
}

func dropSeparators(r rune) rune {
	if r == 0x1e || r == 0x1f {
		return -1
	}
	return r
}
