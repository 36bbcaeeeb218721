package iprange

import (
	"encoding/binary"
	"iter"
	"net/netip"
	"time"
)

// Match is one list's statement about an address or a host. The zero Match
// says nothing: LayerNone, KindUnknown, PeoplePossible.
type Match struct {
	Layer Layer
	Kind  Kind
	// People says whether a person can be behind it, and Source says who says
	// so. Where no document does, Source says that it is our reading.
	People People
	Source string

	List     string // "worldwide 2026-08-02", "servicetags public 2026-06-26", ...
	Instance string // "worldwide", "china", "usgovdod", "usgovgcchigh"; "" elsewhere

	// Endpoints only, except Service.
	Set      int    // id of the endpoint set, unique within the instance
	Area     string // "Exchange", "Skype", "SharePoint", "Common", "MEM", ...
	Service  string // display name: "Microsoft Teams"; known and own ranges: their name
	Category string // "Optimize", "Allow", "Default"
	Required bool

	// Service tags only.
	Tag           string // "AzureCloud.centralfrance"
	Region        string // "centralfrance"
	SystemService string // "AzureStorage"; "" for AzureCloud

	Prefix  netip.Prefix // the prefix that matched; own ranges: the largest prefix around the address that is inside the range
	Pattern string       // the host pattern that matched: "*.protection.outlook.com"

	// Since and Until bound the time in which the list held the statement, as
	// far as the list's versions at hand show: Since is the date of the first
	// version with it, Until the date of the first version without it. The
	// zero Since means "in the oldest version at hand", the zero Until "in
	// the newest".
	Since, Until time.Time
}

// Matches is every match of one look-up. It is a small value, holds no memory
// of its own and may be copied and used concurrently. The zero Matches is none.
//
// Matches of an address are ordered by prefix, the longest first; equal
// prefixes by layer (own, known, product, tag, microsoft), then by list, then a
// regional tag before those without a region, then by set id and name. Matches of
// a host are ordered by how much the pattern fixes: an exact name, then the
// longer patterns first. The order is the same in every run.
//
// To judge by the most telling list instead of the narrowest prefix, use
// [Matches.Best], and [Matches.People] for all matches together.
type Matches struct {
	s      *Set
	hi, lo uint64 // the address, IPv4 in the top 32 bits of hi
	// The chain of the narrowest prefix or of the host (32 bits; 0 is none),
	// the day asked for and the form, packed: a struct of four words is
	// returned in registers, a larger one is built in memory.
	where uint64
}

func (m *Matches) node() uint32 { return uint32(m.where >> 32) }
func (m *Matches) form() form   { return form(m.where & 3) }

// day returns the day asked for, or now.
func (m *Matches) day() int32 {
	if d := uint32(m.where) >> 2; d != 0 {
		return int32(d) - dayBias
	}
	return now
}

// pack gives the where of a look-up in the newest lists; to ask for another
// day, add its packDay.
func pack(node uint32, f form) uint64 { return uint64(node)<<32 | uint64(f) }

func packDay(day int32) uint64 { return uint64(uint32(day+dayBias) << 2) }

// dayBias makes days positive; days are less than maxDay from 1970.
const (
	dayBias = 1 << 29
	maxDay  = 1 << 28
)

type form uint64

const (
	formNone form = iota
	form4
	form6
	formHost
)

// now stands for "in the newest version of each list" where a day is wanted.
const now int32 = -1 << 31

// cursor is a place in the chain of prefixes or host patterns of a Matches.
type cursor struct {
	node   uint32
	hi, lo uint64 // host patterns of the odd forms still to come, one bit each
}

func (m *Matches) begin() cursor {
	if m.form() == formHost {
		return cursor{m.node(), m.hi, m.lo}
	}
	return cursor{node: m.node()}
}

// next returns the chain at c and steps over it; 0 is the end.
func (m *Matches) next(c *cursor) uint32 {
	t := &m.s.table
	if c.hi|c.lo != 0 && !t.hosts.exactAt(c.node) {
		return t.hosts.nextOdd(&c.hi, &c.lo)
	}
	n := c.node
	if n != 0 {
		c.node = t.chains[n].parent
	}
	return n
}

// walk calls f with every statement, in order, until f returns false.
func (m Matches) walk(f func(n uint32, st statement) bool) {
	if m.s == nil {
		return
	}
	t, c := &m.s.table, m.begin()
	for n := m.next(&c); n != 0; n = m.next(&c) {
		for _, st := range t.own(t.chains[n].own()) {
			if t.inForce(st, m.day()) && !f(n, st) {
				return
			}
		}
	}
}

// Found says whether any list of the Set has the address or host. It looks at
// no match, so it may be true with Len 0 when only lists of another day have
// the address.
func (m Matches) Found() bool { return m.node() != 0 || m.form() == formHost }

// Len returns the number of matches.
func (m Matches) Len() int {
	if m.s == nil {
		return 0
	}
	t, c, k := &m.s.table, m.begin(), 0
	for n := m.next(&c); n != 0; n = m.next(&c) {
		for _, st := range t.own(t.chains[n].own()) {
			if t.inForce(st, m.day()) {
				k++
			}
		}
	}
	return k
}

