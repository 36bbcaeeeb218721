package iprange_test

import (
	"fmt"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

// endpoints returns a list of one endpoint set with one prefix.
func endpoints(t testing.TB, name, prefix string) *iprange.List {
	t.Helper()
	return read(t, name, `[{"id":1,"serviceArea":"Exchange","ips":["`+prefix+`"]}]`)
}

func read(t testing.TB, name, text string) *iprange.List {
	t.Helper()
	l, err := iprange.Read(strings.NewReader(text), name)
	require.NoError(t, err)
	require.Empty(t, l.Skipped)
	return l
}

func own(t testing.TB, name, text string) *iprange.List {
	t.Helper()
	l, err := iprange.ReadOwn(strings.NewReader(text), name)
	require.NoError(t, err)
	return l
}

func with(t testing.TB, s *iprange.Set, lists ...*iprange.List) *iprange.Set {
	t.Helper()
	s, err := s.With(lists...)
	require.NoError(t, err)
	return s
}

func withHistory(t testing.TB, s *iprange.Set, lists ...*iprange.List) *iprange.Set {
	t.Helper()
	s, err := s.WithHistory(lists...)
	require.NoError(t, err)
	return s
}

// listNames returns the lists of s with their dates.
func listNames(s *iprange.Set) (names []string) {
	for _, l := range s.Lists() {
		name := l.Layer.String() + " " + l.Name
		for _, d := range l.Dates {
			name += " " + d.Format(time.DateOnly)
		}
		names = append(names, name)
	}
	return names
}

// found returns the lists that have an address, in the lists of a day.
func found(s *iprange.Set, addr, day string) (lists []string) {
	var at time.Time
	if day != "" {
		at, _ = time.Parse(time.DateOnly, day)
	}
	for _, m := range s.LookupAt(netip.MustParseAddr(addr), at).All() {
		lists = append(lists, m.List)
	}
	return lists
}

func TestWith(t *testing.T) {
	const a, b, c = "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"
	january, february := endpoints(t, "worldwide_2026-01-01.json", a), endpoints(t, "worldwide_2026-02-01.json", b)
	undated, china := endpoints(t, "worldwide.json", c), endpoints(t, "china_2026-01-01.json", a)
	history := withHistory(t, new(iprange.Set), january, february)
	tests := []struct {
		name  string
		set   *iprange.Set
		lists []string
		// Lists that have the first address of a, b and c, on 2026-01-15 and in the newest lists.
		then, now [3][]string
	}{
		{
			"one", with(t, new(iprange.Set), january), []string{"product worldwide 2026-01-01"},
			[3][]string{{"worldwide 2026-01-01"}, nil, nil}, [3][]string{{"worldwide 2026-01-01"}, nil, nil},
		},
		{
			"newer in its place", with(t, with(t, new(iprange.Set), january), february), []string{"product worldwide 2026-02-01"},
			[3][]string{nil, {"worldwide 2026-02-01"}, nil}, [3][]string{nil, {"worldwide 2026-02-01"}, nil},
		},
		{
			"older in its place", with(t, with(t, new(iprange.Set), february), january), []string{"product worldwide 2026-01-01"},
			[3][]string{{"worldwide 2026-01-01"}, nil, nil}, [3][]string{{"worldwide 2026-01-01"}, nil, nil},
		},
		{
			"the later of two with one name", with(t, new(iprange.Set), february, january), []string{"product worldwide 2026-01-01"},
			[3][]string{{"worldwide 2026-01-01"}, nil, nil}, [3][]string{{"worldwide 2026-01-01"}, nil, nil},
		},
		{
			"another name", with(t, new(iprange.Set), february, china), []string{"product worldwide 2026-02-01", "product china 2026-01-01"},
			[3][]string{{"china 2026-01-01"}, {"worldwide 2026-02-01"}, nil}, [3][]string{{"china 2026-01-01"}, {"worldwide 2026-02-01"}, nil},
		},
		{
			"history", history, []string{"product worldwide 2026-01-01 2026-02-01"},
			[3][]string{{"worldwide 2026-01-01"}, nil, nil}, [3][]string{nil, {"worldwide 2026-02-01"}, nil},
		},
		{
			"history, the older added later", withHistory(t, with(t, new(iprange.Set), february), january), []string{"product worldwide 2026-01-01 2026-02-01"},
			[3][]string{{"worldwide 2026-01-01"}, nil, nil}, [3][]string{nil, {"worldwide 2026-02-01"}, nil},
		},
		{
			"history dropped", with(t, history, february), []string{"product worldwide 2026-02-01"},
			[3][]string{nil, {"worldwide 2026-02-01"}, nil}, [3][]string{nil, {"worldwide 2026-02-01"}, nil},
		},
		{
			"history, same date", withHistory(t, history, endpoints(t, "worldwide_2026-02-01.json", c)), []string{"product worldwide 2026-01-01 2026-02-01"},
			[3][]string{{"worldwide 2026-01-01"}, nil, nil}, [3][]string{nil, nil, {"worldwide 2026-02-01"}},
		},
		{
			"history, then undated", withHistory(t, history, undated), []string{"product worldwide"},
			[3][]string{nil, nil, {"worldwide"}}, [3][]string{nil, nil, {"worldwide"}},
		},
		{
			"undated, then dated", withHistory(t, with(t, new(iprange.Set), undated), january), []string{"product worldwide 2026-01-01"},
			[3][]string{{"worldwide 2026-01-01"}, nil, nil}, [3][]string{{"worldwide 2026-01-01"}, nil, nil},
		},
		{
			"own ranges of the same name", with(t, new(iprange.Set), january, own(t, "worldwide", "egress: "+a)), []string{"own worldwide", "product worldwide 2026-01-01"},
			[3][]string{{"worldwide", "worldwide 2026-01-01"}, nil, nil}, [3][]string{{"worldwide", "worldwide 2026-01-01"}, nil, nil},
		},
		{
			"none", with(t, new(iprange.Set)), nil,
			[3][]string{}, [3][]string{},
		},
		{
			"without one", history.Without("worldwide", "no such list"), nil,
			[3][]string{}, [3][]string{},
		},
		{
			"without another", withHistory(t, history, china).Without("china"), []string{"product worldwide 2026-01-01 2026-02-01"},
			[3][]string{{"worldwide 2026-01-01"}, nil, nil}, [3][]string{nil, {"worldwide 2026-02-01"}, nil},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.lists, listNames(tt.set))
			for i, addr := range []string{"192.0.2.1", "198.51.100.1", "203.0.113.1"} {
				assert.Equal(t, tt.then[i], found(tt.set, addr, "2026-01-15"), addr)
				assert.Equal(t, tt.now[i], found(tt.set, addr, ""), addr)
			}
		})
	}
}

