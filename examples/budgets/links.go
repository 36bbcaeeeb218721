package main

import (
	"bytes"
	"io"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/iprange"
	"github.com/whoclicked/whoclicked/safelinks"
)

// wrapped is a made-up link of the form that mail has.
const wrapped = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2Fnews%2F2026%3Fid%3D42%26from%3Dmail" +
	"&data=05%7C02%7Calex%40contoso.example%7C5d3f0c3c5a5b4c8e8f6e08dc91060f3a%7C0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d%7C0%7C0%7C638545422000000000" +
	"%7CUnknown%7CTWFpbGZsb3d8eyJWIjoiMC4wLjAwMDAifQ%3D%3D%7C0%7C%7C%7C&sdata=AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfG%3D&reserved=0"

func benchDecode(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := safelinks.Decode(wrapped); err != nil {
			b.Fatal(err)
		}
	}
}

func benchAppendOriginal(b *testing.B) {
	b.ReportAllocs()
	dst := make([]byte, 0, 1024)
	for b.Loop() {
		var err error
		if dst, err = safelinks.AppendOriginal(dst[:0], wrapped); err != nil {
			b.Fatal(err)
		}
	}
}

func benchURLParse(b *testing.B) {
	for b.Loop() {
		u, err := url.Parse(wrapped)
		if err != nil {
			b.Fatal(err)
		}
		keep(len(u.Query().Get("url")))
	}
}

// rewriteSpeed returns GB/s over 4 MB of text with a link in each 64 KB.
func rewriteSpeed(rounds int) (float64, error) {
	var text strings.Builder
	for text.Len() < 4<<20 {
		text.WriteString(strings.Repeat("The quick brown fox jumps over the lazy dog, and so on. ", 1170))
		text.WriteString(wrapped + "\n")
	}
	in := []byte(text.String())
	ns, err := nanoseconds(func(b *testing.B) {
		for b.Loop() {
			if err := safelinks.Rewrite(io.Discard, bytes.NewReader(in), safelinks.RewriteOptions{Format: safelinks.Plain}); err != nil {
				b.Fatal(err)
			}
		}
	})(rounds)
	return float64(len(in)) / ns, err
}

func benchClassify(b *testing.B) {
	c, err := clickclass.New(clickclass.Options{})
	if err != nil {
		b.Fatal(err)
	}
	click := clickclass.Click{
		Timestamp: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC),
		Url:       "https://www.example.com/news", ActionType: "ClickAllowed", Workload: "Email",
		AccountUpn: "alex@contoso.example", IPAddress: netip.MustParseAddr("52.112.103.113"),
	}
	b.ReportAllocs()
	for b.Loop() {
		v := c.Classify(click)
		keep(int(v.Class))
	}
}

func lookupAllocs(int) (float64, error) {
	set, at := iprange.Default(), time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	addrs := [...]netip.Addr{
		netip.MustParseAddr("52.112.103.113"), netip.MustParseAddr("2a01:111:f403:d91b::5"), netip.MustParseAddr("192.0.2.1"),
	}
	return testing.AllocsPerRun(1000, func() {
		for _, a := range addrs {
			m := set.Lookup(a)
			for i := range m.Len() {
				keep(int(m.At(i).Kind))
			}
			keep(set.LookupAt(a, at).Len())
		}
	}), nil
}
