package safelinks

import "strings"

// maxExtraDecodes bounds the decodes after the first one. They are made only while
// the value is not a URL yet.
const maxExtraDecodes = 3

// decodeTarget returns the URL in the value of a parameter. literal means that the
// value is not encoded. last means that it is the last parameter of the wrapper, so
// that a fragment behind it belongs to the wrapper. defanged means that the whole
// link was.
func decodeTarget(value string, literal, last, defanged bool, flags *Flags) (url string, o outcome) {
	url = value[:linkLen(value)]
	valid := true
	if !literal {
		if last {
			url, _, _ = strings.Cut(url, "#")
		}
		url, valid = decodeEscapes(url)
	}
	kind := targetKind(url)
	for range maxExtraDecodes {
		if kind != encodedTarget {
			break
		}
		*flags |= FlagMangled
		url, valid = decodeEscapes(url)
		kind = targetKind(url)
	}
	if !valid {
		*flags |= FlagEdited
	}
	if kind == defangedTarget || defanged && kind != noURL {
		*flags |= FlagMangled
		url = refang(url)
		if kind = targetKind(url); kind == defangedTarget {
			kind = absoluteTarget // brackets of its own
		}
	}
	switch kind {
	case bareTarget:
		*flags |= FlagNoScheme
	case absoluteTarget:
	default:
		return "", noTarget
	}
	return settle(url), decoded
}

// linkLen returns the length of the link at the start of s: up to white space, a
// bracket or a quote that no URL holds. A tool may have decoded a plain space, so that
// one does not end a link.
func linkLen(s string) int {
	for i := 0; i < len(s); i++ {
		if endsLink(s[i]) && s[i] != ' ' {
			return i
		}
	}
	return len(s)
}

// target is the kind of text that a decoded target parameter holds.
type target uint8

const (
	noURL          target = iota // empty, relative, or of a scheme that is not decoded
	absoluteTarget               // http, https or ftp
	defangedTarget               // hxxp and similar, or brackets in the host
	bareTarget                   // a host without a scheme
	encodedTarget                // still percent-encoded
)

func targetKind(s string) target {
	n := schemeLen(s)
	if n == 0 || n == len(s) {
		return bareKind(s)
	}
	rest := s[n:]
	if after, ok := strings.CutPrefix(rest, "://"); ok && after != "" {
		if endsLink(after[0]) || after[0] == '/' || after[0] == '?' || after[0] == '#' {
			return noURL
		}
		authority := after[:authorityEnd(after)]
		// Braces alone are those of a template: https://{{.Host}}/.
		if isDefangedScheme(s) || strings.ContainsAny(authority, "[(") && isDefangedAuthority(authority) {
			return defangedTarget
		}
		return absoluteTarget
	}
	switch {
	case rest[0] == '[' || strings.HasPrefix(rest, ":["):
		return defangedTarget
	case strings.HasPrefix(rest, ":%"):
		return encodedTarget
	}
	return bareKind(s)
}

// bareKind looks at a target without a scheme.
func bareKind(b string) target {
	dots, label, letters := 0, 0, 0
	i := 0
host:
	for ; i < len(b); i++ {
		switch c := b[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
			label++
			letters++
		case isDigit(c), c == '-', c == '_':
			label++
		case c == '.':
			if label == 0 {
				return noURL
			}
			dots, label, letters = dots+1, 0, 0
		case c == '%':
			// "https%3A%2F%2F…": a URL behind one more encoding.
			if i > 0 && schemeLen(b) == i {
				return encodedTarget
			}
			return noURL
		case c == '/' || c == '?' || c == '#':
			break host
		case c == ':':
			if i+1 < len(b) && isDigit(b[i+1]) {
				break host
			}
			return noURL
		default:
			return noURL
		}
	}
	if dots == 0 || label < 2 || letters != label {
		return noURL
	}
	if i == len(b) && isFileName(b) {
		return noURL
	}
	return bareTarget
}

// isFileName reports whether a bare name with a dot is more likely a relative
// file than a host.
func isFileName(b string) bool {
	for _, ext := range [...]string{".html", ".htm", ".php", ".asp", ".aspx", ".jsp", ".pdf", ".png", ".jpg", ".gif", ".txt", ".js", ".css", ".xml", ".json"} {
		if hasSuffixFold(b, ext) {
			return true
		}
	}
	return false
}
