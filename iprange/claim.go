package iprange

import (
	"cmp"
	"net/netip"
)

// claim is one statement about one prefix, range or host pattern.
type claim struct {
	about  subjectKey
	label  uint32
	period period
}

func (c claim) compare(b claim) int {
	return cmp.Or(c.about.compare(b.about), cmp.Compare(c.label, b.label), c.period.compare(b.period))
}

func (p period) compare(b period) int {
	return cmp.Or(cmp.Compare(p.since, b.since), cmp.Compare(p.until, b.until))
}

// subjectKey identifies a prefix, range or host pattern.
type subjectKey struct {
	family family
	key    key    // of a prefix
	text   string // of a range or host pattern
}

// family is the sort of a subject.
type family uint8

const (
	family4 family = iota + 1
	family6
	familyHost
	familyRange // in the compact form only: a look-up has the family of its address
)

func (s subjectKey) compare(b subjectKey) int {
	return cmp.Or(cmp.Compare(s.family, b.family), s.key.compare(b.key), cmp.Compare(s.text, b.text))
}

// appendClaims appends what the versions of one list say. A prefix in several
// successive versions is one claim with the period from the first to the last.
// Host patterns are taken from the newest version only, since a look-up of a host
// has no date.
func appendClaims(claims []claim, versions map[day][]entry, days []day, labels map[label]uint32) []claim {
	type claimed struct {
		about subjectKey
		label uint32
	}
	type run struct{ first, last int } // successive versions, as indexes of days
	runs := make(map[claimed]run)
	endRun := func(c claimed, r run) {
		var p period
		if r.first > 0 {
			p.since = days[r.first]
		}
		if r.last < len(days)-1 {
			p.until = days[r.last+1]
		}
		claims = append(claims, claim{c.about, c.label, p})
	}
	for i, d := range days {
		extendRun := func(c claimed) {
			r, found := runs[c]
			if found && r.last < i-1 {
				endRun(c, r)
			}
			if !found || r.last < i-1 {
				r.first = i
			}
			r.last = i
			runs[c] = r
		}
		for _, x := range versions[d] {
			id, used := labels[x.label]
			if !used {
				continue
			}
			for _, p := range x.prefixes {
				extendRun(claimed{subjectKeyOf(p), id})
			}
			for _, r := range x.ranges {
				extendRun(claimed{subjectKey{family: familyRange, text: r.String()}, id})
			}
			if i == len(days)-1 {
				for _, h := range x.hosts {
					runs[claimed{subjectKey{family: familyHost, text: h}, id}] = run{0, i}
				}
			}
		}
	}
	for c, r := range runs {
		endRun(c, r)
	}
	return claims
}

func subjectKeyOf(p netip.Prefix) subjectKey {
	if p.Addr().Is4() {
		return subjectKey{family: family4, key: keyOf(p)}
	}
	return subjectKey{family: family6, key: keyOf(p)}
}
