package clickclass

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Site returns the registrable domain of a URL or host, "example.co.uk" for
// "https://www.example.co.uk/a": what tells one owner of a link from another.
// It is the host itself where there is no such domain (an address, a single
// label, a public suffix), and "" where there is no host.
func Site(rawURL string) string {
	host := hostOf(rawURL)
	if host == "" {
		return ""
	}
	if c := host[len(host)-1]; '0' <= c && c <= '9' || strings.IndexByte(host, ':') >= 0 {
		if _, err := netip.ParseAddr(host); err == nil {
			return host
		}
	}
	if s, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return s
	}
	return host
}

// hostOf returns the host of a URL or of "host", "host:port" and "host/path",
// in lower case, without port, root dot, user information and brackets.
func hostOf(rawURL string) string {
	s := rawURL
	if i := strings.Index(s, "://"); i >= 0 {
		s = s[i+len("://"):]
	}
	if i := strings.IndexAny(s, `/?#\`); i >= 0 {
		s = s[:i]
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	if strings.HasPrefix(s, "[") {
		if i := strings.IndexByte(s, ']'); i > 0 {
			return strings.ToLower(s[1:i])
		}
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 && strings.IndexByte(s, ':') == i {
		s = s[:i]
	}
	return strings.ToLower(strings.TrimSuffix(s, "."))
}
