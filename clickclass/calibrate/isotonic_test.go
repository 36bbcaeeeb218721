package calibrate

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPoolAgainstMinMax compares pool-adjacent-violators with the closed form
// of isotonic regression: the value at i is the greatest over j <= i of the
// least over k >= i of the mean from j to k.
func TestPoolAgainstMinMax(t *testing.T) {
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 1))
		n := 1 + rng.IntN(40)
		blocks := make([]block, n)
		for i := range blocks {
			blocks[i] = block{low: float64(i), high: float64(i), weight: 0.1 + rng.Float64(), value: math.Round(rng.Float64()*8) / 8}
		}
		mean := func(j, k int) float64 {
			var sum, weight float64
			for _, b := range blocks[j : k+1] {
				sum, weight = sum+b.weight*b.value, weight+b.weight
			}
			return sum / weight
		}
		want := make([]float64, n)
		for i := range want {
			want[i] = math.Inf(-1)
			for j := 0; j <= i; j++ {
				least := math.Inf(1)
				for k := i; k < n; k++ {
					least = min(least, mean(j, k))
				}
				want[i] = max(want[i], least)
			}
		}
		pooled := poolBlocks(blocks)
		for _, b := range pooled {
			for i := int(b.low); i <= int(b.high); i++ {
				require.InDelta(t, want[i], b.value, 1e-9, "seed %d, place %d", seed, i)
			}
		}
	}
}
