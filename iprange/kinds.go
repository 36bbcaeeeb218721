package iprange

import (
	"slices"
	"strings"
)

// Sources of kinds: Match.Source is one of them.
const (
	srcEndpoints = "Microsoft 365 URLs and IP address ranges"
	srcTags      = "Azure service tags overview"
	srcReading   = "our reading of the published names; no document says it"
)

// kindRule says what the addresses of an endpoint set or service tag are used for,
// and whether a user's traffic can come from there. It is PeopleNone where
// Microsoft documents the addresses as its own servers, which clients connect to.
// It is PeoplePossible where customers' code or customers' machines run.
type kindRule struct {
	kind   Kind
	people People
	source string
}

// endpointKinds has the reviewed endpoint sets. The service area is too coarse:
// "Common" has sign-in, Office and Defender, and "Exchange" has client access and
// mail protection, which opens the links of every message.
var endpointKinds = []struct {
	instance string
	sets     []int
	kindRule
}{
	{"worldwide", []int{1, 2}, kindRule{KindExchange, PeopleNone, srcEndpoints}},
	{"worldwide", []int{9, 10}, kindRule{KindMailProtection, PeopleNone, srcEndpoints}},
	{"worldwide", []int{11, 12, 13, 16, 17, 22, 127}, kindRule{KindTeams, PeopleNone, srcEndpoints}},
	{"worldwide", []int{31}, kindRule{KindSharePoint, PeopleNone, srcEndpoints}},
	{"worldwide", []int{46}, kindRule{KindOffice, PeopleNone, srcEndpoints}},
	{"worldwide", []int{56}, kindRule{KindIdentity, PeopleNone, srcEndpoints}},
	{"worldwide", []int{64}, kindRule{KindSecurity, PeopleNone, srcEndpoints}},

	{"china", []int{1, 20}, kindRule{KindExchange, PeopleNone, srcEndpoints}},
	{"china", []int{2, 27}, kindRule{KindMailProtection, PeopleNone, srcEndpoints}}, // *.protection.partner.outlook.cn
	{"china", []int{3, 19}, kindRule{KindTeams, PeopleNone, srcEndpoints}},
	{"china", []int{4}, kindRule{KindSharePoint, PeopleNone, srcEndpoints}},
	{"china", []int{17}, kindRule{KindIdentity, PeopleNone, srcEndpoints}}, // login.partner.microsoftonline.cn

	{"usgovdod", []int{1}, kindRule{KindExchange, PeopleNone, srcEndpoints}},
	{"usgovdod", []int{6}, kindRule{KindMailProtection, PeopleNone, srcEndpoints}}, // *.protection.office365.us
	{"usgovdod", []int{7}, kindRule{KindTeams, PeopleNone, srcEndpoints}},
	{"usgovdod", []int{9}, kindRule{KindSharePoint, PeopleNone, srcEndpoints}},
	{"usgovdod", []int{11, 15, 16}, kindRule{KindOffice, PeopleNone, srcEndpoints}},
	{"usgovdod", []int{13}, kindRule{KindIdentity, PeopleNone, srcEndpoints}}, // dod-graph.microsoft.us
	{"usgovdod", []int{26}, kindRule{KindSecurity, PeopleNone, srcEndpoints}}, // purview.apps.mil

	{"usgovgcchigh", []int{1}, kindRule{KindExchange, PeopleNone, srcEndpoints}},
	{"usgovgcchigh", []int{6}, kindRule{KindMailProtection, PeopleNone, srcEndpoints}},
	{"usgovgcchigh", []int{7, 31}, kindRule{KindTeams, PeopleNone, srcEndpoints}},
	{"usgovgcchigh", []int{9}, kindRule{KindSharePoint, PeopleNone, srcEndpoints}},
	{"usgovgcchigh", []int{11, 16, 17}, kindRule{KindOffice, PeopleNone, srcEndpoints}},
	{"usgovgcchigh", []int{13}, kindRule{KindIdentity, PeopleNone, srcEndpoints}},
	{"usgovgcchigh", []int{26}, kindRule{KindSecurity, PeopleNone, srcEndpoints}},
}

