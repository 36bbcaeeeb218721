package tables

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// Reader reads one export. [Reader.Parse] may be called from many goroutines at
// once, on different chunks; so may Table, Shape, Missing and Warnings.
type Reader struct {
	name   string
	src    *source
	table  Table
	shape  Shape
	lines  bool    // one JSON object a line
	layout *layout // of a CSV
	rows   atomic.Int64
	done   atomic.Bool // the input has been cut to its end

	mu       sync.Mutex
	warnings []string
	have     [numTables]columnSet // the columns seen in rows of each table
	leftOut  map[string]int       // rows of tables that are not read, by name
	skipped  int                  // rows of tables that are read, but of no use
}

// NewReader recognises the table and the shape of r from what it begins with,
// and reads no further than that takes. The name is for messages and for
// [Row.File].
//
// Text may be UTF-8 or UTF-16, with a byte order mark or without. The error is
// [ErrEmpty], [ErrUnknownTable], [ErrUnknownShape] or r's own.
func NewReader(name string, r io.Reader) (*Reader, error) {
	decoded, err := utf8Reader(r)
	if err != nil {
		return nil, err
	}
	x := &Reader{name: name, src: &source{r: decoded}}
	for {
		grew := x.src.grow()
		full := !grew || len(x.src.buf) >= maxHead
		recognised, err := x.sniff(full)
		if recognised {
			return x, nil
		}
		if full {
			if broken := x.src.failed(); broken != nil {
				err = broken
			}
			if name != "" {
				return nil, fmt.Errorf("tables: read: %s: %w", name, err)
			}
			return nil, fmt.Errorf("tables: read: %w", err)
		}
	}
}

// maxHead bounds what is read to recognise an export.
const maxHead = readSize

// sniff looks at the window. When it cannot tell what it is, err says why, as
// far as the window goes; full says that it will not get larger.
func (r *Reader) sniff(full bool) (recognised bool, err error) {
	head := bytes.TrimLeft(r.src.buf, " \t\r\n")
	switch {
	case len(head) == 0:
		return false, ErrEmpty
	case head[0] == '{' || head[0] == '[':
		return r.sniffJSON(head, full)
	}
	return r.sniffCSV(full)
}

// sniffJSON runs the cutter over the window and looks for a row of a table that
// is known.
func (r *Reader) sniffJSON(head []byte, full bool) (bool, error) {
	r.lines = false
	if head[0] == '{' {
		var sure bool
		if r.lines, sure = hasLine(head); !sure && !full {
			return false, nil
		}
	}
	var first string // the columns of the first row, or the table it names
	var damage error // why the first row that is none is none
	var table Table
	shape := shapeOf(head, r.lines)
	c := &cutter{src: &source{buf: bytes.Clone(r.src.buf), err: io.EOF}}
	p := &parser{arena: new(arena)}
	c.yield = func(chunk Chunk, _ error) bool {
		p.csv = false
		for i, span := range chunk.spans {
			text := chunk.text[span.start:span.end]
			if err := chunk.damage[i]; err != nil {
				if damage == nil {
					damage = err
				}
				if !full || !bytes.HasPrefix(head, []byte("{")) {
					continue
				}
				text = string(head) // half a row may still tell its columns
			}
			err := p.find(text, chunk.layout)
			if damage == nil {
				damage = err
			}
			t, name := p.table(chunk.layout)
			if shape == ShapeNDJSON && p.seen.has(colCategory) && strings.Contains(text, `"properties"`) {
				shape = ShapeStream
			}
			if t != Unknown {
				table = t
				return false
			}
			if err == nil && first == "" {
				if first = name; name == "" {
					first = keysOf(text, chunk.layout)
				}
			}
		}
		return true
	}
	if r.lines {
		c.lines()
	} else {
		c.documents()
	}
	if table == Unknown {
		switch {
		case first == "" && damage != nil:
			return false, damage
		case first == "":
			if table = answerTable(head); table == Unknown {
				return false, ErrEmpty
			}
			r.table, r.shape = table, shape
			return true, nil
		}
		return false, fmt.Errorf("%w %s", ErrUnknownTable, first)
	}
	r.table, r.shape = table, shape
	return true, nil
}

