package iprange

import "math/bits"

// trie finds the narrowest prefix around an address. Values are indexes of
// chains; 0 is "no prefix".
//
// IPv4 goes by the top 16 bits through a flat root, then by at most two nodes
// of 8 bits each. IPv6 goes by nodes of 8 bits and steps over bits in which
// all prefixes below agree; since most published prefixes are longer than /48
// and many longer than /64, two hash tables lead from the address to the node
// at these lengths at once. A node stores where its value changes, not its 256
// values: as a bitmap with counts, or, for up to eight changes (most nodes),
// as their places in one word; the values follow. So the whole of the
// service tags fits in a cache of about 1 MB and a node in one or two lines of
// it, which is what makes it fast.
type trie struct {
	root4 *[1 << 16]uint32 // references; nil: no prefix
	root6 uint32
	at48  blocks
	at64  blocks
	words []uint64 // nodes
}

// A reference is a chain index or, with a kind in its top two bits, the index
// of a node in words; that of a skip has a number n above it. A node takes the next bits of the address
// from the top of a word that holds those not yet used. Its values are
// references too, two in a word, the low half first.
const (
	refDense  = 1 << 30 // bitmap of where values begin: 4 words; 4 counts in a word; values
	refSparse = 2 << 30 // the last x of each value but that of 255, in a word; up to 9 values
	refSkip   = 3 << 30 // the n bytes that prefixes below agree in, in a word; below and outside

	refNumberShift = 26
	refIndexMask   = 1<<refNumberShift - 1
	maxWords       = 1 << refNumberShift
)

// refNumber returns the number in ref.
func refNumber(ref uint32) uint { return uint(ref >> refNumberShift & 15) }

// dense follows ref, that of a dense node, by x.
func dense(words []uint64, ref uint32, x uint8) uint32 {
	i, q := uint(ref&refIndexMask), x>>6
	node := words[i : i+5 : i+5]
	k := uint(bits.OnesCount64(node[q]<<(63-x&63))) + uint(uint8(node[4]>>(8*q))) - 1
	return half(words, i+5, k)
}

// sparse follows ref, that of a sparse node, by x. It counts the bytes of the
// first word that are below x, all eight at once: the top bit of each byte of
// above tells.
func sparse(words []uint64, ref uint32, x uint8) uint32 {
	const top = 0x8080808080808080
	i := uint(ref & refIndexMask)
	last := words[i]
	xs := uint64(x) * 0x0101010101010101
	low := (last | top) - (xs &^ top)
	above := ((xs &^ last) | (^(xs ^ last) &^ low)) & top
	return half(words, i+1, uint(bits.OnesCount64(above)))
}

// half returns value k of those that begin at word i.
func half(words []uint64, i, k uint) uint32 { return uint32(words[i+k/2] >> (k % 2 * 32)) }

// descend follows ref until it is a value or all left bits of w are used.
func (t *trie) descend(ref uint32, w uint64, left uint) uint32 {
	words := t.words
	for ref >= refDense && left > 0 {
		switch x := uint8(w >> 56); ref >> 30 {
		case refSparse >> 30:
			ref = sparse(words, ref, x)
		case refDense >> 30:
			ref = dense(words, ref, x)
		default:
			i, n := uint(ref&refIndexMask), 8*refNumber(ref)
			node := words[i : i+2 : i+2]
			if (w^node[0])>>(-n&63) != 0 {
				return uint32(node[1] >> 32)
			}
			ref = uint32(node[1])
			w <<= n & 63
			left -= n
			continue
		}
		w <<= 8
		left -= 8
	}
	return ref
}

// lookup6 returns the chain of an IPv6 address. For IPv4 see [Set.Lookup].
func (t *trie) lookup6(hi, lo uint64) uint32 {
	ref := t.at64.find(hi)
	if ref == 0 {
		if at48 := t.at48.find(hi >> 16); at48 != 0 {
			ref = t.descend(at48, hi<<48, 16)
		} else {
			ref = t.descend(t.root6, hi, 64)
		}
		// Where prefixes are longer than 64 bits there is a block.
		return ref
	}
	return t.descend(ref, lo, 64)
}

