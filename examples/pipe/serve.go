package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"time"
)

// judge turns lines into answers.
type judge interface {
	// line takes the next line, without its end. Cut says that it was too long, and text is
	// its beginning.
	line(text []byte, cut bool) error
	// due returns when the judge wants to be called though no line comes; nil: never.
	due() <-chan time.Time
	// tick is that call.
	tick() error
	// end takes the end of the input.
	end() error
}

// serve gives lines to j until the input or ctx ends. What was answered is written out as
// soon as there is no further line to take.
func serve(ctx context.Context, j judge, in io.Reader, out *bufio.Writer) error {
	done := make(chan struct{})
	defer close(done)
	lines := readLines(in, done)
	for {
		if len(lines) == 0 {
			if err := out.Flush(); err != nil {
				return err
			}
		}
		var err error
		select {
		case l, more := <-lines:
			if !more {
				return end(j, out)
			}
			if l.err != nil {
				return errors.Join(l.err, end(j, out))
			}
			err = j.line(l.text, l.cut)
		case <-j.due():
			err = j.tick()
		case <-ctx.Done():
			return end(j, out)
		}
		if err != nil {
			return err
		}
	}
}

func end(j judge, out *bufio.Writer) error {
	if err := j.end(); err != nil {
		return err
	}
	return out.Flush()
}

// longestLine bounds a line: a document with some thousand rows. No row is longer than 1 MiB.
const longestLine = 4 << 20

// ahead is how many lines are read while one is judged.
const ahead = 8

type line struct {
	text []byte
	cut  bool  // longer than longestLine; text is empty
	err  error // of the input, and nothing follows
}

// readLines sends the lines of in until it ends, or done is closed.
func readLines(in io.Reader, done <-chan struct{}) <-chan line {
	lines := make(chan line, ahead)
	go func() {
		defer close(lines)
		r := bufio.NewReaderSize(in, 64<<10)
		for {
			l, err := readLine(r)
			if err == io.EOF {
				return
			}
			select {
			case lines <- line{l.text, l.cut, err}:
			case <-done:
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return lines
}

// readLine returns the next line without its end. At the end of the input, the last line may
// lack its own.
func readLine(r *bufio.Reader) (line, error) {
	var l line
	for {
		part, err := r.ReadSlice('\n')
		if n := len(l.text) + len(part); l.cut || n > longestLine+1 {
			l = line{cut: true}
		} else {
			l.text = append(l.text, part...)
		}
		switch {
		case err == bufio.ErrBufferFull:
			continue
		case err == io.EOF && (l.cut || len(l.text) > 0):
			return l, nil
		case err != nil:
			return line{}, err
		}
		return l, nil
	}
}
