package clickclass_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// Properties that hold whatever the truth about a click is, and so need no labels: what may
// not change a verdict does not, and what speaks for a person never makes a machine
// likelier. The clicks are made up anew for every seed.

// requireSame holds that clicks have the same verdicts, but for the flag that marks a
// repeated row.
func requireSame(t *testing.T, want, got map[place]clickclass.Verdict, seed uint64) {
	t.Helper()
	require.NotEmpty(t, want)
	for at, v := range want {
		other, ok := got[at]
		require.True(t, ok, "seed %d: no verdict on %v", seed, at)
		v.Flags &^= clickclass.FlagDuplicate
		other.Flags &^= clickclass.FlagDuplicate
		requireEqualVerdicts(t, &v, &other, "seed %d, %v", seed, at)
	}
}

// TestScenesDiffer guards the tests below: scenes that gave all the same verdict would
// prove nothing.
func TestScenesDiffer(t *testing.T) {
	classes := map[clickclass.Class]int{}
	rules := map[string]int{}
	forScenes(t, func(t *testing.T, _ uint64, _ *rand.Rand, s *scene) {
		for _, v := range s.judge(t) {
			classes[v.Class]++
			for _, r := range v.Reasons {
				rules[r.Rule]++
			}
		}
	})
	for _, c := range []clickclass.Class{clickclass.ClassUnknown, clickclass.ClassAutomated, clickclass.ClassLikelyAutomated,
		clickclass.ClassNotOwner, clickclass.ClassLikelyOwner, clickclass.ClassOwner} {
		assert.NotZero(t, classes[c], "no verdict is %s", c)
	}
	for _, id := range []string{"ip.eop", "ip.teams", "ip.azure", "t.0_10", "t.1h", "b.multi1s", "b.all", "b.echo", "a.through",
		"a.scanwait", "c.browser", "c.net", "c.net_common", "c.silent", "c.launch_other", "b.shadow", "ip.risky_signin", "ip.fresh_signin", "ip.own_signin", "ip.own_signin30", "ip.tenant_signin"} {
		assert.NotZero(t, rules[id], "rule %s never applies", id)
	}
}

func TestOrderChangesNothing(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		want := s.judge(t)
		judge := func(clicks []clickclass.Click) map[place]clickclass.Verdict {
			return lastVerdicts(judgeAll(t, clickclass.Options{Source: s.store()}, clicks))
		}
		backwards := slices.Clone(s.clicks)
		slices.Reverse(backwards)
		requireSame(t, want, judge(backwards), seed)
		// Every click comes in up to half an hour late.
		late := make([]time.Time, len(s.clicks))
		order := make([]int, len(s.clicks))
		for i, k := range s.clicks {
			order[i], late[i] = i, k.Timestamp.Add(time.Duration(rng.Int64N(int64(30*time.Minute))))
		}
		slices.SortFunc(order, func(a, b int) int { return late[a].Compare(late[b]) })
		var clicks []clickclass.Click
		for _, i := range order {
			clicks = append(clicks, s.clicks[i])
		}
		requireSame(t, want, judge(clicks), seed)

		// The evidence has no order at all.
		shuffle(rng, s.emails)
		shuffle(rng, s.urls)
		shuffle(rng, s.signIns)
		shuffle(rng, s.launches)
		shuffle(rng, s.connections)
		requireSame(t, want, s.judge(t), seed)
	})
}

func shuffle[T any](rng *rand.Rand, list []T) {
	rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

func TestDuplicatesChangeNothing(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		want := s.judge(t)
		var clicks []clickclass.Click
		for i, k := range s.clicks {
			clicks = append(clicks, k)
			for range rng.IntN(3) {
				k.File, k.Row = "again", int64(i+1)
				clicks = append(clicks, k)
			}
		}
		twice := s.and(&scene{emails: s.emails, urls: s.urls, signIns: s.signIns, launches: s.launches, connections: s.connections})
		got := lastVerdicts(judgeAll(t, clickclass.Options{Source: twice.store()}, clicks))
		requireSame(t, want, got, seed)
		for at, v := range got {
			if at.file == "again" {
				first := map[place]clickclass.Verdict{at: want[place{"tenant", at.row}]}
				requireSame(t, first, map[place]clickclass.Verdict{at: v}, seed)
			}
		}
	})
}

