package tables

import (
	"errors"
	"strings"
)

// documentCutter cuts JSON that is not one row a line: the answers of the hunting APIs, Log
// Analytics tables, Event Hub messages, arrays, objects over several lines, and any of them
// one after the other.
//
// It walks down to the rows and checks the syntax on the way, so a row that is cut is
// whole. After damage it looks for the next row: see cut_damage.go.
type documentCutter struct {
	batcher
	stack []frame // the brackets around the text that comes next

	// Of the Log Analytics table that the text is in.
	name    string
	columns []string

	damaged bool // the brackets need no longer match
	search  rowSearch
}

// frame is a kind of bracket.
type frame uint8

const (
	outside    frame = iota // none
	inEnvelope              // an object around rows
	inRows                  // an array of rows
	inTables                // an array of Log Analytics tables
	inTable                 // one of them
)

var (
	errStray     = errors.New("unexpected character between rows")
	errNoColumns = errors.New("rows before their columns")
)

func (d *documentCutter) cut(text string, atEnd bool) (done int) {
	at := d.walk(text)
	if atEnd {
		if left := skipBetween(text, at) < len(text); left && !d.search.on || len(d.stack) > 0 && !d.damaged {
			d.addDamaged(at, ErrTruncated)
		}
		at = len(text)
	}
	d.finish(text)
	return at
}

// walk adds the rows of a text and returns where the first thing begins that is cut off at
// its end.
func (d *documentCutter) walk(text string) (end int) {
	at := 0
	for {
		if d.search.on {
			var found bool
			if at, found = d.findRow(text, at); !found {
				return at
			}
		}
		at = skipBetween(text, at)
		if at == len(text) {
			return at
		}
		next, err := d.step(text, at)
		switch {
		case err == nil:
			at = next
		case next < len(text):
			if syntax, ok := err.(*syntaxError); ok {
				err = &syntaxError{syntax.reason, syntax.at - at} // within the row
			}
			d.addDamaged(at, err)
			d.startSearch(text, next, next == at)
			at = next
		case len(text)-at > maxRow:
			d.addDamaged(at, ErrTooLong)
			d.startSearch(text, len(text), false)
			return len(text)
		default:
			return at
		}
	}
}

// skipBetween skips what may stand between values: commas, space, and the record
// separators of JSON text sequences.
func skipBetween(text string, at int) int {
	for at < len(text) && (text[at] <= ' ' || text[at] == ',') {
		at++
	}
	return at
}

// top is the innermost bracket.
func (d *documentCutter) top() frame {
	if len(d.stack) == 0 {
		return outside
	}
	return d.stack[len(d.stack)-1]
}

func (d *documentCutter) push(f frame) { d.stack = append(d.stack, f) }

func (d *documentCutter) pop() { d.stack = d.stack[:len(d.stack)-1] }

// rowLayout returns the layout of the rows that the text is among, nil for objects.
func (d *documentCutter) rowLayout() *layout {
	if d.top() == inRows {
		return d.current.layout
	}
	return nil
}

// step takes the next thing at text[at], which is neither space nor a comma. With an error,
// next is where the text stopped making sense. If that is the end of the text, there may be
// more to come.
func (d *documentCutter) step(text string, at int) (next int, err error) {
	f := d.top()
	switch c := text[at]; {
	case c == '}' || c == ']':
		return d.closeBracket(text, at, f)
	case f == inEnvelope || f == inTable:
		return d.takeMember(text, at, f)
	case c == '{' && f == inTables:
		d.push(inTable)
		d.name, d.columns = "", nil
		return at + 1, nil
	case c == '[' && d.rowLayout() != nil:
		return d.takeArray(text, at)
	case c == '{' && d.rowLayout() == nil:
		return d.takeObject(text, at)
	case strings.HasPrefix(text[at:], textRow) && d.rowLayout() == nil && (f == inRows || f == outside):
		return d.takeText(text, at)
	case c == '[' && f == outside:
		d.push(inRows)
		d.setLayout(text, nil)
		return at + 1, nil
	}
	return at, errStray
}

func (d *documentCutter) closeBracket(text string, at int, f frame) (next int, err error) {
	if f == outside {
		if d.damaged {
			return at + 1, nil // of a bracket that was forgotten
		}
		return at, errStray
	}
	if isObject := f == inEnvelope || f == inTable; isObject != (text[at] == '}') {
		return at, errStray
	}
	d.pop()
	if f == inRows {
		d.setLayout(text, nil)
	}
	return at + 1, nil
}

