package synth

import (
	"fmt"
	"math"
	"net/url"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

type message struct {
	id         string
	received   time.Time // when the service took it over
	clock      time.Time // what the id says; off by the tenant's skew
	recipients []int
	urls       []string
	bad        bool // found malicious afterwards
	used       bool // a click row names it

	// The Hard variant alone sets these.
	stored time.Time // EmailEvents.Timestamp
	sender string
}

// newMailing sends to a heavy-tailed number of recipients: one message to all,
// or, as newsletters do, a message with its own links to each.
func (w *world) newMailing(received time.Time) {
	n := 1
	if w.chance(0.4) {
		n = int(min(1e6, 1.5/math.Pow(1-w.rng.Float64(), 0.8)))
	}
	n = min(n, len(w.accounts), 1000)
	if w.chance(0.7) {
		w.newMessage(received, n)
		return
	}
	for range n {
		w.newMessage(received.Add(w.seconds(0, 20)), 1)
	}
}

// newMessage makes one message to n recipients.
func (w *world) newMessage(received time.Time, n int) *message {
	m := &message{received: received, clock: received, bad: w.chance(0.05)}
	if w.p.messageSkew > 0 && w.chance(0.5) {
		m.clock = m.clock.Add(time.Duration(w.rng.Int64N(int64(2*w.p.messageSkew))) - w.p.messageSkew)
	}
	m.id = clockID(w.rng, m.clock)
	if w.chance(w.p.blockedRandom) {
		m.id = randomID(w.rng)
	}
	first := w.rng.IntN(len(w.accounts))
	for i := range n {
		m.recipients = append(m.recipients, (first+i)%len(w.accounts))
	}
	site := w.commonHost()
	if w.chance(0.5) {
		site = fmt.Sprintf("www.site%d-%s.example", w.rng.IntN(1e6), w.name)
	}
	for i := range w.p.urls(w.rng) {
		m.urls = append(m.urls, fmt.Sprintf("https://%s/p%d/%d", site, w.rng.IntN(1e6), i))
	}
	w.messages = append(w.messages, m)
	return m
}

// commonHost is one of the hosts that many people of the tenant visit; the
// first few far more than the others.
func (w *world) commonHost() string {
	return fmt.Sprintf("www.common%d.example", int(200*math.Pow(w.rng.Float64(), 3)))
}

// wrap returns url as a device records it: as a Safe Link half of the time.
func (w *world) wrap(link, upn string) string {
	if w.rng.IntN(2) == 0 {
		return link
	}
	return "https://eur01.safelinks.protection.outlook.com/?url=" + url.QueryEscape(link) +
		"&data=" + url.QueryEscape("05|02|"+upn+"|") + "&sdata=AAAA&reserved=0"
}

func host(link string) string {
	rest := strings.TrimPrefix(link, "https://")
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// makeMail writes the mail tables for every message that a click row names,
// and for some others.
func (w *world) makeMail() {
	for _, m := range w.messages {
		if !m.used && !w.chance(0.1) || !w.chance(w.p.mailCoverage) {
			continue
		}
		// 1 % of delays 0.85 s, median 2.6 s, 99 % 12.3 s in 737 real rows.
		stored := m.received.Add(time.Duration(float64(time.Second) * max(0.85, min(12.3, math.Exp(0.96+0.6*w.rng.NormFloat64())))))
		for i, r := range m.recipients {
			if i >= 200 {
				break
			}
			w.tenant.Emails = append(w.tenant.Emails, evidence.Email{
				Timestamp: stored, NetworkMessageId: m.id, RecipientEmailAddress: w.accounts[r].upn,
				SenderFromAddress: "news@sender.example", DeliveryAction: "Delivered", DeliveryLocation: "Inbox/folder",
				UrlCount: len(m.urls), EmailDirection: "Inbound",
			})
		}
		for _, url := range m.urls {
			w.tenant.EmailURLs = append(w.tenant.EmailURLs, evidence.EmailUrl{
				Timestamp: stored, NetworkMessageId: m.id, Url: url, UrlLocation: "Body",
			})
		}
		if m.bad {
			w.tenant.PostDeliveries = append(w.tenant.PostDeliveries, evidence.PostDelivery{
				Timestamp: stored.Add(w.seconds(60, 86400)), NetworkMessageId: m.id,
				RecipientEmailAddress: w.accounts[m.recipients[0]].upn, ActionType: "Phish ZAP", ActionResult: "Success", ThreatTypes: "Phish",
			})
		}
	}
}
