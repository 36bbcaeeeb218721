package iprange

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// The limits of a Set.
const (
	maxLists   = 1 << 16
	maxPeriods = 1 << 16
	maxIndex   = 1<<31 - 1 // labels, groups and subjects
)

// encode returns the compact form of lists, which decode.go describes.
func encode(lists versionsByList) (string, error) {
	keys := slices.SortedFunc(maps.Keys(lists), listKey.compare)
	if len(keys) > maxLists {
		return "", errors.New("too many lists")
	}
	var e encoder
	e.strings.index("")
	for i, k := range keys {
		days := slices.Sorted(maps.Keys(lists[k]))
		e.list(k, days)
		labels := e.listLabels(i, lists[k], days)
		e.claims = appendClaims(e.claims, lists[k], days, labels)
	}
	slices.SortFunc(e.claims, claim.compare)
	e.numberPeriods()
	e.subjects()
	switch {
	case len(e.periods.all) > maxPeriods:
		return "", errors.New("too many versions of lists")
	case e.nOdd > maxOdd:
		return "", fmt.Errorf("more than %d host patterns of odd forms", maxOdd)
	case max(e.nLabels, len(e.groups.all), e.n4+e.n6+e.nHosts+e.nRanges) >= maxIndex:
		return "", errors.New("too many prefixes")
	}
	return e.join(), nil
}

// encoder has the parts of the compact form while they grow.
type encoder struct {
	strings indexed[string]
	periods indexed[period]
	groups  indexed[string] // each as the bytes that go into the compact form

	lists, labels        buffer
	nLists, nLabels      int
	claims               []claim
	keys4, keys6, hosts  buffer
	n4, n6, nHosts, nOdd int
	ranges               buffer
	nRanges              int
}

// indexed numbers different values in the order in which they come.
type indexed[T comparable] struct {
	all    []T
	number map[T]int
}

func (x *indexed[T]) index(v T) int {
	n, ok := x.number[v]
	if !ok {
		if x.number == nil {
			x.number = make(map[T]int)
		}
		n = len(x.all)
		x.number[v] = n
		x.all = append(x.all, v)
	}
	return n
}

// buffer is a growing part of the compact form.
type buffer []byte

func (b *buffer) uint(v uint64) { *b = binary.AppendUvarint(*b, v) }
func (b *buffer) int(v int)     { b.uint(uint64(v)) }

// bool adds a 0 or 1.
func (b *buffer) bool(v bool) {
	if v {
		b.int(1)
	} else {
		b.int(0)
	}
}

func (e *encoder) list(k listKey, days []day) {
	e.nLists++
	e.lists.int(e.strings.index(k.name))
	e.lists.int(e.strings.index(k.instance))
	e.lists.int(int(k.layer))
	e.lists.int(len(days))
	for _, d := range days {
		e.lists.int(int(d))
	}
}

// listLabels adds the different labels of a list, in the order of matches, and
// returns their numbers. Labels without prefixes, ranges or hosts are left out.
func (e *encoder) listLabels(list int, versions map[day][]entry, days []day) map[label]uint32 {
	numbers := make(map[label]uint32)
	for i, d := range days {
		for _, x := range versions[d] {
			if len(x.prefixes)+len(x.ranges) > 0 || i == len(days)-1 && len(x.hosts) > 0 {
				numbers[x.label] = 0
			}
		}
	}
	for _, l := range slices.SortedFunc(maps.Keys(numbers), label.compare) {
		numbers[l] = uint32(e.nLabels)
		e.nLabels++
		e.labels.int(list)
		e.labels.int(int(l.kind))
		e.labels.int(int(l.people))
		e.labels.bool(l.required)
		e.labels.int(int(l.set))
		for _, s := range [...]string{l.area, l.service, l.category, l.tag, l.region, l.source} {
			e.labels.int(e.strings.index(s))
		}
	}
	return numbers
}

// numberPeriods numbers the periods of the claims in their own order, so that
// equal lists give equal bytes.
func (e *encoder) numberPeriods() {
	all := map[period]bool{{}: true}
	for _, c := range e.claims {
		all[c.period] = true
	}
	for _, p := range slices.SortedFunc(maps.Keys(all), period.compare) {
		e.periods.index(p)
	}
}

// subjects adds the prefixes, host patterns and ranges with the groups of their claims,
// which are sorted.
func (e *encoder) subjects() {
	var last4, last6 key
	for claims := e.claims; len(claims) > 0; {
		about := claims[0].about
		n := 1
		for n < len(claims) && claims[n].about == about {
			n++
		}
		group := e.group(claims[:n])
		claims = claims[n:]
		switch about.family {
		case family4:
			e.keys4.key(about.key, last4, group)
			last4 = about.key
			e.n4++
		case family6:
			e.keys6.key(about.key, last6, group)
			last6 = about.key
			e.n6++
		case familyHost:
			e.hosts.int(e.strings.index(about.text))
			e.hosts.int(group)
			e.nHosts++
			if form, _ := formOf(about.text); form == formOdd {
				e.nOdd++
			}
		case familyRange:
			e.ranges.int(e.strings.index(about.text))
			e.ranges.int(group)
			e.nRanges++
		}
	}
}

// group returns the number of the group with the statements of claims.
func (e *encoder) group(claims []claim) int {
	var b buffer
	b.int(len(claims))
	label := uint32(0)
	for _, c := range claims {
		b.int(int(c.label - label))
		b.int(e.periods.index(c.period))
		label = c.label
	}
	return e.groups.index(string(b))
}

// key adds a prefix; last is the one before it.
func (b *buffer) key(k, last key, group int) {
	b.int(group)
	b.int(int(k.bits))
	if k.bits <= 64 {
		b.uint(k.upper>>(64-k.bits) - last.upper>>(64-k.bits))
		return
	}
	gap := k.upper - last.upper
	if gap != 0 {
		last.lower = 0
	}
	b.uint(gap)
	b.uint(k.lower>>(128-k.bits) - last.lower>>(128-k.bits))
}

// join puts the parts together.
func (e *encoder) join() string {
	b := buffer(magic)
	part := func(n int, p buffer) {
		b.int(n)
		b = append(b, p...)
	}
	b.int(len(e.strings.all))
	for _, s := range e.strings.all {
		b.int(len(s))
	}
	for _, s := range e.strings.all {
		b = append(b, s...)
	}
	part(e.nLists, e.lists)
	part(e.nLabels, e.labels)
	b.int(len(e.periods.all))
	for _, p := range e.periods.all {
		b.int(int(p.since))
		b.int(int(p.until))
	}
	b.int(len(e.groups.all))
	for _, g := range e.groups.all {
		b = append(b, g...)
	}
	part(e.n4, e.keys4)
	part(e.n6, e.keys6)
	part(e.nHosts, e.hosts)
	if e.nRanges > 0 {
		part(e.nRanges, e.ranges)
	}
	return string(b)
}
