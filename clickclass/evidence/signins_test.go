package evidence

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// TestSignInTimes holds what a sign-in says by the time between it and the click.
func TestSignInTimes(t *testing.T) {
	const here, next, away = "203.0.113.7", "203.0.113.200", "198.51.100.9"
	type facts = clickclass.SignInFacts
	known := signInAt(me, away, noon.Add(-20*day)) // where the sign-ins of all accounts begin
	at := func(ip string, gap time.Duration) Row { return signInAt(me, ip, noon.Add(gap)) }
	tests := []struct {
		name string
		rows []Row
		want facts
	}{
		{"an hour before", []Row{known, at(here, -time.Hour)}, facts{SignIns: 2, Day: true, Month: true, Age: time.Hour}},
		{"24 h before", []Row{known, at(here, -day)}, facts{SignIns: 2, Day: true, Month: true, Age: day}},
		{"more than 24 h before", []Row{known, at(here, -day-1)}, facts{SignIns: 2, Month: true, Age: day + 1}},
		{"30 days before", []Row{known, at(here, -30*day)}, facts{SignIns: 2, Month: true, Settled: true, Age: 30 * day}},
		{"more than 30 days before", []Row{known, at(here, -30*day-1)}, facts{SignIns: 1, Settled: true, Age: 30*day + 1}},
		{"at the same time", []Row{known, at(here, 0)}, facts{SignIns: 2, Day: true, Month: true}},
		{"after", []Row{known, at(here, 1)}, facts{SignIns: 2, After: true}},
		{"24 h after", []Row{known, at(here, day)}, facts{SignIns: 2, After: true}},
		{"more than 24 h after", []Row{known, at(here, day+1)}, facts{SignIns: 1}},
		{"before and after", []Row{known, at(here, -time.Minute), at(here, time.Minute)}, facts{SignIns: 3, Day: true, Month: true, After: true, Age: time.Minute}},
		{"next door for a week", []Row{known, at(next, -7*day)}, facts{SignIns: 2, Near: true}},
		{"next door for less than a week", []Row{known, at(next, -7*day+1)}, facts{SignIns: 2}},
		{"next door from the beginning", []Row{at(next, -3*day)}, facts{SignIns: 1, Near: true}},
		{"next door from the beginning, a day ago", []Row{at(next, -day)}, facts{SignIns: 1}},
		{"next door more than 30 days before, and again", []Row{at(next, -31*day), at(next, -time.Hour)}, facts{SignIns: 1, Near: true}},
		{"next door, and here for a week", []Row{known, at(here, -7*day), at(next, -time.Hour)}, facts{SignIns: 3, Month: true, Near: true, Settled: true, Age: 7 * day}},
		{"next door, after", []Row{known, at(next, time.Hour)}, facts{SignIns: 2}},
		{"here, and next door after", []Row{known, at(here, -time.Hour), at(next, time.Hour)}, facts{SignIns: 3, Day: true, Month: true, Age: time.Hour}},
		{"here after, and next door before", []Row{known, at(here, time.Hour), at(next, -8*day)}, facts{SignIns: 3, Near: true, After: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, &tt.want, factsOf(t, aboutNoon(), tt.rows...).SignIn)
		})
	}
}