func TestUnrelatedTenantChangesNothing(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		requireSame(t, s.judge(t), s.and(newScene(rng, "stranger")).judge(t), seed)
	})
}

// shifted returns the scene moved in time, with other ids.
func (s *scene) shifted(d time.Duration, id func(string) string) *scene {
	out := s.and(new(scene))
	for i := range out.clicks {
		k := &out.clicks[i]
		k.Timestamp, k.ReportId, k.NetworkMessageId = k.Timestamp.Add(d), id(k.ReportId), id(k.NetworkMessageId)
	}
	for i := range out.emails {
		e := &out.emails[i]
		e.Timestamp, e.NetworkMessageId = e.Timestamp.Add(d), id(e.NetworkMessageId)
	}
	for i := range out.urls {
		e := &out.urls[i]
		e.Timestamp, e.NetworkMessageId = e.Timestamp.Add(d), id(e.NetworkMessageId)
	}
	for i := range out.signIns {
		out.signIns[i].Timestamp = out.signIns[i].Timestamp.Add(d)
	}
	for i := range out.launches {
		out.launches[i].Timestamp = out.launches[i].Timestamp.Add(d)
	}
	for i := range out.connections {
		out.connections[i].Timestamp = out.connections[i].Timestamp.Add(d)
	}
	return out
}

// TestTimeShiftChangesNothing moves everything by whole days, so that hours of the day
// stay, within the reach of one set of address lists. Four days are a multiple of 65,536
// ticks, so that the clocks in the ids lose no digit.
func TestTimeShiftChangesNothing(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		shift := time.Duration(1+rng.IntN(3)) * 4 * 24 * time.Hour
		moved := s.shifted(shift, func(id string) string {
			if id == "" {
				return ""
			}
			var low, high uint64
			_, err := fmt.Sscanf(id[19:], "%x-%x", &low, &high)
			require.NoError(t, err)
			ticks := (high<<16 | low) + uint64(shift/100)
			return fmt.Sprintf("%s%04x-%012x", id[:19], ticks&0xffff, ticks>>16)
		})
		requireSame(t, s.judge(t), moved.judge(t), seed)
	})
}

// TestRenamingChangesNothing gives every message, click, account and device another name,
// and every link another path; the clocks in the ids stay.
func TestRenamingChangesNothing(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		salt := rng.Uint32()
		renamed := s.shifted(0, func(id string) string {
			if id == "" {
				return ""
			}
			var head uint32
			_, err := fmt.Sscanf(id[:8], "%x", &head)
			require.NoError(t, err)
			id = fmt.Sprintf("%08x%s", head^salt, id[8:])
			if rng.IntN(2) == 0 {
				id = strings.ToUpper(id)
			}
			return id
		})
		name := func(upn string) string {
			upn = strings.Replace(upn, "person", "colleague", 1)
			if rng.IntN(2) == 0 {
				upn = strings.ToUpper(upn)
			}
			return upn
		}
		for i := range renamed.clicks {
			renamed.clicks[i].AccountUpn = name(renamed.clicks[i].AccountUpn)
			renamed.clicks[i].Url += "?x"
		}
		for i := range renamed.emails {
			renamed.emails[i].RecipientEmailAddress = name(renamed.emails[i].RecipientEmailAddress)
		}
		for i := range renamed.urls {
			renamed.urls[i].Url += "?x"
		}
		for i := range renamed.signIns {
			renamed.signIns[i].AccountUpn = name(renamed.signIns[i].AccountUpn)
		}
		for i := range renamed.launches {
			e := &renamed.launches[i]
			e.AccountUpn, e.DeviceId, e.RemoteUrl = name(e.AccountUpn), "new-"+e.DeviceId, e.RemoteUrl+"?x"
		}
		for i := range renamed.connections {
			e := &renamed.connections[i]
			e.AccountUpn, e.DeviceId = name(e.AccountUpn), "new-"+e.DeviceId
		}
		requireSame(t, s.judge(t), renamed.judge(t), seed)
	})
}

