package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/calibrate"
)

// labels are the clicks whose truth is known.
type labels struct {
	*calibrate.Labels
	n       int              // labels
	model   *calibrate.Model // nil: the probabilities are as shipped
	refused error            // why there is no model
}

func (t *triage) readLabels() (*labels, error) {
	f, err := os.Open(t.Labels)
	if err != nil {
		return nil, usagef("--labels: %w", err)
	}
	defer f.Close()
	list, err := calibrate.ReadLabels(f)
	if list == nil {
		return nil, usagef("--labels: %s: %w", t.Labels, err)
	}
	for _, err := range joined(err) {
		t.badRows++
		t.remark(t.Labels + ": " + err.Error())
	}
	l := &labels{Labels: list}
	for range list.All() {
		l.n++
	}
	if l.n == 0 {
		return nil, usagef("--labels: %s has no labels", t.Labels)
	}
	return l, nil
}

// joined returns the errors that errors.Join put together.
func joined(err error) []error {
	var list interface{ Unwrap() []error }
	switch {
	case err == nil:
		return nil
	case errors.As(err, &list):
		return list.Unwrap()
	}
	return []error{err}
}

// fit fits the probabilities to the labels. A nil Calibration means that they stay as
// shipped.
func (l *labels) fit(t *triage, o clickclass.Options) (clickclass.Calibration, error) {
	for _, e := range t.exports.clicks {
		if e.source.Once {
			l.refused = fmt.Errorf("%s can be read only once: name a file", t.fileName(e.source.Name))
			return nil, nil
		}
	}
	samples, err := calibrate.Samples(t.ctx, o, t.exports.everyClick, l.Labels)
	switch {
	case t.ctx.Err() != nil:
		return nil, t.ctx.Err()
	case err != nil:
		return nil, &usageError{err}
	}
	if l.model, l.refused = calibrate.Fit(samples, calibrate.FitOptions{}); l.refused != nil {
		return nil, nil
	}
	return l.model, nil
}

// everyClick yields every click of every export, from the beginning each time. What
// cannot be read is told when the clicks are judged.
func (x *exports) everyClick(yield func(clickclass.Click, error) bool) {
	for _, e := range x.clicks {
		r, closer, err := x.open(e, false, nil)
		if err != nil {
			continue
		}
		for k, err := range r.Clicks(nil) {
			if err == nil && !yield(k, nil) {
				closer.Close()
				return
			}
		}
		closer.Close()
	}
}

// agreement compares labels with verdicts.
type agreement struct {
	classes     map[calibrate.Who]*counts
	predictions []calibrate.Prediction
}

func (a *agreement) add(label calibrate.Label, r *clickclass.Result) {
	if r.Revision > 0 {
		return // counted when it was judged first
	}
	if a.classes == nil {
		a.classes = map[calibrate.Who]*counts{}
	}
	if a.classes[label.Who] == nil {
		a.classes[label.Who] = new(counts)
	}
	a.classes[label.Who][r.Verdict.Class]++
	a.predictions = append(a.predictions, calibrate.Prediction{P: r.Verdict.P, Who: label.Who})
}

// of returns the numbers of clicks with a label, by the class of the verdict.
func (a *agreement) of(who calibrate.Who) counts {
	if c := a.classes[who]; c != nil {
		return *c
	}
	return counts{}
}

// whos are those who can have made a labelled click, in the order of the columns.
var whos = [...]calibrate.Who{"machine", "owner", "other"}

// basisWords are what verdicts rest on, in words.
var basisWords = map[clickclass.Basis]string{
	clickclass.BasisRow:    "the row alone",
	clickclass.BasisRows:   "the row and its neighbours",
	clickclass.BasisMail:   "the row, its neighbours and the message",
	clickclass.BasisSignIn: "the row, its neighbours and sign-ins",
	clickclass.BasisDevice: "the row, its neighbours and devices",
}

// tell writes how labels and verdicts agree.
func (l *labels) tell(w io.Writer, a *agreement) {
	found := len(a.predictions)
	fmt.Fprintf(w, "\nLabels: %s, %s found among the clicks\n", plural(l.n, "click"), thousands(found))
	if found > 0 {
		l.tellAgreement(w, a)
	}
	if l.refused != nil {
		fmt.Fprintf(w, "  probabilities as shipped: %v\n", l.refused)
		return
	}
	for _, f := range l.model.Fits() {
		fmt.Fprintf(w, "  probabilities of %s: %s fit to %s machine and %s owner labels", basisWords[f.Basis], f.Method,
			thousands(f.Machine), thousands(f.Owner))
		if f.Other > 0 {
			fmt.Fprintf(w, ", and %s of others", thousands(f.Other))
		}
		fmt.Fprintln(w)
	}
}

// tellAgreement writes a table of classes against labels, and how good the probabilities
// are.
func (l *labels) tellAgreement(w io.Writer, a *agreement) {
	columns := whos[:]
	if others := a.of("other"); others.total() == 0 {
		columns = whos[:2]
	}
	fmt.Fprintf(w, "  %-18s", "verdict")
	for _, who := range columns {
		fmt.Fprintf(w, " %10s", who)
	}
	for _, class := range classes {
		fmt.Fprintf(w, "\n  %-18s", className(class))
		for _, who := range columns {
			fmt.Fprintf(w, " %10s", thousands(a.of(who)[class]))
		}
	}
	owners := a.of("owner")
	m := calibrate.Measure(a.predictions)
	fmt.Fprintf(w, "\n  owners called automated: %s of %s labelled owner", thousands(owners[clickclass.ClassAutomated]), thousands(owners.total()))
	if owners.total() > 0 {
		fmt.Fprintf(w, ", at most %.1f %% with 95 %% confidence", 100*m.PersonCalledAutomated.Upper)
	}
	fmt.Fprintf(w, "\n  Brier score %.3f, log loss %.3f; these labels were also fitted to, if there is a fit\n", m.Brier, m.LogLoss)
}
