package synth

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

type account struct {
	upn     string
	device  string
	night   bool
	cloudPC bool
	gsa     bool
	web     bool // reads mail in the browser
	covered bool // the device is onboarded
	office  netip.Addr
	vpn     netip.Addr
	desktop netip.Addr // of the hosted desktop
	edge    netip.Addr // of Global Secure Access
	seed    uint64
}

func (w *world) makeAccounts() {
	offices := addresses(w.rng, FromOffice, w.p.offices)
	if w.p.bigNAT {
		offices = offices[:1]
	}
	vpns := addresses(w.rng, FromVPN, 1+w.rng.IntN(4))
	edges := addresses(w.rng, FromGSA, 1+w.rng.IntN(6))
	pool := addresses(w.rng, FromCloudPC, 1+w.rng.IntN(5))
	w.accounts = make([]account, w.p.accounts)
	for i := range w.accounts {
		a := &w.accounts[i]
		*a = account{
			upn:     fmt.Sprintf("person%d@%s.example", i+1, w.name),
			device:  fmt.Sprintf("%s-pc%d", w.name, i+1),
			night:   w.chance(w.p.shift),
			cloudPC: w.chance(w.p.cloudPC),
			gsa:     w.chance(w.p.gsa),
			web:     w.chance(w.p.web),
			covered: w.chance(w.p.endpoint),
			office:  offices[w.rng.IntN(len(offices))],
			vpn:     vpns[w.rng.IntN(len(vpns))],
			desktop: pool[w.rng.IntN(len(pool))],
			edge:    edges[w.rng.IntN(len(edges))],
			seed:    w.rng.Uint64(),
		}
		if !w.p.pooledPC {
			a.desktop = address(w.rng, FromCloudPC)
		}
	}
}

// place is where a person is at a time.
type place struct {
	click  netip.Addr // what Safe Links sees
	signIn netip.Addr // what the sign-in log sees
	from   Egress
}

// at says where the person is on the day of t: the same place all day, on a
// hosted desktop always, and behind Global Secure Access with the true address
// in the sign-in log alone.
func (w *world) at(a *account, t time.Time) place {
	day := int(t.Sub(Start) / (24 * time.Hour))
	rng := rand.New(rand.NewPCG(a.seed, uint64(day)))
	var where place
	switch x := rng.Float64() * (w.p.office + w.p.home + w.p.vpn); {
	case x < w.p.office:
		where = place{a.office, a.office, FromOffice}
	case x < w.p.office+w.p.home:
		home := w.home(a, day)
		where = place{home, home, FromHome}
	default:
		where = place{a.vpn, a.vpn, FromVPN}
	}
	if a.gsa {
		where.click, where.from = a.edge, FromGSA
	}
	if a.cloudPC {
		where = place{a.desktop, a.desktop, FromCloudPC}
	}
	if w.p.roaming {
		where.signIn = address(rng, FromMobile)
	}
	return where
}

// home is a dynamic address that changes every week.
func (w *world) home(a *account, day int) netip.Addr {
	return address(rand.New(rand.NewPCG(a.seed, uint64(1000+day/7))), FromHome)
}

// onPhone is an address of the person's mobile provider, another every hour.
func (w *world) onPhone(a *account, t time.Time) place {
	rng := rand.New(rand.NewPCG(a.seed, uint64(t.Unix()/3600)))
	addr := address(rng, FromMobile)
	return place{addr, addr, FromMobile}
}

// working moves t to a time at which the person works.
func (w *world) working(a *account, t time.Time) time.Time {
	start := 8
	if a.night {
		start = 21
	}
	local := t.Add(time.Duration(w.p.zone-start) * time.Hour) // the working day begins at 0:00
	midnight := local.Truncate(24 * time.Hour)
	if local.Sub(midnight) < 9*time.Hour && midnight.Weekday() != time.Saturday && midnight.Weekday() != time.Sunday {
		return t
	}
	if w.chance(0.2) {
		return t // some mail is read at all hours
	}
	for {
		midnight = midnight.Add(24 * time.Hour)
		if midnight.Weekday() != time.Saturday && midnight.Weekday() != time.Sunday {
			break
		}
	}
	into := time.Duration(w.rng.ExpFloat64() * float64(90*time.Minute))
	return midnight.Add(min(into, 8*time.Hour)).Add(time.Duration(start-w.p.zone) * time.Hour)
}

