package iprange

import (
	"iter"
	"net/netip"
)

// Layer says which kind of list a match comes from, the most telling first.
// The zero Layer is LayerNone.
type Layer uint8

const (
	LayerNone      Layer = iota // no list knows the address
	LayerOwn                    // a range of the user's own
	LayerKnown                  // a named range that is in no feed
	LayerProduct                // Microsoft 365 endpoints
	LayerTag                    // Azure service tags
	LayerMicrosoft              // Microsoft Public IP Space
)

// String returns "none", "own", "known", "product", "tag" or "microsoft".
func (l Layer) String() string {
	return [...]string{"none", "own", "known", "product", "tag", "microsoft"}[l]
}

// People says whether a person's own traffic can leave from an address. The
// zero People is PeoplePossible, since nothing known means that anybody may.
type People uint8

const (
	PeoplePossible People = iota
	PeopleNone
	PeopleYes
)

// String returns "possible", "none" or "yes".
func (p People) String() string { return [...]string{"possible", "none", "yes"}[p] }

// Kind is what stands behind a range, as far as a click is concerned. The zero
// Kind is KindUnknown.
type Kind uint8

const (
	KindUnknown        Kind = iota
	KindMailProtection      // Exchange Online Protection, mail transport
	KindTeams               // Teams, Skype
	KindSharePoint          // SharePoint, OneDrive
	KindExchange            // Exchange client access
	KindOffice              // Office in the browser
	KindIdentity            // Entra ID, Graph
	KindSecurity            // Defender, Purview, Sentinel back ends
	KindPlatform            // Logic Apps, Power Platform, App Service, Front Door, ...
	KindProxy               // a proxy with people behind it (Defender for Cloud Apps)
	KindCloud               // AzureCloud: anyone may rent it
	KindRelay               // relays and gateways that do not start requests
	KindPersonEgress        // people leave from here (Global Secure Access)
	KindCrawler             // seen crawling links
	KindCorporate           // Microsoft's own offices
	KindMicrosoft           // Microsoft's address space, nothing more known
	KindOwnEgress           // own ranges: our people leave from here
	KindOwnCloudPC          // own ranges: people on hosted desktops
	KindOwnScanner          // own ranges: mail gateway or link scanner
	KindOwnTool             // own ranges: our SOAR or sandbox
	KindOwnIgnore           // own ranges: leave out of the judgement
)

// Match is one list's statement about an address or a host.
type Match struct {
	Layer Layer
	Kind  Kind
	// People says whether a person can be behind it, and Source says who says so.
	People People
	Source string

	List     string // "worldwide 2026-08-02", "servicetags public 2026-06-26", ...
	Instance string // "worldwide", "china", "usgovdod", "usgovgcchigh"; "" elsewhere

	// Endpoints only.
	Set      int    // id of the endpoint set, unique within the instance
	Area     string // "Exchange", "Skype", "SharePoint", "Common", "MEM", ...
	Service  string // display name: "Microsoft Teams"; own ranges: their name
	Category string // "Optimize", "Allow", "Default"
	Required bool

	// Service tags only.
	Tag           string // "AzureCloud.centralfrance"
	Region        string // "centralfrance"
	SystemService string

	Prefix  netip.Prefix // the prefix that matched; own ranges: the smallest prefix that covers the range's part
	Pattern string       // the host pattern that matched: "*.protection.outlook.com"
}

// Matches is every match of one look-up, most specific first. The zero Matches
// is none. It is a small value and holds no memory of its own.
type Matches struct{}

// Len returns the number of matches.
func (m Matches) Len() int { return 0 }

// At returns match i.
func (m Matches) At(i int) Match { panic("index out of range") }

// All yields the matches, most specific first.
func (m Matches) All() iter.Seq2[int, Match] {
	return func(yield func(int, Match) bool) {
		for i := range m.Len() {
			if !yield(i, m.At(i)) {
				return
			}
		}
	}
}
