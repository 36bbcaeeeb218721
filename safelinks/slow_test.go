package safelinks

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The slow twins: short, obvious, and built on the standard library. Fuzz
// targets compare the package with them where they are right.

// slowHost is the host check as a regular expression over the host that net/url
// finds.
var slowHost = regexp.MustCompile(`^([a-z0-9_-]+\.)*safelinks\.protection\.(outlook\.com|office365\.us|apps\.mil|partner\.outlook\.cn|outlook\.cn|outlook\.de)\.?$|` +
	`^(statics|staticsint)\.teams\.cdn\.office\.net\.?$|^teams\.public\.onecdn\.static\.microsoft\.?$|` +
	`^outlook\.(office\.com|office365\.com|office365\.us|live\.com|cloud\.microsoft)\.?$`)

// slowIsHost reports whether net/url and the expression agree that raw leads to
// a host of Safe Links. sure is false where net/url cannot read the link.
func slowIsHost(raw string) (is, sure bool) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return false, false
	}
	return u.User == nil && slowHost.MatchString(lowerASCII(u.Hostname())), true
}

// lowerASCII is strings.ToLower for ASCII alone: the one of package strings
// makes a k of the Kelvin sign.
func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// slowOriginal is what programs do without this package, with a fix for the plus.
func slowOriginal(raw string) string { return reference(strings.ReplaceAll(raw, "+", "%2B")) }

// slowFindService is findService by two walks through the table and with a plainer search
// for imitations.
func slowFindService(p *parts) (*service, outcome) {
	imitates := containsFold(p.host, "safelinks.protection") || containsFold(p.host, "safelinks-protection")
	switch {
	case p.host == "":
		return nil, foreign
	case p.userinfo && containsFold(p.path, "safelinks.protection"):
		return nil, spoofed
	case p.userinfo, p.slanted, p.port != "" && !allDigits(p.port):
		if imitates {
			return nil, spoofed
		}
		return nil, foreign
	}
	for _, anywhere := range [...]bool{false, true} {
		for i := range services {
			s := &services[i]
			if slices.Contains(s.hosts, "*") != anywhere || !s.answers(p) {
				continue
			}
			if s.form != "" || s.site || !imitates {
				return s, decoded
			}
		}
	}
	if imitates {
		return nil, spoofed
	}
	return nil, foreign
}

// slowParseGUID removes braces and dashes and leaves the rest to package hex.
func slowParseGUID(s string) (g GUID, ok bool) {
	if len(s) > 2 && s[0] == '{' && s[len(s)-1] == '}' {
		s = s[1 : len(s)-1]
	}
	if len(s) == 36 {
		for _, i := range [...]int{8, 13, 18, 23} {
			if s[i] != '-' {
				return GUID{}, false
			}
		}
		s = s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	}
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(g) {
		return GUID{}, false
	}
	return GUID(b), true
}

var slowGUID = regexp.MustCompile(`^(\{?)([0-9a-fA-F]{8})(-?)([0-9a-fA-F]{4})(-?)([0-9a-fA-F]{4})(-?)([0-9a-fA-F]{4})(-?)([0-9a-fA-F]{12})(\}?)$`)

// slowMessageTime reads the last twelve digits with strconv and counts from the
// year 1 with package time.
func slowMessageTime(id string) (time.Time, bool) {
	m := slowGUID.FindStringSubmatch(id)
	if m == nil || (m[1] == "") != (m[11] == "") || m[3] != m[5] || m[3] != m[7] || m[3] != m[9] {
		return time.Time{}, false
	}
	n, err := strconv.ParseUint(m[10], 16, 64)
	if err != nil {
		return time.Time{}, false
	}
	ticks := n << 16
	const perDay = 24 * 60 * 60 * 10_000_000
	at := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(ticks/perDay)).Add(time.Duration(ticks%perDay) * 100)
	return at, n>>32 >= firstClock && n>>32 <= lastClock
}

// slowBase64 is the standard library's decoder behind a few replacements.
func slowBase64(s string) ([]byte, bool) {
	s = unescape(s)
	s = strings.NewReplacer("-", "+", "_", "/", " ", "+").Replace(s)
	s = strings.TrimRight(s, "=")
	if s == "" || strings.ContainsAny(s, "\r\n") {
		return nil, false
	}
	b, err := base64.RawStdEncoding.DecodeString(s)
	return b, err == nil
}

// slowProofpointV3 writes a link as Proofpoint does: every byte that is no plain
// ASCII letter, digit or mark becomes a star and goes to the table.
func slowProofpointV3(target string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?=&%!"
	const runs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	var link strings.Builder
	var table []byte
	for i := 0; i < len(target); {
		n := 0
		for i+n < len(target) && n < 65 && strings.IndexByte(plain, target[i+n]) < 0 {
			n++
		}
		table = append(table, target[i:i+n]...)
		switch n {
		case 0:
			link.WriteByte(target[i])
			n = 1
		case 1:
			link.WriteByte('*')
		default:
			link.WriteString("**" + runs[n-2:n-1])
		}
		i += n
	}
	return "https://urldefense.com/v3/__" + link.String() + "__;" + base64.RawURLEncoding.EncodeToString(table) + "!!id!token$"
}
