package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/tables"
	"github.com/whoclicked/whoclicked/examples/internal/inputs"
	"github.com/whoclicked/whoclicked/examples/internal/pipeline"
	"github.com/whoclicked/whoclicked/examples/internal/progress"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// triage is one run of the program.
type triage struct {
	options
	ctx            context.Context
	stdin          io.Reader
	stdout, stderr io.Writer

	exports    *exports
	sample     bool // nothing was named: the built-in sample
	classifier *clickclass.Classifier
	labels     *labels
	badRows    int // rows that could not be read
	badSources int // sources that could not be read, or not to their end
	remarkMu   sync.Mutex
}

func (t *triage) incomplete() bool { return t.badRows > 0 || t.badSources > 0 }

// remark tells the user something beside the output.
func (t *triage) remark(text string) {
	t.remarkMu.Lock()
	defer t.remarkMu.Unlock()
	text = strings.TrimPrefix(text, "tables: read: ")
	if t.Redact {
		text = redactText(text)
	}
	fmt.Fprintln(t.stderr, "triage:", terminal.Clean(text))
}

func (t *triage) run() error {
	// A core to use is one for everything, the garbage collector included.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(t.Workers))

	sources, err := inputs.Expand(t.Files, cancelled(t.ctx, t.stdin))
	if err != nil {
		return &usageError{err}
	}
	if len(t.Files) == 0 {
		sources, t.sample = sampleSources(), true
	}
	t.exports = openExports(t.ctx, sources)
	for _, problem := range t.exports.problems {
		t.remark(problem.Error())
	}
	t.badSources = len(t.exports.problems) - t.exports.strays
	switch {
	case t.ctx.Err() != nil:
	case len(t.exports.clicks) == 0 && len(t.exports.evidence) == 0:
		return usagef("nothing to read")
	case len(t.exports.clicks) == 0:
		return usagef("no clicks: %s", t.exports.describeEvidence())
	}
	if err := t.judges(); err != nil {
		return err
	}
	err = t.judgeAll()
	if errors.Is(err, context.Canceled) {
		t.remark("interrupted: the output holds what was done so far")
	}
	return err
}

// describeEvidence names the evidence files, for a run that has nothing else.
func (x *exports) describeEvidence() string {
	var parts []string
	for _, e := range x.evidence {
		parts = append(parts, fmt.Sprintf("%s is %s", e.source.Name, e.table))
	}
	return strings.Join(parts, ", ")
}

// judges reads all that the clicks are judged by, and makes the classifier.
func (t *triage) judges() error {
	o := clickclass.Options{Prior: t.Prior, Window: t.Window}
	if t.Ranges != "" {
		set, err := ownRanges(t.Ranges)
		if err != nil {
			return err
		}
		o.Ranges = set
	}
	store := clickclass.NewStore()
	stop := t.showProgress()
	bad, err := t.exports.readEvidence(t.ctx, t.Workers, store, t.remark)
	stop()
	t.badRows += bad
	if err != nil {
		return err
	}
	o.Evidence = store.Evidence()
	if t.ASN != "" {
		networks, err := openNetworks(t.ASN)
		if err != nil {
			return err
		}
		o.Evidence.Networks = networks
	}
	if t.Labels != "" {
		if t.labels, err = t.readLabels(); err != nil {
			return err
		}
		if o.Calibration, err = t.labels.fit(t, o); err != nil {
			return err
		}
	}
	if t.classifier, err = clickclass.New(o); err != nil {
		return &usageError{err}
	}
	return nil
}

// showProgress shows a bar where somebody looks at it.
func (t *triage) showProgress() (stop func()) {
	shown := terminal.Of(t.stderr).Terminal && !t.NoProgress
	if terminal.Of(t.stdout).Terminal && t.Format != "text" {
		shown = false // rows scroll past
	}
	if !shown {
		return func() {}
	}
	return progress.Start(t.stderr, t.exports.size, &t.exports.read)
}

// rowError is a row that could not be read.
type rowError struct {
	file    string
	row     int
	column  string
	message string
}

// nearRow is a click whose window has closed, or a row that could not be read.
type nearRow struct {
	near         clickclass.Near
	err          *rowError
	account, url int // pseudonyms; 0 without --redact
}

// batch is rows on their way to be judged.
type batch struct {
	rows []nearRow
	kept clickclass.Keeper
}

