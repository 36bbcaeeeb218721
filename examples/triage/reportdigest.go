package main

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// maxReportRows is how many clicks the report's table holds. More would make a
// page that browsers open slowly; the charts and the counts are of all clicks.
const maxReportRows = 100_000

// reportDigest is what only the report shows. But for its rows, which are at
// most maxReportRows, its size does not grow with the number of clicks.
type reportDigest struct {
	rows     [2 * len(clickclass.Classes)][]reportRow // by rank
	kept     int
	left     int // clicks that are not among the rows
	seq      int
	timeline timeline
	delays   map[delayCell]int
	messages map[string]*burst
	networks map[string]*burst // by address
	strings  map[string]string // one copy of each
}

// reportRow is a click in the table.
type reportRow struct {
	seq, rank                                   int
	time                                        time.Time
	file                                        string
	row                                         int
	account, url, ip, workload, action, message string
	threats, service, place                     string
	class                                       clickclass.Class
	regime                                      clickclass.Regime
	p                                           float64
	delay                                       time.Duration
	hasDelay                                    bool
	causes                                      string // stable names, joined by a space
	flags                                       clickclass.Flags
	missing, next                               clickclass.Missing
	signals                                     string // one a line: + or -, weight, the reason
}

// delayCell is a cell of the plot of delays against services.
type delayCell struct {
	service string
	class   clickclass.Class
	bin     int
}

// Delays are counted in bins of a tenth of a decade of seconds: bin 0 holds
// 1 s, bin 10 holds 10 s. What came before the message is in beforeBin.
const (
	binsPerDecade = 8
	minBin        = -1 * binsPerDecade // 0.1 s and less
	maxBin        = 7 * binsPerDecade  // 116 days and more
	beforeBin     = minBin - binsPerDecade/2
)

func delayBin(d time.Duration) int {
	s := d.Seconds()
	if s < 0 {
		return beforeBin
	}
	return min(max(int(math.Round(math.Log10(max(s, 0.01))*binsPerDecade)), minBin), maxBin)
}

// burst is clicks on one message within a minute, or of several accounts from
// one address.
type burst struct {
	name        string
	clicks      int
	accounts    map[uint64]struct{} // at most maxGroupAccounts
	urls        int                 // different ones within a minute, or within the window
	together    int                 // accounts that asked for one link from the address within seconds
	first, last time.Time
	classes     counts
	service     string
}

const (
	maxBursts      = 5000 // kept while reading
	maxShownBursts = 50
	burstURLs      = 2 // links of a message within a minute that make a burst
	burstAccounts  = 3 // accounts at an address within the window that are worth a line
)

func newReportDigest() *reportDigest {
	return &reportDigest{
		timeline: newTimeline(),
		delays:   map[delayCell]int{},
		messages: map[string]*burst{},
		networks: map[string]*burst{},
		strings:  map[string]string{},
	}
}

// intern returns one copy of equal strings, which is part of no larger text.
func (d *reportDigest) intern(s string) string {
	if s == "" {
		return ""
	}
	if one, ok := d.strings[s]; ok {
		return one
	}
	s = strings.Clone(s)
	d.strings[s] = s
	return s
}

func (d *reportDigest) add(r *clickclass.Result, n *clickclass.Neighbours, service, danger string, rank int) {
	k, v := &r.Click, &r.Verdict
	d.timeline.add(k.Timestamp, v.Class, 1)
	if v.DelaySource != clickclass.DelayNone {
		d.delays[delayCell{d.intern(service), v.Class, delayBin(v.Delay)}]++
	}
	if k.NetworkMessageId != "" && n.MessageURLs60s >= burstURLs {
		d.burst(d.messages, k.NetworkMessageId, k, v, service, int(n.MessageURLs60s), 0)
	}
	if k.IPAddress.IsValid() && n.AddressAccounts >= burstAccounts {
		d.burst(d.networks, k.IPAddress.String(), k, v, service, int(n.AddressURLs), int(n.FanAccounts))
	}

	row := reportRow{
		time: k.Timestamp, file: d.intern(k.File), row: k.Row,
		account: d.intern(k.AccountUpn), url: d.intern(shorten(k.OriginalURL(), 2000)), workload: d.intern(k.Workload),
		action: d.intern(string(k.ActionType)), message: d.intern(k.NetworkMessageId),
		threats: d.intern(danger), service: d.intern(service), place: d.intern(where(k, v)),
		class: v.Class, regime: v.Regime, p: v.P,
		delay: v.Delay, hasDelay: v.DelaySource != clickclass.DelayNone,
		flags: v.Flags, missing: v.Missing, rank: rank,
	}
	row.next, _ = v.Next()
	if k.IPAddress.IsValid() {
		row.ip = d.intern(k.IPAddress.String())
	}
	var causes []string
	for _, c := range v.Causes() {
		causes = append(causes, c.String())
	}
	row.causes = d.intern(strings.Join(causes, " "))
	row.signals = d.intern(signalLines(v))
	row.seq = d.seq
	d.seq++
	d.keep(row)
}

// keep keeps a row, in place of one that deserves a look less when there are
// too many.
func (d *reportDigest) keep(row reportRow) {
	if d.kept == maxReportRows {
		d.left++
		last := len(d.rows) - 1
		for len(d.rows[last]) == 0 {
			last--
		}
		if last <= row.rank {
			return
		}
		d.rows[last] = d.rows[last][:len(d.rows[last])-1]
		d.kept--
	}
	d.rows[row.rank] = append(d.rows[row.rank], row)
	d.kept++
}

