package tables

import (
	"errors"
	"net/netip"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// parser turns the rows of one chunk into values. The cells of a row are found
// in one pass, whatever its shape; then the row's table is decided on; then
// the cells that the table has a use for are read.
type parser struct {
	base  string           // the row, which the cells are parts of
	cells [numColumns]part // valid where seen says so
	seen  columnSet
	csv   bool // how quoted cells are decoded
	wide  bool // of CSV: there are bytes in the chunk that are no UTF-8
	arena *arena

	// keys are the keys of the object before, with all up to their values: the
	// next object nearly always has the same, and then a comparison will do.
	keys []memoKey
	key  int

	// The decisions on the row before, which the next nearly always shares.
	named     string // the Type or category
	namedAs   Table
	columns   columnSet
	columnsAs Table
	mixed     bool // the columns are those of several tables

	// The first cell that could not be read.
	badColumn column
	badCell   error

	// inner reads rows that stand in a cell: RawEventData, AuditData, Data.
	inner *parser

	row           Row
	click         clickclass.Click
	email         clickclass.Email
	emailURL      clickclass.EmailURL
	postDelivery  clickclass.PostDelivery
	signIn        clickclass.SignIn
	browserLaunch clickclass.BrowserLaunch
	connection    clickclass.Connection
	policy        clickclass.Policy
}

type memoKey struct {
	text   string
	column column
}

// memo returns the key that stood here in the object before, nil if none did.
func (p *parser) memo() *memoKey {
	if p.key < len(p.keys) {
		return &p.keys[p.key]
	}
	return nil
}

// part is a cell by its place in the row. It has no pointer: a row has many
// cells, and noting each would cost the garbage collector's write barrier.
type part struct {
	start, end uint32
	kind       kind
	escaped    bool
	wide       bool
}

// set puts a cell, whose text is base[start:], in its column. The last of
// several counts, as encoding/json has it, unless it is empty.
func (p *parser) set(col column, c *cell, start int) {
	if c.text == "" && p.seen.has(col) {
		return
	}
	p.cells[col] = part{uint32(start), uint32(start + len(c.text)), c.kind, c.escaped, c.wide}
	p.seen.add(col)
}

// setValue puts the JSON value that scanValue has found at base[at].
func (p *parser) setValue(col column, c *cell, at int) {
	if c.kind == kindText && c.text != "" {
		at++ // the quote
	}
	p.set(col, c, at)
}

// cell returns the cell of a column that has been seen.
func (p *parser) cell(col column) cell {
	at := &p.cells[col]
	return cell{p.base[at.start:at.end], at.kind, at.escaped, at.wide}
}

// object finds the cells of a JSON object.
func (p *parser) object(s string) *syntaxError { return p.objectAt(s, 0) }

// objectAt finds the cells of the JSON object that is s[i:].
func (p *parser) objectAt(s string, i int) *syntaxError {
	p.base = s
	p.key = 0
	i = skipSpace(s, i)
	if i >= len(s) {
		return &syntaxError{"unexpected end", i}
	}
	if s[i] != '{' {
		return &syntaxError{"no object", i}
	}
	i, err := p.members(s, i, false)
	if err != nil {
		return err
	}
	if i = skipSpace(s, i); i != len(s) {
		return &syntaxError{"text after the object", i}
	}
	return nil
}

// members finds the cells of the object at s[i] and returns the index after it.
// Those of the Streaming API's properties count as the row's own.
func (p *parser) members(s string, i int, within bool) (int, *syntaxError) {
	i = skipSpace(s, i+1)
	if i < len(s) && s[i] == '}' {
		return i + 1, nil
	}
	for {
		var col column
		var value int
		memo := p.memo()
		if memo != nil && strings.HasPrefix(s[i:], memo.text) {
			col, value = memo.column, skipSpace(s, i+len(memo.text))
		} else {
			key, at, err := scanKey(s, i)
			if err != nil {
				return i, err
			}
			if key.escaped {
				key.text = p.arena.jsonText(key.text, key.wide)
			}
			col, value = columnOf(key.text), at
			if memo != nil {
				*memo = memoKey{s[i:value], col}
			} else if len(p.keys) < MaxFields {
				p.keys = append(p.keys, memoKey{s[i:value], col})
			}
		}
		p.key++
		var err *syntaxError
		if value < len(s) && s[value] == '"' {
			// What nearly all values are: of plain text, as a rule.
			end := skipPlain(s, value+1)
			var escaped, wide bool
			if end < len(s) && s[end] == '"' {
				i = end + 1
			} else if i, escaped, wide, err = scanSpecial(s, end); err != nil {
				return i, err
			}
			if col != colNone && (i > value+2 || !p.seen.has(col)) {
				p.cells[col] = part{uint32(value + 1), uint32(i - 1), kindText, escaped, wide}
				p.seen.add(col)
			}
		} else if col == colProperties && !within && value < len(s) && s[value] == '{' {
			if i, err = p.members(s, value, true); err != nil {
				return i, err
			}
		} else {
			var c cell
			if c, i, err = scanValue(s, value, 1); err != nil {
				return i, err
			}
			if col != colNone {
				p.setValue(col, &c, value)
			}
		}
		if i+1 < len(s) && s[i] == ',' && s[i+1] == '"' {
			i++ // what scanSeparator would find
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

// array finds the cells of a row of a Log Analytics table.
func (p *parser) array(s string, l *layout) error {
	p.base = s
	i := skipSpace(s, 0)
	if i >= len(s) || s[i] != '[' {
		return errNoArray
	}
	i = skipSpace(s, i+1)
	if i < len(s) && s[i] == ']' {
		return errTooFew // a table has columns
	}
	for n := 0; ; n++ {
		c, end, err := scanValue(s, i, 1)
		if err != nil {
			return err
		}
		if n == len(l.columns) {
			return errTooMany
		}
		if col := l.columns[n]; col != colNone {
			p.setValue(col, &c, i)
		}
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

// fields finds the cells of a CSV record.
func (p *parser) fields(s string, l *layout) error {
	p.base = s
	for n, at := 0, 0; ; n++ {
		start, end, next, escaped, ok := csvField(s, at, l.delimiter)
		switch {
		case !ok:
			return errBadQuote
		case n == len(l.columns):
			return errTooMany
		}
		if col := l.columns[n]; col != colNone {
			p.cells[col] = part{uint32(start), uint32(end), kindText, escaped, p.wide}
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

// begin makes ready for the next row.
func (p *parser) begin() {
	p.seen = columnSet{}
	p.badColumn, p.badCell = colNone, nil
}

// find finds the cells of a row of a chunk.
func (p *parser) find(s string, l *layout) error {
	p.begin()
	switch {
	case l == nil:
		if err := p.object(s); err != nil {
			return err
		}
		if p.seen.has(colProperties) { // the properties as a string
			if text := p.text(colProperties); strings.HasPrefix(text, "{") {
				// The columns found so far keep their places.
				if err := p.objectAt(s+text, len(s)); err != nil {
					return err
				}
			}
		}
		return nil
	case l.delimiter == 0:
		return p.array(s, l)
	}
	return p.fields(s, l)
}

// table decides which table the row is of. When it is none of ours, name is
// the table that the row says it is of, if it says one. l is the layout that
// the row was found by.
func (p *parser) table(l *layout) (t Table, name string) {
	for _, col := range [...]column{colType, colCategory} {
		if !p.seen.has(col) || p.cell(col).text == "" {
			continue
		}
		name = p.cell(col).text
		if name != p.named {
			p.named, p.namedAs = name, tableNamed(name)
		}
		if p.namedAs != Unknown {
			return p.namedAs, name
		}
		if strings.HasPrefix(name, "AdvancedHunting-") {
			return Unknown, strings.TrimPrefix(name, "AdvancedHunting-")
		}
		// A row of a union has the columns of all its tables, so they say
		// nothing; but anybody may call a table of their own anything.
		if l != nil && col == colType && !strings.HasSuffix(name, "_CL") {
			return Unknown, name
		}
	}
	if p.seen != p.columns {
		p.columns, p.columnsAs, p.mixed = p.seen, tableWith(p.seen), mixed(p.seen)
	}
	t = p.columnsAs
	if p.mixed {
		if filled := tableWith(p.filled()); filled != Unknown {
			t = filled
		}
	}
	if t == DeviceNetworkEvents && p.seen.has(colActionType) {
		if action := p.cell(colActionType).text; action != "" && !strings.Contains(action, "Connection") {
			t = DeviceEvents
		}
	}
	if t == Unknown && name == "" && l != nil {
		t = l.table // by the name that Log Analytics gave it
	}
	return t, name
}

// filled returns the columns in which the row has something.
func (p *parser) filled() columnSet {
	var s columnSet
	for col := colNone + 1; col < numColumns; col++ {
		if p.seen.has(col) && !p.cell(col).empty() {
			s.add(col)
		}
	}
	return s
}

// Cells of the row, as values. The first that cannot be read is remembered.

func (p *parser) bad(col column, reason, value string) {
	if p.badCell == nil {
		p.badColumn, p.badCell = col, newValueError(reason, value)
	}
}

// text returns what a column holds.
func (p *parser) text(col column) string {
	if !p.seen.has(col) {
		return ""
	}
	if at := &p.cells[col]; !at.escaped && !at.wide {
		return p.base[at.start:at.end] // as decoded would, and in less time
	}
	c := p.cell(col)
	return p.decoded(&c)
}

// decoded returns what a cell holds.
func (p *parser) decoded(c *cell) string {
	switch {
	case !c.escaped && !c.wide:
		return c.text
	case !c.escaped:
		return p.arena.validText(c.text)
	case p.csv:
		return p.arena.validText(p.arena.csvText(c.text))
	}
	return p.arena.jsonText(c.text, c.wide)
}

// firstText returns the first of the columns' that is not empty.
func (p *parser) firstText(cols ...column) string {
	for _, col := range cols {
		if s := p.text(col); s != "" {
			return s
		}
	}
	return ""
}

// value returns the first of the columns that holds something, for reading it
// as other than text.
func (p *parser) value(cols ...column) (string, column) {
	for _, col := range cols {
		if !p.seen.has(col) {
			continue
		}
		c := p.cell(col)
		if c.empty() {
			continue
		}
		s := p.decoded(&c)
		if s == "" || !isGraphic(s[0]) || !isGraphic(s[len(s)-1]) {
			s = strings.TrimSpace(s)
		}
		if s != "" {
			return s, col
		}
	}
	return "", colNone
}

// isGraphic reports whether a byte is a visible character of ASCII, and so none
// that is trimmed.
func isGraphic(c byte) bool { return ' ' < c && c < 0x7f }

func (p *parser) time(cols ...column) time.Time {
	s, col := p.value(cols...)
	if s == "" {
		return time.Time{}
	}
	t, ok := parseTime(s)
	if !ok {
		p.bad(col, "bad time", s)
	}
	return t
}

// addrs returns the first address of a cell, and the further ones.
func (p *parser) addrs(cols ...column) (first netip.Addr, rest []netip.Addr) {
	s, col := p.value(cols...)
	if s == "" {
		return netip.Addr{}, nil
	}
	first, rest, ok := parseAddrs(s)
	if !ok {
		p.bad(col, "bad address", s)
	}
	return first, rest
}

func (p *parser) bool(cols ...column) bool {
	s, col := p.value(cols...)
	if s == "" {
		return false
	}
	v, ok := parseBool(s)
	if !ok {
		p.bad(col, "bad bool", s)
	}
	return v
}

// int returns absent when there is no number.
func (p *parser) int(absent int, cols ...column) int {
	s, col := p.value(cols...)
	if s == "" {
		return absent
	}
	n, ok := parseInt(s)
	if !ok {
		p.bad(col, "bad number", s)
		return absent
	}
	return n
}
