// Package pipeline runs stages that must see items in order beside stages that
// may work on many items at once, on a fixed number of goroutines and with a
// bounded number of items under way.
package pipeline

import (
	"container/heap"
	"context"
	"sync"
)

// Stage is one step. Exactly one of its functions is set.
type Stage struct {
	// Each works on one item and returns it for the next stage. It is called by
	// many goroutines at once; the results keep the order of the items.
	Each func(item any) any
	// Ordered sees the items in order, one at a time, and hands any number of
	// items to the next stage. After the last item it is called with nil.
	Ordered func(item any, emit func(any)) error
}

// Run takes items from next until it returns false, and puts each through the
// stages, with at most the given number of goroutines working at a time. At most
// limit items are between next and the first ordered stage, and none is taken
// while behind items that a stage let go in one burst there are many times as
// many under way. The first error, of next, of a stage or of the context, ends
// the run and is returned; with an error of the context, what is under way is
// still brought to its end.
//
// With one worker everything runs on the calling goroutine.
func Run(ctx context.Context, workers, limit int, next func() (any, bool, error), stages ...Stage) error {
	r := &runner{ctx: ctx, next: next, limit: max(limit, 1), stages: make([]stageState, len(stages))}
	r.wake.L = &r.mu
	r.gate = len(stages)
	for i, s := range stages {
		r.stages[i].Stage = s
		if s.Ordered != nil {
			r.gate = min(r.gate, i)
		}
	}
	var others sync.WaitGroup
	for range workers - 1 {
		others.Go(r.work)
	}
	r.work()
	others.Wait()
	return r.err
}

type runner struct {
	ctx   context.Context
	next  func() (any, bool, error)
	limit int
	gate  int // the first ordered stage

	mu      sync.Mutex
	wake    sync.Cond
	reading bool // a goroutine is in next
	read    int  // items taken from next
	ended   bool // next has nothing more
	ahead   int  // items before the first ordered stage
	under   int  // items under way
	failed  bool // stop at once
	err     error
	stages  []stageState
}

type stageState struct {
	Stage
	queue  itemHeap
	busy   bool // Ordered: a goroutine is in it
	turn   int  // Ordered: the number of the item that comes next
	out    int  // Ordered: items handed on
	active int  // Each: goroutines in it
	closed bool // Ordered: it has seen the end
}

type item struct {
	seq   int
	value any
}

// burst is how many times as many items as the limit may be under way when a
// stage lets many go at once.
const burst = 16

// work takes whatever can be done: the ordered stages first, since nobody else
// can do their work at the same time, then the furthest stage, so that items
// leave before others enter.
func (r *runner) work() {
	r.mu.Lock()
	for !r.failed && !r.finished() {
		if !r.step() {
			r.wake.Wait()
		}
	}
	r.wake.Broadcast()
	r.mu.Unlock() // not deferred: a stage that panics does so without the lock
}

func (r *runner) finished() bool {
	last := len(r.stages) - 1
	return r.drained(last+1) && (last < 0 || r.stages[last].Ordered == nil || r.stages[last].closed)
}

// drained reports whether nothing more can come to stage i.
func (r *runner) drained(i int) bool {
	if !r.ended || r.reading {
		return false
	}
	for j := range i {
		s := &r.stages[j]
		if len(s.queue) > 0 || s.busy || s.active > 0 || s.Ordered != nil && !s.closed {
			return false
		}
	}
	return true
}

// step does one thing, and reports whether there was one to do. r.mu is held.
func (r *runner) step() bool {
	for i := len(r.stages) - 1; i >= 0; i-- {
		s := &r.stages[i]
		if s.Ordered == nil || s.busy || s.closed {
			continue
		}
		switch {
		case len(s.queue) > 0 && s.queue[0].seq == s.turn:
			it := heap.Pop(&s.queue).(item)
			s.turn++
			if i == r.gate {
				r.ahead--
			}
			r.ordered(i, it.value)
			r.under--
			return true
		case len(s.queue) == 0 && r.drained(i):
			r.ordered(i, nil)
			s.closed = true
			return true
		}
	}
	for i := len(r.stages) - 1; i >= 0; i-- {
		s := &r.stages[i]
		if s.Each == nil || len(s.queue) == 0 {
			continue
		}
		r.each(i, heap.Pop(&s.queue).(item))
		return true
	}
	if r.ended || r.reading || r.ahead >= r.limit || r.under >= burst*r.limit {
		return false
	}
	if err := r.ctx.Err(); err != nil {
		r.err, r.ended = err, true
		return true
	}
	r.reading = true
	r.mu.Unlock()
	value, ok, err := r.next()
	r.mu.Lock()
	r.reading = false
	switch {
	case err != nil:
		r.fail(err)
	case !ok:
		r.ended = true
	default:
		it := item{r.read, value}
		r.read++
		r.under++
		r.ahead++
		if len(r.stages) > 0 && r.stages[0].Each != nil {
			r.wake.Broadcast() // somebody else may read on
			r.each(0, it)      // at once: this processor has it in its cache
			return true
		}
		r.hand(0, it)
	}
	r.wake.Broadcast()
	return true
}

// each puts an item through stage i. r.mu is held.
func (r *runner) each(i int, it item) {
	s := &r.stages[i]
	s.active++
	r.mu.Unlock()
	value := s.Each(it.value)
	r.mu.Lock()
	s.active--
	r.hand(i+1, item{it.seq, value})
}

func (r *runner) ordered(i int, value any) {
	s := &r.stages[i]
	s.busy = true
	r.mu.Unlock()
	err := s.Ordered(value, func(out any) {
		r.mu.Lock()
		r.under++
		r.hand(i+1, item{s.out, out})
		s.out++
		r.mu.Unlock()
	})
	r.mu.Lock()
	s.busy = false
	if err != nil {
		r.fail(err)
	}
	r.wake.Broadcast()
}

// hand gives an item to stage i.
func (r *runner) hand(i int, it item) {
	if i == len(r.stages) {
		r.under--
		if r.gate == i { // no stage is ordered
			r.ahead--
		}
	} else {
		heap.Push(&r.stages[i].queue, it)
	}
	r.wake.Broadcast()
}

func (r *runner) fail(err error) {
	if !r.failed {
		r.failed, r.err = true, err
	}
}

// itemHeap has the earliest item first.
type itemHeap []item

func (h itemHeap) Len() int           { return len(h) }
func (h itemHeap) Less(i, j int) bool { return h[i].seq < h[j].seq }
func (h itemHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *itemHeap) Push(x any)        { *h = append(*h, x.(item)) }
func (h *itemHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = item{}
	*h = old[:len(old)-1]
	return last
}
