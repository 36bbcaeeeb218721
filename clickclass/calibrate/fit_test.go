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
		samples[i] = calibrate.Sample{LogOdds: x, Who: machineIf(rng.Float64() < logistic(slope*x+offset))}
	}
	return samples
}

func ExampleFit() {
	// A tenant in which the rules are too sure of themselves.
	model, err := calibrate.Fit(draw(1, 5000, 0.5, -1), calibrate.FitOptions{Method: "platt"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f -> %.1f\n", 4.0, model.Calibrate(clickclass.BasisRow, 4))
	// Output: 4 -> 1.0
}

func ExampleModel() {
	model, err := calibrate.Fit(draw(1, 5000, 0.5, -1), calibrate.FitOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	stored, _ := json.Marshal(model)

	var loaded calibrate.Model
	if err := json.Unmarshal(stored, &loaded); err != nil {
		fmt.Println(err)
		return
	}
	if loaded.Rules() != clickclass.RulesVersion {
		fmt.Println("fit again")
	}
	for _, fit := range loaded.Fits() {
		fmt.Println(fit.Basis, fit.Method, fit.Machine, fit.Owner, fit.Other)
	}
	// Output: row isotonic 1733 3267 0
}

func TestFitFindsTheTruth(t *testing.T) {
	// Steps err by the cube root of the labels per unit, two numbers by the
	// square root.
	within := map[string]float64{"platt": 0.02, "isotonic": 0.06}
	for _, method := range []string{"platt", "isotonic"} {
		t.Run(method, func(t *testing.T) {
			model, err := calibrate.Fit(draw(2, 100_000, 0.6, -0.8), calibrate.FitOptions{Method: method})
			require.NoError(t, err)
			for x := -4.0; x <= 4; x++ {
				want := 0.6*x - 0.8
				assert.InDelta(t, logistic(want), logistic(model.Calibrate(clickclass.BasisRow, x)), within[method], "%v", x)
			}
			assert.Equal(t, clickclass.RulesVersion, model.Rules())
			fits := model.Fits()
			require.Len(t, fits, 1)
			assert.Equal(t, clickclass.BasisRow, fits[0].Basis)
			assert.Equal(t, method, fits[0].Method)
			assert.Equal(t, 100_000, fits[0].Machine+fits[0].Owner+fits[0].Other)
			assert.Equal(t, 3.5, model.Calibrate(clickclass.BasisMail, 3.5), "a basis without labels stays as shipped")
			assert.Equal(t, 3.5, model.Calibrate(clickclass.Basis(99), 3.5), "a basis that does not exist")
		})
	}
}

// TestFitImproves fits on one half and measures on the other.
func TestFitImproves(t *testing.T) {
	model, err := calibrate.Fit(draw(3, 3000, 0.4, 0.5), calibrate.FitOptions{})
	require.NoError(t, err)
	var before, after []calibrate.Prediction
	for _, s := range draw(4, 20_000, 0.4, 0.5) {
		before = append(before, predict(logistic(s.LogOdds), s.Who))
		after = append(after, predict(logistic(model.Calibrate(s.Basis, s.LogOdds)), s.Who))
	}
	was, is := calibrate.Measure(before), calibrate.Measure(after)
	assert.Less(t, is.Brier, was.Brier)
	assert.Less(t, is.LogLoss, was.LogLoss)
	assert.Less(t, is.ECE, 0.05)
	assert.Greater(t, was.ECE, 0.1)
}

func TestFitIsMonotone(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 9))
		n := 1000 + rng.IntN(2000)
		samples := make([]calibrate.Sample, n)
		for i := range samples {
			x := math.Round(rng.Float64()*40) / 4 // many ties
			samples[i] = calibrate.Sample{LogOdds: x - 5, Who: machineIf(rng.Float64() < logistic(x-5+rng.NormFloat64()*2))}
		}
		for _, method := range []string{"platt", "isotonic"} {
			model, err := calibrate.Fit(samples, calibrate.FitOptions{Method: method})
			require.NoError(t, err)
			last := math.Inf(-1)
			for x := -12.0; x <= 12; x += 0.03125 {
				y := model.Calibrate(clickclass.BasisRow, x)
				require.False(t, math.IsNaN(y) || math.IsInf(y, 0), "seed %d, %s, %v", seed, method, x)
				require.GreaterOrEqual(t, y, last, "seed %d, %s, %v", seed, method, x)
				last = y
			}
		}
	}
}

