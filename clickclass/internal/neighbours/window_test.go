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
// of all rows, never higher.
func TestWindowBusy(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 4))
		rows := randomMarks(rng, 300, choose(rng, minute, hour, 5*hour))
		w := newWindow(hour, rng.IntN(80))
		out, _ := passThrough(t, w, rows, func(int) bool { return seed%2 == 0 && rng.IntN(10) == 0 })
		got := lastCounts(t, len(rows), out)
		for i, want := range Compare(rows, hour, isOdd) {
			joined := got[i]
			joined.Join(&want)
			require.Equal(t, want, joined, "seed %d row %d: %+v", seed, i, got[i])
		}
	}
}

// TestWindowHolds shows when rows come out of a Window of eight rows whose neighbours are
// up to a minute away.
func TestWindowHolds(t *testing.T) {
	every := func(gap ticks.Ticks) func(int) ticks.Ticks {
		return func(i int) ticks.Ticks { return ticks.Ticks(i) * gap }
	}
	tests := []struct {
		name  string
		after func(i int) ticks.Ticks
		want  []int // rows that are out, after 8, 9, … rows
	}{
		{"all near: the oldest three quarters come out", every(ticks.Second), []int{6, 6, 6, 6, 6, 6, 12}},
		{"far apart: all but the newest quarter come out", every(hour), []int{6, 6, 6, 6, 6, 6, 12}},
		{"newest first", every(-hour), []int{6, 6, 6, 6, 6, 6, 12}},
		{"four rows are left behind", every(60 * ticks.Second * 7 / 10), []int{4, 4, 4, 4, 8}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWindow(minute, 8)
			var out collector
			var got []int
			for i := range 7 + len(tt.want) {
				w.Add(sketch{after: tt.after(i), who: ann}.mark(), i, rowSize, out.emit)
				if i >= 7 {
					got = append(got, len(out))
				} else {
					require.Empty(t, out)
					require.Equal(t, i+1, w.Held())
				}
			}
			assert.Equal(t, tt.want, got)
		})
	}
}

// TestWindowForgets shows how long rows that came out are remembered.
func TestWindowForgets(t *testing.T) {
	row := func(after ticks.Ticks, p person, addr byte) Mark {
		return sketch{after: after, who: p, addr: addr}.mark()
	}
	for name, tt := range map[string]struct {
		rows  int         // Options.Rows
		then  ticks.Ticks // when rows come in the meantime
		count int         // how many
		met   bool        // the last row meets the first
	}{
		"at once":                    {rows: 100, met: true},
		"three reaches later":        {rows: 100, then: 3 * hour, count: 1, met: true},
		"more than that":             {rows: 100, then: 3*hour + 1, count: 1},
		"three reaches before":       {rows: 100, then: -3 * hour, count: 1, met: true},
		"further in the past":        {rows: 100, then: -3*hour - 1, count: 1},
		"a quarter of the rows":      {rows: 100, count: 24, met: true},
		"more than a quarter":        {rows: 100, count: 25},
		"a quarter of few":           {rows: 4, met: true},
		"a window that is too small": {rows: 3},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWindow(hour, tt.rows)
			var out collector
			w.Add(row(0, ann, 1), 0, rowSize, out.emit)
			w.Flush(out.emit)
			for range tt.count {
				w.Add(row(tt.then, dan, 2), 1, rowSize, out.emit)
				w.Flush(out.emit)
			}
			out = nil
			w.Add(row(0, bob, 1), 2, rowSize, out.emit)
			w.Flush(out.emit)
			last := out[len(out)-1]
			require.Equal(t, 2, last.Item)
			assert.Equal(t, tt.met, last.Counts.AddressAccounts == 2)
			assert.Equal(t, tt.met, out[0].Item == 0, "the first row is revised")
		})
	}
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

