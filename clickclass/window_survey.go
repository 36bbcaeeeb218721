package clickclass

import (
	"cmp"
	"math/bits"
	"net/netip"
	"slices"
)

// How far apart clicks count as neighbours where that is less than the window.
const (
	spanOne   = second - 1 // less than a second
	spanThree = 3 * second
	spanSixty = 60 * second
	fanReach  = 10 * second
	twinReach = 120 * second
	scanReach = 600 * second
	occasion  = 600 * second
	returnGap = 3600 * second

	never = noTicks / 2 // further than any reach before any time
)

// maxHold bounds Window.Hold.
const maxHold = 1 << 18

// What is known of an address.
const (
	serviceUnset = iota
	serviceNo
	serviceYes
)

// survey compares all rows of a window at once. It sorts the rows by time and
// then, keeping that order, by what they have in common; each question is one
// walk over the groups. Nothing depends on the order of rows of the same time,
// and everything is linear in the number of rows but for a logarithm.
//
// The survey lives in the window only to use its memory again.
type survey struct {
	w     *Window
	found []beside // by row

	// Columns by time: index 0 is the earliest row that has a time.
	at    []ticks
	row   []int32 // its row
	kind  []rowKind
	pace  []pace
	trait []traits
	ids   [columns][]int32 // small numbers of the keys; -1: the row does not say
	known [columns]int32   // how many numbers there are
	twice [columns]int32   // the first of those that more than one row may have

	company []uint8 // the columns whose number another row has too, a bit each

	sorter   sorter
	keys     []uint64 // of one column
	filter   filter
	interner interner
	items    []item
	counts   []int32
	queue    []int32
	widths   []int32
	tallies  []tally // by account; all zero between groups
	services []uint8 // by address
	next     []ticks // by URL: when it was next blocked
	blocks   []block
}

// run returns what the rows of w say about each other, by row. The slice is
// good until the next run.
func (s *survey) run(w *Window) []beside {
	s.w = w
	s.found = resize(s.found, w.n)
	s.sortByTime()
	s.number()
	s.alone()

	s.double(byMessage, byAccount, s.bursts)
	s.double(byAccount, byURL, s.echoes)
	s.single(byAccount, s.visits)
	s.double(byAddr, byAccount, s.returns)
	s.single(byAddr, s.crowds)
	s.double(byURL, byAddr, s.fans)
	s.single(byPair, s.pairs)
	s.blockedLater()
	return s.found
}

// resize returns a slice of length n, of whatever content.
func resize[T any](s []T, n int) []T {
	return slices.Grow(s[:0], n)[:n]
}

// written returns n zeros. What make returns is often mapped to one page of zeros,
// and each page of it that is read before it is written costs two faults, of which
// the second interrupts all processors.
func written[T any](n int) []T {
	s := make([]T, n)
	clear(s)
	return s
}

func (s *survey) sortByTime() {
	w := s.w
	items := s.items[:0]
	lo, hi, _ := w.span(0, w.n)
	up, down := true, true
	for i := range w.n {
		p := &w.prints[w.at(i)]
		if !p.timed() {
			continue
		}
		key := uint64(p.at - lo)
		if n := len(items); n > 0 {
			up = up && items[n-1].key <= key
			down = down && items[n-1].key >= key
		}
		items = append(items, item{key, int32(i)})
	}
	switch {
	case up:
	case down:
		slices.Reverse(items)
	default:
		items = s.sorter.sort(items, bits.Len64(uint64(hi-lo)))
	}
	s.items = items
	s.at, s.row, s.kind = resize(s.at, len(items)), resize(s.row, len(items)), resize(s.kind, len(items))
	s.pace, s.trait = resize(s.pace, len(items)), resize(s.trait, len(items))
	for i, it := range items {
		s.at[i] = lo + ticks(it.key)
		s.row[i] = it.row
		p := &w.prints[w.at(int(it.row))]
		s.kind[i], s.pace[i], s.trait[i] = p.kind, p.pace, p.traits
	}
}