func TestFitShrinksToTheRules(t *testing.T) {
	samples := draw(5, 60, 0.4, -0.5)
	distance := func(shrink float64) float64 {
		model, err := calibrate.Fit(samples, calibrate.FitOptions{Shrink: shrink})
		require.NoError(t, err)
		return math.Abs(model.Calibrate(clickclass.BasisRow, 4)-4) + math.Abs(model.Calibrate(clickclass.BasisRow, -4)+4)
	}
	assert.Greater(t, distance(1), distance(20))
	assert.Greater(t, distance(20), distance(1000))
	assert.Less(t, distance(1e9), 1e-3)
}

// TestFitSeparable has labels that the score divides without an error: without
// shrinking, the slope would be infinite.
func TestFitSeparable(t *testing.T) {
	var samples []calibrate.Sample
	for i := range 2000 {
		x := float64(i%20) - 9.5
		samples = append(samples, calibrate.Sample{LogOdds: x, Who: machineIf(x > 0)})
	}
	for _, method := range []string{"platt", "isotonic"} {
		model, err := calibrate.Fit(samples, calibrate.FitOptions{Method: method})
		require.NoError(t, err)
		y := model.Calibrate(clickclass.BasisRow, 5)
		assert.Greater(t, y, 3.0, method)
		// Of the 100 labels at 0.5, the one more of the rules wants 0.62 there: the
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
		return calibrate.Sample{LogOdds: mean + rng.NormFloat64(), Who: machineIf(automated)}
	}
	var labels []calibrate.Sample
	for i := range 4000 {
		labels = append(labels, sample(i%2 == 0))
	}
	model, err := calibrate.Fit(labels, calibrate.FitOptions{Method: "platt", BaseRate: 0.05})
	require.NoError(t, err)
	var predictions []calibrate.Prediction
	for range 40_000 {
		s := sample(rng.Float64() < 0.05)
		predictions = append(predictions, predict(logistic(model.Calibrate(0, s.LogOdds)), s.Who))
	}
	assert.Less(t, calibrate.Measure(predictions).ECE, 0.01)
}

func TestFitRefuses(t *testing.T) {
	many := func(n, automated int) []calibrate.Sample {
		samples := make([]calibrate.Sample, n)
		for i := range samples {
			samples[i] = calibrate.Sample{LogOdds: float64(i % 7), Who: machineIf(i < automated)}
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
		{"no labels", nil, calibrate.FitOptions{}, calibrate.ErrTooFewLabels, "calibrate: too few labels: none"},
		{"below 50", many(49, 20), calibrate.FitOptions{}, calibrate.ErrTooFewLabels,
			"calibrate: too few labels: basis row: 20 of a machine and 29 of people; platt needs 50, and 10 of each"},
		{"too few of a class", many(500, 9), calibrate.FitOptions{}, calibrate.ErrTooFewLabels, ""},
		{"one class", many(500, 500), calibrate.FitOptions{}, calibrate.ErrTooFewLabels, ""},
		{"isotonic below 1,000", draw(8, 999, 1, 0), calibrate.FitOptions{Method: "isotonic"}, calibrate.ErrTooFewLabels, ""},
		{"reversed", reversed, calibrate.FitOptions{}, calibrate.ErrReversed, ""},
		{"not a number", []calibrate.Sample{{LogOdds: math.NaN(), Who: "owner"}}, calibrate.FitOptions{}, nil, ""},
		{"no such basis", []calibrate.Sample{{Basis: 99, Who: "owner"}}, calibrate.FitOptions{}, nil, ""},
		{"nobody", []calibrate.Sample{{}}, calibrate.FitOptions{}, nil, `calibrate: fit: sample of ""`},
		{"base rate not a number", many(100, 50), calibrate.FitOptions{BaseRate: math.NaN()}, nil, ""},
		{"base rate 1", many(100, 50), calibrate.FitOptions{BaseRate: 1}, nil, "calibrate: fit: base rate 1 is not between 0 and 1"},
		{"shrink below 0", many(100, 50), calibrate.FitOptions{Shrink: -1}, nil, ""},
		{"no such method", many(100, 50), calibrate.FitOptions{Method: "spline"}, nil, `calibrate: fit: unknown method "spline"`},
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
		assert.Equal(t, "platt", model.Fits()[0].Method)
		model, err = calibrate.Fit(draw(9, 1000, 0.5, 0), calibrate.FitOptions{})
		require.NoError(t, err)
		assert.Equal(t, "isotonic", model.Fits()[0].Method)
	})
}