// TestOwnersEvidenceNeverLowersTheOwner adds, for one click, what shows that its account's
// owner made it.
func TestOwnersEvidenceNeverLowersTheOwner(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		i := rng.IntN(len(s.clicks))
		k := s.clicks[i]
		device := "pc-" + k.AccountUpn
		additions := map[string]*scene{
			"browser launch": {launches: []evidence.BrowserLaunch{{Timestamp: k.Timestamp.Add(time.Second), AccountUpn: k.AccountUpn,
				DeviceId: device, RemoteUrl: k.Url, Process: "outlook.exe"}}},
			"browser connection": {connections: []evidence.Connection{{Timestamp: k.Timestamp.Add(5 * time.Second), AccountUpn: k.AccountUpn,
				DeviceId: device, RemoteUrl: hostOf(k.Url), Process: "msedge.exe"}}},
			"sign-ins for weeks": {signIns: []evidence.SignIn{
				{Timestamp: k.Timestamp.Add(-time.Hour), AccountUpn: k.AccountUpn,
					IPAddress: k.IPAddress, Success: true, Interactive: true, Table: "SigninLogs"},
				{Timestamp: k.Timestamp.Add(-20 * 24 * time.Hour), AccountUpn: k.AccountUpn,
					IPAddress: k.IPAddress, Success: true, Interactive: true, Table: "SigninLogs"}}},
		}
		higher := func(got, than clickclass.Verdict, name string) {
			t.Helper()
			assert.GreaterOrEqual(t, got.P.Owner, than.P.Owner-1e-12, "seed %d, click %d: %s\n%+v\n%+v", seed, i, name, than, got)
		}
		at := place{k.File, k.Row}
		alone := classify(t, clickclass.Options{Source: s.store()}, k)
		near := s.judge(t)[at]
		for name, addition := range additions {
			if strings.HasPrefix(name, "sign-in") && !k.IPAddress.IsValid() {
				continue
			}
			more := s.and(addition)
			higher(classify(t, clickclass.Options{Source: more.store()}, k), alone, name+", the click alone")
			higher(more.judge(t)[at], near, name)
		}
		if !k.IsClickedThrough {
			through := s.and(new(scene))
			through.clicks[i].IsClickedThrough = true
			higher(through.judge(t)[at], near, "click-through")
		}
	})
}

func logit(p float64) float64 { return math.Log(p / (1 - p)) }

// TestWithoutReasonsIsThePrior silences the reasons that counted, one after the other, until
// none is left.
func TestWithoutReasonsIsThePrior(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		k := s.clicks[rng.IntN(len(s.clicks))]
		at := place{k.File, k.Row}
		o := clickclass.Options{Weights: map[string]clickclass.Odds{}}
		v := s.judgeWith(t, o)[at]
		for {
			reasons := slices.DeleteFunc(slices.Clone(v.Reasons), func(r clickclass.Reason) bool { return !r.Counted })
			if len(reasons) == 0 {
				break
			}
			r := reasons[rng.IntN(len(reasons))]
			o.Weights[r.Rule] = clickclass.Odds{}
			v = s.judgeWith(t, o)[at]
			require.NotContains(t, ruleIDs(&v, true), r.Rule, "seed %d", seed)
		}
		require.InDelta(t, 0.10, v.P.Machine, 1e-9, "seed %d: nothing counted\n%+v", seed, v)
		require.InDelta(t, 0.01, v.P.Other, 1e-9, "seed %d: nothing counted\n%+v", seed, v)
		require.Equal(t, clickclass.ClassUnknown, v.Class, "seed %d: nothing counted", seed)
	})
}

