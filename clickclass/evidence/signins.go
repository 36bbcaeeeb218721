package evidence

import (
	"net/netip"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/internal/keys"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
)

// signIns is what the sign-in tables say. Failed and risky sign-ins count for the country
// of their address alone.
type signIns struct {
	accounts  map[uint64]*account // with good sign-ins
	domains   map[uint64]*domain  // of these accounts
	good      visits
	renewed   visits
	near      seriesMap         // good sign-ins by account and /24
	addresses map[uint64]*place // with a country
}

// account is what is known of an account's good sign-ins.
type account struct {
	turn
	key uint64
	times
	countries latest
	hours     latest // of the day, UTC
	days      latest // since 1970, at most minDays
}

// domain is what is known of the good sign-ins of the accounts of a domain.
type domain struct {
	turn
	key      uint64
	times           // an unbounded Store keeps the first and the last
	accounts latest // at most minCovered
}

// place is what is known of an address.
type place struct {
	turn
	key       uint64
	countries latest
}

const (
	minCountrySignIns = 10 // fewer do not say where somebody usually is; assumption
	minHourSignIns    = 20 // nor when; assumption
	minDays           = 5
	minCovered        = 5 // accounts of a domain; assumption

	day = 24 * time.Hour

	noLimit = 1 << 30
)

// good reports whether a sign-in speaks for a person.
func (r *SignIn) good() bool { return r.Success && r.Interactive && !r.risky() }

// renews reports whether a client renewed an earlier sign-in.
func (r *SignIn) renews() bool { return r.Success && !r.Interactive && !r.risky() }

func (r *SignIn) risky() bool {
	return strings.EqualFold(r.Risk, "medium") || strings.EqualFold(r.Risk, "high")
}

func (s *Store) addSignIn(r *SignIn) {
	at, ok := nanoseconds(r.Timestamp)
	if r.AccountUpn == "" || !ok {
		return
	}
	s.observe(at)
	upn := normal.Account(r.AccountUpn)
	key := keys.Of(upn)
	addr := accessAddr(r.IPAddress)
	address := keys.OfAddr(addr)
	country, hasCountry := countryKey(r.Country)

	if address != 0 && hasCountry {
		s.addPlace(address, country, at)
	}
	switch {
	case r.good():
		s.addGoodSignIn(key, at, country, hasCountry)
		s.addToDomain(keys.Of(normal.Domain(upn)), key, at)
		s.addVisit(&s.signIns.good, key, address, at, false)
		s.addTime(&s.signIns.near, keys.Join(key, blockKey(addr)), at)
		s.addName(upn, key, at)
	case r.renews():
		s.addVisit(&s.signIns.renewed, key, address, at, true)
	}
}

func (s *Store) addPlace(address, country uint64, at int64) {
	p := s.signIns.addresses[address]
	if p == nil {
		if s.signIns.addresses == nil {
			s.signIns.addresses = map[uint64]*place{}
		}
		p = &place{key: address}
		s.signIns.addresses[address] = p
		s.bounds.bytes += latestBytes
	}
	s.note(&p.countries, country, at, noLimit)
	s.enqueue(p, at)
}

func (p *place) forget(s *Store, limit int64) (int64, bool) {
	s.forgetSeen(&p.countries, limit)
	if p.countries.empty() {
		delete(s.signIns.addresses, p.key)
		s.bounds.bytes -= latestBytes
		return 0, false
	}
	return p.countries.oldest(), true
}

func (s *Store) addGoodSignIn(key uint64, at int64, country uint64, hasCountry bool) {
	a := s.signIns.accounts[key]
	if a == nil {
		if s.signIns.accounts == nil {
			s.signIns.accounts = map[uint64]*account{}
		}
		a = &account{key: key}
		s.signIns.accounts[key] = a
		s.bounds.bytes += accountBytes
	}
	if a.add(at) {
		s.bounds.bytes += timeBytes
	}
	if hasCountry {
		s.note(&a.countries, country, at, noLimit)
	}
	s.note(&a.hours, hourKey(at), at, noLimit)
	s.note(&a.days, uint64(at/int64(day)), at, minDays)
	s.enqueue(a, at)
}

func (a *account) forget(s *Store, limit int64) (int64, bool) {
	s.bounds.bytes -= timeBytes * int64(a.times.forget(limit))
	s.forgetSeen(&a.countries, limit)
	s.forgetSeen(&a.hours, limit)
	s.forgetSeen(&a.days, limit)
	if a.times.empty() {
		delete(s.signIns.accounts, a.key)
		s.bounds.bytes -= accountBytes
		return 0, false
	}
	return a.first(), true
}

