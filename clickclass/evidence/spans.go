package evidence

import (
	"cmp"
	"slices"
)

// spans says from when to when each account was at an address. The zero spans is empty.
//
// The spans are sorted by their beginnings and cut into blocks, each of which knows its
// latest end. A question reads the whole of a block only if it finds an account there, so
// the thousands of accounts behind the address of a large company cost little.
type spans struct {
	blocks []spanBlock
}

type spanBlock struct {
	latest int64  // end of a span in the block
	spans  []span // at least one
}

type span struct {
	account     uint64
	first, last int64
}

// maxBlock is the length from which a block is cut in two.
const maxBlock = 512

func (s *spans) empty() bool { return len(s.blocks) == 0 }

func compareSpans(a, b span) int {
	return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.account, b.account))
}

// find returns the block and the place of the span with this account and beginning, or
// where it would have to be. There must be a block.
func (s *spans) find(of span) (block, place int, found bool) {
	block, found = slices.BinarySearchFunc(s.blocks, of, func(b spanBlock, of span) int {
		return compareSpans(b.spans[0], of)
	})
	if !found && block > 0 {
		block--
	}
	place, found = slices.BinarySearchFunc(s.blocks[block].spans, of, compareSpans)
	return block, place, found
}

// insert adds the span of an account that has none yet.
func (s *spans) insert(of span) {
	if s.empty() {
		s.blocks = []spanBlock{{of.last, []span{of}}}
		return
	}
	i, place, _ := s.find(of)
	b := &s.blocks[i]
	b.spans = slices.Insert(b.spans, place, of)
	b.latest = max(b.latest, of.last)
	if len(b.spans) > maxBlock {
		half := len(b.spans) / 2
		next := spanBlock{spans: slices.Clone(b.spans[half:])}
		next.measure()
		b.spans = slices.Clone(b.spans[:half])
		b.measure()
		s.blocks = slices.Insert(s.blocks, i+1, next)
	}
}

// remove removes the span of an account.
func (s *spans) remove(of span) {
	i, place, found := s.find(of)
	if !found {
		return
	}
	b := &s.blocks[i]
	if len(b.spans) == 1 {
		s.blocks = slices.Delete(s.blocks, i, i+1)
		return
	}
	b.spans = slices.Delete(b.spans, place, place+1)
	b.measure()
}

// replace gives an account another span.
func (s *spans) replace(old, with span) {
	switch {
	case old == with:
	case old.first == with.first && old.last <= with.last: // most rows come in order
		i, place, _ := s.find(old)
		b := &s.blocks[i]
		b.spans[place] = with
		b.latest = max(b.latest, with.last)
	default:
		s.remove(old)
		s.insert(with)
	}
}

func (b *spanBlock) measure() {
	b.latest = b.spans[0].last
	for _, sp := range b.spans {
		b.latest = max(b.latest, sp.last)
	}
}

// others counts the accounts besides one whose spans touch from to to. It stops at 2. A
// nil s is empty.
func (s *spans) others(account uint64, from, to int64) int {
	if s == nil {
		return 0
	}
	n := 0
	for i := range s.blocks {
		b := &s.blocks[i]
		if b.spans[0].first > to {
			break
		}
		if b.latest < from {
			continue
		}
		for _, sp := range b.spans {
			if sp.first > to {
				break
			}
			if sp.last >= from && sp.account != account {
				if n++; n == 2 {
					return n
				}
			}
		}
	}
	return n
}
