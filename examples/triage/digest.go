package main

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/findings"
)

// digest is what the text and the report say of many clicks. Its size is bounded.
type digest struct {
	rows, revised int
	errors        int
	firstErrors   []*rowError
	classes       counts
	first, last   time.Time
	services      map[string]*counts
	missing       map[clickclass.Evidence]int // clicks that lack a kind of evidence
	failed        map[clickclass.Evidence]int // clicks for which it could not be looked up
	groups        map[groupKey]*group

	findings findings.Collector
	happened *findings.Report // what the findings are, see report

	page *reportDigest // nil without a report
}

// report returns what happened, after the last click was added.
func (d *digest) report() *findings.Report {
	if d.happened == nil {
		d.happened = d.findings.Report()
	}
	return d.happened
}

// counts has a number for each class.
type counts [clickclass.ClassOwner + 1]int

func (c counts) total() int {
	n := 0
	for _, m := range c {
		n += m
	}
	return n
}

// classes are the classes in the order in which they are shown, the most automated
// first.
var classes = [...]clickclass.Class{clickclass.ClassAutomated, clickclass.ClassLikelyAutomated, clickclass.ClassNotOwner,
	clickclass.ClassUnknown, clickclass.ClassLikelyOwner, clickclass.ClassOwner}

// shown returns the classes that a summary shows: ClassNotOwner, which few exports have,
// only if a click has it.
func (d *digest) shown() []clickclass.Class {
	return slices.DeleteFunc(slices.Clone(classes[:]), func(c clickclass.Class) bool {
		return c == clickclass.ClassNotOwner && d.classes[c] == 0
	})
}

// finding is a click and its verdict.
type finding struct {
	clickclass.Result
	rank int // see rankOf
}

// group is clicks with the same verdict for the same reasons.
type group struct {
	n           int
	accounts    map[uint64]struct{} // at most maxGroupAccounts
	first, last time.Time
	example     finding
}

type groupKey struct {
	class                     clickclass.Class
	service, workload, action string
	threats                   string
	counted                   string // ids of the rules that counted
}

const (
	maxGroupAccounts = 1000
	maxGroups        = 4096 // clicks of further groups are only counted
	maxServices      = 1000
	maxFirstErrors   = 5
)

// otherServices stands for the services beyond maxServices: a network database names
// very many.
const otherServices = "others"

var hashSeed = maphash.MakeSeed()

func hashAccount(account string) uint64 { return maphash.String(hashSeed, strings.ToLower(account)) }

func newDigest(forReport bool) *digest {
	d := &digest{
		services: map[string]*counts{},
		missing:  map[clickclass.Evidence]int{},
		failed:   map[clickclass.Evidence]int{},
		groups:   map[groupKey]*group{},
	}
	if forReport {
		d.page = newReportDigest()
	}
	return d
}

// The classes in the order in which their clicks deserve a look: on dangerous links
// those of owners first, on other links those that are open.
var (
	dangerousOrder = []clickclass.Class{clickclass.ClassOwner, clickclass.ClassLikelyOwner, clickclass.ClassNotOwner,
		clickclass.ClassUnknown, clickclass.ClassLikelyAutomated, clickclass.ClassAutomated}
	otherOrder = []clickclass.Class{clickclass.ClassNotOwner, clickclass.ClassUnknown, clickclass.ClassLikelyAutomated,
		clickclass.ClassAutomated, clickclass.ClassLikelyOwner, clickclass.ClassOwner}
)

// rankOf orders clicks by how much they deserve a look, the smallest first.
func rankOf(class clickclass.Class, dangerous bool) int {
	if dangerous {
		return slices.Index(dangerousOrder, class)
	}
	return len(dangerousOrder) + slices.Index(otherOrder, class)
}

func (d *digest) addError(e *rowError) {
	d.errors++
	if len(d.firstErrors) < maxFirstErrors {
		d.firstErrors = append(d.firstErrors, e)
	}
}

// add counts a click. A revised verdict changes the rows of the output, but each click
// counts here as it was judged first.
func (d *digest) add(r *clickclass.Result) {
	d.findings.Add(r)
	account := hashAccount(r.Click.AccountUpn)
	r = cutForDisplay(r)
	k, v := &r.Click, &r.Verdict
	danger, service := threats(k, v), serviceOf(k, v)
	if d.page != nil {
		d.page.add(r, service, danger)
	}
	if r.Revision > 0 {
		d.revised++
		return
	}
	d.rows++
	d.classes[v.Class]++
	d.first, d.last = earlier(d.first, k.Timestamp), later(d.last, k.Timestamp)
	d.serviceCounts(service)[v.Class]++

	f := finding{Result: *r, rank: rankOf(v.Class, danger != "")}
	d.addToGroup(&f, account, service, danger)
	for _, e := range evidenceKinds {
		if v.Missing.Has(e) {
			d.missing[e]++
		}
		if v.Failed.Has(e) {
			d.failed[e]++
		}
	}
}

func (d *digest) addToGroup(f *finding, account uint64, service, danger string) {
	k, v := &f.Click, &f.Verdict
	var counted strings.Builder
	for _, s := range v.Reasons {
		if s.Counted {
			counted.WriteString(s.Rule)
			counted.WriteByte(' ')
		}
	}
	key := groupKey{v.Class, service, k.Workload, string(k.ActionType), danger, counted.String()}
	g := d.groups[key]
	switch {
	case g == nil && len(d.groups) == maxGroups:
		return
	case g == nil:
		g = &group{example: *f, accounts: map[uint64]struct{}{}}
		d.groups[key] = g
	case f.before(&g.example):
		g.example = *f
	}
	g.n++
	if k.AccountUpn != "" && len(g.accounts) < maxGroupAccounts {
		g.accounts[account] = struct{}{}
	}
	g.first, g.last = earlier(g.first, k.Timestamp), later(g.last, k.Timestamp)
}

// evidenceKinds are the kinds of evidence, the most telling first.
var evidenceKinds = [...]clickclass.Evidence{clickclass.EvidenceDevice, clickclass.EvidenceSignIn, clickclass.EvidenceMail,
	clickclass.EvidenceAudit, clickclass.EvidenceNetwork}

func (d *digest) serviceCounts(name string) *counts {
	c := d.services[name]
	if c == nil && len(d.services) >= maxServices {
		name = otherServices
		c = d.services[name]
	}
	if c == nil {
		c = new(counts)
		d.services[name] = c
	}
	return c
}

// sortedGroups returns the groups, those that most deserve a look first.
func (d *digest) sortedGroups() []*group {
	groups := make([]*group, 0, len(d.groups))
	for _, g := range d.groups {
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.example.Priority(), b.example.Priority()), cmp.Compare(a.example.rank, b.example.rank), cmp.Compare(b.n, a.n), compareFindings(&a.example, &b.example))
	})
	return groups
}

// before reports whether f is the better example of its group: the more certain verdict,
// then the earlier click.
func (f *finding) before(g *finding) bool { return compareFindings(f, g) < 0 }

func compareFindings(f, g *finding) int {
	sure := func(f *finding) float64 { return max(f.Verdict.P.Machine, 1-f.Verdict.P.Machine) }
	return cmp.Or(cmp.Compare(f.rank, g.rank), cmp.Compare(sure(g), sure(f)), f.Click.Timestamp.Compare(g.Click.Timestamp),
		strings.Compare(f.Click.File, g.Click.File), cmp.Compare(f.Click.Row, g.Click.Row))
}

// earlier returns the earlier of two times, of which a zero one is not known.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
