package synth

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// hard is a tenant of the Hard variant in the making: people, machines and intruders
// who are easily mistaken for one another. It shares the dice, the messages and the
// flaws of exports with the other generator, and none of its people or machines.
type hard struct {
	*world
	h       hardParams
	people  []person
	sides   []side
	intrude int // intruders so far
}

// side is a sender of mail. The clock in the ids of its mail can run ahead of
// EmailEvents.Timestamp.
type side struct {
	address string
	ahead   time.Duration
}

// signInExport is how much of the sign-ins an export holds.
type signInExport uint8

const (
	allSignIns      signInExport = iota
	someAccounts                 // as analysts export them: of a few accounts
	interactiveOnly              // without the renewals of clients
	noSignIns
)

// hardParams are one tenant's, drawn once. Shares without a source are assumptions.
type hardParams struct {
	mails float64 // messages with links that an account gets in a day
	rate  float64 // clicks per message and recipient
	mean  float64 // of the logarithm of a person's delay in seconds
	sigma float64

	branches int
	home     float64 // share of accounts that have a home office
	phones   float64 // share of clicks made on a phone
	carriers int     // addresses behind which the carrier's customers of the tenant are
	hotel    float64 // share of accounts at the conference
	proxy    float64 // share of accounts behind the web proxy
	pool     netip.Prefix
	restored bool // sign-ins through the proxy show the address behind it

	popUps    float64
	tabs      float64
	double    float64
	through   float64
	forwarded float64
	approvers float64 // share of accounts that get a digest on working days
	chats     float64 // chat messages with a link, per account and day

	signIn   float64 // interactive sign-ins of a desktop in a day
	export   signInExport
	exported float64 // share of accounts, where the export holds some
	devices  float64 // share of devices that are onboarded
	web      float64

	scans      float64 // share of messages that mail protection fetches
	scanned    float64 // share of posted or stored links that Teams or SharePoint fetch
	crawls     float64
	gateways   []Egress // partners' and own
	served     float64  // share of recipients whom a gateway serves
	reports    float64  // share of messages that somebody reports
	toolFrom   Egress
	shadow     float64 // share of people's clicks that a scanner repeats
	shadowFrom Egress
	robots     int
	assistants float64 // share of accounts with an assistant
	agentsFrom Egress  // of the assistant; FromOffice: it works on the account's own computer
	intruders  int
}

// drawHard draws a tenant's parameters.
func drawHard(rng *rand.Rand, o Options) (params, hardParams) {
	between := func(low, high float64) float64 {
		x := low + rng.Float64()*(high-low)
		if o.Shifted {
			x = max(0, x+[]float64{-1, 1}[rng.IntN(2)]*(high-low)/3)
		}
		return x
	}
	maybe := func(p, low, high float64) float64 {
		if x := between(low, high); rng.Float64() < p {
			return x
		}
		return 0
	}
	limit := o.MaxAccounts
	if limit <= 0 {
		limit = 1500
	}
	accounts := min(limit, int(math.Exp(between(math.Log(40), math.Log(400)))))
	h := hardParams{
		mails: between(0.4, 1), rate: between(0.15, 0.4),
		mean: 8.01, sigma: 3.21, // Proofpoint 2018: 11 % within a minute, 52 % within an hour

		branches: 1 + rng.IntN(4), home: between(0.1, 0.7), phones: between(0.1, 0.4),
		carriers: 1 + rng.IntN(3), hotel: maybe(0.5, 0.05, 0.25),
		proxy: maybe(0.4, 0.3, 1), restored: rng.IntN(2) == 0,

		popUps: between(0.02, 0.08), tabs: between(0, 0.06), double: between(0.03, 0.1),
		through: between(0, 0.03), forwarded: between(0.005, 0.03), approvers: maybe(0.6, 0.01, 0.03),
		chats: between(0.02, 0.15),

		signIn: between(0.1, 0.8), export: []signInExport{allSignIns, allSignIns, someAccounts, interactiveOnly, noSignIns}[rng.IntN(5)],
		exported: between(0.1, 0.5), devices: maybe(0.7, 0.2, 0.95), web: between(0.1, 0.5),

		scans: between(0, 0.02), scanned: between(0.05, 0.5), crawls: maybe(0.5, 0, 0.02),
		served: between(0.3, 1), reports: maybe(0.6, 0.002, 0.02),
		toolFrom: []Egress{FromOffice, FromAzure, FromVPS}[rng.IntN(3)],
		shadow:   maybe(0.3, 0.02, 0.15), shadowFrom: []Egress{FromMail, FromAzure, FromVendor, FromHosting}[rng.IntN(4)],
		robots: int(maybe(0.4, 1, 4)), assistants: maybe(0.5, 0.02, 0.15),
		agentsFrom: []Egress{FromAgents, FromAzure, FromOffice}[rng.IntN(3)],
		intruders:  rng.IntN(4),
	}
	if rng.IntN(2) == 0 {
		h.mean, h.sigma = 9.22, 2.45 // GetResponse 2019-20: 34 % within an hour, 81 % within a day
	}
	for _, from := range []Egress{FromVendor, FromAzure, FromVPS, FromOffice} {
		if rng.Float64() < 0.15 {
			h.gateways = append(h.gateways, from)
		}
	}
	whole := pools[FromProxy][rng.IntN(len(pools[FromProxy]))]
	h.pool = netip.PrefixFrom(within(rng, whole), 20+rng.IntN(5)).Masked()
	p := params{
		accounts: accounts, zone: []int{-8, -5, 0, 1, 1, 2, 9}[rng.IntN(7)],
		blockedRandom: between(0.02, 0.05), damaged: maybe(0.1, 0, 0.1), noMessageID: rng.Float64() < 0.04,
		seconds: rng.Float64() < 0.3, duplicates: between(0, 0.03), late: between(0, 0.05), mailCoverage: min(1, between(0.85, 1)),
		urls: urlCount,
	}
	return p, h
}

