package tables

// maxRow bounds a row as it stands in the input, in bytes.
const maxRow = 1 << 20

// batch is a run of rows that were cut out of the input and are not yet parsed. It is
// immutable.
type batch struct {
	first  int64 // the number of the first row, from 1
	text   string
	spans  []span        // of the rows in text
	damage map[int]error // by place in spans: why it is no row
	layout *layout       // of rows without keys; nil for JSON objects
	dates  dateOrder
	open   bool // the last row ends with the input and not with a line end
}

// last returns the number of the last row.
func (b *batch) last() int64 { return b.first + int64(len(b.spans)) - 1 }

// span is where a row stands in a text.
type span struct{ start, end int }

// layout says which columns the values of a row without keys have: those of a CSV header,
// or of a Log Analytics table.
type layout struct {
	name      string   // that Log Analytics gave the table
	names     []string // of the columns, as the export spells them
	columns   []column // by place; colNone for those that are not read
	have      columnSet
	table     table  // by its name or columns, unknown if the rows must say it
	delimiter byte   // of a CSV; 0 for JSON arrays
	header    string // of a CSV, as it stands in the input
}

// cutter cuts text into rows. It keeps its state from one piece of text to the next.
type cutter interface {
	// cut cuts the rows of a text and returns how many of its bytes are done with. The
	// next text must begin with the others. At the end of the input, all bytes are done
	// with.
	cut(text string, atEnd bool) (done int)
	// batches returns the rows that were cut since the last call.
	batches() []batch
}

// batcher collects rows in batches. It is the common part of the cutters.
type batcher struct {
	rows    int64 // in all batches
	done    []batch
	current batch
}

// add adds the row at text[start:end].
func (b *batcher) add(start, end int) { b.current.spans = append(b.current.spans, span{start, end}) }

// addRow adds a row, or its damage if it is too long.
func (b *batcher) addRow(start, end int) {
	if end-start > maxRow {
		b.addDamaged(start, ErrTooLong)
		return
	}
	b.add(start, end)
}

// addDamaged adds a row at text[at] that cannot be read because of err.
func (b *batcher) addDamaged(at int, err error) {
	if b.current.damage == nil {
		b.current.damage = make(map[int]error)
	}
	b.current.damage[len(b.current.spans)] = err
	b.add(at, at)
}

// finish ends the current batch, whose rows lie in text. The next one has the same layout.
func (b *batcher) finish(text string) {
	if len(b.current.spans) > 0 {
		b.current.first, b.current.text = b.rows+1, text
		b.rows += int64(len(b.current.spans))
		b.done = append(b.done, b.current)
	}
	b.current = batch{layout: b.current.layout, spans: make([]span, 0, len(b.current.spans))}
}

// setLayout sets the layout of the rows that follow. Rows of another layout are another
// batch.
func (b *batcher) setLayout(text string, l *layout) {
	if b.current.layout != l {
		b.finish(text)
		b.current.layout = l
	}
}

func (b *batcher) batches() []batch {
	done := b.done
	b.done = nil
	return done
}
