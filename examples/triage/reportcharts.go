package main

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/findings"
)

// What is folded behind the table: numbers by origin, over time, by delay, and bursts.

// maxReportServices is how many origins a table shows one by one.
const maxReportServices = 20

type reportServices struct {
	Classes []string
	Rows    []reportService
	More    string
}

type reportService struct {
	Name, Filter string
	Counts       []string
	Total        string
}

func newReportServices(d *digest) reportServices {
	var s reportServices
	shown := d.shown()
	for _, class := range shown {
		s.Classes = append(s.Classes, className(class))
	}
	services := d.byService()
	for i, name := range services {
		if i == maxReportServices {
			s.More = "and " + plural(len(services)-i, "more origin")
			break
		}
		row := reportService{Name: visible(name), Filter: filterTerm("service", name), Total: thousands(d.services[name].total())}
		for _, class := range shown {
			row.Counts = append(row.Counts, thousands(d.services[name][class]))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
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

// reportTimeline is the chart of clicks over time: a drawing, and the same as a table.
type reportTimeline struct {
	Classes []reportCount
	Bars    []reportBar
	Most    string // the highest bar
	Each    string // how much time a bar is
	From    string
	To      string
}

// reportBar is a bar: the clicks of an interval.
type reportBar struct {
	X, W   int
	Time   string
	Title  string // what the bar holds, in words
	Filter string
	Counts []string
	Parts  []reportPart
}

type reportPart struct {
	Class string
	Y, H  int
}

// The drawing is chartWidth wide and chartHeight high.
const (
	chartWidth  = 1000
	chartHeight = 160
)

func newReportTimeline(t *timeline) *reportTimeline {
	if len(t.bars) == 0 {
		return nil
	}
	var all counts
	most := 0
	for _, c := range t.bars {
		most = max(most, c.total())
		for class, n := range c {
			all[class] += n
		}
	}
	width := timelineWidths[t.width]
	at := func(bar int64) time.Time { return time.Unix(bar*width, 0).UTC() }
	n := int(t.last - t.first + 1)
	chart := &reportTimeline{Most: thousands(most), Each: intervalName(width), From: barTime(at(t.first), width), To: barTime(at(t.last+1), width)}
	var shown []clickclass.Class
	for _, class := range classes {
		if all[class] > 0 {
			shown = append(shown, class)
			chart.Classes = append(chart.Classes, reportCount{Class: class.String(), Name: className(class)})
		}
	}
	for bar := t.first; bar <= t.last; bar++ {
		c := t.bars[bar]
		if c == nil {
			continue
		}
		i := int(bar - t.first)
		b := reportBar{X: i * chartWidth / n, Time: barTime(at(bar), width), Filter: spanFilter(at(bar), at(bar+1))}
		b.W = max((i+1)*chartWidth/n-b.X-1, 1)
		y, words := chartHeight, []string{}
		for _, class := range shown {
			b.Counts = append(b.Counts, thousands(c[class]))
			if c[class] == 0 {
				continue
			}
			words = append(words, thousands(c[class])+" "+className(class))
			h := max(c[class]*chartHeight/most, 2) // what there is can be seen
			y -= h
			b.Parts = append(b.Parts, reportPart{class.String(), max(y, 0), h})
		}
		b.Title = b.Time + ": " + strings.Join(words, ", ")
		chart.Bars = append(chart.Bars, b)
	}
	return chart
}

// barTime formats the beginning of an interval of so many seconds.
func barTime(t time.Time, width int64) string {
	switch {
	case width >= 86400:
		return t.Format("2006-01-02")
	case width >= 60:
		return t.Format("2006-01-02 15:04")
	}
	return t.Format("2006-01-02 15:04:05")
}

func intervalName(seconds int64) string {
	switch {
	case seconds >= 86400:
		return plural(int(seconds/86400), "day")
	case seconds >= 3600:
		return plural(int(seconds/3600), "hour")
	case seconds >= 60:
		return plural(int(seconds/60), "minute")
	}
	return plural(int(seconds), "second")
}

// reportDelays is how long after its message clicks came, by origin.
type reportDelays struct {
	Bins []string
	Rows []reportDelay
}

type reportDelay struct {
	Name, Filter string
	Cells        []reportCell
}

// reportCell is a number, and how dark it is shown: from 0 to 4 by its share of the row.
type reportCell struct {
	Count string
	Shade int
}

func newReportDelays(delays map[string]*[len(delayBins)]int) reportDelays {
	var r reportDelays
	for _, b := range delayBins {
		r.Bins = append(r.Bins, b.name)
	}
	sum := func(bins *[len(delayBins)]int) (n int) {
		for _, m := range bins {
			n += m
		}
		return n
	}
	names := make([]string, 0, len(delays))
	for name := range delays {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(sum(delays[b]), sum(delays[a])), strings.Compare(a, b))
	})
	for _, name := range names[:min(len(names), maxReportServices)] {
		row := reportDelay{Name: visible(name), Filter: filterTerm("service", name)}
		all := sum(delays[name])
		for _, n := range delays[name] {
			shade := 0
			if n > 0 {
				shade = 1 + 3*n/all
			}
			row.Cells = append(row.Cells, reportCell{thousands(n), shade})
		}
		r.Rows = append(r.Rows, row)
	}
	return r
}

type reportBurst struct{ Name, Filter, Service, Clicks, Accounts, URLs, When, Verdicts string }

func newReportBursts(field string, list []*burst) []reportBurst {
	var out []reportBurst
	for _, b := range list {
		var verdicts []string
		for _, class := range classes {
			if n := b.classes[class]; n > 0 {
				verdicts = append(verdicts, thousands(n)+" "+className(class))
			}
		}
		when := "no time"
		if !b.first.IsZero() {
			when = b.first.UTC().Format("2006-01-02 15:04:05")
			if gap := b.last.Sub(b.first).Round(time.Second); gap > 0 {
				when += ", in " + findings.Span(gap)
			}
		}
		accounts := thousands(len(b.accounts))
		if len(b.accounts) == maxBurstAccounts {
			accounts = "at least " + accounts
		}
		out = append(out, reportBurst{visible(b.name), filterTerm(field, b.name), visible(b.service), thousands(b.clicks), accounts, thousands(b.urls), when, strings.Join(verdicts, ", ")})
	}
	return out
}
