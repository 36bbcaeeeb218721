package cell

import (
	"strings"
	"time"
	"unicode/utf8"
)

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
	if p.bad || !p.atEnd() || p.year < 1 || p.month < 1 || p.month > 12 || p.day < 1 || p.day > daysIn(p.year, p.month) ||
		p.hour > 23 || p.minute > 59 || p.second > 59 {
		return time.Time{}, false
	}
	t := time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, p.nanos, time.UTC)
	if p.offset == 0 {
		return t, true
	}
	t = t.Add(-time.Duration(p.offset) * time.Second)
	return t, hasValidYear(t)
}

// weekday takes the name of a day, if there is one, and what parts it from the date.
func (p *timeParser) weekday() {
	if at := p.at; nameIndex(weekdays[:], p.word()) >= 0 {
		p.take(',')
		p.spaces()
	} else {
		p.at = at
	}
}

// monthName takes the name of a month, or its first letters, and returns its number.
func (p *timeParser) monthName() int {
	month := nameIndex(months[:], p.word()) + 1
	p.take('.')
	return month
}

var (
	weekdays = [...]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
	months   = [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}
)

// nameIndex returns the index of the name that begins with three letters or more of word,
// or -1.
func nameIndex(names []string, word string) int {
	for i, name := range names {
		if len(word) >= 3 && len(word) <= len(name) && strings.EqualFold(name[:len(word)], word) {
			return i
		}
	}
	return -1
}

// word takes letters.
func (p *timeParser) word() string {
	from := p.at
	for !p.atEnd() && isLetter(p.s[p.at]) {
		p.at++
	}
	return p.s[from:p.at]
}

// dateSeparator takes what stands between the parts of a date and returns it.
func (p *timeParser) dateSeparator() byte {
	for _, c := range [...]byte{'/', '-', '.'} {
		if p.take(c) {
			return c
		}
	}
	return ' '
}

// separator takes what stands between a date and a time of day: space, a comma, an @, "at".
func (p *timeParser) separator() {
	from := p.at
	p.take(',')
	p.spaces()
	p.take('@')
	if strings.HasPrefix(p.s[p.at:], "at ") {
		p.at += len("at ")
	}
	p.spaces()
	if p.at == from && !p.take('T') && !p.take(':') {
		p.bad = true
	}
}

// clock takes a time of day with at least the given number of digits for the hour, and
// its zone.
func (p *timeParser) clock(hourDigits int) {
	p.timeOfDay(hourDigits)
	p.zone()
}

func (p *timeParser) timeOfDay(hourDigits int) {
	p.hour = p.number(hourDigits, 2)
	colon := byte(':')
	if p.take('.') { // as in Denmark and Finland
		colon = '.'
	} else {
		p.expect(':')
	}
	p.minute = p.number(2, 2)
	if p.take(colon) {
		p.second = p.number(2, 2)
		if p.take('.') || p.take(',') {
			p.nanos = p.fraction()
		}
	}
	p.spaces()
	p.half()
	p.spaces()
}

// ordinal takes the end of 1st, 2nd, 3rd or 4th, if it is there.
func (p *timeParser) ordinal() {
	for _, end := range [...]string{"st", "nd", "rd", "th"} {
		if strings.HasPrefix(p.s[p.at:], end) {
			p.at += len(end)
			return
		}
	}
}

// takeUTC takes UTC or GMT, if it is there.
func (p *timeParser) takeUTC() {
	if rest := p.s[p.at:]; strings.HasPrefix(rest, "UTC") || strings.HasPrefix(rest, "GMT") {
		p.at += len("UTC")
	}
}

// half takes AM or PM, if it is there: also "p.m.".
func (p *timeParser) half() {
	at, half := p.at, byte(0)
	if !p.atEnd() {
		half = p.s[p.at] | 0x20
		p.at++
	}
	p.take('.')
	p.spaces()
	if half != 'a' && half != 'p' || !p.take('M') && !p.take('m') {
		p.at = at
		return
	}
	p.take('.')
	if p.hour < 1 || p.hour > 12 {
		p.bad = true
	}
	p.hour %= 12
	if half == 'p' {
		p.hour += 12
	}
}

// zone takes what is left: nothing, Z, UTC, GMT or an offset, and its name in parentheses
// or brackets.
func (p *timeParser) zone() {
	if !p.take('Z') && !p.take('z') {
		p.takeUTC()
	}
	if sign := p.sign(); sign != 0 {
		hours, minutes := p.number(2, 2), 0
		if p.take(':') || !p.atEnd() && isDigit(p.s[p.at]) {
			minutes = p.number(2, 2)
		}
		if hours > 23 || minutes > 59 {
			p.bad = true
		}
		p.offset = sign * (hours*3600 + minutes*60)
	}
	p.spaces()
	if p.take('(') && strings.HasSuffix(p.s, ")") || p.take('[') && strings.HasSuffix(p.s, "]") {
		p.at = len(p.s)
	}
}

// sign takes a sign and returns 1 or -1, or 0 if there is none.
func (p *timeParser) sign() int {
	switch {
	case p.take('+'):
		return 1
	case p.take('-'):
		return -1
	}
	return 0
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

// fraction takes decimals and returns them as billionths.
func (p *timeParser) fraction() int {
	billionths, scale, from := 0, 100_000_000, p.at
	for p.at < len(p.s) && isDigit(p.s[p.at]) {
		billionths += int(p.s[p.at]-'0') * scale
		scale /= 10
		p.at++
	}
	if p.at == from {
		p.bad = true
	}
	return billionths
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

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

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
