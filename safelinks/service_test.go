package safelinks

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// checkService compares the service that is found for a link with the one that a walk
// through the tables finds.
func checkService(t *testing.T, raw string) {
	t.Helper()
	var p, slow parts
	p.split(raw)
	if slow.splitAny(raw); p != slow {
		t.Errorf("%q is cut to %+v, not to %+v", raw, p, slow)
	}
	link, _ := linkIn(raw)
	p = parts{}
	p.split(link)
	service, outcome := slowFindService(&p)
	if s, o := findService(&p); s != service || o != outcome {
		t.Errorf("%q leads to %+v, %v, not to %+v, %v", raw, s, o, service, outcome)
	}
	c, err := Unwrap(raw)
	// What looks like the cookie of a Teams page is masked in any text.
	if outcome == foreign && (c.Input != raw && !mayHoldCookie(raw) || c.Layers != nil || c.Flags != 0 || err != ErrNotWrapped) {
		t.Errorf("%q: nobody wrapped it, but %+v, %v", raw, c, err)
	}
	if is := err == nil && c.Layers[0].Link != nil; is != IsSafeLink(raw) {
		t.Errorf("%q: IsSafeLink says %v", raw, !is)
	}
	if url, unwrapped := Original(raw); unwrapped != (err == nil) || unwrapped && url != c.Original() || !unwrapped && url != raw {
		t.Errorf("%q: Original says %q, %v", raw, url, unwrapped)
	}
}

// tableHosts are the hosts of all tables, written out.
func tableHosts() []string {
	var hosts []string
	for _, s := range services {
		for _, h := range s.hosts {
			if !slices.Contains(hosts, h) {
				hosts = append(hosts, h)
			}
		}
	}
	for i, h := range hosts {
		switch h[0] {
		case '.':
			hosts[i] = "a" + h
		case '*':
			hosts[i] = "protect-eu" + h[1:]
		}
	}
	return append(hosts, "google.com", "www.google.co.uk", "l.co", "track.contoso.example")
}

// TestService goes through all hosts of the tables with all paths of the tables, and
// through hosts that look like them with those of the service. Other schemes than https
// are tried with a few paths.
func TestService(t *testing.T) {
	paths := []string{"", "/", "?", "#", "/doc/3f2a", "/ap/w-59584e83/", "/mail/safelink.html", "/evergreen-assets/safelinks/1/atp-safelinks.html", "/x/safelinks.protection"}
	common := len(paths)
	for _, s := range services {
		for _, p := range s.paths {
			assert.NotContains(t, p, "?")
			assert.NotContains(t, p, "#")
			if !slices.Contains(paths, p) {
				paths = append(paths, p, strings.ToUpper(p))
			}
		}
	}
	for _, h := range tableHosts() {
		own := slices.Clone(paths[:common])
		for _, s := range services {
			if s.hasHost(h) && !slices.Contains(s.hosts, "*") {
				own = append(own, s.paths...)
			}
		}
		for i, host := range []string{
			h, strings.ToUpper(h), h + ".", h + "..", "a." + h, "a-" + h, "a" + h, "." + h, "ü." + h, h[1:], h[:len(h)-1],
			h + ".example", "example@" + h, h + "@example", h + ":443", h + ":x", "[" + h, h + "%2f", h + "\\", h + " ", h + "\u200b",
			strings.ReplaceAll(h, ".", "-"), strings.ReplaceAll(h, ".", "[.]"), strings.ReplaceAll(h, "s", "ſ"), strings.ReplaceAll(h, "o", "O"),
			"safelinks.protection." + h, "safelinks-Protection" + h, "safelinks." + h,
		} {
			for _, scheme := range []string{"https://", "http://", "HTTPS://", "hxxps://", "ftp://", "//", "", " <https://", "https%3A%2F%2F"} {
				checkService(t, scheme+host)
				tried := own
				switch {
				case scheme != "https://":
					tried = paths[:common]
				case i == 0:
					tried = paths
				}
				for _, path := range tried {
					checkService(t, scheme+host+path+"?fewReq=&url=https%3A%2F%2Fwww.example.com&q=x \u200b")
				}
			}
		}
		if t.Failed() {
			return
		}
	}
}

// TestServiceOfRandomHosts puts hosts together out of pieces of the tables' hosts.
func TestServiceOfRandomHosts(t *testing.T) {
	var pieces []string
	for _, h := range tableHosts() {
		pieces = append(pieces, strings.SplitAfter(h, ".")...)
	}
	pieces = append(pieces, "/", "?", "#", "@", ":", "%", "\\", "ü", "A", "-", "[", "/url", "/s/")
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50_000 {
		raw := "https://"
		for range 1 + rng.IntN(5) {
			raw += pieces[rng.IntN(len(pieces))]
		}
		checkService(t, raw)
		if t.Failed() {
			return
		}
	}
}

// TestOtherLinks holds that common links are not taken for wrapped ones, also at hosts
// that share the end of one of the tables'.
func TestOtherLinks(t *testing.T) {
	for _, raw := range []string{
		plainLink,
		"http://www.example.com",
		"https://www.example.com?a=b",
		"https://intranet/a",
		"https://x.y",
		"https://www.facebook.com/a",
		"https://mcas.ms.example/",
		"https://www.google.com/search?q=a",
		"https://urldefense.com/about",
	} {
		_, err := Unwrap(raw)
		assert.Equal(t, ErrNotWrapped, err, raw)
	}
}

func TestServiceTable(t *testing.T) {
	for _, s := range services {
		assert.NotEmpty(t, s.kind)
		assert.NotEmpty(t, s.hosts, s.kind)
		if slices.Contains(s.hosts, "*") {
			assert.NotEmpty(t, s.paths, "%s: at any host, the path tells the service", s.kind)
			assert.Len(t, s.hosts, 1, s.kind)
		}
		for _, path := range s.paths {
			assert.Greater(t, len(path), 1, s.kind)
			assert.Equal(t, byte('/'), path[0], s.kind)
		}
		assert.Equal(t, s.form == "", s.unwrap != nil || s.params != nil, s.kind)
		assert.False(t, s.unwrap != nil && s.params != nil, s.kind)
		for _, names := range [][]string{s.hosts, s.paths, s.params, s.keep, s.words} {
			for _, name := range names {
				assert.Equal(t, strings.ToLower(name), name, "%s: names of the table are in lower case", s.kind)
			}
		}
	}
	for _, c := range safeLinkClouds {
		assert.Contains(t, safeLinkHosts, c.host)
		assert.Contains(t, safeLinkHosts, "."+c.host)
	}
	assert.Len(t, safeLinkHosts, 2*len(safeLinkClouds))
}

func TestKinds(t *testing.T) {
	kinds := Kinds()
	assert.Len(t, kinds, 69)
	seen := make(map[Kind]bool)
	for _, k := range kinds {
		assert.False(t, seen[k], k)
		seen[k] = true
	}
	kinds[0] = "changed"
	assert.Equal(t, KindSafeLinks, Kinds()[0], "the slice belongs to the caller")
}
