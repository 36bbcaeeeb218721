package main

import (
	"bufio"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/findings"
	"github.com/whoclicked/whoclicked/examples/internal/newfile"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// rowFormat is a form of output with a line for each click.
type rowFormat struct {
	header   string
	row      func(b []byte, r *clickclass.Result) []byte // appends nothing if the form has no place for it
	damaged  func(b []byte, e *rowError) []byte          // nil: has none
	findings func(b []byte, f *findings.Finding) []byte  // nil: has none
	isOurs   func(firstLine string) bool                 // whether a file begins as this format does
}

// newRowFormats returns the forms with lines, by their names. now is the time of the run.
func newRowFormats(now time.Time) map[string]rowFormat {
	return map[string]rowFormat{
		"ndjson":     {row: appendNDJSON, damaged: appendNDJSONError, findings: appendFinding, isOurs: isNDJSON},
		"csv":        {header: csvHeader, row: appendCSV, damaged: appendCSVError, isOurs: func(line string) bool { return line+"\r\n" == csvHeader }},
		"ecs":        ecsFormat{now}.format(),
		"ocsf":       ocsfFormat{now}.format(),
		"timesketch": timesketchFormat,
	}
}

// isNDJSON reports whether a line is a click, a finding or an error of the NDJSON output.
func isNDJSON(line string) bool {
	return containsAll(`{"timestamp":`, `,"class":"`, `"p_automated":`)(line) || containsAll(`{"type":"finding","kind":"`)(line) ||
		containsAll(`{"file":"`, `"row":`, `"error":{"column":"`)(line)
}

func containsAll(parts ...string) func(string) bool {
	return func(s string) bool {
		return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(s, part) })
	}
}

// formats are the forms of output, in the order of the help.
func formats() []string {
	return []string{"text", "ndjson", "csv", "html", "ecs", "ocsf", "timesketch"}
}

// sink is one place where output goes, in one form.
type sink struct {
	format   string
	rows     rowFormat
	w        *bufio.Writer
	file     *newfile.File // nil for standard output
	path     string        // of the file
	replaces bool          // there is a file already
	terminal bool          // a terminal, which obeys control characters
	left     int           // clicks that the form has no place for
	damaged  int           // rows that could not be read, which it has no place for either
}

// output is where verdicts go: rows as they come, and summaries at the end.
type output struct {
	t          *triage
	formats    map[string]rowFormat
	sinks      []*sink
	filter     *filter
	failOn     *failOn
	top        []clickclass.Result // the first of --top, in order
	clicks     int                 // that were judged
	shown      int                 // of them, those that are shown
	line       []byte              // of the row being written
	digest     *digest             // nil: no summary is wanted
	pseudonyms *pseudonyms         // nil without --redact
	agreement  agreement           // with the labels
}

func (t *triage) newOutput() (*output, error) {
	o := &output{t: t, formats: newRowFormats(time.Now())}
	var err error
	if o.filter, err = newFilter(&t.filterOptions); err != nil {
		return nil, &usageError{err}
	}
	if o.failOn, err = newFailOn(t.FailOn); err != nil {
		return nil, &usageError{err}
	}
	if t.Redact {
		o.pseudonyms = newPseudonyms()
	}
	if err := o.openSinks(); err != nil {
		o.close()
		return nil, err
	}
	page := slices.ContainsFunc(o.sinks, func(s *sink) bool { return s.format == "html" })
	if page || t.Findings || o.failOn.has("taken_over") || slices.ContainsFunc(o.sinks, func(s *sink) bool { return s.format == "text" }) {
		o.digest = newDigest(page)
	}
	if page {
		o.digest.page.mails = t.mails
	}
	return o, nil
}

// wantsReport reports whether a report is among the outputs.
func (t *triage) wantsReport() bool {
	return t.HTML != "" || slices.ContainsFunc(t.Output, func(s string) bool { return strings.HasPrefix(s, "html=") })
}

