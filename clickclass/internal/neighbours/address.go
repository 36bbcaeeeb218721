package neighbours

import (
	"math/bits"
	"time"
)

// followAccount compares the rows of one account at all addresses.
func (c *comparison) followAccount(group []int32) {
	c.countAround(group, c.reach, c.hours, func(place, hours int32) {
		c.countsAt(place).AccountHours = hours
	})
	c.measureAges(group, func(n *Counts, age time.Duration) { n.AccountAge = age })
	c.measureDanger(group)
	c.markVisitors(group)
}

// measureAges calls set for each row of a group with the time from the first row of the
// group within reach to this row.
func (c *comparison) measureAges(group []int32, set func(*Counts, time.Duration)) {
	from := 0
	for _, place := range group {
		for c.at[place]-c.at[group[from]] > c.reach {
			from++
		}
		set(c.countsAt(place), (c.at[place] - c.at[group[from]]).Duration())
	}
}

// measureDanger sets DangerAge of the rows of an account. What a service opened, the account
// did not.
func (c *comparison) measureDanger(group []int32) {
	reach := c.within(danger)
	opened := c.queue[:0] // places of what was dangerous
	for _, place := range group {
		m := c.markAt(place)
		dangerous := m.Kind&KindDanger != 0 || c.countsAt(place).BlockedLater
		if dangerous && (c.service == nil || !c.service(m.IP)) {
			opened = append(opened, place)
		}
	}
	c.queue = opened
	from := 0
	for _, place := range group {
		for from < len(opened) && c.at[place]-c.at[opened[from]] > reach {
			from++
		}
		if from < len(opened) && c.at[opened[from]] < c.at[place] {
			c.countsAt(place).DangerAge = (c.at[place] - c.at[opened[from]]).Duration()
		}
	}
}

// markVisitors marks the rows of an account that was at several addresses.
func (c *comparison) markVisitors(group []int32) {
	ids := c.column[byAddr].id
	several := false
	for _, place := range group {
		several = several || ids[place] >= 0 && ids[place] != ids[group[0]]
	}
	if !several {
		return
	}
	c.countAround(group, c.reach, ids, func(place, addresses int32) {
		if addresses > 1 && ids[place] >= 0 {
			c.traits[place] |= traitVisitor
			c.countsAt(place).AddressVisitors = 1
		}
	})
}

// followAccountAtAddress compares the rows of one account at one address.
func (c *comparison) followAccountAtAddress(group []int32) {
	c.countAround(group, c.reach, c.hours, func(place, hours int32) {
		c.countsAt(place).OwnHours = hours
	})
	c.countAround(group, c.reach, c.days, func(place, days int32) {
		c.countsAt(place).OwnDays = days
	})
	c.measureAges(group, func(n *Counts, age time.Duration) { n.OwnAge = age })
	c.markRegulars(group)
	for _, place := range group {
		if c.countsAt(place).AtHome() {
			c.traits[place] |= traitAtHome
		}
	}
}

// Assumptions. An intruder can stay at an address for days, so a few days are not enough.
const (
	newFor = 14 * 24 * time.Hour // how long an address is new to an account
	oldFor = 3 * 24 * time.Hour  // how long the account was elsewhere before, at least
)

// AtHome reports whether the account keeps coming back to the address: on three days or
// more and in a quarter of all hours in which it clicked, or on two days and in half of
// these hours. An address that is New or NewAfterDanger is no home.
func (c *Counts) AtHome() bool {
	comesBack := c.OwnDays >= 3 && 4*c.OwnHours >= c.AccountHours || c.OwnDays == 2 && 2*c.OwnHours >= c.AccountHours
	return comesBack && !c.New() && !c.NewAfterDanger()
}

// New reports whether the account came to the address for the first time less than 14 days
// ago, and was elsewhere for three days or more before that. The answer has no meaning for
// a row without address.
func (c *Counts) New() bool { return c.OwnAge < newFor && c.AccountAge >= c.OwnAge+oldFor }

// NewAfterDanger reports whether the account came to the address for the first time after it
// had opened something dangerous, elsewhere. Within a second that is the same click: other
// logs have its time cut to the second, and alerts have it without address. The answer has
// no meaning for a row without address.
func (c *Counts) NewAfterDanger() bool { return c.DangerAge-c.OwnAge >= time.Second }

// markRegulars marks the rows of an account at an address to which it came back.
func (c *comparison) markRegulars(group []int32) {
	from, end := 0, 0
	for _, place := range group {
		at := c.at[place]
		for end < len(group) && c.at[group[end]]-at <= c.reach {
			end++
		}
		for at-c.at[group[from]] > c.reach {
			from++
		}
		if at-c.at[group[from]] > returnGap || c.at[group[end-1]]-at > returnGap {
			c.traits[place] |= traitRegular
		}
	}
}

// countDomain counts the other accounts of one domain.
func (c *comparison) countDomain(group []int32) {
	ids := c.column[byAccount].id
	// In a call of set, c.counts says how often each id is within reach.
	others := func(place, accounts int32) int32 {
		if id := ids[place]; id >= 0 && c.counts[id] > 0 {
			accounts--
		}
		return accounts
	}
	c.countAround(group, c.reach, ids, func(place, accounts int32) {
		c.countsAt(place).DomainAccounts = others(place, accounts)
	})
	known := resize(c.queue, len(c.order)) // ids of the accounts with sign-ins
	c.queue = known
	for _, place := range group {
		known[place] = -1
		if c.traits[place]&TraitSignIn != 0 {
			known[place] = ids[place]
		}
	}
	c.countAround(group, c.reach, known, func(place, accounts int32) {
		c.countsAt(place).DomainSignIns = others(place, accounts)
	})
}

