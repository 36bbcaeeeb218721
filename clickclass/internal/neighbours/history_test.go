package neighbours

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// TestCompareDomain counts the accounts of a domain, and those whose sign-ins are known.
func TestCompareDomain(t *testing.T) {
	by := func(after int, who person, traits Traits) sketch {
		return sketch{after: ticks.Ticks(after) * minute, who: who, traits: traits}
	}
	for name, tt := range map[string]struct {
		rows              []sketch // the first is asked about
		accounts, signIns int32
	}{
		"others with and without sign-ins":         {[]sketch{by(0, ann, 0), by(1, bob, TraitSignIn), by(2, dan, 0)}, 2, 1},
		"the edge of the window":                   {[]sketch{by(0, ann, 0), by(60, bob, TraitSignIn), by(-60, dan, TraitSignIn)}, 2, 2},
		"past the edge of the window":              {[]sketch{by(0, ann, 0), by(61, bob, TraitSignIn)}, 0, 0},
		"another domain":                           {[]sketch{by(0, ann, 0), by(0, eve, TraitSignIn)}, 0, 0},
		"no domain":                                {[]sketch{by(0, local, 0), by(0, local, TraitSignIn), by(0, person{32, 0}, TraitSignIn)}, 0, 0},
		"the account itself":                       {[]sketch{by(0, ann, TraitSignIn), by(1, ann, TraitSignIn)}, 0, 0},
		"the account's other row":                  {[]sketch{by(0, ann, 0), by(1, ann, TraitSignIn)}, 0, 0},
		"the account's other row and others":       {[]sketch{by(0, ann, 0), by(1, ann, TraitSignIn), by(1, bob, TraitSignIn)}, 1, 1},
		"the account's other row is out of reach":  {[]sketch{by(0, ann, 0), by(61, ann, TraitSignIn), by(1, bob, TraitSignIn)}, 1, 1},
		"one account often":                        {[]sketch{by(0, ann, 0), by(1, bob, TraitSignIn), by(2, bob, 0), by(3, bob, TraitSignIn)}, 1, 1},
		"a row without account in the same domain": {[]sketch{by(0, person{0, 1}, TraitSignIn), by(1, bob, TraitSignIn), by(2, dan, 0)}, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			got := Compare(marksOf(tt.rows...), hour, nil)[0]
			assert.Equal(t, tt.accounts, got.DomainAccounts)
			assert.Equal(t, tt.signIns, got.DomainSignIns)
		})
	}
}

// withoutHistory leaves out the fields that [historyOf] returns.
func withoutHistory(n Counts) Counts {
	n.AddressFastAccounts, n.AddressAtHome, n.OwnDays, n.OwnHours, n.AccountHours = 0, 0, 0, 0, 0
	n.OwnAge, n.AccountAge, n.DangerAge, n.DomainAccounts, n.DomainSignIns = 0, 0, 0, 0, 0
	return n
}

// historyOf returns what accounts did on other days.
func historyOf(n Counts) Counts {
	return Counts{
		AddressFastAccounts: n.AddressFastAccounts, AddressAtHome: n.AddressAtHome,
		OwnDays: n.OwnDays, OwnHours: n.OwnHours, AccountHours: n.AccountHours,
		OwnAge: n.OwnAge, AccountAge: n.AccountAge, DangerAge: n.DangerAge,
		DomainAccounts: n.DomainAccounts, DomainSignIns: n.DomainSignIns,
	}
}

