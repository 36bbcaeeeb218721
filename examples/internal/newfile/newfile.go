// Package newfile writes files that are there in full or not at all: beside their place
// first, and then into it.
package newfile

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Prefix begins the names of files that are not complete.
const Prefix = ".new-"

// File is a file that is being written. Call Finish or Discard; Discard after Finish does
// nothing.
type File struct {
	file *os.File
	path string
}

// Write writes to the file. The error names its place.
func (f *File) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	if err != nil {
		err = fmt.Errorf("%s: %w", f.path, reason(err))
	}
	return n, err
}

// open has the names of all files that are being written.
var (
	mu   sync.Mutex
	open = map[string]bool{}
)

// Create begins a file that will be at path. It has the permissions of what is there now; of
// a link, it will be the file that the link leads to.
func Create(path string) (*File, error) {
	mode := fs.FileMode(0o666) // what the user wants of new files is taken off
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	old, err := os.Stat(path)
	if err == nil {
		mode = old.Mode().Perm()
	}
	temporary := filepath.Join(filepath.Dir(path), Prefix+rand.Text())
	mu.Lock()
	defer mu.Unlock()
	f, err := os.OpenFile(temporary, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	open[temporary] = true
	return &File{f, path}, nil
}

// reason returns an error without the name of the temporary file.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// Finish puts the file in its place.
func (f *File) Finish() error {
	if err := errors.Join(f.file.Sync(), f.file.Close()); err != nil {
		return fmt.Errorf("%s: %w", f.path, reason(err))
	}
	mu.Lock()
	defer mu.Unlock()
	if err := os.Rename(f.file.Name(), f.path); err != nil {
		return err
	}
	delete(open, f.file.Name())
	return nil
}

// Discard removes what was written, unless Finish put it in its place.
func (f *File) Discard() {
	f.file.Close()
	mu.Lock()
	defer mu.Unlock()
	if open[f.file.Name()] {
		os.Remove(f.file.Name())
		delete(open, f.file.Name())
	}
}

// Write writes a whole file.
func Write(path string, data []byte) error {
	f, err := Create(path)
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Finish()
}

// DiscardAll removes all files that are being written, for a process that ends at once.
func DiscardAll() {
	mu.Lock()
	defer mu.Unlock()
	for name := range open {
		os.Remove(name)
		delete(open, name)
	}
}
