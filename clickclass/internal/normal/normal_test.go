package normal

import (
	"math/rand/v2"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/safelinks"
)

const safeLink = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2FA.example%2Fb%23c&data=x"

// wrap puts a URL into a Safe Link.
func wrap(target string) string {
	return "https://eur01.safelinks.protection.outlook.com/?url=" + url.QueryEscape(target) + "&data=05%7C02%7C&reserved=0"
}

func TestAccount(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "",
		"ann@one.example":      "ann@one.example",
		"ANN@One.Example":      "ann@one.example",
		"ann@one.exampleZ":     "ann@one.examplez",
		"Ann":                  "ann",
		"ÄNN@one.example":      "Änn@one.example", // ASCII alone is folded
		"\u212aim@one.example": "\u212aim@one.example",
		"@[`{Z":                "@[`{z", // the neighbours of the letters
		"A\xffB\x00C":          "a\xffb\x00c",
		" Ann ":                " ann ",
	} {
		assert.Equal(t, want, Account(in), "%q", in)
	}
}

func TestDomain(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "ann": "", "ann@": "", "@": "", "@one.example": "one.example",
		"ann@one.example": "one.example", "ann@one@two": "one@two",
	} {
		assert.Equal(t, want, Domain(in), "%q", in)
	}
}

func TestMessageID(t *testing.T) {
	const id = "5f0c2a11-93b4-4e07-bd1c-08de79b3a4f1"
	for in, want := range map[string]string{
		id:                                     id,
		strings.ToUpper(id):                    id,
		"{" + id + "}":                         id,
		strings.ReplaceAll(id, "-", ""):        id,
		"6" + id[1:]:                           "6" + id[1:],
		id[:35] + "2":                          id[:35] + "2",
		id[:35]:                                id[:35], // no GUID
		strings.ToUpper(id[:35]) + "G":         id[:35] + "g",
		"{" + strings.ToUpper(id):              "{" + id,
		"":                                     "",
		"Message-7":                            "message-7",
		"00000000-0000-0000-0000-000000000000": "", // the zero GUID names nothing
		"ffffffff-ffff-ffff-ffff-ffffffffffff": "ffffffff-ffff-ffff-ffff-ffffffffffff",
	} {
		assert.Equal(t, want, MessageID(in), "%q", in)
	}
}

func TestURL(t *testing.T) {
	const plain = "https://A.example:443/b?c=d#e"
	for name, tt := range map[string]struct{ in, want string }{
		"nothing":            {"", ""},
		"not wrapped":        {plain, plain},
		"not a URL":          {"\xff %zz", "\xff %zz"},
		"a Safe Link":        {wrap(plain), plain},
		"a fragment within":  {safeLink, "https://A.example/b#c"},
		"two Safe Links":     {wrap(wrap(plain)), plain},
		"no target":          {"https://eur01.safelinks.protection.outlook.com/?data=x", "https://eur01.safelinks.protection.outlook.com/?data=x"},
		"a look-alike":       {"https://safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fa.example", "https://safelinks.protection.outlook.com.evil.example/?url=https%3A%2F%2Fa.example"},
		"wrapped by another": {"https://urldefense.com/v3/__https://a.example/b__;!!abc!def$", "https://a.example/b"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.want, URL(tt.in))
		})
	}
}

// slowComparable is Comparable in a step for each thing that is cut off.
func slowComparable(s string) string {
	s, _, _ = strings.Cut(s, "#")
	port := ""
	for _, scheme := range []string{"https", "http"} {
		if n := len(scheme + "://"); port == "" && len(s) >= n && slowLower(s[:n]) == scheme+"://" {
			s, port = s[n:], map[string]string{"https": ":443", "http": ":80"}[scheme]
		}
	}
	host, rest := s, ""
	if i := strings.IndexAny(s, "/?"); i >= 0 {
		host, rest = s[:i], s[i:]
	}
	if rest == "/" {
		rest = ""
	}
	return slowLower(strings.TrimSuffix(host, port)) + rest
}

func slowLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

