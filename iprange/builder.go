package iprange

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
)

// version is one version of one list, as claims.
type version struct {
	list   listKey
	day    int32
	claims []claim
}

// listKey is what makes two versions versions of the same list.
type listKey struct {
	layer    Layer
	name     string
	instance string // of endpoints
}

func (k listKey) compare(b listKey) int {
	// Worldwide comes first; the rest has no natural order.
	first := func(k listKey) int {
		if k.instance == "worldwide" || k.name == serviceTagsPublic {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(k.layer, b.layer), first(k)-first(b),
		cmp.Compare(k.name, b.name), cmp.Compare(k.instance, b.instance))
}

// claim is what one endpoint set, tag or line says, and of what.
type claim struct {
	is       statementText
	prefixes []netip.Prefix // masked, not IPv4-mapped
	hosts    []string       // patterns in lower case
}

// statementText is a label in full.
type statementText struct {
	set                     int32
	area, service, category string
	required                bool
	tag, region             string
	kind                    Kind
	people                  People
	source                  string
}

func (s statementText) compare(b statementText) int {
	noRegion := func(s statementText) int {
		if s.tag != "" && s.region == "" {
			return 1
		}
		return 0
	}
	required := func(s statementText) int {
		if s.required {
			return 0
		}
		return 1
	}
	return cmp.Or(noRegion(s)-noRegion(b), cmp.Compare(s.set, b.set), cmp.Compare(s.tag, b.tag),
		cmp.Compare(s.kind, b.kind), cmp.Compare(s.service, b.service), cmp.Compare(s.area, b.area),
		cmp.Compare(categoryPriority(s.category), categoryPriority(b.category)), cmp.Compare(s.category, b.category),
		required(s)-required(b), cmp.Compare(s.region, b.region),
		cmp.Compare(s.people, b.people), cmp.Compare(s.source, b.source))
}

// categoryPriority orders the categories of endpoint sets, the highest first.
func categoryPriority(category string) uint8 {
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

// unpack returns every version, or the newest, of the lists that keep wants.
func (s *Set) unpack(newest bool, keep func(*listInfo) bool) []version {
	if s.data == "" {
		return nil
	}
	d := decoder{data: s.data}
	var t table
	d.table(&t)
	// The statements of each list with what they are about, in one pass.
	type about struct {
		st     statement
		prefix netip.Prefix
		host   string
	}
	said := make([][]about, len(t.lists))
	wanted := make([]bool, len(t.lists))
	for i := range t.lists {
		wanted[i] = keep(&t.lists[i])
	}
	add := func(n int, a about) {
		for _, a.st = range t.own(t.chains[n].own()) {
			li := t.labels[a.st.label()].list
			if wanted[li] {
				said[li] = append(said[li], a)
			}
		}
	}
	for i, k := range d.keys4 {
		add(1+i, about{prefix: k.prefix(true)})
	}
	for i, k := range d.keys6 {
		add(1+len(d.keys4)+i, about{prefix: k.prefix(false)})
	}
	for i, p := range t.hosts.patterns {
		add(int(t.hosts.first)+i, about{host: p.text})
	}
	var r []version
	for li, l := range t.lists {
		if !wanted[li] {
			continue
		}
		days := l.days
		if newest {
			days = days[len(days)-1:]
		}
		for _, day := range days {
			v := version{list: listKey{l.layer, l.name, l.instance}, day: day}
			at := map[uint32]int{}
			for _, a := range said[li] {
				if !t.inForce(a.st, day) {
					continue
				}
				id := a.st.label()
				i, ok := at[id]
				if !ok {
					i = len(v.claims)
					at[id] = i
					v.claims = append(v.claims, claim{is: t.text(&t.labels[id])})
				}
				if c := &v.claims[i]; a.host != "" {
					c.hosts = append(c.hosts, a.host)
				} else {
					c.prefixes = append(c.prefixes, a.prefix)
				}
			}
			r = append(r, v)
		}
	}
	return r
}

func (t *table) text(l *label) statementText {
	return statementText{
		set: l.set, area: t.strs[l.area], service: t.strs[l.service], category: t.strs[l.category],
		required: l.required, tag: t.strs[l.tag], region: t.strs[l.region], kind: l.kind, people: l.people, source: t.strs[l.source],
	}
}

func keyOf(p netip.Prefix) key {
	if p.Addr().Is4() {
		b := p.Addr().As4()
		return key{uint64(binary.BigEndian.Uint32(b[:])) << 32, 0, uint8(p.Bits())}
	}
	b := p.Addr().As16()
	return key{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:]), uint8(p.Bits())}
}

