package agree

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Difference is one thing in which the two verdicts on a click differ.
type Difference struct {
	Subject string // "row", "class", "rule", "flag", "missing" or "field"
	Name    string // the rule, flag, kind of evidence or field; of a class, both: "owner → unknown"
	How     string // "Go only", "KQL only" or "other value"
	Go, KQL string // what each says
}

// The words of Difference.How.
const (
	GoOnly     = "Go only"
	KQLOnly    = "KQL only"
	OtherValue = "other value"
)

// How far numbers may be apart: the library rounds to a millionth, and a query adds in
// another order.
const (
	weightTolerance      = 1e-4
	probabilityTolerance = 2e-4
	delayTolerance       = 1e-3 // seconds
)

// differences returns all differences of two verdicts on one click.
func differences(g, q *Answer) []Difference {
	var list []Difference
	if g.Class != q.Class {
		list = append(list, Difference{"class", g.Class + " → " + q.Class, OtherValue, g.summary(), q.summary()})
	}
	list = append(list, reasonDifferences(g.Reasons, q.Reasons)...)
	list = append(list, setDifferences("flag", g.Flags, q.Flags)...)
	list = append(list, setDifferences("missing", g.Missing, q.Missing)...)
	field := func(name, g, q string, equal bool) {
		if !equal {
			list = append(list, Difference{"field", name, OtherValue, g, q})
		}
	}
	text := func(name, g, q string) { field(name, g, q, g == q) }
	probability := func(name string, g, q float64) {
		field(name, fmt.Sprintf("%.6f", g), fmt.Sprintf("%.6f", q), near(g, q, probabilityTolerance))
	}
	probability("p_automated", g.PAutomated, q.PAutomated)
	probability("p_owner", g.POwner, q.POwner)
	probability("p_other", g.POther, q.POther)
	probability("p_low", g.PLow, q.PLow)
	probability("p_high", g.PHigh, q.PHigh)
	text("causes", strings.Join(g.Causes, ", "), strings.Join(q.Causes, ", "))
	field("delay_seconds", seconds(g.DelaySeconds), seconds(q.DelaySeconds), sameDelay(g.DelaySeconds, q.DelaySeconds))
	text("delay_source", g.DelaySource, q.DelaySource)
	text("basis", g.Basis, q.Basis)
	text("next", g.Next, q.Next)
	text("priority", fmt.Sprint(g.Priority), fmt.Sprint(q.Priority))
	return list
}

// reasonDifferences compares reasons by their rules. A rule comes once in a verdict: of
// another one with the same rule, the first counts.
func reasonDifferences(g, q []Reason) []Difference {
	var list []Difference
	find := func(in []Reason, rule string) int {
		return slices.IndexFunc(in, func(r Reason) bool { return r.Rule == rule })
	}
	for _, a := range g {
		i := find(q, a.Rule)
		switch {
		case i < 0:
			list = append(list, Difference{"rule", a.Rule, GoOnly, a.String(), ""})
		case !a.equal(q[i]):
			list = append(list, Difference{"rule", a.Rule, OtherValue, a.String(), q[i].String()})
		}
	}
	for i, b := range q {
		if find(g, b.Rule) < 0 || find(q, b.Rule) < i {
			list = append(list, Difference{"rule", b.Rule, KQLOnly, "", b.String()})
		}
	}
	return list
}

// setDifferences compares words whose order does not matter.
func setDifferences(subject string, g, q []string) []Difference {
	var list []Difference
	for _, w := range g {
		if !slices.Contains(q, w) {
			list = append(list, Difference{subject, w, GoOnly, w, ""})
		}
	}
	for _, w := range q {
		if !slices.Contains(g, w) {
			list = append(list, Difference{subject, w, KQLOnly, "", w})
		}
	}
	return list
}

func (r Reason) equal(o Reason) bool {
	return r.Group == o.Group && r.Counted == o.Counted && near(r.Machine, o.Machine, weightTolerance) && near(r.Other, o.Other, weightTolerance)
}

// String returns the weights, as in "signin -3.2/-3.2, not counted".
func (r Reason) String() string {
	text := fmt.Sprintf("%s %+.4g/%+.4g", r.Group, r.Machine, r.Other)
	if !r.Counted {
		text += ", not counted"
	}
	return text
}

// summary returns the probabilities and the rules that counted.
func (a *Answer) summary() string {
	text := fmt.Sprintf("machine %.4f owner %.4f other %.4f:", a.PAutomated, a.POwner, a.POther)
	for _, r := range a.Reasons {
		if r.Counted {
			text += " " + r.Rule
		}
	}
	return text
}

func near(x, y, tolerance float64) bool { return math.Abs(x-y) <= tolerance }

func sameDelay(g, q *float64) bool {
	if g == nil || q == nil {
		return g == q
	}
	return near(*g, *q, delayTolerance)
}

func seconds(s *float64) string {
	if s == nil {
		return "none"
	}
	return fmt.Sprintf("%.7f", *s)
}
