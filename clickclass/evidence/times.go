package evidence

import (
	"math"
	"slices"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// Times are kept as Unix nanoseconds. The years in which they are possible leave room to
// reckon with them without overflow.

// noTime stands for a time that is not known.
const noTime = math.MinInt64

// nanoseconds returns t in Unix nanoseconds, and noTime and false if t is zero or outside
// the years 2013 to 2041.
func nanoseconds(t time.Time) (ns int64, ok bool) {
	if !ticks.Of(t).Possible() {
		return noTime, false
	}
	return t.UnixNano(), true
}

// timeOf returns the time of Unix nanoseconds in UTC, and the zero Time for noTime.
func timeOf(ns int64) time.Time {
	if ns == noTime {
		return time.Time{}
	}
	return time.Unix(0, ns).UTC()
}

// earlier returns the earlier of two times, of which each may be noTime.
func earlier(a, b int64) int64 {
	if a == noTime || b == noTime {
		return max(a, b)
	}
	return min(a, b)
}

// endOf returns the last nanosecond of the span of this length in which at lies, such as
// the end of the minute.
func endOf(at int64, span time.Duration) int64 {
	into := at % int64(span)
	if into < 0 { // before 1970
		into += int64(span)
	}
	return at - into + int64(span) - 1
}

// times is a set of times. The zero times is empty.
//
// It is a sorted slice, and behind it, in the same slice, a short sorted run of times
// that came late. So rows can be added in any order, and the set is ready to be searched
// after each.
type times struct {
	all  []int64
	late int // length of the run of late times
}

const (
	// maxInsert is the number of times up to which late ones are put into their place
	// at once.
	maxInsert = 64
	// lateShare bounds the run of late times to a share of the others: a larger share
	// means slower insertion, a smaller one more merging.
	lateShare = 128
)

// runs returns both sorted parts.
func (t *times) runs() (main, late []int64) {
	n := len(t.all) - t.late
	return t.all[:n], t.all[n:]
}

func (t *times) empty() bool { return len(t.all) == 0 }

func (t *times) len() int { return len(t.all) }

// add adds a time and reports whether it is new.
func (t *times) add(at int64) bool {
	main, late := t.runs()
	if len(late) == 0 && (len(main) == 0 || at > main[len(main)-1]) {
		t.all = append(t.all, at)
		return true
	}
	place, found := slices.BinarySearch(main, at)
	if found {
		return false
	}
	if len(late) == 0 && len(main) <= maxInsert {
		t.all = slices.Insert(t.all, place, at)
		return true
	}
	place, found = slices.BinarySearch(late, at)
	if found {
		return false
	}
	t.all = slices.Insert(t.all, len(main)+place, at)
	t.late++
	if t.late > maxInsert+len(main)/lateShare {
		t.merge()
	}
	return true
}

// merge makes one sorted run of both, from the end on, so that only the late times need
// to be copied.
func (t *times) merge() {
	main, late := t.runs()
	late = slices.Clone(late)
	for end := len(t.all) - 1; len(late) > 0; end-- {
		if n := len(main); n > 0 && main[n-1] > late[len(late)-1] {
			t.all[end], main = main[n-1], main[:n-1]
		} else {
			t.all[end], late = late[len(late)-1], late[:len(late)-1]
		}
	}
	t.late = 0
}

// widen adds a time of which only the first and the last are of interest, and reports
// whether the number of times has grown.
func (t *times) widen(at int64) bool {
	switch len(t.all) {
	case 0:
		t.all = append(t.all, at)
		return true
	case 1:
		return t.add(at)
	}
	t.all[0], t.all[1] = min(t.all[0], at), max(t.all[1], at)
	return false
}

// first returns the earliest time. The set must not be empty.
func (t *times) first() int64 {
	main, late := t.runs()
	switch {
	case len(late) == 0:
		return main[0]
	case len(main) == 0:
		return late[0]
	}
	return min(main[0], late[0])
}

// last returns the latest time. The set must not be empty.
func (t *times) last() int64 {
	main, late := t.runs()
	switch {
	case len(late) == 0:
		return main[len(main)-1]
	case len(main) == 0:
		return late[len(late)-1]
	}
	return max(main[len(main)-1], late[len(late)-1])
}

// count returns the number of times in from to to, both included. A nil t is empty.
func (t *times) count(from, to int64) int {
	if t == nil {
		return 0
	}
	main, late := t.runs()
	return countSorted(main, from, to) + countSorted(late, from, to)
}

func countSorted(sorted []int64, from, to int64) int {
	lo, _ := slices.BinarySearch(sorted, from)
	hi, found := slices.BinarySearch(sorted, to)
	if found {
		hi++
	}
	return max(0, hi-lo)
}

// nearest returns the gap from at to the time nearest to it, if there is one from before
// it to after it. Of two that are equally near, it is the earlier. A nil t is empty.
func (t *times) nearest(at int64, before, after time.Duration) (gap time.Duration, found bool) {
	if t == nil {
		return 0, false
	}
	main, late := t.runs()
	for _, sorted := range [...][]int64{main, late} {
		i, _ := slices.BinarySearch(sorted, at)
		for j := max(0, i-1); j <= i && j < len(sorted); j++ {
			g := time.Duration(sorted[j] - at)
			if g < -before || g > after {
				continue
			}
			if !found || g.Abs() < gap.Abs() || g.Abs() == gap.Abs() && g < gap {
				gap, found = g, true
			}
		}
	}
	return gap, found
}

// forget removes the times before limit and returns their number.
func (t *times) forget(limit int64) int {
	main, late := t.runs()
	dropMain, _ := slices.BinarySearch(main, limit)
	dropLate, _ := slices.BinarySearch(late, limit)
	t.all = slices.Delete(t.all, len(main), len(main)+dropLate)
	t.late -= dropLate
	t.all = t.all[dropMain:]
	if dropMain > len(t.all) {
		t.all = slices.Clone(t.all) // the memory in front of the slice is given back
	}
	return dropMain + dropLate
}
