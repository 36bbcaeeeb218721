package calibrate

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Method is a way to fit. The zero Method is Best.
type Method uint8

const (
	Best     Method = iota // Isotonic where there are enough labels for it, else Platt
	Platt                  // a slope and an offset of the log-odds
	Isotonic               // the monotone steps that fit best
)

// String returns "best", "platt" or "isotonic".
func (m Method) String() string {
	if int(m) < len(methodNames) {
		return methodNames[m]
	}
	return "invalid"
}

var methodNames = [...]string{"best", "platt", "isotonic"}

// How many labels a regime must have, of both classes together and of each.
// Two numbers can be fitted to some fifty labels and steps to some thousand;
// the numbers for each class are an assumption.
const (
	MinPlatt         = 50
	MinPlattClass    = 10
	MinIsotonic      = 1000
	MinIsotonicClass = 100
)

// DefaultPull is how many labels the shipped table counts for; an assumption.
const DefaultPull = 20

// FitOptions says how to fit. The zero FitOptions is the best method that the
// number of labels allows, for labels that are a random sample of the rows.
type FitOptions struct {
	Method Method
	// BaseRate is the share of automated clicks among the tenant's rows. Canary
	// mailboxes and click-throughs give labels of one class only, so the mix of
	// the labels says nothing about the mix of the rows; with a BaseRate, the
	// labels of each class weigh as much as that class does. 0: the labels are a
	// random sample of the rows.
	BaseRate float64
	// Pull is how many labels the shipped table counts for: of the whole fit for
	// Platt, of each step for Isotonic. 0: DefaultPull.
	Pull float64
}

// Errors of Fit.
var (
	// ErrTooFewLabels: no regime has enough labels of both classes.
	ErrTooFewLabels = errors.New("too few labels")
	// ErrReversed: the labels run against the score; a higher score goes with
	// fewer automated clicks. Labels of the wrong column or the wrong rows look
	// like that.
	ErrReversed = errors.New("labels run against the score")
)

// Fit fits a Model, one map for every evidence regime that has enough labels;
// the others stay as shipped. It fails with an error that wraps
// [ErrTooFewLabels] when no regime has enough, with [ErrReversed], or when an
// option is out of range or a score not a number.
func Fit(samples []Sample, o FitOptions) (*Model, error) {
	if o.BaseRate < 0 || o.BaseRate >= 1 || math.IsNaN(o.BaseRate) {
		return nil, fmt.Errorf("calibrate: fit: base rate %v is not between 0 and 1", o.BaseRate)
	}
	if o.Pull < 0 || math.IsNaN(o.Pull) || math.IsInf(o.Pull, 0) {
		return nil, fmt.Errorf("calibrate: fit: pull %v is not a number of labels", o.Pull)
	}
	if o.Pull == 0 {
		o.Pull = DefaultPull
	}
	if o.Method > Isotonic {
		return nil, fmt.Errorf("calibrate: fit: method %d unknown", o.Method)
	}
	var byRegime [numRegimes][]Sample
	for _, s := range samples {
		if int(s.Regime) >= numRegimes || math.IsNaN(s.LogOdds) || math.IsInf(s.LogOdds, 0) {
			return nil, fmt.Errorf("calibrate: fit: score %v in regime %s", s.LogOdds, s.Regime)
		}
		byRegime[s.Regime] = append(byRegime[s.Regime], s)
	}
	m := &Model{rules: clickclass.RulesVersion}
	var refused error
	fitted := false
	for r := range byRegime {
		one, err := fitRegime(byRegime[r], o)
		switch {
		case errors.Is(err, ErrTooFewLabels):
			if len(byRegime[r]) > 0 && refused == nil {
				refused = fmt.Errorf("calibrate: fit: regime %s: %w", clickclass.Regime(r), err)
			}
			continue
		case err != nil:
			return nil, fmt.Errorf("calibrate: fit: regime %s: %w", clickclass.Regime(r), err)
		}
		m.regimes[r] = one
		fitted = true
	}
	if !fitted {
		if refused == nil {
			refused = fmt.Errorf("calibrate: fit: %w: none", ErrTooFewLabels)
		}
		return nil, refused
	}
	return m, nil
}

func fitRegime(samples []Sample, o FitOptions) (curve, error) {
	automated := 0
	for _, s := range samples {
		if s.Automated {
			automated++
		}
	}
	human := len(samples) - automated
	enough := func(all, class int) bool { return len(samples) >= all && min(automated, human) >= class }
	method, all, class := o.Method, MinPlatt, MinPlattClass
	if method == Isotonic {
		all, class = MinIsotonic, MinIsotonicClass
	}
	if !enough(all, class) {
		return curve{}, fmt.Errorf("%w: %d automated and %d human, of %d at least with %d of each",
			ErrTooFewLabels, automated, human, all, class)
	}
	if method == Best {
		method = Platt
		if enough(MinIsotonic, MinIsotonicClass) {
			method = Isotonic
		}
	}
	points := weigh(samples, o.BaseRate)
	one := curve{method: method, automated: automated, human: human}
	if method == Isotonic {
		one.knots = isotonic(points, o.Pull)
		return one, nil
	}
	var err error
	one.slope, one.offset, err = platt(points, o.Pull)
	return one, err
}

