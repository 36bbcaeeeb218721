package main

import (
	"bufio"
	"context"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// holder judges clicks beside their neighbours: those that came before and those that come
// while they are held back.
type holder struct {
	out         *bufio.Writer
	classifiers classifiers
	stream      *clickclass.Stream
	lines       int64
	buffer      []byte

	wait    time.Duration // how long a click is held back; 0: until enough have come
	timer   *time.Timer
	waiting bool // the timer runs

	added, judged int64       // clicks
	errors        []heldError // that wait for the clicks before them

	state *stateFile // nil: none
}

// heldError is the answer to a row that could not be read.
type heldError struct {
	after int64 // so many clicks
	text  []byte
}

// maxErrors is how many errors wait for clicks, before these have to be judged.
const maxErrors = 1000

func newHolder(c classifiers, wait time.Duration, state string, out *bufio.Writer) (*holder, error) {
	x := &holder{out: out, classifiers: c, wait: wait, timer: time.NewTimer(time.Hour)}
	x.timer.Stop()
	if state == "" {
		x.stream = c.plain.NewStream()
		return x, nil
	}
	x.state = &stateFile{path: state, saved: time.Now()}
	var err error
	if x.stream, x.lines, err = x.state.load(c.plain); err != nil {
		return nil, err
	}
	held, _ := x.stream.Len()
	x.added = int64(held)
	x.await()
	return x, nil
}

func (x *holder) due() <-chan time.Time { return x.timer.C }

func (x *holder) tick() error {
	if err := x.flush(); err != nil {
		return err
	}
	return x.save(saveEvery)
}

func (x *holder) end() error {
	if err := x.flush(); err != nil {
		return err
	}
	return x.save(0)
}

func (x *holder) line(text []byte, cut bool) error {
	x.lines++
	c := read(x.lines, text, cut)
	classifier, err := x.classifiers.of(c)
	if err != nil {
		return err
	}
	x.stream.Use(classifier)
	defer x.stream.Use(x.classifiers.plain)
	for _, it := range c.items {
		if it.err != nil {
			x.errors = append(x.errors, heldError{x.added, appendError(nil, c.number, it.err)})
			err = x.writeErrors()
		} else {
			x.added++
			err = x.writeResults(x.stream.Add(context.Background(), it.click))
		}
		if err == nil && len(x.errors) > maxErrors {
			err = x.flush()
		}
		if err != nil {
			return err
		}
	}
	x.await()
	return x.save(saveEvery)
}

// await starts the timer with the first click that is held.
func (x *holder) await() {
	held, _ := x.stream.Len()
	if x.wait > 0 && held > 0 && !x.waiting {
		x.waiting = true
		x.timer.Reset(x.wait)
	}
}

// flush judges all clicks that are held.
func (x *holder) flush() error {
	x.waiting = false
	x.timer.Stop()
	return x.writeResults(x.stream.Flush(context.Background()))
}

// writeResults writes results, and the errors that stand between them.
func (x *holder) writeResults(results []clickclass.Result, err error) error {
	for i := range results {
		if err := x.write(results[i].AppendJSON(x.buffer[:0])); err != nil {
			return err
		}
		if results[i].Revision > 0 {
			continue
		}
		x.judged++
		if err := x.writeErrors(); err != nil {
			return err
		}
	}
	return err
}

// writeErrors writes the errors that no longer wait for a click before them.
func (x *holder) writeErrors() error {
	for len(x.errors) > 0 && x.errors[0].after <= x.judged {
		if err := x.write(x.errors[0].text); err != nil {
			return err
		}
		x.errors = x.errors[1:]
	}
	return nil
}

func (x *holder) write(object []byte) error {
	x.buffer = append(object, '\n')
	_, err := x.out.Write(x.buffer)
	return err
}

// saveEvery is how often the state is saved while clicks come.
const saveEvery = time.Minute

// save saves the state if the last time is so long ago. What it remembers as answered is
// written out before.
func (x *holder) save(every time.Duration) error {
	if x.state == nil || time.Since(x.state.saved) < every {
		return nil
	}
	if err := x.out.Flush(); err != nil {
		return err
	}
	return x.state.save(x.stream, x.lines)
}
