package clickclass

import (
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/neighbours"
	"github.com/whoclicked/whoclicked/iprange"
)

// Numbers without a source are assumptions.
const (
	// crowded is how many accounts at an address are a crowd: Phish Insight takes more than
	// two for a machine.
	crowded = 3

	// manyURLs is how many links of a message a person hardly opens all.
	manyURLs = 5

	// shadowReach is how long after a person's click what shadows it comes; a mail sender
	// saw 12 s.
	shadowReach = 15 * time.Second

	// One occasion at an address says ln(0.90/0.11) for a machine that comes soon after the
	// message, or ln(0.10/0.89) against it: 90 % of such a machine's clicks come within a
	// minute, and 11 % of people's (Proofpoint 2018). Both are cut by a sixth; two
	// occasions say all that there is to say.
	fastOdds = 1.75
	slowOdds = -1.8
	fastMost = 2 * fastOdds

	// Three strangers say two thirds of what six do: a few may be a carrier's or a hotel's.
	// One regular in sixteen halves it.
	strangersLeast = 0.65
	strangersMore  = 0.15

	// A crowd without sign-ins says half, more for each account beyond three as long as
	// none comes back though they could, and a quarter if one in ten does: then sign-ins
	// rather go around a company's egress. Each account whose active device shows nothing
	// is worth ln 2, since more than half of people's clicks on watched devices leave a
	// trace.
	crowdLeast    = 0.5
	crowdMore     = 0.1
	crowdMost     = 0.9
	crowdRegulars = 0.25
	silentMore    = 0.175
)

func askedLinksAtOnce(f *facts, s *sign) bool {
	n := f.near.MessageURLs1s
	return n >= 2 && s.count(n, true)
}

func askedAllLinks(f *facts, s *sign) bool {
	n := &f.near
	if n.MessageURLs3s >= 3 {
		return s.count(n.MessageURLs3s, true)
	}
	// A person opens all of three links within a minute, hardly all of five.
	all := f.mailKnown && f.mail.URLs >= manyURLs && int(n.MessageURLs60s) >= f.mail.URLs
	return all && s.count(n.MessageURLs60s, true)
}

// askedByManyAccounts is set aside where people of the tenant are known to leave from the
// address: a company's egress has many accounts behind it.
func askedByManyAccounts(f *facts, s *sign) bool {
	n := f.near.FanAccounts
	return n >= crowded && !f.peopleAtAddress() && s.count(n, true)
}

func echoedElsewhere(f *facts, s *sign) bool {
	return f.near.Twin && f.near.TwinGap.Abs() < time.Second && s.gap(f.near.TwinGap, true)
}

func shadowsClick(f *facts, s *sign) bool { return f.shadows() && s.gap(f.near.TwinGap, true) }

// shadows reports whether the click repeats one of the same account on the same link from
// another network.
func (f *facts) shadows() bool {
	n := &f.near
	return n.Twin && n.TwinGap < 0 && n.TwinGap >= -shadowReach && f.origin.People != iprange.PeopleYes &&
		!n.TwinService && !sameNetwork(f.click.address(), n.TwinIP)
}

// sameNetwork reports whether two addresses may be one person's at one time: an IPv4 and an
// IPv6 address, or two that lie close together, as those of a carrier or proxy do.
func sameNetwork(a, b netip.Addr) bool {
	bits := 16
	if a.Is6() {
		bits = 32
	}
	block, err := a.Prefix(bits)
	return err != nil || a.Is4() != b.Is4() || block.Contains(b)
}

// addressAsksFast applies to an address from which links are asked for as machines do: on
// other occasions and for other accounts, within a minute of the message.
func addressAsksFast(f *facts, s *sign) bool {
	s.scale = fastShare(&f.near)
	return s.scale > 0 && !f.peopleAtAddress() && s.count(f.near.AddressFast, true)
}

