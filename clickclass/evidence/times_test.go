package evidence

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNanoseconds(t *testing.T) {
	tests := []struct {
		name string
		t    time.Time
		ok   bool
	}{
		{"zero", time.Time{}, false},
		{"the last of 2012", time.Date(2012, 12, 31, 23, 59, 59, 999999999, time.UTC), false},
		{"the first of 2013", time.Date(2013, 1, 1, 0, 0, 0, 0, time.UTC), true},
		{"the last of 2041", time.Date(2041, 12, 31, 23, 59, 59, 999999999, time.UTC), true},
		{"the first of 2042", time.Date(2042, 1, 1, 0, 0, 0, 0, time.UTC), false},
		{"1601", time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC), false},
		{"1970", time.Unix(0, 0), false},
		{"9999", time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC), false},
		{"2611", time.Date(2611, 2, 19, 8, 34, 33, 0, time.UTC), false},
		{"another zone", noon.In(time.FixedZone("", -7200)), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ns, ok := nanoseconds(tt.t)
			assert.Equal(t, tt.ok, ok)
			if ok {
				assert.Equal(t, tt.t.UTC(), timeOf(ns))
			} else {
				assert.True(t, timeOf(ns).IsZero())
			}
		})
	}
}

func TestEndOf(t *testing.T) {
	minute := int64(time.Minute)
	for at, want := range map[int64]int64{0: minute - 1, minute - 1: minute - 1, minute: 2*minute - 1, -1: -1, -minute: -1, -minute - 1: -minute - 1} {
		assert.Equal(t, want, endOf(at, time.Minute), at)
	}
}

func TestEarlier(t *testing.T) {
	assert.EqualValues(t, 3, earlier(3, 5))
	assert.EqualValues(t, 3, earlier(5, 3))
	assert.EqualValues(t, 5, earlier(noTime, 5))
	assert.EqualValues(t, 5, earlier(5, noTime))
	assert.EqualValues(t, int64(noTime), earlier(noTime, noTime))
}

// slowTimes is the obvious twin of times: a sorted list.
type slowTimes []int64

func (t *slowTimes) add(at int64) bool {
	if slices.Contains(*t, at) {
		return false
	}
	*t = append(*t, at)
	slices.Sort(*t)
	return true
}

func (t slowTimes) count(from, to int64) (n int) {
	for _, at := range t {
		if from <= at && at <= to {
			n++
		}
	}
	return n
}

func (t slowTimes) nearest(at int64, before, after time.Duration) (best time.Duration, found bool) {
	for _, x := range t {
		if gap := time.Duration(x - at); -before <= gap && gap <= after && (!found || gap.Abs() < best.Abs()) {
			best, found = gap, true
		}
	}
	return best, found
}

// TestTimes compares sets of times that are filled in order, in reverse, and at random
// with their twins.
func TestTimes(t *testing.T) {
	for name, next := range map[string]func(r *rand.Rand, i int) int64{
		"in order":    func(r *rand.Rand, i int) int64 { return int64(i + r.IntN(2)) },
		"nearly":      func(r *rand.Rand, i int) int64 { return int64(i - r.IntN(30)) },
		"in reverse":  func(r *rand.Rand, i int) int64 { return int64(-i) },
		"at random":   func(r *rand.Rand, i int) int64 { return int64(r.IntN(2000)) },
		"a few times": func(r *rand.Rand, i int) int64 { return int64(r.IntN(10)) },
	} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			var fast times
			var slow slowTimes
			for i := range 1500 {
				at := next(r, i)
				require.Equal(t, slow.add(at), fast.add(at))
				if r.IntN(300) == 0 {
					limit := slow[r.IntN(len(slow))]
					n := len(slow)
					slow = slices.DeleteFunc(slow, func(at int64) bool { return at < limit })
					require.Equal(t, n-len(slow), fast.forget(limit))
				}
				require.Equal(t, len(slow), fast.len())
				require.Equal(t, slow[0], fast.first())
				require.Equal(t, slow[len(slow)-1], fast.last())
				a, b := int64(r.IntN(2000)-10), int64(r.IntN(2000)-10)
				require.Equal(t, slow.count(a, b), fast.count(a, b))
				before, after := time.Duration(r.IntN(20)), time.Duration(r.IntN(20))
				wantGap, want := slow.nearest(a, before, after)
				gap, found := fast.nearest(a, before, after)
				require.Equal(t, want, found)
				require.Equal(t, wantGap, gap)
			}
			main, late := fast.runs()
			assert.True(t, slices.IsSorted(main) && slices.IsSorted(late))
			assert.LessOrEqual(t, len(late), maxInsert+len(main)/lateShare)
			fast.forget(1 << 60)
			assert.True(t, fast.empty())
		})
	}
}

