package safelinks

import (
	"encoding/hex"
	"time"
)

// GUID is the sixteen bytes of a GUID in the order in which they are written.
// Exchange stamps most of its ids with a clock, so they are not all valid
// RFC 9562 UUIDs, and none of that is asked of them. The zero GUID stands for
// "none".
type GUID [16]byte

// ParseGUID reads 32 hexadecimal digits, bare or with the usual dashes, with or
// without braces.
func ParseGUID(s string) (g GUID, ok bool) {
	if len(s) > 2 && s[0] == '{' && s[len(s)-1] == '}' {
		s = s[1 : len(s)-1]
	}
	if len(s) == 36 {
		if s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
			return GUID{}, false
		}
		bad := byte(0)
		for i, at := range [16]uint8{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34} {
			hi, lo := unhex[s[at]], unhex[s[at+1]]
			bad |= hi | lo
			g[i] = hi<<4 | lo
		}
		if bad > 0xf {
			return GUID{}, false
		}
		return g, true
	}
	return parseHex(s)
}

func parseHex(s string) (g GUID, ok bool) {
	if len(s) != 32 {
		return GUID{}, false
	}
	bad := byte(0)
	for i := range g {
		hi, lo := unhex[s[2*i]], unhex[s[2*i+1]]
		bad |= hi | lo
		g[i] = hi<<4 | lo
	}
	if bad > 0xf {
		return GUID{}, false
	}
	return g, true
}

// IsZero reports whether g is the zero GUID.
func (g GUID) IsZero() bool { return g == GUID{} }

// String returns the dashed lower-case form, the one that UrlClickEvents and
// EmailEvents use, and "" for the zero GUID.
func (g GUID) String() string {
	if g.IsZero() {
		return ""
	}
	b, _ := g.AppendText(make([]byte, 0, 36))
	return string(b)
}

// AppendText appends the dashed lower-case form, also of the zero GUID.
func (g GUID) AppendText(b []byte) ([]byte, error) {
	for i, end := range [...]int{4, 6, 8, 10, 16} {
		start := 0
		if i > 0 {
			start = [...]int{4, 6, 8, 10, 16}[i-1]
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, g[start:end])
	}
	return b, nil
}

// MarshalText returns the dashed lower-case form, and nothing for the zero
// GUID.
func (g GUID) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// The years in which the clock of an id is believed. The upper sixteen bits of
// the clock step every 325.8 days; 0x08d0 begins on 2013-04-05, before Safe
// Links existed, and 0x08f0 on 2041-10-20. A random GUID falls inside with a
// chance of 1 in 2048.
const (
	firstClock = 0x08d0
	lastClock  = 0x08ef
)

// MessageTimeBucket is how much later than the time of [MessageTime] the true
// moment can be: the id keeps the upper 48 bits of a 64-bit count of 100 ns.
const MessageTimeBucket = 65536 * 100 * time.Nanosecond

// Time returns the clock inside an id that Microsoft 365 stamped, as
// [MessageTime] does.
func (g GUID) Time() (t time.Time, ok bool) {
	if top := uint(g[10])<<8 | uint(g[11]); top < firstClock || top > lastClock {
		return time.Time{}, false
	}
	var n int64
	for _, b := range g[10:] {
		n = n<<8 | int64(b)
	}
	return ticksTime(n << 16), true
}

// MessageTime returns the clock inside a Network-Message-Id or a ReportId: the
// moment at which Microsoft 365 took in the message or wrote the report, in
// UTC. The last twelve hexadecimal digits of these ids are the upper bits of a
// .NET tick count, so the time is the start of a bucket of
// [MessageTimeBucket].
//
// It reports false when id is no GUID, or when its last digits are no clock of
// the years 2013 to 2041. Ids of other makers, such as random GUIDs, have no
// clock; one in about two thousand of them passes by accident.
//
// MessageTime does not allocate.
func MessageTime(id string) (time.Time, bool) {
	g, ok := ParseGUID(id)
	if !ok {
		return time.Time{}, false
	}
	return g.Time()
}

// unixTicks is 1970-01-01 in .NET ticks: 100 ns since 0001-01-01, both UTC.
const unixTicks = 621_355_968_000_000_000

// ticksPerSecond is the number of .NET ticks in a second.
const ticksPerSecond = 10_000_000

func ticksTime(ticks int64) time.Time {
	n := ticks - unixTicks
	sec, rest := n/ticksPerSecond, n%ticksPerSecond
	return time.Unix(sec, rest*100).UTC()
}
