package tables

import (
	"bytes"
	"strings"
)

// MaxFields bounds the fields of a CSV row, and with it the columns of a
// header. The widest of the tables has about 100.
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

// csvFields calls field for each field of a record, with its place in the
// record and the start of its text, until it returns false. It reports false
// when a quoted field does not end as it should.
func csvFields(s string, delimiter byte, field func(i, start int, c cell) bool) bool {
	for i, at := 0, 0; ; i++ {
		var c cell
		start, end := at, 0
		if s != "" && s[0] == '"' {
			for end = 1; ; {
				q := strings.IndexByte(s[end:], '"')
				if q < 0 {
					return false
				}
				end += q + 1
				if end == len(s) || s[end] != '"' {
					break
				}
				c.escaped = true
				end++
			}
			if end < len(s) && s[end] != delimiter {
				return false
			}
			c.text = s[1 : end-1]
			start++
		} else {
			if end = strings.IndexByte(s, delimiter); end < 0 {
				end = len(s)
			}
			c.text = s[:end]
		}
		if !field(i, start, c) || end == len(s) {
			return true
		}
		at += end + 1
		s = s[end+1:]
	}
}
