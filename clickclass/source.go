package clickclass

import (
	"context"
	"net/netip"
	"time"
)

// Source looks up evidence for clicks: package evidence has one for rows in memory.
// It must be safe for concurrent use.
//
// A Source that has only some kinds of evidence should have a method Kinds() Evidence that
// returns them: after an error, the others have not failed.
type Source interface {
	// Facts returns what is known. Nil parts of the answer are not known, which is no
	// error. After an error, the parts of the answer that are set still count.
	Facts(ctx context.Context, q Question) (Facts, error)
}

// BatchSource is a Source that can answer many questions at once. Stream and All ask it
// once per batch of clicks.
type BatchSource interface {
	Source
	// FactsBatch returns one answer for each question, in order. An error counts for every
	// part of the answers that is not set; beside it the answers may be nil.
	FactsBatch(ctx context.Context, qs []Question) ([]Facts, error)
}

// Question asks for evidence around one click. Its strings belong to the Source.
type Question struct {
	Want      Evidence   // parts of the answer that are used
	MessageID string     // lower case, with dashes if it is a GUID; "" if the click has none
	Account   string     // lower case
	URL       string     // without wrappers
	Addr      netip.Addr // without zone, IPv4-mapped addresses as IPv4
	At        time.Time  // of the click, UTC; zero if it is not known
}

// Facts is an answer to a Question.
type Facts struct {
	Mail    *MailFacts
	SignIn  *SignInFacts
	Device  *DeviceFacts
	Audit   *AuditFacts
	Network *Network
	Chat    *ChatFacts
}

// MailFacts is what the mail tables say of a message.
type MailFacts struct {
	Received       time.Time // EmailEvents.Timestamp; zero: not known
	URLs           int       // different URLs in the message; 0: not known
	RecipientsKnow bool      // whether the recipients are known
	IsRecipient    bool      // the account is one of them
	Threat         bool      // EmailEvents.ThreatTypes names Phish or Malware
	Removed        time.Time // when the message was first removed for a threat found after delivery; zero: never
}

// SignInReach is how far back a sign-in still says something about a click.
const SignInReach = 30 * 24 * time.Hour

// SignInFacts is what sign-ins say of an account at an address. A good sign-in
// succeeded, was interactive and not of medium or high risk. Addresses are compared
// whole in IPv4 and by their /64 in IPv6.
//
// An account is settled at an address or in a /24 if its first good sign-in from there was
// at least 7 days before the click. Before the first good sign-in of the domain's accounts,
// nothing is known. So an account is settled, too, if its first good sign-in from there was
// within a day of that one and more than a day before the click.
//
// If SignIns is 0, nothing is known of the account around the click; Covered, Others,
// Renewed and Risky still count.
type SignInFacts struct {
	SignIns int  // good sign-ins of the account from SignInReach before to 24 h after, from anywhere
	Day     bool // a good sign-in from the address in the 24 h before
	Month   bool // a good sign-in from the address in SignInReach before
	Near    bool // the same from another address of its /24, in which the account is settled; never set for IPv6
	After   bool // a good sign-in from the address in the 24 h after
	Risky   bool // a successful sign-in of medium or high risk from the address, SignInReach before to 24 h after

	// Settled: the account is settled at the address. Age is how long before the click its
	// first good sign-in from there was; 0 if there was none before.
	Settled bool
	Age     time.Duration

	// Covered: the sign-ins of the domain's accounts around the click are known. A Source that
	// does not know leaves it false; then the share of the clicking accounts of which any
	// sign-ins are known is measured.
	Covered bool

	// RenewalsKnown: sign-ins that clients renewed are known of the account. Mobile clients
	// hardly sign in otherwise.
	RenewalsKnown bool
	// Others counts other accounts with good sign-ins from the address within SignInReach
	// that are settled there: who signs in to many mailboxes from one rented machine does
	// not make it a company's. Where sign-ins begin, an account counts from its first one
	// on. Values above 2 have the same meaning as 2.
	Others int
	// Renewed: a client of the account, or of two others, renewed a sign-in from the
	// address within SignInReach. Tokens can be stolen, so this does not show a person.
	Renewed bool
	// FarCountry: the address is in a country that the account never signed in from,
	// although it signed in at least ten times.
	FarCountry bool
	// OffHours: the account has at least 20 good sign-ins on at least five days, none of
	// them within two hours of this hour of the day (UTC).
	OffHours bool
}

// DeviceFacts is what the account's devices did around a click.
type DeviceFacts struct {
	// Launch: a browser was launched to open the same URL, wrapped or not, within 2
	// minutes. LaunchGap is its time minus the click's. One launch can be near two clicks:
	// a Source answers for each as if it were alone, and the classifier decides.
	// ByRobot: a robot, a script, an assistant or an unknown process launched it, not a
	// program in which people click.
	Launch    bool
	LaunchGap time.Duration
	ByRobot   bool
	// Connection: a browser connected to the URL's host, or to a Safe Links host, from
	// 5 s before to 60 s after the click. ConnectionGap is its time minus the click's.
	// Rarity is 1 for a host that hardly any device visits, and falls towards 0 with the
	// number of devices that do.
	Connection    bool
	ConnectionGap time.Duration
	Rarity        float64
	// Active: a device of the account did something within 30 minutes of the click.
	// Watched: it reports what its browsers do, so that a click could not have been missed.
	Active, Watched bool
}

// AuditFacts is what the audit log says of a click.
type AuditFacts struct {
	ClickedThrough bool // the warning page was overridden
	FoundLater     bool // the URL was found malicious later
}

// ChatFacts is what the Teams message tables say of a link.
type ChatFacts struct {
	// Posted: the link, or its wrapper, was in a chat or channel message within 2 minutes
	// before or after the click. PostedGap is the message's time minus the click's. BySelf:
	// the account wrote the message.
	Posted    bool
	PostedGap time.Duration
	BySelf    bool
	// Removed is when a message in Teams with the link, of whatever time, was first removed
	// for a threat; zero: never.
	Removed time.Time
}
