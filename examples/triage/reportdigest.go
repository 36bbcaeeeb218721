package main

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// What the report's table holds. More would make a page that browsers open slowly; the counts
// and the charts are of all clicks.
const (
	maxReportRows  = 100_000
	maxReportBytes = 64 << 20 // of different texts
)

// What is kept of a text, in bytes.
const (
	maxReportLink = 2000
	maxReportText = 400
)

// lastPriority is that of the clicks that deserve a look least.
const lastPriority = 5

// reportDigest is what only the report shows. Its size does not grow with the number of
// clicks beyond what the table holds.
type reportDigest struct {
	texts      texts
	rows       [lastPriority + 1][]*reportRow // by priority, in the order in which they came
	places     map[rowPlace]*reportRow
	kept       int
	clicks     int    // of which the rows are kept
	leftFrom   int    // the first priority of which clicks were left out, 0: none were
	classes    counts // without duplicates
	duplicates int
	dangerous  int
	timeline   timeline
	delays     map[string]*[len(delayBins)]int // by service
	messages   map[string]*burst
	networks   map[string]*burst // by address
	mails      *mails            // nil: nothing is known of messages
}

// rowPlace is where a row stands in the input, its file as the number of its text.
type rowPlace struct {
	file uint32
	row  int64
}

// The texts of a row that rows share.
const (
	textAccount = iota
	textURL
	textSite
	textWire // the name on the wire of a host that is not of ASCII letters
	textIP
	textPlace // what is known of the address
	textService
	textWorkload
	textAction
	textMessage
	textSubject
	textSender
	textDanger
	textCauses // stable names, joined by a space
	textReasons
	textFile
	numTexts
)

// textNames are their names in the page.
var textNames = [numTexts]string{"account", "url", "site", "wire", "ip", "place", "service", "workload", "action", "message", "subject", "sender", "danger", "causes", "reasons", "file"}

// reportRow is a click in the table.
type reportRow struct {
	texts                 [numTexts]uint32
	row                   int64
	time                  int64 // Unix milliseconds, noTime if it is not known
	delay                 time.Duration
	machine, owner, other float32
	flags                 clickclass.Flags
	missing, failed, next clickclass.Evidence
	class                 clickclass.Class
	priority              uint8
	hasDelay, opened      bool
	dropped               bool // a revision took its place
}

const noTime = math.MinInt64

// delayBins are the spans by which delays are counted, up to each.
var delayBins = [...]delayBin{
	{"before", 0}, {"to 1 s", time.Second}, {"to 10 s", 10 * time.Second}, {"to 1 min", time.Minute}, {"to 10 min", 10 * time.Minute},
	{"to 1 h", time.Hour}, {"to 1 day", 24 * time.Hour}, {"later", math.MaxInt64},
}

type delayBin struct {
	name string
	to   time.Duration
}

// burst is clicks on one message within a minute, or of several accounts from one
// address.
type burst struct {
	name        string
	clicks      int
	accounts    map[uint64]struct{} // at most maxBurstAccounts
	urls        int                 // different ones within a minute, or within the window
	together    int                 // accounts that asked for one link from the address within seconds
	first, last time.Time
	classes     counts
	service     string
}

const (
	maxBursts        = 2000 // kept while reading
	maxBurstAccounts = 200
	maxShownBursts   = 30
	burstURLs        = 2 // links of a message within a minute that make a burst
	burstAccounts    = 3 // accounts at an address within the window that are worth a line
)

func newReportDigest() *reportDigest {
	return &reportDigest{
		places:   map[rowPlace]*reportRow{},
		timeline: newTimeline(),
		delays:   map[string]*[len(delayBins)]int{},
		messages: map[string]*burst{},
		networks: map[string]*burst{},
	}
}

// add takes the next verdict. A revision takes the place of the verdict before it in the table;
// the counts and charts keep the first.
func (d *reportDigest) add(r *clickclass.Result, service, danger string) {
	if r.Revision == 0 {
		d.clicks++
		d.count(r, service)
	}
	d.keep(r, service, danger)
}

// count counts a click for the charts.
func (d *reportDigest) count(r *clickclass.Result, service string) {
	k, v, near := &r.Click, &r.Verdict, &r.Nearby
	if v.Flags.Has(clickclass.FlagDuplicate) {
		d.duplicates++
		return
	}
	d.classes[v.Class]++
	if r.Dangerous() {
		d.dangerous++
	}
	d.timeline.add(k.Timestamp, v.Class)
	if v.Clock != clickclass.ClockNone {
		bin := slices.IndexFunc(delayBins[:], func(b delayBin) bool { return v.Delay < b.to })
		d.delaysOf(service)[bin]++
	}
	if k.NetworkMessageId != "" && near.MessageURLs >= burstURLs {
		addToBurst(d.messages, k.NetworkMessageId, r, service, near.MessageURLs, 0)
	}
	if k.IPAddress.IsValid() && near.AddressAccounts >= burstAccounts {
		addToBurst(d.networks, k.IPAddress.String(), r, service, near.AddressURLs, near.FanAccounts)
	}
}

func (d *reportDigest) delaysOf(service string) *[len(delayBins)]int {
	bins := d.delays[service]
	if bins == nil && len(d.delays) >= maxServices {
		service = otherServices
		bins = d.delays[service]
	}
	if bins == nil {
		bins = new([len(delayBins)]int)
		d.delays[strings.Clone(service)] = bins
	}
	return bins
}