// number gives the keys small numbers, column by column. Those that only one row
// has come first: there is nothing to look for by them.
func (s *survey) number() {
	most := int32(0)
	s.company = resize(s.company, len(s.row))
	clear(s.company)
	keys := resize(s.keys, len(s.row))
	s.keys = keys
	for c, ring := range s.w.keys {
		for i, row := range s.row {
			keys[i] = ring[s.w.at(int(row))]
		}
		ids := resize(s.ids[c], len(keys))
		s.filter.fill(keys)
		twice := s.queue[:0] // rows with a key that others may have as well
		n := int32(0)
		for i, key := range keys {
			switch {
			case key == 0:
				ids[i] = -1
			case s.filter.twice(key):
				twice = append(twice, int32(i))
			default:
				ids[i] = n
				n++
			}
		}
		s.interner.reset(len(twice))
		often := resize(s.widths, len(twice))
		clear(often)
		for _, i := range twice {
			id := s.interner.id(keys[i])
			often[id]++
			ids[i] = n + id
		}
		for _, i := range twice {
			if often[ids[i]-n] > 1 {
				s.company[i] |= 1 << c
			}
		}
		s.ids[c], s.queue, s.widths = ids, twice, often
		s.twice[c], s.known[c] = n, n+s.interner.n
		most = max(most, s.known[c])
	}
	if len(s.counts) < int(most) {
		s.counts = written[int32](len(s.row))
	}
	s.services = resize(s.services, int(s.known[byAddr]))
	clear(s.services)
}

// shared says whether another row has the same number in a column.
func (s *survey) shared(column int, row int) bool { return s.company[row]>>column&1 != 0 }

// alone sets what is true of a row with no other near it.
func (s *survey) alone() {
	for i := range s.found {
		s.found[i] = beside{seen: true}
	}
	account, url, message, addr := s.ids[byAccount], s.ids[byURL], s.ids[byMessage], s.ids[byAddr]
	for i, row := range s.row {
		f := &s.found[row]
		if message[i] >= 0 && account[i] >= 0 && url[i] >= 0 {
			f.MessageURLs1s, f.MessageURLs3s, f.MessageURLs60s = 1, 1, 1
		}
		if addr[i] < 0 {
			continue
		}
		if account[i] >= 0 {
			f.AddressAccounts = 1
			if url[i] >= 0 {
				f.FanAccounts = 1
			}
		}
		if url[i] >= 0 {
			f.AddressURLs = 1
		}
	}
}

// single calls do with each group of two rows or more that have a column in
// common, by time. A group is only good during the call.
func (s *survey) single(column int, do func(group []item)) {
	ids, first := s.ids[column], s.twice[column]
	items := s.items[:0]
	for i, company := range s.company {
		if company>>column&1 != 0 {
			items = append(items, item{uint64(ids[i] - first), int32(i)})
		}
	}
	s.groups(items, s.width(column), do)
}

// double is single for two columns.
func (s *survey) double(first, second int, do func(group []item)) {
	both := uint8(1<<first | 1<<second)
	a, b := s.ids[first], s.ids[second]
	firstA, firstB := s.twice[first], s.twice[second]
	width := s.width(second)
	items := s.items[:0]
	for i, company := range s.company {
		if company&both == both {
			items = append(items, item{uint64(a[i]-firstA)<<width | uint64(b[i]-firstB), int32(i)})
		}
	}
	s.groups(items, s.width(first)+width, do)
}

// width is how many bits the numbers of a column have that rows may share,
// counted from the first of them.
func (s *survey) width(column int) int { return bits.Len32(uint32(s.known[column] - s.twice[column])) }

func (s *survey) groups(items []item, width int, do func(group []item)) {
	items = s.sorter.sort(items, width)
	s.items = items
	for len(items) > 0 {
		n := 1
		for n < len(items) && items[n].key == items[0].key {
			n++
		}
		if n > 1 {
			do(items[:n])
		}
		items = items[n:]
	}
}

// of is what was found for a member of a group.
func (s *survey) of(it item) *beside { return &s.found[s.row[it.row]] }

func (s *survey) within(reach ticks) ticks { return min(reach, s.w.reach) }

// bursts counts the URLs of one message and account.
func (s *survey) bursts(group []item) {
	if s.at[group[len(group)-1].row]-s.at[group[0].row] > spanSixty && s.apart(group, spanSixty) {
		return
	}
	s.widest(group, spanOne, func(n *beside, urls int32) { n.MessageURLs1s = urls })
	s.widest(group, spanThree, func(n *beside, urls int32) { n.MessageURLs3s = urls })
	s.widest(group, spanSixty, func(n *beside, urls int32) { n.MessageURLs60s = urls })
}

