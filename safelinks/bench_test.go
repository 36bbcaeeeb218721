package safelinks

import (
	"bytes"
	"io"
	"net/url"
	"testing"
	"time"
)

// benchLink is a made-up link of the layout in use today.
const benchLink = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2Fprojects%2Freport%3Fid%3D42%26lang%3Den&data=05%7C02%7Cadele.vance%40contoso.com%7C3246927a20c543a9d37b08dc713331d6%7C72f988bf86f141af91ab2d7cd011db47%7C0%7C0%7C638509711906077334%7CUnknown%7CTWFpbGZsb3d8eyJFbXB0eU1hcGkiOnRydWUsIlYiOiIwLjAuMDAwMCIsIlAiOiJXaW4zMiIsIkFOIjoiTWFpbCIsIldUIjoyfQ%3D%3D%7C0%7C%7C%7C&sdata=Ji5IrmJjqAoHkXWZL91G9nzkfLX5Bg%2B3liA6q4IBNv4%3D&reserved=0"

// plainLink is a link that nobody wrapped, as most links of a log are.
const plainLink = "https://track.contoso.example/doc/3f2a?id=1z9xk&utm_source=mail"

// reference is what everybody writes instead of this package.
func reference(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Query().Get("url")
}

// against times f by the benchmark, and a reference by turns with it so that
// both see the same machine: block rounds of each. It reports how many times as
// long f takes.
func against(b *testing.B, name string, block int, reference, f func()) {
	b.Helper()
	b.ReportAllocs()
	var theirs time.Duration
	for done := 0; done < b.N; done += block {
		rounds := min(block, b.N-done)
		for range rounds {
			f()
		}
		b.StopTimer()
		start := time.Now()
		for range rounds {
			reference()
		}
		theirs += time.Since(start)
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed())/float64(theirs), "x-"+name)
}

// againstReference compares f with net/url over the same link.
func againstReference(b *testing.B, f func()) {
	b.Helper()
	against(b, "net/url", 2000, func() { reference(benchLink) }, f)
}

func BenchmarkOriginal(b *testing.B) {
	againstReference(b, func() { Original(benchLink) })
}

func BenchmarkIsSafeLink(b *testing.B) {
	againstReference(b, func() { IsSafeLink(benchLink) })
}

func BenchmarkUnwrap(b *testing.B) {
	for _, c := range []struct{ name, link string }{
		{"plain", plainLink},
		{"port", "https://track.contoso.example:8443/doc/3f2a?id=1z9xk&utm_source=mail"},
		{"imitated", "https://eur01.safelinks.protection.outlook.com.contoso.example/?url=https%3A%2F%2Fwww.example.com"},
		{"wrapped", benchLink},
		{"vendor", "https://urldefense.com/v2/url?u=https-3A__www.example.com_a-3Fx-3D1&d=DwMFaQ"},
	} {
		b.Run(c.name, func(b *testing.B) {
			name, other := "url.Parse", func() { url.Parse(c.link) }
			if c.name == "wrapped" {
				name, other = "net/url", func() { reference(benchLink) }
			}
			against(b, name, 2000, other, func() { Unwrap(c.link) })
		})
	}
}

func BenchmarkParseGUID(b *testing.B) {
	for _, c := range []struct{ name, id string }{
		{"dashed", "3246927a-20c5-43a9-d37b-08dc713331d6"},
		{"bare", "3246927A20C543A9D37B08DC713331D6"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ParseGUID(c.id)
			}
		})
	}
}

func BenchmarkMessageTime(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		MessageTime("3246927a-20c5-43a9-d37b-08dc713331d6")
	}
}

// benchText is a text of which one line in about a thousand has a Safe Link.
func benchText(size int) []byte {
	line := "The quick brown fox jumps over the lazy dog, and the report of the meeting on Monday at 10:30 follows below.\n"
	var b bytes.Buffer
	for i := 0; b.Len() < size; i++ {
		b.WriteString(line)
		if i%1000 == 999 {
			b.WriteString("See https://www.example.com/agenda and <" + benchLink + ">.\n")
		}
	}
	return b.Bytes()
}

// againstContains compares f with a search for a word that is not there, and
// reports the speed of f over the text.
func againstContains(b *testing.B, text []byte, f func()) {
	b.Helper()
	against(b, "bytes.Contains", 1, func() { bytes.Contains(text, []byte("safelinks.protection.invalid")) }, f)
	b.ReportMetric(float64(len(text))*float64(b.N)/float64(b.Elapsed()), "GB/s")
}

func BenchmarkFind(b *testing.B) {
	text := benchText(8 << 20)
	againstContains(b, text, func() {
		for range Find(text) {
		}
	})
}

func BenchmarkRewrite(b *testing.B) {
	text := benchText(8 << 20)
	againstContains(b, text, func() {
		Rewrite(io.Discard, bytes.NewReader(text), RewriteOptions{Format: FormatPlain})
	})
}
