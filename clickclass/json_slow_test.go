package clickclass

import (
	"math"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// slowRounded is appendRounded by strconv, for numbers whose decimals floating
// point rounds as it is written.
func slowRounded(f float64, digits int) string {
	scale := math.Pow10(digits)
	s := strconv.FormatFloat(math.Round(f*scale)/scale, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		return "0"
	}
	return s
}

func TestAppendRounded(t *testing.T) {
	for _, f := range []float64{0, math.Copysign(0, -1), 0.04, 0.05, -0.04, -0.05, 0.5, 0.95, 0.99995, 1, 9.99, 9.999, 10, -10.5, 99.95, 100, 123456.789} {
		for digits := range 5 {
			require.Equal(t, slowRounded(f, digits), string(appendRounded(nil, f, digits)), "%v, %d digits", f, digits)
		}
	}
	rng := rand.New(rand.NewPCG(7, 8))
	for range 100_000 {
		f, digits := rng.NormFloat64()*math.Pow10(rng.IntN(9)-2), rng.IntN(5)
		require.Equal(t, slowRounded(f, digits), string(appendRounded(nil, f, digits)), "%v, %d digits", f, digits)
	}
}

func TestAppendSeconds(t *testing.T) {
	tests := []struct {
		d      time.Duration
		digits int
		want   string
	}{
		{0, 3, "0"},
		{500_000, 3, "0.001"},
		{499_999, 3, "0"},
		{-500_000, 3, "-0.001"},
		{-499_999, 3, "0"},
		{1_000_500_000, 3, "1.001"},
		{-1_000_500_000, 3, "-1.001"},
		{3_250_000_000, 1, "3.3"},
		{-3_250_000_000, 1, "-3.3"},
		{3_249_999_999, 1, "3.2"},
		{130_876 * time.Second, 3, "130876"},
		{99_999_999 * time.Millisecond, 3, "99999.999"},
		{99_999_999_999 * time.Microsecond, 3, "100000"},
		{99_999_999_999_999_999, 1, "100000000"},
		{math.MaxInt64, 3, "9223372036.855"},
		{math.MinInt64, 3, "-9223372036.855"},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, string(appendSeconds(nil, tt.d, tt.digits)), "%d ns", tt.d)
	}
}

// TestAppendTime holds that times of tables are written as the layout does.
func TestAppendTime(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 8))
	for range 100_000 {
		at := ticks(rng.Int64N(allYears))*second + ticks(rng.IntN(10_000_000))
		if step := ticks(math.Pow10(rng.IntN(8))); rng.IntN(2) == 0 {
			at -= at % step // zeros at the end
		}
		if at == 0 {
			continue // the zero time
		}
		want := `"` + at.time().Format(time.RFC3339Nano) + `"`
		require.Equal(t, want, string(appendTime(nil, at.time())))
	}
}

// TestAppendIPv4 holds that addresses are written as netip does.
func TestAppendIPv4(t *testing.T) {
	for x := range 256 {
		for _, b := range [][4]byte{{byte(x), 0, 10, 100}, {255, byte(x), 99, 9}, {1, 9, byte(x), 99}, {100, 10, 0, byte(x)}} {
			require.Equal(t, `"`+netip.AddrFrom4(b).String()+`"`, string(appendIPv4(nil, b)))
		}
	}
}

// TestAppendNames holds that sets are written as All yields them.
func TestAppendNames(t *testing.T) {
	quoted := func(names []string) string {
		for i := range names {
			names[i] = strconv.Quote(names[i])
		}
		return strings.Join(names, ",")
	}
	for set := range Flags(1 << (numFlags + 1)) { // one that has no name
		require.Equal(t, quoted(slices.Collect(set.All())), string(appendNames(nil, uint32(set), flagNames[:])))
	}
	for set := range Missing(255) {
		require.Equal(t, quoted(slices.Collect(set.All())), string(appendNames(nil, uint32(set), missingNames[:])))
	}
}
