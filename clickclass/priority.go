package clickclass

import "strings"

// Dangerous reports whether the link is known to be dangerous: the row names a threat or is an
// alert, Safe Links warned of it or blocked it, or it was found so later
// (FlagVerdictChangedLater).
func (r *Result) Dangerous() bool {
	k := &r.Click
	return k.ThreatTypes != "" || k.Feed == FeedAlert || k.IsClickedThrough || r.Verdict.Flags.Has(FlagVerdictChangedLater) ||
		k.ActionType == ClickedThrough || strings.HasPrefix(string(k.ActionType), string(ClickBlocked))
}

// Opened reports whether the click led to the page: Safe Links allowed it, or its warning was
// overridden.
func (r *Result) Opened() bool {
	k := &r.Click
	return k.ActionType == ClickAllowed || k.ActionType == ClickedThrough || k.IsClickedThrough
}

// Priority says how much a click deserves a look, from 1, first of all, to 5, not at all:
//
//	1  something dangerous was opened, and not by a machine as far as can be told
//	2  a machine opened something dangerous, probably; or the account's owner did not click,
//	   or somebody else did with a probability of 0.1 or more
//	3  something dangerous was stopped, or nothing tells who clicked
//	4  the owner clicked on something that nobody calls dangerous, probably
//	5  a machine did
//
// The order is an opinion on what costs most if it is overlooked, and the 0.1 an assumption.
func (r *Result) Priority() int {
	v := &r.Verdict
	machine := v.Class == ClassAutomated || v.Class == ClassLikelyAutomated
	switch {
	case r.Dangerous() && r.Opened() && !machine:
		return 1
	case r.Dangerous() && r.Opened(), v.Class == ClassNotOwner, !machine && v.P.Other >= 0.1:
		return 2
	case r.Dangerous(), v.Class == ClassUnknown:
		return 3
	case machine:
		return 5
	}
	return 4
}
