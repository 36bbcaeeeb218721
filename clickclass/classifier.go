package clickclass

import (
	"iter"
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

// Options configures a Classifier. The zero Options is the shipped table with
// the embedded address lists and no evidence.
type Options struct {
	Ranges      *iprange.Set       // nil: iprange.Default()
	Evidence    Evidence           // what is missing is zero, never a vote
	Prior       float64            // P(automated) before any evidence; 0: 0.10
	Weights     map[string]float64 // by rule id, in place of the table's
	Thresholds  Thresholds
	Window      time.Duration // how far apart clicks still count as neighbours; 0: 1 h
	Calibration Calibration   // nil: the score is the probability
}

// Thresholds are the bounds of the classes; a zero field means the default.
type Thresholds struct {
	Automated       float64 // 0: 0.98
	LikelyAutomated float64 // 0: 0.80
	LikelyHuman     float64 // 0: 0.08
	Human           float64 // 0: 0.02
}

// Calibration maps the log-odds of automation that the table gives to
// calibrated log-odds. It must be monotone and safe for concurrent use.
type Calibration interface {
	Calibrate(r Regime, logOdds float64) float64
}

// Classifier judges clicks. It is safe for concurrent use.
type Classifier struct{}

// New returns a Classifier, or an error that names the option that is wrong.
func New(o Options) (*Classifier, error) { return &Classifier{}, nil }

// Score judges one row alone, with the defaults.
func Score(c Click) Verdict { return Verdict{} }

// Classify judges one row with whatever evidence was given.
func (c *Classifier) Classify(k Click) Verdict { return Verdict{} }

// ClassifyNear is Classify with what the other rows of the window say.
func (c *Classifier) ClassifyNear(k *Click, n *Neighbours) Verdict { return Verdict{} }

// ClassifyAll judges a sequence of rows, each with its neighbours.
func (c *Classifier) ClassifyAll(rows iter.Seq2[Click, error]) iter.Seq2[Result, error] { return nil }

// Network is an autonomous system.
type Network struct {
	Number       uint32
	Organization string
	Kind         NetworkKind
}

// NetworkKind says what a network is used for. The zero NetworkKind is
// NetworkUnknown.
type NetworkKind uint8

const (
	NetworkUnknown      NetworkKind = iota
	NetworkAccess                   // access, mobile or company network
	NetworkDataCentre               // hosting
	NetworkMailSecurity             // a vendor of mail security
	NetworkProxy                    // security service edge or VPN: people and scanners
)

// Evidence is what a classifier may look up beside the row; every field may be
// nil.
type Evidence struct {
	Networks Networks
	Policies []Policy
}

// Networks looks up the autonomous system of an address.
type Networks interface {
	Network(addr netip.Addr) (Network, bool)
}

// Store holds evidence rows in memory. Add everything, then call Evidence.
type Store struct{}

// NewStore returns an empty Store.
func NewStore() *Store { return &Store{} }

func (s *Store) AddEmail(Email)                 {}
func (s *Store) AddEmailURL(EmailURL)           {}
func (s *Store) AddPostDelivery(PostDelivery)   {}
func (s *Store) AddSignIn(SignIn)               {}
func (s *Store) AddBrowserLaunch(BrowserLaunch) {}
func (s *Store) AddConnection(Connection)       {}
func (s *Store) AddPolicy(Policy)               {}
func (s *Store) AddAudit(Click)                 {} // the same clicks in the audit feed

// Evidence returns look-ups over the rows added so far.
func (s *Store) Evidence() Evidence { return Evidence{} }
