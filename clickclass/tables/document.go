package tables

import (
	"errors"
	"strings"
)

// documents cuts JSON that is not one row a line: the answers of the hunting
// APIs, Log Analytics tables, Event Hub messages, arrays, objects over several
// lines, and any of them one after the other.
//
// It walks the documents down to the rows and validates as it goes, so that a
// row that is cut is whole. After damage it looks for the next row.
func (c *cutter) documents() {
	defer c.finish()
	d := &documentCutter{cutter: c}
	text := view(c.src.buf)
	for !c.stopped {
		at, again := d.walk(text)
		c.flush(at)
		if again {
			text = text[at:]
			c.layout = d.next
			continue
		}
		if c.stopped {
			return
		}
		if !c.src.grow() {
			d.end(text[at:])
			return
		}
		text = view(c.src.buf)
	}
}

// A frame is a bracket of the document that has been entered.
type frame uint8

const (
	outside    frame = iota // none
	inEnvelope              // an object around rows
	inRows                  // an array of rows
	inTables                // an array of Log Analytics tables
	inTable                 // one of them
)

type documentCutter struct {
	*cutter
	stack []frame
	// seeking is set after damage: pass over all until the next row begins.
	seeking bool
	// before and last are the last two bytes, spaces left out, that were
	// passed over.
	before, last byte
	// shallow is set when what was damaged has no brackets, so that the next
	// comma is the row's end.
	shallow bool
	// name and columns are the Log Analytics table's that has been entered.
	name    string
	columns []string
	damaged bool // brackets no longer match
	// next are the columns of the rows to come, when they change.
	next *layout
}

// walk adds the rows of the window's text. It returns how much of it is done
// with, and whether to hand that out and walk on before reading on.
func (d *documentCutter) walk(text string) (done int, again bool) {
	at := 0
	for {
		if d.seeking {
			var found bool
			if at, found = d.seek(text, at); !found {
				return at, false
			}
			d.seeking = false
		}
		at = d.skipBetween(text, at)
		if at == len(text) {
			return at, false
		}
		next, err := d.step(text, at)
		if err == nil {
			at = next
			if d.next != d.layout {
				return at, true
			}
			continue
		}
		if next >= len(text) { // cut off, not wrong, as far as one can see
			if len(text)-at <= MaxRecord {
				return at, false
			}
			d.addDamaged(at, ErrTooLong)
			d.seekFrom(text, len(text))
			return len(text), true
		}
		if syntax, ok := err.(*syntaxError); ok {
			err = &syntaxError{syntax.reason, syntax.at - at} // within the row
		}
		d.addDamaged(at, err)
		d.seekFrom(text, next)
		d.shallow = next == at
		at = next
	}
}

