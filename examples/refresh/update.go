package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// maxAnswer bounds an answer; a list has about 36 KB.
const maxAnswer = 16 << 20

// Microsoft asks not to poll the version more often than hourly.
const pollEvery = time.Hour

var errRefused = errors.New("the new list is refused, the last good one stays")

// updater takes new lists into a store.
type updater struct {
	store    store
	instance string
	force    bool
	out      io.Writer
	service  string
	client   *http.Client
	now      func() time.Time
}

// state is what is kept between runs.
type state struct {
	ClientID string    `json:"client_id"`
	Version  string    `json:"version"`   // of the web service; "" for a list from a file
	Date     time.Time `json:"date"`      // of the list
	Asked    time.Time `json:"asked"`     // when the version was asked last
	NotUntil time.Time `json:"not_until"` // too many requests: wait
}

// store is a folder of lists as published, NAME.json or NAME.csv, each with a
// NAME.state.json. It keeps nothing if dir is "".
type store struct{ dir, name, ext string }

func (s store) list() string  { return filepath.Join(s.dir, s.name+s.ext) }
func (s store) state() string { return filepath.Join(s.dir, s.name+".state.json") }

func (s store) load() (st state, err error) {
	if s.dir == "" {
		return st, nil
	}
	data, err := os.ReadFile(s.state())
	if errors.Is(err, os.ErrNotExist) {
		return st, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &st)
	}
	if err != nil {
		return st, fmt.Errorf("state: %w", err)
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

// writeAtomic writes a file so that it is there in full or not at all.
func writeAtomic(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails after the rename, as it should
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// take checks a list against the last good one and keeps it.
func (u *updater) take(d document, day time.Time, version string) error {
	u.store.name, u.store.ext = d.file, d.ext
	st, err := u.store.load()
	if err != nil {
		return err
	}
	set, err := d.inPlace(day)
	if err != nil {
		return err
	}
	old, err := u.lastGood(st, d)
	if err != nil {
		return err
	}
	c := iprange.Compare(old, set)
	printFindings(u.out, c.Findings)
	printChanges(u.out, old, set, c.Changes)
	if c.Refused() && !u.force {
		return errRefused
	}
	if u.store.dir == "" {
		return nil
	}
	if err := writeAtomic(u.store.list(), d.data); err != nil {
		return err
	}
	st.Version, st.Date = version, day
	return u.store.save(st)
}

// lastGood returns the lists to compare with: the embedded ones, with the list
// that the store keeps in their place.
func (u *updater) lastGood(st state, d document) (*iprange.Set, error) {
	data, err := os.ReadFile(u.store.list())
	if u.store.dir == "" || errors.Is(err, os.ErrNotExist) {
		return d.embedded(), nil
	}
	if err != nil {
		return nil, err
	}
	kept, err := readDocument(data, u.instance, u.store.list())
	if err != nil {
		return nil, fmt.Errorf("the list at hand: %w", err)
	}
	return kept.inPlace(st.Date)
}

// fetch asks the web service for the version and, if it is newer, the list.
func (u *updater) fetch(ctx context.Context) error {
	st, err := u.store.load()
	if err != nil {
		return err
	}
	now := u.now().UTC()
	if now.Before(st.NotUntil) {
		return fmt.Errorf("the service asked to wait until %s", st.NotUntil.Format(time.RFC3339))
	}
	if wait := st.Asked.Add(pollEvery); now.Before(wait) && !now.Before(st.Asked) {
		fmt.Fprintf(u.out, "asked at %s, next at %s\n", st.Asked.Format(time.RFC3339), wait.Format(time.RFC3339))
		return nil
	}
	if st.ClientID == "" {
		st.ClientID = newGUID()
	}
	st.Asked = now
	if err := u.store.save(st); err != nil {
		return err
	}
	data, err := u.get(ctx, "version", &st)
	if err != nil {
		return err
	}
	versions, err := readVersions(data)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if !strings.EqualFold(v.Instance, u.instance) {
			continue
		}
		day, err := v.date()
		switch {
		case err != nil:
			return fmt.Errorf("version %q has no date", v.Latest)
		case v.Latest == st.Version:
			fmt.Fprintf(u.out, "version %s is the newest\n", v.Latest)
			return nil
		case v.Latest < st.Version:
			return fmt.Errorf("the service has version %s, older than %s at hand", v.Latest, st.Version)
		}
		if data, err = u.get(ctx, "endpoints", &st); err != nil {
			return err
		}
		d, err := readDocument(data, u.instance, "endpoints")
		if err != nil {
			return err
		}
		if d.list.Info.Layer != iprange.LayerProduct {
			return fmt.Errorf("endpoints: %w", iprange.ErrFormat)
		}
		return u.take(d, day, v.Latest)
	}
	return fmt.Errorf("the service gave no version of %s", u.instance)
}

// get asks one method for the instance. A 429 is noted in the state.
func (u *updater) get(ctx context.Context, method string, st *state) ([]byte, error) {
	target := strings.TrimSuffix(u.service, "/") + "/" + method + "/" + u.instance + "?ClientRequestId=" + url.QueryEscape(st.ClientID)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return nil, err
	}
	resp, err := u.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusTooManyRequests:
		wait := time.Hour
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s > 0 {
			wait = min(time.Duration(min(s, 86400))*time.Second, 24*time.Hour)
		}
		st.NotUntil = u.now().UTC().Add(wait)
		return nil, errors.Join(
			fmt.Errorf("%s: too many requests, next after %s", method, st.NotUntil.Format(time.RFC3339)), u.store.save(*st))
	default:
		return nil, fmt.Errorf("%s: answer %s", method, resp.Status)
	}
	data, err := readLimited(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	return data, nil
}

func readLimited(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxAnswer+1))
	if err == nil && len(data) > maxAnswer {
		err = iprange.ErrTooLarge
	}
	return data, err
}

// newGUID returns a random GUID, version 4.
func newGUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
