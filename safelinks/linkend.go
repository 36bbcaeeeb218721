package safelinks

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Where a link in a text ends. A run is what stands between the scheme of a link and the
// first character that no link holds; it may have punctuation of the text at its end.

// runEnd returns the end of the run. complete means that something else follows it.
func runEnd(text []byte, start, authority int) (end int, complete bool) {
	inQuotes := start > 0 && text[start-1] == '\''
	foreign := -1 // the first byte that is not ASCII
	i := authority
	for ; i < len(text) && !endsRun(text, start, authority, i, inQuotes); i++ {
		if text[i] >= utf8.RuneSelf && foreign < 0 {
			foreign = i
		}
		if i-start > maxLink {
			return i, false
		}
	}
	if foreign < 0 || isPartOfLink(text[foreign:i]) {
		return i, i < len(text)
	}
	return foreign, true
}

// endsRun reports whether the run that starts at start ends in front of text[i].
func endsRun(text []byte, start, authority, i int, inQuotes bool) bool {
	switch c := text[i]; c {
	case '`':
		return true
	case '\'':
		return inQuotes
	case '&':
		return isDelimiterEntity(text[i+1:])
	case '\\': // a line end or tab in JSON, unless the slashes of the link are like that
		return i+1 < len(text) && strings.IndexByte("nrt", text[i+1]) >= 0 && text[authority-1] != '\\'
	case '(', '[', '|', ',', ';':
		return startsLink(text[i+1:]) || c == '[' && hasPrefixFold(string(text[i:min(len(text), i+len("[/url]"))]), "[/url]")
	case 'h', 'H': // two links with nothing between them
		return isDigit(text[i-1]) && bytes.HasSuffix(text[start:i-1], []byte("reserved=")) && startsLink(text[i:])
	case ']', ')': // of Markdown
		return i > authority && i+1 < len(text) && (text[i+1] == '(' || text[i+1] == '[')
	default:
		return endsLink(c) || c >= utf8.RuneSelf && isDelimiterRune(text[i:])
	}
}

// isPartOfLink reports whether text behind a foreign letter looks like the rest of a
// link. Safe Links and most vendors encode foreign letters, so the text behind an
// unencoded one is usually not part of the link.
func isPartOfLink(tail []byte) bool {
	for _, sign := range [...]string{"data=", "reserved=", "__;", "___."} {
		if bytes.Contains(tail, []byte(sign)) {
			return true
		}
	}
	return false
}

// startsLink reports whether s begins with http.
func startsLink(s []byte) bool {
	head := string(s[:min(len(s), len("http[s]")+maxMark)])
	n := schemeLen(head)
	if n < len("http") {
		return false
	}
	_, m := cutMark(head[n:])
	return m != noMark
}

// delimiterEntities are the entities of HTML, without '&', for characters that end a link.
var delimiterEntities = [...]string{
	"lt;", "gt;", "quot;", "nbsp;", "apos;", "#39;", "#34;", "#60;", "#62;", "#160;", "#xa0;", "#x27;", "#x22;", "#x3c;", "#x3e;",
}

// isDelimiterEntity reports whether one of them follows an '&'.
func isDelimiterEntity(s []byte) bool {
	head := string(s[:min(len(s), len("quot;"))])
	for _, e := range delimiterEntities {
		if hasPrefixFold(head, e) {
			return true
		}
	}
	return false
}

// isDelimiterRune reports whether s begins with a space, a quotation mark or a
// punctuation mark of Chinese, Japanese or Korean.
func isDelimiterRune(s []byte) bool {
	r, _ := utf8.DecodeRune(s)
	switch {
	case r == 0xa0, 0x2000 <= r && r <= 0x200f, 0x2018 <= r && r <= 0x201f, r == 0x2026, 0x2028 <= r && r <= 0x202f,
		r == 0xab, r == 0xbb, 0x3000 <= r && r <= 0x3011, r == 0xff08, r == 0xff09, r == 0xff0c, r == 0xff1b, r == 0xff5c, r == 0xfeff:
		return true
	}
	return false
}

// trimRun removes what follows the link in its run. Of a Safe Link, that is all behind
// the digits of the last parameter. Of other links, it is punctuation; a bracket stays if
// the link has its other half.
func trimRun(run string, safeLink bool) string {
	if safeLink {
		if end := lastParamEnd(run); end > 0 {
			return run[:end]
		}
	}
	var unpaired [3]int // opening brackets without their other half, by bracketPairs
	for i, pair := range bracketPairs {
		unpaired[i] = strings.Count(run, pair[:1]) - strings.Count(run, pair[1:])
	}
	for run != "" {
		c := run[len(run)-1]
		if strings.IndexByte(".,;:!?'|\\*\"", c) < 0 {
			i := strings.IndexByte(")]}", c)
			if i < 0 || unpaired[i] >= 0 {
				return run
			}
			unpaired[i]++
		}
		run = run[:len(run)-1]
	}
	return run
}

var bracketPairs = [...]string{"()", "[]", "{}"}

// lastParamEnd returns where the value of reserved= ends, the last parameter of Safe
// Links, or 0 if the link does not end with it.
func lastParamEnd(run string) int {
	const last = "reserved="
	for i := 0; ; {
		n := strings.Index(run[i:], last)
		if n < 0 {
			return 0
		}
		at := i + n
		end := at + len(last)
		if strings.HasPrefix(run[end:], "3D") {
			end += len("3D") // quoted-printable
		}
		i = end
		if at == 0 || strings.IndexByte(`&;?\`, run[at-1]) < 0 {
			continue
		}
		for end < len(run) && isDigit(run[end]) {
			end++
		}
		if end < len(run) && run[end] == '/' {
			end++
		}
		if end == len(run) || run[end] != '&' && run[end] != '#' {
			return end
		}
		i = end
	}
}
