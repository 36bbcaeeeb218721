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
	"path/filepath"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/calibrate"
	"github.com/whoclicked/whoclicked/clickclass/tables"
	"github.com/whoclicked/whoclicked/examples/internal/inputs"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
)

const noteLabelled = "Measured on your labels: as good as they are, and no better. " +
	"Each row was judged without the evidence that its label was made from."

// labelled measures the labelled rows of the files, and fits a model when one
// is asked for. It returns the number of rows that could not be read.
func labelled(ctx context.Context, o *options, stdin io.Reader, out printer, stderr io.Writer) (int, error) {
	labels, broken, err := readLabels(o.Labels, stderr)
	if err != nil {
		return broken, err
	}
	store := clickclass.NewStore()
	var rows []clickclass.Click
	sources, err := inputs.Expand(o.Files, stdin)
	if err != nil {
		return broken, err
	}
	for _, source := range sources {
		n, err := readExport(ctx, source, store, &rows, stderr)
		broken += n
		if err != nil {
			return broken, err
		}
	}
	samples, err := calibrate.Samples(clickclass.Options{Evidence: store.Evidence()}, sequence(rows), labels)
	if err != nil {
		return broken, err
	}
	if len(samples) == 0 {
		return broken, fmt.Errorf("none of %d labels names one of %d clicks", labels.Len(), len(rows))
	}
	out.note(noteLabelled)
	out.heading("", fmt.Sprintf("%d labels, %d clicks, %d of them labelled", labels.Len(), len(rows), len(samples)))
	summaries := []namedSummary{{"all", summariseSamples(samples, o)}}
	for _, r := range regimes {
		var part []calibrate.Sample
		for _, s := range samples {
			if s.Regime == r {
				part = append(part, s)
			}
		}
		if len(part) > 0 {
			summaries = append(summaries, namedSummary{r.String(), summariseSamples(part, o)})
		}
	}
	out.summaries("regime", summaries)
	if o.Plots != "" {
		if err := plot(o.Plots, "measured on your labels", &results{byRegime: allRegimes(samples)}); err != nil {
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
	labels, broken := new(calibrate.Labels), 0
	for label, err := range calibrate.ReadLabels(f) {
		if err == nil {
			err = labels.Add(label)
		}
		if err == nil {
			continue
		}
		var row *calibrate.RowError
		if !errors.As(err, &row) && !errors.Is(err, calibrate.ErrConflict) {
			return nil, broken, err
		}
		fmt.Fprintln(stderr, "evaluate:", err)
		broken++
	}
	return labels, broken, nil
}

// readExport reads one export into the store, and its clicks into rows. The
// audit feed is evidence beside the clicks themselves.
func readExport(ctx context.Context, source inputs.Source, store *clickclass.Store, rows *[]clickclass.Click, stderr io.Writer) (int, error) {
	content, err := source.Open(nil)
	if err != nil {
		return 0, err
	}
	defer content.Close()
	r, err := tables.NewReader(source.Name, content)
	if err != nil {
		return 0, err
	}
	broken := 0
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
			k := *row.Click
			k.File, k.Row = row.File, row.Row
			*rows = append(*rows, k)
		case row.Click != nil:
			store.AddAudit(*row.Click)
		case row.Email != nil:
			store.AddEmail(*row.Email)
		case row.EmailURL != nil:
			store.AddEmailURL(*row.EmailURL)
		case row.PostDelivery != nil:
			store.AddPostDelivery(*row.PostDelivery)
		case row.SignIn != nil:
			store.AddSignIn(*row.SignIn)
		case row.BrowserLaunch != nil:
			store.AddBrowserLaunch(*row.BrowserLaunch)
		case row.Connection != nil:
			store.AddConnection(*row.Connection)
		case row.Policy != nil:
			store.AddPolicy(*row.Policy)
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
	if s.Automated {
		kind = synth.Service
	}
	return outcome{tenant: i, p: logistic(s.LogOdds), class: s.Class, truth: synth.Truth{Kind: kind}}
}

func summariseSamples(samples []calibrate.Sample, o *options) summary {
	list := make([]outcome, len(samples))
	for i, s := range samples {
		list[i] = outcomeOf(i, s)
	}
	return summarise(list, len(list), o.Rounds, o.Seed)
}

func allRegimes(samples []calibrate.Sample) (by [len(regimes)][]outcome) {
	for i, s := range samples {
		by[s.Regime] = append(by[s.Regime], outcomeOf(i, s))
	}
	return by
}

func logistic(l float64) float64 { return 1 / (1 + math.Exp(-l)) }

// fitRow compares the shipped table and the fit in one regime.
type fitRow struct {
	Regime    string   `json:"regime"`
	Method    string   `json:"method"`
	Automated int      `json:"automated"`
	Human     int      `json:"human"`
	Before    measures `json:"before"`
	After     measures `json:"after"`
}

type measures struct {
	Brier   float64 `json:"brier"`
	LogLoss float64 `json:"log_loss"`
	ECE     float64 `json:"ece"`
}

func measure(list []calibrate.Prediction) measures {
	return measures{calibrate.Brier(list), calibrate.LogLoss(list), calibrate.ECE(list, bins)}
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
	before := map[clickclass.Regime][]calibrate.Prediction{}
	after := map[clickclass.Regime][]calibrate.Prediction{}
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
			before[s.Regime] = append(before[s.Regime], calibrate.Prediction{P: logistic(s.LogOdds), Automated: s.Automated})
			after[s.Regime] = append(after[s.Regime], calibrate.Prediction{P: logistic(part.Calibrate(s.Regime, s.LogOdds)), Automated: s.Automated})
		}
	}
	var rows []fitRow
	for _, r := range regimes {
		method, automated, human, ok := model.Fitted(r)
		if !ok {
			continue
		}
		rows = append(rows, fitRow{r.String(), method.String(), automated, human, measure(before[r]), measure(after[r])})
	}
	out.fits(rows)
	data, err := json.MarshalIndent(model, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Clean(o.Model), append(data, '\n'), 0o644)
}
