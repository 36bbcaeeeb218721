package safelinks

import (
	"bytes"
	"unicode/utf8"
)

// Tokens are told by their looks.

// How long text of letters and digits is that is taken for a token: without a hyphen or
// underscore, and with them.
const (
	shortestToken     = 20
	shortestLongToken = 24
)

// findTokens marks what looks like a token. Hosts may look like one.
func (r *redactor) findTokens(v *view, hosts []span) {
	for i := 0; i < len(v.text); {
		if !isTokenByte(v.text[i]) {
			i++
			continue
		}
		end := i
		for end < len(v.text) && isTokenByte(v.text[end]) && !isDashed(v.text[end:]) {
			end++
		}
		if end == i {
			i += len("-3D")
			continue
		}
		if i > 0 && (v.text[i-1] == '*' || v.text[i-1] == '=') && isEscape(v.text[i-1:]) {
			i += len("3D")
		}
		if end-i >= shortestToken {
			for len(hosts) > 0 && hosts[0].to <= i {
				hosts = hosts[1:]
			}
			inHost := len(hosts) > 0 && hosts[0].from < end
			if to := jwtEnd(v.text, end); to > end && isJWT(v.text[i:end]) {
				end = to
				r.mark(v, i, end, redacted)
			} else if !inHost {
				r.findToken(v, i, end)
			}
		}
		i = end
	}
}

// findToken marks v.text[from:to], or the parts of it between hyphens, if it is a token.
func (r *redactor) findToken(v *view, from, to int) {
	if to-from >= shortestLongToken && isRandom(v.text[from:to]) {
		r.markToken(v, from, to)
		return
	}
	for i := from; i < to; {
		end := i
		for end < to && isLetterOrDigit(v.text[end]) {
			end++
		}
		if end-i >= shortestToken && hasLettersAndDigits(v.text[i:end]) {
			r.markToken(v, i, end)
		}
		i = end + 1
	}
}

// markToken marks a token, unless it is base64 of a text that is redacted for itself.
func (r *redactor) markToken(v *view, from, to int) {
	for from < to && !isLetterOrDigit(v.text[from]) {
		from++
	}
	for from < to && !isLetterOrDigit(v.text[to-1]) {
		to--
	}
	s := v.source(from, to)
	if r.plain == nil || !r.plain[s.from] && !r.plain[s.to-1] {
		r.mark(v, from, to, redacted)
	}
}

func isTokenByte(c byte) bool { return isLetterOrDigit(c) || c == '-' || c == '_' || c == '+' }

func isURLBase64(c byte) bool { return isLetterOrDigit(c) || c == '-' || c == '_' }

// isDashed reports whether s begins with an escape of Proofpoint for punctuation.
func isDashed(s []byte) bool {
	if s[0] != '-' || !isEscape(s) {
		return false
	}
	c, _ := hexByte(s[1], s[2])
	return c < utf8.RuneSelf && !isTokenByte(c)
}

func hasLettersAndDigits(s []byte) bool {
	digits := 0
	for _, c := range s {
		if isDigit(c) {
			digits++
		}
	}
	return digits >= 2 && len(s)-digits >= 2
}

// isRandom reports whether the kinds of letters change as often as they do in base64: at
// least at every sixth letter. In words and numbers with hyphens between them they do not.
func isRandom(s []byte) bool {
	changes := 0
	for i := 1; i < len(s); i++ {
		a, b := letterKind(s[i-1]), letterKind(s[i])
		if a != b && a != 0 && b != 0 && !(a == 'A' && b == 'a') {
			changes++
		}
	}
	return changes >= 4 && changes*6 >= len(s)
}

// letterKind returns 'A', 'a' or '0' for letters and digits of that kind, and otherwise 0.
func letterKind(c byte) byte {
	switch {
	case 'a' <= c && c <= 'z':
		return 'a'
	case 'A' <= c && c <= 'Z':
		return 'A'
	case isDigit(c):
		return '0'
	}
	return 0
}

// isJWT reports whether base64 begins as a JSON object does, as that of a signed token.
func isJWT(s []byte) bool { return bytes.HasPrefix(s, []byte("eyJ")) }

// jwtEnd returns the end of the parts of a token that follow the dots behind end. It
// returns end if there are none.
func jwtEnd(text []byte, end int) int {
	for range 4 {
		next := end + 1
		for next < len(text) && isTokenByte(text[next]) {
			next++
		}
		if end >= len(text) || text[end] != '.' || next == end+1 {
			break
		}
		end = next
	}
	return end
}
