package clickclass

import (
	"cmp"
	"math/bits"
	"slices"
)

// item is a row and what it is sorted by.
type item struct {
	key uint64
	row int32
}

const (
	digitBits = 11
	digits    = 1 << digitBits
	// fewItems is where sorting by comparison is faster.
	fewItems = 256
)

// sorter sorts items by key and keeps equal ones in their order, in linear
// time.
type sorter struct {
	spare  []item
	counts [digits]int32
}

// sort sorts items, whose keys are less than 1<<width, and returns them; the
// slice given is then free for other uses.
func (s *sorter) sort(items []item, width int) []item {
	if len(items) < fewItems {
		slices.SortStableFunc(items, func(a, b item) int { return cmp.Compare(a.key, b.key) })
		return items
	}
	s.spare = slices.Grow(s.spare[:0], len(items))[:len(items)]
	to := s.spare
	for shift := 0; shift < width; shift += digitBits {
		clear(s.counts[:])
		for i := range items {
			s.counts[items[i].key>>shift&(digits-1)]++
		}
		sum := int32(0)
		for i, n := range s.counts {
			s.counts[i] = sum
			sum += n
		}
		for i := range items {
			place := &s.counts[items[i].key>>shift&(digits-1)]
			to[*place] = items[i]
			*place++
		}
		items, to = to, items
	}
	s.spare = to
	return items
}

// filter tells keys that occur once from those that may occur more often, in a few
// bits a key.
type filter struct {
	once, again []uint64 // a bit for each value of the highest bits of a key
	shift       int
}

// fill makes the filter one of these keys. With eight bits a key, one in nine that
// occurs once is taken for another.
func (f *filter) fill(keys []uint64) {
	width := max(bits.Len(uint(8*len(keys))), 6)
	f.shift = 64 - width
	f.once, f.again = resize(f.once, 1<<(width-6)), resize(f.again, 1<<(width-6))
	clear(f.once)
	clear(f.again)
	for _, key := range keys {
		i, bit := f.place(key)
		f.again[i] |= f.once[i] & bit
		f.once[i] |= bit
	}
}

// twice says whether a key may occur more often than once.
func (f *filter) twice(key uint64) bool {
	i, bit := f.place(key)
	return f.again[i]&bit != 0
}

func (f *filter) place(key uint64) (i, bit uint64) {
	key >>= f.shift
	return key / 64, 1 << (key % 64)
}

// interner gives keys small numbers, in the order in which they first come.
type interner struct {
	slots []slot
	shift int
	n     int32
}

// slot holds a key and its number in eight bytes, since so many of them are
// looked at: the number plus 1 in the lowest bits, and the key's own lowest bits
// above. The highest say where in the table the slot is: two keys are taken for one
// when those and the lowest 44 bits are the same.
type slot uint64

const (
	idBits = 20 // maxHold and a quarter as much again are fewer
	idMask = 1<<idBits - 1
)

var _ [1<<idBits - maxHold*5/4 - 1]struct{}

// reset forgets all keys and makes room for up to n.
func (t *interner) reset(n int) {
	width := bits.Len(uint(2*n + 1))
	if len(t.slots) < 1<<width {
		t.slots = make([]slot, 1<<width)
	} else {
		width = bits.Len(uint(len(t.slots) - 1))
		clear(t.slots)
	}
	t.shift = 64 - width
	t.n = 0
}

// id returns the number of key, and -1 for the key 0. The keys are hashes that
// nobody can aim, so that runs in the table stay short.
func (t *interner) id(key uint64) int32 {
	if key == 0 {
		return -1
	}
	tag := slot(key << idBits)
	for i := key >> t.shift; ; i++ {
		s := &t.slots[i&uint64(len(t.slots)-1)]
		if *s == 0 {
			t.n++
			*s = tag | slot(t.n)
			return t.n - 1
		}
		if *s&^idMask == tag {
			return int32(*s&idMask) - 1
		}
	}
}
