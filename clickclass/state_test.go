package clickclass_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc64"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

func save(t testing.TB, s *clickclass.Stream) []byte {
	t.Helper()
	state, err := s.AppendBinary(nil)
	require.NoError(t, err)
	return state
}

func resume(t testing.TB, c *clickclass.Classifier, state []byte) *clickclass.Stream {
	t.Helper()
	s, err := c.ResumeStream(state)
	require.NoError(t, err)
	return s
}

// sameUpToZones holds that results are the same, but for how their times are written.
func sameUpToZones(t testing.TB, want, got []clickclass.Result, format string, args ...any) {
	t.Helper()
	message := fmt.Sprintf(format, args...)
	require.Len(t, got, len(want), message)
	for i := range want {
		w, g := want[i], got[i]
		w.Click.Timestamp, g.Click.Timestamp = w.Click.Timestamp.UTC(), g.Click.Timestamp.UTC()
		require.Equal(t, w.Click, g.Click, message)
		require.Equal(t, w.Revision, g.Revision, message)
		require.Equal(t, w.Nearby, g.Nearby, message)
		requireEqualVerdicts(t, &w.Verdict, &g.Verdict, "%s", message)
	}
}

// TestResumeAnywhere saves and resumes streams at random clicks, between Adds, after
// Flushes and Rechecks: all results, not just the last verdicts, are those of an unbroken
// run.
func TestResumeAnywhere(t *testing.T) {
	seeds := uint64(40)
	if testing.Short() {
		seeds = 6
	}
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 30))
		clicks := randomClicks(rng, 1+rng.IntN(1500), 24*time.Hour)
		if seed%2 == 0 {
			slices.SortStableFunc(clicks, byTime)
		}
		for i := range clicks {
			if rng.IntN(50) == 0 {
				row := clicks[i].Row
				clicks[i] = fullClick()
				clicks[i].Timestamp = clicks[i].Timestamp.In(time.FixedZone("CET", 3600))
				clicks[i].Row = row
			}
		}
		c := classifier(t, clickclass.Options{
			Source: []clickclass.Source{nil, randomSource{fails: true}}[rng.IntN(2)],
			Window: clickclass.Window{Span: []time.Duration{0, time.Hour}[rng.IntN(2)], Rows: []int{0, 1, 64, 700}[rng.IntN(4)], Bytes: []int64{0, 20_000}[rng.IntN(2)]},
		})
		whole := &feeder{t: t, s: c.NewStream()}
		broken := &feeder{t: t, s: c.NewStream()}
		cuts := 0
		for len(clicks) > 0 {
			n := min(1+rng.IntN(40), len(clicks))
			action := rng.IntN(8)
			for _, f := range []*feeder{whole, broken} {
				f.add(clicks[:n]...)
				switch action {
				case 0:
					f.flush()
				case 1:
					f.recheck(func(k *clickclass.Click) bool { return k.Row%3 == 0 })
				}
			}
			clicks = clicks[n:]
			if rng.IntN(4) == 0 {
				cuts++
				broken.s = resume(t, c, save(t, broken.s))
			}
			wh, wr := whole.s.Len()
			bh, br := broken.s.Len()
			require.Equal(t, [2]int{wh, wr}, [2]int{bh, br})
		}
		whole.flush()
		broken.flush()
		sameUpToZones(t, whole.results, broken.results, "seed %d, %d cuts", seed, cuts)
	}
}

