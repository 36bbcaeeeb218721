package cell

import (
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestIsEmpty(t *testing.T) {
	for _, s := range []string{"", "-", "nan", "NaN", "N/A", "null", "NULL", "None"} {
		assert.True(t, IsEmpty(s), s)
	}
	for _, s := range []string{" ", "0", "none", "Null", "--", "x"} {
		assert.False(t, IsEmpty(s), s)
	}
}

func TestBool(t *testing.T) {
	for s, want := range map[string]bool{"true": true, "True": true, "TRUE": true, "1": true, "1.0": true, "false": false, "False": false, "0": false, "0.0": false} {
		got, err := Bool(s)
		assert.NoError(t, err, s)
		assert.Equal(t, want, got, s)
	}
	for _, s := range []string{"", "yes", "2", "t", "truth", "1.00"} {
		_, err := Bool(s)
		assert.EqualError(t, err, "bad bool "+Quote(s))
	}
}

func TestInt(t *testing.T) {
	for s, want := range map[string]int64{"0": 0, "3": 3, "3.0": 3, "-7": -7, "9223372036854775807": math.MaxInt64, "-9223372036854775808": math.MinInt64} {
		got, err := Int(s)
		assert.NoError(t, err, s)
		assert.Equal(t, want, got, s)
	}
	for _, s := range []string{"", "3.5", "1e3", "9223372036854775808", "x", " 3"} {
		_, err := Int(s)
		assert.EqualError(t, err, "bad number "+Quote(s))
	}
}

func TestTime(t *testing.T) {
	for _, tt := range []struct{ name, cell, want string }{
		{"APIs", "2026-09-28T10:40:01.5123456Z", "2026-09-28T10:40:01.5123456Z"},
		{"digits below the nanosecond", "2026-09-28T10:40:01.512345678901Z", "2026-09-28T10:40:01.512345678Z"},
		{"data frame", "2026-09-28 10:40:01.434289+00:00", "2026-09-28T10:40:01.434289Z"},
		{"zone", "2026-09-28T10:40:01+02:00", "2026-09-28T08:40:01Z"},
		{"zone without a colon", "2026-09-28T10:40:01-0530", "2026-09-28T16:10:01Z"},
		{"date alone", "2026-09-28", "2026-09-28T00:00:00Z"},
		{"without seconds", "2026-09-28T10:40", "2026-09-28T10:40:00Z"},
		{"Log Analytics portal", "9/28/2026, 10:40:01.512 AM", "2026-09-28T10:40:01.512Z"},
		{"narrow no-break space", "9/28/2026, 10:40:01.512\u202fPM", "2026-09-28T22:40:01.512Z"},
		{"midnight", "09/08/2026 12:00:01 AM", "2026-09-08T00:00:01Z"},
		{"noon", "9/8/2026 12:00:01 PM", "2026-09-08T12:00:01Z"},
		{"Windows PowerShell", "/Date(1790592001512)/", "2026-09-28T10:40:01.512Z"},
		{"Windows PowerShell, zone", `\/Date(1790592001512+0200)\/`, "2026-09-28T10:40:01.512Z"},
		{"before 1970", "/Date(-1)/", "1969-12-31T23:59:59.999Z"},
		{"first moment", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
		{"last moment", "9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999999Z"},
		{"before the first year", "0001-01-01T00:00:00+00:01", "bad"},
		{"after the last year", "9999-12-31T23:59:59-00:01", "bad"},
		{"year 0", "0000-01-01", "bad"},
		{"no such day", "2026-02-29", "bad"},
		{"no such hour", "2026-09-28T24:00:00Z", "bad"},
		{"no such zone", "2026-09-28T10:40:01+25:00", "bad"},
		{"name of a zone", "2026-09-28T10:40:01 CEST", "bad"},
		{"no decimals", "2026-09-28T10:40:01.Z", "bad"},
		{"text after it", "2026-09-28T10:40:01Zx", "bad"},
		{"more text than a day", "2026-09-281", "bad"},
		{"no digits", "2026-0x-28", "bad"},
		{"13 PM", "9/28/2026 13:40:01 PM", "bad"},
		{"two-digit year", "9/28/26", "bad"},
		{"milliseconds out of range", "/Date(99999999999999999)/", "bad"},
		{"not closed", "/Date(1790592001512", "bad"},
		{"empty", "", "bad"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Time(tt.cell)
			if tt.want == "bad" {
				assert.EqualError(t, err, "bad time "+Quote(tt.cell))
				assert.Zero(t, got)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, got.Format(time.RFC3339Nano))
			assert.Equal(t, time.UTC, got.Location())
		})
	}
}

// FuzzTime asks: is a time that package time reads read alike?
func FuzzTime(f *testing.F) {
	for _, seed := range []string{
		"2026-09-28T10:40:01.5123456Z",    // seven decimals
		"2026-09-28T10:40:01Z",            // none
		"2026-09-28T10:40:01.Z",           // a point without any
		"2026-02-30T10:40:01Z",            // no such day
		"2026-09-28T10:40:01.1234567890Z", // more than nanoseconds
		"2026-09-28T10:40:01+02:00",       // zone
		"0001-01-01T00:00:00+23:59",       // a year before the first
		"2026-0/-28T10:40:01Z", "2026-09-28T10:40:0:Z", "0000-01-01T00:00:00Z", "2026-09-28T24:00:00Z", "9/28/2026, 10:40 AM",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Time(s)
		if err == nil {
			again, err := Time(got.Format(time.RFC3339Nano))
			assert.NoError(t, err)
			assert.Equal(t, got, again)
		}
		if len(s) < len("2006-01-02T15:04:05Z") || s[13] != ':' || strings.Contains(s, ",") {
			return // package time takes hours of one digit and decimal commas
		}
		var want time.Time
		if want.UnmarshalText([]byte(s)) != nil || want.UTC().Year() < 1 || want.UTC().Year() > 9999 {
			return
		}
		assert.NoError(t, err)
		assert.Equal(t, want.UTC(), got)
	})
}

