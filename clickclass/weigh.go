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

	// What each group says: by the weights; by the ends that speak least for a machine; by
	// those that speak most.
	value, low, high groupOdds
}

// groupOdds is what the groups say against the owner.
type groupOdds struct{ machine, other [numGroups]float64 }

// applied is a rule that applies to the click.
type applied struct {
	rule           *rule
	machine, other float64
	counted        bool
	saw            Saw
}

// size is how much the rule says, whichever way.
func (a *applied) size() float64 { return max(math.Abs(a.machine), math.Abs(a.other)) }

// ruleWeights are the weights of a rule that are in force.
type ruleWeights struct{ machine, other Weight }

// weigh applies the rules table to w.facts.
func (w *weighing) weigh(weights *[len(rules)]ruleWeights) {
	w.applied = w.applied[:0]
	w.spoke = [numGroups]bool{}
	w.value, w.low, w.high = groupOdds{}, groupOdds{}, groupOdds{}
	var strongest [numGroups]int
	known := w.facts.known()
	for i := range rules {
		r := &rules[i]
		if r.needs&^known != 0 {
			continue
		}
		s := &w.sign
		s.machine, s.other = 1, 1
		if !r.signal(&w.facts, s) {
			continue
		}
		by := &weights[i]
		w.applied = append(w.applied, applied{
			rule: r, machine: s.machine * by.machine.Value, other: s.other * by.other.Value, saw: s.saw,
		})
		s.saw = Saw{}
		n := len(w.applied) - 1
		size, g := w.applied[n].size(), r.group
		if size == 0 || w.spoke[g] && size <= w.applied[strongest[g]].size() {
			continue
		}
		w.spoke[g], strongest[g] = true, n
		w.value.set(g, s.machine*by.machine.Value, s.other*by.other.Value)
		w.low.set(g, s.machine*by.machine.Min, s.other*by.other.Max)
		w.high.set(g, s.machine*by.machine.Max, s.other*by.other.Min)
	}
	for g, spoke := range w.spoke {
		if spoke {
			w.applied[strongest[g]].counted = true
		}
	}
	slices.SortStableFunc(w.applied, func(a, b applied) int { return cmp.Compare(b.size(), a.size()) })
}

func (o *groupOdds) set(g group, machine, other float64) {
	o.machine[g], o.other[g] = odds.Cap(machine), odds.Cap(other)
}

// countsInFull holds which groups count in full beside others: sign-ins and devices come from
// other tables.
var countsInFull = [numGroups]bool{groupSignIn: true, groupDevice: true}

// shares returns the probabilities of a machine and of somebody else that groups add up to.
func (c *Classifier) shares(o *groupOdds, b Basis) (machine, other float64) {
	machine, other = odds.Shares(
		odds.Sum(o.machine[:], countsInFull[:])+c.prior.machine,
		odds.Sum(o.other[:], countsInFull[:])+c.prior.other)
	if c.options.Calibration == nil {
		return machine, other
	}
	fitted := odds.Logistic(c.options.Calibration.Calibrate(b, odds.Logit(machine)))
	if math.IsNaN(fitted) {
		return machine, other
	}
	return fitted, other * (1 - fitted) / (1 - machine)
}

// reasons returns the applied rules as the caller's own slice.
func (w *weighing) reasons() []Reason {
	if len(w.applied) == 0 {
		return nil
	}
	out := make([]Reason, len(w.applied))
	for i := range w.applied {
		a := &w.applied[i]
		out[i] = Reason{
			Rule: a.rule.id, Machine: odds.Round(a.machine), Other: odds.Round(a.other), Counted: a.counted, Saw: a.saw,
		}
	}
	return out
}

// spoken reports whether any reason counted.
func (w *weighing) spoken() bool { return slices.Contains(w.spoke[:], true) }

// countAgreeing returns the number of groups in which a reason speaks for a machine, and more
// than it does for somebody else. Groups are independent sources: rules that read the same clock or list
// are in one.
func (w *weighing) countAgreeing() int {
	var agrees [numGroups]bool
	n := 0
	for i := range w.applied {
		a := &w.applied[i]
		if g := a.rule.group; a.machine-max(a.other, 0) >= odds.Agree && !agrees[g] {
			agrees[g] = true
			n++
		}
	}
	return n
}

// shows returns the most that the reasons show of a person. A reason that an option
// silenced shows nothing.
func (w *weighing) shows() shows {
	most := showsNothing
	for i := range w.applied {
		if a := &w.applied[i]; a.machine < 0 {
			most = max(most, a.rule.shows)
		}
	}
	return most
}
