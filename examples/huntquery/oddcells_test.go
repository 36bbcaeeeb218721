package main

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// odd writes rows such as made-up tenants do not have: at borders, in odd writing, in random
// combinations. The same seed writes the same rows.
type odd struct {
	*rand.Rand
	rows map[string][]oddRow
	next int // for names that are used once
}

// oddRow is a row of a table: its time and its cells.
type oddRow struct {
	at    time.Time
	cells map[string]any
}

func (o *odd) add(table string, at time.Time, cells map[string]any) {
	o.rows[table] = append(o.rows[table], oddRow{at, cells})
}

// pick returns one of values.
func pick[T any](o *odd, values ...T) T { return values[o.IntN(len(values))] }

// one reports true in one of n cases.
func (o *odd) one(n int) bool { return o.IntN(n) == 0 }

const tick = 100 * time.Nanosecond

// border returns one of spans, or what is just outside or inside it.
func (o *odd) border(spans ...time.Duration) time.Duration {
	return pick(o, spans...) + pick(o, -tick, 0, 0, tick)
}

// guid returns the id that Microsoft 365 stamps at a time, and another one each time.
func (o *odd) guid(at time.Time) string {
	var b [16]byte
	for i := range 8 {
		b[i] = byte(o.IntN(256))
	}
	ticks := uint64(at.Unix()+62_135_596_800)*10_000_000 + uint64(at.Nanosecond())/100
	binary.BigEndian.PutUint64(b[8:], ticks>>16)
	binary.BigEndian.PutUint16(b[8:], uint16(ticks))
	return dashed(b)
}

