package clickclass

import (
	"fmt"
	"math"
	"time"

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

var (
	_ = fmt.Errorf
	_ = math.Abs
)
