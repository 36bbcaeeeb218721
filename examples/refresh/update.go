package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// maxAnswer bounds an answer; a list has about 36 KB.
const maxAnswer = 16 << 20

// maxWait bounds the time for which the service can ask to wait.
const maxWait = 24 * time.Hour

// Microsoft asks not to poll the version more often than hourly.
const pollEvery = time.Hour

var errRefused = errors.New("the new list is refused, the last good one stays")

// updater takes new lists into a store.
type updater struct {
	store    store
	instance string    // of endpoints; "": of a file that of its name
	day      time.Time // of the list in a file; zero: that of its name
	force    bool
	out      io.Writer
	remarks  io.Writer
	service  string
	client   *http.Client
	now      func() time.Time
}

// take checks a list, of a day or undated, against the last good one and keeps it.
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
	if atHand := newestDates(old)[d.list.Info.Name]; day.IsZero() && !atHand.IsZero() {
		c.Findings = append(c.Findings, iprange.Finding{
			List: d.list.Info.Name, Refuse: true,
			Reason: "undated, so it may be older than the list at hand of " + atHand.Format(time.DateOnly) + "; say --date",
		})
	}
	printFindings(u.out, c.Findings)
	printChanges(u.out, old, set, c.Changes)
	if c.Refused() && !u.force {
		if d.list.Info.Layer == iprange.LayerProduct && u.instance == "" {
			return fmt.Errorf("%w; if it is that of another instance than %s, say --instance with %s", errRefused, d.file, oneOf(instances))
		}
		return errRefused
	}
	if u.store.dir == "" {
		return nil
	}
	st.Version, st.Date = version, day
	return u.store.keep(d.data, st)
}

// lastGood returns the lists to compare with: the embedded ones, with the list
// that the store keeps, if it can be read, in their place.
func (u *updater) lastGood(st state, d document) (*iprange.Set, error) {
	if u.store.dir == "" {
		return d.embedded(), nil
	}
	data, err := os.ReadFile(u.store.list())
	if errors.Is(err, os.ErrNotExist) {
		return d.embedded(), nil
	}
	if err != nil {
		return nil, err
	}
	kept, err := readDocument(data, d.instance, u.store.list())
	if err != nil {
		say(u.remarks, "refresh: %s cannot be read (%v), so the list is compared with the embedded one; delete it if this is said again", u.store.list(), err)
		return d.embedded(), nil
	}
	return kept.inPlace(st.Date)
}

// fetch asks the web service for the version and, if it is newer, the list.
func (u *updater) fetch(ctx context.Context) error {
	u.instance = cmp.Or(u.instance, instances[0])
	u.store.name = strings.ToLower(u.instance)
	st, err := u.store.load()
	if err != nil {
		return err
	}
	now := u.now().UTC()
	if now.Add(maxWait).Before(st.NotUntil) {
		say(u.remarks, "refresh: %s says to wait until %s, longer than the service can ask, which is not believed", u.store.state(), st.NotUntil.Format(time.RFC3339))
		st.NotUntil = time.Time{}
	}
	if now.Before(st.NotUntil) {
		return fmt.Errorf("the service asked to wait until %s", st.NotUntil.Format(time.RFC3339))
	}
	if wait := st.Asked.Add(pollEvery); now.Before(wait) && !now.Before(st.Asked) {
		say(u.out, "asked at %s, next at %s", st.Asked.Format(time.RFC3339), wait.Format(time.RFC3339))
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
			say(u.out, "version %s is the newest", v.Latest)
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
			wait = time.Duration(min(s, int(maxWait/time.Second))) * time.Second
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
