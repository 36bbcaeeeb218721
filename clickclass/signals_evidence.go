package clickclass

import (
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

const (
	// minRarity is how rare a host must be for a connection to tell anything; assumption.
	minRarity = 0.2
	// commonRarity is the rarity up to which a host is common; assumption. Hosts of Safe
	// Links have it.
	commonRarity = 0.5
	// enoughSignIns is how many sign-ins of an account tell where it is; assumption.
	enoughSignIns = 5
	// settledRented is how long before the click an account must have signed in from a
	// rented address for the address to count as its own; assumption.
	settledRented = 14 * 24 * time.Hour
)

func launchedBrowser(f *facts, s *sign) bool {
	return f.device.Launch && !f.device.ByRobot && !f.elsewhere && s.gap(f.device.LaunchGap, true)
}

func launchedOtherwise(f *facts, s *sign) bool {
	return f.device.Launch && f.device.ByRobot && !f.elsewhere && s.gap(f.device.LaunchGap, true)
}

// connectedBrowser applies to a connection to a host that few devices visit.
func connectedBrowser(f *facts, s *sign) bool {
	return f.device.namesLink() && f.connected(s)
}

// connectedCommonly applies to a connection to a host that many devices visit: a browser may
// have gone there for another reason.
func connectedCommonly(f *facts, s *sign) bool {
	return f.device.Rarity >= minRarity && !f.device.namesLink() && f.connected(s)
}

// connected reports whether a browser connected to the link's host. It weighs by how rare the
// host is. A robot's launch brings a connection with it.
func (f *facts) connected(s *sign) bool {
	d := &f.device
	s.machine = min(d.Rarity, 1)
	s.other = s.machine
	return d.Connection && !(d.Launch && d.ByRobot) && !f.elsewhere && s.gap(d.ConnectionGap, true)
}

// namesLink reports whether a browser connected to a host that few devices visit, so that
// hardly anything but the link explains the connection. Every link of every mail goes to the
// hosts of Safe Links.
func (d *DeviceFacts) namesLink() bool { return d.Connection && d.Rarity > commonRarity }

func deviceSilent(f *facts, s *sign) bool {
	return f.device.Active && f.device.Watched && !f.device.Launch && !f.device.Connection
}

// signedInWithinDay names the owner, unless many others sign in from there: then it shows
// that people are behind the address, not that this account clicked.
func signedInWithinDay(f *facts, s *sign) bool {
	return f.signIn.Day && f.ownSignIn() && f.signIn.Others < 2
}

// signedInWithinMonth takes a neighbour in the /24 only outside Microsoft's published
// ranges: there the neighbours are strangers.
func signedInWithinMonth(f *facts, s *sign) bool {
	return f.ownSignIn() || f.signIn.Near && f.origin.Layer == iprange.LayerNone
}

// signedInFirst shows a person who may not be the owner of the account. Where colleagues sign
// in or come back, it is a new seat in the office.
func signedInFirst(f *facts, s *sign) bool {
	return f.freshSignIn() && f.signIn.Others < 2 && !f.colleagues()
}

// freshSignIn reports whether the account signed in from the address, but not for long.
func (f *facts) freshSignIn() bool { return (f.signIn.Month || f.signIn.After) && !f.ownSignIn() }

func signedInRisky(f *facts, s *sign) bool { return f.signIn.Risky && !f.ownSignIn() }

func othersSignIn(f *facts, s *sign) bool {
	n := f.signIn.Others
	return f.signInKnown && n >= 2 && s.count(int32(n), true)
}

// crowdWithoutSignIn applies to an address with clicks of several accounts and without
// sign-ins. It weighs by the share of clicking accounts whose sign-ins are known. It is
// silent where b.fan speaks, unless the message is old, so that a campaign that many open
// at once does not count twice.
func crowdWithoutSignIn(f *facts, s *sign) bool {
	n := f.near
	fan := n.FanAccounts >= crowded && n.MessageURLs1s < 2 && n.MessageURLs3s < 3
	fresh := f.clock == ClockNone || f.delay <= time.Minute
	s.other = f.unsigned()
	if regularsAmong(n) {
		s.other *= crowdRegulars
	}
	s.machine = s.other * (0.5 + 0.5*manyShare(n.AddressAccounts))
	return f.crowdWithoutSignIn() && !(fan && fresh) && s.count(n.AddressAccounts, true)
}

// crowdWithoutSignIn reports whether several accounts clicked from an address without
// sign-ins, and no person was seen behind it.
func (f *facts) crowdWithoutSignIn() bool {
	return f.near.AddressAccounts >= crowded && f.signInsCovered() && !f.signedInHere() &&
		!peopleSeen(f.near) && !f.peopleAtAddress() && !f.comesBack()
}

// signInsCovered reports whether sign-ins are known of the account, or of most accounts of
// the domain that click.
func (f *facts) signInsCovered() bool {
	return f.signInKnown || f.signIn.Covered || coverage(f.near) > 0.5
}

// unsigned returns how much the lack of sign-ins at the address says, from 0 to 1: as much as
// the share of clicking accounts of which sign-ins are known. Mobile clients sign in by
// renewals; where none are given, a third is left.
func (f *facts) unsigned() float64 {
	share := coverage(f.near)
	if !f.signIn.RenewalsKnown {
		share /= 3
	}
	return share
}

// withoutSignIn reports whether nobody signs in from the address, not even by a client that
// renews a sign-in, though the account's sign-ins and renewals are known.
func (f *facts) withoutSignIn() bool {
	s := &f.signIn
	return s.SignIns >= enoughSignIns && s.RenewalsKnown && !s.Month && !s.After && !s.Near && !s.Renewed && s.Others == 0
}

// addressWithoutSignIn applies to an address without sign-ins, while the account signs in
// elsewhere. Nobody can sign in from dedicated addresses.
func addressWithoutSignIn(f *facts, s *sign) bool {
	s.other = f.unsigned()
	s.machine = s.other
	return f.signIn.SignIns >= enoughSignIns && !f.signedInHere() && !f.peopleAtAddress() && !f.origin.dedicated()
}

// signedInHere reports whether any sign-in of the account is from the address, settled or
// not, whoever made it.
func (f *facts) signedInHere() bool { return f.signIn.Month || f.signIn.After || f.signIn.Risky }

func countryIsFar(f *facts, s *sign) bool { return f.signIn.FarCountry }

func hourIsOff(f *facts, s *sign) bool { return f.signIn.OffHours }

// ownSignIn reports whether the account itself signed in from the address for long before
// the click. A first sign-in does not show that: somebody who took over the account signs
// in, too.
func (f *facts) ownSignIn() bool {
	return f.signInKnown && f.signIn.Month && f.signIn.settledAt(f.origin.rented(f.networkUse))
}

// settledAt reports whether the account was at an address for long before the click. At
// rented addresses two weeks are needed: an intruder may stay there for days.
func (s *SignInFacts) settledAt(rented bool) bool {
	if rented {
		return s.Settled && s.Age >= settledRented
	}
	return s.Settled
}
