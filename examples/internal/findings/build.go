package findings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Report returns what happened, the findings that deserve a look first in front.
func (c *Collector) Report() *Report {
	b := &builder{events: c.sorted()}
	r := &Report{asked: c.asked, Summary: Summary{
		Clicks: c.clicks, Accounts: len(c.accounts.seen), First: c.first, Last: c.last, Duplicates: c.duplicates, LeftOut: c.left,
		Machine: c.classes[clickclass.ClassAutomated] + c.classes[clickclass.ClassLikelyAutomated],
		Owner:   c.classes[clickclass.ClassOwner] + c.classes[clickclass.ClassLikelyOwner],
		Else:    c.classes[clickclass.ClassNotOwner],
		Unknown: c.classes[clickclass.ClassUnknown],
	}}
	shared := b.addAddresses()
	r.Summary.SharedAddresses = len(shared)
	b.addAccounts(&r.Summary, shared)
	b.addCampaigns(&r.Summary)
	for _, m := range c.machines {
		b.findings = append(b.findings, m.finding())
	}
	order := []Kind{TakenOver, Overrode, Opened, NotOwner, SharedAddress, Stopped, Machines}
	slices.SortStableFunc(b.findings, func(f, g Finding) int {
		return cmp.Or(cmp.Compare(slices.Index(order, f.Kind), slices.Index(order, g.Kind)), cmp.Compare(f.Priority, g.Priority),
			byKind(&f, &g), strings.Compare(f.Title, g.Title))
	})
	for i := range b.findings {
		b.findings[i].fill()
	}
	r.Findings = b.findings
	return r
}

// fill makes empty lists of those that there are not, so that each is always a list in JSON.
func (f *Finding) fill() {
	for _, list := range []*[]string{&f.Accounts, &f.Addresses, &f.Sites, &f.Services, &f.Messages} {
		if *list == nil {
			*list = []string{}
		}
	}
	if f.Story == nil {
		f.Story = []Event{}
	}
}

// byKind orders machines by their clicks, and everything else by time, the newest first.
func byKind(f, g *Finding) int {
	if f.Kind == Machines {
		return cmp.Compare(g.Clicks, f.Clicks)
	}
	return g.Last.Compare(f.Last)
}

// sorted returns the events in order of time.
func (c *Collector) sorted() []*event {
	list := make([]*event, 0, len(c.events))
	for _, e := range c.events {
		list = append(list, e)
	}
	slices.SortFunc(list, func(a, b *event) int {
		return cmp.Or(a.time.Compare(b.time), strings.Compare(a.file, b.file), cmp.Compare(a.row, b.row))
	})
	return list
}

// builder makes findings of events.
type builder struct {
	events   []*event
	findings []Finding
}

// byPerson reports whether a person clicked as far as can be told: the owner probably, or
// nothing tells and no machine is likelier.
func (e *event) byPerson() bool {
	switch e.class {
	case clickclass.ClassOwner, clickclass.ClassLikelyOwner:
		return true
	case clickclass.ClassUnknown:
		return e.p.Machine < 0.5
	}
	return false
}

func (e *event) byOwner() bool {
	return e.class == clickclass.ClassOwner || e.class == clickclass.ClassLikelyOwner
}

// bySomebodyElse reports whether the click may be that of an intruder.
func (e *event) bySomebodyElse() bool {
	return !e.byOwner() && (e.class == clickclass.ClassNotOwner || e.p.Other >= 0.1 || e.afterDanger || e.risky)
}

// What makes an account look taken over. Assumptions: an intruder reads more than one
// message, and the probabilities hold.
const (
	manyLinks = 3                   // different links that somebody else clicked from one address, after the owner opened something dangerous
	likely    = 0.4                 // or how probable somebody else is, for a single link
	twoLinks  = 2                   // different links, if the owner is not known to have opened anything dangerous
	veryMuch  = 0.5                 // and how probable somebody else is then
	afterward = 14 * 24 * time.Hour // how long the one is taken to have led to the other
)

