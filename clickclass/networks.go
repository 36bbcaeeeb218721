package clickclass

import "strings"

// networkUse is what an autonomous system is used for, as far as it matters for a click.
type networkUse uint8

const (
	useUnknown      networkUse = iota
	useAccess                  // not known to be any of the others: access, mobile, company
	useDataCentre              // hosting
	useMailSecurity            // a vendor of mail security
	useProxy                   // security service edge, VPN: people and scanners
	useMicrosoft               // Microsoft's: its published lists know better
)

// networkNumbers are autonomous systems whose registered names do not tell
// what they are used for. Source: the regional registries' public records.
var networkNumbers = [...]struct {
	number uint32
	use    networkUse
}{
	{8075, useMicrosoft}, {8074, useMicrosoft}, {8068, useMicrosoft}, {8069, useMicrosoft}, {12076, useMicrosoft},
	{16509, useDataCentre}, {14618, useDataCentre}, // Amazon
	{15169, useDataCentre}, {396982, useDataCentre}, // Google
	{14061, useDataCentre},                          // DigitalOcean
	{16276, useDataCentre},                          // OVH
	{24940, useDataCentre}, {213230, useDataCentre}, // Hetzner
	{63949, useDataCentre},                         // Akamai Connected Cloud
	{20473, useDataCentre},                         // Vultr
	{31898, useDataCentre},                         // Oracle
	{45102, useDataCentre}, {37963, useDataCentre}, // Alibaba
	{132203, useDataCentre},                                 // Tencent
	{36351, useDataCentre},                                  // IBM
	{60781, useDataCentre},                                  // Leaseweb
	{9009, useDataCentre},                                   // M247
	{51167, useDataCentre},                                  // Contabo
	{12876, useDataCentre},                                  // Scaleway
	{8560, useDataCentre},                                   // IONOS
	{13335, useProxy},                                       // Cloudflare
	{22616, useProxy}, {53813, useProxy}, {62044, useProxy}, // Zscaler
	{55256, useProxy}, // Netskope
}

// networkNames are parts of organization names, lower case, the first that
// fits wins. A vendor that also sells proxies stands among the proxies, since
// people can be behind those.
var networkNames = []struct {
	part string
	use  networkUse
}{
	{"microsoft", useMicrosoft},
	{"proofpoint", useMailSecurity},
	{"mimecast", useMailSecurity},
	{"ironport", useMailSecurity},
	{"messagelabs", useMailSecurity},
	{"hornetsecurity", useMailSecurity},
	{"retarus", useMailSecurity},
	{"cloudmark", useMailSecurity},
	{"libraesva", useMailSecurity},
	{"vade secure", useMailSecurity},
	{"trend micro", useMailSecurity},
	{"barracuda", useMailSecurity},
	{"zscaler", useProxy},
	{"netskope", useProxy},
	{"forcepoint", useProxy},
	{"iboss", useProxy},
	{"cato networks", useProxy},
	{"palo alto", useProxy},
	{"sophos", useProxy},
	{"opendns", useProxy},
	{"vpn", useProxy},
	{"amazon", useDataCentre},
	{"hosting", useDataCentre},
	{"datacenter", useDataCentre},
	{"data center", useDataCentre},
	{"datacentre", useDataCentre},
	{"dedicated server", useDataCentre},
	{"colocation", useDataCentre},
	{"cloud", useDataCentre},
	{"vps", useDataCentre},
}

// use returns what the network is used for: by number, else by name. A network that is not
// known to be anything else is useAccess, which is an assumption. The zero Network is
// useUnknown.
func (n Network) use() networkUse {
	if n == (Network{}) {
		return useUnknown
	}
	for _, e := range networkNumbers {
		if e.number == n.ASN {
			return e.use
		}
	}
	lower := strings.ToLower(n.Organization)
	for _, e := range networkNames {
		if strings.Contains(lower, e.part) {
			return e.use
		}
	}
	if lower == "" {
		return useUnknown
	}
	return useAccess
}
