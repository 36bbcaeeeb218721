package clickclass

import (
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

const (
	// minRarity is how rare a host must be for a connection to tell anything; assumption.
	minRarity = 0.2
	// enoughSignIns is how many sign-ins of an account tell where it is; assumption.
	enoughSignIns = 5
)

func launchedBrowser(f *facts, s *sign) bool {
	return f.device.Launch && !f.elsewhere && s.gap(f.device.LaunchGap, true)
}

// connectedBrowser weighs by how rare the host is: a browser connects to common hosts at any
// time.
func connectedBrowser(f *facts, s *sign) bool {
	d := &f.device
	s.scale = min(d.Rarity, 1)
	return d.Connection && d.Rarity >= minRarity && !f.elsewhere && s.gap(d.ConnectionGap, true)
}

func deviceSilent(f *facts, s *sign) bool {
	return f.device.Active && !f.device.Launch && !f.device.Connection
}

func signedInWithinDay(f *facts, s *sign) bool { return f.signIn.Day && f.ownSignIn() }

// signedInWithinMonth takes a neighbour in the /24 only outside Microsoft's published
// ranges: there the neighbours are strangers.
func signedInWithinMonth(f *facts, s *sign) bool {
	return f.ownSignIn() || f.signIn.Near && f.origin.Layer == iprange.LayerNone
}

// signedInFirst shows a person who may not be the owner of the account.
func signedInFirst(f *facts, s *sign) bool { return f.signIn.Month && !f.ownSignIn() }

func othersSignIn(f *facts, s *sign) bool {
	n := f.signIn.Others
	return f.signInKnown && n >= 2 && s.count(int32(n), true)
}

// crowdWithoutSignIn applies to an address with clicks of several accounts and without
// sign-ins. That it says no more for more accounts keeps hotels and mobile carriers, which
// put many people behind one address, from counting as machines. It is silent where b.fan
// speaks for its group, unless the message is old, so that a campaign that many open at
// once does not count twice.
func crowdWithoutSignIn(f *facts, s *sign) bool {
	n := &f.near
	fan := n.FanAccounts >= crowded && n.MessageURLs1s < 2 && n.MessageURLs3s < 3
	fresh := f.clock == ClockNone || f.delay <= time.Minute
	s.scale = unsignedShare(n)
	return f.crowdWithoutSignIn() && !(fan && fresh) && s.count(n.AddressAccounts, true)
}

// crowdWithoutSignIn reports whether several accounts clicked from an address without
// sign-ins, and no person was seen behind it. Sign-ins may go around a company's proxy, or
// come from a phone that has long been signed in.
func (f *facts) crowdWithoutSignIn() bool {
	return f.near.AddressAccounts >= crowded && f.signInsCovered() && !peopleSeen(&f.near) && !f.peopleAtAddress()
}

// signInsCovered reports whether the tenant's sign-ins around the click are known, those of
// the account or of others.
func (f *facts) signInsCovered() bool { return f.signInKnown || f.signIn.Covered }

// addressWithoutSignIn applies to an address from which nobody signs in, while the account
// does elsewhere. Nobody can sign in from dedicated addresses.
func addressWithoutSignIn(f *facts, s *sign) bool {
	return f.signIn.SignIns >= enoughSignIns && !f.peopleAtAddress() && !f.origin.dedicated()
}

func countryIsFar(f *facts, s *sign) bool { return f.signIn.FarCountry }

func hourIsOff(f *facts, s *sign) bool { return f.signIn.OffHours }

// ownSignIn reports whether the account itself signed in from the address. A fresh sign-in
// from an address for rent does not show that.
func (f *facts) ownSignIn() bool {
	return f.signInKnown && f.signIn.atOwnAddress(&f.origin, f.networkUse)
}

// atOwnAddress reports whether sign-ins at an address of that origin are the account's own.
func (s *SignInFacts) atOwnAddress(o *Origin, use networkUse) bool {
	return s.Month && (s.Settled || !o.rented(use))
}