func (k key) prefix(is4 bool) netip.Prefix {
	if is4 {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(k.hi>>32))
		return netip.PrefixFrom(netip.AddrFrom4(b), int(k.bits))
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], k.hi)
	binary.BigEndian.PutUint64(b[8:], k.lo)
	return netip.PrefixFrom(netip.AddrFrom16(b), int(k.bits))
}

// compiler turns lists into the compact form.
type compiler struct {
	buf      []byte
	strs     []string
	strIndex map[string]int
	periods  map[period]int
	periodOf []period
	ownIndex map[string]int
	ownSets  [][]statement
	oddHosts int
}

// subject is what a statement is about: a prefix or a host pattern.
type subject struct {
	family uint8 // 4, 6, or 0 for a host
	key    key
	host   string
}

func (s subject) compare(b subject) int {
	return cmp.Or(cmp.Compare(s.family, b.family), compareKeys(s.key, b.key), cmp.Compare(s.host, b.host))
}

type said struct {
	about subject
	st    statement
}

func (c *compiler) compile(lists map[listKey]map[int32][]claim) (string, error) {
	keys := slices.SortedFunc(maps.Keys(lists), listKey.compare)
	if len(keys) > 1<<16 {
		return "", errors.New("too many lists")
	}
	c.strIndex = map[string]int{"": 0}
	c.strs = []string{""}
	c.ownIndex = map[string]int{}
	c.periods = map[period]int{{}: 0}
	c.periodOf = []period{{}}

	var listPart, labelPart compiler // they share the strings of c
	var facts []said
	labels := 0
	for li, k := range keys {
		days := slices.Sorted(maps.Keys(lists[k]))
		listPart.int(c.str(k.name))
		listPart.int(c.str(k.instance))
		listPart.int(int(k.layer))
		listPart.int(len(days))
		last := int32(0)
		for _, d := range days {
			listPart.zigzag(d - last)
			last = d
		}

		// The labels in the order of matches, so that their numbers sort so.
		ids := make(map[statementText]int)
		for i, d := range days {
			for _, cl := range lists[k][d] {
				if len(cl.prefixes) > 0 || i == len(days)-1 && len(cl.hosts) > 0 {
					ids[cl.is] = 0
				}
			}
		}
		for _, is := range slices.SortedFunc(maps.Keys(ids), statementText.compare) {
			ids[is] = labels
			labels++
			labelPart.int(li)
			labelPart.int(int(is.kind))
			labelPart.int(int(is.people))
			if is.required {
				labelPart.int(1)
			} else {
				labelPart.int(0)
			}
			labelPart.zigzag(is.set)
			for _, s := range [...]string{is.area, is.service, is.category, is.tag, is.region, is.source} {
				labelPart.int(c.str(s))
			}
		}
		var err error
		if facts, err = c.facts(facts, lists[k], days, ids); err != nil {
			return "", err
		}
	}
	if labels > maxLabels {
		return "", fmt.Errorf("too many different statements: %d", labels)
	}

	slices.SortFunc(facts, func(a, b said) int {
		return cmp.Or(a.about.compare(b.about), cmp.Compare(a.st, b.st))
	})
	var v4, v6, hosts compiler
	var n4, n6, nHosts int
	var last4, last6 key
	for len(facts) > 0 {
		n := 1
		for n < len(facts) && facts[n].about == facts[0].about {
			n++
		}
		own, about := c.ownSet(facts[:n]), facts[0].about
		facts = facts[n:]
		switch about.family {
		case 4:
			v4.key(about.key, last4, own)
			last4 = about.key
			n4++
		case 6:
			v6.key(about.key, last6, own)
			last6 = about.key
			n6++
		default:
			if exact, suffix, _ := patternForm(about.host); !exact && !suffix {
				if c.oddHosts++; c.oddHosts > maxOdd {
					return "", fmt.Errorf("more than %d host patterns of odd forms", maxOdd)
				}
			}
			hosts.int(c.str(about.host))
			hosts.int(own)
			nHosts++
		}
	}
	if len(c.ownSets) >= maxOwnSets {
		return "", fmt.Errorf("too many combinations of statements: %d", len(c.ownSets))
	}

	c.buf = append(c.buf, magic...)
	c.int(len(c.strs))
	for _, s := range c.strs {
		c.int(len(s))
	}
	for _, s := range c.strs {
		c.buf = append(c.buf, s...)
	}
	c.int(len(keys))
	c.buf = append(c.buf, listPart.buf...)
	c.int(labels)
	c.buf = append(c.buf, labelPart.buf...)
	c.int(len(c.periodOf))
	for _, p := range c.periodOf {
		c.zigzag(p.since)
		c.zigzag(p.until)
	}
	c.int(len(c.ownSets))
	for _, set := range c.ownSets {
		c.int(len(set))
		last := statement(0)
		for _, st := range set {
			c.buf = binary.AppendUvarint(c.buf, uint64(st-last))
			last = st
		}
	}
	c.int(n4)
	c.buf = append(c.buf, v4.buf...)
	c.int(n6)
	c.buf = append(c.buf, v6.buf...)
	c.int(nHosts)
	c.buf = append(c.buf, hosts.buf...)
	return string(c.buf), nil
}

