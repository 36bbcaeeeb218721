package findings

import (
	"fmt"
	"slices"
	"strings"
)

// campaign is clicks on something dangerous that belong together: on one site, or on links of
// one message.
type campaign struct {
	events []*event
	parent *campaign // that this one was joined to, or nil
}

func (c *campaign) root() *campaign {
	for c.parent != nil {
		c = c.parent
	}
	return c
}

// campaigns groups the events on something dangerous by site and by message.
func campaigns(events []*event) []*campaign {
	byKey := map[string]*campaign{}
	var all []*campaign
	for _, e := range events {
		if !e.dangerous || !e.byPerson() {
			continue
		}
		c := &campaign{events: []*event{e}}
		for _, key := range []string{"site " + e.site, "message " + e.message} {
			if strings.HasSuffix(key, " ") {
				continue
			}
			if old := byKey[key]; old != nil && old.root() != c.root() {
				// The smaller joins the larger, so that joining stays cheap.
				a, b := old.root(), c.root()
				if len(a.events) < len(b.events) {
					a, b = b, a
				}
				a.events = append(a.events, b.events...)
				b.events, b.parent = nil, a
			}
			byKey[key] = c.root()
		}
		all = append(all, c)
	}
	return slices.DeleteFunc(all, func(c *campaign) bool { return c.parent != nil })
}

// addCampaigns adds the findings about something dangerous that persons clicked.
func (b *builder) addCampaigns(s *Summary) {
	every := names{counted: true, listed: true}
	opened, perhaps, overrode, stopped := every, every, every, every
	for _, c := range campaigns(b.events) {
		slices.SortFunc(c.events, func(x, y *event) int { return x.time.Compare(y.time) })
		var over, open, stop []*event
		for _, e := range c.events {
			switch {
			case e.overrode:
				over = append(over, e)
				overrode.addAs(e.name, e.account)
			case e.opened:
				open = append(open, e)
			default:
				stop = append(stop, e)
				stopped.add(e.account)
				s.Stopped++
			}
			switch {
			case !e.opened:
			case e.byOwner():
				opened.addAs(e.name, e.account)
			default:
				perhaps.addAs(e.name, e.account)
			}
		}
		if len(over) > 0 {
			b.findings = append(b.findings, campaignFinding(Overrode, over))
		}
		if len(open) > 0 {
			b.findings = append(b.findings, campaignFinding(Opened, open))
		}
		if len(stop) > 0 {
			b.findings = append(b.findings, campaignFinding(Stopped, stop))
		}
	}
	s.OpenedBy, s.Overrode, s.StoppedBy = opened.list, overrode.list, len(stopped.seen)
	s.PerhapsBy = slices.DeleteFunc(perhaps.list, func(name string) bool { return opened.has(fold(name)) })
}

func campaignFinding(kind Kind, events []*event) Finding {
	accountNames := names{counted: true}
	var addresses, sites, services, messages names
	owner, later := 0, 0
	f := Finding{Kind: kind, Priority: 1, Clicks: len(events), First: events[0].time, Last: events[len(events)-1].time}
	for _, e := range events {
		accountNames.addAs(e.name, e.account)
		addresses.add(e.address)
		sites.add(e.site)
		services.add(e.service)
		messages.add(e.message)
		if e.byOwner() {
			owner++
		}
		if e.later && e.threat == "" {
			later++
		}
	}
	f.Accounts, f.Addresses, f.Sites, f.Services, f.Messages = accountNames.list, addresses.list, sites.list, services.list, messages.list
	f.AccountCount = len(accountNames.seen)
	what := sites.join(3)
	if what == "" {
		what = "a link"
	}
	who := list(accountNames.list, len(accountNames.seen), 5)
	danger := threatOf(events)
	switch kind {
	case Overrode:
		f.Title = fmt.Sprintf("%s went past the warning of Safe Links to %s%s", who, what, danger)
		f.Advice = "Ask what was typed or downloaded there; reset the password if it was typed."
	case Opened:
		f.Title = fmt.Sprintf("%s opened %s%s", who, what, danger)
		if later == len(events) {
			f.Title += ", found dangerous only later"
		}
		f.Advice = "Ask what was typed or downloaded there; reset the password if it was typed."
	case Stopped:
		f.Priority = 3
		f.Title = fmt.Sprintf("Safe Links stopped %s on %s%s", Plural(len(accountNames.seen), "account"), what, danger)
	}
	if kind != Stopped {
		switch {
		case owner == 0:
			f.Detail = "Who clicked cannot be told from the data given; the owner is likelier than a machine."
		case owner < len(events):
			f.Detail = fmt.Sprintf("%s by the owner, probably; of the others nothing tells who clicked.", sentence(Plural(owner, "click")))
		}
	}
	f.Story = tellAll(events, func(e *event, _ bool) string { return e.outcome() })
	return f
}

// outcome says what became of a click on something dangerous.
func (e *event) outcome() string {
	from := ""
	if e.address != "" {
		from = " from " + e.address
	}
	switch {
	case e.overrode:
		return e.name + " went past the warning to " + e.what() + from
	case e.opened:
		return e.name + " opened " + e.what() + from
	}
	return e.name + " was stopped at " + e.what() + from
}

// threatOf returns the threats that rows name, in brackets.
func threatOf(events []*event) string {
	var threats names
	for _, e := range events {
		threats.add(e.threat)
	}
	if len(threats.list) == 0 {
		return ""
	}
	return " (" + threats.join(3) + ")"
}

// addAddresses adds the addresses from which somebody else clicked in several accounts, and
// returns them.
func (b *builder) addAddresses() (shared map[string]bool) {
	shared = map[string]bool{}
	type visits struct {
		events   []*event
		accounts names
	}
	byAddress := map[string]*visits{}
	var order []string
	for _, e := range b.events {
		if e.address == "" || !e.bySomebodyElse() {
			continue
		}
		v := byAddress[e.address]
		if v == nil {
			v = new(visits)
			byAddress[e.address] = v
			order = append(order, e.address)
		}
		v.events = append(v.events, e)
		v.accounts.counted = true
		v.accounts.addAs(e.name, e.account)
	}
	for _, address := range order {
		v := byAddress[address]
		if len(v.accounts.seen) < 2 {
			continue
		}
		var sites, services names
		most := 0.0
		for _, e := range v.events {
			sites.add(e.site)
			services.add(e.service)
			most = max(most, e.p.Other)
		}
		f := Finding{
			Kind: SharedAddress, Priority: 2, Clicks: len(v.events), Accounts: v.accounts.list, AccountCount: len(v.accounts.seen),
			Addresses: []string{address}, Sites: sites.list, Services: services.list,
			First: v.events[0].time, Last: v.events[len(v.events)-1].time,
			Title:  fmt.Sprintf("One address in %s: %s from %s (%s)", Plural(len(v.accounts.seen), "mailbox"), Plural(len(v.events), "click"), address, services.list[0]),
			Detail: "Nothing shows the owners there. It may be a network that many people leave from, a tool, or one intruder.",
			Advice: "Find out whose address it is; if it is yours, declare it with --ranges.",
		}
		f.Story = tellAll(v.events, func(e *event, _ bool) string { return e.name + ": click on " + e.what() })
		b.findings = append(b.findings, f)
		shared[address] = true
	}
	return shared
}
