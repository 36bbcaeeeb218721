package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/examples/internal/findings"
)

// What the page shows of each kind of finding: how many with all they say, and how many at all.
const (
	maxOpenFindings  = 5
	maxTitles        = 3
	maxShownFindings = 100
	maxReportSteps   = 6 // of a story, but that of an account that was taken over
)

// reportGroup is findings under one heading.
type reportGroup struct {
	Heading string
	Quiet   bool // the heading is for those who do not see the page
	Shown   []reportFinding
	Folded  []reportFinding
	More    string // how many are folded, "" if none are
	LeftOut string // how many are not there
}

// reportFinding is a finding as the page shows it.
type reportFinding struct {
	Kind, Mark string // Mark: its kind in words
	Title      string
	Open       bool // all that it says is shown at first
	Story      []reportStep
	Steps      string // that not all of its steps are shown, "" if they are
	Who        string // its accounts, if a story does not name them
	Why, Do    string
	Links      []reportLink
}

type reportStep struct{ ISO, When, What string }

// reportLink leads to clicks in the table.
type reportLink struct{ Text, Filter string }

// kindMarks name the kinds of findings in a word or two.
var kindMarks = map[findings.Kind]string{
	findings.TakenOver: "taken over", findings.Overrode: "warning passed", findings.Opened: "opened",
	findings.NotOwner: "not the owner?", findings.SharedAddress: "shared address", findings.Stopped: "stopped", findings.Machines: "machine",
}

// headline names the case in a few words.
func headline(d *digest) string {
	s := &d.report().Summary
	who := func(names []string) string { return namesOf(names[:min(len(names), 2)], len(names)) }
	is := func(n int, one, many string) string {
		if n == 1 {
			return one
		}
		return many
	}
	switch {
	case d.rows == 0:
		return "No clicks"
	case len(s.TakenOver) > 0:
		return who(s.TakenOver) + is(len(s.TakenOver), " looks", " look") + " taken over"
	case len(s.OpenedBy) > 0:
		return who(s.OpenedBy) + " opened something dangerous"
	case len(s.PerhapsBy) > 0:
		return "Somebody opened something dangerous as " + who(s.PerhapsBy)
	case d.rows == 1:
		for _, g := range d.groups {
			return cmp.Or(g.example.Click.AccountUpn, "No account") + ": " + className(g.example.Verdict.Class)
		}
	case len(s.NotOwner) > 0:
		return "Clicks in " + who(s.NotOwner) + " may not be the " + is(len(s.NotOwner), "owner's", "owners'")
	case s.SharedAddresses > 0:
		return "Clicks from " + plural(s.SharedAddresses, "shared address") + is(s.SharedAddresses, "", "es") + " may not be the owners'"
	case s.StoppedBy > 0:
		return "Safe Links stopped " + plural(s.StoppedBy, "account") + "; nobody else opened anything dangerous"
	case s.Unknown == s.Clicks-s.Duplicates:
		return "Nothing tells who made " + is(s.Clicks, "the click", "the "+plural(s.Clicks, "click"))
	}
	return "Nothing dangerous in " + plural(s.Clicks-s.Duplicates, "click")
}

// addFindings adds what happened, under the headings that the text has too.
func (p *reportPage) addFindings(r *findings.Report) {
	left := map[string]int{}
	for i := range r.Findings {
		f := &r.Findings[i]
		heading := headingOf(f.Kind)
		group := &p.Machines
		if f.Kind != findings.Machines {
			if len(p.Groups) == 0 || p.Groups[len(p.Groups)-1].Heading != heading {
				p.Groups = append(p.Groups, reportGroup{Heading: heading, Quiet: f.Kind == findings.Stopped})
			}
			group = &p.Groups[len(p.Groups)-1]
		} else {
			heading = "Machines"
		}
		view := newReportFinding(f)
		switch {
		case f.Priority == 1 && len(group.Shown) < maxOpenFindings:
			view.Open = true
			group.Shown = append(group.Shown, view)
		case f.Kind != findings.Machines && f.Priority != 1 && len(group.Shown) < titlesOf(f.Kind, len(p.Groups)):
			group.Shown = append(group.Shown, view)
		case len(group.Folded) < maxShownFindings:
			group.Folded = append(group.Folded, view)
		default:
			left[heading]++
			group.LeftOut = thousands(left[heading]) + " more are not shown: --format ndjson --findings lists them all."
		}
		if n := len(group.Folded) + left[heading]; n > 0 {
			group.More = moreFindings(n, len(group.Shown))
		}
	}
	p.Machines.Heading = machinesHeading(r)
}

func moreFindings(n, shown int) string {
	if shown > 0 {
		return plural(n, "more finding")
	}
	return plural(n, "finding")
}

