package normal

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestSent holds the form itself; which links it makes equal is tested where they are
// compared.
func TestSent(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "",
		"https://":                            "",
		"https://a.example":                   "a.example",
		"https://A.example.:443/#top":         "a.example",
		"https://a.example:8443/b/?c#d":       "a.example:8443/b?c",
		"https://b\u00fccher.example/\u00e4":  "xn--bcher-kva.example/%C3%A4",
		"https://ann:pw@B\u00dcCHER.example/": "ann:pw@xn--bcher-kva.example",
		"https://[2001:db8::1]:443/a":         "[2001:db8::1]/a",
		"https://[2001:db8::1]:8443/a":        "[2001:db8::1]:8443/a",
		"https://a.example/%7b%7D|%7c":        "a.example/%7B%7D%7C%7C",
		"https://a.example/..":                "a.example",
		"https://a.example/b/../../..//c":     "a.example//c",
		"https://a.example?b=/../c":           "a.example?b=/../c",
		"https://a%2Eexample/":                "a.example",
		"https://a%zz.example/":               "a%zz.example",
		"a.example/b c":                       "a.example/b%20c",
	} {
		assert.Equal(t, want, Sent(in), "%q", in)
	}
	for in, want := range map[string]string{
		"": "", " ": "", "https://": "", "a.example.": "a.example", "B\u00fccher.example:443": "xn--bcher-kva.example",
		"https://ann@a.example:8443/b": "a.example", `https:\\a.example\b`: "a.example", "0x7f.1": "127.0.0.1", "2130706433": "127.0.0.1",
		"1.2.3.4.5": "1.2.3.4.5", "4294967296": "4294967296", "09.example": "09.example", "1.2.3.": "1.2.0.3",
	} {
		assert.Equal(t, want, SentHost(in), "%q", in)
	}
}

// BenchmarkSent prints what n, 2n and 4n of what makes a link long take, in nanoseconds for
// each.
func BenchmarkSent(b *testing.B) {
	for name, part := range map[string]string{
		"plain": "x", "blanks": " ", "dots": "/..", "folders": "/a", "escapes": "%2e", "slashes": `\`, "line breaks": "\n", "labels": "\u00e4.", "one label": "\u00e4", "ats": "@", "ampersands": "&amp;",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				for i, unit := range []string{"ns-n", "ns-2n", "ns-4n"} {
					n := 20_000 << i
					link := "https://a.example/" + strings.Repeat(part, n)
					if part[0] >= 0x80 || part == "@" {
						link = "https://" + strings.Repeat(part, n)
					}
					begin := time.Now()
					Sent(link)
					SentHost(link)
					b.ReportMetric(float64(time.Since(begin).Nanoseconds())/float64(n), unit)
				}
			}
		})
	}
}
