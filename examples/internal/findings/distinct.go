package findings

import "hash/maphash"

// maxDistinct is how many different texts are counted, at most: 40 MB of hashes.
const maxDistinct = 1 << 20

var seed = maphash.MakeSeed()

// distinct counts different texts by their hashes. The zero distinct has none.
type distinct struct{ seen map[uint64]struct{} }

// add counts a text, unless it is "" or was counted before, or there are too many.
func (d *distinct) add(text string) {
	if text == "" || len(d.seen) == maxDistinct {
		return
	}
	if d.seen == nil {
		d.seen = map[uint64]struct{}{}
	}
	d.seen[maphash.String(seed, text)] = struct{}{}
}
