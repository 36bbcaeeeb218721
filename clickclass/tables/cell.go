package tables

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// kind is what a cell was in the export.
type kind uint8

const (
	kindText    kind = iota // a CSV field, or a JSON string
	kindLiteral             // a JSON number, true or false
	kindNested              // a JSON object or array
)

// cell is one value of a row as the export spells it. For a JSON string, text
// is what is between the quotes; it is decoded when it is asked for, since
// most columns never are. For null, it is empty.
type cell struct {
	text    string
	kind    kind
	escaped bool // text has backslash escapes (JSON) or doubled quotes (CSV)
	wide    bool // text has bytes beyond ASCII, which may be invalid UTF-8
}

// empty reports whether there is nothing in the cell. Some exporters spell
// that out.
func (c cell) empty() bool {
	switch len(c.text) {
	case 0:
		return true
	case 1:
		return c.text == "-"
	case 3:
		return c.text == "nan" || c.text == "NaN" || c.text == "N/A"
	case 4:
		return c.text == "null" || c.text == "NULL" || c.text == "None"
	}
	return false
}

// parseBool reads true and false in any case, 1 and 0.
func parseBool(s string) (v, ok bool) {
	switch len(s) {
	case 1:
		return s == "1", s == "0" || s == "1"
	case 4:
		return true, strings.EqualFold(s, "true")
	case 5:
		return false, strings.EqualFold(s, "false")
	case 3:
		return s == "1.0", s == "0.0" || s == "1.0"
	}
	return false, false
}

// parseInt reads a whole number, also as a spreadsheet or data frame writes it
// back: "3.0".
func parseInt(s string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSuffix(s, ".0"))
	return n, err == nil
}

// parseAddr reads one address as logs write it: bare, with a port, in brackets,
// with a zone, IPv4 mapped into IPv6, or defanged.
func parseAddr(s string) (netip.Addr, bool) {
	if strings.Contains(s, "[.]") {
		s = strings.ReplaceAll(s, "[.]", ".")
	}
	host := s
	switch {
	case strings.HasPrefix(s, "["):
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return netip.Addr{}, false
		}
		host = s[1:end]
		if rest := s[end+1:]; rest != "" && (rest[0] != ':' || !isPort(rest[1:])) {
			return netip.Addr{}, false
		}
	case strings.Count(s, ":") == 1: // IPv4 and port
		colon := strings.IndexByte(s, ':')
		if !isPort(s[colon+1:]) {
			return netip.Addr{}, false
		}
		host = s[:colon]
	}
	// A zone names an interface of the host that wrote the log.
	if percent := strings.IndexByte(host, '%'); percent >= 0 {
		host = host[:percent]
	}
	a, err := netip.ParseAddr(host)
	return a.Unmap(), err == nil
}

// parseIPv4 is parseAddr for the one form that nearly all addresses have, and
// refuses all else.
func parseIPv4(s string) (netip.Addr, bool) {
	var ip, field, digits, dots uint32
	for i := range len(s) {
		switch c := uint32(s[i]) - '0'; {
		case c <= 9:
			if digits++; digits > 1 && field == 0 { // a leading zero
				return netip.Addr{}, false
			}
			if field = field*10 + c; field > 255 {
				return netip.Addr{}, false
			}
		case s[i] == '.' && digits > 0:
			ip, field, digits, dots = ip<<8|field, 0, 0, dots+1
		default:
			return netip.Addr{}, false
		}
	}
	if digits == 0 || dots != 3 {
		return netip.Addr{}, false
	}
	ip = ip<<8 | field
	return netip.AddrFrom4([4]byte{byte(ip >> 24), byte(ip >> 16), byte(ip >> 8), byte(ip)}), true
}

func isPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

// maxAddrs bounds the further addresses that are taken from a cell.
const maxAddrs = 1000

