package clickclass

import "slices"

// RulesVersion names the rules table; it changes when a weight, a threshold or
// a rule changes.
const RulesVersion = "2"

// Group is a family of signals that tell the same thing in different ways.
// Only the strongest signal of a group counts. The zero Group is GroupOrigin.
type Group uint8

const (
	GroupOrigin        Group = iota // whose address asked
	GroupTiming                     // how long after the message
	GroupBurst                      // with which other clicks
	GroupAction                     // what happened
	GroupClient                     // with which client
	GroupCorroboration              // what sign-ins and devices say
	GroupCalendar                   // at which hour, from which country

	numGroups = iota
)

var groupNames = [numGroups]string{"origin", "timing", "burst", "action", "client", "corroboration", "calendar"}

// String returns "origin", "timing", "burst", "action", "client",
// "corroboration" or "calendar".
func (g Group) String() string { return name(groupNames[:], int(g)) }

// MarshalText returns the group's name.
func (g Group) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// Rule is one row of the rules table.
type Rule struct {
	ID         string  `json:"id"`         // stable name, "ip.teams"
	Group      Group   `json:"group"`      // only the strongest signal of a group counts
	Weight     float64 `json:"weight"`     // natural-log odds; positive speaks for automation
	Min        float64 `json:"min"`        // the range that the sources leave open
	Max        float64 `json:"max"`        //
	Confidence string  `json:"confidence"` // in the weight: "none", "low", "medium", "high"
	Text       string  `json:"text"`       // the reason in words
	Source     string  `json:"source"`     // what the weight rests on; "assumption" where it is ours
	Shows      Shows   `json:"shows"`      // what the signal shows beside its weight
}

// Shows is what a signal shows beside its weight. The zero Shows is
// ShowsNothing.
type Shows uint8

const (
	ShowsNothing  Shows = iota
	ShowsStranger       // not the owner: a machine, or somebody who reads several mailboxes; never makes ClassAutomated
	ShowsPerson         // a person is corroborated: needed for ClassHuman
	ShowsDecisive       // and it outweighs everything that speaks against one
)

// String returns "", "stranger", "person" or "decisive".
func (s Shows) String() string { return name([]string{"", "stranger", "person", "decisive"}, int(s)) }

// MarshalText returns what String returns.
func (s Shows) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Rules returns the rules table, in a fixed order. The slice is a copy.
func Rules() []Rule {
	out := make([]Rule, len(rules))
	for i := range rules {
		out[i] = rules[i].Rule
	}
	return out
}

// rule is a Rule and the signal that it weighs.
type rule struct {
	Rule
	needs needs // what must be known for the rule to apply at all
	// signal says whether the rule applies, and writes what it saw into s.
	signal func(f *facts, s *Signal) bool
}

// needs is a set of what a rule cannot do without. It only saves asking.
type needs uint8

const needsAll = needsRange | needsNetwork | needsDelay | needsRows | needsSignIn | needsDevice

const (
	needsRange   needs = 1 << iota // a published list or an own range holds the address
	needsNetwork                   // the autonomous system is known
	needsDelay                     // the time since the message is known
	needsRows                      // other rows were looked at
	needsSignIn                    // the account's sign-ins are known
	needsDevice                    // the account's devices are known
	needsRow     needs = 0         // nothing beside the row
)

const (
	low    = "low"
	medium = "medium"
	high   = "high"
)

