package clickclass_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/iprange"
)

// feeder adds clicks to a Stream and keeps what comes out.
type feeder struct {
	t       testing.TB
	s       *clickclass.Stream
	results []clickclass.Result
}

func newFeeder(t testing.TB, o clickclass.Options) *feeder {
	t.Helper()
	return &feeder{t: t, s: classifier(t, o).NewStream()}
}

func (f *feeder) take(results []clickclass.Result, err error) {
	f.t.Helper()
	if !errors.Is(err, errFailed) { // what randomSource makes up
		require.NoError(f.t, err)
	}
	f.results = append(f.results, results...)
}

func (f *feeder) add(clicks ...clickclass.Click) {
	f.t.Helper()
	f.take(f.s.Add(context.Background(), clicks...))
}

func (f *feeder) flush() {
	f.t.Helper()
	f.take(f.s.Flush(context.Background()))
}

func (f *feeder) recheck(match func(*clickclass.Click) bool) {
	f.t.Helper()
	f.take(f.s.Recheck(context.Background(), match))
}

// came returns the results since the last call, in short.
func (f *feeder) came() []string {
	out := []string{}
	for _, r := range f.results {
		out = append(out, fmt.Sprintf("%d.%d %s", r.Click.Row, r.Revision, r.Verdict.Class))
	}
	f.results = nil
	return out
}

func everyClick(*clickclass.Click) bool { return true }

// TestStreamIsAll holds that a Stream gives what All gives, revisions included, however
// many clicks are added at a time.
func TestStreamIsAll(t *testing.T) {
	seeds := uint64(12)
	if testing.Short() {
		seeds = 3
	}
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 20))
		clicks := randomClicks(rng, 1+rng.IntN(2000), 24*time.Hour)
		if seed%2 == 0 {
			slices.SortStableFunc(clicks, byTime)
		}
		o := clickclass.Options{Source: randomSource{}, Window: clickclass.Window{
			Span: []time.Duration{0, time.Hour, time.Minute}[rng.IntN(3)], Rows: []int{0, 1, 64, 700}[rng.IntN(4)], Bytes: []int64{0, 20_000}[rng.IntN(2)],
		}}
		want := judgeAll(t, o, clicks)
		f := newFeeder(t, o)
		for len(clicks) > 0 {
			n := min(rng.IntN(600), len(clicks))
			f.add(clicks[:n]...)
			clicks = clicks[n:]
		}
		f.flush()
		require.Len(t, f.results, len(want))
		for i := range want {
			w, g := &want[i], &f.results[i]
			require.Equal(t, w.Click, g.Click)
			require.Equal(t, w.Revision, g.Revision)
			require.Equal(t, w.Nearby, g.Nearby)
			requireEqualVerdicts(t, &w.Verdict, &g.Verdict, "seed %d, result %d", seed, i)
		}
	}
}

// TestStreamInPieces judges clicks as soon as they are there, takes the revisions that
// later clicks bring, and compares the last of them with the verdicts of All. The counts
// that reasons saw may lag: only what changes a verdict is worth a revision.
func TestStreamInPieces(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		want := s.judge(t)
		f := newFeeder(t, clickclass.Options{Source: s.store()})
		for _, k := range s.clicks {
			f.add(k)
			if rng.IntN(3) > 0 {
				f.flush()
			}
		}
		f.flush()
		got := lastVerdicts(f.results)
		require.Len(t, got, len(want), "seed %d", seed)
		for at, v := range want {
			g := got[at]
			require.Equal(t, v.Class, g.Class, "seed %d, %v", seed, at)
			require.Equal(t, v.Flags, g.Flags, "seed %d, %v", seed, at)
			require.Equal(t, v.Causes, g.Causes, "seed %d, %v", seed, at)
			require.InDelta(t, v.P.Machine, g.P.Machine, 1e-4, "seed %d, %v\n%+v\n%+v", seed, at, v, g) // less is no revision
		}
	})
}

// fanClick is a click of an account on one link from one address.
func fanClick(row int64, after time.Duration, account string) clickclass.Click {
	return clickclass.Click{Timestamp: noon.Add(after), Url: "https://a.example/x", AccountUpn: account + "@one.example",
		IPAddress: netip.MustParseAddr("192.0.2.1"), Row: row}
}

