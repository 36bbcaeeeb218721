package iprange

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
)

// Comparison is the result of [Compare]. The zero Comparison is that of equal
// lists.
type Comparison struct {
	Findings []Finding `json:"findings,omitempty"` // reasons to look twice
	Changes  []string  `json:"changes,omitempty"`  // one line per changed entry
}

// Finding is a reason to look twice before using a new list.
type Finding struct {
	List   string `json:"list"`   // "worldwide", "servicetags public", ...
	Refuse bool   `json:"refuse"` // keep the old list; false: a warning
	Reason string `json:"reason"`
}

// Refused reports whether a finding is so serious that the old lists should be
// kept.
func (c Comparison) Refused() bool {
	return slices.ContainsFunc(c.Findings, func(f Finding) bool { return f.Refuse })
}

// The share of a list that may get lost between two versions, in percent. These
// are our assumptions: in the published versions of 2022 to 2026 no list lost a
// tenth of its prefixes at once, except when single addresses were joined.
const (
	refuseLoss = 25
	warnLoss   = 5
)

// Compare describes the changes from old to new and what speaks against them. It
// compares the newest version of each list.
//
// Refused are: a list that is missing or older than before; a list without any
// prefix of an address family, any host pattern or any service area that it had;
// a loss of more than a quarter of the prefixes of one family, of the host
// patterns or of the entries. A loss of more than a twentieth is a warning. Lists
// that only new has, and own ranges, give no findings.
//
// Each line of Changes is "list: entry: changes". A list that only one of the
// sets has is one line, and lists that differ in nothing but their date have no
// line. Of more than ten prefixes or host patterns of an entry, a line has the
// number and the first ten.
func Compare(old, new *Set) Comparison {
	oldLists, newLists := old.newestLists(), new.newestLists()
	all := maps.Clone(oldLists)
	maps.Copy(all, newLists)
	var c Comparison
	for _, k := range slices.SortedFunc(maps.Keys(all), listKey.compare) {
		o, n := oldLists[k], newLists[k]
		if o != nil && k.layer != LayerOwn {
			c.Findings = append(c.Findings, judge(k.name, o, n)...)
		}
		c.Changes = append(c.Changes, describe(k, o, n)...)
	}
	return c
}

// listEntries is the newest version of a list, by entry.
type listEntries struct {
	day     day
	entries map[entryKey]*entrySets
}

// entryKey identifies an entry in two versions of a list.
type entryKey struct {
	set     int32
	tag     string
	service string // of own and named ranges
	kind    Kind
}

// entrySets is all that a list says under one key.
type entrySets struct {
	label
	prefixes map[netip.Prefix]bool
	ranges   map[addrRange]bool
	hosts    map[string]bool
}

func entryKeyOf(layer Layer, l label) entryKey {
	switch layer {
	case LayerProduct:
		return entryKey{set: l.set}
	case LayerTag:
		return entryKey{tag: l.tag}
	}
	return entryKey{service: l.service, kind: l.kind}
}

func (s *Set) newestLists() map[listKey]*listEntries {
	lists := map[listKey]*listEntries{}
	for _, v := range s.unpackNewest() {
		l := &listEntries{v.day, map[entryKey]*entrySets{}}
		for _, c := range v.entries {
			k := entryKeyOf(v.key.layer, c.label)
			e := l.entries[k]
			if e == nil {
				e = &entrySets{c.label, map[netip.Prefix]bool{}, map[addrRange]bool{}, map[string]bool{}}
				l.entries[k] = e
			}
			for _, p := range c.prefixes {
				e.prefixes[p] = true
			}
			for _, r := range c.ranges {
				e.ranges[r] = true
			}
			for _, h := range c.hosts {
				e.hosts[h] = true
			}
		}
		lists[v.key] = l
	}
	return lists
}

// judge returns what speaks against replacing old by new, which is nil if the
// list is missing.
func judge(name string, old, new *listEntries) (findings []Finding) {
	add := func(refuse bool, format string, args ...any) {
		findings = append(findings, Finding{name, refuse, fmt.Sprintf(format, args...)})
	}
	if new == nil {
		add(true, "the list is gone")
		return findings
	}
	if new.day != 0 && new.day < old.day {
		add(true, "of %s, older than the list at hand of %s",
			new.day, old.day)
	}
	was, is := old.count(), new.count()
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
	return findings
}

// counts are the numbers of different things in a list.
type counts struct {
	v4, v6, hosts, entries int
	areas                  map[string]bool
}

func (l *listEntries) count() counts {
	c := counts{entries: len(l.entries), areas: map[string]bool{}}
	prefixes, hosts := map[netip.Prefix]bool{}, map[string]bool{}
	for _, e := range l.entries {
		if e.area != "" {
			c.areas[e.area] = true
		}
		maps.Copy(prefixes, e.prefixes)
		maps.Copy(hosts, e.hosts)
	}
	for p := range prefixes {
		if p.Addr().Is4() {
			c.v4++
		} else {
			c.v6++
		}
	}
	c.hosts = len(hosts)
	return c
}