func TestInfoMayBeChangedBeforeWith(t *testing.T) {
	l := endpoints(t, "", "192.0.2.0/24")
	l.Info.Name = "mirror"
	l.Info.Dates = []time.Time{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	s := with(t, new(iprange.Set), l)
	assert.Equal(t, []string{"product mirror 2026-03-01"}, listNames(s))
	assert.Equal(t, []string{"mirror 2026-03-01"}, found(s, "192.0.2.1", ""))
}

func TestListsReturnsCopies(t *testing.T) {
	s := with(t, new(iprange.Set), endpoints(t, "worldwide_2026-01-01.json", "192.0.2.0/24"))
	s.Lists()[0].Dates[0] = time.Time{}
	assert.Equal(t, []string{"product worldwide 2026-01-01"}, listNames(s))
}

func TestWithRefusesOtherLists(t *testing.T) {
	for name, l := range map[string]*iprange.List{"nil": nil, "zero": {}, "made by hand": {Info: iprange.ListInfo{Name: "x", Layer: iprange.LayerOwn}}} {
		t.Run(name, func(t *testing.T) {
			_, err := iprange.Default().With(l)
			assert.ErrorContains(t, err, "iprange: with: ")
			_, err = iprange.Default().WithHistory(l)
			assert.ErrorContains(t, err, "iprange: with history: ")
		})
	}
}

func TestWithLimitsOddHostPatterns(t *testing.T) {
	list := func(n int) *iprange.List {
		patterns := make([]string, n)
		for i := range patterns {
			patterns[i] = fmt.Sprintf(`"a.*.n%d.example.com"`, i)
		}
		return read(t, "", `[{"id":1,"urls":[`+strings.Join(patterns, ",")+`]}]`)
	}
	s := with(t, new(iprange.Set), list(128))
	for i := range 128 {
		assert.Equal(t, 1, s.LookupHost(fmt.Sprintf("a.b.n%d.example.com", i)).Len())
	}
	_, err := new(iprange.Set).With(list(129))
	assert.EqualError(t, err, "iprange: with: more than 128 host patterns of odd forms")
}

func TestVersion(t *testing.T) {
	a, b := endpoints(t, "worldwide_2026-01-01.json", "192.0.2.0/24"), endpoints(t, "china_2026-02-01.json", "198.51.100.0/24")
	mine := own(t, "", "egress: 203.0.113.0/24")
	s := with(t, new(iprange.Set), a, b, mine)
	assert.Regexp(t, `^2026-02-01-[0-9a-f]{6}$`, s.Version())
	same := map[string]*iprange.Set{
		"another order":       with(t, with(t, with(t, new(iprange.Set), mine), b), a),
		"replaced by equals":  with(t, s, own(t, "", "# comment\negress: 203.0.113.0-203.0.113.255"), b),
		"derived for nothing": with(t, s),
		"added and removed":   with(t, s, own(t, "x", "tool: 192.0.2.1")).Without("x"),
	}
	for name, other := range same {
		assert.Equal(t, s.Version(), other.Version(), name)
	}
	others := map[string]*iprange.Set{
		"other range": with(t, s, own(t, "", "egress: 203.0.113.0/25")),
		"other kind":  with(t, s, own(t, "", "tool: 203.0.113.0/24")),
		"without":     s.Without("own ranges"),
		"other date":  with(t, s, endpoints(t, "china_2026-03-01.json", "198.51.100.0/24")),
		"history":     withHistory(t, s, endpoints(t, "china_2025-03-01.json", "198.51.100.0/24")),
	}
	for name, other := range others {
		assert.NotEqual(t, s.Version(), other.Version(), name)
	}
	assert.Regexp(t, `^undated-[0-9a-f]{6}$`, with(t, new(iprange.Set), mine).Version())
	assert.Equal(t, "empty", new(iprange.Set).Version())
	assert.Regexp(t, `^2026-11-29-[0-9a-f]{6}$`, iprange.Default().Version())
}

// TestSwapDoesNotGrow replaces lists 60 times, each with another date and other
// prefixes.
func TestSwapDoesNotGrow(t *testing.T) {
	s := iprange.Default().Without("servicetags public", "servicetags azuregovernment", "servicetags china")
	swap := func(i int) {
		name := time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC).Format("20060102") + ".json"
		tag := fmt.Sprintf(`{"cloud":"Public","values":[{"name":"T%d","properties":{"addressPrefixes":["10.%d.0.0/16"]}}]}`, i, i)
		s = with(t, s, endpoints(t, "worldwide_"+name, fmt.Sprintf("10.0.%d.0/24", i)), read(t, "ServiceTags_Public_"+name, tag),
			own(t, "", fmt.Sprintf("egress: 192.0.2.%d = office %d", i, i)))
	}
	measure := func() (heap uint64, entries int) {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		for range s.Entries() {
			entries++
		}
		return m.HeapAlloc, entries
	}
	swap(100)
	heap, entries := measure()
	lists := len(s.Lists())
	for i := range 60 {
		swap(100 + i)
	}
	heapAfter, entriesAfter := measure()
	assert.Equal(t, entries, entriesAfter)
	assert.Equal(t, lists, len(s.Lists()))
	assert.Less(t, heapAfter, heap+200_000)
	assert.Equal(t, []string{"own ranges"}, found(s, "192.0.2.159", ""))
	assert.Empty(t, found(s, "192.0.2.158", "2026-01-01"))
}

