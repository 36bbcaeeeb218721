package clickclass

import (
	"cmp"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/internal/neighbours"
	"github.com/whoclicked/whoclicked/clickclass/internal/odds"
	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
	"github.com/whoclicked/whoclicked/iprange"
)

// manyKinds returns the published lists with own ranges, and an address of each kind at a
// time.
func manyKinds(t testing.TB, at time.Time) (*iprange.Set, []netip.Addr) {
	t.Helper()
	own, err := iprange.ReadOwn(strings.NewReader("scanner: 10.1.0.0/16\ntool: 10.2.0.0/16\negress: 10.3.0.1-10.3.0.6\ncloudpc: 10.4.0.0/16\nignore: 10.5.0.0/16"), "")
	require.NoError(t, err)
	set, err := iprange.Default().With(own)
	require.NoError(t, err)
	addrs := []netip.Addr{{}, netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.1")} // no list has it
	type kind struct {
		kind  iprange.Kind
		known bool // clouds other than Azure have their own lists
	}
	kinds := map[kind]bool{}
	for m := range set.Entries() {
		if m.Prefix.IsValid() {
			addr := m.Prefix.Addr()
			best, ok := set.LookupAt(addr, at).Best()
			if k := (kind{best.Kind, best.Layer == iprange.LayerKnown}); ok && !kinds[k] {
				kinds[k] = true
				addrs = append(addrs, addr)
			}
		}
	}
	require.GreaterOrEqual(t, len(addrs), 20)
	return set, addrs
}

var randomFactsAt = time.Date(2026, 8, 1, 9, 0, 0, 0, time.UTC)

// fillRandomFacts makes up a click with answers and neighbours, many of them at the bounds
// of rules, and gathers what is known of it.
func fillRandomFacts(rng *rand.Rand, addrs []netip.Addr, c *Classifier, f *facts) {
	coin := func() bool { return rng.IntN(2) == 0 }
	rarely := func() bool { return rng.IntN(6) == 0 }
	few := func(below int) int32 { return int32(max(0, rng.IntN(2*below)-below)) }
	gap := func() time.Duration {
		d := []time.Duration{0, beforeSlack, unread, soon, shadowReach, time.Minute, 5 * time.Minute, time.Hour, 48 * time.Hour}[rng.IntN(9)]
		return d + time.Duration(rng.IntN(3)-1)*100
	}
	sign := func() time.Duration { return time.Duration(rng.IntN(2)*2 - 1) }
	e := &entry{click: Click{
		Timestamp:  randomFactsAt,
		ActionType: []ActionType{ClickAllowed, ClickBlocked, ClickedThrough}[rng.IntN(3)],
		Workload:   []string{"Email", "Teams", "Office"}[rng.IntN(3)],
		AppVersion: []string{"", "0.0.0000", "16.0"}[rng.IntN(3)],
		IPAddress:  addrs[rng.IntN(len(addrs))], IsClickedThrough: rarely(),
	}}
	e.read()
	if coin() {
		e.delay, e.clock = sign()*gap(), ClockMessageID
	}
	var answer Facts
	if coin() {
		answer.Mail = &MailFacts{URLs: rng.IntN(8)}
		if coin() {
			answer.Mail.Received = randomFactsAt.Add(time.Duration(rng.IntN(40)-20) * time.Second)
		}
	}
	if coin() {
		answer.SignIn = &SignInFacts{SignIns: int(few(8)), Day: rarely(), Month: rarely(), Near: rarely(), Settled: coin(), After: rarely(),
			Risky: rarely(), Age: time.Duration(rng.IntN(30)) * 24 * time.Hour, RenewalsKnown: coin(), Others: rng.IntN(4), Renewed: rarely(), FarCountry: rarely(), OffHours: rarely()}
	}
	if coin() {
		answer.Device = &DeviceFacts{Launch: rarely(), LaunchGap: sign() * gap(), ByRobot: coin(), Watched: coin(), Connection: rarely(), ConnectionGap: sign() * gap(),
			Rarity: rng.Float64(), Active: coin()}
	}
	if rarely() {
		answer.Audit = &AuditFacts{ClickedThrough: coin(), FoundLater: coin()}
	}
	if coin() {
		answer.Network = []*Network{{64496, ""}, {16509, "Amazon"}, {22616, "Zscaler"}, {64497, "Mimecast"}, {64498, "Access"}, {}}[rng.IntN(6)]
	}
	if coin() {
		answer.Chat = &ChatFacts{Posted: coin(), PostedGap: sign() * gap(), BySelf: coin()}
	}
	if m := answer.Mail; m != nil && !m.Received.IsZero() && coin() {
		e.Sent = ticks.Of(m.Received.Add(-time.Second)) // a second clock agrees
	}
	delay, clock := e.delay, e.clock
	e.learn(answer, 0)
	e.delay, e.clock = delay, clock

	near := new(neighbours.Counts) // of a click that is judged by itself
	if coin() {
		*near = neighbours.Counts{
			Seen: true, MessageURLs1s: few(4), MessageURLs3s: few(5), MessageURLs60s: few(8), FanAccounts: few(5),
			AddressAccounts: few(9), AddressFast: few(4), AddressSlow: few(4), AddressPeople: few(3), AddressSilent: few(3),
			AddressRegulars: few(2), AddressVisitors: few(9), ScanThenThrough: rarely(), Through: rarely(),
			AddressFastAccounts: few(9), AddressAtHome: few(4), OwnDays: few(4), OwnHours: few(6), AccountHours: few(12),
			OwnAge: time.Duration(few(5)) * 24 * time.Hour, AccountAge: time.Duration(few(12)) * 24 * time.Hour,
			DangerAge: time.Duration(few(9)) * 24 * time.Hour, DomainAccounts: few(9), DomainSignIns: few(5),
		}
		if rarely() {
			near.Twin, near.TwinGap, near.TwinIP, near.TwinService = true, sign()*gap(), netip.AddrFrom4([4]byte{7, 1, 1, 1}), rarely()
		}
	}
	c.gather(f, e, near)
	f.elsewhere = f.deviceKnown && rarely()
}

// TestRulesAreNotAskedInVain holds that asking all rules, whatever they need to be known,
// changes nothing.
func TestRulesAreNotAskedInVain(t *testing.T) {
	ranges, addrs := manyKinds(t, randomFactsAt)
	c, err := New(Options{Ranges: ranges})
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(2, 3))
	var f facts
	skipped := map[string]bool{}
	for range 20_000 {
		fillRandomFacts(rng, addrs, c, &f)
		known := f.known()
		for i := range rules {
			r := &rules[i]
			if r.needs&^known == 0 {
				continue
			}
			skipped[r.id] = true
			if r.signal(&f, &sign{machine: 1, other: 1}) {
				t.Fatalf("%s applies without what it needs: %+v", r.id, f)
			}
		}
	}
	for i := range rules {
		assert.Equal(t, rules[i].needs != needsRow, skipped[rules[i].id], "%s is skipped somewhere", rules[i].id)
	}
}

