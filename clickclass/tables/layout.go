package tables

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
)

// maxColumns bounds the columns of a header. The widest of the tables has about 100.
const maxColumns = 1024

// newLayout returns the layout for a header. The name of the table counts if it is known.
func newLayout(name string, header []string, delimiter byte) *layout {
	l := &layout{name: name, names: header, columns: make([]column, len(header)), delimiter: delimiter}
	for i, h := range header {
		c := columnOf(h)
		if c != colNone && !l.have.has(c) { // the first of several counts
			l.columns[i] = c
			l.have.add(c)
		}
	}
	if l.table = tableNamed(name); l.table == unknown {
		l.table = tableWith(l.have)
	}
	return l
}

// known returns how many columns of the header are read, or may hold rows.
func (l *layout) known() int {
	n := 0
	for i, c := range l.columns {
		if c != colNone || isEnvelopeKey(l.names[i]) {
			n++
		}
	}
	return n
}

// warnings says what the user should know of a CSV header.
func (l *layout) warnings() []string {
	var warnings []string
	var first [numColumns]string
	for i, name := range l.names {
		c := columnOf(name)
		switch {
		case c == colNone:
			continue
		case l.columns[i] == c:
			first[c] = name
		default:
			warnings = append(warnings, fmt.Sprintf("column %s is there twice, as %s and %s: the first counts", c, cell.Quote(first[c]), cell.Quote(name)))
		}
		if _, zone, ok := strings.Cut(name, "["); ok && !strings.HasPrefix(zone, "UTC]") {
			warnings = append(warnings, fmt.Sprintf("the times of column %s are not in UTC but are read as if", cell.Quote(name)))
		}
	}
	return warnings
}

// quoteName quotes the name of a column, which may begin with an at sign: "@timestamp".
func quoteName(name string) string {
	if rest, ok := strings.CutPrefix(name, "@"); ok {
		if quoted := cell.Quote(rest); quoted[0] == '"' {
			return `"@` + quoted[1:]
		}
	}
	return cell.Quote(name)
}

// describeColumns lists the columns of an unknown table for an error. What may be a secret
// is counted and not named.
func describeColumns(names []string) string {
	const most = 12
	if len(names) == 0 {
		return "no columns"
	}
	quoted := make([]string, 0, most)
	for _, name := range names {
		if len(quoted) == most {
			break
		}
		if q := quoteName(name); name != "" && q[0] == '"' {
			quoted = append(quoted, q)
		}
	}
	rest := len(names) - len(quoted)
	switch {
	case len(quoted) == 0:
		return count(int64(rest), "column") + " with unusual names"
	case rest > 0:
		return "columns " + strings.Join(quoted, ", ") + fmt.Sprintf(" and %d more", rest)
	}
	return "columns " + strings.Join(quoted, ", ")
}

// isRow reports whether the fields of a header are those of a row: one of them is a time or
// an address.
func isRow(fields []string) bool {
	return slices.ContainsFunc(fields, func(s string) bool {
		if len(s) < len("1.1.1.1") || !strings.ContainsAny(s[:1], "0123456789") {
			return false
		}
		_, badTime := cell.Event(s, cell.MonthFirst)
		_, badAddr := netip.ParseAddr(s)
		return badTime == nil || badAddr == nil
	})
}
