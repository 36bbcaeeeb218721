package clickclass_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// How All ends before its input does.

// endless yields clicks without end.
func endless(clicks []clickclass.Click) iter.Seq2[clickclass.Click, error] {
	return func(yield func(clickclass.Click, error) bool) {
		for i := 0; ; i++ {
			if !yield(clicks[i%len(clicks)], nil) {
				return
			}
		}
	}
}

func forWorkers(t *testing.T, f func(t *testing.T, workers int)) {
	t.Helper()
	counts := []int{1, 2, 8}
	if testing.Short() {
		counts = []int{1, 3}
	}
	for _, workers := range counts {
		t.Run(fmt.Sprintf("%d workers", workers), func(t *testing.T) {
			checkGoroutines(t)
			f(t, workers)
		})
	}
}

var smallWindow = clickclass.Window{Span: time.Minute, Rows: 300}

func TestAllCancelledBefore(t *testing.T) {
	forWorkers(t, func(t *testing.T, workers int) {
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(errors.New("a cause"))
		c := classifier(t, clickclass.Options{Workers: workers})
		for name, clicks := range map[string]iter.Seq2[clickclass.Click, error]{
			"no clicks": sequence(nil, nil), "many": endless([]clickclass.Click{founding()}), "only an error": sequence(nil, map[int]error{0: errFailed}),
		} {
			var errs []error
			for r, err := range c.All(ctx, clicks) {
				assert.Equal(t, clickclass.Result{}, r)
				errs = append(errs, err)
			}
			assert.Equal(t, []error{context.Canceled}, errs, name)
		}
	})
}

// TestAllCancelledInBetween cancels after some results.
func TestAllCancelledInBetween(t *testing.T) {
	clicks := randomClicks(rand.New(rand.NewPCG(1, 10)), 2000, 24*time.Hour)
	forWorkers(t, func(t *testing.T, workers int) {
		c := classifier(t, clickclass.Options{Workers: workers, Window: smallWindow})
		for _, after := range []int{1, 2, 255, 256, 5000} {
			ctx, cancel := context.WithCancel(context.Background())
			n := 0
			var errs []error
			for _, err := range c.All(ctx, endless(clicks)) {
				if err != nil {
					errs = append(errs, err)
					continue
				}
				if n++; n == after {
					cancel()
				}
			}
			assert.Equal(t, []error{context.Canceled}, errs)
			assert.Less(t, n, after+20_000, "goes on for no long time")
			cancel()
		}
	})
}

func TestAllDeadline(t *testing.T) {
	forWorkers(t, func(t *testing.T, workers int) {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		defer cancel()
		var last error
		for _, err := range classifier(t, clickclass.Options{Workers: workers, Window: smallWindow}).All(ctx, endless(randomClicks(rand.New(rand.NewPCG(1, 11)), 500, time.Hour))) {
			last = err
		}
		assert.Equal(t, context.DeadlineExceeded, last)
	})
}

// blockingSource does not answer until its context is done.
var blockingSource = askFunc(func(ctx context.Context, _ clickclass.Question) (clickclass.Facts, error) {
	<-ctx.Done()
	return clickclass.Facts{}, ctx.Err()
})

// TestAllCancelledWhileSourceBlocks cancels while all look-ups wait.
func TestAllCancelledWhileSourceBlocks(t *testing.T) {
	forWorkers(t, func(t *testing.T, workers int) {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
		defer cancel()
		c := classifier(t, clickclass.Options{Workers: workers, Source: blockingSource, Window: smallWindow})
		var last error
		for r, err := range c.All(ctx, endless([]clickclass.Click{withDelay(founding(), time.Second)})) {
			last = err
			if err == nil {
				assert.NotZero(t, r.Verdict.Failed)
				assert.Equal(t, clickclass.ClassUnknown, r.Verdict.Class)
			}
		}
		assert.Equal(t, context.DeadlineExceeded, last)
	})
}

// switchedSource answers at once, until it is switched to block.
type switchedSource struct {
	mu      sync.Mutex
	blocks  bool
	blocked bool // somebody waits
}