// TestStreamRevisions holds when verdicts come, and that old clicks are forgotten.
func TestStreamRevisions(t *testing.T) {
	f := newFeeder(t, clickclass.Options{Window: clickclass.Window{Span: time.Hour}})
	came := func(want ...string) {
		t.Helper()
		got := []string{}
		for _, r := range f.results {
			got = append(got, fmt.Sprintf("%d.%d accounts %d", r.Click.Row, r.Revision, r.Nearby.FanAccounts))
		}
		f.results = nil
		assert.Equal(t, append([]string{}, want...), got)
	}
	length := func(held, remembered int) {
		t.Helper()
		h, r := f.s.Len()
		assert.Equal(t, [2]int{held, remembered}, [2]int{h, r})
	}
	length(0, 0)
	f.flush()
	came()
	f.add(fanClick(0, 0, "ann"))
	came()
	length(1, 0)
	f.flush()
	came("0.0 accounts 1")
	length(0, 1)
	f.add(fanClick(1, time.Second, "bob"))
	f.flush()
	came("1.0 accounts 2") // two are no crowd
	f.add(fanClick(2, 2*time.Second, "dan"))
	f.flush()
	came("0.1 accounts 3", "1.1 accounts 3", "2.0 accounts 3")
	f.add(fanClick(3, 4*time.Hour, "eve")) // three windows on: the first three are forgotten
	f.flush()
	came("3.0 accounts 1")
	length(0, 1)
	f.add(fanClick(4, 2*time.Second, "eve"))
	f.flush()
	came("4.0 accounts 1")
}

// TestStreamOfUntimedClicks holds that clicks without a time wait for nothing but their
// turn.
func TestStreamOfUntimedClicks(t *testing.T) {
	f := newFeeder(t, clickclass.Options{})
	f.add(clickclass.Click{Row: 1, AccountUpn: "ann@one.example"})
	assert.Equal(t, []string{"1.0 unknown"}, f.came())
	f.add(fanClick(2, 0, "ann"), clickclass.Click{Row: 3})
	assert.Empty(t, f.came())
	f.flush()
	assert.Equal(t, []string{"2.0 unknown", "3.0 unknown"}, f.came())
}

// TestStreamHoldsNoMore holds that the memory of a Stream is bounded.
func TestStreamHoldsNoMore(t *testing.T) {
	const rows = 400
	f := newFeeder(t, clickclass.Options{Window: clickclass.Window{Rows: rows}})
	first := 0
	for i := range int64(20_000) {
		f.add(fanClick(i, time.Duration(i)*time.Second, fmt.Sprint("a", i%50)))
		held, remembered := f.s.Len()
		require.LessOrEqual(t, held, rows)
		require.LessOrEqual(t, remembered, rows/4)
		for _, r := range f.results {
			if r.Revision == 0 {
				first++
			}
		}
		f.results = nil
	}
	f.flush()
	for _, r := range f.results {
		if r.Revision == 0 {
			first++
		}
	}
	assert.Equal(t, 20_000, first)
}

// lateSource is empty until evidence arrives.
type lateSource struct {
	store atomic.Pointer[evidence.Store]
	fails atomic.Bool
}

func (s *lateSource) Facts(ctx context.Context, q clickclass.Question) (clickclass.Facts, error) {
	if s.fails.Load() {
		return clickclass.Facts{}, errFailed
	}
	if store := s.store.Load(); store != nil {
		return store.Facts(ctx, q)
	}
	return clickclass.Facts{}, nil
}

// launchOf is the evidence that the owner opened the link of a click.
func launchOf(k clickclass.Click) *evidence.Store {
	store := new(evidence.Store)
	store.Add(evidence.BrowserLaunch{Timestamp: k.Timestamp.Add(time.Second), AccountUpn: k.AccountUpn, DeviceId: "pc", RemoteUrl: k.Url, Process: "outlook.exe"})
	return store
}

