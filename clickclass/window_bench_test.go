package clickclass

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"
)

// tenantRows makes up a month of a tenant's rows, with the earliest first: half
// of the clicks from three ways out, some messages with many links, each row
// with all ids.
func tenantRows(n int, gap time.Duration) []Click {
	rng := rand.New(rand.NewPCG(7, 7))
	id := func(t time.Time) string {
		ticks := uint64(t.UnixNano()/100) + 621355968000000000
		return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", rng.Uint32(), rng.Uint32N(1<<16), rng.Uint32N(1<<16), ticks&0xffff, ticks>>16)
	}
	type message struct {
		id      string
		account string
	}
	var messages []message
	rows := make([]Click, n)
	at := windowStart
	for i := range rows {
		at = at.Add(time.Duration(rng.Int64N(int64(2 * gap))))
		if len(messages) < 500 || rng.IntN(2) == 0 {
			messages = append(messages, message{id(at.Add(-time.Minute)), fmt.Sprintf("person.number%d@contoso.example", rng.IntN(3000))})
		}
		m := messages[len(messages)-1-rng.IntN(min(len(messages), 500))]
		addr := netip.AddrFrom4([4]byte{203, 0, 113, byte(rng.IntN(3))})
		if rng.IntN(2) == 0 {
			addr = netip.AddrFrom4([4]byte{84, byte(rng.IntN(64)), byte(rng.IntN(64)), 1})
		}
		action := ClickAllowed
		if rng.IntN(10) == 0 {
			action = ClickBlocked
		}
		rows[i] = Click{
			Timestamp: at.Truncate(time.Second), ReportId: id(at), NetworkMessageId: m.id, AccountUpn: m.account, IPAddress: addr,
			Url:        fmt.Sprintf("https://www.site%d.example/path/to/page/%d?campaign=%x", rng.IntN(200), rng.IntN(20), rng.IntN(10)),
			ActionType: action, Workload: "Email", Row: i + 1,
		}
	}
	return rows
}

// BenchmarkWindow runs a long stream through a window. ns/op is a row's share
// of everything; ratio is that against hashing the same rows' fields, the least
// that any comparison of rows costs; rows-held is the most that were held or
// remembered.
func BenchmarkWindow(b *testing.B) {
	const n = 200_000
	streams := []struct {
		name string
		gap  time.Duration
		turn func([]Click)
	}{
		{"ascending", 3 * time.Second, func([]Click) {}},
		{"descending", 3 * time.Second, slices.Reverse[[]Click]},
		{"shuffled", 3 * time.Second, func(r []Click) {
			rand.New(rand.NewPCG(8, 8)).Shuffle(len(r), func(i, j int) { r[i], r[j] = r[j], r[i] })
		}},
		{"busy", 10 * time.Millisecond, func([]Click) {}}, // more rows in the window than are held
	}
	for _, s := range streams {
		b.Run(s.name, func(b *testing.B) {
			rows := tenantRows(n, s.gap)
			s.turn(rows)
			w := NewWindow(0)
			most, revisions, i := 0, 0, 0
			keep := func(near *Near) bool {
				if near.Revision > 0 {
					revisions++
				}
				return true
			}
			made := Rows{Reuse: true}
			var ready []Row
			b.ReportAllocs()
			for b.Loop() {
				if len(ready) == 0 { // as many at a time as a chunk of an export has
					for j := range 512 {
						made.Add(&rows[(i+j)%n])
					}
					ready = made.Take()
				}
				w.Add(&ready[0], keep)
				ready = ready[1:]
				most = max(most, w.n)
				i++
			}
			window := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			start := time.Now()
			var sum uint64
			for j := range n {
				var p footprint
				p.read(&rows[j])
				sum += p.keys[byPair]
			}
			hash := float64(time.Since(start).Nanoseconds()) / n
			if sum == 0 {
				b.Fatal("no key")
			}
			b.ReportMetric(window/hash, "ratio")
			b.ReportMetric(hash, "hash-ns/row")
			b.ReportMetric(float64(most), "rows-held")
			b.ReportMetric(float64(revisions)/float64(b.N), "revisions/row")
		})
	}
}
