package neighbours

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// TestCompareFields asks for one row beside others, for each field of Counts at its bounds;
// [TestCompareHistory] for those that tell where accounts were on other days.
func TestCompareFields(t *testing.T) {
	at := func(after ticks.Ticks) sketch {
		return sketch{after: after, who: ann, url: 1, message: 1, addr: 1, event: allowed}
	}
	with := func(after ticks.Ticks, change func(*sketch)) sketch {
		s := at(after)
		change(&s)
		return s
	}
	url := func(u uint64) func(*sketch) { return func(s *sketch) { s.url = u } }
	from := func(addr byte) func(*sketch) { return func(s *sketch) { s.addr = addr } }
	by := func(p person) func(*sketch) { return func(s *sketch) { s.who = p } }
	shows := func(p person, traits Traits) func(*sketch) {
		return func(s *sketch) { s.who, s.traits = p, traits }
	}
	did := func(report uint64, e event) func(*sketch) {
		return func(s *sketch) { s.report, s.event = report, e }
	}
	tests := []struct {
		name string
		row  sketch // the one asked about, which is read last
		rest []sketch
		want func(*Counts) // changes what a row alone has
	}{
		{"alone", at(0), nil, func(n *Counts) {}},
		{"two URLs within a second", at(0), []sketch{with(ticks.Second-1, url(2))},
			func(n *Counts) { n.MessageURLs1s, n.MessageURLs3s, n.MessageURLs60s, n.AddressURLs = 2, 2, 2, 2 }},
		{"two URLs a second apart", at(0), []sketch{with(ticks.Second, url(2))},
			func(n *Counts) { n.MessageURLs3s, n.MessageURLs60s, n.AddressURLs = 2, 2, 2 }},
		{"two URLs three seconds apart", at(0), []sketch{with(-3*ticks.Second, url(2))},
			func(n *Counts) { n.MessageURLs3s, n.MessageURLs60s, n.AddressURLs = 2, 2, 2 }},
		{"two URLs a minute apart", at(0), []sketch{with(minute, url(2))},
			func(n *Counts) { n.MessageURLs60s, n.AddressURLs = 2, 2 }},
		{"two URLs more than a minute apart", at(0), []sketch{with(minute+1, url(2))},
			func(n *Counts) { n.AddressURLs = 2 }},
		{"URLs on both sides are one run only if it is short", at(0),
			[]sketch{with(-2*ticks.Second, url(2)), with(2*ticks.Second, url(3))},
			func(n *Counts) { n.MessageURLs3s, n.MessageURLs60s, n.AddressURLs = 2, 3, 3 }},
		{"a URL of another message", at(0), []sketch{with(0, func(s *sketch) { s.url, s.message = 2, 2 })},
			func(n *Counts) { n.AddressURLs = 2 }},
		{"a URL of another account in the message", at(0), []sketch{with(0, func(s *sketch) { s.url, s.who, s.addr = 2, bob, 0 })},
			func(n *Counts) {}},
		{"a row of the message without URL", with(0, url(0)), []sketch{at(0)},
			func(n *Counts) { n.MessageURLs1s, n.MessageURLs3s, n.MessageURLs60s, n.FanAccounts = 0, 0, 0, 0 }},

		{"fan of three accounts at the edge", at(0), []sketch{with(10*ticks.Second, by(bob)), with(-10*ticks.Second, by(dan))},
			func(n *Counts) { n.FanAccounts, n.AddressAccounts = 3, 3 }},
		{"account past the edge of the fan", at(0), []sketch{with(10*ticks.Second+1, by(bob))},
			func(n *Counts) { n.AddressAccounts = 2 }},
		{"an account with another URL is no fan", at(0), []sketch{with(0, func(s *sketch) { s.who, s.url = bob, 2 })},
			func(n *Counts) { n.AddressAccounts, n.AddressURLs = 2, 2 }},
		{"the same account again", at(0), []sketch{at(0)}, func(n *Counts) {}},

		{"at the edge of the window", at(0), []sketch{with(hour, by(bob))},
			func(n *Counts) { n.AddressAccounts = 2 }},
		{"past the edge of the window", at(0), []sketch{with(hour+1, by(bob))}, func(n *Counts) {}},
		{"an account of another domain", at(0), []sketch{with(ticks.Second, by(eve))}, func(n *Counts) {}},
		{"a row without account at the address", at(0), []sketch{with(0, func(s *sketch) { s.who, s.url = person{0, 1}, 2 })},
			func(n *Counts) { n.AddressURLs = 2 }},

		{"another account soon after its message, on another occasion", at(0),
			[]sketch{with(10*minute+1, shows(bob, TraitFast))},
			func(n *Counts) { n.AddressAccounts, n.AddressFast = 2, 1 }},
		{"another account later after its message", at(0), []sketch{with(-10*minute-1, shows(bob, TraitSlow))},
			func(n *Counts) { n.AddressAccounts, n.AddressSlow = 2, 1 }},
		{"the same occasion", at(0), []sketch{with(10*minute, shows(bob, TraitFast))},
			func(n *Counts) { n.AddressAccounts = 2 }},
		{"own haste", at(0), []sketch{with(20*minute, shows(ann, TraitFast))}, func(n *Counts) {}},
		{"own delay", at(0), []sketch{with(20*minute, shows(ann, TraitSlow))}, func(n *Counts) { n.AddressSlow = 1 }},
		{"two occasions of one account", at(0), []sketch{with(20*minute, shows(bob, TraitFast)), with(40*minute, shows(bob, TraitFast))},
			func(n *Counts) { n.AddressAccounts, n.AddressFast = 2, 1 }},
		{"two occasions of two accounts, one of them many clicks long", at(0),
			[]sketch{with(20*minute, shows(bob, TraitFast)), with(30*minute, shows(dan, TraitFast)), with(-31*minute, shows(person{14, 1}, TraitFast))},
			func(n *Counts) { n.AddressAccounts, n.AddressFast = 4, 2 }},

		{"a person behind the address", at(0), []sketch{with(minute, shows(bob, TraitPerson))},
			func(n *Counts) { n.AddressAccounts, n.AddressPeople = 2, 1 }},
		{"the account itself is no other person", at(0), []sketch{with(minute, shows(ann, TraitPerson|TraitSilent))}, func(n *Counts) {}},
		{"a silent device", at(0), []sketch{with(minute, shows(bob, TraitSilent)), with(minute, shows(dan, 0))},
			func(n *Counts) { n.AddressAccounts, n.AddressSilent = 3, 1 }},

		{"an account that was elsewhere", at(0),
			[]sketch{with(minute, by(bob)), with(hour, func(s *sketch) { s.who, s.addr = bob, 9 })},
			func(n *Counts) { n.AddressAccounts, n.AddressVisitors = 2, 1 }},
		{"an account that was elsewhere too long ago", at(0),
			[]sketch{with(0, by(bob)), with(hour+1, func(s *sketch) { s.who, s.addr = bob, 9 })},
			func(n *Counts) { n.FanAccounts, n.AddressAccounts = 2, 2 }},
		{"a row without address is not elsewhere", at(0), []sketch{with(0, from(0))}, func(n *Counts) {}},

		{"twin of a service at the edge", at(0), []sketch{with(2*minute, from(3))},
			func(n *Counts) {
				n.Twin, n.TwinGap, n.TwinIP, n.TwinService = true, 2*time.Minute, address(3), true
				n.AddressVisitors = 1
			}},
		{"twin too late", at(0), []sketch{with(2*minute+1, from(3))}, func(n *Counts) { n.AddressVisitors = 1 }},
		{"nearest twin, which is before", at(0), []sketch{with(-3*ticks.Second, from(4)), with(5*ticks.Second, from(3))},
			func(n *Counts) {
				n.Twin, n.TwinGap, n.TwinIP = true, -3*time.Second, address(4)
				n.AddressVisitors = 1
			}},
		{"twins equally near on both sides", at(0), []sketch{with(-3*ticks.Second, from(4)), with(3*ticks.Second, from(3))},
			func(n *Counts) {
				n.Twin, n.TwinGap, n.TwinIP, n.TwinService = true, -3*time.Second, address(3), true
				n.AddressVisitors = 1
			}},
		{"three twins at the same time", at(0), []sketch{with(0, from(5)), with(0, from(4)), with(0, from(2))},
			func(n *Counts) {
				n.Twin, n.TwinIP, n.TwinService = true, address(2), true
				n.AddressVisitors = 1
			}},
		{"the same address is no twin", at(0), []sketch{with(ticks.Second, from(1))}, func(n *Counts) {}},
		{"another URL is no twin", at(0), []sketch{with(0, func(s *sketch) { s.addr, s.url, s.message = 3, 2, 2 })},
			func(n *Counts) { n.AddressVisitors = 1 }},

		{"waited for the scan", at(0), []sketch{with(-10*minute, did(0, scanned))}, func(n *Counts) { n.ScanThenThrough = true }},
		{"waited for the scan and overrode the warning", with(0, did(0, blockedThrough)), []sketch{with(0, did(0, scanned))},
			func(n *Counts) { n.ScanThenThrough = true }},
		{"blocked after the scan", with(0, did(0, blocked)), []sketch{with(0, did(0, scanned))}, func(n *Counts) {}},
		{"scan too long ago", at(0), []sketch{with(-10*minute-1, did(0, scanned))}, func(n *Counts) {}},
		{"scan afterwards", at(0), []sketch{with(1, did(0, scanned))}, func(n *Counts) {}},

		{"blocked half", with(0, did(1, blocked)), []sketch{with(9*ticks.Second, did(1, blockedThrough))},
			func(n *Counts) { n.Pair, n.Through = true, true }},
		{"click-through half", with(0, did(1, through)), []sketch{with(-9*ticks.Second, did(1, blocked))},
			func(n *Counts) { n.Pair = true }},
		{"halves past the edge of the window", with(0, did(1, blocked)), []sketch{with(hour+1, did(1, through))}, func(n *Counts) {}},
		{"halves of different reports", with(0, did(1, blocked)), []sketch{with(0, did(2, through))}, func(n *Counts) {}},
		{"one report for all rows of an anonymised export", with(0, did(1, allowed)),
			[]sketch{with(0, func(s *sketch) { did(1, allowedThrough)(s); shows(bob, TraitPerson)(s) })},
			func(n *Counts) { n.FanAccounts, n.AddressAccounts, n.AddressPeople = 2, 2, 1 }},
		{"no report, no duplicate", at(0), []sketch{at(0)}, func(n *Counts) {}},
		{"duplicate", with(0, did(1, allowed)), []sketch{with(0, did(1, allowed))}, func(n *Counts) { n.Duplicate = true }},
		{"duplicate that was read before and made later", with(0, did(1, allowed)), []sketch{with(hour, did(1, allowed))},
			func(n *Counts) { n.Duplicate = true }},
		{"another action is no duplicate", with(0, did(1, allowed)), []sketch{with(0, did(1, other))}, func(n *Counts) {}},

		{"blocked later in the same domain", at(0), []sketch{with(hour, func(s *sketch) { *s = sketch{after: hour, who: bob, url: 1, message: 9, event: blocked} })},
			func(n *Counts) { n.BlockedLater = true }},
		{"blocked later in the same message", at(0), []sketch{with(1, func(s *sketch) { s.event, s.who = blocked, eve })},
			func(n *Counts) { n.BlockedLater = true }},
		{"blocked later for others", at(0), []sketch{with(minute, func(s *sketch) { s.event, s.who, s.message = blocked, eve, 9 })},
			func(n *Counts) {}},
		{"another URL of the site blocked later", with(0, func(s *sketch) { s.site = 1 }),
			[]sketch{with(minute, func(s *sketch) { *s = sketch{after: minute, who: bob, url: 2, site: 1, message: 9, event: blocked} })},
			func(n *Counts) { n.BlockedLater = true }},
		{"a URL without the site blocked later", with(0, func(s *sketch) { s.site = 1 }),
			[]sketch{with(minute, func(s *sketch) { *s = sketch{after: minute, who: bob, url: 2, message: 9, event: blocked} })},
			func(n *Counts) {}},
		{"sites unknown", at(0),
			[]sketch{with(minute, func(s *sketch) { *s = sketch{after: minute, who: bob, url: 2, message: 9, event: blocked} })},
			func(n *Counts) {}},
		{"site blocked later for others", with(0, func(s *sketch) { s.site = 1 }),
			[]sketch{with(minute, func(s *sketch) { *s = sketch{after: minute, who: eve, url: 2, site: 1, message: 9, event: blocked} })},
			func(n *Counts) {}},
		{"site blocked before", with(0, func(s *sketch) { s.site = 1 }),
			[]sketch{with(-minute, func(s *sketch) { *s = sketch{after: -minute, who: bob, url: 2, site: 1, message: 9, event: blocked} })},
			func(n *Counts) {}},
		{"blocked itself, and the site later", with(0, func(s *sketch) { s.site, s.event = 1, blocked }),
			[]sketch{with(minute, func(s *sketch) { *s = sketch{after: minute, who: bob, url: 2, site: 1, message: 9, event: blocked} })},
			func(n *Counts) {}},
		{"blocked at the same time", at(0), []sketch{with(0, did(0, blocked))}, func(n *Counts) {}},
		{"blocked before", at(0), []sketch{with(-minute, did(0, blocked))}, func(n *Counts) {}},
		{"blocked past the edge of the window", at(0), []sketch{with(hour+1, did(0, blocked))}, func(n *Counts) {}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows := append(marksOf(tt.rest...), tt.row.mark())
			want := Counts{
				Seen: true, MessageURLs1s: 1, MessageURLs3s: 1, MessageURLs60s: 1,
				FanAccounts: 1, AddressAccounts: 1, AddressURLs: 1,
			}
			tt.want(&want)
			got := Compare(rows, hour, isOdd)
			assert.Equal(t, want, withoutHistory(got[len(got)-1]))
			assert.Equal(t, slowCompare(rows, hour, isOdd), got, "the twin")
		})
	}
}

