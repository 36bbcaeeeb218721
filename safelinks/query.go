package safelinks

import "strings"

// cutParam cuts the first parameter off a query. Its separator may be HTML's &amp;, also
// if it was escaped more than once; escaped reports that.
func cutParam(q string) (name, value, rest string, escaped bool) {
	i := strings.IndexByte(q, '&')
	if i < 0 {
		name, value, _ = strings.Cut(q, "=")
		return name, value, "", false
	}
	rest, escaped = trimEntity(q[i+1:])
	name, value, _ = strings.Cut(q[:i], "=")
	return name, value, rest, escaped
}

// trimEntity removes what is left of "&amp;" behind its '&', also of "&amp;amp;".
func trimEntity(s string) (rest string, trimmed bool) {
	for {
		n := entityLen(s)
		if n == 0 {
			return s, trimmed
		}
		s, trimmed = s[n:], true
	}
}

// entityLen returns the length of "amp;" or a numeric form of it at the start of s.
func entityLen(s string) int {
	if s == "" || s[0] != '#' && s[0] != 'a' && s[0] != 'A' {
		return 0
	}
	for _, e := range ampersandEntities {
		if hasPrefixFold(s, e) {
			return len(e)
		}
	}
	return 0
}

// ampersandEntities are the entities of '&', without it. One has its semicolon encoded.
var ampersandEntities = [...]string{"amp;", "amp%3b", "#38;", "#038;", "#x26;"}

// param returns the value of the first parameter with a name in lower case, undecoded.
func param(q, name string) (value string, ok bool) {
	for q != "" {
		var n, v string
		n, v, q, _ = cutParam(q)
		if equalFold(n, name) {
			return v, true
		}
	}
	return "", false
}

// isRaw reports whether a value begins as a URL that nobody encoded.
func isRaw(value string) bool {
	n := schemeLen(value)
	if n == 0 {
		return false
	}
	_, m := cutMark(value[n:])
	return m == plainMark || m == slashMark
}

// cutRawTarget cuts the value of a parameter off a query, if the value is a URL that
// nobody encoded. An '&' ends the value only if one of the wrapper's parameters follows.
// escaped reports whether the '&' was an entity.
func cutRawTarget(q string, params []string) (value, rest string, escaped bool) {
	for i := 0; ; {
		n := strings.IndexByte(q[i:], '&')
		if n < 0 {
			return strings.TrimRight(q, "&"), "", false
		}
		i += n
		after, entity := trimEntity(q[i+1:])
		name, _, ok := strings.Cut(after[:min(len(after), maxParamName)], "=")
		if ok && isOneOf(name, params) {
			return q[:i], after, entity
		}
		i++
	}
}

// maxParamName is longer than the names of all parameters in the tables.
const maxParamName = 16

// isOneOf reports whether a name is one of a list in lower case.
func isOneOf(name string, list []string) bool {
	for _, entry := range list {
		if equalFold(name, entry) {
			return true
		}
	}
	return false
}

// removeBackslashes removes the back-slashes that Markdown writes in front of punctuation,
// and decodes the spelling of '&' and '=' in JSON and JavaScript.
func removeBackslashes(q string) string {
	var b strings.Builder
	for i := 0; i < len(q); i++ {
		switch rest := q[i:]; {
		case q[i] != '\\':
			b.WriteByte(q[i])
		case hasPrefixFold(rest, `\u0026`):
			b.WriteByte('&')
			i += len(`u0026`)
		case hasPrefixFold(rest, `\x26`):
			b.WriteByte('&')
			i += len(`x26`)
		case hasPrefixFold(rest, `\u003d`):
			b.WriteByte('=')
			i += len(`u003d`)
		case hasPrefixFold(rest, `\x3d`):
			b.WriteByte('=')
			i += len(`x3d`)
		}
	}
	return b.String()
}
