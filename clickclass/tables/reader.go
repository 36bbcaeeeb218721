package tables

import (
	"fmt"
	"io"
	"iter"
	"maps"
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
	unread columnSet
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
// Text may be UTF-8 or UTF-16, with a byte order mark or without. The error
// wraps [ErrEmpty], [ErrUnknownTable], [ErrUnknownShape], what is wrong with the
// first row when there is no other, such as [ErrTruncated], or r's own.
func NewReader(name string, r io.Reader) (*Reader, error) {
	x := &Reader{name: name}
	decoded, err := utf8Reader(r)
	if err != nil {
		return nil, x.wrap(err)
	}
	x.src = &source{r: decoded}
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
			return nil, x.wrap(err)
		}
	}
}

// wrap says in which file something went wrong.
func (r *Reader) wrap(err error) error {
	if r.name == "" {
		return fmt.Errorf("tables: read: %w", err)
	}
	return fmt.Errorf("tables: read: %s: %w", r.name, err)
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
	for _, name := range slices.Sorted(maps.Keys(r.leftOut)) {
		warnings = append(warnings, fmt.Sprintf("left out %s of table %s, which is not read", plural(r.leftOut[name], "row"), quote(name)))
	}
	return warnings
}

// maxLeftOut bounds the tables that are counted by name; the rest count
// together, under no name.
const maxLeftOut = 64

// count adds n rows to those of a table that is left out.
func count(counts map[string]int, name string, n int) map[string]int {
	if counts == nil {
		counts = make(map[string]int)
	}
	if _, ok := counts[name]; !ok {
		named := len(counts)
		if _, ok := counts[""]; ok {
			named--
		}
		if named >= maxLeftOut {
			name = ""
		}
		name = strings.Clone(name) // not to keep the chunk
	}
	counts[name] += n
	return counts
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

// LeaveOut has the columns of these names left unread: they come out empty, as
// if the export lacked them, and still do not count as missing. Reading takes
// less time so. Names that are no columns change nothing. It must be called
// before the first Parse.
func (r *Reader) LeaveOut(names ...string) {
	for _, name := range names {
		if col := columnOf(name); col != colNone {
			r.unread.add(col)
		}
	}
}

// Parse yields the rows of a chunk in order. An error is a [*RowError] for the
// row that stands beside it. Parse reports whether it has been through them
// all, and not been stopped.
func (r *Reader) Parse(c Chunk, yield func(Row, error) bool) bool {
	p := &parser{arena: newArena(len(c.text))}
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
		for _, name := range slices.Sorted(maps.Keys(leftOut)) {
			r.leftOut = count(r.leftOut, name, leftOut[name])
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
			leftOut = count(leftOut, name, 1)
			continue
		}
		have[t][0] |= p.seen[0]
		have[t][1] |= p.seen[1]
		p.seen[0] &^= r.unread[0]
		p.seen[1] &^= r.unread[1]
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