func TestCompareRegulars(t *testing.T) {
	const month = 30 * day
	at := func(after ticks.Ticks, who person) sketch { return sketch{after: after, who: who, addr: 1} }
	for name, tt := range map[string]struct {
		rows []sketch // the first is asked about
		want int32
	}{
		"the same hour":           {[]sketch{at(0, ann), at(0, bob), at(hour, bob)}, 0},
		"came again":              {[]sketch{at(0, ann), at(0, bob), at(hour+1, bob)}, 1},
		"was there before":        {[]sketch{at(0, ann), at(0, bob), at(-2*hour, bob)}, 1},
		"came again itself":       {[]sketch{at(0, ann), at(2*hour, ann), at(2*hour, bob)}, 1},
		"came again after months": {[]sketch{at(0, ann), at(0, bob), at(3*month, bob)}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.want, Compare(marksOf(tt.rows...), month, nil)[0].AddressRegulars)
		})
	}
}

// TestCompareUnknown compares rows of which little is known.
func TestCompareUnknown(t *testing.T) {
	assert.Empty(t, Compare(nil, hour, nil))
	full := sketch{who: ann, url: 1, message: 1, addr: 1, report: 1, event: allowed}.mark()
	untimed := full
	untimed.At = ticks.None
	for name, m := range map[string]Mark{
		"zero": {}, "a time": {At: start}, "no time": untimed,
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, []Counts{{Seen: true}, {Seen: true}}, Compare([]Mark{m, m}, hour, nil))
			got := Compare([]Mark{m, full, m}, hour, nil)
			assert.Equal(t, Compare([]Mark{full}, hour, nil)[0], got[1], "a row between them")
		})
	}
}

