// Package normal puts accounts, ids, URLs and hosts into the one form in which they are
// compared, so that clicks and evidence meet.
package normal

import (
	"strings"

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
	end := 0
	for end < len(s) && s[end] != '/' && s[end] != '?' {
		end++
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
