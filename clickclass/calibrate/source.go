package calibrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Source is where labels come from, and a set of such sources. The zero Source
// is none.
//
// A label must not be learned from the evidence that it was made from: a click
// labelled human because a browser was launched would prove that browser
// launches are human. So each source rules some rules out, and [Samples]
// leaves them out of the score of the rows that the source labels.
type Source uint8

const (
	// Analyst is a person's verdict after looking at the case. It rules nothing
	// out, though analysts look at addresses and delays as well.
	Analyst Source = 1 << iota
	// Canary is a mailbox that nobody reads, with wrapped links of its own sent
	// to it: every click there is automated.
	Canary
	// ClickThrough is Continue anyway on the warning page: human.
	ClickThrough
	// Endpoint is a browser launch or connection on the account's own device,
	// or its absence.
	Endpoint
	// SignIn is a sign-in of the account from the clicking address, or its
	// absence.
	SignIn
	// Scripted is a click made on purpose, from a known address at a known
	// time: home, hosted desktop, Global Secure Access, phone, own tool.
	Scripted
)

// sources says what each source is called and what it rules out.
var sources = [...]struct {
	source   Source
	name     string
	rules    []string
	evidence clickclass.Missing // look-ups that hold nothing but what is ruled out
}{
	{Analyst, "analyst", nil, 0},
	{Canary, "canary", nil, 0},
	{ClickThrough, "click_through", []string{"a.through", "a.scanwait"}, 0},
	{Endpoint, "endpoint", []string{"c.browser", "c.net", "c.silent"}, clickclass.MissingEndpoint},
	{SignIn, "sign_in", []string{"ip.own_signin", "ip.own_signin30", "ip.fresh_signin", "ip.tenant_signin", "ip.shared_nosignin",
		"ip.no_signin", "g.far", "h.off"}, clickclass.MissingSignIn},
	{Scripted, "scripted", nil, 0},
}

// ParseSource returns the source of that name: "analyst", "canary",
// "click_through", "endpoint", "sign_in" or "scripted".
func ParseSource(name string) (Source, error) {
	for _, s := range sources {
		if s.name == name {
			return s.source, nil
		}
	}
	return 0, fmt.Errorf("calibrate: source %s unknown", quote(name))
}

// String returns the names of the sources, joined by "+".
func (s Source) String() string {
	var names []string
	for _, each := range sources {
		if s&each.source != 0 {
			names = append(names, each.name)
		}
	}
	return strings.Join(names, "+")
}

// RuledOut returns the ids of the rules that the sources rule out, in a fixed
// order.
func (s Source) RuledOut() []string {
	var ids []string
	for _, each := range sources {
		if s&each.source != 0 {
			ids = append(ids, each.rules...)
		}
	}
	return ids
}

// evidence returns the look-ups that the sources rule out.
func (s Source) evidence() clickclass.Missing {
	var m clickclass.Missing
	for _, each := range sources {
		if s&each.source != 0 {
			m |= each.evidence
		}
	}
	return m
}

// options returns o without what the sources rule out, and without a
// calibration.
func (s Source) options(o clickclass.Options) clickclass.Options {
	o.Calibration = nil
	known := clickclass.Rules()
	weights := make(map[string]float64, len(o.Weights))
	for id, w := range o.Weights {
		weights[id] = w
	}
	for _, id := range s.RuledOut() {
		if slices.ContainsFunc(known, func(r clickclass.Rule) bool { return r.ID == id }) {
			weights[id] = 0
		}
	}
	o.Weights = weights
	out := s.evidence()
	if out&clickclass.MissingSignIn != 0 {
		o.Evidence.SignIns = nil
	}
	if out&clickclass.MissingEndpoint != 0 {
		o.Evidence.Endpoints = nil
	}
	if s&ClickThrough != 0 {
		o.Evidence.Audit = nil
	}
	return o
}
