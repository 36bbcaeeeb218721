package tables

import "strings"

// parsedBatch is what the rows of a batch are.
type parsedBatch struct {
	rows     []parsedRow // without those that hold nothing of use
	have     [numTables]columnSet
	skipped  int64
	leftOut  map[string]int // rows of tables that are not read, by the table's name
	warnings []string
}

// parsedRow is a row, or why it could not be read.
type parsedRow struct {
	Row
	err error
}

func (r *Reader) newParser() *rowParser {
	return &rowParser{file: r.name, told: r.told, omit: r.omit}
}

// parseBatch parses the rows of a batch.
func (p *rowParser) parseBatch(b batch) parsedBatch {
	parsed := parsedBatch{rows: make([]parsedRow, 0, len(b.spans))}
	for i, span := range b.spans {
		p.row = Row{File: p.file, Row: b.first + int64(i)}
		err := b.damage[i]
		if err == nil {
			text := b.text[span.start:span.end]
			err = p.findCells(text, b.layout)
			if b.open && i == len(b.spans)-1 && isCutOff(err, len(text)) {
				err = ErrTruncated
			}
		}
		if err != nil {
			parsed.addError(p, colNone, err)
			continue
		}
		p.readRow(&parsed, b.layout)
	}
	return parsed
}

// readRow reads the row whose cells were found.
func (p *rowParser) readRow(parsed *parsedBatch, l *layout) {
	t, name, warning := p.findTable(l)
	switch {
	case t == unknown && name != "":
		parsed.countLeftOut(name)
		return
	case t == unknown:
		parsed.addError(p, colNone, ErrUnknown)
		return
	case warning != "":
		parsed.warnings = addOnce(parsed.warnings, warning)
	}
	parsed.have[t] = parsed.have[t].union(p.seen)
	p.seen = p.seen.without(p.omit)
	use := p.readTable(t)
	switch {
	case p.badCell != nil:
		parsed.addError(p, p.badCell.column, p.badCell.err)
	case use:
		parsed.rows = append(parsed.rows, parsedRow{Row: p.row})
	default:
		parsed.skipped++
	}
}

// addError adds a row that cannot be read.
func (b *parsedBatch) addError(p *rowParser, col column, err error) {
	row := Row{File: p.row.File, Row: p.row.Row}
	b.rows = append(b.rows, parsedRow{row, &RowError{row.File, row.Row, col.String(), err}})
}

func (b *parsedBatch) countLeftOut(name string) {
	if b.leftOut == nil {
		b.leftOut = make(map[string]int)
	}
	b.leftOut[strings.Clone(name)]++
}