// newHard makes tenant n of the Hard variant.
func newHard(n int, o Options) *Tenant {
	rng := rand.New(rand.NewPCG(o.Seed, uint64(n)|1<<32)) // other dice than the other generator's
	p, h := drawHard(rng, o)
	w := &hard{world: &world{rng: rng, p: p, name: fmt.Sprintf("tenant%d", n+1)}, h: h}
	w.tenant = &Tenant{Name: w.name, Accounts: p.accounts, Networks: networks}
	w.makeHardPeople()
	w.makeSides()
	w.makeFlow()
	for i := range w.messages {
		w.deliver(w.messages[i])
	}
	w.approve()
	w.chat()
	for range h.intruders {
		w.breakIn()
	}
	people := len(w.tenant.Rows)
	w.repeatClicks(people)
	for _, from := range h.gateways {
		w.runHardGateway(from)
	}
	w.runReports()
	w.runRobots()
	w.runAssistants()
	w.makeHardSignIns()
	w.makeHardMail()
	w.makeHardNoise()
	w.observe()
	return w.tenant
}

// makeSides makes the senders. The clocks of some run ahead of EmailEvents.Timestamp,
// and in one tenant of five that of the tenant's own service does.
func (w *hard) makeSides() {
	var service time.Duration
	if w.chance(0.2) {
		service = w.seconds(5, 90)
	}
	for i := range 12 {
		one := side{address: fmt.Sprintf("news%d@sender%d.example", i, i), ahead: service}
		if w.chance(0.15) {
			one.ahead = w.seconds(5, 90)
		}
		w.sides = append(w.sides, one)
	}
}

// newHardMessage makes a message. Its id tells when EmailEvents has it or, where a clock
// runs ahead, some seconds more.
func (w *hard) newHardMessage(received time.Time, links int, recipients ...int) *message {
	m := &message{received: received, recipients: recipients, clock: received, stored: w.stored(received)}
	one := w.sides[w.rng.IntN(len(w.sides))]
	m.sender = one.address
	if one.ahead > 0 {
		m.clock = m.stored.Add(one.ahead + w.seconds(-1, 1))
	}
	m.id = clockID(w.rng, m.clock)
	if w.chance(w.p.blockedRandom) {
		m.id = randomID(w.rng)
	}
	site := w.commonHost()
	if w.chance(0.6) {
		site = fmt.Sprintf("www.site%d-%s.example", w.rng.IntN(1e6), w.name)
	}
	for i := range links {
		m.urls = append(m.urls, fmt.Sprintf("https://%s/p%d/%d", site, w.rng.IntN(1e6), i))
	}
	w.messages = append(w.messages, m)
	return m
}

