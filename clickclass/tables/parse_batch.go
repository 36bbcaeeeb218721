package tables

import (
	"errors"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
)

// parsedBatch is what the rows of a batch are.
type parsedBatch struct {
	rows     []parsedRow          // without those that hold nothing of use
	within   int64                // rows that stand in others, without the first in each
	have     [numTables]columnSet // the columns that rows of each table had
	count    [numTables]int64     // the rows of each table
	skipped  int64
	leftOut  map[string]int64 // rows of tables that are not read, by what they are
	warnings []string
	useless  [numTables]int64 // rows without what they need to count
	notes    []note
}

// parsedRow is a row, or why it could not be read.
type parsedRow struct {
	Row
	err error
}

func (r *Reader) newParser() *rowParser {
	return &rowParser{file: r.name, told: r.told, omit: r.omit, evidenceOnly: r.evidenceOnly}
}

// parseBatch parses the rows of a batch.
func (p *rowParser) parseBatch(b batch) parsedBatch {
	parsed := parsedBatch{rows: make([]parsedRow, 0, len(b.spans))}
	p.dates = b.dates
	for i := range b.spans {
		p.parseRow(&parsed, &b, i)
	}
	return parsed
}

// parseRow parses a row of a batch.
func (p *rowParser) parseRow(parsed *parsedBatch, b *batch, i int) {
	p.row = Row{File: p.file, Row: b.first + int64(i) + parsed.within}
	err := b.damage[i]
	text := objectIn(b.text[b.spans[i].start:b.spans[i].end], b.layout)
	if err == nil && strings.Trim(text, "\x00\x1a ") == "" {
		parsed.skipped++ // left by a damaged disk or an old program
		return
	}
	if err == nil {
		err = p.findCells(text, b.layout)
		if b.open && i == len(b.spans)-1 && isCutOff(err, len(text)) {
			err = ErrTruncated
		}
	}
	if err != nil {
		parsed.addError(p, colNone, err)
		return
	}
	switch name, err := p.readRow(parsed, text, b.layout, 0); {
	case errors.Is(err, errNotRead) && isAnswerPart(text, b.layout):
		parsed.skipped++
	case errors.Is(err, errNotRead):
		parsed.countLeftOut(p.describe(name, text, b.layout))
	case err != nil:
		parsed.addError(p, colNone, err)
	}
}

// errNotRead means that a row is in order, and of a table that is not read.
var errNotRead = errors.New("not a table that is read")

// readRow reads the row whose cells were found, and the rows that stand in it. For a row of
// no table that is read, it adds nothing and returns ErrUnknown or errNotRead, and the table
// that the row says it is of, if it says one.
func (p *rowParser) readRow(parsed *parsedBatch, text string, l *layout, depth int) (name string, err error) {
	t, name, warning := p.findTable(l)
	if t == unknown {
		within, err := p.openRow(parsed, text, l, depth)
		if name == "" {
			name = within
		}
		if err == ErrUnknown && (name != "" || p.seen.hasAny(rowTimes) && !p.seen.has(colUrl) || isAnswerPart(text, l)) {
			// A row with a time and no link is no damaged click, but one of the many
			// other tables of the same products.
			err = errNotRead
		}
		return name, err
	}
	if warning != "" {
		parsed.warnings = addOnce(parsed.warnings, warning)
	}
	parsed.have[t] = parsed.have[t].union(p.seen)
	if len(t.lacks(p.seen)) > 0 {
		parsed.useless[t]++
		parsed.skipped++
		return name, nil
	}
	parsed.count[t]++
	if p.evidenceOnly && t.hasOnlyClicks() {
		return name, nil
	}
	if p.csv && isBlankRecord(text, l.delimiter) {
		parsed.skipped++
		return name, nil
	}
	p.seen = p.seen.without(p.omit)
	p.table = t
	use := p.readTable(t)
	if p.remark != "" {
		parsed.warnings = addOnce(parsed.warnings, p.remark)
	}
	parsed.notes = append(parsed.notes, p.notes...)
	switch {
	case p.badCell != nil:
		parsed.addError(p, p.badCell.column, p.badCell.err)
	case use:
		p.addRow(parsed, p.row)
		for _, row := range p.further {
			p.addRow(parsed, row)
		}
		parsed.within += int64(len(p.further))
	default:
		parsed.skipped++
	}
	return name, nil
}

// addRow adds a row that was read.
func (p *rowParser) addRow(parsed *parsedBatch, row Row) {
	if p.evidenceOnly {
		if row.Evidence == nil && row.Policy == nil {
			return
		}
		row.Click = nil
	}
	parsed.rows = append(parsed.rows, parsedRow{Row: row})
}

// rowTimes are the columns in which rows of Microsoft's tables have their time.
var rowTimes = setOf(colTimestamp, colTimeGenerated, colCreatedDateTime, colCreationTime)

// describe says what a row that is not read is: `table "DeviceInfo", which is not read`.
func (p *rowParser) describe(name, text string, l *layout) string {
	if name == "" && l != nil {
		name = l.name
	}
	if name != "" {
		return "table " + cell.Quote(name) + ", which is not read"
	}
	if p.strange.what == "" || p.strange.columns != p.seen {
		p.strange.columns, p.strange.what = p.seen, "no table that is read, with "+describeColumns(keysOf(text, l))
	}
	return p.strange.what
}

// addError adds a row that cannot be read.
func (b *parsedBatch) addError(p *rowParser, col column, err error) {
	row := Row{File: p.row.File, Row: p.row.Row}
	b.rows = append(b.rows, parsedRow{row, &RowError{row.File, row.Row, col.String(), err}})
}

// countLeftOut counts a row that is not read.
func (b *parsedBatch) countLeftOut(what string) {
	if b.leftOut == nil {
		b.leftOut = make(map[string]int64)
	}
	b.leftOut[what]++
}
