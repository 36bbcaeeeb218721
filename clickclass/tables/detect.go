package tables

import (
	"errors"
	"fmt"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
)

// maxHead bounds what is read to detect an export, in bytes: the first row and a bit.
const maxHead = maxRow + readSize

// format says what an export is.
type format struct {
	table    table // of the first row that was recognised
	form     string
	cutter   cutter
	header   int       // bytes before the rows
	have     columnSet // that a header names
	warnings []string
	unknown  error // no row of head is of a table that is read
}

// The forms, for people.
const (
	formCSV          = "CSV"
	formNDJSON       = "NDJSON"
	formStream       = "Streaming API"
	formRecords      = "records"       // Event Hub, diagnostic settings
	formHunting      = "hunting API"   // of Defender or Graph
	formLogAnalytics = "Log Analytics" // query API
	formArray        = "JSON array"
	formObject       = "JSON object" // over any number of lines
)

// detect returns the format of an export that begins with head. full says that head is the
// whole export, or as much of it as is read to detect it. If head is not enough to tell,
// detect returns nil. The error is for what is neither JSON nor CSV.
func detect(head string, full bool, told table) (*format, error) {
	switch text := strings.Trim(head, blanks+"\n"); {
	case text == "", text == "null":
		if full {
			return &format{cutter: &lineCutter{}, header: len(head)}, nil
		}
		return nil, nil
	case text[0] == '{' || text[0] == '[' || strings.HasPrefix(text, textRow) || logHeader(text) > 0:
		return detectJSON(head, full, told)
	}
	return detectCSV(head, full, told)
}

// detectJSON looks for a row of a known table.
func detectJSON(head string, full bool, told table) (*format, error) {
	start := len(head) - len(strings.TrimLeft(head, blanks+"\n"))
	f := &format{}
	isLines := head[start] != '['
	if head[start] == '{' {
		var sure bool
		if isLines, sure = hasRowLine(head); !sure && !full {
			return nil, nil
		}
	}
	if isLines {
		f.cutter, f.form = &lineCutter{}, formNDJSON
	} else {
		f.cutter, f.form = &documentCutter{}, formOf(head[start:])
	}
	// Every look cuts anew: the rows are cut again from the beginning later.
	sampled := cutter(&documentCutter{})
	if isLines {
		sampled = &lineCutter{}
	}
	s := readSample(sampled, told, head)
	switch {
	case s.table != unknown:
		f.table = s.table
		if isLines && s.isStream {
			f.form = formStream
		}
		return f, nil
	case !full:
		return nil, nil
	case s.unknown == "" && s.damage != nil && f.isObject():
		// The half of a row may still tell its table.
		p := &rowParser{told: told}
		if p.findCells(head[start:], nil); !p.seen.isEmpty() {
			f.table, _, _ = p.findTable(nil)
		}
	}
	switch {
	case f.table != unknown:
		return f, nil
	case s.unknown != "":
		f.unknown = fmt.Errorf("%w: %s", ErrUnknown, s.unknown)
	case errors.Is(s.damage, ErrTruncated), errors.Is(s.damage, ErrTooLong):
		f.unknown = s.damage
	case s.damage != nil:
		f.unknown = fmt.Errorf("%w: %w", ErrUnknown, s.damage)
	default:
		f.table = tableOfAnswer(head[start:])
	}
	return f, nil
}

// isObject reports whether the text is one object over several lines.
func (f *format) isObject() bool { return f.form != formArray && f.form != formNDJSON }

// sample is what the first rows tell.
type sample struct {
	table    table  // of the first row of a known table
	isStream bool   // that row is an event of the Streaming API
	unknown  string // the table or columns of the first row of another table
	damage   error  // of the first row that has some
}

// readSample looks for the first row of a known table.
func readSample(c cutter, told table, head string) sample {
	var s sample
	c.cut(head, true)
	p := &rowParser{told: told}
	for _, b := range c.batches() {
		for i, span := range b.spans {
			row := objectIn(b.text[span.start:span.end], b.layout)
			if s.read(p, row, b.damage[i], b.layout); s.table != unknown {
				return s
			}
		}
	}
	return s
}

func (s *sample) read(p *rowParser, row string, damage error, l *layout) {
	if damage == nil {
		damage = p.findCells(row, l)
	}
	if damage != nil {
		if s.damage == nil {
			s.damage = damage
		}
		return
	}
	var parsed parsedBatch
	name, err := p.readRow(&parsed, row, l, 0)
	switch {
	case err == nil:
		s.isStream = p.seen.has(colCategory) && strings.Contains(row, `"properties"`)
		for t, n := range parsed.count {
			if n > 0 {
				s.table = table(t)
			}
		}
	case s.unknown != "":
	case name != "":
		s.unknown = cell.Quote(name)
	case err == ErrUnknown, err == errNotRead:
		s.unknown = describeColumns(keysOf(row, l))
	default:
		s.unknown = err.Error()
	}
}

// keysOf returns the names of the columns of a row.
func keysOf(row string, l *layout) (keys []string) {
	if l != nil {
		return l.names
	}
	{
		eachMember(row, func(key string, _ value) bool {
			keys = append(keys, key)
			return true
		})
	}
	return keys
}

// hasRowLine reports whether one of the first lines is a whole JSON object and no envelope.
// Then every line is a row, even if the first one is damaged. sure is false if more lines
// could change that.
func hasRowLine(head string) (has, sure bool) {
	for range 5 {
		line, rest, ok := strings.Cut(head, "\n")
		if !ok {
			return false, false
		}
		if line = strings.Trim(line, blanks); len(line) > 1 && line[0] == '{' {
			if _, end, err := scanValue(line, 0, 0); err == nil && end == len(line) {
				_, f := findEnvelope(line)
				return f == outside, true
			}
		}
		head = rest
	}
	return false, true
}

// formOf returns the form of JSON text that is not one row a line.
func formOf(text string) string {
	if text[0] == '[' {
		return formArray
	}
	key, f := findEnvelope(text)
	switch {
	case f == outside:
		return formObject
	case f == inTables, f == inTable:
		return formLogAnalytics
	case strings.EqualFold(key, "records"):
		return formRecords
	case strings.EqualFold(key, "value"):
		return formArray
	}
	return formHunting
}