func TestNoTimes(t *testing.T) {
	var none *times
	assert.Zero(t, none.count(0, 10))
	_, found := none.nearest(0, 10, 10)
	assert.False(t, found)
}

func TestWiden(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for range 100 {
		var ends times
		var all slowTimes
		for range 1 + r.IntN(8) {
			at := int64(r.IntN(6))
			ends.widen(at)
			all.add(at)
			require.LessOrEqual(t, ends.len(), 2)
			require.Equal(t, all[0], ends.first())
			require.Equal(t, all[len(all)-1], ends.last())
		}
	}
}

// TestLatest compares sets of keys with their twins, in two orders.
func TestLatest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 4))
	for range 300 {
		limit := 1 + r.IntN(6)
		seen := map[uint64]int64{} // the obvious twin
		var rows []sighting
		for i := range r.IntN(30) {
			// No two times are equal, so that it is clear which are the latest.
			rows = append(rows, sighting{uint64(r.IntN(8)), int64(r.IntN(100)*100 + i)})
		}
		var a, b latest
		for _, row := range rows {
			n := a.len()
			grown := a.note(row.key, row.at, limit)
			require.Equal(t, grown, a.len() > n)
			seen[row.key] = max(seen[row.key], row.at)
		}
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		for _, row := range rows {
			b.note(row.key, row.at, limit)
		}
		require.Equal(t, a, b)

		var last []int64
		for _, at := range seen {
			last = append(last, at)
		}
		slices.Sort(last)
		last = last[max(0, len(last)-limit):]
		require.Equal(t, len(last), a.len())
		require.Equal(t, len(last) == 0, a.empty())
		if len(last) > 0 {
			require.Equal(t, last[0], a.oldest())
		}
		for key := range uint64(8) {
			at, is := seen[key]
			require.Equal(t, is && at >= last[0], a.has(key))
		}
		from := int64(r.IntN(10_000))
		n := len(last)
		last = slices.DeleteFunc(last, func(at int64) bool { return at < from })
		require.Equal(t, n-len(last), a.forget(from))
		require.Equal(t, len(last), a.len())
	}
}

func TestLatestMeets(t *testing.T) {
	of := func(keys ...uint64) *latest {
		var l latest
		for _, k := range keys {
			l.note(k, 0, noLimit)
		}
		return &l
	}
	assert.True(t, of(1, 5, 9).meets(of(9)))
	assert.True(t, of(9).meets(of(1, 5, 9)))
	assert.False(t, of(1, 5).meets(of(2, 4, 6)))
	assert.False(t, of().meets(of(1)))
	assert.False(t, of(1).meets(of()))
}

// TestSpans compares the spans of an address with their twin, a map, when accounts come,
// stay, are known earlier, and go.
func TestSpans(t *testing.T) {
	for name, accounts := range map[string]int{"a home": 3, "an office": 60, "a company": 2000} {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 5))
			known := map[uint64]span{}
			var s spans
			for range 6000 {
				account := uint64(r.IntN(accounts))
				old, is := known[account]
				at := int64(r.IntN(10_000))
				switch {
				case !is:
					known[account] = span{account, at, at}
					s.insert(known[account])
				case r.IntN(10) == 0:
					delete(known, account)
					s.remove(old)
				default:
					with := span{account, min(old.first, at), max(old.last, at)}
					if r.IntN(4) == 0 { // older sign-ins were dropped
						with.first = max(with.first, with.last-int64(r.IntN(3000)))
					}
					known[account] = with
					s.replace(old, with)
				}
				from := int64(r.IntN(11_000) - 500)
				to := from + int64(r.IntN(600))
				self := uint64(r.IntN(accounts))
				others := 0
				for _, k := range known {
					if k.account != self && k.last >= from && k.first <= to {
						others++
					}
				}
				require.Equal(t, min(others, 2), s.others(self, from, to))
				require.Equal(t, len(known) == 0, s.empty())
			}
			n := 0
			for _, b := range s.blocks {
				n += len(b.spans)
				require.LessOrEqual(t, len(b.spans), maxBlock)
				require.True(t, slices.IsSortedFunc(b.spans, compareSpans))
				latest := b.latest
				b.measure()
				require.Equal(t, b.latest, latest)
			}
			require.Equal(t, len(known), n)
			s.remove(span{account: 1 << 40})
			for _, k := range known {
				s.remove(k)
			}
			require.True(t, s.empty())
		})
	}
	var none *spans
	assert.Zero(t, none.others(0, 0, 10))
}
