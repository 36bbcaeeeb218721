package iprange

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Difference is what changed between the newest lists of two sets. The zero
// Difference is none.
type Difference struct {
	Lists []ListDifference
}

// ListDifference is what changed in one list.
type ListDifference struct {
	Name     string    // "worldwide", "servicetags public", ...
	Area     string    // "MEM" for the list of that area alone
	Old, New time.Time // dates of the two versions, zero when not known
	// Added and Removed say that the whole list is new or gone.
	Added, Removed bool
	Changes        []EntryDifference
}

// EntryDifference is what changed in one endpoint set, tag or line of own or
// named ranges.
type EntryDifference struct {
	Entry           string // `set 11 "Microsoft Teams"`, `tag AzureCloud.uksouth`, ...
	Added, Removed  bool
	Attributes      []string // `category Allow, was Default`
	AddedPrefixes   []netip.Prefix
	RemovedPrefixes []netip.Prefix
	AddedHosts      []string
	RemovedHosts    []string
}

// entryKey is what makes two claims speak of the same thing.
type entryKey struct {
	set     int32
	tag     string
	service string // of own and named ranges
	kind    Kind
}

func entryOf(layer Layer, is statementText) entryKey {
	switch layer {
	case LayerProduct:
		return entryKey{set: is.set}
	case LayerTag:
		return entryKey{tag: is.tag}
	}
	return entryKey{service: is.service, kind: is.kind}
}

func (k entryKey) name(layer Layer, is statementText) string {
	switch layer {
	case LayerProduct:
		return fmt.Sprintf("set %d %q", k.set, is.service)
	case LayerTag:
		return "tag " + k.tag
	}
	return fmt.Sprintf("%q", k.service)
}

func (k entryKey) compare(b entryKey) int {
	return cmp.Or(cmp.Compare(k.set, b.set), cmp.Compare(k.tag, b.tag),
		cmp.Compare(k.service, b.service), cmp.Compare(k.kind, b.kind))
}

// entry is all that a list says of one thing.
type entry struct {
	is       statementText
	prefixes map[netip.Prefix]bool
	hosts    map[string]bool
}

// newestLists returns the newest version of each list of s, by entry.
func (s *Set) newestLists() (map[listKey]map[entryKey]*entry, map[listKey]int32) {
	lists, days := map[listKey]map[entryKey]*entry{}, map[listKey]int32{}
	for _, v := range s.unpack(true, func(ListInfo) bool { return true }) {
		entries := map[entryKey]*entry{}
		for _, c := range v.claims {
			k := entryOf(v.list.layer, c.is)
			e := entries[k]
			if e == nil {
				e = &entry{c.is, map[netip.Prefix]bool{}, map[string]bool{}}
				entries[k] = e
			}
			for _, p := range c.prefixes {
				e.prefixes[p] = true
			}
			for _, h := range c.hosts {
				e.hosts[h] = true
			}
		}
		lists[v.list], days[v.list] = entries, v.day
	}
	return lists, days
}

// Diff compares the newest version of each list of two sets. A list that both
// have unchanged, whatever its date, is not in the result.
func Diff(old, new *Set) Difference {
	oldLists, oldDays := old.newestLists()
	newLists, newDays := new.newestLists()
	all := maps.Clone(oldLists)
	maps.Copy(all, newLists)
	var d Difference
	for _, k := range slices.SortedFunc(maps.Keys(all), listKey.compare) {
		o, inOld := oldLists[k]
		n, inNew := newLists[k]
		l := ListDifference{
			Name: k.name, Area: k.area, Old: timeOf(oldDays[k]), New: timeOf(newDays[k]),
			Added: !inOld, Removed: !inNew,
		}
		entries := maps.Clone(o)
		if entries == nil {
			entries = map[entryKey]*entry{}
		}
		maps.Copy(entries, n)
		for _, e := range slices.SortedFunc(maps.Keys(entries), entryKey.compare) {
			if c, changed := diffEntry(o[e], n[e]); changed {
				c.Entry = e.name(k.layer, entries[e].is)
				l.Changes = append(l.Changes, c)
			}
		}
		if l.Added || l.Removed || len(l.Changes) > 0 {
			d.Lists = append(d.Lists, l)
		}
	}
	return d
}

