package safelinks

import (
	"encoding/binary"
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
	ok = g.parse(s)
	return g, ok
}

// parse is ParseGUID, which is small so that it is inlined and its result need
// not be copied. It leaves g alone when s is no GUID.
func (g *GUID) parse(s string) bool {
	if len(s) > 2 && s[0] == '{' && s[len(s)-1] == '}' {
		s = s[1 : len(s)-1]
	}
	var a, b, c, d uint64 // eight digits each
	switch {
	case len(s) == 32:
		a, b, c, d = word8(s), word8(s[8:]), word8(s[16:]), word8(s[24:])
	case len(s) == 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-':
		a, b = word8(s), uint64(word(s[9:]))|uint64(word(s[14:]))<<32
		c, d = uint64(word(s[19:]))|uint64(word(s[24:]))<<32, word8(s[28:])
	default:
		return false
	}
	a, fault0 := unhex8(a)
	b, fault1 := unhex8(b)
	c, fault2 := unhex8(c)
	d, fault3 := unhex8(d)
	if (fault0|fault1|fault2|fault3)&faults != 0 {
		return false
	}
	binary.LittleEndian.PutUint64(g[:8], a|b<<32)
	binary.LittleEndian.PutUint64(g[8:], c|d<<32)
	return true
}

// word is the first four bytes of s, the first in the lowest.
func word(s string) uint32 {
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// word8 is the first eight bytes of s, the first in the lowest.
func word8(s string) uint64 {
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// each times a byte is that byte in all eight of a number.
const each = 0x0101010101010101

// faults are the bits of a fault that count.
const faults = 0xf0 * each

// unhex8 reads eight hexadecimal digits, the first in the lowest byte of x, and
// returns four bytes, the first in the lowest of v. A bit of faults is set in
// fault when one of the eight is no digit.
func unhex8(x uint64) (v, fault uint64) {
	// Letters become upper case and move down to follow the digits, so that all
	// are '0' to '0'+15. Only letters have the bit 0x40.
	letter := x & (0x40 * each)
	n := x&^(letter>>1) - letter>>6*('A'-'0'-10)
	// What is above 9 must have been a letter, and what is not must not: adding 6
	// carries into 0x40 from 10 on. No byte borrows from the next or carries into it:
	// what 7 is taken off is at least 0x40, and what 6 is added to at most 0xd8.
	fault = (n ^ '0'*each) | ((n+6*each)^x)&(0x40*each)
	// Two digits to a byte, two bytes to a pair, two pairs to the result.
	n = n & (0xf * each) * 0x1001 >> 8 & 0x00ff00ff00ff00ff
	n = (n | n>>8) & 0x0000ffff0000ffff
	return uint64(uint32(n | n>>16)), fault
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
	return clockTime(binary.BigEndian.Uint64(g[8:]))
}

// clockTime returns the time that the last six bytes of an id say. back is its
// second half.
func clockTime(back uint64) (t time.Time, ok bool) {
	clock := back << 16
	if top := clock >> 48; top < firstClock || top > lastClock {
		return time.Time{}, false
	}
	return ticksTime(int64(clock)), true
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
	var g GUID
	if !g.parse(id) {
		return time.Time{}, false
	}
	return clockTime(binary.BigEndian.Uint64(g[8:]))
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
