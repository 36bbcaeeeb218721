package clickclass

import (
	"slices"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

const (
	// inFlow is how long after the message an automated request still counts as part of its
	// handling; assumption: detonation in mail flow takes minutes.
	inFlow = 15 * time.Minute

	maxCauses = 4
)

// causes appends the explanations that fit to out, best first. Each rests on something in
// the row or the evidence; which one it was is not known.
func (f *facts) causes(out []Cause, class Class, flags Flags) []Cause {
	room := maxCauses
	add := func(on bool, c Cause) {
		if on && len(out) < room && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	// Another person does not look different from the owner unless something shows the owner.
	other := !f.ownerShown() && (f.signInKnown || flags.Has(FlagAddressForRent))
	forwarded := flags.Has(FlagAccountNotRecipient)
	switch class {
	case ClassOwner, ClassLikelyOwner:
		add(true, CauseOwner)
		add(forwarded, CauseForwarded)
		add(other, CauseIntruder)
		return out
	case ClassNotOwner:
		add(true, CauseIntruder)
		add(forwarded, CauseForwarded)
	}
	// What a machine does to several accounts, an intruder can do, too; and whoever holds
	// wrapped links can give an address any habit.
	crowd := f.shadows() || f.crowdWithoutSignIn() || f.strangers() > 0 || fastShare(f.near) > 0
	crowd = crowd && !f.knownForMachines() && !f.origin.dedicated()
	add(crowd && class != ClassLikelyAutomated, CauseIntruder)
	// The explanations by people that come last keep their room.
	var people [3]bool
	if class == ClassUnknown {
		people = [...]bool{!f.origin.dedicated(), forwarded, other}
	}
	people[2] = (people[2] || crowd) && !slices.Contains(out, CauseIntruder)
	for _, on := range people {
		if on {
			room--
		}
	}
	add(f.chat.Posted, CauseChatPreview)
	f.machineCauses(add, class)
	room = maxCauses
	add(people[0], CauseOwner)
	add(people[1], CauseForwarded)
	add(people[2], CauseIntruder)
	return out
}

// machineCauses adds the explanations by a machine.
func (f *facts) machineCauses(add func(bool, Cause), class Class) {
	known := f.clock != ClockNone
	early := known && f.delay <= inFlow
	late := known && f.delay > inFlow
	email := f.click.Workload == "Email" || f.click.NetworkMessageId != ""
	burst := f.near.MessageURLs1s >= 2 || f.near.MessageURLs3s >= 3 || f.near.FanAccounts >= crowded

	switch f.origin.Kind {
	case iprange.KindOwnScanner:
		add(true, CauseThirdPartyScanner)
	case iprange.KindOwnTool:
		add(true, CauseOwnTool)
	case iprange.KindTeams:
		add(true, CauseChatPreview)
		add(email && !late, CauseMailFlowScan)
		add(f.policyScan, CausePolicyScan)
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
		add(f.origin.Layer != iprange.LayerKnown, CauseMicrosoftOther)
		add(true, CauseThirdPartyScanner)
	case iprange.KindIdentity, iprange.KindRelay, iprange.KindMicrosoft, iprange.KindCorporate:
		add(true, CauseMicrosoftOther)
	default:
		add(f.networkUse == useMailSecurity, CauseThirdPartyScanner)
		machine := class == ClassAutomated || class == ClassLikelyAutomated || class == ClassNotOwner
		add(machine || burst || early && f.delay <= soon, CauseThirdPartyScanner)
		add((machine || burst) && late, CauseOwnTool)
	}
	add(f.policyScan && (f.click.ActionType == UrlScanInProgress || known && f.delay <= time.Minute), CausePolicyScan)
}