// hasLine reports whether one of the first lines is a whole JSON object and no
// envelope: then every line is a row, even if the first is not. sure is false
// when more lines could change that.
func hasLine(head []byte) (has, sure bool) {
	for range 5 {
		line, rest, ok := bytes.Cut(head, []byte("\n"))
		if !ok {
			return false, false
		}
		if line = bytes.TrimSpace(line); len(line) > 1 && line[0] == '{' {
			c, end, err := scanValue(string(line), 0, 0)
			if err == nil && end == len(line) {
				_, _, rows := findRows(c.text)
				return !rows, true
			}
		}
		head = rest
	}
	return false, true
}

// findRows finds the first key of an object under which rows may stand.
func findRows(s string) (key string, f frame, ok bool) {
	for i := skipSpace(s, 1); ; {
		k, value, err := scanKey(s, i)
		if err != nil {
			return "", 0, false
		}
		if f, first, ok := envelopeKey(k.text, s, value); ok && f != 0 && first < len(s) {
			return k.text, f, true
		}
		_, end, err := scanValue(s, value, 1)
		if err != nil {
			return "", 0, false
		}
		var more bool
		if i, more, err = scanSeparator(s, end, '}'); err != nil || !more {
			return "", 0, false
		}
	}
}

// answerTable finds the table of an answer without rows by the columns that it
// says it has.
func answerTable(head []byte) (t Table) {
	eachMember(string(head), func(key string, c cell) bool {
		switch {
		case strings.EqualFold(key, "schema"):
			t = newLayout("", columnsOf(c.text), 0).table
		case strings.EqualFold(key, "tables"):
			eachElement(c.text, func(c cell) bool {
				eachMember(c.text, func(key string, c cell) bool {
					if strings.EqualFold(key, "columns") {
						t = newLayout("", columnsOf(c.text), 0).table
					}
					return t == Unknown
				})
				return t == Unknown
			})
		}
		return t == Unknown
	})
	return t
}

func shapeOf(head []byte, lines bool) Shape {
	switch {
	case lines:
		return ShapeNDJSON
	case head[0] == '[':
		return ShapeArray
	}
	key, f, ok := findRows(string(head))
	switch {
	case !ok:
		return ShapeObject
	case f == inTables:
		return ShapeLogAnalytics
	case strings.EqualFold(key, "records"):
		return ShapeRecords
	case strings.EqualFold(key, "value"):
		return ShapeArray
	}
	return ShapeHunting
}

// keysOf names the columns of a row for an error.
func keysOf(s string, l *layout) string {
	var names []string
	if l == nil {
		eachMember(s, func(key string, _ cell) bool {
			names = append(names, key)
			return true
		})
	}
	return withColumns(names)
}

// withColumns lists columns for an error.
func withColumns(names []string) string {
	const most = 12
	if len(names) == 0 {
		return "without columns"
	}
	var b strings.Builder
	b.WriteString("with columns ")
	for i, name := range names {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(names)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(quote(name))
	}
	return b.String()
}

// newLayout makes the layout for a header.
func newLayout(name string, header []string, delimiter byte) *layout {
	l := &layout{columns: make([]column, len(header)), delimiter: delimiter}
	for i, h := range header {
		c := columnOf(h)
		if c != colNone && !l.have.has(c) { // the first of several counts
			l.columns[i] = c
			l.have.add(c)
		}
	}
	if l.table = tableNamed(name); l.table == Unknown {
		l.table = tableWith(l.have)
	}
	return l
}

