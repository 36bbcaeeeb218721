package findings

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Collector takes verdicts and makes findings of them. The zero Collector is empty. Its size
// is bounded.
type Collector struct {
	clicks, duplicates, left int
	classes                  [clickclass.ClassOwner + 1]int
	accounts                 distinct
	first, last              time.Time
	events                   map[place]*event
	kept                     [6]int // events by priority
	machines                 map[string]*machine
	asked                    []asked // those that evidence is worth most for, in order
}

// place is where a click stands in the input.
type place struct {
	file string
	row  int64
}

// event is a click that belongs to a finding.
type event struct {
	place
	time                        time.Time
	account, name               string // the account folded, and as the row has it
	address, site, url, message string
	service, threat             string
	class                       clickclass.Class
	p                           clickclass.Probabilities
	priority                    int
	dangerous, opened, overrode bool
	later                       bool     // it was found dangerous only later
	afterDanger, risky          bool     // the rules of that name counted
	why                         []string // reasons that speak for somebody else, the strongest first
}

// machine counts the clicks of a service.
type machine struct {
	name                string
	clicks, opened      int // opened: of something dangerous
	accounts, addresses names
	first, last         time.Time
}

const (
	maxEvents   = 20_000 // of each priority
	maxServices = 1_000
	maxAccounts = 1_000 // different names of one thing
	maxListed   = 100   // names in a list of a finding
	maxName     = 320   // bytes of a name; a mail address has no more
	speaks      = 0.5   // the weight from which a reason speaks for somebody else
	maxStory    = 12
)

// Add takes the next verdict. A revision takes the place of the verdict before it.
func (c *Collector) Add(r *clickclass.Result) {
	k, v := &r.Click, &r.Verdict
	at := place{k.File, k.Row}
	if r.Revision > 0 {
		if old := c.events[at]; old != nil {
			*old = *newEvent(r, at)
		} else if belongs(r) {
			c.keep(newEvent(r, at))
		}
		return
	}
	c.clicks++
	if v.Flags.Has(clickclass.FlagDuplicate) {
		c.duplicates++
		return
	}
	c.classes[v.Class]++
	c.first, c.last = earlier(c.first, k.Timestamp), later(c.last, k.Timestamp)
	c.accounts.add(fold(k.AccountUpn))
	c.ask(r, at)
	switch {
	case isMachine(v.Class):
		c.addMachine(r)
	case belongs(r):
		c.keep(newEvent(r, at))
	}
}

// belongs reports whether a click belongs to a finding about accounts.
func belongs(r *clickclass.Result) bool {
	return !isMachine(r.Verdict.Class) && (r.Dangerous() || r.Priority() <= 2 || counted(&r.Verdict, "b.after_danger") || counted(&r.Verdict, "ip.risky_signin"))
}

func isMachine(c clickclass.Class) bool {
	return c == clickclass.ClassAutomated || c == clickclass.ClassLikelyAutomated
}

func counted(v *clickclass.Verdict, rule string) bool {
	return slices.ContainsFunc(v.Reasons, func(r clickclass.Reason) bool { return r.Rule == rule && r.Counted })
}

func (c *Collector) keep(e *event) {
	if c.kept[e.priority] == maxEvents {
		c.left++
		return
	}
	c.kept[e.priority]++
	if c.events == nil {
		c.events = map[place]*event{}
	}
	c.events[e.place] = e
}

func newEvent(r *clickclass.Result, at place) *event {
	k, v := &r.Click, &r.Verdict
	e := &event{
		place: place{strings.Clone(at.file), at.row}, time: k.Timestamp,
		account: cut(fold(k.AccountUpn), maxName), name: cut(k.AccountUpn, maxName),
		site: cut(k.Site(), maxName), url: cut(k.OriginalURL(), 500), message: cut(k.NetworkMessageId, maxName),
		service: cut(Service(r), maxName), threat: cut(k.ThreatTypes, 100), class: v.Class, p: v.P, priority: r.Priority(),
		dangerous: r.Dangerous(), opened: r.Opened(),
		overrode: k.IsClickedThrough || k.ActionType == clickclass.ClickedThrough,
		later:    v.Flags.Has(clickclass.FlagVerdictChangedLater),
	}
	if k.IPAddress.IsValid() {
		e.address = k.IPAddress.String()
	}
	e.afterDanger, e.risky = counted(v, "b.after_danger"), counted(v, "ip.risky_signin")
	for i := range v.Reasons {
		if reason := &v.Reasons[i]; reason.Counted && reason.Other >= speaks {
			e.why = append(e.why, ruleTexts()[reason.Rule])
		}
	}
	return e
}

// ruleTexts are the texts of the rules, without what a click showed of them.
var ruleTexts = sync.OnceValue(func() map[string]string {
	texts := map[string]string{}
	for _, r := range clickclass.Rules() {
		texts[r.ID] = r.Text
	}
	return texts
})

func (c *Collector) addMachine(r *clickclass.Result) {
	name := Service(r)
	m := c.machines[name]
	if m == nil {
		if len(c.machines) >= maxServices {
			name = "others"
			m = c.machines[name]
		}
		if m == nil {
			if c.machines == nil {
				c.machines = map[string]*machine{}
			}
			m = &machine{name: strings.Clone(name)}
			c.machines[m.name] = m
		}
	}
	m.clicks++
	if r.Dangerous() && r.Opened() {
		m.opened++
	}
	m.first, m.last = earlier(m.first, r.Click.Timestamp), later(m.last, r.Click.Timestamp)
	m.accounts.add(fold(r.Click.AccountUpn))
	if r.Click.IPAddress.IsValid() {
		m.addresses.add(r.Click.IPAddress.String())
	}
}

// Service returns whose address a click came from, in words.
func Service(r *clickclass.Result) string {
	switch o := &r.Verdict.Origin; {
	case !r.Click.IPAddress.IsValid():
		return "no address"
	case o.Service != "":
		return o.Service
	case o.Network.Organization != "":
		return o.Network.Organization
	}
	return "outside Microsoft"
}

// names are different texts in the order in which they came: maxAccounts at most, of which
// the first maxListed are listed.
type names struct {
	list []string
	seen map[string]struct{}

	counted bool // all are counted: they are names of events, which are bounded
	listed  bool // and listed
}

func (n *names) add(s string) { n.addAs(s, s) }

// addAs adds a name that may be spelled in several ways, by what they have in common.
func (n *names) addAs(s, common string) {
	if s == "" || !n.counted && len(n.seen) >= maxAccounts || n.has(common) {
		return
	}
	if n.seen == nil {
		n.seen = map[string]struct{}{}
	}
	s = strings.Clone(s)
	n.seen[strings.Clone(common)] = struct{}{}
	if n.listed || len(n.list) < maxListed {
		n.list = append(n.list, s)
	}
}

func (n *names) has(s string) bool { _, ok := n.seen[s]; return ok }

func fold(account string) string { return strings.ToLower(strings.TrimSpace(account)) }

// cut returns the beginning of s.
func cut(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "") + "…"
	}
	return strings.Clone(s)
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
