package tables

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

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
	c := &cutter{src: &source{buf: r.src.buf, err: io.EOF}}
	p := &parser{arena: new(arena)}
	c.yield = func(chunk Chunk, _ error) bool {
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
				if first = quote(name); name == "" {
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
			return "", outside, false
		}
		if f, first, ok := envelopeKey(k.text, s, value); ok && f != outside && first < len(s) {
			return k.text, f, true
		}
		_, end, err := scanValue(s, value, 1)
		if err != nil {
			return "", outside, false
		}
		var more bool
		if i, more, err = scanSeparator(s, end, '}'); err != nil || !more {
			return "", outside, false
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
	delimiters := []byte{',', ';', '\t', '|'}
	for start := 0; ; {
		end := indexByte(r.src.buf, start, '\n') + 1
		if end == 0 {
			if !full {
				return false, nil
			}
			end = len(r.src.buf)
		}
		line := strings.TrimRight(string(r.src.buf[start:end]), "\r\n")
		switch {
		case strings.TrimSpace(line) == "" && end < len(r.src.buf), strings.HasPrefix(line, "#TYPE "): // Export-Csv of Windows PowerShell
		case strings.HasPrefix(line, "sep=") && len(line) == 5: // Excel
			delimiters = []byte{line[4]}
		default:
			return r.header(line, end, delimiters, full)
		}
		start = end
	}
}

// header reads the header, which ends at the window's byte end. The delimiter
// is the one that makes the most columns known.
func (r *Reader) header(line string, end int, delimiters []byte, full bool) (bool, error) {
	var best *layout
	var header []string
	known := -1
	for _, delimiter := range delimiters {
		names, ok := headerFields(line, delimiter)
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
	if best == nil || known == 0 && !isText(line) {
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

// isText reports whether a line is text and not part of a binary file.
func isText(line string) bool {
	return utf8.ValidString(line) && !strings.ContainsFunc(line, func(c rune) bool { return c < ' ' && c != '\t' })
}

// headerFields splits a header.
func headerFields(line string, delimiter byte) (names []string, ok bool) {
	for at := 0; at >= 0; {
		start, end, next, escaped, ok := csvField(line, at, delimiter)
		if !ok || len(names) == MaxFields {
			return nil, false
		}
		name := line[start:end]
		if escaped {
			name = strings.ReplaceAll(name, `""`, `"`)
		}
		names = append(names, name)
		at = next
	}
	return names, true
}

// firstTable finds the table of the first row of the window that is of a known
// one.
func (r *Reader) firstTable(l *layout, from int) (table Table, ok bool) {
	c := &cutter{src: &source{buf: r.src.buf[from:], err: io.EOF}}
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
