package clickclass

import (
	"strconv"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/keys"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
	"github.com/whoclicked/whoclicked/safelinks"
)

const (
	// clockTolerance is how long before its message a click may be for the clock in the
	// message's id to be believed: clocks differ, and a message may be held.
	clockTolerance = 5 * time.Minute
	// mailAfterClock and mailBeforeClock bound EmailEvents.Timestamp minus the clock in the
	// message's id; 737 of 737 delivered rows of a lab tenant lay between -2 s and 180 s. A
	// later Timestamp is harmless, since messages are held; an earlier one shows that the
	// clock in the id is ahead.
	mailAfterClock  = 10 * time.Minute
	mailBeforeClock = -2 * time.Second

	// The clock in a ReportId is the click's own: in 16 of 16 real rows it lies within the
	// second that Timestamp was cut to. It is believed within these bounds of Timestamp.
	reportClockBefore = -ticks.Second
	reportClockAfter  = 2 * ticks.Second
)

// reading is what the times and ids of a row say.
type reading struct {
	At        ticks.Ticks // when the click was made; None: not known
	Sent      ticks.Ticks // when the message was received, or sent in Teams, by the clock in its id; None: not known
	Disagrees bool        // ReportId holds a clock of another time, which was not believed

	report, message id
}

// id is a NetworkMessageId or ReportId.
type id struct {
	guid safelinks.GUID
	ok   bool // the text is a GUID
}

func parseID(s string) id {
	g, err := safelinks.ParseGUID(s)
	return id{g, err == nil}
}

// clock returns the clock of an id, and None if it has no plausible one.
func (i id) clock() ticks.Ticks {
	if !i.ok {
		return ticks.None
	}
	t, ok := i.guid.Time()
	if !ok {
		return ticks.None
	}
	return ticks.Of(t)
}

// key returns the key of an id with the given text, by which rows are compared, and 0 for the
// GUID of zeros, which names nothing.
func (i id) key(text string) uint64 {
	if i.ok && i.guid == (safelinks.GUID{}) {
		return 0
	}
	if i.ok {
		return keys.OfBytes(i.guid[:])
	}
	return keys.Of(normal.Account(text))
}

// chatDigits is the length of the ids of messages in Teams: Unix milliseconds, from 2001 on.
const chatDigits = 13

// chatClock returns when a message in Teams was sent, by its id: Unix milliseconds, alone or
// behind the chat, as in ".../messages/1784797608461" and "19:…;messageid=1784797608461".
// Seen in TeamsMessageId and in links of Teams; that SourceId has it, too, rests on one
// report. Teams began in 2016; None for an earlier time and for another id.
func chatClock(id string) ticks.Ticks {
	id, _, _ = strings.Cut(id, "?") // of a link to the message
	id = strings.TrimSuffix(id, "/")
	digits := strings.TrimRightFunc(id, func(r rune) bool { return '0' <= r && r <= '9' })
	before, sent := id[:len(digits)], id[len(digits):]
	if len(sent) != chatDigits || before != "" && !strings.ContainsRune("/=:;", rune(before[len(before)-1])) {
		return ticks.None
	}
	ms, err := strconv.ParseInt(sent, 10, 64)
	if at := time.UnixMilli(ms).UTC(); err == nil && at.Year() >= 2016 {
		return ticks.Of(at)
	}
	return ticks.None
}

// readClocks reads the clocks of a row. The click was made at Timestamp, refined by the
// clock in ReportId if the two agree, or at that clock if there is no Timestamp.
func readClocks(k *Click) reading {
	r := reading{At: ticks.Of(k.Timestamp), report: parseID(k.ReportId), message: parseID(k.NetworkMessageId)}
	r.Sent = r.message.clock()
	if r.Sent == ticks.None && k.Workload == "Teams" {
		if r.Sent = chatClock(k.NetworkMessageId); r.Sent == ticks.None {
			r.Sent = chatClock(k.SourceId)
		}
	}
	switch report := r.report.clock(); {
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

// linkClock returns the clock of the outermost layer of a link that has one: when the message
// was received or sent, or else when the layer was written. That is no later than the
// message was in the mailbox, and mail is assumed to be there within minutes. Whoever
// forwards a link forwards its clock, and whoever writes a mail can make up the clocks in its
// links: they are asked only where nothing else is known.
func linkClock(chain *safelinks.Chain) ticks.Ticks {
	for i := range chain.Layers {
		for _, t := range layerClocks(&chain.Layers[i]) {
			if at := ticks.Of(t); at != ticks.None {
				return at
			}
		}
	}
	return ticks.None
}

// layerClocks returns the clocks of a layer, the best first. Clocks of clicks and of records
// that a gateway may make at any time say nothing of the message.
func layerClocks(l *safelinks.Layer) [4]time.Time {
	var times [4]time.Time
	if k := l.Link; k != nil {
		times[0], times[1] = k.Received, k.Written
		if k.Teams != nil {
			times[2] = k.Teams.Sent
		}
	}
	if l.Clock == "sent" || l.Clock == "rewrite" {
		times[3] = l.Time
	}
	return times
}
