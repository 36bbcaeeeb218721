package calibrate

import (
	"cmp"
	"math"
	"slices"
)

// knot is a point of a monotone map of log-odds.
type knot struct{ from, to float64 }

// block is a run of scores that share one fitted value.
type block struct {
	low, high float64 // least and greatest score
	weight    float64 // of the labels
	shipped   float64 // sum of weight times the probability of the shipped rules
	value     float64 // fitted share of machines
}

// fitIsotonic pools adjacent violators. Then it shrinks every block towards the shipped
// rules, as if they were shrink more labels, and pools once more, since small blocks are
// shrunk more.
func fitIsotonic(points []point, shrink float64) []knot {
	sorted := slices.Clone(points)
	slices.SortStableFunc(sorted, func(a, b point) int { return cmp.Compare(a.x, b.x) })
	var blocks []block
	for _, p := range sorted {
		b := block{p.x, p.x, p.weight, p.weight * logistic(p.x), p.share}
		if n := len(blocks); n > 0 && blocks[n-1].high == p.x {
			b = mergeBlocks(blocks[n-1], b)
			blocks = blocks[:n-1]
		}
		blocks = append(blocks, b)
	}
	blocks = poolBlocks(blocks)
	for i := range blocks {
		b := &blocks[i]
		share := shrink / (b.weight + shrink)
		b.value = (1-share)*b.value + share*b.shipped/b.weight
	}
	blocks = poolBlocks(blocks)
	var knots []knot
	for _, b := range blocks {
		to := math.Log(b.value / (1 - b.value))
		knots = append(knots, knot{b.low, to})
		if b.high > b.low {
			knots = append(knots, knot{b.high, to})
		}
	}
	return knots
}

func mergeBlocks(a, b block) block {
	w := a.weight + b.weight
	return block{a.low, b.high, w, a.shipped + b.shipped, (a.value*a.weight + b.value*b.weight) / w}
}

// poolBlocks merges neighbours until the values rise.
func poolBlocks(blocks []block) []block {
	var out []block
	for _, b := range blocks {
		for len(out) > 0 && out[len(out)-1].value >= b.value {
			b = mergeBlocks(out[len(out)-1], b)
			out = out[:len(out)-1]
		}
		out = append(out, b)
	}
	return out
}
