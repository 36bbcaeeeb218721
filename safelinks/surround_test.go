package safelinks

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUnwrapWithSurroundings(t *testing.T) {
	links := map[string]string{ // a link that ends with reserved=, with its target, and with a token
		"Safe Links":    wrapped("https%3A%2F%2Fwww.example.com%2F"),
		"Barracuda":     "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fwww.example.com%2f",
		"Proofpoint v3": "https://urldefense.com/v3/__https://www.example.com/__;!!id!token$",
		"Check Point":   "https://url.avanan.click/v2/___https://www.example.com/___.YXAzOmNvbnRvc286YTpvOmFi",
	}
	for name, around := range map[string]string{
		"round brackets":           "(L)",
		"square brackets":          "[L]",
		"braces":                   "{L}",
		"angle brackets":           "<L>",
		"full stop behind":         "(L).",
		"nested":                   "([<L>]),",
		"comma":                    "L,",
		"semicolon and blank":      " L; ",
		"half a bracket":           "L)",
		"quotes":                   `"L",`,
		"back-ticks":               "`L`",
		"typographic quotes":       "“L”",
		"bold":                     "**L**",
		"label of Markdown":        "[a page](L)",
		"brackets in Markdown":     "[a page](<L>)",
		"title in Markdown":        `[a page](L "title")`,
		"its own label":            "[L](L)",
		"another link as label":    "[https://www.example.com/](L)",
		"image":                    "![a page](L)",
		"label of a mail":          "a page<L>",
		"host as label of a mail":  "www.example.com<L>",
		"label and brackets":       "a page <L>.",
		"label and round ones":     "a page (L)",
		"Jira":                     "[a page|L]",
		"attribute":                `<a href="L">a page</a>`,
		"attribute, single quotes": `<a href='L'>a page</a>`,
		"name":                     "link: L",
		"name in brackets":         "<uri:L>",
		"list":                     "- L",
		"numbered list":            "1. L",
		"escaped brackets":         "&lt;L&gt;",
		"escaped Markdown":         `\[L\]`,
		"Chinese brackets":         "「L」",
		"label behind":             "[L|a page]",
		"label behind of a chat":   "<L|a page>",
		"label behind of a wiki":   "[L a page]",
		"formula":                  `=HYPERLINK("L","a page")`,
		"words and a colon":        "click here: L",
		"table":                    "a page\tL",
		"forum":                    "[url]L[/url]",
		"Org mode":                 "[[L][a page]]",
	} {
		for kind, link := range links {
			t.Run(name+"/"+kind, func(t *testing.T) {
				raw := strings.ReplaceAll(around, "L", link)
				c, err := Unwrap(raw)
				require.NoError(t, err)
				assert.Equal(t, "https://www.example.com/", c.Original())
				assert.Equal(t, raw, c.Input)
				assert.NotContains(t, Redact(raw), "3246927a")
			})
		}
	}
}

// Brackets of the target stay.
func TestUnwrapKeepsBracketsOfTheTarget(t *testing.T) {
	for link, want := range map[string]string{
		"https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fwww.example.com%2fa_(b)":             "https://www.example.com/a_(b)",
		"(https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fwww.example.com%2fa_(b))":           "https://www.example.com/a_(b)",
		"https://link.edgepilot.com/s/0a1b2c3d/AbCdEf?u=https://[2001:db8::1]/a":                  "https://[2001:db8::1]/a",
		"[https://link.edgepilot.com/s/0a1b2c3d/AbCdEf?u=https://[2001:db8::1]]":                  "https://[2001:db8::1]",
		"[x](https://link.edgepilot.com/s/0a1b2c3d/AbCdEf?u=https://[2001:db8::1]/)":              "https://[2001:db8::1]/",
		"hxxps://link[.]edgepilot[.]com/s/0a1b2c3d/AbCdEf?u=hxxps://[2001:db8::1]:8443/a":         "https://[2001:db8::1]:8443/a",
		mailHost + "?url=https%3A%2F%2F%5B2001%3Adb8%3A%3A1%5D":                                   "https://[2001:db8::1]",
		"<" + mailHost + "?url=https%3A%2F%2F%5Bfe80%3A%3A1%2525eth0%5D%3A8443%2F&reserved=0>":    "https://[fe80::1%25eth0]:8443/",
		"https://urldefense.com/v3/__https://[2001:db8::1]/a*b__;Iw!!id!token$":                   "https://[2001:db8::1]/a#b",
		"https://urldefense.com/v3/__https:/[2001:db8::1]/a*b__;Iw!!id!token$":                    "https://[2001:db8::1]/a#b",
		"https://url.avanan.click/v2/___https://[2001:db8::1]/___.YXAzOmNvbnRvc286YTpvOmFi":       "https://[2001:db8::1]/",
		"https://secure-web.cisco.com/1abc/https%3A%2F%2F%5B2001%3Adb8%3A%3A1%5D%2F":              "https://[2001:db8::1]/",
		"https://linkprotect.cudasvc.com/url?a=hxxps%3a%2f%2f%5b2001%3adb8%3a%3a1%5d%2f&c=E,1,xx": "https://[2001:db8::1]/",
	} {
		t.Run(link, func(t *testing.T) {
			c, err := Unwrap(link)
			require.NoError(t, err)
			assert.Equal(t, want, c.Original())
		})
	}
}

