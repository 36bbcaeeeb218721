package clickclass_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// outcome is what All yielded: each result by its row, revision and verdict, each error by
// its text.
type outcome struct {
	row      int64
	revision int
	verdict  clickclass.Verdict
	nearby   clickclass.Nearby
	err      string
}

func outcomes(c *clickclass.Classifier, clicks []clickclass.Click, failures map[int]error) []outcome {
	var out []outcome
	for r, err := range c.All(context.Background(), sequence(clicks, failures)) {
		if err != nil {
			out = append(out, outcome{err: err.Error()})
			continue
		}
		out = append(out, outcome{row: r.Click.Row, revision: r.Revision, verdict: r.Verdict, nearby: r.Nearby})
	}
	return out
}

// requireSameOutcomes is require.Equal without its slow comparison of long lists.
func requireSameOutcomes(t *testing.T, want, got []outcome) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		w, g := &want[i], &got[i]
		if w.row != g.row || w.revision != g.revision || w.nearby != g.nearby || w.err != g.err || !w.verdict.Equal(&g.verdict) {
			require.Equal(t, *w, *g, "result %d", i)
		}
	}
}

// checkGoroutines fails the test if there are more goroutines at its end than now.
func checkGoroutines(t *testing.T) {
	t.Helper()
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		for range 100 {
			if runtime.NumGoroutine() <= before {
				return
			}
			time.Sleep(10 * time.Millisecond) // goroutines of other tests, which end
		}
		stacks := make([]byte, 1<<16)
		t.Errorf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
	})
}

// TestAllOrder holds that each click has one first verdict, in the order of the input, and
// revisions that count up.
func TestAllOrder(t *testing.T) {
	checkGoroutines(t)
	clicks := randomClicks(rand.New(rand.NewPCG(1, 7)), 5000, 48*time.Hour)
	revised := false
	for _, workers := range []int{1, 2, 5} {
		c := classifier(t, clickclass.Options{Workers: workers, Window: clickclass.Window{Span: time.Hour, Rows: 400}, Source: randomSource{}})
		next := int64(0)
		revision := map[int64]int{}
		for _, o := range outcomes(c, clicks, nil) {
			require.Empty(t, o.err)
			if o.revision == 0 {
				require.Equal(t, next, o.row)
				next++
				continue
			}
			revised = true
			require.Less(t, o.row, next)
			require.Equal(t, revision[o.row]+1, o.revision)
			revision[o.row]++
		}
		require.EqualValues(t, len(clicks), next)
	}
	assert.True(t, revised, "there are revisions")
}

// TestAllTogetherIsAlone holds that results do not depend on the number of workers: those
// of random clicks in any order, with evidence that fails at times and errors between them.
func TestAllTogetherIsAlone(t *testing.T) {
	checkGoroutines(t)
	seeds := uint64(12)
	if testing.Short() {
		seeds = 3
	}
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 8))
		clicks := randomClicks(rng, 1+rng.IntN(3000), 24*time.Hour)
		if seed%2 == 0 {
			slices.SortStableFunc(clicks, byTime)
		}
		for i := range clicks {
			clicks[i].Row = int64(i)
		}
		failures := map[int]error{}
		for range rng.IntN(50) {
			at := rng.IntN(len(clicks) + 1)
			failures[at] = fmt.Errorf("click %d is broken", at)
		}
		o := clickclass.Options{
			Window: clickclass.Window{Span: []time.Duration{0, time.Hour, time.Minute}[rng.IntN(3)], Rows: []int{0, 1, 64, 700}[rng.IntN(4)], Bytes: []int64{0, 20_000}[rng.IntN(2)]},
			Source: []clickclass.Source{nil, randomSource{}, randomSource{fails: true}}[rng.IntN(3)],
		}
		var want []outcome
		for _, workers := range []int{1, 2, 8} {
			o.Workers = workers
			got := outcomes(classifier(t, o), clicks, failures)
			if workers == 1 {
				want = got
				require.GreaterOrEqual(t, len(want), len(clicks))
				continue
			}
			requireSameOutcomes(t, want, got)
		}
	}
}

// TestAllIsClassify holds that clicks without neighbours have the verdicts of Classify,
// but for the basis.
func TestAllIsClassify(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 8))
	for i, k := range randomClicks(rng, 200, time.Hour) {
		c := classifier(t, clickclass.Options{Source: randomSource{}})
		want, err := c.Classify(context.Background(), k)
		require.NoError(t, err)
		for r, err := range c.All(context.Background(), sequence([]clickclass.Click{k}, nil)) {
			require.NoError(t, err)
			require.Equal(t, k, r.Click)
			if want.Basis == clickclass.BasisRow {
				require.Equal(t, clickclass.BasisRows, r.Verdict.Basis)
				r.Verdict.Basis = clickclass.BasisRow
			}
			requireEqualVerdicts(t, &want, &r.Verdict, "click %d %+v", i, k)
		}
	}
}

