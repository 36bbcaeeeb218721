package odds

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Which groups count in full.
var (
	none      = make([]bool, 16)
	onlyFirst = append([]bool{true}, none...)
)

func TestCap(t *testing.T) {
	for w, want := range map[float64]float64{0: 0, 1: 1, -1: -1, 6: 6, 6.1: 6, MaxWeight: 6, -6: -6, -6.1: -6, -MaxWeight: -6} {
		assert.Equal(t, want, Cap(w), w)
	}
}

func TestSum(t *testing.T) {
	tests := map[string]struct {
		groups []float64
		full   []bool
		want   float64
	}{
		"no groups":                          {nil, none, 0},
		"silent groups":                      {[]float64{0, 0, 0}, none, 0},
		"one counts in full":                 {[]float64{0, 3}, none, 3},
		"the strongest in full, then 0.7":    {[]float64{1, 3, 2}, none, 3 + 0.7*(1+2)},
		"the same against":                   {[]float64{-1, -3, -2}, none, -3 - 0.7*(1+2)},
		"each direction by itself":           {[]float64{3, 1, -2, -1}, none, 3 + 0.7*1 - 2 - 0.7*1},
		"two equal":                          {[]float64{2, 2}, none, 2 + 0.7*2},
		"corroboration is not shrunk":        {[]float64{1, 3, 2}, onlyFirst, 1 + 3 + 0.7*2},
		"corroboration shrinks no other":     {[]float64{5, 2}, onlyFirst, 5 + 2},
		"corroboration against":              {[]float64{-1, 3}, onlyFirst, -1 + 3},
		"at most 8":                          {[]float64{6, 6}, none, 8},
		"at least -8":                        {[]float64{-6, -6}, none, -8},
		"clipped with corroboration":         {[]float64{6, 6}, onlyFirst, 8},
		"corroboration before it is clipped": {[]float64{-6, 6, 6}, onlyFirst, -6 + 6 + 0.7*6},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			assert.InDelta(t, tt.want, Sum(tt.groups, tt.full), 1e-12)
		})
	}
}

// randomGroups returns weights of groups, some of them equal, silent or just beside zero.
func randomGroups(rng *rand.Rand) []float64 {
	groups := make([]float64, rng.IntN(9))
	for i := range groups {
		switch rng.IntN(5) {
		case 0:
		case 1:
			groups[i] = float64(rng.IntN(13)-6) / 2
		case 2:
			groups[i] = (rng.Float64() - 0.5) * 1e-6
		default:
			groups[i] = Cap((rng.Float64() - 0.5) * 20)
		}
	}
	return groups
}

// slowSum adds up groups from the strongest to the weakest.
func slowSum(groups []float64, full []bool) float64 {
	sum := 0.0
	var up, down []float64
	for i, w := range groups {
		switch {
		case full[i]:
			sum += w
		case w > 0:
			up = append(up, w)
		case w < 0:
			down = append(down, w)
		}
	}
	for _, direction := range [][]float64{up, down} {
		slices.SortFunc(direction, func(a, b float64) int { return cmp.Compare(math.Abs(b), math.Abs(a)) })
		for i, w := range direction {
			if i > 0 {
				w *= Shrink
			}
			sum += w
		}
	}
	return min(Clip, max(-Clip, sum))
}

