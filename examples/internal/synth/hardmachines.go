package synth

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// fetch asks for links of a message one after the other.
func (w *hard) fetch(t time.Time, m *message, upn string, addr netip.Addr, urls []string, truth Truth, low, high float64) {
	for _, url := range urls {
		w.click(t, m, upn, url, addr, truth)
		t = t.Add(w.seconds(low, high))
	}
}

// some returns one of the links, or all.
func (w *hard) some(urls []string) []string {
	if w.chance(0.5) {
		return urls
	}
	i := w.rng.IntN(len(urls))
	return urls[i : i+1]
}

// scan is Microsoft's own fetching of a message: by mail protection within seconds or
// hours later, by the crawler minutes to days later, by SharePoint at any time.
func (w *hard) scan(m *message) {
	r := m.recipients[w.rng.IntN(len(m.recipients))]
	upn := w.people[r].upn
	if w.chance(w.h.scans) {
		after := w.seconds(0.3, 10)
		switch x := w.rng.Float64(); {
		case x < 0.2:
			after = w.seconds(10, 600)
		case x < 0.35:
			after = w.seconds(3600, 3*86400)
		}
		w.fetch(m.received.Add(after), m, upn, address(w.rng, FromMail), w.some(m.urls), Truth{Kind: Service, From: FromMail}, 0.02, 0.5)
	}
	if w.chance(w.h.crawls) {
		w.fetch(m.received.Add(w.seconds(60, 2*86400)), m, upn, address(w.rng, FromCrawler), w.some(m.urls), Truth{Kind: Crawler, From: FromCrawler}, 0.1, 3)
	}
	if w.chance(w.h.scans / 4) {
		w.fetch(m.received.Add(w.seconds(60, 5*86400)), nil, upn, address(w.rng, FromSharePoint), w.some(m.urls), Truth{Kind: SharePoint, From: FromSharePoint}, 0.1, 3)
	}
}

// chat has people post links, the preview service fetch them, and colleagues follow
// them. One post in three is a wrapped link pasted out of a mail: its fetch names the
// message.
func (w *hard) chat() {
	for range int(float64(len(w.people)) * w.h.chats * days) {
		i := w.rng.IntN(len(w.people))
		p := &w.people[i]
		t := w.working(&p.account, Start.Add(time.Duration(w.rng.Int64N(int64(days*24*time.Hour)))))
		url := fmt.Sprintf("https://%s/c%d", w.commonHost(), w.rng.IntN(1e6))
		var m *message
		if w.chance(0.33) {
			m = w.newHardMessage(t.Add(-w.seconds(5, 3600)), 1, i)
			url = m.urls[0]
		}
		id := fmt.Sprintf("%d", t.UnixMilli())
		w.tenant.ChatMessages = append(w.tenant.ChatMessages, evidence.ChatMessage{Timestamp: t, TeamsMessageId: id, SenderEmailAddress: p.upn})
		posted := url
		if m != nil {
			posted = w.wrap(url, p.upn)
		}
		w.tenant.ChatURLs = append(w.tenant.ChatURLs, evidence.ChatUrl{Timestamp: t, TeamsMessageId: id, Url: posted, UrlDomain: host(posted)})
		if w.chance(w.h.scanned) {
			w.click(t.Add(w.seconds(0.3, 6)), m, p.upn, url, address(w.rng, FromTeams), Truth{Kind: ChatPreview, From: FromTeams})
		}
		if w.chance(0.5) {
			reader := &w.people[w.rng.IntN(len(w.people))]
			at := t.Add(w.seconds(3, 1200))
			s := w.where(reader, at, w.chance(w.h.phones))
			w.click(at, nil, reader.upn, url, s.click, Truth{Kind: PersonTeams, From: s.from})
			w.surf(reader, s, url, at)
		}
	}
}

// runHardGateway is a gateway of a partner, or of the company behind its own address: all
// links, for the recipients that it serves, seconds after receipt. One behind the
// company's address takes up to three minutes.
func (w *hard) runHardGateway(from Egress) {
	addrs := addresses(w.rng, from, 1+w.rng.IntN(6))
	slowest := 20.0
	if from == FromOffice {
		addrs, slowest = []netip.Addr{w.people[0].office}, 180
	}
	served := make([]bool, len(w.people))
	for i := range served {
		served[i] = w.chance(w.h.served)
	}
	passes := 0.02 + 0.1*w.rng.Float64() // share of mail that comes this way
	for _, m := range w.messages {
		if !w.chance(passes) {
			continue
		}
		for _, r := range m.recipients {
			if served[r] {
				w.fetch(m.received.Add(w.seconds(0.5, slowest)), m, w.people[r].upn, addrs[w.rng.IntN(len(addrs))], m.urls,
					Truth{Kind: Gateway, From: from}, 0.02, 0.5)
			}
		}
	}
}

