package evidence

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
)

// wrap makes a Safe Link of a link.
func wrap(link string) string {
	return "https://eur01.safelinks.protection.outlook.com/?url=" + strings.ReplaceAll(url.QueryEscape(link), "+", "%20") + "&data=05%7C02%7Cdana%40contoso.example%7C&sdata=x%3D&reserved=0"
}

func TestLinkText(t *testing.T) {
	tests := []struct {
		name string
		a, b string
		same bool
	}{
		{"scheme and host", "http://Docs.Fabrikam.example:80/a", "https://docs.fabrikam.example/a", true},
		{"fragment", "https://docs.fabrikam.example/a#part", "https://docs.fabrikam.example/a", true},
		{"wrapper", wrap("https://docs.fabrikam.example/a?b=1"), "https://docs.fabrikam.example/a?b=1", true},
		{"wrapper with escaped ampersands", strings.ReplaceAll(wrap("https://docs.fabrikam.example/a"), "&", "&amp;"), "https://docs.fabrikam.example/a", true},
		{"case of escapes", "https://docs.fabrikam.example/%c3%a4?q=%2fx", "https://docs.fabrikam.example/%C3%A4?q=%2Fx", true},
		{"a letter that need not be escaped", "https://docs.fabrikam.example/%61%2Db%7e", "https://docs.fabrikam.example/a-b~", true},
		{"space", "https://docs.fabrikam.example/a b.pdf", "https://docs.fabrikam.example/a%20b.pdf", true},
		{"letters beyond ASCII", "https://docs.fabrikam.example/ä", "https://docs.fabrikam.example/%C3%A4", true},
		{"quotes and bars", `https://docs.fabrikam.example/a?q='x'|"y"`, "https://docs.fabrikam.example/a?q=%27x%27%7C%22y%22", true},
		{"ampersand of HTML", "https://docs.fabrikam.example/a?b=1&amp;c=2", "https://docs.fabrikam.example/a?b=1&c=2", true},
		{"slash at the end", "https://docs.fabrikam.example/a/", "https://docs.fabrikam.example/a", true},
		{"slash before the query", "https://docs.fabrikam.example/?b=1", "https://docs.fabrikam.example?b=1", true},
		{"Edge", "microsoft-edge:https://docs.fabrikam.example/a", "https://docs.fabrikam.example/a", true},
		{"Edge with parameters", "Microsoft-Edge:?launchContext1=Mail&url=https%3A%2F%2Fdocs.fabrikam.example%2Fa%3Fb%3D1", "https://docs.fabrikam.example/a?b=1", true},
		{"Edge with a wrapped link", "microsoft-edge:?url=" + url.QueryEscape(wrap("https://docs.fabrikam.example/a")), "https://docs.fabrikam.example/a", true},
		{"Edge with a wrong escape", "microsoft-edge:?url=https://docs.fabrikam.example/a%zz", "https://docs.fabrikam.example/a%zz", true},
		{"Edge without a link", "microsoft-edge:?launchContext1=Mail", "https://docs.fabrikam.example/a", false},

		{"blanks around it", " https://docs.fabrikam.example/a\r\n", "https://docs.fabrikam.example/a", true},
		{"blanks around Edge", " microsoft-edge:https://docs.fabrikam.example/a ", "https://docs.fabrikam.example/a", true},
		{"a line break within", "https://docs.fabrikam.example/a\r\nb", "https://docs.fabrikam.example/ab", true},
		{"root dot", "https://docs.fabrikam.example./a", "https://docs.fabrikam.example/a", true},
		{"root dot and port", "https://docs.fabrikam.example.:443/a", "https://docs.fabrikam.example/a", true},
		{"Unicode host", "https://b\u00fccher.example/a", "https://xn--bcher-kva.example/a", true},
		{"Unicode host in capitals", "https://B\u00dcCHER.example/a", "https://xn--bcher-kva.example/a", true},
		{"escaped host", "https://b%C3%BCcher.example/a", "https://xn--bcher-kva.example/a", true},
		{"fullwidth host", "https://\uff44ocs\u3002fabrikam.example/a", "https://docs.fabrikam.example/a", true},
		{"braces, bar and quotes", "https://docs.fabrikam.example/{a}|\"b\"^`<c>", "https://docs.fabrikam.example/%7Ba%7D%7C%22b%22%5E%60%3Cc%3E", true},
		{"backslashes", `https:\\docs.fabrikam.example\a\b`, "https://docs.fabrikam.example/a/b", true},
		{"dots in the path", "https://docs.fabrikam.example/x/../a/./b", "https://docs.fabrikam.example/a/b", true},
		{"escaped dots in the path", "https://docs.fabrikam.example/x/%2E%2e/a", "https://docs.fabrikam.example/a", true},
		{"too many dots", "https://docs.fabrikam.example/../../a", "https://docs.fabrikam.example/a", true},
		{"dots at the end", "https://docs.fabrikam.example/a/b/..", "https://docs.fabrikam.example/a/", true},

		{"an address as one number", "https://3405803786/a", "https://203.0.113.10/a", true},
		{"an address in hexadecimal digits", "https://0xCB00710A/a", "https://203.0.113.10/a", true},
		{"an address of mixed numbers", "https://203.0.0x710a/a", "https://203.0.113.10/a", true},
		{"an address in octal digits", "https://0313.0.0161.012:443/a", "https://203.0.113.10/a", true},

		{"a number too large for an address", "https://203.0.113.266/a", "https://203.0.113.10/a", false},
		{"dots in a name", "https://docs.fabrikam.example/a/..b", "https://docs.fabrikam.example/b", false},
		{"dots in the query", "https://docs.fabrikam.example/a?b=/../c", "https://docs.fabrikam.example/a?b=/c", false},
		{"a backslash in the query", `https://docs.fabrikam.example/a?b=\c`, "https://docs.fabrikam.example/a?b=/c", false},
		{"another Unicode host", "https://b\u00fccher.example/a", "https://bucher.example/a", false},
		{"a user's name", "https://ann@docs.fabrikam.example/a", "https://docs.fabrikam.example/a", false},
		{"case of the path", "https://docs.fabrikam.example/A", "https://docs.fabrikam.example/a", false},
		{"an escaped slash", "https://docs.fabrikam.example/a%2Fb", "https://docs.fabrikam.example/a/b", false},
		{"an escaped ampersand", "https://docs.fabrikam.example/a?b=1%26c=2", "https://docs.fabrikam.example/a?b=1&c=2", false},
		{"an escaped percent sign", "https://docs.fabrikam.example/a%2541", "https://docs.fabrikam.example/a%41", false},
		{"plus and space", "https://docs.fabrikam.example/a?q=b+c", "https://docs.fabrikam.example/a?q=b%20c", false},
		{"slash at the end of the query", "https://docs.fabrikam.example/a?b=/", "https://docs.fabrikam.example/a?b=", false},
		{"another query", "https://docs.fabrikam.example/a?b=1", "https://docs.fabrikam.example/a?b=2", false},
		{"a longer path", "https://docs.fabrikam.example/a", "https://docs.fabrikam.example/a/b", false},
		{"a port", "https://docs.fabrikam.example:8443/a", "https://docs.fabrikam.example/a", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.same {
				assert.Equal(t, linkText(tt.b), linkText(tt.a))
			} else {
				assert.NotEqual(t, linkText(tt.b), linkText(tt.a))
			}
		})
	}
	assert.Empty(t, linkText(""))
	assert.Zero(t, linkKey(""))
}

