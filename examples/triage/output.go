package main

import (
	"bufio"
	"fmt"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// output is where verdicts go: rows as they come, and summaries at the end.
type output struct {
	t          *triage
	w          *bufio.Writer
	line       []byte      // of the row being written
	digest     *digest     // nil: no summary is wanted
	report     *reportFile // nil without --html
	pseudonyms *pseudonyms // nil without --redact
	agreement  agreement   // with the labels
}

func (t *triage) newOutput() (*output, error) {
	o := &output{t: t, w: bufio.NewWriterSize(t.stdout, 64<<10)}
	if t.Redact {
		o.pseudonyms = newPseudonyms()
	}
	if t.HTML != "" {
		f, err := createReport(t.HTML)
		if err != nil {
			return nil, usagef("--html: %w", err)
		}
		o.report = f
	}
	if t.Format == "text" || t.HTML != "" {
		o.digest = newDigest(t.HTML != "")
	}
	if t.Format == "csv" {
		o.w.WriteString(csvHeader) // an error stays in w
	}
	return o, nil
}

// close gives back what finish did not.
func (o *output) close() {
	if o.report != nil {
		o.report.discard()
	}
}

// add takes the verdict on the next row. It changes r for --redact.
func (o *output) add(r *clickclass.Result) error {
	if l := o.t.labels; l != nil {
		if label, ok := l.Find(&r.Click); ok {
			o.agreement.add(label, r)
		}
	}
	if o.pseudonyms != nil {
		o.pseudonyms.redact(&r.Click)
		r.Click.File = o.t.fileName(r.Click.File)
		redactOrigin(&r.Verdict.Origin)
	}
	if o.digest != nil {
		o.digest.add(r)
	}
	switch o.t.Format {
	case "ndjson":
		o.line = appendNDJSON(o.line[:0], r)
	case "csv":
		o.line = appendCSV(o.line[:0], r)
	default:
		return nil
	}
	return o.write()
}

// addError takes the next row, which could not be read.
func (o *output) addError(e *rowError) error {
	if o.t.Redact {
		e = o.t.redactError(e)
	}
	if o.digest != nil {
		o.digest.addError(e)
	}
	switch o.t.Format {
	case "ndjson":
		o.line = appendNDJSONError(o.line[:0], e)
	case "csv":
		o.line = appendCSVError(o.line[:0], e)
	default:
		return nil
	}
	return o.write()
}

func (o *output) write() error {
	if _, err := o.w.Write(o.line); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// finish writes what comes after the last row.
func (o *output) finish(interrupted bool) error {
	about := o.t.aboutRun(interrupted)
	if o.t.Format == "text" {
		writeText(o.w, terminal.Of(o.t.stdout), o.digest, about)
	}
	if err := o.w.Flush(); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	if o.report != nil {
		if err := writeReport(o.report, o.digest, about); err != nil {
			return fmt.Errorf("--html: %w", err)
		}
		if err := o.report.finish(); err != nil {
			return fmt.Errorf("--html: %w", err)
		}
		fmt.Fprintf(o.t.stderr, "triage: report written to %s\n", o.t.fileName(o.t.HTML))
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
	sample      bool
	redacted    bool
	interrupted bool
}

func (t *triage) aboutRun(interrupted bool) aboutRun {
	a := aboutRun{sample: t.sample, redacted: t.Redact, interrupted: interrupted}
	for _, list := range [][]*export{t.exports.clicks, t.exports.evidence} {
		for _, e := range list {
			a.files = append(a.files, t.fileName(e.source.Name)+": "+e.table)
		}
	}
	return a
}
