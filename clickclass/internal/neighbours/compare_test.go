package neighbours

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// TestCompareKeepsNothing shows that the marks are left alone and the result belongs to the
// caller.
func TestCompareKeepsNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	rows := randomMarks(rng, 200, hour)
	given := slices.Clone(rows)
	first := Compare(rows, hour, isOdd)
	kept := slices.Clone(first)
	assert.Equal(t, given, rows)
	Compare(randomMarks(rng, 300, hour), hour, isOdd)
	assert.Equal(t, kept, first)
}

// TestComparisonAgain uses the memory of one comparison for many, of all sizes.
func TestComparisonAgain(t *testing.T) {
	var c comparison
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 6))
		rows := randomMarks(rng, rng.IntN(120), choose(rng, ticks.Second, minute, 5*hour))
		require.Equal(t, Compare(rows, hour, isOdd), slices.Clone(c.run(rows, hour, isOdd)), "seed %d", seed)
	}
}

func TestCompareAgainstSlowTwin(t *testing.T) {
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 1))
		over := []ticks.Ticks{ticks.Second, minute, 10 * minute, 5 * hour}[seed%4]
		reach := choose(rng, 6*hour, hour, 30*ticks.Second, 3*minute, 1, 0)
		rows := randomMarks(rng, 1+rng.IntN(80), over)
		if seed%2 == 0 {
			name := []string{"in order", "reversed"}[seed/2%2]
			rows = pick(rows, orders[name](rng, rows))
		}
		got, want := Compare(rows, reach, isOdd), slowCompare(rows, reach, isOdd)
		for i := range rows {
			require.Equal(t, want[i], got[i], "seed %d row %d: %+v", seed, i, rows[i])
		}
	}
}

// unduplicated leaves out Duplicate, which alone depends on the order of the rows.
func unduplicated(n Counts) Counts {
	n.Duplicate = false
	return n
}

func TestCompareOrder(t *testing.T) {
	for name, order := range orders {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(40) {
				rng := rand.New(rand.NewPCG(seed, 2))
				rows := randomMarks(rng, 300, 3*hour)
				want := Compare(rows, hour, isOdd)
				places := order(rng, rows)
				got := Compare(pick(rows, places), hour, isOdd)
				for i, j := range places {
					require.Equal(t, unduplicated(want[j]), unduplicated(got[i]), "seed %d row %d", seed, j)
				}
			}
		})
	}
}

// TestCompareRelations changes rows in ways that must not change what is counted.
func TestCompareRelations(t *testing.T) {
	renamed := func(m *Mark) {
		for _, key := range []*uint64{&m.Account, &m.Domain, &m.URL, &m.Message, &m.Addr, &m.Report, &m.Action} {
			if *key != 0 {
				*key = *key * 0x9e3779b97f4a7c15 // odd, so that different keys stay different
			}
		}
	}
	changes := map[string]func(*Mark){
		"moved in time": func(m *Mark) {
			if m.At != ticks.None {
				m.At -= 1_234_567*ticks.Second + 13
			}
		},
		"other keys": renamed,
		"strangers beside": func(m *Mark) { // on the same URLs
			m.Account, m.Domain, m.Addr, m.Message, m.Report = m.Account+1000, m.Domain+1000, m.Addr+1000, m.Message+1000, m.Report+1<<60
		},
	}
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 4))
		rows := randomMarks(rng, 150, 2*hour)
		want := Compare(rows, hour, isOdd)
		for name, change := range changes {
			changed := slices.Clone(rows)
			for i := range changed {
				change(&changed[i])
			}
			if name == "strangers beside" {
				changed = append(slices.Clone(rows), changed...)
			}
			require.Equal(t, want, Compare(changed, hour, isOdd)[:len(rows)], "%s, seed %d", name, seed)
		}

		twice := Compare(append(slices.Clone(rows), rows...), hour, isOdd)
		require.Equal(t, want, twice[:len(rows)], "everything twice, seed %d", seed)
		for i, n := range twice[len(rows):] {
			require.Equal(t, unduplicated(want[i]), unduplicated(n), "the second time, seed %d row %d", seed, i)
			require.Equal(t, rows[i].Report != 0 && rows[i].At != ticks.None, n.Duplicate, "seed %d row %d", seed, i)
		}

		mirrored := slices.Clone(rows)
		for i := range mirrored {
			if m := &mirrored[i]; m.At != ticks.None {
				m.At = farDate - m.At
			}
		}
		for i, n := range Compare(mirrored, hour, isOdd) {
			require.Equal(t, timeless(want[i]), timeless(n), "time runs backwards, seed %d row %d", seed, i)
		}
	}
}

// timeless leaves out what depends on which row is the earlier.
func timeless(n Counts) Counts {
	n.TwinGap = n.TwinGap.Abs()
	n.ScanThenThrough, n.Duplicate, n.BlockedLater = false, false, false
	return n
}

// TestCompareMonotone shows that more rows only raise counts and set booleans: the Counts of
// more rows are those of fewer rows and something joined to them.
func TestCompareMonotone(t *testing.T) {
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 5))
		rows := randomMarks(rng, 120, choose(rng, minute, hour, 5*hour))
		all := Compare(rows, hour, isOdd)
		var some []Mark
		var places []int
		for i := range rows {
			if rng.IntN(3) > 0 {
				some, places = append(some, rows[i]), append(places, i)
			}
		}
		for i, n := range Compare(some, hour, isOdd) {
			more := all[places[i]]
			n.Join(&more)
			require.Equal(t, more, n, "seed %d row %d", seed, places[i])
		}
	}
}
