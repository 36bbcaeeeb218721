package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/inputs"
	"github.com/whoclicked/whoclicked/examples/internal/ownranges"
	"github.com/whoclicked/whoclicked/examples/internal/progress"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

// triage is one run of the program.
type triage struct {
	options
	ctx            context.Context // done when the user interrupts
	stdin          io.Reader
	stdout, stderr io.Writer

	exports    *exports
	sample     bool    // no file was named: the built-in sample is judged
	labels     *labels // nil without --labels
	mails      *mails  // what the report says of messages, nil without one
	badRows    int     // rows that could not be read, and failed look-ups
	badLookups int     // of these, failed look-ups
	found      bool    // what --fail-on looks for
	badSources int     // sources that could not be read, or not to their end
	remarkMu   sync.Mutex
	names      fileNames // of files, for --redact
}

// incomplete reports whether something of the input was not judged.
func (t *triage) incomplete() bool { return t.badRows > 0 || t.badSources > 0 }

// remark writes a message for the user to standard error. It is safe for concurrent use.
func (t *triage) remark(text string) {
	t.remarkMu.Lock()
	defer t.remarkMu.Unlock()
	text = strings.TrimPrefix(text, "tables: read: ")
	if t.Redact {
		text = t.redactText(text)
	}
	fmt.Fprintln(t.stderr, "triage:", terminal.Clean(text))
}

// complain writes the errors that ended the run to standard error.
func (t *triage) complain(err error) {
	for _, line := range terminal.Lines(err) {
		t.remark(line)
	}
}

// run reads the evidence, and judges the clicks.
func (t *triage) run() error {
	// --workers bounds the garbage collector too.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(t.Workers))

	sources, err := t.sources()
	if err != nil {
		return &usageError{err}
	}
	t.nameFiles(sources)
	t.exports = &exports{workers: t.Workers}
	f := t.survey(sources)
	t.mails = f.mails
	if t.ctx.Err() != nil && len(t.exports.clicks) == 0 {
		return t.ctx.Err()
	}
	if err := t.checkExports(); err != nil {
		return err
	}
	for _, e := range t.exports.evidence {
		for _, text := range e.remarks {
			t.remark(text)
		}
	}
	t.badSources += len(t.exports.problems) - t.exports.strays
	c, err := t.newClassifier(f)
	if err != nil {
		return err
	}
	return t.judge(c)
}

// sources returns what is to be read: the files that were named, what is piped in, or the
// built-in sample.
func (t *triage) sources() ([]inputs.Source, error) {
	if err := mistakenArguments(t.Files); err != nil {
		return nil, err
	}
	stdin := t.input()
	args := t.Files
	if len(args) == 0 {
		if stdin, t.sample = t.piped(stdin); t.sample {
			return sampleSources(), nil
		}
		args = []string{inputs.Stdin}
	}
	return inputs.Expand(args, stdin)
}

// newClassifier reads everything that the clicks are judged by.
func (t *triage) newClassifier(f *found) (*clickclass.Classifier, error) {
	o := clickclass.Options{
		Prior:   clickclass.Prior{Machine: t.Prior},
		Window:  clickclass.Window{Span: t.Window},
		Workers: t.Workers,
	}
	var err error
	if t.Ranges != "" {
		if o.Ranges, err = ownranges.Open(t.Ranges); err != nil {
			return nil, usagef("--ranges: %w", err)
		}
	}
	o.Policies = f.policies
	sources := f.sources(t.exports)
	if t.ASN != "" {
		networks, err := openNetworks(t.ASN)
		if err != nil {
			return nil, err
		}
		sources = append(sources, networks)
	}
	if len(sources) > 0 {
		o.Source = clickclass.Join(sources...)
	}
	if t.Labels != "" {
		if t.labels, err = t.readLabels(); err != nil {
			return nil, err
		}
		if o.Calibration, err = t.labels.fit(t, o); err != nil {
			return nil, err
		}
	}
	c, err := clickclass.New(o)
	if err != nil {
		return nil, &usageError{err}
	}
	return c, nil
}

// judge judges every click and writes the output.
//
// All has a context of its own: after an interruption the input ends, and what was read
// until then is still judged and written.
func (t *triage) judge(c *clickclass.Classifier) error {
	out, err := t.newOutput()
	if err != nil {
		return err
	}
	defer out.close()
	defer limitMemory(out.digest != nil && out.digest.page != nil, t.exports.held())()
	stop := t.showProgress()
	for r, err := range c.All(context.WithoutCancel(t.ctx), t.clicks()) {
		if err != nil {
			t.badRows++
		}
		row := t.newRowError(err)
		switch {
		case row != nil:
			err = out.addError(row)
		case err != nil:
			t.remarkLookup(err)
			continue
		default:
			err = out.add(&r)
		}
		if err != nil {
			stop()
			return err
		}
	}
	stop()
	interrupted := t.ctx.Err() != nil
	if err := out.finish(interrupted); err != nil {
		return err
	}
	if interrupted {
		t.remark("interrupted: the output holds what was done so far")
		return context.Canceled
	}
	return nil
}

// remarkLookup tells of evidence that could not be looked up. Verdict.Failed says for which
// clicks.
func (t *triage) remarkLookup(err error) {
	if t.badLookups++; t.badLookups <= maxToldRows {
		t.remark(err.Error())
	}
}

// showProgress shows a progress bar if standard error is a terminal.
func (t *triage) showProgress() (stop func()) {
	shown := terminal.Of(t.stderr, t.Color).Terminal && !t.NoProgress
	if terminal.Of(t.stdout, t.Color).Terminal && t.Format != "text" {
		shown = false // rows scroll past
	}
	if !shown {
		return func() {}
	}
	return progress.Start(t.stderr, t.exports.size, &t.exports.read)
}
