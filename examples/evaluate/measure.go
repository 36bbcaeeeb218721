package main

import (
	"math"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/calibrate"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
)

// share is a count out of a total, with its exact interval.
type share struct {
	Count int     `json:"count"`
	Of    int     `json:"of"`
	Share float64 `json:"share"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

func newShare(count, of int) share {
	i := exactInterval(count, of)
	s := share{Count: count, Of: of, Low: digits(i.low), High: digits(i.high)}
	if of > 0 {
		s.Share = digits(float64(count) / float64(of))
	}
	return s
}

// text returns the share in per cent, and "-" where there is nothing to have a
// share of.
func (s share) text(decimals int) string {
	if s.Of == 0 {
		return "-"
	}
	return percent(s.Share, decimals)
}

// digits rounds to nine decimals, more than any of the measures is good for:
// processors differ in the last bits.
func digits(x float64) float64 { return math.Round(x*1e9) / 1e9 }

// summary is what is measured of a list of outcomes.
type summary struct {
	Rows            int     `json:"rows"`
	BaseRate        float64 `json:"base_rate"`
	Precision       share   `json:"precision_of_automated"`
	PeopleAutomated share   `json:"people_automated"`
	PeopleLikely    share   `json:"people_likely_automated_or_more"`
	RecallAutomated share   `json:"recall_automated"`
	RecallLikely    share   `json:"recall_likely_automated_or_more"`
	Attackers       share   `json:"attackers_automated"`
	AttackersLikely share   `json:"attackers_likely_automated_or_more"`
	Unknown         share   `json:"unknown"`
	Brier           float64 `json:"brier"`
	BrierBase       float64 `json:"brier_of_base_rate"`
	LogLoss         float64 `json:"log_loss"`         // of the three probabilities
	MachineLogLoss  float64 `json:"log_loss_machine"` // of a machine against everybody else
	ECE             float64 `json:"ece"`
	ECELow          float64 `json:"ece_low"`
	ECEHigh         float64 `json:"ece_high"`
}

// summarise measures outcomes. The interval of the calibration error comes
// from drawing tenants, since the rows of one tenant are alike.
func summarise(list []outcome, tenants, rounds int, seed uint64) summary {
	var people, machines, attackers, peopleAuto, peopleLikely, auto, likely, attackersAuto, attackersLikely, unknown int
	predictions := make([]calibrate.Prediction, len(list))
	byTenant := make([][]calibrate.Prediction, tenants)
	for i := range list {
		o := &list[i]
		isAuto, isLikely := count(o.class == clickclass.ClassAutomated), count(o.likely())
		switch {
		case o.attacker():
			attackers, attackersAuto, attackersLikely = attackers+1, attackersAuto+isAuto, attackersLikely+isLikely
		case o.person():
			people, peopleAuto, peopleLikely = people+1, peopleAuto+isAuto, peopleLikely+isLikely
		default:
			machines, auto, likely = machines+1, auto+isAuto, likely+isLikely
		}
		unknown += count(o.class == clickclass.ClassUnknown)
		predictions[i] = calibrate.Prediction{P: o.p, Who: calibrate.Who(o.truth.Kind.Who())}
		byTenant[o.tenant] = append(byTenant[o.tenant], predictions[i])
	}
	m := calibrate.Measure(predictions)
	s := summary{
		Rows: len(list), BaseRate: digits(m.BaseRate),
		Precision:       newShare(auto, auto+peopleAuto+attackersAuto),
		PeopleAutomated: newShare(peopleAuto, people), PeopleLikely: newShare(peopleLikely, people),
		RecallAutomated: newShare(auto, machines), RecallLikely: newShare(likely, machines),
		Attackers: newShare(attackersAuto, attackers), AttackersLikely: newShare(attackersLikely, attackers),
		Unknown: newShare(unknown, len(list)),
		Brier:   digits(m.Brier), BrierBase: digits(m.BaseRate * (1 - m.BaseRate)),
		LogLoss: digits(m.LogLoss), MachineLogLoss: digits(machineLogLoss(list)), ECE: digits(m.ECE),
	}
	drawn := make([]calibrate.Prediction, 0, 2*len(list))
	i := bootstrap(tenants, rounds, seed, func(units []int) float64 {
		drawn = drawn[:0]
		for _, t := range units {
			drawn = append(drawn, byTenant[t]...)
		}
		return calibrate.Measure(drawn).ECE
	})
	s.ECELow, s.ECEHigh = digits(i.low), digits(i.high)
	return s
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// worst is a tenant that stands out.
type worst struct {
	What   string `json:"what"`
	Tenant int    `json:"tenant"` // counts from 1
	Share  share  `json:"share"`
}

// worstTenants names the tenant in which most people were called automated or
// likely so, and the one in which fewest machines were found; a tenant with
// few machines is left out, since its share says nothing.
func worstTenants(list []outcome, tenants int) []worst {
	const least = 20
	people := worst{What: "people likely_automated or more"}
	found := worst{What: "machines found", Share: share{Share: 2}}
	for t := range tenants {
		var n, wrong, machines, likely int
		for i := range list {
			o := &list[i]
			switch {
			case o.tenant != t || o.attacker():
			case o.person():
				n, wrong = n+1, wrong+count(o.likely())
			default:
				machines, likely = machines+1, likely+count(o.likely())
			}
		}
		if s := newShare(wrong, n); people.Tenant == 0 || s.Share > people.Share.Share {
			people.Tenant, people.Share = t+1, s
		}
		if s := newShare(likely, machines); machines >= least && s.Share < found.Share.Share {
			found.Tenant, found.Share = t+1, s
		}
	}
	if found.Tenant == 0 {
		return []worst{people}
	}
	return []worst{people, found}
}

// kindRow says how the clicks of one mechanism were judged.
type kindRow struct {
	Kind    string                   `json:"kind"`
	From    string                   `json:"from,omitempty"`
	Rows    int                      `json:"rows"`
	MeanP   float64                  `json:"mean_p"`
	Classes map[clickclass.Class]int `json:"classes"`
	Reasons string                   `json:"reasons_of_wrong,omitempty"`
}

// byKind says how every mechanism was judged, machines and attackers apart by
// where they sit.
func byKind(list []outcome, why reasons) []kindRow {
	type key struct {
		kind synth.Kind
		from synth.Egress
	}
	rows := map[key]*kindRow{}
	var keys []key
	for i := range list {
		o := &list[i]
		k := key{o.truth.Kind, o.truth.From}
		row := rows[k]
		if row == nil {
			row = &kindRow{Kind: k.kind.String(), From: k.from.String(), Classes: map[clickclass.Class]int{}}
			rows[k] = row
			keys = append(keys, k)
		}
		row.Rows++
		row.MeanP += o.p.Machine
		row.Classes[o.class]++
	}
	slices.SortFunc(keys, func(a, b key) int {
		if a.kind != b.kind {
			return int(a.kind) - int(b.kind)
		}
		return int(a.from) - int(b.from)
	})
	var out []kindRow
	seen := map[synth.Kind]bool{}
	for _, k := range keys {
		row := rows[k]
		row.MeanP = digits(row.MeanP / float64(row.Rows))
		if !seen[k.kind] {
			row.Reasons = topReasons(why[k.kind])
			seen[k.kind] = true
		}
		out = append(out, *row)
	}
	return out
}

// topReasons lists the rules that counted most often.
func topReasons(ids map[string]int) string {
	type pair struct {
		id string
		n  int
	}
	var list []pair
	for id, n := range ids {
		list = append(list, pair{id, n})
	}
	slices.SortFunc(list, func(a, b pair) int {
		if a.n != b.n {
			return b.n - a.n
		}
		return strings.Compare(a.id, b.id)
	})
	var b strings.Builder
	for i, p := range list {
		if i == 6 {
			break
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(p.id + ":" + itoa(p.n))
	}
	return b.String()
}

// curvePoint is a point of the risk-coverage curve: the errors among the rows
// that are judged when only the surest share is.
type curvePoint struct{ coverage, risk float64 }

// riskCoverage sorts the rows by how sure the probability is of either side
// and returns the share of errors among the surest 1 %, 2 % ... 100 %. Rows
// equally sure are taken together.
func riskCoverage(list []outcome) []curvePoint {
	type judged struct {
		sure  float64
		wrong bool
	}
	rows := make([]judged, len(list))
	for i := range list {
		o := &list[i]
		rows[i] = judged{math.Abs(o.p.Machine - 0.5), (o.p.Machine >= 0.5) != o.truth.Kind.Automated()}
	}
	slices.SortFunc(rows, func(a, b judged) int {
		switch {
		case a.sure > b.sure:
			return -1
		case a.sure < b.sure:
			return 1
		}
		return 0
	})
	var points []curvePoint
	wrong, i := 0, 0
	for percent := 1; percent <= 100 && len(rows) > 0; percent++ {
		end := len(rows) * percent / 100
		for i < end || i > 0 && i < len(rows) && rows[i].sure == rows[i-1].sure {
			wrong += count(rows[i].wrong)
			i++
		}
		if i > 0 {
			points = append(points, curvePoint{float64(percent) / 100, float64(wrong) / float64(i)})
		}
	}
	return points
}
