package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/whoclicked/whoclicked/clickclass/kql"
	"github.com/whoclicked/whoclicked/examples/internal/newfile"
)

// writeLists writes the ranges into the folder dir, as WhoClickedRangesIPv4.csv and
// WhoClickedRangesIPv6.csv. It replaces only files that begin as such a file does, and writes
// nothing unless it may write both.
func writeLists(dir string, q kql.Options) error {
	var texts [2]bytes.Buffer
	if err := kql.WriteRanges(&texts[0], &texts[1], q.Ranges); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	var files [2]*newfile.File
	for i, name := range []string{"WhoClickedRangesIPv4.csv", "WhoClickedRangesIPv6.csv"} {
		path := filepath.Join(dir, name)
		header, _, _ := bytes.Cut(texts[i].Bytes(), []byte("\n"))
		if err := checkReplaceable(path, header); err != nil {
			return err
		}
		f, err := newfile.Create(path)
		if err != nil {
			return err
		}
		defer f.Discard()
		if _, err := f.Write(texts[i].Bytes()); err != nil {
			return err
		}
		files[i] = f
	}
	for _, f := range files {
		if err := f.Finish(); err != nil {
			return err
		}
	}
	return nil
}

// checkReplaceable returns an error if there is something at path whose first line is not the
// header.
func checkReplaceable(path string, header []byte) error {
	old, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !old.Mode().IsRegular():
		return fmt.Errorf("%s is not a file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	first, err := io.ReadAll(io.LimitReader(f, int64(len(header))+2))
	if err != nil {
		return err
	}
	rest, ours := bytes.CutPrefix(first, header)
	if !ours || !bytes.HasPrefix(rest, []byte("\n")) && !bytes.HasPrefix(rest, []byte("\r\n")) {
		return fmt.Errorf("%s is there already, not written by this program, and is left as it is", path)
	}
	return nil
}
