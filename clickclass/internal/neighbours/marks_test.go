package neighbours

import (
	"cmp"
	"math/rand/v2"
	"net/netip"
	"slices"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

const (
	minute = 60 * ticks.Second
	hour   = 60 * minute
	day    = 24 * hour
)

var (
	start   = ticks.Of(time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC))
	farDate = ticks.Of(time.Date(9999, 6, 1, 23, 59, 59, 0, time.UTC))
)

// person is an account with its domain, as keys.
type person struct{ account, domain uint64 }

var (
	nobody = person{}
	ann    = person{11, 1}
	bob    = person{12, 1}
	dan    = person{13, 1}
	eve    = person{21, 2} // of another domain
	local  = person{31, 0} // of no domain
)

// event is what happened in a row. Rows with equal events have equal actions.
type event Kind

const (
	other          = event(0)
	allowed        = event(KindAllowed)
	blocked        = event(KindBlocked)
	scanned        = event(KindScan)
	through        = event(KindThrough)
	allowedThrough = event(KindAllowed | KindThrough)
	blockedThrough = event(KindBlocked | KindThrough)
	dangerous      = event(KindAllowed | KindDanger)
)

var events = []event{allowed, blocked, scanned, through, other, allowedThrough, blockedThrough, dangerous}

// allTraits are the traits of a row itself.
const allTraits = TraitFast | TraitSlow | TraitPerson | TraitSilent | TraitSignIn

// sketch is a Mark whose keys are small numbers. Zero means that the row does not say.
type sketch struct {
	after        ticks.Ticks // since start
	who          person
	url, message uint64
	site         uint64
	addr         byte // 200 and above: IPv6
	report       uint64
	event        event
	traits       Traits
}

// mark returns the Mark, with the keys that depend on others.
func (s sketch) mark() Mark {
	m := Mark{
		At: start + s.after, Account: s.who.account, Domain: s.who.domain, URL: s.url, Site: s.site, Message: s.message,
		Action: uint64(s.event) + 1, Kind: Kind(s.event), Traits: s.traits,
	}
	if s.addr > 0 {
		m.IP, m.Addr = address(s.addr), uint64(s.addr)<<8|s.who.domain
	}
	if s.report > 0 {
		m.Report = s.report<<32 | s.who.account<<16 | s.url
	}
	return m
}

func marksOf(sketches ...sketch) []Mark {
	rows := make([]Mark, len(sketches))
	for i, s := range sketches {
		rows[i] = s.mark()
	}
	return rows
}

// address returns the address with a last byte.
func address(last byte) netip.Addr {
	if last >= 200 {
		b := netip.MustParseAddr("2001:db8::").As16()
		b[15] = last
		return netip.AddrFrom16(b)
	}
	return netip.AddrFrom4([4]byte{192, 0, 2, last})
}

// isOdd stands in for the question whether an address belongs to a service.
func isOdd(a netip.Addr) bool { return a.As16()[15]&1 == 1 }

// randomMarks makes up n rows over a span of time with few different values, so that much
// falls together: equal times, shared addresses, pairs, duplicates, rows with missing
// parts.
func randomMarks(rng *rand.Rand, n int, over ticks.Ticks) []Mark {
	step := choose(rng, 1, ticks.Second/1000, ticks.Second, minute)
	rows := make([]Mark, 0, n)
	var made []sketch
	for len(rows) < n {
		s := sketch{
			after:   ticks.Ticks(rng.Int64N(int64(over))) / step * step,
			who:     choose(rng, nobody, ann, bob, dan, eve, local),
			url:     rng.Uint64N(5),
			message: rng.Uint64N(4),
			site:    rng.Uint64N(3),
			addr:    choose[byte](rng, 0, 1, 2, 3, 1, 2, 3, 201),
			report:  choose[uint64](rng, 0, 0, 1, 2, 3, 4),
			event:   choose(rng, append(events, allowed)...),
			traits:  Traits(rng.Uint32()) & allTraits,
		}
		if len(made) > 0 && rng.IntN(6) == 0 { // the same click again, or its other half
			s = made[rng.IntN(len(made))]
			switch rng.IntN(3) {
			case 0:
				s.event ^= through
				s.event &^= scanned
			case 1:
				s.after += ticks.Ticks(rng.IntN(5)) * ticks.Second
			}
		}
		made = append(made, s)
		m := s.mark()
		switch rng.IntN(60) {
		case 0:
			m.At = ticks.None
		case 1:
			m.At = farDate
		case 2:
			m.At = 0
		}
		rows = append(rows, m)
	}
	return rows
}

func choose[T any](rng *rand.Rand, list ...T) T { return list[rng.IntN(len(list))] }

// pick returns the rows at the given places.
func pick(rows []Mark, places []int) []Mark {
	out := make([]Mark, len(places))
	for i, j := range places {
		out[i] = rows[j]
	}
	return out
}

// orders are orders in which rows can be read, for pick.
var orders = map[string]func(*rand.Rand, []Mark) []int{
	"in order": func(_ *rand.Rand, rows []Mark) []int { return byTime(rows) },
	"reversed": func(_ *rand.Rand, rows []Mark) []int {
		order := byTime(rows)
		slices.Reverse(order)
		return order
	},
	"shuffled": func(rng *rand.Rand, rows []Mark) []int { return rng.Perm(len(rows)) },
}

func byTime(rows []Mark) []int {
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rows[a].At, rows[b].At) })
	return order
}