// TestCompareCaps counts a crowd larger than any count.
func TestCompareCaps(t *testing.T) {
	var rows []Mark
	for i := range 150 {
		s := sketch{
			after: ticks.Ticks(i) * ticks.Second / 50, who: person{uint64(100 + i), 1}, url: 1 + uint64(i%2*i), addr: 1,
			traits: TraitPerson | TraitSilent | TraitFast | TraitSignIn,
		}
		again, elsewhere := s, s
		again.after += hour + 1
		elsewhere.addr = 2
		rows = append(rows, s.mark(), again.mark(), elsewhere.mark())
	}
	got := Compare(rows, 2*hour, nil)
	require.Equal(t, slowCompare(rows, 2*hour, nil), got)
	for i, n := range got {
		require.EqualValues(t, countCap, n.AddressAccounts)
		require.EqualValues(t, countCap, n.AddressURLs)
		require.EqualValues(t, countCap, n.AddressPeople)
		require.EqualValues(t, countCap, n.AddressSilent)
		if i%3 < 2 {
			require.EqualValues(t, countCap, n.AddressRegulars)
			require.EqualValues(t, countCap, n.AddressFastAccounts)
			require.EqualValues(t, 149, n.DomainSignIns, "no cap")
		}
		require.EqualValues(t, countCap, n.AddressVisitors)
		if i/3%2 == 0 {
			require.EqualValues(t, countCap, n.FanAccounts)
		}
	}
}

