package iprange

import "fmt"

// Layer is the sort of list a match comes from. The zero Layer is LayerNone.
type Layer uint8

const (
	LayerNone      Layer = iota // no list has the address
	LayerOwn                    // your own ranges
	LayerKnown                  // named ranges from public documents
	LayerProduct                // Microsoft 365 endpoints
	LayerTag                    // Azure service tags
	LayerMicrosoft              // Microsoft public IP space
	numLayers
)

var layerWords = [numLayers]string{"none", "own", "known", "product", "tag", "microsoft"}

// String returns "none", "own", "known", "product", "tag" or "microsoft", and
// "invalid" for any other value.
func (l Layer) String() string { return wordOf(layerWords[:], int(l)) }

// MarshalText returns the word of [Layer.String]. An invalid value is an error.
func (l Layer) MarshalText() ([]byte, error) { return marshalWord("layer", layerWords[:], int(l)) }

// UnmarshalText reads a word of [Layer.String]. Any other text is an error and
// leaves l unchanged.
func (l *Layer) UnmarshalText(b []byte) error {
	i, err := unmarshalWord("layer", layerWords[:], b)
	if err == nil {
		*l = Layer(i)
	}
	return err
}

// People tells whether a user's traffic can come from an address. The zero
// People is PeoplePossible: of an address that no list has, nothing is known.
type People uint8

const (
	PeoplePossible People = iota
	PeopleNone
	PeopleYes
	numPeople
)

var peopleWords = [numPeople]string{"possible", "none", "yes"}

// String returns "possible", "none" or "yes", and "invalid" for any other
// value.
func (p People) String() string { return wordOf(peopleWords[:], int(p)) }

// MarshalText returns the word of [People.String]. An invalid value is an error.
func (p People) MarshalText() ([]byte, error) { return marshalWord("people", peopleWords[:], int(p)) }

// UnmarshalText reads a word of [People.String]. Any other text is an error and
// leaves p unchanged.
func (p *People) UnmarshalText(b []byte) error {
	i, err := unmarshalWord("people", peopleWords[:], b)
	if err == nil {
		*p = People(i)
	}
	return err
}

// Kind is what an address is used for. The zero Kind is KindUnknown.
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
	KindPlatform            // Azure platform services that run customers' code
	KindProxy               // a proxy with users behind it (Defender for Cloud Apps, Zscaler)
	KindCloud               // AzureCloud and other clouds: machines anyone can rent
	KindRelay               // gateways that send no requests of their own
	KindPersonEgress        // users leave from here (Global Secure Access, iCloud Private Relay)
	KindCrawler             // crawlers, monitoring services and assistants that open links
	KindCorporate           // Microsoft's own offices
	KindMicrosoft           // Microsoft's address space, nothing more known
	KindOwnEgress           // own ranges: your users leave from here
	KindOwnCloudPC          // own ranges: your users' hosted desktops
	KindOwnScanner          // own ranges: your mail gateway or link scanner
	KindOwnTool             // own ranges: your SOAR or sandbox
	KindOwnIgnore           // own ranges: do not judge by this address
	numKinds
)

var kindWords = [numKinds]string{
	"unknown", "mail_protection", "teams", "sharepoint", "exchange", "office",
	"identity", "security", "platform", "proxy", "cloud", "relay",
	"person_egress", "crawler", "corporate", "microsoft", "own_egress",
	"own_cloudpc", "own_scanner", "own_tool", "own_ignore",
}

// String returns the kind in lower case with underscores, such as
// "mail_protection" or "own_egress", and "invalid" for a value that is not a
// Kind.
func (k Kind) String() string { return wordOf(kindWords[:], int(k)) }

// MarshalText returns the word of [Kind.String]. An invalid value is an error.
func (k Kind) MarshalText() ([]byte, error) { return marshalWord("kind", kindWords[:], int(k)) }

// UnmarshalText reads a word of [Kind.String]. Any other text is an error and
// leaves k unchanged.
func (k *Kind) UnmarshalText(b []byte) error {
	i, err := unmarshalWord("kind", kindWords[:], b)
	if err == nil {
		*k = Kind(i)
	}
	return err
}

func wordOf(words []string, i int) string {
	if i < len(words) {
		return words[i]
	}
	return "invalid"
}

func marshalWord(what string, words []string, i int) ([]byte, error) {
	if i >= len(words) {
		return nil, fmt.Errorf("iprange: marshal %s: invalid value %d", what, i)
	}
	return []byte(words[i]), nil
}

func unmarshalWord(what string, words []string, text []byte) (int, error) {
	for i, w := range words {
		if w == string(text) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("iprange: unmarshal %s: unknown word %s", what, quoteCut(string(text)))
}
