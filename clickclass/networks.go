package clickclass

import "strings"

// NetworkKind says what an autonomous system is used for, as far as a click is
// concerned. The zero NetworkKind is NetworkUnknown.
type NetworkKind uint8

const (
	NetworkUnknown      NetworkKind = iota
	NetworkAccess                   // not known to be any of the others: access, mobile, company
	NetworkDataCentre               // hosting
	NetworkMailSecurity             // a vendor of mail security
	NetworkProxy                    // security service edge, VPN: people and scanners
	NetworkMicrosoft                // Microsoft's: its published lists know better
)

// networkNumbers are autonomous systems whose registered names do not tell
// what they are used for. Source: the regional registries' public records.
var networkNumbers = [...]struct {
	number uint32
	kind   NetworkKind
}{
	{8075, NetworkMicrosoft}, {8068, NetworkMicrosoft}, {8069, NetworkMicrosoft}, {12076, NetworkMicrosoft},
	{16509, NetworkDataCentre}, {14618, NetworkDataCentre}, // Amazon
	{15169, NetworkDataCentre}, {396982, NetworkDataCentre}, // Google
	{14061, NetworkDataCentre},                              // DigitalOcean
	{16276, NetworkDataCentre},                              // OVH
	{24940, NetworkDataCentre}, {213230, NetworkDataCentre}, // Hetzner
	{63949, NetworkDataCentre},                             // Akamai Connected Cloud
	{20473, NetworkDataCentre},                             // Vultr
	{31898, NetworkDataCentre},                             // Oracle
	{45102, NetworkDataCentre}, {37963, NetworkDataCentre}, // Alibaba
	{132203, NetworkDataCentre},                                         // Tencent
	{36351, NetworkDataCentre},                                          // IBM
	{60781, NetworkDataCentre},                                          // Leaseweb
	{9009, NetworkDataCentre},                                           // M247
	{51167, NetworkDataCentre},                                          // Contabo
	{12876, NetworkDataCentre},                                          // Scaleway
	{8560, NetworkDataCentre},                                           // IONOS
	{13335, NetworkProxy},                                               // Cloudflare
	{22616, NetworkProxy}, {53813, NetworkProxy}, {62044, NetworkProxy}, // Zscaler
	{55256, NetworkProxy}, // Netskope
}

// networkNames are parts of organization names, lower case, the first that
// fits wins. A vendor that also sells proxies stands among the proxies, since
// people can be behind those.
var networkNames = []struct {
	part string
	kind NetworkKind
}{
	{"microsoft", NetworkMicrosoft},
	{"proofpoint", NetworkMailSecurity},
	{"mimecast", NetworkMailSecurity},
	{"ironport", NetworkMailSecurity},
	{"messagelabs", NetworkMailSecurity},
	{"hornetsecurity", NetworkMailSecurity},
	{"retarus", NetworkMailSecurity},
	{"cloudmark", NetworkMailSecurity},
	{"libraesva", NetworkMailSecurity},
	{"vade secure", NetworkMailSecurity},
	{"trend micro", NetworkMailSecurity},
	{"barracuda", NetworkMailSecurity},
	{"zscaler", NetworkProxy},
	{"netskope", NetworkProxy},
	{"forcepoint", NetworkProxy},
	{"iboss", NetworkProxy},
	{"cato networks", NetworkProxy},
	{"palo alto", NetworkProxy},
	{"sophos", NetworkProxy},
	{"opendns", NetworkProxy},
	{"vpn", NetworkProxy},
	{"amazon", NetworkDataCentre},
	{"hosting", NetworkDataCentre},
	{"datacenter", NetworkDataCentre},
	{"data center", NetworkDataCentre},
	{"datacentre", NetworkDataCentre},
	{"dedicated server", NetworkDataCentre},
	{"colocation", NetworkDataCentre},
	{"cloud", NetworkDataCentre},
	{"vps", NetworkDataCentre},
}

// Kind says what the network is used for: by number, else by name. A network
// that is not known to be anything else is NetworkAccess, which is an
// assumption; the zero Network is NetworkUnknown.
func (n Network) Kind() NetworkKind {
	if n == (Network{}) {
		return NetworkUnknown
	}
	for _, e := range networkNumbers {
		if e.number == n.Number {
			return e.kind
		}
	}
	lower := strings.ToLower(n.Organization)
	for _, e := range networkNames {
		if strings.Contains(lower, e.part) {
			return e.kind
		}
	}
	if lower == "" {
		return NetworkUnknown
	}
	return NetworkAccess
}
