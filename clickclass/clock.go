package clickclass

import (
	"strconv"
	"time"

	"github.com/whoclicked/whoclicked/safelinks"
)

// A ReportId's clock is the click's own: in 16 of 16 real rows it lies within
// the second that Timestamp was cut to. It is believed within these bounds of
// Timestamp, and gives exports that are cut to seconds their fractions back.
const (
	reportClockBefore = -time.Second
	reportClockAfter  = 2 * time.Second
)

// clickTime returns when a click was made: Timestamp, refined by the clock in
// ReportId where the two agree, or that clock alone where there is no
// Timestamp. It is zero when neither is there. disagrees says that ReportId
// holds a clock of another time, which was not believed.
func clickTime(k *Click) (t time.Time, fromReportID, disagrees bool) {
	clock, ok := idTime(k.ReportId)
	switch {
	case !ok:
		return k.Timestamp, false, false
	case k.Timestamp.IsZero():
		return clock, true, false
	}
	d := clock.Sub(k.Timestamp)
	if d < reportClockBefore || d >= reportClockAfter {
		return k.Timestamp, false, true
	}
	// A Timestamp with a fraction of its own is finer than the clock.
	if k.Timestamp.Nanosecond() != 0 {
		return k.Timestamp, false, false
	}
	return clock, true, false
}

// idTime is safelinks.MessageTime to the full 100 ns: the fourth group of these
// ids holds the lower 16 bits of the tick count. A row whose Timestamp has
// seven digits agrees with its ReportId in all of them.
func idTime(id string) (time.Time, bool) {
	t, ok := safelinks.MessageTime(id)
	if !ok {
		return time.Time{}, false
	}
	lower := uint64(0)
	if len(id) == len("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx") {
		lower, _ = strconv.ParseUint(id[19:23], 16, 16)
	} else if g, ok := safelinks.ParseGUID(id); ok {
		lower = uint64(g[8])<<8 | uint64(g[9])
	}
	t = t.Add(time.Duration(lower) * tick)
	return t, true
}
