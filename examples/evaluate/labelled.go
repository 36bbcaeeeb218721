package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/calibrate"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
	"github.com/whoclicked/whoclicked/examples/internal/inputs"
	"github.com/whoclicked/whoclicked/examples/internal/newfile"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
	"github.com/whoclicked/whoclicked/examples/internal/terminal"
)

const noteLabelled = "Measured on your labels: as good as they are, and no better. " +
	"Each row was judged without the evidence that its label was made from."

// exported is what the files hold.
type exported struct {
	clicks   []clickclass.Click
	store    evidence.Store
	policies []clickclass.Policy
}

// labelled measures the labelled rows of the files, and fits a model when one
// is asked for. It returns the number of rows that could not be read.
func labelled(ctx context.Context, o *options, stdin io.Reader, out printer, stderr io.Writer) (int, error) {
	labels, broken, err := readLabels(o.Labels, stderr)
	if err != nil {
		return broken, err
	}
	sources, err := inputs.Expand(o.Files, stdin)
	if err != nil {
		return broken, err
	}
	var x exported
	for _, source := range sources {
		n, err := x.read(ctx, source, stderr)
		broken += n
		switch {
		case errors.Is(err, inputs.ErrTwice):
			fmt.Fprintln(stderr, "evaluate:", terminal.Clean(err.Error()))
		case err != nil:
			return broken, err
		}
	}
	samples, err := calibrate.Samples(ctx, clickclass.Options{Source: &x.store, Policies: x.policies}, sequence(x.clicks), labels)
	if err != nil {
		return broken, err
	}
	if len(samples) == 0 {
		return broken, fmt.Errorf("none of %d labels names one of %d clicks", countLabels(labels), len(x.clicks))
	}
	out.note(noteLabelled)
	out.heading("", fmt.Sprintf("%d labels, %d clicks, %d of them labelled", countLabels(labels), len(x.clicks), len(samples)))
	summaries := []namedSummary{{"all", summariseSamples(samples, o)}}
	for _, b := range bases {
		var part []calibrate.Sample
		for _, s := range samples {
			if s.Basis == b {
				part = append(part, s)
			}
		}
		if len(part) > 0 {
			summaries = append(summaries, namedSummary{b.String(), summariseSamples(part, o)})
		}
	}
	out.worse(sentencesOf(summaries))
	out.summaries("basis", summaries)
	if o.Plots != "" {
		if err := plot(o.Plots, "measured on your labels", &results{byBasis: outcomesByBasis(samples)}); err != nil {
			return broken, err
		}
	}
	if o.Model == "" {
		return broken, nil
	}
	return broken, fitModel(o, samples, out)
}

func readLabels(name string, stderr io.Writer) (*calibrate.Labels, int, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	labels, err := calibrate.ReadLabels(f)
	if labels == nil {
		return nil, 0, err
	}
	broken := 0
	if bad, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range bad.Unwrap() {
			fmt.Fprintln(stderr, "evaluate:", err)
			broken++
		}
	}
	return labels, broken, nil
}

func countLabels(labels *calibrate.Labels) int {
	n := 0
	for range labels.All() {
		n++
	}
	return n
}

// read reads one export. The audit feed is evidence beside the clicks themselves. It
// returns the number of rows that could not be read.
func (x *exported) read(ctx context.Context, source inputs.Source, stderr io.Writer) (broken int, err error) {
	content, err := source.Open(nil)
	if err != nil {
		return 0, err
	}
	defer content.Close()
	r, err := tables.NewReader(source.Name, content, tables.Options{})
	if err != nil {
		return 0, err
	}
	for row, err := range r.Rows() {
		if ctx.Err() != nil {
			return broken, ctx.Err()
		}
		if err != nil {
			var one *tables.RowError
			if !errors.As(err, &one) {
				return broken, err
			}
			fmt.Fprintln(stderr, "evaluate:", err)
			broken++
			continue
		}
		switch {
		case row.Click != nil && row.Click.Feed == clickclass.FeedUrlClickEvents:
			x.clicks = append(x.clicks, *row.Click)
		case row.Click != nil:
			x.store.Add(evidence.Audited(*row.Click))
		case row.Evidence != nil:
			x.store.Add(row.Evidence)
		case row.Policy != nil:
			x.policies = append(x.policies, *row.Policy)
		}
	}
	return broken, nil
}

