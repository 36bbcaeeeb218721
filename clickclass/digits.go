package clickclass

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"time"
)

// Numbers, times and addresses are most of what a verdict's JSON has anew in each
// row. How many digits one has, nobody can guess; so digits are written all at
// once, and no branch asks.

// eightDigits returns the digits of n, which is less than 10^8, a byte each, the
// first the lowest.
func eightDigits(n uint32) uint64 {
	const (
		fours = 1 | 1<<32
		twos  = fours | fours<<16
	)
	x := uint64(n/10_000) | uint64(n%10_000)<<32 // each four digits
	hundreds := x * 10_486 >> 20 & (0x7f * fours)
	x = hundreds | (x-100*hundreds)<<16 // each two
	tens := x * 103 >> 10 & (0xf * twos)
	return tens | (x-10*tens)<<8
}

// zeros are eight digits 0.
const zeros = '0' * 0x0101010101010101

// appendRounded appends f with at most digits decimals, up to four, and below 2^53
// without trailing zeros.
func appendRounded(dst []byte, f float64, digits int) []byte {
	scaled := math.Round(f * [...]float64{1, 10, 100, 1000, 10_000}[digits])
	if math.Abs(scaled) >= 1<<53 || math.IsNaN(scaled) {
		return strconv.AppendFloat(dst, f, 'f', digits, 64)
	}
	return appendDecimal(dst, int64(scaled), digits)
}

// appendSeconds is appendRounded for a number of seconds.
func appendSeconds(dst []byte, d time.Duration, digits int) []byte {
	unit := [...]time.Duration{1e9, 1e8, 1e7, 1e6, 1e5}[digits]
	n := int64(d / unit)
	if rest := d % unit; rest >= unit/2 {
		n++
	} else if rest <= -unit/2 {
		n--
	}
	return appendDecimal(dst, n, digits)
}

// appendDecimal appends n divided by ten to the power of digits, up to four,
// without trailing zeros.
func appendDecimal(dst []byte, n int64, digits int) []byte {
	if n < 0 {
		dst = append(dst, '-')
		n = -n
	}
	// Constants are divided by in no time.
	whole, rest := n, int64(0) // the decimals as four digits
	switch digits {
	case 1:
		whole, rest = n/10, n%10*1000
	case 2:
		whole, rest = n/100, n%100*100
	case 3:
		whole, rest = n/1000, n%1000*10
	case 4:
		whole, rest = n/10_000, n%10_000
	}
	if whole < 1e8 {
		dst = appendEight(dst, uint32(whole))
	} else {
		dst = strconv.AppendInt(dst, whole, 10)
	}
	if rest == 0 {
		return dst
	}
	at := len(dst)
	dst = slices.Grow(dst, 5)[:at+5]
	decimals := uint32(eightDigits(uint32(rest)) >> 32)
	dst[at] = '.'
	binary.LittleEndian.PutUint32(dst[at+1:], decimals+uint32(zeros&math.MaxUint32))
	return dst[:at+5-bits.LeadingZeros32(decimals)/8]
}

// appendEight appends n, which is less than 10^8.
func appendEight(dst []byte, n uint32) []byte {
	at := len(dst)
	dst = slices.Grow(dst, 8)[:at+8]
	x := eightDigits(n)
	front := bits.TrailingZeros64(x|1<<56) / 8 // zeros before the first digit, but for the last
	binary.LittleEndian.PutUint64(dst[at:], (x+zeros)>>(8*front))
	return dst[:at+8-front]
}

// appendTime appends a time in UTC as a JSON string, null for the zero time.
func appendTime(dst []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(dst, "null"...)
	}
	clock := ticksOf(t)
	if clock == noTicks || t.Nanosecond()%int(tick) != 0 { // not from a table
		dst = append(dst, '"')
		dst = t.UTC().AppendFormat(dst, time.RFC3339Nano)
		return append(dst, '"')
	}
	day := clock / (86400 * second)
	dst = append(dst, dates.of(day, uint64(day), func(day ticks) string {
		return (day * 86400 * second).time().Format(`"2006-01-02T`)
	})...)
	at := len(dst)
	dst = slices.Grow(dst, 18)[:at+18]
	s := uint32(clock / second % 86400)
	x := eightDigits(s/3600*1_000_000 + s/60%60*1000 + s%60) // with a 0 before minutes and seconds
	x += zeros + (':'-'0')<<16 + (':'-'0')<<40
	binary.LittleEndian.PutUint64(dst[at:], x)
	at += 8
	if fraction := uint32(clock % second); fraction != 0 {
		dst[at] = '.'
		x := eightDigits(fraction * 10)
		binary.LittleEndian.PutUint64(dst[at+1:], x+zeros)
		at += 9 - bits.LeadingZeros64(x)/8
	}
	return append(dst[:at], `Z"`...)
}

// dates are the days of times, since the year 1.
var dates memo[ticks]

// appendIPv4 appends an address as a JSON string.
func appendIPv4(dst []byte, addr [4]byte) []byte {
	at := len(dst)
	dst = slices.Grow(dst, 1+4*4)[:at+1+4*4]
	dst[at] = '"'
	at++
	for _, x := range addr {
		digits := uint32(x/100) | uint32(x/10%10)<<8 | uint32(x%10)<<16 | '0' | '0'<<8 | '0'<<16 | '.'<<24
		few := 2 - (int(x)+(1<<8-10))>>8 - (int(x)+(1<<8-100))>>8 // zeros in front
		binary.LittleEndian.PutUint32(dst[at:], digits>>(8*few))
		at += 4 - few
	}
	dst[at-1] = '"' // the last dot
	return dst[:at]
}
