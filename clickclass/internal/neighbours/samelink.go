package neighbours

import (
	"net/netip"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// compareSameLink compares the rows of one account and URL.
func (c *comparison) compareSameLink(group []int32) {
	ids := c.column[byAddr].id
	several, scan := false, false
	for _, place := range group {
		several = several || ids[place] != ids[group[0]]
		scan = scan || c.markAt(place).Kind&KindScan != 0
	}
	if several {
		c.findTwins(group)
	}
	if scan {
		c.findScanWaits(group)
	}
}

// sighting is when an address was last seen in a walk through time.
type sighting struct {
	id int32 // number of the address; -1: none
	at ticks.Ticks
	ip netip.Addr
}

// before orders sightings: the later first, and of two at the same time the one with the
// smaller address, so that the order of rows does not matter.
func (a *sighting) before(b *sighting) bool {
	if a.at != b.at {
		return a.at > b.at
	}
	return a.ip.Less(b.ip)
}

// latest holds the last sightings of two different addresses.
type latest [2]sighting

func newLatest() latest { return latest{{id: -1, at: never}, {id: -1, at: never}} }

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

// otherThan returns the last sighting of an address other than id.
func (l *latest) otherThan(id int32) *sighting {
	if l[0].id != id {
		return &l[0]
	}
	return &l[1]
}

// findTwins finds for each row the nearest one from another address: once forwards and once
// backwards through time.
func (c *comparison) findTwins(group []int32) {
	reach := c.within(twinReach)
	ids := c.column[byAddr].id
	for _, forward := range [...]bool{true, false} {
		seen, services := newLatest(), newLatest()
		for i := range group {
			place := group[i]
			if !forward {
				place = group[len(group)-1-i]
			}
			now := sighting{ids[place], c.at[place], c.markAt(place).IP}
			if now.id < 0 {
				continue
			}
			if !forward {
				now.at = -now.at
			}
			if last := seen.otherThan(now.id); last.at != never && now.at-last.at <= reach {
				gap := last.at - now.at
				if !forward {
					gap = -gap
				}
				c.countsAt(place).joinTwin(gap.Duration(), last.ip, services.otherThan(now.id).at == last.at)
			}
			seen.see(now)
			if c.service != nil && c.service(now.ip) {
				services.see(now)
			}
		}
	}
}

// findScanWaits finds the clicks that went on after the page that asks to wait.
func (c *comparison) findScanWaits(group []int32) {
	reach := c.within(scanReach)
	scan := never
	next := 0
	for _, place := range group {
		at := c.at[place]
		for ; next < len(group) && c.at[group[next]] <= at; next++ {
			if c.markAt(group[next]).Kind&KindScan != 0 {
				scan = c.at[group[next]]
			}
		}
		if c.markAt(place).Kind&(KindAllowed|KindThrough) != 0 && at-scan <= reach {
			c.countsAt(place).ScanThenThrough = true
		}
	}
}