// addAccounts adds the findings about somebody else in an account.
//
// Clicks from addresses that several accounts share are told of the address, unless the
// account looks taken over.
func (b *builder) addAccounts(s *Summary, shared map[string]bool) {
	byAccount := map[string][]*event{}
	var order []string
	for _, e := range b.events {
		if e.account == "" {
			continue
		}
		if byAccount[e.account] == nil {
			order = append(order, e.account)
		}
		byAccount[e.account] = append(byAccount[e.account], e)
	}
	var ips names
	for _, account := range order {
		f, ok := accountFinding(byAccount[account])
		if !ok {
			continue
		}
		if f.Kind == NotOwner && !slices.ContainsFunc(f.Addresses, func(address string) bool { return !shared[address] }) && len(f.Addresses) > 0 {
			continue
		}
		switch f.Kind {
		case TakenOver:
			s.TakenOver = append(s.TakenOver, f.Accounts[0])
			for _, ip := range f.Addresses {
				ips.add(ip)
			}
		case NotOwner:
			s.NotOwner = append(s.NotOwner, f.Accounts[0])
		}
		b.findings = append(b.findings, f)
	}
	s.TheirIPs = ips.list
}

// accountFinding tells of somebody else in the account of the events.
func accountFinding(events []*event) (f Finding, ok bool) {
	bait, others := somebodyElse(events)
	if theirs, sure := takenOver(bait, others); sure {
		f = newFinding(TakenOver, 1, bait, theirs)
		f.Title = fmt.Sprintf("%s looks taken over: %s", f.Accounts[0], clicksFrom(&f))
		if bait != nil {
			f.Title += fmt.Sprintf(", the first %s after %s was opened there", Span(theirs[0].time.Sub(bait.time)), bait.what())
		}
		f.Detail = "That somebody else clicked is inferred, with a probability of " + Probability(mostOther(theirs)) + " at most: " + because(theirs) + "."
		if n := len(others) - len(theirs); n > 0 {
			f.Detail += fmt.Sprintf(" %s from other new addresses may be the owner's own.", sentence(Plural(n, "further click")))
		}
		f.Advice = "Ask the owner about these clicks; if they were not theirs, revoke the sessions, reset the password, and look for inbox rules, consents and further sign-ins from these addresses."
		return f, true
	}
	if len(others) == 0 || others[0].class != clickclass.ClassNotOwner && mostOther(others) < 0.1 {
		return f, false
	}
	f = newFinding(NotOwner, 2, bait, others)
	verb := "may not be"
	switch {
	case allNotOwner(others) && len(others) == 1:
		verb = "was probably not"
	case allNotOwner(others):
		verb = "were probably not"
	}
	f.Title = fmt.Sprintf("In %s, %s %s the owner's", f.Accounts[0], clicksFrom(&f), verb)
	f.Detail = sentence(because(others) + ".")
	f.Advice = "Compare with the account's sign-ins and devices."
	return f, true
}

// takenOver returns the clicks that make an account look taken over, out of those that may be
// somebody else's.
func takenOver(bait *event, others []*event) (theirs []*event, sure bool) {
	byAddress := map[string][]*event{}
	for _, e := range others {
		byAddress[e.address] = append(byAddress[e.address], e)
	}
	many, risky := false, false
	for _, e := range others {
		there := byAddress[e.address]
		n := countLinks(there)
		if n < manyLinks && mostOther(there) < likely && !twoInADay(there) {
			continue // the owner, on the way, as likely as not
		}
		theirs = append(theirs, e)
		many = many || n >= manyLinks
		risky = risky || e.risky
	}
	most := mostOther(theirs)
	return theirs, (bait != nil || risky) && (many || most >= likely) || most >= veryMuch && countLinks(theirs) >= twoLinks
}

func countLinks(list []*event) int {
	var links names
	for _, e := range list {
		links.add(e.url)
	}
	return len(links.seen)
}

// twoInADay reports whether different links were clicked within a day.
func twoInADay(list []*event) bool {
	for i := 1; i < len(list); i++ {
		if list[i].url != list[i-1].url && list[i].time.Sub(list[i-1].time) < 24*time.Hour {
			return true
		}
	}
	return false
}

// mostOther returns how probable somebody else is at most.
func mostOther(list []*event) float64 {
	most := 0.0
	for _, e := range list {
		most = max(most, e.p.Other)
	}
	return most
}

// newFinding returns a finding about clicks in one account, with their story.
func newFinding(kind Kind, priority int, bait *event, list []*event) Finding {
	var addresses, sites, services names
	for _, e := range list {
		addresses.add(e.address)
		sites.add(e.site)
		services.add(e.service)
	}
	f := Finding{
		Kind: kind, Priority: priority, Clicks: len(list), Accounts: []string{list[0].name}, AccountCount: 1,
		Addresses: addresses.list, Sites: sites.list, Services: services.list,
		First: list[0].time, Last: list[len(list)-1].time,
	}
	if bait != nil {
		f.Story = append(f.Story, bait.tell(bait.what()+" was opened"+by(bait)))
		f.First = bait.time
	}
	f.Story = append(f.Story, tellAll(list, func(e *event, new bool) string { return e.story(new) })...)
	return f
}

