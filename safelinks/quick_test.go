package safelinks

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// checkQuick compares the ways that are cut short for links that nobody wrapped
// with the whole ones.
func checkQuick(t *testing.T, raw string) {
	t.Helper()
	var p, slow parts
	ok, slowOK := p.split(raw), slow.cut(trim(raw), false)
	if ok != slowOK || ok && p != slow {
		t.Errorf("%q is cut to %+v, %v, not %+v, %v", raw, p, ok, slow, slowOK)
	}
	var pg, slowPage page
	o, slowOutcome := foreign, foreign
	var w, slowW *wrapper
	if slowOK {
		o = pg.find(&p)
		slowPage, slowOutcome = slowFind(&p)
		w, slowW = findWrapper(&p), slowFindWrapper(&p)
	}
	if o != slowOutcome || pg.form != slowPage.form || pg.host != slowPage.host || pg.region != slowPage.region {
		t.Errorf("%q leads to %+v, %v, not %+v, %v", raw, pg, o, slowPage, slowOutcome)
	}
	if w != slowW {
		t.Errorf("%q: wrapper %+v, not %+v", raw, w, slowW)
	}
	if is := slowOutcome == decoded && slowPage.hasTarget(&p); is != IsSafeLink(raw) {
		t.Errorf("%q: IsSafeLink says %v", raw, !is)
	}
	if slowOutcome == foreign && slowW == nil {
		c, err := Unwrap(raw)
		if c.Input != raw || c.Layers != nil || c.Flags != 0 || err != ErrNotSafeLink {
			t.Errorf("%q: nobody wrapped it, but %+v, %v", raw, c, err)
		}
	} else if !MayBeWrapped(raw) {
		t.Errorf("%q may be wrapped", raw)
	}
}

// tableHosts are the hosts of all tables, written out.
func tableHosts() []string {
	var hosts []string
	for _, w := range wrappers {
		hosts = append(hosts, w.hosts...)
	}
	for _, h := range safeLinkHosts {
		hosts = append(hosts, h.suffix, "."+h.suffix)
	}
	hosts = append(hosts, teamsHosts[:]...)
	hosts = append(hosts, outlookHosts[:]...)
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

// TestQuick goes through all hosts of the tables, through hosts that look like
// them, and through all paths of the tables at each.
func TestQuick(t *testing.T) {
	paths := []string{"", "/", "?", "#", "/doc/3f2a", "/ap/w-59584e83/", "/mail/safelink.html", "/evergreen-assets/safelinks/1/atp-safelinks.html", "/x/safelinks.protection"}
	for _, w := range wrappers {
		for _, p := range w.paths {
			assert.NotContains(t, p, "?")
			assert.NotContains(t, p, "#")
			paths = append(paths, p, strings.ToUpper(p))
		}
	}
	for _, h := range tableHosts() {
		for _, host := range []string{
			h, strings.ToUpper(h), h + ".", h + "..", "a." + h, "a-" + h, "a" + h, "." + h, "ü." + h, h[1:], h[:len(h)-1],
			h + ".example", "example@" + h, h + "@example", h + ":443", h + ":x", "[" + h, h + "%2f", h + "\\", h + " ", h + "\u200b",
			strings.ReplaceAll(h, ".", "-"), strings.ReplaceAll(h, ".", "[.]"), strings.ReplaceAll(h, "s", "ſ"), strings.ReplaceAll(h, "o", "O"),
			"safelinks.protection." + h, "safelinks-Protection" + h, "safelinks." + h,
		} {
			for _, scheme := range []string{"https://", "http://", "HTTPS://", "hxxps://", "ftp://", "//", "", " <https://", "https%3A%2F%2F"} {
				checkQuick(t, scheme+host)
				for _, path := range paths {
					checkQuick(t, scheme+host+path+"?fewReq=&url=https%3A%2F%2Fwww.example.com&q=x \u200b")
				}
			}
		}
		if t.Failed() {
			return
		}
	}
}

// TestQuickRandom puts hosts together out of pieces of the tables' hosts.
func TestQuickRandom(t *testing.T) {
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
		checkQuick(t, raw)
		if t.Failed() {
			return
		}
	}
}

// TestQuickIsQuick holds that common links are refused without a closer look:
// also at hosts that share the end of one of the tables'.
func TestQuickIsQuick(t *testing.T) {
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
		assert.False(t, MayBeWrapped(raw), raw)
	}
}

// TestParseGUIDBytes puts every byte at every place.
func TestParseGUIDBytes(t *testing.T) {
	for _, id := range []string{"3246927a-20c5-43a9-d37b-08dc713331d6", "3246927a20c543a9d37b08dc713331d6", "{3246927a20c543a9d37b08dc713331d6}"} {
		b := []byte(id)
		for i := range b {
			for c := range 256 {
				b[i] = byte(c)
				got, ok := ParseGUID(string(b))
				want, wantOK := slowParseGUID(string(b))
				if got != want || ok != wantOK {
					t.Errorf("%q: %v, %v, not %v, %v", b, got, ok, want, wantOK)
				}
			}
			b[i] = id[i]
		}
	}
}

// TestWildcardPaths holds that the paths of rows that answer at every host say
// something behind the slash: MayBeWrapped goes by that.
func TestWildcardPaths(t *testing.T) {
	for rows := rowsByEnd().anywhere; rows != 0; rows &= rows - 1 {
		for _, path := range rows.first().paths {
			assert.Greater(t, len(path), 1, path)
		}
	}
}
