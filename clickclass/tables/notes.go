package tables

import "fmt"

// noteKind says what is to be told about cells that do not make their rows bad.
type noteKind uint8

const (
	badSpareCell noteKind = iota // could not be read, and the row can do without
	unknownWord                  // stands where a result is expected
	guessedDate                  // may be day first, read month first
	dayIsFirst                   // has only one reading, where month first was guessed
)

// note is what is to be told about a cell.
type note struct {
	kind   noteKind
	column column
	row    int64
	text   string // what was wrong, for people
}

// countedNote is a note about the first cell of its kind, and how many there are.
type countedNote struct {
	note
	cells int64
}

// maxWords bounds the unknown words that are told one by one.
const maxWords = 8

// addNote counts a note with those of its kind.
func (t *tally) addNote(n note) {
	words := 0
	for i := range t.notes {
		known := &t.notes[i]
		if known.kind != n.kind || known.column != n.column {
			continue
		}
		if n.kind != unknownWord || known.text == n.text {
			known.cells++
			return
		}
		if words++; words == maxWords {
			return
		}
	}
	t.notes = append(t.notes, countedNote{n, 1})
}

// String returns the note for people.
func (n countedNote) String() string {
	switch n.kind {
	case badSpareCell:
		if n.cells == 1 {
			return fmt.Sprintf("column %q: %s in row %d: the cell is left out", n.column, n.text, n.row)
		}
		return fmt.Sprintf("column %q: %s in row %d: %d cells of the column are left out", n.column, n.text, n.row, n.cells)
	case unknownWord:
		return fmt.Sprintf("column %q: the word %s is not known: %s, from row %d on, count as no success", n.column, n.text, count(n.cells, "row"), n.row)
	case guessedDate:
		return "dates such as 3/8/2026 may have the month first or the day: nothing in the export shows which, so they are read month first"
	case dayIsFirst:
		return fmt.Sprintf("row %d shows with %s that the day is first, but rows before it were read month first: what they say is wrong", n.row, n.text)
	}
	return ""
}

// count returns a number with its noun: "1 row", "2 rows".
func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