func TestAddrs(t *testing.T) {
	for _, tt := range []struct{ name, cell, want string }{
		{"IPv4", "198.51.100.7", "198.51.100.7"},
		{"port", "198.51.100.7:443", "198.51.100.7"},
		{"defanged", "198.51.100[.]7", "198.51.100.7"},
		{"IPv6", "2001:0DB8:0:0:0:0:0:1", "2001:db8::1"},
		{"brackets and port", "[2001:db8::1]:443", "2001:db8::1"},
		{"zone", "fe80::1%eth0", "fe80::1"},
		{"zone in brackets", "[fe80::1%25eth0]:80", "fe80::1"},
		{"empty zone", "fe80::1%", "fe80::1"},
		{"mapped", "::ffff:198.51.100.7", "198.51.100.7"},
		{"several", "198.51.100.7, 203.0.113.9;[2001:db8::1]:443", "198.51.100.7 203.0.113.9 2001:db8::1"},
		{"JSON array", `[ "198.51.100.7", "2001:db8::1" ]`, "198.51.100.7 2001:db8::1"},
		{"empty JSON array", "[]", "invalid IP"},
		{"empty", "", "invalid IP"},
		{"too short", "198.51.100", "bad"},
		{"no such port", "198.51.100.7:70000", "bad"},
		{"no port", "198.51.100.7:", "bad"},
		{"bracket not closed", "[2001:db8::1", "bad"},
		{"text after brackets", "[2001:db8::1]x", "bad"},
		{"leading zero", "198.051.100.7", "bad"},
		{"one bad among several", "198.51.100.7, x", "bad"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			first, more, err := Addrs(tt.cell)
			if tt.want == "bad" {
				assert.EqualError(t, err, "bad address "+Quote(tt.cell))
				return
			}
			require.NoError(t, err)
			got := []string{first.String()}
			for _, a := range more {
				got = append(got, a.String())
			}
			assert.Equal(t, tt.want, strings.Join(got, " "))
		})
	}
	for n, want := range map[int]int{maxAddrs + 1: maxAddrs, maxAddrs + 2: maxAddrs, 10: 9} {
		_, more, err := Addrs(strings.Repeat("198.51.100.7 ", n))
		assert.NoError(t, err)
		assert.Len(t, more, want)
	}
}

// FuzzAddrs asks: is what package netip reads read alike, and are addresses found again
// that were written one beside the other?
func FuzzAddrs(f *testing.F) {
	for _, seed := range []string{
		"198.51.100.7", "2001:db8::1", // plain
		"::ffff:198.51.100.7", "fe80::1%eth0", // in need of a change
		"198.51.100.7:443", "[2001:db8::1]:443", "[::1%a]", // with more than the address
		"198.51.100.7, 203.0.113.9", `["a","b"]`, // several
		"198.051.100.7", "1:2", "%", "[", "]", "[.]", "1.2.3.4%eth0", // none, or nearly
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		first, more, err := Addrs(s)
		if want, parseErr := netip.ParseAddr(s); parseErr == nil {
			assert.NoError(t, err)
			assert.Equal(t, want.Unmap().WithZone(""), first)
			assert.Empty(t, more)
		}
		if err != nil {
			assert.False(t, first.IsValid())
			return
		}
		if !first.IsValid() {
			assert.Empty(t, more)
			return
		}
		text := first.String()
		for _, a := range more {
			assert.True(t, a.IsValid())
			text += ", " + a.String()
		}
		firstAgain, moreAgain, err := Addrs(text)
		assert.NoError(t, err)
		assert.Equal(t, first, firstAgain)
		assert.Equal(t, more, moreAgain)
	})
}

func TestQuote(t *testing.T) {
	assert.Equal(t, `"tomorrow"`, Quote("tomorrow"))
	assert.Equal(t, "of 19 bytes", Quote("ada@contoso.example"))
}