// end deals with the text that is left when there is no more input.
func (d *documentCutter) end(text string) {
	cutOff := d.skipBetween(text, 0) < len(text)
	if !d.seeking && cutOff || len(d.stack) > 0 && !d.damaged {
		d.addDamaged(0, ErrTruncated)
	}
	d.flush(len(text))
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

// skipBetween passes over what may stand between values: space and commas, and
// the record separator of JSON text sequences.
func (d *documentCutter) skipBetween(text string, at int) int {
	for at < len(text) && (text[at] <= ' ' || text[at] == ',') {
		at++
	}
	return at
}

var errStray = errors.New("unexpected character between rows")

// step takes the next thing at text[at], which is neither space nor comma. With
// an error, next is where the text stopped making sense; when that is the
// text's end, there may be more to come.
func (d *documentCutter) step(text string, at int) (next int, err error) {
	f := d.top()
	switch c := text[at]; {
	case c == '}' || c == ']':
		if f == outside {
			if d.damaged {
				return at + 1, nil // closes what the damage has made us forget
			}
			return at, errStray
		}
		if object := f == inEnvelope || f == inTable; object != (c == '}') {
			return at, errStray
		}
		d.pop()
		if f == inRows {
			d.next = nil
		}
		return at + 1, nil
	case f == inEnvelope || f == inTable:
		return d.member(text, at, f)
	case c == '{' && f == inTables:
		d.push(inTable)
		d.name, d.columns = "", nil
		return at + 1, nil
	case c == '[' && d.rowLayout() != nil:
		return d.array(text, at)
	case c == '{' && d.rowLayout() == nil:
		return d.object(text, at)
	case c == '[' && f == outside:
		d.push(inRows)
		d.next = nil
		return at + 1, nil
	}
	return at, errStray
}

// rowLayout returns the columns of the rows that are being read.
func (d *documentCutter) rowLayout() *layout {
	if d.top() == inRows {
		return d.layout
	}
	return nil
}

// array takes a row of a Log Analytics table. Its values are no arrays, so one
// after the last column is the next row, and this one lacks its bracket.
func (d *documentCutter) array(text string, start int) (next int, err error) {
	at := skipSpace(text, start+1)
	if at < len(text) && text[at] == ']' {
		d.row(start, at+1)
		return at + 1, nil
	}
	for n := 0; ; n++ {
		if n == len(d.layout.columns) && at < len(text) && text[at] == '[' {
			return at, &syntaxError{"no closing bracket", at}
		}
		_, end, serr := scanValue(text, at, len(d.stack)+1)
		if serr != nil {
			return serr.at, serr
		}
		var more bool
		if at, more, serr = scanSeparator(text, end, ']'); serr != nil {
			return serr.at, serr
		}
		if !more {
			d.row(start, at)
			return at, nil
		}
	}
}

// row adds the row at text[at:next], unless it is too long.
func (d *documentCutter) row(at, next int) {
	if next-at > MaxRecord {
		d.addDamaged(at, ErrTooLong)
		return
	}
	d.add(at, next)
}

// maxEnvelopes bounds how deep rows are looked for: an array of messages with
// records in them takes four brackets.
const maxEnvelopes = 8

// object takes an object that is a row or an envelope around rows.
func (d *documentCutter) object(text string, start int) (next int, err error) {
	at := skipSpace(text, start+1)
	if at < len(text) && text[at] == '}' {
		d.row(start, at+1)
		return at + 1, nil
	}
	for {
		key, value, serr := scanKey(text, at)
		if serr != nil {
			return serr.at, serr
		}
		if f, first, ok := envelopeKey(key.text, text, value); ok && len(d.stack) < maxEnvelopes {
			if first == len(text) {
				return first, &syntaxError{"unexpected end", first}
			}
			if f != outside {
				d.push(inEnvelope)
				d.push(f)
				d.next = nil
				return value + 1, nil
			}
		}
		_, end, serr := scanValue(text, value, len(d.stack)+1)
		if serr != nil {
			return serr.at, serr
		}
		var more bool
		if at, more, serr = scanSeparator(text, end, '}'); serr != nil {
			return serr.at, serr
		}
		if !more {
			d.row(start, at)
			return at, nil
		}
	}
}

// member takes a key and its value within an envelope or a table.
func (d *documentCutter) member(text string, at int, in frame) (next int, err error) {
	key, value, serr := scanKey(text, at)
	if serr != nil {
		return serr.at, serr
	}
	if in == inEnvelope {
		if f, first, ok := envelopeKey(key.text, text, value); ok {
			if first == len(text) {
				return first, &syntaxError{"unexpected end", first}
			}
			if f != outside {
				d.push(f)
				d.next = nil
				return value + 1, nil
			}
		}
	}
	if in == inTable && strings.EqualFold(key.text, "rows") && value < len(text) && text[value] == '[' {
		if d.columns == nil {
			return value, errNoColumns
		}
		d.push(inRows)
		d.next = newLayout(d.name, d.columns, 0)
		return value + 1, nil
	}
	c, next, serr := scanValue(text, value, len(d.stack)+1)
	if serr != nil {
		return serr.at, serr
	}
	if in == inTable {
		switch strings.ToLower(key.text) {
		case "name", "tablename":
			d.name = strings.Clone(c.text)
		case "columns":
			d.columns = columnsOf(c.text)
		}
	}
	return next, nil
}

var errNoColumns = errors.New("rows before their columns")

// columnsOf reads the names out of the columns of a Log Analytics table:
// [{"name":"TimeGenerated","type":"datetime"}, ...].
func columnsOf(text string) []string {
	names := []string{}
	eachElement(text, func(c cell) bool {
		name := ""
		eachMember(c.text, func(key string, c cell) bool {
			if strings.EqualFold(key, "name") || strings.EqualFold(key, "columnname") {
				name = strings.Clone(c.text)
			}
			return true
		})
		names = append(names, name)
		return true
	})
	return names
}

// envelopeKey reports whether a key is one under which answers and messages
// hold their rows and, if so, what text[value] opens: an array of rows or of
// tables, or nothing of the kind, which is outside. first is where that was
// decided; it is len(text) when the text ends before.
func envelopeKey(key, text string, value int) (f frame, first int, ok bool) {
	switch {
	case strings.EqualFold(key, "records"), strings.EqualFold(key, "results"), strings.EqualFold(key, "value"):
		f = inRows
	case strings.EqualFold(key, "tables"):
		f = inTables
	default:
		return outside, 0, false
	}
	if value >= len(text) {
		return outside, len(text), true
	}
	if text[value] != '[' {
		return outside, value, true
	}
	first = skipSpace(text, value+1)
	if first < len(text) && text[first] != '{' && text[first] != ']' {
		f = outside
	}
	return f, first, true
}

// seekFrom begins to look for the next row from text[at].
func (d *documentCutter) seekFrom(text string, at int) {
	d.seeking, d.damaged, d.shallow = true, true, false
	d.before, d.last = 0, 0
	// What is found will be a row, so be where rows are.
	for f := d.top(); f != outside && f != inRows; f = d.top() {
		d.pop()
	}
	// What stands just before may already be half of what is looked for: when
	// a closing bracket was lost, the damage shows at the next row's opening.
	for i := at - 1; i >= 0; i-- {
		if text[i] == ',' {
			d.before, d.last = '}', ','
		}
		if text[i] > ' ' {
			break
		}
	}
}

// seek looks for where the next row may begin: an opening bracket after a
// closing one and a comma, or at the start of a line.
func (d *documentCutter) seek(text string, at int) (next int, found bool) {
	opening, closing := byte('{'), byte('}')
	if d.rowLayout() != nil {
		opening, closing = '[', ']'
	}
	for ; at < len(text); at++ {
		switch c := text[at]; {
		case c == opening && (d.last == ',' && (d.before == closing || d.before == '}' || d.shallow) || d.last == '\n'):
			return at, true
		case c == '\n':
			d.before, d.last = d.last, '\n'
		case c > ' ':
			if d.last == '\n' {
				d.last = d.before
			}
			d.before, d.last = d.last, c
		}
	}
	return at, false
}
