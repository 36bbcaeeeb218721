package iprange

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// The compact form of a Set, in which the embedded lists are kept. All numbers
// are unsigned varints (encoding/binary) unless said otherwise; a string is an
// index into the strings; everything is sorted, so equal sets give equal bytes.
//
//	magic
//	strings    count, lengths, then the bytes of all; string 0 is ""
//	lists      count; name, instance, layer, count of days, days (zigzag differences)
//	labels     count; list, kind, people, flags, set, area, service, category,
//	           tag, region, source
//	periods    count; since and until (zigzag)
//	own sets   count; for each: count, then statements (differences)
//	prefixes   IPv4, then IPv6: count; for each: length, own set, and how far
//	           it begins after the one before, in units of its own size; for
//	           more than 64 bits first the difference of the upper 64 bits
//	hosts      count; pattern, own set
const magic = "iprange\x02"

var errDamaged = errors.New("damaged data")

// load returns the Set whose compact form is data.
func load(data string) (*Set, error) {
	if data == "" {
		return &Set{}, nil
	}
	s := &Set{data: data}
	d := decoder{data: data}
	d.table(&s.table)
	if d.err == nil {
		d.index(&s.table)
	}
	if d.err != nil {
		return nil, fmt.Errorf("iprange: load: %w: %s at byte %d", errDamaged, d.err, d.pos)
	}
	return s, nil
}

// decoder reads the compact form. After an error it returns zeros.
type decoder struct {
	data  string
	pos   int
	err   error
	keys4 []key // of the prefixes, once read
	keys6 []key
}

func (d *decoder) fail(reason string) {
	if d.err == nil {
		d.err = errors.New(reason)
	}
}

