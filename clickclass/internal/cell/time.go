package cell

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Time reads a time as exports write it and returns it in UTC:
//
//	2026-09-28T10:40:01.5123456Z     APIs, portal
//	2026-09-28 10:40:01.512+00:00    data frames
//	9/28/2026, 10:40:01.512 AM       Log Analytics portal
//	/Date(1790592001512)/            Windows PowerShell
//
// A time without a zone is UTC. Digits below the nanosecond are cut off. The years are 1
// to 9999. The error is an *Error.
func Time(s string) (time.Time, error) {
	var t time.Time
	var ok bool
	if len(s) >= 10 && s[4] == '-' {
		t, ok = parseISO(s)
	} else if _, rest, found := strings.Cut(s, "/Date("); found {
		t, ok = parseMillis(rest)
	} else {
		t, ok = parseUS(s)
	}
	if !ok || t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, newError("bad time", s)
	}
	return t, nil
}

// parseMillis reads what follows "/Date(": milliseconds since 1970, and a zone that does
// not change the instant.
func parseMillis(s string) (time.Time, bool) {
	s, _, closed := strings.Cut(s, ")")
	if zone := strings.LastIndexAny(s, "+-"); zone > 0 {
		s = s[:zone]
	}
	ms, err := strconv.ParseInt(s, 10, 64)
	return time.UnixMilli(ms).UTC(), closed && err == nil
}

// parseISO reads a date, alone or with a time of day.
func parseISO(s string) (time.Time, bool) {
	p := timeParser{s: s, at: len("2006-01-02")}
	p.year, p.month, p.day = digits(s[:4]), digits(s[5:7]), digits(s[8:10])
	p.bad = s[4] != '-' || s[7] != '-'
	switch {
	case p.atEnd():
	case s[10] == 'T', s[10] == ' ', s[10] == 't':
		p.at++
		p.clock(2)
	default:
		p.bad = true
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

func parseUS(s string) (time.Time, bool) {
	p := timeParser{s: s}
	p.month = p.number(1, 2)
	p.expect('/')
	p.day = p.number(1, 2)
	p.expect('/')
	p.year = p.number(4, 4)
	p.take(',')
	if p.spaces(); !p.atEnd() {
		p.clock(1)
	}
	return p.time()
}

// timeParser takes the parts of a time off s[at:]. It sets bad at the first thing that does
// not fit.
type timeParser struct {
	s   string
	at  int
	bad bool

	year, month, day            int
	hour, minute, second, nanos int
	offset                      int // of the zone, in seconds east of UTC
}

// time returns the time, and whether everything was in order and taken.
func (p *timeParser) time() (time.Time, bool) {
	if p.bad || !p.atEnd() || p.month < 1 || p.month > 12 || p.day < 1 || p.day > daysIn(p.year, p.month) ||
		p.hour > 23 || p.minute > 59 || p.second > 59 {
		return time.Time{}, false
	}
	t := time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, p.nanos, time.UTC)
	if p.offset != 0 {
		t = t.Add(-time.Duration(p.offset) * time.Second)
	}
	return t, true
}

// clock takes a time of day with at least the given number of digits for the hour, and
// its zone.
func (p *timeParser) clock(hourDigits int) {
	p.hour = p.number(hourDigits, 2)
	p.expect(':')
	p.minute = p.number(2, 2)
	if p.take(':') {
		p.second = p.number(2, 2)
		if p.take('.') {
			p.nanos = p.fraction()
		}
	}
	p.spaces()
	if rest := p.s[p.at:]; len(rest) >= 2 && (rest[1] == 'M' || rest[1] == 'm') {
		p.half(rest[0])
		p.at += 2
	}
	p.zone()
}

// half converts a twelve-hour clock to one of 24 hours.
func (p *timeParser) half(c byte) {
	if p.hour < 1 || p.hour > 12 {
		p.bad = true
		return
	}
	p.hour %= 12
	switch c {
	case 'A', 'a':
	case 'P', 'p':
		p.hour += 12
	default:
		p.bad = true
	}
}

// zone takes what is left: nothing, Z, UTC or an offset.
func (p *timeParser) zone() {
	p.spaces()
	switch p.s[p.at:] {
	case "", "Z", "z", "UTC", "GMT":
		p.at = len(p.s)
		return
	}
	sign := -1
	if !p.take('-') {
		sign = 1
		p.expect('+')
	}
	hours := p.number(2, 2)
	p.take(':')
	minutes := p.number(2, 2)
	if hours > 23 || minutes > 59 {
		p.bad = true
	}
	p.offset = sign * (hours*3600 + minutes*60)
}

// number takes a number of at least least and at most most digits.
func (p *timeParser) number(least, most int) int {
	n, from := 0, p.at
	for p.at < len(p.s) && p.at < from+most && isDigit(p.s[p.at]) {
		n = n*10 + int(p.s[p.at]-'0')
		p.at++
	}
	if p.at < from+least {
		p.bad = true
	}
	return n
}

// fraction takes the decimals of a second and returns them as nanoseconds.
func (p *timeParser) fraction() int {
	nanos, scale, from := 0, 100_000_000, p.at
	for p.at < len(p.s) && isDigit(p.s[p.at]) {
		nanos += int(p.s[p.at]-'0') * scale
		scale /= 10
		p.at++
	}
	if p.at == from {
		p.bad = true
	}
	return nanos
}

// spaces takes spaces, and the narrow no-break space that newer browsers put before AM
// and PM.
func (p *timeParser) spaces() {
	for !p.atEnd() && !isGraphic(p.s[p.at]) {
		r, n := utf8.DecodeRuneInString(p.s[p.at:])
		if r != ' ' && r != '\u202f' && r != '\u00a0' {
			return
		}
		p.at += n
	}
}

func (p *timeParser) take(c byte) bool {
	if p.atEnd() || p.s[p.at] != c {
		return false
	}
	p.at++
	return true
}

func (p *timeParser) expect(c byte) {
	if !p.take(c) {
		p.bad = true
	}
}

func (p *timeParser) atEnd() bool { return p.at == len(p.s) }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isGraphic reports whether c is a visible character of ASCII.
func isGraphic(c byte) bool { return ' ' < c && c < 0x7f }

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}
