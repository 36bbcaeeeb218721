package iprange

import (
	"cmp"
	"net/netip"
	"slices"
	"sort"
)

// rangeIndex has the ranges of own addresses that are not a prefix. They are kept
// whole, because one range of IPv6 makes up to 254 prefixes. A match of such a range
// has the prefix that these would have: see blockIn.
type rangeIndex struct {
	first uint32 // subject of all4[0]; the subjects of all6 follow those of all4
	all4  []rangeItem
	all6  []rangeItem
}

// rangeItem is one range, in an array that is sorted by the first address. The
// array is a balanced search tree: the root of a part of it is the item in its middle.
type rangeItem struct {
	first, last position
	reach       position // the greatest last of the items of which this one is the root
}

// position is an address as a number of 128 bits. Of IPv4, the address is in the top
// 32 bits, and the other bits are those of the first or last address of IPv6 in such
// a prefix.
type position struct{ upper, lower uint64 }

func (p position) compare(b position) int {
	return cmp.Or(cmp.Compare(p.upper, b.upper), cmp.Compare(p.lower, b.lower))
}

// next returns the position after p, and false after the last one.
func (p position) next() (position, bool) {
	p.lower++
	if p.lower == 0 {
		p.upper++
	}
	return p, p != position{}
}

// first and last return the bounds of a prefix.
func (k key) first() position { return position{k.upper, k.lower} }

func (k key) last() position {
	return position{k.upper | ^(^uint64(0) << (64 - min(k.bits, 64))), k.lower | ^(^uint64(0) << (128 - max(k.bits, 64)))}
}

// positions returns the bounds of a range.
func (r addrRange) positions() (first, last position) {
	whole := func(a netip.Addr) key { return keyOf(netip.PrefixFrom(a, a.BitLen())) }
	return whole(r.first).first(), whole(r.last).last()
}

// newRangeIndex returns the index of ranges, and the order in which their subjects
// follow from first on.
func newRangeIndex(first uint32, ranges []addrRange) (x *rangeIndex, order []int) {
	if len(ranges) == 0 {
		return nil, nil
	}
	x = &rangeIndex{first: first}
	order = make([]int, len(ranges))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return ranges[a].compare(ranges[b]) })
	for _, i := range order {
		item := rangeItem{}
		item.first, item.last = ranges[i].positions()
		if ranges[i].first.Is4() {
			x.all4 = append(x.all4, item)
		} else {
			x.all6 = append(x.all6, item)
		}
	}
	setReach(x.all4)
	setReach(x.all6)
	return x, order
}

// compare orders ranges by family, first and last address.
func (r addrRange) compare(b addrRange) int {
	return cmp.Or(r.first.Compare(b.first), r.last.Compare(b.last))
}

// setReach sets the reach of a tree and returns that of its root.
func setReach(items []rangeItem) position {
	if len(items) == 0 {
		return position{}
	}
	mid := len(items) / 2
	root := &items[mid]
	root.reach = root.last
	for _, reach := range [...]position{setReach(items[:mid]), setReach(items[mid+1:])} {
		if root.reach.compare(reach) < 0 {
			root.reach = reach
		}
	}
	return root.reach
}

// appendContaining appends the subjects of the items that contain a; first is the
// subject of items[0]. It visits a logarithmic number of items for each.
func appendContaining(out []uint32, items []rangeItem, first uint32, a position) []uint32 {
	if len(items) == 0 {
		return out
	}
	mid := len(items) / 2
	root := &items[mid]
	if root.reach.compare(a) < 0 {
		return out
	}
	out = appendContaining(out, items[:mid], first, a)
	if a.compare(root.first) < 0 {
		return out
	}
	if a.compare(root.last) <= 0 {
		out = append(out, first+uint32(mid))
	}
	return appendContaining(out, items[mid+1:], first+uint32(mid)+1, a)
}

// containing appends the subjects of the ranges that contain an address of a family.
func (x *rangeIndex) containing(out []uint32, f family, a position) []uint32 {
	if f == family4 {
		return appendContaining(out, x.all4, x.first, a)
	}
	return appendContaining(out, x.all6, x.first+uint32(len(x.all4)), a)
}

// item returns the range of a subject, nil if the subject is not a range.
func (x *rangeIndex) item(subject uint32) *rangeItem {
	if x == nil || subject < x.first {
		return nil
	}
	i := int(subject - x.first)
	if i < len(x.all4) {
		return &x.all4[i]
	}
	return &x.all6[i-len(x.all4)]
}

// blockIn returns the length of the widest prefix that contains a and lies in r,
// which contains a. The prefixes so found are the fewest that make up r.
func (r *rangeItem) blockIn(a position) int {
	return sort.Search(128, func(n int) bool {
		block := key{a.upper, a.lower, uint8(n)}.masked()
		return r.first.compare(block.first()) <= 0 && block.last().compare(r.last) <= 0
	})
}

// rangeHit is a statement about a prefix or range that contains an address.
type rangeHit struct {
	subject uint32
	st      statement
	bits    int
}

// compare orders hits as matches are ordered: by prefix, the longest first, then by
// label.
func (h rangeHit) compare(b rangeHit) int {
	return cmp.Or(b.bits-h.bits, cmp.Compare(h.st.label, b.st.label), cmp.Compare(h.st.period, b.st.period))
}

// withRanges yields the statements of the prefixes and ranges that contain the
// address, in the order of the matches. It returns false if no range contains it, and
// has yielded nothing then.
func (m *Matches) withRanges(yield func(uint32, statement) bool) bool {
	t := &m.set.table
	var subjects [8]uint32 // so that few ranges need no allocation
	in := t.ranges.containing(subjects[:0], m.family, position{m.upper, m.lower})
	if len(in) == 0 {
		return false
	}
	for s := m.subject; s != 0; s = t.subjects[s].parent {
		in = append(in, s)
	}
	var buf [16]rangeHit
	hits := buf[:0]
	for _, s := range in {
		for _, st := range t.about(s) {
			if t.inForce(st, m.day) {
				hits = append(hits, rangeHit{s, st, m.bits(s)})
			}
		}
	}
	slices.SortFunc(hits, rangeHit.compare)
	for _, h := range hits {
		if !yield(h.subject, h.st) {
			break
		}
	}
	return true
}
