package neighbours

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// How far apart rows count as neighbours where that is less than the window.
const (
	spanOne   = ticks.Second - 1 // less than a second
	spanThree = 3 * ticks.Second
	spanSixty = 60 * ticks.Second
	fanReach  = 10 * ticks.Second
	twinReach = 120 * ticks.Second
	scanReach = 600 * ticks.Second
	occasion  = 600 * ticks.Second
	returnGap = 3600 * ticks.Second
	oneHour   = 3600 * ticks.Second
	oneDay    = 24 * oneHour
	danger    = 14 * oneDay // how long something dangerous is remembered

	countCap = 64 // where counts of what happens at an address stop
	habitCap = 8  // where counts of occasions stop

	never = ticks.None / 2 // further than any reach before any time
)

// Compare returns the Counts of each row. Rows are neighbours if they are at most reach
// apart. Service reports whether an address belongs to a service without people; nil means
// none does.
//
// An engine that compares rows per key and joins the Counts gets three fields wrong:
//
//   - DangerAge is too low if BlockedLater is not known. It must be taken from a second
//     comparison per account, of Marks with KindDanger where a comparison per URL and site
//     set BlockedLater.
//   - AddressVisitors is too low, and AddressAtHome too low or too high, if it is not known
//     where the accounts at the address were otherwise. They must be counted per address
//     after the comparison per account.
//
// Compare takes O(n log n) time and O(n) memory, whatever the rows hold.
func Compare(rows []Mark, reach ticks.Ticks, service func(netip.Addr) bool) []Counts {
	var c comparison
	return c.run(rows, reach, service)
}

// comparison compares rows. A Window keeps one to use its memory again; none of it is
// handed out.
type comparison struct {
	rows    []Mark
	reach   ticks.Ticks
	service func(netip.Addr) bool
	found   []Counts // by row

	// Columns in order of time; place 0 is the earliest row that has a time.
	order  []int32 // the row
	at     []ticks.Ticks
	traits []Traits
	column [numColumns]column

	numbers map[uint64]int32 // of keys
	hours   []int32          // the hour of the row, by place; -1 for rows with TraitFast
	days    []int32          // the day of the row, likewise
	ids     []int32          // numbers of the rows of one grouping, by place
	sizes   []int32          // rows with each of these numbers
	members []int32          // places, group after group
	ends    []int32          // by number: where its group ends in members
	tallies []tally          // by account
	counts  []int32          // by number
	queue   []int32
	widths  []int32
}

// The columns of keys that are numbered.
const (
	byAccount = iota
	byURL
	byMessage
	byAddr
	byReport
	byDomain
	bySite
	numColumns
)

// column holds small numbers for the keys of a column, by place.
type column struct {
	id   []int32 // -1: the row does not say
	size []int32 // by number: how many rows have it
}

// shared reports whether another row has the same key as the row at a place.
func (c *column) shared(place int32) bool { return c.id[place] >= 0 && c.size[c.id[place]] > 1 }

func (c *comparison) run(rows []Mark, reach ticks.Ticks, service func(netip.Addr) bool) []Counts {
	c.rows, c.reach, c.service = rows, reach, service
	c.found = resize(c.found, len(rows))
	c.sortByTime()
	c.numberKeys()
	c.countAlone()

	c.forEachGroup(byURL, c.markBlockedLater)
	c.forEachGroup(bySite, c.markBlockedLater)
	c.forEachGroup(byMessage, c.markBlockedLater)
	c.forEachPairGroup(byMessage, byAccount, c.countMessageURLs)
	c.forEachPairGroup(byAccount, byURL, c.compareSameLink)
	c.forEachGroup(byAccount, c.followAccount)
	c.forEachPairGroup(byAddr, byAccount, c.followAccountAtAddress)
	c.forEachGroup(byAddr, c.countAtAddress)
	c.forEachPairGroup(byURL, byAddr, c.countFans)
	c.forEachGroup(byReport, c.pairReports)
	c.forEachGroup(byDomain, c.countDomain)
	c.rows = nil
	return c.found
}

// resize returns a slice of length n with any content.
func resize[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }

// sortByTime fills order, at and traits with the rows that have a time.
func (c *comparison) sortByTime() {
	order := c.order[:0]
	sorted, reversed := true, true
	for i := range c.rows {
		at := c.rows[i].At
		if at == ticks.None {
			continue
		}
		if n := len(order); n > 0 {
			last := c.rows[order[n-1]].At
			sorted = sorted && last <= at
			reversed = reversed && last >= at
		}
		order = append(order, int32(i))
	}
	switch {
	case sorted:
	case reversed: // as in exports with the newest row first
		slices.Reverse(order)
	default:
		slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(c.rows[a].At, c.rows[b].At) })
	}
	c.order = order
	c.at, c.traits = resize(c.at, len(order)), resize(c.traits, len(order))
	for place, row := range order {
		c.at[place], c.traits[place] = c.rows[row].At, c.rows[row].Traits
	}
	c.hours, c.days = c.numberTimes(c.hours, oneHour), c.numberTimes(c.days, oneDay)
}

// numberTimes returns the numbers of the periods in which rows fall, by place. Rows with
// TraitFast get -1.
func (c *comparison) numberTimes(ids []int32, period ticks.Ticks) []int32 {
	ids = resize(ids, len(c.order))
	n := int32(-1)
	last := never
	for place, at := range c.at {
		if p := at / period; p != last {
			last = p
			n++
		}
		ids[place] = n
		if c.traits[place]&TraitFast != 0 {
			ids[place] = -1
		}
	}
	return ids
}

