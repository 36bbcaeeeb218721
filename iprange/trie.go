package iprange

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// trie finds the narrowest prefix that contains an address. It branches on eight
// bits of the address at a time.
//
// A reference is the index of a subject (0: no prefix) or, from isNode on, of a
// node. Two tables shorten the way:
//
//   - root4 has the references by the first 16 bits of an IPv4 address, in place of
//     the upper two nodes. A look-up takes 0.6 of the time (BenchmarkRootTable).
//   - Most published IPv6 prefixes are longer than 64 bits and lie in few blocks of
//     64 bits. blocks leads to the nodes of these blocks. A look-up takes 0.57 of
//     the time, and 0.9 of the time with a Go map (BenchmarkBlockTable).
type trie struct {
	root4  []uint32
	nodes4 []node
	root6  uint32
	blocks blockTable
	nodes6 []node6
	values []uint32 // references, see node
}

const isNode = 1 << 31

// node branches on one byte of an address. Neighbouring byte values mostly have
// the same reference, so a node stores only where a new one starts.
type node struct {
	starts [4]uint64 // bit x of 256: the reference for byte value x differs from that for x-1
	before [4]uint8  // number of starts in the words before each word
	first  uint32    // index in trie.values of the reference for byte value 0
}

// node6 is a node for IPv6. All prefixes below it share bits that no node branches
// on: they are at the top of path, which is the upper or lower half of an address.
// An address that differs there is in the prefix outside.
type node6 struct {
	node
	path    uint64
	outside uint32
	shift   uint8 // of the byte to branch on, in its half of the address
	lower   bool  // the half
}

// follow returns the reference of n for a byte value.
func (t *trie) follow(n *node, x uint8) uint32 {
	word := x / 64
	starts := bits.OnesCount64(n.starts[word] << (63 - x%64)) // up to and including x
	return t.values[n.first+uint32(n.before[word])+uint32(starts)-1]
}

// lookup4 returns the subject of the narrowest prefix that contains an IPv4
// address.
func (t *trie) lookup4(addr uint32) uint32 {
	if t.root4 == nil {
		return 0
	}
	ref := t.root4[addr>>16]
	if ref >= isNode {
		if ref = t.follow(&t.nodes4[ref-isNode], uint8(addr>>8)); ref >= isNode {
			ref = t.follow(&t.nodes4[ref-isNode], uint8(addr))
		}
	}
	return ref
}

// lookup6 is like lookup4 for the upper and lower half of an IPv6 address.
func (t *trie) lookup6(upper, lower uint64) uint32 {
	ref := t.blocks.find(upper)
	if ref == 0 {
		ref = t.root6
	}
	for ref >= isNode {
		n := &t.nodes6[ref-isNode]
		half := upper
		if n.lower {
			half = lower
		}
		if (half^n.path)>>n.shift>>8 != 0 {
			return n.outside
		}
		ref = t.follow(&n.node, uint8(half>>n.shift))
	}
	return ref
}

// key is a prefix in the form of the trie. IPv4 is in the top 32 bits of upper.
type key struct {
	upper, lower uint64
	bits         uint8
}

func keyOf(p netip.Prefix) key {
	if p.Addr().Is4() {
		b := p.Addr().As4()
		return key{uint64(binary.BigEndian.Uint32(b[:])) << 32, 0, uint8(p.Bits())}
	}
	b := p.Addr().As16()
	return key{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:]), uint8(p.Bits())}
}

func (k key) prefix4() netip.Prefix {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(k.upper>>32))
	return netip.PrefixFrom(netip.AddrFrom4(b), int(k.bits))
}

func (k key) prefix6() netip.Prefix {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], k.upper)
	binary.BigEndian.PutUint64(b[8:], k.lower)
	return netip.PrefixFrom(netip.AddrFrom16(b), int(k.bits))
}

// masked returns k with the bits after its length cleared.
func (k key) masked() key {
	k.upper &= ^uint64(0) << (64 - min(k.bits, 64))
	k.lower &= ^uint64(0) << (128 - max(k.bits, 64))
	return k
}

// covers reports whether all addresses of b are in k.
func (k key) covers(b key) bool {
	if k.bits > b.bits {
		return false
	}
	b.bits = k.bits
	return b.masked() == k
}

// compare orders keys by address, then by length, the shorter first.
func (k key) compare(b key) int {
	switch {
	case k.upper < b.upper || k.upper == b.upper && k.lower < b.lower:
		return -1
	case k.upper != b.upper || k.lower != b.lower:
		return 1
	}
	return int(k.bits) - int(b.bits)
}

// byteAt returns the byte that begins at a bit, a multiple of 8.
func (k key) byteAt(bit int) int {
	if bit < 64 {
		return int(uint8(k.upper >> (56 - bit)))
	}
	return int(uint8(k.lower >> (120 - bit)))
}

// commonBits returns how many leading bits two keys share.
func (k key) commonBits(b key) int {
	if k.upper != b.upper {
		return bits.LeadingZeros64(k.upper ^ b.upper)
	}
	return 64 + bits.LeadingZeros64(k.lower^b.lower)
}
