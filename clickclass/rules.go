package clickclass

import "sync"

//go:generate go run gen_rules.go

// RulesVersion changes with every rule, weight and threshold.
const RulesVersion = "2"

// Rule is a row of the rules table.
type Rule struct {
	ID         string
	Group      string // of the rules of a group, only the strongest counts
	Machine    Weight // natural-log odds of a machine against the owner
	Other      Weight // of somebody else against the owner
	Confidence string // in the weights: "none", "low", "medium" or "high"
	Text       string
	Source     string // what the weights rest on; says "assumption" where they are ours
	Shows      string // "", "stranger", "person" or "decisive"
}

// Weight is a number and the range that its sources leave open.
type Weight struct{ Value, Min, Max float64 }

// Rules returns a copy of the rules table.
func Rules() []Rule {
	out := make([]Rule, len(rules))
	for i := range rules {
		r := &rules[i]
		out[i] = Rule{
			ID: r.id, Group: groupWords[r.group], Machine: r.machine, Other: r.other,
			Confidence: r.confidence, Text: r.text, Source: r.source, Shows: showsWords[r.shows],
		}
	}
	return out
}

// rule is a row of the rules table with the signal that it weighs.
type rule struct {
	id         string
	group      group
	machine    Weight
	other      Weight
	confidence string
	text       string
	source     string
	shows      shows
	needs      needs
	// signal reports whether the rule applies to a click. It notes in s what it saw, and
	// may change s.scale, which is 1 before and scales the weight.
	signal func(f *facts, s *sign) bool
}

// group is a family of rules that tell the same thing in different ways. Only the strongest
// rule of a group counts.
type group uint8

const (
	groupOrigin        group = iota // whose address asked
	groupTiming                     // how long after the message
	groupBurst                      // with which other clicks
	groupAction                     // what happened
	groupClient                     // with which client
	groupCorroboration              // what sign-ins and devices say
	groupCalendar                   // at which hour, from which country

	numGroups = iota
)

var groupWords = [numGroups]string{"origin", "timing", "burst", "action", "client", "corroboration", "calendar"}

// needs is what must be known for a rule to apply at all. Rules that lack it are not asked,
// which halves the time of a verdict; a test checks that asking them changes nothing.
type needs uint8

const (
	needsList    needs = 1 << iota // a list or an own range has the address
	needsNetwork                   // the autonomous system
	needsDelay                     // the time since the message
	needsRows                      // neighbours
	needsSignIn                    // the account's sign-ins
	needsDevice                    // the account's devices
	needsRow     needs = 0         // nothing but the row
)

// shows is what a rule shows beside its weight.
type shows uint8

const (
	showsNothing  shows = iota
	showsStranger       // not the owner: a machine, or somebody with several mailboxes; never makes ClassAutomated
	showsPerson         // a person is corroborated: needed for ClassOwner
	showsDecisive       // and it outweighs everything that speaks against one
)

