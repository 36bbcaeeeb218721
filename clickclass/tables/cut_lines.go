package tables

import "strings"

// lineCutter cuts JSON lines: every line that is not blank is a row.
type lineCutter struct {
	batcher
	searched int  // the text has no line end before here
	skipping bool // what comes is the rest of a row that was too long
}

func (c *lineCutter) cut(text string, atEnd bool) (done int) {
	at := 0
	for at < len(text) {
		from := max(at, c.searched)
		end := len(text)
		if i := strings.IndexByte(text[from:], '\n'); i >= 0 {
			end = from + i
		} else if !atEnd {
			break
		}
		c.cutLine(text, at, end)
		at = min(end+1, len(text))
	}
	if len(text)-at > maxRow {
		if !c.skipping {
			c.addDamaged(at, ErrTooLong)
		}
		c.skipping = true
		at = len(text)
	}
	c.searched = len(text) - at
	c.finish(text)
	return at
}

// cutLine adds the row or rows of the line text[start:end].
func (c *lineCutter) cutLine(text string, start, end int) {
	if c.skipping {
		c.skipping = false
		return
	}
	if strings.HasPrefix(text[start:end], byteOrderMark) { // where another file was appended
		start += len(byteOrderMark)
	}
	start = skipBlank(text[:end], start)
	switch {
	case start == end:
	case end-start <= maxRow && isEnvelope(text[start:end]):
		c.finish(text)
		document := &documentCutter{batcher: batcher{rows: c.rows}}
		document.cut(text[start:end], true)
		c.rows = document.rows
		c.done = append(c.done, document.done...)
	default:
		c.addRow(start, end)
		c.current.open = end == len(text)
	}
}

// skipBlank returns the index of the first byte of line[i:] that is no space.
func skipBlank(line string, i int) int {
	for i < len(line) && (line[i] == ' ' || line[i] == '\t' || line[i] == '\r') {
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
