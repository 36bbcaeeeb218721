package safelinks

import (
	"math/bits"
	"strings"
	"sync"
)

// Most links of a log are wrapped by nobody. What is here tells so from a look
// at the host and the beginning of the path, and sends every link that it is
// not sure of the whole way.

// MayBeWrapped reports whether [Unwrap] or [Decode] may find a layer. False is
// sure, and costs no more than a look at the host: it is for telling the many
// links that nobody wrapped from the others. It does not allocate.
func MayBeWrapped(raw string) bool {
	host, tail, ok := cutOrdinary(raw)
	if !ok {
		return true
	}
	rows := rowsAt(host)
	if rows&microsoft != 0 || imitates(host) {
		return true
	}
	if t := rowsByEnd(); len(tail) < 2 || t.letters>>(tail[1]&0x1f)&1 == 0 {
		rows &^= t.byPath
	}
	for ; rows != 0; rows &= rows - 1 {
		// No prefix of a path holds what ends a path, so the tail will do.
		if rows.first().answersAt(host, tail) {
			return true
		}
	}
	return false
}

// cutOrdinary cuts a link as [parts.split] does, when it is one that nobody
// defanged, encoded or wrote in an unusual way: a scheme in lower case, a host
// without user-info, port and root dot.
func cutOrdinary(raw string) (host, tail string, ok bool) {
	rest, ok := strings.CutPrefix(raw, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(raw, "http://"); !ok {
			return "", "", false
		}
	}
	n := 0
	for n < len(rest) && class[rest[n]]&(authorityMark|targetMark) == 0 {
		n++
	}
	if n == 0 || rest[n-1] == '.' {
		return "", "", false
	}
	if n < len(rest) && rest[n] != '/' && rest[n] != '?' && rest[n] != '#' {
		return "", "", false
	}
	return rest[:n], rest[n:], true
}

// rowSet is a set of rows of the table of wrappers, by their places in it.
type rowSet uint64

// microsoft is in a rowSet the place of Microsoft's own hosts, which are in
// tables of their own. The array holds that the table leaves it free.
const microsoft rowSet = 1 << 63

var _ [63 - len(wrappers)]struct{}

// first is the first row of a set.
func (s rowSet) first() *wrapper { return &wrappers[bits.TrailingZeros64(uint64(s))] }

// rowsAt is the set of rows that may answer at a host. It goes by the end of
// the host alone, so some more may be in it.
func rowsAt(host string) rowSet {
	t := rowsByEnd()
	if len(host) < endLen {
		return t.anywhere
	}
	end := endOf(host)
	for i := end.slot(); ; i++ {
		switch e := &t.ends[i%len(t.ends)]; {
		case e.rows == 0:
			return t.anywhere
		case e.end == end:
			return e.rows
		}
	}
}

// hostEnd is the last endLen bytes of a host, nearly in lower case: some bytes
// that are no letters become the same too. Nearly all entries of the tables are
// that long.
type hostEnd uint64

const endLen = 8

func endOf(host string) hostEnd {
	return hostEnd(word8(host[len(host)-endLen:]) | 0x20*each)
}

// slot is where to begin to look for an end in a hostTable: a multiplicative
// hash, by 2^64 divided by the golden ratio.
func (e hostEnd) slot() int { return int(e * 0x9e3779b97f4a7c15 >> (64 - slotBits)) }

// slotBits makes the table a few times as long as there are ends, so that most
// look-ups end at the first slot.
const slotBits = 8

// hostTable is a hash table with open addressing: the rows by the ends of their
// hosts.
type hostTable struct {
	anywhere rowSet // rows that are looked at for every host
	byPath   rowSet // of these, those that have paths
	letters  uint32 // what may follow the slash of those, by its lowest five bits
	ends     [1 << slotBits]struct {
		end  hostEnd
		rows rowSet // with anywhere; none marks a free slot
	}
}

// add adds rows at the hosts that an entry of a table stands for.
func (t *hostTable) add(entry string, rows rowSet) {
	entry = strings.TrimPrefix(entry, "*")
	if len(entry) < endLen {
		t.anywhere |= rows
		return
	}
	end := endOf(entry)
	i := end.slot()
	for t.ends[i].rows != 0 && t.ends[i].end != end {
		i = (i + 1) % len(t.ends)
	}
	t.ends[i].end = end
	t.ends[i].rows |= rows
}

// rowsByEnd is made of the tables on first use.
var rowsByEnd = sync.OnceValue(func() *hostTable {
	t := new(hostTable)
	for i, w := range wrappers {
		for _, h := range w.hosts {
			t.add(h, 1<<i)
		}
	}
	for _, h := range safeLinkHosts {
		t.add(h.suffix, microsoft)
	}
	for _, h := range teamsHosts {
		t.add(h, microsoft)
	}
	for _, h := range outlookHosts {
		t.add(h, microsoft)
	}
	for rows := t.anywhere; rows != 0; rows &= rows - 1 {
		for _, path := range rows.first().paths {
			t.byPath |= rows & -rows
			t.letters |= 1 << (path[1] & 0x1f)
		}
	}
	for i := range t.ends {
		if e := &t.ends[i]; e.rows != 0 {
			e.rows |= t.anywhere
		}
	}
	return t
})
