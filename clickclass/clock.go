package clickclass

import (
	"encoding/binary"
	"time"

	"github.com/whoclicked/whoclicked/safelinks"
)

// ticks counts steps of 100 ns since the year 1, as the tables and the clocks in
// ids do: they hold the years 1 to 9999, which nanoseconds do not.
type ticks int64

const (
	tick    = 100 * time.Nanosecond
	second  = ticks(time.Second / tick)
	noTicks = ticks(-1 << 63)

	yearOne  = -62_135_596_800 // Unix time
	allYears = 315_537_897_600 // seconds of the years 1 to 9999
)

func toTicks(d time.Duration) ticks { return ticks(d / tick) }

// duration is the span of t; one of over 292 years is cut to that.
func (t ticks) duration() time.Duration {
	const most = ticks(forever / tick)
	return time.Duration(max(-most, min(most, t))) * tick
}

// ticksOf returns noTicks for no time, and for one outside the years of the
// tables.
func ticksOf(t time.Time) ticks {
	s := t.Unix() - yearOne
	if t.IsZero() || s < 0 || s >= allYears {
		return noTicks
	}
	return ticks(s)*second + ticks(t.Nanosecond())/ticks(tick)
}

// time is the time in UTC, and the zero Time for noTicks.
func (t ticks) time() time.Time {
	if t == noTicks {
		return time.Time{}
	}
	return time.Unix(int64(t/second)+yearOne, int64(t%second)*int64(tick)).UTC()
}

// A ReportId's clock is the click's own: in 16 of 16 real rows it lies within
// the second that Timestamp was cut to. It is believed within these bounds of
// Timestamp, and gives exports that are cut to seconds their fractions back.
const (
	reportClockBefore = -second
	reportClockAfter  = 2 * second
)

// readings is what a row says by itself: when the click was made, when its
// message was taken in, and whether its URL is one that nobody wrapped.
type readings struct {
	at        ticks // noTicks: not known
	sent      ticks // by the clock in NetworkMessageId; noTicks: it has none
	taken     bool  // the zero readings are none
	disagrees bool  // ReportId holds a clock of another time, which was not believed
	bare      bool  // for sure, nothing is wrapped in Url
}

// readingsOf reads a row. The click was made at Timestamp, refined by the clock
// in ReportId where the two agree, or at that clock where there is no Timestamp.
func readingsOf(k *Click) (c readings) {
	report, ok := safelinks.ParseGUID(k.ReportId)
	message, named := safelinks.ParseGUID(k.NetworkMessageId)
	c.read(k, clockIn(report, ok), clockIn(message, named))
	return c
}

// read is readingsOf for ids that have been read, into the zero readings.
func (c *readings) read(k *Click, report, message ticks) {
	c.taken, c.at, c.sent, c.bare = true, ticksOf(k.Timestamp), message, !safelinks.MayBeWrapped(k.Url)
	switch {
	case report == noTicks:
	case k.Timestamp.IsZero():
		c.at = report
	case c.at == noTicks || report-c.at < reportClockBefore || report-c.at >= reportClockAfter:
		c.disagrees = true
	case k.Timestamp.Nanosecond() == 0: // a fraction of its own is finer than the clock
		c.at = report
	}
}

// clockIn is the clock of an id, to the full 100 ns, and noTicks when it holds
// none: the fourth group holds the lower 16 bits of the tick count, the fifth
// the upper 48. A row whose Timestamp has seven digits agrees with its ReportId
// in all of them.
func clockIn(id safelinks.GUID, ok bool) ticks {
	if !ok {
		return noTicks
	}
	if _, ok := id.Time(); !ok {
		return noTicks
	}
	low := binary.BigEndian.Uint16(id[8:])
	high := uint64(binary.BigEndian.Uint16(id[10:]))<<32 | uint64(binary.BigEndian.Uint32(id[12:]))
	return ticks(high<<16 | uint64(low))
}
