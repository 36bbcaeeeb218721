package clickclass

import (
	"iter"
	"math/bits"
	"time"
)

// Verdict says who made a click, how sure that is, and why. It is a value: it
// can be copied and compared, and the same input always gives the same one.
// The zero Verdict is ClassUnknown with no signals; its P means nothing.
type Verdict struct {
	Class  Class
	P      float64 // P(automated), 0 to 1
	Regime Regime  // the best evidence at hand
	Origin Origin

	// Delay is the click's time minus the time at which the service received
	// the message; negative for a click before that. It means nothing when
	// DelaySource is DelayNone.
	Delay       time.Duration
	DelaySource DelaySource

	Flags   Flags
	Missing Missing // evidence that was not given, or knows nothing of this click

	Rules  string // RulesVersion
	Ranges string // version of the address lists

	next    Missing
	bare    bool // nothing is wrapped in the click's URL
	causes  [maxCauses]Cause
	signals [maxSignals]Signal
	nsignal uint8
}

const (
	maxSignals = 20 // at most 18 of the rules can apply at once; one place is scratch
	maxCauses  = 4
)

// reset makes v the zero Verdict. Most of a Verdict is the space for signals,
// of which only the used part has to be cleared.
func (v *Verdict) reset() {
	clear(v.signals[:v.nsignal])
	v.nsignal = 0
	v.Class, v.P, v.Regime, v.Origin = ClassUnknown, 0, RegimeRow, Origin{}
	v.Delay, v.DelaySource, v.Flags, v.Missing, v.next = 0, DelayNone, 0, 0, 0
	v.Rules, v.Ranges, v.causes, v.bare = "", "", [maxCauses]Cause{}, false
}

// Signals yields every signal that applied, the heaviest first, whether or not
// it counted.
func (v *Verdict) Signals() []Signal { return v.signals[:v.nsignal] }

// Causes returns the explanations that fit, best first. They are never more
// certain than the evidence.
func (v *Verdict) Causes() []Cause {
	n := 0
	for n < maxCauses && v.causes[n] != CauseNone {
		n++
	}
	return v.causes[:n]
}

// Next returns the one piece of missing evidence that could change the verdict
// most, and false when nothing is missing.
func (v *Verdict) Next() (Missing, bool) { return v.next, v.next != 0 }

// Class is who made the click. The zero Class is ClassUnknown.
type Class uint8

const (
	ClassUnknown         Class = iota
	ClassAutomated             // P ≥ 0.98, two groups agree, nothing decisive for a person, an address known for machines
	ClassLikelyAutomated       // P ≥ 0.80
	ClassLikelyHuman           // P ≤ 0.08 and at least one signal counted
	ClassHuman                 // P ≤ 0.02 and a person is corroborated
)

var classNames = [...]string{"unknown", "automated", "likely_automated", "likely_human", "human"}

// Classes are all classes, the most automated first.
var Classes = [...]Class{ClassAutomated, ClassLikelyAutomated, ClassUnknown, ClassLikelyHuman, ClassHuman}

// String returns "unknown", "automated", "likely_automated", "likely_human" or
// "human".
func (c Class) String() string { return name(classNames[:], int(c)) }

// Regime is the best evidence that a verdict rests on. The zero Regime is
// RegimeRow.
type Regime uint8

const (
	RegimeRow      Regime = iota // this row alone
	RegimeRows                   // and the other rows of the window
	RegimeMail                   // and the message in the mail tables
	RegimeSignIn                 // and the account's sign-ins
	RegimeEndpoint               // and what the account's devices did
)

var regimeNames = [...]string{"row", "rows", "mail", "signin", "endpoint"}

// String returns "row", "rows", "mail", "signin" or "endpoint".
func (r Regime) String() string { return name(regimeNames[:], int(r)) }

// DelaySource says which clock a delay was measured against.
type DelaySource uint8

const (
	DelayNone      DelaySource = iota
	DelayMessageID             // the clock inside NetworkMessageId
	DelayMail                  // EmailEvents.Timestamp
	DelayLink                  // the clock inside the Safe Link that the row holds
)

var delaySourceNames = [...]string{"none", "message_id", "mail", "link"}

// String returns "none", "message_id", "mail" or "link".
func (d DelaySource) String() string { return name(delaySourceNames[:], int(d)) }

