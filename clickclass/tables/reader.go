package tables

import (
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"sync/atomic"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
)

// Options configures a Reader. The zero value detects everything.
type Options struct {
	// Table says what the rows are, where their columns do not tell: "UrlClickEvents",
	// "EmailUrlInfo" and so on. A row that names its table, or whose columns fit no other,
	// is read as what it is.
	Table string
	// Omit names columns to leave empty, to read faster. Report does not list them as
	// missing.
	Omit []string
	// EvidenceOnly leaves Row.Click nil and yields only rows of evidence and policies. Clicks
	// are counted, see Report.Tables. It is for a first pass over an export in which clicks
	// and evidence are mixed.
	EvidenceOnly bool
	// Workers is the number of goroutines that parse; 0: GOMAXPROCS, 1: the caller's only.
	Workers int
}

// Row is a row of any table. It belongs to the caller. Beside an error, only File and Row
// are set.
type Row struct {
	File string
	Row  int64 // from 1, without a header

	Click    *clickclass.Click // a click to judge, or nil
	Evidence evidence.Row      // evidence about clicks, or nil; set beside Click for clicks of the audit log
	Policy   *clickclass.Policy
}

// Reader reads one export. It reads the input once: a second loop over the rows goes on
// where the first one ended. Its methods must not be called concurrently, except Report.
type Reader struct {
	name    string
	src     *source
	format  *format
	workers int
	told    table
	omit    columnSet

	evidenceOnly bool

	parser   *rowParser // of the caller's goroutine
	dates    dateDecider
	pending  []*task // cut and not yet yielded, in order
	atEnd    bool    // all rows were cut
	within   int64   // rows that stood in others, without the first in each, so far
	rows     atomic.Int64
	finished atomic.Bool // all rows were yielded
	tally    tally
}

// NewReader returns a Reader of r. Name appears in errors and in Row.File. Input without
// rows is not an error.
//
// NewReader reads until a row tells its table, 1 MiB at most. Rows of tables that are not
// read are passed over, however many they are: if no row of a longer input is of a table
// that is read, Rows ends with the error that NewReader returns of a short one. The text may
// be UTF-8 or UTF-16, with a byte order mark or without; compressed input is the caller's to
// open.
//
// The error wraps ErrUnknown, also for an unknown Options.Table; ErrTruncated or ErrTooLong
// if the first row is damaged so and there is no other; or the error of r.
func NewReader(name string, r io.Reader, o Options) (*Reader, error) {
	x := &Reader{name: name, workers: o.Workers, told: tableNamed(o.Table), evidenceOnly: o.EvidenceOnly}
	if o.Table != "" && x.told == unknown {
		return nil, &fileError{name, fmt.Errorf("%w: %s", ErrUnknown, cell.Quote(o.Table))}
	}
	for _, column := range o.Omit {
		x.omit.add(columnOf(column))
	}
	if x.workers <= 0 {
		x.workers = runtime.GOMAXPROCS(0)
	}
	var err error
	if x.src, err = newSource(r); err != nil {
		return nil, &fileError{name, err}
	}
	for known := false; x.format == nil; {
		x.src.more()
		known = known || x.src.lineEnds()
		if isBlank(x.src.window) && !x.src.ended() {
			x.src.discard(len(x.src.window))
			continue
		}
		x.format, err = detect(x.src.window, x.src.ended() || len(x.src.window) >= maxHead, x.told)
		if failure := x.src.failure(); failure != nil && x.format == nil {
			err = failure
		}
		if err != nil {
			return nil, &fileError{name, err}
		}
	}
	if x.format.unknown != nil && x.src.ended() {
		if err = x.src.failure(); err == nil {
			err = x.format.unknown
		}
		return nil, &fileError{name, err}
	}
	x.src.discard(x.format.header)
	x.parser = x.newParser()
	x.dates = dateDecider{parser: x.newParser(), tally: &x.tally}
	x.dates.parser.survey, x.dates.parser.evidenceOnly = &x.dates, false
	x.tally.have[x.format.table] = x.format.have
	return x, nil
}

