package synth

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// person is an account of the Hard variant and its owner.
type person struct {
	account
	atHome   float64    // share of days in the home office
	home     netip.Addr // changes every week if dynamic
	dynamic  bool
	carrier  netip.Addr
	proxied  bool
	exported bool       // the export holds the account's sign-ins
	hotel    netip.Addr // of the conference, for three days
	leaves   time.Time
	mobile   bool // does everything on the phone
	country  string
}

func (w *hard) makeHardPeople() {
	branches := make([]netip.Addr, w.h.branches)
	for i := range branches {
		branches[i] = address(w.rng, FromOffice)
	}
	carriers := addresses(w.rng, FromMobile, w.h.carriers)
	hotel := address(w.rng, FromHotel)
	leaves := Start.Add(time.Duration(2+w.rng.IntN(days-5)) * 24 * time.Hour)
	w.people = make([]person, w.p.accounts)
	for i := range w.people {
		p := &w.people[i]
		p.account = account{
			upn:    fmt.Sprintf("person%d@%s.example", i+1, w.name),
			device: fmt.Sprintf("%s-pc%d", w.name, i+1),
			night:  w.chance(0.04), web: w.chance(w.h.web), covered: w.chance(w.h.devices),
			office: branches[w.rng.IntN(len(branches))], seed: w.rng.Uint64(),
		}
		if w.chance(w.h.home) {
			p.atHome = 0.2 + 0.8*w.rng.Float64()
		}
		p.home, p.dynamic = address(w.rng, FromHome), w.chance(0.5)
		p.carrier = carriers[w.rng.IntN(len(carriers))]
		p.proxied = w.chance(w.h.proxy)
		p.exported = w.chance(w.h.exported)
		p.mobile = w.chance(0.03)
		p.country = "DE"
		if w.chance(w.h.hotel) {
			p.hotel, p.leaves = hotel, leaves
		}
	}
}

// spot is where a person is, and the kind of an ordinary click from there.
type spot struct {
	place
	kind    Kind
	phone   bool
	country string
}

// where says where the person is at t, on the computer or on the phone.
func (w *hard) where(p *person, t time.Time, phone bool) spot {
	if phone || p.mobile {
		addr := p.carrier
		if w.chance(0.2) { // some cells leave elsewhere
			addr = address(w.rng, FromMobile)
		}
		return spot{place{addr, addr, FromMobile}, PersonPhone, true, p.country}
	}
	if p.hotel.IsValid() && !t.Before(p.leaves) && t.Before(p.leaves.Add(72*time.Hour)) {
		return spot{place{p.hotel, p.hotel, FromHotel}, PersonHotel, false, p.country}
	}
	day := int(t.Sub(Start.AddDate(0, 0, -30)) / (24 * time.Hour))
	rng := rand.New(rand.NewPCG(p.seed, uint64(day)))
	branch := p.office
	if rng.Float64() < 0.05 { // visits another branch
		branch = w.people[rng.IntN(len(w.people))].office
	}
	s := spot{place{branch, branch, FromOffice}, Person, false, p.country}
	if rng.Float64() < p.atHome {
		home := p.home
		if p.dynamic {
			home = address(rand.New(rand.NewPCG(p.seed, uint64(1000+day/7))), FromHome)
		}
		s = spot{place{home, home, FromHome}, PersonHome, false, p.country}
	}
	if p.proxied {
		s.click, s.from, s.kind = within(w.rng, w.h.pool), FromProxy, PersonProxy
		if !w.h.restored {
			s.signIn = within(w.rng, w.h.pool)
		}
	}
	return s
}

// delayOf draws a person's delay by the tenant's law, not below 3 s.
func (w *hard) delayOf() time.Duration {
	s := math.Exp(w.h.mean + w.h.sigma*w.rng.NormFloat64())
	return time.Duration(max(3+w.rng.Float64(), min(s, 1e7)) * float64(time.Second))
}

// deliver has recipients click, and Microsoft's services scan.
func (w *hard) deliver(m *message) {
	for _, r := range m.recipients {
		if w.chance(w.h.rate) {
			w.visitHard(m, &w.people[r])
		}
	}
	w.scan(m)
}