// slowWeigh is weighing.weigh and odds.Sum in the words of RULES.md. It returns what adds up
// for a machine and for somebody else.
func slowWeigh(c *Classifier, f *facts) (reasons []Reason, machine, other float64) {
	size := func(r Reason) float64 { return max(math.Abs(r.Machine), math.Abs(r.Other)) }
	strongest := map[group]int{}
	for i := range rules {
		r := &rules[i]
		s := sign{machine: 1, other: 1}
		if !r.signal(f, &s) {
			continue
		}
		reasons = append(reasons, Reason{
			Rule: r.id, Machine: s.machine * c.weights[i].machine.Value, Other: s.other * c.weights[i].other.Value, Saw: s.saw,
		})
		now := len(reasons) - 1
		before, ok := strongest[r.group]
		if size(reasons[now]) != 0 && (!ok || size(reasons[now]) > size(reasons[before])) {
			strongest[r.group] = now
		}
	}
	var machines, others []float64
	for g, i := range strongest {
		reasons[i].Counted = true
		if g == groupSignIn || g == groupDevice {
			machine += max(-6, min(6, reasons[i].Machine))
			other += max(-6, min(6, reasons[i].Other))
			continue
		}
		machines, others = append(machines, reasons[i].Machine), append(others, reasons[i].Other)
	}
	machine, other = machine+slowSum(machines), other+slowSum(others)
	for i := range reasons {
		reasons[i].Machine, reasons[i].Other = odds.Round(reasons[i].Machine), odds.Round(reasons[i].Other)
	}
	slices.SortStableFunc(reasons, func(a, b Reason) int { return cmp.Compare(size(b), size(a)) })
	return reasons, max(-8, min(8, machine)), max(-8, min(8, other))
}

// slowSum adds up what groups of each direction say: the strongest in full, the others less.
func slowSum(said []float64) (sum float64) {
	var up, down []float64
	for _, w := range said {
		if w = max(-6, min(6, w)); w > 0 {
			up = append(up, w)
		} else {
			down = append(down, w)
		}
	}
	for _, list := range [][]float64{up, down} {
		slices.SortFunc(list, func(a, b float64) int { return cmp.Compare(math.Abs(b), math.Abs(a)) })
		for i, w := range list {
			if i == 0 {
				sum += w
			} else {
				sum += 0.7 * w
			}
		}
	}
	return sum
}

// TestWeighAgainstSlowTwin compares reasons and sums with those of the slow twin, and holds
// that every rule applies to something.
func TestWeighAgainstSlowTwin(t *testing.T) {
	ranges, addrs := manyKinds(t, randomFactsAt)
	c, err := New(Options{Ranges: ranges, Weights: map[string]Odds{"b.multi1s": {}, "ip.teams": {Machine: 100}}})
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(3, 3))
	var w weighing
	met := map[string]bool{}
	for range 40_000 {
		fillRandomFacts(rng, addrs, c, &w.facts)
		want, machine, other := slowWeigh(c, &w.facts)
		w.weigh(&c.weights)
		got := w.reasons()
		if !slices.Equal(want, got) {
			require.Equal(t, want, got)
		}
		require.InDelta(t, machine, odds.Sum(w.value.machine[:], countsInFull[:]), 1e-9)
		require.InDelta(t, other, odds.Sum(w.value.other[:], countsInFull[:]), 1e-9)
		low, _ := c.shares(&w.low, BasisRow)
		high, _ := c.shares(&w.high, BasisRow)
		require.LessOrEqual(t, low, high+1e-9)
		for _, r := range got {
			met[r.Rule] = true
		}
	}
	for i := range rules {
		assert.True(t, met[rules[i].id], "%s applies somewhere", rules[i].id)
	}
}
