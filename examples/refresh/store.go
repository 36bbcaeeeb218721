package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/examples/internal/newfile"
)

// state is what is kept of one list between runs.
type state struct {
	ClientID string    `json:"client_id"`
	Version  string    `json:"version"`   // of the web service; "" for a list from a file
	Date     time.Time `json:"date"`      // of the list; zero: undated
	Asked    time.Time `json:"asked"`     // when the version was asked last
	NotUntil time.Time `json:"not_until"` // too many requests: wait
	// Sums has the SHA-256 of the list that was written last. While a list is replaced it
	// has those of both. Another file in its place is not ours.
	Sums []string `json:"sums"`
}

var guid = regexp.MustCompile(`^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// check returns an error if this program did not write st.
func (st state) check() error {
	version := instanceVersion{Latest: st.Version}
	switch {
	case st.ClientID == "" && len(st.Sums) == 0:
		return errors.New("neither client_id nor sums")
	case st.ClientID != "" && !guid.MatchString(st.ClientID):
		return errors.New("client_id is not a GUID")
	case st.Version != "" && version.check() != nil:
		return errors.New("version is not of ten digits that begin with a day")
	case !st.Date.IsZero() && !isListDay(st.Date):
		return errors.New("date is not that of a list")
	}
	return nil
}

// isListDay says whether a list can be of a day. A later one would make every list
// that comes "older".
func isListDay(t time.Time) bool { return 2000 <= t.Year() && t.Year() < 2100 }

// store is a folder of lists as published, NAME.json or NAME.csv, each with a
// NAME.state.json. It keeps nothing if dir is "". It replaces no file that it did not
// write: such a file gets another name, which remark is told.
type store struct {
	dir, name, ext string
	remark         func(string)
}

func (s store) list() string  { return filepath.Join(s.dir, s.name+s.ext) }
func (s store) state() string { return filepath.Join(s.dir, s.name+".state.json") }

// sweep removes what interrupted runs have left. Of another run that is writing at this
// moment it may remove the file, too: that run fails then, and its old list stays.
func (s store) sweep() error {
	if s.dir == "" {
		return nil
	}
	entries, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasPrefix(e.Name(), newfile.Prefix) {
			err = errors.Join(err, os.Remove(filepath.Join(s.dir, e.Name())))
		}
	}
	return err
}

// load returns the state. One that is damaged is set aside, and the state is empty then.
func (s store) load() (st state, err error) {
	if s.dir == "" {
		return st, nil
	}
	data, err := os.ReadFile(s.state())
	if errors.Is(err, fs.ErrNotExist) {
		return st, nil
	}
	if err != nil {
		return st, fmt.Errorf("state: %w", err)
	}
	damage := json.Unmarshal(data, &st)
	if damage == nil {
		damage = st.check()
	}
	if damage != nil {
		return state{}, s.setAside(s.state(), fmt.Sprintf("is damaged (%v)", damage))
	}
	return st, nil
}

func (s store) save(st state) error {
	data, err := json.MarshalIndent(st, "", " ")
	if err != nil {
		return err
	}
	return writeAtomic(s.state(), append(data, '\n'))
}

// keep replaces the list and the state. At any moment at which it is interrupted, the
// list is the old or the new one, and known as ours.
func (s store) keep(data []byte, st state) error {
	sum := sha256.Sum256(data)
	now := hex.EncodeToString(sum[:])
	before, err := s.load()
	if err != nil {
		return err
	}
	old, err := os.ReadFile(s.list())
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case bytes.Equal(old, data):
		st.Sums = []string{now}
		return s.save(st)
	case !before.wrote(old):
		if err := s.setAside(s.list(), "was not written by this program, or has been changed since"); err != nil {
			return err
		}
	}
	before.Sums = append(before.Sums, now)
	if err := s.save(before); err != nil {
		return err
	}
	if err := writeAtomic(s.list(), data); err != nil {
		return err
	}
	st.Sums = []string{now}
	return s.save(st)
}

// wrote says whether data is a list that this program wrote.
func (st state) wrote(data []byte) bool {
	sum := sha256.Sum256(data)
	return slices.Contains(st.Sums, hex.EncodeToString(sum[:]))
}

// setAside gives a file another name, and says why, and what to do with it.
func (s store) setAside(path, why string) error {
	const most = 1000
	for n := 1; n <= most; n++ {
		aside := fmt.Sprintf("%s.aside-%d", path, n)
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			if err := os.Rename(path, aside); err != nil {
				return err
			}
			s.remark(fmt.Sprintf("%s %s; it is now %s, which you may delete", path, why, aside))
			return nil
		}
	}
	return fmt.Errorf("%s %s, and cannot be set aside: delete %s.aside-*", path, why, path)
}

// writeAtomic writes a file of the folder, which it makes.
func writeAtomic(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return newfile.Write(path, data)
}