// judged is what a batch of rows leads to.
type judged struct {
	text    []byte
	digest  *digest
	batch   *batch // to be used again
	errors  int
	matches []labelled
}

// batchRows is how many rows are judged in one go: enough to make the hand-over
// cheap, few enough to keep all cores busy with a small export and the text of
// a batch in the cache. Digests have a cost of their own, and like more rows.
const (
	batchRows  = 256
	digestRows = 2048
)

// judgeAll runs every click through the window and the classifier and writes
// the output.
func (t *triage) judgeAll() error {
	out, err := t.newOutput()
	if err != nil {
		return err
	}
	if !out.forReport {
		defer limitMemory()()
	}
	next, stopReading := chunks(t.exports.clicks, &t.exports.read)
	defer stopReading()
	stop := t.showProgress()
	err = pipeline.Run(t.ctx, t.Workers, max(32, 2*t.Workers), next,
		pipeline.Stage{Each: func(item any) any { return t.parse(item.(*part), out.reuse) }},
		pipeline.Stage{Ordered: t.newNearby(out).add},
		pipeline.Stage{Each: func(item any) any { return t.judge(out, item.(*batch)) }},
		pipeline.Stage{Ordered: func(item any, _ func(any)) error {
			if item == nil {
				return nil
			}
			j := item.(*judged)
			t.badRows += j.errors
			clear(j.batch.rows)
			j.batch.rows = j.batch.rows[:0]
			batches.Put(j.batch)
			return out.add(j)
		}})
	stop()
	if err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return cmp.Or(out.finish(err != nil), err)
}

// streamMemory is what rows on their way through need, with some room; see
// clickclass.WindowRows for the largest part of it.
const streamMemory = 96 << 20

// limitMemory makes the garbage collector work harder rather than let the
// program grow, when rows only pass through. What is in memory already, the
// evidence, does not count.
func limitMemory() (undo func()) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	old := debug.SetMemoryLimit(streamMemory + 2*int64(m.HeapAlloc))
	return func() { debug.SetMemoryLimit(old) }
}

// parse reads the rows of a part. Evidence rows among them are in the store
// already.
func (t *triage) parse(p *part, reuse bool) *part {
	if p.err != nil || p.last {
		return p
	}
	rows := rowMakers.Get().(*clickclass.Rows)
	p.maker, rows.Classifier, rows.Reuse = rows, t.classifier, reuse
	late := 0
	p.reader.Parse(p.chunk, func(row tables.Row, err error) bool {
		switch {
		case err != nil:
			p.failed = append(p.failed, pendingError{rows.Len(), newRowError(row, err)})
		case row.Click != nil:
			rows.Add(row.Click)
		case !p.export.evidenceRead:
			late++
		}
		return true
	})
	if late > 0 {
		t.remark(fmt.Sprintf("%s: %d rows of other tables came after the first clicks and do not count: give them in a file of their own", p.export.source.Name, late))
	}
	p.chunk.Release()
	p.chunk = tables.Chunk{}
	p.rows = rows.Take()
	return p
}

func newRowError(row tables.Row, err error) *rowError {
	e := &rowError{file: row.File, row: row.Row, message: err.Error()}
	var at *tables.RowError
	if errors.As(err, &at) {
		e.column, e.message = at.Column, at.Err.Error()
	}
	return e
}

// rowMakers, batches and results are to be used again.
var rowMakers = sync.Pool{New: func() any { return new(clickclass.Rows) }}

var results = sync.Pool{New: func() any { return new(clickclass.Result) }}

var batches = sync.Pool{New: func() any { return &batch{rows: make([]nearRow, 0, batchRows)} }}

// nearby is the stage of the window: clicks in, clicks with their neighbours
// out, in the order of the input, with the rows that could not be read at
// their places.
type nearby struct {
	t      *triage
	window *clickclass.Window
	batch  *batch
	size   int // rows of a batch
	errors []pendingError
	in     int // clicks given to the window
	out    int // clicks that came out of it for the first time
	names  *pseudonyms
}

// pendingError is a row that could not be read, after so many clicks.
type pendingError struct {
	after int
	err   *rowError
}

// maxPendingErrors bounds how many damaged rows wait for their place.
const maxPendingErrors = 1 << 16

