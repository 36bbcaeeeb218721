package tables

import (
	"bytes"
	"io"
	"iter"
	"strings"
)

// Chunk is a run of whole rows of an export, not yet parsed. It is immutable,
// and it stands alone: reading on does not change it, until Release.
type Chunk struct {
	// First is the number of the first row, counted from 1.
	First int

	text   string
	lease  *lease // of the memory of text; nil when it is the chunk's own
	spans  []span
	layout *layout // the columns, where a header gives them; nil for JSON objects
	// damage has the reasons why spans are no rows, by their place in spans.
	damage map[int]error
	// open says that the last row ends with the input and not with its line.
	open bool
}

// Rows returns the number of rows in the chunk, damaged ones included.
func (c Chunk) Rows() int { return len(c.spans) }

// Size returns the chunk's bytes.
func (c Chunk) Size() int { return len(c.text) }

// Release lets the chunk's memory, which copies of it share, be used for chunks
// that are read later. Nobody may then use the texts of its rows any more, which
// lie there; errors may be used. A chunk that is never released is left to the
// garbage collector. Further calls do nothing.
func (c Chunk) Release() { c.lease.end() }

// span is where a row stands in the text of its chunk.
type span struct{ start, end uint32 }

// layout says what the cells of a row without keys are: a CSV header, or the
// columns of a Log Analytics table.
type layout struct {
	columns   []column // by place; colNone for those that are skipped
	have      columnSet
	table     Table  // by name or columns, Unknown when each row says it
	delimiter byte   // of a CSV; 0 for JSON arrays
	header    string // of a CSV, as it stands there
}

// cutter cuts the input into chunks and counts the rows.
type cutter struct {
	src   *source
	yield func(Chunk, error) bool
	rows  int // cut so far
	// stopped is set when the consumer wants no more.
	stopped bool

	// The chunk in the making: its spans lie in the source's window.
	spans  []span
	damage map[int]error
	layout *layout
	open   bool
}

// add adds the row at buf[start:end] of the window.
func (c *cutter) add(start, end int) {
	c.spans = append(c.spans, span{uint32(start), uint32(end)})
}

// addDamaged adds a row that cannot be read for the reason err.
func (c *cutter) addDamaged(at int, err error) {
	if c.damage == nil {
		c.damage = make(map[int]error)
	}
	c.damage[len(c.spans)] = err
	c.add(at, at)
}

// flush hands out the rows of the first n bytes of the window and drops these.
func (c *cutter) flush(n int) {
	if len(c.spans) > 0 && !c.stopped {
		text, lease := c.src.text(n)
		chunk := Chunk{
			First:  c.rows + 1,
			text:   text,
			lease:  lease,
			spans:  append([]span(nil), c.spans...),
			layout: c.layout,
			damage: c.damage,
			open:   c.open,
		}
		c.rows += len(c.spans)
		c.stopped = !c.yield(chunk, nil)
	}
	c.spans, c.damage = c.spans[:0], nil
	c.src.discard(n)
}

// finish ends the cutting: an input that broke off is an error.
func (c *cutter) finish() {
	if err := c.src.failed(); err != nil && !c.stopped {
		c.yield(Chunk{}, err)
	}
}

// lines cuts JSON lines: every line that is not blank is a row.
func (c *cutter) lines() {
	defer c.finish()
	seen := 0 // no line ends before here
	for !c.stopped {
		end := bytes.LastIndexByte(c.src.buf[seen:], '\n') + seen + 1
		if end > seen {
			c.cutLines(end)
			seen = len(c.src.buf)
			continue
		}
		seen = len(c.src.buf)
		if seen > MaxRecord {
			c.src.discard(c.badLine(0, ErrTooLong))
			seen = 0
			continue
		}
		if !c.src.more() {
			break
		}
	}
	if rest := len(c.src.buf); rest > 0 && !c.stopped {
		c.open = true
		c.cutLines(rest)
	}
}

// cutLines cuts the window up to end, which is after a line end or the end of
// the input.
func (c *cutter) cutLines(end int) {
	text := c.src.buf[:end]
	for at := 0; at < end; {
		line := bytes.IndexByte(text[at:], '\n')
		stop := at + line
		if line < 0 {
			stop = end
		}
		start := at
		if start < stop && text[start] != '{' { // what nearly all lines begin with
			start = skipBlank(text[:stop], start)
		}
		at = min(stop+1, end)
		switch {
		case start == stop:
		case stop-start > MaxRecord:
			c.addDamaged(start, ErrTooLong)
		case isEnvelope(text[start:stop]):
			// Hand out what is before it, then its rows.
			c.flush(start)
			line := &cutter{src: &source{buf: c.src.buf[:stop-start], block: c.src.block, err: io.EOF}, yield: c.yield, rows: c.rows}
			if !c.stopped {
				line.documents()
			}
			c.rows, c.stopped = line.rows, c.stopped || line.stopped
			c.src.discard(at - start)
			end -= at
			text, at = c.src.buf[:end], 0
		default:
			c.add(start, stop)
		}
	}
	c.flush(end)
}

