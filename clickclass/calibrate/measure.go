package calibrate

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Prediction is a probability and what was true.
type Prediction struct {
	P   clickclass.Probabilities
	Who Who
}

// Bound is a share and its upper bound. Both are NaN for a share of nothing.
type Bound struct{ Share, Upper float64 }

// Measures are the usual scores of probabilities; NaN without predictions. In JSON, NaN
// is null.
type Measures struct {
	N        int
	BaseRate float64 // share of machines
	Brier    float64 // mean squared error of P.Machine; 0 is perfect
	LogLoss  float64 // mean of -ln of the probability given to what was true; at most 34.5 for one click
	ECE      float64 // expected calibration error of P.Machine, 15 bins of equal mass

	// How many clicks of one kind had the probability of another class: P.Machine of at
	// least 0.98, P.Owner of at least 0.98. Upper is the upper end of the exact 95 %
	// interval (Clopper-Pearson). It takes clicks as independent; clicks of one account
	// or tenant are not, so measure one prediction an account to bound accounts.
	PersonCalledAutomated Bound // of the owner's clicks
	OtherCalledAutomated  Bound // of clicks of somebody else
	OtherCalledOwner      Bound // of clicks of somebody else
}

// The default thresholds of clickclass.ClassAutomated and clickclass.ClassOwner.
const (
	calledAutomated = 0.98
	calledOwner     = 0.98
)

// scored is a probability of a machine and, as 1 or 0, whether it was one.
type scored struct{ p, truth float64 }

// Measure tells how good probabilities are. It leaves out predictions whose Who is not
// valid.
func Measure(p []Prediction) Measures {
	list := make([]scored, 0, len(p))
	var owners, others, ownersAutomated, othersAutomated, othersOwner int
	for _, x := range p {
		who, known := parseWho(string(x.Who))
		if !known {
			continue
		}
		list = append(list, scored{x.P.Machine, oneIf(who == machine)})
		switch who {
		case owner:
			owners++
			ownersAutomated += countIf(x.P.Machine >= calledAutomated)
		case other:
			others++
			othersAutomated += countIf(x.P.Machine >= calledAutomated)
			othersOwner += countIf(x.P.Owner >= calledOwner)
		}
	}
	m := Measures{
		N:                     len(list),
		ECE:                   calibrationError(list, eceBins),
		PersonCalledAutomated: boundShare(ownersAutomated, owners),
		OtherCalledAutomated:  boundShare(othersAutomated, others),
		OtherCalledOwner:      boundShare(othersOwner, others),
	}
	for _, x := range list {
		m.BaseRate += x.truth
		m.Brier += (x.p - x.truth) * (x.p - x.truth)
		m.LogLoss -= math.Log(probabilityOfTruth(x))
	}
	n := float64(len(list)) // 0/0 is NaN
	m.BaseRate, m.Brier, m.LogLoss = m.BaseRate/n, m.Brier/n, m.LogLoss/n
	return m
}

// probabilityOfTruth returns the probability that was given to what was true, at least
// 1e-15, so that one error does not make the mean infinite.
func probabilityOfTruth(x scored) float64 {
	p := x.p
	if x.truth == 0 {
		p = 1 - p
	}
	return min(1, max(1e-15, p))
}

func countIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

func boundShare(k, n int) Bound {
	if n == 0 {
		return Bound{math.NaN(), math.NaN()}
	}
	return Bound{float64(k) / float64(n), upperBound(k, n, 0.95)}
}

const eceBins = 15

// bin is a group of probabilities next to each other.
type bin struct {
	n         int
	p         float64 // mean probability
	share     float64 // of machines
	low, high float64 // least and greatest probability
}

// binByMass sorts probabilities into at most n bins of equal mass. Equal probabilities
// stay in one bin, so that the order of the list does not matter; the masses are as equal
// as that allows.
func binByMass(list []scored, n int) []bin {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b scored) int { return cmp.Compare(a.p, b.p) })
	var bins []bin
	for start := 0; start < len(sorted); {
		left := n - len(bins)
		end := len(sorted)
		if left > 1 {
			end = start + max(1, (len(sorted)-start+left/2)/left)
		}
		for end < len(sorted) && sorted[end].p == sorted[end-1].p {
			end++
		}
		b := bin{n: end - start, low: sorted[start].p, high: sorted[end-1].p}
		machines := 0.0
		for _, x := range sorted[start:end] {
			b.p += x.p / float64(b.n)
			machines += x.truth
		}
		b.share = machines / float64(b.n)
		bins = append(bins, b)
		start = end
	}
	return bins
}

// calibrationError is the mean distance between a bin's mean probability and its share of
// machines, weighed by mass. With few predictions it is too large: chance alone moves the
// shares.
func calibrationError(list []scored, bins int) float64 {
	if len(list) == 0 {
		return math.NaN()
	}
	var sum float64
	for _, b := range binByMass(list, bins) {
		sum += float64(b.n) / float64(len(list)) * math.Abs(b.p-b.share)
	}
	return sum
}

// measuresJSON is the JSON form of Measures: pointers are nil where the number is NaN.
type measuresJSON struct {
	N                     int       `json:"n"`
	BaseRate              *float64  `json:"base_rate"`
	Brier                 *float64  `json:"brier"`
	LogLoss               *float64  `json:"log_loss"`
	ECE                   *float64  `json:"ece"`
	PersonCalledAutomated boundJSON `json:"person_called_automated"`
	OtherCalledAutomated  boundJSON `json:"other_called_automated"`
	OtherCalledOwner      boundJSON `json:"other_called_owner"`
}

type boundJSON struct {
	Share *float64 `json:"share"`
	Upper *float64 `json:"upper"`
}

// MarshalJSON returns one object; numbers that are NaN are null.
func (m Measures) MarshalJSON() ([]byte, error) {
	bound := func(b Bound) boundJSON { return boundJSON{orNull(b.Share), orNull(b.Upper)} }
	return json.Marshal(measuresJSON{m.N, orNull(m.BaseRate), orNull(m.Brier), orNull(m.LogLoss), orNull(m.ECE),
		bound(m.PersonCalledAutomated), bound(m.OtherCalledAutomated), bound(m.OtherCalledOwner)})
}

// UnmarshalJSON parses what MarshalJSON returned.
func (m *Measures) UnmarshalJSON(data []byte) error {
	var in measuresJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	bound := func(b boundJSON) Bound { return Bound{orNaN(b.Share), orNaN(b.Upper)} }
	*m = Measures{in.N, orNaN(in.BaseRate), orNaN(in.Brier), orNaN(in.LogLoss), orNaN(in.ECE),
		bound(in.PersonCalledAutomated), bound(in.OtherCalledAutomated), bound(in.OtherCalledOwner)}
	return nil
}

func orNull(x float64) *float64 {
	if math.IsNaN(x) {
		return nil
	}
	return &x
}

func orNaN(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}
