package inputs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// A store is an archive that can be read at any place while somebody uses it. It is safe
// for concurrent use.
type store interface {
	io.ReaderAt
	open() (size int64, err error) // each call needs a call of Close
	io.Closer
}

var errNotOpen = errors.New("the archive is not open")

// fileStore is an archive that is a file.
type fileStore struct {
	path  string
	mu    sync.Mutex
	users int
	file  *os.File
	size  int64
}

func (s *fileStore) open() (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users == 0 {
		f, err := os.Open(s.path)
		if err != nil {
			return 0, err
		}
		info, err := f.Stat()
		if err != nil {
			f.Close()
			return 0, err
		}
		s.file, s.size = f, info.Size()
	}
	s.users++
	return s.size, nil
}

func (s *fileStore) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users--; s.users > 0 {
		return nil
	}
	return s.file.Close()
}

func (s *fileStore) ReadAt(p []byte, off int64) (int, error) {
	s.mu.Lock()
	f := s.file
	s.mu.Unlock()
	if f == nil {
		return 0, errNotOpen
	}
	return f.ReadAt(p, off)
}

// maxHeld is how much of an archive is held in memory: one that is a member of an archive,
// that is compressed, or that comes as a stream. The directory of an archive is at its end.
const maxHeld = 64 << 20

var errHeld = fmt.Errorf("an archive of more than %d MiB within another, or from standard input: unpack it first", maxHeld>>20)

// heldStore is an archive that is in memory while it is used. What is released last stays,
// until another archive is held: the members of an archive are read one after the other.
type heldStore struct {
	source Source
	held   *held

	mu    sync.Mutex
	users int
	data  []byte
}

// held is the archive that was used last, of those that are as deep in others.
type held struct {
	mu    sync.Mutex
	owner *heldStore
	data  []byte
}

func (s *heldStore) open() (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users == 0 {
		data, err := s.held.load(s)
		if err != nil {
			return 0, err
		}
		s.data = data
	}
	s.users++
	return int64(len(s.data)), nil
}

func (s *heldStore) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users--; s.users == 0 {
		s.data = nil
	}
	return nil
}

func (s *heldStore) ReadAt(p []byte, off int64) (int, error) {
	s.mu.Lock()
	data := s.data
	s.mu.Unlock()
	if off < 0 || off >= int64(len(data)) {
		return 0, io.EOF
	}
	n := copy(p, data[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (h *held) load(s *heldStore) ([]byte, error) {
	data, ok := h.of(s)
	if ok {
		return data, nil
	}
	content, err := s.source.content(nil)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	if data, err = readHeld(content); err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.owner, h.data = s, data
	return data, nil
}

// of returns the data of an archive, if they are held. If not, it makes room.
func (h *held) of(s *heldStore) (data []byte, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.owner != s {
		h.owner, h.data = nil, nil
	}
	return h.data, h.owner == s
}

// readHeld reads an archive into memory.
func readHeld(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxHeld+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxHeld:
		return nil, errHeld
	}
	return data, nil
}
