package safelinks

import "strings"

// People paste links with what stood around them: brackets, quotes, the label of Markdown
// or of a mail in plain text.

// maxLabels is how many brackets are tried as the one in front of the link.
const maxLabels = 8

// linkIn returns the link in raw, if raw is a link with brackets, quotes, a label or
// punctuation around it, and raw otherwise. A text that begins with a link is that link:
// what stands in brackets behind it is not looked at. repaired means that the link was
// broken into lines or copied out of a quoted-printable text.
func linkIn(raw string) (link string, repaired bool) {
	if strings.IndexByte(raw, '\n') >= 0 {
		if link, ok := linkInLines(raw); ok {
			return unquoteLink(link), true
		}
	}
	link = withoutSurroundings(raw)
	plain := unquoteLink(link)
	return plain, len(plain) < len(link)
}

// linkInLines puts a link together that was broken into lines.
func linkInLines(raw string) (link string, ok bool) {
	s := trim(raw)
	authority := schemeEnd(s)
	if authority == 0 {
		return "", false
	}
	start := strings.Index(raw, s)
	text := []byte(raw)
	end, _ := runEnd(text, start, start+authority)
	link, _, ok = joinLines(text, start, end)
	return link, ok
}

// withoutSurroundings is linkIn for a link in one piece.
func withoutSurroundings(raw string) string {
	if raw == "" || schemeLen(raw) > 0 && !followsLink(raw[len(raw)-1]) {
		return raw
	}
	s := strings.TrimFunc(raw, isInvisible)
	if schemeEnd(s) > 0 {
		return trimAfter(s)
	}
	for range maxLabels {
		if link := trimAround(s); isWrapped(link) {
			return link
		}
		i := labelEnd(s)
		if i < 0 {
			break
		}
		s = s[i:]
	}
	return raw
}

// schemeEnd returns the length of "https://" or another spelling of it at the start of s.
func schemeEnd(s string) int {
	n := schemeLen(s)
	if n == 0 {
		return 0
	}
	length, m := cutMark(s[n:])
	if m == noMark {
		return 0
	}
	return n + length
}

// isInvisible reports whether r is a blank or takes no room.
func isInvisible(r rune) bool {
	return r <= ' ' || r == 0x7f || r == 0xa0 || r == 0x200b || r == 0x2060 || r == 0xfeff
}

// trimAround removes the brackets and quotes in front of a link and what stands behind it.
func trimAround(s string) string {
	link := trim(s)
	front := s[:len(s)-len(link)]
	link, _, _ = strings.Cut(link, "](")
	link = trimAfter(strings.TrimRight(link[:linkLen(link)], " "))
	if n := len(front) - 1; n >= 0 && strings.IndexByte("`*_~'|", front[n]) >= 0 {
		link = strings.TrimRight(link, front[n:])
	}
	return link
}

// isWrapped reports whether link begins as a wrapped link with a scheme.
func isWrapped(link string) bool {
	if schemeLen(link) == 0 {
		return false
	}
	var p parts
	p.split(link)
	_, o := findService(&p)
	return o == decoded
}

// labelEnd returns where the first label in s ends and its link may begin, or -1.
func labelEnd(s string) int {
	for i := 1; i < len(s); i++ {
		before := s[i-1]
		if i > 1 && (before == '<' ||
			before == '(' && strings.IndexByte("] ", s[i-2]) >= 0 ||
			before == '"' && s[i-2] == '=' ||
			before == '|' && s[0] == '[') {
			return i
		}
	}
	return -1
}

// followsLink reports whether c may be punctuation of a text behind a link.
func followsLink(c byte) bool { return c <= ' ' || c >= 0x7f || strings.IndexByte(",;.)]}>\"", c) >= 0 }

// trimAfter removes brackets without their other half and the signs of a list from the end
// of a link, and what stands behind them.
func trimAfter(link string) string {
	trimmed := trimRun(link, false)
	if strings.ContainsAny(link[len(trimmed):], ",;)]}") {
		return trimmed
	}
	return link
}
