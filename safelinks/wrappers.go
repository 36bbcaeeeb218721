package safelinks

// The kinds of layers.
const (
	SafeLinks          Kind = "safelinks" // mail, Office apps and Outlook on the web
	TeamsLinks         Kind = "teams"
	ProofpointV1       Kind = "proofpoint-v1"
	ProofpointV2       Kind = "proofpoint-v2"
	ProofpointV3       Kind = "proofpoint-v3"
	Barracuda          Kind = "barracuda"
	TrendMicro         Kind = "trendmicro"
	CheckPoint         Kind = "checkpoint-avanan"
	Cisco              Kind = "cisco"
	Sophos             Kind = "sophos"
	FireEye            Kind = "fireeye"
	Symantec           Kind = "symantec"
	Trustwave          Kind = "trustwave"
	EdgePilot          Kind = "edgepilot"
	Libraesva          Kind = "libraesva"
	FortiMail          Kind = "fortimail"
	Vade               Kind = "vade"
	Hornetsecurity     Kind = "hornetsecurity"
	Topsec             Kind = "topsec"
	INKY               Kind = "inky"
	Mimecast           Kind = "mimecast"
	EmailProtection    Kind = "emailprotection"
	Google             Kind = "google-redirect"
	AzureCommunication Kind = "azure-communication"
	AmazonSES          Kind = "amazon-ses"
	Slack              Kind = "slack"
	Facebook           Kind = "facebook"
	LinkedIn           Kind = "linkedin"
	WhatsApp           Kind = "whatsapp"
	DefenderCloudApps  Kind = "mcas"
)

// wrapper is one way of one vendor to wrap a link.
type wrapper struct {
	kind   Kind
	hosts  []string         // see hostMatches
	paths  []string         // prefixes of the path; none means any
	match  func(parts) bool // what hosts and paths cannot say; nil means yes
	unwrap func(*Layer, *parts) outcome

	// What a redacted link keeps: the parameters by name, and the words of the
	// path. Wrappers that hold the target elsewhere have their own redact.
	keep   []string
	words  []string
	redact func(p *parts) string
}

// wrappers is the table of all vendors, read from the top: the first row that
// fits counts. Microsoft's own forms are looked at before it.
var wrappers = [...]wrapper{
	proofpointV1, proofpointV2, proofpointV3,
	barracuda, trendMicro, checkPoint, cisco, sophos, fireEye, symantec,
	trustwave, edgePilot, libraesva, vade, hornetsecurity, topsec, inky,
	mimecast, emailProtection, google,
	azureCommunication, amazonSES, slack, facebook, linkedIn, whatsApp, defenderCloudApps,
	fortiMail, // last: it answers at the customers' own hosts
}
