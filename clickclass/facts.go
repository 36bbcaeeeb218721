package clickclass

import (
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/neighbours"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
	"github.com/whoclicked/whoclicked/iprange"
)

// facts is all that is known of one click before it is weighed. The signals read it and
// nothing else.
type facts struct {
	*entry
	click *Click
	near  *neighbours.Counts

	origin     Origin // without Sets and Tags
	matches    iprange.Matches
	networkUse networkUse

	mail        MailFacts
	mailKnown   bool
	signIn      SignInFacts
	signInKnown bool
	device      DeviceFacts
	deviceKnown bool
	audit       AuditFacts
	chat        ChatFacts
	chatKnown   bool

	sharedMailbox bool // several people use the account

	through    bool // Continue anyway was pressed, by any source
	elsewhere  bool // what a device did fits another click better
	policyScan bool // a policy scans in real time, or holds mail for the scan
}

// clockConfirmed reports whether two sources agree on when the message was received.
func (f *facts) clockConfirmed() bool {
	received := ticks.Of(f.mail.Received)
	return f.Sent != ticks.None && received != ticks.None && clocksAgree(received-f.Sent)
}

// gather collects the facts of a click.
func (c *Classifier) gather(f *facts, e *entry, near *neighbours.Counts) {
	*f = facts{entry: e, click: &e.click, near: near}
	k := f.click
	f.origin, f.matches = originOf(c.options.Ranges, k.address(), e.At.Time())
	if m := e.facts.Mail; m != nil {
		f.mail, f.mailKnown = *m, true
	}
	if s := e.facts.SignIn; s != nil {
		f.signIn, f.signInKnown = s.usable(), s.SignIns > 0
	}
	if d := e.facts.Device; d != nil {
		f.device, f.deviceKnown = *d, true
	}
	if a := e.facts.Audit; a != nil {
		f.audit = *a
	}
	if c := e.facts.Chat; c != nil {
		f.chat, f.chatKnown = *c, true
	}
	if n := e.facts.Network; n != nil {
		f.origin.Network = *n
		f.networkUse = n.use()
	}
	f.through = k.IsClickedThrough || k.ActionType == ClickedThrough || near.Through || f.audit.ClickedThrough
	f.policyScan = c.policyScans(k.Workload)
	f.sharedMailbox = len(c.shared) > 0 && c.shared[normal.Account(k.AccountUpn)]
}

// usable returns the facts that count: all, or if nothing is known of the account, those of
// others.
func (s *SignInFacts) usable() SignInFacts {
	if s.SignIns > 0 {
		return *s
	}
	return SignInFacts{Covered: s.Covered, Others: s.Others, Renewed: s.Renewed, Risky: s.Risky}
}

// policyScans reports whether a policy makes the service ask for links by itself while the
// person waits.
func (c *Classifier) policyScans(workload string) bool {
	for i := range c.options.Policies {
		p := &c.options.Policies[i]
		on := p.Email
		switch workload {
		case "Teams":
			on = p.Teams
		case "Office":
			on = p.Office
		}
		if on && (p.ScanURLs || p.DeliverMessageAfterScan) {
			return true
		}
	}
	return false
}

// asksForTwin reports whether the sign-ins at the address of the click's twin decide which
// of the two clicks the device's evidence belongs to.
func (f *facts) asksForTwin() bool {
	return f.deviceKnown && f.near.Twin && f.origin.dedicated() == f.near.TwinService && f.signInKnown
}

