package main

import (
	"context"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
)

// noteRobustness goes before every measure of made-up tenants.
const noteRobustness = "Robustness, not accuracy: these tenants are made up, and the truth with them. " +
	"No public labelled data exist for clicks in these tables, so nobody can state an accuracy. " +
	"No weight and no limit of the rules is fitted to made-up tenants. " +
	"Measure your own tenant: label clicks of canary mailboxes that nobody reads (machine), click-throughs (owner), " +
	"clicks with a browser launch (owner), scripted clicks from known addresses, and analysts' verdicts; " +
	"then run evaluate --labels FILE CLICKS..."

// outcome is one judged row.
type outcome struct {
	tenant int
	unit   unit // for bounds: the rows of one unit are alike
	p      clickclass.Probabilities
	class  clickclass.Class
	truth  synth.Truth
}

func (o *outcome) person() bool   { return !o.truth.Kind.Automated() && !o.attacker() }
func (o *outcome) attacker() bool { return o.truth.Kind.Intruder() }

// likely says that the row was called likely_automated or automated.
func (o *outcome) likely() bool {
	return o.class == clickclass.ClassAutomated || o.class == clickclass.ClassLikelyAutomated
}

// bases are the levels of evidence that are measured, each with what the one
// before has.
var bases = [...]clickclass.Basis{clickclass.BasisRow, clickclass.BasisRows, clickclass.BasisMail,
	clickclass.BasisSignIn, clickclass.BasisDevice}

// groups are the groups of rules that the ablation leaves out in turn.
var groups = func() (list []string) {
	for _, r := range clickclass.Rules() {
		if !slices.Contains(list, r.Group) {
			list = append(list, r.Group)
		}
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

// newTenant makes tenant n, from 0.
func (o *options) newTenant(n int, v synth.Variant) *synth.Tenant {
	return synth.New(n, synth.Options{Seed: o.Seed, Variant: v, Shifted: !o.Training, MaxAccounts: o.MaxAccounts})
}

// results are the outcomes of all tenants, by the evidence given and, with all
// tables, by the group left out.
type results struct {
	tenants int
	byBasis [len(bases)][]outcome
	without [][]outcome // by group
	reasons [len(bases)]reasons
}

// reasons counts, for each kind of click, which rules counted in the rows that
// were judged wrong.
type reasons map[synth.Kind]map[string]int

func (r reasons) add(k synth.Kind, v *clickclass.Verdict) {
	if r[k] == nil {
		r[k] = map[string]int{}
	}
	counted := false
	for _, reason := range v.Reasons {
		if reason.Counted {
			r[k][reason.Rule]++
			counted = true
		}
	}
	if !counted {
		r[k]["(none)"]++
	}
}

func newResults(tenants int) *results {
	r := &results{tenants: tenants, without: make([][]outcome, len(groups))}
	for i := range r.reasons {
		r.reasons[i] = reasons{}
	}
	return r
}

// judgeTenants makes the tenants and judges them.
func judgeTenants(ctx context.Context, o *options, v synth.Variant) (*results, error) {
	r := newResults(o.Tenants)
	for n := range o.Tenants {
		if err := r.judgeTenant(ctx, n, o.newTenant(n, v), o.Networks); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// judgeTenant adds the outcomes of tenant n, at every level of evidence and without
// every group of rules.
func (r *results) judgeTenant(ctx context.Context, n int, t *synth.Tenant, networks bool) error {
	for i, basis := range bases {
		list, err := judge(ctx, clickclass.Options{Source: sourceOf(t, basis, networks)}, n, t, basis == clickclass.BasisRow, r.reasons[i])
		if err != nil {
			return err
		}
		r.byBasis[i] = append(r.byBasis[i], list...)
	}
	all := sourceOf(t, clickclass.BasisDevice, networks)
	for i, group := range groups {
		weights := map[string]clickclass.Odds{}
		for _, rule := range clickclass.Rules() {
			if rule.Group == group {
				weights[rule.ID] = clickclass.Odds{}
			}
		}
		list, err := judge(ctx, clickclass.Options{Source: all, Weights: weights}, n, t, false, nil)
		if err != nil {
			return err
		}
		r.without[i] = append(r.without[i], list...)
	}
	return nil
}

// sourceOf returns what a classifier knows of the tenant at a level of evidence.
func sourceOf(t *synth.Tenant, b clickclass.Basis, networks bool) clickclass.Source {
	store := new(evidence.Store)
	if b >= clickclass.BasisMail {
		addRows(store, t.Emails)
		addRows(store, t.EmailURLs)
		addRows(store, t.PostDeliveries)
		addRows(store, t.ChatMessages)
		addRows(store, t.ChatURLs)
	}
	if b >= clickclass.BasisSignIn {
		addRows(store, t.SignIns)
	}
	if b >= clickclass.BasisDevice {
		addRows(store, t.Launches)
		addRows(store, t.Connections)
	}
	if networks {
		return clickclass.Join(store, networkSource{t.Networks})
	}
	return store
}

func addRows[R evidence.Row](s *evidence.Store, rows []R) {
	for _, row := range rows {
		s.Add(row)
	}
}

// networkSource is a Source of the owners of addresses.
type networkSource struct{ synth.Networks }

// Facts implements clickclass.Source.
func (n networkSource) Facts(_ context.Context, q clickclass.Question) (clickclass.Facts, error) {
	if network, ok := n.Network(q.Addr); ok {
		return clickclass.Facts{Network: &network}, nil
	}
	return clickclass.Facts{}, nil
}

// judge judges every row of the tenant, alone or with its neighbours, and
// returns the last verdict on each. A row that is exported twice counts once.
func judge(ctx context.Context, o clickclass.Options, tenant int, t *synth.Tenant, alone bool, why reasons) ([]outcome, error) {
	c, err := clickclass.New(o)
	if err != nil {
		return nil, err
	}
	verdicts := make([]clickclass.Verdict, len(t.Rows))
	if alone {
		for i := range t.Rows {
			if verdicts[i], err = c.Classify(ctx, t.Rows[i].Click); err != nil {
				return nil, err
			}
		}
	} else {
		for result, err := range c.All(ctx, clicks(t)) {
			if err != nil {
				return nil, err
			}
			verdicts[result.Click.Row-1] = result.Verdict
		}
	}
	outcomes := make([]outcome, 0, len(t.Rows))
	for i := range t.Rows {
		truth := t.Rows[i].Truth
		if truth.Repeat {
			continue
		}
		v := &verdicts[i]
		one := outcome{tenant, unitOf(tenant, strings.ToLower(t.Rows[i].Click.AccountUpn), truth), v.P, v.Class, truth}
		outcomes = append(outcomes, one)
		if why != nil && one.likely() != truth.Kind.Automated() {
			why.add(truth.Kind, v)
		}
	}
	return outcomes, nil
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