func TestComparable(t *testing.T) {
	// The URLs of a list are the same link, and no two lists have one.
	lists := map[string][]string{
		"a.example":            {"a.example", "A.EXAMPLE", "https://a.example", "HTTP://A.Example:80", "http://a.example/", "https://A.example:443#/", "A.EXAMPLE#b", "a.example/#b?c"},
		"a.example/b":          {"https://a.example/b", "http://A.example:80/b#top", "hTTps://a.example:443/b", URL(wrap("https://a.example/b"))},
		"a.example/B":          {"https://a.example/B", "https://A.EXAMPLE/B#b"},
		"a.example/b/":         {"https://a.example/b/"},
		"a.example/b?c":        {"https://a.example:443/b?c#d", "https://a.example/b?c", "a.example/b?c"},
		"a.example:443/b?c":    {"http://a.example:443/b?c", "a.example:443/b?c"},
		"a.example:443":        {"https://a.example:443:443"}, // one port is taken off
		"a.example:80/":        {},
		"a.example?b/":         {"https://a.example?b/", "a.example?b/"},
		"a.example?b/C":        {"https://A.example?b/C"},
		"a.example//":          {"https://a.example//"},
		"a.example:8080":       {"https://a.example:8080/", "http://A.example:8080"},
		"user@a.example":       {"https://user@A.example/"},
		"ftp://a.example":      {},
		"ftp:":                 {"ftp:"},
		"ftp://a.example/B":    {"ftp://a.example/B", "FTP://a.example/B#c"},
		"mailto:ann@a.example": {"mailto:Ann@A.example"},
		"":                     {"", "#", "/", "https://", "https://#", "https:///", "https://:443", "HTTP://:80/"},
		"?":                    {"?", "https://?", "?#a"},
		":443":                 {":443", "http://:443"},
		"a?b/c:443":            {"https://a?b/c:443"},
		"a/b":                  {"https://a/b#c#d", "a/b#c?d"},
		"a":                    {"https://a#b/c"},
		"http":                 {"http#://a"},
		"http://a":             {"https://http://a"}, // one scheme is taken off
		"\xff.example/\xff":    {"https://\xff.EXAMPLE/\xff"},
		"Ärger.example/Ä":      {"https://Ärger.EXAMPLE/Ä"},
		"//a":                  {"https:////a"},
		"httpſ://a":            {"HTTPſ://a"}, // a long s is no s
	}
	for want, urls := range lists {
		for _, in := range urls {
			assert.Equal(t, want, Comparable(in), "%q", in)
			assert.Equal(t, want, slowComparable(in), "%q, the twin", in)
		}
	}
}

