package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// stateMark begins every state, before the number of lines read and the state of the stream.
const stateMark = "whoclicked pipe 1 %d\n"

// stateFile is the file of --state.
type stateFile struct {
	path  string
	saved time.Time
}

// load returns the stream that was saved, and how many lines had been read. A file that does
// not exist, or is empty, is an empty state; one that this program did not write is an error.
func (s *stateFile) load(c *clickclass.Classifier) (*clickclass.Stream, int64, error) {
	text, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(text) == 0 {
		return c.NewStream(), 0, nil
	}
	if err != nil {
		return nil, 0, fmt.Errorf("--state: %w", err)
	}
	head, rest, _ := bytes.Cut(text, []byte("\n"))
	var lines int64
	if _, err := fmt.Sscanf(string(head)+"\n", stateMark, &lines); err != nil || len(rest) == 0 {
		return nil, 0, fmt.Errorf("--state: %s is no state that this program saved", s.path)
	}
	stream, err := c.ResumeStream(rest)
	if err != nil {
		return nil, 0, fmt.Errorf("--state: %s: %w", s.path, err)
	}
	return stream, lines, nil
}

// save replaces the file in one step. It holds clicks, so nobody else may read it.
func (s *stateFile) save(stream *clickclass.Stream, lines int64) error {
	text, err := stream.AppendBinary(fmt.Appendf(nil, stateMark, lines))
	if err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(s.path), ".pipe-*") // mode 0600
	if err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), s.path)
	}
	if err != nil {
		os.Remove(f.Name())
		return fmt.Errorf("--state: %w", err)
	}
	s.saved = time.Now()
	return nil
}
