package clickclass

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// slowHostOf is hostOf in a step for each thing that is cut off.
func slowHostOf(rawURL string) string {
	s := rawURL
	if i := strings.Index(s, "://"); i >= 0 {
		s = s[i+len("://"):]
	}
	if i := strings.IndexAny(s, `/?#\`); i >= 0 {
		s = s[:i]
	}
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	if strings.HasPrefix(s, "[") {
		if i := strings.IndexByte(s, ']'); i > 0 {
			return strings.ToLower(s[1:i])
		}
	}
	if i := strings.LastIndexByte(s, ':'); i >= 0 && strings.IndexByte(s, ':') == i {
		s = s[:i]
	}
	return strings.ToLower(strings.TrimSuffix(s, "."))
}

// FuzzHostOf compares the one pass with the steps.
func FuzzHostOf(f *testing.F) {
	f.Add("https://track.contoso.example/doc/3f2a?id=1z9xk&utm_source=mail") // most links
	f.Add("http://user:secret@Example.COM:8080/")                            // all parts of an authority
	f.Add("https://a@[2001:DB8::1]:443/a]")                                  // an address in brackets
	f.Add("https://[2001:db8::1/a]")                                         // half a pair of brackets
	f.Add("2001:db8::1")                                                     // colons of no port
	f.Add("example.com/?u=https://www.example.org.:1/")                      // the first "://" is not the scheme's
	f.Add(`https://example.com\@example.org`)                                // a back-slash ends the host
	f.Add("https://ÄRGER.example.\xff")                                      // letters and bytes beyond ASCII
	f.Add("A:1@b:2@c..")                                                     // twice each
	f.Fuzz(func(t *testing.T, rawURL string) {
		assert.Equal(t, slowHostOf(rawURL), hostOf(rawURL))
	})
}

func TestHostOfAllocations(t *testing.T) {
	for _, rawURL := range []string{plainURL, "https://a@[2001:db8::1]:443/A", "https://example.com.:443"} {
		assert.Zero(t, testing.AllocsPerRun(100, func() { hostOf(rawURL) }), rawURL)
	}
}

// plainURL is a link like most of a log.
const plainURL = "https://track.contoso.example/doc/3f2a?id=1z9xk&utm_source=mail"

func BenchmarkSite(b *testing.B) {
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Site(plainURL)
		}
	})
	b.Run("hostOf", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			hostOf(plainURL)
		}
	})
}
