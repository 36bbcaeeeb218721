package calibrate

import (
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Source tells where a label comes from. Rules that use the same evidence are left out
// when the labelled click is scored, so that a label cannot prove itself.
//
// A click with labels from several sources that agree has all of them in its label,
// joined by "+": "endpoint+sign_in".
type Source string

const (
	// Analyst is somebody's verdict after looking at the case. No rule is left out,
	// although analysts look at addresses and delays as well.
	Analyst Source = "analyst"
	// Canary is a mailbox that nobody reads. Wrapped links are sent to it, and every
	// click on them is a machine's.
	Canary Source = "canary"
	// ClickThrough is "Continue anyway" on the warning page, which a person pressed.
	ClickThrough Source = "click_through"
	// Endpoint is a browser launch or connection on the account's own device, or that
	// there was none.
	Endpoint Source = "endpoint"
	// SignIn is a sign-in of the account from the address of the click, or that there
	// was none.
	SignIn Source = "sign_in"
	// Scripted is a click made on purpose, from a known address at a known time.
	Scripted Source = "scripted"
)

// sourceSet is a set of sources, a bit for each.
type sourceSet uint8

const (
	analystBit sourceSet = 1 << iota
	canaryBit
	clickThroughBit
	endpointBit
	signInBit
	scriptedBit
)

// sourceInfos says what each source rules out when its labels are scored.
var sourceInfos = [...]struct {
	bit      sourceSet
	source   Source
	rules    []string            // ids of rules that use the evidence of the label
	evidence clickclass.Evidence // kinds of evidence that serve no other rule
}{
	{analystBit, Analyst, nil, 0},
	{canaryBit, Canary, nil, 0},
	{clickThroughBit, ClickThrough, []string{"a.through", "a.scanwait"}, clickclass.EvidenceAudit},
	{endpointBit, Endpoint, []string{"c.browser", "c.net", "c.net_common", "c.silent"}, clickclass.EvidenceDevice},
	{signInBit, SignIn, []string{"ip.own_signin", "ip.own_signin30", "ip.fresh_signin", "ip.tenant_signin",
		"ip.shared_nosignin", "ip.no_signin", "g.far", "h.off"}, clickclass.EvidenceSignIn},
	{scriptedBit, Scripted, nil, 0},
}

// parseSources parses names of sources in any case, joined by "+". "" is Analyst.
func parseSources(text Source) (sourceSet, bool) {
	if text == "" {
		return analystBit, true
	}
	var set sourceSet
	for name := range strings.SplitSeq(strings.ToLower(string(text)), "+") {
		known := false
		for _, info := range sourceInfos {
			if string(info.source) == name {
				set |= info.bit
				known = true
			}
		}
		if !known {
			return 0, false
		}
	}
	return set, true
}

// source returns the names of the set in the order of the list, joined by "+".
func (set sourceSet) source() Source {
	var names []string
	for _, info := range sourceInfos {
		if set&info.bit != 0 {
			names = append(names, string(info.source))
		}
	}
	return Source(strings.Join(names, "+"))
}

// ruledOut returns the rules and the kinds of evidence that must not be used.
func (set sourceSet) ruledOut() (rules []string, evidence clickclass.Evidence) {
	for _, info := range sourceInfos {
		if set&info.bit != 0 {
			rules = append(rules, info.rules...)
			evidence |= info.evidence
		}
	}
	return rules, evidence
}
