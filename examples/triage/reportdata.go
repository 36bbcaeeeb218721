package main

import (
	"cmp"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// reportData is what the scripts read. It holds columns rather than rows, and every text
// once.
type reportData struct {
	Strings []string `json:"strings"`
	Classes []string `json:"classes"` // in the order in which they are shown
	Rows    struct {
		Time     []*int64   `json:"time"`  // Unix milliseconds
		Class    []int      `json:"class"` // index into Classes
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
		Row      []int64    `json:"row"`
		Flags    []uint32   `json:"flags"`
		Missing  []int      `json:"missing"`
		Next     []int      `json:"next"`
		Failed   []int      `json:"failed"`
		Reasons  []string   `json:"reasons"`
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
	Missing []string          `json:"missing"` // kinds of evidence, by bit
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
	r := &reportData{Causes: map[string]string{}}
	shown := d.shown()
	for _, class := range shown {
		r.Classes = append(r.Classes, class.String())
	}
	r.fillRows(d, shown)
	r.fillTimeline(d, shown)
	r.fillDelays(d, shown)
	for _, rule := range clickclass.Rules() {
		r.Rules = append(r.Rules, rule.Text)
	}
	for word := range wordsIn(allFlags) {
		r.Flags = append(r.Flags, textOf(word))
	}
	for bit := range len(evidenceKinds) {
		e := clickclass.Evidence(1 << bit)
		r.Missing = append(r.Missing, textOf(e.String()))
		r.addQueries(e)
	}
	return r
}

// allFlags is every flag; FlagIgnoredAddress is the last.
const allFlags = clickclass.FlagIgnoredAddress<<1 - 1

func (r *reportData) fillRows(d *digest, shown []clickclass.Class) {
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
	for _, row := range d.page.list() {
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
		rows.Class = append(rows.Class, slices.Index(shown, row.class))
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
		for cause := range strings.FieldsSeq(row.causes) {
			r.Causes[cause] = textOf(cause)
		}
		rows.Row = append(rows.Row, row.row)
		rows.Flags = append(rows.Flags, uint32(row.flags))
		rows.Missing = append(rows.Missing, int(row.missing))
		rows.Next = append(rows.Next, int(row.next))
		rows.Failed = append(rows.Failed, int(row.failed))
		rows.Reasons = append(rows.Reasons, row.reasons)
		rows.Rank = append(rows.Rank, row.rank)
	}
}

func (r *reportData) fillTimeline(d *digest, shown []clickclass.Class) {
	t := &d.page.timeline
	r.Timeline.Width, r.Timeline.First, r.Timeline.Last = timelineWidths[t.width], t.first, t.last
	r.Timeline.Bars = [][2]any{}
	for bar := t.first; bar <= t.last; bar++ {
		if c := t.bars[bar]; c != nil {
			var numbers []int
			for _, class := range shown {
				numbers = append(numbers, c[class])
			}
			r.Timeline.Bars = append(r.Timeline.Bars, [2]any{bar - t.first, numbers})
		}
	}
}

// fillDelays fills in the plot of delays against services.
func (r *reportData) fillDelays(d *digest, shown []clickclass.Class) {
	r.Delays.Decade, r.Delays.Before, r.Delays.Cells = binsPerDecade, beforeBin, [][4]int{}
	clicks := map[string]int{}
	for cell, n := range d.page.delays {
		clicks[cell.service] += n
	}
	services := make([]string, 0, len(clicks))
	for name := range clicks {
		services = append(services, name)
	}
	slices.SortFunc(services, func(a, b string) int { return cmp.Or(cmp.Compare(clicks[b], clicks[a]), strings.Compare(a, b)) })
	if len(services) > maxDelayServices {
		services = append(services[:maxDelayServices-1:maxDelayServices-1], otherServices)
	}
	sums := map[[3]int]int{}
	for cell, n := range d.page.delays {
		s := slices.Index(services, cell.service)
		if s < 0 {
			s = len(services) - 1
		}
		sums[[3]int{s, cell.bin, slices.Index(shown, cell.class)}] += n
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

// addQueries adds the text of the query for a kind of evidence, with and without an
// address.
func (r *reportData) addQueries(e clickclass.Evidence) {
	k := queryMarks
	r.Marks = map[string]string{"account": k.AccountUpn, "message": k.NetworkMessageId, "address": k.IPAddress.String(), "time": k.Timestamp.Format(time.RFC3339Nano)}
	for _, address := range []bool{true, false} {
		if !address {
			k.IPAddress = netip.Addr{}
		}
		r.Queries = append(r.Queries, reportQuery{int(e), address, e.KQL(&k)})
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

// reasonLines puts reasons into a text: the number of the rule, its weight, whether it
// counted, and what it saw, separated by U+001F, with U+001E between reasons.
func reasonLines(v *clickclass.Verdict) string {
	var b []byte
	for i, r := range v.Reasons {
		if i > 0 {
			b = append(b, 0x1e)
		}
		b = strconv.AppendInt(b, int64(ruleNumbers()[r.Rule]), 10)
		b = append(b, 0x1f)
		b = strconv.AppendFloat(b, r.Machine, 'f', 2, 64)
		b = append(b, 0x1f)
		counted := byte('0')
		if r.Counted {
			counted = '1'
		}
		b = append(b, counted, 0x1f)
		b = append(b, r.Saw.String()...)
	}
	return string(b)
}