// blocks finds the node of an IPv6 block by its leading bits. It is a hash
// table with open addressing, at most a quarter full.
type blocks struct {
	slots []block
	shift uint
}

type block struct {
	bits uint64
	ref  uint32 // 0: empty
}

func (b *blocks) slot(bits uint64) uint { return uint(bits * 0x9e3779b97f4a7c15 >> b.shift) }

// find returns the reference of the block, 0 if it is none.
func (b *blocks) find(bits uint64) uint32 {
	slots := b.slots
	if len(slots) == 0 {
		return 0
	}
	for i := b.slot(bits); ; i++ {
		s := &slots[i&uint(len(slots)-1)]
		if s.bits == bits || s.ref == 0 {
			return s.ref
		}
	}
}

func (b *blocks) fill(all []block) {
	if len(all) == 0 {
		return
	}
	size := bits.Len(uint(4*len(all) - 1))
	b.slots, b.shift = make([]block, 1<<size), uint(64-size)
	for _, x := range all {
		i := b.slot(x.bits)
		for b.slots[i%uint(len(b.slots))].ref != 0 {
			i++
		}
		b.slots[i%uint(len(b.slots))] = x
	}
}

// key is a prefix in the table's own form: IPv4 in the top 32 bits of hi.
type key struct {
	hi, lo uint64
	bits   uint8
}

// byteAt returns the eight bits that begin at pos, a multiple of 8.
func (k key) byteAt(pos uint) uint8 {
	if pos < 64 {
		return uint8(k.hi >> (56 - pos))
	}
	return uint8(k.lo >> (120 - pos))
}

// build4 and build6 take all prefixes of one family, masked, sorted by address
// and then by length, without duplicates; keys[i] has the value first+i.
func (t *trie) build4(keys []key, first uint32) {
	if len(keys) == 0 {
		return
	}
	t.root4 = new([1 << 16]uint32)
	b := trieBuilder{t: t, keys: keys, first: first}
	at := 0
	b.changes(0, 16, 0, len(keys), 0, func(place int, ref uint32) {
		// A change fills to the end; the next one overwrites from its place.
		for i := at + 1; i < min(place, len(t.root4)); i++ {
			t.root4[i] = t.root4[at]
		}
		if place < len(t.root4) {
			t.root4[place] = ref
		}
		at = place
	})
	for i := at + 1; i < len(t.root4); i++ {
		t.root4[i] = t.root4[at]
	}
}

func (t *trie) build6(keys []key, first uint32) {
	b := trieBuilder{t: t, keys: keys, first: first, skip: true}
	t.root6 = b.node(0, 0, len(keys), 0)
	t.at48.fill(b.at48)
	t.at64.fill(b.at64)
}

type trieBuilder struct {
	t     *trie
	keys  []key
	first uint32
	skip  bool // IPv6

	at48, at64 []block
}

// changes walks the prefixes lo to hi, which all begin with the same pos bits
// and are longer than that, and reports each place among the next width bits
// where the value changes, in order, and the new reference; outside is the
// value before the first and after each prefix ends. A place may be reported
// more than once: the last report counts.
func (b *trieBuilder) changes(pos, width uint, lo, hi int, outside uint32, report func(place int, ref uint32)) {
	type open struct {
		end int
		ref uint32
	}
	var stack [33]open // prefixes nest at most width deep
	stack[0] = open{1 << width, outside}
	depth := 0
	slot := func(k key) int {
		if width == 16 {
			return int(k.hi >> 48)
		}
		return int(k.byteAt(pos))
	}
	report(0, outside)
	for i := lo; i < hi; {
		s := slot(b.keys[i])
		for stack[depth].end <= s {
			report(stack[depth].end, stack[depth-1].ref)
			depth--
		}
		length := uint(b.keys[i].bits)
		ref := b.first + uint32(i)
		if length <= pos+width {
			depth++
			stack[depth] = open{s + 1<<(pos+width-length), ref}
			report(s, ref)
			i++
			continue
		}
		j := i + 1
		for j < hi && slot(b.keys[j]) == s {
			j++
		}
		report(s, b.node(pos+width, i, j, stack[depth].ref))
		report(s+1, stack[depth].ref)
		i = j
	}
	for ; depth > 0; depth-- {
		report(stack[depth].end, stack[depth-1].ref)
	}
}

