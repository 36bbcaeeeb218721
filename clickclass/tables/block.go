package tables

import (
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Texts lie in memory that is only ever appended to, within its capacity: what
// is there is not written again while anybody uses it, so a part of it can be
// handed out as a string without being copied.

// unzeroed returns an empty slice with room for n bytes. They are not zeroed, as
// make would do, since [strings.Builder] knows how to get such memory.
func unzeroed(n int) []byte {
	var b strings.Builder
	b.Grow(n)
	b.WriteByte(0)
	return unsafe.Slice(unsafe.StringData(b.String()), n)[:0]
}

// view returns a part of such memory as a string, which shares it.
func view(part []byte) string { return unsafe.String(unsafe.SliceData(part), len(part)) }

// block is the memory that a source reads into. It is written again when nobody
// uses it any more: the source, and the chunks that share it, hold it until they
// say so.
type block struct {
	memory  []byte
	holders atomic.Int32
}

// blocks are of readSize bytes and not in use.
var blocks sync.Pool

// newBlock returns a block with room for n bytes, held once.
func newBlock(n int) *block {
	var b *block
	if n == readSize {
		b, _ = blocks.Get().(*block)
	}
	if b == nil {
		b = &block{memory: unzeroed(n)}
	}
	b.holders.Store(1)
	return b
}

func (b *block) hold() *block {
	if b != nil {
		b.holders.Add(1)
	}
	return b
}

func (b *block) release() {
	if b != nil && b.holders.Add(-1) == 0 && cap(b.memory) == readSize {
		blocks.Put(b)
	}
}

// lease is what a chunk has of a block, until it gives it back.
type lease struct {
	block *block
	over  atomic.Bool
}

func (l *lease) end() {
	if l != nil && !l.over.Swap(true) {
		l.block.release()
	}
}
