// Package synth makes up tenants: people who click, services that click, the
// mail, sign-in and device tables around them, and the hidden truth about each
// row. It is for measuring how robust the judgement is, never how accurate: a
// generator knows only what its author assumed. It knows nothing of the rules
// or their weights, and a test keeps it so.
//
// Every tenant is drawn from ranges, and every tenant for testing from shifted
// ones, so that nothing can be fitted to one set of numbers. A [Variant] breaks
// one assumption at a time.
//
// Where a range comes from published figures, the comment at the number says
// so; all others are assumptions.
package synth

import (
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// Tenant is one made-up tenant. Its tables hold what an export would hold,
// flaws included.
type Tenant struct {
	Name string
	Rows []Row // in the order of the export: nearly by time, some late

	Emails         []evidence.Email
	EmailURLs      []evidence.EmailUrl
	PostDeliveries []evidence.PostDelivery
	SignIns        []evidence.SignIn
	Launches       []evidence.BrowserLaunch
	Connections    []evidence.Connection

	Accounts int
	// Networks knows the owner of every address that is not Microsoft's, as a
	// database of autonomous systems would.
	Networks Networks
}

// Row is a click and the truth about it.
type Row struct {
	Click clickclass.Click
	Truth Truth
}

// Truth is what a judge of the row may not see.
type Truth struct {
	Kind   Kind
	From   Egress
	Repeat bool // the export holds the same row already
}

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

	// NumKinds is the number of kinds.
	NumKinds = iota
)

var kindNames = [...]string{"person", "person_fast", "person_night", "person_double", "person_tabs", "person_through",
	"person_teams", "campaign", "forwarded", "attacker", "service", "gateway", "tool", "random_delay", "shadow"}

// String returns the kind's name, as in "person_night".
func (k Kind) String() string { return kindNames[k] }

// Automated says whether a machine made the click. An attacker's click is not
// automated in this sense: it must never be taken for harmless.
func (k Kind) Automated() bool { return k >= Service }

// Who returns who made the click, as labels say it: "machine", "owner" or
// "other".
func (k Kind) Who() string {
	switch {
	case k.Automated():
		return "machine"
	case k == Forwarded || k == Attacker:
		return "other"
	}
	return "owner"
}

// Egress is what kind of address a click came from.
type Egress uint8

const (
	FromOffice Egress = iota
	FromHome
	FromMobile
	FromVPN
	FromCloudPC // Azure addresses with people behind them
	FromGSA     // Global Secure Access
	FromMail    // Exchange Online Protection
	FromTeams
	FromSharePoint
	FromAzure
	FromVendor  // a vendor of mail security
	FromHosting // any other data centre

	numEgress = iota
)

var egressNames = [...]string{"office", "home", "mobile", "vpn", "cloud_pc", "gsa", "mail_protection", "teams", "sharepoint",
	"azure", "vendor", "hosting"}

// String returns the egress's name, as in "cloud_pc".
func (e Egress) String() string { return egressNames[e] }

// Options says what to make.
type Options struct {
	Seed        uint64
	Variant     Variant
	Shifted     bool // draw the tenant's parameters from the shifted ranges
	MaxAccounts int  // 0: 1,500
}

// Start is the first day of every made-up tenant, a Monday.
var Start = time.Date(2026, 9, 7, 0, 0, 0, 0, time.UTC)

// days is how long a tenant is watched.
const days = 21

// Networks is a database of the generator's own addresses.
type Networks map[netip.Prefix]clickclass.Network

// Network returns the owner of an address.
func (n Networks) Network(addr netip.Addr) (clickclass.Network, bool) {
	for bits := addr.BitLen(); bits >= 8; bits-- {
		p, err := addr.Prefix(bits)
		if err != nil {
			return clickclass.Network{}, false
		}
		if network, ok := n[p]; ok {
			return network, true
		}
	}
	return clickclass.Network{}, false
}