// longLink is longer than minCut and has all that can be cut into halves.
const longLink = "https://docs.fabrikam.example/sites/%C3%A4rger/Documents?one=1&amp;two=a b&three=%c3%a4" +
	"&four=01234567890123456789012345678901234567890123456789&five=%E2%82%AC&amp;six=%20&seven=ü" +
	"&eight=01234567890123456789012345678901234567890123456789&nine=%2541&ten=/"

// TestCutText holds that a link that is cut anywhere is the beginning of the whole link.
func TestCutText(t *testing.T) {
	whole := linkText(longLink)
	for name, link := range map[string]string{
		"bare":                  longLink,
		"wrapped":               wrap(longLink),
		"Edge":                  "microsoft-edge:" + longLink,
		"wrapped, HTML escaped": strings.ReplaceAll(wrap(longLink), "&", "&amp;"),
	} {
		t.Run(name, func(t *testing.T) {
			checked := 0
			for n := minCut + len("microsoft-edge:"); n < len(link); n++ {
				for _, end := range []string{"", "…", "...", "\uFFFD"} {
					cut := link[:n] + end
					if strings.HasPrefix(name, "wrapped") && n > strings.Index(link, "data=05") {
						assert.Empty(t, cutText(cut), "all of the link is there")
						continue
					}
					text := cutText(cut)
					require.True(t, strings.HasPrefix(whole, text), "%d%s: %q", n, end, text)
					require.Greater(t, len(text), minCut/2, "%d%s", n, end)
					checked++
				}
			}
			assert.Greater(t, checked, 100)
		})
	}
	long := strings.Repeat("x", minCut)
	for name, link := range map[string]string{
		"short":                          "https://docs.fabrikam.example/a",
		"one short of the limit":         longLink[:minCut-1],
		"only a host":                    "https://" + long + ".example/",
		"a short link in a long wrapper": wrap("https://docs.fabrikam.example/a") + long,
		"empty":                          "",
	} {
		t.Run(name, func(t *testing.T) { assert.Empty(t, cutText(link)) })
	}
	assert.NotEmpty(t, cutText(longLink[:minCut]))
}

