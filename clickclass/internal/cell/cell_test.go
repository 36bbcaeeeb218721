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
	for _, s := range []string{"", "-", "--", "nan", "NaN", "NaT", "N/A", "#N/A", "null", "Null", "NULL", "<null>", "(null)", "nil", "None", "Not Available", "undefined", `\N`, "#REF!", "#NAME?", "#DIV/0!"} {
		assert.True(t, IsEmpty(s), s)
		assert.True(t, IsUnknown(s), s)
	}
	for _, s := range []string{"unknown", "Unknown", "UNKNOWN", "none", "Not set", "not applicable", "00000000-0000-0000-0000-000000000000"} {
		assert.False(t, IsEmpty(s), s)
		assert.True(t, IsUnknown(s), s)
	}
	for _, s := range []string{" ", "0", "---", "x", "nobody", "n/a@contoso.example", "not available yet", "unknown user", "#REF", "#1"} {
		assert.False(t, IsEmpty(s), s)
		assert.False(t, IsUnknown(s), s)
	}
	for _, e := range append(empties[:], unknowns[:]...) {
		assert.True(t, IsUnknown(e), e)
	}
}

func TestBool(t *testing.T) {
	for s, want := range map[string]bool{"true": true, "True": true, "TRUE": true, "1": true, "1.0": true, "false": false, "False": false, "0": false, "0.0": false,
		"WAHR": true, "FALSCH": false, "Vrai": true, "FAUX": false, "VERO": true, "Falso": false, "Yes": true, "no": false} {
		got, err := Bool(s)
		assert.NoError(t, err, s)
		assert.Equal(t, want, got, s)
	}
	for _, s := range []string{"", "y", "2", "t", "truth", "1.00", strings.Repeat("true", 100)} {
		_, err := Bool(s)
		assert.EqualError(t, err, "bad bool "+Quote(s))
	}
}

