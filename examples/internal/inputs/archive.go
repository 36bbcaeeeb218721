package inputs

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

func isZip(magic []byte) bool { return bytes.HasPrefix(magic, []byte("PK\x03\x04")) }

// expandArchive returns the members of a zip archive in the order of names. Its directory
// is read once, however many members it has.
func expandArchive(path string, size int64) ([]Source, error) {
	file := &sharedFile{path: path}
	if err := file.open(); err != nil {
		return nil, err
	}
	defer file.Close()
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return nil, err
	}
	var sources []Source
	for _, member := range archive.File {
		if member.FileInfo().IsDir() || strings.HasPrefix(filepath.Base(member.Name), ".") || strings.HasPrefix(member.Name, "__MACOSX/") {
			continue
		}
		sources = append(sources, Source{
			Name:  path + "/" + member.Name,
			Size:  int64(min(member.CompressedSize64, uint64(size))),
			Found: len(archive.File) > 1,
			open:  func() (io.ReadCloser, error) { return openMember(file, member) },
		})
	}
	slices.SortStableFunc(sources, func(a, b Source) int { return strings.Compare(a.Name, b.Name) })
	return sources, nil
}

func openMember(file *sharedFile, member *zip.File) (io.ReadCloser, error) {
	if err := file.open(); err != nil {
		return nil, err
	}
	content, err := member.Open()
	if err != nil {
		file.Close()
		return nil, err
	}
	return &stream{Reader: content, closers: []func() error{content.Close, file.Close}}, nil
}

// sharedFile is a file that is open while somebody uses it. It is safe for concurrent
// use.
type sharedFile struct {
	path  string
	mu    sync.Mutex
	users int
	file  *os.File
}

// open opens the file, unless another user has it open. Each call needs a call of Close.
func (s *sharedFile) open() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users == 0 {
		f, err := os.Open(s.path)
		if err != nil {
			return err
		}
		s.file = f
	}
	s.users++
	return nil
}

func (s *sharedFile) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users--; s.users > 0 {
		return nil
	}
	return s.file.Close()
}

// ReadAt implements [io.ReaderAt] for the users of the file.
func (s *sharedFile) ReadAt(p []byte, off int64) (int, error) {
	s.mu.Lock()
	f := s.file
	s.mu.Unlock()
	if f == nil {
		return 0, errors.New("the archive is not open")
	}
	return f.ReadAt(p, off)
}
