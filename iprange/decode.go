package iprange

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// The compact form of a Set, in which the embedded lists are kept. All numbers
// are unsigned varints (encoding/binary); a string is an index into the strings; a
// day is what type day counts. Everything is sorted, so equal lists give equal
// bytes.
//
//	magic
//	strings   count; the lengths; the bytes of all. String 0 is ""
//	lists     count; name, instance, layer, count of days, days
//	labels    count; list, kind, people, required, set, area, service, category,
//	          tag, region, source
//	periods   count; since, until
//	groups    count; for each: count of statements; for each: label minus the
//	          label before, period
//	prefixes  IPv4, then IPv6: count; group, length, distance from the prefix
//	          before in units of the own size. For more than 64 bits: distance of
//	          the upper half, then of the lower half in such units
//	hosts     count; pattern, group
//	ranges    left out if there is none. Count; first and last address as text, group
const magic = "iprange\x02"

// errDamaged is wrapped by all errors of load.
var errDamaged = errors.New("damaged data")

// load returns the Set whose compact form is data.
func load(data string) (*Set, error) {
	if data == "" {
		return &Set{}, nil
	}
	s := &Set{data: data}
	d := decoder{data: data}
	d.table(&s.table)
	if d.err != nil {
		return nil, fmt.Errorf("iprange: load: %w: %w at byte %d", errDamaged, d.err, d.pos)
	}
	s.table.trie = buildTrie(d.keys4, d.keys6)
	return s, nil
}

// decoder reads the compact form. After an error it returns zeros.
type decoder struct {
	data    string
	pos     int
	err     error
	strings []string
	keys4   []key // of the prefixes, in order
	keys6   []key
	ranges  []addrRange // in order
}

func (d *decoder) fail(reason string) {
	if d.err == nil {
		d.err = errors.New(reason)
	}
}

