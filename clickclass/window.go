package clickclass

import (
	"iter"
	"math"
	"net/netip"
	"sync"
	"time"
)

// Near is a click with what the other rows of the window say about it. A Window
// makes it, or [NewNear].
type Near struct {
	// Click is nil when the Near comes out of a Window, until Unpack is called.
	Click *Click
	// Revision is 0 when the click leaves the window, and counts up when later
	// rows changed its Neighbours.
	Revision int

	packed
	readings
	beside beside
	given  *Neighbours // in place of beside
	before *beside     // of the revision before; nil for the first
}

// NewNear returns a Near of a click whose neighbours are known otherwise. The
// click must not be changed while the Near is used.
func NewNear(k *Click, n Neighbours) Near {
	return Near{Click: k, readings: readingsOf(k), given: &n}
}

// Neighbours returns what the other rows say. Those of the zero Near are zero.
func (n *Near) Neighbours() Neighbours {
	if n.given != nil {
		return *n.given
	}
	return n.beside.neighbours()
}

// Unpack puts the click into *k, and makes that n.Click, unless it is there
// already; then *k stays as it is. The texts lie in memory that some hundred other
// rows share: what is kept of them for long is better cloned.
func (n *Near) Unpack(k *Click) {
	if n.Click == nil {
		n.packed.unpack(k)
		n.Click = k
	}
}

// Keeper keeps what Windows yield good beyond yield, where the memory of rows is
// reused; see [Rows]. Elsewhere it does nothing. The zero Keeper is ready. It is
// not safe for concurrent use, but may go from one goroutine to another.
type Keeper struct {
	_ [0]sync.Mutex // go vet tells of copies

	slabs []*slab // some may be in it more than once
}

// Keep keeps what n and its copies say good until Release is called. It must be
// called before yield returns: afterwards there may be nothing left to keep.
func (k *Keeper) Keep(n *Near) {
	last := len(k.slabs) - 1
	if n.slab == nil || !n.slab.reuse || last >= 0 && k.slabs[last] == n.slab {
		return
	}
	n.slab.use(1)
	k.slabs = append(k.slabs, n.slab)
}

// Release is the end of what was kept so far: neither the Nears nor their Clicks,
// nor any text of these, may be used any more.
func (k *Keeper) Release() {
	for _, s := range k.slabs {
		s.use(-1)
	}
	clear(k.slabs)
	k.slabs = k.slabs[:0]
}

// Changes says whether what n says of a click makes a verdict that was not
// given before: always for the first, and for a revision where class, flags, or
// the probability in four digits differ.
func (c *Classifier) Changes(n *Near) bool {
	if n.before == nil {
		return true
	}
	var now, before Verdict
	var k Click
	near := *n
	near.Unpack(&k)
	c.ClassifyNear(&near, &now)
	near.beside = *n.before
	c.ClassifyNear(&near, &before)
	return now.Class != before.Class || now.Flags != before.Flags || math.Round(now.P*1e4) != math.Round(before.P*1e4)
}

// WindowRows is how many rows a Window holds back unless told otherwise: any
// input of up to that many rows is exact in whatever order it comes, as long as
// their texts are not longer than 1.6 KB on average. It covers the row cap of most
// exports.
const WindowRows = 40_000

// maxTexts bounds the bytes of text in a Window: five times what a full one of
// ordinary rows has.
const maxTexts = 64 << 20

const (
	defaultWindow = MaxWindow
	// countCap is where counts of what happens at an address stop.
	countCap = 64
	// habitCap is where counts of occasions stop.
	habitCap = 8
)

