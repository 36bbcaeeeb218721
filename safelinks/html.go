package safelinks

import (
	"bytes"
	"strconv"
	"strings"
)

// unescapeHTML undoes one level of the entities that HTML writes in a URL. It
// knows only entities that end in a semicolon: the older ones without would
// take "&copy=" and "&sect=" of a plain link for signs.
func unescapeHTML(s string) string {
	i := strings.IndexByte(s, '&')
	if i < 0 {
		return s
	}
	var b strings.Builder
	for i >= 0 {
		b.WriteString(s[:i])
		s = s[i:]
		r, n := entity(s)
		if n == 0 {
			r, n = '&', 1
		}
		b.WriteRune(r)
		s = s[n:]
		i = strings.IndexByte(s, '&')
	}
	b.WriteString(s)
	return b.String()
}

// longestEntity bounds the search for an entity's semicolon.
const longestEntity = 10

// entity is the character and the length of the entity at the start of s, or
// length 0.
func entity(s string) (r rune, n int) {
	end := strings.IndexByte(s[:min(len(s), longestEntity)], ';')
	if end < 2 {
		return 0, 0
	}
	switch name := strings.ToLower(s[1:end]); name {
	case "amp":
		return '&', end + 1
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "quot":
		return '"', end + 1
	case "apos":
		return '\'', end + 1
	default:
		if name[0] != '#' {
			return 0, 0
		}
		digits, base := name[1:], 10
		if hex, ok := strings.CutPrefix(digits, "x"); ok {
			digits, base = hex, 16
		}
		v, err := strconv.ParseUint(digits, base, 21)
		if err != nil || v == 0 {
			return 0, 0
		}
		return rune(v), end + 1
	}
}

// maxTag bounds how far a tag is looked at around a link.
const maxTag = lookAhead

// agreedOriginal returns the originalsrc attribute that Safe Links writes beside
// an href, when it agrees with what the link itself says: an attribute alone
// is nothing that a sender could not write. It returns "" otherwise.
func agreedOriginal(text []byte, start, end int, target string) string {
	front := text[max(0, start-maxTag):start]
	open := bytes.LastIndexByte(front, '<')
	if open < 0 {
		return ""
	}
	back := text[end:min(len(text), end+maxTag)]
	if i := bytes.IndexByte(back, '>'); i >= 0 {
		back = back[:i]
	}
	for _, part := range [...][]byte{back, front[open:]} {
		i := indexFold(string(part), "originalsrc=")
		if i < 0 {
			continue
		}
		value := part[i+len("originalsrc="):]
		if len(value) < 2 || value[0] != '"' && value[0] != '\'' {
			return ""
		}
		close := bytes.IndexByte(value[1:], value[0])
		if close < 0 {
			return ""
		}
		original := unescapeHTML(string(value[1 : 1+close]))
		if original == target || unescape(original) == unescape(target) && targetKind(original) == absoluteTarget {
			return original
		}
		return ""
	}
	return ""
}
