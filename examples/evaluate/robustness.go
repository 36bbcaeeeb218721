package main

import (
	"context"
	"iter"
	"path/filepath"
	"runtime"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/pipeline"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
)

// noteRobustness goes before every measure of made-up tenants.
const noteRobustness = "Robustness, not accuracy: these tenants are made up, and the truth with them. " +
	"No public labelled data exist for clicks in these tables, so nobody can state an accuracy. " +
	"Measure your own tenant: label clicks of canary mailboxes that nobody reads (automated), click-throughs (human), " +
	"clicks with a browser launch (human), scripted clicks from known addresses, and analysts' verdicts; " +
	"then run evaluate --labels FILE CLICKS..."

// outcome is one judged row.
type outcome struct {
	tenant int
	p      float64
	class  clickclass.Class
	truth  synth.Truth
}

func (o *outcome) person() bool   { return !o.truth.Kind.Automated() && !o.attacker() }
func (o *outcome) attacker() bool { return o.truth.Kind == synth.Attacker }

// likely says that the row was called likely_automated or automated.
func (o *outcome) likely() bool {
	return o.class == clickclass.ClassAutomated || o.class == clickclass.ClassLikelyAutomated
}

// regimes are the levels of evidence that are measured, each with what the one
// before has.
var regimes = [...]clickclass.Regime{clickclass.RegimeRow, clickclass.RegimeRows, clickclass.RegimeMail,
	clickclass.RegimeSignIn, clickclass.RegimeEndpoint}

// groups are the groups of signals that the ablation leaves out in turn.
var groups = func() []clickclass.Group {
	var list []clickclass.Group
	for g := clickclass.GroupOrigin; g <= clickclass.GroupCalendar; g++ {
		list = append(list, g)
	}
	return list
}()

// robustness measures made-up tenants, one variant after the other.
func robustness(ctx context.Context, o *options, out printer) error {
	variants, err := parseVariants(o.Variant)
	if err != nil {
		return err
	}
	out.note(noteRobustness)
	for _, v := range variants {
		results, err := judgeTenants(ctx, o, v)
		if err != nil {
			return err
		}
		report(out, v, o, results)
		if o.Plots != "" {
			if err := plot(filepath.Join(o.Plots, string(v)), "generator "+string(v)+"; robustness on made-up tenants, not accuracy", results); err != nil {
				return err
			}
		}
	}
	return nil
}

