package iprange

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"
	"unicode"
)

// label is what a list says about the prefixes and hosts of one entry.
type label struct {
	set                     int32  // endpoints: id of the set
	area, service, category string // endpoints, except service
	required                bool   // endpoints
	tag, region             string // service tags
	kind                    Kind
	people                  People
	source                  string
}

// check returns an error if a text has characters that move the cursor of a terminal,
// change its colours or turn the direction of writing.
func (l label) check() error {
	for _, s := range [...]string{l.area, l.service, l.category, l.tag, l.region, l.source} {
		if strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }) {
			return fmt.Errorf("a name with a control character: %s", quoteCut(s))
		}
	}
	return nil
}

// entry is one endpoint set, one service tag, or one group of named or own
// ranges.
type entry struct {
	label
	prefixes []netip.Prefix // masked, not IPv4-mapped
	ranges   []addrRange    // of own addresses, none of them a prefix
	hosts    []string       // patterns in lower case
}

// listKey identifies a list. Two versions of a list have the same key.
type listKey struct {
	layer    Layer
	name     string
	instance string // of endpoints
}

// version is one version of one list.
type version struct {
	key     listKey
	day     day // 0: undated
	entries []entry
}

// compare orders lists by layer. In a layer the worldwide endpoints and the
// public service tags are first, since most readers want these.
func (k listKey) compare(b listKey) int {
	first := func(k listKey) int {
		if k.instance == worldwide || k.name == serviceTagsPublic {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(k.layer, b.layer), first(k)-first(b),
		cmp.Compare(k.name, b.name), cmp.Compare(k.instance, b.instance))
}

// compare orders the labels of a list. Matches with the same prefix come in this
// order: service tags with a region before those without, then by set and name.
func (l label) compare(b label) int {
	noRegion := func(l label) bool { return l.tag != "" && l.region == "" }
	return cmp.Or(compareBools(noRegion(l), noRegion(b)),
		cmp.Compare(l.set, b.set), cmp.Compare(l.tag, b.tag),
		cmp.Compare(l.kind, b.kind), cmp.Compare(l.service, b.service), cmp.Compare(l.area, b.area),
		cmp.Compare(categoryRank(l.category), categoryRank(b.category)), cmp.Compare(l.category, b.category),
		compareBools(!l.required, !b.required), cmp.Compare(l.region, b.region),
		cmp.Compare(l.people, b.people), cmp.Compare(l.source, b.source))
}

// compareBools orders false before true.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// categoryRank orders the categories of endpoint sets, the highest first.
func categoryRank(category string) int {
	switch category {
	case "Optimize":
		return 0
	case "Allow":
		return 1
	case "Default":
		return 2
	}
	return 3
}