// fitsTwin reports whether what a device did near this click belongs to its twin, the click
// of the same account on the same link from another address: a scanner that shadows a
// click, or somebody who replays the link, would come with the person's own evidence.
//
// The evidence belongs to the click behind whose address a person can be; else to the one
// from whose address the account signs in. Of a click and its shadow, the shadow loses what
// the device did well before it; what came later may be either's, and both keep it, since
// no person's click may lose its evidence. Else it belongs to the nearer in time.
func (f *facts) fitsTwin(ranges *iprange.Set, twin SignInFacts) bool {
	if here := f.origin.dedicated(); here != f.near.TwinService {
		return here
	}
	if f.signInKnown {
		origin, _ := originOf(ranges, f.near.TwinIP, f.At.Time())
		if here, there := f.ownSignIn(), twin.Month && twin.settledAt(origin.rented(useUnknown)); here != there {
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
	case f.near.TwinGap > 0 && f.near.TwinGap <= shadowReach && !sameNetwork(f.click.address(), f.near.TwinIP):
		return false // the twin shadows this click
	}
	return (gap - f.near.TwinGap).Abs() < gap.Abs()
}

// known returns what there is for rules to work on.
func (f *facts) known() needs {
	var n needs
	if f.origin.Layer != iprange.LayerNone {
		n |= needsList
	}
	if f.networkUse != useUnknown {
		n |= needsNetwork
	}
	if f.clock != ClockNone {
		n |= needsDelay
	}
	if f.near.Seen {
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

// basis returns the best evidence that knows this click.
func (f *facts) basis() Basis {
	switch {
	case f.deviceKnown:
		return BasisDevice
	case f.signInKnown:
		return BasisSignIn
	case f.mailKnown:
		return BasisMail
	case f.near.Seen:
		return BasisRows
	}
	return BasisRow
}

func (f *facts) missing() Evidence {
	var m Evidence
	if !f.mailKnown {
		m |= EvidenceMail
	}
	if !f.signInKnown {
		m |= EvidenceSignIn
	}
	if !f.deviceKnown {
		m |= EvidenceDevice
	}
	if !f.chatKnown && f.origin.Kind == iprange.KindTeams {
		m |= EvidenceChat
	}
	return m
}

// ownerShown reports whether something shows that the account's owner was at work at this
// address or device then.
func (f *facts) ownerShown() bool {
	return f.ownSignIn() && f.signIn.Others < 2 ||
		f.deviceKnown && !f.elsewhere && !f.device.ByRobot && (f.device.Launch || f.device.namesLink())
}

func (f *facts) flags() Flags {
	var out Flags
	set := func(on bool, flag Flags) {
		if on {
			out |= flag
		}
	}
	k, n, o := f.click, f.near, &f.origin
	set(!f.ownerShown(), FlagRecipientNotShown)
	set(f.mailKnown && f.mail.RecipientsKnow && !f.mail.IsRecipient && k.AccountUpn != "", FlagAccountNotRecipient)
	set(f.foundLater(), FlagVerdictChangedLater)
	set(o.rented(f.networkUse), FlagAddressForRent)
	set(o.People == iprange.PeopleYes, FlagPeopleBehindAddress)
	set(len(k.MoreIPs) > 0, FlagSeveralAddresses)
	set(!k.IPAddress.IsValid(), FlagNoAddress)
	// The two halves of a pair share a ReportId, and so the clock of the first.
	set(f.Disagrees && !n.Pair || f.newLink, FlagClockDisagrees)
	set(f.noClock, FlagNoMessageClock)
	set(f.wrapped, FlagWrappedURL)
	set(n.Duplicate, FlagDuplicate)
	set(n.Pair, FlagClickPair)
	set(f.elsewhere && (f.device.Launch || f.device.Connection), FlagEvidenceElsewhere)
	set(o.Kind == iprange.KindOwnIgnore, FlagIgnoredAddress)
	set(f.sharedMailbox, FlagSharedMailbox)
	return out
}

// foundLater reports whether an allowed click led to what was found malicious only later.
func (f *facts) foundLater() bool {
	if f.click.ActionType != ClickAllowed {
		return false
	}
	removedLater := func(at time.Time) bool {
		return !at.IsZero() && f.At != ticks.None && at.After(f.At.Time())
	}
	return f.near.BlockedLater || f.mail.Threat || f.audit.FoundLater || removedLater(f.mail.Removed) || removedLater(f.chat.Removed)
}
