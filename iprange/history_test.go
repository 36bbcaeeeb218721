package iprange

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The generator applies history.txt: what is known of the Worldwide endpoints
// before the oldest document.

// readHistory reads dated changes, newest first, and applies them backwards to
// the oldest document. It returns the versions before that document. A line is a
// date, the ids of the sets, and the prefixes that were added (+) or removed (-)
// then; "begins" and a date says how far the changes reach. "#" begins a comment.
//
// An added prefix must be in the newer version and a removed one must not, so a
// wrong line is an error and not a wrong history.
func readHistory(r io.Reader, oldest *List) ([]*List, error) {
	var versions []*List
	at := oldest // the version in force from its date on
	var pending *List
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		f := strings.Fields(text)
		if len(f) == 0 {
			continue
		}
		fail := func(reason string) ([]*List, error) {
			return nil, fmt.Errorf("read history: line %d: %s", n, reason)
		}
		if len(f) < 2 {
			return fail("want a date, set ids and prefixes")
		}
		begins := f[0] == "begins"
		if begins {
			f[0] = f[1]
		}
		day, err := time.Parse(time.DateOnly, f[0])
		if err != nil {
			return fail("no date: " + quoteCut(f[0]))
		}
		if pending != nil && !at.Info.Dates[0].Equal(day) {
			if !day.Before(at.Info.Dates[0]) {
				return fail("not older than the line before")
			}
			// The changes of at's date were made to another version, which was
			// in force from the day of this line on.
			pending.Info.Dates = []time.Time{day}
			versions = append(versions, pending)
			at, pending = pending, nil
		}
		if begins {
			return versions, nil
		}
		if pending == nil {
			if at == oldest {
				// The oldest document was in force from the newest change on.
				at = oldest.clone()
				at.Info.Dates = []time.Time{day}
				versions = append(versions, at)
			}
			pending = at.clone()
		}
		for _, id := range strings.Split(f[1], ",") {
			if err := pending.undo(id, f[2:]); err != nil {
				return fail(err.Error())
			}
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read history: %w", err)
	}
	return nil, fmt.Errorf(`read history: no line "begins DATE"`)
}

// clone copies what undo changes.
func (l *List) clone() *List {
	c := *l
	c.entries = slices.Clone(l.entries)
	for i := range c.entries {
		c.entries[i].prefixes = slices.Clone(c.entries[i].prefixes)
	}
	return &c
}

// undo takes changes back in one endpoint set.
func (l *List) undo(id string, changes []string) error {
	n, err := strconv.Atoi(id)
	i := slices.IndexFunc(l.entries, func(c entry) bool { return int(c.set) == n })
	if err != nil || i < 0 {
		return fmt.Errorf("no set %s", quoteCut(id))
	}
	prefixes := &l.entries[i].prefixes
	for _, c := range changes {
		p, err := netip.ParsePrefix(c[1:])
		at := slices.Index(*prefixes, p)
		switch {
		case err != nil:
			return fmt.Errorf("no prefix: %s", quoteCut(c))
		case c[0] == '+' && at >= 0:
			*prefixes = slices.Delete(*prefixes, at, at+1)
		case c[0] == '-' && at < 0:
			*prefixes = append(*prefixes, p)
		default:
			return fmt.Errorf("set %s: %s contradicts the newer version", id, quoteCut(c))
		}
	}
	return nil
}