func dashed(b [16]byte) string {
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// oddID returns an id without a believable clock.
func (o *odd) oddID() string {
	return pick(o, "", "", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
		"5f0c2a11-93b4-4e07-bd1c-08c0a1b2c3d4", "5f0c2a11-93b4-4e07-bd1c-08f0a1b2c3d4", "5f0c2a11-93b4-4e07-bd1c-3fa0a1b2c3d4", "no-guid-7", "12")
}

// writeID returns an id as other tables and tools may write it.
func (o *odd) writeID(id string) string {
	if strings.HasPrefix(id, "00000000") {
		return id
	}
	switch o.IntN(10) {
	case 0:
		return strings.ToUpper(id)
	case 1:
		if len(id) == 36 {
			return "{" + strings.ToUpper(id) + "}"
		}
	case 2:
		if len(id) == 36 {
			return strings.ReplaceAll(id, "-", "")
		}
	}
	return id
}

// oddAccounts are few, so that they meet. Two accounts are called dan.
var oddAccounts = []string{"ann@contoso.example", "bob@contoso.example", "cid@fabrikam.example", "dan@contoso.example", "dan@fabrikam.example",
	"eve@contoso.example", "fay@one@contoso.example", "gus", "hal@northwind.example"}

func (o *odd) account() string { return pick(o, oddAccounts...) }

// writeAccount returns an account in another case at times.
func (o *odd) writeAccount(a string) string {
	switch o.IntN(6) {
	case 0:
		return strings.ToUpper(a)
	case 1:
		return strings.ToUpper(a[:1]) + a[1:]
	}
	return a
}

// oddAddresses are people's, in one /24, in one /64, and one of each kind that is published.
var oddAddresses = []string{
	"198.51.100.7", "198.51.100.8", "198.51.101.9", "203.0.113.5", "203.0.113.6", "192.0.2.200",
	"2001:db8:1:2::a", "2001:db8:1:2:ffff::b", "2001:db8:1:3::c", "2001:db9::d",
	"40.92.1.1", "40.107.2.2", "2a01:111:f403::5", // mail protection
	"52.112.3.3", "52.120.1.9", "2603:1063::7", // Teams
	"13.107.136.9", "13.107.6.152", "52.108.0.5", "20.190.128.9", "4.145.16.200", // SharePoint, Exchange, Office, Entra ID, security
	"20.50.1.1", "20.60.7.7", "13.66.143.220", "4.150.253.100", // Azure
	"3.5.140.9", "34.64.4.4", // other clouds
	"66.249.66.1", "20.15.240.64", // crawlers
	"131.107.1.1", "172.224.226.1", "140.248.1.1", "165.225.1.1", "104.28.1.1", "1.186.3.3",
}

func (o *odd) address() netip.Addr { return netip.MustParseAddr(pick(o, oddAddresses...)) }

// personAddress is not published by anybody.
func (o *odd) personAddress() netip.Addr { return netip.MustParseAddr(pick(o, oddAddresses[:10]...)) }

// writeAddress returns the cell with an address, or with others behind it.
func (o *odd) writeAddress(a netip.Addr) string {
	if o.one(8) {
		return a.String() + pick(o, ", ", ";", "; ") + o.address().String()
	}
	return o.writeOneAddress(a)
}

// writeOneAddress returns the cell with one address.
func (o *odd) writeOneAddress(a netip.Addr) string {
	text := a.String()
	switch o.IntN(12) {
	case 0:
		return netip.AddrPortFrom(a, uint16(1+o.IntN(65535))).String()
	case 1:
		if a.Is4() {
			return "::ffff:" + text
		}
		return "[" + text + "]"
	case 2:
		if a.Is6() {
			return text + "%eth0"
		}
		return "::FFFF:" + text
	case 3:
		return strings.ToUpper(text)
	case 4:
		return strings.ToUpper(a.StringExpanded())
	}
	return text
}

// oddLinks are different links. Some share a site, some have no name of a host.
var oddLinks = []string{
	"https://shop.example/a", "https://shop.example/a/", "https://shop.example/A", "https://www.shop.example/b?c=d&e=%2Ff", "https://shop.example/?q=1",
	"https://shop.example", "https://other.co.uk/x/y", "https://one.other.co.uk/", "https://x.blogspot.com/p", "https://y.blogspot.com/p",
	"http://192.0.2.77/x", "http://[2001:db8::77]/x", "https://bücher.example/ä", "https://xn--mnchen-3ya.example/x", "https://localhost/x",
	"https://a.example/p%41th/%c3%a4?x=%20y", "https://b.example/long?" + strings.Repeat("token=0123456789&", 14) + "end=1",
	"https://user:secret@c.example/x", "https://d.example:8443/x", "https://e.example/go?url=shop.example",
}

func (o *odd) link() string { return pick(o, oddLinks...) }

// wrap returns a Safe Link to a link, as in mail or in Teams.
func (o *odd) wrap(link string) string {
	if o.one(3) {
		return "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url=" + url.QueryEscape(link) + "&locale=en-us&dest=x"
	}
	return fmt.Sprintf("https://%s.safelinks.protection.outlook.com/?url=%s&data=05%%7C02%%7C&sdata=abc%%3D&reserved=0",
		pick(o, "eur01", "nam12", "gcc02"), url.QueryEscape(link))
}

// writeLink returns a link as a click may have it.
func (o *odd) writeLink(link string) string {
	switch o.IntN(14) {
	case 0:
		return o.wrap(link)
	case 1:
		return o.wrap(o.wrap(link))
	case 2:
		return link + "#part"
	case 3:
		return o.capitals(link)
	case 4:
		return strings.TrimPrefix(link, "https://")
	case 5:
		scheme, rest, _ := strings.Cut(link, "://")
		host, path := rest, ""
		if i := strings.IndexAny(rest, "/?"); i >= 0 {
			host, path = rest[:i], rest[i:]
		}
		if strings.ContainsAny(host, "[@") || strings.HasSuffix(host, "8443") {
			return link
		}
		return scheme + "://" + host + map[string]string{"http": ":80", "https": ":443"}[scheme] + path
	case 6:
		return "http" + strings.TrimPrefix(strings.TrimPrefix(link, "https"), "http")
	}
	return link
}

// capitals writes scheme and host in capitals.
func (o *odd) capitals(link string) string {
	scheme, rest, _ := strings.Cut(link, "://")
	host, path := rest, ""
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		host, path = rest[:i], rest[i:]
	}
	if strings.ContainsRune(host, '@') || host != strings.ToLower(host) {
		return link
	}
	b := []byte(host)
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return strings.ToUpper(scheme) + "://" + string(b) + path
}

// sentLink returns a link as devices and chats may write it.
func (o *odd) sentLink(link string) string {
	switch o.IntN(10) {
	case 0:
		return "microsoft-edge:" + link
	case 1:
		return "microsoft-edge:?launchContext1=Mail&url=" + url.QueryEscape(link) + "&x=y"
	case 2:
		return o.wrap(link)
	case 3:
		if len(link) > 220 {
			return link[:200+o.IntN(15)]
		}
		return strings.TrimSuffix(link, "/")
	case 4:
		if !strings.Contains(link, "?") {
			return link + "/"
		}
	case 5:
		return strings.ReplaceAll(link, "&", "&amp;")
	case 6:
		return o.capitals(link)
	case 7:
		return " " + link
	case 8:
		return strings.NewReplacer("%41", "A", "%c3%a4", "%C3%A4", "%20", "+", "/ä", "/%C3%A4").Replace(link)
	}
	return link
}

func hostOf(link string) string {
	_, rest, _ := strings.Cut(link, "://")
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	return rest[strings.LastIndexByte(rest, '@')+1:]
}