func TestIsHost(t *testing.T) {
	for raw, want := range map[string]bool{
		"docs.fabrikam.example":                           true,
		"docs.fabrikam.example/":                          true,
		"https://docs.fabrikam.example":                   true,
		"HTTP://docs.fabrikam.example:8080/":              true,
		"microsoft-edge:https://docs.fabrikam.example/":   true,
		"https://eur01.safelinks.protection.outlook.com/": true,
		"https://docs.fabrikam.example/a":                 false,
		"docs.fabrikam.example?a":                         false,
		"https://":                                        false,
		"localhost":                                       false,
		`C:\Users\dana\report.lnk`:                        false,
		`\\server.example\share`:                          false,
		"C:/Users/dana/report.html":                       false,
		"file:///C:/Users/dana/report.html":               false,
		"a name with blanks.pdf":                          false,
		"":                                                false,
	} {
		rest, _ := withoutScheme(raw)
		assert.Equal(t, want, isHost(rest), raw)
	}
}

// FuzzLinkText asks whether a link is the same after what tools do to it, and whether a cut
// link is the beginning of the whole one.
func FuzzLinkText(f *testing.F) {
	f.Add("a?b=1&c=2", uint16(5))                          // a usual link
	f.Add(strings.TrimPrefix(longLink, host), uint16(210)) // a cut one
	f.Add("%", uint16(3))                                  // half an escape
	f.Add(strings.Repeat("%e2%82%ac", 40), uint16(201))    // cut within a character
	f.Add(strings.Repeat("&amp;", 60), uint16(202))        // cut within an ampersand
	f.Add("?&amp;&amp;amp;#\xff%fF", uint16(2))            // wrong in several ways
	f.Fuzz(func(t *testing.T, rest string, n uint16) {
		link := host + rest
		if unwrapped := normal.URL(link); unwrapped != link || link[len(link)-1] <= ' ' {
			return // blanks at the end are not sent
		}
		changed := map[string]string{
			"Edge":            "microsoft-edge:" + link,
			"case of escapes": escapeCase.ReplaceAllStringFunc(link, strings.ToUpper),
			"fragment":        link + "#x",
		}
		if !strings.Contains(link, "&amp;") && !strings.Contains(link, "#") {
			changed["HTML"] = strings.ReplaceAll(link, "&", "&amp;")
		}
		if !strings.Contains(link, "%") && !strings.Contains(link, "#") {
			changed["blanks"] = strings.ReplaceAll(link, " ", "%20")
		}
		if wrapped := wrap(link); normal.URL(wrapped) == link {
			changed["wrapped"] = wrapped
		}
		text := linkText(link)
		for name, other := range changed {
			if got := linkText(other); got != text {
				t.Errorf("%s: %q is %q, and %q is %q", name, link, text, other, got)
			}
		}
		if dotSegment.MatchString(link) {
			return // what follows may take back what is left
		}
		if cut := cutText(link[:min(len(link), int(n))]); cut != "" && !strings.HasPrefix(text, cut) {
			t.Errorf("%q is not the beginning of %q", cut, text)
		}
	})
}

const host = "https://docs.fabrikam.example/"

var dotSegment = regexp.MustCompile(`(?i)[/\\](\.|%2e|\s)`)

var escapeCase = regexp.MustCompile("%[0-9a-fA-F]{2}")