var showsWords = [...]string{"", "stranger", "person", "decisive"}

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
	{"ip.own_scanner", groupOrigin, Weight{4.5, 3, 6}, Weight{}, high,
		"the address is one that you declared as a mail gateway or link scanner", "your own ranges", showsNothing, needsList, fromOwnScanner},
	{"ip.own_tool", groupOrigin, Weight{4.5, 3, 6}, Weight{}, high,
		"the address is one that you declared as your own tool or sandbox", "your own ranges", showsNothing, needsList, fromOwnTool},
	{"ip.own_egress", groupOrigin, Weight{-1.6, -2.5, -0.8}, Weight{}, medium,
		"the address is one that you declared as your people's way out", "your own ranges; the weight of ip.tenant_signin", showsNothing, needsList, fromOwnEgress},
	{"ip.eop", groupOrigin, Weight{5.0, 2.5, 5.5}, Weight{}, medium,
		"the address belongs to Exchange Online mail protection, where no person's traffic leaves", "Microsoft 365 endpoints sets 9 and 10; simulation operators saw fetches from there before delivery", showsNothing, needsList, fromMailProtection},
	{"ip.teams", groupOrigin, Weight{4.2, 1.5, 4.5}, Weight{}, low,
		"the address belongs to Microsoft Teams, where no person's traffic leaves", "Microsoft 365 endpoints sets 11 and 12; Teams fetches previews from its servers; assumption: that these fetches write rows", showsNothing, needsList, fromTeams},
	{"ip.teams_workload", groupOrigin, Weight{0.5, 0, 1.5}, Weight{}, low,
		"the address belongs to Microsoft Teams and the click was made in Teams, which may ask on the person's behalf", "assumption", showsNothing, needsList, fromTeamsInTeams},
	{"ip.spo", groupOrigin, Weight{3.6, 1, 4}, Weight{}, low,
		"the address belongs to SharePoint or OneDrive, where no person's traffic leaves", "Microsoft 365 endpoints set 31; assumption: as Teams, rarely seen", showsNothing, needsList, fromSharePoint},
	{"ip.security", groupOrigin, Weight{3.0, 1.5, 4}, Weight{}, low,
		"the address belongs to a Microsoft security service", "Azure service tags of Defender, Sentinel and Purview; assumption", showsNothing, needsList, fromSecurity},
	{"ip.crawler", groupOrigin, Weight{3.0, 1.5, 4}, Weight{}, low,
		"the address lies in a Microsoft range that was seen fetching links", "public reports named with the range", showsNothing, needsList, fromCrawler},
	{"ip.service", groupOrigin, Weight{2.0, 1, 3}, Weight{}, low,
		"the address belongs to a Microsoft 365 service that does not browse", "Microsoft 365 endpoints; assumption: servers do not browse, but previews do", showsNothing, needsList, fromService},
	{"ip.platform", groupOrigin, Weight{1.8, 0.8, 3}, Weight{}, low,
		"the address belongs to an Azure platform service, from which flows and apps fetch links", "Azure service tags; assumption", showsNothing, needsList, fromPlatform},
	{"ip.azure", groupOrigin, Weight{0.7, 0.3, 1.5}, Weight{}, low,
		"the address is Azure's: services, hosted desktops, scanners and rented machines all leave from there", "Azure service tags: used by other Azure customers too; assumption", showsNothing, needsList, fromAzure},
	{"ip.ms_user_egress", groupOrigin, Weight{-0.5, -1, 0}, Weight{}, medium,
		"people leave from this address by a Microsoft or hosted service", "Global Secure Access egress ranges; your own ranges", showsNothing, needsList, fromPersonEgress},
	{"ip.mailsec", groupOrigin, Weight{2.7, 2, 3.5}, Weight{}, medium,
		"the network belongs to a vendor of mail security", "network database; vendors' and simulation operators' advice", showsNothing, needsNetwork, fromMailSecurityNetwork},
	{"ip.dc", groupOrigin, Weight{0.8, 0.5, 1.5}, Weight{}, medium,
		"the network is a data centre's", "network database; Omeda uses it only together with other signs", showsNothing, needsNetwork, fromDataCentre},
	{"ip.access", groupOrigin, Weight{-1.2, -2, -0.8}, Weight{}, medium,
		"the network is an access, mobile or company network", "network database", showsNothing, needsNetwork, fromAccessNetwork},

	// Timing.
	{"t.before", groupTiming, Weight{3.0, 2.5, 5}, Weight{}, low,
		"the click came before the message", "assumption: only a scan sees a message before it is delivered; holds and skewed clocks are the pitfalls", showsNothing, needsDelay, beforeMessage},
	{"t.0_3", groupTiming, Weight{4.5, 2.8, 4.8}, Weight{}, medium,
		"the click came within 3 seconds of the message, when hardly anybody can have seen it", "half of 737 real messages were not in the mailbox 2.6 s after their clock; ln(0.60/0.005) = 4.8 for people's least share", showsNothing, needsDelay, withinThreeSeconds},
	{"t.0_10", groupTiming, Weight{2.8, 2.8, 4.8}, Weight{}, medium,
		"the click came 3 to 10 seconds after the message", "ln(0.60/0.038), with people's largest share", showsNothing, needsDelay, withinTenSeconds},
	{"t.10_60", groupTiming, Weight{0.6, 0.3, 1.2}, Weight{}, medium,
		"the click came 10 to 60 seconds after the message", "ln(0.20/0.10)", showsNothing, needsDelay, withinMinute},
	{"t.1_5m", groupTiming, Weight{-0.5, -1, -0.2}, Weight{}, medium,
		"the click came 1 to 5 minutes after the message", "ln(0.08/0.14)", showsNothing, needsDelay, withinFiveMinutes},
	{"t.5_60m", groupTiming, Weight{-1.0, -1.5, -0.6}, Weight{}, medium,
		"the click came 5 to 60 minutes after the message", "ln(0.09/0.27)", showsNothing, needsDelay, withinHour},
	{"t.1h", groupTiming, Weight{-1.2, -2.8, -0.7}, Weight{}, low,
		"the click came more than an hour after the message", "ln(0.03/0.48), halved: late re-scans are real", showsNothing, needsDelay, afterHour},

	// Burst.
	{"b.all", groupBurst, Weight{4.0, 3, 4.5}, Weight{}, medium,
		"three or more links of the message were asked for within 3 seconds, or all of five or more within a minute", "consensus of vendors' rules; ln(0.10/0.002): one machine's click in ten, 11 % of real messages have several links, and one person's in 500, our assumption, as the five are", showsNothing, needsRows, askedAllLinks},
	{"b.multi1s", groupBurst, Weight{3.0, 2.5, 4}, Weight{}, medium,
		"different links of one message were asked for within a second", "Marketo's proximity pattern", showsNothing, needsRows, askedLinksAtOnce},
	{"b.fan", groupBurst, Weight{2.5, 2, 3.5}, Weight{}, medium,
		"three or more accounts asked for the same link from one address within 10 seconds", "consensus of vendors' rules", showsNothing, needsRows, askedByManyAccounts},
	{"b.echo", groupBurst, Weight{1.2, 0.7, 2}, Weight{}, low,
		"the same account asked for the same link from another address within a second", "mail senders' reports of scanners that shadow a click", showsNothing, needsRows, echoedElsewhere},

	{"b.shadow", groupBurst, Weight{3.8, 0.7, 4.5}, Weight{}, low,
		"the account had asked for the same link from another network up to 15 seconds before", "mail senders' reports of scanners that shadow a click, seen 12 s after it; assumption", showsStranger, needsRows, shadowsClick},
	{"b.address", groupBurst, Weight{3.5, 1.5, 4.5}, Weight{}, medium,
		"links of other accounts are asked for from this address within a minute of the message, on several occasions and hardly ever later", "ln(0.90/0.11) an occasion: people's share from Proofpoint 2018, machines' our assumption; half of it for one occasion", showsNothing, needsRows, addressAsksFast},
	{"b.strangers", groupBurst, Weight{3.8, 1.5, 4.5}, Weight{}, low,
		"several accounts came by this address, hardly any a second time, and they click elsewhere too", "people come back to where they work; assumption: one person's click in 200 looks so; two thirds for three accounts", showsStranger, needsRows, addressOfStrangers},

	// Action.
	{"a.through", groupAction, Weight{-4.0, -5, -3}, Weight{}, high,
		"somebody pressed Continue anyway on the warning page", "documented meaning of IsClickedThrough", showsDecisive, needsRow, clickedThrough},
	{"a.scanwait", groupAction, Weight{-0.8, -1.5, -0.5}, Weight{}, low,
		"somebody waited for the scan of the link and went on", "assumption", showsNothing, needsRows, waitedForScan},

	// Client.
	{"w.teams_fast", groupClient, Weight{1.5, 1, 2.5}, Weight{}, low,
		"a Teams address asked within 10 seconds of the Teams message", "assumption", showsNothing, needsList | needsDelay, teamsFast},
	{"w.app", groupClient, Weight{0, -1.5, 0}, Weight{}, "none",
		"the row names a real client version", "no such row has been seen, so it does not vote", showsNothing, needsRow, namesClient},

	// Corroboration.
	{"c.browser", groupCorroboration, Weight{-5.0, -6, -4}, Weight{}, high,
		"the account's own device opened this link in a browser at that time", "documented meaning of BrowserLaunchedToOpenUrl", showsDecisive, needsDevice, launchedBrowser},
	{"c.net", groupCorroboration, Weight{-3.5, -4.5, -2.5}, Weight{}, medium,
		"a browser on the account's own device went to the link's host at that time", "two real rows, 6 s and 11 s after the click", showsNothing, needsDevice, connectedBrowser},
	{"ip.own_signin", groupCorroboration, Weight{-3.2, -4.5, -2.5}, Weight{}, medium,
		"the account signed in from this address within a day", "standing advice of responders; 6 of 15 real rows", showsPerson, needsSignIn, signedInWithinDay},
	{"ip.own_signin30", groupCorroboration, Weight{-2.0, -3, -1.5}, Weight{}, medium,
		"the account signed in from this address or its neighbourhood within 30 days", "as ip.own_signin, weaker", showsPerson, needsSignIn, signedInWithinMonth},
	{"ip.fresh_signin", groupCorroboration, Weight{-2.0, -3.2, -1}, Weight{}, low,
		"the account signed in from this address for the first time within a day, and anybody can rent the address", "assumption: a person, but it may be somebody who took over the account", showsNothing, needsSignIn, signedInFirst},
	{"ip.tenant_signin", groupCorroboration, Weight{-1.6, -2.5, -1}, Weight{}, medium,
		"two or more other people sign in from this address", "4 of 15 real rows: an office's way out", showsNothing, needsSignIn, othersSignIn},
	{"ip.shared_nosignin", groupCorroboration, Weight{4.0, 1.5, 4}, Weight{}, medium,
		"three or more accounts clicked from this address, nobody signs in from it, and no person was seen behind it", "Phish Insight: an address with more than two users; assumption: half of the weight, more for each account while none comes back, less where many do, and ln 2 for each whose active device shows nothing", showsStranger, needsRows, crowdWithoutSignIn},
	{"ip.no_signin", groupCorroboration, Weight{0.7, 0, 1.1}, Weight{}, low,
		"the account signs in, and nobody does from this address", "ln(15/5) at most: 5 of 15 real rows, in an incomplete sample", showsStranger, needsSignIn, addressWithoutSignIn},
	{"c.silent", groupCorroboration, Weight{0.6, 0.3, 1.5}, Weight{}, low,
		"the account's device was active then, and shows nothing of this link", "assumption; the account may have used another device", showsNothing, needsDevice, deviceSilent},

	// Calendar.
	{"g.far", groupCalendar, Weight{0.6, 0.3, 1.2}, Weight{}, low,
		"the address is in a country that the account never signed in from", "assumption; it may be somebody else", showsNothing, needsSignIn, countryIsFar},
	{"h.off", groupCalendar, Weight{0.3, 0.1, 0.6}, Weight{}, low,
		"the click came outside the account's usual hours", "assumption; people work shifts", showsNothing, needsSignIn, hourIsOff},
}

// ruleByID returns the rules by their ids.
var ruleByID = sync.OnceValue(func() map[string]*rule {
	m := make(map[string]*rule, len(rules))
	for i := range rules {
		m[rules[i].id] = &rules[i]
	}
	return m
})