// TestCompareHistory asks for one row beside others, for each field that tells what accounts
// did on other days, at its bounds. The row is at 07:08:09.
func TestCompareHistory(t *testing.T) {
	const (
		month = 30 * day
		days  = 24 * time.Hour
	)
	at := func(after ticks.Ticks) sketch { return sketch{after: after, who: ann, addr: 1} }
	with := func(after ticks.Ticks, addr byte, e event, traits Traits) sketch {
		return sketch{after: after, who: ann, addr: addr, event: e, traits: traits}
	}
	by := func(who person, after ticks.Ticks, addr byte) sketch {
		return sketch{after: after, who: who, addr: addr}
	}
	toHour := start%hour + 1 // to the last tick of the hour before
	toDay := start%day + 1
	tests := []struct {
		name string
		row  sketch
		rest []sketch
		want func(*Counts) // changes what a row alone has
	}{
		{"alone", at(0), nil, func(n *Counts) {}},
		{"the first tick of the hour", at(0), []sketch{at(1 - toHour)}, func(n *Counts) {
			n.OwnAge, n.AccountAge = (toHour - 1).Duration(), (toHour - 1).Duration()
		}},
		{"the last tick of the hour before", at(0), []sketch{at(-toHour)}, func(n *Counts) {
			n.OwnHours, n.AccountHours, n.OwnAge, n.AccountAge = 2, 2, toHour.Duration(), toHour.Duration()
		}},
		{"the first tick of the day", at(0), []sketch{at(1 - toDay)}, func(n *Counts) {
			n.OwnHours, n.AccountHours, n.OwnAge, n.AccountAge = 2, 2, (toDay - 1).Duration(), (toDay - 1).Duration()
		}},
		{"the last tick of the day before", at(0), []sketch{at(-toDay)}, func(n *Counts) {
			n.OwnDays, n.OwnHours, n.AccountHours, n.OwnAge, n.AccountAge = 2, 2, 2, toDay.Duration(), toDay.Duration()
		}},
		{"the next day", at(0), []sketch{at(day)}, func(n *Counts) { n.OwnDays, n.OwnHours, n.AccountHours = 2, 2, 2 }},
		{"the edges of the window", at(0), []sketch{at(-month), at(month)}, func(n *Counts) {
			n.OwnDays, n.OwnHours, n.AccountHours, n.OwnAge, n.AccountAge = 3, 3, 3, 30*days, 30*days
		}},
		{"past the edges of the window", at(0), []sketch{at(-month - 1), at(month + 1)}, func(n *Counts) {}},
		{"elsewhere", at(0), []sketch{with(-day, 2, allowed, 0)}, func(n *Counts) { n.AccountHours, n.AccountAge = 2, days }},
		{"nowhere known", at(0), []sketch{with(-day, 0, allowed, 0)}, func(n *Counts) { n.AccountHours, n.AccountAge = 2, days }},
		{"itself nowhere known", with(0, 0, allowed, 0), []sketch{at(-day)}, func(n *Counts) {
			n.OwnDays, n.OwnHours, n.AccountHours, n.AccountAge = 0, 0, 2, days
		}},
		{"a machine's rows are old, but no days and hours", at(0), []sketch{with(-day, 1, allowed, TraitFast)}, func(n *Counts) {
			n.OwnAge, n.AccountAge = days, days
		}},
		{"a machine's row beside a person's", with(0, 1, allowed, TraitFast), []sketch{at(-day)}, func(n *Counts) {
			n.OwnAge, n.AccountAge = days, days
		}},
		{"a machine's row alone", with(0, 1, allowed, TraitFast), nil, func(n *Counts) { n.OwnDays, n.OwnHours, n.AccountHours = 0, 0, 0 }},
		{"no account", by(person{0, 1}, 0, 1), []sketch{by(person{0, 1}, -day, 1), at(-day)}, func(n *Counts) {
			n.OwnDays, n.OwnHours, n.AccountHours, n.DomainAccounts = 0, 0, 0, 1
		}},

		{"opened something dangerous", at(0), []sketch{with(-1, 2, dangerous, 0)}, func(n *Counts) { n.AccountAge, n.DangerAge = 100, 100 }},
		{"the first danger counts", at(0), []sketch{with(-minute, 2, dangerous, 0), with(-2*minute, 2, dangerous, 0)},
			func(n *Counts) { n.AccountAge, n.DangerAge = 2*time.Minute, 2*time.Minute }},
		{"danger at the edge", at(0), []sketch{with(-14*day, 2, dangerous, 0)}, func(n *Counts) {
			n.AccountHours, n.AccountAge, n.DangerAge = 2, 14*days, 14*days
		}},
		{"danger past the edge", at(0), []sketch{with(-14*day-1, 2, dangerous, 0)}, func(n *Counts) {
			n.AccountHours, n.AccountAge = 2, 14*days+100
		}},
		{"danger past the edge, and once more within", at(0), []sketch{with(-14*day-1, 2, dangerous, 0), with(-day, 2, dangerous, 0)}, func(n *Counts) {
			n.AccountHours, n.AccountAge, n.DangerAge = 3, 14*days+100, days
		}},
		{"danger at the same time", at(0), []sketch{with(0, 2, dangerous, 0)}, func(n *Counts) {}},
		{"danger afterwards", at(0), []sketch{with(1, 2, dangerous, 0)}, func(n *Counts) {}},
		{"is the danger itself", with(0, 1, dangerous, 0), []sketch{at(minute)}, func(n *Counts) {}},
		{"danger of another", at(0), []sketch{{after: -minute, who: bob, event: dangerous}}, func(n *Counts) { n.DomainAccounts = 1 }},
		{"what was blocked later", at(0), []sketch{
			{after: -minute, who: ann, url: 5, event: allowed}, {after: day, who: bob, url: 5, event: blocked},
		}, func(n *Counts) { n.AccountAge, n.DangerAge, n.DomainAccounts = time.Minute, time.Minute, 1 }},
		{"what was of a site that was blocked later", at(0), []sketch{
			{after: -minute, who: ann, url: 5, site: 1, event: allowed}, {after: -1, who: bob, url: 6, site: 1, event: blocked},
		}, func(n *Counts) { n.AccountAge, n.DangerAge, n.DomainAccounts = time.Minute, time.Minute, 1 }},

		{"others whose links were asked for fast", at(0), []sketch{
			{after: day, who: bob, addr: 1, traits: TraitFast}, {who: bob, addr: 1}, {who: dan, addr: 1, traits: TraitSlow},
		}, func(n *Counts) { n.AddressFastAccounts, n.DomainAccounts = 1, 2 }},
		{"fast elsewhere", at(0), []sketch{{who: bob, addr: 2, traits: TraitFast}}, func(n *Counts) { n.DomainAccounts = 1 }},
		{"fast itself", at(0), []sketch{with(0, 1, allowed, TraitFast)}, func(n *Counts) {}},

		{"a colleague at home", at(0), []sketch{by(bob, 0, 1), by(bob, day, 1), by(bob, 2*day, 1)}, func(n *Counts) {
			n.AddressAtHome, n.DomainAccounts = 1, 1
		}},
		{"two days, and half of the hours", at(0), []sketch{by(bob, 0, 1), by(bob, day, 1), by(bob, hour, 2), by(bob, 2*hour, 2)}, func(n *Counts) {
			n.AddressAtHome, n.DomainAccounts = 1, 1
		}},
		{"a colleague somewhere else", at(0), []sketch{by(bob, 0, 1), by(bob, day, 2), by(bob, 2*day, 2), by(bob, 3*day, 2)}, func(n *Counts) {
			n.DomainAccounts = 1
		}},
		{"a colleague's machine", at(0), []sketch{
			{who: bob, addr: 1, traits: TraitFast}, {after: day, who: bob, addr: 1, traits: TraitFast}, {after: 2 * day, who: bob, addr: 1, traits: TraitFast},
		}, func(n *Counts) { n.AddressFastAccounts, n.DomainAccounts = 1, 1 }},
		{"at home itself", at(0), []sketch{at(day), at(2 * day)}, func(n *Counts) { n.OwnDays, n.OwnHours, n.AccountHours = 3, 3, 3 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows := append(marksOf(tt.rest...), tt.row.mark())
			want := Counts{OwnDays: 1, OwnHours: 1, AccountHours: 1}
			tt.want(&want)
			got := Compare(rows, month, nil)
			assert.Equal(t, want, historyOf(got[len(got)-1]))
			assert.Equal(t, slowCompare(rows, month, nil), got, "the twin")
		})
	}
}

