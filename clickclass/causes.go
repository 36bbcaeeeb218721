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
	add := func(on bool, c Cause) {
		if on && len(out) < maxCauses && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	// A person at another place, or another person, does not look different from the owner
	// unless something shows the owner.
	other := !f.ownerShown() && (f.signInKnown || flags.Has(FlagAccountNotRecipient) || flags.Has(FlagAddressForRent))
	if class == ClassOwner || class == ClassLikelyOwner {
		add(true, CauseOwner)
		add(other, CauseIntruder)
		return out
	}

	known := f.clock != ClockNone
	early := known && f.delay <= inFlow
	late := known && f.delay > inFlow
	email := f.click.Workload == "Email" || f.click.NetworkMessageId != ""
	burst := f.near.MessageURLs1s >= 2 || f.near.MessageURLs3s >= 3 || f.near.FanAccounts >= crowded
	dedicated := f.origin.dedicated()

	switch f.origin.Kind {
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
		add(f.networkUse == useMailSecurity, CauseThirdPartyScanner)
		automated := class == ClassAutomated || class == ClassLikelyAutomated
		add(automated || burst || early && f.delay <= soon, CauseThirdPartyScanner)
		add((automated || burst) && late, CauseOwnTool)
	}
	add(f.policyScan && (f.click.ActionType == UrlScanInProgress || known && f.delay <= time.Minute), CausePolicyScan)
	if class == ClassUnknown {
		add(!dedicated, CauseOwner)
		add(other, CauseIntruder)
	}
	// What a machine does to many accounts, an intruder can do too.
	crowd := f.shadows() || f.crowdWithoutSignIn() || f.strangers() > 0
	add(!dedicated && f.origin.Layer != iprange.LayerOwn && crowd, CauseIntruder)
	return out
}
