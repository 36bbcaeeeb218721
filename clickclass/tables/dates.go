package tables

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
	"github.com/whoclicked/whoclicked/safelinks"
)

// dateOrder is the order in which the dates of a batch are read.
type dateOrder struct {
	order cell.Order
	known bool // the export shows it; else month first is a guess
}

const (
	// maxSearched bounds the text in which a row is searched that shows the order, and so the
	// rows that wait for one, in bytes.
	maxSearched = 8 << 20
	// enoughTimes is how many times without a date in question show that an export has none.
	enoughTimes = 50
)

// dateDecider decides for an export whether 3/8/2026 is the third of August or the eighth
// of March, by its first rows: by a date that has only one reading, by the clocks in ids,
// or by the form of the Log Analytics portal. Until then it holds the rows with such dates.
type dateDecider struct {
	parser  *rowParser // reads rows to look at their times
	tally   *tally     // told what was decided
	decided bool
	order   dateOrder
	held    []batch
	bytes   int // searched

	times     int        // read
	questions int        // of these, dates with two readings
	proof     *dateProof // the first date with one reading
	votes     [2]int     // of clocks, by cell.Order
	portal    bool       // a time has the form of the Log Analytics portal
}

// dateProof is a date that has one reading.
type dateProof struct {
	order cell.Order
	row   int64
	text  string
}

// clockReach is the time in an id of a row, and how much later the row's time may be.
type clockReach struct {
	clock time.Time
	later time.Duration
}

// release takes the batches that were cut and returns those that can be parsed, in order.
func (d *dateDecider) release(batches []batch, atEnd bool) []batch {
	if !d.decided {
		for i := range batches {
			d.search(&batches[i])
		}
		d.decide(atEnd)
	}
	if d.held = append(d.held, batches...); !d.decided && d.questions > 0 {
		return nil
	}
	batches, d.held = d.held, nil
	for i := range batches {
		batches[i].dates = d.order
	}
	return batches
}

// search looks at the times of a batch, until enough was seen.
func (d *dateDecider) search(b *batch) {
	for i, span := range b.spans {
		if d.proof != nil || d.hasNoQuestion() {
			return
		}
		d.parser.parseRow(&parsedBatch{}, b, i)
		d.bytes += span.end - span.start
	}
}

// hasNoQuestion reports whether the export seems to have no dates with two readings.
func (d *dateDecider) hasNoQuestion() bool { return d.questions == 0 && d.times >= enoughTimes }

// decide decides by what was seen so far, if that is enough.
func (d *dateDecider) decide(atEnd bool) {
	switch {
	case d.proof != nil:
		d.settle(d.proof.order, fmt.Sprintf("row %d shows with %s", d.proof.row, cell.Quote(d.proof.text)))
	case d.votes[cell.DayFirst] > d.votes[cell.MonthFirst]:
		d.settle(cell.DayFirst, "the clocks in its ids show")
	case d.votes[cell.DayFirst] < d.votes[cell.MonthFirst], d.portal:
		d.settle(cell.MonthFirst, "")
	case atEnd, d.hasNoQuestion(), d.bytes >= maxSearched:
		d.decided = true
	}
}

func (d *dateDecider) settle(o cell.Order, reason string) {
	d.decided, d.order = true, dateOrder{o, true}
	if o == cell.DayFirst {
		d.tally.warn("dates such as 3/8/2026 are read day first, as " + reason)
	}
}

// look notes what a time of a row tells.
func (d *dateDecider) look(p *rowParser, s string) {
	d.times++
	if hasOneOrder(s) {
		return
	}
	monthFirst, monthErr := cell.Event(s, cell.MonthFirst)
	dayFirst, dayErr := cell.Event(s, cell.DayFirst)
	switch {
	case monthErr != nil && dayErr != nil, monthFirst.Equal(dayFirst):
		return
	case monthErr != nil, dayErr != nil:
		if d.proof == nil {
			d.proof = &dateProof{cell.MonthFirst, p.row.Row, strings.Clone(s)}
			if monthErr != nil {
				d.proof.order = cell.DayFirst
			}
		}
		return
	}
	d.questions++
	d.portal = d.portal || strings.Contains(s, ", ") && (strings.HasSuffix(s, "AM") || strings.HasSuffix(s, "PM"))
	for _, c := range p.clocks() {
		if fits := c.fits(monthFirst); fits != c.fits(dayFirst) {
			if fits {
				d.votes[cell.MonthFirst]++
			} else {
				d.votes[cell.DayFirst]++
			}
		}
	}
}

// hasOneOrder reports whether a time begins like those of the APIs, 2026-08-03, which no
// order of day and month changes.
func hasOneOrder(s string) bool { return len(s) > 7 && s[4] == '-' && s[7] == '-' }

// zones is how far the time of a row may be from the clock in its id because of its zone.
const zones = 26 * time.Hour

func (c clockReach) fits(t time.Time) bool {
	gap := t.Sub(c.clock)
	return -zones <= gap && gap <= c.later
}

// clocks returns the times in the ids of the row. The clock of a ReportId is the click's
// own. Clicks and what is done about a message come mostly within days of it.
func (p *rowParser) clocks() (clocks []clockReach) {
	if t, ok := clockOf(p.text(colReportId)); ok {
		clocks = append(clocks, clockReach{t, zones})
	}
	for _, col := range [...]column{colNetworkMessageId, colSourceId, colTeamsMessageId} {
		if t, ok := clockOf(p.text(col)); ok {
			clocks = append(clocks, clockReach{t, 7 * 24 * time.Hour})
		}
	}
	return clocks
}

// clockOf returns the time in an id: the clock of a GUID, or the milliseconds since 1970
// with which the id of a Teams message ends.
func clockOf(id string) (time.Time, bool) {
	if g, err := safelinks.ParseGUID(id); err == nil {
		return g.Time()
	}
	if i := strings.LastIndex(id, "/messages/"); i >= 0 {
		ms, err := strconv.ParseInt(id[i+len("/messages/"):], 10, 64)
		return time.UnixMilli(ms).UTC(), err == nil
	}
	return time.Time{}, false
}
