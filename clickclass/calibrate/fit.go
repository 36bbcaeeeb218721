package calibrate

import (
	"errors"
	"fmt"
	"math"

	"github.com/whoclicked/whoclicked/clickclass"
)

// How many labels a basis must have, of both classes together and of each. Two numbers
// can be fitted to some fifty labels and steps to some thousand; the numbers for each
// class are an assumption.
const (
	minPlatt         = 50
	minPlattClass    = 10
	minIsotonic      = 1000
	minIsotonicClass = 100
)

// defaultShrink is the weight of the shipped rules, in labels; an assumption.
const defaultShrink = 20

// The words of FitOptions.Method.
const (
	methodPlatt    = "platt"
	methodIsotonic = "isotonic"
)

// FitOptions configures Fit. The zero value is right for labels that are a random sample
// of the clicks.
type FitOptions struct {
	// Method is "platt", a slope and an offset of the log-odds, or "isotonic", the
	// monotone steps that fit best. "": isotonic if there are enough labels, else platt.
	Method string
	// BaseRate is the share of automated clicks among the tenant's clicks; 0: that of
	// the labels. Canary mailboxes and click-throughs give labels of one class only, so
	// the mix of the labels says nothing about the mix of the clicks. With a BaseRate,
	// the labels of each class weigh as much as the class does.
	BaseRate float64
	// Shrink is the weight of the shipped rules, in labels: for platt in the whole fit,
	// for isotonic in each step. 0: 20.
	Shrink float64
}

// Fit fits one monotone map for each basis with enough labels: 50 with 10 of a machine
// and 10 of people for platt, 1,000 with 100 of each for isotonic. Labels of the owner
// and of somebody else both count as people. A basis without enough labels stays as
// shipped.
//
// The error is ErrTooFewLabels if no basis has enough labels, ErrReversed if the labels
// run against the score, or it names a wrong option or sample.
func Fit(samples []Sample, o FitOptions) (*Model, error) {
	if o.Shrink == 0 {
		o.Shrink = defaultShrink
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	var byBasis [numBases][]Sample
	for _, s := range samples {
		if err := s.check(); err != nil {
			return nil, err
		}
		byBasis[s.Basis] = append(byBasis[s.Basis], s)
	}
	m := &Model{rules: clickclass.RulesVersion}
	var tooFew error
	fitted := false
	for b, list := range byBasis {
		if len(list) == 0 {
			continue
		}
		one, err := fitBasis(list, o)
		switch {
		case errors.Is(err, ErrTooFewLabels):
			if tooFew == nil {
				tooFew = err
			}
		case err != nil:
			return nil, err
		default:
			m.curves[b] = one
			fitted = true
		}
	}
	switch {
	case fitted:
		return m, nil
	case tooFew != nil:
		return nil, tooFew
	}
	return nil, fmt.Errorf("%w: none", ErrTooFewLabels)
}

func (o FitOptions) check() error {
	switch {
	case !(o.BaseRate >= 0 && o.BaseRate < 1):
		return fmt.Errorf("calibrate: fit: base rate %v is not between 0 and 1", o.BaseRate)
	case !(o.Shrink > 0) || math.IsInf(o.Shrink, 0):
		return fmt.Errorf("calibrate: fit: shrink %v is not a number of labels", o.Shrink)
	case o.Method != "" && o.Method != methodPlatt && o.Method != methodIsotonic:
		return fmt.Errorf("calibrate: fit: unknown method %s", word(o.Method))
	}
	return nil
}

func (s Sample) check() error {
	_, known := parseWho(string(s.Who))
	switch {
	case int(s.Basis) >= numBases:
		return fmt.Errorf("calibrate: fit: sample with unknown basis %d", s.Basis)
	case math.IsNaN(s.LogOdds) || math.IsInf(s.LogOdds, 0):
		return fmt.Errorf("calibrate: fit: sample with log-odds %v", s.LogOdds)
	case !known:
		return fmt.Errorf("calibrate: fit: sample of %s", word(string(s.Who)))
	}
	return nil
}

// byMachine reports whether a machine made the click.
func (w Who) byMachine() bool {
	who, _ := parseWho(string(w))
	return who == machine
}

// fitBasis fits the map of the basis that all samples have.
func fitBasis(samples []Sample, o FitOptions) (curve, error) {
	fitted := curve{}
	for _, s := range samples {
		switch who, _ := parseWho(string(s.Who)); who {
		case machine:
			fitted.machine++
		case owner:
			fitted.owner++
		default:
			fitted.other++
		}
	}
	people := fitted.owner + fitted.other
	enough := func(all, class int) bool { return len(samples) >= all && min(fitted.machine, people) >= class }
	fitted.method = o.Method
	if o.Method == "" {
		fitted.method = methodPlatt
		if enough(minIsotonic, minIsotonicClass) {
			fitted.method = methodIsotonic
		}
	}
	all, class := minPlatt, minPlattClass
	if fitted.method == methodIsotonic {
		all, class = minIsotonic, minIsotonicClass
	}
	if !enough(all, class) {
		return curve{}, fmt.Errorf("%w: basis %s: %d of a machine and %d of people; %s needs %d, and %d of each",
			ErrTooFewLabels, samples[0].Basis, fitted.machine, people, fitted.method, all, class)
	}
	points := weighSamples(samples, o.BaseRate)
	if fitted.method == methodIsotonic {
		fitted.knots = fitIsotonic(points, o.Shrink)
		return fitted, nil
	}
	fitted.slope, fitted.offset = fitPlatt(points, o.Shrink)
	if !(fitted.slope >= minSlope) {
		return curve{}, fmt.Errorf("%w: basis %s: slope %.3f", ErrReversed, samples[0].Basis, fitted.slope)
	}
	return fitted, nil
}

// point is a score, a weight, and the share of the weight that is a machine's.
type point struct{ x, weight, share float64 }

// weighSamples gives every sample a weight, 1 on average, so that the classes have the
// mix of the base rate.
func weighSamples(samples []Sample, baseRate float64) []point {
	points := make([]point, len(samples))
	machines := 0.0
	for i, s := range samples {
		points[i] = point{s.LogOdds, 1, oneIf(s.Who.byMachine())}
		machines += points[i].share
	}
	if baseRate == 0 {
		return points
	}
	n := float64(len(samples))
	for i := range points {
		if points[i].share == 1 {
			points[i].weight = baseRate * n / machines
		} else {
			points[i].weight = (1 - baseRate) * n / (n - machines)
		}
	}
	return points
}

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
