package main

import (
	"hash/maphash"
	"math"

	"github.com/whoclicked/whoclicked/clickclass"
)

// mark is the verdict on a row, in short.
type mark struct {
	key   uint64 // of the file and the row
	class clickclass.Class
	p     float32
}

// marks remembers the verdicts on the rows that a window can still revise, so
// that a row comes again only when its verdict is another. The rows of a file
// have consecutive keys and do not get into each other's place; where rows of
// two files do, a revision may come out without need.
type marks []mark

// markCount is a power of two, and twice what a window holds and remembers.
const markCount = 4 * clickclass.WindowRows

// put remembers a verdict and reports whether it is new.
func (m *marks) put(k mark) (changed bool) {
	if *m == nil {
		*m = make(marks, markCount)
	}
	at := &(*m)[k.key%markCount]
	if *at == k {
		return false
	}
	*at = k
	return true
}

// marker makes marks; it remembers the key of the last file.
type marker struct {
	file string
	hash uint64
}

func (m *marker) of(r *clickclass.Result) mark {
	if m.hash == 0 || m.file != r.Click.File {
		m.file, m.hash = r.Click.File, maphash.String(hashSeed, r.Click.File)|1
	}
	return mark{m.hash + uint64(r.Click.Row), r.Verdict.Class, float32(math.Round(r.Verdict.P * 1e4))}
}
