// Package inputs opens what a user names on a command line: files, folders,
// globs, standard input and archives, compressed or not. Everything is read as
// a stream, so that memory does not grow with what an archive unpacks to.
package inputs

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
)

// Stdin is the argument that stands for standard input, and the name of that
// source.
const Stdin = "-"

// maxZstdWindow bounds what a zstd stream may ask for; the command line tool
// needs --long to write more.
const maxZstdWindow = 128 << 20

// Source is one thing that can be read: a file, a member of an archive, or
// standard input. A copy of a Source is the same source.
type Source struct {
	// Name is the path as the user gave it, with the member's name after a
	// slash for an archive, or "-".
	Name string
	// Size is how many bytes reading it takes from the disk, -1 when that is
	// not known before.
	Size int64
	// Once says that it can be opened a single time.
	Once bool
	// Found says that nobody named it: it lay in a folder or an archive.
	Found bool

	open func() (io.ReadCloser, error)
}

// Open returns the content, decompressed. Bytes taken from the
// disk are added to read, which may be nil.
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

// Expand turns arguments into sources, in the order of the arguments; folders
// and globs give their files in the order of names. An argument that names
// nothing is an error that fits fs.ErrNotExist; the others are returned all the
// same.
func Expand(args []string, stdin io.Reader) ([]Source, error) {
	var sources []Source
	var problems []error
	usedStdin := false
	for _, arg := range args {
		if arg == Stdin {
			if !usedStdin {
				sources = append(sources, Source{Name: Stdin, Size: -1, Once: true, open: func() (io.ReadCloser, error) {
					return io.NopCloser(stdin), nil
				}})
			}
			usedStdin = true
			continue
		}
		paths := []string{arg}
		if _, err := os.Stat(arg); err != nil {
			if !strings.ContainsAny(arg, "*?[") {
				problems = append(problems, fmt.Errorf("%s: %w", arg, reason(err)))
				continue
			}
			if paths, err = filepath.Glob(arg); err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", arg, err))
				continue
			}
			if !strings.HasPrefix(filepath.Base(arg), ".") { // as shells do
				paths = slices.DeleteFunc(paths, func(p string) bool { return strings.HasPrefix(filepath.Base(p), ".") })
			}
			if len(paths) == 0 {
				problems = append(problems, fmt.Errorf("%s: no file matches: %w", arg, fs.ErrNotExist))
				continue
			}
		}
		for _, path := range paths {
			found, err := expandPath(path)
			if err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", path, reason(err)))
			}
			sources = append(sources, found...)
		}
	}
	return sources, errors.Join(problems...)
}

// expandPath lists the files of a folder, the members of an archive, or the one
// file that the path is.
func expandPath(path string) ([]Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return expandFile(path, info.Size())
	}
	var sources []Source
	var problems []error
	err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			problems = append(problems, err)
			return nil
		case name != path && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		info, err := os.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			return nil // a link that leads nowhere, a socket
		}
		found, err := expandFile(name, info.Size())
		for i := range found {
			found[i].Found = true
		}
		sources = append(sources, found...)
		if err != nil {
			problems = append(problems, err)
		}
		return nil
	})
	return sources, errors.Join(append(problems, err)...)
}

func expandFile(path string, size int64) ([]Source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		// A named pipe, such as a shell's <(command), can be read once.
		return []Source{{Name: path, Size: -1, Once: true, open: func() (io.ReadCloser, error) { return os.Open(path) }}}, nil
	}
	var magic [4]byte
	n, _ := io.ReadFull(f, magic[:])
	if !isZip(magic[:n]) {
		return []Source{{Name: path, Size: size, open: func() (io.ReadCloser, error) { return os.Open(path) }}}, nil
	}
	archive, err := zip.NewReader(f, size)
	if err != nil {
		// One bad archive does not take the other inputs with it: it fails when
		// it is read.
		err = fmt.Errorf("not a whole zip archive: %w", err)
		return []Source{{Name: path, Size: size, open: func() (io.ReadCloser, error) { return nil, err }}}, nil
	}
	var sources []Source
	for i, member := range archive.File {
		if member.FileInfo().IsDir() || strings.HasPrefix(filepath.Base(member.Name), ".") || strings.HasPrefix(member.Name, "__MACOSX/") {
			continue
		}
		sources = append(sources, Source{
			Name:  path + "/" + member.Name,
			Size:  int64(min(member.CompressedSize64, uint64(size))),
			Found: len(archive.File) > 1,
			open:  func() (io.ReadCloser, error) { return openMember(path, i) },
		})
	}
	slices.SortStableFunc(sources, func(a, b Source) int { return strings.Compare(a.Name, b.Name) })
	return sources, nil
}

func openMember(path string, i int) (io.ReadCloser, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	if i >= len(archive.File) {
		archive.Close()
		return nil, errors.New("the archive changed while it was read")
	}
	member, err := archive.File[i].Open()
	if err != nil {
		archive.Close()
		return nil, err
	}
	return &stream{Reader: member, closers: []func() error{member.Close, archive.Close}}, nil
}

func isZip(magic []byte) bool { return bytes.HasPrefix(magic, []byte("PK\x03\x04")) }

// decompress looks at the first bytes and returns the content, decompressed.
func decompress(r io.Reader) (io.Reader, func() error, error) {
	nothing := func() error { return nil }
	// Large reads go past a small buffer; those of decompressors are small.
	const large = 256 << 10
	br := bufio.NewReaderSize(r, 512)
	magic, err := br.Peek(4)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(bufio.NewReaderSize(br, large))
		if err != nil {
			return nil, nil, fmt.Errorf("gzip: %w", err)
		}
		return z, z.Close, nil
	case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(bufio.NewReaderSize(br, large), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow))
		if err != nil {
			return nil, nil, fmt.Errorf("zstd: %w", err)
		}
		return z, func() error { z.Close(); return nil }, nil
	case isZip(magic):
		content, cleanup, err := spoolZip(br)
		if err != nil {
			return nil, nil, fmt.Errorf("zip: %w", err)
		}
		return content, cleanup, nil
	}
	return br, nothing, nil
}

// spoolZip reads an archive that comes as a stream and has one member, since
// the directory of a zip archive is at its end.
func spoolZip(r io.Reader) (io.Reader, func() error, error) {
	f, err := os.CreateTemp("", "whoclicked-*.zip")
	if err != nil {
		return nil, nil, err
	}
	cleanup := func() error { f.Close(); return os.Remove(f.Name()) }
	size, err := io.Copy(f, r)
	if err == nil {
		var archive *zip.Reader
		if archive, err = zip.NewReader(f, size); err == nil {
			files := slices.DeleteFunc(archive.File, func(m *zip.File) bool { return m.FileInfo().IsDir() })
			if len(files) != 1 {
				err = fmt.Errorf("%d files in an archive that comes as a stream: name the archive's file, or send one file", len(files))
			} else {
				var member io.ReadCloser
				if member, err = files[0].Open(); err == nil {
					return member, cleanup, nil
				}
			}
		}
	}
	cleanup()
	return nil, nil, err
}

// reason drops the path that errors of package os repeat.
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
