package safelinks

import "strings"

// maskPageCookies removes the session cookies, the parameters pc=, from a link to the page
// of Teams, and returns their number. The page may stand inside other links,
// percent-encoded once for each. It takes one pass, however many pages there are.
func maskPageCookies(link string) (masked string, cookies int) {
	var b strings.Builder
	done := 0
	for i := 0; i+len("pc=") <= len(link); i++ {
		if link[i]|0x20 != 'p' || link[i+1]|0x20 != 'c' || !startsParam(link[:i]) {
			continue
		}
		n, level := escapedSign(link[i+len("pc"):], '=', "3d")
		if n == 0 {
			continue
		}
		from := i + len("pc") + n
		to := paramEnd(link, from, level)
		b.WriteString(link[done:from])
		b.WriteString(redacted)
		done = to
		i = to - 1
		cookies++
	}
	if cookies == 0 {
		return link, 0
	}
	b.WriteString(link[done:])
	return b.String(), cookies
}

// startsParam reports whether a parameter can follow front: nothing, or an '&', '?' or ';',
// percent-encoded or not.
func startsParam(front string) bool {
	if front == "" || strings.IndexByte("&?;", front[len(front)-1]) >= 0 {
		return true
	}
	return hasSuffixFold(front, "26") || hasSuffixFold(front, "3f") || hasSuffixFold(front, "3b")
}

// paramEnd returns the end of the value at from of a parameter whose equals sign is
// encoded a number of times: an '&' that is encoded no more often.
func paramEnd(link string, from, level int) int {
	for i := from; i < len(link); i++ {
		if n, l := escapedSign(link[i:], '&', "26"); n > 0 && l <= level {
			return i
		}
	}
	return len(link)
}

// escapedSign returns the length of a sign at the start of s and how often it is
// percent-encoded: "&", "%26", "%2526" and so on. The length is 0 if it is not there.
func escapedSign(s string, sign byte, code string) (n, level int) {
	switch {
	case s == "":
		return 0, 0
	case s[0] == sign:
		return 1, 0
	case s[0] != '%':
		return 0, 0
	}
	n, level = 1, 1
	for strings.HasPrefix(s[n:], "25") {
		n += len("25")
		level++
	}
	if !hasPrefixFold(s[n:], code) {
		return 0, 0
	}
	return n + len(code), level
}