// apart says that no two rows of a group are within reach of each other.
func (s *survey) apart(group []item, reach ticks) bool {
	for i := 1; i < len(group); i++ {
		if s.at[group[i].row]-s.at[group[i-1].row] <= reach {
			return false
		}
	}
	return true
}

// widest finds, for each row of a group, the most different URLs in a run of
// rows that holds the row and lasts at most span.
func (s *survey) widest(group []item, span ticks, set func(*beside, int32)) {
	span = s.within(span)
	url := s.ids[byURL]
	widths := resize(s.widths, len(group)) // of the run that starts at a row
	s.widths = widths
	urls, end := int32(0), 0
	for i, it := range group {
		for ; end < len(group) && s.at[group[end].row]-s.at[it.row] <= span; end++ {
			urls += s.enter(url[group[end].row])
		}
		widths[i] = urls
		urls -= s.leave(url[it.row])
	}
	// The best of the runs that start at most span before a row: a queue of
	// starts, each with a narrower run than the one before it.
	queue := s.queue[:0]
	from := 0
	for i, it := range group {
		for len(queue) > from && widths[queue[len(queue)-1]] <= widths[i] {
			queue = queue[:len(queue)-1]
		}
		queue = append(queue, int32(i))
		for s.at[it.row]-s.at[group[queue[from]].row] > span {
			from++
		}
		if url[it.row] >= 0 {
			set(s.of(it), widths[queue[from]])
		}
	}
	s.queue = queue
}

// enter counts one more of id, and returns 1 when it is the first.
func (s *survey) enter(id int32) int32 {
	if id < 0 {
		return 0
	}
	s.counts[id]++
	if s.counts[id] == 1 {
		return 1
	}
	return 0
}

// leave counts one less of id, and returns 1 when it was the last.
func (s *survey) leave(id int32) int32 {
	if id < 0 {
		return 0
	}
	s.counts[id]--
	if s.counts[id] == 0 {
		return 1
	}
	return 0
}

// around counts, for each row of a group, the different ids among the rows
// within reach of it.
func (s *survey) around(group []item, reach ticks, ids []int32, set func(row, different int32)) {
	reach = s.within(reach)
	different := int32(0)
	from, end := 0, 0
	for _, it := range group {
		at := s.at[it.row]
		for ; end < len(group) && s.at[group[end].row]-at <= reach; end++ {
			different += s.enter(ids[group[end].row])
		}
		for ; at-s.at[group[from].row] > reach; from++ {
			different -= s.leave(ids[group[from].row])
		}
		set(it.row, different)
	}
	for ; from < end; from++ {
		s.leave(ids[group[from].row])
	}
}

// visits marks the clicks of an account that was at several addresses.
func (s *survey) visits(group []item) {
	addr := s.ids[byAddr]
	several := false
	for _, it := range group {
		several = several || addr[it.row] >= 0 && addr[it.row] != addr[group[0].row]
	}
	if !several {
		return
	}
	s.around(group, s.w.reach, addr, func(row, addresses int32) {
		if addresses > 1 && addr[row] >= 0 {
			s.trait[row] |= traitVisitor
			s.found[s.row[row]].AddressVisitors = 1
		}
	})
}

// returns marks the clicks of an account at an address to which it came back.
func (s *survey) returns(group []item) {
	from, end := 0, 0
	for _, it := range group {
		at := s.at[it.row]
		for ; end < len(group) && s.at[group[end].row]-at <= s.w.reach; end++ {
		}
		for ; at-s.at[group[from].row] > s.w.reach; from++ {
		}
		if at-s.at[group[from].row] > returnGap || s.at[group[end-1].row]-at > returnGap {
			s.trait[it.row] |= traitRegular
		}
	}
}

// crowds counts who and what is at one address.
func (s *survey) crowds(group []item) {
	if len(group) == 2 {
		s.couple(group[0], group[1])
		return
	}
	s.around(group, s.w.reach, s.ids[byURL], func(row, urls int32) {
		s.found[s.row[row]].AddressURLs = uint8(min(urls, countCap))
	})
	s.occasions(group, paceSlow, func(n *beside, times int32) { n.AddressSlow = uint8(times) })
	s.occasions(group, paceFast, func(n *beside, times int32) { n.AddressFast = uint8(times) })
	s.accounts(group)
}

