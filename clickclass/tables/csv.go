package tables

import (
	"bytes"
	"strings"
)

// MaxFields bounds the columns of a header, and the keys of an object that are
// remembered. The widest of the tables has about 100.
const MaxFields = 1024

// csvStatus says how a CSV record ended.
type csvStatus uint8

const (
	csvComplete csvStatus = iota
	csvMore               // the record goes on after what is there
	csvBadQuote           // text follows a closing quote
)

// csvRecord returns the length of the first record of s, its line end
// included. from tells where to go on after csvMore, with the values that the
// call before returned; the first call passes zeros.
//
// A quote opens a quoted field only as its first byte; elsewhere in a field
// that is not quoted it is a byte like others.
func csvRecord(s []byte, delimiter byte, pos int, quoted bool) (n int, next int, inQuotes bool, status csvStatus) {
	line := 0 // the next line end, -1 when there is none; it is looked for once
	for {
		if quoted {
			i := indexByte(s, pos, '"')
			if i < 0 || i+1 >= len(s) {
				if i < 0 {
					i = len(s)
				}
				return 0, i, true, csvMore
			}
			switch c := s[i+1]; c {
			case '"':
				pos = i + 2
			case '\r', '\n', delimiter:
				if c == '\r' && i+2 >= len(s) {
					return 0, i, true, csvMore
				}
				if c == '\r' && s[i+2] != '\n' {
					return 0, i, true, csvBadQuote
				}
				pos, quoted = i+1, false
			default:
				return 0, i, true, csvBadQuote
			}
			continue
		}
		if line >= 0 && (line < pos || pos == 0) {
			line = indexByte(s, pos, '\n')
		}
		end := line
		if line < 0 {
			end = len(s)
		}
		// A quote right after a delimiter, or first in the record, opens a
		// quoted field.
		opened := false
		for i := pos; ; {
			q := indexByte(s[:end], i, '"')
			if q < 0 {
				break
			}
			if q == 0 || s[q-1] == delimiter {
				pos, quoted, opened = q+1, true, true
				break
			}
			i = q + 1
		}
		if opened {
			continue
		}
		if line < 0 {
			return 0, len(s), false, csvMore
		}
		return line + 1, 0, false, csvComplete
	}
}

func indexByte(s []byte, from int, c byte) int {
	if i := bytes.IndexByte(s[from:], c); i >= 0 {
		return from + i
	}
	return -1
}

// csvField finds the field of a record that begins at s[at]: its text is
// s[start:end], with doubled quotes when escaped is set, and the next field
// begins at next, which is negative after the last one. ok is false when a
// quoted field does not end as it should.
func csvField(s string, at int, delimiter byte) (start, end, next int, escaped, ok bool) {
	if at < len(s) && s[at] == '"' {
		for i := at + 1; ; {
			q := strings.IndexByte(s[i:], '"')
			if q < 0 {
				return at, at, -1, false, false
			}
			i += q + 1
			switch {
			case i == len(s):
				return at + 1, i - 1, -1, escaped, true
			case s[i] == delimiter:
				return at + 1, i - 1, i + 1, escaped, true
			case s[i] != '"':
				return at, at, -1, false, false
			}
			escaped = true
			i++
		}
	}
	if i := strings.IndexByte(s[at:], delimiter); i >= 0 {
		return at, at + i, at + i + 1, false, true
	}
	return at, len(s), -1, false, true
}
