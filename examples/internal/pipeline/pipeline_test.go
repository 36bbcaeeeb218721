package pipeline_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/pipeline"
)

// upTo returns a source of the numbers below n.
func upTo(n int) func() (any, bool, error) {
	i := -1
	return func() (any, bool, error) {
		i++
		return i, i < n, nil
	}
}

// TestOrder puts numbers through both kinds of stages. The first ordered stage
// holds numbers back, as a window does, and lets the rest go at the end.
func TestOrder(t *testing.T) {
	const n, held = 1000, 37
	var want []int
	for i := range n {
		want = append(want, 2*i)
	}
	for _, workers := range []int{1, 2, 7} {
		var got []int
		var pending []any
		err := pipeline.Run(t.Context(), workers, 4, upTo(n),
			pipeline.Stage{Each: func(v any) any { return v.(int) * 2 }},
			pipeline.Stage{Ordered: func(v any, emit func(any)) error {
				if v != nil {
					pending = append(pending, v)
				}
				for len(pending) > held || v == nil && len(pending) > 0 {
					emit(pending[0])
					pending = pending[1:]
				}
				return nil
			}},
			pipeline.Stage{Each: func(v any) any { return v }},
			pipeline.Stage{Ordered: func(v any, _ func(any)) error {
				if v != nil {
					got = append(got, v.(int))
				}
				return nil
			}})
		require.NoError(t, err)
		assert.Equal(t, want, got, "%d workers", workers)
	}
}

func TestLimit(t *testing.T) {
	const limit = 3
	var under, most atomic.Int64
	next := upTo(200)
	err := pipeline.Run(t.Context(), 4, limit,
		func() (any, bool, error) {
			v, ok, err := next()
			if n := under.Add(1); ok && n > most.Load() {
				most.Store(n)
			}
			return v, ok, err
		},
		pipeline.Stage{Each: func(v any) any { return v }},
		pipeline.Stage{Ordered: func(v any, _ func(any)) error { under.Add(-1); return nil }})
	require.NoError(t, err)
	assert.LessOrEqual(t, most.Load(), int64(limit+1))
}

func TestErrors(t *testing.T) {
	broken := errors.New("broken")
	tests := map[string]struct {
		next  func() (any, bool, error)
		stage func(any, func(any)) error
	}{
		"of the source": {
			next:  func() (any, bool, error) { return nil, false, broken },
			stage: func(any, func(any)) error { return nil },
		},
		"of a stage": {
			next:  upTo(1 << 30),
			stage: func(any, func(any)) error { return broken },
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			err := pipeline.Run(t.Context(), 2, 4, tt.next, pipeline.Stage{Ordered: tt.stage})
			assert.ErrorIs(t, err, broken)
		})
	}
}

// TestInterrupted says that what was taken before the interruption comes out
// whole, the end included.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	taken, seen, ended := 0, 0, false
	err := pipeline.Run(ctx, 3, 8,
		func() (any, bool, error) {
			if taken++; taken == 50 {
				cancel()
			}
			return taken, true, nil
		},
		pipeline.Stage{Each: func(v any) any { return v }},
		pipeline.Stage{Ordered: func(v any, _ func(any)) error {
			if v == nil {
				ended = true
			} else {
				seen++
			}
			return nil
		}})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 50, taken)
	assert.Equal(t, taken, seen)
	assert.True(t, ended)
}
