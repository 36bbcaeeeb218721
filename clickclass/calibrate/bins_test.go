package calibrate

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBinByMass(t *testing.T) {
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
		{"nothing", nil, 3, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list := make([]scored, len(tt.p))
			for i, p := range tt.p {
				list[i] = scored{p, oneIf(i%2 == 0)}
			}
			want := binByMass(list, tt.n)
			var sizes []int
			for _, b := range want {
				sizes = append(sizes, b.n)
				assert.LessOrEqual(t, b.low, b.p+1e-12)
				assert.GreaterOrEqual(t, b.high, b.p-1e-12)
			}
			assert.Equal(t, tt.sizes, sizes)
			for range 10 {
				rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
				got := binByMass(list, tt.n)
				require.Len(t, got, len(want))
				for i := range got {
					assert.Equal(t, want[i].n, got[i].n)
					assert.InDelta(t, want[i].share, got[i].share, 1e-12)
				}
			}
		})
	}
}

// TestUpperBound takes its numbers from published tables of exact intervals and from the
// closed forms for 0 and n.
func TestUpperBound(t *testing.T) {
	tests := []struct {
		name string
		k, n int
		want float64
	}{
		{"none of ten: 1-(0.025)^(1/10)", 0, 10, 1 - math.Pow(0.025, 0.1)},
		{"all of ten", 10, 10, 1},
		{"one of ten", 1, 10, 0.445016},
		{"five of ten", 5, 10, 0.812914},
		{"nothing seen", 0, 0, 1},
		{"none of 3,000: the rule of three says about 0.1 %", 0, 3000, 0.00122887},
		{"none of a million", 0, 1_000_000, -math.Expm1(math.Log(0.025) / 1e6)},
		{"all of a million", 1_000_000, 1_000_000, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.InDelta(t, tt.want, upperBound(tt.k, tt.n, 0.95), 1e-6)
		})
	}
}

// TestUpperBoundCovers checks the definition by adding the binomial up: at the upper
// bound, more than k are seen with probability (1+level)/2. The lower bound of k is 1
// minus the upper bound of n-k.
func TestUpperBoundCovers(t *testing.T) {
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
	for _, n := range []int{2, 7, 50, 400} {
		for _, k := range []int{1, n / 3, n / 2, n - 1} {
			if k < 1 || k >= n {
				continue
			}
			assert.InDelta(t, 0.95, atLeast(k+1, n, upperBound(k, n, 0.9)), 1e-9, "%d of %d", k, n)
			assert.InDelta(t, 0.05, atLeast(k, n, 1-upperBound(n-k, n, 0.9)), 1e-9, "%d of %d", k, n)
		}
	}
}

func TestReadLabelsLimitOfRows(t *testing.T) {
	const limit = 3
	for rows, ok := range map[int]bool{limit: true, limit + 1: false} {
		labels, err := readLabels(strings.NewReader("report_id,label\n"+strings.Repeat("a,owner\n", rows)), limit)
		if ok {
			assert.NoError(t, err)
			assert.NotNil(t, labels)
		} else {
			assert.EqualError(t, err, "calibrate: read labels: more than 3 rows")
			assert.Nil(t, labels)
		}
	}
}
