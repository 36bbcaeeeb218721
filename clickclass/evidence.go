package clickclass

import (
	"net/netip"
	"time"
)

// Evidence is what a Classifier may look up beside the row. Every field may be
// nil: what is missing counts for nothing, and the verdict names it. Look-ups
// must be safe for concurrent use and give the same answer every time, and clone
// what they keep of the texts that they are asked with. [Store]
// implements all of them but Networks over rows in memory.
type Evidence struct {
	Mail      Mail
	SignIns   SignIns
	Endpoints Endpoints
	Audit     Audit
	Networks  Networks
	Policies  []Policy // the tenant's Safe Links policies
}

// Mail looks up a message.
type Mail interface {
	// Message returns what is known of the message with the given
	// NetworkMessageId, and of the account's part in it; false when the message
	// is not known.
	Message(id, account string) (MessageFacts, bool)
}

// MessageFacts is what the mail tables say of a message.
type MessageFacts struct {
	Received time.Time // EmailEvents.Timestamp; zero: not known
	URLs     int       // different URLs in it; 0: not known
	// Recipients says that the recipients are known, Recipient that the account
	// is one of them.
	Recipients bool
	Recipient  bool
	// Removed is when the message was first taken out of a mailbox for a threat
	// that was found after delivery; zero: never.
	Removed time.Time
}

// SignIns looks up an account's sign-ins.
type SignIns interface {
	// SignIn returns what the sign-ins around the time say of the account at
	// the address; false when no good sign-in of the account is known within
	// SignInReach of the time, and then Covered, Others and Renewed alone are
	// set. A good sign-in succeeded, was interactive and not
	// of medium or high risk.
	SignIn(account string, addr netip.Addr, at time.Time) (SignInFacts, bool)
}

// SignInReach is how far back a sign-in still says something about a click.
const SignInReach = 30 * 24 * time.Hour

// SignInFacts is what sign-ins say of an account at an address.
type SignInFacts struct {
	SignIns int  // good sign-ins of the account from 30 days before to 24 h after, from anywhere
	Day     bool // a good sign-in of the account from the address, /64 in IPv6, within 24 h
	Month   bool // within SignInReach before, or 24 h after
	Near    bool // the same for the address's /24; never true for IPv6
	// Settled: the first of these sign-ins from the address came more than a
	// day before the time. Somebody who took over the account may sign in too,
	// from an address that he has rented for it.
	Settled bool
	// Covered: good sign-ins are known of at least five accounts of the same
	// domain, from before and after the time or within a day of it.
	Covered bool
	// Others counts other accounts with good sign-ins from the address within
	// SignInReach; it may stop at 2.
	Others int
	// Renewed: a client of the account, or of two others, renewed a sign-in from
	// the address within SignInReach: no proof of a person, as tokens are stolen,
	// but the address is not one that nobody signs in from.
	Renewed bool
	// FarCountry: the address is in a country that the account never signed in
	// from, though it signed in at least ten times.
	FarCountry bool
	// OffHours: the account has at least 20 good sign-ins on at least five
	// days, and none of them within two hours of this hour of the day (UTC).
	OffHours bool
}

// Endpoints looks up what the devices of an account did.
type Endpoints interface {
	// Endpoint returns what the account's devices did around the time; false
	// when nothing of any device of the account is known within a day.
	Endpoint(account, url string, at time.Time) (EndpointFacts, bool)
}

// EndpointFacts is what an account's devices did around a click.
type EndpointFacts struct {
	// Launch: a browser was launched to open the same URL, wrapped or not,
	// within 2 minutes; LaunchGap is its time minus the click's.
	Launch    bool
	LaunchGap time.Duration
	// Connection: a browser went to the URL's host, or to a Safe Links host,
	// from 5 s before to 60 s after; ConnectionGap is its time minus the
	// click's. Rarity is 1 for a host that hardly anybody's device visits, and
	// goes to 0 with the number of devices that do.
	Connection    bool
	ConnectionGap time.Duration
	Rarity        float64
	// Active: a device of the account did something within 30 minutes.
	Active bool
}

// Audit looks up the same click in the audit feed (TIUrlClickData).
type Audit interface {
	// Audited returns what the audit feed says of the click; false when it does
	// not hold it.
	Audited(k *Click) (AuditFacts, bool)
}

// AuditFacts is what the audit feed says of a click.
type AuditFacts struct {
	Through bool // the warning page or the waiting page was overridden
	Later   bool // an alert says that the URL was found malicious later
}

// Networks looks up the autonomous system of an address, for example in a
// GeoLite2-ASN database.
type Networks interface {
	Network(addr netip.Addr) (Network, bool)
}

// Network is an autonomous system. The zero Network is not known.
type Network struct {
	Number       uint32
	Organization string
}
