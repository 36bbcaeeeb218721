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
	for i < len(s) && s[i] <= ' ' && (s[i] == ' ' || s[i] == '\n' || s[i] == '\r' || s[i] == '\t') {
		i++
	}
	return i
}

const (
	lows  = 0x0101010101010101
	highs = 0x8080808080808080
)

// load returns the eight bytes at s[i], the first as the lowest.
func load(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// isPlain reports whether a byte of a JSON string stands for itself and is
// ASCII.
func isPlain(c byte) bool {
	return c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf
}

// plainMasks are what skipPlain compares eight bytes with. As constants they
// would be loaded anew for each eight.
var plainMasks = [...]uint64{lows * 0x02, lows * 0x21, lows * '\\', lows, highs}

// skipPlain returns the index of the first byte of s[i:] that is not plain, or
// the length of s. It looks at eight bytes at a time.
func skipPlain(s string, i int) int {
	if i < 0 {
		return i // never so, and then i needs no check for each eight bytes
	}
	m := &plainMasks
	two, below, slash, one, high := m[0], m[1], m[2], m[3], m[4]
	for ; i <= len(s)-8; i += 8 {
		// A borrow marks bytes below some value by their highest bit. It can
		// go on to the next byte, but the first mark is always a true one. With
		// bit 1 turned over, the control characters and the quote, and no
		// others, are below 0x21.
		w := load(s, i)
		if mark := (w | ((w ^ two) - below) | ((w ^ slash) - one)) & high; mark != 0 {
			return i + bits.TrailingZeros64(mark)/8
		}
	}
	for i < len(s) && isPlain(s[i]) {
		i++
	}
	return i
}

// scanString scans the string whose opening quote is at s[i] and returns the
// index after its closing quote.
func scanString(s string, i int) (end int, escaped, wide bool, err *syntaxError) {
	return scanSpecial(s, skipPlain(s, i+1))
}

// scanSpecial scans a string from s[i] within it, which is where its plain text
// ends.
func scanSpecial(s string, i int) (end int, escaped, wide bool, err *syntaxError) {
	for ; ; i = skipPlain(s, i) {
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
		default: // beyond ASCII
			wide = true
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
	block []byte
	least int // that is allocated at once
}

// newArena returns an arena for the rows of a chunk of size bytes, of which
// what has to be decoded is usually the smaller part.
func newArena(size int) *arena {
	return &arena{least: min(max(size/4, 1<<10), 32<<10)}
}

// reserve returns the block with room for n more bytes; keep takes it back with
// them, and returns them as text.
func (a *arena) reserve(n int) []byte {
	if cap(a.block)-len(a.block) < n {
		// Earlier texts keep the old block alive.
		a.block = unzeroed(max(n, a.least))
	}
	return a.block
}

func (a *arena) keep(block []byte) string {
	text := block[len(a.block):]
	a.block = block
	return view(text)
}

// jsonText decodes what is between the quotes of a JSON string that scanString
// has accepted, as encoding/json does: lone surrogates and invalid UTF-8 turn
// into U+FFFD. wide says that there are bytes beyond ASCII.
func (a *arena) jsonText(s string, wide bool) string {
	room := len(s)
	if wide {
		room *= 3 // each byte may turn into U+FFFD
	}
	b := a.reserve(room)
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\\':
			i++
			switch s[i] {
			case 'b':
				b = append(b, '\b')
			case 'f':
				b = append(b, '\f')
			case 'n':
				b = append(b, '\n')
			case 'r':
				b = append(b, '\r')
			case 't':
				b = append(b, '\t')
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
				b = utf8.AppendRune(b, r)
			default:
				b = append(b, s[i])
			}
			i++
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			b = utf8.AppendRune(b, r)
			i += n
		default:
			n := len(s) - i
			if wide {
				n = 1
			} else if slash := strings.IndexByte(s[i:], '\\'); slash >= 0 {
				n = slash
			}
			b = append(b, s[i:i+n]...)
			i += n
		}
	}
	return a.keep(b)
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
	b := a.reserve(3 * len(s))
	for _, r := range s {
		b = utf8.AppendRune(b, r)
	}
	return a.keep(b)
}

// csvText decodes a quoted CSV field: doubled quotes are one.
func (a *arena) csvText(s string) string {
	b := a.reserve(len(s))
	for {
		i := strings.Index(s, `""`)
		if i < 0 {
			break
		}
		b = append(b, s[:i+1]...)
		s = s[i+2:]
	}
	return a.keep(append(b, s...))
}
