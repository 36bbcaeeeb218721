package calibrate

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Sample is a labelled click and its uncalibrated score.
type Sample struct {
	Basis   clickclass.Basis `json:"basis"`
	LogOdds float64          `json:"log_odds"` // of a machine against everybody else, with the prior
	Who     Who              `json:"who"`
	Class   clickclass.Class `json:"class"` // of the uncalibrated verdict; Fit does not read it
}

// Samples scores the labelled clicks. Clicks must be repeatable: it is ranged over once
// per combination of label sources.
//
// Each click is scored without the evidence that its label was made from. The options are
// those of the Classifier that is to be calibrated; their Calibration is ignored. A row
// that could not be read and a repeated row give no sample. The samples are in a fixed
// order.
//
// The error is that of clickclass.New, of the Source, or of ctx.
func Samples(ctx context.Context, o clickclass.Options, clicks iter.Seq2[clickclass.Click, error], l *Labels) ([]Sample, error) {
	var samples []Sample
	for _, set := range l.sourceSets() {
		c, err := clickclass.New(withoutEvidence(o, set))
		if err != nil {
			return nil, fmt.Errorf("calibrate: samples: %w", err)
		}
		// A revision replaces the sample of the verdict before it.
		index := map[sampleKey]int{}
		for result, err := range c.All(ctx, readable(clicks, set, l)) {
			if err != nil {
				return nil, fmt.Errorf("calibrate: samples: %w", err)
			}
			label, ok := l.Find(&result.Click)
			if !ok || !labelledBy(label, set) {
				continue
			}
			key := keyOf(&result.Click)
			i, seen := index[key]
			if result.Verdict.Flags.Has(clickclass.FlagDuplicate) && !(seen && result.Revision > 0) {
				continue
			}
			if !seen {
				i = len(samples)
				index[key] = i
				samples = append(samples, Sample{})
			}
			samples[i] = Sample{result.Verdict.Basis, logOdds(result.Verdict.P.Machine), label.Who, result.Verdict.Class}
		}
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("calibrate: samples: %w", err)
		}
	}
	return samples, nil
}

// sampleKey tells the rows of one click apart.
type sampleKey struct {
	id      string
	place   place
	action  clickclass.ActionType
	through bool
}

func keyOf(k *clickclass.Click) sampleKey {
	return sampleKey{k.ReportId, place{k.File, k.Row}, k.ActionType, k.IsClickedThrough}
}

func labelledBy(label Label, set sourceSet) bool {
	of, _ := parseSources(label.Source)
	return of == set
}

// readable yields the clicks that could be read. It takes the click-through out of those
// that are labelled by it.
func readable(clicks iter.Seq2[clickclass.Click, error], set sourceSet, l *Labels) iter.Seq2[clickclass.Click, error] {
	return func(yield func(clickclass.Click, error) bool) {
		for k, err := range clicks {
			if err != nil {
				continue
			}
			if set&clickThroughBit != 0 {
				if label, ok := l.Find(&k); ok && labelledBy(label, set) {
					k.IsClickedThrough = false
					if k.ActionType == clickclass.ClickedThrough {
						k.ActionType = clickclass.ClickBlocked
					}
				}
			}
			if !yield(k, nil) {
				return
			}
		}
	}
}

// withoutEvidence returns o without the rules and evidence that set rules out, and
// without a calibration.
func withoutEvidence(o clickclass.Options, set sourceSet) clickclass.Options {
	o.Calibration = nil
	rules, evidence := set.ruledOut()
	if len(rules) > 0 {
		weights := make(map[string]clickclass.Odds, len(o.Weights)+len(rules))
		maps.Copy(weights, o.Weights)
		for _, id := range rules {
			weights[id] = clickclass.Odds{}
		}
		o.Weights = weights
	}
	if evidence != 0 && o.Source != nil {
		o.Source = without(o.Source, evidence)
	}
	return o
}

// without returns a Source that knows nothing of some kinds of evidence, and a
// BatchSource if s is one.
func without(s clickclass.Source, kinds clickclass.Evidence) clickclass.Source {
	single := partialSource{s, kinds}
	if batch, ok := s.(clickclass.BatchSource); ok {
		return partialBatchSource{single, batch}
	}
	return single
}

// partialSource asks its Source for all but some kinds of evidence.
type partialSource struct {
	source  clickclass.Source
	without clickclass.Evidence
}

// Facts implements clickclass.Source.
func (s partialSource) Facts(ctx context.Context, q clickclass.Question) (clickclass.Facts, error) {
	if q.Want &^= s.without; q.Want == 0 {
		return clickclass.Facts{}, nil
	}
	facts, err := s.source.Facts(ctx, q)
	return s.strip(facts), err
}

// strip takes the kinds out that the Source answered without being asked.
func (s partialSource) strip(f clickclass.Facts) clickclass.Facts {
	if s.without.Has(clickclass.EvidenceSignIn) {
		f.SignIn = nil
	}
	if s.without.Has(clickclass.EvidenceDevice) {
		f.Device = nil
	}
	if s.without.Has(clickclass.EvidenceAudit) {
		f.Audit = nil
	}
	return f
}

type partialBatchSource struct {
	partialSource
	batch clickclass.BatchSource
}

// FactsBatch implements clickclass.BatchSource.
func (s partialBatchSource) FactsBatch(ctx context.Context, qs []clickclass.Question) ([]clickclass.Facts, error) {
	asked := slices.Clone(qs)
	for i := range asked {
		asked[i].Want &^= s.without
	}
	facts, err := s.batch.FactsBatch(ctx, asked)
	stripped := slices.Clone(facts)
	for i := range stripped {
		stripped[i] = s.strip(stripped[i])
	}
	return stripped, err
}

// logOdds returns the log-odds of a probability of a Verdict. These are rounded to six
// decimals, so that log-odds beyond ±14.5 cannot be told from infinity.
func logOdds(p float64) float64 {
	const limit = 14.5
	return max(-limit, min(limit, math.Log(p/(1-p))))
}

func logistic(l float64) float64 { return 1 / (1 + math.Exp(-l)) }