// Cause is an explanation of a click.
type Cause uint8

const (
	CauseNone              Cause = iota
	CauseMailFlowScan            // Safe Links or detonation while the mail was handled
	CauseDetonation              // later re-scan or investigation
	CausePreview                 // client prefetch, link preview
	CausePolicyScan              // real-time scanning, or waiting for the scan before delivery
	CauseMicrosoftOther          // Microsoft's address, no product known: tests, telemetry, background
	CauseThirdPartyScanner       // a mail gateway or link scanner of another vendor
	CauseOwnTool                 // the tenant's own SOAR or sandbox
	CausePerson                  // the account's owner
	CauseOtherPerson             // forwarded link, other person, attacker
)

var causeNames = [...]string{"", "mail_flow_scan", "detonation", "preview", "policy_scan", "microsoft_other",
	"third_party_scanner", "own_tool", "person", "other_person"}

// String returns the cause's stable name, and "" for CauseNone.
func (c Cause) String() string { return name(causeNames[:], int(c)) }

// Flags are statements about a click that are no votes. The zero Flags is none.
type Flags uint32

const (
	// FlagRecipientNotShown: nothing shows that the account's owner clicked.
	FlagRecipientNotShown Flags = 1 << iota
	// FlagAccountNotRecipient: the mail tables do not name the account among
	// the message's recipients.
	FlagAccountNotRecipient
	// FlagVerdictChangedLater: the click was allowed, and the URL or message
	// was found malicious afterwards.
	FlagVerdictChangedLater
	// FlagAddressForRent: anybody can rent the address.
	FlagAddressForRent
	// FlagPeopleBehindAddress: people are known to leave from the address.
	FlagPeopleBehindAddress
	// FlagSeveralAddresses: the cell held more than one address; the first was judged.
	FlagSeveralAddresses
	// FlagNoAddress: the row has no address.
	FlagNoAddress
	// FlagClockDisagrees: the clock in an id contradicts the row's own time, and was not believed.
	FlagClockDisagrees
	// FlagNoMessageClock: the row names a message whose id holds no believable clock.
	FlagNoMessageClock
	// FlagWrappedURL: Url was a Safe Link or another wrapper.
	FlagWrappedURL
	// FlagDuplicate: the same click was read before.
	FlagDuplicate
	// FlagClickPair: the row is half of a block and click-through pair.
	FlagClickPair
	// FlagEvidenceElsewhere: a person's evidence near this row fits another row
	// of the same account and URL better.
	FlagEvidenceElsewhere
	// FlagIgnoredAddress: the user's own ranges ask to leave this address out of the judgement.
	FlagIgnoredAddress

	numFlags = iota
)

var flagNames = [numFlags]string{"recipient_not_shown", "account_not_recipient", "verdict_changed_later",
	"address_for_rent", "people_behind_address", "several_addresses", "no_address", "clock_disagrees",
	"no_message_clock", "wrapped_url", "duplicate", "click_pair", "evidence_elsewhere",
	"ignored_address"}

// All yields the names of the flags that are set, in a fixed order.
func (f Flags) All() iter.Seq[string] { return bitNames(uint32(f), flagNames[:]) }

// Missing is evidence that a verdict was made without. The zero Missing is none.
type Missing uint8

const (
	MissingMail     Missing = 1 << iota // EmailEvents and EmailUrlInfo for the message
	MissingSignIn                       // sign-ins of the account
	MissingEndpoint                     // DeviceEvents and DeviceNetworkEvents of the account's devices

	numMissing = iota
)

var missingNames = [numMissing]string{"mail", "signin", "endpoint"}

// All yields the names of the missing evidence: "mail", "signin", "endpoint".
func (m Missing) All() iter.Seq[string] { return bitNames(uint32(m), missingNames[:]) }

// Result is the verdict on one click of a sequence.
type Result struct {
	Click   Click
	Verdict Verdict
	// Revision is 0 for the first verdict on the row and counts up when later
	// rows changed it.
	Revision int
}

func name(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return "invalid"
}

func bitNames(set uint32, names []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for set != 0 {
			i := bits.TrailingZeros32(set)
			set &= set - 1
			if i < len(names) && !yield(names[i]) {
				return
			}
		}
	}
}
