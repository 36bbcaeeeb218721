package main

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// digest is what the text and the report say of many clicks. Digests of parts
// merge into that of the whole, in order; its size does not grow with the
// number of clicks, but for the accounts, which it counts.
type digest struct {
	rows, revised int
	errors        int
	firstErrors   []*rowError
	classes       counts
	dangerous     counts // clicks whose row knows of a danger
	accounts      map[uint64]struct{}
	first, last   time.Time
	services      map[string]*counts
	regimes       [5]int
	missing       map[string]int // clicks that lack a kind of evidence
	groups        map[groupKey]*group
	wanted        map[clickclass.Missing]*finding // the click worth most a query, by kind of evidence

	report *reportDigest // nil without a report
}

// counts has a number for each class, in the order of clickclass.Classes.
type counts [len(clickclass.Classes)]int

func (c *counts) add(d *counts) {
	for i := range c {
		c[i] += d[i]
	}
}

func (c *counts) total() int {
	n := 0
	for _, m := range c {
		n += m
	}
	return n
}

// of returns the number for a class.
func (c *counts) of(class clickclass.Class) int { return c[classIndex(class)] }

func classIndex(class clickclass.Class) int { return slices.Index(clickclass.Classes[:], class) }

// finding is a click and its verdict, kept.
type finding struct {
	clickclass.Result
	rank int
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
	counted                   string // ids of the signals that counted
}

const (
	maxGroupAccounts = 1000
	maxGroups        = 4096 // the rest are counted, and not told one by one
	maxServices      = 1000
	maxFirstErrors   = 5
)

// otherServices stands for the services beyond maxServices: a network database
// names very many.
const otherServices = "others"

var hashSeed = maphash.MakeSeed()

func hashAccount(account string) uint64 { return maphash.String(hashSeed, strings.ToLower(account)) }

func newDigest(forReport bool) *digest {
	d := &digest{
		accounts: map[uint64]struct{}{},
		services: map[string]*counts{},
		missing:  map[string]int{},
		groups:   map[groupKey]*group{},
		wanted:   map[clickclass.Missing]*finding{},
	}
	if forReport {
		d.report = newReportDigest()
	}
	return d
}

// rank orders clicks by how much they deserve a look, the smallest first:
// people before dangerous links, then those whose nature is open, then the
// automated ones that look like people's doing, then the rest.
func rank(class clickclass.Class, dangerous bool) int {
	order := []clickclass.Class{clickclass.ClassHuman, clickclass.ClassLikelyHuman, clickclass.ClassUnknown,
		clickclass.ClassLikelyAutomated, clickclass.ClassAutomated}
	if !dangerous {
		order = []clickclass.Class{clickclass.ClassUnknown, clickclass.ClassLikelyAutomated, clickclass.ClassAutomated,
			clickclass.ClassLikelyHuman, clickclass.ClassHuman}
		return len(order) + slices.Index(order, class)
	}
	return slices.Index(order, class)
}

func (d *digest) addError(e *rowError) {
	d.errors++
	if len(d.firstErrors) < maxFirstErrors {
		d.firstErrors = append(d.firstErrors, e)
	}
}

// add counts a click. Its strings are copied where they are kept.
func (d *digest) add(r *clickclass.Result, n *clickclass.Neighbours) {
	if r.Revision > 0 {
		// A row that came too late for its neighbours changes their verdicts in
		// the rows of the output; here each click has been counted.
		d.revised++
		return
	}
	k, v := &r.Click, &r.Verdict
	c := classIndex(v.Class)
	d.rows++
	d.classes[c]++
	d.regimes[min(int(v.Regime), len(d.regimes)-1)]++
	danger := threats(k, v)
	if danger != "" {
		d.dangerous[c]++
	}
	var account uint64
	if k.AccountUpn != "" {
		account = hashAccount(k.AccountUpn)
		d.accounts[account] = struct{}{}
	}
	d.spanTo(k.Timestamp, k.Timestamp)
	for m := range v.Missing.All() {
		d.missing[m]++
	}
	service := serviceOf(k, v)
	d.service(service)[c]++

	var counted strings.Builder
	signals := v.Signals()
	for i := range signals {
		if signals[i].Counted {
			counted.WriteString(signals[i].Rule.ID)
			counted.WriteByte(' ')
		}
	}
	key := groupKey{v.Class, service, k.Workload, string(k.ActionType), danger, counted.String()}
	f := finding{Result: *r, rank: rank(v.Class, danger != "")}
	g := d.groups[key]
	if g == nil {
		if len(d.groups) < maxGroups {
			f.keep()
			key.service, key.workload, key.action = strings.Clone(service), f.Click.Workload, string(f.Click.ActionType)
			key.threats = strings.Clone(danger)
			g = &group{example: f, accounts: map[uint64]struct{}{}}
			d.groups[key] = g
		}
	} else if f.before(&g.example) {
		f.keep()
		g.example = f
	}
	if g != nil {
		g.n++
		if account != 0 && len(g.accounts) < maxGroupAccounts {
			g.accounts[account] = struct{}{}
		}
		g.first, g.last = earlier(g.first, k.Timestamp), later(g.last, k.Timestamp)
	}
	for _, m := range missingKinds {
		if v.Missing&m != 0 {
			d.want(m, &f)
		}
	}
	if d.report != nil {
		d.report.add(r, n, service, danger, f.rank)
	}
}

