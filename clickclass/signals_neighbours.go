package clickclass

import (
	"math"
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

	// manyAccounts is from how many accounts on a crowd says all that it can of a machine. A
	// tool sees the mail of everybody; an intruder has one mailbox or a few, a hotel few
	// guests of one company.
	manyAccounts = 12
	// fewMailboxes is how many mailboxes an intruder with a script may have.
	fewMailboxes = 8

	// If one account in ten comes back to an address without sign-ins, sign-ins rather go
	// around a company's egress, and the lack of them says a quarter.
	crowdRegulars = 0.25
)

func askedLinksAtOnce(f *facts, s *sign) bool {
	n := f.near.MessageURLs1s
	return n >= 2 && s.count(n, true)
}

func askedAllLinks(f *facts, s *sign) bool {
	n := f.near
	if n.MessageURLs3s >= 3 {
		return s.count(n.MessageURLs3s, true)
	}
	// A person hardly opens all of five links within a minute, but for one who works a list
	// where he is at home.
	all := f.mailKnown && f.mail.URLs >= manyURLs && int(n.MessageURLs60s) >= f.mail.URLs && !f.atHome()
	return all && s.count(n.MessageURLs60s, true)
}

// askedByManyAccounts is set aside where people of the tenant are known to leave from the
// address: a company's egress has many accounts behind it. A machine asks for all at once;
// the more accounts of the address do not ask, the more it looks like an office.
func askedByManyAccounts(f *facts, s *sign) bool {
	n := f.near.FanAccounts
	s.machine = fanShare(f.near)
	s.other = s.machine
	return n >= crowded && !f.atHome() && !f.peopleAtAddress() && s.count(n, true)
}

func echoedElsewhere(f *facts, s *sign) bool {
	return f.near.Twin && f.near.TwinGap.Abs() < time.Second && s.gap(f.near.TwinGap, true)
}

func shadowsClick(f *facts, s *sign) bool { return f.shadows() && s.gap(f.near.TwinGap, true) }

