package neighbours

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

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