// clicksFrom says "7 clicks from 192.0.2.77".
func clicksFrom(f *Finding) string { return Plural(f.Clicks, "click") + fromAddresses(f.Addresses) }

// tellAll tells of events in order. Those that follow one another within minutes, on one site
// and from one address, are told together, and of many only the first and the last.
func tellAll(events []*event, text func(e *event, newAddress bool) string) []Event {
	var told []Event
	for i := 0; i < len(events); {
		first, n := events[i], 1
		for i+n < len(events) && events[i+n].follows(events[i+n-1]) {
			n++
		}
		what := text(first, i == 0 || first.address != events[i-1].address)
		if n > 1 {
			what += fmt.Sprintf(", %d times in %s", n, Span(events[i+n-1].time.Sub(first.time)))
		}
		told = append(told, first.tell(what))
		i += n
	}
	if len(told) > maxStory {
		rest := len(told) - maxStory + 1
		last := told[len(told)-1]
		last.What += fmt.Sprintf(" (%s between these not shown)", Plural(rest, "step"))
		told = append(told[:maxStory-1], last)
	}
	return told
}

func (e *event) follows(before *event) bool {
	return e.account == before.account && e.site == before.site && e.address == before.address && e.opened == before.opened && e.time.Sub(before.time) < 10*time.Minute
}

// somebodyElse returns the clicks of an account that may be somebody else's. If one came within
// two weeks after something dangerous was opened there, bait is that, and what came before it
// is left out.
func somebodyElse(events []*event) (bait *event, others []*event) {
	var opened, after []*event
	for _, e := range events {
		switch {
		case e.dangerous && e.opened && e.byPerson() && !e.afterDanger:
			opened = append(opened, e)
		case e.bySomebodyElse():
			others = append(others, e)
		}
	}
	for _, e := range others {
		for _, o := range opened {
			if e.time.After(o.time) && e.time.Sub(o.time) <= afterward && (e.afterDanger || e.risky || e.p.Other >= likely || e.class == clickclass.ClassNotOwner) {
				if bait == nil {
					bait = o
				}
				after = append(after, e)
				break
			}
		}
	}
	if bait != nil {
		return bait, after
	}
	return nil, others
}

func allNotOwner(list []*event) bool {
	return !slices.ContainsFunc(list, func(e *event) bool { return e.class != clickclass.ClassNotOwner })
}

// because says what was seen that speaks for somebody else.
func because(list []*event) string {
	var reasons names
	for _, e := range list {
		for _, text := range e.why {
			reasons.add(text)
		}
	}
	if len(reasons.list) == 0 {
		return "the reasons are with the clicks"
	}
	return strings.Join(reasons.list[:min(len(reasons.list), 3)], "; ")
}

// what names what an event is about.
func (e *event) what() string {
	switch {
	case e.site != "":
		return e.site
	case e.url != "":
		return cut(e.url, 80)
	}
	return "a link"
}

func by(e *event) string {
	switch {
	case e.byOwner():
		return " by the owner"
	case e.class == clickclass.ClassUnknown:
		return ", probably by the owner"
	}
	return ""
}

func (e *event) story(newAddress bool) string {
	text := "click on " + e.what()
	if newAddress && e.address != "" {
		text += " from " + e.address
		if e.service != "outside Microsoft" && e.service != "no address" {
			text += " (" + e.service + ")"
		}
	}
	return text
}

func (e *event) tell(what string) Event {
	return Event{Time: e.time, What: what, Account: e.name, Address: e.address, Site: e.site, URL: e.url, Class: e.class, File: e.file, Row: e.row}
}

func (m *machine) finding() Finding {
	f := Finding{
		Kind: Machines, Priority: 5, Clicks: m.clicks, Accounts: m.accounts.list, AccountCount: len(m.accounts.seen),
		Addresses: m.addresses.list, Services: []string{m.name}, First: m.first, Last: m.last,
		Title: fmt.Sprintf("%s: %s in %s", m.name, Plural(m.clicks, "click"), accounts(len(m.accounts.seen))),
	}
	if m.opened > 0 {
		f.Priority = 2
		f.Detail = fmt.Sprintf("Of these, %s on something dangerous; the owners did not open it there, probably.", Plural(m.opened, "click"))
	}
	return f
}

func accounts(n int) string {
	if n >= maxAccounts {
		return "at least " + Plural(n, "account")
	}
	return Plural(n, "account")
}
