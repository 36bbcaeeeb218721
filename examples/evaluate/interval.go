package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// level is the level of confidence of all intervals.
const level = 0.95

// interval is a range at a stated level of confidence.
type interval struct{ low, high float64 }

// exactInterval returns the exact two-sided interval (Clopper-Pearson) of a share of
// which k out of n were seen; 0 to 1 if n is 0.
func exactInterval(k, n int) interval {
	const tail = (1 - level) / 2
	i := interval{0, 1}
	if k > 0 {
		i.low = mathext.InvRegIncBeta(float64(k), float64(n-k+1), tail)
	}
	if k < n {
		i.high = mathext.InvRegIncBeta(float64(k+1), float64(n-k), 1-tail)
	}
	return i
}

// bootstrap returns the percentile interval of a statistic of n units that are drawn again
// with replacement, rounds times. Stat gets the indices of the units drawn and must not
// keep them. The units are what is independent: the rows of one tenant are not, so many
// tenants' rows are drawn by tenant. Draws for which the statistic is NaN are left out.
// The same seed gives the same interval; it is NaN for no units or no rounds.
func bootstrap(n, rounds int, seed uint64, stat func(drawn []int) float64) interval {
	rng := rand.New(rand.NewPCG(seed, 0))
	values := make([]float64, 0, rounds)
	drawn := make([]int, n)
	for range rounds {
		for i := range drawn {
			drawn[i] = rng.IntN(n)
		}
		if x := stat(drawn); !math.IsNaN(x) {
			values = append(values, x)
		}
	}
	if n == 0 || len(values) == 0 {
		return interval{math.NaN(), math.NaN()}
	}
	slices.Sort(values)
	const tail = (1 - level) / 2
	return interval{quantile(values, tail), quantile(values, 1-tail)}
}

// quantile interpolates between sorted values.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
