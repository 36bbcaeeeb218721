package clickclass_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// The benchmarks print ratios to what a program does at least: encoding/json reading the
// same rows in the same run. A ratio above 1 is how many times as fast as that a row is
// judged.

// bareRow has the columns of a row, for encoding/json.
type bareRow struct {
	Timestamp                                                                                         time.Time
	Url, ActionType, AccountUpn, Workload, NetworkMessageId, ThreatTypes, DetectionMethods, IPAddress string
	IsClickedThrough                                                                                  bool
	UrlChain, ReportId, AppName, AppVersion, SourceId, File                                           string
	Row                                                                                               int64
}

// jsonNanoseconds returns how long encoding/json takes for a row.
func jsonNanoseconds(b *testing.B, clicks []clickclass.Click) float64 {
	b.Helper()
	lines := make([][]byte, 0, len(clicks))
	for _, k := range clicks {
		line, err := json.Marshal(bareRow{Timestamp: k.Timestamp, Url: k.Url, ActionType: string(k.ActionType), AccountUpn: k.AccountUpn,
			Workload: k.Workload, NetworkMessageId: k.NetworkMessageId, IPAddress: k.IPAddress.String(), ReportId: k.ReportId, File: k.File, Row: k.Row})
		require.NoError(b, err)
		lines = append(lines, line)
	}
	var times []float64
	for range 5 {
		start := time.Now()
		n := 0
		for ; n < 20_000 || n < len(lines); n++ {
			var row bareRow
			if err := json.Unmarshal(lines[n%len(lines)], &row); err != nil {
				b.Fatal(err)
			}
		}
		times = append(times, float64(time.Since(start).Nanoseconds())/float64(n))
	}
	slices.Sort(times)
	return times[len(times)/2]
}

// BenchmarkClassify judges clicks by themselves.
func BenchmarkClassify(b *testing.B) {
	azure := stranger()
	azure.IPAddress = netip.MustParseAddr("40.64.64.200")
	wrapped := founding()
	wrapped.Url = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2F1&data=05%7C02%7C&reserved=0"
	c := classifier(b, clickclass.Options{})
	for _, in := range []struct {
		name   string
		clicks []clickclass.Click
	}{
		{"log", newClickLog(3 * time.Second).take(20_000)}, // more than the processor's caches hold
		{"stranger", []clickclass.Click{stranger()}}, {"teams", []clickclass.Click{withDelay(founding(), 3*time.Second)}},
		{"azure", []clickclass.Click{azure}}, {"wrapped", []clickclass.Click{wrapped}}, {"empty", []clickclass.Click{{}}},
	} {
		b.Run(in.name, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				_, _ = c.Classify(context.Background(), in.clicks[i])
				if i++; i == len(in.clicks) {
					i = 0
				}
			}
			per := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			b.ReportMetric(jsonNanoseconds(b, in.clicks)/per, "x-json")
		})
	}
}

// BenchmarkAll judges a log with its neighbours.
func BenchmarkAll(b *testing.B) {
	const n = 100_000
	clicks := newClickLog(3 * time.Second).take(n)
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			c := classifier(b, clickclass.Options{Workers: workers})
			b.ReportAllocs()
			for b.Loop() {
				rows := 0
				for _, err := range c.All(context.Background(), sequence(clicks, nil)) {
					if err == nil {
						rows++
					}
				}
				if rows < n {
					b.Fatal(rows)
				}
			}
			per := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / n
			b.ReportMetric(1e9/per, "rows/s")
			b.ReportMetric(jsonNanoseconds(b, clicks)/per, "x-json")
		})
	}
}

// BenchmarkStream adds clicks to a live stream, 100 at a time.
func BenchmarkStream(b *testing.B) {
	clicks := newClickLog(3 * time.Second).take(100_000)
	s := classifier(b, clickclass.Options{}).NewStream()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := s.Add(context.Background(), clicks[i:i+100]...); err != nil {
			b.Fatal(err)
		}
		if i += 100; i == len(clicks) {
			i = 0
			s = classifier(b, clickclass.Options{}).NewStream()
		}
	}
	per := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / 100
	b.ReportMetric(1e9/per, "rows/s")
	b.ReportMetric(jsonNanoseconds(b, clicks[:20_000])/per, "x-json")
}

// BenchmarkSavedStream saves and resumes a stream of 10,000 clicks.
func BenchmarkSavedStream(b *testing.B) {
	const n = 10_000
	c := classifier(b, clickclass.Options{})
	s := c.NewStream()
	clicks := newClickLog(3 * time.Second).take(n)
	_, err := s.Add(context.Background(), clicks...)
	require.NoError(b, err)
	reference := jsonNanoseconds(b, clicks)
	var state []byte
	report := func(b *testing.B) {
		b.ReportMetric(reference/(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n), "x-json")
		b.ReportMetric(float64(len(state))/n, "bytes/click")
	}
	b.Run("save", func(b *testing.B) {
		for b.Loop() {
			state, err = s.AppendBinary(state[:0])
			require.NoError(b, err)
		}
		report(b)
	})
	b.Run("resume", func(b *testing.B) {
		for b.Loop() {
			_, err := c.ResumeStream(state)
			require.NoError(b, err)
		}
		report(b)
	})
}

// BenchmarkAppendJSON writes results; x-marshal is how many times as fast as encoding/json
// writes the same members.
func BenchmarkAppendJSON(b *testing.B) {
	for name, k := range map[string]clickclass.Click{"stranger": stranger(), "teams": withDelay(founding(), 3*time.Second)} {
		b.Run(name, func(b *testing.B) {
			r := clickclass.Result{Click: k, Verdict: clickclass.Score(k)}
			var line []byte
			b.ReportAllocs()
			for b.Loop() {
				line = r.AppendJSON(line[:0])
			}
			per := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			slow := slowLine(&r)
			start := time.Now()
			const n = 5000
			for range n {
				if _, err := json.Marshal(&slow); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(time.Since(start).Nanoseconds())/n/per, "x-marshal")
			b.ReportMetric(float64(len(line)), "bytes")
		})
	}
}

// TestClassifyAllocations guards the budget: the Verdict and no more. One allocation is the
// reasons, one the short lists.
func TestClassifyAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes pools forget")
	}
	c := classifier(t, clickclass.Options{})
	full := withDelay(founding(), 3*time.Second)
	full.ReportId = idAt("7acb31b0-de17-442f", noon)
	for name, k := range map[string]clickclass.Click{"teams": full, "stranger": stranger()} {
		t.Run(name, func(t *testing.T) {
			assert.LessOrEqual(t, testing.AllocsPerRun(200, func() { _, _ = c.Classify(context.Background(), k) }), 2.0)
			assert.LessOrEqual(t, testing.AllocsPerRun(200, func() { clickclass.Score(k) }), 2.0)
		})
	}
	r := clickclass.Result{Click: full, Verdict: clickclass.Score(full)}
	line := r.AppendJSON(nil)
	assert.LessOrEqual(t, testing.AllocsPerRun(200, func() { line = r.AppendJSON(line[:0]) }), 1.0, "publicsuffix allocates")
}
