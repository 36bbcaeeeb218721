// Package synth makes up tenants: people who click, services that click, the
// mail, sign-in and device tables around them, and the hidden truth about each
// row. It is for measuring how robust the judgement is, never how accurate: a
// generator knows only what its author assumed. It knows nothing of the rules
// or their weights, and a test keeps it so.
//
// Every tenant is drawn from ranges, and every tenant for testing from shifted
// ones, so that nothing can be fitted to one set of numbers. A [Variant] breaks
// one assumption at a time. The variant [Hard] is a generator of its own: its
// tenants hold the mechanisms that are easily mistaken for one another.
//
// Nothing is ever fitted to made-up tenants: neither the weights of the rules nor
// their limits. What they show is how the rules behave, not what the rules should be.
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
	ChatMessages   []evidence.ChatMessage
	ChatURLs       []evidence.ChatUrl

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
	Actor  int  // which of the tenant's intruders, from 1; 0: not told apart, or no intruder
	Repeat bool // the export holds the same row already
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

	// The Hard variant alone has clicks from these.
	FromHotel   // the guest network of a hotel or conference
	FromProxy   // a web proxy whose address changes with every click
	FromVPS     // a rented server
	FromCrawler // Microsoft's crawler of links
	FromAgents  // published ranges of assistants, in Azure

	numEgress = iota
)

var egressNames = [...]string{"office", "home", "mobile", "vpn", "cloud_pc", "gsa", "mail_protection", "teams", "sharepoint",
	"azure", "vendor", "hosting", "hotel", "proxy", "vps", "crawler", "agents"}

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