func (d *decoder) uint64() uint64 {
	if d.err != nil {
		return 0
	}
	var v uint64
	for shift := uint(0); shift < 64; shift += 7 {
		if d.pos >= len(d.data) {
			break
		}
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
func (d *decoder) below(limit int) uint32 {
	v := d.uint64()
	if v >= uint64(limit) && d.err == nil {
		d.fail("number out of range")
	}
	if d.err != nil {
		return 0
	}
	return uint32(v)
}

// count reads the number of elements that follow; each takes at least size
// bytes, which bounds what a damaged count can make us allocate.
func (d *decoder) count(size int) int { return int(d.below((len(d.data)-d.pos)/size + 1)) }

func (d *decoder) zigzag() int32 {
	v := d.uint64()
	return int32(v>>1) ^ -int32(v&1)
}

func (d *decoder) table(t *table) {
	if !strings.HasPrefix(d.data, magic) {
		d.fail("no iprange data of this version")
		return
	}
	d.pos = len(magic)
	d.strings(t)
	d.lists(t)
	d.labels(t)
	t.periods = make([]period, d.count(2))
	for i := range t.periods {
		t.periods[i] = period{d.zigzag(), d.zigzag()}
	}
	if len(t.periods) == 0 || len(t.periods) > maxPeriods || len(t.labels) > maxLabels {
		d.fail("impossible counts")
		return
	}
	d.ownSets(t)

	t.chains = make([]chain, 1, 1+(len(d.data)-d.pos)/3)
	d.keys4 = d.prefixes(t, 32)
	d.keys6 = d.prefixes(t, 128)
	d.hosts(t)
	if d.err == nil && d.pos != len(d.data) {
		d.fail("data after the end")
	}
	if d.err != nil {
		return
	}
	t.chains = slices.Clone(t.chains)
}

// index makes the trie of the prefixes that were read.
func (d *decoder) index(t *table) {
	n4, n6 := len(d.keys4), len(d.keys6)
	t.trie.words = make([]uint64, 0, 2*n4+4*n6)
	t.trie.build4(d.keys4, 1)
	t.trie.build6(d.keys6, uint32(1+n4))
	t.trie.words = slices.Clone(t.trie.words)
	if len(t.trie.words) > maxWords {
		d.fail("too many prefixes")
	}
}

func (d *decoder) strings(t *table) {
	n := d.count(1)
	t.strs = make([]string, n)
	lengths := make([]uint32, n)
	for i := range lengths {
		lengths[i] = d.below(len(d.data) + 1)
	}
	for i, k := range lengths {
		if int(k) > len(d.data)-d.pos {
			d.fail("strings cut short")
			return
		}
		t.strs[i] = d.data[d.pos : d.pos+int(k)]
		d.pos += int(k)
	}
	if n == 0 || t.strs[0] != "" {
		d.fail("no empty string")
	}
}

func (d *decoder) lists(t *table) {
	t.lists = make([]listInfo, d.count(4))
	for i := range t.lists {
		l := &t.lists[i]
		l.name = t.strs[d.below(len(t.strs))]
		l.instance = t.strs[d.below(len(t.strs))]
		l.layer = Layer(d.below(int(numLayers)))
		l.days = make([]int32, d.count(1))
		last := int32(0)
		for k := range l.days {
			last += d.zigzag()
			l.days[k] = last
			l.names = append(l.names, listName(l.name, last))
		}
		if len(l.days) == 0 {
			d.fail("list without a version")
		}
		if d.err != nil {
			return
		}
	}
}

func (d *decoder) labels(t *table) {
	t.labels = make([]label, d.count(11))
	if len(t.labels) > 0 && len(t.lists) == 0 {
		d.fail("labels without a list")
	}
	str := func() uint32 { return d.below(len(t.strs)) }
	for i := range t.labels {
		if d.err != nil {
			return
		}
		l := &t.labels[i]
		l.list = uint16(d.below(min(len(t.lists), 1<<16)))
		l.layer = t.lists[l.list].layer
		l.kind = Kind(d.below(int(numKinds)))
		l.people = People(d.below(int(numPeople)))
		l.required = d.below(2) == 1
		l.set = d.zigzag()
		l.area, l.service, l.category = str(), str(), str()
		l.tag, l.region, l.source = str(), str(), str()
	}
}

func (d *decoder) ownSets(t *table) {
	n := d.count(2)
	if n >= maxOwnSets {
		d.fail("impossible counts")
		return
	}
	t.ownStart = make([]uint32, n+1)
	t.owned = make([]statement, 0, 3*n)
	for i := range n {
		last := uint64(0)
		for range d.count(1) {
			last += d.uint64()
			st := statement(last)
			if last > 1<<32-1 || int(st.label()) >= len(t.labels) || int(st.period()) >= len(t.periods) {
				d.fail("statement out of range")
				return
			}
			t.owned = append(t.owned, st)
		}
		t.ownStart[i+1] = uint32(len(t.owned))
	}
	t.owned = slices.Clone(t.owned)
}

// prefixes reads one family of width bits, appends its chains and returns the
// keys.
func (d *decoder) prefixes(t *table, width uint8) []key {
	keys := make([]key, d.count(3))
	var hi, lo uint64
	var open [130]uint32 // the prefixes around the next one, widest first
	var openKey [130]key
	depth := 0
	for i := range keys {
		n := uint8(d.below(int(width) + 1))
		own := d.below(len(t.ownStart) - 1)
		var carry uint64
		k := key{bits: n}
		if gap := d.uint64(); n <= 64 {
			k.hi, carry = bits.Add64(hi>>(64-n), gap, 0)
			carry |= k.hi >> n
			k.hi <<= 64 - n
		} else {
			if k.hi, carry = bits.Add64(hi, gap, 0); gap != 0 {
				lo = 0
			}
			var c uint64
			k.lo, c = bits.Add64(lo>>(128-n), d.uint64(), 0)
			carry |= c | k.lo>>(n-64)
			k.lo <<= 128 - n
		}
		if carry != 0 {
			d.fail("prefix out of range")
		}
		if d.err != nil {
			return nil
		}
		if i > 0 && compareKeys(keys[i-1], k) >= 0 {
			d.fail("prefixes out of order")
			return nil
		}
		keys[i] = k
		hi, lo = k.hi, k.lo

		for depth > 0 && !openKey[depth-1].covers(k) {
			depth--
		}
		parent := uint32(0)
		if depth > 0 {
			parent = open[depth-1]
		}
		open[depth], openKey[depth] = uint32(len(t.chains)), k
		depth++
		t.chains = append(t.chains, chain{parent, own<<8 | uint32(n)})
	}
	return keys
}

func compareKeys(a, b key) int {
	switch {
	case a.hi != b.hi:
		if a.hi < b.hi {
			return -1
		}
		return 1
	case a.lo != b.lo:
		if a.lo < b.lo {
			return -1
		}
		return 1
	}
	return int(a.bits) - int(b.bits)
}

// covers says whether b is inside k.
func (k key) covers(b key) bool {
	hi, lo := mask128(k.hi^b.hi, k.lo^b.lo, int(k.bits))
	return k.bits <= b.bits && hi|lo == 0
}

func (d *decoder) hosts(t *table) {
	h := &t.hosts
	n := d.count(2)
	h.first = uint32(len(t.chains))
	h.patterns = make([]hostPattern, n)
	h.exact = make(map[string]uint32, n)
	h.suffix = make(map[string]uint32, n)
	for i := range n {
		text := t.strs[d.below(len(t.strs))]
		own := d.below(len(t.ownStart) - 1)
		if d.err != nil {
			return
		}
		node := uint32(len(t.chains))
		t.chains = append(t.chains, chain{0, own << 8})
		exact, suffix, rest := patternForm(text)
		h.patterns[i] = hostPattern{text, exact}
		switch {
		case exact:
			h.exact[rest] = node
		case suffix:
			h.suffix[rest] = node
		case len(h.odd) == maxOdd:
			d.fail("too many host patterns of odd forms")
			return
		default:
			h.odd = append(h.odd, oddPattern{node, newGlob(text)})
		}
	}
	for _, m := range []map[string]uint32{h.exact, h.suffix} {
		for name, node := range m {
			t.chains[node].parent = h.wider(name)
		}
	}
}

// wider returns the longest "*." pattern that covers name.
func (h *hostIndex) wider(name string) uint32 {
	for {
		_, rest, ok := strings.Cut(name, ".")
		if !ok {
			return 0
		}
		if n := h.suffix[rest]; n != 0 {
			return n
		}
		name = rest
	}
}
