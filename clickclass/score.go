package clickclass

import (
	"iter"
	"math"
	"math/bits"
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
// first. It returns what each group says.
func (c *Classifier) weigh(f *facts, v *Verdict) (said groupSums) {
	var strongest [numGroups]int8 // index into v.signals, plus 1
	n := 0
	t := asking()
	for ask := t.of(f); ask != 0; ask &= ask - 1 {
		i := bits.TrailingZeros64(uint64(ask))
		s := &v.signals[n]
		s.Weight = 1
		if !t.signals[i](f, s) {
			continue
		}
		rule := &rules[i].Rule
		s.Rule, s.rule = rule, uint8(i)
		s.Weight *= c.weights[i]
		n++
		if j := strongest[rule.Group]; s.Weight != 0 && (j == 0 || math.Abs(s.Weight) > math.Abs(v.signals[j-1].Weight)) {
			strongest[rule.Group] = int8(n)
			said.who |= 1 << rule.Group
		}
	}
	v.signals[n] = Signal{} // what the last rule that did not apply left there
	v.nsignal = uint8(n)
	for g := range said.groups() {
		s := &v.signals[strongest[g]-1]
		s.Counted = true
		said.sums[g] = max(-groupCap, min(groupCap, s.Weight))
	}
	sortSignals(v.signals[:v.nsignal])
	return said
}

// groupSums is what the groups say of a click.
type groupSums struct {
	sums [numGroups]float64
	who  uint8 // the groups that say anything, a bit each
}

// groups yields the groups that say anything.
func (s *groupSums) groups() iter.Seq[Group] {
	return func(yield func(Group) bool) {
		for who := s.who; who != 0; who &= who - 1 {
			if !yield(Group(bits.TrailingZeros8(who))) {
				return
			}
		}
	}
}

// ruleSet is a set of rules, by their places in the table.
type ruleSet uint64

var _ [64 - len(rules)]struct{}

// askTable says which rules have to be asked, since few can apply to any one
// click. It only saves asking: a rule's signal decides.
type askTable struct {
	byNeeds [needsAll + 1]ruleSet // that need no more than what is known
	byStep  [delaySteps]ruleSet   // that the delay does not rule out

	// The table's, close together: the table itself is mostly text.
	signals [len(rules)]func(f *facts, s *Signal) bool
}

func (t *askTable) of(f *facts) ruleSet { return t.byNeeds[f.known()] & t.byStep[f.step] }

// asking makes an askTable of the rules table. A rule that needs the delay and
// nothing else must go by the step that it lies in, but may weigh by other things:
// it is asked here for each step.
var asking = sync.OnceValue(func() *askTable {
	t := new(askTable)
	for i := range rules {
		r, rule := &rules[i], ruleSet(1)<<i
		t.signals[i] = r.signal
		for known := range t.byNeeds {
			if r.needs&^needs(known) == 0 {
				t.byNeeds[known] |= rule
			}
		}
		for step := range t.byStep {
			f := facts{k: new(Click), n: new(Neighbours), o: new(Origin), step: step, delaySource: DelayMessageID}
			if r.needs != needsDelay || r.signal(&f, new(Signal)) {
				t.byStep[step] |= rule
			}
		}
	}
	return t
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
func (s *groupSums) logOdds() float64 {
	var for_, against, topFor, topAgainst float64
	for g := range s.groups() {
		w := s.sums[g]
		switch {
		case g == GroupCorroboration:
		case w > 0:
			for_ += w
			topFor = max(topFor, w)
		default:
			against += w
			topAgainst = min(topAgainst, w)
		}
	}
	l := shrink*for_ + (1-shrink)*topFor +
		shrink*against + (1-shrink)*topAgainst +
		s.sums[GroupCorroboration]
	return max(-clip, min(clip, l))
}

func logit(p float64) float64    { return math.Log(p / (1 - p)) }
func logistic(l float64) float64 { return 1 / (1 + math.Exp(-l)) }

// logistics remembers values of logistic: sums of few weights come again and
// again, and the exponential is the dearest step of a verdict. The zero
// logistics is ready.
type logistics [64]struct{ l, p float64 }

func (m *logistics) logistic(l float64) float64 {
	slot := &m[math.Float64bits(l)*0x9e3779b97f4a7c15>>58]
	if slot.l != l || slot.p == 0 {
		slot.l, slot.p = l, logistic(l)
	}
	return slot.p
}

// judge turns the facts into a verdict.
func (c *Classifier) judge(f *facts, v *Verdict, odds *logistics) {
	said := c.weigh(f, v)
	v.Regime = f.regime()
	v.Delay, v.DelaySource = f.delay, f.delaySource
	v.Flags = f.flags()
	v.Missing = f.missing()
	v.next = c.nextEvidence(f, v.Missing)
	v.Rules, v.Ranges = RulesVersion, c.version

	l := said.logOdds() + c.prior
	if c.calibration != nil {
		if fitted := c.calibration.Calibrate(v.Regime, l); !math.IsNaN(fitted) {
			l = fitted
		}
	}
	v.P = odds.logistic(l)

	t := &c.thresholds
	shows := v.shows()
	decisive := shows == ShowsDecisive
	if decisive {
		// One decisive fact outweighs any sum: adding up alone under-reacts.
		v.P = min(v.P, t.LikelyHuman)
	}
	switch {
	case said.who == 0:
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
