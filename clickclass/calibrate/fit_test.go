package calibrate_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/calibrate"
)

func logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// draw makes n samples whose true log-odds are slope*x + offset.
func draw(seed uint64, n int, slope, offset float64) []calibrate.Sample {
	rng := rand.New(rand.NewPCG(seed, 0))
	samples := make([]calibrate.Sample, n)
	for i := range samples {
		x := rng.Float64()*12 - 6
		samples[i] = calibrate.Sample{LogOdds: x, Automated: rng.Float64() < logistic(slope*x+offset)}
	}
	return samples
}

func ExampleFit() {
	// A tenant in which the table is too sure of itself.
	model, err := calibrate.Fit(draw(1, 5000, 0.5, -1), calibrate.FitOptions{Method: calibrate.Platt})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f -> %.1f\n", 4.0, model.Calibrate(clickclass.RegimeRow, 4))
	// Output: 4 -> 1.0
}

func TestFitFindsTheTruth(t *testing.T) {
	// Steps err by the cube root of the labels per unit, two numbers by the
	// square root.
	within := map[calibrate.Method]float64{calibrate.Platt: 0.02, calibrate.Isotonic: 0.06}
	for _, method := range []calibrate.Method{calibrate.Platt, calibrate.Isotonic} {
		t.Run(method.String(), func(t *testing.T) {
			model, err := calibrate.Fit(draw(2, 100_000, 0.6, -0.8), calibrate.FitOptions{Method: method})
			require.NoError(t, err)
			for x := -4.0; x <= 4; x++ {
				want := 0.6*x - 0.8
				assert.InDelta(t, logistic(want), logistic(model.Calibrate(clickclass.RegimeRow, x)), within[method], "%v", x)
			}
			assert.Equal(t, clickclass.RulesVersion, model.Rules())
			got, automated, human, ok := model.Fitted(clickclass.RegimeRow)
			assert.True(t, ok)
			assert.Equal(t, method, got)
			assert.Equal(t, 100_000, automated+human)
			_, _, _, ok = model.Fitted(clickclass.RegimeMail)
			assert.False(t, ok)
			assert.Equal(t, 3.5, model.Calibrate(clickclass.RegimeMail, 3.5), "a regime without labels stays as shipped")
			assert.Equal(t, 3.5, model.Calibrate(clickclass.Regime(99), 3.5), "a regime that does not exist")
		})
	}
}

// TestFitImproves fits on one half and measures on the other.
func TestFitImproves(t *testing.T) {
	model, err := calibrate.Fit(draw(3, 3000, 0.4, 0.5), calibrate.FitOptions{})
	require.NoError(t, err)
	var before, after []calibrate.Prediction
	for _, s := range draw(4, 20_000, 0.4, 0.5) {
		before = append(before, calibrate.Prediction{P: logistic(s.LogOdds), Automated: s.Automated})
		after = append(after, calibrate.Prediction{P: logistic(model.Calibrate(s.Regime, s.LogOdds)), Automated: s.Automated})
	}
	assert.Less(t, calibrate.Brier(after), calibrate.Brier(before))
	assert.Less(t, calibrate.LogLoss(after), calibrate.LogLoss(before))
	assert.Less(t, calibrate.ECE(after, 15), 0.05)
	assert.Greater(t, calibrate.ECE(before, 15), 0.1)
}

func TestFitIsMonotone(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 9))
		n := 1000 + rng.IntN(2000)
		samples := make([]calibrate.Sample, n)
		for i := range samples {
			x := math.Round(rng.Float64()*40) / 4 // many ties
			samples[i] = calibrate.Sample{LogOdds: x - 5, Automated: rng.Float64() < logistic(x-5+rng.NormFloat64()*2)}
		}
		for _, method := range []calibrate.Method{calibrate.Platt, calibrate.Isotonic} {
			model, err := calibrate.Fit(samples, calibrate.FitOptions{Method: method})
			require.NoError(t, err)
			last := math.Inf(-1)
			for x := -12.0; x <= 12; x += 0.03125 {
				y := model.Calibrate(clickclass.RegimeRow, x)
				require.False(t, math.IsNaN(y) || math.IsInf(y, 0), "seed %d, %s, %v", seed, method, x)
				require.GreaterOrEqual(t, y, last, "seed %d, %s, %v", seed, method, x)
				last = y
			}
		}
	}
}

func TestFitPullsToTheTable(t *testing.T) {
	samples := draw(5, 60, 0.4, -0.5)
	distance := func(pull float64) float64 {
		model, err := calibrate.Fit(samples, calibrate.FitOptions{Pull: pull})
		require.NoError(t, err)
		return math.Abs(model.Calibrate(clickclass.RegimeRow, 4)-4) + math.Abs(model.Calibrate(clickclass.RegimeRow, -4)+4)
	}
	assert.Greater(t, distance(1), distance(20))
	assert.Greater(t, distance(20), distance(1000))
	assert.Less(t, distance(1e9), 1e-3)
}

