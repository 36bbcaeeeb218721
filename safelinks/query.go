package safelinks

import "strings"

// cutParam takes the first parameter off a query. The separator may be HTML's
// spelling of '&', any number of times over; rest begins behind it, and escaped
// says that it was.
func cutParam(q string) (name, value, rest string, escaped bool) {
	i := strings.IndexByte(q, '&')
	if i < 0 {
		name, value, _ = strings.Cut(q, "=")
		return name, value, "", false
	}
	rest, escaped = skipEntity(q[i+1:])
	name, value, _ = strings.Cut(q[:i], "=")
	return name, value, rest, escaped
}

// skipEntity removes what is left of "&amp;" behind its '&', repeatedly, for
// text that was escaped more than once.
func skipEntity(s string) (rest string, skipped bool) {
	for {
		n := entityLen(s)
		if n == 0 {
			return s, skipped
		}
		s, skipped = s[n:], true
	}
}

// entityLen is the length of "amp;" or a numeric form of it at the start of s.
func entityLen(s string) int {
	if len(s) < 4 || s[0] != '#' && s[0]|0x20 != 'a' {
		return 0
	}
	for _, e := range [...]string{"amp;", "#38;", "#038;", "#x26;"} {
		if hasPrefixFold(s, e) {
			return len(e)
		}
	}
	return 0
}

// param finds the value of a parameter by its name in lower case, undecoded.
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
	return n > 0 && strings.HasPrefix(value[n:], "://")
}

// rawTarget is the value of a parameter that holds a URL nobody encoded: its
// own '&' do not end it, one of the wrapper's parameters behind it does. escaped
// says that this parameter was set off with an HTML entity.
func rawTarget(q string, stops []string) (value, rest string, escaped bool) {
	for i := 0; ; {
		n := strings.IndexByte(q[i:], '&')
		if n < 0 {
			return strings.TrimRight(q, "&"), "", false
		}
		i += n
		after, entity := skipEntity(q[i+1:])
		for _, stop := range stops {
			if len(after) > len(stop) && after[len(stop)] == '=' && hasPrefixFold(after, stop) {
				return q[:i], after, entity
			}
		}
		i++
	}
}

// untangle drops the back-slashes that Markdown puts in front of punctuation
// and reads JSON's spelling of '&' and '='.
func untangle(q string) string {
	b := make([]byte, 0, len(q))
	for i := 0; i < len(q); i++ {
		c := q[i]
		if c != '\\' {
			b = append(b, c)
			continue
		}
		switch rest := q[i:]; {
		case hasPrefixFold(rest, `\u0026`):
			b = append(b, '&')
			i += 5
		case hasPrefixFold(rest, `\u003d`):
			b = append(b, '=')
			i += 5
		}
	}
	return string(b)
}
