package clickclass

import (
	"context"

	"github.com/whoclicked/whoclicked/clickclass/internal/neighbours"
)

// Stream judges clicks as they arrive, each beside its neighbours, in memory bounded by
// Options.Window. It has no goroutines and no clock of its own. It is not safe for
// concurrent use; use one Stream per tenant.
type Stream struct {
	c      *Classifier
	window *neighbours.Window[*entry]
}

// NewStream returns an empty Stream.
func (c *Classifier) NewStream() *Stream { return &Stream{c: c, window: c.newWindow()} }

// Add adds clicks and returns the results that are ready: first verdicts of clicks that
// left the window, and revised verdicts of earlier ones. Call [Stream.Flush] to get
// verdicts on the rest.
//
// An error is as from [Classifier.Classify]; the results are valid beside it.
func (s *Stream) Add(ctx context.Context, clicks ...Click) ([]Result, error) {
	var out []Result
	var errs []error
	for len(clicks) > 0 {
		entries := make([]entry, countBatch(clicks))
		for i := range entries {
			entries[i].click = clicks[i]
		}
		clicks = clicks[len(entries):]
		err := s.c.prepare(ctx, entries)
		var clicksReady []ready
		for i := range entries {
			e := &entries[i]
			s.window.Add(e.mark(), e, e.size(), func(r ready) { clicksReady = append(clicksReady, r) })
		}
		results, err2 := s.judge(ctx, clicksReady)
		out = append(out, results...)
		errs = append(errs, err, err2)
	}
	return out, joinErrors(errs)
}

// countBatch returns how many of the first clicks are a batch.
func countBatch(clicks []Click) int {
	bytes := 0
	for i := range clicks {
		if bytes += clicks[i].size(); bytes >= batchBytes || i+1 == batchSize {
			return i + 1
		}
	}
	return len(clicks)
}

// Flush returns first verdicts on all clicks that are held back. The Stream goes on;
// later clicks can still revise them. Call it every n seconds to have verdicts within n
// seconds.
func (s *Stream) Flush(ctx context.Context) ([]Result, error) {
	var clicks []ready
	s.window.Flush(func(r ready) { clicks = append(clicks, r) })
	return s.judge(ctx, clicks)
}

// Recheck judges remembered clicks again for which match returns true, and returns those
// whose verdict changed: for evidence that arrived after the click. Clicks that are held
// back get the new evidence, too. What the new evidence says about other clicks comes out
// when clicks are compared again, at the latest with the next Flush.
func (s *Stream) Recheck(ctx context.Context, match func(*Click) bool) ([]Result, error) {
	var entries []*entry
	var marks []*neighbours.Mark
	var clicks []ready
	for in := range s.window.Entries() {
		k := in.Item.click // a copy: what match does to it is lost
		if !match(&k) {
			continue
		}
		entries, marks = append(entries, in.Item), append(marks, in.Mark)
		if in.Out {
			clicks = append(clicks, ready{Item: in.Item, Counts: *in.Counts})
		}
	}
	var errs []error
	for from := 0; from < len(entries); from += batchSize {
		errs = append(errs, s.c.learn(ctx, entries[from:min(from+batchSize, len(entries))]))
	}
	for i, e := range entries {
		was := *marks[i]
		if e.setTraits(marks[i]); *marks[i] != was {
			s.window.MarksChanged()
		}
	}
	results, err := s.judge(ctx, clicks)
	return results, joinErrors(append(errs, err))
}

// judge returns the results on clicks that say anything new.
func (s *Stream) judge(ctx context.Context, clicks []ready) ([]Result, error) {
	if len(clicks) == 0 {
		return nil, nil
	}
	var errs []error
	out := make([]Result, 0, len(clicks))
	for from := 0; from < len(clicks); from += batchSize {
		batch := clicks[from:min(from+batchSize, len(clicks))]
		first := len(out)
		judged, err := s.c.judgeReady(ctx, out, batch)
		errs = append(errs, err)
		out = judged[:first]
		for i, r := range batch {
			if result := judged[first+i]; r.Item.settle(&result) {
				out = append(out, result)
			}
		}
	}
	return out, joinErrors(errs)
}

// Use makes the Stream go on with another Classifier, such as one with newer lists. The
// window keeps the bounds of the first.
func (s *Stream) Use(c *Classifier) {
	s.c = c
	s.window.Service = c.isService
}

// Len returns the number of clicks that are held back and remembered.
func (s *Stream) Len() (held, remembered int) { return s.window.Held(), s.window.Remembered() }
