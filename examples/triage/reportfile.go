package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// reportMark begins every report, so that a report is told from other files.
const reportMark = "<!DOCTYPE html>\n<!-- A report of whoclicked's triage. -->\n"

// reportFile is a report that is being written, beside its place. It takes the place when
// it is whole.
type reportFile struct {
	*os.File
	path string
}

// createReport begins a report that will be at path. Only a report is ever replaced.
func createReport(path string) (*reportFile, error) {
	if err := checkReplaceable(path); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".report-*")
	if err != nil {
		return nil, err
	}
	return &reportFile{f, path}, nil
}

// checkReplaceable returns an error if there is something at path that is not a report.
func checkReplaceable(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is not a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	start := make([]byte, len(reportMark))
	if _, err := io.ReadFull(f, start); err != nil || !bytes.Equal(start, []byte(reportMark)) {
		return fmt.Errorf("%s is not a report of this program, and is left as it is", path)
	}
	return nil
}

// finish puts the report in its place.
func (f *reportFile) finish() error {
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), f.path)
}

// discard removes what was written, unless finish put it in its place.
func (f *reportFile) discard() {
	f.Close()
	os.Remove(f.Name())
}
