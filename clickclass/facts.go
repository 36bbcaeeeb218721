package clickclass

import (
	"time"

	"github.com/whoclicked/whoclicked/iprange"
	"github.com/whoclicked/whoclicked/safelinks"
)

// facts is all that is known of one click before it is weighed. The signals
// read it and nothing else.
type facts struct {
	k *Click
	n *Neighbours
	o *Origin

	readings
	time time.Time // readings.at

	delay       time.Duration // the click's time minus the message's
	step        int           // of delay, by delayStep
	delaySource DelaySource
	noClock     bool // a message is named, and its id gives no believable time

	wrapped   bool // Url was a wrapper
	through   bool // Continue anyway was pressed, by whatever source
	elsewhere bool // a person's evidence fits another row better

	mail        MessageFacts
	mailKnown   bool
	signIn      SignInFacts
	signInKnown bool
	device      EndpointFacts
	deviceKnown bool
	audit       AuditFacts

	policyScan bool // a policy scans in real time, or holds mail for the scan
}

const (
	// clockTolerance is how long before the message a click may be and the
	// message id's clock still be believed: clocks differ, and a message may be
	// held. A longer one says that one of the two is not a clock.
	clockTolerance = 5 * time.Minute
	// mailAfterClock and mailBeforeClock bound EmailEvents.Timestamp minus the
	// message id's clock; 737 of 737 delivered rows of a lab tenant lay between
	// -2 s and 180 s.
	mailAfterClock  = 10 * time.Minute
	mailBeforeClock = -time.Minute
)

// gather looks everything up. It allocates only where the row's URL is a
// wrapper.
func (c *Classifier) gather(f *facts, near *Near, n *Neighbours, o *Origin) {
	k := near.Click
	f.k, f.n, f.o = k, n, o
	f.readings, f.time = near.readings, near.at.time()
	o.set(c.lookup(k, f.time))

	e := &c.evidence
	if e.Mail != nil && k.NetworkMessageId != "" {
		f.mail, f.mailKnown = e.Mail.Message(k.NetworkMessageId, k.AccountUpn)
	}
	f.gatherDelay()
	if f.at != noTicks && k.AccountUpn != "" {
		if e.SignIns != nil && k.IPAddress.IsValid() {
			f.signIn, f.signInKnown = e.SignIns.SignIn(k.AccountUpn, k.IPAddress, f.time)
		}
		if e.Endpoints != nil {
			f.device, f.deviceKnown = e.Endpoints.Endpoint(k.AccountUpn, k.Url, f.time)
		}
	}
	if e.Audit != nil {
		f.audit, _ = e.Audit.Audited(k)
	}
	f.through = k.IsClickedThrough || k.ActionType == ClickedThrough || n.Through || f.audit.Through
	f.policyScan = c.policyScans(k.Workload)
	if e.Networks != nil && k.IPAddress.IsValid() {
		o.Network, _ = e.Networks.Network(k.IPAddress)
	}
	f.elsewhere = f.deviceKnown && n.Twin && c.fitsTwin(f)
}

// gatherDelay finds the time between message and click: from the clock in the
// message's id, else from the mail tables, else from the clock in the Safe
// Link that the row holds.
func (f *facts) gatherDelay() {
	k := f.k
	f.wrapped = !f.bare && safelinks.IsSafeLink(k.Url)
	if f.at == noTicks {
		return
	}
	received := ticksOf(f.mail.Received)
	if k.NetworkMessageId != "" {
		ok := f.sent != noTicks
		if ok && received != noTicks {
			d := received - f.sent
			ok = toTicks(mailBeforeClock) <= d && d <= toTicks(mailAfterClock)
		}
		if ok && f.setDelay(f.sent, DelayMessageID) {
			return
		}
		f.noClock = true
	}
	if f.setDelay(received, DelayMail) {
		return
	}
	if f.wrapped {
		if link, err := safelinks.Decode(k.Url); err == nil {
			f.setDelay(ticksOf(linkTime(&link)), DelayLink)
		}
	}
}

func (f *facts) setDelay(sent ticks, source DelaySource) bool {
	if sent == noTicks {
		return false
	}
	d := (f.at - sent).duration()
	if d < -clockTolerance {
		return false
	}
	f.delay, f.step, f.delaySource = d, delayStep(d), source
	return true
}

// fitsTwin says whether what a device did near this click belongs to its twin,
// the click of the same account on the same link from another address: a
// scanner that shadows a click, or somebody who replays the link, would come
// with the person's own evidence. It goes to the row behind whose address a
// person can be; else to the one from whose address the account signs in. Of a
// click and its shadow, the shadow loses what the device did well before it;
// what came later may be either's, and both keep it, since no person's click may
// lose its evidence. Else it goes to the nearer in time.
func (c *Classifier) fitsTwin(f *facts) bool {
	if here := f.o.dedicated(); here != f.n.TwinService {
		return here
	}
	if f.signInKnown {
		there, _ := c.evidence.SignIns.SignIn(f.k.AccountUpn, f.n.TwinIP, f.time)
		var twin Origin
		twin.set(c.ranges.LookupAt(f.n.TwinIP, f.time))
		if here, there := f.ownSignIn(), there.own(&twin); here != there {
			return !here
		}
	}
	gap := f.device.LaunchGap
	if !f.device.Launch {
		gap = f.device.ConnectionGap
	}
	switch {
	case f.shadows():
		const before = -2 * time.Second // a device's clock is not the service's; assumption
		return gap < before
	case f.n.TwinGap > 0 && f.n.TwinGap <= shadowReach && !related(f.k.addr(), f.n.TwinIP):
		return false // the twin shadows this one
	}
	return (gap - f.n.TwinGap).Abs() < gap.Abs()
}

