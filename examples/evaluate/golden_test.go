package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/calibrate"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
)

var update = flag.Bool("update", false, "write the golden files")

// machine returns the probabilities of a machine with probability p, and else of the
// owner.
func machine(p float64) clickclass.Probabilities {
	return clickclass.Probabilities{Machine: p, Owner: 1 - p}
}

// newOutcome returns an outcome of a tenant's only account.
func newOutcome(tenant int, p clickclass.Probabilities, class clickclass.Class, truth synth.Truth) outcome {
	return outcome{tenant, unitOf(tenant, "ada@contoso.example", truth), p, class, truth}
}

// handMade are outcomes whose measures can be worked out by hand: 40 people of
// whom one is called likely_automated, 10 machines of which 8 are found, 6 of
// them surely, and one attacker.
func handMade() *results {
	r := newResults(2)
	for i := range bases {
		add := func(n, tenant int, p float64, class clickclass.Class, kind synth.Kind, from synth.Egress) {
			for range n {
				r.byBasis[i] = append(r.byBasis[i], newOutcome(tenant, machine(p), class, synth.Truth{Kind: kind, From: from}))
			}
		}
		add(30, 0, 0.02, clickclass.ClassLikelyOwner, synth.Person, synth.FromOffice)
		add(9, 1, 0.1, clickclass.ClassUnknown, synth.Campaign, synth.FromGSA)
		add(1, 1, 0.8, clickclass.ClassLikelyAutomated, synth.PersonFast, synth.FromMobile)
		add(6, 0, 0.99, clickclass.ClassAutomated, synth.Service, synth.FromMail)
		add(2, 1, 0.9, clickclass.ClassLikelyAutomated, synth.Gateway, synth.FromVendor)
		add(2, 1, 0.3, clickclass.ClassUnknown, synth.Tool, synth.FromAzure)
		add(1, 0, 0.1, clickclass.ClassNotOwner, synth.Attacker, synth.FromAzure)
		r.reasons[i][synth.PersonFast] = map[string]int{"t.0_10": 1, "c.silent": 1}
	}
	for g := range r.without {
		r.without[g] = r.byBasis[0]
	}
	return r
}

func TestReportGolden(t *testing.T) {
	o := &options{Tenants: 2, Seed: 1, Rounds: 0}
	var text, lines bytes.Buffer
	for name, one := range map[string]struct {
		out printer
		buf *bytes.Buffer
	}{
		"report.txt":    {&textPrinter{w: &text}, &text},
		"report.ndjson": {newJSONPrinter(&lines), &lines},
	} {
		t.Run(name, func(t *testing.T) {
			one.out.note(noteRobustness)
			report(one.out, synth.Base, o, handMade())
			one.out.worse([]string{"Evidence \"row\": P(machine) is worse than a constant."})
			one.out.fits([]fitRow{{calibrate.FitInfo{Method: "platt", Machine: 20, Owner: 38, Other: 2}, measures{0.2, 0.6, 0.1}, measures{0.1, 0.4, 0.05}}})
			require.NoError(t, one.out.close())
			path := filepath.Join("testdata", name)
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(path, one.buf.Bytes(), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(want), one.buf.String())
		})
	}
}

func TestSummarise(t *testing.T) {
	s := summarise(handMade().byBasis[0], 2, 200, 1)
	assert.Equal(t, 51, s.Rows)
	assert.InDelta(t, 10.0/51, s.BaseRate, 1e-9)
	assert.Equal(t, []int{0, 40}, []int{s.PeopleAutomated.Count, s.PeopleAutomated.Of})
	assert.Equal(t, []int{1, 40}, []int{s.PeopleLikely.Count, s.PeopleLikely.Of})
	assert.Equal(t, []int{6, 10}, []int{s.RecallAutomated.Count, s.RecallAutomated.Of})
	assert.Equal(t, []int{8, 10}, []int{s.RecallLikely.Count, s.RecallLikely.Of})
	assert.Equal(t, []int{6, 6}, []int{s.Precision.Count, s.Precision.Of})
	assert.Equal(t, []int{0, 1}, []int{s.Attackers.Count, s.Attackers.Of})
	assert.Equal(t, []int{11, 51}, []int{s.Unknown.Count, s.Unknown.Of})
	brier := (30*0.02*0.02 + 9*0.01 + 0.64 + 6*0.0001 + 2*0.01 + 2*0.49 + 0.01) / 51
	assert.InDelta(t, brier, s.Brier, 1e-9)
	assert.LessOrEqual(t, s.ECELow, s.ECE)
	assert.GreaterOrEqual(t, s.ECEHigh, s.ECE)
}

