package tables

import "strings"

// csvStatus says how a CSV record ended.
type csvStatus uint8

const (
	csvComplete csvStatus = iota
	csvMore               // the record goes on after the text
	csvBadQuote           // text follows a closing quote
)

// csvRecord returns the length of the first record of s, its line end included. After
// csvMore, next and inQuotes tell where and how to go on with a longer text; the first
// call passes zeros.
//
// A quote opens a quoted field only as its first byte. Elsewhere in a field that is not
// quoted it is a byte like others.
func csvRecord(s string, delimiter byte, pos int, quoted bool) (n, next int, inQuotes bool, status csvStatus) {
	end := -2 // of the line around pos; -1: the text has none, -2: not looked for
	for {
		if quoted {
			i := indexByte(s, pos, '"')
			if i < 0 || i+1 >= len(s) {
				if i < 0 {
					i = len(s)
				}
				return 0, i, true, csvMore
			}
			switch c := s[i+1]; {
			case c == '"':
				pos = i + 2
			case c == '\r' && i+2 >= len(s):
				return 0, i, true, csvMore
			case c == '\n', c == delimiter, c == '\r' && s[i+2] == '\n':
				pos, quoted = i+1, false
			default:
				return 0, i, true, csvBadQuote
			}
			continue
		}
		if end == -2 || 0 <= end && end < pos { // once a line, however many quotes it has
			end = indexByte(s, pos, '\n')
		}
		line := s
		if end >= 0 {
			line = s[:end]
		}
		if opening := openingQuote(line, pos, delimiter); opening >= 0 {
			pos, quoted = opening+1, true
			continue
		}
		if end < 0 {
			return 0, len(s), false, csvMore
		}
		return end + 1, 0, false, csvComplete
	}
}

// openingQuote returns the index of the first quote of line[pos:] that opens a field: it
// stands after a delimiter, or first in the record. It returns -1 if there is none.
func openingQuote(line string, pos int, delimiter byte) int {
	for {
		i := indexByte(line, pos, '"')
		if i <= 0 || line[i-1] == delimiter {
			return i
		}
		pos = i + 1
	}
}

// indexByte returns the index of the first c in s[from:], counted from the start of s, or
// -1.
func indexByte(s string, from int, c byte) int {
	if i := strings.IndexByte(s[from:], c); i >= 0 {
		return from + i
	}
	return -1
}

// csvField returns the field of a record that begins at s[at]. The next field begins at
// s[next]; after the last one, next is negative. ok is false if a quoted field does not end
// as it should.
func csvField(s string, at int, delimiter byte) (field value, next int, ok bool) {
	if at < len(s) && s[at] == '"' {
		return quotedField(s, at+1, delimiter)
	}
	if end := indexByte(s, at, delimiter); end >= 0 {
		return value{text: s[at:end]}, end + 1, true
	}
	return value{text: s[at:]}, -1, true
}

// quotedField is csvField for the field whose text begins at s[start], after its quote.
func quotedField(s string, start int, delimiter byte) (field value, next int, ok bool) {
	for i := start; ; {
		quote := indexByte(s, i, '"')
		if quote < 0 {
			return field, -1, false
		}
		field.text = s[start:quote]
		i = quote + 1
		switch {
		case i == len(s):
			return field, -1, true
		case s[i] == delimiter:
			return field, i + 1, true
		case s[i] != '"':
			return field, -1, false
		}
		field.escaped = true
		i++
	}
}
