package tables

import "strings"

// lineCutter cuts text that is a row a line: JSON objects, and the records of a CSV after its
// header. A header may come anywhere, and JSON after CSV, where exports were put one behind
// the other.
type lineCutter struct {
	batcher
	csv      *layout // of the last header; nil before the first one
	searched int     // the text has no line end before here; of a record, no end
	quoted   bool    // and there a record is in quotes
	skipping bool    // what comes is the rest of a line that is no row

	afterBlank bool // the last record of a CSV was blank
}

// newCSVCutter returns a cutter of the records after a header.
func newCSVCutter(l *layout) *lineCutter {
	return &lineCutter{batcher: batcher{current: batch{layout: l}}, csv: l}
}

func (c *lineCutter) cut(text string, atEnd bool) (done int) {
	at := 0
	for at < len(text) {
		var next int
		switch {
		case c.skipping:
			next = c.skipLine(text, at)
		case c.csv != nil && !beginsLikeJSON(text[at:]):
			next = c.cutRecord(text, at, atEnd)
		default:
			next = c.cutLine(text, at, atEnd)
		}
		if next == at {
			break // the rest is still to come
		}
		at = next
	}
	c.finish(text)
	return at
}

// beginsLikeJSON reports whether a line begins like a JSON object or array. No record of the
// tables that are read does.
func beginsLikeJSON(line string) bool {
	line = strings.TrimPrefix(line, byteOrderMark)
	i := skipBlank(line, 0)
	return i < len(line) && (line[i] == '{' || line[i] == '[')
}

// cutLine adds the row or rows of the line at text[start]. It returns where the next line
// begins, or start if the end of the line is still to come.
func (c *lineCutter) cutLine(text string, start int, atEnd bool) (next int) {
	end := indexByte(text, max(start, c.searched), '\n')
	if end < 0 {
		switch {
		case len(text)-start > maxRow:
			return c.dropLine(text, start, ErrTooLong)
		case !atEnd:
			c.searched = len(text) - start
			return start
		}
		end = len(text)
	}
	c.searched = 0
	c.addLine(text, start, end)
	return min(end+1, len(text))
}

// addLine adds the row or rows of the line text[start:end].
func (c *lineCutter) addLine(text string, start, end int) {
	if strings.HasPrefix(text[start:end], byteOrderMark) { // where another file was appended
		start += len(byteOrderMark)
	}
	start = skipBlank(text[:end], start)
	if start == end {
		return
	}
	line := text[start:end]
	switch line[0] {
	case '{', '[':
	default:
		if l := headerIn(strings.TrimRight(line, "\r")); l != nil {
			c.csv = l
			return
		}
		start += logHeader(line)
		line = text[start:end]
	}
	c.setLayout(text, nil)
	switch {
	case len(line) <= maxRow && isEnvelope(line):
		c.finish(text)
		document := &documentCutter{batcher: batcher{rows: c.rows}}
		document.cut(line, true)
		c.rows = document.rows
		c.done = append(c.done, document.done...)
	default:
		c.addRow(start, end)
		c.current.open = end == len(text)
	}
}

// dropLine adds the line at text[at] as damaged and returns where the next one begins.
func (c *lineCutter) dropLine(text string, at int, err error) (next int) {
	c.addDamaged(at, err)
	c.searched, c.quoted = 0, false
	return c.skipLine(text, at)
}

// skipLine returns where the line after text[at] begins. If that is still to come, it sets
// skipping.
func (c *lineCutter) skipLine(text string, at int) (next int) {
	end := indexByte(text, at, '\n')
	c.skipping = end < 0
	if c.skipping {
		return len(text)
	}
	return end + 1
}

// blanks is space, and what stands in front of and behind JSON: the record separator of JSON
// text sequences, and the NUL and ^Z of damaged disks and old programs.
const blanks = " \t\r\x1e\x00\x1a"

// skipBlank returns the index of the first byte of line[i:] that is no space.
func skipBlank(line string, i int) int {
	for i < len(line) && strings.IndexByte(blanks, line[i]) >= 0 {
		i++
	}
	return i
}

// isEnvelope reports whether a line holds several rows: an array, or the records of an
// Event Hub message.
func isEnvelope(line string) bool {
	if line[0] == '[' {
		return true
	}
	const key = `"records"`
	i := skipBlank(line, 1)
	return line[0] == '{' && len(line) >= i+len(key) && strings.EqualFold(line[i:i+len(key)], key)
}