// sniffCSV reads the header.
func (r *Reader) sniffCSV(full bool) (bool, error) {
	text := r.src.buf
	start := 0
	var delimiters = []byte{',', ';', '\t', '|'}
	for {
		n, _, _, status := csvRecord(text[start:], delimiters[0], 0, false)
		end := start + n
		if status != csvComplete {
			if !full {
				return false, nil
			}
			end = len(text)
		}
		line := strings.TrimRight(string(text[start:end]), "\r\n")
		switch {
		case line == "" && end < len(text), strings.HasPrefix(line, "#TYPE "): // Export-Csv of Windows PowerShell
		case strings.HasPrefix(line, "sep=") && len(line) == 5: // Excel
			delimiters = []byte{line[4]}
		default:
			return r.header(line, end, delimiters, full)
		}
		start = end
	}
}

func (r *Reader) header(line string, end int, delimiters []byte, full bool) (bool, error) {
	if !utf8.ValidString(line) || strings.ContainsFunc(line, func(c rune) bool { return c < ' ' && c != '\t' && c != '\r' && c != '\n' }) {
		return false, ErrUnknownShape
	}
	var best *layout
	var header []string
	known := -1
	for _, delimiter := range delimiters {
		var names []string
		ok := csvFields(line, delimiter, func(_, _ int, c cell) bool {
			name := c.text
			if c.escaped {
				name = strings.ReplaceAll(name, `""`, `"`)
			}
			names = append(names, name)
			return len(names) < MaxFields
		})
		if !ok {
			continue
		}
		l := newLayout("", names, delimiter)
		n := 0
		for _, c := range l.columns {
			if c != colNone {
				n++
			}
		}
		if n > known {
			best, header, known = l, names, n
		}
	}
	if best == nil {
		return false, ErrUnknownShape
	}
	r.table = best.table
	if best.table == Unknown || best.table == DeviceNetworkEvents || best.have.has(colType) || best.have.has(colCategory) || mixed(best.have) {
		// The rows say more than the header.
		t, ok := r.firstTable(best, end)
		if !ok && !full {
			return false, nil
		}
		if ok {
			r.table = t
		}
	}
	if r.table == Unknown {
		return false, fmt.Errorf("%w %s", ErrUnknownTable, withColumns(header))
	}
	best.header = line
	r.shape, r.layout = ShapeCSV, best
	r.have[r.table] = best.have
	r.warnHeader(header, best)
	r.src.discard(end)
	return true, nil
}

// firstTable finds the table of the first row of the window that is of a known
// one.
func (r *Reader) firstTable(l *layout, from int) (table Table, ok bool) {
	c := &cutter{src: &source{buf: bytes.Clone(r.src.buf[from:]), err: io.EOF}}
	p := &parser{arena: new(arena), csv: true}
	c.yield = func(chunk Chunk, _ error) bool {
		for i, span := range chunk.spans {
			if chunk.damage[i] == nil && p.find(chunk.text[span.start:span.end], l) == nil {
				if table, _ = p.table(l); table != Unknown {
					return false
				}
			}
		}
		return true
	}
	c.csv(l)
	return table, table != Unknown
}

func (r *Reader) warnHeader(header []string, l *layout) {
	var first [numColumns]string
	for i, name := range header {
		c := columnOf(name)
		switch {
		case c == colNone:
		case l.columns[i] == c:
			first[c] = name
		default:
			r.warnings = append(r.warnings, fmt.Sprintf("column %s is there twice, as %s and %s: the first counts", c, quote(first[c]), quote(name)))
		}
		if _, zone, ok := strings.Cut(name, "["); ok && c != colNone && !strings.HasPrefix(zone, "UTC]") {
			r.warnings = append(r.warnings, fmt.Sprintf("the times of column %s are not in UTC but are read as if", quote(name)))
		}
	}
}

// Table returns the table of the first row that was recognised. Rows of other
// tables may follow, as in a stream that mixes them.
func (r *Reader) Table() Table { return r.table }

// Shape returns the form in which the export holds its rows.
func (r *Reader) Shape() Shape { return r.shape }

// Missing returns the columns that rows are read from and that no row has had
// so far, as after a project that left them out. With several tables in the
// export, names are preceded by the table's.
func (r *Reader) Missing() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var names []string
	tables := 0
	for t, have := range r.have {
		if Table(t) != Unknown && have != (columnSet{}) {
			tables++
			for _, name := range Table(t).missing(have) {
				names = append(names, Table(t).String()+"."+name)
			}
		}
	}
	if tables == 1 {
		for i, name := range names {
			_, names[i], _ = strings.Cut(name, ".")
		}
	}
	return names
}