// node stores the prefixes lo to hi, all longer than pos and equal in their
// first pos bits, and returns the reference.
func (b *trieBuilder) node(pos uint, lo, hi int, outside uint32) (ref uint32) {
	if lo == hi {
		return outside
	}
	if b.skip {
		switch k := b.keys[lo]; pos {
		case 48:
			defer func() { b.at48 = append(b.at48, block{k.hi >> 16, ref}) }()
		case 64:
			defer func() { b.at64 = append(b.at64, block{k.hi, ref}) }()
		}
		if n := b.agree(pos, lo, hi); n > 0 {
			k := b.keys[lo]
			w := k.hi << pos
			if pos >= 64 {
				w = k.lo << (pos - 64)
			}
			below := b.node(pos+n, lo, hi, outside)
			return b.store(refSkip, n/8, []uint64{w}, below, outside)
		}
	}
	var places [257]uint16
	var refs [257]uint32
	n := 0
	b.changes(pos, 8, lo, hi, outside, func(place int, ref uint32) {
		if place > 255 {
			return // the end of the node
		}
		if n > 0 && int(places[n-1]) == place {
			n-- // a narrower prefix begins at the same place
		}
		if n > 0 && refs[n-1] == ref {
			return
		}
		places[n], refs[n] = uint16(place), ref
		n++
	})
	if n <= 9 && (b.skip || pos != 16) {
		w := ^uint64(0)
		for k := n - 1; k > 0; k-- {
			w = w<<8 | uint64(places[k]-1)
		}
		return b.store(refSparse, 0, []uint64{w}, refs[:n]...)
	}
	var w [5]uint64
	for _, p := range places[:n] {
		w[p>>6] |= 1 << (p & 63)
	}
	count := 0
	for k := range 4 {
		w[4] |= uint64(count) << (8 * k)
		count += bits.OnesCount64(w[k])
	}
	return b.store(refDense, 0, w[:], refs[:n]...)
}

// store appends a node and returns the reference to it.
func (b *trieBuilder) store(kind uint32, n uint, words []uint64, values ...uint32) uint32 {
	t := b.t
	i := uint32(len(t.words))
	t.words = append(t.words, words...)
	for ; len(values) > 1; values = values[2:] {
		t.words = append(t.words, uint64(values[0])|uint64(values[1])<<32)
	}
	if len(values) > 0 {
		t.words = append(t.words, uint64(values[0]))
	}
	return kind | uint32(n)<<refNumberShift | i
}

// agree returns how many bits from pos on, a multiple of 8, a skip can step
// over: the prefixes lo to hi share them and are all longer. A skip stops at
// the lengths that have hash tables.
func (b *trieBuilder) agree(pos uint, lo, hi int) uint {
	first, last := b.keys[lo], b.keys[hi-1]
	n := uint(bits.LeadingZeros64(first.hi ^ last.hi))
	if n == 64 {
		n += uint(bits.LeadingZeros64(first.lo ^ last.lo))
	}
	for _, k := range b.keys[lo:hi] {
		n = min(n, uint(max(k.bits, 1))-1)
	}
	for _, stop := range [...]uint{48, 64} {
		if pos < stop {
			n = min(n, stop)
		}
	}
	if n = n &^ 7; n > pos {
		return n - pos
	}
	return 0
}