// visitHard is a recipient's click with all that goes with it.
func (w *hard) visitHard(m *message, p *person) {
	t := m.received.Add(w.delayOf())
	if t.Sub(m.received) > 5*time.Minute {
		t = w.working(&p.account, t)
	}
	s := w.where(p, t, w.chance(w.h.phones))
	kind := s.kind
	if p.night && kind == Person {
		kind = PersonNight
	}
	first := w.rng.IntN(len(m.urls))
	url := m.urls[first]
	switch {
	case w.chance(w.h.popUps):
		t, kind = m.received.Add(w.seconds(2, 8)), PersonFast
	case w.chance(w.h.forwarded):
		// A colleague or somebody outside opens the link that was wrapped for the recipient.
		other := w.where(&w.people[w.rng.IntN(len(w.people))], t, false)
		if w.chance(0.5) {
			other.click, other.from = address(w.rng, FromHome), FromHome
		}
		w.click(t.Add(w.seconds(60, 7200)), m, p.upn, url, other.click, Truth{Kind: Forwarded, From: other.from})
		return
	case w.chance(w.h.through):
		w.throughHard(m, p, url, s, t)
		return
	}
	w.click(t, m, p.upn, url, s.click, Truth{Kind: kind, From: s.from})
	w.surf(p, s, url, t)
	if w.chance(w.h.double) {
		// The second half of a double click, or the phone first and then the computer.
		again, s2 := t.Add(w.seconds(0.2, 3)), s
		if s.phone && !p.mobile {
			again, s2 = t.Add(w.seconds(4, 60)), w.where(p, t, false)
		}
		w.click(again, m, p.upn, url, s2.click, Truth{Kind: PersonDouble, From: s2.from})
		w.surf(p, s2, url, again)
	}
	if w.chance(w.h.tabs) {
		w.openTabs(m, p, s, first, t, PersonTabs)
	}
}

// openTabs opens the other links of a message, each some seconds after the last.
func (w *hard) openTabs(m *message, p *person, s spot, first int, t time.Time, kind Kind) {
	for i := 1; i < min(len(m.urls), 8); i++ {
		t = t.Add(w.seconds(0.6, 12))
		url := m.urls[(first+i)%len(m.urls)]
		if s.from == FromProxy {
			s.click = within(w.rng, w.h.pool)
		}
		w.click(t, m, p.upn, url, s.click, Truth{Kind: kind, From: s.from})
		w.surf(p, s, url, t)
	}
}

// throughHard is a blocked click and the row of the same ReportId for Continue anyway.
func (w *hard) throughHard(m *message, p *person, url string, s spot, t time.Time) {
	n := len(w.tenant.Rows)
	w.click(t, m, p.upn, url, s.click, Truth{Kind: PersonThrough, From: s.from})
	w.click(t.Add(w.seconds(2, 20)), m, p.upn, url, s.click, Truth{Kind: PersonThrough, From: s.from})
	w.surf(p, s, url, t)
	for i := n; i < len(w.tenant.Rows); i++ {
		k := &w.tenant.Rows[i].Click
		k.ActionType, k.ThreatTypes, k.DetectionMethods = clickclass.ClickBlocked, "Phish", `{"Phish":["URL detonation reputation"]}`
		k.ReportId, k.IsClickedThrough = w.tenant.Rows[n].Click.ReportId, i > n
	}
}

// approve has approvers open the five links of their digests.
func (w *hard) approve() {
	for i := range w.people {
		p := &w.people[i]
		if !w.chance(w.h.approvers) {
			continue
		}
		for day := range days {
			if day%7 > 4 || w.chance(0.4) {
				continue
			}
			m := w.newHardMessage(Start.Add(time.Duration(24*day+8-w.p.zone)*time.Hour+w.seconds(0, 600)), 5, i)
			t := m.received.Add(w.seconds(120, 3*3600))
			s := w.where(p, t, false)
			w.click(t, m, p.upn, m.urls[0], s.click, Truth{Kind: PersonApprover, From: s.from})
			w.surf(p, s, m.urls[0], t)
			w.openTabs(m, p, s, 0, t, PersonApprover)
		}
	}
}

