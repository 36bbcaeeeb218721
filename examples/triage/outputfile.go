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

	"github.com/whoclicked/whoclicked/examples/internal/newfile"
)

// reportMark begins every report, so that a report is told from other files.
const reportMark = "<!DOCTYPE html>\n<!-- A report of whoclicked's triage. -->\n"

// createOutput begins a file in a form that will be at path. Only a file of that form that
// this program wrote is ever replaced, and never one that is read or that this run writes.
func (t *triage) createOutput(format, path string) (*newfile.File, error) {
	if err := t.checkNotRead(path); err != nil {
		return nil, err
	}
	if err := checkReplaceable(format, path); err != nil {
		return nil, err
	}
	place, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if slices.Contains(t.written, place) {
		return nil, fmt.Errorf("%s is written twice", path)
	}
	t.written = append(t.written, place)
	return newfile.Create(path)
}

// checkNotRead returns an error if path is one of the inputs.
func (t *triage) checkNotRead(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	for _, list := range [][]*export{t.exports.clicks, t.exports.evidence} {
		for _, e := range list {
			if input, err := os.Stat(e.source.Name); err == nil && os.SameFile(info, input) {
				return fmt.Errorf("%s is one of the inputs, and is left as it is", path)
			}
		}
	}
	return nil
}

// maxFirstLine is how much of a file is looked at, to see whose it is.
const maxFirstLine = 64 << 10

// checkReplaceable returns an error if there is something at path that this program did not
// write in that form.
func checkReplaceable(format, path string) error {
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
	start := make([]byte, maxFirstLine)
	n, err := io.ReadFull(f, start)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
		return err
	}
	isOurs := rowFormats[format].isOurs
	if format == "html" {
		isOurs = func(string) bool { return bytes.HasPrefix(start[:n], []byte(reportMark)) }
	}
	line, _, _ := strings.Cut(string(start[:n]), "\n")
	if isOurs == nil || !isOurs(strings.TrimSuffix(line, "\r")) {
		return fmt.Errorf("%s is there already, no %s of this program, and is left as it is", path, format)
	}
	return nil
}
