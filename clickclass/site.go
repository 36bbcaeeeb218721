package clickclass

import (
	"net/netip"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// Site returns the registrable domain of a URL or host, "example.co.uk" for
// "https://www.example.co.uk/a": what tells one owner of a link from another.
// It is the host itself where there is no such domain (an address, a single
// label, a public suffix), and "" where there is no host.
func Site(rawURL string) string { return siteOf(hostOf(rawURL)) }

// siteOf is Site of what hostOf returns.
func siteOf(host string) string {
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
	if rest, ok := strings.CutPrefix(s, "https://"); ok { // most of them
		s = rest
	} else if i := strings.Index(s, "://"); i >= 0 {
		s = s[i+len("://"):]
	}
	var (
		start, end    = 0, len(s)
		colon, colons int  // the last behind start, and how many
		other         bool // than ASCII in lower case
	)
authority:
	for i := ordinary(s); i < len(s); i++ {
		switch c := s[i]; {
		case c == '/' || c == '?' || c == '#' || c == '\\':
			end = i
			break authority
		case c == '@':
			start, colons = i+1, 0
		case c == ':':
			colon = i
			colons++
		case 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf:
			other = true
		}
	}
	host := s[start:end]
	if i := strings.IndexByte(host, ']'); i > 0 && host[0] == '[' {
		host = host[1:i]
	} else {
		if colons == 1 {
			host = s[start:colon]
		}
		host = strings.TrimSuffix(host, ".")
	}
	if other {
		host = strings.ToLower(host)
	}
	return host
}
