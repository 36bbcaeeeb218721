package safelinks

import (
	"bytes"
	"strconv"
	"strings"
)

// unescapeHTML decodes the entities that HTML writes in a URL, once. It knows only
// entities that end in a semicolon: the older ones without would take "&copy=" and
// "&sect=" of a plain link for signs.
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

// maxEntity is how far the semicolon of an entity is looked for, in bytes.
const maxEntity = 10

// entity returns the character and the length of the entity at the start of s. The length
// is 0 if there is none.
func entity(s string) (r rune, n int) {
	end := strings.IndexByte(s[:min(len(s), maxEntity)], ';')
	if end < 2 {
		return 0, 0
	}
	n = end + 1
	switch name := strings.ToLower(s[1:end]); name {
	case "amp":
		return '&', n
	case "lt":
		return '<', n
	case "gt":
		return '>', n
	case "quot":
		return '"', n
	case "apos":
		return '\'', n
	case "colon":
		return ':', n
	case "sol":
		return '/', n
	default:
		digits, ok := strings.CutPrefix(name, "#")
		if !ok {
			return 0, 0
		}
		base := 10
		if hex, ok := strings.CutPrefix(digits, "x"); ok {
			digits, base = hex, 16
		}
		v, err := strconv.ParseUint(digits, base, 21)
		if err != nil || v == 0 {
			return 0, 0
		}
		return rune(v), n
	}
}

// maxTag is how far a tag is looked at around a link, in bytes.
const maxTag = 2 << 10

// agreedOriginal returns the originalsrc attribute that Safe Links writes beside an href,
// if it agrees with target, the URL in the link. It returns "" otherwise: any sender can
// write such an attribute.
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
	original, found := originalSrc(string(back))
	if !found {
		original, _ = originalSrc(string(front[open:]))
	}
	if original == target || targetKind(original) == absoluteTarget && unescape(original) == unescape(target) {
		return original
	}
	return ""
}

// originalSrc returns the value of originalsrc in a part of a tag.
func originalSrc(tag string) (value string, found bool) {
	const name = "originalsrc="
	i := indexFold(tag, name)
	if i < 0 {
		return "", false
	}
	tag = tag[i+len(name):]
	if tag == "" || tag[0] != '"' && tag[0] != '\'' {
		return "", true
	}
	value, _, ended := strings.Cut(tag[1:], tag[:1])
	if !ended {
		return "", true
	}
	return unescapeHTML(value), true
}