// openSinks opens standard output and the files of --output and --html.
func (o *output) openSinks() error {
	o.sinks = []*sink{{format: o.t.Format, rows: o.formats[o.t.Format], w: bufio.NewWriterSize(o.t.stdout, 64<<10), terminal: terminal.Of(o.t.stdout, o.t.Color).Terminal}}
	if o.t.HTML != "" {
		if err := o.openFile("html", o.t.HTML); err != nil {
			return usagef("--html: %w", err)
		}
	}
	for _, text := range o.t.Output {
		format, path, ok := strings.Cut(text, "=")
		if !ok || path == "" || !slices.Contains(formats(), format) {
			return usagef("--output %q is not FORMAT=FILE with a FORMAT of %s", text, strings.Join(formats(), ", "))
		}
		if err := o.openFile(format, path); err != nil {
			return usagef("--output: %w", err)
		}
	}
	for _, s := range o.sinks {
		s.w.WriteString(s.rows.header) // an error stays in w
	}
	return nil
}

func (o *output) openFile(format, path string) error {
	for _, s := range o.sinks {
		if s.file != nil && samePath(s.path, path) {
			return fmt.Errorf("%s is named twice", path)
		}
	}
	f, replaces, err := o.t.createOutput(path, o.formats[format].isOursIn(format))
	if err != nil {
		return err
	}
	o.sinks = append(o.sinks, &sink{format: format, rows: o.formats[format], w: bufio.NewWriterSize(f, 64<<10), file: f, path: path, replaces: replaces})
	return nil
}

// close gives back what finish did not.
func (o *output) close() {
	for _, s := range o.sinks {
		if s.file != nil {
			s.file.Discard()
		}
	}
}

// add takes the verdict on the next row. It changes r for --redact.
func (o *output) add(r *clickclass.Result) error {
	if r.Revision == 0 {
		o.clicks++
	}
	if l := o.t.labels; l != nil {
		if label, ok := l.Find(&r.Click); ok {
			o.agreement.add(label, r)
		}
	}
	if !o.filter.shows(r) {
		return nil
	}
	if o.t.Top > 0 {
		o.keepTop(r)
		return nil
	}
	return o.show(r)
}

// keepTop keeps a verdict if it is among those that deserve a look most.
func (o *output) keepTop(r *clickclass.Result) {
	if r.Revision > 0 {
		o.top = slices.DeleteFunc(o.top, func(old clickclass.Result) bool {
			return old.Click.File == r.Click.File && old.Click.Row == r.Click.Row
		})
	}
	compare := func(a, b clickclass.Result) int {
		return cmp.Or(cmp.Compare(a.Priority(), b.Priority()), b.Click.Timestamp.Compare(a.Click.Timestamp), cmp.Compare(a.Click.Row, b.Click.Row))
	}
	i, _ := slices.BinarySearchFunc(o.top, *r, compare)
	if i < o.t.Top {
		o.top = slices.Insert(o.top, i, *r)
		o.top = o.top[:min(len(o.top), o.t.Top)]
	}
}

// show writes a verdict.
func (o *output) show(r *clickclass.Result) error {
	if r.Revision == 0 {
		o.shown++
	}
	o.failOn.see(r)
	if o.pseudonyms != nil {
		o.pseudonyms.redact(&r.Click)
		r.Click.File = o.t.fileName(r.Click.File)
		redactOrigin(&r.Verdict.Origin)
	}
	if o.digest != nil {
		o.digest.add(r)
	}
	return o.each(func(s *sink) {
		if s.rows.row == nil {
			return
		}
		if o.line = s.rows.row(o.line, r); len(o.line) == 0 {
			s.left++
		}
	})
}

// addError takes the next row, which could not be read.
func (o *output) addError(e *rowError) error {
	if o.t.Redact {
		e = o.t.redactError(e)
	}
	if o.digest != nil {
		o.digest.addError(e)
	}
	return o.each(func(s *sink) {
		switch {
		case s.rows.damaged != nil:
			o.line = s.rows.damaged(o.line, e)
		case s.rows.row != nil:
			s.damaged++
		}
	})
}