// makeSignIns writes the sign-in log: a few interactive ones, many refreshes,
// failures, a directory-sync account at the office, password sprays.
func (w *world) makeSignIns() {
	add := func(t time.Time, upn string, addr netip.Addr, success, interactive bool, risk string) {
		if !w.chance(w.p.signInCoverage) {
			return
		}
		w.tenant.SignIns = append(w.tenant.SignIns, evidence.SignIn{
			Timestamp: t, AccountUpn: upn, IPAddress: addr, Success: success, Interactive: interactive, Risk: risk,
			AppName: "Office 365", Table: "SigninLogs",
		})
	}
	for i := range w.accounts {
		a := &w.accounts[i]
		for day := range days {
			t := w.working(a, Start.Add(time.Duration(day)*24*time.Hour+time.Duration(w.rng.Int64N(int64(24*time.Hour)))))
			if t.After(w.end()) {
				continue
			}
			where := w.at(a, t)
			for n := w.p.signIn; n > 0; n-- {
				if n >= 1 || w.chance(n) {
					add(t.Add(-time.Duration(w.rng.Int64N(int64(2*time.Hour)))), a.upn, where.signIn, true, true, "none")
				}
			}
			add(t.Add(time.Duration(w.rng.Int64N(int64(4*time.Hour)))), a.upn, where.signIn, true, false, "none")
			if w.chance(0.06) {
				add(t, a.upn, w.onPhone(a, t).signIn, true, true, "none")
			}
			if w.chance(0.02) {
				add(t, a.upn, address(w.rng, FromHosting), false, true, "medium")
			}
		}
	}
	for day := range days {
		for hour := range 24 {
			t := Start.Add(time.Duration(24*day+hour) * time.Hour)
			add(t, "sync@"+w.name+".example", w.accounts[0].office, true, false, "none")
		}
	}
}

// browse writes what the person's device shows of a visit to url at t.
func (w *world) browse(a *account, where place, url string, t time.Time) {
	if !a.covered || where.from == FromMobile {
		return
	}
	t = t.Add(w.p.deviceSkew)
	upn, short := a.upn, ""
	if w.rng.IntN(3) == 0 {
		upn, short = "", a.upn[:len(a.upn)-len(w.name)-len("@.example")]
	}
	if !a.web && w.chance(0.9) {
		w.tenant.Launches = append(w.tenant.Launches, evidence.BrowserLaunch{
			Timestamp: t.Add(-w.seconds(0, 2)), AccountUpn: upn, Account: short, DeviceId: a.device, DeviceName: a.device,
			RemoteUrl: w.wrap(url, a.upn), Process: "outlook.exe",
		})
	}
	if w.chance(w.p.connection) {
		w.tenant.Connections = append(w.tenant.Connections, evidence.Connection{
			Timestamp: t.Add(w.seconds(1, 15)), AccountUpn: upn, Account: short, DeviceId: a.device, DeviceName: a.device,
			RemoteUrl: host(url), Process: "msedge.exe", ActionType: "ConnectionSuccess",
		})
	}
}

// makeNoise writes what devices do all day: visits to the hosts that everybody
// visits.
func (w *world) makeNoise() {
	for i := range w.accounts {
		a := &w.accounts[i]
		if !a.covered {
			continue
		}
		for range 4 * days {
			t := w.working(a, Start.Add(time.Duration(w.rng.Int64N(int64(days*24*time.Hour)))))
			if t.After(w.end()) {
				continue
			}
			url := "https://" + w.commonHost() + "/"
			if w.chance(0.05) {
				w.browse(a, place{from: FromOffice}, url, t)
				continue
			}
			w.tenant.Connections = append(w.tenant.Connections, evidence.Connection{
				Timestamp: t, AccountUpn: a.upn, DeviceId: a.device, DeviceName: a.device,
				RemoteUrl: host(url), Process: "msedge.exe", ActionType: "ConnectionSuccess",
			})
		}
	}
}