// TestFitSeparable has labels that the score divides without an error: without
// the pull the slope would be infinite.
func TestFitSeparable(t *testing.T) {
	var samples []calibrate.Sample
	for i := range 2000 {
		x := float64(i%20) - 9.5
		samples = append(samples, calibrate.Sample{LogOdds: x, Automated: x > 0})
	}
	for _, method := range []calibrate.Method{calibrate.Platt, calibrate.Isotonic} {
		model, err := calibrate.Fit(samples, calibrate.FitOptions{Method: method})
		require.NoError(t, err)
		y := model.Calibrate(clickclass.RegimeRow, 5)
		assert.Greater(t, y, 3.0, method)
		// Of the 100 labels at 0.5, the table's one more wants 0.62 there: the
		// share is at most 0.996, and so the slope at most 11.
		assert.Less(t, y, 5*11.2, method)
	}
}

// TestFitBaseRate labels as many of each class, in a tenant in which one click
// in twenty is automated.
func TestFitBaseRate(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	sample := func(automated bool) calibrate.Sample {
		mean := -1.0
		if automated {
			mean = 1
		}
		return calibrate.Sample{LogOdds: mean + rng.NormFloat64(), Automated: automated}
	}
	var labels []calibrate.Sample
	for i := range 4000 {
		labels = append(labels, sample(i%2 == 0))
	}
	model, err := calibrate.Fit(labels, calibrate.FitOptions{Method: calibrate.Platt, BaseRate: 0.05})
	require.NoError(t, err)
	var predictions []calibrate.Prediction
	for range 40_000 {
		s := sample(rng.Float64() < 0.05)
		predictions = append(predictions, calibrate.Prediction{P: logistic(model.Calibrate(0, s.LogOdds)), Automated: s.Automated})
	}
	assert.Less(t, calibrate.ECE(predictions, 15), 0.01)
}

func TestFitRefuses(t *testing.T) {
	many := func(n, automated int) []calibrate.Sample {
		samples := make([]calibrate.Sample, n)
		for i := range samples {
			samples[i] = calibrate.Sample{LogOdds: float64(i % 7), Automated: i < automated}
		}
		return samples
	}
	reversed := draw(7, 500, -1, 0)
	tests := []struct {
		name    string
		samples []calibrate.Sample
		options calibrate.FitOptions
		is      error
		text    string
	}{
		{"no labels", nil, calibrate.FitOptions{}, calibrate.ErrTooFewLabels, "calibrate: fit: too few labels: none"},
		{"below 50", many(49, 20), calibrate.FitOptions{}, calibrate.ErrTooFewLabels,
			"calibrate: fit: regime row: too few labels: 20 automated and 29 human, of 50 at least with 10 of each"},
		{"too few of a class", many(500, 9), calibrate.FitOptions{}, calibrate.ErrTooFewLabels, ""},
		{"one class", many(500, 500), calibrate.FitOptions{}, calibrate.ErrTooFewLabels, ""},
		{"isotonic below 1,000", draw(8, 999, 1, 0), calibrate.FitOptions{Method: calibrate.Isotonic}, calibrate.ErrTooFewLabels, ""},
		{"reversed", reversed, calibrate.FitOptions{}, calibrate.ErrReversed, ""},
		{"not a number", []calibrate.Sample{{LogOdds: math.NaN()}}, calibrate.FitOptions{}, nil, ""},
		{"no such regime", []calibrate.Sample{{Regime: 99}}, calibrate.FitOptions{}, nil, ""},
		{"base rate 1", many(100, 50), calibrate.FitOptions{BaseRate: 1}, nil, "calibrate: fit: base rate 1 is not between 0 and 1"},
		{"pull below 0", many(100, 50), calibrate.FitOptions{Pull: -1}, nil, ""},
		{"no such method", many(100, 50), calibrate.FitOptions{Method: 9}, nil, "calibrate: fit: method 9 unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			model, err := calibrate.Fit(tt.samples, tt.options)
			require.Error(t, err)
			assert.Nil(t, model)
			if tt.is != nil {
				assert.ErrorIs(t, err, tt.is)
			}
			if tt.text != "" {
				assert.EqualError(t, err, tt.text)
			}
		})
	}
	t.Run("just enough", func(t *testing.T) {
		model, err := calibrate.Fit(draw(9, 50, 0.5, 0), calibrate.FitOptions{})
		require.NoError(t, err)
		method, _, _, _ := model.Fitted(clickclass.RegimeRow)
		assert.Equal(t, calibrate.Platt, method)
		model, err = calibrate.Fit(draw(9, 1000, 0.5, 0), calibrate.FitOptions{})
		require.NoError(t, err)
		method, _, _, _ = model.Fitted(clickclass.RegimeRow)
		assert.Equal(t, calibrate.Isotonic, method)
	})
}

