// Package quote decides what of an input an error may repeat. When cells have slipped into
// a neighbouring column, any of them may hold a mail address, an account or a token.
package quote

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxQuoted bounds what is quoted, in bytes.
const maxQuoted = 128

// Safe quotes s, cut to 128 bytes, if it cannot be a secret: words, numbers, times,
// addresses of hosts and prefixes, and lists of them. It reports false for other text. A
// name of a person that is written like any words is not known for one.
func Safe(s string) (quoted string, ok bool) {
	if !utf8.ValidString(s) || strings.Contains(s, "//") {
		return "", false
	}
	for _, piece := range strings.FieldsFunc(s, separates) {
		if !isWord(piece) && !isNumber(piece) {
			return "", false
		}
	}
	if len(s) <= maxQuoted {
		return strconv.Quote(s), true
	}
	end := maxQuoted
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return strconv.Quote(s[:end]) + "...", true
}

// separates reports whether a character stands between words.
func separates(r rune) bool {
	return r == ' ' || r == ',' || r == ';' || r == ':' || r == '(' || r == ')' || r == '[' || r == ']'
}

const (
	// longestWord is that of the names of Microsoft's columns.
	longestWord = 48
	// longestTail is the number of digits behind a word: SHA256, Office365.
	longestTail = 3
	// mostParts is the number of parts between hyphens and underscores. Accounts of guests
	// have more: alex_contoso_com.
	mostParts = 2
	// shortest is the length at which text of any letters and digits is no secret: groups
	// of an IPv6 address.
	shortest = 4
)

// isWord reports whether a text has letters alone, with a hyphen or underscore between them
// and a few digits behind them.
func isWord(s string) bool {
	if len(s) <= shortest {
		return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' }) < 0
	}
	if name := strings.TrimRight(s, "0123456789"); len(s)-len(name) <= longestTail {
		s = name
	}
	letters := 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters++
		case r != '-' && r != '_':
			return false
		}
	}
	if len(strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '_' })) > mostParts {
		return false
	}
	return letters > 0 && letters <= longestWord && !isRandom(s, letters)
}

// isRandom reports whether letters look drawn by chance: the case changes at every second
// one, and vowels are rare.
func isRandom(s string, letters int) bool {
	const (
		fewest    = 8 // letters that can be told to be random
		many      = 20
		consonant = 5 // in turn, as in "commandPromptScript"
	)
	cases, consonants, most := 1, 0, 0
	upper := false
	for i, r := range s {
		if i > 0 && unicode.IsUpper(r) != upper {
			cases++
		}
		upper = unicode.IsUpper(r)
		consonants++
		if r >= utf8.RuneSelf || strings.ContainsRune("aeiouyAEIOUY-_", r) {
			consonants = 0
		}
		most = max(most, consonants)
	}
	switch {
	case letters <= fewest:
		return false
	case letters > many:
		return most > consonant || cases*5 > letters*2
	}
	return most > consonant || cases*2 > letters+1
}

const (
	longestNumber = 40 // characters
	longestDigits = 20 // digits in turn, as many as 64 bits have
)

// isNumber reports whether a text has the characters of a number, a time, an address or a
// prefix.
func isNumber(s string) bool {
	s = strings.TrimSuffix(s, "Z")
	digits := 0
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			if digits++; digits > longestDigits {
				return false
			}
			continue
		case c == '.' || c == '+' || c == '-' || c == '/':
		case c == 'T' && i > 0 && i < len(s)-1:
		default:
			return false
		}
		digits = 0
	}
	return len(s) <= longestNumber
}