// shadows reports whether the click repeats one of the same account on the same link from
// another network. Of two clicks the one from where the account is at home or signs in is
// the person's.
func (f *facts) shadows() bool {
	n := f.near
	return n.Twin && n.TwinGap < 0 && n.TwinGap >= -shadowReach && f.origin.People != iprange.PeopleYes &&
		!n.TwinService && !f.atHome() && !sameNetwork(f.click.address(), n.TwinIP)
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
// other occasions and for other accounts, within a minute of the message. For few accounts
// somebody with a script and the mailboxes' passwords fits as well.
func addressAsksFast(f *facts, s *sign) bool {
	share := fastShare(f.near)
	s.machine = share
	s.other = share * max(0, 1-float64(f.near.AddressFastAccounts)/manyAccounts)
	return share > 0 && !f.atHome() && !f.peopleAtAddress() && s.count(f.near.AddressFast, true)
}

func addressOfStrangers(f *facts, s *sign) bool {
	s.other = f.strangers()
	s.machine = s.other * manyShare(f.near.AddressAccounts)
	return s.other > 0 && s.count(f.near.AddressAccounts, true)
}

// strangers returns how much the accounts at the address look like strangers there, from 0
// to 1.
func (f *facts) strangers() float64 {
	if share := strangersShare(f.near); share > 0 && !f.peopleAtAddress() {
		return share
	}
	return 0
}

func accountAtHome(f *facts, s *sign) bool { return f.comesBack() && s.count(f.near.OwnDays, true) }

// comesBack reports whether the account keeps coming back to the address. At a service's, an
// address that asks fast, and one that anybody can rent, that shows nothing: a tool or an
// intruder stays, too.
func (f *facts) comesBack() bool {
	n := f.near
	return n.AtHome() && fastShare(n) == 0 && f.canBeHome()
}

// canBeHome reports whether people may be at home at the address: nobody is at a service's,
// and what anybody can rent shows nothing. Where sign-ins say that the account is here for
// the first time, or that nobody is, they know better than clicks.
func (f *facts) canBeHome() bool {
	return !f.origin.dedicated() && !f.origin.rented(f.networkUse) &&
		!(f.freshSignIn() && f.signIn.Others < 2) && !f.withoutSignIn()
}

func colleaguesAtHome(f *facts, s *sign) bool {
	return f.colleagues() && s.count(f.near.AddressAtHome, true)
}

// colleagues reports whether others of the company keep coming back to the address: two or
// more, and a third of those who came. A tool comes back to a few of very many.
func (f *facts) colleagues() bool {
	n := f.near
	return n.AddressAtHome >= 2 && 3*n.AddressAtHome >= n.AddressAccounts && f.canBeHome()
}

func addressIsNew(f *facts, s *sign) bool {
	return f.isNew() && s.gap(f.near.OwnAge, true)
}

func addressIsNewAfterDanger(f *facts, s *sign) bool {
	return f.near.NewAfterDanger() && f.mayBeNew() && s.gap(f.near.OwnAge, true)
}

// isNew reports whether the address is new to the account.
func (f *facts) isNew() bool { return f.near.New() && f.mayBeNew() }

// mayBeNew leaves out addresses of services, of the account's sign-ins and of colleagues.
func (f *facts) mayBeNew() bool {
	return f.click.IPAddress.IsValid() && !f.origin.dedicated() && !f.atHome() && !f.colleagues()
}

// atHome reports whether the account keeps coming back to the address, or signed in from it
// for long.
func (f *facts) atHome() bool { return f.comesBack() || f.ownSignIn() }

// peopleAtAddress reports whether people are known to leave from the address: by a list, by
// accounts that keep coming back to it, or, where the tenant's sign-ins are known, by any
// sign-in from it, if only by a client.
func (f *facts) peopleAtAddress() bool {
	return f.origin.People == iprange.PeopleYes || f.colleagues() ||
		f.signInsCovered() && (f.ownSignIn() || f.signIn.Near || f.signIn.Others > 0 || f.signIn.Renewed)
}

// The shares below are parts of a rule's weight, from 0 to 1, by what neighbours say.

// manyShare grows with the accounts at an address, from a third for three to all for
// manyAccounts.
func manyShare(accounts int32) float64 {
	const least = 1.0 / 3
	return min(1, least+(1-least)*float64(accounts-crowded)/(manyAccounts-crowded))
}

// peopleSeen reports whether people were seen behind the address, more than the one in
// eight accounts that may be so by chance.
func peopleSeen(n *neighbours.Counts) bool {
	return n.AddressPeople > 0 && 8*n.AddressPeople >= n.AddressAccounts
}

// fanShare says how many of the accounts at the address ask for the same link at once: half
// of them, or more, say all that there is to say.
func fanShare(n *neighbours.Counts) float64 {
	return min(1, 2*float64(n.FanAccounts)/float64(max(n.AddressAccounts, 1)))
}

// regularsAmong reports whether one account in ten comes back to the address.
func regularsAmong(n *neighbours.Counts) bool { return 10*n.AddressRegulars >= n.AddressAccounts }

// visitorsMost reports whether most accounts at the address click elsewhere too, so that
// they could have come back.
func visitorsMost(n *neighbours.Counts) bool { return 10*n.AddressVisitors >= 7*n.AddressAccounts }

// strangersShare says how much it looks as if each account came by once, though they click
// elsewhere too: people come back to where they work and live. One regular in sixteen
// halves it. Accounts whose links were asked for fast do not count: their clicks are
// b.address's, and anybody who holds wrapped links can make them.
func strangersShare(n *neighbours.Counts) float64 {
	accounts := n.AddressAccounts - n.AddressFastAccounts
	if accounts < crowded || peopleSeen(n) || !visitorsMost(n) || 16*n.AddressRegulars > n.AddressAccounts {
		return 0
	}
	share := 0.5 + 0.5*manyShare(accounts)
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

// coverage estimates for which share of the other accounts of the domain that click sign-ins
// are known, from 0 to 1 in tenths: a new account of the domain must not change every
// verdict. It is one half as long as none has been seen.
func coverage(n *neighbours.Counts) float64 {
	return math.Round(10*float64(n.DomainSignIns+1)/float64(n.DomainAccounts+2)) / 10
}

// countsDiffer reports whether rules can see a difference between two Counts of a click.
// The counts by address grow with every click; only what rules make of them matters.
func countsDiffer(now, was *neighbours.Counts) bool {
	return seenByRules(now) != seenByRules(was)
}

// ruleView is what rules see of Counts.
type ruleView struct {
	counts             neighbours.Counts // without those below
	fan, crowd, people bool
	home, office       bool
	isNew, danger      bool
	accounts, fast     int32 // as far as they matter
	strangers, habit   float64
	fanShare, coverage float64
	regulars           bool // where there is a crowd
}

func seenByRules(n *neighbours.Counts) ruleView {
	v := ruleView{
		counts: *n, fan: n.FanAccounts >= crowded, crowd: n.AddressAccounts >= crowded, people: peopleSeen(n),
		home: n.AtHome(), office: n.AddressAtHome >= 2 && 3*n.AddressAtHome >= n.AddressAccounts, isNew: n.New(), danger: n.NewAfterDanger(),
		accounts: min(n.AddressAccounts, manyAccounts), fast: min(n.AddressFastAccounts, manyAccounts),
		strangers: strangersShare(n), habit: fastShare(n), coverage: coverage(n),
	}
	if v.fan {
		v.fanShare = fanShare(n)
	}
	if v.crowd {
		v.regulars = regularsAmong(n)
	}
	c := &v.counts
	c.FanAccounts, c.AddressAccounts, c.AddressURLs, c.AddressFast, c.AddressSlow = 0, 0, 0, 0, 0
	c.AddressPeople, c.AddressSilent, c.AddressRegulars, c.AddressVisitors = 0, 0, 0, 0
	c.AddressFastAccounts, c.AddressAtHome, c.OwnDays, c.OwnHours, c.AccountHours = 0, 0, 0, 0, 0
	c.OwnAge, c.AccountAge, c.DangerAge, c.DomainAccounts, c.DomainSignIns = 0, 0, 0, 0, 0
	return v
}
