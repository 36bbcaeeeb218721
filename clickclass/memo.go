package clickclass

import "sync/atomic"

// memo remembers text by what it was made of: much of a verdict is the same in
// row after row. What comes to the same slot takes the place of what was there.
// The zero memo is ready, and is safe for concurrent use.
type memo[K comparable] [64]atomic.Pointer[remembered[K]]

type remembered[K comparable] struct {
	key  K
	text string
}

// of returns the text of key; hash says in which slot it is looked for, and text
// makes it when it is not there.
func (m *memo[K]) of(key K, hash uint64, text func(K) string) string {
	slot := &m[hash*0x9e3779b97f4a7c15>>58]
	if last := slot.Load(); last != nil && last.key == key {
		return last.text
	}
	last := &remembered[K]{key, text(key)}
	slot.Store(last)
	return last.text
}