// Window looks at rows beside each other in bounded memory. Rows go in by Add
// in any order and come out in the same order with their Neighbours, once the
// rows near them are known:
//
//   - Up to Hold rows are held back. When that many are held, those whose
//     window has closed come out: the stream has moved on by more than two
//     windows, forwards or, as in exports with the newest row first, backwards;
//     two, since a row's neighbours are told by their own. When the window of
//     most has not closed, the oldest three quarters come out early.
//   - Rows that are out are remembered while the stream is within three windows
//     of them, and at most a quarter as many as Hold. When rows that come later
//     change the Neighbours of such a row, it comes out again with the next
//     Revision. A count that grew is worth one where a rule would see the
//     difference.
//   - All of them have no more than 64 MB of text, and those that are remembered
//     no more than 32 MB: where rows are that long, fewer are held.
//   - A row that comes when its neighbours are no longer remembered is judged
//     without them.
//
// So the last revision of each row does not depend on the order, nor on what
// is held, as long as rows that belong together are no further apart in the
// input than half of Hold, or a quarter where Flush is called, nor than 16 MB of
// text, and in time than three windows. Time and memory a row do not depend on
// what the rows say.
//
// Rows with neither a Timestamp nor a ReportId that holds a clock have no
// neighbours, nor have those outside the years 1 to 9999, which no table holds.
// Rows without an account, message, URL or address are left out of what is
// counted by it. The time of a row is taken in steps of 100 ns, that of the
// tables.
//
// Make a Window with [NewWindow]. It is not safe for concurrent use.
type Window struct {
	// Service says whether an address is one of a service with no people
	// behind it, such as [Classifier.Service]; nil: none is.
	Service func(netip.Addr) bool
	// Hold is how many rows are held back; 0: WindowRows. A live stream that
	// cannot wait sets it low, or calls Flush, and takes revisions.
	Hold int

	reach ticks

	// The rows, by the order in which they came: first those that are out and
	// remembered, then those that are held. Each is a ring that starts at head.
	head, out, n int
	clicks       []packed
	prints       []marks
	keys         [columns][]uint64
	near         []beside
	texts        int // bytes of all of them

	survey survey
}

// NewWindow returns a Window in which clicks up to d apart are neighbours. No
// d, 0 or less, is MaxWindow, the longest. Where [Neighbours] names
// a shorter time of its own, the shorter of the two counts.
func NewWindow(d time.Duration) *Window {
	if d <= 0 {
		d = defaultWindow
	}
	return &Window{reach: toTicks(min(d, MaxWindow))}
}

// Add takes a row, and yields the rows that are ready, in the order in which
// they came, and revisions of earlier ones. What is yielded is good until yield
// returns. Add returns false when yield did; the Window is then of no further
// use.
func (w *Window) Add(r *Row, yield func(*Near) bool) bool {
	if !r.print.timed() && w.n == w.out {
		on := yield(&Near{packed: r.packed, readings: r.print.readings, beside: beside{seen: true}})
		r.packed.slab.use(-1)
		return on
	}
	w.push(r)
	if w.n-w.out < w.hold() && w.texts < maxTexts {
		return true
	}
	if !w.look(yield) {
		return false
	}
	return w.release(max(w.closed(), 1), yield)
}

// Flush yields all rows that are held, with what is known by now. The Window
// goes on: what is added later can still revise them.
func (w *Window) Flush(yield func(*Near) bool) bool {
	if w.n == w.out {
		return true
	}
	return w.look(yield) && w.release(w.n-w.out, yield)
}

func (w *Window) hold() int {
	if w.Hold <= 0 {
		return WindowRows
	}
	return min(w.Hold, maxHold)
}

// remembered is how many rows that are out are remembered at most. With the
// quarter that stays when rows come out, a row meets half of Hold before it.
func (w *Window) remembered() int { return w.hold() / 4 }

// push adds a row behind the others.
func (w *Window) push(r *Row) {
	if w.n == len(w.clicks) {
		w.grow()
	}
	at := w.at(w.n)
	w.clicks[at], w.prints[at], w.near[at] = r.packed, r.print.marks, beside{seen: true}
	for c, key := range r.print.keys {
		w.keys[c][at] = key
	}
	w.n++
	w.texts += int(r.print.texts)
}

// grow makes room for twice as many rows, but for no more than there can be. When
// Hold was raised in the meantime, it goes on from there.
func (w *Window) grow() {
	n := len(w.clicks)
	size := max(64, n+n/4)
	if most := w.hold() + w.remembered(); n < most { // that are ever held
		size = min(max(64, 2*n), most)
	}
	w.clicks = unroll(w.clicks, w.head, size)
	w.prints = unroll(w.prints, w.head, size)
	w.near = unroll(w.near, w.head, size)
	for c := range w.keys {
		w.keys[c] = unroll(w.keys[c], w.head, size)
	}
	w.head = 0
}

// unroll copies a full ring that starts at head into a larger one.
func unroll[T any](ring []T, head, size int) []T {
	larger := make([]T, size)
	copy(larger[copy(larger, ring[head:]):], ring[:head])
	return larger
}

// at is where row i of the ring lies.
func (w *Window) at(i int) int {
	i += w.head
	if i >= len(w.clicks) {
		i -= len(w.clicks)
	}
	return i
}