func parseVariants(names []string) ([]synth.Variant, error) {
	if len(names) == 1 && names[0] == "all" {
		return synth.Variants, nil
	}
	var list []synth.Variant
	for _, name := range names {
		v, err := synth.ParseVariant(name)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// results are the outcomes of all tenants, by regime and, with all tables, by
// the group left out.
type results struct {
	tenants  int
	byRegime [len(regimes)][]outcome
	without  [][]outcome // by group
	reasons  [len(regimes)]reasons
}

// reasons counts, for each kind of click, which signals counted in the rows
// that were judged wrong.
type reasons map[synth.Kind]map[string]int

func (r reasons) add(k synth.Kind, v *clickclass.Verdict) {
	if r[k] == nil {
		r[k] = map[string]int{}
	}
	counted := false
	for _, s := range v.Signals() {
		if s.Counted {
			r[k][s.Rule.ID]++
			counted = true
		}
	}
	if !counted {
		r[k]["(none)"]++
	}
}

// judgeTenants makes the tenants and judges them, as many at once as there are
// processors, and joins the outcomes in the order of the tenants.
func judgeTenants(ctx context.Context, o *options, v synth.Variant) (*results, error) {
	type part struct {
		*results
		err error
	}
	all := newResults(o.Tenants)
	workers := runtime.GOMAXPROCS(0)
	n := 0
	next := func() (any, bool, error) {
		n++
		return n - 1, n <= o.Tenants, nil
	}
	err := pipeline.Run(ctx, workers, 2*workers, next,
		pipeline.Stage{Each: func(item any) any {
			r, err := judgeTenant(item.(int), o, v)
			return part{r, err}
		}},
		pipeline.Stage{Ordered: func(item any, _ func(any)) error {
			p, ok := item.(part)
			if ok && p.err == nil {
				all.add(p.results)
			}
			return p.err
		}})
	return all, err
}

func newResults(tenants int) *results {
	r := &results{tenants: tenants, without: make([][]outcome, len(groups))}
	for i := range r.reasons {
		r.reasons[i] = reasons{}
	}
	return r
}

// add appends the outcomes of another tenant.
func (r *results) add(o *results) {
	for i := range o.byRegime {
		r.byRegime[i] = append(r.byRegime[i], o.byRegime[i]...)
		for kind, ids := range o.reasons[i] {
			if r.reasons[i][kind] == nil {
				r.reasons[i][kind] = map[string]int{}
			}
			for id, n := range ids {
				r.reasons[i][kind][id] += n
			}
		}
	}
	for i := range o.without {
		r.without[i] = append(r.without[i], o.without[i]...)
	}
}

func judgeTenant(n int, o *options, v synth.Variant) (*results, error) {
	t := synth.New(n, synth.Options{Seed: o.Seed, Variant: v, Shifted: !o.Training, MaxAccounts: o.MaxAccounts})
	r := newResults(1)
	for i, regime := range regimes {
		c, err := clickclass.New(clickclass.Options{Evidence: evidence(t, regime, o.Networks)})
		if err != nil {
			return nil, err
		}
		r.byRegime[i] = judge(c, n, t, regime == clickclass.RegimeRow, r.reasons[i])
	}
	all := evidence(t, clickclass.RegimeEndpoint, o.Networks)
	for i, group := range groups {
		weights := map[string]float64{}
		for _, rule := range clickclass.Rules() {
			if rule.Group == group {
				weights[rule.ID] = 0
			}
		}
		c, err := clickclass.New(clickclass.Options{Evidence: all, Weights: weights})
		if err != nil {
			return nil, err
		}
		r.without[i] = judge(c, n, t, false, nil)
	}
	return r, nil
}

// evidence returns what a classifier knows of the tenant at a level of
// evidence.
func evidence(t *synth.Tenant, r clickclass.Regime, networks bool) clickclass.Evidence {
	s := clickclass.NewStore()
	if r >= clickclass.RegimeMail {
		for _, e := range t.Emails {
			s.AddEmail(e)
		}
		for _, e := range t.EmailURLs {
			s.AddEmailURL(e)
		}
		for _, e := range t.PostDeliveries {
			s.AddPostDelivery(e)
		}
	}
	if r >= clickclass.RegimeSignIn {
		for _, e := range t.SignIns {
			s.AddSignIn(e)
		}
	}
	if r >= clickclass.RegimeEndpoint {
		for _, e := range t.Launches {
			s.AddBrowserLaunch(e)
		}
		for _, e := range t.Connections {
			s.AddConnection(e)
		}
	}
	e := s.Evidence()
	if networks {
		e.Networks = t.Networks
	}
	return e
}

// judge judges every row of the tenant, alone or with its neighbours, and
// returns the last verdict on each. A row that is exported twice counts once.
func judge(c *clickclass.Classifier, tenant int, t *synth.Tenant, alone bool, why reasons) []outcome {
	verdicts := make([]clickclass.Verdict, len(t.Rows))
	if alone {
		for i := range t.Rows {
			verdicts[i] = c.Classify(t.Rows[i].Click)
		}
	} else {
		for result, err := range c.ClassifyAll(clicks(t)) {
			if err == nil {
				verdicts[result.Click.Row-1] = result.Verdict
			}
		}
	}
	outcomes := make([]outcome, 0, len(t.Rows))
	for i := range t.Rows {
		truth := t.Rows[i].Truth
		if truth.Repeat {
			continue
		}
		v := &verdicts[i]
		one := outcome{tenant, v.P, v.Class, truth}
		outcomes = append(outcomes, one)
		if why != nil && one.likely() != truth.Kind.Automated() {
			why.add(truth.Kind, v)
		}
	}
	return outcomes
}

func clicks(t *synth.Tenant) iter.Seq2[clickclass.Click, error] {
	return func(yield func(clickclass.Click, error) bool) {
		for i := range t.Rows {
			if !yield(t.Rows[i].Click, nil) {
				return
			}
		}
	}
}
