package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/findings"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// rowFormat is a form of output with a line for each click.
type rowFormat struct {
	header   string
	row      func(b []byte, r *clickclass.Result) []byte
	damaged  func(b []byte, e *rowError) []byte         // nil: told on standard error only
	findings func(b []byte, f *findings.Finding) []byte // nil: has none
	isOurs   func(firstLine string) bool                // whether a file begins as this format does
}

var rowFormats = map[string]rowFormat{
	"ndjson": {row: appendNDJSON, damaged: appendNDJSONError, findings: appendFinding, isOurs: containsAll(`"p_automated":`, `"rules":"`)},
	"csv":    {header: csvHeader, row: appendCSV, damaged: appendCSVError, isOurs: func(line string) bool { return line+"\r\n" == csvHeader || line == csvHeader }},
}

func containsAll(parts ...string) func(string) bool {
	return func(s string) bool {
		return !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(s, part) })
	}
}

// formats are the forms of output, in the order of the help.
func formats() []string { return []string{"text", "ndjson", "csv", "html"} }

// sink is one place where output goes, in one form.
type sink struct {
	format   string
	rows     rowFormat
	w        *bufio.Writer
	file     *outputFile // nil for standard output
	terminal bool        // a terminal, which obeys control characters
}

// output is where verdicts go: rows as they come, and summaries at the end.
type output struct {
	t          *triage
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
	o := &output{t: t}
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
	if page || t.Findings || slices.Contains(t.FailOn, "taken_over") || slices.ContainsFunc(o.sinks, func(s *sink) bool { return s.format == "text" }) {
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
	o.sinks = []*sink{{format: o.t.Format, rows: rowFormats[o.t.Format], w: bufio.NewWriterSize(o.t.stdout, 64<<10), terminal: terminal.Of(o.t.stdout).Terminal}}
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
	f, err := o.t.createOutput(format, path)
	if err != nil {
		return err
	}
	o.sinks = append(o.sinks, &sink{format: format, rows: rowFormats[format], w: bufio.NewWriterSize(f, 64<<10), file: f})
	return nil
}

// close gives back what finish did not.
func (o *output) close() {
	for _, s := range o.sinks {
		if s.file != nil {
			s.file.discard()
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
		redactOrigin(&r.Verdict.Origin)
	}
	if o.digest != nil {
		o.digest.add(r)
	}
	return o.each(func(s *sink) {
		if s.rows.row != nil {
			o.line = s.rows.row(o.line, r)
		}
	})
}

// addError takes the next row, which could not be read.
func (o *output) addError(e *rowError) error {
	if o.t.Redact {
		e = redactError(e)
	}
	if o.digest != nil {
		o.digest.addError(e)
	}
	return o.each(func(s *sink) {
		if s.rows.damaged != nil {
			o.line = s.rows.damaged(o.line, e)
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
	if o.pseudonyms.areShared() {
		o.t.remark(fmt.Sprintf("there were more than %s accounts or links: the rest share the next number", thousands(maxPseudonyms)))
	}
	if o.t.labels != nil {
		w := o.t.stderr // rows are read by programs
		if o.t.Format == "text" {
			w = o.t.stdout
		}
		o.t.labels.tell(w, &o.agreement)
	}
	if slices.Contains(o.t.FailOn, "taken_over") && len(o.digest.report().Summary.TakenOver) > 0 {
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
			out = terminal.Of(o.t.stdout)
		}
		writeText(s.w, out, o.digest, about)
	case "html":
		err = writeReport(s.w, o.digest, about)
	}
	if err = errors.Join(err, s.w.Flush()); err != nil {
		return s.failed(err)
	}
	if s.file == nil {
		return nil
	}
	if err := s.file.finish(); err != nil {
		return s.failed(err)
	}
	o.t.remark(s.format + " written to " + s.file.path)
	return nil
}

// appendFinding appends a finding as a line of NDJSON.
func appendFinding(b []byte, f *findings.Finding) []byte {
	line, err := json.Marshal(struct {
		Type string `json:"type"`
		*findings.Finding
	}{"finding", f})
	if err != nil {
		panic(err) // strings, numbers and times can be encoded
	}
	return append(append(b, line...), '\n')
}

// aboutRun is what the text and the report say of the run as a whole.
type aboutRun struct {
	files         []string // "clicks.csv: UrlClickEvents"
	read          []*export
	clicks, shown int // that were judged, and that the filters let through
	sample        bool
	redacted      bool
	interrupted   bool
}

func (t *triage) aboutRun(interrupted bool) aboutRun {
	a := aboutRun{sample: t.sample, redacted: t.Redact, interrupted: interrupted}
	for _, list := range [][]*export{t.exports.clicks, t.exports.evidence} {
		for _, e := range list {
			name := e.source.Name
			if t.Redact {
				name = redactFile(name)
			}
			a.files = append(a.files, name+": "+e.describe())
			a.read = append(a.read, e)
		}
	}
	return a
}
