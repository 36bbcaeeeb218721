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

// predict returns a prediction with P.Machine p; the rest is the owner's.
func predict(p float64, who calibrate.Who) calibrate.Prediction {
	return calibrate.Prediction{P: clickclass.Probabilities{Machine: p, Owner: 1 - p}, Who: who}
}

func ExampleMeasure() {
	m := calibrate.Measure([]calibrate.Prediction{
		{P: clickclass.Probabilities{Machine: 0.1, Owner: 0.9}, Who: "owner"},
		{P: clickclass.Probabilities{Machine: 0.1, Owner: 0.9}, Who: "owner"},
		{P: clickclass.Probabilities{Machine: 0.9, Owner: 0.1}, Who: "machine"},
		{P: clickclass.Probabilities{Machine: 0.9, Owner: 0.1}, Who: "machine"},
	})
	fmt.Printf("ECE %.2f, Brier %.2f\n", m.ECE, m.Brier)
	fmt.Printf("people called automated: %.0f %%, at most %.0f %%\n", 100*m.PersonCalledAutomated.Share, 100*m.PersonCalledAutomated.Upper)
	// Output:
	// ECE 0.10, Brier 0.01
	// people called automated: 0 %, at most 84 %
}

func TestMeasureScores(t *testing.T) {
	tests := []struct {
		name                 string
		list                 []calibrate.Prediction
		brier, logLoss, base float64
	}{
		{"right and sure", []calibrate.Prediction{predict(1, "machine"), predict(0, "owner")}, 0, 0, 0.5},
		{"wrong and sure", []calibrate.Prediction{predict(0, "machine")}, 1, -math.Log(1e-15), 1},
		{"undecided", []calibrate.Prediction{predict(0.5, "machine"), predict(0.5, "owner")}, 0.25, math.Ln2, 0.5},
		{"base rate", []calibrate.Prediction{predict(0.25, "machine"), predict(0.25, "owner"), predict(0.25, "other"), predict(0.25, "owner")},
			0.1875, -(math.Log(0.25) + 3*math.Log(0.75)) / 4, 0.25},
		{"words of the first edition", []calibrate.Prediction{predict(0.5, "automated"), predict(0.5, "human")}, 0.25, math.Ln2, 0.5},
		{"nobody is left out", []calibrate.Prediction{predict(1, "machine"), predict(1, ""), predict(1, "robot")}, 0, 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := calibrate.Measure(tt.list)
			assert.InDelta(t, tt.brier, m.Brier, 1e-12)
			assert.InDelta(t, tt.logLoss, m.LogLoss, 1e-9)
			assert.InDelta(t, tt.base, m.BaseRate, 1e-12)
		})
	}
	t.Run("nothing", func(t *testing.T) {
		m := calibrate.Measure(nil)
		assert.Zero(t, m.N)
		for _, x := range []float64{m.BaseRate, m.Brier, m.LogLoss, m.ECE, m.PersonCalledAutomated.Share, m.PersonCalledAutomated.Upper,
			m.OtherCalledAutomated.Share, m.OtherCalledAutomated.Upper, m.OtherCalledOwner.Share, m.OtherCalledOwner.Upper} {
			assert.True(t, math.IsNaN(x))
		}
	})
}

// TestMeasureECE draws truths from the stated probabilities, and from others.
func TestMeasureECE(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var right, over []calibrate.Prediction
	for range 100_000 {
		p := rng.Float64()
		right = append(right, predict(p, machineIf(rng.Float64() < p)))
		over = append(over, predict(p, machineIf(rng.Float64() < p/2)))
	}
	assert.Less(t, calibrate.Measure(right).ECE, 0.01)
	// The mean of p - p/2 over p uniform on 0 to 1.
	assert.InDelta(t, 0.25, calibrate.Measure(over).ECE, 0.01)
}

func machineIf(machine bool) calibrate.Who {
	if machine {
		return "machine"
	}
	return "owner"
}

func TestMeasureBounds(t *testing.T) {
	var list []calibrate.Prediction
	add := func(n int, p clickclass.Probabilities, who calibrate.Who) {
		for range n {
			list = append(list, calibrate.Prediction{P: p, Who: who})
		}
	}
	add(99, clickclass.Probabilities{Machine: 0.01, Owner: 0.99}, "owner")
	add(1, clickclass.Probabilities{Machine: 0.98, Owner: 0.02}, "owner")
	add(8, clickclass.Probabilities{Machine: 0.9799, Owner: 0.0001, Other: 0.02}, "other")
	add(2, clickclass.Probabilities{Owner: 0.98, Other: 0.02}, "other")
	add(50, clickclass.Probabilities{Machine: 0.99, Owner: 0.01}, "machine")
	m := calibrate.Measure(list)
	assert.Equal(t, 160, m.N)
	assert.InDelta(t, 0.01, m.PersonCalledAutomated.Share, 1e-12)
	assert.InDelta(t, 0.0544594, m.PersonCalledAutomated.Upper, 1e-6, "published tables: 1 of 100")
	assert.Zero(t, m.OtherCalledAutomated.Share)
	assert.InDelta(t, 1-math.Pow(0.025, 0.1), m.OtherCalledAutomated.Upper, 1e-9, "none of ten")
	assert.InDelta(t, 0.2, m.OtherCalledOwner.Share, 1e-12)
	assert.InDelta(t, 0.556095, m.OtherCalledOwner.Upper, 1e-6, "published tables: 2 of 10")
}

func TestMeasuresJSON(t *testing.T) {
	tests := []struct {
		name string
		list []calibrate.Prediction
	}{
		{"nothing", nil},
		{"without others", []calibrate.Prediction{predict(0.3, "machine"), predict(0.1, "owner")}},
		{"everything", []calibrate.Prediction{predict(0.3, "machine"), predict(0.1, "owner"), predict(0.2, "other")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := calibrate.Measure(tt.list)
			data, err := json.Marshal(m)
			require.NoError(t, err)
			var back calibrate.Measures
			require.NoError(t, json.Unmarshal(data, &back))
			assert.Equal(t, fmt.Sprint(m), fmt.Sprint(back)) // NaN is not equal to itself
			again, err := json.Marshal(back)
			require.NoError(t, err)
			assert.JSONEq(t, string(data), string(again))
		})
	}
	assert.Error(t, json.Unmarshal([]byte(`{"n":"x"}`), new(calibrate.Measures)))
}
