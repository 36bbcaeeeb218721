package tables

import (
	"slices"
	"strings"
)

// csvCutter cuts the records of a CSV after its header.
type csvCutter struct {
	batcher
	next     int  // the record was searched up to here, from its start
	quoted   bool // and there it is in quotes
	skipping bool // what comes is the rest of a line that is no row
}

func newCSVCutter(l *layout) *csvCutter {
	return &csvCutter{batcher: batcher{current: batch{layout: l}}}
}

func (c *csvCutter) cut(text string, atEnd bool) (done int) {
	at := 0
	for {
		if c.skipping {
			at = c.skipLine(text, at)
		}
		rest := text[at:]
		n, next, quoted, status := csvRecord(rest, c.current.layout.delimiter, c.next, c.quoted)
		if status == csvMore {
			n = len(rest)
		}
		switch {
		case n > maxRow+len("\r\n"):
			// Nobody means a quoted field of a megabyte. One line is damaged; what
			// comes after it is read again.
			at = c.dropLine(text, at, ErrTooLong)
		case status == csvBadQuote:
			at = c.dropLine(text, at, errBadQuote)
		case status == csvComplete:
			c.addRecord(text, at, at+n)
			at += n
			c.next, c.quoted = 0, false
		case !atEnd:
			c.next, c.quoted = next, quoted
			c.finish(text)
			return at
		case n > 0 && quoted && !closesAt(rest, next):
			at = c.dropLine(text, at, ErrTruncated)
		default:
			// A last line without a line end is a row like others.
			c.current.open = c.addRecord(text, at, len(text))
			c.next, c.quoted = 0, false
			c.finish(text)
			return len(text)
		}
	}
}

// closesAt reports whether the quote at record[i] closes the record's last field.
func closesAt(record string, i int) bool {
	return i > 0 && i == len(strings.TrimSuffix(record, "\r"))-1
}

// addRecord adds the record text[start:end], unless it is blank or a header. It reports
// whether it did.
func (c *csvCutter) addRecord(text string, start, end int) bool {
	record := strings.TrimSuffix(text[start:end], "\n")
	record = strings.TrimSuffix(record, "\r")
	if record == "" || record == c.current.layout.header || isPreamble(record) {
		return false // the header comes again where another export was appended
	}
	if l := headerIn(record); l != nil {
		c.finish(text)
		c.current.layout = l
		return false
	}
	c.addRow(start, start+len(record))
	return true
}

// headerIn returns the layout of a record that is a header among rows: that of another
// export, which was appended, with other columns or in another order. It returns nil for a
// row. A header begins with a letter, its first or second field is a known column, and all
// its fields are filled.
func headerIn(record string) *layout {
	record = strings.TrimPrefix(record, byteOrderMark)
	name := strings.TrimPrefix(record, `"`)
	if name == "" || !isLetter(name[0]) && name[0] != '$' && name[0] != '_' {
		return nil
	}
	fields := strings.FieldsFunc(name[:min(len(name), 2*maxColumnName)], func(c rune) bool { return strings.ContainsRune("\",;|\t", c) })
	if len(fields) < 2 || columnOf(fields[0]) == colNone && columnOf(fields[1]) == colNone {
		return nil
	}
	l := layoutOf(record, csvDelimiters)
	if l == nil || l.known() < 2 || slices.Contains(l.names, "") {
		return nil
	}
	l.header = record
	return l
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// dropLine adds the line at text[at] as damaged and returns where the next one begins.
func (c *csvCutter) dropLine(text string, at int, err error) (next int) {
	c.addDamaged(at, err)
	c.next, c.quoted = 0, false
	return c.skipLine(text, at)
}

// skipLine returns where the line after text[at] begins. If that is still to come, it sets
// skipping.
func (c *csvCutter) skipLine(text string, at int) (next int) {
	end := indexByte(text, at, '\n')
	c.skipping = end < 0
	if c.skipping {
		return len(text)
	}
	return end + 1
}
