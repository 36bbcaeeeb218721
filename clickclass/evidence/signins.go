package evidence

import (
	"math"
	"net/netip"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/internal/keys"
	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
)

// signIns is what the sign-in tables say. Failed sign-ins count for the country of their
// address alone.
type signIns struct {
	accounts  map[uint64]*account // with good sign-ins
	good      visits
	renewed   visits
	renewals  seriesMap // renewed sign-ins by account; the ends of hours
	near      seriesMap // good sign-ins by account and /24
	risky     seriesMap // by account and address
	countries groupMap  // of addresses

	// begin has the time of the first good sign-in that was ever added, by the domain of its
	// account: tenants do not begin together. The times only move back.
	begin map[uint64]int64
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

const (
	minCountrySignIns = 10 // fewer do not say where somebody usually is; assumption
	minHourSignIns    = 20 // nor when; assumption
	minDays           = 5

	// settledAge is how long ago the first good sign-in from an address must be for the
	// account to be at home there. Who took over an account is mostly found or gone within
	// days; assumption.
	settledAge = 7 * day
	// beginReach is how soon after the first good sign-in of a domain another must be to
	// belong to the beginning, before which nothing is known. The account's own beginning
	// is none: a new account begins with whoever signs in first. settledBegin is what
	// settledAge is for such sign-ins. Assumptions.
	beginReach   = day
	settledBegin = day

	day = 24 * time.Hour

	noLimit = 1 << 30

	maxDomains = 5000 // Entra ID's limit for a tenant
)

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
		s.addMember(&s.signIns.countries, address, country, at, noLimit)
	}
	if !r.Success {
		return
	}
	if !r.Interactive {
		s.addTime(&s.signIns.renewals, key, endOf(at, time.Hour))
	}
	switch {
	case r.risky():
		s.addTime(&s.signIns.risky, keys.Join(key, address), at)
	case r.Interactive:
		s.signIns.begins(keys.Of(normal.Domain(upn)), at)
		s.addGoodSignIn(key, at, country, hasCountry)
		s.addVisit(&s.signIns.good, key, address, at, false)
		s.addTime(&s.signIns.near, keys.Join(key, blockKey(addr)), at)
		s.addName(upn, key, at)
	default:
		s.addVisit(&s.signIns.renewed, key, address, at, true)
	}
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

// begins notes the time of a good sign-in.
func (t *signIns) begins(domain uint64, at int64) {
	begin, begun := t.begin[domain]
	if begun && begin <= at || !begun && len(t.begin) >= maxDomains {
		return
	}
	if t.begin == nil {
		t.begin = map[uint64]int64{}
	}
	t.begin[domain] = at
}

// beginEnd returns until when a good sign-in belongs to the beginning of a domain: never, if
// the beginning is not known.
func (t *signIns) beginEnd(domain uint64) int64 {
	if begin, begun := t.begin[domain]; begun {
		return begin + int64(beginReach)
	}
	return math.MinInt64
}

// settled reports whether an account with these good sign-ins is settled at a time where
// they came from. A nil times has none.
func (t *signIns) settled(domain uint64, there *times, at int64) bool {
	if there == nil {
		return false
	}
	first := there.first()
	return first <= at-int64(settledAge) || first <= t.beginEnd(domain) && first < at-int64(settledBegin)
}

// settledOthers counts the other accounts that were seen at the address between from and
// to, or before and after, and are settled there at a time. It stops at 2.
func (t *signIns) settledOthers(q *question, address uint64, from, to int64) int {
	first := max(q.at-int64(settledAge), t.beginEnd(q.domain)) // the latest first sign-in that counts
	return t.good.others(q.account, address, from, min(to, first))
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
	if !q.addr.IsValid() {
		return nil
	}
	addr := accessAddr(q.addr)
	key, address, at := q.account, keys.OfAddr(addr), q.at
	from, to := at-int64(clickclass.SignInReach), at+int64(day)
	f := clickclass.SignInFacts{
		Others:  t.settledOthers(q, address, from, to),
		Renewed: t.renewed.has(key, address, from, to) || t.renewed.others(key, address, from, to) == 2,
		Risky:   t.risky.get(keys.Join(key, address)).count(from, to) > 0,
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
	month := here.count(from, at)
	f.Month = month > 0
	f.Day = here.count(at-int64(day), at) > 0
	f.After = here.count(at+1, to) > 0
	block := t.near.get(keys.Join(key, blockKey(addr)))
	f.Near = block.count(from, at) > month && t.settled(q.domain, block, at)
	f.Settled = t.settled(q.domain, here, at)
	if here != nil && here.first() < at {
		f.Age = timeOf(at).Sub(timeOf(here.first()))
	}
	f.RenewalsKnown = t.renewals.get(key).count(from, endOf(to, time.Hour)) > 0
	f.FarCountry = a.isFar(t.countries[address])
	f.OffHours = a.isOff(hourKey(at))
	return &f
}

// isFar reports whether the countries of an address are ones that the account never signed
// in from.
func (a *account) isFar(there *group) bool {
	return there != nil && a.len() >= minCountrySignIns && !a.countries.empty() && !there.meets(&a.countries)
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