func TestStreamRecheck(t *testing.T) {
	var source lateSource
	f := newFeeder(t, clickclass.Options{Source: &source})
	owner, machine := withDelay(founding(), 3*time.Second), withDelay(founding(), 3*time.Second)
	owner.Row, machine.Row = 1, 2
	machine.AccountUpn = "erin@contoso.example"
	f.add(owner, machine)
	f.recheck(everyClick)
	assert.Empty(t, f.came(), "held clicks have no verdict yet")
	f.flush()
	assert.Equal(t, []string{"1.0 automated", "2.0 automated"}, f.came())

	f.recheck(everyClick)
	assert.Empty(t, f.came(), "there is nothing new")
	source.store.Store(launchOf(owner))
	f.recheck(func(k *clickclass.Click) bool { return k.Row == 2 })
	assert.Empty(t, f.came(), "the evidence is another click's")
	asked := []int64{}
	f.recheck(func(k *clickclass.Click) bool {
		asked = append(asked, k.Row)
		*k = clickclass.Click{} // of no effect
		return true
	})
	assert.Equal(t, []int64{1, 2}, asked)
	require.Len(t, f.results, 1)
	assert.Equal(t, owner, f.results[0].Click)
	assert.Equal(t, []string{"1.1 likely_owner"}, f.came())
	f.recheck(everyClick)
	assert.Empty(t, f.came(), "it was said already")

	held := owner
	held.Row, held.Timestamp, held.ReportId = 3, held.Timestamp.Add(10*time.Hour), ""
	source.store.Store(nil)
	f.add(held)
	source.store.Store(launchOf(held))
	f.recheck(func(k *clickclass.Click) bool { return k.Row == 3 })
	f.flush()
	assert.Contains(t, f.came(), "3.0 likely_owner", "clicks that are held get the new evidence, too")
}

// TestRecheckReachesNeighbours holds that what new evidence says about other clicks comes
// out of the next Flush, even if nothing is held.
func TestRecheckReachesNeighbours(t *testing.T) {
	var clicks []clickclass.Click
	for i, account := range []string{"ann", "bob", "dan", "eve"} {
		for j, addr := range []string{"192.0.2.1", fmt.Sprintf("198.51.%d.1", i)} { // each came by once, and is elsewhere too
			k := fanClick(int64(2*i+j), time.Duration(i)*20*time.Minute+time.Duration(j)*5*time.Hour, account)
			k.Url = fmt.Sprintf("https://a.example/%d", i)
			k.IPAddress = netip.MustParseAddr(addr)
			clicks = append(clicks, k)
		}
	}
	late := launchOf(clicks[0])

	f := newFeeder(t, clickclass.Options{Source: late})
	f.add(clicks...)
	f.flush()
	want := lastVerdicts(f.results)

	var source lateSource
	f = newFeeder(t, clickclass.Options{Source: &source})
	f.add(clicks...)
	f.flush()
	before := lastVerdicts(f.results)
	at := place{"", 2}
	was, is := before[at], want[at]
	require.NotEqual(t, is.P, was.P, "that a person was seen says something about the others at the address")
	source.store.Store(late)
	f.recheck(func(k *clickclass.Click) bool { return k.Row == 0 })
	f.flush()
	got := lastVerdicts(f.results)
	for i := range clicks {
		at := place{"", int64(i)}
		assert.Equal(t, want[at].P.Machine, got[at].P.Machine, "click %d", i)
		assert.Equal(t, want[at].Class, got[at].Class, "click %d", i)
	}
}

// TestRecheckIsEvidenceFromTheStart holds that evidence which comes late says what it would
// have said in time.
func TestRecheckIsEvidenceFromTheStart(t *testing.T) {
	forScenes(t, func(t *testing.T, seed uint64, rng *rand.Rand, s *scene) {
		want := s.judge(t)
		var source lateSource
		f := newFeeder(t, clickclass.Options{Source: &source})
		for _, k := range s.clicks {
			f.add(k)
			if rng.IntN(4) == 0 {
				f.flush()
			}
		}
		source.store.Store(s.store())
		f.recheck(everyClick)
		f.flush()
		for at, v := range lastVerdicts(f.results) {
			w := want[at]
			require.Equal(t, w.Class, v.Class, "seed %d, %v\n%+v\n%+v", seed, at, w, v)
			require.InDelta(t, w.P.Machine, v.P.Machine, 1e-4, "seed %d, %v\n%+v\n%+v", seed, at, w, v)
		}
	})
}

// TestRecheckAfterFailure holds that a click whose look-up failed comes again when the
// look-up works, even if nothing else changes.
func TestRecheckAfterFailure(t *testing.T) {
	var source lateSource
	source.fails.Store(true)
	f := newFeeder(t, clickclass.Options{Source: &source})
	machine, other := withDelay(founding(), 3*time.Second), stranger()
	machine.Row, other.Row = 1, 2
	_, err := f.s.Add(context.Background(), machine, other)
	assert.ErrorIs(t, err, errFailed)
	f.flush()
	assert.Equal(t, []string{"1.0 unknown", "2.0 unknown"}, f.came())

	results, err := f.s.Recheck(context.Background(), everyClick)
	assert.ErrorIs(t, err, errFailed)
	assert.Empty(t, results)
	source.fails.Store(false)
	f.recheck(everyClick)
	for _, r := range f.results {
		assert.Zero(t, r.Verdict.Failed)
	}
	assert.Equal(t, []string{"1.1 automated", "2.1 unknown"}, f.came())
	f.recheck(everyClick)
	assert.Empty(t, f.came())
}