// takeArray takes a row of a Log Analytics table. Its values are no arrays. So an array
// after the last column is the next row, and this row lacks its bracket.
func (d *documentCutter) takeArray(text string, start int) (next int, err error) {
	at := skipSpace(text, start+1)
	if at < len(text) && text[at] == ']' {
		d.addRow(start, at+1)
		return at + 1, nil
	}
	for n := 0; ; n++ {
		if n == len(d.current.layout.columns) && at < len(text) && text[at] == '[' {
			return at, &syntaxError{"no closing bracket", at}
		}
		_, end, err := scanValue(text, at, len(d.stack)+1)
		if err != nil {
			return err.at, err
		}
		var more bool
		if at, more, err = scanSeparator(text, end, ']'); err != nil {
			return err.at, err
		}
		if !more {
			d.addRow(start, at)
			return at, nil
		}
	}
}

// textRow is how a row begins that is an object as text within JSON, such as the AuditData of
// Search-UnifiedAuditLog, alone, after ConvertTo-Json.
const textRow = `"{\"`

// takeText takes a row that is text.
func (d *documentCutter) takeText(text string, start int) (next int, err error) {
	_, end, serr := scanValue(text, start, len(d.stack)+1)
	if serr != nil {
		return serr.at, serr
	}
	d.addRow(start, end)
	return end, nil
}

// objectIn returns the object that a row is: what its text stands for if it is text.
func objectIn(row string, l *layout) string {
	if l != nil || !strings.HasPrefix(row, textRow) {
		return row
	}
	v, _, err := scanValue(row, 0, 0)
	if err != nil {
		return row
	}
	return v.decoded()
}

// opensTable reports whether an object with this key is a table of Azure Data Explorer: it
// lists its columns, or has rows that are arrays.
func opensTable(key, text string, at int) bool {
	if at >= len(text) || text[at] != '[' {
		return false
	}
	first := skipSpace(text, at+1)
	if first >= len(text) {
		return false
	}
	return text[first] == '{' && strings.EqualFold(key, "columns") || text[first] == '[' && strings.EqualFold(key, "rows")
}

// maxEnvelopes bounds how deep rows are looked for. An array of messages with records in
// them takes four brackets.
const maxEnvelopes = 8

// takeObject takes an object that is a row, or enters one that is an envelope.
func (d *documentCutter) takeObject(text string, start int) (next int, err error) {
	at := skipSpace(text, start+1)
	if at < len(text) && text[at] == '}' {
		d.addRow(start, at+1)
		return at + 1, nil
	}
	for {
		key, valueAt, err := scanKey(text, at)
		if err != nil {
			return err.at, err
		}
		if len(d.stack) < maxEnvelopes {
			switch f, first := envelopeKey(key.text, text, valueAt); {
			case first == len(text):
				return first, &syntaxError{"unexpected end", first}
			case f != outside:
				d.push(inEnvelope)
				d.push(f)
				d.setLayout(text, nil)
				return valueAt + 1, nil
			}
			if opensTable(key.text, text, valueAt) {
				d.push(inTable)
				d.name = ""
				return start + 1, nil // its name may stand before its columns
			}
		}
		_, end, err := scanValue(text, valueAt, len(d.stack)+1)
		if err != nil {
			return err.at, err
		}
		var more bool
		if at, more, err = scanSeparator(text, end, '}'); err != nil {
			return err.at, err
		}
		if !more {
			d.addRow(start, at)
			return at, nil
		}
	}
}

// takeMember takes a key and its value within an envelope or a table.
func (d *documentCutter) takeMember(text string, at int, in frame) (next int, err error) {
	key, valueAt, serr := scanKey(text, at)
	if serr != nil {
		return serr.at, serr
	}
	if in == inEnvelope {
		switch f, first := envelopeKey(key.text, text, valueAt); {
		case first == len(text):
			return first, &syntaxError{"unexpected end", first}
		case f != outside:
			d.push(f)
			d.setLayout(text, nil)
			return valueAt + 1, nil
		}
	}
	if in == inTable && strings.EqualFold(key.text, "rows") && valueAt < len(text) && text[valueAt] == '[' {
		if d.columns == nil {
			return valueAt, errNoColumns
		}
		d.push(inRows)
		d.setLayout(text, newLayout(d.name, d.columns, 0))
		return valueAt + 1, nil
	}
	v, next, serr := scanValue(text, valueAt, len(d.stack)+1)
	if serr != nil {
		return serr.at, serr
	}
	if in == inTable {
		switch strings.ToLower(key.text) {
		case "name", "tablename":
			d.name = strings.Clone(v.text)
		case "columns", "fields": // the latter by Splunk
			d.columns = columnsOf(v.text)
		}
	}
	return next, nil
}
