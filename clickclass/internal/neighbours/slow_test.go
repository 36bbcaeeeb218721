package neighbours

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// slowCompare is the obvious twin of Compare: it compares every row with every other, in
// the words of the fields of Counts.
func slowCompare(rows []Mark, reach ticks.Ticks, service func(netip.Addr) bool) []Counts {
	own, out := make([]Counts, len(rows)), make([]Counts, len(rows))
	for i := range rows {
		own[i].BlockedLater = slowBlockedLater(rows, i, reach)
	}
	for i := range rows {
		own[i].setSlowOwn(rows, i, own, reach, service)
	}
	for i := range rows {
		out[i] = slowCounts(rows, i, own, reach, service)
	}
	return out
}

// slowNear reports whether two rows are at most a span and the reach apart.
func slowNear(a, b *Mark, span, reach ticks.Ticks) bool {
	return a.At != ticks.None && b.At != ticks.None && (a.At-b.At).Abs() <= min(span, reach)
}

// same reports whether two keys are known and equal.
func same(a, b uint64) bool { return a != 0 && a == b }

// slowCounts counts for row i. Own holds what the rows' own accounts did.
func slowCounts(rows []Mark, i int, own []Counts, reach ticks.Ticks, service func(netip.Addr) bool) Counts {
	n := Counts{Seen: true}
	m := &rows[i]
	if m.At == ticks.None {
		return n
	}
	if m.Message != 0 && m.Account != 0 && m.URL != 0 {
		n.MessageURLs1s = slowWidest(rows, i, min(ticks.Second-1, reach))
		n.MessageURLs3s = slowWidest(rows, i, min(3*ticks.Second, reach))
		n.MessageURLs60s = slowWidest(rows, i, min(60*ticks.Second, reach))
	}

	type keys = map[uint64]bool
	fan, accounts, urls, fast := keys{}, keys{}, keys{}, keys{}
	people, silent, regulars, visitors := keys{}, keys{}, keys{}, keys{}
	atHome, domain, signIns := keys{}, keys{}, keys{}
	var fastTimes, slowTimes []ticks.Ticks
	var twins []*Mark
	for j := range rows {
		o := &rows[j]
		if !slowNear(m, o, reach, reach) {
			continue
		}
		if same(m.Addr, o.Addr) {
			accounts[o.Account], urls[o.URL] = true, true
			if same(m.URL, o.URL) && slowNear(m, o, 10*ticks.Second, reach) {
				fan[o.Account] = true
			}
			if o.Traits&TraitFast != 0 {
				fastTimes = append(fastTimes, o.At)
			}
			if o.Traits&TraitSlow != 0 {
				slowTimes = append(slowTimes, o.At)
			}
			if o.Account != m.Account {
				fast[o.Account] = fast[o.Account] || o.Traits&TraitFast != 0
				people[o.Account] = people[o.Account] || o.Traits&TraitPerson != 0
				silent[o.Account] = silent[o.Account] || o.Traits&TraitSilent != 0
				atHome[o.Account] = atHome[o.Account] || own[j].AtHome()
			}
			came, went := slowElsewhere(rows, o, reach)
			regulars[o.Account] = regulars[o.Account] || came
			visitors[o.Account] = visitors[o.Account] || went
		}
		if same(m.Account, o.Account) && same(m.URL, o.URL) {
			if m.Addr != 0 && o.Addr != 0 && m.Addr != o.Addr && slowNear(m, o, 120*ticks.Second, reach) {
				twins = append(twins, o)
			}
			if o.Kind&KindScan != 0 && m.Kind&(KindAllowed|KindThrough) != 0 && o.At <= m.At && slowNear(m, o, 600*ticks.Second, reach) {
				n.ScanThenThrough = true
			}
		}
		if same(m.Report, o.Report) {
			if m.Kind&KindThrough != o.Kind&KindThrough {
				n.Pair = true
				n.Through = m.Kind&KindThrough == 0
			}
			if j < i && m.Action == o.Action {
				n.Duplicate = true
			}
		}
		if same(m.Domain, o.Domain) && o.Account != m.Account {
			domain[o.Account] = true
			signIns[o.Account] = signIns[o.Account] || o.Traits&TraitSignIn != 0
		}
	}
	all := func(set keys) (known int32) {
		for key, is := range set {
			if key != 0 && is {
				known++
			}
		}
		return known
	}
	count := func(set keys) int32 { return min(all(set), 64) }
	n.FanAccounts, n.AddressAccounts, n.AddressURLs = count(fan), count(accounts), count(urls)
	n.AddressPeople, n.AddressSilent = count(people), count(silent)
	n.AddressRegulars, n.AddressVisitors = count(regulars), count(visitors)
	n.AddressFast = min(slowOccasions(fastTimes, m.At), count(fast))
	n.AddressSlow = slowOccasions(slowTimes, m.At)
	n.AddressFastAccounts, n.AddressAtHome = count(fast), count(atHome)
	n.DomainAccounts, n.DomainSignIns = all(domain), all(signIns)
	n.setSlowTwin(m, twins, service)

	n.Join(&own[i])
	return n
}

