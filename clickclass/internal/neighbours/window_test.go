package neighbours

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// newWindow returns a Window of rows that are known by their numbers. All rows have 100
// bytes in most tests, so that none is bounded by text.
func newWindow(reach ticks.Ticks, rows int) *Window[int] {
	return &Window[int]{Options: Options{Reach: reach, Rows: rows, Bytes: 1 << 40, Service: isOdd}}
}

const rowSize = 100

// collector collects what comes out of a Window.
type collector []Ready[int]

func (c *collector) emit(r Ready[int]) { *c = append(*c, r) }

// passThrough runs rows through a Window and flushes it at the end and after the rows for
// which flush is true. It returns what comes out, and which row was the oldest inside when
// each row was read.
func passThrough(t *testing.T, w *Window[int], rows []Mark, flush func(row int) bool) (out []Ready[int], oldest []int) {
	var c collector
	for i, m := range rows {
		if len(w.items) > 0 {
			oldest = append(oldest, w.items[0])
		} else {
			oldest = append(oldest, i)
		}
		w.Add(m, i, rowSize, c.emit)
		checkBounds(t, w)
		if flush != nil && flush(i) {
			w.Flush(c.emit)
			require.Zero(t, w.Held())
			checkBounds(t, w)
		}
	}
	w.Flush(c.emit)
	require.Zero(t, w.Held())
	return c, oldest
}

// checkBounds holds a Window to what its Options allow.
func checkBounds[T any](t *testing.T, w *Window[T]) {
	t.Helper()
	inside, bytes := 0, int64(0)
	for range w.Entries() {
		bytes += w.sizes[inside]
		inside++
	}
	require.Equal(t, inside, w.Held()+w.Remembered())
	require.Equal(t, bytes, w.bytes)
	require.Less(t, w.Held(), max(w.Rows, 1))
	require.Less(t, bytes, max(w.Bytes, 1))
	require.LessOrEqual(t, w.Remembered(), w.Rows/4)
}

// lastCounts returns the last Counts of each row. It requires that rows come out once and
// in their order, and after that only with other Counts.
func lastCounts(t *testing.T, n int, out []Ready[int]) []Counts {
	t.Helper()
	last := make([]Counts, 0, n)
	for _, r := range out {
		if r.Item < len(last) {
			require.NotEqual(t, last[r.Item], r.Counts, "row %d comes again with the same", r.Item)
			last[r.Item] = r.Counts
			continue
		}
		require.Equal(t, len(last), r.Item, "rows come in order")
		last = append(last, r.Counts)
	}
	require.Len(t, last, n)
	return last
}

// TestWindowHoldsAll shows that a Window that holds all rows is a Compare.
func TestWindowHoldsAll(t *testing.T) {
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 1))
		rows := randomMarks(rng, 1+rng.IntN(150), choose(rng, ticks.Second, minute, 5*hour))
		reach := choose(rng, 6*hour, hour, 30*ticks.Second)
		out, _ := passThrough(t, newWindow(reach, len(rows)+1), rows, nil)
		require.Len(t, out, len(rows))
		require.Equal(t, Compare(rows, reach, isOdd), lastCounts(t, len(rows), out), "seed %d", seed)
	}
}

// TestWindowStream holds fewer rows than there are, so that rows come out early. The last
// Counts are those of a comparison of all rows if the rows that tell about a row were inside
// the Window at the same time.
func TestWindowStream(t *testing.T) {
	const reach = 5 * minute
	seeds := uint64(15)
	if testing.Short() {
		seeds = 3
	}
	for _, order := range []string{"in order", "reversed", "late", "shuffled"} {
		for _, flushes := range []string{"at the end", "now and then", "after every row"} {
			t.Run(order+", flushed "+flushes, func(t *testing.T) {
				revised, exact, rowsInAll := false, 0, 0
				for seed := range seeds {
					rng := rand.New(rand.NewPCG(seed, 3))
					w, n, over := newWindow(reach, 64), 400, day
					if order == "shuffled" {
						w.Rows, n, over = 4*150, 150, 2*reach // all of them are remembered
					}
					rows := randomMarks(rng, n, over)
					rows = slices.DeleteFunc(rows, func(m Mark) bool { return m.At < start || m.At == farDate })
					places := byTime(rows)
					switch order {
					case "reversed":
						slices.Reverse(places)
					case "late": // each row up to 5 minutes late
						late := slices.Clone(rows)
						for i := range late {
							late[i].At += ticks.Ticks(rng.Int64N(int64(reach)))
						}
						places = byTime(late)
					case "shuffled":
						places = rng.Perm(len(rows))
					}
					rows = pick(rows, places)

					out, oldest := passThrough(t, w, rows, func(int) bool {
						return flushes == "after every row" || flushes == "now and then" && rng.IntN(6) == 0
					})
					revised = revised || len(out) > len(rows)
					got := lastCounts(t, len(rows), out)
					rowsInAll += len(rows)
					for i, want := range Compare(rows, reach, isOdd) {
						if together(rows, i, 2*reach, oldest) {
							exact++
						} else if together(rows, i, reach, oldest) {
							// The neighbours' own neighbours tell who comes again and who is elsewhere.
							require.LessOrEqual(t, got[i].AddressRegulars, want.AddressRegulars)
							require.LessOrEqual(t, got[i].AddressVisitors, want.AddressVisitors)
							want.AddressRegulars, want.AddressVisitors = got[i].AddressRegulars, got[i].AddressVisitors
						} else {
							continue
						}
						require.Equal(t, want, got[i], "seed %d row %d", seed, i)
					}
				}
				assert.Equal(t, flushes != "at the end", revised, "rows that came out too early are revised")
				assert.Greater(t, exact, rowsInAll*3/4)
				if flushes == "at the end" {
					assert.Equal(t, rowsInAll, exact)
				}
			})
		}
	}
}

