package clickclass

import "net/netip"

// beside is Neighbours as a window holds them: in half the memory, and without a
// pointer, so that the garbage collector has nothing to look for in them.
type beside struct {
	MessageURLs1s, MessageURLs3s, MessageURLs60s int32

	twinGap int32    // ticks: a twin is no further away than twinReach
	twinIP  [16]byte // as netip.Addr.As16 has it

	FanAccounts, AddressAccounts, AddressURLs, AddressFast, AddressSlow uint8
	AddressPeople, AddressSilent, AddressRegulars, AddressVisitors      uint8

	twin, twinIs4, twinService bool

	ScanThenThrough, Through, Pair, Duplicate, BlockedLater bool
}

var (
	_ [1<<31 - 1 - twinReach]struct{}
	_ [1<<8 - 1 - countCap]struct{}
	_ [1<<8 - 1 - habitCap]struct{}
)

// neighbours is b in full.
func (b *beside) neighbours() Neighbours {
	n := Neighbours{
		Seen:          true,
		MessageURLs1s: b.MessageURLs1s, MessageURLs3s: b.MessageURLs3s, MessageURLs60s: b.MessageURLs60s,
		FanAccounts: int32(b.FanAccounts), AddressAccounts: int32(b.AddressAccounts), AddressURLs: int32(b.AddressURLs),
		AddressFast: int32(b.AddressFast), AddressSlow: int32(b.AddressSlow),
		AddressPeople: int32(b.AddressPeople), AddressSilent: int32(b.AddressSilent),
		AddressRegulars: int32(b.AddressRegulars), AddressVisitors: int32(b.AddressVisitors),
		Twin:            b.twin,
		ScanThenThrough: b.ScanThenThrough, Through: b.Through, Pair: b.Pair, Duplicate: b.Duplicate, BlockedLater: b.BlockedLater,
	}
	if b.twin {
		n.TwinGap, n.TwinIP, n.TwinService = ticks(b.twinGap).duration(), b.twinAddr(), b.twinService
	}
	return n
}

func (b *beside) twinAddr() netip.Addr {
	if b.twinIs4 {
		return netip.AddrFrom4([4]byte(b.twinIP[12:]))
	}
	return netip.AddrFrom16(b.twinIP)
}

// join adds what a later look found. More rows never take anything away: what
// is missing in the later look is only no longer remembered.
func (b *beside) join(m *beside) {
	b.MessageURLs1s = max(b.MessageURLs1s, m.MessageURLs1s)
	b.MessageURLs3s = max(b.MessageURLs3s, m.MessageURLs3s)
	b.MessageURLs60s = max(b.MessageURLs60s, m.MessageURLs60s)
	b.FanAccounts = max(b.FanAccounts, m.FanAccounts)
	b.AddressAccounts = max(b.AddressAccounts, m.AddressAccounts)
	b.AddressURLs = max(b.AddressURLs, m.AddressURLs)
	b.AddressFast = max(b.AddressFast, m.AddressFast)
	b.AddressSlow = max(b.AddressSlow, m.AddressSlow)
	b.AddressPeople = max(b.AddressPeople, m.AddressPeople)
	b.AddressSilent = max(b.AddressSilent, m.AddressSilent)
	b.AddressRegulars = max(b.AddressRegulars, m.AddressRegulars)
	b.AddressVisitors = max(b.AddressVisitors, m.AddressVisitors)
	if m.twin {
		b.joinTwin(ticks(m.twinGap), m.twinAddr(), m.twinService)
	}
	b.ScanThenThrough = b.ScanThenThrough || m.ScanThenThrough
	b.Through = b.Through || m.Through
	b.Pair = b.Pair || m.Pair
	b.Duplicate = b.Duplicate || m.Duplicate
	b.BlockedLater = b.BlockedLater || m.BlockedLater
}

// joinTwin takes another twin when it is nearer. Of two that are as near, the
// earlier one gives the gap, the smaller address is named, and one of a service
// is enough.
func (b *beside) joinTwin(gap ticks, ip netip.Addr, service bool) {
	old := ticks(b.twinGap)
	switch {
	case !b.twin || abs(gap) < abs(old):
		b.twin, b.twinGap, b.twinService = true, int32(gap), service
		b.twinIP, b.twinIs4 = ip.As16(), ip.Is4()
	case abs(gap) == abs(old):
		b.twinGap = int32(min(old, gap))
		if ip.Less(b.twinAddr()) {
			b.twinIP, b.twinIs4 = ip.As16(), ip.Is4()
		}
		b.twinService = b.twinService || service
	}
}

func abs(t ticks) ticks { return max(t, -t) }

// mute says that no rule would see anything in n.
func (n *Neighbours) mute() bool {
	return !n.fan() && !n.crowd() && n.AddressPeople == 0 && n.AddressFast == 0 &&
		n.MessageURLs60s <= 1 && !n.Twin && !n.ScanThenThrough && !n.Pair && !n.Duplicate && !n.BlockedLater
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
