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
	var room [256]byte // most texts fit
	b := room[:0]
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' {
			if v, ok := escaped(s[i:]); ok {
				c = v
				i += len("41")
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
	if len(s) < len("%41") || s[0] != '%' {
		return 0, false
	}
	return hexByte(s[1], s[2])
}

// timesEncoded returns how often the byte at the start of s was percent-encoded, if it is the
// one with that code in lower case, and 0 if it is another one or was not encoded.
func timesEncoded(s, code string) int {
	if s == "" || s[0] != '%' {
		return 0
	}
	times := 1
	for s = s[1:]; times <= maxExtraDecodes && strings.HasPrefix(s, "25"); times++ {
		s = s[len("25"):]
	}
	if !hasPrefixFold(s, code) {
		return 0
	}
	return times
}

// hexByte returns the byte that two hexadecimal digits stand for.
func hexByte(first, second byte) (c byte, ok bool) {
	hi, ok1 := unhex(first)
	lo, ok2 := unhex(second)
	return hi<<4 | lo, ok1 && ok2
}

// unhex returns the value of a hexadecimal digit.
func unhex(c byte) (v byte, ok bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
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
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		if isControl(r) || r == utf8.RuneError && n == 1 {
			for i := range n {
				b.Write(appendEscape(nil, s[i]))
			}
		} else {
			b.WriteString(s[:n])
		}
		s = s[n:]
	}
	return b.String()
}

// isASCII reports whether s consists of printable ASCII, as nearly all links do.
func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func isControl(r rune) bool { return r < 0x20 || 0x7f <= r && r < 0xa0 }

// decodeBase64 returns what s encodes, in either alphabet, padded or not, and reports
// whether s is base64. It reads percent escapes, and a blank as the plus that a form
// decoder made of it. If s is not base64, the text is that of its beginning.
func decodeBase64(s string) (text string, ok bool) {
	digits := unescape(trimPadding(s))
	// Package base64 skips line ends.
	digits, _, hasCR := strings.Cut(digits, "\r")
	digits, _, hasLF := strings.Cut(digits, "\n")
	var room [256]byte // most texts fit
	b, err := base64.RawStdEncoding.AppendDecode(room[:0], []byte(digits))
	if err != nil {
		digits = strings.NewReplacer("-", "+", " ", "+", "_", "/").Replace(digits)
		b, err = base64.RawStdEncoding.AppendDecode(room[:0], []byte(digits))
	}
	return string(b), err == nil && len(b) > 0 && !hasCR && !hasLF
}

// isBase64 reports whether c is a digit of either alphabet of base64.
func isBase64(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '+', c == '/', c == '-', c == '_':
		return true
	}
	return false
}

// trimPadding removes the equals signs at the end of base64.
func trimPadding(s string) string {
	for {
		switch {
		case strings.HasSuffix(s, "="):
			s = s[:len(s)-1]
		case hasSuffixFold(s, "%3d"):
			s = s[:len(s)-3]
		default:
			return s
		}
	}
}

// escapeParam encodes a URL as the value of a parameter, as Safe Links does.
func escapeParam(s string) string {
	b := make([]byte, 0, len(s)+len(s)/3)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', isDigit(c), strings.IndexByte("-_.~!*()'", c) >= 0:
			b = append(b, c)
		default:
			b = appendEscape(b, c)
		}
	}
	return string(b)
}
