package main

import (
	"bufio"
	"context"
	"strconv"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// answerer answers every line with one line. No line depends on another.
type answerer struct {
	out         *bufio.Writer
	rsyslog     bool
	classifiers classifiers
	lines       int64
	buffer      []byte
}

func (a *answerer) due() <-chan time.Time { return nil }
func (a *answerer) tick() error           { return nil }
func (a *answerer) end() error            { return nil }

func (a *answerer) line(text []byte, cut bool) error {
	a.lines++
	c := read(a.lines, text, cut)
	b := a.buffer[:0]
	if a.rsyslog {
		b = append(b, `{"$!":{"whoclicked":`...)
	}
	b, err := a.appendAnswer(b, c)
	if err != nil {
		return err
	}
	if a.rsyslog {
		b = append(b, "}}"...)
	}
	a.buffer = append(b, '\n')
	_, err = a.out.Write(a.buffer)
	return err
}

// appendAnswer appends one object: that of the only row, or one with the results of all.
func (a *answerer) appendAnswer(b []byte, c content) ([]byte, error) {
	results, err := a.judge(c)
	if err != nil {
		return b, err
	}
	if len(c.items) == 1 {
		return appendItem(b, c, 0, results), nil
	}
	b = append(b, `{"row":`...)
	b = strconv.AppendInt(b, c.number, 10)
	b = append(b, `,"results":[`...)
	for i := range c.items {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendItem(b, c, i, results)
	}
	return append(b, "]}"...), nil
}

func appendItem(b []byte, c content, i int, results []clickclass.Result) []byte {
	if err := c.items[i].err; err != nil {
		return appendError(b, c.number, err)
	}
	return results[i].AppendJSON(b)
}

// judge returns a result for each item that is a click: by itself, or beside the others of
// its line.
func (a *answerer) judge(c content) ([]clickclass.Result, error) {
	classifier, err := a.classifiers.of(c)
	if err != nil {
		return nil, err
	}
	results := make([]clickclass.Result, len(c.items))
	ctx := context.Background() // the answer to a line that was taken is always given
	if len(c.items) == 1 && c.items[0].err == nil {
		k := c.items[0].click
		v, err := classifier.Classify(ctx, k)
		results[0] = clickclass.Result{Click: k, Verdict: v}
		return results, err
	}
	clicks := func(yield func(clickclass.Click, error) bool) {
		for i, it := range c.items {
			if it.err != nil {
				continue
			}
			it.click.Row = int64(i)
			if !yield(it.click, nil) {
				return
			}
		}
	}
	for r, err := range classifier.All(ctx, clicks) {
		if err != nil {
			return nil, err
		}
		i := r.Click.Row
		r.Click.Row, r.Revision = c.number, 0
		results[i] = r // the last revision counts
	}
	return results, nil
}