// TestAtHome asks what Counts say of an address at the bounds.
func TestAtHome(t *testing.T) {
	const days = 24 * time.Hour
	for _, tt := range []struct {
		name                    string
		counts                  Counts
		home, fresh, endangered bool
	}{
		{name: "nothing known", counts: Counts{}},
		{name: "one day", counts: Counts{OwnDays: 1, OwnHours: 9, AccountHours: 9}},
		{name: "two days, half of all hours", counts: Counts{OwnDays: 2, OwnHours: 3, AccountHours: 6}, home: true},
		{name: "two days, less than half", counts: Counts{OwnDays: 2, OwnHours: 3, AccountHours: 7}},
		{name: "three days, a quarter", counts: Counts{OwnDays: 3, OwnHours: 3, AccountHours: 12}, home: true},
		{name: "three days, less than a quarter", counts: Counts{OwnDays: 3, OwnHours: 3, AccountHours: 13}},
		{name: "elsewhere for three days before", counts: Counts{OwnDays: 3, OwnHours: 3, AccountHours: 6, OwnAge: days, AccountAge: 4 * days}, fresh: true},
		{name: "elsewhere for less", counts: Counts{OwnDays: 3, OwnHours: 3, AccountHours: 6, OwnAge: days, AccountAge: 4*days - 1}, home: true},
		{name: "new for less than two weeks", counts: Counts{OwnDays: 9, OwnHours: 9, AccountHours: 9, OwnAge: 14*days - 1, AccountAge: 30 * days}, fresh: true},
		{name: "no longer new", counts: Counts{OwnDays: 9, OwnHours: 9, AccountHours: 9, OwnAge: 14 * days, AccountAge: 30 * days}, home: true},
		{name: "new to everything", counts: Counts{OwnDays: 3, OwnHours: 3, AccountHours: 3, OwnAge: days, AccountAge: days}, home: true},
		{name: "came after danger", counts: Counts{OwnDays: 3, OwnHours: 3, AccountHours: 4, OwnAge: days, AccountAge: days + 2, DangerAge: days + time.Second}, endangered: true},
		{name: "came with the danger, by another log", counts: Counts{OwnDays: 3, OwnHours: 3, AccountHours: 4, OwnAge: days, AccountAge: days + 2, DangerAge: days + time.Second - 1}, home: true},
		{name: "came with the danger", counts: Counts{OwnDays: 3, OwnHours: 3, AccountHours: 4, OwnAge: days, AccountAge: days + 2, DangerAge: days}, home: true},
		{name: "was there before the danger", counts: Counts{OwnDays: 3, OwnHours: 3, AccountHours: 4, OwnAge: days, AccountAge: days + 2, DangerAge: days - 1}, home: true},
		{name: "new and after danger", counts: Counts{OwnDays: 3, OwnHours: 3, AccountHours: 6, AccountAge: 3 * days, DangerAge: time.Second}, fresh: true, endangered: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.home, tt.counts.AtHome(), "at home")
			assert.Equal(t, tt.fresh, tt.counts.New(), "new")
			assert.Equal(t, tt.endangered, tt.counts.NewAfterDanger(), "new after danger")
		})
	}
}

// TestCompareAtHomeCap counts more accounts at home than are counted.
func TestCompareAtHomeCap(t *testing.T) {
	for _, others := range []int{63, 64, 65} {
		var rows []Mark
		for i := range others + 1 {
			who := person{uint64(100 + i), 1}
			for d := range ticks.Ticks(3) {
				rows = append(rows, sketch{after: d * day, who: who, addr: 1, traits: TraitSlow}.mark())
			}
		}
		got := Compare(rows, 30*day, nil)
		require.Equal(t, slowCompare(rows, 30*day, nil), got)
		require.False(t, slices.ContainsFunc(got, func(n Counts) bool {
			return n.AddressAtHome != int32(min(others, countCap)) || n.DomainAccounts != int32(others)
		}), "%d others", others)
	}
}
