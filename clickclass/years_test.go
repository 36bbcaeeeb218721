package clickclass_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// wrongYears are what clocks gone wrong, and times in other units, are read as.
var wrongYears = []int{1, 1601, 1899, 1970, 2001, 2019, 2033, 2099, 2611, 9999}

// TestWrongYears holds that clicks of wrong years change no verdict on others, wherever they
// stand in the input and whenever a Stream is flushed.
func TestWrongYears(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 21))
		clicks := newClickLog(time.Duration(1+rng.IntN(3)) * time.Minute).take(600)
		switch seed % 3 {
		case 1:
			slices.Reverse(clicks)
		case 2:
			rng.Shuffle(len(clicks), func(i, j int) { clicks[i], clicks[j] = clicks[j], clicks[i] })
		}
		year := wrongYears[seed%uint64(len(wrongYears))]
		var mixed []clickclass.Click
		for i, k := range clicks {
			many := 1
			if year < 2013 || year > 2041 {
				many = 30 // nothing can have happened then, however much says so
			}
			for range many {
				if i%40 != 17 {
					break
				}
				wrong := clicks[rng.IntN(len(clicks))]
				wrong.Timestamp, wrong.ReportId, wrong.Row = wrong.Timestamp.AddDate(year-2026, 0, 0), "", -int64(len(mixed))
				mixed = append(mixed, wrong)
			}
			mixed = append(mixed, k)
		}
		spans := []time.Duration{0, 24 * time.Hour, time.Hour}
		if seed%3 == 2 {
			spans = spans[:2] // in no order, rows may come too late for a short window anyhow
		}
		o := clickclass.Options{Window: clickclass.Window{Span: spans[rng.IntN(len(spans))]}}
		every := 1 + rng.IntN(50)
		inPieces := func(wrong bool) map[place]clickclass.Verdict {
			rng := rand.New(rand.NewPCG(seed, 22))
			f := newFeeder(t, o)
			for i, k := range mixed {
				if wrong || k.Row > 0 {
					f.add(k)
				}
				if i%every == 0 || k.Row < 0 && rng.IntN(10) == 0 {
					f.flush()
				}
			}
			f.flush()
			return lastVerdicts(f.results)
		}
		same := func(name string, want, got map[place]clickclass.Verdict) {
			for at, v := range want {
				other := got[at]
				require.True(t, v.Equal(&other), "%s, seed %d, year %d, row %d:\n%+v\n%+v", name, seed, year, at.row, v, other)
			}
		}
		same("All", lastVerdicts(judgeAll(t, o, clicks)), lastVerdicts(judgeAll(t, o, mixed)))
		same("Stream", inPieces(false), inPieces(true))
	}
}
