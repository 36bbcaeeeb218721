// Package clickclass tells who made a click that Microsoft Defender's UrlClickEvents
// attributes to an account: the account's owner, a machine, or somebody else; which
// service, how certain that is, and why.
//
//	v := clickclass.Score(click)
//	fmt.Println(v.Class, v.Origin.Service, v.P.Machine)
//
// A [Classifier] adds evidence from other tables, your own address ranges and other
// weights. [Classifier.All] judges a finite sequence on all cores; a [Stream] judges a
// live one in bounded memory. Both compare each click with its neighbours: the other
// clicks on the same message, from the same address and by the same account.
//
// Everything the package returns belongs to the caller and stays valid. Importing it does
// nothing; the address lists are decoded on first use.
//
// # How a verdict comes about
//
// Each rule of the table ([Rules], RULES.md) looks for one thing in the click, its
// neighbours and the evidence, and weighs it in natural-log odds. Rules that tell the same
// thing in different ways form a group, of which only the strongest counts. The sum, the
// [Prior] and, if there is one, the tenant's own [Calibration] give the [Probabilities],
// and [Thresholds] give the [Class].
//
// Evidence that is missing counts for nothing and is named in Verdict.Missing. Evidence
// that could not be had is named in Verdict.Failed, and such a click is never called
// automated.
//
// Mistakes differ in cost: an intruder's click called automated hides a compromise. So
// [ClassAutomated] needs two groups that agree and an address that is known for machines,
// and one decisive sign of a person outweighs everything else.
//
// # How sure it is
//
// No public labelled click data exist. The weights rest on what vendors and Microsoft
// publish about delays, ranges and bursts; the table names the source of each and says
// "assumption" where the number is ours. The prior is an assumption, too. A tenant that
// labels its own clicks can fit the probabilities with package calibrate.
//
// A verdict says nothing about the link: an automated click can lead to malware. And a
// person's click is not always the owner's: the flag recipient_not_shown says if nothing
// shows that the owner was there.
//
// # Clocks in ids
//
// The last digits of NetworkMessageId and ReportId are clocks (safelinks.MessageTime): the
// time at which the service received the message, and the time of the click. So one row
// tells how long after its message the link was clicked. The id of a message in Teams is the
// time at which it was sent. Microsoft does not document this. A clock is used only if it
// fits the row.
//
// # Compatibility
//
// The words of classes, rules, causes and flags are stable from v1 on. Every change of a
// weight is listed in CHANGELOG.md and changes [RulesVersion].
//
// Click.Site uses golang.org/x/net/publicsuffix, which names an interface of
// net/http/cookiejar. A program that imports clickclass therefore links net/http; nothing
// here calls it.
package clickclass
