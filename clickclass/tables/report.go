package tables

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Report tells about an export.
type Report struct {
	Table    string           // of the first recognised row; "" if there is none
	Tables   map[string]int64 // rows of each table that is read, by its name, with damaged ones as far as they tell it
	Form     string           // "CSV", "NDJSON", "Streaming API", "records", "hunting API", "Log Analytics", "JSON array", "JSON object"; "" for empty input
	Rows     int64            // yielded, damaged and skipped
	Skipped  int64            // rows that hold nothing of use, without those of tables that are not read
	Missing  []string         // columns that no row had; with several tables, after the table's name and a dot
	Warnings []string         // for the user
}

// Report tells about the export as far as it has been read. It may be called while another
// goroutine loops over the rows.
func (r *Reader) Report() Report {
	t := &r.tally
	t.mu.Lock()
	defer t.mu.Unlock()
	report := Report{
		Table:    t.first(r.format.table).String(),
		Tables:   t.tables(),
		Form:     r.format.form,
		Rows:     r.rows.Load(),
		Skipped:  t.skipped,
		Missing:  t.missing(),
		Warnings: slices.Concat(r.format.warnings, t.warnings),
	}
	report.Warnings = append(report.Warnings, t.uselessRows()...)
	for _, n := range t.notes {
		report.Warnings = append(report.Warnings, n.String())
	}
	if r.finished.Load() && report.Form != formStream && report.Form != formRecords && slices.Contains(rowLimits[:], report.Rows) {
		report.Warnings = append(report.Warnings, fmt.Sprintf("exactly %d rows: the export was probably cut off at its limit", report.Rows))
	}
	for _, what := range slices.Sorted(maps.Keys(t.leftOut)) {
		report.Warnings = append(report.Warnings, fmt.Sprintf("left out %s of %s", count(t.leftOut[what], "row"), what))
	}
	return report
}

// rowLimits are the numbers of rows at which the portal has cut exports off over the years.
var rowLimits = [...]int64{10_000, 30_000, 100_000}

// tally is what a Report tells of the rows.
type tally struct {
	mu       sync.Mutex
	have     [numTables]columnSet // columns that rows of each table had
	skipped  int64
	count    [numTables]int64 // rows of each table
	leftOut  map[string]int64 // rows of tables that are not read, by what they are
	warnings []string
	useless  [numTables]int64 // rows without what they need to count
	notes    []countedNote
}

// warn adds a warning for the user.
func (t *tally) warn(w string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.warnings = addOnce(t.warnings, w)
}

// add adds what was seen in a batch.
func (t *tally) add(b *parsedBatch) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range b.have {
		t.have[i] = t.have[i].union(b.have[i])
		t.count[i] += b.count[i]
		t.useless[i] += b.useless[i]
	}
	for _, n := range b.notes {
		t.addNote(n)
	}
	t.skipped += b.skipped
	for _, w := range b.warnings {
		t.warnings = addOnce(t.warnings, w)
	}
	for _, name := range slices.Sorted(maps.Keys(b.leftOut)) {
		t.countLeftOut(name, b.leftOut[name])
	}
}

func addOnce(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// maxLeftOut bounds the tables whose rows are counted apart.
const maxLeftOut = 64

func (t *tally) countLeftOut(what string, rows int64) {
	if t.leftOut == nil {
		t.leftOut = make(map[string]int64)
	}
	if _, ok := t.leftOut[what]; !ok && len(t.leftOut) >= maxLeftOut {
		what = "other tables"
	}
	t.leftOut[what] += rows
}

// any reports whether a row was of a table that is read, and can count.
func (t *tally) any() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.count != [numTables]int64{}
}

// first returns the table of the first recognised row: the one that was recognised when the
// input was opened, or else one of those that were found.
func (t *tally) first(opened table) table {
	for i := unknown + 1; i < numTables && opened == unknown; i++ {
		if t.count[i] > 0 {
			opened = i
		}
	}
	return opened
}

// tables returns the number of rows of each table.
func (t *tally) tables() map[string]int64 {
	m := make(map[string]int64)
	for i, n := range t.count {
		if n > 0 {
			m[table(i).String()] = n
		}
	}
	return m
}

// refusal returns why no row of an export that was read can count: what the export is, or
// what its rows lack. It returns nil for an export without rows.
func (r *Reader) refusal() error {
	t := &r.tally
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, rows := range t.useless {
		if rows > 0 {
			return fmt.Errorf("%w: %s, which rows need to count", ErrUnknown, t.lackOf(table(i)))
		}
	}
	return r.format.unknown
}

// lackOf says what the rows of a table lack: "DeviceEvents without Timestamp".
func (t *tally) lackOf(of table) string {
	lacks := of.lacks(t.have[of])
	if len(lacks) == 0 { // each row lacks another column
		lacks = of.lacks(columnSet{})
	}
	return of.String() + " without " + strings.Join(lacks, ", ")
}

// uselessRows says of which tables rows cannot count, and why, beside others that can. A
// table of which other rows can count needs no word: exporters leave out what is empty.
func (t *tally) uselessRows() (warnings []string) {
	for i, rows := range t.useless {
		if rows > 0 && t.count[i] == 0 && t.count != [numTables]int64{} {
			warnings = append(warnings, fmt.Sprintf("left out %s of %s, which rows need to count", count(rows, "row"), t.lackOf(table(i))))
		}
	}
	return warnings
}

// missing returns the columns that no row had.
func (t *tally) missing() []string {
	var names []string
	tables := 0
	for i, have := range t.have {
		if have.isEmpty() {
			continue
		}
		tables++
		for _, name := range table(i).missing(have) {
			names = append(names, table(i).String()+"."+name)
		}
	}
	if tables == 1 {
		for i, name := range names {
			_, names[i], _ = strings.Cut(name, ".")
		}
	}
	return names
}
