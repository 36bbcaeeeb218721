package neighbours

import (
	"iter"
	"net/netip"
	"slices"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// Options bounds a Window. All fields but Service and Differs must be set.
type Options struct {
	Reach ticks.Ticks // how far apart rows are neighbours
	Rows  int         // rows that are held back
	Bytes int64       // text of the rows that are held and remembered
	// Service reports whether an address belongs to a service without people; nil: none.
	Service func(netip.Addr) bool
	// Differs reports whether Counts that grew say something new to the caller; nil: always.
	Differs func(now, was *Counts) bool
}

// Window compares rows in bounded memory. Rows go in by Add in any order and come out in
// the same order with their Counts, once the rows near them are known:
//
//   - Up to Options.Rows rows are held back. When so many are held, those come out whose
//     neighbours have all been read: the input has moved on by more than two reaches,
//     forwards or, as in exports with the newest row first, backwards. Two, because the
//     Counts of a row depend on those of its neighbours. If the reach of most rows is still
//     open, the oldest three quarters come out early.
//   - Rows that came out are remembered while the input is within three reaches of them: at
//     most a quarter as many as Options.Rows. If later rows change the Counts of such a
//     row, it comes out again.
//   - Rows with more text than Options.Bytes come out early, and rows with more than half
//     of it are not remembered.
//
// The last Counts of a row therefore do not depend on the order of the rows, as long as its
// neighbours, and theirs, are inside the Window at the same time. They are if they are no
// further apart in the input than half of Options.Rows, or a quarter if Flush is called
// between them, and if the input does not move on by more than three reaches from one of
// them before the last is read. Otherwise Counts can be lower than those of all rows, never
// higher. AddressAtHome is the exception: it is the most that was found at any time, which
// can be more than in all rows, and it depends on rows up to three reaches away.
//
// A row that is more than a year from nearly all rows around it is a clock gone wrong: it
// says nothing of where the input is.
//
// Time and memory per row do not depend on the contents.
//
// T is what the caller knows about a row. A Window is not safe for concurrent use.
type Window[T any] struct {
	Options

	// The rows in the order of the input, those that came out and are remembered first.
	marks  []Mark
	counts []Counts
	items  []T
	sizes  []int64
	out    int           // how many came out
	stale  bool          // marks were changed after they were compared
	bytes  int64         // sum of sizes
	times  []ticks.Ticks // used by span

	comparison comparison
}

// Ready is a row that comes out of a Window.
type Ready[T any] struct {
	Item   T
	Counts Counts
}

// Add adds a row with its size in bytes of text. It calls emit with revisions of earlier
// rows and with the rows that are ready.
func (w *Window[T]) Add(m Mark, item T, size int, emit func(Ready[T])) {
	if m.At == ticks.None && w.Held() == 0 {
		emit(Ready[T]{item, Counts{Seen: true}})
		return
	}
	w.push(m, Counts{Seen: true}, item, size)
	if w.Held() >= w.Rows || w.bytes >= w.Bytes {
		w.revise(emit)
		w.release(max(w.countClosed(), 1), emit)
	}
}

// MarksChanged makes the next Flush compare all rows again, also if none is held.
func (w *Window[T]) MarksChanged() { w.stale = true }

// Flush calls emit with revisions of earlier rows and with all rows that are held. Rows
// that are added later can still revise them. If rows are held, Flush compares all rows
// inside the Window: it is not meant to be called after every row.
func (w *Window[T]) Flush(emit func(Ready[T])) {
	if w.Held() > 0 || w.stale && w.out > 0 {
		w.revise(emit)
		w.release(w.Held(), emit)
	}
}

// Held returns the number of rows that have not come out.
func (w *Window[T]) Held() int { return len(w.items) - w.out }

// Remembered returns the number of rows that came out and can still be revised.
func (w *Window[T]) Remembered() int { return w.out }

// Entry is a row inside a Window.
type Entry[T any] struct {
	Mark   *Mark   // may be changed, but for keys and time; see Window.MarksChanged
	Counts *Counts // as far as they are known
	Item   T
	Out    bool // whether the row came out
}

// Entries yields the rows inside the Window in the order of the input.
func (w *Window[T]) Entries() iter.Seq[Entry[T]] {
	return func(yield func(Entry[T]) bool) {
		for i, item := range w.items {
			if !yield(Entry[T]{&w.marks[i], &w.counts[i], item, i < w.out}) {
				return
			}
		}
	}
}

// Restore adds a row as [Window.Entries] yielded it. Rows that came out must be restored
// before the others.
func (w *Window[T]) Restore(m Mark, counts Counts, item T, size int, out bool) {
	w.push(m, counts, item, size)
	if out {
		w.out = len(w.items)
	}
}

func (w *Window[T]) push(m Mark, counts Counts, item T, size int) {
	w.marks = append(w.marks, m)
	w.counts = append(w.counts, counts)
	w.items = append(w.items, item)
	w.sizes = append(w.sizes, int64(size))
	w.bytes += int64(size)
}

// revise compares all rows and emits those that came out and now have other Counts.
func (w *Window[T]) revise(emit func(Ready[T])) {
	found := w.comparison.run(w.marks, w.Reach, w.Service)
	w.stale = false
	for i := range found {
		now, was := &found[i], &w.counts[i]
		now.Join(was)
		if i >= w.out {
			*was = *now
		} else if *now != *was && (w.Differs == nil || w.Differs(now, was)) {
			*was = *now
			emit(Ready[T]{w.items[i], *now})
		}
	}
}

// countClosed counts the oldest held rows that the input has left behind: the newest
// quarter of the held rows is more than two reaches later than each of them, or earlier. If
// these are fewer than half, the reach is longer than what can be held, or the rows come in
// no order; then all but the newest quarter count.
func (w *Window[T]) countClosed() int {
	held := w.Held()
	old := held - held/4
	lo, hi, ok := w.span(w.out + old)
	n := 0
	for ; n < old; n++ {
		at := w.marks[w.out+n].At
		if ok && at != ticks.None && lo-at <= 2*w.Reach && at-hi <= 2*w.Reach {
			break
		}
	}
	if n < held/2 {
		return old
	}
	return n
}

const (
	// A row is of a wrong year if nothing can have happened then, or if it is more than aYear
	// from most rows around it. If more than one row in wrongShare is, the input is of several
	// years.
	aYear      = 365 * oneDay
	wrongShare = 8
	// fewRows is how many rows are looked at to tell which year it is, at least.
	fewRows = 15
)

// span returns the earliest and latest time among the rows from first on, and false if none
// has a possible time. Rows of a wrong year do not count: by them the input would seem to have left
// all other rows behind.
func (w *Window[T]) span(first int) (lo, hi ticks.Ticks, ok bool) {
	times := w.times[:0]
	for _, m := range w.marks[max(0, min(first, len(w.marks)-fewRows)):] {
		if m.At.Possible() {
			times = append(times, m.At)
		}
	}
	w.times = times
	if len(times) == 0 {
		return 0, 0, false
	}
	slices.Sort(times)
	middle := times[len(times)/2]
	wrong := 0
	for _, at := range times {
		if (at - middle).Abs() > aYear {
			wrong++
		}
	}
	if wrongShare*wrong > len(times) {
		return times[0], times[len(times)-1], true
	}
	for _, m := range w.marks[first:] {
		if !m.At.Possible() || (m.At-middle).Abs() > aYear {
			continue
		}
		if !ok {
			lo, hi, ok = m.At, m.At, true
		}
		lo, hi = min(lo, m.At), max(hi, m.At)
	}
	return lo, hi, ok
}

// release emits the oldest n held rows and forgets rows that nothing later should come
// near.
func (w *Window[T]) release(n int, emit func(Ready[T])) {
	// Where the input is: the rows that stay, or the last quarter of those that go.
	lo, hi, ok := w.span(min(w.out+n, len(w.marks)-(w.Held()+3)/4))
	for range n {
		emit(Ready[T]{w.items[w.out], w.counts[w.out]})
		w.out++
	}
	gone := 0
	for ; gone < w.out; gone++ {
		at := w.marks[gone].At
		near := at != ticks.None && (!ok || lo-at <= 3*w.Reach && at-hi <= 3*w.Reach)
		if near && w.out-gone <= w.Rows/4 && w.bytes <= w.Bytes/2 {
			break
		}
		w.bytes -= w.sizes[gone]
	}
	w.marks = slices.Delete(w.marks, 0, gone)
	w.counts = slices.Delete(w.counts, 0, gone)
	w.items = slices.Delete(w.items, 0, gone)
	w.sizes = slices.Delete(w.sizes, 0, gone)
	w.out -= gone
}
