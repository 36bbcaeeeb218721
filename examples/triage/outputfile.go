package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// reportMark begins every report, so that a report is told from other files.
const reportMark = "<!DOCTYPE html>\n<!-- A report of whoclicked's triage. -->\n"

// outputFile is a file that is being written, beside its place. It takes the place when it is
// whole.
type outputFile struct {
	*os.File
	path     string
	replaces bool // there is a file already
}

// createOutput begins a file in a form that will be at path. Only a file of that form that
// this program wrote is ever replaced, and never one that is read.
//
// isOurs tells such a file by its first line; the report is told by its mark.
func (t *triage) createOutput(format, path string, isOurs func(firstLine string) bool) (*outputFile, error) {
	if err := t.checkNotRead(path); err != nil {
		return nil, err
	}
	replaces, err := checkReplaceable(format, path, isOurs)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".triage-*")
	if err != nil {
		return nil, err
	}
	return &outputFile{f, path, replaces}, nil
}

// checkNotRead returns an error if path is one of the inputs.
func (t *triage) checkNotRead(path string) error {
	inputs := slices.Concat(t.Files, []string{t.Ranges, t.ASN, t.Labels})
	for _, list := range [][]*export{t.exports.clicks, t.exports.evidence} {
		for _, e := range list {
			inputs = append(inputs, e.source.Name)
		}
	}
	for _, input := range inputs {
		if isSameFile(input, path) {
			return fmt.Errorf("%s is one of the inputs, and is left as it is", path)
		}
	}
	return nil
}

// isSameFile reports whether two names lead to one file, by links too. It is false if there is
// no file.
func isSameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// samePath reports whether two names lead to one place, whether there is a file or not.
func samePath(a, b string) bool {
	x, errA := filepath.Abs(a)
	y, errB := filepath.Abs(b)
	return errA == nil && errB == nil && x == y || isSameFile(a, b)
}

// maxFirstLine is how much of a file is looked at, to see whose it is.
const maxFirstLine = 64 << 10

// checkReplaceable reports whether there is a file at path that this program wrote in that form.
// It returns an error if there is something else. An empty file is what is left of lines when
// nothing was to be shown; it holds nothing to lose.
func checkReplaceable(format, path string, isOurs func(firstLine string) bool) (exists bool, err error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !info.Mode().IsRegular():
		return false, fmt.Errorf("%s is not a file", path)
	case info.Size() == 0 && isOurs != nil:
		return true, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	start := make([]byte, maxFirstLine)
	n, err := io.ReadFull(f, start)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
		return false, err
	}
	if format == "html" {
		isOurs = func(string) bool { return bytes.HasPrefix(start[:n], []byte(reportMark)) }
	}
	line, _, _ := strings.Cut(string(start[:n]), "\n")
	if isOurs == nil || !isOurs(strings.TrimSuffix(line, "\r")) {
		return false, fmt.Errorf("%s is there already, no %s of this program, and is left as it is", path, format)
	}
	return true, nil
}

// finish puts the file in its place.
func (f *outputFile) finish() error {
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), f.path)
}

// discard removes what was written, unless finish put it in its place.
func (f *outputFile) discard() {
	f.Close()
	os.Remove(f.Name())
}