func addressOfStrangers(f *facts, s *sign) bool {
	s.scale = f.strangers()
	return s.scale > 0 && s.count(f.near.AddressAccounts, true)
}

// strangers returns how much the accounts at the address look like strangers there, from 0
// to 1.
func (f *facts) strangers() float64 {
	if f.near.AddressAccounts < crowded || f.peopleAtAddress() {
		return 0
	}
	return strangersShare(&f.near)
}

// peopleAtAddress reports whether people are known to leave from the address, or, where the
// tenant's sign-ins are known, anybody signs in from it, if only by a client.
func (f *facts) peopleAtAddress() bool {
	return f.origin.People == iprange.PeopleYes ||
		f.signInsCovered() && (f.signIn.Month || f.signIn.Near || f.signIn.Others > 0 || f.signIn.Renewed)
}

// The shares below are parts of a rule's weight, from 0 to 1, by what neighbours say.

// peopleSeen reports whether people were seen behind the address, more than the one in
// eight accounts that may be so by chance.
func peopleSeen(n *neighbours.Counts) bool {
	return n.AddressPeople > 0 && 8*n.AddressPeople >= n.AddressAccounts
}

// visitorsMost reports whether most accounts at the address click elsewhere too, so that
// they could have come back.
func visitorsMost(n *neighbours.Counts) bool { return 10*n.AddressVisitors >= 7*n.AddressAccounts }

// strangersShare says how much it looks as if each account came by once, though they click
// elsewhere too: people come back to where they work and live.
func strangersShare(n *neighbours.Counts) float64 {
	if n.AddressAccounts < crowded || peopleSeen(n) || !visitorsMost(n) || 16*n.AddressRegulars > n.AddressAccounts {
		return 0
	}
	share := min(1, strangersLeast+strangersMore*float64(n.AddressAccounts-crowded))
	if n.AddressRegulars > 0 {
		share /= 2
	}
	return share
}

// fastShare says how much clicks from the address on other occasions look like those of a
// machine that comes soon after the message.
func fastShare(n *neighbours.Counts) float64 {
	odds := fastOdds*float64(n.AddressFast) + slowOdds*float64(n.AddressSlow)
	if odds < fastOdds {
		return 0
	}
	return min(1, odds/fastMost)
}

// unsignedShare says how much the lack of sign-ins at an address with a crowd tells.
func unsignedShare(n *neighbours.Counts) float64 {
	share := crowdLeast
	switch {
	case n.AddressAccounts < crowded:
		return 0
	case n.AddressRegulars == 0 && visitorsMost(n):
		share = min(crowdMost, share+crowdMore*float64(n.AddressAccounts-crowded))
	case 10*n.AddressRegulars >= n.AddressAccounts:
		share = crowdRegulars
	}
	return min(1, share+silentMore*float64(n.AddressSilent))
}

// countsDiffer reports whether rules can see a difference between two Counts of a click.
// The counts by address grow with every click; only what rules make of them matters.
func countsDiffer(now, was *neighbours.Counts) bool {
	return seenByRules(now) != seenByRules(was)
}

// ruleView is what rules see of Counts.
type ruleView struct {
	counts                    neighbours.Counts // without those by address
	fan, crowd, people        bool
	strangers, fast, unsigned float64
}

func seenByRules(n *neighbours.Counts) ruleView {
	v := ruleView{
		counts: *n, fan: n.FanAccounts >= crowded, crowd: n.AddressAccounts >= crowded, people: peopleSeen(n),
		strangers: strangersShare(n), fast: fastShare(n), unsigned: unsignedShare(n),
	}
	c := &v.counts
	c.FanAccounts, c.AddressAccounts, c.AddressURLs, c.AddressFast, c.AddressSlow = 0, 0, 0, 0, 0
	c.AddressPeople, c.AddressSilent, c.AddressRegulars, c.AddressVisitors = 0, 0, 0, 0
	return v
}
