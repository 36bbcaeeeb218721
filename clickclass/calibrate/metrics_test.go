package calibrate_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/calibrate"
)

func ExampleECE() {
	list := []calibrate.Prediction{{P: 0.1}, {P: 0.1}, {P: 0.9, Automated: true}, {P: 0.9, Automated: true}}
	fmt.Printf("%.2f %.2f\n", calibrate.ECE(list, 10), calibrate.Brier(list))
	// Output: 0.10 0.01
}

func ExampleClopperPearson() {
	// No error in 3,000 clicks: the rule of three says about 0.1 %.
	i := calibrate.ClopperPearson(0, 3000, 0.95)
	fmt.Printf("%.5f to %.5f\n", i.Low, i.High)
	// Output: 0.00000 to 0.00123
}

func TestScores(t *testing.T) {
	tests := []struct {
		name           string
		list           []calibrate.Prediction
		brier, logLoss float64
		base           float64
	}{
		{"right and sure", []calibrate.Prediction{{1, true}, {0, false}}, 0, 0, 0.5},
		{"wrong and sure", []calibrate.Prediction{{0, true}}, 1, -math.Log(1e-15), 1},
		{"undecided", []calibrate.Prediction{{0.5, true}, {0.5, false}}, 0.25, math.Ln2, 0.5},
		{"base rate", []calibrate.Prediction{{0.25, true}, {0.25, false}, {0.25, false}, {0.25, false}}, 0.1875,
			-(math.Log(0.25) + 3*math.Log(0.75)) / 4, 0.25},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.InDelta(t, tt.brier, calibrate.Brier(tt.list), 1e-12)
			assert.InDelta(t, tt.logLoss, calibrate.LogLoss(tt.list), 1e-9)
			assert.InDelta(t, tt.base, calibrate.BaseRate(tt.list), 1e-12)
		})
	}
	t.Run("nothing", func(t *testing.T) {
		assert.True(t, math.IsNaN(calibrate.Brier(nil)))
		assert.True(t, math.IsNaN(calibrate.LogLoss(nil)))
		assert.True(t, math.IsNaN(calibrate.ECE(nil, 10)))
		assert.Nil(t, calibrate.Bins(nil, 10))
		assert.Nil(t, calibrate.Bins([]calibrate.Prediction{{P: 1}}, 0))
	})
}

func TestBins(t *testing.T) {
	tests := []struct {
		name  string
		p     []float64
		n     int
		sizes []int
	}{
		{"equal mass", []float64{.1, .2, .3, .4, .5, .6}, 3, []int{2, 2, 2}},
		{"remainder", []float64{.1, .2, .3, .4, .5}, 2, []int{3, 2}},
		{"more bins than rows", []float64{.1, .2}, 10, []int{1, 1}},
		{"ties stay together", []float64{.5, .5, .5, .5, .5, .9}, 3, []int{5, 1}},
		{"all equal", []float64{.5, .5, .5}, 3, []int{3}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := make([]calibrate.Prediction, len(tt.p))
			for i, p := range tt.p {
				list[i] = calibrate.Prediction{P: p, Automated: i%2 == 0}
			}
			want := calibrate.Bins(list, tt.n)
			var sizes []int
			for _, b := range want {
				sizes = append(sizes, b.N)
				assert.LessOrEqual(t, b.Low, b.P+1e-12)
				assert.GreaterOrEqual(t, b.High, b.P-1e-12)
			}
			assert.Equal(t, tt.sizes, sizes)
			for range 10 {
				rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
				got := calibrate.Bins(list, tt.n)
				require.Len(t, got, len(want))
				for i := range got {
					assert.Equal(t, want[i].N, got[i].N)
					assert.Equal(t, want[i].Automated, got[i].Automated)
				}
			}
		})
	}
}