// look compares all rows, and yields revisions of those that are out.
func (w *Window) look(yield func(*Near) bool) bool {
	found := w.survey.run(w)
	for i := range w.n {
		at := w.at(i)
		known := &w.near[at]
		if i >= w.out {
			if *known == (beside{seen: true}) {
				*known = found[i] // as nearly always
			} else {
				known.join(&found[i])
			}
			continue
		}
		if seen := found[i].neighbours(); seen.mute() {
			continue // nothing new
		}
		better := *known
		better.join(&found[i])
		now, was := better.neighbours(), known.neighbours()
		if !now.differs(&was) {
			continue
		}
		before := *known
		*known = better
		w.prints[at].revision++
		revised := Near{Revision: int(w.prints[at].revision), packed: w.clicks[at], readings: w.prints[at].readings, beside: better, before: &before}
		if !yield(&revised) {
			return false
		}
	}
	return true
}

// closed counts the oldest held rows which the stream has left behind: the
// newest quarter of what is held is out of their reach, all to the same side.
// When these are fewer than half, the window is longer than what can be held,
// or the rows come in no order, and all but the newest quarter go.
func (w *Window) closed() int {
	held := w.n - w.out
	quarter := held - held/4
	lo, hi, ok := w.span(w.out+quarter, w.n)
	i := 0
	for ; i < quarter; i++ {
		p := &w.prints[w.at(w.out+i)]
		if ok && p.timed() && lo-p.at <= 2*w.reach && p.at-hi <= 2*w.reach {
			break
		}
	}
	if i < held/2 {
		return quarter
	}
	return i
}

// span is the earliest and the latest time among rows from to to, and false
// when none has a time.
func (w *Window) span(from, to int) (lo, hi ticks, ok bool) {
	for i := from; i < to; i++ {
		p := &w.prints[w.at(i)]
		if !p.timed() {
			continue
		}
		if !ok {
			lo, hi, ok = p.at, p.at, true
		}
		lo, hi = min(lo, p.at), max(hi, p.at)
	}
	return lo, hi, ok
}

// release yields the oldest n held rows, and forgets those that nothing later
// should come near.
func (w *Window) release(n int, yield func(*Near) bool) bool {
	// Where the stream is: the rows that stay, or the last of those that go.
	lo, hi, ok := w.span(min(w.out+n, w.n-(w.n-w.out+3)/4), w.n)
	var near Near // one for all, since it escapes
	for range n {
		at := w.at(w.out)
		w.out++
		near = Near{packed: w.clicks[at], readings: w.prints[at].readings, beside: w.near[at]}
		if !yield(&near) {
			return false
		}
	}
	var left *slab // that clicks were let go of
	gone := 0
	for w.out > 0 {
		p := &w.prints[w.head]
		if w.out <= w.remembered() && w.texts <= maxTexts/2 && p.timed() && (!ok || lo-p.at <= 3*w.reach && p.at-hi <= 3*w.reach) {
			break
		}
		click := &w.clicks[w.head]
		if click.slab != left {
			left.use(-gone)
			left, gone = click.slab, 0
		}
		gone++
		*click = packed{}
		w.texts -= int(p.texts)
		w.head = w.at(1)
		w.out--
		w.n--
	}
	left.use(-gone)
	return true
}

// maxErrorsHeld bounds how many errors wait for the rows before them.
const maxErrorsHeld = 4096

// ClassifyAll judges a sequence of rows, each with its neighbours: the other
// rows within the window, see [Window]. Results come in the order of the rows,
// and errors in their places between them, as they are. A row whose verdict is
// changed by rows that came after its result went out comes again with a higher
// Revision; the last one counts. The sequence can be ranged over as often as rows can be,
// and leaving the loop early stops reading.
func (c *Classifier) ClassifyAll(rows iter.Seq2[Click, error]) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		w := NewWindow(c.window)
		w.Service = c.Service
		var failed []failedRow
		in, out := 0, 0
		fail := func() bool { // the errors whose place has come
			for len(failed) > 0 && failed[0].after <= out {
				err := failed[0].err
				failed = failed[1:]
				if !yield(Result{}, err) {
					return false
				}
			}
			return true
		}
		judge := func(near *Near) bool {
			if !c.Changes(near) {
				return true
			}
			result := Result{Revision: near.Revision}
			near.Unpack(&result.Click)
			c.ClassifyNear(near, &result.Verdict)
			if !yield(result, nil) {
				return false
			}
			if near.Revision > 0 {
				return true
			}
			out++
			return fail()
		}
		for k, err := range rows {
			if err == nil {
				in++
				row := c.Row(&k)
				if !w.Add(&row, judge) {
					return
				}
				continue
			}
			failed = append(failed, failedRow{in, err})
			if len(failed) > maxErrorsHeld && !w.Flush(judge) || !fail() {
				return
			}
		}
		w.Flush(judge)
	}
}

// failedRow is an error and the number of rows before it.
type failedRow struct {
	after int
	err   error
}
