package tables

import (
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The scanner accepts what encoding/json accepts and refuses what it refuses.
// It copies nothing: it says where values are, and what they need before they
// can be used.

// maxDepth bounds nested arrays and objects, as encoding/json does.
const maxDepth = 10000

func skipSpace(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\r' || s[i] == '\t') {
		i++
	}
	return i
}

const (
	lows  = 0x0101010101010101
	highs = 0x8080808080808080
)

// scanString scans the string whose opening quote is at s[i] and returns the
// index after its closing quote.
func scanString(s string, i int) (end int, escaped, wide bool, err *syntaxError) {
	i++
	for {
		// Eight bytes at a time up to the first that is a control character, a
		// quote, a backslash or beyond ASCII. A borrow can only mark bytes
		// after the first real one, which is the one that is used.
		for i+8 <= len(s) {
			b := s[i : i+8]
			w := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
				uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
			quote, slash := w^(lows*'"'), w^(lows*'\\')
			mark := (w | (w - lows*0x20) | (quote - lows) | (slash - lows)) & highs
			if mark != 0 {
				i += bits.TrailingZeros64(mark) / 8
				break
			}
			i += 8
		}
		if i >= len(s) {
			return i, false, false, &syntaxError{"unterminated string", i}
		}
		switch c := s[i]; {
		case c == '"':
			return i + 1, escaped, wide, nil
		case c == '\\':
			escaped = true
			if i+1 >= len(s) {
				return i, false, false, &syntaxError{"unterminated string", i + 1}
			}
			switch s[i+1] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
				i += 2
			case 'u':
				for j := i + 2; j < i+6; j++ {
					if j >= len(s) {
						return i, false, false, &syntaxError{"unterminated string", j}
					}
					if !isHex(s[j]) {
						return i, false, false, &syntaxError{"bad \\u escape", j}
					}
				}
				i += 6
			default:
				return i, false, false, &syntaxError{"bad escape", i + 1}
			}
		case c < 0x20:
			return i, false, false, &syntaxError{"control character in string", i}
		case c >= utf8.RuneSelf:
			wide = true
			i++
		default:
			i++
		}
	}
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// scanValue scans the value at s[i] and returns it as a cell, and the index
// after it.
func scanValue(s string, i, depth int) (c cell, end int, err *syntaxError) {
	if i >= len(s) {
		return c, i, &syntaxError{"unexpected end", i}
	}
	switch s[i] {
	case '"':
		end, escaped, wide, err := scanString(s, i)
		if err != nil {
			return c, i, err
		}
		return cell{text: s[i+1 : end-1], escaped: escaped, wide: wide}, end, nil
	case '{', '[':
		if end, err = scanNested(s, i, depth); err != nil {
			return c, i, err
		}
		return cell{text: s[i:end], kind: kindNested}, end, nil
	case 't':
		end, err = scanWord(s, i, "true")
	case 'f':
		end, err = scanWord(s, i, "false")
	case 'n':
		if end, err = scanWord(s, i, "null"); err != nil {
			return c, i, err
		}
		return cell{}, end, nil
	default:
		end, err = scanNumber(s, i)
	}
	if err != nil {
		return c, i, err
	}
	return cell{text: s[i:end], kind: kindLiteral}, end, nil
}

func scanWord(s string, i int, word string) (int, *syntaxError) {
	if strings.HasPrefix(s[i:], word) {
		return i + len(word), nil
	}
	if strings.HasPrefix(word, s[i:]) {
		return i, &syntaxError{"unexpected end", len(s)}
	}
	return i, &syntaxError{"bad literal", i}
}

