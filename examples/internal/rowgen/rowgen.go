// Package rowgen makes up rows of UrlClickEvents, in any number and always the
// same ones, to measure speed and memory with.
package rowgen

import (
	"io"
	"net/netip"
	"strconv"
	"time"
)

// PerHour is how many clicks there are in an hour of the rows' time: a tenant
// with some hundred thousand accounts.
const PerHour = 9000

// start is when row 0 was made.
var start = time.Date(2026, 8, 3, 0, 0, 0, 0, time.UTC)

// ticksAtStart is start in steps of 100 ns since year 1, the unit of the clocks
// inside the ids.
const ticksAtStart = 639_213_120_000_000_000

// random returns a number that depends on the row and on what it is for.
func random(row int, purpose uint64) uint64 {
	x := uint64(row)*0x9e3779b97f4a7c15 + purpose*0xbf58476d1ce4e5b9
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// What random is asked for.
const (
	forTime uint64 = iota
	forAccount
	forAddress
	forDelay
	forPath
	forAction
	forID
	forWorkload
)

var (
	words = [...]string{"invoice", "share", "news", "login", "track", "event", "survey", "reset", "doc", "offer", "unsubscribe", "profile"}
	sites = [...]string{"contoso", "fabrikam", "northwind", "adatum", "tailspin", "wingtip", "litware", "proseware", "lucerne", "graphic"}
	// services are addresses in ranges that Microsoft publishes.
	services = [...]netip.Addr{
		netip.AddrFrom4([4]byte{52, 112, 103, 113}), // Teams
		netip.AddrFrom4([4]byte{40, 107, 21, 86}),   // Exchange mail protection
		netip.AddrFrom4([4]byte{20, 101, 57, 9}),    // Azure
		netip.AddrFrom4([4]byte{104, 47, 11, 202}),  // Exchange mail protection
	}
)

// Append appends row number i, from 0, as a line of JSON with its line feed.
// Rows are in the order of time.
func Append(dst []byte, i int) []byte {
	const interval = int64(time.Hour / 100 / PerHour) // in ticks
	at := int64(i)*interval + int64(random(i, forTime)%uint64(interval))
	account := random(i, forAccount) % 100_000
	kind := random(i, forAddress)

	var addr netip.Addr
	delay := int64(60+random(i, forDelay)%(48*3600)) * 1e7
	switch {
	case kind%50 == 0: // a service, soon after the message
		addr = services[kind/50%uint64(len(services))]
		delay = int64(random(i, forDelay) % 200e6)
	case kind%10 == 1:
		addr = netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, byte(account >> 8), byte(account), 0, 1, 15: byte(kind >> 8)})
	default:
		addr = netip.AddrFrom4([4]byte{198, byte(18 + account&1), byte(account >> 8), byte(account >> 1)})
	}

	dst = append(dst, `{"Timestamp":"`...)
	dst = start.Add(time.Duration(at)*100).AppendFormat(dst, "2006-01-02T15:04:05.0000000Z")
	dst = append(dst, `","Url":"`...)
	from := len(dst)
	dst = appendURL(dst, i)
	url := dst[from:len(dst):len(dst)]
	action, threat, detection := "ClickAllowed", `""`, `""`
	switch random(i, forAction) % 40 {
	case 0:
		action, threat, detection = "ClickBlocked", `"Phish"`, `"{\"Phish\":[\"URL detonation reputation\"]}"`
	case 1:
		action = "UrlErrorPage"
	}
	dst = append(dst, `","ActionType":"`...)
	dst = append(dst, action...)
	dst = append(dst, `","AccountUpn":"user`...)
	dst = strconv.AppendUint(dst, account, 10)
	dst = append(dst, `@contoso.example","Workload":"`...)
	switch random(i, forWorkload) % 20 {
	case 0:
		dst = append(dst, `Teams","NetworkMessageId":"`...)
	case 1:
		dst = append(dst, `Office","NetworkMessageId":"`...)
	default:
		dst = append(dst, `Email","NetworkMessageId":"`...)
		dst = appendID(dst, random(i, forID)^1, ticksAtStart+at-delay)
	}
	dst = append(dst, `","ThreatTypes":`...)
	dst = append(dst, threat...)
	dst = append(dst, `,"DetectionMethods":`...)
	dst = append(dst, detection...)
	dst = append(dst, `,"IPAddress":"`...)
	dst = addr.AppendTo(dst)
	dst = append(dst, `","IsClickedThrough":false,"UrlChain":"[\"`...)
	dst = append(dst, url...)
	dst = append(dst, `\"]","ReportId":"`...)
	dst = appendID(dst, random(i, forID), ticksAtStart+at)
	return append(dst, "\",\"AppName\":\"Mail\",\"AppVersion\":\"0.0.0000\"}\n"...)
}

func appendURL(dst []byte, i int) []byte {
	r := random(i, forPath)
	dst = append(dst, "https://"...)
	dst = append(dst, words[r%uint64(len(words))]...)
	dst = append(dst, '.')
	dst = append(dst, sites[r>>8%uint64(len(sites))]...)
	dst = append(dst, ".example/"...)
	dst = append(dst, words[r>>16%uint64(len(words))]...)
	dst = append(dst, '/')
	dst = strconv.AppendUint(dst, r>>24&0xffff, 16)
	dst = append(dst, "?id="...)
	dst = strconv.AppendUint(dst, r>>40, 36)
	return append(dst, "&utm_source=mail&utm_campaign=august"...)
}

// appendID appends a GUID of 16 bytes, of which the last eight are a clock.
func appendID(dst []byte, r uint64, ticks int64) []byte {
	dst = appendHex(dst, r>>32, 8)
	dst = append(dst, '-')
	dst = appendHex(dst, r>>16, 4)
	dst = append(dst, '-')
	dst = appendHex(dst, r, 4)
	dst = append(dst, '-')
	dst = appendHex(dst, uint64(ticks), 4)
	dst = append(dst, '-')
	return appendHex(dst, uint64(ticks)>>16, 12)
}

// appendHex appends the lowest digits of n.
func appendHex(dst []byte, n uint64, digits int) []byte {
	const hex = "0123456789abcdef"
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		dst = append(dst, hex[n>>shift&15])
	}
	return dst
}

// NewReader returns n rows, one a line.
func NewReader(n int) io.Reader { return &reader{n: n} }

type reader struct {
	i, n int
	buf  []byte
	rest []byte
}

func (r *reader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.i == r.n {
			return 0, io.EOF
		}
		r.buf = r.buf[:0]
		for ; r.i < r.n && len(r.buf) < 64<<10; r.i++ {
			r.buf = Append(r.buf, r.i)
		}
		r.rest = r.buf
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
