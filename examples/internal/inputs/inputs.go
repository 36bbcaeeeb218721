// Package inputs opens what a user names on a command line: files, folders, globs,
// standard input and archives, compressed or not. Everything is read as a stream, so that
// memory does not grow with what an archive unpacks to.
package inputs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync/atomic"
)

// Stdin is the argument for standard input, and the name of that source.
const Stdin = "-"

// Source is one thing that can be read: a file, a member of an archive, or standard
// input. A copy of a Source is the same source.
type Source struct {
	// Name is the path as the user gave it, or "-". For a member of an archive, a slash
	// and the member's name follow.
	Name string
	// Size is the number of bytes on the disk, -1 if it is not known.
	Size int64
	// Once: the source can be opened only once.
	Once bool
	// Found: the user did not name the source, it was in a folder or an archive.
	Found bool

	open func() (io.ReadCloser, error)
}

// Open returns the content, decompressed. Bytes taken from the disk are added to read,
// which may be nil.
func (s Source) Open(read *atomic.Int64) (io.ReadCloser, error) {
	raw, err := s.open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, reason(err))
	}
	var r io.Reader = raw
	if read != nil {
		r = &counter{r, read}
	}
	content, closeContent, err := decompress(r)
	if err != nil {
		raw.Close()
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	return &stream{Reader: content, closers: []func() error{closeContent, raw.Close}}, nil
}

// Bytes returns a source over a byte slice.
func Bytes(name string, content []byte) Source {
	return Source{Name: name, Size: int64(len(content)), open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content)), nil
	}}
}

// reason returns err without the path that errors of package os repeat.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

type counter struct {
	r io.Reader
	n *atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}

type stream struct {
	io.Reader
	closers []func() error
}

func (s *stream) Close() error {
	var errs []error
	for _, c := range s.closers {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}
