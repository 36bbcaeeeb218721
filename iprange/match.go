package iprange

import (
	"encoding/binary"
	"iter"
	"net/netip"
	"time"
)

// Match is what one list says about an address or host. The zero Match says
// nothing: LayerNone, KindUnknown, PeoplePossible. Matches can be compared with
// ==, and go through JSON and gob unchanged.
type Match struct {
	Layer    Layer        `json:"layer"`
	Kind     Kind         `json:"kind"`
	People   People       `json:"people"`
	Source   string       `json:"source,omitzero"`   // document that says so, or that it is our reading
	List     string       `json:"list,omitzero"`     // name and date: "worldwide 2026-08-02"
	Service  string       `json:"service,omitzero"`  // "Microsoft Teams"; service tags: the system service; other ranges: their name
	Area     string       `json:"area,omitzero"`     // endpoints: "Skype"
	Category string       `json:"category,omitzero"` // endpoints: "Optimize"
	Required bool         `json:"required,omitzero"` // endpoints
	Instance string       `json:"instance,omitzero"` // endpoints: "worldwide"
	Set      int          `json:"set,omitzero"`      // endpoints: id, unique within Instance
	Tag      string       `json:"tag,omitzero"`      // service tags: "AzureCloud.centralfrance"
	Region   string       `json:"region,omitzero"`   // service tags: "centralfrance"
	Prefix   netip.Prefix `json:"prefix,omitzero"`   // of addresses
	Pattern  string       `json:"pattern,omitzero"`  // of hosts: "*.protection.outlook.com"
	Since    time.Time    `json:"since,omitzero"`    // first version with this entry; zero: the oldest at hand
	Until    time.Time    `json:"until,omitzero"`    // first version without it; zero: still in force
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