// TestStreamUse holds that a Stream goes on with newer lists, for clicks to come and for
// those that are judged again.
func TestStreamUse(t *testing.T) {
	list, err := iprange.OwnList("", iprange.Own{Kind: iprange.KindOwnScanner, Name: "gateway", Prefixes: []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}})
	require.NoError(t, err)
	newer, err := iprange.Default().With(list)
	require.NoError(t, err)

	c := classifier(t, clickclass.Options{})
	f := &feeder{t: t, s: c.NewStream()}
	quick := stranger()
	quick = withDelay(quick, 2*time.Second)
	quick.Row = 1
	f.add(quick)
	f.flush()
	assert.Equal(t, []string{"1.0 unknown"}, f.came())

	f.s.Use(c.With(newer))
	f.recheck(everyClick)
	require.Len(t, f.results, 1)
	assert.Equal(t, "gateway", f.results[0].Verdict.Origin.Service)
	assert.Equal(t, newer.Version(), f.results[0].Verdict.Lists)
	assert.Equal(t, []string{"1.1 automated"}, f.came())
	quick.Row, quick.Timestamp = 2, quick.Timestamp.Add(time.Hour)
	f.add(withDelay(quick, 2*time.Second))
	f.flush()
	require.NotEmpty(t, f.results)
	assert.Equal(t, "gateway", f.results[len(f.results)-1].Verdict.Origin.Service)

	f.s.Use(c.With(nil))
	f.recheck(everyClick)
	require.NotEmpty(t, f.results)
	assert.Equal(t, iprange.Default().Version(), f.results[len(f.results)-1].Verdict.Lists, "and back")
}

// TestStreamUseForNeighbours holds that the newer lists say which neighbours are services:
// the evidence of a device is not a scanner's.
func TestStreamUseForNeighbours(t *testing.T) {
	list, err := iprange.OwnList("", iprange.Own{Kind: iprange.KindOwnScanner, Prefixes: []netip.Prefix{netip.MustParsePrefix("198.51.200.0/24")}})
	require.NoError(t, err)
	newer, err := iprange.Default().With(list)
	require.NoError(t, err)
	person, scanner := stranger(), stranger()
	person.IPAddress, scanner.IPAddress = netip.MustParseAddr("198.51.100.7"), netip.MustParseAddr("198.51.200.9")
	scanner.Timestamp = scanner.Timestamp.Add(5 * time.Second)
	source := askFunc(func(_ context.Context, q clickclass.Question) (clickclass.Facts, error) {
		return clickclass.Facts{Device: &clickclass.DeviceFacts{Launch: true, LaunchGap: noon.Add(5 * time.Second).Sub(q.At)}}, nil
	})
	c := classifier(t, clickclass.Options{Source: source})
	for name, use := range map[string]*clickclass.Classifier{"older lists": c, "newer lists": c.With(newer)} {
		f := &feeder{t: t, s: c.NewStream()}
		f.s.Use(use)
		f.add(person, scanner)
		f.flush()
		require.Len(t, f.results, 2)
		assert.Equal(t, name == "newer lists", hasReason(&f.results[0].Verdict, "c.browser"), name)
	}
}

// TestStreamErrors holds that clicks are judged whose look-ups failed.
func TestStreamErrors(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	s := classifier(t, clickclass.Options{Source: askFunc(func(ctx context.Context, _ clickclass.Question) (clickclass.Facts, error) {
		return clickclass.Facts{}, ctx.Err()
	})}).NewStream()
	_, err := s.Add(ctx, founding())
	assert.ErrorIs(t, err, context.Canceled)
	results, err := s.Flush(ctx)
	assert.NoError(t, err)
	require.Len(t, results, 1)
	assert.Equal(t, clickclass.ClassUnknown, results[0].Verdict.Class)
	assert.Equal(t, allKinds, results[0].Verdict.Failed)
}
