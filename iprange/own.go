package iprange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// Own is a group of your own addresses. Kind must be one of the KindOwn
// constants. Name appears as the Service of matches; if it is empty, the word of
// the kind does. The zero Own is not valid.
type Own struct {
	Kind     Kind           `json:"kind"`
	Name     string         `json:"name,omitempty"`
	Prefixes []netip.Prefix `json:"prefixes,omitempty"`
}

// ownKinds has the words of the kinds in a list of own ranges.
var ownKinds = [...]struct {
	word   string
	kind   Kind
	people People
}{
	{"egress", KindOwnEgress, PeopleYes},
	{"cloudpc", KindOwnCloudPC, PeopleYes},
	{"scanner", KindOwnScanner, PeopleNone},
	{"tool", KindOwnTool, PeopleNone},
	{"ignore", KindOwnIgnore, PeoplePossible},
}

const (
	maxOwnLine   = 1 << 20 // bytes
	maxOwnErrors = 20      // reported of one document
)

// ReadOwn reads your own ranges, one kind per line:
//
//	# our ways out, and what we run ourselves
//	egress:  192.0.2.0/24, 198.51.100.7 = head office
//	cloudpc: 2001:db8:1::/48
//	scanner: 203.0.113.10-203.0.113.20 = mail gateway
//	tool:    203.0.113.99 = sandbox
//	ignore:  203.0.113.200
//
// The kinds are egress (your users leave from here), cloudpc (your users' hosted
// desktops), scanner (your mail gateway or link scanner), tool (your SOAR or
// sandbox) and ignore (do not judge by this address). The ranges have the forms
// of [ParsePrefixes]; a name may follow after "=". "#" begins a comment. Ranges
// of one kind and name that overlap or touch are joined. A match has the widest prefix
// around the address that lies in the range.
//
// Name is the name of the list, "own ranges" if empty; own ranges have no date.
//
// A range that is silently missing would change verdicts, so any bad line is an
// error, which wraps a *[RowError] for each of the first 20 bad lines. A document
// of more than 16 MiB is an error that wraps [ErrTooLarge].
func ReadOwn(r io.Reader, name string) (*List, error) {
	data, err := readAll(r, maxDocument)
	if err != nil {
		return nil, err
	}
	var groups ownGroups
	var errs []error
	row := 0
	for line := range bytes.Lines(data) {
		row++
		if len(errs) == maxOwnErrors {
			break
		}
		if err := groups.readLine(line); err != nil {
			errs = append(errs, fmt.Errorf("iprange: read own ranges: %w", &RowError{Row: row, Err: err}))
		}
	}
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	return groups.list(name), nil
}

// ownGroups has own ranges by what is said of them.
type ownGroups map[label][]addrRange

func (g *ownGroups) readLine(line []byte) error {
	if len(line) > maxOwnLine {
		return fmt.Errorf("%w: a line of more than %d bytes", ErrTooLarge, maxOwnLine)
	}
	text, _, _ := strings.Cut(string(line), "#")
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	word, rest, found := strings.Cut(text, ":")
	kind := KindUnknown
	for _, k := range ownKinds {
		if strings.EqualFold(k.word, strings.TrimSpace(word)) {
			kind = k.kind
		}
	}
	if !found || kind == KindUnknown {
		return fmt.Errorf(`want "kind: ranges" with a kind of egress, cloudpc, scanner, tool or ignore: %s`, quoteCut(text))
	}
	rest, name, found := strings.Cut(rest, "=")
	if name = strings.TrimSpace(name); found && name == "" {
		return errors.New("no name after =")
	}
	ranges, err := parseRanges(rest)
	if err != nil {
		return err
	}
	if len(ranges) == 0 {
		return errors.New("no range after the kind")
	}
	return g.add(kind, name, ranges)
}

// add adds ranges.
func (g *ownGroups) add(kind Kind, name string, ranges []addrRange) error {
	c := label{kind: kind, service: name, source: "your own ranges"}
	for _, k := range ownKinds {
		if k.kind == kind {
			c.people = k.people
			if name == "" {
				c.service = k.word
			}
		}
	}
	if err := c.check(); err != nil {
		return err
	}
	if *g == nil {
		*g = make(ownGroups)
	}
	(*g)[c] = append((*g)[c], ranges...)
	return nil
}

// list returns the list of the ranges. Those of a group are joined, so that an address
// is in one of them at most, however many lines have it.
func (g ownGroups) list(name string) *List {
	if name == "" {
		name = "own ranges"
	}
	l := &List{layer: LayerOwn, Info: ListInfo{Name: name, Layer: LayerOwn}}
	for _, c := range slices.SortedFunc(maps.Keys(g), label.compare) {
		e := entry{label: c}
		for _, r := range mergeRanges(g[c]) {
			if p, last := r.block(r.first); last == r.last {
				e.prefixes = append(e.prefixes, p)
			} else {
				e.ranges = append(e.ranges, r)
			}
		}
		l.entries = append(l.entries, e)
	}
	return l
}

// OwnList returns a list of your own ranges, for programs that have them in a
// data base. Name is the name of the list, "own ranges" if empty. Prefixes of one
// kind and name that overlap or touch are joined; bits after the prefix length are
// ignored.
//
// A kind that is not one of the KindOwn constants, an invalid prefix, or a name with a
// control character is an error that wraps a *[RowError]: Row counts the groups from 1.
func OwnList(name string, ranges ...Own) (*List, error) {
	var groups ownGroups
	for i, own := range ranges {
		fail := func(column string, err error) (*List, error) {
			return nil, fmt.Errorf("iprange: own list: %w", &RowError{i + 1, column, err})
		}
		if own.Kind < KindOwnEgress || own.Kind > KindOwnIgnore {
			return fail("Kind", fmt.Errorf("not a kind of own ranges: %s", own.Kind))
		}
		var all []addrRange
		for _, p := range own.Prefixes {
			if !p.IsValid() {
				return fail("Prefixes", errors.New("invalid prefix"))
			}
			all = append(all, rangeOf(unmapPrefix(p)))
		}
		if err := groups.add(own.Kind, own.Name, all); err != nil {
			return fail("Name", err)
		}
	}
	return groups.list(name), nil
}
