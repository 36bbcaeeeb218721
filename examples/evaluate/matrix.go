package main

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
)

// side is who made a click, as the headline tells them apart.
type side string

const (
	sideOwner    side = "owner"
	sideIntruder side = "intruder"
	sideOther    side = "somebody else" // who was sent the link, or is not known to be an intruder
	sideMachine  side = "machine"
)

var sides = [...]side{sideOwner, sideIntruder, sideOther, sideMachine}

func (o *outcome) side() side {
	switch k := o.truth.Kind; {
	case k.Automated():
		return sideMachine
	case k.Intruder():
		return sideIntruder
	case k.Who() == "owner":
		return sideOwner
	}
	return sideOther
}

// unit names what is independent in a tenant: an owner's account, an intruder with all
// his mailboxes, a machine with all the accounts that it serves.
type unit struct {
	tenant int
	side   side
	name   string
}

// unitOf returns the unit of a click on an account.
func unitOf(tenant int, account string, t synth.Truth) unit {
	o := outcome{truth: t}
	u := unit{tenant: tenant, side: o.side(), name: account}
	switch u.side {
	case sideMachine:
		u.name = t.Kind.String() + " " + t.From.String()
	case sideIntruder:
		u.name = itoa(t.Actor)
	}
	return u
}

// cell says how often clicks of one side were given one class.
type cell struct {
	Count  int     `json:"count"`
	Share  float64 `json:"share"`
	AtMost float64 `json:"at_most"`
	Units  int     `json:"units"` // units with at least one such click
}

// matrixRow says what the classes hold of the clicks of one side.
type matrixRow struct {
	Side    side                      `json:"truth"`
	Rows    int                       `json:"rows"`
	Units   int                       `json:"units"`   // accounts, intruders or machines
	Tenants int                       `json:"tenants"` // with clicks of this side
	Classes map[clickclass.Class]cell `json:"classes"`
}

// matrixOf counts what the classes hold of the clicks of each side.
//
// A bound counts what is independent and not rows: it is the larger of the upper end of
// the bootstrap interval over tenants, and of the exact interval (Clopper-Pearson) that
// takes each unit as one observation. The second also bounds what was never seen, of which
// the bootstrap knows nothing.
func matrixOf(list []outcome, tenants, rounds int, seed uint64) []matrixRow {
	var rows []matrixRow
	for _, s := range sides {
		row := matrixRow{Side: s, Classes: map[clickclass.Class]cell{}}
		perTenant := make([]int, tenants)
		hits := map[clickclass.Class][]int{}
		units, unitHits := map[unit]bool{}, map[clickclass.Class]map[unit]bool{}
		for _, c := range classes {
			hits[c], unitHits[c] = make([]int, tenants), map[unit]bool{}
		}
		for i := range list {
			o := &list[i]
			if o.side() != s {
				continue
			}
			row.Rows++
			perTenant[o.tenant]++
			hits[o.class][o.tenant]++
			units[o.unit], unitHits[o.class][o.unit] = true, true
		}
		if row.Rows == 0 {
			continue
		}
		row.Units = len(units)
		for _, n := range perTenant {
			row.Tenants += count(n > 0)
		}
		for _, c := range classes {
			one := cell{Units: len(unitHits[c])}
			for _, n := range hits[c] {
				one.Count += n
			}
			one.Share = float64(one.Count) / float64(row.Rows)
			one.AtMost = upperOfShare(one.Share, row.Units)
			byTenant := bootstrap(tenants, rounds, seed, func(drawn []int) float64 {
				n, of := 0, 0
				for _, t := range drawn {
					n, of = n+hits[c][t], of+perTenant[t]
				}
				return float64(n) / float64(of)
			})
			if byTenant.high > one.AtMost {
				one.AtMost = byTenant.high
			}
			one.Share, one.AtMost = digits(one.Share), digits(one.AtMost)
			row.Classes[c] = one
		}
		rows = append(rows, row)
	}
	return rows
}

// upperOfShare is the upper end of the exact interval of a share that was seen in n
// independent observations.
func upperOfShare(seen float64, n int) float64 {
	if seen >= 1 || n == 0 {
		return 1
	}
	const tail = (1 - level) / 2
	k := seen * float64(n)
	return mathext.InvRegIncBeta(k+1, float64(n)-k, 1-tail)
}

// worseThanConstant returns a sentence for probabilities of a machine that say less than
// the share of machines, said of every click, would; "" if they say more.
func worseThanConstant(name string, s *summary) string {
	b := s.BaseRate
	if s.Rows == 0 || math.IsNaN(b) {
		return ""
	}
	constant := 0.0 // log loss of always saying the base rate
	if b > 0 && b < 1 {
		constant = -b*math.Log(b) - (1-b)*math.Log(1-b)
	}
	worse := ""
	if s.Brier > s.BrierBase {
		worse = fmt.Sprintf("the Brier score is %s instead of %s", number(s.Brier, 4), number(s.BrierBase, 4))
	}
	if s.MachineLogLoss > constant {
		if worse != "" {
			worse += ", and "
		}
		worse += fmt.Sprintf("the log loss is %s instead of %s", number(s.MachineLogLoss, 4), number(constant, 4))
	}
	if worse == "" {
		return ""
	}
	return fmt.Sprintf("Evidence %q: P(machine) is worse than the constant %s, which is the share of machines here: %s.",
		name, percent(b, 1), worse)
}

// machineLogLoss is the mean of -ln of the probability given to "a machine" or to "not a
// machine", whichever was true. A probability counts as at least 1e-15.
func machineLogLoss(list []outcome) float64 {
	sum := 0.0
	for i := range list {
		p := list[i].p.Machine
		if !list[i].truth.Kind.Automated() {
			p = 1 - p
		}
		sum -= math.Log(max(p, 1e-15))
	}
	return sum / float64(len(list))
}
