package clickclass

import (
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// Signal is one reason of a verdict.
type Signal struct {
	Rule    *Rule   // the row of the rules table; not to be changed
	Weight  float64 // natural-log odds as applied; positive speaks for automation
	Counted bool    // false: another signal of the group counted, or it weighs nothing

	// What it saw, packed, since a Verdict has room for many signals and is
	// copied: a gap in nanoseconds, a count, an AS number, or an address of
	// which bits count.
	saw    saw
	bits   uint8
	rule   uint8 // Rule by its place in the table
	hi, lo uint64
}

// saw says what a signal saw.
type saw uint8

const (
	sawFact saw = iota // no more than the rule's text says
	sawPrefix4
	sawPrefix6
	sawGap
	sawCount
	sawNetwork
)

func (s *Signal) sees(what saw, value int64, ok bool) bool {
	s.saw, s.lo = what, uint64(value)
	return ok
}

func (s *Signal) prefix(p netip.Prefix) bool {
	s.bits = uint8(p.Bits())
	if a := p.Addr(); a.Is4() {
		b := a.As4()
		return s.sees(sawPrefix4, int64(binary.BigEndian.Uint32(b[:])), true)
	}
	b := p.Addr().As16()
	s.hi = binary.BigEndian.Uint64(b[:8])
	return s.sees(sawPrefix6, int64(binary.BigEndian.Uint64(b[8:])), true)
}

func (s *Signal) fact(ok bool) bool                 { return s.sees(sawFact, 0, ok) }
func (s *Signal) count(n int32, ok bool) bool       { return s.sees(sawCount, int64(n), ok) }
func (s *Signal) gap(d time.Duration, ok bool) bool { return s.sees(sawGap, int64(d), ok) }

// The signals: each says whether it applies, and writes what it saw into s. The
// rules table names and weighs them, and asks only those that have what they
// need. A signal may change s.Weight, which is 1 before and scales the table's.

const (
	unread  = 3 * time.Second
	soon    = 10 * time.Second
	forever = time.Duration(1<<63 - 1)

	// manyURLs is how many links of a message a person hardly opens all.
	manyURLs = 5

	// minRarity is how rare a host must be to tell anything; assumption.
	minRarity = 0.2

	// beforeSlack is how far before the message a click must lie to count as
	// before it: the two clocks are not the same.
	beforeSlack = 5 * time.Second
)

func originOwnScanner(f *facts, s *Signal) bool { return origin(f, s, iprange.KindOwnScanner) }
func originOwnTool(f *facts, s *Signal) bool    { return origin(f, s, iprange.KindOwnTool) }
func originOwnEgress(f *facts, s *Signal) bool  { return origin(f, s, iprange.KindOwnEgress) }

// origin is the common half of the signals for an address of a published list.
func origin(f *facts, s *Signal, kind iprange.Kind) bool {
	if f.o.Kind != kind {
		return false
	}
	return s.prefix(f.o.Prefix)
}

func originMailProtection(f *facts, s *Signal) bool { return origin(f, s, iprange.KindMailProtection) }

func originTeams(f *facts, s *Signal) bool {
	return f.k.Workload != "Teams" && origin(f, s, iprange.KindTeams)
}

func originTeamsWorkload(f *facts, s *Signal) bool {
	return f.k.Workload == "Teams" && origin(f, s, iprange.KindTeams)
}

func originSharePoint(f *facts, s *Signal) bool { return origin(f, s, iprange.KindSharePoint) }
func originSecurity(f *facts, s *Signal) bool   { return origin(f, s, iprange.KindSecurity) }
func originCrawler(f *facts, s *Signal) bool    { return origin(f, s, iprange.KindCrawler) }
func originPlatform(f *facts, s *Signal) bool   { return origin(f, s, iprange.KindPlatform) }

func originService(f *facts, s *Signal) bool {
	switch k := f.o.Kind; k {
	case iprange.KindExchange, iprange.KindOffice, iprange.KindIdentity:
		return origin(f, s, k)
	}
	return false
}

// originAzure says little, and nothing where the account itself signs in from
// that part of Azure: then it is a hosted desktop or the company's own way out.
func originAzure(f *facts, s *Signal) bool {
	return !f.signIn.Month && !f.signIn.Near && origin(f, s, iprange.KindCloud)
}

func originPersonEgress(f *facts, s *Signal) bool {
	switch k := f.o.Kind; k {
	case iprange.KindPersonEgress, iprange.KindOwnCloudPC:
		return origin(f, s, k)
	}
	return false
}

// network speaks only where no published list and no range of the user's own
// does: those know better.
func network(f *facts, s *Signal, kind NetworkKind) bool {
	ok := f.o.Layer == iprange.LayerNone && f.o.Network.Kind() == kind
	return s.sees(sawNetwork, int64(f.o.Network.Number), ok)
}

func networkMailSecurity(f *facts, s *Signal) bool { return network(f, s, NetworkMailSecurity) }
func networkDataCentre(f *facts, s *Signal) bool   { return network(f, s, NetworkDataCentre) }
func networkAccess(f *facts, s *Signal) bool       { return network(f, s, NetworkAccess) }

// delayBounds are the ends of the steps by which a delay is judged; the last
// step has none.
var delayBounds = [...]time.Duration{-beforeSlack, unread, soon, time.Minute, 5 * time.Minute, time.Hour}

const delaySteps = len(delayBounds) + 1

// delayStep is the step in which a delay lies. An end belongs to the step
// before it.
func delayStep(d time.Duration) int {
	step := 0
	for _, end := range &delayBounds {
		past := 0 // no branch: nobody can guess it
		if d > end {
			past = 1
		}
		step += past
	}
	return step
}

// delayed applies to the delays of a step.
func delayed(f *facts, s *Signal, step int) bool { return s.gap(f.delay, f.step == step) }

func delayBefore(f *facts, s *Signal) bool      { return delayed(f, s, 0) }
func delayNone(f *facts, s *Signal) bool        { return delayed(f, s, 1) }
func delayTenSeconds(f *facts, s *Signal) bool  { return delayed(f, s, 2) }
func delayMinute(f *facts, s *Signal) bool      { return delayed(f, s, 3) }
func delayFiveMinutes(f *facts, s *Signal) bool { return late(f, s, 4) }
func delayHour(f *facts, s *Signal) bool        { return late(f, s, 5) }
func delayLonger(f *facts, s *Signal) bool      { return late(f, s, 6) }

// late is delayed for the times that speak for a person because scanners in
// mail flow do not come so late. Where something else shows a machine of
// another kind, one that shadows people, opens reported mail or waits, such a
// delay says nothing.
func late(f *facts, s *Signal, step int) bool {
	if !delayed(f, s, step) {
		return false
	}
	if f.timeless() {
		s.Weight = 0
	}
	return true
}

// timeless says whether something shows a machine that may come at any time.
func (f *facts) timeless() bool {
	n := f.n
	return f.shadows() || f.crowd() || f.strangers() > 0 || n.MessageURLs1s >= 2 || n.MessageURLs3s >= 3 ||
		n.fan() && !f.peopleAtAddress()
}

// shadowReach is how long after a person's click what shadows it comes; a mail
// sender saw 12 s.
const shadowReach = 15 * time.Second

// shadows says whether the click repeats one of the same account on the same
// link from another network.
func (f *facts) shadows() bool {
	n := f.n
	if !n.Twin || n.TwinGap >= 0 || n.TwinGap < -shadowReach || f.o.People == iprange.PeopleYes || n.TwinService {
		return false
	}
	return !related(f.k.addr(), n.TwinIP)
}

// related says whether two addresses may be one person's at one time: an IPv4
// and an IPv6 address, or two that lie close together, as those of a carrier or
// proxy do.
func related(a, b netip.Addr) bool {
	bits := 16
	if a.Is6() {
		bits = 32
	}
	block, err := a.Prefix(bits)
	return err != nil || a.Is4() != b.Is4() || block.Contains(b)
}

func burstMulti(f *facts, s *Signal) bool {
	return s.count(f.n.MessageURLs1s, f.n.MessageURLs1s >= 2)
}

func burstAll(f *facts, s *Signal) bool {
	n := f.n
	if n.MessageURLs3s >= 3 {
		return s.count(n.MessageURLs3s, true)
	}
	// A person opens all of three links within a minute, hardly all of five.
	all := f.mailKnown && f.mail.URLs >= manyURLs && int(n.MessageURLs60s) >= f.mail.URLs
	return s.count(n.MessageURLs60s, all)
}

// burstFan is set aside where people of the tenant are known to leave from the
// address: a company's way out has many accounts behind it.
func burstFan(f *facts, s *Signal) bool {
	return s.count(f.n.FanAccounts, f.n.fan() && !f.peopleAtAddress())
}

// peopleAtAddress says whether people are known to leave from the address, or,
// where the tenant's sign-ins are known, anybody signs in from it, if only by a
// client.
func (f *facts) peopleAtAddress() bool {
	return f.o.People == iprange.PeopleYes ||
		f.signInCovered() && (f.signIn.Month || f.signIn.Near || f.signIn.Others > 0 || f.signIn.Renewed)
}

// addressFast is an address from which links are asked for as machines ask: on
// other occasions and for other accounts, within a minute of the message.
func addressFast(f *facts, s *Signal) bool {
	s.Weight = f.n.fast()
	return s.count(f.n.AddressFast, s.Weight > 0 && !f.peopleAtAddress())
}

func addressStrangers(f *facts, s *Signal) bool {
	s.Weight = f.strangers()
	return s.count(f.n.AddressAccounts, s.Weight > 0)
}

func (f *facts) strangers() float64 {
	if f.peopleAtAddress() {
		return 0
	}
	return f.n.strangers()
}

func shadow(f *facts, s *Signal) bool {
	return s.gap(f.n.TwinGap, f.shadows())
}

func burstEcho(f *facts, s *Signal) bool {
	ok := f.n.Twin && f.n.TwinGap.Abs() < time.Second
	return s.gap(f.n.TwinGap, ok)
}

func actionThrough(f *facts, s *Signal) bool { return s.fact(f.through) }

func actionScanWait(f *facts, s *Signal) bool { return s.fact(f.n.ScanThenThrough) }

func clientTeamsFast(f *facts, s *Signal) bool {
	ok := f.k.Workload == "Teams" && f.o.Kind == iprange.KindTeams && f.delay <= soon
	return s.gap(f.delay, ok)
}

func clientApp(f *facts, s *Signal) bool {
	v := f.k.AppVersion
	return s.fact(v != "" && v != "0.0.0000")
}

func browserLaunch(f *facts, s *Signal) bool {
	ok := f.device.Launch && !f.elsewhere
	return s.gap(f.device.LaunchGap, ok)
}

// browserConnection weighs by how rare the host is: a browser goes to common
// hosts at any time.
func browserConnection(f *facts, s *Signal) bool {
	ok := f.device.Connection && f.device.Rarity >= minRarity && !f.elsewhere
	s.Weight = min(f.device.Rarity, 1)
	return s.gap(f.device.ConnectionGap, ok)
}

func signInOwnDay(f *facts, s *Signal) bool {
	return s.fact(f.signIn.Day && f.ownSignIn())
}

// signInOwnMonth takes a neighbour in the /24 only outside Microsoft's
// published ranges: there the neighbours are strangers.
func signInOwnMonth(f *facts, s *Signal) bool {
	return s.fact(f.ownSignIn() || f.signIn.Near && f.o.Layer == iprange.LayerNone)
}

// signInCrowd is an address with clicks of several accounts from which nobody
// signs in. That it says no more for more accounts keeps hotels and mobile
// carriers, which put many people behind one address, from counting as
// machines. That it is silent where b.fan speaks for its group, unless the
// message is old, keeps a campaign that many open at once from counting twice.
func signInCrowd(f *facts, s *Signal) bool {
	n := f.n
	fan := n.fan() && n.MessageURLs1s < 2 && n.MessageURLs3s < 3
	fresh := f.delaySource == DelayNone || f.delay <= time.Minute
	s.Weight = n.unsigned()
	return s.count(n.AddressAccounts, f.crowd() && !(fan && fresh))
}

// crowd says whether several accounts clicked from an address that nobody
// signs in from, and behind which no person was seen: sign-ins may go around a
// company's proxy, or come from a phone that has long been signed in.
func (f *facts) crowd() bool {
	return f.signInCovered() && f.n.crowd() && !f.n.seen() && !f.peopleAtAddress()
}

// signInCovered says whether the tenant's sign-ins around the click are known,
// those of the account or of others.
func (f *facts) signInCovered() bool { return f.signInKnown || f.signIn.Covered }

// signInNever is an address that nobody signs in from, least of all the
// account, which does sign in elsewhere. From dedicated addresses nobody can.
func signInNever(f *facts, s *Signal) bool {
	const enough = 5 // sign-ins of an account that tell where it is; assumption
	return s.fact(f.signIn.SignIns >= enough && !f.peopleAtAddress() && !f.o.dedicated())
}

// signInFresh is a person, and maybe not the owner of the account.
func signInFresh(f *facts, s *Signal) bool { return s.fact(f.signIn.Month && !f.ownSignIn()) }

func signInTenant(f *facts, s *Signal) bool {
	return s.count(int32(f.signIn.Others), f.signIn.Others >= 2)
}

func endpointSilent(f *facts, s *Signal) bool {
	ok := f.device.Active && !f.device.Launch && !f.device.Connection
	return s.fact(ok)
}

func countryFar(f *facts, s *Signal) bool {
	return s.fact(f.signIn.FarCountry)
}

func hoursOff(f *facts, s *Signal) bool {
	return s.fact(f.signIn.OffHours)
}
