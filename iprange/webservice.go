package iprange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"
)

// InstanceVersion is one answer of the version method of the endpoints web
// service. Versions are numbers YYYYMMDDNN in text and compare as text.
type InstanceVersion struct {
	Instance string
	Latest   string
	Versions []string // all of them, when asked for
}

// Date returns the day that a version number begins with.
func (v InstanceVersion) Date() (time.Time, bool) {
	if !validVersion(v.Latest) {
		return time.Time{}, false
	}
	t, err := time.Parse("20060102", v.Latest[:8])
	return t, err == nil
}

func validVersion(s string) bool {
	return len(s) == 10 && strings.Trim(s, "0123456789") == ""
}

// ReadVersions reads the answer of the version method: an array, or a single
// object when one instance was asked for. An answer that is neither, or has a
// version that is not ten digits, gives an error that wraps [ErrNotList]. Up
// to 16 MiB are read.
func ReadVersions(r io.Reader) ([]InstanceVersion, error) {
	fail := func(err error) ([]InstanceVersion, error) {
		return nil, fmt.Errorf("iprange: read versions: %w", err)
	}
	var raw json.RawMessage
	if err := readJSON(r, maxDocument, &raw); err != nil {
		return fail(err)
	}
	var all []InstanceVersion
	var err error
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) {
		err = json.Unmarshal(raw, &all)
	} else {
		all = make([]InstanceVersion, 1)
		err = json.Unmarshal(raw, &all[0])
	}
	if err != nil {
		return fail(fmt.Errorf("%w: %w", ErrNotList, jsonError(err)))
	}
	for _, v := range all {
		for _, s := range append([]string{v.Latest}, v.Versions...) {
			if !validVersion(s) {
				return fail(fmt.Errorf("%w: no version of ten digits: %s", ErrNotList, quoteCut(s)))
			}
		}
	}
	return all, nil
}

// Change is one element of the answer of the changes method. No field of it is
// promised, so what is missing or of another form is left at its zero value.
// To know what changed, compare two lists with [Diff]; this tells Microsoft's
// words for it.
type Change struct {
	ID            int
	EndpointSetID int
	Disposition   string // "add", "change" or "remove", in lower case
	Impact        string // "AddedIp", "RemovedIpOrUrl", ...; "" before 2018-11-28
	Version       string
	Effective     time.Time // when what is added comes into use; zero when not given
	AddedIPs      []netip.Prefix
	RemovedIPs    []netip.Prefix
	AddedURLs     []string
	RemovedURLs   []string
}

// ReadChanges reads the answer of the changes method, leniently. Only a
// document that is no JSON array gives an error, which wraps [ErrNotList]; an
// element that is no object is left out. Up to 16 MiB are read.
func ReadChanges(r io.Reader) ([]Change, error) {
	var rows []json.RawMessage
	if err := readJSON(r, maxDocument, &rows); err != nil {
		return nil, fmt.Errorf("iprange: read changes: %w", err)
	}
	var out []Change
	for _, raw := range rows {
		f, ok := object(raw)
		if !ok {
			continue
		}
		add, _ := object(f["add"])
		remove, _ := object(f["remove"])
		c := Change{
			ID: value[int](f["id"]), EndpointSetID: value[int](f["endpointsetid"]),
			Disposition: strings.ToLower(value[string](f["disposition"])),
			Impact:      value[string](f["impact"]), Version: value[string](f["version"]),
			AddedIPs: prefixes(add["ips"]), RemovedIPs: prefixes(remove["ips"]),
			AddedURLs: value[[]string](add["urls"]), RemovedURLs: value[[]string](remove["urls"]),
		}
		c.Effective, _ = time.Parse("20060102", value[string](add["effectivedate"]))
		out = append(out, c)
	}
	return out, nil
}

// object returns the members of a JSON object by their names in lower case.
func object(raw json.RawMessage) (map[string]json.RawMessage, bool) {
	var in map[string]json.RawMessage
	if json.Unmarshal(raw, &in) != nil || in == nil {
		return nil, false
	}
	out := make(map[string]json.RawMessage, len(in))
	for name, v := range in {
		out[strings.ToLower(name)] = v
	}
	return out, true
}

// value returns the value of raw, the zero value if it is of another type.
func value[T any](raw json.RawMessage) T {
	var v T
	if json.Unmarshal(raw, &v) != nil {
		var zero T
		return zero
	}
	return v
}

func prefixes(raw json.RawMessage) []netip.Prefix {
	var out []netip.Prefix
	for _, s := range value[[]string](raw) {
		if p, err := parsePrefix(s); err == nil {
			out = append(out, p)
		}
	}
	return out
}