// each lets line append to o.line for each sink, and writes that.
func (o *output) each(line func(s *sink)) error {
	for _, s := range o.sinks {
		o.line = o.line[:0]
		if line(s); len(o.line) == 0 {
			continue
		}
		if s.terminal {
			o.line = append(o.line[:0], terminal.Clean(strings.TrimRight(string(o.line), "\r\n"))+"\n"...)
		}
		if _, err := s.w.Write(o.line); err != nil {
			return s.failed(err)
		}
	}
	return nil
}

func (s *sink) failed(err error) error {
	if s.file != nil {
		return fmt.Errorf("write %s: %w", s.format, err)
	}
	return fmt.Errorf("write: %w", err)
}

// finish writes what comes after the last row.
func (o *output) finish(interrupted bool) error {
	for i := range o.top {
		if err := o.show(&o.top[i]); err != nil {
			return err
		}
	}
	about := o.t.aboutRun(interrupted)
	about.clicks, about.shown = o.clicks, o.shown
	if o.digest != nil && o.t.Findings {
		for i := range o.digest.report().Findings {
			err := o.each(func(s *sink) {
				if s.rows.findings != nil {
					o.line = s.rows.findings(o.line, &o.digest.report().Findings[i])
				}
			})
			if err != nil {
				return err
			}
		}
	}
	for _, s := range o.sinks {
		if err := o.finishSink(s, about); err != nil {
			return err
		}
	}
	if o.pseudonyms != nil && o.pseudonyms.full() {
		o.t.remark("--redact: more than " + thousands(maxNumbers) + " accounts or links: those that came later are account-later and redacted-later")
	}
	if o.t.labels != nil {
		w := o.t.stderr // rows are read by programs
		if o.t.Format == "text" {
			w = o.t.stdout
		}
		o.t.labels.tell(w, &o.agreement)
	}
	if o.failOn.has("taken_over") && len(o.digest.report().Summary.TakenOver) > 0 {
		o.failOn.found = true
	}
	o.t.found = o.failOn.found
	return nil
}

func (o *output) finishSink(s *sink, about aboutRun) error {
	var err error
	switch s.format {
	case "text":
		out := terminal.Output{Columns: 100}
		if s.file == nil {
			out = terminal.Of(o.t.stdout, o.t.Color)
		}
		writeText(s.w, out, o.digest, about)
	case "html":
		err = writeReport(s.w, o.digest, about)
	}
	if err = cmp.Or(err, s.w.Flush()); err != nil {
		return s.failed(err)
	}
	if s.left > 0 {
		o.t.remark(fmt.Sprintf("%s: left out %s without a time", s.format, plural(s.left, "click")))
	}
	if s.damaged > 0 {
		o.t.remark(fmt.Sprintf("%s: left out %s that could not be read; ndjson has them", s.format, plural(s.damaged, "row")))
	}
	switch {
	case s.file == nil:
		return nil
	case about.interrupted && s.replaces:
		o.t.remark(o.t.fileName(s.path) + " is left as it was")
		return nil
	}
	if err := s.file.Finish(); err != nil {
		return s.failed(err)
	}
	o.t.remark(s.format + " written to " + o.t.fileName(s.path))
	return nil
}

// aboutRun is what the text and the report say of the run as a whole.
type aboutRun struct {
	files         []string // "clicks.csv: UrlClickEvents"
	read          []*export
	damaged       int      // rows that could not be read
	leftOut       []string // sources that were not read, each with the reason
	clicks, shown int      // that were judged, and that the filters let through
	sample        bool
	redacted      bool
	interrupted   bool
}

func (t *triage) aboutRun(interrupted bool) aboutRun {
	a := aboutRun{sample: t.sample, redacted: t.Redact, interrupted: interrupted, damaged: t.badRows - t.badLookups}
	for _, list := range [][]*export{t.exports.clicks, t.exports.evidence} {
		for _, e := range list {
			a.files = append(a.files, t.fileName(e.source.Name)+": "+e.describe())
			a.read = append(a.read, e)
		}
	}
	for _, problem := range t.exports.problems {
		text := problem.Error()
		if t.Redact {
			text = t.redactText(text)
		}
		a.leftOut = append(a.leftOut, text)
	}
	return a
}
