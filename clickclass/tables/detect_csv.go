package tables

import (
	"fmt"
	"strings"
)

// detectCSV reads the header of a CSV.
func detectCSV(head string, full bool, told table) (*format, error) {
	delimiters := csvDelimiters
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
		case isPreamble(line):
			if delimiter, ok := strings.CutPrefix(line, "sep="); ok {
				delimiters = []byte{delimiter[0]}
			}
		case isTitle(line, head[end:], delimiters):
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

// maxTitle bounds how many lines a title takes.
const maxTitle = 20

// isTitle reports whether a line is part of a title, such as "Exported by: Alex": no column
// is known in it, and one of the next lines is a header.
func isTitle(line, rest string, delimiters []byte) bool {
	if l := layoutOf(line, delimiters); l != nil && (l.table != unknown || l.known() > 1) {
		return false
	}
	for range maxTitle {
		next, after, more := strings.Cut(rest, "\n")
		if l := headerIn(strings.TrimRight(next, "\r")); l != nil {
			return true
		}
		if rest = after; !more {
			break
		}
	}
	return false
}

// csvDelimiters are the delimiters that are looked for.
var csvDelimiters = []byte{',', ';', '\t', '|'}

// isPreamble reports whether a line stands before a header: Export-Csv of Windows PowerShell
// names a type, and Excel is told the delimiter.
func isPreamble(line string) bool {
	return strings.HasPrefix(line, "#TYPE ") || strings.HasPrefix(line, "sep=") && len(line) == len("sep=,")
}

// layoutOf returns the layout that a header line stands for, nil if it cannot be one. The
// delimiter is the one that makes the most columns known.
func layoutOf(line string, delimiters []byte) *layout {
	var l *layout
	for _, delimiter := range delimiters {
		names, ok := splitHeader(line, delimiter)
		if !ok {
			continue
		}
		if made := newLayout("", names, delimiter); l == nil || made.known() > l.known() {
			l = made
		}
	}
	return l
}

// detectHeader reads the header line, which ends at head[end].
func detectHeader(line string, end int, head string, full bool, delimiters []byte, told table) (*format, error) {
	l := layoutOf(line, delimiters)
	if l == nil || l.known() == 0 && strings.ContainsFunc(line, isBinary) {
		return nil, fmt.Errorf("%w: neither JSON nor CSV", ErrUnknown)
	}
	l.header = line
	f := &format{form: formCSV, cutter: newCSVCutter(l), header: end, have: l.have, warnings: l.warnings()}
	p := &rowParser{told: told}
	f.table = p.matchColumns(l.have).table
	if f.table == unknown || f.table == deviceNetworkEvents || l.have.hasAny(setOf(colType, colCategory)) || isUnion(l.have) {
		// The rows tell more than the header.
		switch s := readSample(newCSVCutter(l), told, head[end:]); {
		case s.table != unknown:
			f.table = s.table
		case !full:
			return nil, nil
		}
	}
	switch {
	case f.table != unknown:
	case isProse(l, head[end:]):
		f.unknown = fmt.Errorf("%w: neither JSON nor CSV", ErrUnknown)
	case isRow(l.names):
		f.unknown = fmt.Errorf("%w: no names of columns: the first line is a row", ErrUnknown)
	default:
		f.unknown = fmt.Errorf("%w: %s", ErrUnknown, describeColumns(l.names))
	}
	return f, nil
}

// isProse reports whether a line that names no known column, and the rest, are text of other
// kinds: one field with a space or colon, or lines with different numbers of fields.
func isProse(l *layout, rest string) bool {
	if l.known() > 0 {
		return false
	}
	next, _, _ := strings.Cut(rest, "\n")
	next = strings.TrimRight(next, "\r")
	fields, _ := splitHeader(next, l.delimiter)
	return len(l.names) == 1 && strings.ContainsAny(l.names[0], " :") || next != "" && len(fields) != len(l.names)
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
