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

	seen bool // other rows were looked at

	twin, twinIs4, twinService bool

	ScanThenThrough, Through, Pair, Duplicate, BlockedLater bool
}

var (
	_ [1<<31 - 1 - twinReach]struct{}
	_ [1<<8 - 1 - countCap]struct{}
	_ [1<<8 - 1 - habitCap]struct{}
)

// neighbours is b in full.
func (b *beside) neighbours() (n Neighbours) {
	b.unpack(&n)
	return n
}

// unpack puts b in full into the zero n.
func (b *beside) unpack(n *Neighbours) {
	n.Seen = b.seen
	n.MessageURLs1s, n.MessageURLs3s, n.MessageURLs60s = b.MessageURLs1s, b.MessageURLs3s, b.MessageURLs60s
	n.FanAccounts, n.AddressAccounts, n.AddressURLs = int32(b.FanAccounts), int32(b.AddressAccounts), int32(b.AddressURLs)
	n.AddressFast, n.AddressSlow = int32(b.AddressFast), int32(b.AddressSlow)
	n.AddressPeople, n.AddressSilent = int32(b.AddressPeople), int32(b.AddressSilent)
	n.AddressRegulars, n.AddressVisitors = int32(b.AddressRegulars), int32(b.AddressVisitors)
	if b.twin {
		n.Twin, n.TwinGap, n.TwinIP, n.TwinService = true, ticks(b.twinGap).duration(), b.twinAddr(), b.twinService
	}
	n.ScanThenThrough, n.Through, n.Pair, n.Duplicate, n.BlockedLater = b.ScanThenThrough, b.Through, b.Pair, b.Duplicate, b.BlockedLater
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
	b.seen = b.seen || m.seen
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
