package iprange

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Finding is something about a new list that a person should know before it
// replaces an old one.
type Finding struct {
	List   string // "worldwide", "servicetags public", ...
	Refuse bool   // so suspicious that the old list should be kept; else a warning
	Reason string
}

// String returns the finding as one line.
func (f Finding) String() string {
	word := "warning"
	if f.Refuse {
		word = "refused"
	}
	return fmt.Sprintf("%s: %s: %s", f.List, word, f.Reason)
}

// How much a list may lose between two versions. These are our assumptions: in
// the versions of 2022 to 2026 at hand no list lost a tenth of its prefixes at
// once except by a consolidation of single addresses.
const (
	refuseLoss = 25 // percent
	warnLoss   = 5
)

// CheckUpdate compares the newest lists of new with those of old and returns
// what speaks against replacing them, nil when nothing does. Refused are a
// list that is gone or older than before, a list that lost a whole address
// family or a whole service area, and one that lost more than a quarter of its
// prefixes of one family, of its host patterns or of its entries; a loss of
// more than a twentieth of them is a warning. A list that only new has, and own
// ranges, are not judged.
func CheckUpdate(old, new *Set) []Finding {
	oldLists, oldDays := old.newestLists()
	newLists, newDays := new.newestLists()
	var out []Finding
	for _, k := range slices.SortedFunc(maps.Keys(oldLists), listKey.compare) {
		if k.layer == LayerOwn {
			continue
		}
		name := strings.TrimSpace(k.name + " " + k.area)
		add := func(refuse bool, format string, args ...any) {
			out = append(out, Finding{name, refuse, fmt.Sprintf(format, args...)})
		}
		entries, ok := newLists[k]
		if !ok {
			add(true, "the list is gone")
			continue
		}
		if n, o := newDays[k], oldDays[k]; n != 0 && n < o {
			add(true, "of %s, older than the list at hand of %s", timeOf(n).Format(time.DateOnly), timeOf(o).Format(time.DateOnly))
		}
		was, is := measure(oldLists[k]), measure(entries)
		for _, area := range slices.Sorted(maps.Keys(was.areas)) {
			if !is.areas[area] {
				add(true, "no entry of service area %q any more", area)
			}
		}
		for _, m := range [...]struct {
			what     string
			was, now int
		}{
			{"IPv4 prefixes", was.v4, is.v4},
			{"IPv6 prefixes", was.v6, is.v6},
			{"host patterns", was.hosts, is.hosts},
			{"entries", was.entries, is.entries},
		} {
			lost := m.was - m.now
			switch {
			case m.was > 0 && m.now == 0:
				add(true, "no %s any more, had %d", m.what, m.was)
			case lost*100 > m.was*refuseLoss:
				add(true, "%d %s, had %d", m.now, m.what, m.was)
			case lost*100 > m.was*warnLoss:
				add(false, "%d %s, had %d", m.now, m.what, m.was)
			}
		}
	}
	return out
}

type measures struct {
	v4, v6, hosts, entries int
	areas                  map[string]bool
}

// measure counts what is different in a list.
func measure(entries map[entryKey]*entry) measures {
	m := measures{entries: len(entries), areas: map[string]bool{}}
	seen, hosts := map[netip.Prefix]bool{}, map[string]bool{}
	for _, e := range entries {
		if e.is.area != "" {
			m.areas[e.is.area] = true
		}
		for p := range e.prefixes {
			if seen[p] {
				continue
			}
			seen[p] = true
			if p.Addr().Is4() {
				m.v4++
			} else {
				m.v6++
			}
		}
		for h := range e.hosts {
			hosts[h] = true
		}
	}
	m.hosts = len(hosts)
	return m
}
