package iprange

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// provider is whose addresses a plain list of prefixes has. Such a list says
// nothing about itself, so its file name tells.
type provider struct {
	file   string // part of the file name
	name   string // Service of the matches, and name of the list in lower case
	routed bool   // widen longer IPv6 prefixes to routedBits
	kindRule
}

// routedBits is the length of the longest IPv6 prefix that is routed on the
// Internet, so its addresses leave from one network.
const routedBits = 48

var providers = []provider{
	// Anyone can rent machines here, as in AzureCloud.
	{"amazon", "Amazon Web Services", false, kindRule{KindCloud, PeoplePossible, "Amazon's published IP address ranges, merged by lord-alfred/ipranges"}},
	{"google", "Google", false, kindRule{KindCloud, PeoplePossible, "Google's published IP address ranges, merged by lord-alfred/ipranges"}},
	{"oracle", "Oracle Cloud", false, kindRule{KindCloud, PeoplePossible, "Oracle Cloud's published IP address ranges, merged by lord-alfred/ipranges"}},
	{"digitalocean", "DigitalOcean", false, kindRule{KindCloud, PeoplePossible, "DigitalOcean's published IP address ranges, merged by lord-alfred/ipranges"}},
	{"linode", "Linode", false, kindRule{KindCloud, PeoplePossible, "Linode's published IP address ranges, merged by lord-alfred/ipranges"}},
	{"vultr", "Vultr", false, kindRule{KindCloud, PeoplePossible, "Vultr's published IP address ranges, merged by lord-alfred/ipranges"}},

	// Visitors of web sites, users of WARP and customers' code leave from here.
	{"cloudflare", "Cloudflare", false, kindRule{KindProxy, PeoplePossible, "Cloudflare's published IP address ranges, merged by lord-alfred/ipranges"}},

	// Apple lists the subnets of 64 bits in use, 10,455 after merging. They lie in
	// 3,708 blocks of 48 bits, and the subnets beside them are not in use. The exact
	// list takes 0.6 MB more memory.
	{"icloud-private-relay", "iCloud Private Relay", true, kindRule{KindPersonEgress, PeopleYes, "Apple's published egress ranges of iCloud Private Relay, merged by lord-alfred/ipranges; IPv6 widened to /48"}},

	// Agents of Security Copilot call the customer's plugins and open links from here.
	{"security-copilot", "Security Copilot", false, kindRule{KindSecurity, PeopleNone, "Microsoft Learn, Microsoft Security Copilot, IP addresses for plugins"}},
}

// providerIn returns the provider that a file name in lower case contains.
func providerIn(name string) (p provider, found bool) {
	for _, p := range providers {
		if strings.Contains(name, p.file) {
			return p, true
		}
	}
	return provider{}, false
}

// readProvider reads a plain list: a prefix on each line, before it a region or
// nothing. "#" begins a comment. The providers publish one list for each address
// family. Its name has the family of the first prefix, and a prefix of the other
// family is a broken entry. Reserved prefixes are left out: Vultr's list has some.
func (l *List) readProvider(data []byte, p provider) error {
	byRegion := map[string]int{} // index in l.entries
	is4 := false
	row := 0
	for line := range bytes.Lines(data) {
		row++
		text, _, _ := strings.Cut(string(line), "#")
		fields := strings.Fields(text)
		if len(fields) == 0 {
			continue
		}
		prefix, err := parsePrefix(fields[len(fields)-1])
		switch {
		case err != nil:
		case len(fields) > 2:
			err = fmt.Errorf("want a prefix, or a region and a prefix: %s", quoteCut(text))
		case (label{region: fields[0]}).check() != nil:
			err = (label{region: fields[0]}).check()
		case len(l.entries) == 0:
			is4 = prefix.Addr().Is4()
		case prefix.Addr().Is4() != is4:
			err = errors.New("prefix of another address family than the first")
		}
		if err != nil {
			if len(l.entries) == 0 && len(l.Skipped) > 100 {
				break // another kind of document; do not keep an error for every line
			}
			l.skip(row, "", err)
			continue
		}
		if isReserved(prefix) {
			continue
		}
		if prefix.Addr().Is6() && p.routed && prefix.Bits() > routedBits {
			prefix = netip.PrefixFrom(prefix.Addr(), routedBits).Masked()
		}
		region := ""
		if len(fields) == 2 {
			region = fields[0]
		}
		i, found := byRegion[region]
		if !found {
			i = len(l.entries)
			byRegion[region] = i
			l.entries = append(l.entries, entry{label: label{
				service: p.name, region: region, kind: p.kind, people: p.people, source: p.source,
			}})
		}
		l.entries[i].prefixes = append(l.entries[i].prefixes, prefix)
	}
	if len(l.entries) == 0 {
		return fmt.Errorf("%w: no prefix", ErrFormat)
	}
	family := " ipv6"
	if is4 {
		family = " ipv4"
	}
	l.Info = ListInfo{Name: strings.ToLower(p.name) + family, Layer: LayerKnown}
	return nil
}

// isReserved reports whether a prefix begins with an address that nobody has on the
// Internet: private, loopback, link-local, multicast or documentation.
func isReserved(p netip.Prefix) bool {
	a := p.Addr()
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return true
	}
	for _, documentation := range [...]string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"} {
		if netip.MustParsePrefix(documentation).Overlaps(p) {
			return true
		}
	}
	return false
}