// randomText strings together parts of URLs, accounts and ids.
func randomText(rng *rand.Rand) string {
	parts := []string{"https://", "HTTPS://", "http://", "example.org", "Example.ORG", "a", "A", "/", "/", "?", "#", ":443", ":80", "@", ".",
		"/path/to?campaign=", "ärger", "\xff", "person.number17", "CONTOSO.example", "5f0c2a11-93b4-4e07-bd1c-08de79b3a4f1", "{", "}", "-",
		"[", "]", "2001:db8::1", "192.0.2.1", `\`, safeLink, strings.Repeat("long/", 60)}
	var b strings.Builder
	for range rng.IntN(7) {
		b.WriteString(parts[rng.IntN(len(parts))])
	}
	return b.String()
}

func TestRandomTexts(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for range 20_000 {
		checkText(t, randomText(rng))
	}
}

// checkText holds that a text has one normal form of each kind, and that it is the one of
// the slow twin.
func checkText(t *testing.T, s string) {
	t.Helper()
	require.Equal(t, slowLower(s), Account(s), "account %q", s)
	require.Equal(t, Account(s), Account(Account(s)), "account %q", s)
	require.Equal(t, MessageID(s), MessageID(MessageID(s)), "id %q", s)
	require.Equal(t, slowComparable(s), Comparable(s), "comparable %q", s)
	if once := Comparable(s); !hasScheme(once) { // a URL in the place of a host keeps its scheme
		require.Equal(t, once, Comparable(once), "comparable %q", s)
	}

	chain, err := safelinks.Unwrap(s)
	if err != nil {
		require.Equal(t, s, URL(s), "url %q", s)
	}
	if once := URL(s); chain.Flags&safelinks.FlagDepthLimit == 0 { // else there is more to unwrap
		require.Equal(t, once, URL(once), "url %q", s)
	}
	checkHost(t, s)
}

func hasScheme(s string) bool {
	s = slowLower(s)
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// checkHost holds that a host is what net/url takes for one, where it reads the URL, and
// that a site is the end of its host.
func checkHost(t *testing.T, s string) {
	t.Helper()
	host, site := Host(s), Site(s)
	require.NotContains(t, host, "/", "host %q", s)
	require.Equal(t, strings.ToLower(host), host, "host %q", s)
	require.Equal(t, host == "", site == "", "site %q", s)
	require.True(t, strings.HasSuffix(host, site), "host %q and site %q of %q", host, site, s)
	if plainHost(host) {
		require.Equal(t, host, Host(host), "host %q", s)
		require.Equal(t, host, Host("https://user@"+host+".:8080/path?query#fragment"), "host %q", s)
		require.Equal(t, site, Site(site), "site %q", s)
		require.Equal(t, site, Site(host), "site %q", s)
	}
	if u, ok := parseURL(s); ok {
		require.Equal(t, strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), host, "host %q", s)
	}
}

// parseURL parses an absolute URL with net/url. It returns false for what net/url decodes,
// and for more colons than a host and a port have.
func parseURL(s string) (*url.URL, bool) {
	u, err := url.Parse(s)
	ok := err == nil && u.Scheme != "" && strings.HasPrefix(slowLower(s), u.Scheme+"://") && !strings.ContainsAny(s, `%\`)
	return u, ok && (strings.HasPrefix(u.Host, "[") || strings.Count(u.Host, ":") < 2)
}

// plainHost reports whether a host has neither colons nor brackets, and one root dot at
// most.
func plainHost(host string) bool {
	return host != "" && !strings.ContainsAny(host, ":[]") && !strings.HasSuffix(host, ".")
}

func TestHost(t *testing.T) {
	for in, want := range map[string]string{
		"":                                           "",
		"https://":                                   "",
		"https:///path":                              "",
		"https://www.Example.COM/A":                  "www.example.com",
		"https://www.example.com?a=b":                "www.example.com",
		"https://www.example.com#a":                  "www.example.com",
		"www.example.com":                            "www.example.com",
		"www.example.com:8080":                       "www.example.com",
		"www.example.com/a:b@c":                      "www.example.com",
		"//www.example.com/a":                        "",
		"ftp://example.com":                          "example.com",
		"http://user:secret@Example.COM:8080/":       "example.com",
		"https://a@b@example.com":                    "example.com",
		"https://example.com.:443/":                  "example.com",
		"example.com.":                               "example.com",
		"https://a@[2001:DB8::1]:443/a]":             "2001:db8::1",
		"https://[2001:db8::1/a]":                    "[2001:db8::1", // half a pair of brackets
		"2001:db8::1":                                "2001:db8::1",
		"192.0.2.1:80":                               "192.0.2.1",
		"example.com/?u=https://www.example.org.:1/": "www.example.org", // the first "://" counts, whatever it is behind
		`https://example.com\@example.org`:           "example.com",
		"https://ÄRGER.example":                      "ärger.example",
		"https://a.\xff":                             "a.\ufffd",
		"A:1@b:2@c..":                                "c.",
		":80":                                        "",
		"@":                                          "",
		"[]":                                         "",
		"]":                                          "]",
	} {
		assert.Equal(t, want, Host(in), "%q", in)
	}
}