// TestWindowUntimedForgetsNothing flushes rows without a time by themselves, between rows
// that belong together.
func TestWindowUntimedForgetsNothing(t *testing.T) {
	at := func(after ticks.Ticks, addr byte) Mark {
		return sketch{after: after, who: ann, url: 1, addr: addr}.mark()
	}
	untimed := Mark{At: ticks.None}
	w := newWindow(hour, 100)
	var out collector
	add := func(m Mark) { w.Add(m, len(out), rowSize, out.emit) }
	add(at(0, 1))
	w.Flush(out.emit)
	add(at(minute, 9))
	add(untimed)
	w.Flush(out.emit)
	add(untimed)
	w.Flush(out.emit)
	add(at(3*ticks.Second, 2))
	w.Flush(out.emit)
	assert.True(t, out[len(out)-1].Counts.Twin)
	assert.Equal(t, address(1), out[len(out)-1].Counts.TwinIP)
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

// TestWindowBytes bounds the text of the rows.
func TestWindowBytes(t *testing.T) {
	const limit = 1000
	for _, size := range []int{0, 1, 90, 300, limit - 1, limit, limit + 1, 5 * limit} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			w := newWindow(hour, 100)
			w.Bytes = limit
			var out collector
			most := 0
			const rows = 500
			for i := range rows {
				w.Add(sketch{after: ticks.Ticks(i) * ticks.Second, who: ann}.mark(), i, size, out.emit)
				checkBounds(t, w)
				most = max(most, w.Held())
				if i%50 == 49 {
					w.Flush(out.emit)
					require.LessOrEqual(t, w.Remembered()*size, limit/2)
				}
			}
			w.Flush(out.emit)
			lastCounts(t, rows, out)
			switch {
			case size*100 < limit:
				assert.Equal(t, 50, most)
			case size < limit:
				assert.Equal(t, (limit-1)/size, most)
			default:
				assert.Zero(t, most)
			}
		})
	}
}

// TestWindowLongRow shows that one row with more text than there is room for comes out with
// those before it, and that the Window goes on as before.
func TestWindowLongRow(t *testing.T) {
	w := newWindow(hour, 100)
	w.Bytes = 10_000
	var out collector
	for i := range 1000 {
		size := 10
		if i%100 == 50 {
			size = 20_000
		}
		w.Add(sketch{after: ticks.Ticks(i) * ticks.Second, who: ann}.mark(), i, size, out.emit)
		require.Less(t, w.Held(), 100)
		require.LessOrEqual(t, w.Remembered(), 25)
		if i%100 == 60 {
			require.Less(t, w.bytes, w.Bytes, "ten rows later")
		}
	}
	w.Flush(out.emit)
	lastCounts(t, 1000, out)
	assert.Positive(t, w.Remembered())
}

// restored returns a Window with the rows of another.
func restored(w *Window[int]) *Window[int] {
	again := &Window[int]{Options: w.Options}
	for e := range w.Entries() {
		again.Restore(*e.Mark, *e.Counts, e.Item, rowSize, e.Out)
	}
	return again
}

// TestWindowRestore takes a Window apart after each row and shows that the new one goes on
// exactly as the old one.
func TestWindowRestore(t *testing.T) {
	for seed := range uint64(8) {
		rng := rand.New(rand.NewPCG(seed, 5))
		rows := randomMarks(rng, 60, choose(rng, minute, hour, day))
		rows = pick(rows, byTime(rows))
		w := newWindow(minute, 4+rng.IntN(20))
		if seed%2 == 0 {
			w.Differs = func(now, was *Counts) bool { return now.AddressURLs != was.AddressURLs }
		}
		flush := make([]bool, len(rows))
		for i := range flush {
			flush[i] = rng.IntN(8) == 0
		}
		step := func(w *Window[int], i int) (out collector) {
			w.Add(rows[i], i, rowSize, out.emit)
			if flush[i] {
				w.Flush(out.emit)
			}
			return out
		}
		var want [][]Ready[int]
		whole := newWindow(w.Reach, w.Rows)
		whole.Differs = w.Differs
		for i := range rows {
			want = append(want, step(whole, i))
		}
		var last collector
		whole.Flush(last.emit)

		for cut := range len(rows) + 1 {
			w := restored(w) // empty
			for i := range cut {
				step(w, i)
			}
			again := restored(w)
			require.Equal(t, w.Held(), again.Held())
			require.Equal(t, w.Remembered(), again.Remembered())
			checkBounds(t, again)
			for i := cut; i < len(rows); i++ {
				require.Equal(t, collector(want[i]), step(again, i), "seed %d cut at %d row %d", seed, cut, i)
			}
			var end collector
			again.Flush(end.emit)
			require.Equal(t, last, end, "seed %d cut at %d", seed, cut)
		}
	}
}