func TestSettled(t *testing.T) {
	const here, away = "203.0.113.7", "198.51.100.9"
	at := func(ip string, gap time.Duration) Row { return signInAt(me, ip, noon.Add(gap)) }
	other := func(gap time.Duration) Row { return signInAt("erin@contoso.example", away, noon.Add(gap)) }
	risky := func(gap time.Duration) Row {
		s := signInAt(me, here, noon.Add(gap))
		s.Risk = "high"
		return s
	}
	tests := []struct {
		name string
		rows []Row
		want bool
		age  time.Duration
	}{
		{"a week", []Row{at(away, -20*day), at(here, -7*day)}, true, 7 * day},
		{"less than a week", []Row{at(away, -20*day), at(here, -7*day+1)}, false, 7*day - 1},
		{"a week, and back today", []Row{at(away, -20*day), at(here, -7*day), at(here, -time.Hour)}, true, 7 * day},
		{"on three days, of somebody who signed in elsewhere before", []Row{at(away, -20*day), at(here, -3*day), at(here, -2*day), at(here, -day)}, false, 3 * day},
		{"the first known sign-in", []Row{at(here, -3*day), at(away, -2*day)}, true, 3 * day},
		{"a day after the first", []Row{at(away, -3*day), at(here, -2*day)}, true, 2 * day},
		{"a day after the first, which is another's", []Row{other(-3 * day), at(here, -2*day)}, true, 2 * day},
		{"the account's first, and another signed in long before", []Row{other(-20 * day), at(here, -3*day)}, false, 3 * day},
		{"a risky one begins nothing", []Row{risky(-20 * day), at(here, -3*day)}, true, 3 * day},
		{"more than a day after the first", []Row{at(away, -3*day), at(here, -2*day+1)}, false, 2*day - 1},
		{"the first, a day ago", []Row{at(here, -day)}, false, day},
		{"the first, more than a day ago", []Row{at(here, -day-1)}, true, day + 1},
		{"risky ones do not count", []Row{at(away, -20*day), risky(-10 * day)}, false, 0},
		{"after the click", []Row{at(here, time.Hour)}, false, 0},
		{"another's week", []Row{at(away, -20*day), signInAt("erin@contoso.example", here, noon.Add(-10*day)), at(here, -day)}, false, day},
		{"years ago", []Row{at(away, -day), signInAt(me, here, twinFirst), at(here, -day)}, true, noon.Sub(twinFirst)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := factsOf(t, aboutNoon(), tt.rows...).SignIn
			assert.Equal(t, tt.want, f.Settled)
			assert.Equal(t, tt.age, f.Age)
		})
	}
}

// TestOthersSettled holds that other accounts count only where they are at home: who signs in
// to many mailboxes from one machine does not make it a company's.
func TestOthersSettled(t *testing.T) {
	const here, away = "203.0.113.7", "198.51.100.9"
	begin := func(gap time.Duration) Row { return signInAt("gwen@contoso.example", away, noon.Add(gap)) }
	from := func(n int, gaps ...time.Duration) (rows []Row) { // n others, each at these times
		for i := range n {
			for _, gap := range gaps {
				rows = append(rows, signInAt(fmt.Sprintf("other%d@contoso.example", i), here, noon.Add(gap)))
			}
		}
		return rows
	}
	tests := []struct {
		name string
		rows []Row
		want int
	}{
		{"six within an hour", append(from(6, -time.Hour), begin(-20*day)), 0},
		{"six after", append(from(6, time.Hour), begin(-20*day)), 0},
		{"two for a week", append(from(2, -7*day), begin(-20*day)), 2},
		{"two for less than a week", append(from(2, -7*day+1), begin(-20*day)), 0},
		{"one for a week, many today", append(append(from(1, -7*day), from(6, -time.Hour)...), begin(-20*day)), 1},
		{"two from the beginning", append(from(2, -2*day), begin(-3*day)), 2},
		{"two after the beginning", append(from(2, -2*day+1), begin(-3*day)), 0},
		{"where sign-ins begin with the click", append(from(2, 0), begin(time.Hour)), 2},
		{"two more than 30 days before", append(from(2, -30*day-1), begin(-40*day)), 0},
		{"two more than 30 days before, and again", append(from(2, -31*day, -time.Hour), begin(-40*day)), 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows := append(tt.rows, signInAt(me, away, noon))
			assert.Equal(t, tt.want, factsOf(t, aboutNoon(), rows...).SignIn.Others)
		})
	}
}

// TestBeginKept holds that a bounded Store does not forget when sign-ins began, so that what
// is dropped makes nobody settled.
func TestBeginKept(t *testing.T) {
	const here, away = "203.0.113.7", "198.51.100.9"
	for name, begin := range map[string]Row{
		"dropped":          signInAt("erin@contoso.example", away, noon.Add(-40*day)),
		"dropped, my own":  signInAt(me, away, noon.Add(-40*day)),
		"dropped, settled": signInAt(me, here, noon.Add(-40*day)),
	} {
		t.Run(name, func(t *testing.T) {
			mine := signInAt(me, here, noon.Add(-3*day))
			early, late := Store{Keep: 31 * day}, Store{Keep: 31 * day}
			early.Add(begin, mine, signInAt(me, away, noon))
			late.Add(mine, signInAt(me, away, noon), begin)
			for _, s := range []*Store{&early, &late} {
				f, err := s.Facts(t.Context(), aboutNoon())
				require.NoError(t, err)
				assert.Equal(t, &clickclass.SignInFacts{SignIns: 2, Month: true, Age: 3 * day}, f.SignIn)
			}
		})
	}
}

