package main

import (
	"bytes"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/whoclicked/whoclicked/safelinks"
)

// The budgets of links.

const (
	// wrapped is a made-up link of the form that mail has.
	wrapped = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2Fnews%2F2026%3Fid%3D42%26from%3Dmail" +
		"&data=05%7C02%7Calex%40contoso.example%7C5d3f0c3c5a5b4c8e8f6e08dc91060f3a%7C0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d%7C0%7C0%7C638545422000000000" +
		"%7CUnknown%7CTWFpbGZsb3d8eyJWIjoiMC4wLjAwMDAifQ%3D%3D%7C0%7C%7C%7C&sdata=AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfG%3D&reserved=0"
	plain = "https://www.example.com/news/2026?id=42&from=mail"
)

func benchUnwrap(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		c, err := safelinks.Unwrap(wrapped)
		if err != nil {
			b.Fatal(err)
		}
		keep(len(c.Layers))
	}
}

func benchUnwrapPlain(b *testing.B) {
	for b.Loop() {
		c, err := safelinks.Unwrap(plain)
		if err == nil {
			b.Fatal("the link is not wrapped")
		}
		keep(len(c.Layers))
	}
}

func benchParseQuery(b *testing.B) {
	for b.Loop() {
		u, err := url.Parse(wrapped)
		if err != nil {
			b.Fatal(err)
		}
		keep(len(u.Query().Get("url")))
	}
}

func benchParse(b *testing.B) {
	for b.Loop() {
		u, err := url.Parse(plain)
		if err != nil {
			b.Fatal(err)
		}
		keep(len(u.Host))
	}
}

// fewLinks is 4 MB of text with a link in each 64 KB.
func fewLinks() []byte {
	var text strings.Builder
	for text.Len() < 4<<20 {
		text.WriteString(strings.Repeat("The quick brown fox jumps over the lazy dog, and so on. ", 1170))
		text.WriteString(wrapped + "\n")
	}
	return []byte(text.String())
}

func benchRewrite(text []byte) func(*testing.B) {
	return func(b *testing.B) {
		for b.Loop() {
			if err := safelinks.Rewrite(io.Discard, bytes.NewReader(text), safelinks.RewriteOptions{Format: safelinks.FormatPlain}); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// rewriteSpeed returns GB/s.
func rewriteSpeed(rounds int) (float64, error) {
	text := fewLinks()
	ns, err := nanoseconds(benchRewrite(text))(rounds)
	return float64(len(text)) / ns, err
}

// rewriteAgainstContains compares with a search for what is not in the text.
func rewriteAgainstContains(rounds int) (float64, error) {
	text := fewLinks()
	return ratio(rounds, benchRewrite(text), func(b *testing.B) {
		for b.Loop() {
			if bytes.Contains(text, []byte("safelinks.invalid")) {
				b.Fatal("found")
			}
		}
	})
}
