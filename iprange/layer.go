package iprange

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
	numLayers
)

var layerNames = [...]string{"none", "own", "known", "product", "tag", "microsoft"}

// String returns "none", "own", "known", "product", "tag" or "microsoft", and
// "invalid" for any other value.
func (l Layer) String() string { return nameOf(layerNames[:], int(l)) }

// People says whether a person's own traffic can leave from an address. The
// zero People is PeoplePossible, since nothing known means that anybody may.
type People uint8

const (
	PeoplePossible People = iota
	PeopleNone
	PeopleYes
	numPeople
)

var peopleNames = [...]string{"possible", "none", "yes"}

// String returns "possible", "none" or "yes", and "invalid" for any other
// value.
func (p People) String() string { return nameOf(peopleNames[:], int(p)) }

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
	numKinds
)

var kindNames = [...]string{
	"unknown", "mail_protection", "teams", "sharepoint", "exchange", "office",
	"identity", "security", "platform", "proxy", "cloud", "relay",
	"person_egress", "crawler", "corporate", "microsoft", "own_egress",
	"own_cloudpc", "own_scanner", "own_tool", "own_ignore",
}

// String returns the kind's name in lower case with underscores, such as
// "mail_protection" or "own_egress", and "invalid" for a value that is none.
func (k Kind) String() string { return nameOf(kindNames[:], int(k)) }

func nameOf(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return "invalid"
}
