package safelinks

import (
	"strings"
	"unicode/utf8"
)

// unhex is the value of a hexadecimal digit, and 255 for other bytes.
var unhex = [256]uint8{
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 255, 255, 255, 255, 255,
	255, 10, 11, 12, 13, 14, 15, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 10, 11, 12, 13, 14, 15, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
}

// appendUnescaped appends s with its percent escapes undone, once. An escape
// that is none stays as it is, and bad says so. A plus stays a plus.
func appendUnescaped(dst []byte, s string) (out []byte, bad bool) {
	for {
		i := strings.IndexByte(s, '%')
		if i < 0 {
			return append(dst, s...), bad
		}
		dst = append(dst, s[:i]...)
		s = s[i:]
		if len(s) > 2 {
			if hi, lo := unhex[s[1]], unhex[s[2]]; hi|lo <= 0xf {
				dst = append(dst, hi<<4|lo)
				s = s[3:]
				continue
			}
		}
		dst = append(dst, '%')
		s = s[1:]
		bad = true
	}
}

// unescape is appendUnescaped for strings.
func unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b, _ := appendUnescaped(make([]byte, 0, len(s)), s)
	return string(b)
}

const upperHex = "0123456789ABCDEF"

func appendEscape(dst []byte, c byte) []byte {
	return append(dst, '%', upperHex[c>>4], upperHex[c&0xf])
}

// settle escapes again, from dst[from:] on, what no URL may hold and what could
// break the line, the terminal or the JSON that it is written to: controls and
// bytes that are not UTF-8. Almost every link has none, which one pass tells.
func settle(dst []byte, from int) []byte {
	plain := true
	for _, c := range dst[from:] {
		if c < 0x20 || c >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return dst
	}
	link := string(dst[from:])
	dst = dst[:from]
	for link != "" {
		r, n := utf8.DecodeRuneInString(link)
		if r < 0x20 || r == 0x7f || 0x80 <= r && r < 0xa0 || r == utf8.RuneError && n == 1 {
			for i := range n {
				dst = appendEscape(dst, link[i])
			}
		} else {
			dst = append(dst, link[:n]...)
		}
		link = link[n:]
	}
	return dst
}

// appendBase64 appends the bytes that s encodes, in either alphabet, padded or
// not, and reports whether s is base64. It reads percent escapes, and a blank
// as the plus that a form decoder made of it.
func appendBase64(dst []byte, s string) (out []byte, ok bool) {
	start := len(dst)
	var acc uint32
	n, padded := 0, false
	for i := 0; i < len(s); i++ {
		for n%4 == 0 && len(s)-i >= 4 {
			a, b, c, d := base64Value[s[i]], base64Value[s[i+1]], base64Value[s[i+2]], base64Value[s[i+3]]
			if a|b|c|d > 63 || padded {
				break
			}
			dst = append(dst, a<<2|b>>4, b<<4|c>>2, c<<6|d)
			i += 4
		}
		if i == len(s) {
			break
		}
		// An escape, padding, or less than four digits.
		c := s[i]
		if c == '%' && i+2 < len(s) && unhex[s[i+1]]|unhex[s[i+2]] <= 0xf {
			c = unhex[s[i+1]]<<4 | unhex[s[i+2]]
			i += 2
		}
		if c == '=' {
			padded = true
			continue
		}
		v := base64Value[c]
		if v > 63 || padded {
			return dst, false
		}
		acc = acc<<6 | uint32(v)
		if n++; n%4 == 0 {
			dst = append(dst, byte(acc>>16), byte(acc>>8), byte(acc))
		}
	}
	switch n % 4 {
	case 1:
		return dst, false
	case 2:
		dst = append(dst, byte(acc>>4))
	case 3:
		dst = append(dst, byte(acc>>10), byte(acc>>2))
	}
	return dst, len(dst) > start
}

// base64Value is the value of a base64 digit of either alphabet, and 255 for
// other bytes.
var base64Value = [256]uint8{
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	62, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 62, 255, 62, 255, 63,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 255, 255, 255, 255, 255, 255,
	255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 255, 255, 255, 255, 63,
	255, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
}