// countAtAddress counts who and what is at one address.
func (c *comparison) countAtAddress(group []int32) {
	c.countAround(group, c.reach, c.column[byURL].id, func(place, urls int32) {
		c.countsAt(place).AddressURLs = min(urls, countCap)
	})
	c.countOccasions(group, TraitSlow, func(n *Counts, times int32) { n.AddressSlow = times })
	c.countOccasions(group, TraitFast, func(n *Counts, times int32) { n.AddressFast = times })
	c.countAccounts(group)
}

// tally counts, by trait, the rows of an account, or the accounts.
type tally struct {
	rows   int32
	traits [numTraits]int32
}

// add counts a row with traits. If it is the first row, or the first with a trait, it also
// counts the account in different.
func (t *tally) add(traits Traits, different *tally) {
	if t.rows++; t.rows == 1 {
		different.rows++
	}
	for ; traits != 0; traits &= traits - 1 {
		i := bits.TrailingZeros8(uint8(traits))
		if t.traits[i]++; t.traits[i] == 1 {
			different.traits[i]++
		}
	}
}

// remove undoes add.
func (t *tally) remove(traits Traits, different *tally) {
	if t.rows--; t.rows == 0 {
		different.rows--
	}
	for ; traits != 0; traits &= traits - 1 {
		i := bits.TrailingZeros8(uint8(traits))
		if t.traits[i]--; t.traits[i] == 0 {
			different.traits[i]--
		}
	}
}

// has returns the count of a trait.
func (t *tally) has(trait Traits) int32 { return t.traits[bits.TrailingZeros8(uint8(trait))] }

// countAccounts counts the accounts at one address by their traits.
func (c *comparison) countAccounts(group []int32) {
	ids := c.column[byAccount].id
	var different tally
	from, end := 0, 0
	for _, place := range group {
		at := c.at[place]
		for ; end < len(group) && c.at[group[end]]-at <= c.reach; end++ {
			if p := group[end]; ids[p] >= 0 {
				c.tallies[ids[p]].add(c.traits[p], &different)
			}
		}
		for ; at-c.at[group[from]] > c.reach; from++ {
			if p := group[from]; ids[p] >= 0 {
				c.tallies[ids[p]].remove(c.traits[p], &different)
			}
		}
		var own tally
		if id := ids[place]; id >= 0 {
			own = c.tallies[id]
		}
		others := func(trait Traits) int32 {
			return min(different.has(trait)-min(own.has(trait), 1), countCap)
		}
		n := c.countsAt(place)
		n.AddressAccounts = min(different.rows, countCap)
		n.AddressFast = min(n.AddressFast, others(TraitFast))
		n.AddressPeople, n.AddressSilent = others(TraitPerson), others(TraitSilent)
		n.AddressFastAccounts, n.AddressAtHome = others(TraitFast), others(traitAtHome)
		n.AddressRegulars = min(different.has(traitRegular), countCap)
		n.AddressVisitors = min(different.has(traitVisitor), countCap)
	}
	for ; from < end; from++ {
		if p := group[from]; ids[p] >= 0 {
			c.tallies[ids[p]] = tally{}
		}
	}
}

// countOccasions calls set for each row of a group with the number of occasions with rows
// of a trait besides this row: as many such rows as can be picked so that each is more than
// an occasion away from the next and from the row.
func (c *comparison) countOccasions(group []int32, trait Traits, set func(*Counts, int32)) {
	rows := c.queue[:0] // the places with the trait
	for _, place := range group {
		if c.traits[place]&trait != 0 {
			rows = append(rows, place)
		}
	}
	c.queue = rows
	if len(rows) == 0 {
		return
	}
	// From each row the next one that is more than an occasion later. Picking the earliest
	// each time gives the most.
	next := resize(c.widths, len(rows))
	c.widths = next
	n := 0
	for i, place := range rows {
		for n < len(rows) && c.at[rows[n]]-c.at[place] <= occasion {
			n++
		}
		next[i] = int32(n)
	}
	from, after := 0, 0
	for _, place := range group {
		at := c.at[place]
		for from < len(rows) && at-c.at[rows[from]] > c.reach {
			from++
		}
		for after < len(rows) && c.at[rows[after]]-at <= occasion {
			after++
		}
		times := int32(0)
		for i := from; i < len(rows) && at-c.at[rows[i]] > occasion && times < habitCap; i = int(next[i]) {
			times++
		}
		for i := after; i < len(rows) && c.at[rows[i]]-at <= c.reach && times < habitCap; i = int(next[i]) {
			times++
		}
		set(c.countsAt(place), times)
	}
}

// countFans counts the accounts that asked for one URL from one address.
func (c *comparison) countFans(group []int32) {
	c.countAround(group, fanReach, c.column[byAccount].id, func(place, accounts int32) {
		c.countsAt(place).FanAccounts = min(accounts, countCap)
	})
}
