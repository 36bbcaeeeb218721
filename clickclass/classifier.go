package clickclass

import (
	"context"
	"iter"

	"github.com/whoclicked/whoclicked/iprange"
)

// RulesVersion changes with every rule, weight and threshold.
const RulesVersion = "2"

func Score(c Click) Verdict { panic("not yet") }

// Classifier judges clicks. It is immutable and safe for concurrent use.
type Classifier struct{ options Options }

func New(o Options) (*Classifier, error)                                     { panic("not yet") }
func (c *Classifier) With(ranges *iprange.Set) *Classifier                   { panic("not yet") }
func (c *Classifier) Classify(ctx context.Context, k Click) (Verdict, error) { panic("not yet") }
func (c *Classifier) All(ctx context.Context, clicks iter.Seq2[Click, error]) iter.Seq2[Result, error] {
	panic("not yet")
}
func (c *Classifier) NewStream() *Stream                         { panic("not yet") }
func (c *Classifier) ResumeStream(state []byte) (*Stream, error) { panic("not yet") }

type Stream struct{ _ int }

func (s *Stream) Add(ctx context.Context, clicks ...Click) ([]Result, error) { panic("not yet") }
func (s *Stream) Flush(ctx context.Context) ([]Result, error)                { panic("not yet") }
func (s *Stream) Recheck(ctx context.Context, match func(*Click) bool) ([]Result, error) {
	panic("not yet")
}
func (s *Stream) Use(c *Classifier)                     { panic("not yet") }
func (s *Stream) AppendBinary(b []byte) ([]byte, error) { panic("not yet") }
func (s *Stream) Len() (held, remembered int)           { panic("not yet") }

func Join(sources ...Source) Source             { panic("not yet") }
func (r *Result) AppendJSON(b []byte) []byte    { panic("not yet") }
func (r Result) MarshalJSON() ([]byte, error)   { panic("not yet") }
func (r *Result) UnmarshalJSON(b []byte) error  { panic("not yet") }
func (v Verdict) MarshalJSON() ([]byte, error)  { panic("not yet") }
func (v *Verdict) UnmarshalJSON(b []byte) error { panic("not yet") }
func (r Reason) Text() string                   { panic("not yet") }

type Rule struct {
	ID         string
	Group      string // of the rules of a group, only the strongest counts
	Machine    Weight // natural-log odds of a machine against the owner
	Other      Weight // of somebody else against the owner
	Confidence string // "none", "low", "medium", "high"
	Text       string
	Source     string // what the weights rest on; says "assumption" where they are ours
	Shows      string // "", "person", "owner" or "decisive"
}
type Weight struct{ Value, Min, Max float64 }

func Rules() []Rule                    { panic("not yet") }
func Words() iter.Seq2[string, string] { panic("not yet") }
func (e Evidence) KQL(k *Click) string { panic("not yet") }