// The scales that the rules share. Sources are named once here:
//
//   - Microsoft's published lists: Microsoft 365 endpoints, Azure service tags,
//     Microsoft Public IP Space; which of them people can stand behind is in
//     package iprange, with a source a line.
//   - Human delays: Proofpoint, The Human Factor 2018: 11 % of clicks within
//     1 min of sending, almost a quarter within 5 min, 52 % within 1 h. A
//     log-normal through these points (mu 8.0, sigma 3.2 of seconds) leaves
//     at most 3.8 % below 10 s.
//   - Automated delays: no published distribution; 60 % within 10 s, 20 % from
//     10 to 60 s, 8 %, 9 % and 3 % after that is our assumption, set from the
//     windows that vendors of simulations and newsletters filter by (1.5 to
//     60 s).
//
// A weight is ln P(signal | automated) - ln P(signal | person), halved where
// the basis is thin.
var rules = [...]rule{
	// Origin.
	{Rule{"ip.own_scanner", GroupOrigin, 4.5, 3, 6, high,
		"the address is one that you declared as a mail gateway or link scanner", "your own ranges", ShowsNothing}, needsRange, originOwnScanner},
	{Rule{"ip.own_tool", GroupOrigin, 4.5, 3, 6, high,
		"the address is one that you declared as your own tool or sandbox", "your own ranges", ShowsNothing}, needsRange, originOwnTool},
	{Rule{"ip.own_egress", GroupOrigin, -1.6, -2.5, -0.8, medium,
		"the address is one that you declared as your people's way out", "your own ranges; the weight of ip.tenant_signin", ShowsNothing}, needsRange, originOwnEgress},
	{Rule{"ip.eop", GroupOrigin, 5.0, 2.5, 5.5, medium,
		"the address belongs to Exchange Online mail protection, where no person's traffic leaves", "Microsoft 365 endpoints sets 9 and 10; simulation operators saw fetches from there before delivery", ShowsNothing}, needsRange, originMailProtection},
	{Rule{"ip.teams", GroupOrigin, 4.2, 1.5, 4.5, low,
		"the address belongs to Microsoft Teams, where no person's traffic leaves", "Microsoft 365 endpoints sets 11 and 12; Teams fetches previews from its servers; assumption: that these fetches write rows", ShowsNothing}, needsRange, originTeams},
	{Rule{"ip.teams_workload", GroupOrigin, 0.5, 0, 1.5, low,
		"the address belongs to Microsoft Teams and the click was made in Teams, which may ask on the person's behalf", "assumption", ShowsNothing}, needsRange, originTeamsWorkload},
	{Rule{"ip.spo", GroupOrigin, 3.6, 1, 4, low,
		"the address belongs to SharePoint or OneDrive, where no person's traffic leaves", "Microsoft 365 endpoints set 31; assumption: as Teams, rarely seen", ShowsNothing}, needsRange, originSharePoint},
	{Rule{"ip.security", GroupOrigin, 3.0, 1.5, 4, low,
		"the address belongs to a Microsoft security service", "Azure service tags of Defender, Sentinel and Purview; assumption", ShowsNothing}, needsRange, originSecurity},
	{Rule{"ip.crawler", GroupOrigin, 3.0, 1.5, 4, low,
		"the address lies in a Microsoft range that was seen fetching links", "public reports named with the range", ShowsNothing}, needsRange, originCrawler},
	{Rule{"ip.service", GroupOrigin, 2.0, 1, 3, low,
		"the address belongs to a Microsoft 365 service that does not browse", "Microsoft 365 endpoints; assumption: servers do not browse, but previews do", ShowsNothing}, needsRange, originService},
	{Rule{"ip.platform", GroupOrigin, 1.8, 0.8, 3, low,
		"the address belongs to an Azure platform service, from which flows and apps fetch links", "Azure service tags; assumption", ShowsNothing}, needsRange, originPlatform},
	{Rule{"ip.azure", GroupOrigin, 0.7, 0.3, 1.5, low,
		"the address is Azure's: services, hosted desktops, scanners and rented machines all leave from there", "Azure service tags: used by other Azure customers too; assumption", ShowsNothing}, needsRange, originAzure},
	{Rule{"ip.ms_user_egress", GroupOrigin, -0.5, -1, 0, medium,
		"people leave from this address by a Microsoft or hosted service", "Global Secure Access egress ranges; your own ranges", ShowsNothing}, needsRange, originPersonEgress},
	{Rule{"ip.mailsec", GroupOrigin, 2.7, 2, 3.5, medium,
		"the network belongs to a vendor of mail security", "network database; vendors' and simulation operators' advice", ShowsNothing}, needsNetwork, networkMailSecurity},
	{Rule{"ip.dc", GroupOrigin, 0.8, 0.5, 1.5, medium,
		"the network is a data centre's", "network database; Omeda uses it only together with other signs", ShowsNothing}, needsNetwork, networkDataCentre},
	{Rule{"ip.access", GroupOrigin, -1.2, -2, -0.8, medium,
		"the network is an access, mobile or company network", "network database", ShowsNothing}, needsNetwork, networkAccess},

	// Timing.
	{Rule{"t.before", GroupTiming, 3.0, 2.5, 5, low,
		"the click came before the message", "assumption: only a scan sees a message before it is delivered; holds and skewed clocks are the pitfalls", ShowsNothing}, needsDelay, delayBefore},
	{Rule{"t.0_3", GroupTiming, 4.5, 2.8, 4.8, medium,
		"the click came within 3 seconds of the message, when hardly anybody can have seen it", "half of 737 real messages were not in the mailbox 2.6 s after their clock; ln(0.60/0.005) = 4.8 for people's least share", ShowsNothing}, needsDelay, delayNone},
	{Rule{"t.0_10", GroupTiming, 2.8, 2.8, 4.8, medium,
		"the click came 3 to 10 seconds after the message", "ln(0.60/0.038), with people's largest share", ShowsNothing}, needsDelay, delayTenSeconds},
	{Rule{"t.10_60", GroupTiming, 0.6, 0.3, 1.2, medium,
		"the click came 10 to 60 seconds after the message", "ln(0.20/0.10)", ShowsNothing}, needsDelay, delayMinute},
	{Rule{"t.1_5m", GroupTiming, -0.5, -1, -0.2, medium,
		"the click came 1 to 5 minutes after the message", "ln(0.08/0.14)", ShowsNothing}, needsDelay, delayFiveMinutes},
	{Rule{"t.5_60m", GroupTiming, -1.0, -1.5, -0.6, medium,
		"the click came 5 to 60 minutes after the message", "ln(0.09/0.27)", ShowsNothing}, needsDelay, delayHour},
	{Rule{"t.1h", GroupTiming, -1.2, -2.8, -0.7, low,
		"the click came more than an hour after the message", "ln(0.03/0.48), halved: late re-scans are real", ShowsNothing}, needsDelay, delayLonger},

	// Burst.
	{Rule{"b.all", GroupBurst, 4.0, 3, 4.5, medium,
		"three or more links of the message were asked for within 3 seconds, or all of five or more within a minute", "consensus of vendors' rules; ln(0.10/0.002): one machine's click in ten, 11 % of real messages have several links, and one person's in 500, our assumption, as the five are", ShowsNothing}, needsRows, burstAll},
	{Rule{"b.multi1s", GroupBurst, 3.0, 2.5, 4, medium,
		"different links of one message were asked for within a second", "Marketo's proximity pattern", ShowsNothing}, needsRows, burstMulti},
	{Rule{"b.fan", GroupBurst, 2.5, 2, 3.5, medium,
		"three or more accounts asked for the same link from one address within 10 seconds", "consensus of vendors' rules", ShowsNothing}, needsRows, burstFan},
	{Rule{"b.echo", GroupBurst, 1.2, 0.7, 2, low,
		"the same account asked for the same link from another address within a second", "mail senders' reports of scanners that shadow a click", ShowsNothing}, needsRows, burstEcho},

	{Rule{"b.shadow", GroupBurst, 3.8, 0.7, 4.5, low,
		"the account had asked for the same link from another network up to 15 seconds before", "mail senders' reports of scanners that shadow a click, seen 12 s after it; assumption", ShowsStranger}, needsRows, shadow},
	{Rule{"b.address", GroupBurst, 3.5, 1.5, 4.5, medium,
		"links of other accounts are asked for from this address within a minute of the message, on several occasions and hardly ever later", "ln(0.90/0.11) an occasion: people's share from Proofpoint 2018, machines' our assumption; half of it for one occasion", ShowsNothing}, needsRows, addressFast},
	{Rule{"b.strangers", GroupBurst, 3.8, 1.5, 4.5, low,
		"several accounts came by this address, hardly any a second time, and they click elsewhere too", "people come back to where they work; assumption: one person's click in 200 looks so; two thirds for three accounts", ShowsStranger}, needsRows, addressStrangers},

	// Action.
	{Rule{"a.through", GroupAction, -4.0, -5, -3, high,
		"somebody pressed Continue anyway on the warning page", "documented meaning of IsClickedThrough", ShowsDecisive}, needsRow, actionThrough},
	{Rule{"a.scanwait", GroupAction, -0.8, -1.5, -0.5, low,
		"somebody waited for the scan of the link and went on", "assumption", ShowsNothing}, needsRows, actionScanWait},

	// Client.
	{Rule{"w.teams_fast", GroupClient, 1.5, 1, 2.5, low,
		"a Teams address asked within 10 seconds of the Teams message", "assumption", ShowsNothing}, needsRange | needsDelay, clientTeamsFast},
	{Rule{"w.app", GroupClient, 0, -1.5, 0, "none",
		"the row names a real client version", "no such row has been seen, so it does not vote", ShowsNothing}, needsRow, clientApp},

	// Corroboration.
	{Rule{"c.browser", GroupCorroboration, -5.0, -6, -4, high,
		"the account's own device opened this link in a browser at that time", "documented meaning of BrowserLaunchedToOpenUrl", ShowsDecisive}, needsDevice, browserLaunch},
	{Rule{"c.net", GroupCorroboration, -3.5, -4.5, -2.5, medium,
		"a browser on the account's own device went to the link's host at that time", "two real rows, 6 s and 11 s after the click", ShowsNothing}, needsDevice, browserConnection},
	{Rule{"ip.own_signin", GroupCorroboration, -3.2, -4.5, -2.5, medium,
		"the account signed in from this address within a day", "standing advice of responders; 6 of 15 real rows", ShowsPerson}, needsSignIn, signInOwnDay},
	{Rule{"ip.own_signin30", GroupCorroboration, -2.0, -3, -1.5, medium,
		"the account signed in from this address or its neighbourhood within 30 days", "as ip.own_signin, weaker", ShowsPerson}, needsSignIn, signInOwnMonth},
	{Rule{"ip.fresh_signin", GroupCorroboration, -2.0, -3.2, -1, low,
		"the account signed in from this address for the first time within a day, and anybody can rent the address", "assumption: a person, but it may be somebody who took over the account", ShowsNothing}, needsSignIn, signInFresh},
	{Rule{"ip.tenant_signin", GroupCorroboration, -1.6, -2.5, -1, medium,
		"two or more other people sign in from this address", "4 of 15 real rows: an office's way out", ShowsNothing}, needsSignIn, signInTenant},
	{Rule{"ip.shared_nosignin", GroupCorroboration, 4.0, 1.5, 4, medium,
		"three or more accounts clicked from this address, nobody signs in from it, and no person was seen behind it", "Phish Insight: an address with more than two users; assumption: half of the weight, more for each account while none comes back, less where many do, and ln 2 for each whose active device shows nothing", ShowsStranger}, needsRows, signInCrowd},
	{Rule{"ip.no_signin", GroupCorroboration, 0.7, 0, 1.1, low,
		"the account signs in, and nobody does from this address", "ln(15/5) at most: 5 of 15 real rows, in an incomplete sample", ShowsStranger}, needsSignIn, signInNever},
	{Rule{"c.silent", GroupCorroboration, 0.6, 0.3, 1.5, low,
		"the account's device was active then, and shows nothing of this link", "assumption; the account may have used another device", ShowsNothing}, needsDevice, endpointSilent},

	// Calendar.
	{Rule{"g.far", GroupCalendar, 0.6, 0.3, 1.2, low,
		"the address is in a country that the account never signed in from", "assumption; it may be somebody else", ShowsNothing}, needsSignIn, countryFar},
	{Rule{"h.off", GroupCalendar, 0.3, 0.1, 0.6, low,
		"the click came outside the account's usual hours", "assumption; people work shifts", ShowsNothing}, needsSignIn, hoursOff},
}

func ruleIndex(id string) (int, bool) {
	i := slices.IndexFunc(rules[:], func(r rule) bool { return r.ID == id })
	return i, i >= 0
}
