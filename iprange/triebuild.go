package iprange

import (
	"math/bits"
	"slices"
)

// buildTrie returns the trie of all prefixes of a table. The keys of each family
// are masked, sorted and different. The subjects of keys4 begin at 1, those of
// keys6 follow.
func buildTrie(keys4, keys6 []key) trie {
	var t trie
	// The embedded lists need a third of a node and two values a prefix.
	t.values = make([]uint32, 0, 2*(len(keys4)+len(keys6)))
	if len(keys4) > 0 {
		t.nodes4 = make([]node, 0, len(keys4)/3)
		t.root4 = make([]uint32, 1<<16)
		starts := make([]uint64, len(t.root4)/64+1)
		b := trieBuilder{trie: &t, keys: keys4, subject: 1}
		b.fill(t.root4, starts, 0, 16, 0, len(keys4))
	}
	if len(keys6) > 0 {
		t.nodes6 = make([]node6, 0, len(keys6)/2)
		b := trieBuilder{trie: &t, keys: keys6, subject: uint32(1 + len(keys4)), ipv6: true}
		t.root6 = b.node(0, 0, len(keys6), 0)
		t.blocks = newBlockTable(b.blocks)
	}
	t.nodes4, t.nodes6, t.values = slices.Clone(t.nodes4), slices.Clone(t.nodes6), slices.Clone(t.values)
	return t
}

// trieBuilder builds the part of a trie for one family.
type trieBuilder struct {
	*trie
	keys    []key
	subject uint32 // of keys[0]
	ipv6    bool
	blocks  []block
}

// fill sets the references for the width bits that begin at bit pos, from keys lo
// to hi, which are longer than pos and share their first pos bits. It sets the
// bits of starts where the reference may change; starts has room for one bit more
// than there are references.
func (b *trieBuilder) fill(refs []uint32, starts []uint64, pos, width, lo, hi int) {
	slotOf := func(k key) int {
		if width == 16 {
			return k.byteAt(pos)<<8 | k.byteAt(pos+8)
		}
		return k.byteAt(pos)
	}
	mark := func(slot int) { starts[slot/64] |= 1 << (slot % 64) }
	mark(0)
	for i := lo; i < hi; {
		slot, length := slotOf(b.keys[i]), int(b.keys[i].bits)
		mark(slot)
		if length <= pos+width {
			// A prefix inside this one comes later and overwrites its part.
			end := slot + 1<<(pos+width-length)
			mark(end)
			for s := slot; s < end; s++ {
				refs[s] = b.subject + uint32(i)
			}
			i++
			continue
		}
		first := i
		for i < hi && slotOf(b.keys[i]) == slot {
			i++
		}
		mark(slot + 1)
		refs[slot] = b.node(pos+width, first, i, refs[slot])
	}
}

// node adds the node of keys lo to hi, which are longer than pos and share their
// first pos bits, and returns its reference. Outside is the narrowest prefix
// around them.
func (b *trieBuilder) node(pos, lo, hi int, outside uint32) uint32 {
	if !b.ipv6 {
		n := b.branch(pos, lo, hi, outside)
		b.nodes4 = append(b.nodes4, n)
		return isNode + uint32(len(b.nodes4)-1)
	}
	upper, lower := b.keys[lo].upper, b.keys[lo].lower
	at := b.skip(pos, lo, hi)
	n := node6{path: upper, outside: outside, shift: uint8(56 - at%64)}
	if at >= 64 {
		n.path, n.lower = lower, true
	}
	n.node = b.branch(at, lo, hi, outside)
	b.nodes6 = append(b.nodes6, n)
	ref := isNode + uint32(len(b.nodes6)-1)
	if pos == 64 {
		b.blocks = append(b.blocks, block{upper, ref})
	}
	return ref
}

// skip returns the first bit from pos on, a multiple of 8, that keys lo to hi do
// not share or where one of them ends. It stops before the middle of an address,
// so that a path lies in one half and each block has a node.
func (b *trieBuilder) skip(pos, lo, hi int) int {
	shared := b.keys[lo].commonBits(b.keys[hi-1])
	for _, k := range b.keys[lo:hi] {
		shared = min(shared, int(k.bits)-1)
	}
	if pos < 64 {
		shared = min(shared, 63)
	}
	return max(pos, shared-shared%8)
}

// branch returns a node that branches on the byte at bit pos.
func (b *trieBuilder) branch(pos, lo, hi int, outside uint32) node {
	var refs [256]uint32
	for i := range refs {
		refs[i] = outside
	}
	var starts [5]uint64
	b.fill(refs[:], starts[:], pos, 8, lo, hi)

	n := node{first: uint32(len(b.values))}
	for word := range n.starts {
		n.before[word] = uint8(uint32(len(b.values)) - n.first)
		for left := starts[word]; left != 0; left &= left - 1 {
			x := 64*word + bits.TrailingZeros64(left)
			if x == 0 || refs[x] != refs[x-1] {
				n.starts[word] |= 1 << (x % 64)
				b.values = append(b.values, refs[x])
			}
		}
	}
	return n
}
