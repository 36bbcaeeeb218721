package clickclass_test

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// clickLog makes up the log of a tenant, the earliest click first: half of the clicks from
// three ways out, some messages with many links, from seconds to days after the message, a
// sixteenth from Teams, mail protection and Azure, each row with all ids.
type clickLog struct {
	rng      *rand.Rand
	gap      time.Duration // between clicks, on average
	at       time.Time
	row      int64
	messages []logMessage
}

type logMessage struct {
	sent    time.Time
	id      string
	account string
}

func newClickLog(gap time.Duration) *clickLog {
	return &clickLog{rng: rand.New(rand.NewPCG(7, 7)), gap: gap, at: noon}
}

func (l *clickLog) next() clickclass.Click {
	rng := l.rng
	l.row++
	l.at = l.at.Add(time.Duration(rng.Int64N(int64(2 * l.gap))))
	if len(l.messages) < 500 || rng.IntN(2) == 0 {
		delay := time.Duration(math.Exp(8+3.2*rng.NormFloat64())) * time.Second % (20 * 24 * time.Hour)
		m := logMessage{sent: l.at.Add(-delay), account: fmt.Sprintf("person.number%d@contoso.example", rng.IntN(3000))}
		m.id = randomID(rng, m.sent)
		l.messages = append(l.messages, m)
		if len(l.messages) > 5000 {
			l.messages = l.messages[4000:]
		}
	}
	m := l.messages[len(l.messages)-1-rng.IntN(min(len(l.messages), 500))]
	addr := netip.AddrFrom4([4]byte{203, 0, 113, byte(rng.IntN(3))})
	if rng.IntN(2) == 0 {
		addr = netip.AddrFrom4([4]byte{84, byte(rng.IntN(64)), byte(rng.IntN(64)), 1})
	}
	switch b := addr.As4(); rng.IntN(48) {
	case 0:
		addr = netip.AddrFrom4([4]byte{52, 112, b[2], b[3]})
	case 1:
		addr = netip.AddrFrom4([4]byte{40, 107, b[2], b[3]})
	case 2:
		addr = netip.AddrFrom4([4]byte{20, b[1], b[2], b[3]})
	}
	action := clickclass.ClickAllowed
	if rng.IntN(10) == 0 {
		action = clickclass.ClickBlocked
	}
	return clickclass.Click{
		Timestamp: l.at.Truncate(time.Second), ReportId: randomID(rng, l.at), NetworkMessageId: m.id, AccountUpn: m.account, IPAddress: addr,
		Url:        fmt.Sprintf("https://www.site%d.example/path/to/page/%d?campaign=%x", rng.IntN(200), rng.IntN(20), rng.IntN(10)),
		ActionType: action, Workload: "Email", File: "UrlClickEvents.csv", Row: l.row,
	}
}

// take returns the next n clicks.
func (l *clickLog) take(n int) []clickclass.Click {
	clicks := make([]clickclass.Click, n)
	for i := range clicks {
		clicks[i] = l.next()
	}
	return clicks
}

// clicks yields the next n clicks.
func (l *clickLog) clicks(n int) iter.Seq2[clickclass.Click, error] {
	return func(yield func(clickclass.Click, error) bool) {
		for range n {
			if !yield(l.next(), nil) {
				return
			}
		}
	}
}
