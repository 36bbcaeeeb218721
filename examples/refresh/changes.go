package main

import (
	"io"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// printFindings prints what speaks against a new list, one line each.
func printFindings(w io.Writer, findings []iprange.Finding) {
	for _, f := range findings {
		word := "warning"
		if f.Refuse {
			word = "refused"
		}
		say(w, "%s: %s: %s", f.List, word, f.Reason)
	}
}

// printChanges prints the changes from old to new: one line per list, with its
// dates and the number of its changed entries, and below it one per entry.
func printChanges(w io.Writer, old, new *iprange.Set, changes []string) {
	if len(changes) == 0 {
		say(w, "no change")
	}
	was, is := newestDates(old), newestDates(new)
	for len(changes) > 0 {
		name, rest, _ := strings.Cut(changes[0], ": ")
		n := 1
		for n < len(changes) && strings.HasPrefix(changes[n], name+": ") {
			n++
		}
		before, inOld := was[name]
		after, inNew := is[name]
		if !inOld || !inNew { // the line speaks of the list as a whole
			say(w, "%s: %s", name, rest)
			changes = changes[n:]
			continue
		}
		entries := "entries"
		if n == 1 {
			entries = "entry"
		}
		say(w, "%s%s%s: %d %s changed", name, dated(", ", before), dated(" to ", after), n, entries)
		for _, c := range changes[:n] {
			say(w, "  %s", strings.TrimPrefix(c, name+": "))
		}
		changes = changes[n:]
	}
}

// newestDates returns the date of the newest version of each list of s, the zero
// time for an undated list.
func newestDates(s *iprange.Set) map[string]time.Time {
	dates := map[string]time.Time{}
	for _, l := range s.Lists() {
		dates[l.Name] = time.Time{}
		if n := len(l.Dates); n > 0 {
			dates[l.Name] = l.Dates[n-1]
		}
	}
	return dates
}

func dated(before string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return before + t.Format(time.DateOnly)
}
