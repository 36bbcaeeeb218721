package neighbours

import (
	"math/rand/v2"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// tenantMarks makes up a tenant's rows, the earliest first: half of the clicks come from
// three ways out, and some messages have many links.
func tenantMarks(n int, gap ticks.Ticks) []Mark {
	rng := rand.New(rand.NewPCG(7, 7))
	type message struct{ key, account uint64 }
	var messages []message
	keyOf := func(kind, number uint64) uint64 { return (kind<<32 | number + 1) * 0x9e3779b97f4a7c15 }
	rows := make([]Mark, n)
	at := start
	for i := range rows {
		at += ticks.Ticks(rng.Int64N(int64(2 * gap)))
		if len(messages) < 500 || rng.IntN(2) == 0 {
			messages = append(messages, message{keyOf(1, uint64(len(messages))), keyOf(2, rng.Uint64N(3000))})
		}
		m := messages[len(messages)-1-rng.IntN(min(len(messages), 500))]
		addr := [4]byte{203, 0, 113, byte(rng.IntN(3))}
		if rng.IntN(2) == 0 {
			addr = [4]byte{84, byte(rng.IntN(64)), byte(rng.IntN(64)), 1}
		}
		kind := KindAllowed
		if rng.IntN(10) == 0 {
			kind = KindBlocked
		}
		rows[i] = Mark{
			At: at, Account: m.account, Domain: 1, Message: m.key, URL: keyOf(3, rng.Uint64N(40_000)),
			Addr: keyOf(4, uint64(addr[1])<<16|uint64(addr[2])<<8|uint64(addr[3])), IP: netip.AddrFrom4(addr),
			Report: keyOf(5, uint64(i)), Kind: kind, Action: uint64(kind), Traits: []Traits{TraitFast, TraitSlow}[rng.IntN(2)],
		}
		rows[i].Site = keyOf(6, rows[i].URL%4000)
		if m.account%2 == 0 {
			rows[i].Traits |= TraitSignIn
		}
		if rng.IntN(50) == 0 {
			rows[i].Kind |= KindDanger
		}
	}
	return rows
}

// countKeys counts the rows of each key in a map: the least that a comparison by keys does.
func countKeys(rows []Mark) (different int) {
	for column := range numColumns {
		seen := map[uint64]int32{}
		for i := range rows {
			seen[rows[i].key(column)]++
		}
		different += len(seen)
	}
	return different
}

// BenchmarkCompare compares as many rows as a full window holds. The ratio is that to
// counting the rows of each key in a map.
func BenchmarkCompare(b *testing.B) {
	const n = 40_000
	for _, name := range []string{"in order", "reversed", "shuffled"} {
		b.Run(name, func(b *testing.B) {
			rows := tenantMarks(n, 60*ticks.Second)
			rows = pick(rows, orders[name](rand.New(rand.NewPCG(8, 8)), rows))
			b.ReportAllocs()
			var counting time.Duration
			for b.Loop() {
				Compare(rows, 30*day, isOdd)
				b.StopTimer()
				begin := time.Now()
				if countKeys(rows) == 0 {
					b.Fatal("no keys")
				}
				counting += time.Since(begin)
				b.StartTimer()
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/n, "ns/row")
			b.ReportMetric(float64(b.Elapsed())/float64(counting), "ratio")
		})
	}
}

// BenchmarkWindow runs a long stream through a Window. An operation is a row. The ratio is
// that to one Compare of the same rows; inside is the most rows that were held and
// remembered.
func BenchmarkWindow(b *testing.B) {
	const n = 200_000
	for _, s := range []struct {
		name, order string
		gap         ticks.Ticks
	}{
		{"in order", "in order", 3 * ticks.Second},
		{"reversed", "reversed", 3 * ticks.Second},
		{"shuffled", "shuffled", 3 * ticks.Second},
		{"busy", "in order", ticks.Second / 100}, // more rows within reach than are held
	} {
		b.Run(s.name, func(b *testing.B) {
			rows := tenantMarks(n, s.gap)
			rows = pick(rows, orders[s.order](rand.New(rand.NewPCG(8, 8)), rows))
			begin := time.Now()
			Compare(rows, 30*day, isOdd)
			comparing := float64(time.Since(begin)) / n

			w := newWindow(30*day, 40_000)
			next, revisions, inside, i := 0, 0, 0, 0
			emit := func(r Ready[int]) {
				if r.Item == next {
					next++
				} else {
					revisions++
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				w.Add(rows[i%n], i, rowSize, emit)
				inside = max(inside, len(w.items))
				i++
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/comparing, "ratio")
			b.ReportMetric(float64(inside), "inside")
			b.ReportMetric(float64(revisions)/float64(b.N), "revisions/row")
		})
	}
}

// BenchmarkHostile prints what twice and four times as many rows take, in time and memory,
// for rows made to be slow or large. 2 and 4 are linear.
func BenchmarkHostile(b *testing.B) {
	const n = 10_000
	kinds := []struct {
		name string
		run  func(rows []Mark)
	}{
		{"compare", func(rows []Mark) { Compare(rows, hour, isOdd) }},
		{"window", func(rows []Mark) {
			w := newWindow(hour, n/4)
			for i, m := range rows {
				w.Add(m, i, rowSize, func(Ready[int]) {})
			}
			w.Flush(func(Ready[int]) {})
		}},
	}
	for _, kind := range kinds {
		for _, shape := range hostile {
			b.Run(kind.name+"/"+shape.name, func(b *testing.B) {
				rows := make([]Mark, 4*n)
				for i := range rows {
					rows[i] = shape.row(i)
				}
				var took [3]time.Duration // the least of n, 2n and 4n rows
				var bytes [3]uint64
				for b.Loop() {
					for i := range took {
						part := rows[:n<<i]
						var before, after runtime.MemStats
						runtime.ReadMemStats(&before)
						begin := time.Now()
						kind.run(part)
						if d := time.Since(begin); took[i] == 0 || d < took[i] {
							took[i] = d
						}
						runtime.ReadMemStats(&after)
						bytes[i] = after.TotalAlloc - before.TotalAlloc
					}
				}
				b.ReportMetric(float64(took[2])/(4*n), "ns/row")
				b.ReportMetric(float64(took[1])/float64(took[0]), "2n/n")
				b.ReportMetric(float64(took[2])/float64(took[0]), "4n/n")
				b.ReportMetric(float64(bytes[2])/float64(max(1, bytes[0])), "4n/n-bytes")
			})
		}
	}
}
