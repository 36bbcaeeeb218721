// Package normal puts accounts, ids, URLs and hosts into the one form in which they are
// compared, so that clicks and evidence meet.
package normal

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/whoclicked/whoclicked/safelinks"
)

// Account returns an account in lower case. Only ASCII letters are folded.
func Account(s string) string { return lowerASCII(s) }

// Domain returns the part of a normal account behind its first @, or "".
func Domain(account string) string {
	_, domain, _ := strings.Cut(account, "@")
	return domain
}

// MessageID returns a Network-Message-Id or ReportId in lower case. A GUID gets its
// dashes and loses its braces. The zero GUID names nothing and becomes "".
func MessageID(s string) string {
	if g, err := safelinks.ParseGUID(s); err == nil {
		return g.String()
	}
	return lowerASCII(s)
}

// URL returns the URL behind all wrappers of raw, and raw itself if nobody wrapped it.
func URL(raw string) string {
	original, _ := safelinks.Original(raw)
	return original
}

// Comparable returns the part of an unwrapped URL that tells one link from another: the
// URL without scheme, case of the host, default port, fragment, and the slash of an
// empty path.
func Comparable(url string) string {
	s, port := url, ""
	if rest, ok := cutSchemeFold(s, "https://"); ok {
		s, port = rest, ":443"
	} else if rest, ok := cutSchemeFold(s, "http://"); ok {
		s, port = rest, ":80"
	}
	if i := strings.IndexByte(s, '#'); i >= 0 {
		s = s[:i]
	}
	end := strings.IndexAny(s, "/?")
	if end < 0 {
		end = len(s)
	}
	host, path := s[:end], s[end:]
	if path == "/" {
		path = ""
		s = host
	}
	bare := host
	if port != "" {
		bare = strings.TrimSuffix(host, port)
	}
	lower := lowerASCII(bare)
	if len(lower) == len(host) && lower == host {
		return s
	}
	return lower + path
}

func cutSchemeFold(s, scheme string) (rest string, ok bool) {
	if len(s) < len(scheme) || !strings.EqualFold(s[:len(scheme)], scheme) {
		return s, false
	}
	return s[len(scheme):], true
}

// Host returns the host of a URL, "host", "host:port" or "host/path" in lower case,
// without port, root dot, user information and brackets.
func Host(url string) string {
	s := url
	if i := strings.Index(s, "://"); i >= 0 {
		s = s[i+len("://"):]
	}
	if i := strings.IndexAny(s, `/?#\`); i >= 0 {
		s = s[:i]
	}
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

// lowerASCII returns s with ASCII capitals in lower case, and s itself if it has none.
func lowerASCII(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}
