package tables

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
)

// Report tells about an export.
type Report struct {
	Table    string   // of the first recognised row; "" if there is none
	Form     string   // "CSV", "NDJSON", "Streaming API", "records", "hunting API", "Log Analytics", "JSON array", "JSON object"; "" for empty input
	Rows     int64    // yielded, damaged and skipped
	Skipped  int64    // rows that hold nothing of use, without those of tables that are not read
	Missing  []string // columns that no row had; with several tables, after the table's name and a dot
	Warnings []string // for the user
}

// Report tells about the export as far as it has been read. It may be called while another
// goroutine loops over the rows.
func (r *Reader) Report() Report {
	t := &r.tally
	t.mu.Lock()
	defer t.mu.Unlock()
	report := Report{
		Table:    r.format.table.String(),
		Form:     r.format.form,
		Rows:     r.rows.Load(),
		Skipped:  t.skipped,
		Missing:  t.missing(),
		Warnings: slices.Concat(r.format.warnings, t.warnings),
	}
	if r.finished.Load() && report.Form != formStream && report.Form != formRecords && slices.Contains(rowLimits[:], report.Rows) {
		report.Warnings = append(report.Warnings, fmt.Sprintf("exactly %d rows: the export was probably cut off at its limit", report.Rows))
	}
	for _, name := range slices.Sorted(maps.Keys(t.leftOut)) {
		n, noun := t.leftOut[name], "rows"
		if n == 1 {
			noun = "row"
		}
		report.Warnings = append(report.Warnings, fmt.Sprintf("left out %d %s of table %s, which is not read", n, noun, cell.Quote(name)))
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
	leftOut  map[string]int // rows of tables that are not read, by the table's name
	warnings []string
}

// add adds what was seen in a batch.
func (t *tally) add(b *parsedBatch) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range b.have {
		t.have[i] = t.have[i].union(b.have[i])
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

// maxLeftOut bounds the tables whose rows are counted by name. The others count together,
// with the name "".
const maxLeftOut = 64

func (t *tally) countLeftOut(name string, rows int) {
	if t.leftOut == nil {
		t.leftOut = make(map[string]int)
	}
	if _, ok := t.leftOut[name]; !ok && len(t.leftOut) >= maxLeftOut {
		name = ""
	}
	t.leftOut[name] += rows
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
