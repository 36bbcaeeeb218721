package synth

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"

	"github.com/whoclicked/whoclicked/clickclass"
)

// pools are where addresses are drawn from. Microsoft's are real: a service's
// own ranges, and ranges that Azure rents to anyone. The others belong to
// access providers, mail-security vendors and hosters, and are in no Microsoft
// list.
var pools = [numEgress][]netip.Prefix{
	FromOffice:     prefixes("193.16.0.0/13", "194.112.0.0/12", "12.0.0.0/12"),
	FromHome:       prefixes("84.128.0.0/10", "79.192.0.0/10", "91.0.0.0/10", "86.128.0.0/10", "73.0.0.0/8", "2003::/19"),
	FromMobile:     prefixes("109.40.0.0/13", "80.187.0.0/16", "172.56.0.0/13", "174.192.0.0/10"),
	FromVPN:        prefixes("165.225.0.0/16", "163.116.128.0/17"),
	FromCloudPC:    prefixes("20.224.0.0/16", "20.127.0.0/16", "4.212.0.0/16", "20.68.128.0/17", "4.184.128.0/17"),
	FromGSA:        prefixes("151.206.0.0/16", "128.94.0.0/19"),
	FromMail:       prefixes("40.107.0.0/16", "40.92.0.0/15", "52.100.0.0/14", "104.47.0.0/17"),
	FromTeams:      prefixes("52.112.0.0/14", "52.122.0.0/15"),
	FromSharePoint: prefixes("13.107.136.0/22", "40.108.128.0/17", "52.104.0.0/14"),
	FromAzure:      prefixes("4.175.0.0/16", "48.217.0.0/16", "172.174.0.0/16", "20.199.0.0/17", "20.77.0.0/17", "74.154.0.0/17"),
	FromVendor:     prefixes("67.231.144.0/20", "148.163.128.0/19", "205.139.110.0/24", "207.211.30.0/24", "209.222.80.0/21"),
	FromHosting:    prefixes("3.64.0.0/12", "18.184.0.0/15", "34.64.0.0/11"),
	FromHotel:      prefixes("62.154.0.0/16", "213.61.0.0/16", "87.190.0.0/16"),
	FromProxy:      prefixes("165.225.0.0/16", "136.226.0.0/16", "163.116.128.0/17"),
	FromVPS:        prefixes("95.216.0.0/16", "45.76.0.0/15", "104.131.0.0/16", "51.38.0.0/16"),
	FromCrawler:    prefixes("40.94.16.0/20", "40.94.96.0/20"),
	FromAgents:     prefixes("4.151.71.176/28", "4.189.118.208/28", "4.197.22.112/28", "4.251.29.8/29", "72.145.132.208/29"),
}

var networks = func() Networks {
	// Who really announces such ranges, by the registries' public records.
	owners := map[Egress]clickclass.Network{
		FromOffice:  {ASN: 64496, Organization: "Example Company AG"},
		FromHome:    {ASN: 3320, Organization: "Deutsche Telekom AG"},
		FromMobile:  {ASN: 3209, Organization: "Vodafone GmbH"},
		FromVPN:     {ASN: 22616, Organization: "ZSCALER-SJC"},
		FromVendor:  {ASN: 22843, Organization: "PROOFPOINT-ASN-US-EAST"},
		FromHosting: {ASN: 16509, Organization: "AMAZON-02"},
		FromHotel:   {ASN: 3320, Organization: "Deutsche Telekom AG"},
	}
	n := Networks{}
	for egress, network := range owners {
		for _, p := range pools[egress] {
			n[p] = network
		}
	}
	for prefix, network := range map[string]clickclass.Network{
		"165.225.0.0/16":   {ASN: 22616, Organization: "ZSCALER-SJC"},
		"136.226.0.0/16":   {ASN: 22616, Organization: "ZSCALER-SJC"},
		"163.116.128.0/17": {ASN: 55256, Organization: "NETSKOPE"},
		"95.216.0.0/16":    {ASN: 24940, Organization: "Hetzner Online GmbH"},
		"45.76.0.0/15":     {ASN: 20473, Organization: "AS-VULTR"},
		"104.131.0.0/16":   {ASN: 14061, Organization: "DIGITALOCEAN-ASN"},
		"51.38.0.0/16":     {ASN: 16276, Organization: "OVH SAS"},
	} {
		n[netip.MustParsePrefix(prefix)] = network
	}
	return n
}()

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// address draws an address of the kind.
func address(rng *rand.Rand, e Egress) netip.Addr {
	return within(rng, pools[e][rng.IntN(len(pools[e]))])
}

// addresses draws n addresses of the kind, close together, as one site or
// service has them.
func addresses(rng *rand.Rand, e Egress, n int) []netip.Addr {
	p := pools[e][rng.IntN(len(pools[e]))]
	if p.Addr().Is4() && p.Bits() < 20 {
		p = netip.PrefixFrom(within(rng, p), 20).Masked()
	}
	list := make([]netip.Addr, n)
	for i := range list {
		list[i] = within(rng, p)
	}
	return list
}

func within(rng *rand.Rand, p netip.Prefix) netip.Addr {
	if p.Addr().Is4() {
		b := p.Addr().As4()
		host := rng.Uint32() >> p.Bits()
		binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(b[:])|host)
		return netip.AddrFrom4(b)
	}
	b := p.Addr().As16()
	high := binary.BigEndian.Uint64(b[:8]) | rng.Uint64()>>p.Bits()
	binary.BigEndian.PutUint64(b[:8], high)
	binary.BigEndian.PutUint64(b[8:], rng.Uint64())
	return netip.AddrFrom16(b)
}
