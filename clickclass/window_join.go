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
	if m.Twin {
		n.joinTwin(m.TwinGap, m.TwinIP, m.TwinService)
	}
	n.ScanThenThrough = n.ScanThenThrough || m.ScanThenThrough
	n.Through = n.Through || m.Through
	n.Pair = n.Pair || m.Pair
	n.Duplicate = n.Duplicate || m.Duplicate
	n.BlockedLater = n.BlockedLater || m.BlockedLater
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

// differs reports whether n, which joined more to old, says enough more to
// judge the row again.
func (n *Neighbours) differs(old *Neighbours) bool {
	a, b := *n, *old
	if grew(a.AddressAccounts, b.AddressAccounts) || grew(a.AddressURLs, b.AddressURLs) ||
		grew(a.FanAccounts, b.FanAccounts) || grew(a.AddressFast, b.AddressFast) || grew(a.AddressSlow, b.AddressSlow) {
		return true
	}
	a.AddressAccounts, a.AddressURLs, a.FanAccounts = b.AddressAccounts, b.AddressURLs, b.FanAccounts
	a.AddressFast, a.AddressSlow = b.AddressFast, b.AddressSlow
	return a != b
}

// settled is the count from which on only doubling matters: the rules ask for
// two or three.
const settled = 4

func grew(now, before int) bool {
	return now > before && (before < settled || now >= 2*before)
}
