// Package ticks counts time in steps of 100 ns since the year 1, as Microsoft's tables and
// the clocks in its ids do. The tables hold the years 1 to 9999, which nanoseconds in 64
// bits do not.
package ticks

import "time"

// Ticks is a point in time or a span.
type Ticks int64

const (
	// None is no time.
	None = Ticks(-1 << 63)
	// Tick is the length of one step.
	Tick = 100 * time.Nanosecond
	// Second is the number of steps in a second.
	Second = Ticks(time.Second / Tick)

	// First and End bound the years in which something can have happened, 2013 to 2041: the
	// tables are younger, and the clocks in Microsoft's ids are believed in the same years.
	// A time outside is that of a clock gone wrong, or was read in another unit.
	First = Ticks(1_356_998_400-yearOne) * Second
	End   = Ticks(2_272_147_200-yearOne) * Second

	yearOne  = -62_135_596_800 // Unix time
	allYears = 315_537_897_600 // seconds of the years 1 to 9999
)

// Of returns the point in time t. It returns None for the zero Time and for times outside
// the years 1 to 9999.
func Of(t time.Time) Ticks {
	s := t.Unix() - yearOne
	if t.IsZero() || s < 0 || s >= allYears {
		return None
	}
	return Ticks(s)*Second + Ticks(t.Nanosecond())/Ticks(Tick)
}

// Possible reports whether something can have happened at t.
func (t Ticks) Possible() bool { return First <= t && t < End }

// OfDuration returns the span d, cut to whole steps.
func OfDuration(d time.Duration) Ticks { return Ticks(d / Tick) }

// Time returns the point in time in UTC, and the zero Time for None.
func (t Ticks) Time() time.Time {
	if t == None {
		return time.Time{}
	}
	return time.Unix(int64(t/Second)+yearOne, int64(t%Second)*int64(Tick)).UTC()
}

// Duration returns the span. Spans of more than 292 years are cut to that.
func (t Ticks) Duration() time.Duration {
	const most = Ticks(1<<63-1) / Ticks(Tick)
	return time.Duration(max(-most, min(most, t))) * Tick
}

// Abs returns the length of the span, which must not be None.
func (t Ticks) Abs() Ticks { return max(t, -t) }