func (t *triage) newNearby(out *output) *nearby {
	n := &nearby{t: t, window: clickclass.NewWindow(t.Window), batch: batches.Get().(*batch), size: batchRows}
	if out.digests {
		n.size = digestRows
	}
	n.window.Service = t.classifier.Service
	if t.Redact {
		n.names = newPseudonyms()
	}
	return n
}

func (n *nearby) add(item any, emit func(any)) error {
	yield := func(near *clickclass.Near) bool {
		if !n.t.classifier.Changes(near) {
			return true
		}
		if near.Revision == 0 {
			n.errorsUpTo(n.out, emit)
			n.out++
		}
		n.put(near, nil, emit)
		return true
	}
	if item == nil {
		n.window.Flush(yield)
		n.errorsUpTo(n.in, emit)
		if len(n.batch.rows) > 0 {
			emit(n.batch)
		}
		return nil
	}
	p := item.(*part)
	failed := p.failed
	for i := range p.rows {
		for ; len(failed) > 0 && failed[0].after == i; failed = failed[1:] {
			n.fail(failed[0].err, emit)
		}
		n.in++
		n.window.Add(&p.rows[i], yield)
	}
	for _, f := range failed {
		n.fail(f.err, emit)
	}
	if p.maker != nil {
		clear(p.rows) // lets their texts go
		rowMakers.Put(p.maker)
	}
	switch {
	case p.err != nil:
		n.t.badSources++
		message := strings.TrimPrefix(p.err.Error(), p.export.source.Name+": ")
		n.t.remark(p.export.source.Name + ": stopped at row " + fmt.Sprint(p.row) + ": " + message)
		n.fail(&rowError{file: p.export.source.Name, row: p.row, message: message}, emit)
	case p.last:
		for _, text := range p.export.remarks(p.reader) {
			n.t.remark(text)
		}
	}
	return nil
}

func (n *nearby) fail(e *rowError, emit func(any)) {
	n.errors = append(n.errors, pendingError{n.in, e})
	if len(n.errors) > maxPendingErrors {
		n.errorsUpTo(n.in, emit)
	} else {
		n.errorsUpTo(n.out, emit)
	}
}

// errorsUpTo lets the damaged rows go that stand before click number out.
func (n *nearby) errorsUpTo(out int, emit func(any)) {
	done := 0
	for done < len(n.errors) && n.errors[done].after <= out {
		n.put(nil, n.errors[done].err, emit)
		done++
	}
	if done > 0 {
		n.errors = append(n.errors[:0], n.errors[done:]...)
	}
}

// put adds a click or an error to the batch.
func (n *nearby) put(near *clickclass.Near, err *rowError, emit func(any)) {
	b := n.batch
	b.rows = append(b.rows, nearRow{err: err})
	if near != nil {
		row := &b.rows[len(b.rows)-1]
		row.near = *near
		b.kept.Keep(near) // until judge is done with it
		if n.names != nil {
			var k clickclass.Click
			near.Unpack(&k)
			row.account, row.url = n.names.of(&k)
		}
	}
	if len(b.rows) == n.size {
		n.flush(emit)
	}
}

func (n *nearby) flush(emit func(any)) {
	emit(n.batch)
	n.batch = batches.Get().(*batch)
}

// judge gives every row of a batch its verdict, and puts it into the form of
// the output.
func (t *triage) judge(out *output, b *batch) *judged {
	j := &judged{batch: b, text: out.buffer()}
	if out.digests {
		j.digest = newDigest(out.forReport)
	}
	result := results.Get().(*clickclass.Result)
	defer results.Put(result)
	for i := range b.rows {
		row := &b.rows[i]
		if row.err != nil {
			j.errors++
			if t.Redact {
				row.err = redactError(row.err)
			}
			if out.appendError != nil {
				j.text = out.appendError(j.text, row.err)
			}
			if j.digest != nil {
				j.digest.addError(row.err)
			}
			continue
		}
		row.near.Unpack(&result.Click)
		t.classifier.ClassifyNear(&row.near, &result.Verdict)
		result.Revision = row.near.Revision
		if t.labels != nil {
			if label, ok := t.labels.find(&result.Click); ok {
				j.matches = append(j.matches, labelled{label, result.Verdict.Class, result.Verdict.P, result.Revision})
			}
		}
		if t.Redact {
			redactClick(&result.Click, row.account, row.url)
			redactOrigin(&result.Verdict.Origin)
		}
		if out.appendRow != nil {
			j.text = out.appendRow(j.text, result)
		}
		if j.digest != nil {
			n := row.near.Neighbours()
			j.digest.add(result, &n)
		}
	}
	b.kept.Release()
	return j
}

