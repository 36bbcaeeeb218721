package tables

import (
	"fmt"
	"strings"
)

// namedTable is the table that the last Type or category cell named.
type namedTable struct {
	name  string
	table table
}

// matchedTable is the table that the last row's columns matched. Nearly all rows of an
// export have the same columns.
type matchedTable struct {
	columns columnSet
	table   table
	union   bool   // the columns are those of several tables
	warning string // if the table is in doubt
}

// findTable returns the table of the row whose cells were found. If no table that is read
// has such rows, name is the table that the row says it is of, if it says one. The
// warning, if there is one, is for the user.
func (p *rowParser) findTable(l *layout) (t table, name, warning string) {
	for _, col := range [...]column{colType, colCategory} {
		if !p.seen.has(col) || p.cells[col].text == "" {
			continue
		}
		name = p.cells[col].text
		if name != p.named.name {
			p.named = namedTable{strings.Clone(name), tableNamed(name)}
		}
		if p.named.table != unknown {
			return p.named.table, name, ""
		}
		if hunting, ok := strings.CutPrefix(name, "AdvancedHunting-"); ok {
			return unknown, hunting, ""
		}
		// A row of a union has the columns of all its tables, so they say nothing.
		// Custom tables may have any name.
		if l != nil && col == colType && !strings.HasSuffix(name, "_CL") {
			return unknown, name, ""
		}
	}
	if p.seen != p.matched.columns {
		p.matched = p.matchColumns(p.seen)
	}
	t, warning = p.matched.table, p.matched.warning
	if p.matched.union {
		if filled := tableWith(p.filledColumns()); filled != unknown {
			t, warning = filled, ""
		}
	}
	if t == deviceNetworkEvents && p.seen.has(colActionType) {
		if action := p.cells[colActionType].text; action != "" && !strings.Contains(action, "Connection") {
			t = deviceEvents
		}
	}
	if t == unknown && name == "" && l != nil {
		t = l.table // the name that Log Analytics gave it
	}
	return t, name, warning
}

// matchColumns finds the table of rows with these columns. The table that the user named
// counts where the columns leave it open.
func (p *rowParser) matchColumns(have columnSet) matchedTable {
	m := matchedTable{columns: have, table: tableWith(have), union: isUnion(have)}
	own := have.without(setOf(colType, colCategory, colProperties))
	switch {
	case p.told == unknown:
		if others := otherTables(m.table, own); len(others) > 0 && !m.union {
			m.warning = fmt.Sprintf("rows were read as %s, but their columns fit %s too", m.table, joinNames(others))
		}
	case p.told == m.table:
	case p.told.mayBe(own) && !own.isEmpty(), m.table == unknown && own.hasAny(knownColumns()[p.told]):
		m.table = p.told
	case m.table != unknown:
		m.warning = fmt.Sprintf("rows were read as %s, by their columns, and not as %s", m.table, p.told)
	}
	return m
}

// joinNames lists tables: "A, B and C".
func joinNames(list []table) string {
	var b strings.Builder
	for i, t := range list {
		switch {
		case i == 0:
		case i == len(list)-1:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(t.String())
	}
	return b.String()
}

// filledColumns returns the columns in which the row has something.
func (p *rowParser) filledColumns() columnSet {
	var filled columnSet
	for col := colNone + 1; col < numColumns; col++ {
		if p.seen.has(col) && !p.cells[col].isEmpty() {
			filled.add(col)
		}
	}
	return filled
}
