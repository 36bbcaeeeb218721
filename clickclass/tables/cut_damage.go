package tables

// rowSearch is how a documentCutter looks for the next row after damage.
type rowSearch struct {
	on bool
	// before and last are the last two bytes that were passed, without space.
	before, last byte
	// shallow says that what was damaged has no brackets: the next comma ends it.
	shallow bool
}

// startSearch makes walk look for the next row from text[at] on.
func (d *documentCutter) startSearch(text string, at int, shallow bool) {
	d.damaged = true
	d.search = rowSearch{on: true, shallow: shallow}
	// What is found will be a row, so leave the brackets that have no rows in them.
	for f := d.top(); f != outside && f != inRows; f = d.top() {
		d.pop()
	}
	// If a closing bracket was lost, the damage shows at the next row's opening bracket.
	// The comma before it was passed already.
	for i := at - 1; i >= 0; i-- {
		if text[i] == ',' {
			d.search.before, d.search.last = '}', ','
		}
		if text[i] > ' ' {
			break
		}
	}
}

// findRow looks for where the next row may begin: at an opening bracket after a closing one
// and a comma, or at the start of a line.
func (d *documentCutter) findRow(text string, at int) (next int, found bool) {
	opening, closing := byte('{'), byte('}')
	if d.rowLayout() != nil {
		opening, closing = '[', ']'
	}
	s := &d.search
	for ; at < len(text); at++ {
		switch c := text[at]; {
		case c == opening && (s.last == ',' && (s.before == closing || s.before == '}' || s.shallow) || s.last == '\n'):
			s.on = false
			return at, true
		case c == '\n':
			s.before, s.last = s.last, '\n'
		case c > ' ':
			if s.last == '\n' {
				s.last = s.before
			}
			s.before, s.last = s.last, c
		}
	}
	return at, false
}