// at returns the statement of match i. Chains are a few links long, so a walk
// costs less than keeping a list for each prefix would.
func (m *Matches) at(i int) (uint32, statement) {
	if m.s != nil && i >= 0 {
		t, c := &m.s.table, m.begin()
		for n := m.next(&c); n != 0; n = m.next(&c) {
			for _, st := range t.own(t.chains[n].own()) {
				if t.inForce(st, m.day()) {
					if i == 0 {
						return n, st
					}
					i--
				}
			}
		}
	}
	panic("iprange: match index out of range")
}

// bits returns the prefix length of chain n, 0 for a host pattern.
func (m *Matches) bits(n uint32) int {
	if m.form() == formHost {
		return 0
	}
	return m.s.table.chains[n].bits()
}

// At returns match i, 0 ≤ i < Len. It panics for any other i. It does not
// allocate.
func (m Matches) At(i int) Match {
	n, st := m.at(i)
	return m.match(n, st)
}

// All yields the matches in order, each with its index.
func (m Matches) All() iter.Seq2[int, Match] {
	return func(yield func(int, Match) bool) {
		i := 0
		m.walk(func(n uint32, st statement) bool {
			i++
			return yield(i-1, m.match(n, st))
		})
	}
}

// BestIndex returns the index of the most telling match: the best layer first
// (own, known, product, tag, microsoft), in it the longest prefix. A service tag
// that names a service comes before AzureCloud, whatever their prefixes.
// Of endpoint sets with the same prefix the highest category comes first, as
// Microsoft's documentation asks. It returns -1 when there is no match.
func (m Matches) BestIndex() int {
	best, i := -1, 0
	var top label
	var topBits int
	m.walk(func(n uint32, st statement) bool {
		l := m.s.table.labels[st.label()]
		if best < 0 || l.layer < top.layer ||
			l.layer == top.layer && m.bits(n) == topBits && l.rank() < top.rank() ||
			l.layer == LayerTag && top.layer == LayerTag && top.kind == KindCloud && l.kind != KindCloud {
			best, top, topBits = i, l, m.bits(n)
		}
		i++
		return true
	})
	return best
}

// Best returns the match of [Matches.BestIndex]; ok is false when there is no
// match.
func (m Matches) Best() (match Match, ok bool) {
	if i := m.BestIndex(); i >= 0 {
		return m.At(i), true
	}
	return Match{}, false
}

// People says whether a person can be behind the address, all matches taken
// together:
//
//   - own ranges outrank the rest (one of kind ignore says nothing), then
//     named ranges;
//   - an endpoint set outranks the service tags around it and, for IPv4, those
//     inside it, because AzureCloud covers most of Microsoft 365's own
//     servers too. In IPv6 the two are not kept apart: networks that anybody
//     can rent lie inside the mail protection blocks, so there an AzureCloud
//     prefix longer than the set's means possible;
//   - else the service tag with the longest prefix, one that names a service
//     before AzureCloud of the same length;
//   - else possible.
func (m Matches) People() People {
	var best [numLayers]struct {
		seen   bool
		people People
		rank   uint8
		bits   int
	}
	rented := 0
	m.walk(func(n uint32, st statement) bool {
		l := &m.s.table.labels[st.label()]
		if l.kind == KindOwnIgnore {
			return true
		}
		bits := m.bits(n)
		if l.kind == KindCloud && m.form() == form6 {
			rented = max(rented, bits)
		}
		if b := &best[l.layer]; !b.seen || bits == b.bits && l.rank() < b.rank {
			b.seen, b.people, b.rank, b.bits = true, l.people, l.rank(), bits
		}
		return true
	})
	for _, layer := range [...]Layer{LayerOwn, LayerKnown, LayerProduct, LayerTag} {
		b := best[layer]
		if !b.seen {
			continue
		}
		if layer == LayerProduct && b.people == PeopleNone && rented > b.bits {
			return PeoplePossible
		}
		return b.people
	}
	return PeoplePossible
}

// match builds the public form of one statement.
func (m *Matches) match(n uint32, st statement) (r Match) {
	t := &m.s.table
	bits := m.bits(n)
	l := &t.labels[st.label()]
	list := &t.lists[l.list]
	r.Layer, r.Kind, r.People = l.layer, l.kind, l.people
	r.Source = t.strs[l.source]
	r.List = list.nameAt(m.day())
	r.Instance = list.instance
	r.Set = int(l.set)
	r.Area = t.strs[l.area]
	r.Service = t.strs[l.service]
	r.Category = t.strs[l.category]
	r.Required = l.required
	r.Tag = t.strs[l.tag]
	r.Region = t.strs[l.region]
	r.SystemService = t.strs[l.systemService]
	switch m.form() {
	case form4:
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(m.hi>>32)&mask32(bits))
		r.Prefix = netip.PrefixFrom(netip.AddrFrom4(b), bits)
	case form6:
		var b [16]byte
		hi, lo := mask128(m.hi, m.lo, bits)
		binary.BigEndian.PutUint64(b[:8], hi)
		binary.BigEndian.PutUint64(b[8:], lo)
		r.Prefix = netip.PrefixFrom(netip.AddrFrom16(b), bits)
	case formHost:
		r.Pattern = t.hosts.pattern(n)
	}
	if p := t.periods[st.period()]; p != (period{}) {
		r.Since, r.Until = timeOf(p.since), timeOf(p.until)
	}
	return r
}

func mask32(bits int) uint32 { return ^uint32(0) << (32 - bits) }

func mask128(hi, lo uint64, bits int) (uint64, uint64) {
	if bits <= 64 {
		return hi & (^uint64(0) << (64 - bits)), 0
	}
	return hi, lo & (^uint64(0) << (128 - bits))
}