func TestSite(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "",
		"https://":                            "",
		"https://www.example.com/a":           "example.com",
		"https://www.example.co.uk/a?b":       "example.co.uk",
		"HTTPS://USER@A.B.Example.CO.UK.:443": "example.co.uk",
		"example.com":                         "example.com",
		"com":                                 "com",
		"co.uk":                               "co.uk",
		"localhost":                           "localhost",
		"https://www.contoso.github.io/x":     "contoso.github.io", // a suffix under which others register
		"https://192.0.2.1/":                  "192.0.2.1",
		"192.0.2.1:8080":                      "192.0.2.1",
		"https://[2001:DB8::1]:443/":          "2001:db8::1",
		"[::ffff:192.0.2.1]":                  "::ffff:192.0.2.1",
		"https://[fe80::1%25eth0]/":           "fe80::1%25eth0",
		"host.1":                              "host.1", // ends in a digit and is no address
		"a.b.unknown":                         "b.unknown",
		"a..example":                          "a..example", // an empty label
		".example.com":                        ".example.com",
		"https://xn--rger-koa.example/":       "xn--rger-koa.example",
		"\xff.example":                        "\ufffd.example",
	} {
		assert.Equal(t, want, Site(in), "%q", in)
	}
}

// TestSiteOfAddresses shows that the site of an address is the address, however it is
// written in a URL.
func TestSiteOfAddresses(t *testing.T) {
	for _, s := range []string{"0.0.0.0", "192.0.2.255", "::", "::1", "2001:db8::", "2001:db8::a", "fe80::dead:beef"} {
		want := netip.MustParseAddr(s).String()
		urls := []string{s, "https://[" + s + "]:443/", "http://[" + s + "]"}
		if !strings.Contains(s, ":") {
			urls = []string{s, s + ":80", "https://" + s + "/a.b"}
		}
		for _, in := range urls {
			assert.Equal(t, want, Site(in), "%q", in)
			assert.Equal(t, want, Host(in), "%q", in)
		}
	}
}

// FuzzNormal asks whether every text has one normal form of each kind, and whether it is
// that of a slow twin or of net/url.
func FuzzNormal(f *testing.F) {
	f.Add("https://track.contoso.example/doc/3f2a?id=1z9xk&utm_source=mail") // most links
	f.Add("https://A.example:443/b#c")                                       // scheme, case, port and fragment
	f.Add("Ann@ONE.example")                                                 // an account
	f.Add("{5F0C2A1193B44E07BD1C08DE79B3A4F1}")                              // an id
	f.Add("00000000-0000-0000-0000-000000000000")                            // the id of nothing
	f.Add(safeLink)                                                          // a wrapped link
	f.Add(wrap(wrap(wrap("https://a.example/"))))                            // wrapped again and again
	f.Add("http://user:secret@Example.COM:8080/")                            // all parts of an authority
	f.Add("https://a@[2001:DB8::1]:443/a]")                                  // an address in brackets
	f.Add("https://[2001:db8::1/a]")                                         // half a pair of brackets
	f.Add("2001:db8::1")                                                     // colons of no port
	f.Add("example.com/?u=https://www.example.org.:1/")                      // the first "://" is not the scheme's
	f.Add(`https://example.com\@example.org`)                                // a back-slash ends the host
	f.Add("https://ÄRGER.example.\xff")                                      // letters and bytes beyond ASCII
	f.Add("A:1@b:2@c..")                                                     // twice each
	f.Add("https://http://a")                                                // a URL in the place of a host
	f.Fuzz(func(t *testing.T, s string) { checkText(t, s) })
}

// sink keeps what benchmarks compute.
var sink string

// BenchmarkNormal puts what a row holds into its normal forms. The ratio is that to parsing
// the link with net/url.
func BenchmarkNormal(b *testing.B) {
	const link = "https://track.contoso.example/doc/3f2a?id=1z9xk&utm_source=mail"
	for _, bench := range []struct {
		name string
		run  func()
	}{
		{"account", func() { sink = Account("Person.Number17@contoso.example") }},
		{"url", func() { sink = Comparable(URL(link)) }},
		{"wrapped", func() { sink = Comparable(URL(safeLink)) }},
		{"host", func() { sink = Host(link) }},
		{"site", func() { sink = Site(link) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			const parses = 10_000
			begin := time.Now()
			for range parses {
				u, err := url.Parse(link)
				if err != nil {
					b.Fatal(err)
				}
				sink = u.Host
			}
			parsing := float64(time.Since(begin)) / parses
			b.ReportAllocs()
			for b.Loop() {
				bench.run()
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/parsing, "ratio")
		})
	}
}