// TestCompareFanCap counts a fan larger than the cap.
func TestCompareFanCap(t *testing.T) {
	for _, n := range []int{63, 64, 65} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			var rows []Mark
			for i := range n {
				rows = append(rows, sketch{who: person{uint64(100 + i), 1}, url: 1, addr: 1}.mark())
			}
			for _, got := range Compare(rows, hour, nil) {
				require.EqualValues(t, min(n, countCap), got.FanAccounts)
				require.EqualValues(t, min(n, countCap), got.AddressAccounts)
			}
		})
	}
}

// TestCompareOccasions counts more occasions than there are to count.
func TestCompareOccasions(t *testing.T) {
	for _, n := range []int{1, 7, 8, 9, 30} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			rows := []Mark{sketch{who: ann, addr: 1}.mark()}
			for i := range n {
				rows = append(rows, sketch{
					after: ticks.Ticks(i+1) * hour, who: person{uint64(100 + i), 1}, addr: 1, traits: TraitFast | TraitSlow,
				}.mark())
			}
			got := Compare(rows, 100*hour, nil)[0]
			assert.EqualValues(t, min(n, habitCap), got.AddressFast)
			assert.EqualValues(t, min(n, habitCap), got.AddressSlow)
		})
	}
}

// TestCompareService shows that nobody is asked about addresses that are no twins and from
// which nothing dangerous was opened, and that no function stands for no services.
func TestCompareService(t *testing.T) {
	rows := marksOf(
		sketch{who: ann, url: 1, addr: 1}, sketch{who: ann, url: 1, addr: 3},
		sketch{who: bob, url: 1, addr: 5}, sketch{who: dan, url: 1, addr: 7})
	asked := map[netip.Addr]bool{}
	got := Compare(rows, hour, func(a netip.Addr) bool { asked[a] = true; return true })
	assert.Equal(t, map[netip.Addr]bool{address(1): true, address(3): true}, asked)
	assert.True(t, got[0].TwinService)
	assert.False(t, Compare(rows, hour, nil)[0].TwinService)
}

// TestDangerOfServices shows that what a service opened, such as a scanner that looks at a
// link, is nothing that the account opened.
func TestDangerOfServices(t *testing.T) {
	rows := marksOf(
		sketch{who: ann, url: 1, addr: 1, event: dangerous}, sketch{after: hour, who: ann, url: 2, addr: 2})
	assert.Equal(t, time.Hour, Compare(rows, 30*day, nil)[1].DangerAge)
	assert.Equal(t, time.Hour, Compare(rows, 30*day, func(a netip.Addr) bool { return a == address(2) })[1].DangerAge)
	assert.Zero(t, Compare(rows, 30*day, isOdd)[1].DangerAge)
}
