package clickclass

import (
	"math"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

// slowKnown is known without a look at what the neighbours say.
func slowKnown(f *facts) needs {
	var n needs
	for bit, on := range map[needs]bool{
		needsRange: f.o.Layer != iprange.LayerNone, needsNetwork: f.o.Network != Network{},
		needsDelay: f.delaySource != DelayNone, needsRows: f.n.Seen, needsSignIn: f.signInKnown, needsDevice: f.deviceKnown,
	} {
		if on {
			n |= bit
		}
	}
	return n
}

// slowWeigh is weigh and logOdds by every rule that has what it needs.
func (c *Classifier) slowWeigh(f *facts) (signals []Signal, logOdds float64) {
	strongest := map[Group]int{}
	for i := range rules {
		s := Signal{Weight: 1}
		if rules[i].needs&^slowKnown(f) != 0 || !rules[i].signal(f, &s) {
			continue
		}
		s.Rule, s.rule = &rules[i].Rule, uint8(i)
		s.Weight *= c.weights[i]
		signals = append(signals, s)
		g := s.Rule.Group
		if j, ok := strongest[g]; s.Weight != 0 && (!ok || math.Abs(s.Weight) > math.Abs(signals[j].Weight)) {
			strongest[g] = len(signals) - 1
		}
	}
	var sums [numGroups]float64
	for g, j := range strongest {
		signals[j].Counted = true
		sums[g] = max(-groupCap, min(groupCap, signals[j].Weight))
	}
	sortSignals(signals)
	var for_, against, topFor, topAgainst float64
	for g, w := range sums {
		switch {
		case Group(g) == GroupCorroboration:
		case w > 0:
			for_ += w
			topFor = max(topFor, w)
		default:
			against += w
			topAgainst = min(topAgainst, w)
		}
	}
	l := shrink*for_ + (1-shrink)*topFor + shrink*against + (1-shrink)*topAgainst + sums[GroupCorroboration]
	return signals, max(-clip, min(clip, l))
}

// randomFacts are facts of all kinds, many of them at the bounds of rules.
func randomFacts(rng *rand.Rand) *facts {
	coin := func() bool { return rng.IntN(2) == 0 }
	rarely := func() bool { return rng.IntN(6) == 0 }
	few := func(below int) int32 { return int32(max(0, rng.IntN(2*below)-below)) }
	gap := func() time.Duration {
		d := []time.Duration{0, beforeSlack, unread, soon, shadowReach, time.Minute, 5 * time.Minute, time.Hour, 48 * time.Hour}[rng.IntN(9)]
		return d + time.Duration(rng.IntN(3)-1)
	}
	sign := func() time.Duration { return time.Duration(rng.IntN(2)*2 - 1) }
	addr := func() netip.Addr { return netip.AddrFrom4([4]byte{byte(rng.IntN(3)), 2, 3, 4}) }
	f := &facts{
		k: &Click{
			Workload:   []string{"Email", "Teams", "Office"}[rng.IntN(3)],
			AppVersion: []string{"", "0.0.0000", "16.0"}[rng.IntN(3)],
			IPAddress:  addr(),
		},
		n: &Neighbours{
			MessageURLs1s: few(4), MessageURLs3s: few(5), MessageURLs60s: few(8), FanAccounts: few(5),
			AddressAccounts: few(9), AddressFast: few(4), AddressSlow: few(4), AddressPeople: few(3), AddressSilent: few(3),
			AddressRegulars: few(2), AddressVisitors: few(9), Seen: !rarely(), ScanThenThrough: rarely(),
		},
		o:       &Origin{},
		through: rarely(), elsewhere: rarely(),
		mailKnown: coin(), signInKnown: coin(), deviceKnown: coin(),
	}
	if rarely() {
		f.n.Twin, f.n.TwinGap, f.n.TwinIP, f.n.TwinService = true, sign()*gap(), addr(), rarely()
	}
	if coin() {
		f.o.Layer, f.o.Kind, f.o.People = iprange.Layer(1+rng.IntN(5)), iprange.Kind(rng.IntN(24)), iprange.People(rng.IntN(3))
		f.o.Prefix = netip.PrefixFrom(addr(), 24)
	}
	if coin() {
		f.o.Network = Network{[]uint32{64496, 16509, 22616}[rng.IntN(3)], []string{"", "Mimecast", "Access"}[rng.IntN(3)]}
	}
	if coin() {
		f.at, f.delaySource = 0, DelayNone
		f.setDelay(f.at-toTicks(sign()*gap()), DelayMessageID)
	}
	f.mail = MessageFacts{URLs: rng.IntN(8)}
	f.signIn = SignInFacts{SignIns: rng.IntN(8), Day: rarely(), Month: rarely(), Near: rarely(), Settled: coin(), Covered: coin(),
		Others: rng.IntN(4), FarCountry: rarely(), OffHours: rarely()}
	f.device = EndpointFacts{Launch: rarely(), LaunchGap: gap(), Connection: rarely(), ConnectionGap: gap(), Rarity: rng.Float64(), Active: coin()}
	return f
}

// TestNoRuleIsSkipped holds that what saves asking rules, and adding up groups,
// changes nothing.
func TestNoRuleIsSkipped(t *testing.T) {
	c, err := New(Options{Weights: map[string]float64{"b.multi1s": 0, "ip.teams": 100}})
	require.NoError(t, err)
	rng := rand.New(rand.NewPCG(3, 3))
	var v Verdict
	met := map[string]bool{}
	for range 40_000 {
		f := randomFacts(rng)
		want, wantOdds := c.slowWeigh(f)
		v.reset()
		said := c.weigh(f, &v)
		if got := said.logOdds(); len(want) != len(v.Signals()) || got != wantOdds {
			require.Equal(t, want, v.Signals())
			require.Equal(t, wantOdds, got)
		}
		for i, s := range v.Signals() {
			if s != want[i] {
				require.Equal(t, want, v.Signals())
			}
			met[s.Rule.ID] = true
		}
		require.Zero(t, v.signals[v.nsignal])
	}
	assert.Len(t, met, len(rules), "every rule applied somewhere")
}

// TestLogistics holds that remembered values are the function's.
func TestLogistics(t *testing.T) {
	var m logistics
	rng := rand.New(rand.NewPCG(4, 4))
	for range 10_000 {
		l := float64(rng.IntN(200)-100) / 8
		require.Equal(t, logistic(l), m.logistic(l))
	}
	for _, l := range []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), -1000} {
		require.Equal(t, logistic(l), m.logistic(l))
		require.Equal(t, logistic(l), m.logistic(l))
	}
	require.True(t, math.IsNaN(m.logistic(math.NaN())))
}
