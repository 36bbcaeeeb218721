// Package odds holds the arithmetic of a verdict: how what groups of rules say, in
// natural-log odds, adds up to probabilities. Numbers without a source are assumptions.
package odds

import "math"

const (
	// GroupCap bounds what one group can say.
	GroupCap = 6.0
	// Shrink is what a second and further group in the same direction counts, because
	// groups are not independent. The strongest group of a direction counts in full, so
	// the sum is continuous in every weight.
	Shrink = 0.7
	// Clip bounds the sum of all groups.
	Clip = 8.0
	// Agree is how much a reason must say for its group to agree with another.
	Agree = 0.5
	// MaxWeight is the largest weight, of either sign, that an option may set.
	MaxWeight = 100.0
)

// The defaults of options.
const (
	PriorMachine = 0.10
	PriorOther   = 0.01

	Automated       = 0.98
	LikelyAutomated = 0.80
	NotOwner        = 0.90
	LikelyOwner     = 0.92
	Owner           = 0.98
)

// Cap bounds what one group says to GroupCap.
func Cap(w float64) float64 { return max(-GroupCap, min(GroupCap, w)) }

// Sum adds up what groups say. The groups of which full is true count in full: they come
// from other tables and are independent of the rest. Of the others, the strongest of each
// direction counts in full and every further one at Shrink.
func Sum(groups []float64, full []bool) float64 {
	var up, down, topUp, topDown, rest float64
	for i, w := range groups {
		switch {
		case full[i]:
			rest += w
		case w > 0:
			up += w
			topUp = max(topUp, w)
		default:
			down += w
			topDown = min(topDown, w)
		}
	}
	sum := Shrink*up + (1-Shrink)*topUp + Shrink*down + (1-Shrink)*topDown + rest
	return max(-Clip, min(Clip, sum))
}

// Logit returns the log-odds of a probability.
func Logit(p float64) float64 { return math.Log(p / (1 - p)) }

// Logistic returns the probability of log-odds.
func Logistic(l float64) float64 { return 1 / (1 + math.Exp(-l)) }

// Shares returns the probabilities of a machine and of somebody else, from the log-odds of
// each against the owner. The owner has the rest.
func Shares(machine, other float64) (m, o float64) {
	em, eo := math.Exp(machine), math.Exp(other)
	return em / (1 + em + eo), eo / (1 + em + eo)
}

// Round rounds a probability or weight to a millionth, the precision of verdicts.
func Round(x float64) float64 { return math.Round(x*1e6) / 1e6 }
