package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// input returns standard input. It ends when the user interrupts, even while it waits for
// more, and tells the user that it waits.
func (t *triage) input() io.Reader { return &cancelReader{ctx: t.ctx, r: t.stdin, tell: t.remark} }

// piped reports whether a run without arguments is to judge the sample, because nothing is
// piped in, and returns standard input with what it read of it.
func (t *triage) piped(stdin io.Reader) (rest io.Reader, sample bool) {
	f, isFile := t.stdin.(*os.File)
	if isFile {
		if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice != 0 { // closed, a terminal, the null device
			return nil, true
		}
	}
	r := bufio.NewReader(stdin)
	if _, err := r.Peek(1); err != nil {
		if isFile {
			t.remark("standard input is empty: this is the built-in sample")
		}
		return nil, true
	}
	return r, false
}

type cancelReader struct {
	ctx  context.Context
	r    io.Reader
	tell func(string)
	once sync.Once
	pipe *io.PipeReader
}

// untilTold is how long a run waits for the first bytes of standard input before it says so.
const untilTold = 3 * time.Second

// Read starts the copying on the first call, so that standard input is left alone by runs
// that do not read it.
func (c *cancelReader) Read(p []byte) (int, error) {
	c.once.Do(func() {
		reader, writer := io.Pipe()
		c.pipe = reader
		context.AfterFunc(c.ctx, func() { writer.CloseWithError(io.EOF) })
		go c.copy(writer)
	})
	return c.pipe.Read(p)
}

func (c *cancelReader) copy(w *io.PipeWriter) {
	waiting := time.AfterFunc(untilTold, func() { c.tell("waiting for standard input") })
	if f, ok := c.r.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		waiting.Stop()
		c.tell("reading an export from the terminal: end it with Ctrl-D, on Windows with Ctrl-Z and Enter")
	}
	buffer := make([]byte, 256<<10)
	n, err := c.r.Read(buffer)
	waiting.Stop()
	if n > 0 {
		if _, err := w.Write(buffer[:n]); err != nil {
			return
		}
	}
	if err == nil {
		_, err = io.CopyBuffer(w, struct{ io.Reader }{c.r}, buffer)
	}
	if err == io.EOF {
		err = nil
	}
	w.CloseWithError(err)
}
