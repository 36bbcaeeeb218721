package clickclass

import (
	"fmt"
	"math"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// Options configures a Classifier. The zero Options is the shipped table with
// the embedded address lists and no evidence.
type Options struct {
	Ranges      *iprange.Set       // nil: iprange.Default()
	Evidence    Evidence           // what is missing counts for nothing
	Prior       float64            // P(automated) before any evidence; 0: 0.10
	Weights     map[string]float64 // by rule id, in place of the table's; 0 silences a rule
	Thresholds  Thresholds
	Window      time.Duration // how far apart clicks still count as neighbours; 0: MaxWindow
	Calibration Calibration   // nil: the score is the probability
}

// Thresholds are the bounds of the classes on P(automated). A zero field means
// the default.
type Thresholds struct {
	Automated       float64 // 0: 0.98
	LikelyAutomated float64 // 0: 0.80
	LikelyHuman     float64 // 0: 0.08
	Human           float64 // 0: 0.02
}

var defaultThresholds = Thresholds{Automated: 0.98, LikelyAutomated: 0.80, LikelyHuman: 0.08, Human: 0.02}

// Calibration maps the log-odds of automation that the table gives to
// calibrated log-odds. It must be monotone and safe for concurrent use.
type Calibration interface {
	Calibrate(r Regime, logOdds float64) float64
}

// Classifier judges clicks. It is safe for concurrent use.
type Classifier struct {
	ranges        *iprange.Set
	version       string
	evidence      Evidence
	evidenceWorth evidenceWorth
	prior         float64 // log-odds
	weights       [len(rules)]float64
	thresholds    Thresholds
	window        time.Duration
	calibration   Calibration
}

// MaxWeight is the largest weight, of either sign, that Options takes; a
// probability of e^-100 is none.
const MaxWeight = 100.0

// MaxWindow is the longest window, and the one that counts unless Options names
// another.
const MaxWindow = 30 * 24 * time.Hour

// New returns a Classifier, or an error that names the option that is wrong: a
// prior or threshold outside (0, 1), thresholds out of order, a weight beyond
// MaxWeight or of a rule that does not exist, a window that is negative or
// longer than MaxWindow.
func New(o Options) (*Classifier, error) {
	c := &Classifier{
		ranges:      o.Ranges,
		evidence:    o.Evidence,
		thresholds:  o.Thresholds,
		window:      o.Window,
		calibration: o.Calibration,
	}
	if c.ranges == nil {
		c.ranges = iprange.Default()
	}
	c.version = c.ranges.Version()
	c.evidence.Policies = slices.Clone(o.Evidence.Policies)

	prior := orDefault(o.Prior, defaultPrior)
	if !inside(prior) {
		return nil, fmt.Errorf("clickclass: new: prior %v is not between 0 and 1", o.Prior)
	}
	c.prior = logit(prior)

	t := &c.thresholds
	t.Automated = orDefault(t.Automated, defaultThresholds.Automated)
	t.LikelyAutomated = orDefault(t.LikelyAutomated, defaultThresholds.LikelyAutomated)
	t.LikelyHuman = orDefault(t.LikelyHuman, defaultThresholds.LikelyHuman)
	t.Human = orDefault(t.Human, defaultThresholds.Human)
	ordered := []float64{t.Human, t.LikelyHuman, t.LikelyAutomated, t.Automated}
	for _, p := range ordered {
		if !inside(p) {
			return nil, fmt.Errorf("clickclass: new: threshold %v is not between 0 and 1", p)
		}
	}
	if !slices.IsSorted(ordered) {
		return nil, fmt.Errorf("clickclass: new: thresholds out of order: %v", ordered)
	}

	if c.window < 0 || c.window > MaxWindow {
		return nil, fmt.Errorf("clickclass: new: window %v is not between 0 and %v", c.window, MaxWindow)
	}

	for i := range rules {
		c.weights[i] = rules[i].Weight
	}
	for id, w := range o.Weights {
		i, ok := ruleIndex(id)
		if !ok {
			return nil, fmt.Errorf("clickclass: new: no rule %.128q", id)
		}
		if !(math.Abs(w) <= MaxWeight) {
			return nil, fmt.Errorf("clickclass: new: weight %v of rule %q is not between -%v and %v", w, id, MaxWeight, MaxWeight)
		}
		c.weights[i] = w
	}
	c.evidenceWorth = c.worth()
	return c, nil
}

func orDefault(v, def float64) float64 {
	if v == 0 {
		return def
	}
	return v
}

func inside(p float64) bool { return p > 0 && p < 1 }

// shipped is the Classifier of Score, made on first use.
var shipped = sync.OnceValue(func() *Classifier {
	c, err := New(Options{})
	if err != nil {
		panic(err) // the zero Options is right; a test holds it to that
	}
	return c
})

// Score judges one row alone, with the defaults. It is safe for concurrent use
// and does not allocate, unless the row's URL is a wrapper.
func Score(c Click) Verdict { return shipped().Classify(c) }

// Classify judges one row with whatever evidence was given, and without other
// rows. It does not allocate, unless the row's URL is a wrapper or a look-up
// of the evidence allocates.
func (c *Classifier) Classify(k Click) (v Verdict) {
	w := workspaces.Get().(*workspace)
	w.click = k
	w.near = Near{Click: &w.click, readings: readingsOf(&w.click)}
	w.neighbours = Neighbours{}
	c.classify(w, &w.near, &w.verdict)
	v = w.verdict
	// The pool keeps no text of a row alive.
	w.click, w.near = Click{}, Near{}
	w.verdict.reset()
	workspaces.Put(w)
	return v
}

// ClassifyNear judges a click with what the other rows of the window say, and
// puts the verdict into v, whatever v held before. It does not allocate, but as
// Classify does. Meanwhile nobody else may use n or v.
func (c *Classifier) ClassifyNear(n *Near, v *Verdict) {
	w := workspaces.Get().(*workspace)
	bare := n.Click == nil
	n.Unpack(&w.click)
	if !n.taken {
		n.readings = readingsOf(n.Click)
	}
	if w.neighbours = (Neighbours{}); n.given != nil {
		w.neighbours = *n.given
	} else {
		n.beside.unpack(&w.neighbours)
	}
	v.reset()
	c.classify(w, n, v)
	if bare {
		n.Click, w.click = nil, Click{}
	}
	workspaces.Put(w)
}

// classify puts the verdict into v, which is the zero Verdict. The click's
// neighbours are in w.
func (c *Classifier) classify(w *workspace, n *Near, v *Verdict) {
	v.bare = n.bare
	c.gather(&w.facts, n, &w.neighbours, &v.Origin)
	c.judge(&w.facts, v, &w.odds)
	w.facts = facts{}
}

// workspace is what one classification works on. The rules are called through
// their table, and evidence through interfaces, so all of it would escape to
// the heap anew for each row.
type workspace struct {
	click      Click
	near       Near
	neighbours Neighbours
	facts      facts
	verdict    Verdict
	odds       logistics // kept
}

var workspaces = sync.Pool{New: func() any { return new(workspace) }}

// lookup asks the lists in force at the time of the click.
func (c *Classifier) lookup(k *Click, at time.Time) iprange.Matches {
	addr := k.addr()
	switch {
	case !addr.IsValid():
		return iprange.Matches{}
	case at.IsZero():
		return c.ranges.Lookup(addr)
	}
	return c.ranges.LookupAt(addr, at)
}

// Service says whether an address belongs, by today's lists, to a service with
// no person's traffic behind it.
func (c *Classifier) Service(addr netip.Addr) bool {
	var o Origin
	o.set(c.ranges.Lookup(addr))
	return o.dedicated()
}
