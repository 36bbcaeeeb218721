package tables

import (
	"slices"
	"strings"
)

// cutRecord adds the CSV record at text[start]. It returns where the next one begins, or
// start if the end of the record is still to come.
func (c *lineCutter) cutRecord(text string, start int, atEnd bool) (next int) {
	rest := text[start:]
	n, searched, quoted, status := csvRecord(rest, c.csv.delimiter, c.searched, c.quoted)
	if status == csvMore {
		n = len(rest)
	}
	c.searched, c.quoted = 0, false
	switch {
	case n > maxRow+len("\r\n"):
		// Nobody means a quoted field of a megabyte. One line is damaged; what comes
		// after it is read again.
		return c.dropLine(text, start, ErrTooLong)
	case status == csvBadQuote:
		return c.dropLine(text, start, errBadQuote)
	case status == csvComplete:
		c.addRecord(text, start, start+n)
	case !atEnd:
		c.searched, c.quoted = searched, quoted
		return start
	case quoted && !closesAt(rest, searched):
		return c.dropLine(text, start, ErrTruncated)
	default:
		// A last line without a line end is a row like others.
		c.current.open = c.addRecord(text, start, len(text))
	}
	return start + n
}

// closesAt reports whether the quote at record[i] closes the record's last field.
func closesAt(record string, i int) bool {
	return i > 0 && i == len(strings.TrimSuffix(record, "\r"))-1
}

// addRecord adds the record text[start:end], unless it is blank or a header. It reports
// whether it did.
func (c *lineCutter) addRecord(text string, start, end int) bool {
	if strings.HasPrefix(text[start:end], byteOrderMark) { // where another file was appended
		start += len(byteOrderMark)
	}
	record := strings.TrimSuffix(text[start:end], "\n")
	record = strings.TrimSuffix(record, "\r")
	afterBlank := c.afterBlank
	c.afterBlank = isBlankRecord(record, c.csv.delimiter)
	switch {
	case record == "", isPreamble(record):
		return false
	case record == c.csv.header:
		return false // it comes again where another export was appended
	case afterBlank && isRemark(record, c.csv):
		c.afterBlank = true
		return false
	}
	if l := headerIn(record); l != nil {
		c.csv = l
		return false
	}
	c.setLayout(text, c.csv)
	c.addRow(start, start+len(record))
	return true
}

// isBlankRecord reports whether a record has nothing in it: spreadsheets write delimiters for rows
// that once held something, and damaged disks and old programs leave NUL and ^Z.
func isBlankRecord(record string, delimiter byte) bool {
	if record == "" {
		return true
	}
	switch record[0] {
	case delimiter, ' ', '"', 0, 0x1a:
		return strings.Trim(record, string(delimiter)+" \"\x00\x1a") == ""
	}
	return false
}

// isRemark reports whether a line after a blank one is no record but a word about the rows
// before it, such as "(2 rows affected)".
func isRemark(line string, l *layout) bool {
	return len(l.columns) > 1 && strings.IndexByte(line, l.delimiter) < 0 && headerIn(line) == nil
}

// headerIn returns the layout of a record that is a header among rows: that of another
// export, which was appended, with other columns or in another order. It returns nil for a
// row. A header begins with a letter, its first or second field is a known column, and all
// its fields are filled.
func headerIn(record string) *layout {
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