// TestEmptyRowIsThePrior takes a row's columns away until none is left.
func TestEmptyRowIsThePrior(t *testing.T) {
	v := clickclass.Score(clickclass.Click{})
	assert.InDelta(t, 0.10, v.P.Machine, 1e-12)
	assert.Equal(t, clickclass.ClassUnknown, v.Class)
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		k := s.clicks[rng.IntN(len(s.clicks))]
		k.IsClickedThrough = false
		oneSided := func(v clickclass.Verdict) bool {
			var for_, against bool
			for _, r := range v.Reasons {
				for_, against = for_ || r.Counted && r.Machine > 0, against || r.Counted && r.Machine < 0
			}
			return !(for_ && against)
		}
		distance := func(v clickclass.Verdict) float64 { return math.Abs(logit(v.P.Machine) - logit(0.10)) }
		before := clickclass.Score(k)
		for _, drop := range []func(){
			func() { k.IPAddress = netip.Addr{} },
			func() { k.NetworkMessageId = "" },
			func() { k.Workload = "" },
			func() { k.Url = "" },
			func() { k.ReportId, k.Timestamp = "", time.Time{} },
		} {
			if !oneSided(before) {
				return
			}
			drop()
			after := clickclass.Score(k)
			// Without the workload, a Teams address loses its excuse.
			require.LessOrEqual(t, distance(after), distance(before)+1e-9, "seed %d\n%+v\n%+v", seed, before, after)
			before = after
		}
		require.InDelta(t, 0.10, before.P.Machine, 1e-12)
	})
}

// TestPriorOnlyShifts holds that a prior of one half leaves the evidence alone, and any
// other adds its own log-odds, but where one decisive fact outweighs the sum.
func TestPriorOnlyShifts(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, _ *rand.Rand, s *scene) {
		judge := func(prior float64) map[place]clickclass.Verdict {
			return s.judgeWith(t, clickclass.Options{Prior: clickclass.Prior{Machine: prior}})
		}
		even, few, many := judge(0.5), judge(0.02), judge(0.3)
		for at, v := range even {
			require.LessOrEqual(t, few[at].P.Machine, v.P.Machine, "seed %d", seed)
			require.LessOrEqual(t, few[at].P.Machine, many[at].P.Machine, "seed %d", seed)
			if hasReason(&v, "a.through") || hasReason(&v, "c.browser") {
				continue
			}
			// Against the owner, the odds shift by those of the prior. Probabilities are rounded
			// to a millionth, so small ones say nothing.
			against := func(p clickclass.Probabilities) float64 { return math.Log(p.Machine / p.Owner) }
			prior := func(machine float64) float64 { return math.Log(machine / (1 - machine - 0.01)) }
			for machine, got := range map[float64]clickclass.Probabilities{0.02: few[at].P, 0.3: many[at].P} {
				if min(v.P.Machine, v.P.Owner, got.Machine, got.Owner) < 1e-3 {
					continue
				}
				require.InDelta(t, against(v.P)-prior(0.5)+prior(machine), against(got), 5e-3, "seed %d, prior %v\n%+v", seed, machine, v)
			}
		}
	})
}

// TestEvidenceNotGivenIsNoVote judges with an empty store and with none at all.
func TestEvidenceNotGivenIsNoVote(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, _ *rand.Rand, s *scene) {
		none := lastVerdicts(judgeAll(t, clickclass.Options{}, s.clicks))
		empty := lastVerdicts(judgeAll(t, clickclass.Options{Source: new(evidence.Store)}, s.clicks))
		requireSame(t, none, empty, seed)
	})
}
