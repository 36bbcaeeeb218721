package safelinks

import "strings"

// The beginnings of links: "https://", and what proxies, JSON, Windows users and people who
// defang links make of it.

// schemeLen returns the length of http, https or ftp at the start of s, in any case, and 0
// if there is none. It knows their defanged spellings: hxxp, h**p, http[s], meow and so on.
func schemeLen(s string) int {
	if len(s) < len("meow") {
		return 0
	}
	n := len("http")
	switch s[0] | 0x20 {
	case 'h':
		if !isDefangedT(s[1]) || !isDefangedT(s[2]) || s[3]|0x20 != 'p' {
			return 0
		}
	case 'm':
		if !hasPrefixFold(s, "meow") {
			return 0
		}
	case 'f':
		if isDefangedT(s[1]) && s[2]|0x20 == 'p' {
			return len("ftp")
		}
		return 0
	default:
		return 0
	}
	switch {
	case len(s) > n && s[n]|0x20 == 's':
		return n + len("s")
	case hasPrefixFold(s[n:], "[s]"), hasPrefixFold(s[n:], "(s)"):
		return n + len("[s]")
	}
	return n
}

// isDefangedT reports whether c is a t, or stands for one.
func isDefangedT(c byte) bool { return c|0x20 == 't' || c|0x20 == 'x' || c == '*' || c == '_' }

// isDefangedScheme reports whether a scheme that schemeLen knows is spelt otherwise.
func isDefangedScheme(s string) bool {
	n := schemeLen(s)
	return !equalFold(s[:n], "https") && !equalFold(s[:n], "http") && !equalFold(s[:n], "ftp")
}

// schemeMark is how the colon and the slashes behind a scheme are written.
type schemeMark uint8

const (
	noMark       schemeMark = iota
	plainMark               // "://"
	slashMark               // as browsers read it too: ":/", ":///", ":\\", `:\/\/` of JSON
	defangedMark            // with brackets: "[:]//", "[://]", ":[//]"
)

// maxMark is longer than a defanged mark and the bracket behind its scheme, in bytes.
const maxMark = 12

// cutMark returns the length of the mark at the start of s.
func cutMark(s string) (n int, m schemeMark) {
	s = s[:min(len(s), maxMark)]
	m = slashMark
	var closing byte // of the bracket that is open
	next := func(c byte) bool {
		if n < len(s) && s[n] == c {
			n++
			return true
		}
		return false
	}
	open := func() {
		for i, bracket := range [...]byte{'[', '(', '{'} {
			if next(bracket) {
				closing = "])}"[i]
				m = defangedMark
				return
			}
		}
	}
	next('\\') // of Markdown
	open()
	if !next(':') {
		return 0, noMark
	}
	if closing != 0 && next(closing) {
		closing = 0
	}
	if closing == 0 {
		open()
	}
	slashes := n
	for next('/') || next('\\') {
	}
	if n == slashes || closing != 0 && !next(closing) {
		return 0, noMark
	}
	if s[:n] == "://" {
		m = plainMark
	}
	return n, m
}

// cutScheme cuts "https://" or another spelling of it off the front of a link. What follows
// it has slashes where the link has back-slashes for them.
func cutScheme(link string) (scheme, rest string, m schemeMark) {
	n := schemeLen(link)
	if n == 0 {
		return "", strings.TrimPrefix(link, "//"), noMark
	}
	length, m := cutMark(link[n:])
	if m == noMark {
		return "", link, noMark
	}
	scheme, slashes, rest := link[:n], link[n:n+length], link[n+length:]
	if isDefangedScheme(scheme) {
		m = defangedMark
	}
	switch {
	case strings.Contains(slashes, `\/`):
		// JSON within JSON escapes again.
		for range maxExtraDecodes {
			rest = strings.ReplaceAll(rest, `\/`, "/")
		}
	case strings.Contains(slashes, `\`):
		end := strings.IndexAny(rest, "?#")
		if end < 0 {
			end = len(rest)
		}
		// In front of an at sign they would hide the host.
		if head := rest[:end]; !strings.Contains(head, "@") {
			rest = strings.ReplaceAll(head, `\`, "/") + rest[end:]
		}
	}
	return scheme, rest, m
}

// repairScheme writes the scheme of a link and what follows it as URLs have it.
func repairScheme(link string) string {
	scheme, rest, m := cutScheme(link)
	if m == noMark {
		return link
	}
	switch n := len(scheme); {
	case n == len("ftp"):
		scheme = "ftp"
	case n == len("http"):
		scheme = "http"
	default:
		scheme = "https"
	}
	return scheme + "://" + rest
}