// ownSignIn says whether the account itself signed in from the address. A
// fresh sign-in from an address for rent does not show that.
func (f *facts) ownSignIn() bool { return f.signInKnown && f.signIn.own(f.o) }

// own says whether sign-ins at an address of that origin are the account's own.
func (s *SignInFacts) own(o *Origin) bool { return s.Month && (s.Settled || !o.rented()) }

// policyScans says whether a policy makes the service ask for links by itself
// while the person waits.
func (c *Classifier) policyScans(workload string) bool {
	for i := range c.evidence.Policies {
		p := &c.evidence.Policies[i]
		on := p.EnableSafeLinksForEmail
		switch workload {
		case "Teams":
			on = p.EnableSafeLinksForTeams
		case "Office":
			on = p.EnableSafeLinksForOffice
		}
		if on && (p.ScanUrls || p.DeliverMessageAfterScan) {
			return true
		}
	}
	return false
}

// known is what there is for rules to work on. Other rows count when they say
// anything at all that a rule goes by: those around most clicks do not.
func (f *facts) known() needs {
	var n needs
	if f.o.Layer != iprange.LayerNone {
		n |= needsRange
	}
	if f.o.Network != (Network{}) {
		n |= needsNetwork
	}
	if f.delaySource != DelayNone {
		n |= needsDelay
	}
	if f.n.Seen && !f.n.quiet() {
		n |= needsRows
	}
	if f.signInKnown {
		n |= needsSignIn
	}
	if f.deviceKnown {
		n |= needsDevice
	}
	return n
}

// quiet says that no rule can apply by what the neighbours say.
func (n *Neighbours) quiet() bool {
	return n.MessageURLs1s < 2 && n.MessageURLs3s < 3 && n.MessageURLs60s < manyURLs && !n.Twin && !n.ScanThenThrough &&
		!n.fan() && !n.crowd() && n.AddressFast == 0
}

// regime is the best evidence that knows this click.
func (f *facts) regime() Regime {
	switch {
	case f.deviceKnown:
		return RegimeEndpoint
	case f.signInKnown:
		return RegimeSignIn
	case f.mailKnown:
		return RegimeMail
	case f.n.Seen:
		return RegimeRows
	}
	return RegimeRow
}

func (f *facts) missing() Missing {
	var m Missing
	if !f.mailKnown {
		m |= MissingMail
	}
	if !f.signInKnown {
		m |= MissingSignIn
	}
	if !f.deviceKnown {
		m |= MissingEndpoint
	}
	return m
}

// recipientShown says whether something shows that the account's owner was at
// work at this address or device then.
func (f *facts) recipientShown() bool {
	return f.ownSignIn() || f.deviceKnown && !f.elsewhere &&
		(f.device.Launch || f.device.Connection)
}

func (f *facts) flags() Flags {
	var out Flags
	set := func(on bool, flag Flags) {
		if on {
			out |= flag
		}
	}
	k, n, o := f.k, f.n, f.o
	set(!f.recipientShown(), FlagRecipientNotShown)
	set(f.mailKnown && f.mail.Recipients && !f.mail.Recipient && k.AccountUpn != "", FlagAccountNotRecipient)
	set(f.foundLater(), FlagVerdictChangedLater)
	set(o.rented(), FlagAddressForRent)
	set(o.People == iprange.PeopleYes, FlagPeopleBehindAddress)
	set(len(k.MoreIPs) > 0, FlagSeveralAddresses)
	set(!k.IPAddress.IsValid(), FlagNoAddress)
	// The two halves of a pair share a ReportId, and so the clock of the first.
	set(f.disagrees && !n.Pair, FlagClockDisagrees)
	set(f.noClock, FlagNoMessageClock)
	set(f.wrapped, FlagWrappedURL)
	set(n.Duplicate, FlagDuplicate)
	set(n.Pair, FlagClickPair)
	set(f.elsewhere && (f.device.Launch || f.device.Connection), FlagEvidenceElsewhere)
	set(o.Kind == iprange.KindOwnIgnore, FlagIgnoredAddress)
	return out
}

// foundLater says whether an allowed click led to what was found malicious
// only afterwards.
func (f *facts) foundLater() bool {
	if f.k.ActionType != ClickAllowed {
		return false
	}
	removed := f.mail.Removed
	return f.n.BlockedLater || f.audit.Later ||
		!removed.IsZero() && f.at != noTicks && removed.After(f.time)
}
