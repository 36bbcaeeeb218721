package kql

import "github.com/whoclicked/whoclicked/iprange"

// inlineRanges is a line of the ranges that a query holds itself.
type inlineRanges struct {
	Kind, People, Layer string
	Prefixes            string // quoted, separated by commas
}

// Inline returns the ranges that the form holds itself, those to be asked first in front.
func (r *rendering) Inline() []inlineRanges {
	return []inlineRanges{{"teams", iprange.PeopleNone.String(), "", `"52.112.0.0/14"`}}
}

func (r *rendering) LeftOut() string { return "" }

func (r *rendering) Unsaid() []string { return nil }
