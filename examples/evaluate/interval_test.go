package main

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/gonum/stat"
)

// TestExactInterval takes its numbers from published tables of exact intervals and from
// the closed forms for 0 and n.
func TestExactInterval(t *testing.T) {
	tests := []struct {
		name      string
		k, n      int
		low, high float64
	}{
		{"none of ten: 1-(0.025)^(1/10)", 0, 10, 0, 1 - math.Pow(0.025, 0.1)},
		{"all of ten: (0.025)^(1/10)", 10, 10, math.Pow(0.025, 0.1), 1},
		{"one of ten", 1, 10, 0.002529, 0.445016},
		{"five of ten", 5, 10, 0.187086, 0.812914},
		{"nothing seen", 0, 0, 0, 1},
		{"none of a million", 0, 1_000_000, 0, -math.Expm1(math.Log(0.025) / 1e6)},
		{"all of a million", 1_000_000, 1_000_000, math.Exp(math.Log(0.025) / 1e6), 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := exactInterval(tt.k, tt.n)
			assert.InDelta(t, tt.low, got.low, 1e-6)
			assert.InDelta(t, tt.high, got.high, 1e-6)
		})
	}
}

func TestBootstrap(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	values := make([]float64, 400)
	for i := range values {
		values[i] = rng.NormFloat64()
	}
	mean := meanOf(values)
	got := bootstrap(len(values), 2000, 7, mean)
	// The mean of 400 normal values has the standard error 0.05.
	assert.InDelta(t, 2*1.96*0.05, got.high-got.low, 0.03)
	assert.Equal(t, got, bootstrap(len(values), 2000, 7, mean), "same seed")
	assert.NotEqual(t, got, bootstrap(len(values), 2000, 8, mean), "other seed")
	assert.True(t, math.IsNaN(bootstrap(0, 10, 1, mean).low))
	assert.True(t, math.IsNaN(bootstrap(5, 0, 1, mean).low))
}

func meanOf(values []float64) func(drawn []int) float64 {
	return func(drawn []int) float64 {
		sum := 0.0
		for _, i := range drawn {
			sum += values[i]
		}
		return sum / float64(len(drawn))
	}
}

// TestBootstrapAgainstGonum compares the interval of a mean with the one that gonum's
// standard error gives.
func TestBootstrapAgainstGonum(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	x := make([]float64, 1000)
	for i := range x {
		x[i] = rng.ExpFloat64()
	}
	mean, std := stat.MeanStdDev(x, nil)
	half := 1.959964 * stat.StdErr(std, float64(len(x)))
	got := bootstrap(len(x), 4000, 1, meanOf(x))
	assert.InDelta(t, mean-half, got.low, half/10)
	assert.InDelta(t, mean+half, got.high, half/10)
}
