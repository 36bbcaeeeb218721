package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/examples/internal/newfile"
)

// reportMark begins every report, so that a report is told from other files.
const reportMark = "<!DOCTYPE html>\n<!-- A report of whoclicked's triage. -->\n"

// createOutput begins a file that will be at path, and says whether there is one already. Only
// a file that isOurs tells to be of this program and in the same form, by its first and its
// last bytes, is ever replaced, and never one that is read or that this run writes.
func (t *triage) createOutput(path string, isOurs func(first, last string) bool) (f *newfile.File, replaces bool, err error) {
	path = filepath.Clean(path)
	if err := t.checkNotRead(path); err != nil {
		return nil, false, err
	}
	old, err := checkReplaceable(path, isOurs)
	if err != nil {
		return nil, false, err
	}
	f, err = newfile.Create(path)
	return f, old != nil, err
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

// isOursIn returns what tells whether a file is one that this program wrote in a form. Lines are told
// by the first of them. An empty file is what is left of lines when nothing was to be shown.
func (f rowFormat) isOursIn(format string) func(first, last string) bool {
	switch format {
	case "html":
		return func(first, _ string) bool { return strings.HasPrefix(first, reportMark) }
	case "text":
		return func(_, last string) bool { return textFoot.MatchString(last) }
	}
	return func(first, _ string) bool {
		line, _, _ := strings.Cut(first, "\n")
		return first == "" || f.isOurs(strings.TrimSuffix(line, "\r"))
	}
}

// textFoot is how every text ends that tells of clicks, see digest.versions.
var textFoot = regexp.MustCompile(`\nRules \S+; address lists \S+\n$`)

// How much of a file is looked at, to see whose it is.
const (
	maxFirst = 64 << 10
	maxLast  = 1 << 10
)

// checkReplaceable returns the file at path if it may be replaced, and nil if there is none. It
// returns an error if there is something else.
func checkReplaceable(path string, isOurs func(first, last string) bool) (old fs.FileInfo, err error) {
	old, err = os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case !old.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	first, err := io.ReadAll(io.NewSectionReader(f, 0, maxFirst))
	if err != nil {
		return nil, err
	}
	last, err := io.ReadAll(io.NewSectionReader(f, max(0, old.Size()-maxLast), maxLast))
	if err != nil {
		return nil, err
	}
	if !isOurs(string(first), string(last)) {
		return nil, fmt.Errorf("%s is there already, not written by this program in that form, and is left as it is", path)
	}
	return old, nil
}
