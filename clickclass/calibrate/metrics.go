package calibrate

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Prediction is a probability and what was true.
type Prediction struct {
	P         float64 // P(automated)
	Automated bool
}

// Brier returns the mean squared error of the probabilities: 0 is perfect, and
// always saying the base rate b gives b(1-b). It is NaN for no predictions.
func Brier(list []Prediction) float64 {
	var sum float64
	for _, x := range list {
		d := x.P - truth(x.Automated)
		sum += d * d
	}
	return sum / float64(len(list))
}

// LogLoss returns the mean negative natural logarithm of the probability that
// was given to what was true. A probability of 0 or 1 counts as 1e-15 from it,
// so that one error does not make the mean infinite. It is NaN for no
// predictions.
func LogLoss(list []Prediction) float64 {
	const least = 1e-15
	var sum float64
	for _, x := range list {
		p := x.P
		if !x.Automated {
			p = 1 - p
		}
		sum -= math.Log(min(1, max(least, p)))
	}
	return sum / float64(len(list))
}

// BaseRate returns the share of predictions that were automated. It is NaN for
// no predictions.
func BaseRate(list []Prediction) float64 {
	n := 0
	for _, x := range list {
		if x.Automated {
			n++
		}
	}
	return float64(n) / float64(len(list))
}

// Bin is a group of predictions with probabilities next to each other.
type Bin struct {
	N         int
	Automated int     // of the N
	P         float64 // mean probability
	Low, High float64 // least and greatest probability
}

// Share returns the share that was automated.
func (b Bin) Share() float64 { return float64(b.Automated) / float64(b.N) }

// Bins sorts the predictions by probability into at most n bins of equal mass.
// Equal probabilities stay in one bin, so that the order of the predictions
// does not matter; the masses are as equal as that allows. It returns nil for
// no predictions or no bins.
func Bins(list []Prediction, n int) []Bin {
	if n < 1 || len(list) == 0 {
		return nil
	}
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b Prediction) int { return cmp.Compare(a.P, b.P) })
	var bins []Bin
	for start := 0; start < len(sorted); {
		left := n - len(bins)
		end := len(sorted)
		if left > 1 {
			end = start + max(1, (len(sorted)-start+left/2)/left)
		}
		for end < len(sorted) && sorted[end].P == sorted[end-1].P {
			end++
		}
		b := Bin{N: end - start, Low: sorted[start].P, High: sorted[end-1].P}
		for _, x := range sorted[start:end] {
			b.P += x.P / float64(b.N)
			if x.Automated {
				b.Automated++
			}
		}
		bins = append(bins, b)
		start = end
	}
	return bins
}

// ECE returns the expected calibration error with n bins of equal mass: the
// mean distance between a bin's mean probability and its share of automated
// clicks, weighed by mass. It is NaN for no predictions. Few predictions make
// it too large: chance alone moves the shares.
func ECE(list []Prediction, n int) float64 {
	if len(list) == 0 {
		return math.NaN()
	}
	var sum float64
	for _, b := range Bins(list, n) {
		sum += float64(b.N) / float64(len(list)) * math.Abs(b.P-b.Share())
	}
	return sum
}

func truth(automated bool) float64 {
	if automated {
		return 1
	}
	return 0
}

// Interval is a range with a stated level of confidence.
type Interval struct{ Low, High float64 }

// Bootstrap returns the percentile interval, at the given level (0.95), of a
// statistic of n units drawn again with replacement, rounds times (1,000 is
// plenty). Stat gets the indices of the units drawn and must not keep them.
// The units are what is independent: rows of one tenant are not, so many
// tenants' rows are drawn by tenant. Draws for which the statistic is NaN are
// left out. The same seed gives the same interval; it is NaN for no units or
// no rounds.
func Bootstrap(n, rounds int, level float64, seed uint64, stat func(drawn []int) float64) Interval {
	rng := rand.New(rand.NewPCG(seed, 0))
	values := make([]float64, 0, max(0, rounds))
	drawn := make([]int, max(0, n))
	for range rounds {
		for i := range drawn {
			drawn[i] = rng.IntN(n)
		}
		if x := stat(drawn); !math.IsNaN(x) {
			values = append(values, x)
		}
	}
	if n <= 0 || len(values) == 0 {
		return Interval{math.NaN(), math.NaN()}
	}
	slices.Sort(values)
	tail := (1 - level) / 2
	return Interval{quantile(values, tail), quantile(values, 1-tail)}
}

// quantile interpolates between the sorted values.
func quantile(sorted []float64, q float64) float64 {
	at := max(0, min(1, q)) * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