// setSlowOwn sets what the account of row i did there and elsewhere. Own says which rows
// were blocked later.
func (n *Counts) setSlowOwn(rows []Mark, i int, own []Counts, reach ticks.Ticks, service func(netip.Addr) bool) {
	m := &rows[i]
	ownDays, ownHours, hours := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for j := range rows {
		o := &rows[j]
		if !same(m.Account, o.Account) || !slowNear(m, o, reach, reach) {
			continue
		}
		here := same(m.Addr, o.Addr)
		at := o.At.Time()
		if o.Traits&TraitFast == 0 {
			hours[at.Format("2006-01-02 15")] = true
			if here {
				ownHours[at.Format("2006-01-02 15")] = true
				ownDays[at.Format("2006-01-02")] = true
			}
		}
		before := (m.At - o.At).Duration()
		n.AccountAge = max(n.AccountAge, before)
		if here {
			n.OwnAge = max(n.OwnAge, before)
		}
		dangerous := o.Kind&KindDanger != 0 || own[j].BlockedLater
		byService := service != nil && service(o.IP)
		if dangerous && !byService && slowNear(m, o, 14*day, reach) {
			n.DangerAge = max(n.DangerAge, before)
		}
	}
	n.OwnDays, n.OwnHours, n.AccountHours = int32(len(ownDays)), int32(len(ownHours)), int32(len(hours))
}

// slowBlockedLater reports whether what a row allowed was blocked afterwards.
func slowBlockedLater(rows []Mark, i int, reach ticks.Ticks) bool {
	m := &rows[i]
	return m.Kind&KindAllowed != 0 && slices.ContainsFunc(rows, func(o Mark) bool {
		return o.Kind&KindBlocked != 0 && slowNear(m, &o, reach, reach) && o.At > m.At &&
			(same(m.Message, o.Message) || (same(m.URL, o.URL) || same(m.Site, o.Site)) && same(m.Domain, o.Domain))
	})
}

// setSlowTwin picks the nearest of the rows that may be the twin of m.
func (n *Counts) setSlowTwin(m *Mark, twins []*Mark, service func(netip.Addr) bool) {
	if len(twins) == 0 {
		return
	}
	distance := func(o *Mark) ticks.Ticks { return (o.At - m.At).Abs() }
	nearest := slices.MinFunc(twins, func(a, b *Mark) int { return cmp.Compare(distance(a), distance(b)) })
	twins = slices.DeleteFunc(twins, func(o *Mark) bool { return distance(o) > distance(nearest) })

	n.Twin = true
	earliest := slices.MinFunc(twins, func(a, b *Mark) int { return cmp.Compare(a.At, b.At) })
	n.TwinGap = earliest.At.Time().Sub(m.At.Time())
	n.TwinIP = slices.MinFunc(twins, func(a, b *Mark) int { return a.IP.Compare(b.IP) }).IP
	n.TwinService = service != nil && slices.ContainsFunc(twins, func(o *Mark) bool { return service(o.IP) })
}

// slowElsewhere reports whether the account of a row came to the address again, and
// whether it was at another address.
func slowElsewhere(rows []Mark, m *Mark, reach ticks.Ticks) (came, went bool) {
	for j := range rows {
		o := &rows[j]
		if same(m.Account, o.Account) && o.Addr != 0 && slowNear(m, o, reach, reach) {
			came = came || o.Addr == m.Addr && (o.At-m.At).Abs() > 3600*ticks.Second
			went = went || o.Addr != m.Addr
		}
	}
	return came, went
}

// slowWidest tries every run of rows of a message and account that starts at a row and
// takes a span.
func slowWidest(rows []Mark, i int, span ticks.Ticks) int32 {
	most := 0
	for s := range rows {
		from := rows[s].At
		if from == ticks.None || from > rows[i].At || rows[i].At-from > span {
			continue
		}
		urls := map[uint64]bool{}
		for j := range rows {
			m := &rows[j]
			if m.Message == rows[i].Message && m.Account == rows[i].Account && m.URL != 0 &&
				m.At != ticks.None && m.At >= from && m.At-from <= span {
				urls[m.URL] = true
			}
		}
		most = max(most, len(urls))
	}
	return int32(most)
}

// slowOccasions tries, at each time that is more than ten minutes from a row, to take it
// and to leave it.
func slowOccasions(times []ticks.Ticks, row ticks.Ticks) int32 {
	var far []ticks.Ticks
	for _, t := range times {
		if (t - row).Abs() > 600*ticks.Second {
			far = append(far, t)
		}
	}
	slices.Sort(far)
	best := make([]int32, len(far)+1) // of the times from an index on
	for i := len(far) - 1; i >= 0; i-- {
		j := i + 1
		for j < len(far) && far[j]-far[i] <= 600*ticks.Second {
			j++
		}
		best[i] = max(best[i+1], 1+best[j])
	}
	return min(best[0], 8)
}
