package iprange

import (
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

// Matches holds the matches of one look-up. It is a small value, stays valid when
// newer lists come into use, and may be copied and used concurrently. The zero
// Matches has no match.
//
// Matches of an address are ordered by prefix, the longest first; those with the
// same prefix by layer (own, known, product, tag, microsoft), then by list, then
// service tags with a region before those without, then by set id and name.
// Matches of a host are ordered: the exact name, then patterns with a "*" in any
// place but a leading "*.", then those with a leading "*.", the longest first.
//
// A Matches keeps its Set in memory.
type Matches struct {
	set *Set
	// The address; IPv4 is in the top 32 bits of upper. Of a host: one bit for each
	// pattern of hostIndex.odd, the first in the lowest bit of lower.
	upper, lower uint64
	question
}

// question is what a look-up asked, and the first subject that it found. It is a
// struct of its own so that Matches has no more than four fields, which Go returns
// in registers: a look-up takes 0.7 of the time (BenchmarkMatchesInRegisters).
type question struct {
	subject uint32 // the narrowest one that matches; the others are its parents
	day     day    // 0: the newest lists
	family  family
}

// Len returns the number of matches.
func (m Matches) Len() int {
	n := 0
	for range m.statements() {
		n++
	}
	return n
}

// At returns match i, 0 ≤ i < Len. It panics for any other i. It does not
// allocate, and its time grows with i; [Matches.All] yields all matches in one
// pass.
func (m Matches) At(i int) Match {
	for subject, st := range m.statements() {
		if i == 0 {
			return m.match(subject, st)
		}
		i--
	}
	panic("iprange: match index out of range")
}

// All yields the matches in order, each with its index.
func (m Matches) All() iter.Seq2[int, Match] {
	return func(yield func(int, Match) bool) {
		i := 0
		for subject, st := range m.statements() {
			if !yield(i, m.match(subject, st)) {
				return
			}
			i++
		}
	}
}

// statements yields the statements in the order of the matches, each with its
// subject.
func (m *Matches) statements() iter.Seq2[uint32, statement] {
	return func(yield func(uint32, statement) bool) {
		if m.set == nil {
			return
		}
		t := &m.set.table
		if t.ranges != nil && m.family != familyHost && m.withRanges(yield) {
			return
		}
		for s := m.first(); s != 0; s = m.after(s) {
			for _, st := range t.about(s) {
				if t.inForce(st, m.day) && !yield(s, st) {
					return
				}
			}
		}
	}
}

// first returns the first subject in the order of the matches, 0 for none.
func (m *Matches) first() uint32 {
	if m.family == familyHost {
		return m.firstPattern()
	}
	return m.subject
}

// after returns the subject after s, 0 for none.
func (m *Matches) after(s uint32) uint32 {
	if m.family == familyHost {
		return m.patternAfter(s)
	}
	return m.set.table.subjects[s].parent
}

// match returns the public form of a statement about a subject.
func (m *Matches) match(subject uint32, st statement) Match {
	t := &m.set.table
	l := &t.labels[st.label]
	list := &t.lists[l.list]
	p := t.periods[st.period]
	r := Match{
		Layer: list.layer, Kind: l.kind, People: l.people, Source: l.source,
		List: list.nameOn(m.day), Instance: list.instance,
		Set: int(l.set), Area: l.area, Service: l.service, Category: l.category, Required: l.required,
		Tag: l.tag, Region: l.region,
		Since: p.since.time(), Until: p.until.time(),
	}
	switch m.family {
	case family4:
		r.Prefix = key{m.upper, 0, uint8(m.bits(subject))}.masked().prefix4()
	case family6:
		r.Prefix = key{m.upper, m.lower, uint8(m.bits(subject))}.masked().prefix6()
	case familyHost:
		r.Pattern = t.hosts.pattern(subject).text
	}
	return r
}

// bits returns the length of the prefix that a subject is, or of the block of a
// range in which the address lies; 0 for a host pattern.
func (m *Matches) bits(subject uint32) int {
	if m.family == familyHost {
		return 0
	}
	if r := m.set.table.ranges.item(subject); r != nil {
		return r.blockIn(position{m.upper, m.lower})
	}
	return int(m.set.table.bits[subject])
}