// parseAddrs reads a cell with one address or several, also as a JSON array.
func parseAddrs(s string) (first netip.Addr, rest []netip.Addr, ok bool) {
	if a, ok := parseIPv4(s); ok {
		return a, nil, true
	}
	if a, ok := parseAddr(s); ok {
		return a, nil, true
	}
	for s != "" {
		var token string
		token, s = s, ""
		if i := strings.IndexAny(token, ",; \t\r\n\"|"); i >= 0 {
			token, s = token[:i], token[i+1:]
		}
		if token == "" || token == "[" || token == "]" || token == "[]" {
			continue
		}
		a, ok := parseAddr(token)
		if !ok {
			return netip.Addr{}, nil, false
		}
		switch {
		case !first.IsValid():
			first = a
		case len(rest) < maxAddrs:
			rest = append(rest, a)
		}
	}
	return first, rest, true
}

// parseTime reads a time as the exports write it:
//
//	2026-09-28T10:40:01.5123456Z     APIs, portal
//	2026-09-28 10:40:01.512+00:00    data frames
//	9/28/2026, 10:40:01.512 AM       Log Analytics portal
//	/Date(1790592001512)/            Windows PowerShell
//
// A time without a zone is UTC. Digits below the nanosecond are cut off.
func parseTime(s string) (time.Time, bool) {
	if len(s) >= 10 && s[4] == '-' {
		if t, ok := parseZulu(s); ok {
			return t, true
		}
		return parseISO(s)
	}
	if _, rest, ok := strings.Cut(s, "/Date("); ok {
		return parseDateMillis(rest)
	}
	return parseUS(s)
}

// parseDateMillis reads what follows "/Date(": milliseconds, and a zone that
// does not change the instant.
func parseDateMillis(s string) (time.Time, bool) {
	end := strings.IndexByte(s, ')')
	if end < 1 {
		return time.Time{}, false
	}
	s = s[:end]
	if zone := strings.LastIndexAny(s, "+-"); zone > 0 {
		s = s[:zone]
	}
	ms, err := strconv.ParseInt(s, 10, 64)
	if err != nil || ms < minMillis || ms > maxMillis {
		return time.Time{}, false
	}
	return time.UnixMilli(ms).UTC(), true
}

// The years 1 to 9999.
const (
	minMillis = -62135596800000
	maxMillis = 253402300799999
)

// parseZulu is parseISO for the one form that nearly all times have,
// 2026-09-28T10:40:01.5123456Z with any number of decimals up to nine. It
// refuses all else.
func parseZulu(s string) (time.Time, bool) {
	last := len(s) - 1
	if last < 19 || last > 29 || s[last] != 'Z' || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return time.Time{}, false
	}
	nanos := 0
	if last > 19 {
		if s[19] != '.' || last == 20 {
			return time.Time{}, false
		}
		if nanos = digits(s[20:last]); nanos < 0 {
			return time.Time{}, false
		}
		for n := last - 20; n < 9; n++ {
			nanos *= 10
		}
	}
	date, dateOK := pairs(load(s, 0), 0xff<<32|0xff<<56)
	clock, clockOK := pairs(load(s, 11), 0xff<<16|0xff<<40)
	year, month, day := int(date&0xff*100+date>>16&0xff), int(date>>40&0xff), digits(s[8:10])
	hour, minute, second := int(clock&0xff), int(clock>>24&0xff), int(clock>>48&0xff)
	if !dateOK || !clockOK || year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) ||
		hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC), true
}

// pairs reads the digits in eight bytes, but for those that are in marks, all at
// once: a byte of n is the number that this digit and the next make.
func pairs(w, marks uint64) (n uint64, ok bool) {
	w = (w ^ lows*'0') &^ marks
	return w*10 + w>>8, (w|(w+lows*(0x80-10)))&highs == 0
}

// digits returns the number that a few digits make, or a negative one.
func digits(s string) int {
	n := 0
	for i := range len(s) {
		c := int(s[i]) - '0'
		if c < 0 || c > 9 {
			return -1
		}
		n = n*10 + c
	}
	return n
}

