package tables

import (
	"cmp"
	"fmt"
	"math"
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
	// enoughVotes is by how many clocks one order must lead.
	enoughVotes = 3
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

	times     int // read
	questions int // of these, dates with two readings
	votes     int // of clocks for the day first, less those for the month
}

// release takes the batches that were cut and returns those that can be parsed, in order.
// What it decides depends on the rows alone, and not on how they are cut into batches.
func (d *dateDecider) release(batches []batch, atEnd bool) []batch {
	for i := range batches {
		d.search(&batches[i])
	}
	if atEnd && !d.decided {
		d.count()
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

// search looks at the times of a batch until enough was seen.
func (d *dateDecider) search(b *batch) {
	for i, span := range b.spans {
		if d.decided {
			return
		}
		d.parser.parseRow(&parsedBatch{}, b, i)
		d.bytes += span.end - span.start
		if d.votes >= enoughVotes || -d.votes >= enoughVotes || d.questions == 0 && d.times >= enoughTimes || d.bytes >= maxSearched {
			d.count()
		}
	}
}

// count decides by the clocks that were seen.
func (d *dateDecider) count() {
	switch {
	case d.decided:
	case d.votes > 0:
		d.decide(cell.DayFirst, "the clocks in its ids show")
	case d.votes < 0:
		d.decide(cell.MonthFirst, "")
	}
	d.decided = true
}

func (d *dateDecider) decide(o cell.Order, reason string) {
	if d.decided {
		return
	}
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
	case monthErr != nil:
		d.decide(cell.DayFirst, fmt.Sprintf("row %d shows with %s", p.row.Row, cell.Quote(s)))
	case dayErr != nil, isOfPortal(s):
		d.decide(cell.MonthFirst, "")
	default:
		d.questions++
		d.votes += p.vote(monthFirst, dayFirst)
	}
}

// isOfPortal reports whether a time has the form of the Log Analytics portal, such as
// 8/3/2026, 9:00:01.123 AM, in which the month is first.
func isOfPortal(s string) bool {
	return strings.Contains(s, ", ") && (strings.HasSuffix(s, "AM") || strings.HasSuffix(s, "PM"))
}

// vote returns 1 if the clock in an id of the row is for the reading with the day first, -1
// if it is for the other, and 0 if it says nothing.
func (p *rowParser) vote(monthFirst, dayFirst time.Time) int {
	clock, later, ok := p.clock()
	if !ok {
		return 0
	}
	return cmp.Compare(reach(monthFirst.Sub(clock), later), reach(dayFirst.Sub(clock), later))
}

// hasOneOrder reports whether a time begins like those of the APIs, 2026-08-03, which no
// order of day and month changes.
func hasOneOrder(s string) bool { return len(s) > 7 && s[4] == '-' && s[7] == '-' }

const (
	// zones is how far the time of a row may be from a clock in UTC because of its zone.
	zones = 26 * time.Hour
	// maxAfterMessage is how long after a message its clicks may come for the clock in its
	// id to say something; nearly all come within days.
	maxAfterMessage = 90 * 24 * time.Hour
)

// reach returns how far a time is after a clock, and beyond for one that cannot be: before
// it, or later than that.
func reach(gap, later time.Duration) time.Duration {
	const beyond = math.MaxInt64
	if gap < -zones || gap > later {
		return beyond
	}
	return gap
}

// clock returns the time in an id of the row, and how much later the row's time may be. The
// clock of a ReportId is the click's own.
func (p *rowParser) clock() (clock time.Time, later time.Duration, ok bool) {
	if clock, ok = clockOf(p.text(colReportId)); ok {
		return clock, zones, true
	}
	for _, col := range [...]column{colNetworkMessageId, colSourceId, colTeamsMessageId} {
		if clock, ok = clockOf(p.text(col)); ok {
			return clock, maxAfterMessage, true
		}
	}
	return time.Time{}, 0, false
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
