package iprange

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// describe returns one line per entry that differs between two versions of a
// list, of which one may be nil.
func describe(k listKey, old, new *listEntries) (lines []string) {
	switch {
	case old == nil:
		return []string{fmt.Sprintf("%s: new list%s, %s", k.name, dated(" of ", new.day), plural(len(new.entries), "entry", "entries"))}
	case new == nil:
		return []string{fmt.Sprintf("%s: list gone%s", k.name, dated(", last of ", old.day))}
	}
	keys := maps.Clone(old.entries)
	maps.Copy(keys, new.entries)
	for _, e := range slices.SortedFunc(maps.Keys(keys), entryKey.compare) {
		if changes := describeEntry(old.entries[e], new.entries[e]); changes != nil {
			name := fmt.Sprintf("%q", e.service)
			switch k.layer {
			case LayerProduct:
				name = fmt.Sprintf("set %d %q", e.set, keys[e].service)
			case LayerTag:
				name = "tag " + e.tag
			}
			lines = append(lines, fmt.Sprintf("%s: %s: %s", k.name, name, strings.Join(changes, "; ")))
		}
	}
	return lines
}

func (k entryKey) compare(b entryKey) int {
	return cmp.Or(cmp.Compare(k.set, b.set), cmp.Compare(k.tag, b.tag),
		cmp.Compare(k.service, b.service), cmp.Compare(k.kind, b.kind))
}

// describeEntry returns the changes of one entry in words. Old is nil for a new
// entry, now for one that is gone.
func describeEntry(old, now *entrySets) (changes []string) {
	switch {
	case old == nil:
		changes, old = append(changes, "new"), &entrySets{}
	case now == nil:
		changes, now = append(changes, "gone"), &entrySets{}
	default:
		service := "name"
		if now.tag != "" {
			service = "system service"
		}
		for _, a := range [...]struct{ name, old, now string }{
			{"area", old.area, now.area},
			{service, old.service, now.service},
			{"category", old.category, now.category},
			{"required", fmt.Sprint(old.required), fmt.Sprint(now.required)},
			{"region", old.region, now.region},
		} {
			if a.old != a.now {
				changes = append(changes, fmt.Sprintf("%s %q, was %q", a.name, a.now, a.old))
			}
		}
	}
	changes = appendItems(changes, "added", "prefix", "prefixes", now.prefixes, old.prefixes, netip.Prefix.Compare)
	changes = appendItems(changes, "removed", "prefix", "prefixes", old.prefixes, now.prefixes, netip.Prefix.Compare)
	changes = appendItems(changes, "added", "range", "ranges", now.ranges, old.ranges, addrRange.compare)
	changes = appendItems(changes, "removed", "range", "ranges", old.ranges, now.ranges, addrRange.compare)
	changes = appendItems(changes, "added", "url", "urls", now.hosts, old.hosts, strings.Compare)
	return appendItems(changes, "removed", "url", "urls", old.hosts, now.hosts, strings.Compare)
}

// appendItems appends "2 prefixes added (192.0.2.0/24 198.51.100.0/24)" for the
// items that are in a and not in b.
func appendItems[T comparable](changes []string, did, one, many string, a, b map[T]bool, compare func(T, T) int) []string {
	var items []T
	for x := range a {
		if !b[x] {
			items = append(items, x)
		}
	}
	if len(items) == 0 {
		return changes
	}
	slices.SortFunc(items, compare)
	const most = 10
	var words []string
	for _, x := range items[:min(most, len(items))] {
		words = append(words, fmt.Sprint(x))
	}
	if len(items) > most {
		words = append(words, "...")
	}
	return append(changes, fmt.Sprintf("%s %s (%s)", plural(len(items), one, many), did, strings.Join(words, " ")))
}

func dated(before string, d day) string {
	if d == 0 {
		return ""
	}
	return before + d.String()
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