// areaKinds has the rules for sets that are not in endpointKinds: new sets of a
// known area. Nobody has reviewed these, so users are possible.
var areaKinds = map[string]kindRule{
	"Exchange":   {KindExchange, PeoplePossible, srcReading},
	"Skype":      {KindTeams, PeoplePossible, srcReading},
	"SharePoint": {KindSharePoint, PeoplePossible, srcReading},
	"MEM":        {KindPlatform, PeopleNone, "Intune network endpoints"},
}

func endpointKind(instance string, set int, area string) (Kind, People, string) {
	r := areaKinds[area]
	for _, e := range endpointKinds {
		if e.instance == instance && slices.Contains(e.sets, set) {
			r = e.kindRule
		}
	}
	if r.source == "" {
		r = kindRule{KindUnknown, PeoplePossible, srcReading}
	}
	return r.kind, r.people, r.source
}

// tagKinds has the reviewed service tags, by the name up to the first dot. Any
// other tag is a platform service that may run customers' code.
var tagKinds = map[string]kindRule{
	// "All datacenter public IP addresses", "including those used by other Azure
	// customers": Cloud PCs, proxies and scanners too.
	"AzureCloud": {KindCloud, PeoplePossible, srcTags},

	// The prefixes are those of mail protection.
	"EOPExternalPublishedIPs":      {KindMailProtection, PeopleNone, srcReading},
	"Dynamics365ForMarketingEmail": {KindPlatform, PeopleNone, srcTags},

	"AzureAdvancedThreatProtection":      {KindSecurity, PeopleNone, srcTags},
	"AzureSecurityCenter":                {KindSecurity, PeopleNone, srcTags},
	"AzureSentinel":                      {KindSecurity, PeopleNone, srcTags},
	"AzureInformationProtection":         {KindSecurity, PeopleNone, srcTags},
	"MicrosoftDefenderForEndpoint":       {KindSecurity, PeopleNone, srcTags},
	"MicrosoftPurviewPolicyDistribution": {KindSecurity, PeopleNone, srcTags},
	"SCCservice":                         {KindSecurity, PeopleNone, srcTags},
	"Scuba":                              {KindSecurity, PeopleNone, srcTags},
	"SecurityCopilot":                    {KindSecurity, PeopleNone, srcTags},

	// Session control is a reverse proxy with users behind it.
	"MicrosoftCloudAppSecurity": {KindProxy, PeoplePossible, srcReading},

	// The relays of the service (system service WVDRelays). The traffic of the
	// hosts themselves comes from AzureCloud.
	"WindowsVirtualDesktop": {KindRelay, PeopleNone, srcReading},
	"GatewayManager":        {KindRelay, PeopleNone, srcTags},

	"AzureActiveDirectory":               {KindIdentity, PeopleNone, srcTags},
	"AzureActiveDirectoryDomainServices": {KindIdentity, PeopleNone, srcTags},

	// Flows and probes that request links without a user.
	"ActionGroup":                      {KindPlatform, PeopleNone, srcTags},
	"ApplicationInsightsAvailability":  {KindPlatform, PeopleNone, srcTags},
	"AzureConnectors":                  {KindPlatform, PeopleNone, srcTags},
	"AzureTrafficManager":              {KindPlatform, PeopleNone, srcTags},
	"CopilotActions":                   {KindPlatform, PeopleNone, srcReading},
	"DataFactory":                      {KindPlatform, PeopleNone, srcTags},
	"LogicApps":                        {KindPlatform, PeopleNone, srcTags},
	"M365ManagementActivityApiWebhook": {KindPlatform, PeopleNone, srcTags},
	"PowerPlatformInfra":               {KindPlatform, PeopleNone, srcTags},
	"PowerQueryOnline":                 {KindPlatform, PeopleNone, srcTags},

	// Customers' code runs here, and visitors' requests pass through.
	"AppService":     {KindPlatform, PeoplePossible, srcReading},
	"AzureFrontDoor": {KindPlatform, PeoplePossible, srcReading},
}

func tagKind(tag string) (Kind, People, string) {
	name, _, _ := strings.Cut(tag, ".")
	r, ok := tagKinds[name]
	if !ok {
		r = kindRule{KindPlatform, PeoplePossible, srcReading}
	}
	return r.kind, r.people, r.source
}