func TestUnwrapSchemes(t *testing.T) {
	const rest = "eur01.safelinks.protection.outlook.com/?url=TARGET&data=" + fields05 + signature
	for _, scheme := range []string{
		"https:/", "https:///", `https:\\`, `https:\/\/`, `https:\`, "HTTPS:/", "http:/", "meow://", "meows://", "MEOWS://", "hxxps:/",
		"hXXps://", "hxxp[:]//", "hxxps[://]", "https(:)//", "https[:]/", "https:[//]", "https[:][//]", `https[:]\\`, "http[s]://", "hxxp(s)://",
		"h**ps://", "h__p://", "https%3A/", "https{:}//", `https\://`, `https\:\/\/`,
		"https&#58;//", "https:&#47;&#47;", "https&colon;//",
	} {
		t.Run(scheme, func(t *testing.T) {
			for target, want := range map[string]string{
				"https%3A%2F%2Fwww.example.com%2F":           "https://www.example.com/",
				"https%3A%2Fwww.example.com%2F":              "https://www.example.com/",
				"https%3A%2F%2F%2Fwww.example.com%2F":        "https://www.example.com/",
				"https%3A%5C%5Cwww.example.com%5C":           "https://www.example.com/",
				"https%3A%5C%2F%5C%2Fwww.example.com%5C%2Fa": "https://www.example.com/a",
				"meows%3A%2F%2Fwww.example.com%2F":           "https://www.example.com/",
				"meow%3A%2F%2Fwww%5B.%5Dexample(dot)com%2F":  "http://www.example.com/",
			} {
				if strings.Contains(scheme, "%") {
					target = escapeParam(target)
				}
				link := scheme + strings.Replace(rest, "TARGET", target, 1)
				c, err := Unwrap(link)
				require.NoError(t, err, link)
				assert.Equal(t, want, c.Original(), link)
				assert.True(t, c.Flags.Has(FlagMangled))
				assert.True(t, IsSafeLink(link))
				if strings.ContainsAny(scheme, "%&") {
					continue
				}
				// In a text.
				got, found := rewrite(t, "see <"+link+">, please", RewriteOptions{Format: FormatPlain})
				require.Len(t, found, 1, link)
				assert.Equal(t, "see <"+want+">, please", got)
			}
		})
	}
	// JSON escapes every slash.
	c, err := Unwrap(`https:\/\/eur01.safelinks.protection.outlook.com\/?url=https%3A%2F%2Fwww.example.com%2F\u0026data=05%7C02`)
	require.NoError(t, err)
	assert.Equal(t, "https://www.example.com/", c.Original())
	c, err = Unwrap(`https:\\/\\/eur01.safelinks.protection.outlook.com\\/?url=https%3A%2F%2Fwww.example.com%2F\u0026data=05%7C02`)
	require.NoError(t, err)
	assert.Equal(t, "https://www.example.com/", c.Original())
	c, err = Unwrap(`https:\/\/urldefense.com\/v3\/__https:\/\/www.example.com\/a__;!!id!token$`)
	require.NoError(t, err)
	assert.Equal(t, "https://www.example.com/a", c.Original())
}

func TestUnwrapIsLinearInBrackets(t *testing.T) {
	for _, text := range []string{"<https://", "](https://", "([{", "<", "x<", "https:", "x https://a ", "<https://secure-web.cisco.com/a data=", ":"} {
		text = strings.Repeat(text, 1<<20/len(text))
		c, err := Unwrap(text)
		assert.True(t, errors.Is(err, ErrNotWrapped) || errors.Is(err, ErrOpaque))
		assert.True(t, c.Input == text)
	}
}