func (d *decoder) uint() uint64 {
	if d.err != nil {
		return 0
	}
	var v uint64
	for shift := uint(0); shift < 64 && d.pos < len(d.data); shift += 7 {
		b := d.data[d.pos]
		d.pos++
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	d.fail("broken number")
	return 0
}

// below reads a number that must be less than limit.
func (d *decoder) below(limit int) int {
	v := d.uint()
	if d.err == nil && v >= uint64(limit) {
		d.fail("number out of range")
	}
	if d.err != nil {
		return 0
	}
	return int(v)
}

// count reads the number of elements that follow. Each takes at least size bytes,
// so a damaged count cannot make the decoder allocate much.
func (d *decoder) count(size int) int { return d.below((len(d.data)-d.pos)/size + 1) }

func (d *decoder) day() day       { return day(d.below(1 << 16)) }
func (d *decoder) string() string { return d.strings[d.below(len(d.strings))] }

func (d *decoder) table(t *table) {
	if !strings.HasPrefix(d.data, magic) {
		d.fail("not the compact form of this version")
		return
	}
	d.pos = len(magic)
	d.readStrings()
	d.readLists(t)
	d.readLabels(t)
	d.readPeriods(t)
	d.readGroups(t)
	t.subjects, t.bits = make([]subject, 1), make([]uint8, 1)
	d.keys4 = d.readPrefixes(t, 32)
	d.keys6 = d.readPrefixes(t, 128)
	d.readHosts(t)
	if d.err == nil && d.pos < len(d.data) {
		d.readRanges(t)
	}
	if d.pos != len(d.data) {
		d.fail("data after the end")
	}
}

func (d *decoder) readStrings() {
	d.strings = make([]string, max(1, d.count(1)))
	lengths := make([]int, len(d.strings))
	for i := range lengths {
		lengths[i] = d.below(len(d.data) + 1)
	}
	for i, n := range lengths {
		if n > len(d.data)-d.pos {
			d.fail("strings cut short")
			return
		}
		d.strings[i] = d.data[d.pos : d.pos+n]
		d.pos += n
	}
	if d.strings[0] != "" {
		d.fail("no empty string")
	}
}

func (d *decoder) readLists(t *table) {
	t.lists = make([]list, d.count(4))
	for i := range t.lists {
		l := &t.lists[i]
		l.name, l.instance = d.string(), d.string()
		l.layer = Layer(d.below(int(numLayers)))
		l.days = make([]day, d.count(1))
		if len(l.days) == 0 {
			d.fail("list without a version")
		}
		for k := range l.days {
			l.days[k] = d.day()
			l.names = append(l.names, strings.TrimSpace(l.name+" "+l.days[k].String()))
		}
		if d.err != nil {
			return
		}
	}
}

func (d *decoder) readLabels(t *table) {
	t.labels = make([]listLabel, d.count(11))
	for i := range t.labels {
		l := &t.labels[i]
		l.list = uint16(d.below(min(len(t.lists), maxLists)))
		l.kind = Kind(d.below(int(numKinds)))
		l.people = People(d.below(int(numPeople)))
		l.required = d.below(2) == 1
		l.set = int32(d.below(1<<31 - 1))
		l.area, l.service, l.category = d.string(), d.string(), d.string()
		l.tag, l.region, l.source = d.string(), d.string(), d.string()
		if d.err != nil {
			return
		}
	}
}

func (d *decoder) readPeriods(t *table) {
	t.periods = make([]period, d.count(2))
	for i := range t.periods {
		t.periods[i] = period{d.day(), d.day()}
	}
	if len(t.periods) > maxPeriods {
		d.fail("too many periods")
	}
	if len(t.periods) == 0 || t.periods[0] != (period{}) {
		d.fail("no open period")
	}
}

func (d *decoder) readGroups(t *table) {
	n := d.count(3)
	t.groups = make([]uint32, 1, n+1)
	t.statements = make([]statement, 0, 2*n) // about as many as the embedded lists need
	for range n {
		label := 0
		for range d.count(2) {
			label += d.below(len(t.labels) - label)
			t.statements = append(t.statements, statement{uint32(label), uint16(d.below(len(t.periods)))})
		}
		if d.err != nil {
			return
		}
		t.groups = append(t.groups, uint32(len(t.statements)))
	}
}

// readPrefixes reads the prefixes of one family, whose addresses have width bits.
// It adds their subjects to t and returns their keys.
func (d *decoder) readPrefixes(t *table, width int) []key {
	keys := make([]key, d.count(3))
	t.subjects, t.bits = slices.Grow(t.subjects, len(keys)), slices.Grow(t.bits, len(keys))
	first := len(t.subjects) // subject of keys[0]
	var around []int         // keys that contain the previous one, and itself
	var last key
	for i := range keys {
		group := d.below(len(t.groups) - 1)
		k := d.readKey(last, width)
		if i > 0 && last.compare(k) >= 0 {
			d.fail("prefixes out of order")
		}
		if d.err != nil {
			return nil
		}
		keys[i], last = k, k
		for len(around) > 0 && !keys[around[len(around)-1]].covers(k) {
			around = around[:len(around)-1]
		}
		s := subject{group: uint32(group)}
		if len(around) > 0 {
			s.parent = uint32(first + around[len(around)-1])
		}
		t.subjects, t.bits = append(t.subjects, s), append(t.bits, k.bits)
		around = append(around, i)
	}
	return keys
}

// readKey reads a prefix that follows last.
func (d *decoder) readKey(last key, width int) (k key) {
	k.bits = uint8(d.below(width + 1))
	var over uint64 // bits beyond the width of a number
	if k.bits <= 64 {
		k.upper, over = add(last.upper, d.uint(), 64-int(k.bits))
	} else {
		gap := d.uint()
		if gap != 0 {
			last.lower = 0
		}
		var carry uint64
		k.upper, over = add(last.upper, gap, 0)
		k.lower, carry = add(last.lower, d.uint(), 128-int(k.bits))
		over |= carry
	}
	if over != 0 {
		d.fail("prefix out of range")
	}
	return k
}

// add adds units of 2^shift to base, of which the lower shift bits are ignored.
// Over is not 0 if the sum has more than 64 bits.
func add(base, units uint64, shift int) (sum, over uint64) {
	n, over := bits.Add64(base>>shift, units, 0)
	sum = n << shift
	return sum, over | (sum>>shift ^ n)
}

func (d *decoder) readHosts(t *table) {
	n := d.count(2)
	t.subjects = slices.Grow(t.subjects, n)
	h := &t.hosts
	h.first = uint32(len(t.subjects))
	h.exact, h.suffix = make(map[string]uint32, n), make(map[string]uint32, n)
	for range n {
		pattern, group := d.string(), d.below(len(t.groups)-1)
		if d.err == nil && !h.add(pattern, uint32(len(t.subjects))) {
			d.fail("too many host patterns of odd forms")
		}
		if d.err != nil {
			return
		}
		t.subjects = append(t.subjects, subject{group: uint32(group)})
	}
	for i, p := range h.patterns {
		t.subjects[int(h.first)+i].parent = h.parent(p)
	}
}

func (d *decoder) readRanges(t *table) {
	n := d.count(2)
	ranges, groups := make([]addrRange, n), make([]uint32, n)
	for i := range n {
		text := d.string()
		groups[i] = uint32(d.below(len(t.groups) - 1))
		var reason string
		if ranges[i], reason = parseRange(text); reason != "" {
			d.fail("no range")
		}
		if d.err != nil {
			return
		}
	}
	var order []int
	t.ranges, order = newRangeIndex(uint32(len(t.subjects)), ranges)
	for _, i := range order {
		t.subjects = append(t.subjects, subject{group: groups[i]})
		d.ranges = append(d.ranges, ranges[i])
	}
}