// TestWindowEntries shows what is inside, and that a changed Mark counts from then on.
func TestWindowEntries(t *testing.T) {
	w := newWindow(hour, 100)
	var out collector
	at := func(p person) Mark { return sketch{who: p, addr: 1}.mark() }
	w.Add(at(ann), 0, rowSize, out.emit)
	w.Flush(out.emit)
	w.Add(at(bob), 1, rowSize, out.emit)
	type entry struct {
		item int
		out  bool
	}
	var got []entry
	for e := range w.Entries() {
		got = append(got, entry{e.Item, e.Out})
		if e.Item == 1 {
			e.Mark.Traits = TraitPerson
		}
	}
	assert.Equal(t, []entry{{0, true}, {1, false}}, got)
	for range w.Entries() {
		break // leaving early
	}
	out = nil
	w.Flush(out.emit)
	require.Len(t, out, 2)
	assert.EqualValues(t, 1, out[0].Counts.AddressPeople, "the first row, revised")
	assert.EqualValues(t, 0, out[1].Counts.AddressPeople)
}

// TestWindowKeepsNothing shows that rows that are forgotten can be collected.
func TestWindowKeepsNothing(t *testing.T) {
	w := Window[*int]{Options: Options{Reach: minute, Rows: 32, Bytes: 1 << 20}}
	emitted := 0
	for i := range 1000 {
		w.Add(sketch{after: ticks.Ticks(i) * ticks.Second}.mark(), &i, rowSize, func(Ready[*int]) { emitted++ })
		for _, item := range w.items[len(w.items):cap(w.items)] {
			require.Nil(t, item)
		}
	}
	assert.Positive(t, emitted)
}

// TestWindowAllocations shows that a warm Window allocates once for many rows.
func TestWindowAllocations(t *testing.T) {
	const n = 16384
	rows := tenantMarks(2*n+1, ticks.Second)
	w := newWindow(minute, 1024)
	i := 0
	add := func() {
		w.Add(rows[i], i, rowSize, func(Ready[int]) {})
		i++
	}
	for range n {
		add()
	}
	assert.Less(t, testing.AllocsPerRun(1, func() {
		for range n / 2 {
			add()
		}
	}), n/2/500.)
}

// TestWindowRestoreSmaller restores more rows than a Window may hold.
func TestWindowRestoreSmaller(t *testing.T) {
	const held, out = 50, 30
	w := newWindow(hour, 1000)
	var got collector
	for i := range out + held {
		w.Add(sketch{after: ticks.Ticks(i) * ticks.Second, who: ann}.mark(), i, rowSize, got.emit)
		if i == out-1 {
			w.Flush(got.emit)
		}
	}
	for name, o := range map[string]Options{
		"fewer rows": {Reach: hour, Rows: 8, Bytes: 1 << 40},
		"less text":  {Reach: hour, Rows: 1000, Bytes: 8 * rowSize},
	} {
		t.Run(name, func(t *testing.T) {
			again := &Window[int]{Options: o}
			for e := range w.Entries() {
				again.Restore(*e.Mark, *e.Counts, e.Item, rowSize, e.Out)
			}
			require.Equal(t, held, again.Held())
			require.Equal(t, out, again.Remembered())
			got := slices.Clone(got)
			for i := range 20 {
				again.Add(sketch{after: hour + ticks.Ticks(i), who: ann}.mark(), out+held+i, rowSize, got.emit)
			}
			checkBounds(t, again)
			again.Flush(got.emit)
			lastCounts(t, out+held+20, got)
		})
	}
}
