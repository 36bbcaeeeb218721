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

// reportDigest is what only the report shows. Its size does not grow with the number of
// clicks beyond maxReportRows.
type reportDigest struct {
	rows     [numRanks][]reportRow
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
	seq                                         int // in the order of the input
	rank                                        int
	time                                        time.Time
	file                                        string
	row                                         int64
	account, url, ip, workload, action, message string
	threats, service, place                     string
	class                                       clickclass.Class
	p                                           float64 // of a machine
	delay                                       time.Duration
	hasDelay                                    bool
	causes                                      string // stable names, joined by a space
	flags                                       clickclass.Flags
	missing, failed, next                       clickclass.Evidence
	reasons                                     string // see reasonLines
}

// delayCell is a cell of the plot of delays against services.
type delayCell struct {
	service string
	class   clickclass.Class
	bin     int
}

// Delays are counted in bins of an eighth of a decade of seconds: bin 0 holds 1 s, bin 8
// holds 10 s. Clicks before their message are in beforeBin.
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

// burst is clicks on one message within a minute, or of several accounts from one
// address.
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

// intern returns one copy of equal strings, without the row around it.
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

func (d *reportDigest) add(r *clickclass.Result, service, danger string, rank int) {
	k, v, near := &r.Click, &r.Verdict, &r.Nearby
	d.timeline.add(k.Timestamp, v.Class)
	if v.Clock != clickclass.ClockNone {
		d.delays[delayCell{service, v.Class, delayBin(v.Delay)}]++
	}
	if k.NetworkMessageId != "" && near.MessageURLs >= burstURLs {
		d.addToBurst(d.messages, k.NetworkMessageId, r, service, near.MessageURLs, 0)
	}
	if k.IPAddress.IsValid() && near.AddressAccounts >= burstAccounts {
		d.addToBurst(d.networks, k.IPAddress.String(), r, service, near.AddressURLs, near.FanAccounts)
	}
	if d.kept < maxReportRows || d.dropRow(rank) {
		d.rows[rank] = append(d.rows[rank], d.newRow(r, service, danger, rank))
		d.kept++
	} else {
		d.left++
	}
}

// dropRow drops a row that deserves a look less than those of a rank. It reports whether
// there is one.
func (d *reportDigest) dropRow(rank int) bool {
	last := len(d.rows) - 1
	for len(d.rows[last]) == 0 {
		last--
	}
	if last <= rank {
		return false
	}
	d.rows[last] = d.rows[last][:len(d.rows[last])-1]
	d.kept--
	d.left++
	return true
}

func (d *reportDigest) newRow(r *clickclass.Result, service, danger string, rank int) reportRow {
	k, v := &r.Click, &r.Verdict
	ip := ""
	if k.IPAddress.IsValid() {
		ip = k.IPAddress.String()
	}
	var causes []string
	for _, c := range v.Causes {
		causes = append(causes, string(c))
	}
	d.seq++
	return reportRow{
		seq: d.seq, rank: rank,
		time: k.Timestamp, file: d.intern(k.File), row: k.Row,
		account: d.intern(k.AccountUpn), url: d.intern(shorten(k.OriginalURL(), 2000)), ip: d.intern(ip),
		workload: d.intern(k.Workload), action: d.intern(string(k.ActionType)), message: d.intern(k.NetworkMessageId),
		threats: d.intern(danger), service: d.intern(service), place: d.intern(where(k, v)),
		class: v.Class, p: v.P.Machine, delay: v.Delay, hasDelay: v.Clock != clickclass.ClockNone,
		causes: d.intern(strings.Join(causes, " ")), reasons: d.intern(reasonLines(v)),
		flags: v.Flags, missing: v.Missing, failed: v.Failed, next: v.Next,
	}
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

// addToBurst counts a click in the burst of a name.
func (d *reportDigest) addToBurst(m map[string]*burst, name string, r *clickclass.Result, service string, urls, together int) {
	b := m[name]
	if b == nil {
		if len(m) >= maxBursts {
			return
		}
		b = &burst{name: d.intern(name), accounts: map[uint64]struct{}{}, service: service}
		m[b.name] = b
	}
	b.clicks++
	b.urls, b.together = max(b.urls, urls), max(b.together, together)
	b.first, b.last = earlier(b.first, r.Click.Timestamp), later(b.last, r.Click.Timestamp)
	b.classes[r.Verdict.Class]++
	if r.Click.AccountUpn != "" && len(b.accounts) < maxGroupAccounts {
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
