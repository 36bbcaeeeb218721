package tables

import (
	"math"
	"net/netip"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
)

// isEmpty reports whether there is nothing in the cell.
func (v value) isEmpty() bool { return cell.IsEmpty(v.text) }

// text returns the text of a column, "" if the row does not have it.
func (p *rowParser) text(col column) string {
	if !p.seen.has(col) {
		return ""
	}
	return p.decode(p.cells[col])
}

// decode returns what a value stands for.
func (p *rowParser) decode(v value) string {
	switch {
	case !v.escaped:
		return v.text
	case p.csv:
		return strings.ReplaceAll(v.text, `""`, `"`)
	}
	p.unquoted = appendUnescaped(p.unquoted[:0], v.text)
	return string(p.unquoted)
}

// firstText returns the first text of the columns that is not empty.
func (p *rowParser) firstText(cols ...column) string {
	for _, col := range cols {
		if s := p.text(col); s != "" {
			return s
		}
	}
	return ""
}

// filledText returns the first of the columns whose cell is not empty, and its text without
// the space around it.
func (p *rowParser) filledText(cols []column) (string, column) {
	for _, col := range cols {
		if !p.seen.has(col) || p.cells[col].isEmpty() {
			continue
		}
		if s := strings.TrimSpace(p.decode(p.cells[col])); s != "" {
			return s, col
		}
	}
	return "", colNone
}

// setBad notes that a cell could not be read. The first one of a row counts.
func (p *rowParser) setBad(col column, err error) {
	if p.badCell == nil {
		p.badCell = &badCell{col, err}
	}
}

// time returns the zero Time if the columns are empty.
func (p *rowParser) time(cols ...column) time.Time {
	s, col := p.filledText(cols)
	if s == "" {
		return time.Time{}
	}
	t, err := cell.Time(s)
	if err != nil {
		p.setBad(col, err)
	}
	return t
}

// addrs returns the first address of a cell, and the others.
func (p *rowParser) addrs(cols ...column) (first netip.Addr, more []netip.Addr) {
	s, col := p.filledText(cols)
	if s == "" {
		return netip.Addr{}, nil
	}
	first, more, err := cell.Addrs(s)
	if err != nil {
		p.setBad(col, err)
	}
	return first, more
}

// bool returns false if the columns are empty.
func (p *rowParser) bool(cols ...column) bool {
	s, col := p.filledText(cols)
	if s == "" {
		return false
	}
	v, err := cell.Bool(s)
	if err != nil {
		p.setBad(col, err)
	}
	return v
}

// int returns absent if the columns are empty. Larger numbers count as the largest of 32
// bits.
func (p *rowParser) int(absent int, cols ...column) int {
	s, col := p.filledText(cols)
	if s == "" {
		return absent
	}
	n, err := cell.Int(s)
	if err != nil {
		p.setBad(col, err)
		return absent
	}
	return int(min(n, math.MaxInt32))
}

// appendUnescaped appends what is between the quotes of a JSON string that scanString
// accepted, decoded like encoding/json: lone surrogates turn into U+FFFD.
func appendUnescaped(b []byte, s string) []byte {
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			return append(b, s...)
		}
		b = append(b, s[:i]...)
		c := s[i+1]
		s = s[i+2:]
		switch c {
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
			r := parseHex4(s)
			s = s[4:]
			if utf16.IsSurrogate(r) {
				low := rune(-1)
				if strings.HasPrefix(s, `\u`) {
					low = parseHex4(s[2:])
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					s = s[6:]
				}
			}
			b = utf8.AppendRune(b, r)
		default: // a quote, slash or backslash
			b = append(b, c)
		}
	}
}

// parseHex4 returns the number of four hexadecimal digits.
func parseHex4(s string) rune {
	var r rune
	for i := range 4 {
		switch c := s[i]; {
		case c <= '9':
			r = r<<4 | rune(c-'0')
		case c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			r = r<<4 | rune(c-'a'+10)
		}
	}
	return r
}
