package cell

import (
	"strconv"
	"strings"
	"time"
)

// unit is a unit in which exports count time.
type unit struct {
	epoch     int64 // where it counts from, in seconds since 1970
	perSecond int64 // or 0
	seconds   int64 // of one, where perSecond is 0
}

// units has the units that numbers are tried in. No number is a time of the years 2000 to
// 2099 in two of them.
var units = [...]unit{
	{perSecond: 1},
	{perSecond: 1e3},
	{perSecond: 1e6},
	{perSecond: 1e9},
	{epoch: -25569 * 86400, seconds: 86400}, // days since 30 December 1899, in spreadsheets
}

// isNumber reports whether s is a number, with decimals and an exponent or without.
func isNumber(s string) bool {
	marks := 0
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
		case c == '.', c == ',':
			marks++
		case i > 0 && (c == 'e' || c == 'E' || c == '+'):
		default:
			return false
		}
	}
	return s != "" && isDigit(s[0]) && marks <= 1
}

// parseNumber reads a time as a number. The unit follows from its size.
func parseNumber(s string) (time.Time, bool) {
	s = strings.Replace(s, ",", ".", 1)
	if mantissa := strings.IndexAny(s, "eE+"); mantissa >= 0 { // 1.790592001512e+12
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || mantissa <= len("1.79059") {
			return time.Time{}, false // a spreadsheet has rounded it to hours
		}
		s = strconv.FormatFloat(f, 'f', -1, 64)
	}
	whole, decimals, hasDecimals := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	p := timeParser{s: decimals}
	var billionths int64
	if hasDecimals {
		billionths = int64(p.fraction())
	}
	for _, u := range units {
		if t := u.time(n, billionths); isWithinReach(t) {
			return t, !p.bad
		}
	}
	return time.Time{}, false
}

// time returns the time that is n and a fraction of the units after the epoch.
func (u unit) time(n, billionths int64) time.Time {
	if u.perSecond != 0 {
		return time.Unix(n/u.perSecond, n%u.perSecond*(1e9/u.perSecond)+billionths/u.perSecond).UTC()
	}
	if n > 1e6 { // beyond reach, and too much for a product
		return time.Time{}
	}
	// A spreadsheet does not know days more exactly than this.
	return time.Unix(u.epoch+n*u.seconds, billionths*u.seconds).Round(time.Millisecond).UTC()
}
