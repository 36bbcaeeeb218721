package clickclass

import (
	"net/netip"
	"reflect"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// Verdict tells who made a click, how certain that is, and why. It is plain data: it can
// be built, compared with Equal, and stored and loaded in any encoding. The zero Verdict
// is ClassUnknown without reasons.
type Verdict struct {
	Class   Class
	P       Probabilities
	Basis   Basis // the best evidence used
	Origin  Origin
	Delay   time.Duration // from the message to the click, if Clock is not ClockNone
	Clock   Clock
	Reasons []Reason // heaviest first
	Causes  []Cause  // explanations that fit, best first
	Flags   Flags
	Missing Evidence // not available for this click
	Failed  Evidence // look-ups that returned an error: judge again later
	Next    Evidence // of Missing, what could change the verdict most
	Rules   string   // RulesVersion
	Lists   string   // iprange.Set.Version
}

// Probabilities says how likely each explanation is. The three add up to 1.
//
// Low and High are what Machine would be if every counted rule had the weight at the
// end of its range that speaks least and most for a machine: how far the verdict rests
// on numbers that the sources leave open.
type Probabilities struct {
	Machine, Owner, Other float64
	Low, High             float64
}

// Equal reports whether v and w say the same.
func (v *Verdict) Equal(w *Verdict) bool {
	a, b := *v, *w
	return reflect.DeepEqual(a.withoutEmpty(), b.withoutEmpty())
}

// withoutEmpty returns v with nil in place of empty slices.
func (v Verdict) withoutEmpty() Verdict {
	if len(v.Reasons) == 0 {
		v.Reasons = nil
	}
	if len(v.Causes) == 0 {
		v.Causes = nil
	}
	if len(v.Origin.Sets) == 0 {
		v.Origin.Sets = nil
	}
	if len(v.Origin.Tags) == 0 {
		v.Origin.Tags = nil
	}
	return v
}

// Origin is whose address a click came from. The zero Origin is an address that no list
// has, or no address.
type Origin struct {
	Layer    iprange.Layer
	Kind     iprange.Kind
	People   iprange.People
	Service  string // "Microsoft Teams"
	Area     string // endpoints: "Skype"
	Category string // endpoints: "Optimize"
	Region   string // "centralfrance"
	Prefix   netip.Prefix
	List     string   // name and date
	Sets     []int    // ids of the endpoint sets with the address, ascending
	Tags     []string // names of the service tags with the address, sorted
	Network  Network
}

// Network is an autonomous system. The zero Network is not known.
type Network struct {
	ASN          uint32
	Organization string
}

// Reason is a rule that applied to a click.
type Reason struct {
	Rule    string  // id, such as "ip.teams"; see Rules
	Machine float64 // natural-log odds of a machine against the owner, as applied
	Other   float64 // of somebody else against the owner
	Counted bool    // false if a stronger reason of the same group counted
	Saw     Saw
}

// Saw is what a rule saw. The field that Kind names is set.
type Saw struct {
	Kind   string // "", "prefix", "gap", "count" or "asn"
	Prefix netip.Prefix
	Gap    time.Duration
	Count  int
	ASN    uint32
}

// Class tells who made a click. The zero Class is ClassUnknown.
type Class uint8

const (
	ClassUnknown         Class = iota // "unknown"
	ClassAutomated                    // "automated": a machine, by two independent sources
	ClassLikelyAutomated              // "likely_automated"
	ClassNotOwner                     // "not_owner": a machine or somebody else, which of them is open
	ClassLikelyOwner                  // "likely_owner": something shows a person, and the address is not just anybody's to rent
	ClassOwner                        // "owner": something names the owner beside this very click
)

// Basis is the best evidence behind a verdict, from the row alone to the account's
// devices.
type Basis uint8

const (
	BasisRow    Basis = iota // "row": the click alone
	BasisRows                // "rows": and its neighbours
	BasisMail                // "mail": and the mail tables
	BasisSignIn              // "signin": and the account's sign-ins
	BasisDevice              // "device": and the account's devices
)

// Clock is what Verdict.Delay was measured against.
type Clock string

const (
	ClockNone      Clock = ""
	ClockMessageID Clock = "message_id" // the clock inside NetworkMessageId, or in Teams inside SourceId
	ClockMail      Clock = "mail"       // EmailEvents.Timestamp
	ClockLink      Clock = "link"       // the clock inside the link: a Safe Link's, or another wrapper's of its sending or writing
)

// Cause is an explanation of a click, as a stable word.
type Cause string

const (
	CauseMailFlowScan      Cause = "mail_flow_scan"      // Safe Links or detonation while the mail was handled
	CauseDetonation        Cause = "detonation"          // a later scan or an investigation
	CausePreview           Cause = "preview"             // a client's prefetch or a link preview
	CausePolicyScan        Cause = "policy_scan"         // a Safe Links policy scans links in real time
	CauseChatPreview       Cause = "chat_preview"        // somebody wrote or pasted the wrapped link into a chat
	CauseMicrosoftOther    Cause = "microsoft_other"     // Microsoft's address, product not known
	CauseThirdPartyScanner Cause = "third_party_scanner" // another vendor's mail gateway or link scanner
	CauseOwnTool           Cause = "own_tool"            // the tenant's own SOAR or sandbox
	CauseOwner             Cause = "owner"               // the account's owner
	CauseForwarded         Cause = "forwarded"           // a colleague, delegate or forwarded copy
	CauseIntruder          Cause = "intruder"            // somebody in the account
)

// Flags are facts about a click that do not influence its probabilities. They marshal to
// JSON as an array of words.
type Flags uint32

const (
	FlagRecipientNotShown   Flags = 1 << iota // nothing shows that the account's owner was there
	FlagAccountNotRecipient                   // the mail tables do not name the account as a recipient
	FlagVerdictChangedLater                   // the URL or message was found malicious after the click was allowed
	FlagAddressForRent                        // anybody can rent the address
	FlagPeopleBehindAddress                   // people are known to leave from the address
	FlagSeveralAddresses                      // the cell held several addresses; the first was judged
	FlagNoAddress                             // the row has no address
	FlagClockDisagrees                        // the clock in ReportId contradicts the row's time, or the one in the link the message's, and was not used
	FlagNoMessageClock                        // the message's id holds no plausible clock
	FlagWrappedURL                            // Url was a Safe Link
	FlagDuplicate                             // the same click came before
	FlagClickPair                             // the row is half of a pair of block and click-through
	FlagEvidenceElsewhere                     // what a device did fits another click on the link better
	FlagIgnoredAddress                        // own ranges say to ignore the address
	FlagAssumption                            // the verdict rests on a weight that is an assumption
	FlagSharedMailbox                         // several people use the account
)

// Evidence is a set of kinds of evidence. It marshals to JSON as an array of words.
type Evidence uint8

const (
	EvidenceMail    Evidence = 1 << iota // EmailEvents, EmailUrlInfo, EmailPostDeliveryEvents
	EvidenceSignIn                       // the account's sign-ins
	EvidenceDevice                       // DeviceEvents and DeviceNetworkEvents
	EvidenceAudit                        // the unified audit log
	EvidenceNetwork                      // the autonomous system of the address
	EvidenceChat                         // MessageEvents and MessageUrlInfo

	numEvidence = iota
)

// allEvidence is every kind of evidence.
const allEvidence = Evidence(1<<numEvidence - 1)

// Result is the verdict on one click of a sequence. Its JSON form is one flat object
// with stable names; it can be unmarshalled again.
type Result struct {
	Click    Click
	Verdict  Verdict
	Revision int // 0 for the first verdict on the click
	Nearby   Nearby
}

// Nearby counts what was seen around a click. The counts stop at 64.
type Nearby struct {
	MessageURLs     int // URLs of the same message within 60 s
	FanAccounts     int // accounts that asked for the same URL from the address within 10 s
	AddressAccounts int // accounts at the address within the window
	AddressURLs     int // URLs asked for from the address within the window
}
