package clickclass

import (
	"net/netip"
	"time"
)

// join adds what a later look found. More rows never take anything away: what
// is missing in the later look is only no longer remembered.
func (n *Neighbours) join(m *Neighbours) {
	n.Seen = n.Seen || m.Seen
	n.MessageURLs1s = max(n.MessageURLs1s, m.MessageURLs1s)
	n.MessageURLs3s = max(n.MessageURLs3s, m.MessageURLs3s)
	n.MessageURLs60s = max(n.MessageURLs60s, m.MessageURLs60s)
	n.FanAccounts = max(n.FanAccounts, m.FanAccounts)
	n.AddressAccounts = max(n.AddressAccounts, m.AddressAccounts)
	n.AddressURLs = max(n.AddressURLs, m.AddressURLs)
	n.AddressFast = max(n.AddressFast, m.AddressFast)
	n.AddressSlow = max(n.AddressSlow, m.AddressSlow)
	n.AddressPeople = max(n.AddressPeople, m.AddressPeople)
	n.AddressSilent = max(n.AddressSilent, m.AddressSilent)
	n.AddressRegulars = max(n.AddressRegulars, m.AddressRegulars)
	n.AddressVisitors = max(n.AddressVisitors, m.AddressVisitors)
	if m.Twin {
		n.joinTwin(m.TwinGap, m.TwinIP, m.TwinService)
	}
	n.ScanThenThrough = n.ScanThenThrough || m.ScanThenThrough
	n.Through = n.Through || m.Through
	n.Pair = n.Pair || m.Pair
	n.Duplicate = n.Duplicate || m.Duplicate
	n.BlockedLater = n.BlockedLater || m.BlockedLater
}

// mute says that no rule would see anything in n.
func (n *Neighbours) mute() bool {
	return !n.fan() && !n.crowd() && n.AddressPeople == 0 && n.AddressFast == 0 &&
		n.MessageURLs60s <= 1 && !n.Twin && !n.ScanThenThrough && !n.Pair && !n.Duplicate && !n.BlockedLater
}

// joinTwin takes another twin when it is nearer. Of two that are as near, the
// earlier one gives the gap, the smaller address is named, and one of a service
// is enough.
func (n *Neighbours) joinTwin(gap time.Duration, ip netip.Addr, service bool) {
	old, now := n.TwinGap.Abs(), gap.Abs()
	switch {
	case !n.Twin || now < old:
		n.Twin, n.TwinGap, n.TwinIP, n.TwinService = true, gap, ip, service
	case now == old:
		n.TwinGap = min(n.TwinGap, gap)
		if ip.Less(n.TwinIP) {
			n.TwinIP = ip
		}
		n.TwinService = n.TwinService || service
	}
}

// differs reports whether n, which joined more to old, says something else that
// the rules look at.
func (n *Neighbours) differs(old *Neighbours) bool {
	a, b := *n, *old
	if a.gist() != b.gist() {
		return true
	}
	a.forgetCounts()
	b.forgetCounts()
	return a != b
}

// gist is what the rules see of the counts by address, which grow with every
// click.
type gist struct {
	fan, crowd, seen          bool
	strangers, fast, unsigned float64
}

func (n *Neighbours) gist() gist {
	return gist{n.fan(), n.crowd(), n.seen(), n.strangers(), n.fast(), n.unsigned()}
}

func (n *Neighbours) forgetCounts() {
	n.FanAccounts, n.AddressAccounts, n.AddressURLs, n.AddressFast, n.AddressSlow = 0, 0, 0, 0, 0
	n.AddressPeople, n.AddressSilent, n.AddressRegulars, n.AddressVisitors = 0, 0, 0, 0
}
