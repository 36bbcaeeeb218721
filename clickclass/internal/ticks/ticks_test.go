package ticks

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const lastTick = Ticks(allYears)*Second - 1

func TestOf(t *testing.T) {
	utc := func(year int, month time.Month, day, hour, min, sec, nsec int) time.Time {
		return time.Date(year, month, day, hour, min, sec, nsec, time.UTC)
	}
	tests := map[string]struct {
		time time.Time
		want Ticks
	}{
		"zero":                           {time.Time{}, None},
		"zero in another zone":           {time.Time{}.In(time.FixedZone("", 3600)), None},
		"the year 1":                     {utc(1, 1, 1, 0, 0, 0, 100), 1},
		"a second into the year 1":       {utc(1, 1, 1, 0, 0, 1, 0), Second},
		"less than a step into the year": {utc(1, 1, 1, 0, 0, 0, 99), 0},
		"just before the year 1":         {utc(0, 12, 31, 23, 59, 59, 999_999_999), None},
		"the year -400":                  {utc(-400, 1, 1, 0, 0, 0, 0), None},
		"1970, as Microsoft counts it":   {utc(1970, 1, 1, 0, 0, 0, 0), 621_355_968_000_000_000},
		"just before 1970":               {utc(1969, 12, 31, 23, 59, 59, 999_999_900), 621_355_967_999_999_999},
		"a date with all digits":         {utc(2026, 5, 6, 7, 8, 9, 123_456_700), 639_136_480_891_234_567},
		"below a step":                   {utc(2026, 5, 6, 7, 8, 9, 123_456_799), 639_136_480_891_234_567},
		"in another zone":                {time.Date(2026, 5, 6, 9, 8, 9, 123_456_700, time.FixedZone("", 7200)), 639_136_480_891_234_567},
		"the end of 9999":                {utc(9999, 12, 31, 23, 59, 59, 999_999_999), lastTick},
		"10000":                          {utc(10000, 1, 1, 0, 0, 0, 0), None},
		"9999 in another zone":           {time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -3600)), None},
		"far away":                       {time.Unix(1<<60, 0), None},
		"far before":                     {time.Unix(-1<<60, 0), None},
		"as far as there is":             {time.Unix(math.MaxInt64, 0), None},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := Of(tt.time)
			assert.Equal(t, tt.want, got)
			if want := tt.time.Truncate(Tick).UTC(); got != None {
				assert.Equal(t, want, got.Time())
			} else {
				assert.Equal(t, time.Time{}, got.Time())
			}
		})
	}
}

// TestOrder shows that ticks are in the order of the times, and that Abs and Duration
// measure what lies between.
func TestOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 10_000 {
		a, b := Ticks(1+rng.Int64N(int64(lastTick))), Ticks(1+rng.Int64N(int64(lastTick)))
		if rng.IntN(2) == 0 {
			b = min(lastTick, a+Ticks(rng.Int64N(1e9)))
		}
		require.Equal(t, a, Of(a.Time()))
		require.Equal(t, a < b, a.Time().Before(b.Time()))
		require.Equal(t, (a - b).Abs(), (b - a).Abs())
		if gap := b.Time().Sub(a.Time()); gap != math.MaxInt64 && gap != math.MinInt64 {
			require.Equal(t, gap, (b - a).Duration())
			require.Equal(t, b-a, OfDuration(gap))
		}
	}
}

func TestDuration(t *testing.T) {
	const most = time.Duration(math.MaxInt64) / Tick * Tick
	tests := map[string]struct {
		ticks Ticks
		want  time.Duration
	}{
		"none":            {0, 0},
		"a step":          {1, Tick},
		"a second":        {Second, time.Second},
		"before":          {-Second, -time.Second},
		"the longest":     {Ticks(most / Tick), most},
		"too long":        {Ticks(most/Tick) + 1, most},
		"all years":       {lastTick, most},
		"too long before": {-lastTick, -most},
		"no time":         {None, -most},
		"the largest":     {math.MaxInt64, most},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.want, tt.ticks.Duration())
		})
	}
	for d, want := range map[time.Duration]Ticks{
		0: 0, 99: 0, -99: 0, 100: 1, -100: -1, 199: 1, time.Minute: 60 * Second,
		math.MaxInt64: math.MaxInt64 / 100, math.MinInt64: math.MinInt64 / 100,
	} {
		assert.Equal(t, want, OfDuration(d), d)
	}
}

func TestAbs(t *testing.T) {
	for ticks, want := range map[Ticks]Ticks{0: 0, 1: 1, -1: 1, lastTick: lastTick, -lastTick: lastTick} {
		assert.Equal(t, want, ticks.Abs())
	}
}

// FuzzOf asks whether times keep what ticks can hold of them, and whether all others are
// None.
func FuzzOf(f *testing.F) {
	f.Add(int64(0), int64(0))                         // 1970
	f.Add(int64(-1), int64(999_999_900))              // a step before it
	f.Add(int64(yearOne), int64(0))                   // the zero Time
	f.Add(int64(yearOne), int64(100))                 // a step after it
	f.Add(int64(yearOne-1), int64(999_999_999))       // before it
	f.Add(int64(yearOne+allYears-1), int64(1e9-1))    // the last of 9999
	f.Add(int64(yearOne+allYears), int64(0))          // after it
	f.Add(int64(math.MaxInt64), int64(math.MaxInt64)) // overflows
	f.Fuzz(func(t *testing.T, sec, nsec int64) {
		in := time.Unix(sec, nsec)
		got := Of(in)
		if year := in.UTC().Year(); in.IsZero() || year < 1 || year > 9999 {
			if got != None {
				t.Errorf("%v is %d, not None", in.UTC(), got)
			}
			return
		}
		if got < 0 || got > lastTick {
			t.Errorf("%v is %d", in.UTC(), got)
		}
		if want := in.UTC().Truncate(Tick); got.Time() != want {
			t.Errorf("%v comes back as %v", want, got.Time())
		}
	})
}