// isBlank reports whether text consists of blank lines.
func isBlank(text string) bool {
	return strings.HasSuffix(text, "\n") && strings.Trim(text, " \t\r\n") == ""
}

// Rows yields the rows in order, on the caller's goroutine. An error is a *RowError, after
// which reading goes on, or one of the input, which is the last. Rows belong to the caller:
// they are not written to again. The strings of a row may share memory with those of the
// rows around it, 32 KiB as a rule.
//
// The input is read on the caller's goroutine, too, and only while the loop waits for a
// row. So leaving the loop never waits for the input. All rows that have come are yielded
// before the input is read on, except where Read filled its buffer: then some rows are
// parsed while more are read, and where rows wait for one that shows whether the day or the
// month is first in their dates. No goroutine is left behind, however the loop ends.
func (r *Reader) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		w := &workers{reader: r}
		defer w.stop()
		for {
			r.cutRows(w)
			for len(r.pending) > 0 && (r.mayWait() || len(r.pending) >= w.most()) {
				if !r.yieldFirst(yield) {
					return
				}
			}
			if r.atEnd {
				break
			}
			r.src.more()
		}
		r.finished.Store(true)
		switch err := r.src.failure(); {
		case err != nil:
			yield(Row{}, &fileError{r.name, err})
		case !r.tally.any():
			if err := r.refusal(); err != nil {
				yield(Row{}, &fileError{r.name, err})
			}
		}
	}
}

// mayWait reports whether the next Read may have to wait for the input to come.
func (r *Reader) mayWait() bool { return r.src.short || r.src.ended() }

// cutRows cuts the rows that have come into tasks.
func (r *Reader) cutRows(w *workers) {
	if r.atEnd {
		return
	}
	r.atEnd = r.src.ended()
	r.src.discard(r.format.cutter.cut(r.src.window, r.atEnd))
	batches := r.dates.release(r.format.cutter.batches(), r.atEnd)
	for _, b := range batches {
		t := &task{batch: b}
		r.pending = append(r.pending, t)
		if len(batches) > 1 || !r.mayWait() {
			w.start(t)
		}
	}
}

// yieldFirst yields the rows of the first task that is pending. It reports whether to go
// on.
func (r *Reader) yieldFirst(yield func(Row, error) bool) bool {
	t := r.pending[0]
	if rows, first := t.await(r.parser); first {
		r.tally.add(rows)
		if r.within > 0 {
			for i := range rows.rows {
				rows.rows[i].move(r.within)
			}
		}
		r.within += rows.within
	}
	for t.yielded < len(t.parsed.rows) {
		row := &t.parsed.rows[t.yielded]
		t.yielded++
		r.rows.Store(row.Row.Row)
		if !yield(row.Row, row.err) {
			return false
		}
	}
	r.rows.Store(t.batch.last() + r.within)
	r.pending[0] = nil
	r.pending = r.pending[1:]
	return true
}

// Clicks yields the clicks among the rows and adds the evidence among them to s, unless s is
// nil. Errors are those of Rows; beside a *RowError, File and Row of the click are set.
//
// A click of the audit log is yielded and not added: it is no evidence about itself. Use
// Rows to add it.
func (r *Reader) Clicks(s *evidence.Store) iter.Seq2[clickclass.Click, error] {
	return func(yield func(clickclass.Click, error) bool) {
		for row, err := range r.Rows() {
			switch {
			case err != nil:
				if !yield(clickclass.Click{File: row.File, Row: row.Row}, err) {
					return
				}
			case row.Click != nil:
				if !yield(*row.Click, nil) {
					return
				}
			case row.Evidence != nil && s != nil:
				s.Add(row.Evidence)
			}
		}
	}
}
