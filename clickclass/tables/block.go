package tables

import (
	"strings"
	"unsafe"
)

// Texts lie in blocks of memory that are only ever appended to, within their
// capacity: what is in a block is never written again, so a part of it can be
// handed out as a string without being copied.

// newBlock returns an empty block with room for n bytes. They are not zeroed, as
// make would do, since [strings.Builder] knows how to get such memory.
func newBlock(n int) []byte {
	var b strings.Builder
	b.Grow(n)
	b.WriteByte(0)
	return unsafe.Slice(unsafe.StringData(b.String()), n)[:0]
}

// view returns a part of a block as a string, which shares its memory.
func view(part []byte) string { return unsafe.String(unsafe.SliceData(part), len(part)) }