// addToDomain adds a good sign-in to a domain. Accounts without a domain share one.
func (s *Store) addToDomain(key, account uint64, at int64) {
	d := s.signIns.domains[key]
	if d == nil {
		if s.signIns.domains == nil {
			s.signIns.domains = map[uint64]*domain{}
		}
		d = &domain{key: key}
		s.signIns.domains[key] = d
		s.bounds.bytes += domainBytes
	}
	s.addOrWiden(&d.times, at)
	s.note(&d.accounts, account, at, minCovered)
	s.enqueue(d, at)
}

func (d *domain) forget(s *Store, limit int64) (int64, bool) {
	s.bounds.bytes -= timeBytes * int64(d.times.forget(limit))
	s.forgetSeen(&d.accounts, limit)
	if d.times.empty() {
		delete(s.signIns.domains, d.key)
		s.bounds.bytes -= domainBytes
		return 0, false
	}
	return d.first(), true
}

// addOrWiden adds a time to a set of which the first and the last count. A bounded Store
// needs all of them, to know the first when the oldest is dropped.
func (s *Store) addOrWiden(t *times, at int64) {
	added := false
	if s.bounded() {
		added = t.add(at)
	} else {
		added = t.widen(at)
	}
	if added {
		s.bounds.bytes += timeBytes
	}
}

func (s *Store) note(l *latest, key uint64, at int64, limit int) {
	if l.note(key, at, limit) {
		s.bounds.bytes += sightingBytes
	}
}

func (s *Store) forgetSeen(l *latest, limit int64) {
	s.bounds.bytes -= sightingBytes * int64(l.forget(limit))
}

// accessAddr returns what of an address stays with a person's line: all of an IPv4
// address, the /64 of an IPv6 one.
func accessAddr(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		p, _ := a.Prefix(64)
		return p.Addr()
	}
	return a
}

// blockKey returns the key of the /24 of an IPv4 address. IPv6 has no block that says
// anything beyond the /64: the key is 0.
func blockKey(a netip.Addr) uint64 {
	if !a.Is4() {
		return 0
	}
	p, _ := a.Prefix(24)
	return keys.OfAddr(p.Addr())
}

// countryKey returns the key of a country, and false if the text is not two letters.
func countryKey(text string) (key uint64, ok bool) {
	if len(text) != 2 {
		return 0, false
	}
	for _, c := range []byte(strings.ToUpper(text)) {
		if c < 'A' || c > 'Z' {
			return 0, false
		}
		key = key<<8 | uint64(c)
	}
	return key, true
}

func hourKey(at int64) uint64 { return uint64(time.Unix(0, at).UTC().Hour()) }

// facts returns what the sign-ins around the time say of the account at the address, and
// nil if they say nothing.
func (t *signIns) facts(q *question) *clickclass.SignInFacts {
	if len(t.accounts) == 0 || !q.addr.IsValid() {
		return nil
	}
	addr := accessAddr(q.addr)
	key, address, at := q.account, keys.OfAddr(addr), q.at
	from, to := at-int64(clickclass.SignInReach), at+int64(day)
	f := clickclass.SignInFacts{
		Covered: t.domains[q.domain].covers(at),
		Others:  t.good.others(key, address, from, to),
		Renewed: t.renewed.has(key, address, from, to) || t.renewed.others(key, address, from, to) == 2,
	}
	a := t.accounts[key]
	if a != nil {
		f.SignIns = a.count(from, to)
	}
	switch {
	case f == clickclass.SignInFacts{}:
		return nil
	case f.SignIns == 0:
		return &f
	}
	here := t.good.times(key, address)
	inReach := here.count(from, to)
	f.Month = inReach > 0
	f.Day = here.count(at-int64(day), to) > 0
	f.Settled = here.count(from, at-int64(day)-1) > 0
	f.Near = t.near.get(keys.Join(key, blockKey(addr))).count(from, to) > inReach
	f.FarCountry = a.isFar(t.addresses[address])
	f.OffHours = a.isOff(hourKey(at))
	return &f
}

// covers reports whether the sign-ins of the domain around a time are known. A nil d has
// none.
func (d *domain) covers(at int64) bool {
	return d != nil && d.accounts.len() >= minCovered && d.first()-int64(day) <= at && at <= d.last()+int64(day)
}

// isFar reports whether an address is in a country that the account never signed in from.
func (a *account) isFar(p *place) bool {
	return p != nil && a.len() >= minCountrySignIns && !a.countries.empty() && !p.countries.meets(&a.countries)
}

// isOff reports whether the account never signs in within two hours of this hour.
func (a *account) isOff(hour uint64) bool {
	if a.len() < minHourSignIns || a.days.len() < minDays {
		return false
	}
	for d := range uint64(5) {
		if a.hours.has((hour + 24 - 2 + d) % 24) {
			return false
		}
	}
	return true
}