// output is where verdicts go: rows as they come, and what is written at the
// end.
type output struct {
	t           *triage
	w           *bufio.Writer
	appendRow   func(dst []byte, r *clickclass.Result) []byte
	appendError func(dst []byte, e *rowError) []byte
	digests     bool
	forReport   bool
	reuse       bool // rows only pass through: nothing is kept of them
	total       *digest
	report      *os.File
	buffers     sync.Pool
	agreement   agreement
}

func (t *triage) newOutput() (*output, error) {
	o := &output{t: t, w: bufio.NewWriterSize(t.stdout, 64<<10)}
	switch t.Format {
	case "ndjson":
		o.appendRow, o.appendError = appendNDJSON, appendNDJSONError
	case "csv":
		o.appendRow, o.appendError = appendCSV, appendCSVError
		o.w.WriteString(csvHeader)
	default:
		o.digests = true
	}
	if t.HTML != "" {
		o.digests, o.forReport = true, true
		f, err := os.Create(t.HTML)
		if err != nil {
			return nil, usagef("--html: %w", err)
		}
		o.report = f
	}
	o.total = newDigest(o.forReport)
	o.reuse = !o.digests
	return o, nil
}

func (o *output) buffer() []byte {
	if o.appendRow == nil {
		return nil
	}
	if b, ok := o.buffers.Get().(*[]byte); ok {
		return (*b)[:0]
	}
	return make([]byte, 0, batchRows*2048)
}

// add takes the batches in the order of the input.
func (o *output) add(j *judged) error {
	if j.digest != nil {
		o.total.merge(j.digest)
	}
	o.agreement.add(j.matches)
	if len(j.text) == 0 {
		return nil
	}
	_, err := o.w.Write(j.text)
	o.buffers.Put(&j.text)
	if err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// finish writes what comes after the last row.
func (o *output) finish(interrupted bool) error {
	if o.t.Format == "text" {
		writeText(o.w, terminal.Of(o.t.stdout), o.total, o.t.aboutRun(interrupted))
	}
	if err := o.w.Flush(); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	if o.report != nil {
		err := writeReport(o.report, o.total, o.t.aboutRun(interrupted))
		if err := cmp.Or(err, o.report.Close()); err != nil {
			return fmt.Errorf("--html: %w", err)
		}
		fmt.Fprintf(o.t.stderr, "triage: report written to %s\n", o.t.HTML)
	}
	if o.t.labels != nil {
		w := o.t.stderr // rows are read by programs
		if o.t.Format == "text" {
			w = o.t.stdout
		}
		o.t.labels.tell(w, &o.agreement)
	}
	return nil
}

// aboutRun is what the text and the report say of the run as a whole.
type aboutRun struct {
	files       []string // "clicks.csv: UrlClickEvents"
	evidence    bool
	sample      bool
	redacted    bool
	interrupted bool
}

func (t *triage) aboutRun(interrupted bool) aboutRun {
	a := aboutRun{sample: t.sample, redacted: t.Redact, interrupted: interrupted, evidence: len(t.exports.evidence) > 0}
	for _, list := range [][]*export{t.exports.clicks, t.exports.evidence} {
		for _, e := range list {
			name := e.source.Name
			if t.Redact {
				name = redactFile(name)
			}
			a.files = append(a.files, name+": "+e.table.String())
		}
	}
	return a
}

// cancelled returns a reader of standard input that ends when ctx does, even
// while nothing comes.
func cancelled(ctx context.Context, r io.Reader) io.Reader {
	return &cancelReader{ctx: ctx, r: r}
}

type cancelReader struct {
	ctx  context.Context
	r    io.Reader
	once sync.Once
	pipe *io.PipeReader
}

func (c *cancelReader) Read(p []byte) (int, error) {
	c.once.Do(func() {
		reader, writer := io.Pipe()
		c.pipe = reader
		context.AfterFunc(c.ctx, func() { writer.CloseWithError(io.EOF) })
		go func() {
			_, err := io.CopyBuffer(writer, struct{ io.Reader }{c.r}, make([]byte, 256<<10))
			writer.CloseWithError(err)
		}()
	})
	return c.pipe.Read(p)
}
