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
	var room [256]byte // most links fit
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
	var room [256]byte // most texts fit
	b, ok := appendBase64(room[:0], s)
	return string(b), ok
}

// appendBase64 is decodeBase64 that appends to dst.
func appendBase64(dst []byte, s string) (b []byte, ok bool) {
	s = unescape(trimPadding(s))
	s = strings.ReplaceAll(s, "-", "+")
	s = strings.ReplaceAll(s, " ", "+")
	s = strings.ReplaceAll(s, "_", "/")
	if strings.Contains(s, "\r") || strings.Contains(s, "\n") {
		return dst, false // package base64 skips them
	}
	b, err := base64.RawStdEncoding.AppendDecode(dst, []byte(s))
	return b, err == nil && len(b) > len(dst)
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