func diffEntry(o, n *entry) (EntryDifference, bool) {
	d := EntryDifference{Added: o == nil, Removed: n == nil}
	none := &entry{}
	if o == nil {
		o = none
	}
	if n == nil {
		n = none
	}
	d.AddedPrefixes = missing(n.prefixes, o.prefixes, netip.Prefix.Compare)
	d.RemovedPrefixes = missing(o.prefixes, n.prefixes, netip.Prefix.Compare)
	d.AddedHosts = missing(n.hosts, o.hosts, strings.Compare)
	d.RemovedHosts = missing(o.hosts, n.hosts, strings.Compare)
	if !d.Added && !d.Removed {
		for _, a := range [...]struct{ name, old, new string }{
			{"area", o.is.area, n.is.area},
			{"name", o.is.service, n.is.service},
			{"category", o.is.category, n.is.category},
			{"required", fmt.Sprint(o.is.required), fmt.Sprint(n.is.required)},
			{"region", o.is.region, n.is.region},
			{"system service", o.is.systemService, n.is.systemService},
		} {
			if a.old != a.new {
				d.Attributes = append(d.Attributes, fmt.Sprintf("%s %q, was %q", a.name, a.new, a.old))
			}
		}
	}
	return d, d.Added || d.Removed || len(d.Attributes)+len(d.AddedPrefixes)+len(d.RemovedPrefixes)+
		len(d.AddedHosts)+len(d.RemovedHosts) > 0
}

// missing returns what a has and b has not, sorted.
func missing[T comparable](a, b map[T]bool, compare func(a, b T) int) []T {
	var out []T
	for x := range a {
		if !b[x] {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, compare)
	return out
}

// String tells the difference in words, a line for each entry that changed,
// and is "no change\n" for none. Of more than ten prefixes or hosts it gives
// the number and the first ten.
func (d Difference) String() string {
	if len(d.Lists) == 0 {
		return "no change\n"
	}
	var b strings.Builder
	for _, l := range d.Lists {
		name := l.Name
		if l.Area != "" {
			name += " " + l.Area
		}
		fmt.Fprint(&b, name)
		switch {
		case l.Added:
			fmt.Fprintf(&b, ": new list%s, %s\n", dated(" of ", l.New), count(len(l.Changes), "entry", "entries"))
			continue
		case l.Removed:
			fmt.Fprintf(&b, ": list gone%s\n", dated(", last of ", l.Old))
			continue
		}
		fmt.Fprintf(&b, "%s%s: %s changed\n", dated(", ", l.Old), dated(" to ", l.New), count(len(l.Changes), "entry", "entries"))
		for _, c := range l.Changes {
			fmt.Fprintf(&b, "  %s: %s\n", c.Entry, strings.Join(c.words(), "; "))
		}
	}
	return b.String()
}

func dated(before string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return before + t.Format(time.DateOnly)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func (c EntryDifference) words() []string {
	var w []string
	switch {
	case c.Added:
		w = append(w, "new")
	case c.Removed:
		w = append(w, "gone")
	}
	w = append(w, c.Attributes...)
	w = appendWords(w, "added", "prefix", "prefixes", c.AddedPrefixes)
	w = appendWords(w, "removed", "prefix", "prefixes", c.RemovedPrefixes)
	w = appendWords(w, "added", "url", "urls", c.AddedHosts)
	w = appendWords(w, "removed", "url", "urls", c.RemovedHosts)
	return w
}

func appendWords[T any](w []string, did, one, many string, items []T) []string {
	if len(items) == 0 {
		return w
	}
	const most = 10
	var list []string
	for _, x := range items[:min(most, len(items))] {
		list = append(list, fmt.Sprint(x))
	}
	if len(items) > most {
		list = append(list, "...")
	}
	return append(w, fmt.Sprintf("%s %s (%s)", count(len(items), one, many), did, strings.Join(list, " ")))
}
