package synth

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// world is a tenant in the making.
type world struct {
	rng      *rand.Rand
	p        params
	name     string
	tenant   *Tenant
	accounts []account
	messages []*message
}

// New makes tenant n of the series that the options describe. The same
// arguments always give the same tenant.
func New(n int, o Options) *Tenant {
	if o.Variant == Hard {
		return newHard(n, o)
	}
	rng := rand.New(rand.NewPCG(o.Seed, uint64(n)))
	w := &world{rng: rng, p: draw(rng, o), name: fmt.Sprintf("tenant%d", n+1)}
	w.tenant = &Tenant{Name: w.name, Accounts: w.p.accounts, Networks: networks}
	w.makeAccounts()
	w.makePeople()
	for range int(w.p.attackers) {
		w.attack()
	}
	w.makeMachines()
	w.makeSignIns()
	w.makeNoise()
	w.makeMail()
	w.observe()
	return w.tenant
}

func (w *world) chance(p float64) bool { return w.rng.Float64() < p }

func (w *world) end() time.Time { return Start.Add(days * 24 * time.Hour) }

// seconds draws a duration between two numbers of seconds.
func (w *world) seconds(low, high float64) time.Duration {
	return time.Duration((low + w.rng.Float64()*(high-low)) * float64(time.Second))
}

// ask adds a click row. Message m is nil for a link in a chat or document.
func (w *world) ask(t time.Time, m *message, a *account, url string, addr netip.Addr, truth Truth) {
	if t.After(w.end()) {
		return
	}
	t = t.Truncate(100 * time.Nanosecond)
	row := clickclass.Click{
		Timestamp: t, Url: url, ActionType: clickclass.ClickAllowed, AccountUpn: a.upn, Workload: "Email",
		IPAddress: addr, UrlChain: `["` + url + `"]`, AppName: "Mail", AppVersion: "0.0.0000",
		ReportId: clockID(w.rng, t),
	}
	switch {
	case m == nil:
		row.Workload, row.AppName = "Teams", "Teams"
		if truth.From != FromTeams && w.chance(0.2) {
			row.Workload, row.AppName = "Office", "Word"
		}
	default:
		row.NetworkMessageId, row.SourceId = m.id, m.id
		m.used = true
		if m.bad && w.chance(0.3) {
			row.ActionType, row.ThreatTypes = clickclass.ClickBlocked, "Phish"
		}
	}
	if w.chance(0.02) {
		row.ActionType = clickclass.UrlErrorPage
	}
	w.tenant.Rows = append(w.tenant.Rows, Row{row, truth})
}

// makePeople writes the mail of three weeks and the clicks on it.
func (w *world) makePeople() {
	for range w.p.campaigns {
		w.campaign()
	}
	made := len(w.tenant.Rows)
	for made < w.p.clicks {
		day := Start.Add(time.Duration(w.rng.IntN(days)) * 24 * time.Hour)
		received := day.Add(time.Duration(w.rng.Int64N(int64(24 * time.Hour))))
		if w.chance(0.7) { // most mail comes in working hours
			received = day.Add(time.Duration(8-w.p.zone)*time.Hour + time.Duration(w.rng.Int64N(int64(10*time.Hour))))
		}
		known := len(w.messages)
		w.newMailing(received)
		if len(w.messages) > 40*w.p.clicks { // people of this tenant do not click
			break
		}
		for _, m := range w.messages[known:] {
			for _, r := range m.recipients {
				if w.chance(w.p.clickRate) {
					w.visit(m, &w.accounts[r])
					made++
				}
			}
		}
	}
	for range int(float64(w.p.clicks) * w.p.teams) {
		a := &w.accounts[w.rng.IntN(len(w.accounts))]
		t := w.working(a, Start.Add(time.Duration(w.rng.Int64N(int64(days*24*time.Hour)))))
		where := w.at(a, t)
		url := fmt.Sprintf("https://%s/c%d", w.commonHost(), w.rng.IntN(1e6))
		addr, from := where.click, where.from
		if w.chance(w.p.onBehalf) {
			addr, from = address(w.rng, FromTeams), FromTeams
		}
		w.ask(t, nil, a, url, addr, Truth{Kind: PersonTeams, From: from})
		w.browse(a, where, url, t)
	}
}

// delay draws a person's delay: log-normal, not below 3 s.
func (w *world) delay() time.Duration {
	s := math.Exp(w.p.delayMean + w.p.delaySpread*w.rng.NormFloat64())
	return time.Duration(max(3+w.rng.Float64(), min(s, 1e7)) * float64(time.Second))
}

// visit is a recipient's click with all that goes with it.
func (w *world) visit(m *message, a *account) {
	kind := Person
	if a.night {
		kind = PersonNight
	}
	t := m.received.Add(w.delay())
	switch {
	case w.chance(w.p.fast):
		kind, t = PersonFast, m.received.Add(w.seconds(3, 9))
	case t.Sub(m.received) > 5*time.Minute:
		t = w.working(a, t)
	}
	where := w.at(a, t)
	if w.chance(w.p.mobile) {
		where = w.onPhone(a, t)
	}
	first := w.rng.IntN(len(m.urls))
	url := m.urls[first]
	switch {
	case w.chance(w.p.forwarded):
		// Somebody outside opens the link that was wrapped for the recipient.
		w.ask(t.Add(w.seconds(60, 7200)), m, a, url, address(w.rng, FromHome), Truth{Kind: Forwarded, From: FromHome})
		return
	case w.chance(w.p.through):
		w.through(m, a, url, where, t)
		return
	}
	w.ask(t, m, a, url, where.click, Truth{Kind: kind, From: where.from})
	w.browse(a, where, url, t)
	if w.chance(w.p.double) {
		again := t.Add(w.seconds(0.2, 3))
		w.ask(again, m, a, url, where.click, Truth{Kind: PersonDouble, From: where.from})
		w.browse(a, where, url, again)
	}
	if w.chance(w.p.tabs) {
		next := t
		for i := 1; i < len(m.urls); i++ {
			next = next.Add(w.seconds(0.4, 6))
			other := m.urls[(first+i)%len(m.urls)]
			w.ask(next, m, a, other, where.click, Truth{Kind: PersonTabs, From: where.from})
			w.browse(a, where, other, next)
		}
	}
}

