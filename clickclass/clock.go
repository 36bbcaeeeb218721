package clickclass

import (
	"encoding/binary"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
	"github.com/whoclicked/whoclicked/safelinks"
)

const (
	// clockTolerance is how long before its message a click may be for the clock in the
	// message's id to be believed: clocks differ, and a message may be held.
	clockTolerance = 5 * time.Minute
	// mailAfterClock and mailBeforeClock bound EmailEvents.Timestamp minus the clock in the
	// message's id; 737 of 737 delivered rows of a lab tenant lay between -2 s and 180 s.
	mailAfterClock  = 10 * time.Minute
	mailBeforeClock = -time.Minute

	// The clock in a ReportId is the click's own: in 16 of 16 real rows it lies within the
	// second that Timestamp was cut to. It is believed within these bounds of Timestamp.
	reportClockBefore = -ticks.Second
	reportClockAfter  = 2 * ticks.Second
)

// reading is what the times and ids of a row say.
type reading struct {
	At        ticks.Ticks // when the click was made; None: not known
	Sent      ticks.Ticks // when the message was received, by the clock in its id; None: not known
	Disagrees bool        // ReportId holds a clock of another time, which was not believed
}

// readClocks reads the clocks of a row. The click was made at Timestamp, refined by the
// clock in ReportId if the two agree, or at that clock if there is no Timestamp.
func readClocks(k *Click) reading {
	r := reading{At: ticks.Of(k.Timestamp)}
	r.Sent = clockIn(k.NetworkMessageId)
	switch report := clockIn(k.ReportId); {
	case report == ticks.None:
	case k.Timestamp.IsZero():
		r.At = report
	case r.At == ticks.None || report-r.At < reportClockBefore || report-r.At >= reportClockAfter:
		r.Disagrees = true
	case k.Timestamp.Nanosecond() == 0: // cut to seconds: the clock is finer
		r.At = report
	}
	return r
}

// clockIn returns the clock of an id to the full 100 ns, and None if it has no plausible
// one. The fourth group of an id holds the lower 16 bits of the tick count, the fifth the
// upper 48. A row whose Timestamp has seven digits agrees with its ReportId in all of them.
func clockIn(id string) ticks.Ticks {
	if _, ok := safelinks.MessageTime(id); !ok {
		return ticks.None
	}
	g, err := safelinks.ParseGUID(id)
	if err != nil {
		return ticks.None
	}
	low := binary.BigEndian.Uint16(g[8:])
	high := uint64(binary.BigEndian.Uint16(g[10:]))<<32 | uint64(binary.BigEndian.Uint32(g[12:]))
	return ticks.Ticks(high<<16 | uint64(low))
}

// linkClock returns the best clock that a Safe Link holds: when the message was received,
// else when the link was written, else when the Teams message was sent.
func linkClock(raw string) ticks.Ticks {
	chain, _ := safelinks.Unwrap(raw)
	for _, layer := range chain.Layers {
		l := layer.Link
		if l == nil {
			continue
		}
		times := []time.Time{l.Received, l.Written}
		if l.Teams != nil {
			times = append(times, l.Teams.Sent)
		}
		for _, t := range times {
			if at := ticks.Of(t); at != ticks.None {
				return at
			}
		}
		break // the outermost link is the one that was clicked
	}
	return ticks.None
}
