package neighbours

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// hostile are rows made to be slow or large.
var hostile = []struct {
	name string
	row  func(i int) Mark
}{
	{"one row again and again", func(i int) Mark { return busy(0, 1, 1, 1) }},
	{"one instant, one account, other URLs", func(i int) Mark { return busy(0, 1, i, 1) }},
	{"one instant, all else different", func(i int) Mark { return busy(0, i, i, i) }},
	{"one address, other accounts and URLs", func(i int) Mark { return busy(ticks.Ticks(i)*10, i, i, 1) }},
	{"one address, other occasions", func(i int) Mark {
		m := busy(ticks.Ticks(i)*601*ticks.Second, i, i, 1)
		m.Traits = TraitFast | TraitSlow | TraitPerson | TraitSilent
		return m
	}},
	{"one account, other addresses and URLs", func(i int) Mark { return busy(ticks.Ticks(i)*10, 1, i, i) }},
	{"one account and URL, other addresses", func(i int) Mark { return busy(ticks.Ticks(i)*10, 1, 1, i) }},
	{"one URL, other accounts and addresses", func(i int) Mark { return busy(ticks.Ticks(i)*10, i, 1, i) }},
	{"one URL, blocked by turns", func(i int) Mark {
		m := busy(ticks.Ticks(i)*10, i, 1, i)
		m.Domain, m.Kind = uint64(i)+1, []Kind{KindBlocked, KindAllowed}[i%2]
		return m
	}},
	{"other URLs, each blocked later", func(i int) Mark {
		m := busy(ticks.Ticks(i)*10, i, i/2, i)
		m.Kind = []Kind{KindAllowed, KindBlocked}[i%2]
		return m
	}},
	{"one report", func(i int) Mark {
		m := busy(ticks.Ticks(i), 1, 1, 1)
		m.Report, m.Kind, m.Action = 1, Kind(events[i%len(events)]), uint64(i%len(events))
		return m
	}},
	{"one account and URL, all scanned or allowed", func(i int) Mark {
		m := busy(ticks.Ticks(i)*ticks.Second, 1, 1, 1)
		m.Kind = []Kind{KindScan, KindAllowed}[i%2]
		return m
	}},
	{"two addresses by turns", func(i int) Mark { return busy(ticks.Ticks(i)*minute, i/2, i/2, i%2) }},
	{"past and future by turns", func(i int) Mark { return busy(ticks.Ticks(i%2)*1000*365*day, i%7, i, i) }},
	{"one domain, other accounts with sign-ins", func(i int) Mark {
		m := busy(ticks.Ticks(i)*10, i, i, i)
		m.Traits = TraitSignIn
		return m
	}},
	{"one site, other URLs, messages and domains, blocked by turns", func(i int) Mark {
		m := busy(ticks.Ticks(i)*10, i, i, i)
		m.Site, m.Domain, m.Message = 1, uint64(i/2)+1, uint64(i/3)+1
		m.Kind = []Kind{KindAllowed, KindBlocked}[i%2]
		return m
	}},
	{"other sites, each blocked later", func(i int) Mark {
		m := busy(ticks.Ticks(i)*10, i, i, i)
		m.Site, m.Kind = uint64(i/2)+1, []Kind{KindAllowed, KindBlocked}[i%2]
		return m
	}},
	{"one account, all dangerous", func(i int) Mark {
		m := busy(ticks.Ticks(i)*10, 1, i, i%2)
		m.Kind |= KindDanger
		return m
	}},
	{"one address, accounts that come back every day", func(i int) Mark { return busy(ticks.Ticks(i/100)*day, i%100, i, 1) }},
	{"one account, an hour each", func(i int) Mark { return busy(ticks.Ticks(i)*hour, 1, i, i%3) }},
	{"no time", func(i int) Mark { return Mark{At: ticks.None, Account: 1} }},
	{"a row with a time, then none", func(i int) Mark {
		m := busy(0, i, i, i)
		if i > 0 {
			m.At = ticks.None
		}
		return m
	}},
	{"other actions of one report", func(i int) Mark {
		m := busy(ticks.Ticks(i), 1, 1, 1)
		m.Report, m.Action = 1, uint64(i)
		return m
	}},
	{"far future", func(i int) Mark { return busy(farDate-start, 1, i, i) }},
}

// busy returns a row with keys that are numbers of any size.
func busy(after ticks.Ticks, account, url, addr int) Mark {
	return Mark{
		At: start + after, Account: uint64(account) + 1, Domain: 1, URL: uint64(url) + 1, Message: 1,
		Addr: uint64(addr) + 1, IP: netip.AddrFrom4([4]byte{10, byte(addr >> 16), byte(addr >> 8), byte(addr)}), Kind: KindAllowed,
	}
}

// TestWindowHostile runs streams that would take hours, or memory without end, if anything
// grew faster than the number of rows. What is held is counted, not timed.
func TestWindowHostile(t *testing.T) {
	n := 200_000
	if testing.Short() {
		n = 20_000
	}
	for _, tt := range hostile {
		t.Run(tt.name, func(t *testing.T) {
			w := newWindow(hour, 4000)
			first, revisions := 0, 0
			emit := func(r Ready[int]) {
				if r.Item == first {
					first++
				} else {
					revisions++
				}
			}
			for i := range n {
				w.Add(tt.row(i), i, rowSize, emit)
				if w.Held() >= w.Rows || w.Remembered() > w.Rows/4 || w.bytes >= w.Bytes {
					require.Fail(t, "too much is inside", "%d rows held, %d remembered, %d bytes", w.Held(), w.Remembered(), w.bytes)
				}
			}
			w.Flush(emit)
			assert.Equal(t, n, first)
			assert.LessOrEqual(t, revisions, 4*n)
			assert.LessOrEqual(t, cap(w.marks), 2*(w.Rows+w.Rows/4), "room for rows")
		})
	}
}
