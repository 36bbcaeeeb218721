package calibrate

import (
	"encoding/json"
	"fmt"
	"math"
	"sort"

	"github.com/whoclicked/whoclicked/clickclass"
)

const numRegimes = int(clickclass.RegimeEndpoint) + 1

// Model is a fitted calibration, one monotone map of log-odds for each
// evidence regime. It is a clickclass.Calibration. The zero Model changes
// nothing. A Model is immutable, and safe for concurrent use.
type Model struct {
	rules   string
	regimes [numRegimes]curve
}

var _ clickclass.Calibration = (*Model)(nil)

// curve is the map of one regime; the zero curve changes nothing.
type curve struct {
	method           Method
	slope, offset    float64 // Platt
	knots            []knot  // Isotonic, at least one, both coordinates rising
	automated, human int     // labels it was fitted to
}

// Calibrate maps the log-odds that the table gives to calibrated log-odds. A
// regime that was not fitted, or does not exist, maps to itself. Beyond the
// scores that labels were seen at, an isotonic map goes on with the slope 1.
func (m *Model) Calibrate(r clickclass.Regime, logOdds float64) float64 {
	if int(r) >= numRegimes {
		return logOdds
	}
	c := &m.regimes[r]
	switch c.method {
	case Platt:
		return c.slope*logOdds + c.offset
	case Isotonic:
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

// Rules returns the version of the rules table that the model was fitted to.
// For another version it should be fitted again.
func (m *Model) Rules() string { return m.rules }

// Fitted returns the method of a regime's map and how many labels of each
// class it was fitted to; ok is false for a regime that stays as shipped.
func (m *Model) Fitted(r clickclass.Regime) (method Method, automated, human int, ok bool) {
	if int(r) >= numRegimes || m.regimes[r].method == Best {
		return 0, 0, 0, false
	}
	c := &m.regimes[r]
	return c.method, c.automated, c.human, true
}

// The JSON form.
type (
	modelJSON struct {
		Version int                  `json:"version"`
		Rules   string               `json:"rules"`
		Regimes map[string]curveJSON `json:"regimes"`
	}
	curveJSON struct {
		Method    string       `json:"method"`
		Slope     float64      `json:"slope,omitempty"`
		Offset    float64      `json:"offset,omitempty"`
		Knots     [][2]float64 `json:"knots,omitempty"`
		Automated int          `json:"automated"`
		Human     int          `json:"human"`
	}
)

// MarshalJSON returns the model as JSON; reading it back gives an equal model.
func (m *Model) MarshalJSON() ([]byte, error) {
	out := modelJSON{Version: 1, Rules: m.rules, Regimes: map[string]curveJSON{}}
	for r, c := range m.regimes {
		if c.method == Best {
			continue
		}
		one := curveJSON{Method: c.method.String(), Slope: c.slope, Offset: c.offset, Automated: c.automated, Human: c.human}
		for _, k := range c.knots {
			one.Knots = append(one.Knots, [2]float64{k.from, k.to})
		}
		out.Regimes[clickclass.Regime(r).String()] = one
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote. It refuses another version, an
// unknown regime or method, and a map that is not monotone; the model is then
// left as it was.
func (m *Model) UnmarshalJSON(data []byte) error {
	var in modelJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return fmt.Errorf("calibrate: model: %w", err)
	}
	if in.Version != 1 {
		return fmt.Errorf("calibrate: model: version %d unknown", in.Version)
	}
	out := Model{rules: in.Rules}
	for name, one := range in.Regimes {
		r, ok := parseRegime(name)
		if !ok {
			return fmt.Errorf("calibrate: model: regime %s unknown", quote(name))
		}
		c, err := one.curve()
		if err != nil {
			return fmt.Errorf("calibrate: model: regime %s: %w", name, err)
		}
		out.regimes[r] = c
	}
	*m = out
	return nil
}

func (j curveJSON) curve() (curve, error) {
	c := curve{automated: j.Automated, human: j.Human}
	switch j.Method {
	case "platt":
		c.method, c.slope, c.offset = Platt, j.Slope, j.Offset
		if !(c.slope >= minSlope) || !bounded(c.slope) || !bounded(c.offset) {
			return curve{}, fmt.Errorf("slope %v and offset %v are no fit", c.slope, c.offset)
		}
	case "isotonic":
		c.method = Isotonic
		if len(j.Knots) == 0 {
			return curve{}, fmt.Errorf("no knots")
		}
		for i, k := range j.Knots {
			if !bounded(k[0]) || !bounded(k[1]) || i > 0 && (k[0] <= j.Knots[i-1][0] || k[1] < j.Knots[i-1][1]) {
				return curve{}, fmt.Errorf("knot %d does not rise", i+1)
			}
			c.knots = append(c.knots, knot{k[0], k[1]})
		}
	default:
		return curve{}, fmt.Errorf("method %s unknown", quote(j.Method))
	}
	return c, nil
}

// bounded says that x is a number of log-odds that can be computed with; no
// fit comes near the bound.
func bounded(x float64) bool { return math.Abs(x) <= 1e6 }

func parseRegime(name string) (clickclass.Regime, bool) {
	for r := range numRegimes {
		if clickclass.Regime(r).String() == name {
			return clickclass.Regime(r), true
		}
	}
	return 0, false
}