// couple is crowds for the two clicks that most groups have, in a fraction of
// the time.
func (s *survey) couple(a, b item) {
	gap := s.at[b.row] - s.at[a.row]
	if gap > s.w.reach {
		return // each stays alone
	}
	urls := uint8(0)
	if u, v := s.ids[byURL][a.row], s.ids[byURL][b.row]; u >= 0 || v >= 0 {
		urls = 1
		if u >= 0 && v >= 0 && u != v {
			urls = 2
		}
	}
	account := s.ids[byAccount]
	for range 2 {
		n := s.of(a)
		var mine, theirs traits
		if account[a.row] >= 0 {
			mine = s.trait[a.row]
		}
		if account[b.row] >= 0 {
			theirs = s.trait[b.row]
		}
		if account[a.row] == account[b.row] {
			mine, theirs = mine|theirs, 0
		}
		n.AddressURLs = urls
		n.AddressAccounts = mine.has(traitAny) + theirs.has(traitAny)
		n.AddressPeople, n.AddressSilent = theirs.has(traitPerson), theirs.has(traitSilent)
		n.AddressRegulars = mine.has(traitRegular) + theirs.has(traitRegular)
		n.AddressVisitors = mine.has(traitVisitor) + theirs.has(traitVisitor)
		if gap > occasion {
			n.AddressFast = theirs.has(traitFast)
			if s.pace[b.row] == paceSlow {
				n.AddressSlow = 1
			}
		}
		a, b = b, a
	}
}

// has returns 1 when t is among the traits.
func (set traits) has(t traits) uint8 {
	if set&t != 0 {
		return 1
	}
	return 0
}

// accounts counts the accounts at one address by their traits.
func (s *survey) accounts(group []item) {
	account := s.ids[byAccount]
	if len(s.tallies) < int(s.known[byAccount]) {
		s.tallies = written[tally](len(s.row))
	}
	var different tally
	from, end := 0, 0
	for _, it := range group {
		at := s.at[it.row]
		for ; end < len(group) && s.at[group[end].row]-at <= s.w.reach; end++ {
			if row := group[end].row; account[row] >= 0 {
				s.tallies[account[row]].add(s.trait[row], &different)
			}
		}
		for ; at-s.at[group[from].row] > s.w.reach; from++ {
			if row := group[from].row; account[row] >= 0 {
				s.tallies[account[row]].remove(s.trait[row], &different)
			}
		}
		var own tally
		if id := account[it.row]; id >= 0 {
			own = s.tallies[id]
		}
		all := func(trait int) uint8 { return uint8(min(different[trait], countCap)) }
		others := func(trait int) uint8 { return uint8(min(different[trait]-min(own[trait], 1), countCap)) }
		n := s.of(it)
		n.AddressAccounts = all(0)
		n.AddressFast = min(n.AddressFast, others(1))
		n.AddressPeople, n.AddressSilent = others(2), others(3)
		n.AddressRegulars, n.AddressVisitors = all(4), all(5)
	}
	for ; from < end; from++ {
		if row := group[from].row; account[row] >= 0 {
			s.tallies[account[row]] = tally{}
		}
	}
}

// tally counts the rows of an account, or the accounts, with each trait, by its
// bit.
type tally [numTraits]int32

func (t *tally) add(set traits, different *tally) {
	for ; set != 0; set &= set - 1 {
		i := bits.TrailingZeros8(uint8(set))
		if t[i]++; t[i] == 1 {
			different[i]++
		}
	}
}

func (t *tally) remove(set traits, different *tally) {
	for ; set != 0; set &= set - 1 {
		i := bits.TrailingZeros8(uint8(set))
		if t[i]--; t[i] == 0 {
			different[i]--
		}
	}
}

