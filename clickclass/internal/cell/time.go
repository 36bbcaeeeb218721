package cell

import (
	"strconv"
	"strings"
	"time"
)

// Order is the order of day and month in a date that is all numbers, such as 3/8/2026.
type Order uint8

const (
	MonthFirst Order = iota
	DayFirst
)

// Time reads a time as exports write it and returns it in UTC. Dates such as 3/8/2026 are
// read month first, see [TimeIn].
func Time(s string) (time.Time, error) { return TimeIn(s, MonthFirst) }

// TimeIn reads a time as exports write it and returns it in UTC:
//
//	2026-09-28T10:40:01.5123456Z     APIs, portal
//	2026-09-28 10:40:01.512+00:00    data frames
//	9/28/2026, 10:40:01.512 AM       Log Analytics portal
//	28/09/2026 10:40, 28-09-2026     spreadsheets, in the order that is told
//	28.09.2026 10:40:01              spreadsheets; the day is first
//	2026/09/28 10:40:01              spreadsheets
//	Sep 28, 2026 @ 10:40:01.512      Kibana
//	28 Sep 2026 10:40:01             and other dates with an English name of the month
//	/Date(1790592001512)/            Windows PowerShell
//	1790592001.512, 1790592001512    since 1970 in seconds, or finer by the size
//	46293.4444618                    days in a spreadsheet
//
// A time without a zone is UTC. Digits below the nanosecond are cut off. The years are 1
// to 9999; two digits are a year of this century. The error is an *Error.
func TimeIn(s string, o Order) (time.Time, error) {
	var t time.Time
	var ok bool
	switch {
	case len(s) >= 10 && s[4] == '-' && s[7] == '-':
		t, ok = parseISO(s)
	case isNumber(s):
		t, ok = parseNumber(s)
	default:
		if _, rest, found := strings.Cut(s, "/Date("); found {
			t, ok = parseMillis(rest)
		} else {
			t, ok = parseDate(s, o)
		}
	}
	if !ok {
		return time.Time{}, newError("bad time", s)
	}
	return t, nil
}

// Event reads the time of an event in a log. Zero times with which programs say that there
// is none give the zero Time. The error is an *Error, also for a year outside 2000 to 2099:
// that is a clock gone wrong, or a cell of another column.
func Event(s string, o Order) (time.Time, error) {
	t, err := TimeIn(s, o)
	switch {
	case err != nil || isWithinReach(t):
		return t, err
	case t.IsZero(), t.Equal(zeroOfWindows), t.Equal(time.Unix(0, 0)):
		return time.Time{}, nil
	}
	return time.Time{}, newError("time out of reach", s)
}

var (
	zeroOfWindows = time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)
	firstWithin   = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	firstBeyond   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
)

func isWithinReach(t time.Time) bool { return firstWithin <= t.Unix() && t.Unix() < firstBeyond }

// hasValidYear reports whether the year of t is one that JSON can hold.
func hasValidYear(t time.Time) bool { return 1 <= t.Year() && t.Year() <= 9999 }

// parseMillis reads what follows "/Date(": milliseconds since 1970, and a zone that does
// not change the instant.
func parseMillis(s string) (time.Time, bool) {
	s, _, closed := strings.Cut(s, ")")
	if zone := strings.LastIndexAny(s, "+-"); zone > 0 {
		s = s[:zone]
	}
	ms, err := strconv.ParseInt(s, 10, 64)
	t := time.UnixMilli(ms).UTC()
	return t, closed && err == nil && hasValidYear(t)
}

// parseISO reads a date with two dashes, alone or with a time of day.
func parseISO(s string) (time.Time, bool) {
	p := timeParser{s: s, at: len("2006-01-02")}
	p.year, p.month, p.day = digits(s[:4]), digits(s[5:7]), digits(s[8:10])
	switch {
	case p.atEnd():
	case s[10] == 'T', s[10] == 't':
		p.at++
		p.clock(2)
	default:
		p.separator()
		p.clock(1)
	}
	return p.time()
}

// digits returns the number that a few digits are, or -1.
func digits(s string) int {
	n := 0
	for i := range len(s) {
		if !isDigit(s[i]) {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// parseDate reads a date in one of the other forms, alone or with a time of day.
func parseDate(s string, o Order) (time.Time, bool) {
	p := timeParser{s: s}
	p.weekday()
	if !p.atEnd() && isLetter(p.s[p.at]) {
		p.namedMonth()
	} else {
		p.numericDate(o)
	}
	if !p.bad && !p.atEnd() {
		p.separator()
		p.clock(1)
	}
	return p.time()
}

// namedMonth takes a date that begins with the name of a month: Sep 28, 2026, or, with the
// time of day within, Sep 28 10:40:01 2026.
func (p *timeParser) namedMonth() {
	p.month = p.monthName()
	p.spaces()
	p.day = p.number(1, 2)
	p.ordinal()
	p.take(',')
	p.spaces()
	if rest := p.s[p.at:]; len(rest) > 2 && rest[2] == ':' {
		p.timeOfDay(2)
		p.takeUTC()
		p.spaces()
	}
	p.year = p.number(4, 4)
}

// numericDate takes a date that begins with a number: 28/9/2026, 2026/9/28, 28 Sep 2026.
func (p *timeParser) numericDate(o Order) {
	from := p.at
	first := p.number(1, 4)
	yearFirst := p.at-from == 4
	c := p.dateSeparator()
	if p.spaces(); !p.atEnd() && isLetter(p.s[p.at]) {
		p.day, p.month = first, p.monthName()
		if !p.take(c) {
			p.spaces()
		}
		p.shortYear()
		return
	}
	second := p.number(1, 2)
	p.expect(c)
	switch {
	case c == ' ':
		p.bad = true
	case yearFirst:
		p.year, p.month, p.day = first, second, p.number(1, 2)
	case c == '.' || o == DayFirst:
		p.day, p.month = first, second
	default:
		p.month, p.day = first, second
	}
	switch {
	case yearFirst:
	case c == '-': // 26-08-12 may begin with the year
		p.year = p.number(4, 4)
	default:
		p.shortYear()
	}
}

// shortYear takes a year of four digits or two.
func (p *timeParser) shortYear() {
	from := p.at
	p.year = p.number(2, 4)
	switch p.at - from {
	case 2:
		p.year += 2000
	case 3:
		p.bad = true
	}
}
