package calibrate

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"sort"

	"github.com/whoclicked/whoclicked/clickclass"
)

const numBases = int(clickclass.BasisDevice) + 1

// Model is a fitted [clickclass.Calibration]. It is immutable and safe for concurrent use.
// The zero Model changes nothing. Its JSON form can be stored.
type Model struct {
	rules  string
	curves [numBases]curve
}

var _ clickclass.Calibration = (*Model)(nil)

// curve is the map of one basis. The zero curve changes nothing.
type curve struct {
	method                string  // "", "platt" or "isotonic"
	slope, offset         float64 // platt
	knots                 []knot  // isotonic: at least one, both coordinates rising
	machine, owner, other int     // labels that it was fitted to
}

// Calibrate maps the log-odds of the shipped rules to calibrated log-odds. A basis that
// was not fitted maps to itself. Beyond the scores of the labels, an isotonic map goes on
// with slope 1.
func (m *Model) Calibrate(b clickclass.Basis, logOdds float64) float64 {
	if int(b) >= numBases {
		return logOdds
	}
	c := &m.curves[b]
	switch c.method {
	case methodPlatt:
		return c.slope*logOdds + c.offset
	case methodIsotonic:
		return interpolate(c.knots, logOdds)
	}
	return logOdds
}

func interpolate(knots []knot, x float64) float64 {
	i := sort.Search(len(knots), func(i int) bool { return knots[i].from >= x })
	switch {
	case i == 0:
		return knots[0].to + (x - knots[0].from)
	case i == len(knots):
		last := knots[i-1]
		return last.to + (x - last.from)
	}
	a, b := knots[i-1], knots[i]
	if x == b.from {
		return b.to
	}
	y := a.to + (b.to-a.to)*((x-a.from)/(b.from-a.from))
	return max(a.to, min(b.to, y)) // rounding must not break the order
}

// Rules returns the RulesVersion the model was fitted to. The model should be fitted
// again for another version.
func (m *Model) Rules() string { return m.rules }

// FitInfo describes the map of one basis.
type FitInfo struct {
	Basis   clickclass.Basis `json:"basis"`
	Method  string           `json:"method"`  // "platt" or "isotonic"
	Machine int              `json:"machine"` // labels of a machine that it was fitted to
	Owner   int              `json:"owner"`   // labels of the owner
	Other   int              `json:"other"`   // labels of somebody else
}

// Fits describes the maps of the model, one for each basis that was fitted, in the order
// of the bases.
func (m *Model) Fits() []FitInfo {
	var list []FitInfo
	for b, c := range m.curves {
		if c.method != "" {
			list = append(list, FitInfo{clickclass.Basis(b), c.method, c.machine, c.owner, c.other})
		}
	}
	return list
}

// modelVersion is the version of the JSON form.
const modelVersion = 2

type modelJSON struct {
	Version int                             `json:"version"`
	Rules   string                          `json:"rules"`
	Bases   map[clickclass.Basis]*curveJSON `json:"bases"`
}

type curveJSON struct {
	Method  string       `json:"method"`
	Slope   float64      `json:"slope,omitempty"`
	Offset  float64      `json:"offset,omitempty"`
	Knots   [][2]float64 `json:"knots,omitempty"`
	Machine int          `json:"machine"`
	Owner   int          `json:"owner"`
	Other   int          `json:"other"`
}

// MarshalJSON returns the model as JSON. Unmarshalling it gives an equal model.
func (m *Model) MarshalJSON() ([]byte, error) {
	out := modelJSON{Version: modelVersion, Rules: m.rules, Bases: map[clickclass.Basis]*curveJSON{}}
	for b, c := range m.curves {
		if c.method == "" {
			continue
		}
		one := &curveJSON{Method: c.method, Slope: c.slope, Offset: c.offset, Machine: c.machine, Owner: c.owner, Other: c.other}
		for _, k := range c.knots {
			one.Knots = append(one.Knots, [2]float64{k.from, k.to})
		}
		out.Bases[clickclass.Basis(b)] = one
	}
	return json.Marshal(out)
}

// UnmarshalJSON parses what MarshalJSON returned. An unknown version, basis or method and
// a map that is not monotone are errors; the model is then unchanged.
func (m *Model) UnmarshalJSON(data []byte) error {
	var in modelJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("calibrate: unmarshal model: %w", err)
	}
	if in.Version != modelVersion {
		return fmt.Errorf("calibrate: unmarshal model: version %d is not %d: fit again", in.Version, modelVersion)
	}
	out := Model{rules: in.Rules}
	for b, one := range in.Bases {
		c, err := one.curve()
		if err != nil {
			return fmt.Errorf("calibrate: unmarshal model: basis %s: %w", b, err)
		}
		out.curves[b] = c
	}
	*m = out
	return nil
}

// curve checks that the map is monotone and can be computed.
func (j *curveJSON) curve() (curve, error) {
	if j == nil {
		return curve{}, errors.New("no map")
	}
	c := curve{method: j.Method, machine: j.Machine, owner: j.Owner, other: j.Other}
	switch j.Method {
	case methodPlatt:
		c.slope, c.offset = j.Slope, j.Offset
		if !(c.slope >= minSlope) || !isBounded(c.slope) || !isBounded(c.offset) {
			return curve{}, fmt.Errorf("slope %v with offset %v is not a fit", c.slope, c.offset)
		}
	case methodIsotonic:
		if len(j.Knots) == 0 {
			return curve{}, errors.New("no knots")
		}
		for i, k := range j.Knots {
			if !isBounded(k[0]) || !isBounded(k[1]) || i > 0 && (k[0] <= j.Knots[i-1][0] || k[1] < j.Knots[i-1][1]) {
				return curve{}, fmt.Errorf("knot %d does not rise", i+1)
			}
			c.knots = append(c.knots, knot{k[0], k[1]})
		}
	default:
		return curve{}, fmt.Errorf("unknown method %s", word(j.Method))
	}
	return c, nil
}

// isBounded reports whether x is a number of log-odds that can be computed with. No fit
// comes near the bound.
func isBounded(x float64) bool { return math.Abs(x) <= 1e6 }
