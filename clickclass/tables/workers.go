package tables

import "sync"

// task is a batch on its way to the caller.
type task struct {
	batch   batch
	parsed  parsedBatch
	done    chan struct{} // closed when a worker has parsed the batch; nil: no worker has it
	yielded int           // of parsed.rows
	isTaken bool          // the caller has seen the rows
}

// await returns the rows of the batch, and whether it is the first call. If no worker has
// the batch, it is parsed with p.
func (t *task) await(p *rowParser) (rows *parsedBatch, first bool) {
	if t.isTaken {
		return &t.parsed, false
	}
	t.isTaken = true
	if t.done != nil {
		<-t.done
	} else {
		t.parsed = p.parseBatch(t.batch)
	}
	return &t.parsed, true
}

// workers are the goroutines that parse batches during one loop over the rows. They are
// started as they are needed.
type workers struct {
	reader *Reader
	tasks  chan *task
	count  int
	group  sync.WaitGroup
}

// most returns how many tasks may be pending before the first is yielded.
func (w *workers) most() int {
	if w.reader.workers == 1 {
		return 1
	}
	return 2 * w.reader.workers
}

// start makes a worker parse a task's batch, if there is to be any besides the caller.
func (w *workers) start(t *task) {
	if w.reader.workers == 1 {
		return
	}
	if w.tasks == nil {
		w.tasks = make(chan *task, w.most())
	}
	if w.count < w.reader.workers {
		w.count++
		w.group.Go(w.run)
	}
	t.done = make(chan struct{})
	w.tasks <- t
}

func (w *workers) run() {
	p := w.reader.newParser()
	for t := range w.tasks {
		t.parsed = p.parseBatch(t.batch)
		close(t.done)
	}
}

// stop waits for the workers to parse the tasks that were started, and to end.
func (w *workers) stop() {
	if w.tasks != nil {
		close(w.tasks)
		w.group.Wait()
	}
}
