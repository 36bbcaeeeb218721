package clickclass

import (
	"time"

	"github.com/whoclicked/whoclicked/iprange"
	"github.com/whoclicked/whoclicked/safelinks"
)

// inFlow is how long after the message an automated request still counts as
// part of its handling; assumption: detonation in mail flow takes minutes.
const inFlow = 15 * time.Minute

// causes names the explanations that fit, best first. Each rests on something
// in the row or the evidence; which one it was is not known.
func (f *facts) causes(v *Verdict) {
	n := 0
	add := func(on bool, c Cause) {
		if !on || n == maxCauses {
			return
		}
		for _, have := range v.causes[:n] {
			if have == c {
				return
			}
		}
		v.causes[n] = c
		n++
	}
	human := v.Class == ClassHuman || v.Class == ClassLikelyHuman
	// A person at another place, or another person, does not look different
	// from the owner unless something shows the owner.
	other := !f.recipientShown() && (f.signInKnown || v.Flags&FlagAccountNotRecipient != 0 || v.Flags&FlagAddressForRent != 0)
	if human {
		add(true, CausePerson)
		add(other, CauseOtherPerson)
		return
	}

	known := f.delaySource != DelayNone
	early := known && f.delay <= inFlow
	late := known && f.delay > inFlow
	email := f.k.Workload == "Email" || f.k.NetworkMessageId != ""
	burst := f.n.MessageURLs1s >= 2 || f.n.MessageURLs3s >= 3 || f.n.fan()

	switch f.o.Kind {
	case iprange.KindOwnScanner:
		add(true, CauseThirdPartyScanner)
	case iprange.KindOwnTool:
		add(true, CauseOwnTool)
	case iprange.KindTeams:
		add(true, CausePreview)
		add(f.policyScan, CausePolicyScan)
		add(email && !late, CauseMailFlowScan)
		add(late, CauseDetonation)
	case iprange.KindMailProtection, iprange.KindCrawler:
		add(!late, CauseMailFlowScan)
		add(!early, CauseDetonation)
		add(f.policyScan, CausePolicyScan)
	case iprange.KindSecurity:
		add(!early, CauseDetonation)
		add(!late, CauseMailFlowScan)
	case iprange.KindExchange, iprange.KindOffice, iprange.KindSharePoint:
		add(true, CausePreview)
		add(f.policyScan, CausePolicyScan)
		add(true, CauseMicrosoftOther)
	case iprange.KindPlatform:
		add(true, CauseOwnTool)
		add(true, CauseMicrosoftOther)
	case iprange.KindCloud:
		add(burst, CauseThirdPartyScanner)
		add(early && email, CauseMailFlowScan)
		add(late, CauseDetonation)
		add(true, CauseMicrosoftOther)
		add(true, CauseThirdPartyScanner)
	case iprange.KindIdentity, iprange.KindRelay, iprange.KindMicrosoft, iprange.KindCorporate:
		add(true, CauseMicrosoftOther)
	default:
		mailSecurity := f.o.Network.Kind() == NetworkMailSecurity
		add(mailSecurity, CauseThirdPartyScanner)
		automated := v.Class == ClassAutomated || v.Class == ClassLikelyAutomated
		add(automated || burst || early && f.delay <= soon, CauseThirdPartyScanner)
		add((automated || burst) && late, CauseOwnTool)
	}
	add(f.policyScan && (f.k.ActionType == UrlScanInProgress || known && f.delay <= time.Minute), CausePolicyScan)
	if v.Class == ClassUnknown {
		add(!f.o.dedicated(), CausePerson)
		add(other, CauseOtherPerson)
	}
	// What a machine does to many accounts, an attacker can do too.
	add(!f.o.dedicated() && f.o.Layer != iprange.LayerOwn && (f.shadows() || f.crowd() || f.strangers() > 0), CauseOtherPerson)
}

// knownForMachines says whether the address is one behind which machines are
// known to be and people are not: by a list or a network database, or since it
// asks as machines do on other occasions. Without that, whoever acts like a
// machine may be an attacker with a script; and what anybody can rent, an
// attacker can.
func (f *facts) knownForMachines() bool {
	switch {
	case f.o.rented(), f.o.People == iprange.PeopleYes, f.o.Kind == iprange.KindOwnIgnore, f.o.Kind == iprange.KindCorporate:
		return false
	}
	return f.o.Layer != iprange.LayerNone || f.o.Network.Kind() == NetworkMailSecurity || f.n.fast() > 0
}

// linkTime is the best clock that a Safe Link holds: when the message came,
// else when the link was written, else when the Teams message was sent.
func linkTime(l *safelinks.Link) time.Time {
	for _, t := range [...]time.Time{l.Data.MessageTime, l.Data.RewriteTime, l.Teams.MessageTime} {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}