// runReports is a SOAR tool that opens reported mail hours after receipt, the copies of
// several recipients one after the other.
func (w *hard) runReports() {
	addr := address(w.rng, w.h.toolFrom)
	if w.h.toolFrom == FromOffice {
		addr = w.people[0].office
	}
	for _, m := range w.messages {
		if !w.chance(w.h.reports) {
			continue
		}
		t := m.received.Add(w.seconds(1800, 10*3600))
		for i, r := range m.recipients {
			if i == 10 {
				break
			}
			w.fetch(t, m, w.people[r].upn, addr, m.urls, Truth{Kind: Tool, From: w.h.toolFrom}, 1, 5)
			t = t.Add(w.seconds(5, 60))
		}
	}
}

// repeatClicks is a scanner that repeats people's clicks up to 15 s later.
func (w *hard) repeatClicks(people int) {
	if w.h.shadow == 0 {
		return
	}
	addrs := addresses(w.rng, w.h.shadowFrom, 1+w.rng.IntN(4))
	byID := make(map[string]*message, len(w.messages))
	for _, m := range w.messages {
		byID[m.id] = m
	}
	for i := range people {
		row := w.tenant.Rows[i]
		if m := byID[row.Click.NetworkMessageId]; m != nil && row.Truth.Kind.Who() == owner && w.chance(w.h.shadow) {
			w.click(row.Click.Timestamp.Add(w.seconds(0.2, 15)), m, row.Click.AccountUpn, row.Click.Url, addrs[w.rng.IntN(len(addrs))],
				Truth{Kind: Shadow, From: w.h.shadowFrom})
		}
	}
}

// robots are processes that open links in an account's browser without a person.
var robots = []string{"UiPath.Executor.exe", "PAD.Robot.exe", "powershell.exe", "python.exe"}

// runRobots has robots open the links of mail that a system sends them, at all hours,
// in the browser of the account that they run as.
func (w *hard) runRobots() {
	for range w.h.robots {
		i := w.rng.IntN(len(w.people))
		p := &w.people[i]
		process := robots[w.rng.IntN(len(robots))]
		for day := range days {
			for range 1 + w.rng.IntN(4) {
				m := w.newHardMessage(Start.Add(time.Duration(day)*24*time.Hour+w.seconds(0, 86400)), 1, i)
				t := m.received.Add(w.seconds(10, 120))
				w.click(t, m, p.upn, m.urls[0], p.office, Truth{Kind: Robot, From: FromOffice})
				w.launch(p, m.urls[0], t.Add(-w.seconds(0.1, 2)), process)
				if w.chance(0.5) {
					w.connect(p, m.urls[0], t.Add(w.seconds(0.5, 5)), "msedge.exe")
				}
			}
		}
	}
}

// runAssistants has assistants fetch links when their account asks about a message, or
// when it comes: from published ranges, from Azure, or through the account's own computer.
func (w *hard) runAssistants() {
	has := make([]bool, len(w.people))
	for i := range has {
		has[i] = w.chance(w.h.assistants)
	}
	addrs := addresses(w.rng, w.h.agentsFrom, 4)
	for _, m := range w.messages {
		for _, r := range m.recipients {
			if !has[r] || !w.chance(0.1) {
				continue
			}
			p := &w.people[r]
			t := m.received.Add(w.delayOf())
			if w.chance(0.4) {
				t = m.received.Add(w.seconds(2, 60))
			}
			if w.h.agentsFrom != FromOffice {
				w.fetch(t, m, p.upn, addrs[w.rng.IntN(len(addrs))], w.some(m.urls), Truth{Kind: Assistant, From: w.h.agentsFrom}, 0.2, 3)
				continue
			}
			s := w.where(p, t, false)
			w.click(t, m, p.upn, m.urls[0], s.click, Truth{Kind: Assistant, From: s.from})
			if p.covered {
				w.launch(p, m.urls[0], t.Add(-w.seconds(0.1, 1)), "copilot.exe")
			}
		}
	}
}
