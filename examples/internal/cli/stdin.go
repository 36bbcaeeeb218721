package cli

import (
	"context"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// untilTold is how long a run waits for the first bytes of standard input before it says so.
const untilTold = 3 * time.Second

// Stdin returns standard input. It ends when the context does, even while it waits for more,
// and tells the user that it waits: at once on a terminal, where what names the input that is
// expected, and after three seconds elsewhere. tell may be called from another goroutine.
func Stdin(ctx context.Context, r io.Reader, what string, tell func(string)) io.Reader {
	return &stdin{ctx: ctx, r: r, what: what, tell: tell}
}

type stdin struct {
	ctx  context.Context
	r    io.Reader
	what string
	tell func(string)
	once sync.Once
	pipe *io.PipeReader
}

// Read starts the copying on the first call, so that standard input is left alone by runs
// that do not read it.
func (s *stdin) Read(p []byte) (int, error) {
	s.once.Do(func() {
		reader, writer := io.Pipe()
		s.pipe = reader
		context.AfterFunc(s.ctx, func() { writer.CloseWithError(io.EOF) })
		go s.copy(writer)
	})
	return s.pipe.Read(p)
}

func (s *stdin) copy(w *io.PipeWriter) {
	waiting := time.AfterFunc(untilTold, func() { s.tell("waiting for standard input") })
	if f, ok := s.r.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		waiting.Stop()
		s.tell("reading " + s.what + " from the terminal: end with Ctrl-D, on Windows with Ctrl-Z and Enter")
	}
	buffer := make([]byte, 256<<10)
	n, err := s.r.Read(buffer)
	waiting.Stop()
	if n > 0 {
		if _, err := w.Write(buffer[:n]); err != nil {
			return
		}
	}
	if err == nil {
		_, err = io.CopyBuffer(w, struct{ io.Reader }{s.r}, buffer)
	}
	if err == io.EOF {
		err = nil
	}
	w.CloseWithError(err)
}