// together reports whether all rows that are at most a span of time away from row i were
// inside the Window when the last of them was read. Oldest holds which row was the oldest
// inside when each row was read.
func together(rows []Mark, i int, span ticks.Ticks, oldest []int) bool {
	first, last := i, i
	for j := range rows {
		if slowNear(&rows[i], &rows[j], span, span) {
			first, last = min(first, j), max(last, j)
		}
	}
	return oldest[last] <= first
}

// TestWindowBusy holds fewer rows than are near each other. Counts are then lower than those
// of all rows, never higher, but for AddressAtHome.
func TestWindowBusy(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 4))
		over, reach := choose(rng, minute, hour, 5*hour), hour
		if seed%3 == 0 {
			over, reach = 40*day, 20*day
		}
		rows := randomMarks(rng, 300, over)
		w := newWindow(reach, rng.IntN(80))
		out, _ := passThrough(t, w, rows, func(int) bool { return seed%2 == 0 && rng.IntN(10) == 0 })
		got := lastCounts(t, len(rows), out)
		for i, want := range Compare(rows, reach, isOdd) {
			joined := got[i]
			joined.Join(&want)
			joined.AddressAtHome = want.AddressAtHome
			require.Equal(t, want, joined, "seed %d row %d: %+v", seed, i, got[i])
		}
	}
}

// TestWindowDays flushes rows of weeks now and then, so that they are compared before all
// are known. AddressAtHome alone keeps what was found then.
func TestWindowDays(t *testing.T) {
	tooMany := 0
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 12))
		rows := randomMarks(rng, 120, choose(rng, 10*day, 40*day))
		rows = slices.DeleteFunc(rows, func(m Mark) bool { return m.At < start || m.At == farDate })
		w := newWindow(20*day, 4*len(rows)) // all of them are remembered
		out, _ := passThrough(t, w, rows, func(int) bool { return rng.IntN(20) == 0 })
		got := lastCounts(t, len(rows), out)
		for i, want := range Compare(rows, 20*day, isOdd) {
			n := got[i]
			require.GreaterOrEqual(t, n.AddressAtHome, want.AddressAtHome, "seed %d row %d", seed, i)
			if n.AddressAtHome > want.AddressAtHome {
				tooMany++
			}
			n.AddressAtHome = want.AddressAtHome
			require.Equal(t, want, n, "seed %d row %d", seed, i)
		}
	}
	require.Positive(t, tooMany)
}

// TestWindowDiffers shows that revisions come if the caller wants to know, and that nothing
// is lost if it does not.
func TestWindowDiffers(t *testing.T) {
	w := newWindow(hour, 100)
	w.Differs = func(now, was *Counts) bool { // two accounts are no crowd
		return now.FanAccounts >= 3 != (was.FanAccounts >= 3)
	}
	var out collector
	add := func(i int, after ticks.Ticks, account uint64) {
		w.Add(sketch{after: after, who: person{account, 1}, url: 1, addr: 1}.mark(), i, rowSize, out.emit)
		w.Flush(out.emit)
	}
	add(0, 0, 1)
	add(1, ticks.Second, 2)
	add(2, 2*ticks.Second, 3)
	add(3, 4*hour, 4) // more than three reaches on: the first three are forgotten
	add(4, 2*ticks.Second, 5)
	var got []string
	for _, r := range out {
		got = append(got, fmt.Sprintf("row %d accounts %d", r.Item, r.Counts.FanAccounts))
	}
	assert.Equal(t, []string{
		"row 0 accounts 1",
		"row 1 accounts 2",
		"row 0 accounts 3",
		"row 1 accounts 3",
		"row 2 accounts 3",
		"row 3 accounts 1",
		"row 4 accounts 1",
	}, got)
}

func TestWindowUntimed(t *testing.T) {
	w := newWindow(hour, 100)
	untimed := Mark{At: ticks.None, Account: 1, URL: 1, Message: 1}
	var out collector
	w.Add(untimed, 0, rowSize, out.emit)
	assert.Len(t, out, 1, "nothing to wait for")
	w.Add(Mark{At: start}, 1, rowSize, out.emit)
	w.Add(untimed, 2, rowSize, out.emit)
	assert.Len(t, out, 1, "waits for the row before it")
	w.Flush(out.emit)
	assert.Equal(t, collector{{0, Counts{Seen: true}}, {1, Counts{Seen: true}}, {2, Counts{Seen: true}}}, out)
	w.Flush(out.emit)
	assert.Len(t, out, 3, "nothing is held")
}

// TestWindowZero runs zero Marks through a Window with zero bounds, which holds nothing.
func TestWindowZero(t *testing.T) {
	var w Window[int]
	var out collector
	w.Flush(out.emit)
	for i := range 3 {
		w.Add(Mark{}, i, 0, out.emit)
		assert.Len(t, out, i+1)
		assert.Zero(t, w.Held())
		assert.Zero(t, w.Remembered())
	}
	lastCounts(t, 3, out)
}