// TestECE draws truths from the stated probabilities, and from others.
func TestECE(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var right, over []calibrate.Prediction
	for range 100_000 {
		p := rng.Float64()
		right = append(right, calibrate.Prediction{P: p, Automated: rng.Float64() < p})
		over = append(over, calibrate.Prediction{P: p, Automated: rng.Float64() < p/2})
	}
	assert.Less(t, calibrate.ECE(right, 15), 0.01)
	// The mean of p - p/2 over p uniform on 0 to 1.
	assert.InDelta(t, 0.25, calibrate.ECE(over, 15), 0.01)
}

// TestClopperPearson takes its numbers from published tables of exact
// intervals and from the closed forms for 0 and n.
func TestClopperPearson(t *testing.T) {
	tests := []struct {
		name      string
		k, n      int
		level     float64
		low, high float64
	}{
		{"none of ten: 1-(0.025)^(1/10)", 0, 10, 0.95, 0, 1 - math.Pow(0.025, 0.1)},
		{"all of ten: (0.025)^(1/10)", 10, 10, 0.95, math.Pow(0.025, 0.1), 1},
		{"one of ten", 1, 10, 0.95, 0.002529, 0.445016},
		{"five of ten", 5, 10, 0.95, 0.187086, 0.812914},
		{"nothing seen", 0, 0, 0.95, 0, 1},
		{"none of a million", 0, 1_000_000, 0.95, 0, -math.Expm1(math.Log(0.025) / 1e6)},
		{"all of a million", 1_000_000, 1_000_000, 0.95, math.Exp(math.Log(0.025) / 1e6), 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := calibrate.ClopperPearson(tt.k, tt.n, tt.level)
			assert.InDelta(t, tt.low, got.Low, 1e-6)
			assert.InDelta(t, tt.high, got.High, 1e-6)
		})
	}
	for _, bad := range [][3]float64{{-1, 5, .95}, {6, 5, .95}, {1, 5, 0}, {1, 5, 1}} {
		assert.True(t, math.IsNaN(calibrate.ClopperPearson(int(bad[0]), int(bad[1]), bad[2]).Low), "%v", bad)
	}
}

// TestClopperPearsonCovers checks the definition: at the low end, as many as k
// are seen with probability (1-level)/2, by adding the binomial up.
func TestClopperPearsonCovers(t *testing.T) {
	atLeast := func(k, n int, p float64) float64 {
		sum := 0.0
		for i := k; i <= n; i++ {
			a, _ := math.Lgamma(float64(n + 1))
			b, _ := math.Lgamma(float64(i + 1))
			c, _ := math.Lgamma(float64(n - i + 1))
			sum += math.Exp(a - b - c + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
		}
		return sum
	}
	for _, n := range []int{1, 7, 50, 400} {
		for _, k := range []int{1, n / 3, n / 2, n - 1} {
			if k < 1 || k >= n {
				continue
			}
			got := calibrate.ClopperPearson(k, n, 0.9)
			assert.InDelta(t, 0.05, atLeast(k, n, got.Low), 1e-9, "%d of %d", k, n)
			assert.InDelta(t, 0.95, atLeast(k+1, n, got.High), 1e-9, "%d of %d", k, n)
		}
	}
}

func TestBootstrap(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	values := make([]float64, 400)
	for i := range values {
		values[i] = rng.NormFloat64()
	}
	mean := func(drawn []int) float64 {
		sum := 0.0
		for _, i := range drawn {
			sum += values[i]
		}
		return sum / float64(len(drawn))
	}
	got := calibrate.Bootstrap(len(values), 2000, 0.95, 7, mean)
	// The mean of 400 normal values has the standard error 0.05.
	assert.InDelta(t, 2*1.96*0.05, got.High-got.Low, 0.03)
	assert.Equal(t, got, calibrate.Bootstrap(len(values), 2000, 0.95, 7, mean), "same seed")
	assert.NotEqual(t, got, calibrate.Bootstrap(len(values), 2000, 0.95, 8, mean), "other seed")
	assert.True(t, math.IsNaN(calibrate.Bootstrap(0, 10, 0.95, 1, mean).Low))
	assert.True(t, math.IsNaN(calibrate.Bootstrap(5, 0, 0.95, 1, mean).Low))
}
