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
	url = strings.TrimRight(value[:linkLen(value)], " \u00a0") // of a web page, or in front of an '&'
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
	if kind == slashTarget {
		*flags |= FlagMangled
		url = repairScheme(url)
		kind = targetKind(url)
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
	slashTarget                  // the same with other slashes behind the scheme
	defangedTarget               // hxxp and similar, or brackets in the host
	bareTarget                   // a host without a scheme
	encodedTarget                // still percent-encoded
)

// targetKind returns the kind of a decoded target.
func targetKind(s string) target {
	n := schemeLen(s)
	if n == 0 || n == len(s) {
		return bareKind(s)
	}
	length, m := cutMark(s[n:])
	if m == noMark {
		if strings.HasPrefix(s[n:], ":%") {
			return encodedTarget
		}
		return bareKind(s)
	}
	after := s[n+length:]
	if after == "" || endsLink(after[0]) || after[0] == '?' || after[0] == '#' {
		return noURL
	}
	authority := after[:authorityEnd(after)]
	switch {
	case m == defangedMark || isDefangedScheme(s):
		return defangedTarget
	// Braces alone are those of a template: https://{{.Host}}/.
	case strings.ContainsAny(authority, "[(") && isDefangedAuthority(authority):
		return defangedTarget
	case m == plainMark:
		return absoluteTarget
	case strings.ContainsAny(authority, ".["):
		return slashTarget
	}
	return noURL
}

// bareKind returns the kind of a target without "://".
func bareKind(s string) target {
	end := strings.IndexAny(s, "/?#:%")
	if end < 0 {
		if isFileName(s) {
			return noURL
		}
		end = len(s)
	}
	host, rest := s[:end], s[end:]
	switch {
	case strings.HasPrefix(rest, "%"):
		// "https%3A%2F%2F…" is a URL behind one more encoding.
		if n := schemeLen(s); n > 0 && n == end {
			return encodedTarget
		}
		return noURL
	case strings.HasPrefix(rest, ":") && (len(rest) < 2 || !isDigit(rest[1])):
		return noURL // another scheme, such as mailto
	case !isBareHost(host):
		return noURL
	}
	return bareTarget
}

// isBareHost reports whether s is a host name with a top-level domain: at least two labels,
// of which the last one has two letters or more and nothing else.
func isBareHost(s string) bool {
	i := strings.LastIndexByte(s, '.')
	if i < 0 || !isHostName(s) || len(s)-i <= 2 {
		return false
	}
	for _, c := range s[i+1:] {
		if c |= 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return true
}

// isFileName reports whether a bare name with a dot is more likely a relative file than a
// host.
func isFileName(s string) bool {
	for _, ext := range [...]string{".html", ".htm", ".php", ".asp", ".aspx", ".jsp", ".pdf", ".png", ".jpg", ".gif", ".txt", ".js", ".css", ".xml", ".json"} {
		if hasSuffixFold(s, ext) {
			return true
		}
	}
	return false
}