// TestResumeManyTenants runs a log of many tenants, a stream for each, that are saved and
// resumed at random clicks, and one stream for all of them.
func TestResumeManyTenants(t *testing.T) {
	n, count := 60_000, 150
	if testing.Short() {
		n, count = 3000, 15
	}
	rng := rand.New(rand.NewPCG(31, 31))
	log := tenants(rng, n, count)
	c := classifier(t, clickclass.Options{Source: log.store(), Window: clickclass.Window{Rows: 2000}})

	t.Run("a stream for each", func(t *testing.T) {
		whole, broken := map[string]*feeder{}, map[string]*feeder{}
		for _, k := range log.clicks {
			if whole[k.File] == nil {
				whole[k.File], broken[k.File] = &feeder{t: t, s: c.NewStream()}, &feeder{t: t, s: resume(t, c, nil)}
			}
			w, b := whole[k.File], broken[k.File]
			w.add(k)
			b.add(k)
			if rng.IntN(20) == 0 {
				w.flush()
				b.flush()
			}
			if rng.IntN(80) == 0 {
				b.s = resume(t, c, save(t, b.s))
			}
		}
		differences, judged, revisions := 0, 0, 0
		for name, w := range whole {
			w.flush()
			broken[name].flush()
			want, got := lastVerdicts(w.results), lastVerdicts(broken[name].results)
			require.Len(t, got, len(want))
			judged += len(want)
			revisions += len(w.results) - len(want)
			for at, v := range want {
				if g := got[at]; !v.Equal(&g) {
					differences++
				}
			}
		}
		assert.Equal(t, n, judged)
		assert.NotZero(t, revisions)
		assert.Zero(t, differences)
	})
	t.Run("one for all", func(t *testing.T) {
		whole, broken := &feeder{t: t, s: c.NewStream()}, &feeder{t: t, s: c.NewStream()}
		whole.add(log.clicks...)
		whole.flush()
		for rest := log.clicks; len(rest) > 0; {
			k := min(1+rng.IntN(n/10), len(rest))
			broken.add(rest[:k]...)
			rest = rest[k:]
			broken.s = resume(t, c, save(t, broken.s))
		}
		broken.flush()
		sameUpToZones(t, whole.results, broken.results, "one stream")
	})
}

// TestResumeChangesNothing holds that a state does not change by being loaded, that saving
// leaves the Stream alone, and that bytes are appended.
func TestResumeChangesNothing(t *testing.T) {
	c := classifier(t, clickclass.Options{Source: randomSource{}, Window: clickclass.Window{Rows: 50}})
	f := &feeder{t: t, s: c.NewStream()}
	f.add(randomClicks(rand.New(rand.NewPCG(1, 32)), 300, time.Hour)...)
	state := save(t, f.s)
	assert.Equal(t, state, save(t, f.s))
	assert.Equal(t, state, save(t, resume(t, c, state)))
	appended, err := f.s.AppendBinary([]byte("before"))
	require.NoError(t, err)
	assert.Equal(t, "before"+string(state), string(appended))
	clear(state)
	appended = appended[len("before"):]
	s := resume(t, c, appended)
	want := save(t, s)
	clear(appended) // the Stream does not live in the state
	assert.Equal(t, want, save(t, s))
}

func TestResumeEmpty(t *testing.T) {
	c := classifier(t, clickclass.Options{})
	for name, state := range map[string][]byte{"nil": nil, "no bytes": {}, "of an empty stream": save(t, c.NewStream())} {
		t.Run(name, func(t *testing.T) {
			s := resume(t, c, state)
			held, remembered := s.Len()
			assert.Zero(t, held+remembered)
			results, err := s.Flush(context.Background())
			assert.NoError(t, err)
			assert.Empty(t, results)
			results, err = s.Add(context.Background(), clickclass.Click{})
			assert.NoError(t, err)
			assert.Len(t, results, 1)
		})
	}
}

// TestResumeWithOtherOptions holds that a state holds none of the options.
func TestResumeWithOtherOptions(t *testing.T) {
	f := newFeeder(t, clickclass.Options{})
	f.add(founding())
	other := classifier(t, clickclass.Options{Weights: map[string]clickclass.Odds{"ip.teams": {}}, Window: clickclass.Window{Rows: 1}})
	results, err := resume(t, other, save(t, f.s)).Flush(context.Background())
	require.NoError(t, err)
	require.Len(t, results, 1)
	assert.Equal(t, clickclass.ClassUnknown, results[0].Verdict.Class)
}

// smallState is a state with clicks that came out and clicks that are held.
func smallState(t testing.TB) []byte {
	f := newFeeder(t, clickclass.Options{Source: randomSource{}})
	f.add(randomClicks(rand.New(rand.NewPCG(2, 33)), 8, time.Minute)...)
	f.flush()
	f.add(fullClick(), founding())
	return save(t, f.s)
}

func requireDamaged(t *testing.T, c *clickclass.Classifier, state []byte, format string, args ...any) {
	t.Helper()
	s, err := c.ResumeStream(state)
	message := fmt.Sprintf(format, args...)
	require.ErrorContains(t, err, "clickclass: resume stream: ", message)
	require.Nil(t, s, message)
}