func TestSwapUnderReaders(t *testing.T) {
	// Two sets that give the same address different names; a reader must get
	// one or the other in full.
	sets := [2]*iprange.Set{}
	names := [2]string{"old", "new"}
	for i, name := range names {
		sets[i] = with(t, new(iprange.Set), own(t, "", "egress: 192.0.2.0/24, 2001:db8::/32 = "+name+"\nscanner: 192.0.2.7, 2001:db8::7 = "+name))
	}
	var live atomic.Pointer[iprange.Set]
	live.Store(sets[0])

	const readers, lookups = 4, 5000
	var torn, seen [readers]int
	var wg sync.WaitGroup
	done := make(chan struct{})
	for r := range readers {
		wg.Go(func() {
			addr := netip.MustParseAddr([]string{"192.0.2.7", "2001:db8::7"}[r%2])
			// Until it has met the new set too: the swapper goes on till then.
			for n := 0; n < lookups || seen[r] == 0; n++ {
				runtime.Gosched()
				m := live.Load().Lookup(addr)
				if m.Len() != 2 || m.At(0).Service != m.At(1).Service {
					torn[r]++
				}
				if m.At(0).Service == "new" {
					seen[r]++
				}
			}
		})
	}
	var swapper sync.WaitGroup
	swapper.Go(func() {
		for i := 1; ; i++ {
			select {
			case <-done:
				return
			default:
				live.Store(sets[i%2])
				runtime.Gosched()
			}
		}
	})
	wg.Wait()
	close(done)
	swapper.Wait()
	assert.Equal(t, [readers]int{}, torn, "matches of two sets in one")
	for r := range seen {
		assert.Positive(t, seen[r], "a reader met the new set")
	}
}
