package clickclass

import (
	"fmt"
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

// TestSiteCache asks for more hosts than it remembers, each several times.
func TestSiteCache(t *testing.T) {
	var c siteCache
	hosts := []string{"", "a.b.example.co.uk", "192.0.2.1", "[2001:db8::1]", `quo"ted.example`, "bad\xff.example", "com", strings.Repeat("long.", 60) + "example"}
	for i := range 3 * len(c) {
		hosts = append(hosts, fmt.Sprintf("www.host%d.example", i))
	}
	for range 4 {
		for _, host := range hosts {
			for range 3 {
				url := "https://" + host + "/a?b"
				assert.Equal(t, string(appendString(nil, Site(url))), string(c.append(nil, url)))
			}
		}
	}
	known := 0
	for i := range c {
		if c[i].known.Load() != nil {
			known++
		}
	}
	assert.Greater(t, known, len(c)/2)
	room, last := make([]byte, 0, 64), "https://"+hosts[len(hosts)-1]+"/"
	assert.Zero(t, testing.AllocsPerRun(100, func() { c.append(room, last) }), "a host that is known")
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
