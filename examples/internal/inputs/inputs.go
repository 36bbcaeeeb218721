// Package inputs opens what a user names on a command line: files, folders, globs,
// standard input, archives and Excel workbooks, compressed or not. Contents are read as
// streams, so that memory does not grow with what an archive unpacks to; large sheets go
// through temporary files.
package inputs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync/atomic"

	"github.com/whoclicked/whoclicked/examples/internal/xlsx"
)

// Stdin is the argument for standard input, and the name of that source.
const Stdin = "-"

// ErrTwice means that a source is a file that was named before. It is read once.
var ErrTwice = errors.New("given twice")

// Source is one thing that can be read: a file, a member of an archive, a sheet of a
// workbook, or standard input. A copy of a Source is the same source.
type Source struct {
	// Name is the path as the user gave it, or "-". For a member of an archive, a slash
	// and the member's name follow; of several with one name, the second ends in " (2)".
	// No two sources of one call of Expand that can be opened have the same name.
	Name string
	// Size is the number of bytes on the disk, -1 if it is not known.
	Size int64
	// Once: the source can be opened only once.
	Once bool
	// Found: the user did not name the source, it was in a folder or an archive.
	Found bool

	kind Kind // KindUnknown: it may be an export
	open func() (io.ReadCloser, error)
}

// Open returns the content, decompressed. Bytes taken from the disk are added to read,
// which may be nil. The error is a *KindError if the content is no text that holds rows.
func (s Source) Open(read *atomic.Int64) (io.ReadCloser, error) {
	if s.kind != KindUnknown {
		return nil, &KindError{s.Name, s.kind}
	}
	return s.content(read)
}

// content returns the content, whatever it is.
func (s Source) content(read *atomic.Int64) (io.ReadCloser, error) {
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
	return &stream{Reader: content, closers: []func() error{closeContent, raw.Close}, raw: raw}, nil
}

// Warnings returns what the user should know of a content that Open returned and that was
// read.
func Warnings(content io.Closer) []string {
	if s, ok := content.(*stream); ok {
		if sheet, ok := s.raw.(*xlsx.Reader); ok {
			return sheet.Warnings()
		}
	}
	return nil
}

// Bytes returns a source over a byte slice.
func Bytes(name string, content []byte) Source {
	return Source{Name: name, Size: int64(len(content)), open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content)), nil
	}}
}

// failing returns a source that cannot be opened. One bad input does not take the others
// with it: it fails when it is read.
func failing(name string, size int64, err error) Source {
	return Source{Name: name, Size: size, open: func() (io.ReadCloser, error) { return nil, err }}
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
	raw     io.Closer // what the stream reads from, nil if that does not matter
}

func (s *stream) Close() error {
	var errs []error
	for _, c := range s.closers {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}