// stored draws when EmailEvents has a message: 1 % of delays 0.85 s, median 2.6 s, 99 %
// 12.3 s in 737 real rows.
func (w *world) stored(received time.Time) time.Time {
	s := max(0.85, min(12.3, math.Exp(0.96+0.6*w.rng.NormFloat64())))
	return received.Add(time.Duration(s * float64(time.Second)))
}

// makeFlow makes the mail of three weeks: to one, to a team, or to all.
func (w *hard) makeFlow() {
	left := int(float64(len(w.people)) * w.h.mails * days)
	for left > 0 {
		day := Start.Add(time.Duration(w.rng.IntN(days)) * 24 * time.Hour)
		received := day.Add(time.Duration(w.rng.Int64N(int64(24 * time.Hour))))
		if w.chance(0.75) {
			received = day.Add(time.Duration(8-w.p.zone)*time.Hour + w.seconds(0, 10*3600))
		}
		n := 1
		switch x := w.rng.Float64(); {
		case x < 0.02:
			n = len(w.people)
		case x < 0.2:
			n = 2 + w.rng.IntN(12)
		}
		n = min(n, len(w.people))
		w.newHardMessage(received, w.p.urls(w.rng), w.rng.Perm(len(w.people))[:n]...)
		left -= n
	}
}

// makeHardMail writes the mail tables for every message that a click row names, and for
// some others.
func (w *hard) makeHardMail() {
	for _, m := range w.messages {
		if !m.used && !w.chance(0.1) || !w.chance(w.p.mailCoverage) {
			continue
		}
		threat := ""
		if m.bad && w.chance(0.5) {
			threat = "Phish"
		}
		for _, r := range m.recipients {
			w.tenant.Emails = append(w.tenant.Emails, evidence.Email{
				Timestamp: m.stored, NetworkMessageId: m.id, RecipientEmailAddress: w.people[r].upn, SenderFromAddress: m.sender,
				DeliveryAction: "Delivered", DeliveryLocation: "Inbox/folder", UrlCount: len(m.urls), EmailDirection: "Inbound",
				ThreatTypes: threat,
			})
		}
		for _, url := range m.urls {
			w.tenant.EmailURLs = append(w.tenant.EmailURLs, evidence.EmailUrl{
				Timestamp: m.stored, NetworkMessageId: m.id, Url: url, UrlLocation: "Body",
			})
		}
		if m.bad && (threat == "" || w.chance(0.5)) {
			w.tenant.PostDeliveries = append(w.tenant.PostDeliveries, evidence.PostDelivery{
				Timestamp: m.stored.Add(w.seconds(3600, 2*86400)), NetworkMessageId: m.id,
				RecipientEmailAddress: w.people[m.recipients[0]].upn, ActionType: "Phish ZAP", ActionResult: "Success", ThreatTypes: "Phish",
			})
		}
	}
}

// click adds a row. Message m is nil for a link in a chat or document.
func (w *hard) click(t time.Time, m *message, upn, url string, addr netip.Addr, truth Truth) {
	if t.After(w.end()) {
		return
	}
	t = t.Truncate(100 * time.Nanosecond)
	k := clickclass.Click{
		Timestamp: t, Url: url, ActionType: clickclass.ClickAllowed, AccountUpn: upn, Workload: "Email",
		IPAddress: addr, UrlChain: `["` + url + `"]`, AppName: "Mail", AppVersion: "0.0.0000", ReportId: clockID(w.rng, t),
	}
	switch {
	case m != nil:
		k.NetworkMessageId, k.SourceId = m.id, m.id
		m.used = true
	case truth.Kind == SharePoint:
		k.Workload, k.AppName = "Office", "Word"
	default:
		k.Workload, k.AppName = "Teams", "Teams"
	}
	if w.chance(0.02) {
		k.ActionType = clickclass.UrlErrorPage
	}
	w.tenant.Rows = append(w.tenant.Rows, Row{k, truth})
}
