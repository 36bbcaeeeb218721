package main

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"unicode"

	"github.com/whoclicked/whoclicked/iprange"
)

// item is one thing to look up: addresses from first to last, or a host.
type item struct {
	query       string // as it stands in the input
	first, last netip.Addr
	host        string
}

// value returns the item in its plain form: an address, a prefix, a range or a host.
func (it item) value() string {
	if it.host != "" {
		return it.host
	}
	return spanText(it.first, it.last)
}

// kind returns what the item is, in one word.
func (it item) kind() string {
	switch {
	case it.host != "":
		return "host"
	case it.first == it.last:
		return "address"
	case strings.Contains(it.value(), "/"):
		return "prefix"
	}
	return "range"
}

// parseItem reads an address, a prefix, a range, a host or a URL as logs and reports
// have them: defanged, quoted, in brackets, with a port, a zone or a trailing comma. Of
// what is none of these, whatIsWrong says why.
func parseItem(query string) (it item, ok bool) {
	it.query = query
	s := refang(query)
	authority, isURL := authorityOf(s)
	if isURL {
		s = authority
	}
	if a, ok := parseAddress(s); ok {
		it.first, it.last = a, a
		return it, true
	}
	if first, last, ok := parseSpan(s); ok && !isURL {
		it.first, it.last = first, last
		return it, true
	}
	path := strings.IndexAny(s, `/\?#`)
	if path > 0 && !isURL {
		if a, ok := parseAddress(s[:path]); ok && !startsWithDigit(s[path+1:]) {
			it.first, it.last = a, a
			return it, true
		}
	}
	if path > 0 {
		s = s[:path]
	}
	it.host, ok = parseHost(s)
	return it, ok
}

func startsWithDigit(s string) bool { return s != "" && '0' <= s[0] && s[0] <= '9' }

// authorityOf returns the host and port of a URL. A URL has no blanks, and is one: a
// list of URLs is none.
func authorityOf(s string) (authority string, ok bool) {
	start := scheme.FindString(s)
	if start == "" || strings.ContainsFunc(s, unicode.IsSpace) || manyURLs.MatchString(s) {
		return "", false
	}
	s = s[len(start):]
	if i := strings.IndexAny(s, `/\?#`); i >= 0 {
		s = s[:i]
	}
	return s[strings.LastIndexByte(s, '@')+1:], true
}

var (
	scheme   = regexp.MustCompile(`(?i)^(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}`)
	manyURLs = regexp.MustCompile(`(?i)[,;|][a-z][a-z0-9+.-]*://`)
)

// parseAddress reads an address that may have brackets, a port and a zone.
func parseAddress(s string) (netip.Addr, bool) {
	if m := bracketed.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if padded.MatchString(s) {
		s = leadingZeros.ReplaceAllString(s, "$1")
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		var with netip.AddrPort
		with, err = netip.ParseAddrPort(s)
		a = with.Addr()
	}
	return a.WithZone("").Unmap(), err == nil
}

// Four numbers of three digits each are not octal.
var (
	padded       = regexp.MustCompile(`^\d{3}(?:\.\d{3}){3}$`)
	leadingZeros = regexp.MustCompile(`\b0{1,2}(\d)`)
)

var bracketed = regexp.MustCompile(`^\[([^\[\]]*)\](?::\d{0,5})?$`)

var (
	shortEnd  = regexp.MustCompile(`^((?:\d+\.){3})(\d+)-(\d{1,3})$`)
	wildcards = regexp.MustCompile(`^((?:\d{1,3}\.){1,3})\*(?:\.\*)*$`)
	// An address and a mask: 255.255.255.0, or 0.0.0.255 as access lists have it.
	withMask = regexp.MustCompile(`^(\d+\.\d+\.\d+\.\d+)(?: +|/)(255\.\d+\.\d+\.(?:\d{1,2}|1\d\d|2[0-4]\d|25[0-4])|0\.\d+\.\d+\.[1-9]\d*)$`)
)

// parseSpan reads a prefix, an address with a mask, a wildcard such as 192.0.2.*, or a
// range from a first to a last address, of which the last may be 192.0.2.10-20.
func parseSpan(s string) (first, last netip.Addr, ok bool) {
	if m := withMask.FindStringSubmatch(s); m != nil {
		s = m[1] + "/" + netmask(m[2])
	} else if m := wildcards.FindStringSubmatch(s); m != nil {
		octets := strings.Count(m[1], ".")
		s = fmt.Sprintf("%s%s/%d", m[1], strings.TrimSuffix(strings.Repeat("0.", 4-octets), "."), 8*octets)
	} else {
		s = shortEnd.ReplaceAllString(tight(s), "$1$2-$1$3")
	}
	const longest = 100 // two addresses of IPv6
	if len(s) > longest || !strings.ContainsAny(s, "/-") || strings.ContainsAny(s, ",;# \t") {
		return first, last, false
	}
	prefixes, err := iprange.ParsePrefixes(s)
	if err != nil || len(prefixes) == 0 {
		return first, last, false
	}
	return prefixes[0].Addr(), lastOf(prefixes[len(prefixes)-1]), true
}

// tight writes a range as first-last.
func tight(s string) string {
	return dashes.Replace(strings.Join(strings.Fields(s), " "))
}

var dashes = strings.NewReplacer(" - ", "-", " -", "-", "- ", "-", " .. ", "-", "...", "-", "..", "-")

// netmask returns a mask; 0.0.0.255 becomes 255.255.255.0.
func netmask(s string) string {
	a, err := netip.ParseAddr(s)
	if err != nil || a.As4()[0] != 0 {
		return s
	}
	b := a.As4()
	return netip.AddrFrom4([4]byte{^b[0], ^b[1], ^b[2], ^b[3]}).String()
}

// parseHost reads a host name, which may have a port. A name has a dot and does not end
// in a number: else it is a word, or a piece of an address.
func parseHost(s string) (string, bool) {
	name, port, found := strings.Cut(s, ":")
	if found && strings.Trim(port, "0123456789") != "" || len(name) > 253 {
		return "", false
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if name == "localhost" {
		return name, true
	}
	labels := strings.Split(name, ".")
	names := labels
	if labels[0] == "*" && len(labels) > 2 {
		names = labels[1:] // a pattern, as firewalls and lists have it
	}
	for _, l := range names {
		if l == "" || strings.ContainsFunc(l, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) && r != '-' && r != '_'
		}) {
			return "", false
		}
	}
	return name, len(labels) > 1 && strings.ContainsFunc(labels[len(labels)-1], unicode.IsLetter)
}
