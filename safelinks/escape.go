package safelinks

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// decodeEscapes decodes the percent escapes of s, once. A percent sign that escapes
// nothing stays, and valid is false. A plus stays a plus.
func decodeEscapes(s string) (text string, valid bool) {
	if strings.IndexByte(s, '%') < 0 {
		return s, true
	}
	valid = true
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' {
			if v, ok := escaped(s[i:]); ok {
				c = v
				i += 2
			} else {
				valid = false
			}
		}
		b = append(b, c)
	}
	return string(b), valid
}

// escaped returns the byte of the percent escape at the start of s.
func escaped(s string) (c byte, ok bool) {
	if len(s) < 3 {
		return 0, false
	}
	hi, ok1 := unhex(s[1])
	lo, ok2 := unhex(s[2])
	return hi<<4 | lo, ok1 && ok2
}

// unescape is decodeEscapes for callers that need not know of faults.
func unescape(s string) string {
	s, _ = decodeEscapes(s)
	return s
}

const upperHex = "0123456789ABCDEF"

func appendEscape(dst []byte, c byte) []byte {
	return append(dst, '%', upperHex[c>>4], upperHex[c&0xf])
}

// settle escapes what no URL may hold and what could break the line, the terminal or the
// JSON that it is written to: controls and bytes that are not UTF-8.
func settle(s string) string {
	if isSettled(s) {
		return s
	}
	var b []byte
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		if isControl(r) || r == utf8.RuneError && n == 1 {
			for i := range n {
				b = appendEscape(b, s[i])
			}
		} else {
			b = append(b, s[:n]...)
		}
		s = s[n:]
	}
	return string(b)
}

func isSettled(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, isControl) < 0
}

func isControl(r rune) bool { return r < 0x20 || 0x7f <= r && r < 0xa0 }

// appendBase64 appends the bytes that s encodes, in either alphabet, padded or not, and
// reports whether s is base64. It reads percent escapes, and a blank as the plus that a
// form decoder made of it.
func appendBase64(dst []byte, s string) (out []byte, ok bool) {
	digits := []byte(strings.TrimRight(unescape(s), "="))
	for i, c := range digits {
		switch c {
		case '-', ' ':
			digits[i] = '+'
		case '_':
			digits[i] = '/'
		case '\r', '\n':
			return dst, false // the decoder skips them
		}
	}
	if len(digits) == 0 {
		return dst, false
	}
	out, err := base64.RawStdEncoding.AppendDecode(dst, digits)
	return out, err == nil
}