// TestDamagedState flips bits of every byte, cuts the state at every length and adds to it.
func TestDamagedState(t *testing.T) {
	c := classifier(t, clickclass.Options{})
	state := smallState(t)
	resume(t, c, state)
	rng := rand.New(rand.NewPCG(3, 33))
	for i := range state {
		for _, flip := range []byte{1, 0x80, 0xff, byte(1 + rng.IntN(255))} {
			damaged := bytes.Clone(state)
			damaged[i] ^= flip
			requireDamaged(t, c, damaged, "byte %d ^ %#x", i, flip)
		}
		if i > 0 {
			requireDamaged(t, c, state[:i], "cut to %d bytes", i)
		}
	}
	requireDamaged(t, c, append(bytes.Clone(state), 0), "a byte too many")
	requireDamaged(t, c, append(bytes.Clone(state), state...), "twice")
	for range 500 { // bytes change places
		damaged := bytes.Clone(state)
		i, j := rng.IntN(len(state)), rng.IntN(len(state))
		damaged[i], damaged[j] = damaged[j], damaged[i]
		if !bytes.Equal(damaged, state) {
			requireDamaged(t, c, damaged, "bytes %d and %d", i, j)
		}
	}
}

func TestStateErrors(t *testing.T) {
	state := string(smallState(t))
	head, rest, ok := strings.Cut(state, "\n")
	require.True(t, ok)
	assert.Equal(t, "whoclicked stream 1", head, "the version of the state; change it with what the state holds")
	tests := map[string]struct{ state, text string }{
		"newer":          {"whoclicked stream 2\n" + rest, "version 2 of the state, this is for version 1"},
		"much newer":     {"whoclicked stream 999\n" + rest, "version 999"},
		"no version":     {"whoclicked stream x\n" + rest, "damaged header"},
		"something else": {"{}", "not a saved stream"},
		"header alone":   {head + "\n", "cut off"},
		"cut":            {state[:len(state)-1], fmt.Sprintf("%d bytes of %d", len(rest)-17, len(rest)-16)},
		"damaged":        {state[:len(state)-1] + string([]byte{state[len(state)-1] ^ 1}), "checksum"},
	}
	c := classifier(t, clickclass.Options{})
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := c.ResumeStream([]byte(tt.state))
			assert.ErrorContains(t, err, "clickclass: resume stream: ")
			assert.ErrorContains(t, err, tt.text)
		})
	}
}

// seal gives a payload the header and checksum of a state.
func seal(payload []byte) []byte {
	state := []byte("whoclicked stream 1\n")
	state = binary.BigEndian.AppendUint64(state, uint64(len(payload)))
	state = binary.BigEndian.AppendUint64(state, crc64.Checksum(payload, crc64.MakeTable(crc64.ECMA)))
	return append(state, payload...)
}

// FuzzResumeStream asks whether any bytes, bare or with a checksum that fits them, are a
// state or an error, and whether the Stream then works.
func FuzzResumeStream(f *testing.F) {
	state := smallState(f)
	f.Add([]byte{}, false)                               // the state of a new Stream
	f.Add(state, false)                                  // a good state
	f.Add(state[:len(state)/2], false)                   // a cut one
	f.Add([]byte("whoclicked stream 2\n"), false)        // of a newer version
	f.Add([]byte("whoclicked stream -1\n"), false)       // of no version
	f.Add(state[len("whoclicked stream 1\n")+16:], true) // a good payload
	f.Add([]byte{}, true)                                // no payload
	f.Add([]byte{0x0c, 0xff, 0x81, 2, 1, 2, 0xff}, true) // the beginning of a gob
	c := classifier(f, clickclass.Options{Window: clickclass.Window{Rows: 100}})
	f.Fuzz(func(t *testing.T, state []byte, sealed bool) {
		if sealed {
			state = seal(state)
		}
		s, err := c.ResumeStream(state)
		if err != nil {
			assert.Nil(t, s)
			assert.ErrorContains(t, err, "clickclass: resume stream: ")
			return
		}
		held, _ := s.Len()
		results, err := s.Add(context.Background(), founding())
		require.NoError(t, err)
		more, err := s.Flush(context.Background())
		require.NoError(t, err)
		results = append(results, more...)
		for i := range results {
			require.True(t, json.Valid(results[i].AppendJSON(nil)))
		}
		if !sealed { // else it may say that held clicks were judged
			assert.GreaterOrEqual(t, len(results), held+1)
		}
		state, err = s.AppendBinary(nil)
		require.NoError(t, err)
		_, err = c.ResumeStream(state)
		require.NoError(t, err, "what it saves can be resumed")
	})
}
