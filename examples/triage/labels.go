package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/calibrate"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// labels are the clicks whose truth is known.
type labels struct {
	calibrate.Labels
	refused error            // why the probabilities were not fitted
	model   *calibrate.Model // nil: as shipped
}

func (t *triage) readLabels() (*labels, error) {
	f, err := os.Open(t.Labels)
	if err != nil {
		return nil, usagef("--labels: %w", err)
	}
	defer f.Close()
	l := &labels{}
	for label, err := range calibrate.ReadLabels(f) {
		if err == nil {
			err = l.Add(label)
		}
		var row *calibrate.RowError
		switch {
		case errors.As(err, &row), errors.Is(err, calibrate.ErrConflict):
			t.badRows++
			t.remark(t.Labels + ": " + err.Error())
		case err != nil:
			return nil, usagef("--labels: %s: %w", t.Labels, err)
		}
	}
	if l.Len() == 0 {
		return nil, usagef("--labels: %s has no labels", t.Labels)
	}
	return l, nil
}

func (l *labels) find(k *clickclass.Click) (calibrate.Label, bool) { return l.Find(k) }

// fit fits the probabilities to the labels; a nil Calibration is the shipped
// table.
func (l *labels) fit(t *triage, o clickclass.Options) (clickclass.Calibration, error) {
	for _, e := range t.exports.clicks {
		if e.source.Once {
			l.refused = fmt.Errorf("%s can be read only once: name a file", e.source.Name)
			return nil, nil
		}
	}
	samples, err := calibrate.Samples(o, t.exports.eachClick(), &l.Labels)
	if err != nil {
		return nil, &usageError{err}
	}
	if l.model, l.refused = calibrate.Fit(samples, calibrate.FitOptions{}); l.refused != nil {
		return nil, nil
	}
	return l.model, nil
}

// eachClick yields every click of every export, and may be ranged over again.
// What cannot be read is told when the clicks are judged.
func (x *exports) eachClick() iter.Seq2[clickclass.Click, error] {
	return func(yield func(clickclass.Click, error) bool) {
		for _, e := range x.clicks {
			r, closer, err := e.open(nil)
			if err != nil {
				continue
			}
			ok := true
			r.Rows()(func(row tables.Row, err error) bool {
				if err == nil && row.Click != nil {
					ok = yield(*row.Click, nil)
				}
				return ok
			})
			closer.Close()
			if !ok {
				return
			}
		}
	}
}

// labelled is a labelled click and its verdict.
type labelled struct {
	label    calibrate.Label
	class    clickclass.Class
	p        float64
	revision int
}

// agreement compares labels with verdicts.
type agreement struct {
	automated, human counts // labelled so, by the class of the verdict
	predictions      []calibrate.Prediction
}

func (a *agreement) add(list []labelled) {
	for _, m := range list {
		if m.revision > 0 {
			continue // counted when it was judged first
		}
		c := &a.human
		if m.label.Automated {
			c = &a.automated
		}
		c[classIndex(m.class)]++
		a.predictions = append(a.predictions, calibrate.Prediction{P: m.p, Automated: m.label.Automated})
	}
}

// tell writes how labels and verdicts agree.
func (l *labels) tell(w io.Writer, a *agreement) {
	found := len(a.predictions)
	fmt.Fprintf(w, "\nLabels: %s, %s found among the clicks\n", plural(l.Len(), "click"), thousands(found))
	if found > 0 {
		fmt.Fprintf(w, "  %-18s %10s %10s\n", "verdict", "automated", "human")
		for i, class := range clickclass.Classes {
			fmt.Fprintf(w, "  %-18s %10s %10s\n", className(class), thousands(a.automated[i]), thousands(a.human[i]))
		}
		falsely := a.human.of(clickclass.ClassAutomated)
		bounds := calibrate.ClopperPearson(falsely, max(a.human.total(), 1), 0.95)
		fmt.Fprintf(w, "  people called automated: %s of %s labelled human", thousands(falsely), thousands(a.human.total()))
		if a.human.total() > 0 {
			fmt.Fprintf(w, ", at most %.1f %% with 95 %% confidence", 100*bounds.High)
		}
		fmt.Fprintf(w, "\n  Brier score %.3f, log loss %.3f; these labels were also fitted to, if there is a fit\n",
			calibrate.Brier(a.predictions), calibrate.LogLoss(a.predictions))
	}
	if l.refused != nil {
		fmt.Fprintf(w, "  probabilities as shipped: %v\n", l.refused)
		return
	}
	for r := clickclass.RegimeRow; r <= clickclass.RegimeEndpoint; r++ {
		if method, automated, human, ok := l.model.Fitted(r); ok {
			fmt.Fprintf(w, "  probabilities of %s: %s fit to %s automated and %s human labels\n",
				words(regimeWords, r.String()), method, thousands(automated), thousands(human))
		}
	}
}