func TestWorstTenants(t *testing.T) {
	list := handMade().byBasis[0]
	for range 20 {
		list = append(list, outcome{tenant: 1, class: clickclass.ClassUnknown, truth: synth.Truth{Kind: synth.Tool}})
	}
	got := worstTenants(list, 2)
	require.Len(t, got, 2)
	assert.Equal(t, 2, got[0].Tenant)
	assert.Equal(t, []int{1, 10}, []int{got[0].Share.Count, got[0].Share.Of})
	assert.Equal(t, 2, got[1].Tenant, "the first tenant has too few machines to say anything")
	assert.Equal(t, []int{2, 24}, []int{got[1].Share.Count, got[1].Share.Of})
}

// TestMatrix: what classes hold is bounded by units and tenants.
func TestMatrix(t *testing.T) {
	var list []outcome
	add := func(n, tenant int, account string, class clickclass.Class, truth synth.Truth) {
		for range n {
			list = append(list, outcome{tenant: tenant, unit: unitOf(tenant, account, truth), class: class, truth: truth})
		}
	}
	for i := range 20 {
		add(50, i%4, string(rune('a'+i)), clickclass.ClassOwner, synth.Truth{Kind: synth.Person})
	}
	add(7, 0, "a", clickclass.ClassNotOwner, synth.Truth{Kind: synth.IntruderReader, Actor: 1})
	add(7, 0, "b", clickclass.ClassLikelyOwner, synth.Truth{Kind: synth.IntruderReader, Actor: 1})
	add(6, 0, "b", clickclass.ClassLikelyOwner, synth.Truth{Kind: synth.IntruderReader, Actor: 2})
	add(5, 1, "f", clickclass.ClassUnknown, synth.Truth{Kind: synth.Forwarded})
	add(9, 1, "f", clickclass.ClassAutomated, synth.Truth{Kind: synth.Gateway, From: synth.FromVendor})
	add(9, 1, "g", clickclass.ClassAutomated, synth.Truth{Kind: synth.Gateway, From: synth.FromVendor})

	rows := matrixOf(list, 4, 100, 1)
	require.Len(t, rows, 4)
	type counts struct {
		side                 side
		rows, units, tenants int
	}
	var got []counts
	for _, r := range rows {
		got = append(got, counts{r.Side, r.Rows, r.Units, r.Tenants})
	}
	assert.Equal(t, []counts{{sideOwner, 1000, 20, 4}, {sideIntruder, 20, 2, 1}, {sideOther, 5, 1, 1}, {sideMachine, 18, 1, 1}}, got)

	none := rows[0].Classes[clickclass.ClassAutomated]
	assert.Zero(t, none.Share)
	assert.InDelta(t, exactInterval(0, 20).high, none.AtMost, 1e-9, "none of 20 accounts, not of 1,000 rows")
	all := rows[0].Classes[clickclass.ClassOwner]
	assert.Equal(t, cell{Count: 1000, Share: 1, AtMost: 1, Units: 20}, all)
	assert.Equal(t, cell{Count: 13, Share: 0.65, AtMost: rows[1].Classes[clickclass.ClassLikelyOwner].AtMost, Units: 2}, rows[1].Classes[clickclass.ClassLikelyOwner])
	assert.Greater(t, rows[1].Classes[clickclass.ClassLikelyOwner].AtMost, 0.98, "two intruders say little")
	for _, r := range rows {
		sum := 0
		for _, c := range classes {
			sum += r.Classes[c].Count
			assert.GreaterOrEqual(t, r.Classes[c].AtMost, r.Classes[c].Share)
		}
		assert.Equal(t, r.Rows, sum, "every class is a column")
	}
}

func TestWorseThanConstant(t *testing.T) {
	tests := []struct {
		name string
		s    summary
		want string
	}{
		{"better", summary{Rows: 9, BaseRate: 0.5, Brier: 0.2, BrierBase: 0.25, MachineLogLoss: 0.6}, ""},
		{"worse", summary{Rows: 9, BaseRate: 0.5, Brier: 0.3, BrierBase: 0.25, MachineLogLoss: 0.8},
			`Evidence "row": P(machine) is worse than the constant 50.0 %, which is the share of machines here: ` +
				`the Brier score is 0.3000 instead of 0.2500, and the log loss is 0.8000 instead of 0.6931.`},
		{"one score worse", summary{Rows: 9, BaseRate: 0.5, Brier: 0.2, BrierBase: 0.25, MachineLogLoss: 0.8},
			`Evidence "row": P(machine) is worse than the constant 50.0 %, which is the share of machines here: ` +
				`the log loss is 0.8000 instead of 0.6931.`},
		{"no machine", summary{Rows: 9, Brier: 0.01, MachineLogLoss: 0.1},
			`Evidence "row": P(machine) is worse than the constant 0.0 %, which is the share of machines here: ` +
				`the Brier score is 0.0100 instead of 0.0000, and the log loss is 0.1000 instead of 0.0000.`},
		{"nothing", summary{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, worseThanConstant("row", &tt.s)) })
	}
}