func TestInt(t *testing.T) {
	for s, want := range map[string]int64{"0": 0, "3": 3, "3.0": 3, "3,0": 3, "-7": -7, "9223372036854775807": math.MaxInt64, "-9223372036854775808": math.MinInt64} {
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
		{"two-digit year", "9/28/26 10:40", "2026-09-28T10:40:00Z"},
		{"three-digit year", "9/28/226", "bad"},
		{"two digits of a year after dashes", "28-09-26", "bad"},
		{"year first", "2026/9/28 10:40:01", "2026-09-28T10:40:01Z"},
		{"year first, one digit", "2026-9-28 1:40:01", "2026-09-28T01:40:01Z"},
		{"dots", "28.09.2026 10:40:01", "2026-09-28T10:40:01Z"},
		{"dots throughout", "28.9.2026 10.40.01", "2026-09-28T10:40:01Z"},
		{"dots, month first", "09.28.2026", "bad"},
		{"decimal comma", "28.09.2026, 10:40:01,512", "2026-09-28T10:40:01.512Z"},
		{"dashes", "09-28-2026 10:40", "2026-09-28T10:40:00Z"},
		{"Kibana", "Sep 28, 2026 @ 10:40:01.512", "2026-09-28T10:40:01.512Z"},
		{"ISO with an @", "2026-09-28 @ 10:40:01.512", "2026-09-28T10:40:01.512Z"},
		{"Canada", "2026-09-28, 1:40:01 p.m.", "2026-09-28T13:40:01Z"},
		{"month and twelve hours", "Sep 28, 2026 1:40:01 PM", "2026-09-28T13:40:01Z"},
		{"month, comma", "September 28, 2026, 1:40:01\u202fPM", "2026-09-28T13:40:01Z"},
		{"PowerShell", "Monday, September 28, 2026 1:40:01 AM", "2026-09-28T01:40:01Z"},
		{"at", "September 28, 2026 at 10:40:01", "2026-09-28T10:40:01Z"},
		{"mail", "Mon, 28 Sep 2026 10:40:01 +0200", "2026-09-28T08:40:01Z"},
		{"GMT", "Mon, 28 Sep 2026 10:40:01 GMT", "2026-09-28T10:40:01Z"},
		{"day, name and dashes", "28-Sep-2026 10:40:01", "2026-09-28T10:40:01Z"},
		{"day, name and two digits", "28-Sep-26", "2026-09-28T00:00:00Z"},
		{"JavaScript", "Mon Sep 28 2026 12:40:01 GMT+0200 (Central European Summer Time)", "2026-09-28T10:40:01Z"},
		{"ctime", "Mon Sep 28 10:40:01 2026", "2026-09-28T10:40:01Z"},
		{"date of Unix", "Mon Sep 28 10:40:01 UTC 2026", "2026-09-28T10:40:01Z"},
		{"date of Unix in another zone", "Mon Sep 28 10:40:01 CEST 2026", "bad"},
		{"older Kibana", "September 28th 2026, 10:40:01.512", "2026-09-28T10:40:01.512Z"},
		{"web server", "28/Sep/2026:10:40:01 +0200", "2026-09-28T08:40:01Z"},
		{"Java", "2026-09-28T12:40:01+02:00[Europe/Paris]", "2026-09-28T10:40:01Z"},
		{"zone of hours", "2026-09-28 10:40:01+02", "2026-09-28T08:40:01Z"},
		{"no month", "Foo 28, 2026", "bad"},
		{"two letters", "Se 28, 2026", "bad"},
		{"more than a month", "Septembers 28, 2026", "bad"},
		{"month without a year", "Sep 28", "bad"},
		{"note not closed", "2026-09-28 10:40:01 (UTC", "bad"},
		{"seconds since 1970", "1790592001", "2026-09-28T10:40:01Z"},
		{"with decimals", "1790592001.5125", "2026-09-28T10:40:01.5125Z"},
		{"with a decimal comma", "1790592001,512", "2026-09-28T10:40:01.512Z"},
		{"milliseconds", "1790592001512", "2026-09-28T10:40:01.512Z"},
		{"milliseconds with decimals", "1790592001512.25", "2026-09-28T10:40:01.51225Z"},
		{"microseconds", "1790592001512345", "2026-09-28T10:40:01.512345Z"},
		{"nanoseconds", "1790592001512345678", "2026-09-28T10:40:01.512345678Z"},
		{"rounded by a spreadsheet", "1,79059E+12", "bad"},
		{"exponent", "1.790592001512e+12", "2026-09-28T10:40:01.512Z"},
		{"days of a spreadsheet", "46293.4444618", "2026-09-28T10:40:01.5Z"},
		{"number of no unit", "20260928", "bad"},
		{"number out of reach", "946684799", "bad"},
		{"number too large", "99999999999999999999", "bad"},
		{"two points", "1790592001.5.1", "bad"},
		{"point without decimals", "1790592001.", "bad"},
		{"IP address", "10.11.12.13", "bad"},
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

// TestTimeIn reads dates in the order that is told. Other forms have one order.
func TestTimeIn(t *testing.T) {
	for _, tt := range []struct{ cell, monthFirst, dayFirst string }{
		{"3/8/2026", "2026-03-08", "2026-08-03"},
		{"03-08-2026 10:40", "2026-03-08", "2026-08-03"},
		{"3/8/26", "2026-03-08", "2026-08-03"},
		{"13/08/2026", "bad", "2026-08-13"},
		{"08/13/2026", "2026-08-13", "bad"},
		{"03.08.2026", "2026-08-03", "2026-08-03"},
		{"2026/08/03", "2026-08-03", "2026-08-03"},
		{"2026-08-03", "2026-08-03", "2026-08-03"},
		{"Aug 3, 2026", "2026-08-03", "2026-08-03"},
	} {
		t.Run(tt.cell, func(t *testing.T) {
			for o, want := range map[Order]string{MonthFirst: tt.monthFirst, DayFirst: tt.dayFirst} {
				got, err := TimeIn(tt.cell, o)
				if want == "bad" {
					assert.Error(t, err)
					continue
				}
				require.NoError(t, err)
				assert.Equal(t, want, got.Format(time.DateOnly))
			}
		})
	}
}

// TestEvent keeps to the years in which a log can have been written.
func TestEvent(t *testing.T) {
	for _, tt := range []struct{ name, cell, want string }{
		{"time", "2026-09-28T10:40:01Z", "2026-09-28T10:40:01Z"},
		{"first year", "2000-01-01", "2000-01-01T00:00:00Z"},
		{"last year", "2099-12-31T23:59:59Z", "2099-12-31T23:59:59Z"},
		{"zero time of .NET", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
		{"zero time of .NET in words", "1/1/0001 12:00:00 AM", "0001-01-01T00:00:00Z"},
		{"zero time of Windows", "1601-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
		{"zero time of Unix", "1970-01-01T00:00:00.000Z", "0001-01-01T00:00:00Z"},
		{"year before", "1999-12-31T23:59:59Z", "out of reach"},
		{"year after", "2100-01-01T00:00:00Z", "out of reach"},
		{"a clock gone wrong", "2611-02-19T08:34:33Z", "out of reach"},
		{"no time", "yesterday", "bad"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Event(tt.cell, MonthFirst)
			switch tt.want {
			case "bad":
				assert.EqualError(t, err, "bad time "+Quote(tt.cell))
			case "out of reach":
				assert.EqualError(t, err, "time out of reach "+Quote(tt.cell))
			default:
				require.NoError(t, err)
				assert.Equal(t, tt.want, got.Format(time.RFC3339Nano))
			}
			assert.True(t, err == nil || got.IsZero())
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
		"Mon, 28 Sep 2026 10:40:01 GMT", "28.09.2026 10.40", "1790592001.5", "1.79e12", "46293.44", "Sep 28, 2026 @ 10:40:01.512",
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
