package iprange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
)

// OwnRanges is a list of ranges of the user's own. In a [Set] they outrank the
// published lists for the same address; see [Matches.Best].
type OwnRanges struct {
	Name  string // of the list, in Match.List
	Lines []OwnLine
}

// OwnLine is one line of the list.
type OwnLine struct {
	Kind   Kind // KindOwnEgress, KindOwnCloudPC, KindOwnScanner, KindOwnTool or KindOwnIgnore
	Ranges []Range
	Name   string // "" when the line gives none
}

var ownKinds = map[string]struct {
	kind   Kind
	people People
}{
	"egress":  {KindOwnEgress, PeopleYes},
	"cloudpc": {KindOwnCloudPC, PeopleYes},
	"scanner": {KindOwnScanner, PeopleNone},
	"tool":    {KindOwnTool, PeopleNone},
	"ignore":  {KindOwnIgnore, PeoplePossible},
}

const (
	maxOwnLine = 1 << 20
	maxOwnErrs = 20
)

// ReadOwn reads a list of own ranges, one kind a line:
//
//	# our way out, and what we run ourselves
//	egress:  192.0.2.0/24, 198.51.100.7 = head office
//	cloudpc: 2001:db8:1::/48
//	scanner: 203.0.113.10-203.0.113.20 = mail gateway
//	tool:    203.0.113.99 = sandbox
//	ignore:  203.0.113.200
//
// The kinds are egress (our people leave from here), cloudpc (people on hosted
// desktops), scanner (a mail gateway or link scanner), tool (our SOAR or
// sandbox) and ignore. The ranges are in the syntax of [ParseRanges]; what
// follows "=" is a name for them. "#" begins a comment. The name of the list
// appears in its matches; "" means "own ranges".
//
// Since a range that is silently missing would change verdicts, a line that
// cannot be read makes the whole list an error, which wraps a *[RowError] with
// the line's number for each of the first 20 such lines. Up to 16 MiB are read.
func ReadOwn(r io.Reader, name string) (*OwnRanges, error) {
	data, err := readAll(r, maxDocument)
	if err != nil {
		return nil, fmt.Errorf("iprange: read own ranges: %w", err)
	}
	if name == "" {
		name = "own ranges"
	}
	own := &OwnRanges{Name: name}
	var errs []error
	row := 0
	for line := range bytes.Lines(data) {
		row++
		if len(errs) == maxOwnErrs {
			break
		}
		l, ok, err := parseOwnLine(line)
		if err != nil {
			errs = append(errs, fmt.Errorf("iprange: read own ranges: %w", &RowError{Row: row, Err: err}))
		} else if ok {
			own.Lines = append(own.Lines, l)
		}
	}
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	return own, nil
}

func parseOwnLine(line []byte) (l OwnLine, ok bool, err error) {
	if len(line) > maxOwnLine {
		return l, false, ErrTooLarge
	}
	text, _, _ := strings.Cut(string(line), "#")
	text = strings.TrimSpace(text)
	if text == "" {
		return l, false, nil
	}
	word, rest, found := strings.Cut(text, ":")
	kind, known := ownKinds[strings.ToLower(strings.TrimSpace(word))]
	if !found || !known {
		return l, false, fmt.Errorf(`want "kind: ranges" with a kind of egress, cloudpc, scanner, tool or ignore: %s`, quoteCut(text))
	}
	rest, l.Name, found = strings.Cut(rest, "=")
	if l.Name = strings.TrimSpace(l.Name); found && l.Name == "" {
		return l, false, errors.New("no name after =")
	}
	l.Kind = kind.kind
	if l.Ranges, err = ParseRanges(rest); err != nil {
		return l, false, err
	}
	if len(l.Ranges) == 0 {
		return l, false, errors.New("no range after the kind")
	}
	return l, true, nil
}

func (o *OwnRanges) versions() []version {
	v := version{list: listKey{layer: LayerOwn, name: o.Name}}
	for _, l := range o.Lines {
		is := statementText{kind: l.Kind, service: l.Name, source: "your own ranges"}
		for word, k := range ownKinds {
			if k.kind == l.Kind {
				is.people = k.people
				if is.service == "" {
					is.service = word
				}
			}
		}
		var prefixes []netip.Prefix
		for _, r := range Merge(l.Ranges) {
			prefixes = append(prefixes, r.Prefixes()...)
		}
		v.claims = append(v.claims, claim{is: is, prefixes: prefixes})
	}
	return []version{v}
}
