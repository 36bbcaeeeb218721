package synth

// Kind is the mechanism that made a click.
type Kind uint8

const (
	Person        Kind = iota // a recipient, at leisure
	PersonFast                // clicks at the notification, seconds after receipt
	PersonNight               // works at night
	PersonDouble              // the second half of a double click
	PersonTabs                // opens several links of a message in a row
	PersonThrough             // pressed Continue anyway
	PersonTeams               // a link in a chat: no message id
	Campaign                  // one of many colleagues who follow one announcement within two minutes
	Forwarded                 // somebody else, who was sent the wrapped link
	Attacker                  // replays links out of a mailbox, from rented addresses
	Service                   // Microsoft's own scanning
	Gateway                   // a mail gateway or add-in, all links at once
	Tool                      // a SOAR tool that opens reported mail
	RandomDelay               // a scanner that waits on purpose
	Shadow                    // repeats a person's click shortly after it

	// The Hard variant alone makes the kinds below.

	PersonHome     // in a home office
	PersonPhone    // on a phone, behind an address that a carrier's customers share
	PersonHotel    // at a conference, with colleagues behind one address
	PersonProxy    // behind a web proxy whose address changes
	PersonApprover // opens the five links of a digest in tabs
	PersonLured    // follows the dangerous link that lets an intruder in

	IntruderWebhook // a script that opens links seconds after the mail comes
	IntruderBatch   // opens the links of stored mail one after the other, by script or hand
	IntruderReader  // reads along for days and opens some links
	IntruderSignIn  // the same, with sign-ins of his own

	ChatPreview // Teams fetches a link that somebody posted
	SharePoint  // SharePoint scans a link in a document
	Crawler     // Microsoft's crawler, minutes to days later
	Robot       // robotic process automation, in the account's own browser
	Assistant   // an assistant that reads the account's mail

	// NumKinds is the number of kinds.
	NumKinds = iota
)

// who are the answers of Kind.Who.
const (
	owner   = "owner"
	machine = "machine"
	other   = "other"
)

var kinds = [NumKinds]struct{ name, who string }{
	Person:        {"person", owner},
	PersonFast:    {"person_fast", owner},
	PersonNight:   {"person_night", owner},
	PersonDouble:  {"person_double", owner},
	PersonTabs:    {"person_tabs", owner},
	PersonThrough: {"person_through", owner},
	PersonTeams:   {"person_teams", owner},
	Campaign:      {"campaign", owner},
	Forwarded:     {"forwarded", other},
	Attacker:      {"attacker", other},
	Service:       {"service", machine},
	Gateway:       {"gateway", machine},
	Tool:          {"tool", machine},
	RandomDelay:   {"random_delay", machine},
	Shadow:        {"shadow", machine},

	PersonHome:     {"person_home", owner},
	PersonPhone:    {"person_phone", owner},
	PersonHotel:    {"person_hotel", owner},
	PersonProxy:    {"person_proxy", owner},
	PersonApprover: {"person_approver", owner},
	PersonLured:    {"person_lured", owner},

	IntruderWebhook: {"intruder_webhook", other},
	IntruderBatch:   {"intruder_batch", other},
	IntruderReader:  {"intruder_reader", other},
	IntruderSignIn:  {"intruder_sign_in", other},

	ChatPreview: {"chat_preview", machine},
	SharePoint:  {"sharepoint", machine},
	Crawler:     {"crawler", machine},
	Robot:       {"robot", machine},
	Assistant:   {"assistant", machine},
}

// String returns the kind's name, as in "person_night".
func (k Kind) String() string { return kinds[k].name }

// Who returns who made the click, as labels say it: "machine", "owner" or "other".
func (k Kind) Who() string { return kinds[k].who }

// Automated reports whether a machine made the click. An intruder's script is not
// automated in this sense: it must never be taken for harmless.
func (k Kind) Automated() bool { return kinds[k].who == machine }

// Intruder reports whether an intruder made the click, by hand or by script.
func (k Kind) Intruder() bool { return kinds[k].who == other && k != Forwarded }
