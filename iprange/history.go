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

// ReadHistory reads dated changes, newest first, and applies them backwards to
// oldest, so that the result are the versions before it. A line is a date, the
// ids of the sets, and the prefixes that were added (+) or removed (-) then;
// "begins" and a date say how far the changes reach. "#" begins a comment.
//
// An added prefix must be in the newer version and a removed one must not, so
// that a wrong line is an error and not a wrong history.
func ReadHistory(r io.Reader, oldest *Endpoints) ([]*Endpoints, error) {
	var versions []*Endpoints
	at := oldest // the version in force from its Date on
	var pending *Endpoints
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		f := strings.Fields(text)
		if len(f) == 0 {
			continue
		}
		fail := func(reason string) ([]*Endpoints, error) {
			return nil, fmt.Errorf("iprange: read history: line %d: %s", n, reason)
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
		if pending != nil && !at.Date.Equal(day) {
			if !day.Before(at.Date) {
				return fail("not older than the line before")
			}
			// Before the changes of at.Date another version was in force,
			// since the day of the line that is read now.
			pending.Date = day
			versions = append(versions, pending)
			at, pending = pending, nil
		}
		if begins {
			return versions, nil
		}
		if pending == nil {
			if at == oldest {
				// The oldest document shows what was in force since then.
				first := at.clone()
				first.Date = day
				versions = append(versions, first)
				at = first
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
		return nil, fmt.Errorf("iprange: read history: %w", err)
	}
	return nil, fmt.Errorf(`iprange: read history: no line "begins DATE"`)
}

// clone copies e as far as undo changes it.
func (e *Endpoints) clone() *Endpoints {
	c := *e
	c.Sets = slices.Clone(e.Sets)
	for i := range c.Sets {
		c.Sets[i].IPs = slices.Clone(c.Sets[i].IPs)
	}
	return &c
}

// undo takes changes back in one set.
func (e *Endpoints) undo(id string, changes []string) error {
	n, err := strconv.Atoi(id)
	i := slices.IndexFunc(e.Sets, func(s EndpointSet) bool { return s.ID == n })
	if err != nil || i < 0 {
		return fmt.Errorf("no set %s", quoteCut(id))
	}
	ips := &e.Sets[i].IPs
	for _, c := range changes {
		p, err := netip.ParsePrefix(c[1:])
		at := slices.Index(*ips, p)
		switch {
		case err != nil:
			return fmt.Errorf("no prefix: %s", quoteCut(c))
		case c[0] == '+' && at >= 0:
			*ips = slices.Delete(*ips, at, at+1)
		case c[0] == '-' && at < 0:
			*ips = append(*ips, p)
		default:
			return fmt.Errorf("set %s: %s contradicts the newer version", id, quoteCut(c))
		}
	}
	return nil
}
