package iprange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"path"
	"strings"
	"time"
)

// List is a document that can be added to a Set. Make one with [Read],
// [ReadOwn] or [OwnList]; the zero List cannot be added.
//
// Info.Name and Info.Dates may be changed before the List is added: [Set.With] uses
// the name and the last of the dates. So a document whose file name has no date can
// be given one.
type List struct {
	Info    ListInfo
	Skipped []*RowError // entries that could not be read

	layer    Layer  // LayerNone: no function of this package made the List
	instance string // of endpoints
	entries  []entry
	intune   []entry // entries of endpoints that are a list of their own, see areaMEM
}

// ListInfo describes a list of a Set.
type ListInfo struct {
	Name  string      `json:"name"` // "worldwide", "servicetags public", "public ip space", ...
	Layer Layer       `json:"layer"`
	Dates []time.Time `json:"dates,omitempty"` // of the versions, oldest first; empty if undated
}

// Limits on the size of documents. The largest published ones are 4.2 MB
// (service tags) and 36 KB (endpoints).
const (
	maxServiceTags = 64 << 20
	maxDocument    = 16 << 20
)

// Read reads a published list and detects which one it is: a Microsoft 365
// endpoints response, an Azure service tags file, the Microsoft public IP space
// CSV, or one of the lists of named ranges. These are the JSON files "crawlers"
// and "monitoring" of ipverse/bot-ip-blocks, Zscaler's enforcement nodes, the
// hosts of Defender for Cloud Apps from misp-warninglists, and plain lists with
// one prefix on each line. A plain list is that of the provider that the file name
// contains: "amazon", "google", "oracle", "digitalocean", "linode", "vultr",
// "cloudflare", "icloud-private-relay" or "security-copilot". It has one address
// family, which becomes part of its name.
//
// Name is the file name. Its date, if it has one (ServiceTags_Public_20260810.json),
// becomes the date of the list. An endpoints response does not say which
// instance it belongs to: it is the one that the file name contains ("china",
// "usgovdod", "usgovgcchigh"), else "worldwide". Folders in name are ignored.
// Entries of Intune, which the web service includes only on request, are a list of
// their own, such as "worldwide MEM".
//
// A document that is none of these, is truncated, or has no readable entry is
// an error that wraps [ErrFormat]; one of more than 16 MiB (service tags: 64 MiB)
// is an error that wraps [ErrTooLarge]. A broken entry is left out and reported
// in Skipped.
func Read(r io.Reader, name string) (*List, error) {
	data, err := readAll(r, maxServiceTags)
	if err != nil {
		return nil, err
	}
	text := bytes.TrimSpace(data)
	isObject := bytes.HasPrefix(text, []byte("{"))
	if !isObject && len(data) > maxDocument {
		return nil, tooLarge(maxDocument)
	}
	name = strings.ToLower(path.Base(strings.ReplaceAll(name, `\`, "/")))
	l := &List{}
	switch {
	case isObject:
		err = l.readObject(data)
	case bytes.HasPrefix(text, []byte("[")):
		err = l.readEndpoints(data, instanceIn(name))
	default:
		if p, found := providerIn(name); found {
			err = l.readProvider(data, p)
		} else {
			err = l.readPublicSpace(data)
		}
	}
	if err != nil {
		return nil, err
	}
	l.layer = l.Info.Layer
	if day, ok := dateIn(name); ok {
		l.Info.Dates = []time.Time{day}
	}
	return l, nil
}

// readObject reads a document that is a JSON object. Which list it is, its
// members tell.
func (l *List) readObject(data []byte) error {
	var has struct {
		Values, Services, List json.RawMessage
		Zscaler                json.RawMessage `json:"zscaler.net"`
	}
	if err := unmarshal(data, &has); err != nil {
		return err
	}
	switch {
	case has.Values != nil:
		return l.readServiceTags(data)
	case has.Services != nil:
		return l.readCrawlers(data)
	case has.Zscaler != nil:
		return l.readZscaler(data)
	case has.List != nil:
		return l.readHostSuffixes(data)
	}
	return fmt.Errorf("%w: none of the known members", ErrFormat)
}

// dateIn returns the last date in a file name: 2026-08-02 or 20260802, also with
// the two more digits that version numbers of the endpoints have.
func dateIn(name string) (day time.Time, found bool) {
	isDigit := func(i int) bool { return i >= 0 && i < len(name) && '0' <= name[i] && name[i] <= '9' }
	for i := range name {
		if !isDigit(i) || isDigit(i-1) {
			continue
		}
		for _, form := range [...]string{"2006-01-02", "20060102"} {
			end := i + len(form)
			if form == "20060102" && isDigit(end) && isDigit(end+1) {
				end += 2
			}
			if end > len(name) || isDigit(end) {
				continue
			}
			t, err := time.Parse(form, name[i:i+len(form)])
			if err == nil && t.Year() >= 2000 && t.Year() < 2100 {
				day, found = t, true
			}
		}
	}
	return day, found
}

func tooLarge(limit int) error {
	return fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
}

// readAll reads r up to limit bytes and drops a byte order mark.
func readAll(r io.Reader, limit int) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err != nil {
		return nil, fmt.Errorf("iprange: read: %w", err)
	}
	if len(data) > limit {
		return nil, tooLarge(limit)
	}
	return bytes.TrimPrefix(data, []byte("\ufeff")), nil
}

func unmarshal(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, describeJSON(err))
	}
	return nil
}

// describeJSON adds the place in the input to an error of encoding/json, whose
// texts contain no input but single characters and type names.
func describeJSON(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("%s at byte %d", syntax, syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf("JSON %s where a %s is wanted, at byte %d", quoteCut(kind.Value), kind.Type, kind.Offset)
	}
	return err
}

// empty returns the error of a document without any readable entry.
func (l *List) empty(what string) error {
	if len(l.Skipped) > 0 {
		return fmt.Errorf("%w: no %s; the first: %w", ErrFormat, what, l.Skipped[0])
	}
	return fmt.Errorf("%w: no %s", ErrFormat, what)
}

// skip reports an entry that could not be read.
func (l *List) skip(row int, column string, err error) {
	l.Skipped = append(l.Skipped, &RowError{row, column, err})
}

// versions returns the document as one version of each list that it holds.
func (l *List) versions() ([]version, error) {
	if l == nil || l.layer == LayerNone {
		return nil, errors.New("a List that Read, ReadOwn or OwnList did not return")
	}
	d := day(0)
	if n := len(l.Info.Dates); n > 0 {
		d = dayOf(l.Info.Dates[n-1])
	}
	key := listKey{layer: l.layer, name: l.Info.Name, instance: l.instance}
	all := []version{{key, d, l.entries}}
	if l.intune != nil {
		key.name += intuneSuffix
		all = append(all, version{key, d, l.intune})
	}
	return all, nil
}

// parsePrefix parses a prefix as published lists have them: bits after the
// prefix length are cleared, an address without a length is a prefix of its
// full length, and IPv4-mapped addresses become IPv4.
func parsePrefix(s string) (netip.Prefix, error) {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "/") {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Zone() != "" {
			return netip.Prefix{}, fmt.Errorf("no address or prefix: %s", quoteCut(s))
		}
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("no prefix: %s", quoteCut(s))
	}
	return unmapPrefix(p), nil
}

// unmapPrefix clears the bits after the prefix length and turns IPv4-mapped
// prefixes into IPv4 ones.
func unmapPrefix(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked()
}