// occasions counts, for each row of a group, the occasions with rows of a pace
// that are not this one: as many such rows as can be picked so that each is more
// than an occasion away from the next and from the row.
func (s *survey) occasions(group []item, p pace, set func(*beside, int32)) {
	rows := s.queue[:0] // those of the pace, by their places in the columns
	for _, it := range group {
		if s.pace[it.row] == p {
			rows = append(rows, it.row)
		}
	}
	s.queue = rows
	if len(rows) == 0 {
		return
	}
	// From each of them the next one that is more than an occasion later: to
	// pick the earliest each time gives the most.
	next := resize(s.widths, len(rows))
	s.widths = next
	n := 0
	for i, row := range rows {
		for n < len(rows) && s.at[rows[n]]-s.at[row] <= occasion {
			n++
		}
		next[i] = int32(n)
	}
	from, after := 0, 0
	for _, it := range group {
		at := s.at[it.row]
		for from < len(rows) && at-s.at[rows[from]] > s.w.reach {
			from++
		}
		for after < len(rows) && s.at[rows[after]]-at <= occasion {
			after++
		}
		times := int32(0)
		for i := from; i < len(rows) && at-s.at[rows[i]] > occasion && times < habitCap; i = int(next[i]) {
			times++
		}
		for i := after; i < len(rows) && s.at[rows[i]]-at <= s.w.reach && times < habitCap; i = int(next[i]) {
			times++
		}
		set(s.of(it), times)
	}
}

// fans counts the accounts that asked for one URL from one address.
func (s *survey) fans(group []item) {
	s.around(group, fanReach, s.ids[byAccount], func(row, accounts int32) {
		s.found[s.row[row]].FanAccounts = uint8(min(accounts, countCap))
	})
}

// echoes compares the clicks of one account on one URL.
func (s *survey) echoes(group []item) {
	addr := s.ids[byAddr]
	first := addr[group[0].row]
	several, scan := false, false
	for _, it := range group {
		several = several || addr[it.row] != first
		scan = scan || s.kind[it.row]&kindScan != 0
	}
	if several {
		s.twins(group)
	}
	if scan {
		s.scans(group)
	}
}

// sighting is when an address was last seen in a walk through time.
type sighting struct {
	id int32 // the address by its number; -1: none
	at ticks
	ip netip.Addr
}

// before orders sightings: the later one first, and of two at the same time
// the one of the smaller address, so that the order of rows does not matter.
func (a *sighting) before(b *sighting) bool {
	if a.at != b.at {
		return a.at > b.at
	}
	return a.ip.Less(b.ip)
}

// latest are the last two different addresses of a walk.
type latest [2]sighting

func noneSeen() latest { return latest{{id: -1, at: never}, {id: -1, at: never}} }

func (l *latest) see(now sighting) {
	switch {
	case now.id == l[0].id:
		l[0] = now
	case now.id == l[1].id || now.before(&l[1]):
		l[1] = now
	}
	if l[1].before(&l[0]) {
		l[0], l[1] = l[1], l[0]
	}
}

// besides is the last sighting of an address other than id.
func (l *latest) besides(id int32) *sighting {
	if l[0].id != id {
		return &l[0]
	}
	return &l[1]
}

// twins finds for each row the nearest one from another address.
func (s *survey) twins(group []item) {
	reach := s.within(twinReach)
	for _, forward := range [...]bool{true, false} {
		seen, services := noneSeen(), noneSeen()
		for i := range group {
			it := group[i]
			if !forward {
				it = group[len(group)-1-i]
			}
			now := sighting{s.ids[byAddr][it.row], s.at[it.row], s.click(it).addr().Unmap()}
			if now.id < 0 {
				continue
			}
			if !forward { // backwards, time runs from the other end
				now.at = -now.at
			}
			if last := seen.besides(now.id); last.at != never && now.at-last.at <= reach {
				gap := last.at - now.at
				if !forward {
					gap = -gap
				}
				s.of(it).joinTwin(gap, last.ip, services.besides(now.id).at == last.at)
			}
			seen.see(now)
			if s.isService(it) {
				services.see(now)
			}
		}
	}
}

// isService asks once an address.
func (s *survey) isService(it item) bool {
	known := &s.services[s.ids[byAddr][it.row]]
	if *known == serviceUnset {
		*known = serviceNo
		if s.w.service(s.click(it).addr().Unmap()) {
			*known = serviceYes
		}
	}
	return *known == serviceYes
}

func (s *survey) click(it item) *packed { return &s.w.clicks[s.w.at(int(s.row[it.row]))] }

// scans finds the clicks that went on after the page that asks to wait.
func (s *survey) scans(group []item) {
	reach := s.within(scanReach)
	scan := never
	next := 0
	for _, it := range group {
		at := s.at[it.row]
		for ; next < len(group) && s.at[group[next].row] <= at; next++ {
			if s.kind[group[next].row]&kindScan != 0 {
				scan = s.at[group[next].row]
			}
		}
		if s.kind[it.row]&(kindAllowed|kindThrough) != 0 && at-scan <= reach {
			s.of(it).ScanThenThrough = true
		}
	}
}

