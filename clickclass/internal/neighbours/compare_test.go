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

// TestCompareDaysAgainstSlowTwin compares rows of weeks, in which accounts are at home, new
// and in danger.
func TestCompareDaysAgainstSlowTwin(t *testing.T) {
	found := map[string]int{}
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 11))
		reach := choose(rng, 30*day, 15*day, 5*day)
		rows := randomMarks(rng, 1+rng.IntN(80), choose(rng, 3*day, 20*day, 40*day))
		got, want := Compare(rows, reach, isOdd), slowCompare(rows, reach, isOdd)
		for i, n := range got {
			require.Equal(t, want[i], n, "seed %d row %d: %+v", seed, i, rows[i])
			for name, is := range map[string]bool{
				"at home": n.AtHome(), "new": n.New(), "new after danger": n.NewAfterDanger(),
				"others at home": n.AddressAtHome > 0, "danger": n.DangerAge > 0, "blocked later": n.BlockedLater,
				"some others with sign-ins": 0 < n.DomainSignIns && n.DomainSignIns < n.DomainAccounts,
			} {
				if is {
					found[name]++
				}
			}
		}
	}
	require.Len(t, found, 7, "%v", found)
	for name, rows := range found {
		require.Greater(t, rows, 50, name)
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
				over, reach := 3*hour, hour
				if seed%2 == 1 {
					over, reach = 40*day, 20*day
				}
				rows := randomMarks(rng, 300, over)
				want := Compare(rows, reach, isOdd)
				places := order(rng, rows)
				got := Compare(pick(rows, places), reach, isOdd)
				for i, j := range places {
					require.Equal(t, unduplicated(want[j]), unduplicated(got[i]), "seed %d row %d", seed, j)
				}
			}
		})
	}
}

// TestCompareRelations changes rows in ways that must not change what is counted.
func TestCompareRelations(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 4))
		testRelations(t, seed, randomMarks(rng, 150, 2*hour), hour)
		testRelations(t, seed, randomMarks(rng, 150, 30*day), 15*day)
	}
}

// renamed changes the keys of a row. Different keys stay different.
func renamed(m *Mark) {
	for _, key := range []*uint64{&m.Account, &m.Domain, &m.URL, &m.Site, &m.Message, &m.Addr, &m.Report, &m.Action} {
		if *key != 0 {
			*key = *key * 0x9e3779b97f4a7c15 // odd, so that nothing is lost
		}
	}
}

// timeMoved moves a row by whole days, so that it falls in another hour of another day with
// the same rows.
func timeMoved(m *Mark) {
	if m.At != ticks.None {
		m.At -= 1_234 * day
	}
}

// timeMirrored makes time run backwards, and keeps the rows of an hour together.
func timeMirrored(m *Mark) {
	if m.At != ticks.None {
		m.At = farDate/day*day + day - 1 - m.At
	}
}

// estranged makes a row one of strangers on the same URLs and sites.
func estranged(m *Mark) {
	m.Account, m.Domain, m.Addr, m.Message, m.Report = m.Account+1000, m.Domain+1000, m.Addr+1000, m.Message+1000, m.Report+1<<60
}

func changeAll(rows []Mark, change func(*Mark)) []Mark {
	out := slices.Clone(rows)
	for i := range out {
		change(&out[i])
	}
	return out
}

func testRelations(t *testing.T, seed uint64, rows []Mark, reach ticks.Ticks) {
	t.Helper()
	want := Compare(rows, reach, isOdd)
	for name, changed := range map[string][]Mark{
		"moved in time":    changeAll(rows, timeMoved),
		"other keys":       changeAll(rows, renamed),
		"strangers beside": append(slices.Clone(rows), changeAll(rows, estranged)...),
	} {
		require.Equal(t, want, Compare(changed, reach, isOdd)[:len(rows)], "%s, seed %d", name, seed)
	}

	twice := Compare(append(slices.Clone(rows), rows...), reach, isOdd)
	require.Equal(t, want, twice[:len(rows)], "everything twice, seed %d", seed)
	for i, n := range twice[len(rows):] {
		require.Equal(t, unduplicated(want[i]), unduplicated(n), "the second time, seed %d row %d", seed, i)
		require.Equal(t, rows[i].Report != 0 && rows[i].At != ticks.None, n.Duplicate, "seed %d row %d", seed, i)
	}

	for i, n := range Compare(changeAll(rows, timeMirrored), reach, isOdd) {
		require.Equal(t, timeless(want[i]), timeless(n), "time runs backwards, seed %d row %d", seed, i)
	}
}

// timeless leaves out what depends on which row is the earlier.
func timeless(n Counts) Counts {
	n.TwinGap = n.TwinGap.Abs()
	n.ScanThenThrough, n.Duplicate, n.BlockedLater = false, false, false
	n.OwnAge, n.AccountAge, n.DangerAge, n.AddressAtHome = 0, 0, 0, 0
	return n
}

// TestCompareMonotone shows that more rows only raise counts and set booleans: the Counts of
// more rows are those of fewer rows and something joined to them. AddressAtHome alone can
// fall: more rows can show that an account is elsewhere, too.
func TestCompareMonotone(t *testing.T) {
	fell, rose := 0, 0
	for seed := range uint64(100) {
		rng := rand.New(rand.NewPCG(seed, 5))
		over, reach := choose(rng, minute, hour, 5*hour), hour
		if seed%2 == 1 {
			over, reach = 30*day, 15*day
		}
		rows := randomMarks(rng, 120, over)
		all := Compare(rows, reach, isOdd)
		var some []Mark
		var places []int
		for i := range rows {
			if rng.IntN(3) > 0 {
				some, places = append(some, rows[i]), append(places, i)
			}
		}
		for i, n := range Compare(some, reach, isOdd) {
			more := all[places[i]]
			if n.AddressAtHome > more.AddressAtHome {
				fell++
			} else if n.AddressAtHome < more.AddressAtHome {
				rose++
			}
			n.AddressAtHome = more.AddressAtHome
			n.Join(&more)
			require.Equal(t, more, n, "seed %d row %d", seed, places[i])
		}
	}
	require.Positive(t, fell)
	require.Positive(t, rose)
}