// skipBlank passes over what may stand before a row: a byte order mark, where
// another file was appended, and space.
func skipBlank(line []byte, i int) int {
	if bytes.HasPrefix(line[i:], []byte(byteOrderMark)) {
		i += len(byteOrderMark)
	}
	for i < len(line) && (line[i] == ' ' || line[i] == '\t' || line[i] == '\r') {
		i++
	}
	return i
}

// csv cuts the records of a CSV, after its header.
func (c *cutter) csv(l *layout) {
	defer c.finish()
	c.layout = l
	at, next, quoted := 0, 0, false // the record begins at at, and is looked through up to next
	for !c.stopped {
		n, pos, inQuotes, status := csvRecord(c.src.buf[at:], l.delimiter, next, quoted)
		next, quoted = pos, inQuotes
		long := len(c.src.buf) - at
		if status == csvComplete {
			long = n
		}
		switch {
		case long > MaxRecord+2:
			// Whoever opened the quotes did not mean a megabyte: one line is
			// bad, and what is after it is read again.
			at = c.badLine(at, ErrTooLong)
			next, quoted = 0, false
			continue
		case status == csvComplete:
			c.addLine(at, at+n)
			at, next, quoted = at+n, 0, false
			continue
		case status == csvBadQuote:
			at = c.badLine(at, errBadQuote)
			next, quoted = 0, false
			continue
		}
		c.flush(at)
		at = 0
		if c.stopped || c.src.more() {
			continue
		}
		// The end. A last line without a line end is a row like others, unless
		// it stops within quotes.
		rest := len(c.src.buf)
		if rest == 0 {
			return
		}
		if quoted {
			last := bytes.TrimSuffix(c.src.buf, []byte("\r"))
			if !(next == len(last)-1 && next > 0) {
				at = c.badLine(0, ErrTruncated)
				next, quoted = 0, false
				continue
			}
		}
		c.open = true
		c.addLine(0, rest)
		c.flush(rest)
		return
	}
}

// addLine adds a record with its line end, unless it is blank.
func (c *cutter) addLine(start, end int) {
	text := c.src.buf[start:end]
	text = bytes.TrimSuffix(text, []byte("\n"))
	text = bytes.TrimSuffix(text, []byte("\r"))
	switch {
	case len(text) == 0:
	case c.layout.header != "" && string(bytes.TrimPrefix(text, []byte(byteOrderMark))) == c.layout.header:
		// Where another export was appended.
	case len(text) > MaxRecord:
		c.addDamaged(start, ErrTooLong)
	default:
		c.add(start, start+len(text))
	}
}

// badLine adds the line at the window's byte at as damaged and returns where
// the next begins. It does not hold the line, however long it is.
func (c *cutter) badLine(at int, err error) int {
	c.addDamaged(at, err)
	for {
		if i := indexByte(c.src.buf, at, '\n'); i >= 0 {
			return i + 1
		}
		c.flush(at)
		c.src.discard(len(c.src.buf))
		if at = 0; c.stopped || !c.src.more() {
			return 0
		}
	}
}

// isEnvelope reports whether a line of JSON lines holds several rows: an array,
// or the records of an Event Hub message.
func isEnvelope(line []byte) bool {
	const key = `"records"`
	switch {
	case line[0] == '[':
		return true
	case line[0] != '{':
		return false
	}
	line = line[1:]
	for len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
		line = line[1:]
	}
	return len(line) >= len(key) && line[1]|0x20 == 'r' && strings.EqualFold(string(line[:len(key)]), key)
}

// Chunks cuts the input into chunks of whole rows, in order. It reads on as it
// is consumed, in one goroutine and with bounded memory, and leaves all that is
// costly to [Reader.Parse]. An error is the input's own and the last that is
// yielded. The input is read once: of Chunks and [Reader.Rows], call one, once.
func (r *Reader) Chunks() iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		c := &cutter{src: r.src, yield: func(c Chunk, err error) bool {
			if err != nil {
				return yield(c, r.wrap(err))
			}
			r.rows.Add(int64(c.Rows()))
			return yield(c, nil)
		}}
		switch {
		case r.layout != nil:
			c.csv(r.layout)
		case r.lines:
			c.lines()
		default:
			c.documents()
		}
		r.done.Store(!c.stopped)
	}
}
