package safelinks

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"
)

// People paste links with what stood around them: brackets, quotes, a label of Markdown or
// of a mail in plain text, the lines into which a mail program broke them.

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
	link = raw
	if n := schemeLen(raw); n > 0 && n+1 < len(raw) && (raw[n] == '&' || raw[n] == ':' && raw[n+1] == '&') {
		return unescapeHTML(raw), true
	} else if n == 0 || followsLink(raw[len(raw)-1]) {
		link = withoutSurroundings(raw)
	}
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

// maxLabels is how many links of a text are tried as the one that it stands for.
const maxLabels = 8

// withoutSurroundings is linkIn for a link in one piece.
func withoutSurroundings(raw string) string {
	s := strings.TrimFunc(raw, isInvisible)
	if schemeEnd(s) > 0 {
		return trimAfter(s)
	}
	text := []byte(s)
	for colon, tried := 0, 0; tried < maxLabels; colon++ {
		n := bytes.IndexByte(text[colon:], ':')
		if n < 0 {
			break
		}
		colon += n
		start, authority := schemeAround(text, colon)
		if start < 0 {
			continue
		}
		tried++
		if link := cutAround(text, start, authority); isFront(s[:start]) && isWrapped(link) {
			return link
		}
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

// shortFront is what may stand in front of a link besides a label: punctuation, and one
// word that punctuation sets off, as in "URL:", "1." or "&lt;".
var shortFront = regexp.MustCompile(`^[^\pL\pN]*([\pL\pN]{1,20}[^\pL\pN]*[:=.)>;-][^\pL\pN]*)?$`)

// maxFront is longer than a text that shortFront matches, in bytes.
const maxFront = 128

// isFront reports whether front ends as a label does or is nothing but punctuation.
func isFront(front string) bool {
	for _, end := range [...]string{"<", "&lt;", "](", " (", `="`, "='", `("`, ": ", "]", "\t"} {
		if strings.HasSuffix(front, end) {
			return true
		}
	}
	return strings.HasPrefix(front, "[") && strings.HasSuffix(front, "|") || len(front) < maxFront && shortFront.MatchString(front)
}

// maxBlanks is how many blanks a surrounded link may hold.
const maxBlanks = 16

// cutAround cuts a link out of what stands around it.
func cutAround(text []byte, start, authority int) string {
	end, _ := runEnd(text, start, authority)
	if end < len(text) && text[end] >= utf8.RuneSelf && authorityEnd(string(text[authority:end])) == end-authority {
		return "" // the host goes on
	}
	for range maxBlanks {
		// Blanks of a web page may stand in the fields of a Safe Link.
		if end >= len(text) || text[end] != ' ' || !isPartOfLink(text[end:]) {
			break
		}
		end, _ = runEnd(text, end+1, end+1)
	}
	link := trimAfter(cutLabel(text, start, string(text[start:end])))
	if start > 0 && strings.IndexByte("`*_~'|", text[start-1]) >= 0 {
		link = strings.TrimRight(link, string(text[start-1:start]))
	}
	return link
}

// cutLabel cuts the label off "[link|label]" and "<link|label>". link begins at start.
func cutLabel(text []byte, start int, link string) string {
	i := strings.IndexByte(link, '|')
	if i < 0 || strings.IndexByte(link[i+1:], '|') >= 0 || start == 0 || text[start-1] != '[' && text[start-1] != '<' || isPartOfLink([]byte(link[i:])) {
		return link
	}
	return link[:i]
}

// followsLink reports whether c may be punctuation of a text behind a link.
func followsLink(c byte) bool {
	return c <= ' ' || c >= 0x7f || strings.IndexByte(`,;.)]}>"`, c) >= 0
}

// trimAfter removes brackets without their other half and the signs of a list from the end
// of a link, and what stands behind them.
func trimAfter(link string) string {
	trimmed := trimRun(link, false)
	if strings.ContainsAny(link[len(trimmed):], ",;)]}") {
		return trimmed
	}
	return link
}