// missingKinds are the kinds of evidence, the most telling first.
var missingKinds = [...]clickclass.Missing{clickclass.MissingEndpoint, clickclass.MissingSignIn, clickclass.MissingMail}

// want remembers the click for which a kind of evidence is worth most.
func (d *digest) want(m clickclass.Missing, f *finding) {
	if old := d.wanted[m]; (old == nil || f.moreOpen(m, old)) && m.Query(&f.Click) != "" {
		kept := *f
		kept.keep()
		d.wanted[m] = &kept
	}
}

// moreOpen reports whether evidence of the kind is worth more for f than for g:
// those clicks come first that it would tell most of, then those whose verdict
// is not settled.
func (f *finding) moreOpen(m clickclass.Missing, g *finding) bool {
	order := func(f *finding) int {
		n := 0
		if next, _ := f.Verdict.Next(); next != m {
			n += 4
		}
		switch f.Verdict.Class {
		case clickclass.ClassAutomated, clickclass.ClassHuman:
			n += 2
		case clickclass.ClassLikelyHuman:
			n++
		}
		return n
	}
	return cmp.Or(cmp.Compare(order(f), order(g)), compareFindings(f, g)) < 0
}

func (d *digest) service(name string) *counts {
	c := d.services[name]
	if c == nil {
		if len(d.services) >= maxServices {
			name = otherServices
		}
		if c = d.services[name]; c == nil {
			c = new(counts)
			d.services[strings.Clone(name)] = c
		}
	}
	return c
}

func (d *digest) spanTo(first, last time.Time) {
	d.first, d.last = earlier(d.first, first), later(d.last, last)
}

// merge adds the digest of the rows that follow.
func (d *digest) merge(e *digest) {
	d.rows += e.rows
	d.revised += e.revised
	d.errors += e.errors
	if room := maxFirstErrors - len(d.firstErrors); room > 0 {
		d.firstErrors = append(d.firstErrors, e.firstErrors[:min(room, len(e.firstErrors))]...)
	}
	d.classes.add(&e.classes)
	d.dangerous.add(&e.dangerous)
	for a := range e.accounts {
		d.accounts[a] = struct{}{}
	}
	d.spanTo(e.first, e.last)
	for name, c := range e.services {
		d.service(name).add(c)
	}
	for i, n := range e.regimes {
		d.regimes[i] += n
	}
	for m, n := range e.missing {
		d.missing[m] += n
	}
	for key, g := range e.groups {
		have := d.groups[key]
		if have == nil {
			if len(d.groups) < maxGroups {
				d.groups[key] = g
			}
			continue
		}
		have.n += g.n
		have.first, have.last = earlier(have.first, g.first), later(have.last, g.last)
		for a := range g.accounts {
			if len(have.accounts) == maxGroupAccounts {
				break
			}
			have.accounts[a] = struct{}{}
		}
		if g.example.before(&have.example) {
			have.example = g.example
		}
	}
	for m, f := range e.wanted {
		if old := d.wanted[m]; old == nil || f.moreOpen(m, old) {
			d.wanted[m] = f
		}
	}
	if d.report != nil {
		d.report.merge(e.report)
	}
}

// sorted returns the groups, those most worth a look first.
func (d *digest) sorted() []*group {
	groups := make([]*group, 0, len(d.groups))
	for _, g := range d.groups {
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b *group) int {
		return cmp.Or(cmp.Compare(a.example.rank, b.example.rank), cmp.Compare(b.n, a.n), compareFindings(&a.example, &b.example))
	})
	return groups
}

// keep copies the strings of the click, which are parts of a much larger text.
func (f *finding) keep() {
	k := &f.Click
	for _, s := range []*string{&k.Url, &k.AccountUpn, &k.Workload, &k.NetworkMessageId, &k.ThreatTypes, &k.DetectionMethods, &k.UrlChain,
		&k.ReportId, &k.AppName, &k.AppVersion, &k.SourceId, (*string)(&k.ActionType)} {
		*s = strings.Clone(*s)
	}
}

// before reports whether f makes the better example of its group: the surer
// verdict, then the earlier click.
func (f *finding) before(g *finding) bool { return compareFindings(f, g) < 0 }

func compareFindings(f, g *finding) int {
	sure := func(f *finding) float64 { return max(f.Verdict.P, 1-f.Verdict.P) }
	return cmp.Or(cmp.Compare(f.rank, g.rank), cmp.Compare(sure(g), sure(f)), f.Click.Timestamp.Compare(g.Click.Timestamp),
		strings.Compare(f.Click.File, g.Click.File), cmp.Compare(f.Click.Row, g.Click.Row))
}

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
