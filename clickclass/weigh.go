package clickclass

import (
	"cmp"
	"math"
	"slices"

	"github.com/whoclicked/whoclicked/clickclass/internal/odds"
)

// weighing is one judgement in the making. Nothing of it is handed out.
type weighing struct {
	entry   entry // of a click that is judged by itself
	facts   facts
	sign    sign
	applied []applied // heaviest first
	spoke   [numGroups]bool
	value   [numGroups]float64 // what each group says
	low     [numGroups]float64 // with the weights at the ends that speak least for a machine
	high    [numGroups]float64
}

// applied is a rule that applies to the click.
type applied struct {
	rule    *rule
	weight  float64 // machine against owner
	counted bool
	saw     Saw
}

// weigh applies the rules table to w.facts.
func (w *weighing) weigh(weights *[len(rules)]Weight) {
	w.applied = w.applied[:0]
	w.spoke = [numGroups]bool{}
	var strongest [numGroups]int
	known := w.facts.known()
	for i := range rules {
		r := &rules[i]
		if r.needs&^known != 0 {
			continue
		}
		s := &w.sign
		s.scale = 1
		if !r.signal(&w.facts, s) {
			continue
		}
		weight := s.scale * weights[i].Value
		w.applied = append(w.applied, applied{rule: r, weight: weight, saw: s.saw})
		s.saw = Saw{}
		if g := r.group; weight != 0 && (!w.spoke[g] || math.Abs(weight) > math.Abs(w.applied[strongest[g]].weight)) {
			w.spoke[g], strongest[g] = true, len(w.applied)-1
			w.value[g] = odds.Cap(weight)
			w.low[g] = odds.Cap(s.scale * weights[i].Min)
			w.high[g] = odds.Cap(s.scale * weights[i].Max)
		}
	}
	for g, spoke := range w.spoke {
		if spoke {
			w.applied[strongest[g]].counted = true
		} else {
			w.value[g], w.low[g], w.high[g] = 0, 0, 0
		}
	}
	slices.SortStableFunc(w.applied, func(a, b applied) int { return cmp.Compare(math.Abs(b.weight), math.Abs(a.weight)) })
}

// countsInFull reports whether a group counts in full beside others: corroboration comes
// from other tables.
func countsInFull(g int) bool { return group(g) == groupCorroboration }

// machineOdds returns the log-odds of a machine against everybody else that groups add up
// to, calibrated.
func (c *Classifier) machineOdds(groups []float64, b Basis) float64 {
	l := odds.Sum(groups, countsInFull) + c.prior
	if c.options.Calibration != nil {
		if fitted := c.options.Calibration.Calibrate(b, l); !math.IsNaN(fitted) {
			return fitted
		}
	}
	return l
}

// reasons returns the applied rules as the caller's own slice.
func (w *weighing) reasons() []Reason {
	if len(w.applied) == 0 {
		return nil
	}
	out := make([]Reason, len(w.applied))
	for i := range w.applied {
		a := &w.applied[i]
		out[i] = Reason{Rule: a.rule.id, Machine: odds.Round(a.weight), Counted: a.counted, Saw: a.saw}
	}
	return out
}

// spoken reports whether any reason counted.
func (w *weighing) spoken() bool { return slices.Contains(w.spoke[:], true) }

// countAgreeing returns the number of groups in which a reason shows a machine, and no more
// than that: what fits somebody who reads other people's mail as well does not count.
func (w *weighing) countAgreeing() int {
	var agrees [numGroups]bool
	n := 0
	for i := range w.applied {
		a := &w.applied[i]
		if g := a.rule.group; a.weight >= odds.Agree && a.rule.shows != showsStranger && !agrees[g] {
			agrees[g] = true
			n++
		}
	}
	return n
}

// shows returns the most that the reasons show. A reason that an option silenced shows
// nothing.
func (w *weighing) shows() shows {
	most := showsNothing
	for i := range w.applied {
		if a := &w.applied[i]; a.weight < 0 {
			most = max(most, a.rule.shows)
		}
	}
	return most
}
