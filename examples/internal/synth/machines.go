package synth

import (
	"math"
	"net/netip"
	"time"
)

// makeMachines adds the services' clicks, each mechanism up to its share of
// all rows.
func (w *world) makeMachines() {
	people := float64(len(w.tenant.Rows))
	total := w.p.service + w.p.gateway + w.p.tool + w.p.delayed + w.p.shadow
	rows := people / (1 - min(0.8, total))
	for _, machine := range []struct {
		share float64
		run   func(want int)
	}{
		{w.p.service, w.runService}, {w.p.gateway, w.runGateway}, {w.p.tool, w.runTool},
		{w.p.delayed, w.runDelayed}, {w.p.shadow, w.runShadow},
	} {
		if want := int(machine.share*rows + w.rng.Float64()); want > 0 && len(w.messages) > 0 {
			machine.run(want)
		}
	}
}

// pick draws a message and one of its recipients.
func (w *world) pick() (*message, int) {
	m := w.messages[w.rng.IntN(len(w.messages))]
	return m, m.recipients[w.rng.IntN(len(m.recipients))]
}

// until calls run with fresh messages until it has added the rows wanted.
func (w *world) until(want int, run func()) {
	end := len(w.tenant.Rows) + want
	for tries := 0; len(w.tenant.Rows) < end && tries < 20*want; tries++ {
		run()
	}
}

// all asks for every link of a message within seconds, or for one when the
// variant says so.
func (w *world) all(t time.Time, m *message, a *account, addr netip.Addr, truth Truth) {
	for _, url := range m.urls {
		w.ask(t, m, a, url, addr, truth)
		if w.p.singleURL {
			return
		}
		t = t.Add(w.seconds(0.02, 0.5))
	}
}

// runService is Microsoft's own scanning: 60 % within 10 s, 20 % within a
// minute, 15 % within half an hour, 5 % after hours or days.
func (w *world) runService(want int) {
	kinds := [...]Egress{FromMail, FromTeams, FromSharePoint, FromAzure}
	w.until(want, func() {
		m, r := w.pick()
		var after time.Duration
		switch x := w.rng.Float64(); {
		case w.p.slow:
			after = w.delay()
		case x < 0.6:
			after = w.seconds(0.3, 10)
		case x < 0.8:
			after = w.seconds(10, 60)
		case x < 0.95:
			after = w.seconds(60, 1800)
		default:
			after = w.seconds(3*3600, 5*86400)
		}
		from := kinds[w.weighted(w.p.serviceMix[:])]
		addr := address(w.rng, from)
		if w.chance(0.6) {
			w.all(m.received.Add(after), m, &w.accounts[r], addr, Truth{Kind: Service, From: from})
			return
		}
		w.ask(m.received.Add(after), m, &w.accounts[r], m.urls[w.rng.IntN(len(m.urls))], addr, Truth{Kind: Service, From: from})
	})
}

// runGateway is a gateway or add-in that asks for every link of a message, for
// every recipient that it serves, seconds after receipt.
func (w *world) runGateway(want int) {
	addrs := addresses(w.rng, w.p.gatewayFrom, 1+w.rng.IntN(8))
	served := 0.2 + 0.8*w.rng.Float64()
	w.until(want, func() {
		m, _ := w.pick()
		for i, r := range m.recipients {
			if i >= 50 || !w.chance(served) {
				continue
			}
			after := w.seconds(0.5, 20)
			if w.p.slow {
				after = w.delay()
			}
			w.all(m.received.Add(after), m, &w.accounts[r], addrs[w.rng.IntN(len(addrs))], Truth{Kind: Gateway, From: w.p.gatewayFrom})
		}
	})
}

// runTool is a SOAR tool that opens reported mail: minutes to hours later,
// from few addresses, the copies of many recipients one after the other.
func (w *world) runTool(want int) {
	addrs := addresses(w.rng, w.p.toolFrom, 1+w.rng.IntN(2))
	w.until(want, func() {
		m, _ := w.pick()
		t := m.received.Add(w.seconds(300, 6*3600))
		addr := addrs[w.rng.IntN(len(addrs))]
		for i, r := range m.recipients {
			if i >= 20 {
				break
			}
			w.all(t, m, &w.accounts[r], addr, Truth{Kind: Tool, From: w.p.toolFrom})
			t = t.Add(w.seconds(1, 10))
		}
	})
}

// runDelayed is a scanner that waits, half a minute to two hours.
func (w *world) runDelayed(want int) {
	addrs := addresses(w.rng, w.p.delayedFrom, 1+w.rng.IntN(8))
	w.until(want, func() {
		m, r := w.pick()
		after := time.Duration(math.Exp(3.4+w.rng.Float64()*5.5) * float64(time.Second))
		if w.p.slow {
			after = w.delay()
		}
		w.ask(m.received.Add(after), m, &w.accounts[r], m.urls[w.rng.IntN(len(m.urls))],
			addrs[w.rng.IntN(len(addrs))], Truth{Kind: RandomDelay, From: w.p.delayedFrom})
	})
}

// runShadow repeats people's clicks up to 15 s later from another address.
func (w *world) runShadow(want int) {
	addrs := addresses(w.rng, w.p.shadowFrom, 1+w.rng.IntN(8))
	byID := make(map[string]*message, len(w.messages))
	for _, m := range w.messages {
		byID[m.id] = m
	}
	accounts := make(map[string]*account, len(w.accounts))
	for i := range w.accounts {
		accounts[w.accounts[i].upn] = &w.accounts[i]
	}
	people := len(w.tenant.Rows)
	w.until(want, func() {
		row := &w.tenant.Rows[w.rng.IntN(people)]
		m := byID[row.Click.NetworkMessageId]
		if row.Truth.Kind.Automated() || m == nil {
			return
		}
		c := row.Click // ask may move the rows
		w.ask(c.Timestamp.Add(w.seconds(0, 15)), m, accounts[c.AccountUpn], c.Url, addrs[w.rng.IntN(len(addrs))], Truth{Kind: Shadow, From: w.p.shadowFrom})
	})
}

// weighted draws an index in proportion to its weight.
func (w *world) weighted(weights []float64) int {
	var sum float64
	for _, x := range weights {
		sum += x
	}
	x := w.rng.Float64() * sum
	for i, weight := range weights {
		if x -= weight; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}
