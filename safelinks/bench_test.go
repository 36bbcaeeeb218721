package safelinks

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"
)

// benchLink is a made-up link of the layout in use today.
const benchLink = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2Fprojects%2Freport%3Fid%3D42%26lang%3Den&data=05%7C02%7Cadele.vance%40contoso.com%7C3246927a20c543a9d37b08dc713331d6%7C72f988bf86f141af91ab2d7cd011db47%7C0%7C0%7C638509711906077334%7CUnknown%7CTWFpbGZsb3d8eyJFbXB0eU1hcGkiOnRydWUsIlYiOiIwLjAuMDAwMCIsIlAiOiJXaW4zMiIsIkFOIjoiTWFpbCIsIldUIjoyfQ%3D%3D%7C0%7C%7C%7C&sdata=Ji5IrmJjqAoHkXWZL91G9nzkfLX5Bg%2B3liA6q4IBNv4%3D&reserved=0"

// plainLink is a link that nobody wrapped, like most links of a log.
const plainLink = "https://track.contoso.example/doc/3f2a?id=1z9xk&utm_source=mail"

// reference is what programs do without this package.
func reference(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Query().Get("url")
}

// compare times ours and theirs in turns, so that both see the same machine, and reports
// how many times as long ours takes.
func compare(b *testing.B, name string, rounds int, ours, theirs func()) (perCall time.Duration) {
	b.Helper()
	var ourTime, theirTime time.Duration
	calls := 0
	for b.Loop() {
		start := time.Now()
		for range rounds {
			ours()
		}
		middle := time.Now()
		for range rounds {
			theirs()
		}
		ourTime += middle.Sub(start)
		theirTime += time.Since(middle)
		calls += rounds
	}
	perCall = ourTime / time.Duration(calls)
	b.ReportMetric(float64(perCall), "ns/op")
	b.ReportMetric(testing.AllocsPerRun(10, ours), "allocs")
	b.ReportMetric(float64(ourTime)/float64(theirTime), "x-"+name)
	return perCall
}

// BenchmarkUnwrap compares with net/url. The budget is 1.0 for a Safe Link with all its
// fields, and 0.5 for a link that is not wrapped.
func BenchmarkUnwrap(b *testing.B) {
	b.Run("wrapped", func(b *testing.B) {
		compare(b, "url.Parse+Query", 50, func() { Unwrap(benchLink) }, func() { reference(benchLink) })
	})
	for _, c := range []struct{ name, link string }{
		{"plain", plainLink},
		{"port", "https://track.contoso.example:8443/doc/3f2a?id=1z9xk&utm_source=mail"},
		{"imitated", "https://eur01.safelinks.protection.outlook.com.contoso.example/?url=https%3A%2F%2Fwww.example.com"},
		{"vendor", "https://urldefense.com/v2/url?u=https-3A__www.example.com_a-3Fx-3D1&d=DwMFaQ"},
	} {
		b.Run(c.name, func(b *testing.B) {
			compare(b, "url.Parse", 200, func() { Unwrap(c.link) }, func() { url.Parse(c.link) })
		})
	}
}

func BenchmarkOriginal(b *testing.B) {
	compare(b, "url.Parse", 200, func() { Original(plainLink) }, func() { url.Parse(plainLink) })
}

func BenchmarkIsSafeLink(b *testing.B) {
	b.Run("wrapped", func(b *testing.B) {
		compare(b, "url.Parse+Query", 50, func() { IsSafeLink(benchLink) }, func() { reference(benchLink) })
	})
	b.Run("plain", func(b *testing.B) {
		compare(b, "url.Parse", 200, func() { IsSafeLink(plainLink) }, func() { url.Parse(plainLink) })
	})
}

// BenchmarkParseGUID compares with package hex behind a few replacements.
func BenchmarkParseGUID(b *testing.B) {
	for _, c := range []struct{ name, id string }{
		{"dashed", "3246927a-20c5-43a9-d37b-08dc713331d6"},
		{"bare", "3246927A20C543A9D37B08DC713331D6"},
		{"not a GUID", "adele.vance"},
	} {
		b.Run(c.name, func(b *testing.B) {
			compare(b, "hex", 500, func() { ParseGUID(c.id) }, func() { slowParseGUID(c.id) })
		})
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

// compareText compares f with a search for a word that is not in the text, and reports the
// speed of f. The budget is 1 GB/s.
func compareText(b *testing.B, text []byte, f func()) {
	b.Helper()
	perCall := compare(b, "bytes.Contains", 1, f, func() { bytes.Contains(text, []byte("safelinks.protection.invalid")) })
	b.ReportMetric(float64(len(text))/float64(perCall), "GB/s")
}

func BenchmarkFind(b *testing.B) {
	text := benchText(8 << 20)
	compareText(b, text, func() {
		for range Find(text) {
		}
	})
}

func BenchmarkRewrite(b *testing.B) {
	text := benchText(8 << 20)
	compareText(b, text, func() {
		Rewrite(io.Discard, bytes.NewReader(text), RewriteOptions{Format: FormatPlain})
	})
}

// BenchmarkRedactGrowth shows that the time grows with the length of a text, whatever its
// shape: the time for n, 2n and 4n bytes.
func BenchmarkRedactGrowth(b *testing.B) {
	shapes := map[string]string{
		"text":         "See https://www.example.com/a?x=1 and write to a@contoso.example.\n",
		"Safe Links":   wrapped(encodedPage) + "\n",
		"letters":      "x",
		"blanks":       " ",
		"percent":      "%25",
		"nested":       "https%253A%252F%252Fa.example%252F%253Fu%253D",
		"links":        "https://eu1.inky.com/link?u=",
		"at signs":     "a@b",
		"base64":       "aHR0cHM6Ly9h",
		"dashes":       "-2D3A",
		"entities":     "&amp;",
		"parameters":   "&token=a%26token%3Db",
		"quotes":       `"token":"a`,
		"hex":          "a0b1-c2d3-",
		"underscores":  "___.",
		"soft breaks":  "token=3Da=\n",
		"broken lines": "https://a.example/?data=05%7C02%7Ca%40b%7C00000000000\n> ",
		"fortimail":    "https://a/fmlurlsvc/?a=",
	}
	for name, unit := range shapes {
		for _, n := range []int{1, 2, 4} {
			text := strings.Repeat(unit, n*100_000/len(unit))
			b.Run(fmt.Sprintf("%s/%dn", name, n), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					Redact(text)
				}
			})
		}
	}
}
