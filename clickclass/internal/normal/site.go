package normal

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Host returns the host of a URL, "host", "host:port" or "host/path" in lower case,
// without port, root dot, user information and brackets.
func Host(url string) string {
	s := url
	if i := strings.Index(s, "://"); i >= 0 {
		s = s[i+len("://"):]
	}
	end := 0
	for end < len(s) && s[end] != '/' && s[end] != '?' && s[end] != '#' && s[end] != '\\' {
		end++
	}
	s = s[:end]
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	if i := strings.IndexByte(s, ']'); i > 0 && s[0] == '[' {
		return strings.ToLower(s[1:i])
	}
	if i := strings.IndexByte(s, ':'); i >= 0 && i == strings.LastIndexByte(s, ':') {
		s = s[:i]
	}
	return strings.ToLower(strings.TrimSuffix(s, "."))
}

// Site returns the registrable domain of a URL or host, such as "example.co.uk", and ""
// if there is no host. An address, a single label and a public suffix are returned as
// they are.
func Site(url string) string {
	host := Host(url)
	if host == "" {
		return ""
	}
	if c := host[len(host)-1]; '0' <= c && c <= '9' || strings.IndexByte(host, ':') >= 0 {
		if _, err := netip.ParseAddr(host); err == nil {
			return host
		}
	}
	if site, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return site
	}
	return host
}