// through is a blocked click and the row of the same ReportId for Continue
// anyway.
func (w *world) through(m *message, a *account, url string, where place, t time.Time) {
	n := len(w.tenant.Rows)
	w.ask(t, m, a, url, where.click, Truth{Kind: PersonThrough, From: where.from})
	w.ask(t.Add(w.seconds(2, 20)), m, a, url, where.click, Truth{Kind: PersonThrough, From: where.from})
	w.browse(a, where, url, t)
	for i := n; i < len(w.tenant.Rows); i++ {
		c := &w.tenant.Rows[i].Click
		c.ActionType, c.ThreatTypes, c.DetectionMethods = clickclass.ClickBlocked, "Phish", `{"Phish":["URL detonation reputation"]}`
		c.ReportId, c.IsClickedThrough = w.tenant.Rows[n].Click.ReportId, i > n
	}
}

// campaign is an announcement that forty colleagues follow within two minutes.
func (w *world) campaign() {
	day := Start.Add(time.Duration(w.rng.IntN(days/7)*7+w.rng.IntN(5)) * 24 * time.Hour)
	t := day.Add(time.Duration(9-w.p.zone)*time.Hour + w.seconds(0, 6*3600))
	m := w.newMessage(t, len(w.accounts))
	m.urls = m.urls[:1]
	people := w.rng.Perm(len(w.accounts))
	for _, i := range people[:min(40, len(people))] {
		a := &w.accounts[i]
		at := t.Add(w.seconds(4, 120))
		where := w.at(a, at)
		w.ask(at, m, a, m.urls[0], where.click, Truth{Kind: Campaign, From: where.from})
		w.browse(a, where, m.urls[0], at)
	}
}

// attack is somebody who read a mailbox and replays its links from a rented
// address, and may have signed in from there.
func (w *world) attack() {
	from := FromAzure
	if w.chance(0.3) {
		from = FromHosting
	}
	addr := address(w.rng, from)
	victims := 1 + w.rng.IntN(3)
	t := Start.Add(time.Duration(w.rng.Int64N(int64(days * 24 * time.Hour))))
	for range victims {
		i := w.rng.IntN(len(w.accounts))
		if w.chance(0.5) {
			w.tenant.SignIns = append(w.tenant.SignIns, evidence.SignIn{
				Timestamp: t.Add(-w.seconds(60, 3600)), AccountUpn: w.accounts[i].upn, IPAddress: addr, Success: true, Interactive: true,
				Risk: []string{"none", "medium", "high"}[w.rng.IntN(3)], AppName: "Office 365", Table: "SigninLogs",
			})
		}
		opened := 0
		for _, m := range w.messages {
			if m.received.After(t) || !slices.Contains(m.recipients, i) {
				continue
			}
			for _, url := range m.urls {
				w.ask(t, m, &w.accounts[i], url, addr, Truth{Kind: Attacker, From: from})
				if w.p.scripted {
					t = t.Add(w.seconds(0.05, 0.5))
				} else {
					t = t.Add(w.seconds(5, 300))
				}
			}
			if opened++; opened == 5 {
				break
			}
		}
		// A fresh message, opened by whoever reads the mailbox live.
		m := w.newMessage(t, 1)
		m.recipients[0] = i
		w.ask(m.received.Add(w.seconds(4, 90)), m, &w.accounts[i], m.urls[0], addr, Truth{Kind: Attacker, From: from})
		t = t.Add(w.seconds(60, 7200))
	}
}

// observe does to the rows what exports do to them.
func (w *world) observe() {
	rows := w.tenant.Rows
	for i := range rows {
		c := &rows[i].Click
		switch {
		case w.p.noMessageID:
			c.NetworkMessageId, c.SourceId = "", ""
		case c.NetworkMessageId != "" && w.chance(w.p.damaged):
			c.NetworkMessageId = damagedID(w.rng, c.NetworkMessageId)
			c.SourceId = c.NetworkMessageId
		}
		switch {
		case w.p.noReportID:
			c.ReportId = ""
		case w.chance(w.p.damaged):
			c.ReportId = damagedID(w.rng, c.ReportId)
		}
		if w.p.seconds {
			c.Timestamp = c.Timestamp.Truncate(time.Second)
		}
		if w.chance(0.1) {
			c.AccountUpn = strings.ToUpper(c.AccountUpn[:1]) + c.AccountUpn[1:]
		}
	}
	for i := range len(rows) {
		if w.chance(w.p.duplicates) {
			again := rows[i]
			again.Truth.Repeat = true
			rows = append(rows, again)
		}
	}
	// Rows come in by time; a late one comes up to half an hour after.
	arrival := make([]time.Time, len(rows))
	order := make([]int, len(rows))
	for i := range rows {
		order[i], arrival[i] = i, rows[i].Click.Timestamp
		if w.chance(w.p.late) {
			arrival[i] = arrival[i].Add(w.seconds(1, 1800))
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return arrival[a].Compare(arrival[b]) })
	sorted := make([]Row, len(rows))
	for i, from := range order {
		sorted[i] = rows[from]
		sorted[i].Click.File, sorted[i].Click.Row = w.name, int64(i+1)
	}
	w.tenant.Rows = sorted
}