func scanNumber(s string, i int) (int, *syntaxError) {
	start := i
	if i < len(s) && s[i] == '-' {
		i++
	}
	digits := func() bool {
		from := i
		for i < len(s) && '0' <= s[i] && s[i] <= '9' {
			i++
		}
		return i > from
	}
	bad := func() (int, *syntaxError) {
		if i >= len(s) {
			return i, &syntaxError{"unexpected end", i}
		}
		if i == start {
			return i, &syntaxError{"unexpected character", i}
		}
		return i, &syntaxError{"bad number", i}
	}
	if i < len(s) && s[i] == '0' {
		i++
	} else if !digits() {
		return bad()
	}
	if i < len(s) && s[i] == '.' {
		i++
		if !digits() {
			return bad()
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if !digits() {
			return bad()
		}
	}
	return i, nil
}

// scanNested scans the object or array at s[i] and returns the index after it.
func scanNested(s string, i, depth int) (int, *syntaxError) {
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
			var err *syntaxError
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

// scanKey scans the key at s[i], the colon and the space around it, and returns
// the key as a cell and the index of the value.
func scanKey(s string, i int) (key cell, value int, err *syntaxError) {
	if i >= len(s) {
		return key, i, &syntaxError{"unexpected end", i}
	}
	if s[i] != '"' {
		return key, i, &syntaxError{"no key", i}
	}
	end, escaped, wide, err := scanString(s, i)
	if err != nil {
		return key, i, err
	}
	key = cell{text: s[i+1 : end-1], escaped: escaped, wide: wide}
	i = skipSpace(s, end)
	if i >= len(s) {
		return key, i, &syntaxError{"unexpected end", i}
	}
	if s[i] != ':' {
		return key, i, &syntaxError{"no colon after key", i}
	}
	return key, skipSpace(s, i+1), nil
}

// scanSeparator scans what follows a value: a comma, after which more is true
// and i is at the next key or value, or the closing bracket.
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

// eachMember calls f for the members of the object that is s, until f returns
// false or s stops being one.
func eachMember(s string, f func(key string, c cell) bool) {
	if s == "" || s[0] != '{' {
		return
	}
	for i, more := skipSpace(s, 1), true; more; {
		key, value, err := scanKey(s, i)
		if err != nil {
			return
		}
		c, end, err := scanValue(s, value, 1)
		if err != nil || !f(key.text, c) {
			return
		}
		if i, more, err = scanSeparator(s, end, '}'); err != nil {
			return
		}
	}
}

// eachElement calls f for the elements of the array that is s, likewise.
func eachElement(s string, f func(c cell) bool) {
	if s == "" || s[0] != '[' {
		return
	}
	for i, more := skipSpace(s, 1), true; more; {
		c, end, err := scanValue(s, i, 1)
		if err != nil || !f(c) {
			return
		}
		if i, more, err = scanSeparator(s, end, ']'); err != nil {
			return
		}
	}
}

// arena holds the texts that had to be decoded. A chunk's decoded texts share
// a few blocks, so a row costs no allocation.
type arena struct {
	b     strings.Builder
	block int // the least that is allocated at once
}

// newArena returns an arena for the rows of a chunk of size bytes, of which
// what has to be decoded is usually the smaller part.
func newArena(size int) *arena {
	return &arena{block: min(max(size/4, 1<<10), 32<<10)}
}

// reserve makes room for n bytes that lie together.
func (a *arena) reserve(n int) {
	if a.b.Cap()-a.b.Len() < n {
		// Earlier texts keep the old block alive.
		a.b = strings.Builder{}
		a.b.Grow(max(n, a.block))
	}
}

// jsonText decodes what is between the quotes of a JSON string that scanString
// has accepted, as encoding/json does: lone surrogates and invalid UTF-8 turn
// into U+FFFD. wide says that there are bytes beyond ASCII.
func (a *arena) jsonText(s string, wide bool) string {
	if wide {
		a.reserve(3 * len(s)) // each byte may turn into U+FFFD
	} else {
		a.reserve(len(s))
	}
	start := a.b.Len()
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\\':
			i++
			switch s[i] {
			case 'b':
				a.b.WriteByte('\b')
			case 'f':
				a.b.WriteByte('\f')
			case 'n':
				a.b.WriteByte('\n')
			case 'r':
				a.b.WriteByte('\r')
			case 't':
				a.b.WriteByte('\t')
			case 'u':
				r := hex4(s[i+1:])
				i += 4
				if utf16.IsSurrogate(r) {
					low := rune(-1)
					if strings.HasPrefix(s[i+1:], `\u`) {
						low = hex4(s[i+3:])
					}
					if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
						i += 6
					}
				}
				a.b.WriteRune(r)
			default:
				a.b.WriteByte(s[i])
			}
			i++
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			a.b.WriteRune(r)
			i += n
		default:
			n := len(s) - i
			if wide {
				n = 1
			} else if slash := strings.IndexByte(s[i:], '\\'); slash >= 0 {
				n = slash
			}
			a.b.WriteString(s[i : i+n])
			i += n
		}
	}
	return a.b.String()[start:]
}

func hex4(s string) rune {
	var r rune
	for i := range 4 {
		c := s[i]
		switch {
		case c <= '9':
			c -= '0'
		case c <= 'F':
			c -= 'A' - 10
		default:
			c -= 'a' - 10
		}
		r = r<<4 | rune(c)
	}
	return r
}

// validText replaces invalid UTF-8 by U+FFFD, byte for byte.
func (a *arena) validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	a.reserve(3 * len(s))
	start := a.b.Len()
	for _, r := range s {
		a.b.WriteRune(r)
	}
	return a.b.String()[start:]
}

// csvText decodes a quoted CSV field: doubled quotes are one.
func (a *arena) csvText(s string) string {
	a.reserve(len(s))
	start := a.b.Len()
	for {
		i := strings.Index(s, `""`)
		if i < 0 {
			break
		}
		a.b.WriteString(s[:i+1])
		s = s[i+2:]
	}
	a.b.WriteString(s)
	return a.b.String()[start:]
}
