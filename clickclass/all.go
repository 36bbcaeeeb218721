package clickclass

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/whoclicked/whoclicked/clickclass/internal/neighbours"
)

const (
	// batchSize is how many clicks are prepared, and judged, in one go, and batchBytes how
	// much text of theirs, but for one click with more.
	batchSize  = 256
	batchBytes = 1 << 20
	// batchesAhead is how many batches for each worker are read ahead of the results.
	batchesAhead = 4
	// maxOutputs bounds how many outputs of a full window wait for the caller.
	maxOutputs = 4096
	// maxErrorsHeld bounds how many errors wait for the clicks before them.
	maxErrorsHeld = 4096
)

// All judges a sequence of clicks, each with its neighbours, on Options.Workers
// goroutines. Results come in the order of the clicks on the caller's goroutine; errors
// of clicks come in their place. A click whose verdict changes because of later clicks
// comes again with a higher Revision.
//
// Clicks are read on the caller's goroutine, too. An error of the Source comes once for
// each batch of clicks, before their results. All stops its goroutines before it returns,
// also when the loop is left early or ctx is cancelled; then the last error is ctx's.
func (c *Classifier) All(ctx context.Context, clicks iter.Seq2[Click, error]) iter.Seq2[Result, error] {
	return func(yield func(Result, error) bool) {
		s := &sequence{window: c.newWindow()}
		var run runner = &lone{c: c, s: s}
		work, cancel := context.WithCancel(ctx)
		if c.options.Workers > 1 {
			run = startCrew(c, s)
		}
		defer run.stop()
		defer cancel() // nobody wants the answers that a source still looks for

		b := newBatch()
		for k, err := range clicks {
			if ctx.Err() != nil {
				break
			}
			if err != nil {
				b.errs = append(b.errs, placedError{len(b.entries), err})
			} else {
				b.entries = append(b.entries, entry{click: k})
				b.bytes += k.size()
			}
			if b.full() {
				if !run.add(work, b, yield) {
					return
				}
				b = newBatch()
			}
		}
		if ctx.Err() == nil {
			b.last = true
			if !run.add(work, b, yield) || !run.finish(work, yield) {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(Result{}, err)
		}
	}
}

// batch is a piece of the input: clicks, and the errors between them.
type batch struct {
	entries []entry
	bytes   int // of the text of the entries
	errs    []placedError
	last    bool // the end of the input

	marks []neighbours.Mark
	err   error         // of the source
	done  chan struct{} // closed when the batch is prepared
}

func newBatch() *batch { return &batch{entries: make([]entry, 0, batchSize)} }

// full reports whether the batch has as much as is done in one go.
func (b *batch) full() bool {
	return len(b.entries) == batchSize || b.bytes >= batchBytes || len(b.errs) == batchSize
}

// placedError is an error and the number of clicks before it.
type placedError struct {
	after int
	err   error
}

// prepare asks for evidence on the clicks of a batch.
func (b *batch) prepare(ctx context.Context, c *Classifier) {
	b.err = c.prepare(ctx, b.entries)
	b.marks = make([]neighbours.Mark, len(b.entries))
	for i := range b.entries {
		b.marks[i] = b.entries[i].mark()
	}
}

// output is a piece of the output: clicks whose neighbours are known, and the errors
// between them.
type output struct {
	ready   []ready
	bytes   int // of the text of the clicks
	errs    []placedError
	results []Result
	array   *[]Result     // that results came from
	err     error         // of the source
	done    chan struct{} // closed when the results are there
}

// judge fills in the results.
func (o *output) judge(ctx context.Context, c *Classifier) {
	o.array = resultArrays.Get().(*[]Result)
	o.results, o.err = c.judgeReady(ctx, *o.array, o.ready)
}

// Outputs and arrays of results are used again: what is yielded are copies. Outputs queue
// before they are judged, so results have a pool of their own.
var (
	outputs      = sync.Pool{New: func() any { return new(output) }}
	resultArrays = sync.Pool{New: func() any { return new([]Result) }}
)

func (o *output) free() {
	clear(o.results)
	*o.array = o.results[:0]
	resultArrays.Put(o.array)
	clear(o.ready)
	*o = output{ready: o.ready[:0]}
	outputs.Put(o)
}

// deliver yields the results and errors of an output. It reports whether to go on.
func (o *output) deliver(yield func(Result, error) bool) bool {
	if o.err != nil && !yield(Result{}, o.err) {
		return false
	}
	errs := o.errs
	for i := range o.results {
		for ; len(errs) > 0 && errs[0].after <= i; errs = errs[1:] {
			if !yield(Result{}, errs[0].err) {
				return false
			}
		}
		if r := &o.results[i]; o.ready[i].Item.settle(r) && !yield(*r, nil) {
			return false
		}
	}
	for _, e := range errs {
		if !yield(Result{}, e.err) {
			return false
		}
	}
	o.free()
	return true
}

// settle sets the revision of a result and reports whether it says anything new. Results on
// a click must be settled in order.
func (e *entry) settle(r *Result) bool {
	said := gistOf(&r.Verdict)
	switch {
	case !e.judged:
		e.judged = true
	case said == e.said:
		return false
	default:
		e.revision++
	}
	e.said, r.Revision = said, e.revision
	return true
}

// sequence puts batches through the window and keeps errors in their places.
type sequence struct {
	window *neighbours.Window[*entry]
	errs   []placedError // that wait, by the number of clicks before them
	in     int           // clicks that went into the window
	out    int           // clicks that came out for the first time
	next   *output
}

// add puts a prepared batch through the window and calls emit with what is ready.
func (s *sequence) add(b *batch, emit func(*output)) {
	if s.next == nil {
		s.next = outputs.Get().(*output)
	}
	if b.err != nil {
		s.errs = append(s.errs, placedError{s.in, b.err})
	}
	errs := b.errs
	fail := func(i int) {
		for ; len(errs) > 0 && errs[0].after <= i; errs = errs[1:] {
			s.errs = append(s.errs, placedError{s.in, errs[0].err})
		}
	}
	take := func(r ready) { s.take(r, emit) }
	for i := range b.entries {
		fail(i)
		e := &b.entries[i]
		s.in++
		s.window.Add(b.marks[i], e, e.size(), take)
	}
	fail(len(b.entries))
	if b.last || len(s.errs) > maxErrorsHeld {
		s.window.Flush(take)
	}
	s.placeErrors()
	if b.last || len(s.next.errs) > 0 {
		s.flush(emit)
	}
}

// take adds a ready click to the output.
func (s *sequence) take(r ready, emit func(*output)) {
	s.placeErrors()
	s.next.ready = append(s.next.ready, r)
	s.next.bytes += r.Item.size()
	if !r.Item.out {
		r.Item.out = true
		s.out++
	}
	if len(s.next.ready) == batchSize || s.next.bytes >= batchBytes {
		s.flush(emit)
	}
}

// placeErrors adds the errors whose place has come to the output.
func (s *sequence) placeErrors() {
	for len(s.errs) > 0 && s.errs[0].after <= s.out {
		s.next.errs = append(s.next.errs, placedError{len(s.next.ready), s.errs[0].err})
		s.errs = s.errs[1:]
	}
}

func (s *sequence) flush(emit func(*output)) {
	if len(s.next.ready)+len(s.next.errs) > 0 {
		emit(s.next)
		s.next = outputs.Get().(*output)
	}
}

// runner takes batches and yields results, alone or with goroutines.
type runner interface {
	// add takes a batch and yields what is ready. It reports whether to go on.
	add(ctx context.Context, b *batch, yield func(Result, error) bool) bool
	// finish yields the rest.
	finish(ctx context.Context, yield func(Result, error) bool) bool
	// stop ends all goroutines.
	stop()
}

// lone does everything on the caller's goroutine.
type lone struct {
	c *Classifier
	s *sequence
}

func (l *lone) add(ctx context.Context, b *batch, yield func(Result, error) bool) bool {
	b.prepare(ctx, l.c)
	more := true
	l.s.add(b, func(o *output) {
		if more && ctx.Err() == nil {
			o.judge(ctx, l.c)
			more = o.deliver(yield)
		}
	})
	return more
}

func (l *lone) finish(context.Context, func(Result, error) bool) bool { return true }

func (l *lone) stop() {}

// crew does the work on several goroutines: workers prepare and judge, and one goroutine
// puts prepared batches through the window in order. While that compares the rows of a full
// window, the others work on the output of the one before.
type crew struct {
	c       *Classifier
	ahead   int
	tasks   chan func()   // for the workers; there is room for all that are under way
	batches chan *batch   // in order, for the window
	outputs chan *output  // in order, for the caller
	quit    chan struct{} // closed by stop
	judging []*output     // in order, given to the workers
	all     sync.WaitGroup

	waiting atomic.Int64  // bytes of the outputs for the caller
	room    chan struct{} // tells that they became fewer
}

func startCrew(c *Classifier, s *sequence) *crew {
	workers := c.options.Workers
	w := &crew{
		c: c, ahead: batchesAhead * workers,
		tasks:   make(chan func(), 3*batchesAhead*workers),
		batches: make(chan *batch, batchesAhead*workers),
		outputs: make(chan *output, min(c.options.Window.Rows/batchSize+1, maxOutputs)),
		quit:    make(chan struct{}),
		room:    make(chan struct{}, 1),
	}
	for range workers {
		w.all.Go(w.work)
	}
	w.all.Go(func() { w.compare(s) })
	return w
}

// work does tasks until the crew stops.
func (w *crew) work() {
	for {
		select {
		case task := <-w.tasks:
			task()
		case <-w.quit:
			return
		}
	}
}

// compare puts batches through the window.
func (w *crew) compare(s *sequence) {
	defer close(w.outputs)
	for {
		var b *batch
		select {
		case b = <-w.batches:
		case <-w.quit:
			return
		}
		select {
		case <-b.done:
		case <-w.quit:
			return
		}
		s.add(b, w.send)
		if b.last {
			return
		}
	}
}

// send hands an output to the caller. It waits while a quarter of what the window may hold
// is on the way.
func (w *crew) send(o *output) {
	size := int64(o.bytes)
	for most := w.c.options.Window.Bytes / 4; ; {
		if waiting := w.waiting.Load(); waiting == 0 || waiting+size <= most {
			break
		}
		select {
		case <-w.room:
		case <-w.quit:
			return
		}
	}
	w.waiting.Add(size)
	select {
	case w.outputs <- o:
	case <-w.quit:
	}
}

// received notes that the caller has an output.
func (w *crew) received(o *output) {
	w.waiting.Add(-int64(o.bytes))
	select {
	case w.room <- struct{}{}:
	default: // send was told already
	}
}

func (w *crew) add(ctx context.Context, b *batch, yield func(Result, error) bool) bool {
	b.done = make(chan struct{})
	w.tasks <- func() { b.prepare(ctx, w.c); close(b.done) }
	for {
		select {
		case w.batches <- b:
			return true
		default:
		}
		select {
		case w.batches <- b:
			return true
		case o := <-w.outputs:
			if !w.deliver(ctx, o, w.ahead, yield) {
				return false
			}
		case <-ctx.Done():
			return true
		}
	}
}

// deliver has an output judged, and yields earlier ones until at most so many are under
// way. It reports whether to go on.
func (w *crew) deliver(ctx context.Context, o *output, underWay int, yield func(Result, error) bool) bool {
	if o != nil {
		w.received(o)
		o.done = make(chan struct{})
		w.tasks <- func() { o.judge(ctx, w.c); close(o.done) }
		w.judging = append(w.judging, o)
	}
	for len(w.judging) > underWay {
		next := w.judging[0]
		w.judging = w.judging[1:]
		<-next.done
		if !next.deliver(yield) {
			return false
		}
	}
	return true
}

func (w *crew) finish(ctx context.Context, yield func(Result, error) bool) bool {
	for {
		select {
		case o, ok := <-w.outputs:
			if !ok {
				return w.deliver(ctx, nil, 0, yield)
			}
			if !w.deliver(ctx, o, w.ahead, yield) {
				return false
			}
		case <-ctx.Done():
			return true
		}
	}
}

func (w *crew) stop() {
	close(w.quit)
	w.all.Wait()
}
