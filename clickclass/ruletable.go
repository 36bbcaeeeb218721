package clickclass

// The scales that the rules share. Sources are named once here:
//
//   - Microsoft's published lists: Microsoft 365 endpoints, Azure service tags, Microsoft
//     Public IP Space. Package iprange says, with a source for each range, which of them
//     people can stand behind; that nobody leaves from a published server is an inference.
//   - People's delays: two published laws. Proofpoint, The Human Factor 2018: 11 % of
//     clicks within 1 min of sending, almost a quarter within 5 min, 52 % within 1 h
//     (log-normal, mu 8.01, sigma 3.21 of seconds). GetResponse 2019-20: 33.6 % within 1 h,
//     51.4 % within 3 h, 81 % within 24 h (mu 9.22, sigma 2.45). People's shares lie
//     between the two: 0-3 s 0.05-1.6 %, 3-10 s 0.2-2.2 %, 10-60 s 1.6-7.4 %, 1-5 min
//     5.7-12.5 %, 5-60 min 26-29 %, later 48-66 %. Weights use the (geometric) middle,
//     ranges the ends. Both laws are extrapolated below a minute.
//   - Machines' delays: no published distribution. 40 % within 3 s, 20 % from 3 to 10 s,
//     20 % to 60 s, 8 % to 5 min, 9 % to 1 h and 3 % later is an assumption, set from the
//     windows that vendors of simulations and newsletters filter by (1.5 to 60 s). Ranges
//     also allow 35, 25, 20, 15 and 5 %, since scanners have tails.
//   - Somebody else: no published figures at all. An intruder is taken to read like a
//     person, but later and from elsewhere, and to have a script in one case of twenty.
//
// A weight is ln P(signal | machine, or somebody else) - ln P(signal | owner), halved where
// the basis is thin.
var rules = [...]rule{
	// Origin: whose address asked.
	{"ip.own_scanner", groupOrigin, Weight{4.5, 3, 6}, Weight{}, high,
		"you declared the address as a mail gateway or link scanner", "your own ranges", showsNothing, needsList, fromOwnScanner},
	{"ip.own_tool", groupOrigin, Weight{4.5, 3, 6}, Weight{}, high,
		"you declared the address as your own tool or sandbox", "your own ranges", showsNothing, needsList, fromOwnTool},
	{"ip.own_egress", groupOrigin, Weight{-1.6, -2.5, -0.8}, Weight{-1.6, -2.5, -0.5}, medium,
		"you declared the address as one from which your people leave", "your own ranges; the weight of ip.tenant_signin", showsPerson, needsList, fromOwnEgress},
	{"ip.eop", groupOrigin, Weight{5.0, 2.5, 5.5}, Weight{}, medium,
		"Microsoft publishes the address as a server of Exchange Online mail protection; that no person leaves from it is an inference",
		"Microsoft 365 endpoints sets 9 and 10; simulation operators saw fetches from there before delivery; assumption: the weight", showsNothing, needsList, fromMailProtection},
	{"ip.teams", groupOrigin, Weight{4.2, 1.5, 4.5}, Weight{}, low,
		"Microsoft publishes the address as a Teams server; that no person leaves from it is an inference",
		"Microsoft 365 endpoints sets 11 and 12; Teams fetches previews from its servers; assumption: that these fetches write rows", showsNothing, needsList, fromTeams},
	{"ip.teams_workload", groupOrigin, Weight{1.5, 0, 3}, Weight{}, low,
		"Microsoft publishes the address as a Teams server, and the click was made in Teams, which may ask on the person's behalf",
		"assumption", showsNothing, needsList, fromTeamsInTeams},
	{"ip.spo", groupOrigin, Weight{3.6, 1, 4}, Weight{}, low,
		"Microsoft publishes the address as a server of SharePoint or OneDrive; that no person leaves from it is an inference",
		"Microsoft 365 endpoints set 31; assumption: as Teams, rarely seen", showsNothing, needsList, fromSharePoint},
	{"ip.security", groupOrigin, Weight{3.0, 1.5, 4}, Weight{}, low,
		"Microsoft publishes the address as one of a security service", "Azure service tags of Defender, Sentinel and Purview; assumption", showsNothing, needsList, fromSecurity},
	{"ip.crawler", groupOrigin, Weight{3.0, 1.5, 4}, Weight{}, low,
		"the address is in a range that is published or reported as a crawler's or an assistant's", "the list that is named; assumption: the weight", showsNothing, needsList, fromCrawler},
	{"ip.service", groupOrigin, Weight{2.0, 1, 3}, Weight{}, low,
		"Microsoft publishes the address as a server of a Microsoft 365 service", "Microsoft 365 endpoints; assumption: servers do not browse, but previews do", showsNothing, needsList, fromService},
	{"ip.platform", groupOrigin, Weight{1.8, 0.8, 3}, Weight{1.5, 0.5, 2.5}, low,
		"the address belongs to an Azure platform service, from which anybody's flows and apps fetch links", "Azure service tags; assumption", showsNothing, needsList, fromPlatform},
	{"ip.azure", groupOrigin, Weight{0.7, 0.3, 1.5}, Weight{1.0, 0.5, 2}, low,
		"the address is in Azure, from where services, hosted desktops, scanners and rented machines leave", "Azure service tags; assumption", showsNothing, needsList, fromAzure},
	{"ip.cloud", groupOrigin, Weight{0.8, 0.5, 1.5}, Weight{1.2, 0.5, 2.5}, low,
		"the address is in a cloud where anybody can rent machines", "the providers' published ranges; Omeda uses data centres only together with other signs; assumption", showsNothing, needsList, fromCloud},
	{"ip.microsoft", groupOrigin, Weight{0.7, 0, 1.5}, Weight{0.8, 0, 2}, low,
		"the address is Microsoft's, and no list says for what: anybody may have rented it", "Microsoft Public IP Space; assumption", showsNothing, needsList, fromMicrosoft},
	{"ip.ms_user_egress", groupOrigin, Weight{-0.5, -1, 0}, Weight{-0.3, -1, 0.5}, medium,
		"people leave from this address by a hosted service", "published egress ranges; your own ranges", showsNothing, needsList, fromPersonEgress},
	{"ip.mailsec", groupOrigin, Weight{2.7, 2, 3.5}, Weight{}, medium,
		"the network belongs to a vendor of mail security", "network database; vendors' and simulation operators' advice", showsNothing, needsNetwork, fromMailSecurityNetwork},
	{"ip.dc", groupOrigin, Weight{0.8, 0.5, 1.5}, Weight{1.2, 0.5, 2.5}, medium,
		"the network is a data centre's", "network database; Omeda uses it only together with other signs; assumption for somebody else", showsNothing, needsNetwork, fromDataCentre},
	{"ip.access", groupOrigin, Weight{-1.2, -2, -0.8}, Weight{-0.7, -1.5, 0}, medium,
		"the network is an access, mobile or company network", "network database; assumption for somebody else", showsNothing, needsNetwork, fromAccessNetwork},

	// Timing: how long after the message, by one clock.
	{"t.before", groupTiming, Weight{3.0, 2.5, 5}, Weight{1.0, 0, 2}, low,
		"the click came before the message, whose clock two sources confirm", "assumption: only a scan sees a message before it is delivered", showsNothing, needsDelay, beforeMessage},
	{"t.0_3", groupTiming, Weight{4.0, 3.2, 6.7}, Weight{2.4, 0.5, 3.5}, medium,
		"the click came at most 3 seconds after the message, or up to 5 before it", "ln(0.40/0.0028) = 5.0, and less since both laws are extrapolated here; ends by the two laws; half of 737 real messages were not in the mailbox 2.6 s after their clock; assumption for somebody else", showsNothing, needsDelay, withinThreeSeconds},
	{"t.0_10", groupTiming, Weight{2.8, 2.2, 4.6}, Weight{1.1, 0, 2}, medium,
		"the click came 3 to 10 seconds after the message", "ln(0.20/0.0066) = 3.4, and less since both laws are extrapolated here; ends by the two laws; assumption for somebody else", showsNothing, needsDelay, withinTenSeconds},
	{"t.10_60", groupTiming, Weight{1.8, 1.0, 2.5}, Weight{0.3, -0.5, 1}, medium,
		"the click came 10 to 60 seconds after the message", "ln(0.20/0.034), ends by the two laws", showsNothing, needsDelay, withinMinute},
	{"t.1_5m", groupTiming, Weight{0.2, -0.45, 1}, Weight{0, -0.5, 0.5}, medium,
		"the click came 1 to 5 minutes after the message", "ln(0.08/0.084), and ln(0.20/0.084) for scanners with a tail, ends by the two laws", showsNothing, needsDelay, withinFiveMinutes},
	{"t.5_60m", groupTiming, Weight{-0.9, -1.15, -0.5}, Weight{0, -0.3, 0.3}, medium,
		"the click came 5 to 60 minutes after the message", "ln(0.09/0.27), and ln(0.15/0.27) for scanners with a tail", showsNothing, needsDelay, withinHour},
	{"t.1h", groupTiming, Weight{-1.4, -3.1, -0.7}, Weight{0.1, -0.3, 0.5}, low,
		"the click came more than an hour after the message", "ln(0.03/0.56), halved: late scans are real", showsNothing, needsDelay, afterHour},
	{"b.address", groupTiming, Weight{3.5, 1.5, 4.5}, Weight{3.0, 1, 4}, low,
		"links of other accounts were asked for from this address within a minute of the message, on several occasions and hardly ever later",
		"ln(0.90/0.11) an occasion: people's share from Proofpoint 2018; assumption: machines' share, and that somebody with a script does it for few accounts", showsNothing, needsRows, addressAsksFast},

	// Burst: with which other clicks.
	{"b.all", groupBurst, Weight{4.0, 3, 4.5}, Weight{1.5, 0, 3}, medium,
		"three or more links of the message were asked for within 3 seconds, or all of five or more within a minute",
		"consensus of vendors' rules; ln(0.10/0.002): one machine's click in ten, 11 % of real messages have several links; assumption: one person's in 500", showsNothing, needsRows, askedAllLinks},
	{"b.multi1s", groupBurst, Weight{3.0, 2.5, 4}, Weight{1.0, 0, 2}, medium,
		"different links of one message were asked for within a second", "Marketo's proximity pattern; assumption for somebody else", showsNothing, needsRows, askedLinksAtOnce},
	{"b.fan", groupBurst, Weight{2.5, 2, 3.5}, Weight{0.5, 0, 2}, medium,
		"three or more accounts asked for the same link from one address within 10 seconds", "consensus of vendors' rules; assumption for somebody else", showsNothing, needsRows, askedByManyAccounts},
	{"b.echo", groupBurst, Weight{1.2, 0.7, 2}, Weight{0.5, 0, 1.5}, low,
		"the same account asked for the same link from another address within a second", "mail senders' reports of scanners that shadow a click; assumption for somebody else", showsNothing, needsRows, echoedElsewhere},
	{"b.shadow", groupBurst, Weight{2.5, 0.7, 4.5}, Weight{2.5, 0.7, 4.5}, low,
		"the account had asked for the same link from another network up to 15 seconds before, and nothing shows that it is at home here",
		"mail senders' reports of scanners that shadow a click, seen 12 s after it; assumption", showsNothing, needsRows, shadowsClick},

	// Place: who else and when else comes from the address.
	{"b.home", groupPlace, Weight{-2.0, -3, -1}, Weight{-2.5, -3.5, -1}, low,
		"the account keeps coming back to this address: on several days, and for a quarter of its clicks or more", "assumption: people come back to where they work and live, and one intruder's or tool's address in ten looks so", showsPerson, needsRows, accountAtHome},
	{"b.office", groupPlace, Weight{-1.5, -2.5, -0.5}, Weight{-2.0, -3, -0.5}, low,
		"other accounts of the company keep coming back to this address", "assumption, as ip.tenant_signin", showsPerson, needsRows, colleaguesAtHome},
	{"b.strangers", groupPlace, Weight{3.0, 1, 4}, Weight{3.0, 1.5, 4.5}, low,
		"several accounts came by this address, hardly any a second time, and they click elsewhere too",
		"assumption: people come back to where they work; a third of the weight for a machine with three accounts, all of it from twelve on, since carriers and hotels have many people behind one address", showsNothing, needsRows, addressOfStrangers},
	{"b.new", groupPlace, Weight{0.3, 0, 1}, Weight{1.0, 0.3, 2}, low,
		"the account clicked elsewhere for days before it first clicked from this address", "assumption: people travel", showsNothing, needsRows, addressIsNew},
	{"b.after_danger", groupPlace, Weight{0.3, 0, 1}, Weight{2.5, 1, 4}, low,
		"the account opened something dangerous in the two weeks before, and first clicked from this address after that", "assumption: this is how accounts are taken over", showsNothing, needsRows, addressIsNewAfterDanger},

	// Action: what happened.
	{"a.through", groupAction, Weight{-4.0, -5, -3}, Weight{}, high,
		"Continue anyway was pressed on the warning page: a person, which one is open", "documented meaning of IsClickedThrough", showsPerson, needsRow, clickedThrough},
	{"a.scanwait", groupAction, Weight{-0.8, -1.5, -0.5}, Weight{}, low,
		"the page that asks to wait for the scan of the link was shown, and the click went on", "assumption", showsNothing, needsRows, waitedForScan},

	// Client.
	{"w.teams_fast", groupClient, Weight{1.5, 1, 2.5}, Weight{}, low,
		"a Teams address asked within 10 seconds of the Teams message", "assumption", showsNothing, needsList | needsDelay, teamsFast},
	{"w.posted", groupClient, Weight{2.9, 1, 4}, Weight{}, low,
		"the link was in a message in Teams within 2 minutes of the click, and a Teams address asked", "Teams fetches a preview of what is written or pasted; ln(0.90/0.05), assumption: one person's click in twenty comes so soon", showsNothing, needsList, postedInChat},
	{"w.app", groupClient, Weight{0, -1.5, 0}, Weight{}, "none",
		"the row names a real client version", "no such row has been seen, so it does not vote", showsNothing, needsRow, namesClient},

	// Sign-ins.
	{"ip.own_signin", groupSignIn, Weight{-3.2, -4.5, -2.5}, Weight{-3.2, -4.5, -1.5}, medium,
		"the account signed in from this address in the day before, and had done so for long", "standing advice of responders; 6 of 15 real rows; assumption for somebody else", showsOwner, needsSignIn, signedInWithinDay},
	{"ip.own_signin30", groupSignIn, Weight{-2.0, -3, -1.5}, Weight{-2.0, -3, -1}, medium,
		"the account signed in from this address or its neighbourhood in the 30 days before, and had done so for long", "as ip.own_signin, weaker", showsPerson, needsSignIn, signedInWithinMonth},
	{"ip.fresh_signin", groupSignIn, Weight{-1.5, -3, 0}, Weight{2.0, 1, 3.5}, low,
		"the account signed in from this address, for the first time or only after the click", "assumption: one person's click in twenty is from a new address, and most intruders' are", showsNothing, needsSignIn, signedInFirst},
	{"ip.risky_signin", groupSignIn, Weight{-1.0, -3, 0}, Weight{3.0, 1.5, 4.5}, low,
		"Microsoft rated a sign-in of the account from this address as risky", "Entra ID Protection; assumption: the weights", showsNothing, needsRow, signedInRisky},
	{"ip.tenant_signin", groupSignIn, Weight{-1.6, -2.5, -1}, Weight{-1.6, -2.5, -0.5}, medium,
		"two or more other accounts sign in from this address", "4 of 15 real rows: a company's egress", showsPerson, needsSignIn, othersSignIn},
	{"ip.shared_nosignin", groupSignIn, Weight{2.4, 1, 4}, Weight{2.4, 1.5, 4}, low,
		"three or more accounts clicked from this address, none of the sign-ins given is from it, and no person was seen behind it",
		"Phish Insight: an address with more than two users; assumption: two thirds of the weight for a machine with three accounts, all of it from twelve on; less as fewer accounts have sign-ins", showsNothing, needsRows, crowdWithoutSignIn},
	{"ip.no_signin", groupSignIn, Weight{0.5, 0, 1.1}, Weight{1.6, 0.5, 2.5}, low,
		"the account signs in, and none of the sign-ins given is from this address", "ln(15/5) at most for a machine: 5 of 15 real rows, in an incomplete sample; assumption for somebody else", showsNothing, needsSignIn, addressWithoutSignIn},

	// Devices.
	{"c.browser", groupDevice, Weight{-5.0, -6, -4}, Weight{-4.5, -6, -3}, high,
		"a process that people click in opened this link in a browser on the account's device at that time", "documented meaning of BrowserLaunchedToOpenUrl; assumption for somebody else", showsDecisive, needsDevice, launchedBrowser},
	{"c.launch_other", groupDevice, Weight{2.0, 0, 4}, Weight{-2.5, -4, -1}, low,
		"a robot, a script or an unknown process opened this link in a browser on the account's device", "documented meaning of BrowserLaunchedToOpenUrl; assumption: the weights", showsNothing, needsDevice, launchedOtherwise},
	{"c.net", groupDevice, Weight{-3.5, -4.5, -2.5}, Weight{-3.0, -4.5, -1.5}, medium,
		"a browser on the account's device connected at that time to the link's host, to which few devices go", "two real rows, 6 s and 11 s after the click; assumption for somebody else", showsOwner, needsDevice, connectedBrowser},
	{"c.net_common", groupDevice, Weight{-3.5, -4.5, -2.5}, Weight{-3.0, -4.5, -1.5}, low,
		"a browser on the account's device connected at that time to Safe Links or to the link's host, to which many devices go",
		"as c.net, weighed by how rare the host is: half at most", showsPerson, needsDevice, connectedCommonly},
	{"c.silent", groupDevice, Weight{0.6, 0.3, 1.5}, Weight{1.2, 0.6, 2.5}, low,
		"the account's device was in use then and reports what its browsers do, and nothing of this link", "assumption; the account may have used another device", showsNothing, needsDevice, deviceSilent},

	// Calendar.
	{"g.far", groupCalendar, Weight{0.3, 0, 1.2}, Weight{1.5, 0.5, 2.5}, low,
		"the address is in a country from which none of the account's sign-ins given is", "assumption; people travel", showsNothing, needsSignIn, countryIsFar},
	{"h.off", groupCalendar, Weight{0.3, 0.1, 0.6}, Weight{0.5, 0, 1}, low,
		"the click came outside the account's usual hours", "assumption; people work shifts", showsNothing, needsSignIn, hourIsOff},
}