// machinesHeading says what machines did, "" if they did nothing.
func machinesHeading(r *findings.Report) string {
	services := 0
	for i := range r.Findings {
		if r.Findings[i].Kind == findings.Machines {
			services++
		}
	}
	if services == 0 {
		return ""
	}
	return fmt.Sprintf("%s by machines of %s", sentence(plural(r.Summary.Machine, "click")), plural(services, "service"))
}

// titlesOf returns how many findings of a kind show their titles. What is less certain is folded
// behind what is not.
func titlesOf(kind findings.Kind, groups int) int {
	if groups > 1 && (kind == findings.NotOwner || kind == findings.SharedAddress) {
		return 0
	}
	return maxTitles
}

func newReportFinding(f *findings.Finding) reportFinding {
	visible := namingSites(f)
	v := reportFinding{Kind: string(f.Kind), Mark: kindMarks[f.Kind], Title: visible(f.Title), Why: visible(f.Detail), Do: visible(f.Advice), Links: linksOf(f)}
	if f.Kind == findings.SharedAddress || f.Kind == findings.Stopped {
		v.Who = visible(namesOf(f.Accounts, f.AccountCount))
	}
	if f.Kind == findings.Machines {
		v.Who = visible("from " + namesOf(f.Addresses, len(f.Addresses)))
	}
	story := f.Story
	if f.Kind != findings.TakenOver && len(story) > maxReportSteps {
		story = story[:maxReportSteps]
		v.Steps = "and so on, " + plural(f.Clicks, "click") + " in all"
	}
	for _, e := range story {
		step := reportStep{When: "no time", What: visible(e.What)}
		if !e.Time.IsZero() {
			at := e.Time.UTC()
			step.ISO, step.When = at.Format(time.RFC3339), at.Format("2 Jan 15:04:05")
		}
		v.Story = append(v.Story, step)
	}
	return v
}

// namingSites returns visible with the names on the wire beside the sites of a finding that
// are not of ASCII letters.
func namingSites(f *findings.Finding) func(string) string {
	var pairs []string
	for _, site := range f.Sites {
		if wire := wireName(site); wire != "" {
			pairs = append(pairs, site, site+" ("+wire+")")
		}
	}
	if pairs == nil {
		return visible
	}
	names := strings.NewReplacer(pairs...)
	return func(s string) string { return visible(names.Replace(s)) }
}

// The clicks of people, as far as can be told.
const peopleFilter = "class:owner,likely_owner,unknown"

// linksOf returns the filters that show the clicks of a finding.
func linksOf(f *findings.Finding) []reportLink {
	terms := func(terms ...string) string {
		var kept []string
		for _, t := range terms {
			if t != "" {
				kept = append(kept, t)
			}
		}
		return strings.Join(kept, " ")
	}
	account, addresses, sites := filterTerm("account", f.Accounts...), filterTerm("ip", f.Addresses...), filterTerm("site", f.Sites...)
	switch f.Kind {
	case findings.TakenOver, findings.NotOwner:
		list := []reportLink{{"These clicks", terms(account, addresses)}}
		if !f.First.IsZero() && f.First.Before(f.Last) {
			list = append(list, reportLink{"All clicks of the account in that time", terms(account, spanFilter(f.First, f.Last.Add(time.Second)))})
		}
		return list
	case findings.Overrode:
		return []reportLink{{"These clicks", terms("action:through", peopleFilter, sites)}}
	case findings.Opened:
		return []reportLink{{"These clicks", terms("dangerous:yes opened:yes", peopleFilter, sites)}}
	case findings.Stopped:
		return []reportLink{{"These clicks", terms("dangerous:yes opened:no", peopleFilter, sites)}}
	case findings.SharedAddress:
		return []reportLink{{"All clicks from there", addresses}}
	}
	return []reportLink{{"These clicks", terms("class:automated,likely_automated", filterTerm("service", f.Services...))}}
}

// maxTermValues is how many values a term of a filter names; a longer list names nothing.
const maxTermValues = 20

// filterTerm returns a term of the filter that the page's search box reads, such as
// account:alex@contoso.example.
func filterTerm(field string, values ...string) string {
	if len(values) == 0 || len(values) > maxTermValues {
		return ""
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		v = visible(v)
		if v == "" || strings.ContainsAny(v, " ,\"\\") {
			v = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v) + `"`
		}
		quoted[i] = v
	}
	return field + ":" + strings.Join(quoted, ",")
}

// spanFilter returns the term for a span of time, without its end.
func spanFilter(from, to time.Time) string {
	const layout = "2006-01-02T15:04:05Z"
	return "from:" + from.UTC().Format(layout) + " to:" + to.UTC().Format(layout)
}
