package safelinks

import "strings"

// parts is a link cut at its seams. Every field is a piece of the input, or of
// the input without its defanging.
type parts struct {
	scheme   string // as written, without "://"; empty when the input had none
	host     string // as written, without port and root dot
	port     string
	path     string // from the first slash, or empty
	query    string // behind the '?', with the fragment
	tail     string // all that follows the authority
	hasQuery bool
	userinfo bool
	slanted  bool // a back-slash in the authority
	defanged bool
	encoded  bool // all of it was percent-encoded once more
}

// quotableHost is the host as far as an error may repeat it. Text without a
// scheme may be anything, so nothing of it is repeated.
func (p *parts) quotableHost() string {
	if p.scheme == "" || p.userinfo || p.slanted {
		return ""
	}
	return p.host
}

// suspicious reports whether the authority is written as none of Microsoft's or of the
// vendors' links is: such a link may lead to another host than it seems to.
func (p *parts) suspicious() bool {
	return p.userinfo || p.slanted || p.port != "" && !allDigits(p.port)
}

// flags returns the remarks about how the link is written.
func (p *parts) flags() Flags {
	if p.defanged || p.encoded {
		return FlagMangled
	}
	return 0
}

// trim removes what surrounds a link that was copied out of text: blanks, also
// invisible ones, and in front of it brackets and quotes. What follows a bracket
// or quote behind it is cut off where the link is read.
func trim(raw string) string {
	if raw != "" && (raw[0] >= 0x80 || raw[len(raw)-1] >= 0x80) {
		raw = strings.Trim(raw, "\u00a0\u200b\u2060\ufeff“”„‘’«»‹›")
	}
	for raw != "" && class[raw[0]]&opens != 0 {
		raw = raw[1:]
	}
	for raw != "" && class[raw[len(raw)-1]]&blank != 0 {
		raw = raw[:len(raw)-1]
	}
	return raw
}

// split cuts a link at its seams. It is tolerant of defanging and of a missing
// scheme, and reports false when there is no host.
func (p *parts) split(raw string) bool {
	return p.cut(trim(raw), false)
}

func (p *parts) cut(raw string, refanged bool) bool {
	if n := schemeLen(raw); n > 0 && hasPrefixFold(raw[n:], "%3a%2f%2f") {
		// The whole link was encoded, as the value of some parameter.
		raw = unescape(raw)
		p.encoded = true
	}
	rest := p.cutScheme(raw)
	if strings.HasPrefix(p.scheme, "f") || strings.HasPrefix(p.scheme, "F") {
		return false // no wrapper answers to ftp
	}
	if p.defanged && !refanged {
		return p.cut(refang(raw), true)
	}
	p.defanged = refanged
	end := len(rest)
	colon, at := -1, -1
authority:
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case class[c]&authorityMark == 0:
		case c == '/' || c == '?' || c == '#':
			end = i
			break authority
		case c == '\\':
			p.slanted = true
		case c == '[' || c == '(' || c == '{':
			if !refanged && defangedAuthority(rest[i:]) {
				return p.cut(refang(raw), true)
			}
		case c == '@':
			at, colon = i, -1
		case c == ':':
			if colon < 0 {
				colon = i
			}
		case class[c]&stops != 0:
			end = i
			rest = rest[:i]
			break authority
		}
	}
	p.userinfo = at >= 0
	host := rest[at+1 : end]
	if colon >= 0 {
		host, p.port = rest[at+1:colon], rest[colon+1:end]
	}
	p.host = strings.TrimSuffix(host, ".")
	p.tail = rest[end:]
	p.cutTail()
	return p.host != ""
}

// cutTail cuts what follows the authority.
func (p *parts) cutTail() {
	rest := p.tail
	if q := strings.IndexByte(rest, '?'); q >= 0 {
		p.path, p.query, p.hasQuery = rest[:q], rest[q+1:], true
		// A '#' in front of the '?' makes all of it a fragment.
		if f := strings.IndexByte(p.path, '#'); f >= 0 {
			p.path, p.query, p.hasQuery = rest[:f], "", false
		}
	} else {
		p.path = rest
		if f := strings.IndexByte(rest, '#'); f >= 0 {
			p.path = rest[:f]
		}
	}
}

// cutScheme takes "https://" or one of its defanged spellings off the front.
func (p *parts) cutScheme(raw string) (rest string) {
	n := schemeLen(raw)
	if n > 0 {
		rest = raw[n:]
		for i, mark := range schemeMarks {
			if after, ok := strings.CutPrefix(rest, mark); ok {
				p.scheme = raw[:n]
				p.defanged = i > 0 || isDefangedScheme(raw)
				return after
			}
		}
	}
	return strings.TrimPrefix(raw, "//")
}

// schemeMarks are the ways to write "://", the plain one first.
var schemeMarks = [...]string{"://", "[://]", "[:]//", "[:]\\\\", ":[//]", "[:][//]"}

// schemeLen is the length of http, https, ftp, hxxp, hxxps or fxp at the start
// of s, in any case, and 0 when there is none.
func schemeLen(s string) int {
	if len(s) < 4 {
		return 0
	}
	switch {
	case s[0]|0x20 == 'h' && tx(s[1]) && tx(s[2]) && s[3]|0x20 == 'p':
		if len(s) > 4 && s[4]|0x20 == 's' {
			return 5
		}
		return 4
	case s[0]|0x20 == 'f' && tx(s[1]) && s[2]|0x20 == 'p':
		return 3
	}
	return 0
}

func tx(c byte) bool { return c|0x20 == 't' || c|0x20 == 'x' }

