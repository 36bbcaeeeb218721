package tables

import (
	"fmt"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// maxWithin bounds how deep a row is looked for within other rows. A row of the Streaming
// API in a message in an event of Elastic in an answer takes four levels.
const maxWithin = 6

// openRow reads the rows that stand in a row of no table, under the keys of envelopeKeys.
// Only the first key counts under which a row of a known table is found: the others repeat
// it. If there is none, it returns what readRow returns of such a row, or why a text that
// begins like a row is none.
func (p *rowParser) openRow(parsed *parsedBatch, row string, l *layout, depth int) (name string, err error) {
	if depth == maxWithin {
		return "", ErrUnknown
	}
	err = ErrUnknown
	p.eachEnvelope(row, l, func(key, content string) bool {
		switch n, e := p.readWithin(parsed, content, depth); {
		case e == nil:
			err = nil
		case err != ErrUnknown: // the first reason counts
		case e == errNotRead:
			name, err = n, e
		case e != ErrUnknown:
			err = fmt.Errorf("within %q: %w", key, e)
		}
		return err != nil
	})
	return name, err
}

// eachEnvelope calls fn with the content of each envelope key of a row that begins like a
// row or an array of rows, until fn returns false.
func (p *rowParser) eachEnvelope(row string, l *layout, fn func(key, content string) bool) {
	member := func(key string, v value) bool {
		if !isEnvelopeKey(key) {
			return true
		}
		if !strings.HasPrefix(v.text, "{") && !strings.HasPrefix(v.text, "[") && !strings.Contains(v.text, `{`) {
			return true
		}
		text := v.text
		if v.escaped && l != nil && l.delimiter != 0 {
			text = strings.ReplaceAll(text, `""`, `"`)
		} else if v.escaped {
			text = string(appendUnescaped(nil, text))
		}
		if content := jsonIn(text); content != "" {
			return fn(key, content)
		}
		return true
	}
	switch {
	case l == nil:
		eachMember(row, member)
	case l.delimiter == 0:
		n := 0
		eachElement(row, func(v value) {
			if n < len(l.names) {
				member(l.names[n], v)
			}
			n++
		})
	default:
		for n, at := 0, 0; at >= 0 && n < len(l.names); n++ {
			field, next, ok := csvField(row, at, l.delimiter)
			if !ok || !member(l.names[n], field) {
				return
			}
			at = next
		}
	}
}

// jsonIn returns the part of a text that is JSON: all of it, or what follows the header that
// syslog puts in front of a message. It returns "" if there is none.
func jsonIn(text string) string {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "[") && strings.HasPrefix(strings.TrimLeft(text[1:], " \t\r\n"), "{") {
		return text
	}
	if i := strings.IndexByte(text, '{'); i >= 0 && strings.HasPrefix(strings.TrimLeft(text[i+1:], " \t\r\n"), `"`) {
		return text[i:]
	}
	return ""
}

// logHeader returns the length of what a log puts in front of an object: the header of
// syslog. It returns 0 if the line begins otherwise.
func logHeader(line string) int {
	const longest = 512
	i := strings.IndexAny(line[:min(len(line), longest)], "{\"\n")
	if i < 0 || line[i] != '{' || !strings.HasPrefix(strings.TrimLeft(line[i+1:], " \t"), `"`) {
		return 0
	}
	return i
}

// readWithin reads the row or rows that a content is. Unless it returns nil, it added
// nothing.
func (p *rowParser) readWithin(parsed *parsedBatch, content string, depth int) (name string, err error) {
	if p.within == nil {
		p.within = &rowParser{file: p.file, told: p.told, omit: p.omit, evidenceOnly: p.evidenceOnly}
	}
	in := p.within
	in.dates, in.survey = p.dates, p.survey
	in.row = Row{File: p.file, Row: p.row.Row}
	if content[0] == '{' {
		return in.readText(parsed, content, depth+1)
	}
	rows, within, found := len(parsed.rows), parsed.within, false
	eachElement(content, func(v value) {
		in.row = Row{File: p.file, Row: p.row.Row + parsed.within - within}
		switch name, err := in.readText(parsed, v.text, depth+1); {
		case err == nil:
			found = true
		case err == errNotRead && name != "":
			found = true
			parsed.countLeftOut(in.describe(name, v.text, nil))
		default:
			parsed.addError(in, colNone, err)
		}
		parsed.within++
	})
	_, _, damage := scanValue(content, 0, 1)
	switch {
	case !found:
		parsed.rows, parsed.within = parsed.rows[:rows], within
		if damage != nil {
			return "", damage
		}
		return "", ErrUnknown
	case damage != nil: // what comes after it is lost
		in.row = Row{File: p.file, Row: p.row.Row + parsed.within - within}
		parsed.addError(in, colNone, damage)
	default:
		parsed.within-- // the first is the row in which they stand
	}
	return "", nil
}

// readText reads the row that is a JSON object.
func (p *rowParser) readText(parsed *parsedBatch, object string, depth int) (name string, err error) {
	if err := p.findCells(object, nil); err != nil {
		return "", err
	}
	return p.readRow(parsed, object, nil, depth)
}

// move adds n to the number of a row.
func (r *parsedRow) move(n int64) {
	r.Row.Row += n
	if r.Click != nil {
		r.Click.Row += n
	}
	if audited, ok := r.Evidence.(evidence.Audited); ok {
		audited.Row += n
		r.Evidence = audited
	}
	if damaged, ok := r.err.(*RowError); ok {
		damaged.Row += n
	}
}
