package safelinks

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/whoclicked/whoclicked/internal/quote"
)

// GUID is a 16-byte identifier. The zero GUID means none and has the text "".
//
// The bytes are in the order in which they are written. Exchange stamps most of its
// ids with a clock, so not all of them are valid UUIDs of RFC 9562, and ParseGUID
// does not ask for that.
type GUID [16]byte

// ParseGUID parses 32 hexadecimal digits with or without dashes and braces.
func ParseGUID(s string) (GUID, error) {
	g, ok := parseGUID(s)
	if !ok {
		return GUID{}, &guidError{input: s}
	}
	return g, nil
}

// guidError is the error of [ParseGUID]. Its text is made when somebody asks for it:
// ids are parsed for every row of a log, and most callers ask only whether it worked.
type guidError struct{ input string }

func (e *guidError) Error() string {
	const what = "safelinks: parse GUID: not 32 hexadecimal digits: "
	if quoted, ok := quote.Safe(e.input); ok {
		return what + quoted
	}
	return fmt.Sprintf("%stext of %d bytes", what, len(e.input))
}

// parseGUID is ParseGUID without the error.
func parseGUID(s string) (g GUID, ok bool) {
	if len(s) > 2 && s[0] == '{' && s[len(s)-1] == '}' {
		s = s[1 : len(s)-1]
	}
	var digits [32]byte
	switch {
	case len(s) == 32:
		copy(digits[:], s)
	case len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-':
		copy(digits[:8], s)
		copy(digits[8:12], s[9:])
		copy(digits[12:16], s[14:])
		copy(digits[16:20], s[19:])
		copy(digits[20:], s[24:])
	default:
		return GUID{}, false
	}
	if _, err := hex.Decode(g[:], digits[:]); err != nil {
		return GUID{}, false
	}
	return g, true
}

// IsZero reports whether g is the zero GUID.
func (g GUID) IsZero() bool { return g == GUID{} }

// String returns the dashed lower-case form, the one of UrlClickEvents and
// EmailEvents, and "" for the zero GUID.
func (g GUID) String() string {
	if g.IsZero() {
		return ""
	}
	return g.dashed()
}

// dashed returns the dashed lower-case form, also of the zero GUID.
func (g GUID) dashed() string {
	b := hex.AppendEncode(make([]byte, 0, 36), g[:4])
	for _, group := range [...][]byte{g[4:6], g[6:8], g[8:10], g[10:]} {
		b = hex.AppendEncode(append(b, '-'), group)
	}
	return string(b)
}

// MarshalText returns the text of [GUID.String].
func (g GUID) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads what [ParseGUID] reads, and "" as the zero GUID.
func (g *GUID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*g = GUID{}
		return nil
	}
	parsed, err := ParseGUID(string(b))
	if err == nil {
		*g = parsed
	}
	return err
}

// The years in which the clock of an id is believed. The upper sixteen bits of the
// clock step every 325.8 days; 0x08d0 begins on 2013-04-05, before Safe Links existed,
// and 0x08f0 on 2041-10-20. A random GUID falls inside with a chance of 1 in 2048.
const (
	firstClock = 0x08d0
	lastClock  = 0x08ef
)

// MessageTimeBucket is the resolution of [MessageTime], about 6.6 ms: an id keeps the
// upper 48 bits of a 64-bit count of 100 ns.
const MessageTimeBucket = 65536 * 100 * time.Nanosecond

// MessageTime returns the time encoded in a Network-Message-Id or ReportId. The true
// time lies within the following [MessageTimeBucket]. It reports false if id has no
// plausible clock.
//
// It is the time at which Microsoft 365 took in the message or wrote the report, in
// UTC. The last twelve hexadecimal digits of these ids are the upper bits of a count of
// 100 ns since the year 1; a clock outside the years 2013 to 2041 is not plausible.
// Ids of other makers have no clock, but one in about two thousand random GUIDs
// passes by accident.
func MessageTime(id string) (time.Time, bool) {
	g, ok := parseGUID(id)
	if !ok {
		return time.Time{}, false
	}
	return g.clock()
}

// Time returns the clock of an id that Microsoft 365 stamped, in UTC and to the full 100
// ns, and false if g has no plausible clock. It is finer than [MessageTime]: the fourth
// group of the id has the lower 16 bits of the clock. Rows of UrlClickEvents whose
// Timestamp has seven digits agree with their ReportId in all of them.
func (g GUID) Time() (time.Time, bool) {
	t, ok := g.clock()
	if !ok {
		return t, false
	}
	return t.Add(time.Duration(binary.BigEndian.Uint16(g[8:])) * 100 * time.Nanosecond), true
}

// clock returns the time in an id to the resolution of [MessageTimeBucket].
func (g GUID) clock() (time.Time, bool) {
	ticks := binary.BigEndian.Uint64(g[8:]) << 16
	if top := ticks >> 48; top < firstClock || top > lastClock {
		return time.Time{}, false
	}
	return ticksTime(int64(ticks)), true
}

// unixTicks is 1970-01-01 in .NET ticks: 100 ns since 0001-01-01, both UTC.
const unixTicks = 621_355_968_000_000_000

// ticksPerSecond is the number of .NET ticks in a second.
const ticksPerSecond = 10_000_000

func ticksTime(ticks int64) time.Time {
	n := ticks - unixTicks
	return time.Unix(n/ticksPerSecond, n%ticksPerSecond*100).UTC()
}

// timeTicks is the inverse of ticksTime.
func timeTicks(t time.Time) int64 {
	return t.Unix()*ticksPerSecond + int64(t.Nanosecond())/100 + unixTicks
}