// facts appends what one list says. A prefix that is in several versions in a
// row is one statement with their span. Hosts are taken from the newest
// version alone: host look-ups have no history.
func (c *compiler) facts(facts []said, versions map[int32][]claim, days []int32, ids map[statementText]int) ([]said, error) {
	type of struct {
		about subject
		label int
	}
	type run struct{ first, last int }
	open := make(map[of]run)
	emit := func(o of, r run) error {
		var p period
		if r.first > 0 {
			p.since = days[r.first]
		}
		if r.last < len(days)-1 {
			p.until = days[r.last+1]
		}
		n, ok := c.periods[p]
		if !ok {
			if n = len(c.periodOf); n >= maxPeriods {
				return errors.New("too many versions of lists")
			}
			c.periods[p] = n
			c.periodOf = append(c.periodOf, p)
		}
		facts = append(facts, said{o.about, statement(uint32(o.label)<<12 | uint32(n))})
		return nil
	}
	for vi, d := range days {
		note := func(o of) error {
			r, ok := open[o]
			if !ok || r.last < vi-1 {
				if ok {
					if err := emit(o, r); err != nil {
						return err
					}
				}
				r.first = vi
			}
			r.last = vi
			open[o] = r
			return nil
		}
		for _, cl := range versions[d] {
			id, ok := ids[cl.is]
			if !ok {
				continue // nothing to look up
			}
			for _, p := range cl.prefixes {
				family := uint8(6)
				if p.Addr().Is4() {
					family = 4
				}
				if err := note(of{subject{family: family, key: keyOf(p)}, id}); err != nil {
					return nil, err
				}
			}
			if vi < len(days)-1 {
				continue
			}
			for _, h := range cl.hosts {
				o := of{subject{host: h}, id}
				if _, dup := open[o]; !dup {
					open[o] = run{}
					facts = append(facts, said{o.about, statement(uint32(id) << 12)})
				}
			}
		}
	}
	// The order of the periods must not depend on the order of the map.
	left := slices.SortedFunc(maps.Keys(open), func(a, b of) int {
		return cmp.Or(a.about.compare(b.about), a.label-b.label)
	})
	for _, o := range left {
		if o.about.family != 0 {
			if err := emit(o, open[o]); err != nil {
				return nil, err
			}
		}
	}
	return facts, nil
}

func (c *compiler) str(s string) int {
	i, ok := c.strIndex[s]
	if !ok {
		i = len(c.strs)
		c.strIndex[s] = i
		c.strs = append(c.strs, s)
	}
	return i
}

func (c *compiler) ownSet(facts []said) int {
	var id []byte
	set := make([]statement, len(facts))
	for i, f := range facts {
		set[i] = f.st
		id = binary.BigEndian.AppendUint32(id, uint32(f.st))
	}
	n, ok := c.ownIndex[string(id)]
	if !ok {
		n = len(c.ownSets)
		c.ownIndex[string(id)] = n
		c.ownSets = append(c.ownSets, set)
	}
	return n
}

func (c *compiler) int(v int)      { c.buf = binary.AppendUvarint(c.buf, uint64(v)) }
func (c *compiler) zigzag(v int32) { c.buf = binary.AppendUvarint(c.buf, uint64(uint32(v<<1^v>>31))) }

// key writes one prefix; last is the one before.
func (c *compiler) key(k, last key, own int) {
	c.int(int(k.bits))
	c.int(own)
	if k.bits <= 64 {
		c.buf = binary.AppendUvarint(c.buf, k.hi>>(64-k.bits)-last.hi>>(64-k.bits))
		return
	}
	gap := k.hi - last.hi
	if gap != 0 {
		last.lo = 0
	}
	c.buf = binary.AppendUvarint(c.buf, gap)
	c.buf = binary.AppendUvarint(c.buf, k.lo>>(128-k.bits)-last.lo>>(128-k.bits))
}