func TestAllErrorsInTheirPlaces(t *testing.T) {
	checkGoroutines(t)
	clicks := randomClicks(rand.New(rand.NewPCG(5, 5)), 20, time.Minute)
	failures := map[int]error{0: errors.New("first"), 7: errors.New("between"), 20: errors.New("last")}
	var want []string
	for i := range 21 {
		if err := failures[i]; err != nil {
			want = append(want, err.Error())
		}
		if i < 20 {
			want = append(want, fmt.Sprint(i))
		}
	}
	for _, workers := range []int{1, 2, 8} {
		t.Run(fmt.Sprintf("%d workers", workers), func(t *testing.T) {
			c := classifier(t, clickclass.Options{Workers: workers})
			var got []string
			for r, err := range c.All(context.Background(), sequence(clicks, failures)) {
				if err != nil {
					assert.Equal(t, clickclass.Result{}, r, "there is no result beside an error")
					assert.Contains(t, []error{failures[0], failures[7], failures[20]}, err, "the error is the sequence's own")
					got = append(got, err.Error())
					continue
				}
				got = append(got, fmt.Sprint(r.Click.Row))
			}
			assert.Equal(t, want, got)
		})
		t.Run(fmt.Sprintf("%d workers, the loop is left", workers), func(t *testing.T) {
			c := classifier(t, clickclass.Options{Workers: workers})
			for leave := range 24 {
				n := 0
				for range c.All(context.Background(), sequence(clicks, failures)) {
					if n == leave {
						break
					}
					n++
				}
				assert.Equal(t, min(leave, 23), n)
			}
		})
	}
}

// TestAllOfErrorsOnly holds that errors do not pile up while a click waits.
func TestAllOfErrorsOnly(t *testing.T) {
	checkGoroutines(t)
	const n = 60_000
	for _, workers := range []int{1, 2} {
		for _, clicks := range []int{0, 1} {
			var out, failed atomic.Int64
			most := int64(0)
			c := classifier(t, clickclass.Options{Workers: workers, Window: clickclass.Window{Rows: 1000}})
			for _, err := range c.All(context.Background(), func(yield func(clickclass.Click, error) bool) {
				if clicks == 1 && !yield(founding(), nil) {
					return
				}
				for i := range int64(n) {
					most = max(most, i-failed.Load())
					if !yield(clickclass.Click{}, errFailed) {
						return
					}
				}
			}) {
				if err != nil {
					failed.Add(1)
				} else {
					out.Add(1)
				}
			}
			assert.EqualValues(t, clicks, out.Load())
			assert.EqualValues(t, n, failed.Load())
			assert.Less(t, most, int64(20_000), "errors that wait")
		}
	}
}

func TestAllOfNothing(t *testing.T) {
	checkGoroutines(t)
	for _, workers := range []int{1, 4} {
		assert.Empty(t, outcomes(classifier(t, clickclass.Options{Workers: workers}), nil, nil))
	}
}

// TestAllTwice holds that the sequence can be ranged over again, and by several at a time.
func TestAllTwice(t *testing.T) {
	checkGoroutines(t)
	clicks := randomClicks(rand.New(rand.NewPCG(2, 7)), 600, time.Hour)
	all := classifier(t, clickclass.Options{Workers: 2}).All(context.Background(), sequence(clicks, nil))
	want := 0
	for range all {
		want++
	}
	require.GreaterOrEqual(t, want, len(clicks))
	counts := make(chan int)
	for range 3 {
		go func() {
			n := 0
			for range all {
				n++
			}
			counts <- n
		}()
	}
	for range 3 {
		assert.Equal(t, want, <-counts)
	}
}

// TestAllReadsOnTheCallersGoroutine holds that the sequence needs no locks.
func TestAllReadsOnTheCallersGoroutine(t *testing.T) {
	clicks := randomClicks(rand.New(rand.NewPCG(2, 9)), 3000, time.Hour)
	state := 0 // of the caller and the sequence, without a lock: the race detector looks on
	for range classifier(t, clickclass.Options{Workers: 4}).All(context.Background(), func(yield func(clickclass.Click, error) bool) {
		for _, k := range clicks {
			state++
			if !yield(k, nil) {
				return
			}
		}
	}) {
		state++
	}
	assert.GreaterOrEqual(t, state, 2*len(clicks))
}

// TestAllHugeOptions holds that bounds are no sizes of memory.
func TestAllHugeOptions(t *testing.T) {
	clicks := randomClicks(rand.New(rand.NewPCG(2, 11)), 600, time.Hour)
	want := outcomes(classifier(t, clickclass.Options{Workers: 2}), clicks, nil)
	got := outcomes(classifier(t, clickclass.Options{Workers: 2, Window: clickclass.Window{Rows: math.MaxInt, Bytes: math.MaxInt64}}), clicks, nil)
	requireSameOutcomes(t, want, got)
}

// TestAllClicksBelongToTheCaller holds that the clicks come back as they went in.
func TestAllClicksBelongToTheCaller(t *testing.T) {
	k := fullClick()
	k.Timestamp = k.Timestamp.In(time.FixedZone("CET", 3600))
	k.Url = strings.ToUpper(k.Url)
	for r, err := range classifier(t, clickclass.Options{Workers: 2}).All(context.Background(), sequence([]clickclass.Click{k, {}}, nil)) {
		require.NoError(t, err)
		if r.Click.Row == k.Row {
			assert.Equal(t, k, r.Click)
		} else {
			assert.Equal(t, clickclass.Click{}, r.Click)
		}
	}
}
