package safelinks

import "strings"

// maskCookie removes the session cookie, the parameter pc=, from a link to the page of
// Teams. The page may stand inside other links, percent-encoded once for each.
func maskCookie(link string) string {
	and, is := "&", "="
	for range maxDepth + 1 {
		if indexFold(link, "pc"+is) >= 0 {
			link = maskParam(link, and, "pc"+is)
		}
		// One encoding more: "&" and "=" become "%26" and "%3d", then "%2526", …
		and, is = encodeOnce(and, "%26"), encodeOnce(is, "%3d")
	}
	return link
}

// encodeOnce percent-encodes a mark that may be encoded already.
func encodeOnce(mark, first string) string {
	if rest, ok := strings.CutPrefix(mark, "%"); ok {
		return "%25" + rest
	}
	return first
}

// maskParam replaces the value of a parameter that begins with name. The parameters are
// separated by and.
func maskParam(link, and, name string) string {
	var b strings.Builder
	for first := true; ; first = false {
		end := indexFold(link, and)
		if end < 0 {
			end = len(link)
		}
		param := link[:end]
		i := indexFold(param, name)
		if i >= 0 && startsParam(param[:i], first) {
			param = param[:i+len(name)] + redacted
		}
		b.WriteString(param)
		if end == len(link) {
			return b.String()
		}
		b.WriteString(link[end : end+len(and)])
		link = link[end+len(and):]
	}
}

// startsParam reports whether a parameter can follow front: nothing, the rest of "&amp;",
// or, in the first piece of a link, all that stands in front of its parameters.
func startsParam(front string, first bool) bool {
	return front == "" || strings.HasSuffix(front, ";") || hasSuffixFold(front, "3b") || first && (strings.HasSuffix(front, "?") || hasSuffixFold(front, "3f"))
}