// numberKeys gives the keys of each column small numbers.
func (c *comparison) numberKeys() {
	most := 0
	for i := range c.column {
		col := &c.column[i]
		col.id, col.size = resize(col.id, len(c.order)), col.size[:0]
		c.forgetNumbers()
		for place, row := range c.order {
			col.id[place] = c.number(c.rows[row].key(i), &col.size)
		}
		most = max(most, len(col.size))
	}
	c.counts = resize(c.counts, max(most, len(c.order)))
	clear(c.counts)
	c.tallies = resize(c.tallies, len(c.column[byAccount].size))
	clear(c.tallies)
}

func (m *Mark) key(column int) uint64 {
	switch column {
	case byAccount:
		return m.Account
	case byURL:
		return m.URL
	case byMessage:
		return m.Message
	case byAddr:
		return m.Addr
	case byReport:
		return m.Report
	case byDomain:
		return m.Domain
	}
	return m.Site
}

// forgetNumbers makes number start anew.
func (c *comparison) forgetNumbers() {
	if c.numbers == nil {
		c.numbers = make(map[uint64]int32)
	}
	clear(c.numbers)
}

// number returns the number of a key, -1 for none, and counts it in sizes.
func (c *comparison) number(key uint64, sizes *[]int32) int32 {
	if key == 0 {
		return -1
	}
	id, ok := c.numbers[key]
	if !ok {
		id = int32(len(*sizes))
		c.numbers[key] = id
		*sizes = append(*sizes, 0)
	}
	(*sizes)[id]++
	return id
}

// countAlone sets what is true of a row without any other.
func (c *comparison) countAlone() {
	for i := range c.found {
		c.found[i] = Counts{Seen: true}
	}
	for _, row := range c.order {
		m, n := &c.rows[row], &c.found[row]
		if m.Message != 0 && m.Account != 0 && m.URL != 0 {
			n.MessageURLs1s, n.MessageURLs3s, n.MessageURLs60s = 1, 1, 1
		}
		if m.Account != 0 && m.Traits&TraitFast == 0 {
			n.AccountHours = 1
		}
		if m.Addr == 0 {
			continue
		}
		if m.Account != 0 && m.Traits&TraitFast == 0 {
			n.OwnDays, n.OwnHours = 1, 1
		}
		if m.Account != 0 {
			n.AddressAccounts = 1
		}
		if m.URL != 0 {
			n.AddressURLs = 1
		}
		if m.Account != 0 && m.URL != 0 {
			n.FanAccounts = 1
		}
	}
}

// forEachGroup calls fn with each group of at least two rows that share a key of a column.
// A group holds places, in order of time. It is valid during the call only.
func (c *comparison) forEachGroup(column int, fn func(group []int32)) {
	col := &c.column[column]
	c.group(col.id, col.size, fn)
}

// forEachPairGroup is forEachGroup for rows that share the keys of two columns.
func (c *comparison) forEachPairGroup(first, second int, fn func(group []int32)) {
	a, b := &c.column[first], &c.column[second]
	c.ids, c.sizes = resize(c.ids, len(c.order)), c.sizes[:0]
	c.forgetNumbers()
	for place := range c.ids {
		c.ids[place] = -1
		if p := int32(place); a.shared(p) && b.shared(p) {
			key := (uint64(a.id[p])<<32 | uint64(b.id[p])) + 1
			c.ids[place] = c.number(key, &c.sizes)
		}
	}
	c.group(c.ids, c.sizes, fn)
}

// group calls fn with the places of each number that occurs at least twice, in order of
// time. Ids are the numbers by place, -1 for none; sizes say how often each occurs.
func (c *comparison) group(ids, sizes []int32, fn func(group []int32)) {
	c.ends = resize(c.ends, len(sizes))
	total := int32(0)
	for id, size := range sizes {
		c.ends[id] = total // where the next place of the group goes
		if size > 1 {
			total += size
		}
	}
	c.members = resize(c.members, int(total))
	for place, id := range ids {
		if id >= 0 && sizes[id] > 1 {
			c.members[c.ends[id]] = int32(place)
			c.ends[id]++
		}
	}
	for id, size := range sizes {
		if size > 1 {
			fn(c.members[c.ends[id]-size : c.ends[id]])
		}
	}
}

// countsAt returns the Counts of the row at a place.
func (c *comparison) countsAt(place int32) *Counts { return &c.found[c.order[place]] }

// markAt returns the Mark of the row at a place.
func (c *comparison) markAt(place int32) *Mark { return &c.rows[c.order[place]] }

func (c *comparison) within(reach ticks.Ticks) ticks.Ticks { return min(reach, c.reach) }

// enter counts one more of id and reports whether it is the first.
func (c *comparison) enter(id int32) bool {
	if id < 0 {
		return false
	}
	c.counts[id]++
	return c.counts[id] == 1
}

// leave counts one less of id and reports whether it was the last.
func (c *comparison) leave(id int32) bool {
	if id < 0 {
		return false
	}
	c.counts[id]--
	return c.counts[id] == 0
}

// countAround calls set for each row of a group with the number of different ids among the
// rows of the group within reach of it.
func (c *comparison) countAround(group []int32, reach ticks.Ticks, ids []int32, set func(place, different int32)) {
	reach = c.within(reach)
	different := int32(0)
	from, end := 0, 0
	for _, place := range group {
		at := c.at[place]
		for ; end < len(group) && c.at[group[end]]-at <= reach; end++ {
			if c.enter(ids[group[end]]) {
				different++
			}
		}
		for ; at-c.at[group[from]] > reach; from++ {
			if c.leave(ids[group[from]]) {
				different--
			}
		}
		set(place, different)
	}
	for ; from < end; from++ {
		c.leave(ids[group[from]])
	}
}
