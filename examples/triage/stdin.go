package main

import (
	"context"
	"io"
	"sync"
)

// cancelled returns a reader of standard input that ends when ctx is done, even while
// the read from r blocks.
func cancelled(ctx context.Context, r io.Reader) io.Reader {
	return &cancelReader{ctx: ctx, r: r}
}

type cancelReader struct {
	ctx  context.Context
	r    io.Reader
	once sync.Once
	pipe *io.PipeReader
}

// Read starts the copying on the first call, so that standard input is left alone by runs
// that do not read it.
func (c *cancelReader) Read(p []byte) (int, error) {
	c.once.Do(func() {
		reader, writer := io.Pipe()
		c.pipe = reader
		context.AfterFunc(c.ctx, func() { writer.CloseWithError(io.EOF) })
		go func() {
			_, err := io.CopyBuffer(writer, struct{ io.Reader }{c.r}, make([]byte, 256<<10))
			writer.CloseWithError(err)
		}()
	})
	return c.pipe.Read(p)
}
