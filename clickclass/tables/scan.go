package tables

import (
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/internal/plain"
)

// The scanner finds values in JSON text. It accepts what encoding/json accepts and
// refuses what that refuses, on text that is valid UTF-8. It copies nothing.

// maxDepth bounds nested arrays and objects, like encoding/json.
const maxDepth = 10000

// skipSpace returns the index of the first byte of s[i:] that is no JSON white space.
func skipSpace(s string, i int) int {
	for i < len(s) && s[i] <= ' ' && (s[i] == ' ' || s[i] == '\n' || s[i] == '\r' || s[i] == '\t') {
		i++
	}
	return i
}

// skipPlain returns the index of the first quote, backslash or control character of s[i:].
func skipPlain(s string, i int) int {
	for {
		i += plain.Prefix(s[i:])
		if i == len(s) || s[i] < 0x7f {
			return i
		}
		i++ // DEL, or part of a character beyond ASCII
	}
}

// scanString scans the string whose opening quote is at s[i]. It returns the index after
// the closing quote, and whether the string has backslash escapes.
func scanString(s string, i int) (end int, escaped bool, err *syntaxError) {
	for i = skipPlain(s, i+1); i < len(s); i = skipPlain(s, i) {
		switch s[i] {
		case '"':
			return i + 1, escaped, nil
		case '\\':
			escaped = true
			if i, err = scanEscape(s, i); err != nil {
				return i, false, err
			}
		default:
			return i, false, &syntaxError{"control character in string", i}
		}
	}
	return len(s), false, &syntaxError{"unterminated string", len(s)}
}

// scanEscape scans the escape whose backslash is at s[i] and returns the index after it.
func scanEscape(s string, i int) (end int, err *syntaxError) {
	if i+1 >= len(s) {
		return i, &syntaxError{"unterminated string", len(s)}
	}
	switch s[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2, nil
	case 'u':
		for j := i + 2; j < i+6; j++ {
			if j >= len(s) {
				return i, &syntaxError{"unterminated string", j}
			}
			if !isHex(s[j]) {
				return i, &syntaxError{"bad \\u escape", j}
			}
		}
		return i + 6, nil
	}
	return i, &syntaxError{"bad escape", i + 1}
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// scanValue scans the value at s[i] and returns it with the index after it.
func scanValue(s string, i, depth int) (v value, end int, err *syntaxError) {
	if i >= len(s) {
		return v, i, &syntaxError{"unexpected end", i}
	}
	switch s[i] {
	case '"':
		end, escaped, err := scanString(s, i)
		if err != nil {
			return v, i, err
		}
		return value{text: s[i+1 : end-1], escaped: escaped}, end, nil
	case '{', '[':
		end, err = scanNested(s, i, depth)
	case 't':
		end, err = scanWord(s, i, "true")
	case 'f':
		end, err = scanWord(s, i, "false")
	case 'n':
		if end, err = scanWord(s, i, "null"); err != nil {
			return v, i, err
		}
		return value{}, end, nil
	default:
		end, err = scanNumber(s, i)
	}
	if err != nil {
		return v, i, err
	}
	return value{text: s[i:end]}, end, nil
}

func scanWord(s string, i int, word string) (end int, err *syntaxError) {
	if strings.HasPrefix(s[i:], word) {
		return i + len(word), nil
	}
	if strings.HasPrefix(word, s[i:]) {
		return i, &syntaxError{"unexpected end", len(s)}
	}
	return i, &syntaxError{"bad literal", i}
}

func scanNumber(s string, start int) (end int, err *syntaxError) {
	i := start
	if i < len(s) && s[i] == '-' {
		i++
	}
	digits := i
	if i = skipDigits(s, i); i == digits || s[digits] == '0' && i > digits+1 {
		return badNumber(s, start, min(i, digits+1))
	}
	if i < len(s) && s[i] == '.' {
		digits = i + 1
		if i = skipDigits(s, digits); i == digits {
			return badNumber(s, start, i)
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		digits = i
		if i = skipDigits(s, digits); i == digits {
			return badNumber(s, start, i)
		}
	}
	return i, nil
}

// badNumber returns the error for what began at s[start] and is no number from s[i] on.
func badNumber(s string, start, i int) (end int, err *syntaxError) {
	switch {
	case i >= len(s):
		return i, &syntaxError{"unexpected end", len(s)}
	case i == start:
		return i, &syntaxError{"unexpected character", i}
	}
	return i, &syntaxError{"bad number", i}
}

func skipDigits(s string, i int) int {
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	return i
}

// scanNested scans the object or array at s[i] and returns the index after it.
func scanNested(s string, i, depth int) (end int, err *syntaxError) {
	if depth >= maxDepth {
		return i, &syntaxError{"nested too deep", i}
	}
	object := s[i] == '{'
	closing := byte(']')
	if object {
		closing = '}'
	}
	i = skipSpace(s, i+1)
	if i < len(s) && s[i] == closing {
		return i + 1, nil
	}
	for {
		if object {
			if _, i, err = scanKey(s, i); err != nil {
				return i, err
			}
		}
		_, end, err := scanValue(s, i, depth+1)
		if err != nil {
			return i, err
		}
		var more bool
		if i, more, err = scanSeparator(s, end, closing); err != nil || !more {
			return i, err
		}
	}
}

// scanKey scans the key at s[i] and the colon after it. It returns the key and the index
// of its value.
func scanKey(s string, i int) (key value, next int, err *syntaxError) {
	if i >= len(s) {
		return key, i, &syntaxError{"unexpected end", i}
	}
	if s[i] != '"' {
		return key, i, &syntaxError{"no key", i}
	}
	end, escaped, err := scanString(s, i)
	if err != nil {
		return key, i, err
	}
	key = value{text: s[i+1 : end-1], escaped: escaped}
	i = skipSpace(s, end)
	if i >= len(s) {
		return key, i, &syntaxError{"unexpected end", i}
	}
	if s[i] != ':' {
		return key, i, &syntaxError{"no colon after key", i}
	}
	return key, skipSpace(s, i+1), nil
}

// scanSeparator scans what follows a value: a comma, after which more is true and next is
// the index of the next key or value, or the closing bracket.
func scanSeparator(s string, i int, closing byte) (next int, more bool, err *syntaxError) {
	i = skipSpace(s, i)
	if i >= len(s) {
		return i, false, &syntaxError{"unexpected end", i}
	}
	switch s[i] {
	case ',':
		return skipSpace(s, i+1), true, nil
	case closing:
		return i + 1, false, nil
	}
	return i, false, &syntaxError{"no comma", i}
}
