package neighbours

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

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

// TestWindowCloses fills a Window of sixteen rows and shows how many come out: the oldest that
// the newest four have left behind by more than two reaches, or twelve if these are fewer
// than eight.
func TestWindowCloses(t *testing.T) {
	const far = 2*minute + 1
	at := func(times ...ticks.Ticks) []ticks.Ticks { return times }
	tests := []struct {
		name   string
		old    int // rows at the start; those between them and the newest four come with these
		newest []ticks.Ticks
		want   int
	}{
		{"left behind", 9, at(far, far, far, far), 9},
		{"left behind, newest first", 9, at(-far, -far, -far, -far), 9},
		{"two reaches are not enough", 9, at(far-1, far, far, far), 12},
		{"nor backwards", 9, at(-far, -far, 1-far, -far), 12},
		{"the newest are on both sides", 9, at(far, -far, far, -far), 12},
		{"half of the rows", 8, at(far, far, far, far), 8},
		{"fewer than half", 7, at(far, far, far, far), 12},
		{"all but the newest", 12, at(far, far, far, far), 12},
		{"the newest have no time", 12, at(ticks.None, ticks.None, ticks.None, ticks.None), 12},
		{"one of them has a time", 9, at(ticks.None, far, ticks.None, ticks.None), 9},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWindow(minute, 16)
			var out collector
			between := slices.Max(tt.newest)
			if between < 0 {
				between = slices.Min(tt.newest)
			}
			for i := range 16 {
				m := Mark{At: start, Account: 1}
				switch {
				case i >= 12 && tt.newest[i-12] == ticks.None:
					m.At = ticks.None
				case i >= 12:
					m.At += tt.newest[i-12]
				case i >= tt.old:
					m.At += max(between, -far)
				}
				require.Empty(t, out)
				w.Add(m, i, rowSize, out.emit)
			}
			assert.Len(t, out, tt.want)
		})
	}
}

// TestWindowForgetsByNewest flushes eight rows. The newest two tell where the input is.
func TestWindowForgetsByNewest(t *testing.T) {
	for name, tt := range map[string]struct {
		away int // how many of the newest are away
		want int // how many rows are remembered
	}{"none": {0, 8}, "the newest": {1, 8}, "the newest two": {2, 2}, "three": {3, 3}} {
		t.Run(name, func(t *testing.T) {
			w := newWindow(minute, 100)
			var out collector
			for i := range 8 {
				m := Mark{At: start, Account: 1}
				if i >= 8-tt.away {
					m.At += hour
				}
				w.Add(m, i, rowSize, out.emit)
			}
			w.Flush(out.emit)
			assert.Equal(t, tt.want, w.Remembered())
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

// TestWindowBytes bounds the text of the rows.
func TestWindowBytes(t *testing.T) {
	const limit = 1000
	for _, size := range []int{0, 1, 90, 250, 300, limit - 1, limit, limit + 1, 5 * limit} {
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
					require.Equal(t, min(25, limit/2/max(1, size)), w.Remembered())
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
