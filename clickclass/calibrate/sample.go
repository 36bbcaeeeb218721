package calibrate

import (
	"iter"
	"math"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Sample is one labelled click and its score.
type Sample struct {
	Regime    clickclass.Regime
	LogOdds   float64 // of automation, uncalibrated, the prior included
	Automated bool
	Class     clickclass.Class // of the uncalibrated verdict; [Fit] does not read it
}

// Samples scores the labelled rows, each without the evidence that its label
// was made from, and returns them in a fixed order. A row that an equal one
// came before, and a row that could not be read, gives none. The rows are gone through once for every set of sources that labels a click, so
// rows must be a sequence that can be repeated.
//
// The options are those of the classifier that is to be calibrated; their
// Calibration is ignored. The error is that of clickclass.New.
func Samples(o clickclass.Options, rows iter.Seq2[clickclass.Click, error], labels *Labels) ([]Sample, error) {
	type key struct {
		id, file string
		row      int
		action   clickclass.ActionType
		through  bool
	}
	found := map[key]int{} // index into samples; a revision replaces the verdict before it
	var samples []Sample
	for _, source := range labels.sources() {
		c, err := clickclass.New(source.options(o))
		if err != nil {
			return nil, err
		}
		for result, err := range c.ClassifyAll(without(source, rows, labels)) {
			if err != nil {
				continue
			}
			k := &result.Click
			label, ok := labels.Find(k)
			if !ok || label.Source != source {
				continue
			}
			at := key{k.ReportId, k.File, k.Row, k.ActionType, k.IsClickedThrough}
			i, seen := found[at]
			if result.Revision == 0 && result.Verdict.Flags&clickclass.FlagDuplicate != 0 {
				continue
			}
			if !seen {
				i = len(samples)
				found[at] = i
				samples = append(samples, Sample{})
			}
			samples[i] = Sample{result.Verdict.Regime, logit(result.Verdict.P), label.Automated, result.Verdict.Class}
		}
	}
	return samples, nil
}

// without yields the rows, and takes the click-through out of those that it
// labels.
func without(source Source, rows iter.Seq2[clickclass.Click, error], labels *Labels) iter.Seq2[clickclass.Click, error] {
	if source&ClickThrough == 0 {
		return rows
	}
	return func(yield func(clickclass.Click, error) bool) {
		for k, err := range rows {
			if label, ok := labels.Find(&k); ok && label.Source == source {
				k.IsClickedThrough = false
				if k.ActionType == clickclass.ClickedThrough {
					k.ActionType = clickclass.ClickBlocked
				}
			}
			if !yield(k, err) {
				return
			}
		}
	}
}

func logit(p float64) float64    { return math.Log(p / (1 - p)) }
func logistic(l float64) float64 { return 1 / (1 + math.Exp(-l)) }
