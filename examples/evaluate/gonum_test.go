package main

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/optimize"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/calibrate"
)

// TestBoundsAgainstGonum compares the exact bounds of package calibrate with gonum's
// inverse of the incomplete beta function. Package calibrate has its own, so that the
// library requires no numerical module.
func TestBoundsAgainstGonum(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 300 {
		n := 1 + rng.IntN(1<<rng.IntN(15))
		k := rng.IntN(n + 1)
		list := make([]calibrate.Prediction, n)
		for i := range list {
			list[i].Who = "owner"
			if i < k {
				list[i].P.Machine = 1
			}
		}
		got := calibrate.Measure(list).PersonCalledAutomated
		assert.InDelta(t, float64(k)/float64(n), got.Share, 1e-12)
		want := 1.0
		if k < n {
			want = mathext.InvRegIncBeta(float64(k+1), float64(n-k), 0.975)
		}
		assert.InEpsilon(t, want, got.Upper, 1e-8, "%d of %d", k, n)
	}
}

// TestPlattAgainstGonum gives the same likelihood to gonum's minimiser.
func TestPlattAgainstGonum(t *testing.T) {
	logistic := func(l float64) float64 { return 1 / (1 + math.Exp(-l)) }
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 2))
		slope, offset := 0.2+rng.Float64()*1.5, rng.NormFloat64()
		samples := make([]calibrate.Sample, 60+rng.IntN(2000))
		for i := range samples {
			x := rng.NormFloat64() * 3
			samples[i] = calibrate.Sample{LogOdds: x, Who: "owner"}
			if rng.Float64() < logistic(slope*x+offset) {
				samples[i].Who = "machine"
			}
		}
		shrink := 1 + rng.Float64()*100
		model, err := calibrate.Fit(samples, calibrate.FitOptions{Method: "platt", Shrink: shrink})
		require.NoError(t, err)
		b := model.Calibrate(clickclass.BasisRow, 0)
		a := model.Calibrate(clickclass.BasisRow, 1) - b

		loss := func(p []float64) float64 {
			sum := 0.0
			for _, s := range samples {
				l := p[0]*s.LogOdds + p[1]
				share, weight := 0.0, shrink/float64(len(samples))
				if s.Who == "machine" {
					share = 1
				}
				cost := func(share float64) float64 { return math.Log1p(math.Exp(-math.Abs(l))) + max(l, 0) - share*l }
				sum += cost(share) + weight*cost(logistic(s.LogOdds))
			}
			return sum
		}
		result, err := optimize.Minimize(optimize.Problem{Func: loss}, []float64{0.5, 0.5}, nil, &optimize.NelderMead{})
		require.NoError(t, err)
		assert.InDelta(t, result.X[0], a, 1e-3, "slope, seed %d", seed)
		assert.InDelta(t, result.X[1], b, 1e-3, "offset, seed %d", seed)
		assert.LessOrEqual(t, loss([]float64{a, b}), result.F+1e-5, "seed %d", seed)
	}
}
