package clickclass

import (
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/odds"
	"github.com/whoclicked/whoclicked/iprange"
)

// Options configures a [Classifier]. The zero value is the shipped rules, the embedded
// address lists, no evidence.
type Options struct {
	Ranges      *iprange.Set    // nil: iprange.Default()
	Source      Source          // nil: no evidence; see Join for several
	Policies    []Policy        // the tenant's Safe Links policies
	Prior       Prior           // before any evidence
	Thresholds  Thresholds      // zero fields: the defaults
	Weights     map[string]Odds // by rule id, in place of the shipped ones; zero Odds silence a rule
	Calibration Calibration     // nil: the sum of the rules is the log-odds
	Window      Window          // how far neighbours are looked for, and in how much memory
	Workers     int             // goroutines of All; 0: GOMAXPROCS, 1: none besides the caller's
}

// Window bounds the comparison of neighbouring clicks.
type Window struct {
	Span  time.Duration // how far apart clicks are still neighbours; 0: 30 days
	Rows  int           // rows held back before the oldest are judged; 0: 40,000
	Bytes int64         // text of the rows held and remembered; 0: 64 MiB
}

// Odds are what a rule says, in natural-log odds against the owner.
type Odds struct{ Machine, Other float64 }

// Prior is how often clicks are made by a machine and by somebody other than the
// account's owner, before any evidence. Both numbers are assumptions.
type Prior struct {
	Machine float64 // 0: 0.10
	Other   float64 // 0: 0.01
}

// Thresholds are the probabilities from which the classes hold.
type Thresholds struct {
	Automated, LikelyAutomated float64 // of a machine; 0: 0.98, 0.80
	NotOwner                   float64 // of a machine or somebody else; 0: 0.90
	LikelyOwner, Owner         float64 // of the owner; 0: 0.92, 0.98
}

// Calibration maps the log-odds of a machine against everybody else to calibrated
// log-odds. It must be monotone and safe for concurrent use. Package calibrate fits one.
type Calibration interface {
	Calibrate(b Basis, logOdds float64) float64
}

// Policy is what matters of a Safe Links policy.
type Policy struct {
	Name                    string
	Email, Teams, Office    bool // where the policy applies
	ScanURLs                bool // links are scanned when they are clicked
	DeliverMessageAfterScan bool
}

const (
	// maxSpan is the longest Window.Span, and the default.
	maxSpan = 30 * 24 * time.Hour

	windowRows  = 40_000   // covers the row cap of most exports
	windowBytes = 64 << 20 // five times the text of so many ordinary rows
)

// complete fills in the defaults, and returns an error that names the wrong option.
func (o *Options) complete() error {
	if o.Ranges == nil {
		o.Ranges = iprange.Default()
	}
	setDefault(&o.Prior.Machine, odds.PriorMachine)
	setDefault(&o.Prior.Other, odds.PriorOther)
	if !isShare(o.Prior.Machine) || !isShare(o.Prior.Other) || o.Prior.Machine+o.Prior.Other >= 1 {
		return fmt.Errorf("clickclass: new: prior %+v: not two shares that leave room for the owner", o.Prior)
	}

	t := &o.Thresholds
	setDefault(&t.Automated, odds.Automated)
	setDefault(&t.LikelyAutomated, odds.LikelyAutomated)
	setDefault(&t.NotOwner, odds.NotOwner)
	setDefault(&t.LikelyOwner, odds.LikelyOwner)
	setDefault(&t.Owner, odds.Owner)
	for _, p := range []float64{t.Automated, t.LikelyAutomated, t.NotOwner, t.LikelyOwner, t.Owner} {
		if !isShare(p) {
			return fmt.Errorf("clickclass: new: threshold %v: not between 0 and 1", p)
		}
	}
	if t.LikelyAutomated > t.Automated || t.LikelyOwner > t.Owner || t.LikelyAutomated < 1-t.LikelyOwner {
		return fmt.Errorf("clickclass: new: thresholds out of order: %+v", *t)
	}

	for id, w := range o.Weights {
		if ruleByID()[id] == nil {
			return fmt.Errorf("clickclass: new: weights: no rule %.64q", id)
		}
		for _, x := range []float64{w.Machine, w.Other} {
			if !(math.Abs(x) <= odds.MaxWeight) {
				return fmt.Errorf("clickclass: new: weight %v of rule %q: not between -%v and %v", x, id, odds.MaxWeight, odds.MaxWeight)
			}
		}
	}

	w := &o.Window
	if w.Span < 0 || w.Span > maxSpan {
		return fmt.Errorf("clickclass: new: window span %v: not between 0 and %v", w.Span, maxSpan)
	}
	if w.Rows < 0 || w.Bytes < 0 || o.Workers < 0 {
		return fmt.Errorf("clickclass: new: negative window rows %d, window bytes %d or workers %d", w.Rows, w.Bytes, o.Workers)
	}
	setDefault(&w.Span, maxSpan)
	setDefault(&w.Rows, windowRows)
	setDefault(&w.Bytes, windowBytes)
	setDefault(&o.Workers, runtime.GOMAXPROCS(0))
	return nil
}

func setDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}

func isShare(p float64) bool { return p > 0 && p < 1 }