// The classes of bytes that the scanners ask for.
const (
	blank         = 1 << iota // white space and controls
	opens                     // stands in front of a link in text
	stops                     // never inside a link, encoded or not
	authorityMark             // means something in an authority
	targetMark                // means something in an encoded target
)

const ctl = blank | opens | stops | authorityMark

var class = [256]uint8{
	0x00: ctl, 0x01: ctl, 0x02: ctl, 0x03: ctl,
	0x04: ctl, 0x05: ctl, 0x06: ctl, 0x07: ctl,
	0x08: ctl, 0x09: ctl, 0x0a: ctl, 0x0b: ctl,
	0x0c: ctl, 0x0d: ctl, 0x0e: ctl, 0x0f: ctl,
	0x10: ctl, 0x11: ctl, 0x12: ctl, 0x13: ctl,
	0x14: ctl, 0x15: ctl, 0x16: ctl, 0x17: ctl,
	0x18: ctl, 0x19: ctl, 0x1a: ctl, 0x1b: ctl,
	0x1c: ctl, 0x1d: ctl, 0x1e: ctl, 0x1f: ctl,
	0x20: ctl,
	0x7f: ctl,
	0x80: targetMark, 0x81: targetMark, 0x82: targetMark, 0x83: targetMark, 0x84: targetMark, 0x85: targetMark, 0x86: targetMark, 0x87: targetMark,
	0x88: targetMark, 0x89: targetMark, 0x8a: targetMark, 0x8b: targetMark, 0x8c: targetMark, 0x8d: targetMark, 0x8e: targetMark, 0x8f: targetMark,
	0x90: targetMark, 0x91: targetMark, 0x92: targetMark, 0x93: targetMark, 0x94: targetMark, 0x95: targetMark, 0x96: targetMark, 0x97: targetMark,
	0x98: targetMark, 0x99: targetMark, 0x9a: targetMark, 0x9b: targetMark, 0x9c: targetMark, 0x9d: targetMark, 0x9e: targetMark, 0x9f: targetMark,
	0xa0: targetMark, 0xa1: targetMark, 0xa2: targetMark, 0xa3: targetMark, 0xa4: targetMark, 0xa5: targetMark, 0xa6: targetMark, 0xa7: targetMark,
	0xa8: targetMark, 0xa9: targetMark, 0xaa: targetMark, 0xab: targetMark, 0xac: targetMark, 0xad: targetMark, 0xae: targetMark, 0xaf: targetMark,
	0xb0: targetMark, 0xb1: targetMark, 0xb2: targetMark, 0xb3: targetMark, 0xb4: targetMark, 0xb5: targetMark, 0xb6: targetMark, 0xb7: targetMark,
	0xb8: targetMark, 0xb9: targetMark, 0xba: targetMark, 0xbb: targetMark, 0xbc: targetMark, 0xbd: targetMark, 0xbe: targetMark, 0xbf: targetMark,
	0xc0: targetMark, 0xc1: targetMark, 0xc2: targetMark, 0xc3: targetMark, 0xc4: targetMark, 0xc5: targetMark, 0xc6: targetMark, 0xc7: targetMark,
	0xc8: targetMark, 0xc9: targetMark, 0xca: targetMark, 0xcb: targetMark, 0xcc: targetMark, 0xcd: targetMark, 0xce: targetMark, 0xcf: targetMark,
	0xd0: targetMark, 0xd1: targetMark, 0xd2: targetMark, 0xd3: targetMark, 0xd4: targetMark, 0xd5: targetMark, 0xd6: targetMark, 0xd7: targetMark,
	0xd8: targetMark, 0xd9: targetMark, 0xda: targetMark, 0xdb: targetMark, 0xdc: targetMark, 0xdd: targetMark, 0xde: targetMark, 0xdf: targetMark,
	0xe0: targetMark, 0xe1: targetMark, 0xe2: targetMark, 0xe3: targetMark, 0xe4: targetMark, 0xe5: targetMark, 0xe6: targetMark, 0xe7: targetMark,
	0xe8: targetMark, 0xe9: targetMark, 0xea: targetMark, 0xeb: targetMark, 0xec: targetMark, 0xed: targetMark, 0xee: targetMark, 0xef: targetMark,
	0xf0: targetMark, 0xf1: targetMark, 0xf2: targetMark, 0xf3: targetMark, 0xf4: targetMark, 0xf5: targetMark, 0xf6: targetMark, 0xf7: targetMark,
	0xf8: targetMark, 0xf9: targetMark, 0xfa: targetMark, 0xfb: targetMark, 0xfc: targetMark, 0xfd: targetMark, 0xfe: targetMark, 0xff: targetMark,
	'<': opens | stops | authorityMark, '>': opens | stops | authorityMark, '"': opens | stops | authorityMark,
	'\'': opens, '(': opens | authorityMark, '[': authorityMark, '{': authorityMark, '`': opens,
	'/': authorityMark, '?': authorityMark, '#': authorityMark | targetMark, '%': targetMark, '@': authorityMark, ':': authorityMark, '\\': authorityMark,
}

// equalFold is strings.EqualFold for an ASCII lower-case name. The one of
// package strings folds U+017F to s and U+212A to k, which would let
// look-alike hosts in.
func equalFold(s, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// hasSuffixFold is strings.HasSuffix for an ASCII lower-case suffix.
func hasSuffixFold(s, lower string) bool {
	return len(s) >= len(lower) && equalFold(s[len(s)-len(lower):], lower)
}

// hasPrefixFold is strings.HasPrefix for an ASCII lower-case prefix.
func hasPrefixFold(s, lower string) bool {
	return len(s) >= len(lower) && equalFold(s[:len(lower)], lower)
}
