package main

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/optimize"
	"gonum.org/v1/gonum/stat"

	"github.com/whoclicked/whoclicked/clickclass/calibrate"
)

// TestBinomialAgainstGonum compares the exact interval with gonum's inverse of
// the incomplete beta function. Package calibrate has its own, so that the
// library requires no numerical module.
func TestBinomialAgainstGonum(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		n := 1 + rng.IntN(1<<rng.IntN(17))
		k := rng.IntN(n + 1)
		level := 0.5 + rng.Float64()*0.499
		got := calibrate.ClopperPearson(k, n, level)
		tail := (1 - level) / 2
		if k > 0 {
			want := mathext.InvRegIncBeta(float64(k), float64(n-k+1), tail)
			assert.InEpsilon(t, want, got.Low, 1e-8, "%d of %d at %v", k, n, level)
		}
		if k < n {
			want := mathext.InvRegIncBeta(float64(k+1), float64(n-k), 1-tail)
			assert.InEpsilon(t, want, got.High, 1e-8, "%d of %d at %v", k, n, level)
		}
	}
}

// TestPlattAgainstGonum gives the same likelihood to gonum's minimiser.
func TestPlattAgainstGonum(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 2))
		slope, offset := 0.2+rng.Float64()*1.5, rng.NormFloat64()
		samples := make([]calibrate.Sample, 60+rng.IntN(2000))
		for i := range samples {
			x := rng.NormFloat64() * 3
			samples[i] = calibrate.Sample{LogOdds: x, Automated: rng.Float64() < logistic(slope*x+offset)}
		}
		pull := 1 + rng.Float64()*100
		model, err := calibrate.Fit(samples, calibrate.FitOptions{Method: calibrate.Platt, Pull: pull})
		require.NoError(t, err)
		b := model.Calibrate(0, 0)
		a := model.Calibrate(0, 1) - b

		loss := func(p []float64) float64 {
			sum := 0.0
			for _, s := range samples {
				l := p[0]*s.LogOdds + p[1]
				share, weight := 0.0, pull/float64(len(samples))
				if s.Automated {
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

// TestBootstrapAgainstGonum compares the interval of a mean with the one that
// gonum's standard error gives.
func TestBootstrapAgainstGonum(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	x := make([]float64, 1000)
	for i := range x {
		x[i] = rng.ExpFloat64()
	}
	mean, std := stat.MeanStdDev(x, nil)
	half := 1.959964 * stat.StdErr(std, float64(len(x)))
	got := calibrate.Bootstrap(len(x), 4000, 0.95, 1, func(drawn []int) float64 {
		sum := 0.0
		for _, i := range drawn {
			sum += x[i]
		}
		return sum / float64(len(drawn))
	})
	assert.InDelta(t, mean-half, got.Low, half/10)
	assert.InDelta(t, mean+half, got.High, half/10)
}