// list returns the rows in the order of the input.
func (d *reportDigest) list() []reportRow {
	rows := make([]reportRow, 0, d.kept)
	for _, list := range d.rows {
		rows = append(rows, list...)
	}
	slices.SortFunc(rows, func(a, b reportRow) int { return cmp.Compare(a.seq, b.seq) })
	return rows
}

func (d *reportDigest) burst(m map[string]*burst, name string, k *clickclass.Click, v *clickclass.Verdict, service string, urls, together int) {
	b := m[name]
	if b == nil {
		if len(m) >= maxBursts {
			return
		}
		b = &burst{name: d.intern(name), accounts: map[uint64]struct{}{}, service: d.intern(service)}
		m[b.name] = b
	}
	b.clicks++
	b.urls, b.together = max(b.urls, urls), max(b.together, together)
	b.first, b.last = earlier(b.first, k.Timestamp), later(b.last, k.Timestamp)
	b.classes[classIndex(v.Class)]++
	if k.AccountUpn != "" && len(b.accounts) < maxGroupAccounts {
		b.accounts[hashAccount(k.AccountUpn)] = struct{}{}
	}
}

func (d *reportDigest) merge(e *reportDigest) {
	offset := d.seq
	for _, rows := range e.rows {
		for _, row := range rows {
			for _, s := range []*string{&row.file, &row.account, &row.url, &row.ip, &row.workload, &row.action, &row.message,
				&row.threats, &row.service, &row.place, &row.causes, &row.signals} {
				*s = d.intern(*s)
			}
			row.seq += offset
			d.keep(row)
		}
	}
	d.seq = offset + e.seq
	d.left += e.left
	d.timeline.merge(&e.timeline)
	for cell, n := range e.delays {
		cell.service = d.intern(cell.service)
		d.delays[cell] += n
	}
	mergeBursts(d.messages, e.messages)
	mergeBursts(d.networks, e.networks)
}

func mergeBursts(to, from map[string]*burst) {
	for name, b := range from {
		have := to[name]
		if have == nil {
			if len(to) < maxBursts {
				to[name] = b
			}
			continue
		}
		have.clicks += b.clicks
		have.urls, have.together = max(have.urls, b.urls), max(have.together, b.together)
		have.first, have.last = earlier(have.first, b.first), later(have.last, b.last)
		have.classes.add(&b.classes)
		for a := range b.accounts {
			if len(have.accounts) == maxGroupAccounts {
				break
			}
			have.accounts[a] = struct{}{}
		}
	}
}

// largest returns the bursts of the most accounts at once, then those with the
// most clicks.
func largest(m map[string]*burst) []*burst {
	list := make([]*burst, 0, len(m))
	for _, b := range m {
		list = append(list, b)
	}
	slices.SortFunc(list, func(a, b *burst) int {
		return cmp.Or(cmp.Compare(b.together, a.together), cmp.Compare(b.clicks, a.clicks), cmp.Compare(b.urls, a.urls), strings.Compare(a.name, b.name))
	})
	return list[:min(len(list), maxShownBursts)]
}

// timeline counts clicks in intervals, whose width grows with the time that
// they span.
type timeline struct {
	width       int // index into timelineWidths
	first, last int64
	bars        map[int64]*counts
}

// timelineWidths are in seconds; each is a multiple of the one before.
var timelineWidths = [...]int64{1, 5, 15, 60, 5 * 60, 15 * 60, 3600, 3 * 3600, 12 * 3600, 86400, 7 * 86400, 28 * 86400, 364 * 86400}

const maxBars = 100

// Times outside of these years are an error of the row, and would leave no room
// for the others.
var timelineFrom, timelineTo = time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).Unix()

func newTimeline() timeline { return timeline{bars: map[int64]*counts{}} }

func (t *timeline) add(at time.Time, class clickclass.Class, n int) {
	s := at.Unix()
	if s < timelineFrom || s >= timelineTo {
		return
	}
	var c counts
	c[classIndex(class)] = n
	t.put(s/timelineWidths[t.width], &c)
}

// put adds to a bar, and makes the bars wider when there are too many.
func (t *timeline) put(bar int64, c *counts) {
	if len(t.bars) == 0 {
		t.first, t.last = bar, bar
	}
	t.first, t.last = min(t.first, bar), max(t.last, bar)
	have := t.bars[bar]
	if have == nil {
		have = new(counts)
		t.bars[bar] = have
	}
	have.add(c)
	for t.last-t.first >= maxBars {
		t.widen()
	}
}

func (t *timeline) widen() {
	if t.width == len(timelineWidths)-1 {
		panic("a century has fewer bars") // see timelineFrom
	}
	factor := timelineWidths[t.width+1] / timelineWidths[t.width]
	old := t.bars
	t.width++
	t.bars = map[int64]*counts{}
	t.first, t.last = t.first/factor, t.last/factor
	for bar, c := range old {
		if have := t.bars[bar/factor]; have != nil {
			have.add(c)
		} else {
			t.bars[bar/factor] = c
		}
	}
}

func (t *timeline) merge(u *timeline) {
	for t.width < u.width {
		t.widen()
	}
	for t.width > u.width {
		u.widen()
	}
	for bar, c := range u.bars {
		copied := *c
		if t.width > u.width { // put made the bars of t wider
			bar = bar * timelineWidths[u.width] / timelineWidths[t.width]
		}
		t.put(bar, &copied)
	}
}
