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

func keyAccount(m *Mark) [2]uint64   { return [2]uint64{m.Account} }
func keyAddress(m *Mark) [2]uint64   { return [2]uint64{m.Addr} }
func keyURL(m *Mark) [2]uint64       { return [2]uint64{m.URL} }
func keyMessage(m *Mark) [2]uint64   { return [2]uint64{m.Message} }
func keyReport(m *Mark) [2]uint64    { return [2]uint64{m.Report} }
func keyURLDomain(m *Mark) [2]uint64 { return bothKeys(m.URL, m.Domain) }
func keyMessageURL(m *Mark) [2]uint64 {
	return bothKeys(m.Message, m.URL)
}

func bothKeys(a, b uint64) [2]uint64 {
	if a == 0 || b == 0 {
		return [2]uint64{}
	}
	return [2]uint64{a, b}
}

// partitionings are ways to partition rows in which every comparison finds its rows.
var partitionings = map[string][]keyOf{
	"account, address, URL, report":                           {keyAccount, keyAddress, keyURL, keyReport},
	"account, address, URL in domain, message, report":        {keyAccount, keyAddress, keyURLDomain, keyMessage, keyReport},
	"report, URL in message, URL in domain, address, account": {keyReport, keyMessageURL, keyURLDomain, keyAddress, keyAccount},
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

// comparePerKey compares each partition by itself and joins what is found.
func comparePerKey(rows []Mark, keys []keyOf, reach ticks.Ticks, service func(netip.Addr) bool) []Counts {
	out := make([]Counts, len(rows))
	for _, key := range keys {
		for _, places := range partition(rows, key) {
			for i, n := range Compare(pick(rows, places), reach, service) {
				out[places[i]].Join(&n)
			}
		}
	}
	return out
}

// markVisitorsByAccount is the first stage: it marks the rows of accounts that were at
// another address too. It sees one account at a time.
func markVisitorsByAccount(rows []Mark, reach ticks.Ticks) []Mark {
	out := slices.Clone(rows)
	for _, places := range partition(rows, keyAccount) {
		var c comparison
		c.run(pick(rows, places), reach, nil)
		for place, row := range c.order {
			out[places[row]].Traits |= c.traits[place] & traitVisitor
		}
	}
	return out
}

// TestComparePerKey shows that rows compared per key, and joined, have the Counts that one
// comparison of all rows finds.
func TestComparePerKey(t *testing.T) {
	for name, keys := range partitionings {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(60) {
				rng := rand.New(rand.NewPCG(seed, 7))
				reach := choose(rng, 6*hour, hour, minute)
				rows := randomMarks(rng, 100, choose(rng, ticks.Second, minute, hour, 5*hour))
				want := Compare(rows, reach, isOdd)
				got := comparePerKey(markVisitorsByAccount(rows, reach), keys, reach, isOdd)
				for i := range rows {
					require.Equal(t, want[i], got[i], "seed %d row %d: %+v", seed, i, rows[i])
				}
			}
		})
	}
}

// TestComparePerKeyOnce shows that AddressVisitors alone needs the first stage.
func TestComparePerKeyOnce(t *testing.T) {
	differ := 0
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 8))
		rows := randomMarks(rng, 100, hour)
		want := Compare(rows, hour, isOdd)
		got := comparePerKey(rows, partitionings["account, address, URL, report"], hour, isOdd)
		for i := range rows {
			require.LessOrEqual(t, got[i].AddressVisitors, want[i].AddressVisitors)
			if got[i] != want[i] {
				differ++
			}
			got[i].AddressVisitors = want[i].AddressVisitors
			require.Equal(t, want[i], got[i], "seed %d row %d", seed, i)
		}
	}
	require.Positive(t, differ)
}

// TestJoin shows that the order in which Counts are joined, and how often, does not matter.
func TestJoin(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	rows := randomMarks(rng, 400, minute)
	all := Compare(rows, minute, isOdd)
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