// surf writes what the person's computer shows of a visit to url at t.
func (w *hard) surf(p *person, s spot, url string, t time.Time) {
	if !p.covered || s.phone {
		return
	}
	if !p.web && w.chance(0.9) {
		w.launch(p, url, t.Add(-w.seconds(0, 2)), []string{"outlook.exe", "olk.exe", "ms-teams.exe", "explorer.exe"}[w.weighted([]float64{6, 2, 1, 1})])
	}
	if w.chance(0.5) {
		w.connect(p, url, t.Add(w.seconds(0.5, 12)), "msedge.exe")
	}
}

func (w *hard) launch(p *person, url string, t time.Time, process string) {
	w.tenant.Launches = append(w.tenant.Launches, evidence.BrowserLaunch{
		Timestamp: t, AccountUpn: p.upn, DeviceId: p.device, DeviceName: p.device, RemoteUrl: w.wrap(url, p.upn), Process: process,
	})
}

func (w *hard) connect(p *person, url string, t time.Time, process string) {
	w.tenant.Connections = append(w.tenant.Connections, evidence.Connection{
		Timestamp: t, AccountUpn: p.upn, DeviceId: p.device, DeviceName: p.device, RemoteUrl: host(url), Process: process,
		ActionType: "ConnectionSuccess",
	})
}

// signedIn adds a sign-in if the export holds it.
func (w *hard) signedIn(p *person, t time.Time, addr netip.Addr, interactive bool, risk, country string) {
	switch w.h.export {
	case noSignIns:
		return
	case someAccounts:
		if !p.exported {
			return
		}
	case interactiveOnly:
		if !interactive {
			return
		}
	}
	if t.After(w.end()) {
		return
	}
	w.tenant.SignIns = append(w.tenant.SignIns, evidence.SignIn{
		Timestamp: t, AccountUpn: p.upn, IPAddress: addr, Success: true, Interactive: interactive, Risk: risk, Country: country,
		AppName: "Office 365", Table: "SigninLogs",
	})
}

// makeHardSignIns writes the sign-ins of the owners, up to 20 days before the first
// click. Computers sign in now and then and renew every day; phones hardly ever do
// anything but renew.
func (w *hard) makeHardSignIns() {
	before := w.rng.IntN(21)
	for i := range w.people {
		p := &w.people[i]
		for day := -before; day < days; day++ {
			midnight := Start.Add(time.Duration(24*day) * time.Hour)
			t := w.working(&p.account, midnight.Add(time.Duration(w.rng.Int64N(int64(24*time.Hour)))))
			desk := w.where(p, t, false)
			if w.chance(w.h.signIn) && !p.mobile {
				w.signedIn(p, t.Add(-w.seconds(0, 7200)), desk.signIn, true, "none", desk.country)
			}
			w.signedIn(p, t.Add(w.seconds(0, 4*3600)), desk.signIn, false, "none", desk.country)
			onTheMove := w.where(p, t, true)
			w.signedIn(p, midnight.Add(w.seconds(0, 86400)), onTheMove.signIn, w.chance(0.02), "none", onTheMove.country)
			if w.chance(0.004) { // risk is often a false alarm
				w.signedIn(p, t, desk.signIn, true, []string{"low", "medium"}[w.rng.IntN(2)], desk.country)
			}
		}
	}
	slices.SortStableFunc(w.tenant.SignIns, func(a, b evidence.SignIn) int { return a.Timestamp.Compare(b.Timestamp) })
}

// makeHardNoise writes what computers do all day.
func (w *hard) makeHardNoise() {
	for i := range w.people {
		p := &w.people[i]
		if !p.covered {
			continue
		}
		for range 3 * days {
			t := w.working(&p.account, Start.Add(time.Duration(w.rng.Int64N(int64(days*24*time.Hour)))))
			if !t.After(w.end()) {
				w.connect(p, "https://"+w.commonHost()+"/", t, "msedge.exe")
			}
		}
	}
}
