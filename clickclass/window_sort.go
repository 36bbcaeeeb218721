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

// interner gives keys small numbers, in the order in which they first come.
type interner struct {
	slots []slot
	shift int
	n     int32
}

type slot struct {
	key uint64
	id  int32
}

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
	for i := key >> t.shift; ; i = (i + 1) & uint64(len(t.slots)-1) {
		s := &t.slots[i]
		if s.key == key {
			return s.id
		}
		if s.key == 0 {
			*s = slot{key, t.n}
			t.n++
			return s.id
		}
	}
}
