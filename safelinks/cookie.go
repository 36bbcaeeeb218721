package safelinks

import "strings"

// cookieMarks are how the parameter with the cookie begins, and what ends it,
// by how often the link around it is percent-encoded.
var cookieMarks = [...]struct{ amp, is string }{{"&", "="}, {"%26", "%3d"}, {"%2526", "%253d"}}

// maskCookie takes the session cookie out of the page of Teams, at any depth of
// encoding.
func maskCookie(link string) string {
	for _, m := range cookieMarks {
		if indexFold(link, "pc"+m.is) < 0 {
			continue
		}
		var b strings.Builder
		first := true
		for rest := link; ; first = false {
			end := indexFold(rest, m.amp)
			if end < 0 {
				end = len(rest)
			}
			b.WriteString(maskParam(rest[:end], "pc"+m.is, first))
			if end == len(rest) {
				break
			}
			b.WriteString(rest[end : end+len(m.amp)])
			rest = rest[end+len(m.amp):]
		}
		link = b.String()
	}
	return link
}

// maskParam takes the value out of a parameter of that name. The first piece of
// a link holds all that stands in front of its parameters.
func maskParam(piece, name string, first bool) string {
	i := indexFold(piece, name)
	if i < 0 {
		return piece
	}
	front := piece[:i]
	if front == "" || strings.HasSuffix(front, ";") || first && (strings.HasSuffix(front, "?") || hasSuffixFold(front, "%3f")) {
		return piece[:i+len(name)] + redacted
	}
	return piece
}