// TestSumProperties shows that a verdict does not jump: if one group says more by d, the sum
// grows by 0 to d.
func TestSumProperties(t *testing.T) {
	const rounding = 1e-12
	rng := rand.New(rand.NewPCG(1, 1))
	moved := 0
	for range 20_000 {
		groups := randomGroups(rng)
		full := none
		if rng.IntN(2) == 0 {
			full = onlyFirst
		}
		sum := Sum(groups, full)
		require.InDelta(t, slowSum(groups, full), sum, rounding)
		require.LessOrEqual(t, math.Abs(sum), Clip)

		negated := slices.Clone(groups)
		for i := range negated {
			negated[i] = -negated[i]
		}
		require.InDelta(t, -sum, Sum(negated, full), rounding, "both directions are treated alike")
		require.Equal(t, sum, Sum(append(slices.Clone(groups), 0), full), "a silent group says nothing")

		if len(groups) == 0 {
			continue
		}
		i := rng.IntN(len(groups))
		more := slices.Clone(groups)
		d := rng.Float64() * []float64{1e-9, 1e-3, 1, 12}[rng.IntN(4)]
		more[i] += d
		grown := Sum(more, full) - sum
		require.GreaterOrEqual(t, grown, -rounding, "%v + %v in group %d", groups, d, i)
		require.LessOrEqual(t, grown, d+rounding, "%v + %v in group %d", groups, d, i)
		if grown > d/2 {
			moved++
		}

		swapped := slices.Clone(groups[1:]) // the first may count in full
		rng.Shuffle(len(swapped), func(i, j int) { swapped[i], swapped[j] = swapped[j], swapped[i] })
		require.InDelta(t, sum, Sum(append(groups[:1:1], swapped...), full), rounding, "in any order")
	}
	assert.Positive(t, moved)
}

func TestLogistic(t *testing.T) {
	for l, want := range map[float64]float64{0: 0.5, 1000: 1, -1000: 0, math.Inf(1): 1, math.Inf(-1): 0, math.Log(9): 0.9, -math.Log(9): 0.1} {
		assert.InDelta(t, want, Logistic(l), 1e-15, l)
	}
	for p, want := range map[float64]float64{0.5: 0, 0.9: math.Log(9), 0.1: -math.Log(9), 0: math.Inf(-1), 1: math.Inf(1)} {
		if math.IsInf(want, 0) {
			assert.Equal(t, want, Logit(p), p)
		} else {
			assert.InDelta(t, want, Logit(p), 1e-14, p)
		}
	}
	rng := rand.New(rand.NewPCG(2, 2))
	for range 10_000 {
		a, b := (rng.Float64()-0.5)*40, (rng.Float64()-0.5)*40
		require.InDelta(t, a, Logit(Logistic(a)), 1e-6)
		require.Equal(t, a < b, Logistic(a) < Logistic(b))
		require.InDelta(t, 1, Logistic(a)+Logistic(-a), 1e-15)
	}
}

func TestRound(t *testing.T) {
	for x, want := range map[float64]float64{
		0: 0, 1: 1, 0.5: 0.5, 0.123_456_4: 0.123_456, 0.123_456_6: 0.123_457, -0.123_456_6: -0.123_457,
		0.999_999_4: 0.999_999, 0.999_999_6: 1, 0.000_000_4: 0, MaxWeight: MaxWeight,
	} {
		assert.Equal(t, want, Round(x), x)
	}
	rng := rand.New(rand.NewPCG(3, 3))
	for range 10_000 {
		x := (rng.Float64() - 0.5) * 2 * MaxWeight
		require.InDelta(t, x, Round(x), 0.5e-6+1e-12)
		require.Equal(t, Round(x), Round(Round(x)))
	}
}

// TestDefaults shows that the defaults fit each other.
func TestDefaults(t *testing.T) {
	assert.Less(t, PriorMachine+PriorOther, 1.0)
	assert.Less(t, LikelyAutomated, Automated)
	assert.Less(t, LikelyOwner, Owner)
	assert.Greater(t, LikelyAutomated, 1-LikelyOwner, "no probability has two classes")
	prior := Logit(PriorMachine)
	assert.Less(t, Logistic(prior), LikelyAutomated, "the prior alone decides nothing")
	assert.Greater(t, Logistic(prior), 1-LikelyOwner)
	assert.Greater(t, Logistic(prior+GroupCap), LikelyAutomated, "one group can make a machine likely")
	assert.Greater(t, Logistic(prior+Clip), Automated)
	assert.Less(t, Logistic(prior-Clip), 1-Owner)
}
