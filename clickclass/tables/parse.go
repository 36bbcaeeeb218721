package tables

import (
	"errors"
	"strings"
)

// value is a value of a row as the export spells it. The text of a JSON string is what is
// between its quotes; that of null is empty.
type value struct {
	text    string
	escaped bool // text has backslash escapes (JSON) or doubled quotes (CSV)
}

// rowParser turns rows into values of Go, one after the other. It finds the cells of a row
// in one pass, decides which table the row is of, and then reads the cells that this table
// uses. What it hands out it never writes to again.
type rowParser struct {
	file string    // for Row.File
	told table     // Options.Table
	omit columnSet // Options.Omit

	evidenceOnly bool // Options.EvidenceOnly

	row     Row    // the row that is being read
	further []Row  // clicks that stand in the row beside its own
	remark  string // on the row, for the user
	table   table  // that it is of

	seen  columnSet         // the columns of the row
	cells [numColumns]value // by column, valid where seen has it
	csv   bool              // the row is a CSV record

	named    namedTable
	matched  matchedTable
	keys     keyMemory
	badCell  *badCell // that costs the row
	notes    []note   // about cells that cost no more than themselves
	dates    dateOrder
	survey   *dateDecider // looks at the times that are read, or nil
	inner    *rowParser   // reads objects that stand in a cell
	within   *rowParser   // reads rows that stand in this row
	strange  strangeRow
	unquoted []byte // scratch space
}

// strangeRow is what the last row of no table that is read was.
type strangeRow struct {
	columns columnSet
	what    string
}

// badCell is the first cell of a row that could not be read and that its table needs.
type badCell struct {
	column column
	err    error
}

// clear makes p ready for the next row.
func (p *rowParser) clear() {
	p.seen = columnSet{}
	p.badCell, p.further, p.remark = nil, p.further[:0], ""
	p.notes = p.notes[:0]
}

// findCells finds the cells of a row. l is the layout of a row without keys, and nil for a
// JSON object.
func (p *rowParser) findCells(row string, l *layout) error {
	p.clear()
	p.csv = l != nil && l.delimiter != 0
	switch {
	case p.csv:
		return p.findFields(row, l)
	case l != nil:
		return p.findElements(row, l)
	}
	p.keys.rewind()
	if err := p.findMembers(row); err != nil {
		return err
	}
	if p.seen.has(colProperties) {
		// Some pipelines write the properties of the Streaming API as a string.
		if properties := p.text(colProperties); strings.HasPrefix(properties, "{") {
			if err := p.findMembers(properties); err != nil {
				return err
			}
		}
	}
	return nil
}

// setCell sets the cell of a column. The last of several counts, as in encoding/json,
// unless it is empty.
func (p *rowParser) setCell(col column, text string, escaped bool) {
	if col == colNone || text == "" && p.seen.has(col) {
		return
	}
	p.cells[col] = value{text, escaped}
	p.seen.add(col)
}

// findMembers finds the cells of a JSON object.
func (p *rowParser) findMembers(s string) error {
	i := skipSpace(s, 0)
	if i >= len(s) {
		return &syntaxError{"unexpected end", i}
	}
	if s[i] != '{' {
		return &syntaxError{"no object", i}
	}
	i, err := p.findMembersAt(s, i, false)
	if err != nil {
		return err
	}
	if i = skipSpace(s, i); i != len(s) {
		return &syntaxError{"text after the object", i}
	}
	return nil
}

// findMembersAt finds the cells of the object at s[i] and returns the index after it. The
// members of the Streaming API's properties are cells like those around them; within says
// that this object is one.
func (p *rowParser) findMembersAt(s string, i int, within bool) (end int, err *syntaxError) {
	i = skipSpace(s, i+1)
	if i < len(s) && s[i] == '}' {
		return i + 1, nil
	}
	for {
		col, at, err := p.keys.scan(s, i)
		if err != nil {
			return i, err
		}
		switch {
		case at < len(s) && s[at] == '"':
			var escaped bool
			if i, escaped, err = scanString(s, at); err != nil {
				return i, err
			}
			p.setCell(col, s[at+1:i-1], escaped)
		case col == colProperties && !within && at < len(s) && s[at] == '{':
			if i, err = p.findMembersAt(s, at, true); err != nil {
				return i, err
			}
		default:
			var v value
			if v, i, err = scanValue(s, at, 1); err != nil {
				return i, err
			}
			p.setCell(col, v.text, v.escaped)
		}
		if i < len(s) && s[i] == ',' {
			i = skipSpace(s, i+1)
			continue
		}
		var more bool
		if i, more, err = scanSeparator(s, i, '}'); err != nil || !more {
			return i, err
		}
	}
}

var (
	errNoArray = errors.New("no array of values")
	errTooFew  = errors.New("fewer values than columns")
	errTooMany = errors.New("more values than columns")
)

// findElements finds the cells of a row of a Log Analytics table, a JSON array.
func (p *rowParser) findElements(s string, l *layout) error {
	i := skipSpace(s, 0)
	if i >= len(s) || s[i] != '[' {
		return errNoArray
	}
	i = skipSpace(s, i+1)
	if i < len(s) && s[i] == ']' {
		return errTooFew // every table has columns
	}
	for n := 0; ; n++ {
		v, end, err := scanValue(s, i, 1)
		if err != nil {
			return err
		}
		if n == len(l.columns) {
			return errTooMany
		}
		p.setCell(l.columns[n], v.text, v.escaped)
		var more bool
		if i, more, err = scanSeparator(s, end, ']'); err != nil {
			return err
		}
		if !more {
			if n+1 < len(l.columns) {
				return errTooFew
			}
			return nil
		}
	}
}

// findFields finds the cells of a CSV record.
func (p *rowParser) findFields(s string, l *layout) error {
	for n, at := 0, 0; ; n++ {
		field, next, ok := csvField(s, at, l.delimiter)
		switch {
		case !ok:
			return errBadQuote
		case n == len(l.columns):
			return errTooMany
		}
		if col := l.columns[n]; col != colNone {
			p.cells[col] = field
			p.seen.add(col)
		}
		if next < 0 {
			if n+1 < len(l.columns) {
				return errTooFew
			}
			return nil
		}
		at = next
	}
}
