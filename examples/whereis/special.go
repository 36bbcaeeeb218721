package main

import (
	"net/netip"
	"slices"
)

// special is a block of addresses that is not given out like others, so that no list of
// a provider can say whose it is.
type special struct {
	prefix   netip.Prefix
	what     string // in plain words
	registry string // its name in the registry
	rfc      string
}

func block(prefix, what, registry, rfc string) special {
	return special{netip.MustParsePrefix(prefix), what, registry, "RFC " + rfc}
}

// specials has IANA's registries of special-purpose addresses, and the multicast and
// reserved blocks of its address space registries. The narrowest block counts.
var specials = narrowestFirst([]special{
	block("0.0.0.0/8", "address of this network", "This network", "791"),
	block("0.0.0.0/32", "unspecified address", "This host on this network", "1122"),
	block("10.0.0.0/8", "private address", "Private-Use", "1918"),
	block("100.64.0.0/10", "carrier-grade NAT (CGNAT) address", "Shared Address Space", "6598"),
	block("127.0.0.0/8", "loopback address", "Loopback", "1122"),
	block("169.254.0.0/16", "link-local address", "Link Local", "3927"),
	block("172.16.0.0/12", "private address", "Private-Use", "1918"),
	block("192.0.0.0/24", "protocol assignment", "IETF Protocol Assignments", "6890"),
	block("192.0.0.0/29", "protocol assignment", "IPv4 Service Continuity Prefix", "7335"),
	block("192.0.0.8/32", "protocol assignment", "IPv4 dummy address", "7600"),
	block("192.0.0.9/32", "protocol assignment", "Port Control Protocol Anycast", "7723"),
	block("192.0.0.10/32", "protocol assignment", "Traversal Using Relays around NAT Anycast", "8155"),
	block("192.0.0.170/31", "protocol assignment", "NAT64/DNS64 Discovery", "8880"),
	block("192.0.2.0/24", "documentation address", "TEST-NET-1", "5737"),
	block("192.31.196.0/24", "name server of private addresses", "AS112-v4", "7535"),
	block("192.52.193.0/24", "protocol assignment", "AMT", "7450"),
	block("192.88.99.0/24", "relay address", "6to4 Relay Anycast, deprecated", "7526"),
	block("192.168.0.0/16", "private address", "Private-Use", "1918"),
	block("192.175.48.0/24", "name server of private addresses", "Direct Delegation AS112 Service", "7534"),
	block("198.18.0.0/15", "benchmarking address", "Benchmarking", "2544"),
	block("198.51.100.0/24", "documentation address", "TEST-NET-2", "5737"),
	block("203.0.113.0/24", "documentation address", "TEST-NET-3", "5737"),
	block("224.0.0.0/4", "multicast address", "Multicast", "5771"),
	block("240.0.0.0/4", "reserved address", "Reserved", "1112"),
	block("255.255.255.255/32", "broadcast address", "Limited Broadcast", "919"),

	block("::/128", "unspecified address", "Unspecified Address", "4291"),
	block("::1/128", "loopback address", "Loopback Address", "4291"),
	block("64:ff9b::/96", "translated IPv4 address", "IPv4-IPv6 Translat.", "6052"),
	block("64:ff9b:1::/48", "translated IPv4 address", "IPv4-IPv6 Translat.", "8215"),
	block("100::/64", "discard-only address", "Discard-Only Address Block", "6666"),
	block("100:0:0:1::/64", "discard-only address", "Dummy IPv6 Prefix", "9780"),
	block("2001::/23", "protocol assignment", "IETF Protocol Assignments", "2928"),
	block("2001::/32", "tunnelled IPv4 address", "TEREDO", "4380"),
	block("2001:1::1/128", "protocol assignment", "Port Control Protocol Anycast", "7723"),
	block("2001:1::2/128", "protocol assignment", "Traversal Using Relays around NAT Anycast", "8155"),
	block("2001:1::3/128", "protocol assignment", "DNS-SD Service Registration Protocol Anycast", "9665"),
	block("2001:2::/48", "benchmarking address", "Benchmarking", "5180"),
	block("2001:3::/32", "protocol assignment", "AMT", "7450"),
	block("2001:4:112::/48", "name server of private addresses", "AS112-v6", "7535"),
	block("2001:10::/28", "protocol assignment", "ORCHID, deprecated", "4843"),
	block("2001:20::/28", "protocol assignment", "ORCHIDv2", "7343"),
	block("2001:30::/28", "protocol assignment", "Drone Remote ID Protocol Entity Tags", "9374"),
	block("2001:db8::/32", "documentation address", "Documentation", "3849"),
	block("2002::/16", "tunnelled IPv4 address", "6to4", "3056"),
	block("2620:4f:8000::/48", "name server of private addresses", "Direct Delegation AS112 Service", "7534"),
	block("3fff::/20", "documentation address", "Documentation", "9637"),
	block("5f00::/16", "protocol assignment", "Segment Routing (SRv6) SIDs", "9602"),
	block("fc00::/7", "private address", "Unique-Local", "4193"),
	block("fe80::/10", "link-local address", "Link-Local Unicast", "4291"),
	block("fec0::/10", "private address", "site-local unicast, deprecated", "3879"),
	block("ff00::/8", "multicast address", "Multicast", "4291"),
})

func narrowestFirst(all []special) []special {
	slices.SortStableFunc(all, func(a, b special) int { return b.prefix.Bits() - a.prefix.Bits() })
	return all
}

// specialOf returns the narrowest special block that an address is in.
func specialOf(a netip.Addr) (special, bool) {
	for _, s := range specials {
		if s.prefix.Contains(a) {
			return s, true
		}
	}
	return special{}, false
}

func (s special) String() string { return s.what + " (" + s.registry + ", " + s.rfc + ")" }

// ipv4In returns the IPv4 address for which an IPv6 address of a translator or tunnel
// stands: RFC 6052 section 2.2, RFC 3056 section 2, and the client of RFC 4380 section 4.
func ipv4In(a netip.Addr) (netip.Addr, bool) {
	if !a.Is6() {
		return netip.Addr{}, false
	}
	b := a.As16()
	s, _ := specialOf(a)
	switch {
	case s.rfc == "RFC 6052":
		return netip.AddrFrom4([4]byte(b[12:])), true
	case s.rfc == "RFC 3056":
		return netip.AddrFrom4([4]byte(b[2:])), true
	case s.rfc == "RFC 4380":
		return netip.AddrFrom4([4]byte{^b[12], ^b[13], ^b[14], ^b[15]}), true
	}
	return netip.Addr{}, false
}
