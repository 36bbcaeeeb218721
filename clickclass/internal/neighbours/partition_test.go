package neighbours

import (
	"maps"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// keyOf returns the key of a row by which an engine partitions rows; the zero key of a row
// that does not say.
type keyOf func(*Mark) [2]uint64

func keyAccount(m *Mark) [2]uint64    { return [2]uint64{m.Account} }
func keyAddress(m *Mark) [2]uint64    { return [2]uint64{m.Addr} }
func keyURL(m *Mark) [2]uint64        { return [2]uint64{m.URL} }
func keyMessage(m *Mark) [2]uint64    { return [2]uint64{m.Message} }
func keyReport(m *Mark) [2]uint64     { return [2]uint64{m.Report} }
func keySite(m *Mark) [2]uint64       { return [2]uint64{m.Site} }
func keyDomain(m *Mark) [2]uint64     { return [2]uint64{m.Domain} }
func keySiteDomain(m *Mark) [2]uint64 { return bothKeys(m.Site, m.Domain) }
func keyURLDomain(m *Mark) [2]uint64  { return bothKeys(m.URL, m.Domain) }

func bothKeys(a, b uint64) [2]uint64 {
	if a == 0 || b == 0 {
		return [2]uint64{}
	}
	return [2]uint64{a, b}
}

// partitionings are ways to partition rows in which every comparison finds its rows, but
// those of a domain.
var partitionings = map[string][]keyOf{
	"account, address, URL, site, message, report":      {keyAccount, keyAddress, keyURL, keySite, keyMessage, keyReport},
	"account, address, URL and site in domain, message": {keyAccount, keyAddress, keyURLDomain, keySiteDomain, keyMessage, keyReport},
	"report, message, URL and site in domain": {
		keyReport, keyMessage, keyURLDomain, keySiteDomain, keyAddress, keyAccount,
	},
}

// partition returns the places of the rows of each key. A row without a key is by itself.
func partition(rows []Mark, key keyOf) [][]int {
	byKey := map[[2]uint64][]int{}
	var out [][]int
	for i := range rows {
		if k := key(&rows[i]); k != ([2]uint64{}) {
			byKey[k] = append(byKey[k], i)
		} else {
			out = append(out, []int{i})
		}
	}
	return slices.AppendSeq(out, maps.Values(byKey))
}

// comparePerKey compares each partition by itself and joins what is found. What is found
// per domain is left out where it does not belong to a domain's partition, because that
// holds all rows of its addresses and accounts.
func comparePerKey(rows []Mark, keys []keyOf, reach ticks.Ticks, service func(netip.Addr) bool) []Counts {
	out := make([]Counts, len(rows))
	for _, key := range keys {
		for _, places := range partition(rows, key) {
			for i, n := range Compare(pick(rows, places), reach, service) {
				n.DomainAccounts, n.DomainSignIns = 0, 0
				out[places[i]].Join(&n)
			}
		}
	}
	for _, places := range partition(rows, keyDomain) {
		for i, n := range Compare(pick(rows, places), reach, service) {
			n = Counts{DomainAccounts: n.DomainAccounts, DomainSignIns: n.DomainSignIns}
			out[places[i]].Join(&n)
		}
	}
	return out
}

// compareInStages is comparePerKey with further stages for the exceptions that [Compare]
// names.
func compareInStages(rows []Mark, keys []keyOf, reach ticks.Ticks, service func(netip.Addr) bool) []Counts {
	out := comparePerKey(rows, keys, reach, service)
	rows = slices.Clone(rows)
	for i := range rows {
		out[i].AddressVisitors, out[i].AddressAtHome, out[i].DangerAge = 0, 0, 0
		if out[i].BlockedLater {
			rows[i].Kind |= KindDanger
		}
	}
	traits := make([]Traits, len(rows))
	for _, places := range partition(rows, keyAccount) {
		var c comparison
		for i, n := range c.run(pick(rows, places), reach, service) {
			n = Counts{DangerAge: n.DangerAge, AddressVisitors: n.AddressVisitors}
			out[places[i]].Join(&n)
		}
		for place, row := range c.order {
			traits[places[row]] = c.traits[place]
		}
	}
	for _, places := range partition(rows, keyAddress) {
		var c comparison
		c.run(pick(rows, places), reach, nil)
		for place, row := range c.order {
			c.traits[place] = traits[places[row]]
		}
		c.forEachGroup(byAddr, c.countAtAddress)
		for i, n := range c.found {
			n = Counts{AddressVisitors: n.AddressVisitors, AddressAtHome: n.AddressAtHome}
			out[places[i]].Join(&n)
		}
	}
	return out
}

// TestComparePerKey shows that rows compared per key, and joined, have the Counts that one
// comparison of all rows finds.
func TestComparePerKey(t *testing.T) {
	for name, keys := range partitionings {
		t.Run(name, func(t *testing.T) {
			atHome, danger := 0, 0
			for seed := range uint64(60) {
				rng := rand.New(rand.NewPCG(seed, 7))
				reach, over := choose(rng, 6*hour, hour, minute), choose(rng, ticks.Second, minute, hour, 5*hour)
				if seed%2 == 1 {
					reach, over = 20*day, 40*day
				}
				rows := randomMarks(rng, 100, over)
				want := Compare(rows, reach, isOdd)
				got := compareInStages(rows, keys, reach, isOdd)
				for i := range rows {
					require.Equal(t, want[i], got[i], "seed %d row %d: %+v", seed, i, rows[i])
					if got[i].AddressAtHome > 0 {
						atHome++
					}
					if got[i].DangerAge > 0 {
						danger++
					}
				}
			}
			require.Positive(t, atHome)
			require.Positive(t, danger)
		})
	}
}

// TestComparePerKeyOnce shows that the exceptions alone need further stages: without them,
// AddressVisitors and DangerAge can be too low, and AddressAtHome wrong.
func TestComparePerKeyOnce(t *testing.T) {
	var visitors, danger, tooMany int
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 8))
		reach, over := hour, hour
		if seed%2 == 1 {
			reach, over = 20*day, 40*day
		}
		rows := randomMarks(rng, 100, over)
		want := Compare(rows, reach, isOdd)
		got := comparePerKey(rows, partitionings["account, address, URL, site, message, report"], reach, isOdd)
		for i, n := range got {
			w := want[i]
			require.LessOrEqual(t, n.AddressVisitors, w.AddressVisitors)
			require.LessOrEqual(t, n.DangerAge, w.DangerAge)
			if n.AddressVisitors < w.AddressVisitors {
				visitors++
			}
			if n.DangerAge < w.DangerAge {
				danger++
			}
			if n.AddressAtHome > w.AddressAtHome {
				tooMany++
			}
			n.AddressVisitors, n.DangerAge, n.AddressAtHome = w.AddressVisitors, w.DangerAge, w.AddressAtHome
			require.Equal(t, w, n, "seed %d row %d", seed, i)
		}
	}
	require.Positive(t, visitors)
	require.Positive(t, danger)
	require.Positive(t, tooMany)
}

// TestJoin shows that the order in which Counts are joined, and how often, does not matter.
func TestJoin(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	all := Compare(randomMarks(rng, 400, minute), minute, isOdd)
	all = append(all, Compare(randomMarks(rng, 400, 30*day), 15*day, isOdd)...)
	all = append(all, Counts{}, Counts{Seen: true})
	join := func(list ...Counts) (n Counts) {
		for i := range list {
			n.Join(&list[i])
		}
		return n
	}
	any := func() Counts {
		n := all[rng.IntN(len(all))]
		if n.Twin && rng.IntN(2) == 0 {
			n.TwinGap = -n.TwinGap
		}
		return n
	}
	twins := 0
	for range 5000 {
		a, b, c := any(), any(), any()
		if a.Twin && b.Twin && a.TwinGap.Abs() == b.TwinGap.Abs() {
			twins++
		}
		require.Equal(t, a, join(a))
		require.Equal(t, a, join(a, a))
		require.Equal(t, join(a, b), join(b, a))
		require.Equal(t, join(join(a, b), c), join(a, join(b, c)))
		require.Equal(t, join(a, b), join(a, b, a), "nothing is lost")
	}
	require.Positive(t, twins)
}
