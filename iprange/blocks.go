package iprange

import "math/bits"

// blockTable finds the node of an IPv6 block by its 64 leading bits. It is a hash
// table with open addressing, at most half full. It is only a short cut: a
// block that finds no place is reached from the root of the trie.
type blockTable struct {
	slots []block
	shift int // 64 minus the number of bits of a slot's index
}

type block struct {
	bits uint64
	ref  uint32 // 0: the slot is empty
}

// maxProbes bounds the slots that a look-up examines, also for prefixes that were
// chosen to collide.
const maxProbes = 8

func newBlockTable(blocks []block) blockTable {
	if len(blocks) == 0 {
		return blockTable{}
	}
	size := bits.Len(uint(2*len(blocks) - 1))
	t := blockTable{make([]block, 1<<size+maxProbes), 64 - size}
	for _, b := range blocks {
		home := t.home(b.bits)
		for i := range t.slots[home : home+maxProbes] {
			if t.slots[home+i].ref == 0 {
				t.slots[home+i] = b
				break
			}
		}
	}
	return t
}

// home returns the index of the first slot to examine for a block.
func (t *blockTable) home(bits uint64) int {
	return int(bits * 0x9e3779b97f4a7c15 >> t.shift) // 2^64 divided by the golden ratio
}

// find returns the reference of a block, 0 if it is not in the table.
func (t *blockTable) find(bits uint64) uint32 {
	if len(t.slots) == 0 {
		return 0
	}
	for i, end := t.home(bits), t.home(bits)+maxProbes; i < end; i++ {
		if s := &t.slots[i]; s.bits == bits || s.ref == 0 {
			return s.ref
		}
	}
	return 0
}