// pairs compares the rows of one ReportId, account and URL.
func (s *survey) pairs(group []item) {
	for _, forward := range [...]bool{true, false} {
		through, blocked := never, never
		for i := range group {
			it := group[i]
			if !forward {
				it = group[len(group)-1-i]
			}
			at := s.at[it.row]
			if !forward {
				at = -at
			}
			n := s.of(it)
			if s.kind[it.row]&kindThrough != 0 {
				n.Pair = n.Pair || at-blocked <= s.w.reach
				through = at
				continue
			}
			if at-through <= s.w.reach {
				n.Pair, n.Through = true, true
			}
			blocked = at
		}
	}
	// The same action: by it, then by time.
	for i := range group {
		group[i].key = uint64(s.w.prints[s.w.at(int(s.row[group[i].row]))].action)
	}
	slices.SortFunc(group, func(a, b item) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.row, b.row))
	})
	for len(group) > 0 {
		n := 1
		for n < len(group) && group[n].key == group[0].key {
			n++
		}
		if n > 1 {
			s.duplicates(group[:n])
		}
		group = group[n:]
	}
}

// duplicates marks the rows for which the group has one within the window that
// came before it.
func (s *survey) duplicates(group []item) {
	queue := s.queue[:0] // the rows in reach, each came after the one before it
	from, end := 0, 0
	for _, it := range group {
		at := s.at[it.row]
		for ; end < len(group) && s.at[group[end].row]-at <= s.w.reach; end++ {
			came := s.row[group[end].row]
			for len(queue) > from && s.row[queue[len(queue)-1]] > came {
				queue = queue[:len(queue)-1]
			}
			queue = append(queue, group[end].row)
		}
		for at-s.at[queue[from]] > s.w.reach {
			from++
		}
		if s.row[queue[from]] < s.row[it.row] {
			s.of(it).Duplicate = true
		}
	}
	s.queue = queue
}

// block is a click that was blocked, by a key that names its URL and either
// its message or the domain of its account.
type block struct {
	key uint64
	at  ticks
}

func compareBlocks(a, b block) int {
	return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.at, b.at))
}

// blockedLater marks allowed clicks whose URL was blocked afterwards.
func (s *survey) blockedLater() {
	s.blocks = s.blocks[:0]
	url := s.ids[byURL]
	for i, kind := range s.kind {
		if kind&kindBlocked != 0 && s.shared(byURL, i) {
			for _, key := range s.blockKeys(i) {
				if key != 0 {
					s.blocks = append(s.blocks, block{key, s.at[i]})
				}
			}
		}
	}
	if len(s.blocks) == 0 {
		return
	}
	slices.SortFunc(s.blocks, compareBlocks)

	// Backwards, to know when a URL was next blocked at all: mostly it was not.
	s.next = resize(s.next, int(s.known[byURL]))
	for i := range s.next {
		s.next[i] = -never
	}
	for i := len(s.kind) - 1; i >= 0; i-- {
		kind, at := s.kind[i], s.at[i]
		switch {
		case url[i] < 0:
		case kind&kindBlocked != 0:
			s.next[url[i]] = at
		case kind&kindAllowed != 0 && s.next[url[i]]-at <= s.w.reach:
			s.found[s.row[i]].BlockedLater = s.isBlocked(i)
		}
	}
}

// isBlocked says whether a URL is blocked after row i for somebody who has to
// do with it.
func (s *survey) isBlocked(i int) bool {
	for _, key := range s.blockKeys(i) {
		next, _ := slices.BinarySearchFunc(s.blocks, block{key, s.at[i] + 1}, compareBlocks)
		if key != 0 && next < len(s.blocks) && s.blocks[next].key == key && s.blocks[next].at-s.at[i] <= s.w.reach {
			return true
		}
	}
	return false
}

// blockKeys are the keys of the blocks that concern row i; 0: none.
func (s *survey) blockKeys(i int) (keys [2]uint64) {
	at := s.w.at(int(s.row[i]))
	url := s.w.keys[byURL][at]
	if message := s.w.keys[byMessage][at]; message != 0 {
		keys[0] = mix(url, message)
	}
	if domain := domainKey(s.w.clicks[at].account()); domain != 0 {
		keys[1] = mix(domain, url)
	}
	return keys
}
