package evidence

import (
	"math"
	"slices"
	"time"
)

// What a row belongs to is called a thing: a message, an account's sign-ins from an
// address, the launches of a link on an account's devices. Rows leave a bounded Store
// thing by thing: a queue has the thing with the oldest row first. An unbounded Store has
// no queue.

// thing is what rows are gathered in.
type thing interface {
	// forget removes all that is older than limit, and the thing itself from the Store
	// if nothing is left of it. It returns the time of the oldest that is left.
	forget(s *Store, limit int64) (oldest int64, left bool)
	// next returns when the thing will be looked at.
	next() *turn
}

// turn is when a thing will be looked at again. The zero turn is that of a thing that is
// not in the queue.
type turn struct {
	due    int64
	queued bool
}

func (t *turn) next() *turn { return t }

// bounds keeps a Store within Keep and Bytes.
type bounds struct {
	queue  queue
	times  newestTimes
	newest int64 // by which Keep is measured; valid if times is not empty
	bytes  int64 // estimate of the memory of all things
}

// Estimated bytes of memory, with the slots of maps and what slices and allocations leave
// free. TestBytesEstimate compares them with the heap.
const (
	messageBytes = 184
	accountBytes = 200
	domainBytes  = 152
	seriesBytes  = 136
	visitBytes   = 160
	spanBytes    = 88 // an address has one or more
	latestBytes  = 112
	auditedBytes = 192

	timeBytes     = 10
	keyBytes      = 8
	sightingBytes = 18
)

// undated is the age of rows without a time that come before all rows with one. They are
// dropped last.
const undated = math.MaxInt64 - 1

func (s *Store) bounded() bool { return s.Keep > 0 || s.Bytes > 0 }

// observe notes the time of a row.
func (s *Store) observe(at int64) {
	if s.bounded() && s.bounds.times.add(at) {
		s.bounds.newest = s.bounds.times.believed()
	}
}

// observeOr observes and returns the time of a row. Without a time it returns that of the
// newest row.
func (s *Store) observeOr(t time.Time) int64 {
	if at, ok := nanoseconds(t); ok {
		s.observe(at)
		return at
	}
	if s.bounds.times.n == 0 {
		return undated
	}
	return s.bounds.newest
}

// enqueue makes sure that a thing is looked at when its row of this time is dropped.
func (s *Store) enqueue(t thing, at int64) {
	if next := t.next(); s.bounded() && (!next.queued || at < next.due) {
		*next = turn{at, true}
		s.bounds.queue.push(queued{at, t})
	}
}

// dropOld drops rows until the Store is within its bounds.
func (s *Store) dropOld() {
	if s.Keep > 0 && s.bounds.times.n > 0 {
		if limit := s.bounds.newest - int64(s.Keep); limit < s.bounds.newest { // no overflow
			s.dropBefore(limit)
		}
	}
	for s.Bytes > 0 && s.bounds.bytes > s.Bytes && len(s.bounds.queue) > 0 {
		s.dropBefore(s.bounds.queue[0].at + 1)
	}
}

// dropBefore drops all rows before limit.
func (s *Store) dropBefore(limit int64) {
	q := &s.bounds.queue
	for len(*q) > 0 && (*q)[0].at < limit {
		e := q.pop()
		next := e.thing.next()
		if !next.queued || next.due != e.at {
			continue // it was queued again for an older row, and has been looked at
		}
		next.queued = false
		if oldest, left := e.thing.forget(s, limit); left {
			s.enqueue(e.thing, oldest)
		}
	}
}

// newestTimes holds up to eight of the newest times of rows, each once, newest first.
type newestTimes struct {
	at [8]int64
	n  int
}

// farAhead is how far ahead of the others a time is not believed at once.
const farAhead = 365 * 24 * time.Hour

// add adds a time and reports whether it is one of the newest.
func (t *newestTimes) add(at int64) bool {
	i := 0
	for i < t.n && t.at[i] > at {
		i++
	}
	if i == len(t.at) || i < t.n && t.at[i] == at {
		return false
	}
	t.n = min(t.n+1, len(t.at))
	copy(t.at[i+1:t.n], t.at[i:])
	t.at[i] = at
	return true
}

// believed returns the newest time that is not far ahead of the oldest of the others.
func (t *newestTimes) believed() int64 {
	newest := t.at[:t.n]
	most := newest[len(newest)-1] + int64(farAhead)
	return newest[slices.IndexFunc(newest, func(at int64) bool { return at <= most })]
}

// queue is a heap of things, the one with the oldest row first.
type queue []queued

type queued struct {
	at    int64
	thing thing
}

func (q *queue) push(e queued) {
	*q = append(*q, e)
	h := *q
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if h[parent].at <= e.at {
			break
		}
		h[i] = h[parent]
		i = parent
	}
	h[i] = e
}

func (q *queue) pop() queued {
	h := *q
	first, last := h[0], h[len(h)-1]
	h[len(h)-1] = queued{}
	h = h[:len(h)-1]
	*q = h
	if len(h) == 0 {
		return first
	}
	i := 0
	for {
		child := 2*i + 1
		if child >= len(h) {
			break
		}
		if child+1 < len(h) && h[child+1].at < h[child].at {
			child++
		}
		if last.at <= h[child].at {
			break
		}
		h[i] = h[child]
		i = child
	}
	h[i] = last
	return first
}