// point is a score and what was seen at it: a weight and the share of it that
// was automated.
type point struct{ x, weight, share float64 }

// weigh gives every sample a weight, 1 on average, so that the classes have
// the base rate's mix.
func weigh(samples []Sample, baseRate float64) []point {
	points := make([]point, len(samples))
	automated := 0.0
	for i, s := range samples {
		points[i] = point{s.LogOdds, 1, truth(s.Automated)}
		automated += points[i].share
	}
	if baseRate == 0 {
		return points
	}
	n := float64(len(samples))
	for i := range points {
		if points[i].share == 1 {
			points[i].weight = baseRate * n / automated
		} else {
			points[i].weight = (1 - baseRate) * n / (n - automated)
		}
	}
	return points
}

// minSlope is the least slope of a fit. Below it the score hardly orders the
// labels, or orders them the wrong way round.
const minSlope = 0.05

// platt fits logit(share) = slope*x + offset by maximum likelihood, with pull
// labels more whose shares are the table's own, spread over the scores. The
// likelihood of a logistic is concave, so Newton's method with halved steps
// finds the one maximum. A ridge towards slope 1 and offset 0, too small to
// matter elsewhere, decides where all scores are equal.
func platt(points []point, pull float64) (slope, offset float64, err error) {
	const ridge = 1e-6
	target := make([]point, len(points))
	for i, p := range points {
		k := pull / float64(len(points))
		target[i] = point{p.x, p.weight + k, (p.weight*p.share + k*logistic(p.x)) / (p.weight + k)}
	}
	loss := func(a, b float64) float64 {
		sum := ridge / 2 * ((a-1)*(a-1) + b*b)
		for _, p := range target {
			l := a*p.x + b
			// -share*ln(p) - (1-share)*ln(1-p), without overflow.
			sum += p.weight * (softplus(l) - p.share*l)
		}
		return sum
	}
	a, b := 1.0, 0.0
	now := loss(a, b)
	for range 200 {
		ga, gb := ridge*(a-1), ridge*b
		haa, hab, hbb := ridge, 0.0, ridge
		for _, p := range target {
			q := logistic(a*p.x + b)
			d, w := p.weight*(q-p.share), p.weight*q*(1-q)
			ga += d * p.x
			gb += d
			haa += w * p.x * p.x
			hab += w * p.x
			hbb += w
		}
		det := haa*hbb - hab*hab
		da, db := (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
		step, next := 1.0, math.Inf(1)
		for ; step > 1e-12; step /= 2 {
			if next = loss(a-step*da, b-step*db); next <= now {
				break
			}
		}
		if !(next <= now) {
			break
		}
		a, b, now = a-step*da, b-step*db, next
		if math.Abs(step*da)+math.Abs(step*db) < 1e-12 {
			break
		}
	}
	if !(a >= minSlope) {
		return 0, 0, fmt.Errorf("%w: slope %.3f", ErrReversed, a)
	}
	return a, b, nil
}

func softplus(l float64) float64 {
	if l > 0 {
		return l + math.Log1p(math.Exp(-l))
	}
	return math.Log1p(math.Exp(l))
}

// knot is a point of a monotone map of log-odds.
type knot struct{ from, to float64 }

// block is a run of scores that share one fitted value.
type block struct {
	low, high float64 // least and greatest score
	weight    float64 // of the labels
	own       float64 // what the table says, times weight
	value     float64
}

// isotonic pools adjacent violators, pulls every block towards the table as if
// the table were pull labels more, and pools once more, since the pull is
// stronger where a block is small.
func isotonic(points []point, pull float64) []knot {
	sorted := slices.Clone(points)
	slices.SortStableFunc(sorted, func(a, b point) int { return cmp.Compare(a.x, b.x) })
	var blocks []block
	for _, p := range sorted {
		b := block{p.x, p.x, p.weight, p.weight * logistic(p.x), p.share}
		if n := len(blocks); n > 0 && blocks[n-1].high == p.x {
			b = merge(blocks[n-1], b)
			blocks = blocks[:n-1]
		}
		blocks = append(blocks, b)
	}
	blocks = pool(blocks)
	for i := range blocks {
		b := &blocks[i]
		share := pull / (b.weight + pull)
		b.value = (1-share)*b.value + share*b.own/b.weight
	}
	blocks = pool(blocks)
	var knots []knot
	for _, b := range blocks {
		to := logit(b.value)
		knots = append(knots, knot{b.low, to})
		if b.high > b.low {
			knots = append(knots, knot{b.high, to})
		}
	}
	return knots
}

func merge(a, b block) block {
	w := a.weight + b.weight
	return block{a.low, b.high, w, a.own + b.own, (a.value*a.weight + b.value*b.weight) / w}
}

// pool merges neighbours until the values rise.
func pool(blocks []block) []block {
	var out []block
	for _, b := range blocks {
		for len(out) > 0 && out[len(out)-1].value >= b.value {
			b = merge(out[len(out)-1], b)
			out = out[:len(out)-1]
		}
		out = append(out, b)
	}
	return out
}