func parseISO(s string) (time.Time, bool) {
	p := timeParser{s: s}
	year := p.number(4, 4)
	p.expect('-')
	month := p.number(2, 2)
	p.expect('-')
	day := p.number(2, 2)
	if p.s != "" {
		if !p.take('T') && !p.take(' ') && !p.take('t') {
			p.bad = true
		}
		p.clock(2)
	}
	return p.date(year, month, day)
}

func parseUS(s string) (time.Time, bool) {
	p := timeParser{s: s}
	month := p.number(1, 2)
	p.expect('/')
	day := p.number(1, 2)
	p.expect('/')
	year := p.number(4, 4)
	p.take(',')
	if p.spaces(); p.s != "" {
		p.clock(1)
	}
	return p.date(year, month, day)
}

// timeParser takes the parts of a time off the front of s. After the first
// thing that does not fit, bad is set.
type timeParser struct {
	s   string
	bad bool

	hour, minute, second, nanos int
	offset                      int // of the zone, in seconds east of UTC
}

// clock takes a time of day, whose hour has at least so many digits, and its
// zone.
func (p *timeParser) clock(hourDigits int) {
	p.hour = p.number(hourDigits, 2)
	p.expect(':')
	p.minute = p.number(2, 2)
	if p.take(':') {
		p.second = p.number(2, 2)
		p.nanos = p.fraction()
	}
	p.spaces()
	if len(p.s) >= 2 && (p.s[1] == 'M' || p.s[1] == 'm') {
		p.half(p.s[0])
		p.s = p.s[2:]
	}
	p.offset = p.zone()
}

// half makes a twelve-hour clock one of 24.
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

// number takes a number of at least least and at most most digits.
func (p *timeParser) number(least, most int) int {
	n, i := 0, 0
	for i < most && i < len(p.s) && '0' <= p.s[i] && p.s[i] <= '9' {
		n = n*10 + int(p.s[i]-'0')
		i++
	}
	if i < least {
		p.bad = true
	}
	p.s = p.s[i:]
	return n
}

func (p *timeParser) take(c byte) bool {
	if p.s != "" && p.s[0] == c {
		p.s = p.s[1:]
		return true
	}
	return false
}

func (p *timeParser) expect(c byte) {
	if !p.take(c) {
		p.bad = true
	}
}

// spaces takes spaces, also the narrow no-break one that newer browsers put
// before AM and PM.
func (p *timeParser) spaces() {
	for {
		r, n := utf8.DecodeRuneInString(p.s)
		if r != ' ' && r != '\u202f' && r != '\u00a0' {
			return
		}
		p.s = p.s[n:]
	}
}

// fraction takes a decimal point and digits and returns nanoseconds.
func (p *timeParser) fraction() int {
	if !p.take('.') {
		return 0
	}
	nanos, scale, i := 0, 100_000_000, 0
	for i < len(p.s) && '0' <= p.s[i] && p.s[i] <= '9' {
		nanos += int(p.s[i]-'0') * scale
		scale /= 10
		i++
	}
	if i == 0 {
		p.bad = true
	}
	p.s = p.s[i:]
	return nanos
}

// zone takes what is left: nothing, Z, UTC, or an offset, and returns seconds
// east of UTC.
func (p *timeParser) zone() int {
	p.spaces()
	switch p.s {
	case "", "Z", "z", "UTC", "GMT":
		p.s = ""
		return 0
	}
	sign := 1
	switch {
	case p.take('-'):
		sign = -1
	case !p.take('+'):
		p.bad = true
		return 0
	}
	hours := p.number(2, 2)
	p.take(':')
	minutes := p.number(2, 2)
	if p.s != "" || hours > 23 || minutes > 59 {
		p.bad = true
	}
	return sign * (hours*3600 + minutes*60)
}

// date returns the time on a day, if all was in order and all was taken.
func (p *timeParser) date(year, month, day int) (time.Time, bool) {
	if p.bad || p.s != "" || year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) ||
		p.hour > 23 || p.minute > 59 || p.second > 59 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, p.hour, p.minute, p.second, p.nanos, time.UTC)
	if p.offset != 0 {
		t = t.Add(-time.Duration(p.offset) * time.Second)
	}
	return t, true
}

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