// TestRiskyAndRenewed holds that sign-ins that show no person are evidence of their own.
func TestRiskyAndRenewed(t *testing.T) {
	const here, away = "203.0.113.7", "198.51.100.9"
	type facts = clickclass.SignInFacts
	known := signInAt(me, away, noon.Add(-20*day))
	change := func(upn, ip string, gap time.Duration, f func(*SignIn)) Row {
		s := signInAt(upn, ip, noon.Add(gap))
		f(&s)
		return s
	}
	risk := func(level string) func(*SignIn) { return func(s *SignIn) { s.Risk = level } }
	renewed := func(s *SignIn) { s.Interactive = false }
	failed := func(s *SignIn) { s.Risk, s.Success = "high", false }
	riskyRenewal := func(s *SignIn) { s.Risk, s.Interactive = "high", false }
	tests := []struct {
		name string
		rows []Row
		want *facts
	}{
		{"medium risk", []Row{known, change(me, here, -time.Hour, risk("medium"))}, &facts{SignIns: 1, Risky: true}},
		{"high risk", []Row{known, change(me, here, day, risk("High"))}, &facts{SignIns: 1, Risky: true}},
		{"low risk", []Row{known, change(me, here, -time.Hour, risk("low"))}, &facts{SignIns: 2, Day: true, Month: true, Age: time.Hour}},
		{"no good sign-in is known", []Row{change(me, here, -time.Hour, risk("high"))}, &facts{Risky: true}},
		{"failed", []Row{known, change(me, here, -time.Hour, failed)}, &facts{SignIns: 1}},
		{"from elsewhere", []Row{known, change(me, away, -time.Hour, risk("high"))}, &facts{SignIns: 1}},
		{"another's", []Row{known, change("erin@contoso.example", here, -time.Hour, risk("high"))}, &facts{SignIns: 1}},
		{"30 days before", []Row{known, change(me, here, -30*day, risk("high"))}, &facts{SignIns: 1, Risky: true}},
		{"more than 30 days before", []Row{known, change(me, here, -30*day-1, risk("high"))}, &facts{SignIns: 1}},
		{"more than a day after", []Row{known, change(me, here, day+1, risk("high"))}, &facts{SignIns: 1}},
		{"beside a good one", []Row{known, change(me, here, -time.Hour, risk("high")), signInAt(me, here, noon)}, &facts{SignIns: 2, Day: true, Month: true, Risky: true}},
		{"renewed here", []Row{known, change(me, here, -time.Hour, renewed)}, &facts{SignIns: 1, Renewed: true, RenewalsKnown: true}},
		{"renewed elsewhere", []Row{known, change(me, away, -time.Hour, renewed)}, &facts{SignIns: 1, RenewalsKnown: true}},
		{"renewed without an address", []Row{known, SignIn{Timestamp: noon, AccountUpn: me, Success: true}}, &facts{SignIns: 1, RenewalsKnown: true}},
		{"renewed at high risk", []Row{known, change(me, here, -time.Hour, riskyRenewal)}, &facts{SignIns: 1, Risky: true, RenewalsKnown: true}},
		{"another's renewal", []Row{known, change("erin@contoso.example", here, 0, renewed)}, &facts{SignIns: 1}},
		{"renewed long before", []Row{known, change(me, away, -31*day, renewed)}, &facts{SignIns: 1}},
		{"renewals alone", []Row{change(me, away, -time.Hour, renewed)}, nil},
		{"renewals alone, from here", []Row{change(me, here, -time.Hour, renewed)}, &facts{Renewed: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, factsOf(t, aboutNoon(), tt.rows...).SignIn)
		})
	}
}
