package clickclass

import (
	"math"
	"net/netip"
	"sync"
)

// The arithmetic of a verdict. Numbers without a source are our assumptions.
const (
	defaultPrior = 0.10 // share of automated rows before any evidence; assumption, see package doc

	// groupCap bounds what one group can say.
	groupCap = 6.0
	// shrink is what a second and further group in the same direction counts:
	// signals of different groups are not independent. The strongest group of a
	// direction counts in full, so that the sum is continuous in every weight.
	// Corroboration comes from other tables and is not shrunk.
	shrink = 0.7
	// clip bounds the sum of all groups.
	clip = 8.0
	// agree is how much a signal must say for its group to count as agreeing
	// with another.
	agree = 0.5
)

// weigh applies the rules table to the facts: the signals into v, heaviest
// first, and what each group says into sums.
func (c *Classifier) weigh(f *facts, v *Verdict, sums *[numGroups]float64) {
	var strongest [numGroups]int8 // index into v.signals, plus 1
	n := 0
	for _, i := range applicable()[f.known()] {
		s := &v.signals[n]
		s.Weight = 1
		if !rules[i].signal(f, s) {
			continue
		}
		s.Rule = &rules[i].Rule
		s.Weight *= c.weights[i]
		n++
		g := rules[i].Group
		if j := strongest[g]; s.Weight != 0 && (j == 0 || math.Abs(s.Weight) > math.Abs(v.signals[j-1].Weight)) {
			strongest[g] = int8(n)
		}
	}
	v.signals[n] = Signal{} // what the last rule that did not apply left there
	v.nsignal = uint8(n)
	for g, j := range strongest {
		if j > 0 {
			s := &v.signals[j-1]
			s.Counted = true
			sums[g] = max(-groupCap, min(groupCap, s.Weight))
		}
	}
	sortSignals(v.signals[:v.nsignal])
}

// applicable has, for every set of what may be known, the rules that need no
// more.
var applicable = sync.OnceValue(func() *[needsAll + 1][]uint8 {
	lists := new([needsAll + 1][]uint8)
	for known := range lists {
		for i := range rules {
			if rules[i].needs&^needs(known) == 0 {
				lists[known] = append(lists[known], uint8(i))
			}
		}
	}
	return lists
})

// sortSignals puts the heaviest first; equals keep the order of the table. The
// list is short, and this does not allocate.
func sortSignals(s []Signal) {
	for i := 1; i < len(s); i++ {
		for j := i; j > 0 && math.Abs(s[j].Weight) > math.Abs(s[j-1].Weight); j-- {
			s[j], s[j-1] = s[j-1], s[j]
		}
	}
}

// logOdds adds the groups up: what speaks for automation beside the prior.
func logOdds(sums *[numGroups]float64) float64 {
	var for_, against, topFor, topAgainst float64
	for g, w := range sums {
		if Group(g) == GroupCorroboration {
			continue
		}
		if w > 0 {
			for_ += w
			topFor = max(topFor, w)
		} else {
			against += w
			topAgainst = min(topAgainst, w)
		}
	}
	l := shrink*for_ + (1-shrink)*topFor +
		shrink*against + (1-shrink)*topAgainst +
		sums[GroupCorroboration]
	return max(-clip, min(clip, l))
}

func logit(p float64) float64    { return math.Log(p / (1 - p)) }
func logistic(l float64) float64 { return 1 / (1 + math.Exp(-l)) }

// judge turns the facts into a verdict.
func (c *Classifier) judge(f *facts, v *Verdict) {
	var sums [numGroups]float64
	c.weigh(f, v, &sums)
	v.Regime = f.regime()
	v.Delay, v.DelaySource = f.delay, f.delaySource
	v.Flags = f.flags()
	v.Missing = f.missing()
	v.next = c.nextEvidence(f, v.Missing)
	v.Rules, v.Ranges = RulesVersion, c.version

	counted := 0
	for _, w := range sums {
		if w != 0 {
			counted++
		}
	}
	l := logOdds(&sums) + c.prior
	if c.calibration != nil {
		if fitted := c.calibration.Calibrate(v.Regime, l); !math.IsNaN(fitted) {
			l = fitted
		}
	}
	v.P = logistic(l)

	t := &c.thresholds
	shows := v.shows()
	decisive := shows == ShowsDecisive
	if decisive {
		// One decisive fact outweighs any sum: adding up alone under-reacts.
		v.P = min(v.P, t.LikelyHuman)
	}
	switch {
	case counted == 0:
		v.Class = ClassUnknown
	case v.P >= t.Automated && v.agreeing() >= 2 && !decisive && f.knownForMachines():
		v.Class = ClassAutomated
	case v.P >= t.LikelyAutomated:
		v.Class = ClassLikelyAutomated
	case v.P <= t.Human && shows >= ShowsPerson:
		v.Class = ClassHuman
	case v.P <= t.LikelyHuman:
		v.Class = ClassLikelyHuman
	}
	f.causes(v)
}

// agreeing counts the groups in which a signal shows a machine, and no more
// than that: what fits somebody who reads other people's mail as well does not
// count.
func (v *Verdict) agreeing() int {
	var groups [numGroups]bool
	n := 0
	for i := range v.Signals() {
		s := &v.signals[i]
		if g := s.Rule.Group; s.Weight >= agree && s.Rule.Shows != ShowsStranger && !groups[g] {
			groups[g] = true
			n++
		}
	}
	return n
}

// shows returns the most that the signals show. A signal that an option
// silenced shows nothing.
func (v *Verdict) shows() Shows {
	most := ShowsNothing
	for i := range v.Signals() {
		if s := &v.signals[i]; s.Weight < 0 {
			most = max(most, s.Rule.Shows)
		}
	}
	return most
}

// addr returns the first usable address of a click.
func (k *Click) addr() netip.Addr { return k.IPAddress.Unmap().WithZone("") }
