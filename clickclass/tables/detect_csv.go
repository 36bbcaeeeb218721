package tables

import (
	"fmt"
	"strings"
)

// detectCSV reads the header of a CSV.
func detectCSV(head string, full bool, told table) (*format, error) {
	delimiters := []byte{',', ';', '\t', '|'}
	for start := 0; ; {
		end := indexByte(head, start, '\n') + 1
		if end == 0 {
			if !full {
				return nil, nil
			}
			end = len(head)
		}
		line := strings.TrimRight(head[start:end], "\r\n")
		switch {
		case strings.TrimSpace(line) == "" && end < len(head):
		case strings.HasPrefix(line, "#TYPE "): // Export-Csv of Windows PowerShell
		case strings.HasPrefix(line, "sep=") && len(line) == len("sep=,"): // for Excel
			delimiters = []byte{line[len("sep=")]}
		default:
			return detectHeader(line, end, head, full, delimiters, told)
		}
		if start = end; start == len(head) {
			if full {
				return nil, fmt.Errorf("%w: no header", ErrUnknown)
			}
			return nil, nil
		}
	}
}

// detectHeader reads the header line, which ends at head[end]. The delimiter is the one
// that makes the most columns known.
func detectHeader(line string, end int, head string, full bool, delimiters []byte, told table) (*format, error) {
	var l *layout
	var header []string
	for _, delimiter := range delimiters {
		names, ok := splitHeader(line, delimiter)
		if !ok {
			continue
		}
		if made := newLayout("", names, delimiter); l == nil || made.known() > l.known() {
			l, header = made, names
		}
	}
	if l == nil || l.known() == 0 && strings.ContainsFunc(line, isBinary) {
		return nil, fmt.Errorf("%w: neither JSON nor CSV", ErrUnknown)
	}
	l.header = line
	f := &format{form: formCSV, cutter: newCSVCutter(l), header: end, have: l.have, warnings: l.warnings(header)}
	p := &rowParser{told: told}
	f.table = p.matchColumns(l.have).table
	if f.table == unknown || f.table == deviceNetworkEvents || l.have.hasAny(setOf(colType, colCategory)) || isUnion(l.have) {
		// The rows tell more than the header.
		t, ok := firstTable(p, l, head[end:])
		switch {
		case ok:
			f.table = t
		case !full:
			return nil, nil
		}
	}
	if f.table == unknown {
		return nil, fmt.Errorf("%w: %s", ErrUnknown, describeColumns(header))
	}
	return f, nil
}

// isBinary reports whether a character stands in no text: invalid UTF-8 was replaced by
// U+FFFD.
func isBinary(c rune) bool { return c < ' ' && c != '\t' || c == '\ufffd' }

// splitHeader splits a header into its names.
func splitHeader(line string, delimiter byte) (names []string, ok bool) {
	for at := 0; at >= 0; {
		field, next, ok := csvField(line, at, delimiter)
		if !ok || len(names) == maxColumns {
			return nil, false
		}
		name := field.text
		if field.escaped {
			name = strings.ReplaceAll(name, `""`, `"`)
		}
		names = append(names, name)
		at = next
	}
	return names, true
}

// firstTable returns the table of the first row of a known table.
func firstTable(p *rowParser, l *layout, rows string) (t table, ok bool) {
	c := newCSVCutter(l)
	c.cut(rows, true)
	for _, b := range c.batches() {
		for i, span := range b.spans {
			if b.damage[i] == nil && p.findCells(b.text[span.start:span.end], l) == nil {
				if t, _, _ = p.findTable(l); t != unknown {
					return t, true
				}
			}
		}
	}
	return unknown, false
}