func TestFitAllScoresEqual(t *testing.T) {
	var samples []calibrate.Sample
	for i := range 100 {
		samples = append(samples, calibrate.Sample{LogOdds: 2, Automated: i < 50})
	}
	model, err := calibrate.Fit(samples, calibrate.FitOptions{})
	require.NoError(t, err)
	got := logistic(model.Calibrate(clickclass.RegimeRow, 2))
	assert.InDelta(t, (50+20*logistic(2))/120, got, 1e-3, "50 of 100 labels, and 20 of the table's")
}

func TestModelJSON(t *testing.T) {
	samples := draw(10, 5000, 0.7, -0.3)
	for i := range samples {
		if i%2 == 0 {
			samples[i].Regime = clickclass.RegimeEndpoint
		}
		if i < 60 {
			samples[i].Regime = clickclass.RegimeMail
		}
	}
	model, err := calibrate.Fit(samples, calibrate.FitOptions{})
	require.NoError(t, err)
	data, err := json.Marshal(model)
	require.NoError(t, err)
	var back calibrate.Model
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, *model, back)
	again, err := json.Marshal(&back)
	require.NoError(t, err)
	assert.JSONEq(t, string(data), string(again))

	t.Run("zero", func(t *testing.T) {
		data, err := json.Marshal(new(calibrate.Model))
		require.NoError(t, err)
		var zero calibrate.Model
		require.NoError(t, json.Unmarshal(data, &zero))
		assert.Equal(t, calibrate.Model{}, zero)
		assert.Equal(t, 1.5, zero.Calibrate(clickclass.RegimeRow, 1.5))
	})
	bad := []struct{ name, json string }{
		{"other version", `{"version":2}`},
		{"no version", `{}`},
		{"not an object", `[]`},
		{"unknown regime", `{"version":1,"regimes":{"moon":{"method":"platt","slope":1}}}`},
		{"unknown method", `{"version":1,"regimes":{"row":{"method":"spline"}}}`},
		{"falling slope", `{"version":1,"regimes":{"row":{"method":"platt","slope":-1}}}`},
		{"slope without bound", `{"version":1,"regimes":{"row":{"method":"platt","slope":1e300}}}`},
		{"knots without bound", `{"version":1,"regimes":{"row":{"method":"isotonic","knots":[[0,-1e308],[1,1e308]]}}}`},
		{"no slope", `{"version":1,"regimes":{"row":{"method":"platt"}}}`},
		{"no knots", `{"version":1,"regimes":{"row":{"method":"isotonic"}}}`},
		{"falling knots", `{"version":1,"regimes":{"row":{"method":"isotonic","knots":[[0,1],[1,0]]}}}`},
		{"knots at one place", `{"version":1,"regimes":{"row":{"method":"isotonic","knots":[[0,0],[0,1]]}}}`},
	}
	for _, tt := range bad {
		t.Run(tt.name, func(t *testing.T) {
			kept := *model
			require.Error(t, json.Unmarshal([]byte(tt.json), &kept))
			assert.Equal(t, *model, kept, "left as it was")
		})
	}
}

// FuzzModelJSON: whatever is read as a model is monotone, and is read back
// from its own JSON.
func FuzzModelJSON(f *testing.F) {
	f.Add([]byte(`{"version":1}`))                                                                          // nothing fitted
	f.Add([]byte(`{"version":1,"rules":"1","regimes":{"row":{"method":"platt","slope":0.5,"offset":-1}}}`)) // two numbers
	f.Add([]byte(`{"version":1,"regimes":{"mail":{"method":"isotonic","knots":[[-2,-3],[0,0],[2,0]]}}}`))   // steps
	f.Add([]byte(`{"version":1,"regimes":{"row":{"method":"isotonic","knots":[[0,0],[5e-324,1e6]]}}}`))     // a cliff
	f.Fuzz(func(t *testing.T, data []byte) {
		var m calibrate.Model
		if json.Unmarshal(data, &m) != nil {
			return
		}
		for r := clickclass.RegimeRow; r <= clickclass.RegimeEndpoint; r++ {
			last := math.Inf(-1)
			for x := -10.0; x <= 10; x += 0.25 {
				y := m.Calibrate(r, x)
				require.False(t, math.IsNaN(y) || math.IsInf(y, 0))
				require.GreaterOrEqual(t, y, last)
				last = y
			}
		}
		out, err := json.Marshal(&m)
		require.NoError(t, err)
		var back calibrate.Model
		require.NoError(t, json.Unmarshal(out, &back))
		require.Equal(t, m, back)
	})
}
