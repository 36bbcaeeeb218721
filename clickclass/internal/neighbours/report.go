package neighbours

import (
	"cmp"
	"slices"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// pairReports compares the rows of one report, account and URL: halves of a block and its
// click-through, and duplicates.
func (c *comparison) pairReports(group []int32) {
	for _, forward := range [...]bool{true, false} {
		through, blocked := never, never
		for i := range group {
			place := group[i]
			if !forward {
				place = group[len(group)-1-i]
			}
			at := c.at[place]
			if !forward {
				at = -at
			}
			n := c.countsAt(place)
			if c.markAt(place).Kind&KindThrough != 0 {
				n.Pair = n.Pair || at-blocked <= c.reach
				through = at
				continue
			}
			if at-through <= c.reach {
				n.Pair, n.Through = true, true
			}
			blocked = at
		}
	}
	slices.SortFunc(group, func(a, b int32) int {
		return cmp.Or(cmp.Compare(c.markAt(a).Action, c.markAt(b).Action), cmp.Compare(a, b))
	})
	for len(group) > 0 {
		n := 1
		for n < len(group) && c.markAt(group[n]).Action == c.markAt(group[0]).Action {
			n++
		}
		if n > 1 {
			c.markDuplicates(group[:n])
		}
		group = group[n:]
	}
}

// markDuplicates marks the rows of a group, in order of time, for which a row within reach
// was read before. The queue holds rows within reach, each read after the one before it.
func (c *comparison) markDuplicates(group []int32) {
	queue := c.queue[:0]
	from, end := 0, 0
	for _, place := range group {
		at := c.at[place]
		for ; end < len(group) && c.at[group[end]]-at <= c.reach; end++ {
			read := c.order[group[end]]
			for len(queue) > from && c.order[queue[len(queue)-1]] > read {
				queue = queue[:len(queue)-1]
			}
			queue = append(queue, group[end])
		}
		for at-c.at[queue[from]] > c.reach {
			from++
		}
		if c.order[queue[from]] < c.order[place] {
			c.countsAt(place).Duplicate = true
		}
	}
	c.queue = queue
}

// markBlockedLater marks the allowed clicks of one URL, site or message before one of them was
// blocked, for an account of the same domain or in the same message. It walks backwards
// through time.
func (c *comparison) markBlockedLater(group []int32) {
	if !slices.ContainsFunc(group, func(p int32) bool { return c.markAt(p).Kind&KindBlocked != 0 }) {
		return
	}
	// When something of the group was next blocked.
	inDomain, inMessage := map[uint64]ticks.Ticks{}, map[uint64]ticks.Ticks{}
	soon := func(next map[uint64]ticks.Ticks, key uint64, at ticks.Ticks) bool {
		blocked, ok := next[key]
		return key != 0 && ok && blocked-at <= c.reach
	}
	for end := len(group); end > 0; {
		at := c.at[group[end-1]]
		start := end - 1
		for start > 0 && c.at[group[start-1]] == at {
			start--
		}
		sameTime := group[start:end]
		for _, place := range sameTime {
			m := c.markAt(place)
			if m.Kind&KindAllowed != 0 && (soon(inDomain, m.Domain, at) || soon(inMessage, m.Message, at)) {
				c.countsAt(place).BlockedLater = true
			}
		}
		for _, place := range sameTime {
			if m := c.markAt(place); m.Kind&KindBlocked != 0 {
				inDomain[m.Domain], inMessage[m.Message] = at, at
			}
		}
		end = start
	}
}