// TestFitCountsSomebodyElseAsPeople fits the same labels with the owner's clicks turned
// into somebody else's.
func TestFitCountsSomebodyElseAsPeople(t *testing.T) {
	samples := draw(12, 400, 0.5, 0)
	a, err := calibrate.Fit(samples, calibrate.FitOptions{})
	require.NoError(t, err)
	others := 0
	for i := range samples {
		if samples[i].Who == "owner" && i%2 == 0 {
			samples[i].Who = "other"
			others++
		}
	}
	b, err := calibrate.Fit(samples, calibrate.FitOptions{})
	require.NoError(t, err)
	assert.Equal(t, a.Calibrate(clickclass.BasisRow, 3), b.Calibrate(clickclass.BasisRow, 3))
	assert.Equal(t, others, b.Fits()[0].Other)
	assert.Equal(t, a.Fits()[0].Owner, b.Fits()[0].Owner+others)
}

func TestFitAllScoresEqual(t *testing.T) {
	var samples []calibrate.Sample
	for i := range 100 {
		samples = append(samples, calibrate.Sample{LogOdds: 2, Who: machineIf(i < 50)})
	}
	model, err := calibrate.Fit(samples, calibrate.FitOptions{})
	require.NoError(t, err)
	got := logistic(model.Calibrate(clickclass.BasisRow, 2))
	assert.InDelta(t, (50+20*logistic(2))/120, got, 1e-3, "50 of 100 labels, and 20 of the rules")
}

func TestModelJSON(t *testing.T) {
	samples := draw(10, 5000, 0.7, -0.3)
	for i := range samples {
		if i%2 == 0 {
			samples[i].Basis = clickclass.BasisDevice
		}
		if i < 60 {
			samples[i].Basis = clickclass.BasisMail
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
		assert.Equal(t, 1.5, zero.Calibrate(clickclass.BasisRow, 1.5))
	})
	bad := []struct{ name, json string }{
		{"the first edition's version", `{"version":1,"rules":"2","regimes":{}}`},
		{"a later version", `{"version":3}`},
		{"no version", `{}`},
		{"not an object", `[]`},
		{"unknown basis", `{"version":2,"bases":{"moon":{"method":"platt","slope":1}}}`},
		{"unknown method", `{"version":2,"bases":{"row":{"method":"spline"}}}`},
		{"falling slope", `{"version":2,"bases":{"row":{"method":"platt","slope":-1}}}`},
		{"slope without bound", `{"version":2,"bases":{"row":{"method":"platt","slope":1e300}}}`},
		{"knots without bound", `{"version":2,"bases":{"row":{"method":"isotonic","knots":[[0,-1e308],[1,1e308]]}}}`},
		{"null for a map", `{"version":2,"bases":{"row":null}}`},
		{"no slope", `{"version":2,"bases":{"row":{"method":"platt"}}}`},
		{"no knots", `{"version":2,"bases":{"row":{"method":"isotonic"}}}`},
		{"falling knots", `{"version":2,"bases":{"row":{"method":"isotonic","knots":[[0,1],[1,0]]}}}`},
		{"knots at one place", `{"version":2,"bases":{"row":{"method":"isotonic","knots":[[0,0],[0,1]]}}}`},
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
	f.Add([]byte(`{"version":2}`))                                                                        // nothing fitted
	f.Add([]byte(`{"version":2,"rules":"1","bases":{"row":{"method":"platt","slope":0.5,"offset":-1}}}`)) // two numbers
	f.Add([]byte(`{"version":2,"bases":{"mail":{"method":"isotonic","knots":[[-2,-3],[0,0],[2,0]]}}}`))   // steps
	f.Add([]byte(`{"version":2,"bases":{"row":{"method":"isotonic","knots":[[0,0],[5e-324,1e6]]}}}`))     // a cliff
	f.Fuzz(func(t *testing.T, data []byte) {
		var m calibrate.Model
		if json.Unmarshal(data, &m) != nil {
			return
		}
		for b := clickclass.BasisRow; b <= clickclass.BasisDevice; b++ {
			last := math.Inf(-1)
			for x := -10.0; x <= 10; x += 0.25 {
				y := m.Calibrate(b, x)
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