func sequence(rows []clickclass.Click) iter.Seq2[clickclass.Click, error] {
	return func(yield func(clickclass.Click, error) bool) {
		for _, k := range rows {
			if !yield(k, nil) {
				return
			}
		}
	}
}

// outcomeOf takes every labelled row as a tenant of its own: nothing is known
// of which belong together.
func outcomeOf(i int, s calibrate.Sample) outcome {
	kind := synth.Person
	switch s.Who {
	case "machine":
		kind = synth.Service
	case "other":
		kind = synth.Forwarded
	}
	return outcome{tenant: i, p: probabilities(s.LogOdds), class: s.Class, truth: synth.Truth{Kind: kind}}
}

// probabilities returns what log-odds of a machine say. The rest is the
// owner's, since log-odds do not tell who else it was.
func probabilities(logOdds float64) clickclass.Probabilities {
	p := 1 / (1 + math.Exp(-logOdds))
	return clickclass.Probabilities{Machine: p, Owner: 1 - p}
}

func summariseSamples(samples []calibrate.Sample, o *options) summary {
	list := make([]outcome, len(samples))
	for i, s := range samples {
		list[i] = outcomeOf(i, s)
	}
	return summarise(list, len(list), o.Rounds, o.Seed)
}

func outcomesByBasis(samples []calibrate.Sample) (by [len(bases)][]outcome) {
	for i, s := range samples {
		by[s.Basis] = append(by[s.Basis], outcomeOf(i, s))
	}
	return by
}

// fitRow compares the shipped rules and the fit at one level of evidence.
type fitRow struct {
	calibrate.FitInfo
	Before measures `json:"before"`
	After  measures `json:"after"`
}

type measures struct {
	Brier   float64 `json:"brier"`
	LogLoss float64 `json:"log_loss"`
	ECE     float64 `json:"ece"`
}

func measure(list []calibrate.Prediction) measures {
	m := calibrate.Measure(list)
	return measures{m.Brier, m.LogLoss, m.ECE}
}

// fitModel fits to all labels and writes the model; the measures come from
// fits to four fifths of the labels each, taken of the fifth left out.
func fitModel(o *options, samples []calibrate.Sample, out printer) error {
	const folds = 5
	options := calibrate.FitOptions{BaseRate: o.BaseRate}
	model, err := calibrate.Fit(samples, options)
	if err != nil {
		return err
	}
	before := map[clickclass.Basis][]calibrate.Prediction{}
	after := map[clickclass.Basis][]calibrate.Prediction{}
	for fold := range folds {
		var train, test []calibrate.Sample
		for i, s := range samples {
			if i%folds == fold {
				test = append(test, s)
			} else {
				train = append(train, s)
			}
		}
		part, err := calibrate.Fit(train, options)
		if errors.Is(err, calibrate.ErrTooFewLabels) {
			part = new(calibrate.Model) // four fifths do not suffice where all just do
		} else if err != nil {
			return err
		}
		for _, s := range test {
			before[s.Basis] = append(before[s.Basis], calibrate.Prediction{P: probabilities(s.LogOdds), Who: s.Who})
			after[s.Basis] = append(after[s.Basis], calibrate.Prediction{P: probabilities(part.Calibrate(s.Basis, s.LogOdds)), Who: s.Who})
		}
	}
	var rows []fitRow
	for _, fit := range model.Fits() {
		rows = append(rows, fitRow{fit, measure(before[fit.Basis]), measure(after[fit.Basis])})
	}
	out.fits(rows)
	data, err := json.MarshalIndent(model, "", "  ")
	if err != nil {
		return err
	}
	return newfile.Write(o.Model, append(data, '\n'))
}