// rowCaps are the most rows that the portal has given out in one export, in
// the course of the years.
var rowCaps = [...]int64{10_000, 30_000, 100_000}

// Warnings returns what the user should know of the export as a whole. The list
// is complete when the last row has been parsed.
func (r *Reader) Warnings() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	warnings := slices.Clone(r.warnings)
	if n := r.rows.Load(); r.done.Load() && r.shape != ShapeStream && r.shape != ShapeRecords && slices.Contains(rowCaps[:], n) {
		warnings = append(warnings, fmt.Sprintf("exactly %d rows: the export was probably cut off at its limit", n))
	}
	for _, name := range slices.Sorted(keys(r.leftOut)) {
		warnings = append(warnings, fmt.Sprintf("left out %s of table %s, which is not read", plural(r.leftOut[name], "row"), quote(name)))
	}
	return warnings
}

func keys(m map[string]int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// Skipped returns how many rows so far were in order but hold nothing that is
// read: DeviceEvents other than BrowserLaunchedToOpenUrl, audit records other
// than clicks.
func (r *Reader) Skipped() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.skipped
}

// Rows yields the rows in order. An error is a [*RowError], after which the
// next row follows, or the input's own, which is the last.
func (r *Reader) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for chunk, err := range r.Chunks() {
			if err != nil {
				yield(Row{}, err)
				return
			}
			if !r.Parse(chunk, yield) {
				return
			}
		}
	}
}

// isCutOff reports whether a row of n bytes could be whole if it went on.
func isCutOff(err error, n int) bool {
	syntax, ok := err.(*syntaxError)
	return ok && syntax.at >= n || err == errTooFew
}

// Parse yields the rows of a chunk in order. An error is a [*RowError] for the
// row that stands beside it. Parse reports whether it has been through them
// all, and not been stopped.
func (r *Reader) Parse(c Chunk, yield func(Row, error) bool) bool {
	p := &parser{arena: new(arena)}
	if p.csv = c.layout != nil && c.layout.delimiter != 0; p.csv {
		p.wide = !utf8.ValidString(c.text)
	}
	var have [numTables]columnSet
	var leftOut map[string]int
	skipped := 0
	defer func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		for t := range have {
			for i := range have[t] {
				r.have[t][i] |= have[t][i]
			}
		}
		r.skipped += skipped
		for name, n := range leftOut {
			if r.leftOut == nil {
				r.leftOut = make(map[string]int)
			}
			r.leftOut[name] += n
		}
	}()
	for i, span := range c.spans {
		p.row = Row{File: r.name, Row: c.First + i}
		err := c.damage[i]
		if err == nil {
			text := c.text[span.start:span.end]
			err = p.find(text, c.layout)
			if c.open && i == len(c.spans)-1 && isCutOff(err, len(text)) {
				err = ErrTruncated
			}
		}
		if err != nil {
			if !yield(p.row, &RowError{File: r.name, Row: p.row.Row, Err: err}) {
				return false
			}
			continue
		}
		t, name := p.table(c.layout)
		if t == Unknown && name != "" {
			if leftOut == nil {
				leftOut = make(map[string]int)
			}
			leftOut[strings.Clone(name)]++
			continue
		}
		have[t][0] |= p.seen[0]
		have[t][1] |= p.seen[1]
		use := p.fill(t)
		switch {
		case t == Unknown:
			p.badColumn, p.badCell = colNone, ErrUnknownTable
			fallthrough
		case p.badCell != nil:
			p.row = Row{File: r.name, Row: p.row.Row}
			e := &RowError{File: r.name, Row: p.row.Row, Column: p.badColumn.String(), Err: p.badCell}
			if !yield(p.row, e) {
				return false
			}
		case !use:
			skipped++
		case !yield(p.row, nil):
			return false
		}
	}
	return true
}
