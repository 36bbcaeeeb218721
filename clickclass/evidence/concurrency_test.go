package evidence

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAddWhileAsked holds, with the race detector, that rows can be added by several
// goroutines while others ask, and that nothing of them is lost.
func TestAddWhileAsked(t *testing.T) {
	for name, s := range map[string]*Store{"unbounded": {}, "bounded": {Keep: 400 * day, Bytes: 1 << 30}} {
		t.Run(name, func(t *testing.T) {
			r := newGenerator(7, 8)
			var rows []Row
			for len(rows) < 3000 {
				row := randomRow(r)
				if at := rowTime(row); at.Sub(noon).Abs() < 180*day { // no row that drops others
					rows = append(rows, row)
				}
			}
			var adding, asking sync.WaitGroup
			var added, asked atomic.Int64
			const adders = 4
			for i := range adders {
				adding.Go(func() {
					for j := i; j < len(rows); j += adders {
						s.Add(rows[j])
						added.Add(1)
					}
				})
			}
			for i := range 4 {
				asking.Go(func() {
					r := newGenerator(uint64(i), 9)
					for more := true; more; more = added.Load() < int64(len(rows)) {
						if _, err := s.Facts(context.Background(), questionAbout(r, pick(r, rows))); err != nil {
							t.Error(err)
							return
						}
						asked.Add(1)
					}
				})
			}
			adding.Wait()
			asking.Wait()
			require.Positive(t, asked.Load())
			var quiet Store
			quiet.Add(rows...)
			for range 500 {
				q := questionAbout(r, pick(r, rows))
				require.Equal(t, ask(t, &quiet, q), ask(t, s, q))
			}
		})
	}
}

// TestAddLetsQuestionsPass holds that a question need not wait until a long Add is done.
func TestAddLetsQuestionsPass(t *testing.T) {
	rows, questions := tenant(20_000)
	var s Store
	s.Add(rows[0])
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Add(rows...)
	}()
	passed := 0
	for {
		if _, err := s.Facts(context.Background(), questions[passed%len(questions)]); err != nil {
			t.Fatal(err)
		}
		select {
		case <-done:
			assert.Greater(t, passed, 10)
			return
		default:
			passed++
		}
		time.Sleep(time.Microsecond)
	}
}