// keep keeps a click as a row, in place of one that deserves a look less if there is no room.
func (d *reportDigest) keep(r *clickclass.Result, service, danger string) {
	priority := r.Priority()
	if r.Revision > 0 {
		d.dropRevised(r)
	} else if d.isFull() && priority >= d.leastPriority() {
		d.leave(priority)
		return
	}
	row := d.newRow(r, service, danger, priority)
	d.rows[priority] = append(d.rows[priority], row)
	d.places[rowPlace{row.texts[textFile], row.row}] = row
	d.kept++
	for d.kept > maxReportRows || d.texts.bytes > maxReportBytes {
		d.dropLast()
	}
}

func (d *reportDigest) isFull() bool {
	return d.kept >= maxReportRows || d.texts.bytes >= maxReportBytes
}

// leastPriority returns that of the rows that deserve a look least.
func (d *reportDigest) leastPriority() int {
	for p := lastPriority; p > 0; p-- {
		for n := len(d.rows[p]); n > 0; n-- {
			if !d.rows[p][n-1].dropped {
				return p
			}
			d.rows[p] = d.rows[p][:n-1]
		}
	}
	return 0
}

// dropLast drops the last row of those that deserve a look least.
func (d *reportDigest) dropLast() {
	p := d.leastPriority()
	last := len(d.rows[p]) - 1
	row := d.rows[p][last]
	d.rows[p][last] = nil
	d.rows[p] = d.rows[p][:last]
	d.drop(row)
	d.leave(p)
}

// leave notes that a click is not among the rows.
func (d *reportDigest) leave(priority int) {
	if d.leftFrom == 0 || priority < d.leftFrom {
		d.leftFrom = priority
	}
}

func (d *reportDigest) drop(row *reportRow) {
	delete(d.places, rowPlace{row.texts[textFile], row.row})
	for _, id := range row.texts {
		d.texts.drop(id)
	}
	row.dropped = true
	d.kept--
}

// dropRevised drops the row that a revision is about.
func (d *reportDigest) dropRevised(r *clickclass.Result) {
	file := d.texts.add(r.Click.File, maxReportText)
	defer d.texts.drop(file)
	if row := d.places[rowPlace{file, r.Click.Row}]; row != nil {
		d.drop(row)
	}
}

func (d *reportDigest) newRow(r *clickclass.Result, service, danger string, priority int) *reportRow {
	k, v := &r.Click, &r.Verdict
	ip := ""
	if k.IPAddress.IsValid() {
		ip = k.IPAddress.String()
	}
	var causes []string
	for _, c := range v.Causes {
		causes = append(causes, string(c))
	}
	row := &reportRow{
		row: k.Row, time: noTime, delay: v.Delay, hasDelay: v.Clock != clickclass.ClockNone,
		machine: float32(v.P.Machine), owner: float32(v.P.Owner), other: float32(v.P.Other),
		flags: v.Flags, missing: v.Missing, failed: v.Failed, next: v.Next,
		class: v.Class, priority: uint8(priority), opened: r.Opened(),
	}
	if !k.Timestamp.IsZero() {
		row.time = k.Timestamp.UnixMilli()
	}
	action := string(k.ActionType)
	if k.IsClickedThrough && k.ActionType != clickclass.ClickedThrough {
		action += " (clicked through)"
	}
	link := k.OriginalURL()
	subject, sender := d.mails.of(k.NetworkMessageId)
	for i, s := range [numTexts]string{k.AccountUpn, link, k.Site(), wireName(browserHost(link)), ip, where(k, v), service, k.Workload, action,
		k.NetworkMessageId, subject, sender, danger, strings.Join(causes, " "), reasonLines(v), k.File} {
		most := maxReportText
		if i == textURL || i == textReasons || i == textFile {
			most = maxReportLink
		}
		row.texts[i] = d.texts.add(s, most)
	}
	return row
}

// list returns the rows, those that deserve a look first in front, and of these the newest.
func (d *reportDigest) list() []*reportRow {
	rows := make([]*reportRow, 0, d.kept)
	for _, list := range d.rows {
		from := len(rows)
		for _, row := range list {
			if !row.dropped {
				rows = append(rows, row)
			}
		}
		slices.SortStableFunc(rows[from:], func(a, b *reportRow) int { return cmp.Compare(b.time, a.time) })
	}
	return rows
}

// addToBurst counts a click in the burst of a name.
func addToBurst(m map[string]*burst, name string, r *clickclass.Result, service string, urls, together int) {
	b := m[name]
	if b == nil {
		if len(m) >= maxBursts {
			return
		}
		b = &burst{name: strings.Clone(name), accounts: map[uint64]struct{}{}, service: strings.Clone(service)}
		m[b.name] = b
	}
	b.clicks++
	b.urls, b.together = max(b.urls, urls), max(b.together, together)
	b.first, b.last = earlier(b.first, r.Click.Timestamp), later(b.last, r.Click.Timestamp)
	b.classes[r.Verdict.Class]++
	if r.Click.AccountUpn != "" && len(b.accounts) < maxBurstAccounts {
		b.accounts[hashAccount(r.Click.AccountUpn)] = struct{}{}
	}
}

// largest returns the bursts of the most accounts at once, then those of the most
// clicks.
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
