package synth

import (
	"net/netip"
	"slices"
	"time"
)

// intruder is somebody who got into mailboxes.
type intruder struct {
	kind      Kind
	from      Egress
	addr      netip.Addr
	actor     int
	mailboxes []int
	since     time.Time
	until     time.Time
	country   string
}

// breakIn is an intruder from the click that let him in until he leaves, one to twelve
// days later. He has one mailbox, three or six; a rented server, an Azure machine, or
// other people's home connections.
func (w *hard) breakIn() {
	w.intrude++
	x := intruder{
		kind:  []Kind{IntruderWebhook, IntruderBatch, IntruderReader, IntruderSignIn, IntruderSignIn}[w.rng.IntN(5)],
		from:  []Egress{FromVPS, FromAzure, FromHome}[w.rng.IntN(3)],
		actor: w.intrude,
	}
	x.addr = address(w.rng, x.from)
	x.country = []string{"NL", "US", "RO", "GB"}[w.rng.IntN(4)]
	if x.from == FromHome && w.chance(0.6) {
		x.country = "DE" // a connection near the victim's
	}
	x.mailboxes = w.rng.Perm(len(w.people))[:min(len(w.people), []int{1, 1, 3, 6}[w.rng.IntN(4)])]
	lured := w.lure(x.mailboxes[0])
	x.since = lured.Add(w.seconds(60, 3600))
	x.until = lured.Add(w.seconds(86400, 12*86400))
	if w.chance(0.3) { // some come back days later
		x.since = lured.Add(w.seconds(2*86400, 5*86400))
		x.until = x.since.Add(w.seconds(86400, 8*86400))
	}
	if x.kind == IntruderSignIn {
		for _, i := range x.mailboxes {
			w.ownSignIn(&x, i, x.since.Add(-w.seconds(30, 600)))
		}
	}
	switch x.kind {
	case IntruderWebhook:
		w.script(&x)
	case IntruderBatch:
		w.replay(&x)
	default:
		w.readAlong(&x)
	}
}

// lure sends the dangerous message, which its recipient follows, and returns when.
func (w *hard) lure(i int) time.Time {
	p := &w.people[i]
	day := Start.Add(time.Duration(1+w.rng.IntN(days/2)) * 24 * time.Hour)
	m := w.newHardMessage(day.Add(time.Duration(8-w.p.zone)*time.Hour+w.seconds(0, 8*3600)), 1, i)
	m.bad = true
	t := m.received.Add(w.seconds(30, 4*3600))
	s := w.where(p, t, w.chance(w.h.phones))
	w.click(t, m, p.upn, m.urls[0], s.click, Truth{Kind: PersonLured, From: s.from})
	w.surf(p, s, m.urls[0], t)
	return t
}

// intruderAt returns the intruder's address in a session: a rented one stays, a home connection
// is another one every time.
func (w *hard) intruderAt(x *intruder) netip.Addr {
	if x.from == FromHome {
		return address(w.rng, FromHome)
	}
	return x.addr
}

// ownSignIn is a sign-in of the intruder. Most are not seen as risky.
func (w *hard) ownSignIn(x *intruder, i int, t time.Time) {
	risk := []string{"none", "low", "medium", "high"}[w.weighted([]float64{6, 1, 2, 1})]
	w.signedIn(&w.people[i], t, x.addr, true, risk, x.country)
	w.signedIn(&w.people[i], t.Add(w.seconds(600, 7200)), x.addr, false, "none", x.country)
}

// script opens every link 0.9 to 3 s after the mail comes.
func (w *hard) script(x *intruder) {
	watches := 0.3 + 0.7*w.rng.Float64()
	for _, m := range w.messages {
		if m.received.Before(x.since) || m.received.After(x.until) || !w.chance(watches) {
			continue
		}
		for _, i := range x.mailboxes {
			if slices.Contains(m.recipients, i) {
				w.fetch(m.received.Add(w.seconds(0.9, 3)), m, w.people[i].upn, w.intruderAt(x), m.urls,
					Truth{Kind: x.kind, From: x.from, Actor: x.actor}, 0.02, 0.4)
			}
		}
	}
}

// mailOf returns the messages of a mailbox that came between two times, oldest first.
func (w *hard) mailOf(i int, from, to time.Time) (list []*message) {
	for _, m := range w.messages {
		if !m.received.Before(from) && m.received.Before(to) && slices.Contains(m.recipients, i) {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b *message) int { return a.received.Compare(b.received) })
	return list
}

// replay goes through stored mail in one to three sittings, seconds apart by script and
// up to a minute apart by hand.
func (w *hard) replay(x *intruder) {
	pause := []float64{1, 5, 60}[w.rng.IntN(3)]
	t := x.since
	for range 1 + w.rng.IntN(3) {
		addr := w.intruderAt(x)
		for _, i := range x.mailboxes {
			list := w.mailOf(i, t.AddDate(0, 0, -14), t)
			if most := 5 + w.rng.IntN(25); len(list) > most {
				list = list[len(list)-most:]
			}
			for _, m := range list {
				w.fetch(t, m, w.people[i].upn, addr, w.some(m.urls), Truth{Kind: x.kind, From: x.from, Actor: x.actor}, 0.2, pause)
				t = t.Add(w.seconds(0.5, pause))
			}
		}
		t = t.Add(w.seconds(6*3600, 3*86400))
	}
}

// readAlong opens one to four links a day of mail of the last days, half a minute to
// three days after it came. One with sign-ins of his own signs in again on some days.
func (w *hard) readAlong(x *intruder) {
	for t := x.since; t.Before(x.until); t = t.Add(w.seconds(10*3600, 30*3600)) {
		home := *x
		home.addr = w.intruderAt(x)
		for _, i := range x.mailboxes {
			if x.kind == IntruderSignIn && (x.from == FromHome || w.chance(0.4)) {
				w.ownSignIn(&home, i, t.Add(-w.seconds(60, 3600)))
			}
			list := w.mailOf(i, t.AddDate(0, 0, -3), t.Add(-30*time.Second))
			at := t
			for range min(len(list), 1+w.rng.IntN(4)) {
				m := list[w.rng.IntN(len(list))]
				w.click(at, m, w.people[i].upn, m.urls[w.rng.IntN(len(m.urls))], home.addr, Truth{Kind: x.kind, From: x.from, Actor: x.actor})
				at = at.Add(w.seconds(10, 300))
			}
		}
	}
}