func (s *switchedSource) Facts(ctx context.Context, q clickclass.Question) (clickclass.Facts, error) {
	s.mu.Lock()
	s.blocked = s.blocked || s.blocks
	blocks := s.blocks
	s.mu.Unlock()
	if blocks {
		return blockingSource(ctx, q)
	}
	return clickclass.Facts{}, nil
}

// turn switches the source and reports whether somebody waits.
func (s *switchedSource) turn(blocks bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocks = blocks
	return s.blocked
}

// TestAllLeftWhileSourceBlocks leaves the loop while look-ups wait: nobody wants their
// answers.
func TestAllLeftWhileSourceBlocks(t *testing.T) {
	for _, workers := range []int{2, 8} {
		t.Run(fmt.Sprintf("%d workers", workers), func(t *testing.T) {
			checkGoroutines(t)
			var source switchedSource
			c := classifier(t, clickclass.Options{Workers: workers, Source: &source, Window: clickclass.Window{Rows: 100}})
			left := make(chan struct{})
			go func() {
				defer close(left)
				for _, err := range c.All(context.Background(), endless([]clickclass.Click{founding()})) {
					assert.NoError(t, err)
					source.turn(true)
					time.Sleep(time.Millisecond)
					if source.turn(false) {
						break
					}
				}
			}()
			select {
			case <-left:
			case <-time.After(20 * time.Second):
				t.Fatal("All waits for look-ups that nobody cancels")
			}
		})
	}
}

// TestAllLeft leaves the loop early, by break and by panic.
func TestAllLeft(t *testing.T) {
	clicks := randomClicks(rand.New(rand.NewPCG(4, 10)), 500, 24*time.Hour)
	forWorkers(t, func(t *testing.T, workers int) {
		c := classifier(t, clickclass.Options{Workers: workers, Window: smallWindow})
		for _, after := range []int{1, 2, 1000} {
			n := 0
			for _, err := range c.All(context.Background(), endless(clicks)) {
				require.NoError(t, err)
				if n++; n == after {
					break
				}
			}
			assert.Equal(t, after, n)

			n = 0
			assert.PanicsWithValue(t, "out of the loop", func() {
				for range c.All(context.Background(), endless(clicks)) {
					if n++; n == after {
						panic("out of the loop")
					}
				}
			})
			assert.Equal(t, after, n)
		}
		assert.PanicsWithValue(t, "in the input", func() {
			for range c.All(context.Background(), func(yield func(clickclass.Click, error) bool) {
				for i, k := range clicks {
					if i == 400 {
						panic("in the input")
					}
					if !yield(k, nil) {
						return
					}
				}
			}) {
			}
		})
	})
}

// TestAllPulled holds that a pulled sequence can be stopped at any time.
func TestAllPulled(t *testing.T) {
	clicks := randomClicks(rand.New(rand.NewPCG(4, 11)), 500, 24*time.Hour)
	forWorkers(t, func(t *testing.T, workers int) {
		c := classifier(t, clickclass.Options{Workers: workers, Window: smallWindow})
		for _, pulls := range []int{0, 1, 700} {
			next, stop := iter.Pull2(c.All(context.Background(), endless(clicks)))
			for range pulls {
				_, err, ok := next()
				require.True(t, ok)
				require.NoError(t, err)
			}
			stop()
		}
	})
}

// TestSourceThatFails holds that a source that is down stops nothing and is named once for
// each batch.
func TestSourceThatFails(t *testing.T) {
	clicks := randomClicks(rand.New(rand.NewPCG(4, 12)), 1000, 24*time.Hour)
	forWorkers(t, func(t *testing.T, workers int) {
		c := classifier(t, clickclass.Options{Workers: workers, Source: knows(clickclass.Facts{}, errFailed)})
		judged, failed := 0, 0
		for r, err := range c.All(context.Background(), sequence(clicks, nil)) {
			if err != nil {
				assert.ErrorIs(t, err, errFailed)
				assert.Equal(t, judged, failed*256, "before the results of its batch")
				failed++
				continue
			}
			judged++
			assert.Equal(t, allKinds, r.Verdict.Failed)
		}
		assert.Equal(t, len(clicks), judged)
		assert.Equal(t, 4, failed)
	})
}
