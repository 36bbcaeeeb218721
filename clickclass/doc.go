// Package clickclass says who made a click: a person or an automated service,
// which service, how sure, why, and what evidence would settle it.
//
// A [Click] is one row of Microsoft Defender's UrlClickEvents. [Score] judges
// it alone:
//
//	v := clickclass.Score(clickclass.Click{
//		Timestamp:  t,
//		Url:        "https://example.com/a",
//		ActionType: clickclass.ClickAllowed,
//		AccountUpn: "dana@contoso.example",
//		Workload:   "Email",
//		IPAddress:  netip.MustParseAddr("52.112.103.113"),
//	})
//	// likely_automated, P = 0.88, Microsoft Teams, sets 11 and 12
//
// [New] makes a [Classifier] with the user's own address ranges, other weights,
// and evidence from the mail, sign-in and device tables; [Store] keeps such
// evidence in memory. [Classifier.ClassifyAll] judges a sequence of rows, each
// with its neighbours: the other clicks of the message, the address and the
// account. Package tables reads the rows from exports.
//
// # How a verdict comes about
//
// Each signal, a small pure function, says what it sees in the row and the
// evidence; the rules table ([Rules], RULES.md) weighs it in natural-log odds
// of automation against a person. Within a group only the strongest signal
// counts. The sum, the prior and, if there is one, the tenant's own
// [Calibration] give P(automated), and thresholds on P give the [Class].
//
// Evidence that is missing counts for nothing and is named in the verdict.
// The costs are lopsided: a person's click called automated hides a
// compromise. So [ClassAutomated] needs P ≥ 0.98 and two groups that agree, a
// Microsoft address alone is never enough for it, an address that anybody can
// rent (AzureCloud) says little and never leads to it, and one decisive sign of
// a person outweighs everything else.
//
// # How sure it is
//
// No public labelled click data exist, and nobody publishes how often such
// verdicts are right. The weights rest on what vendors and Microsoft publish
// about delays, ranges and bursts; where they are our assumption the table
// says so. The prior of 0.10 is an assumption too. A tenant that labels its
// own clicks can fit the scores to them with package calibrate.
//
// That a click was automated does not say that its link is harmless, and that
// a person made it does not say that it was the account's owner: the flag
// recipient_not_shown says when nothing shows the owner.
//
// # Machines and strangers
//
// An address tells by who comes there. One from which links are asked for
// within a minute of their message, time and again and hardly ever later, is a
// machine's. One that several accounts come by once, though they click
// elsewhere, and that nobody signs in from, is not the accounts' owners'; but
// whether a tool is behind it or somebody who reads several mailboxes, it does
// not tell. Such signals ([ShowsStranger]) move P and never make a click
// [ClassAutomated]; neither does anything from an address that is not known for
// machines by a list, a network database or its own habits, since an attacker
// has scripts, too.
//
// # Clocks in ids
//
// The last digits of NetworkMessageId and ReportId are clocks
// ([safelinks.MessageTime]): the time at which the service took the message
// in, and the time of the click. So one row tells how long after the message
// it was clicked, though it has no column for that. Microsoft does not
// document this; a clock is believed only when it fits the row.
//
// # Concurrency and compatibility
//
// A Classifier is safe for concurrent use, and a Verdict is a value. Importing
// the package does nothing: the address lists are read on first use. Names of
// classes, rules, causes and flags are stable from v1 on; until then, and for
// every change of a weight, see CHANGELOG.md and [RulesVersion].
//
// The registrable domain of a URL ([Site]) comes from
// golang.org/x/net/publicsuffix, which names an interface of
// net/http/cookiejar: a program that imports clickclass links net/http, and
// nothing here calls it.
package clickclass
