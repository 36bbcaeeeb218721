package safelinks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// brokenLinks are links that end as their service ends them, all with the same target.
var brokenLinks = map[string]string{
	"Safe Links":       mailHost + "?url=https%3A%2F%2Fwiki.example.com%2Fa%3Fx%3D1%26y%3D2&data=" + fields05 + signature,
	"HTML-escaped":     strings.ReplaceAll(mailHost+"?url=https%3A%2F%2Fwiki.example.com%2Fa%3Fx%3D1%26y%3D2&data="+fields05+signature, "&", "&amp;"),
	"raw":              mailHost + "?url=https://wiki.example.com/a?x=1&y=2&data=" + strings.ReplaceAll(fields05, "%7C", "|") + signature,
	"app":              mailHost + "ap/w-59584e83/?url=https%3A%2F%2Fwiki.example.com%2Fa%3Fx%3D1%26y%3D2&data=" + fields02 + signature,
	"Outlook":          "https://outlook.office.com/mail/safelink.html?url=https%3A%2F%2Fwiki.example.com%2Fa%3Fx%3D1%26y%3D2&corid=31b28bee-5f99-7cd5-fcdd-4c0b88a961cb",
	"nested":           wrapped(escapeParam(mailHost + "?url=https%3A%2F%2Fwiki.example.com%2Fa%3Fx%3D1%26y%3D2&data=" + fields05 + signature)),
	"quoted-printable": strings.ReplaceAll(mailHost+"?url=https%3A%2F%2Fwiki.example.com%2Fa%3Fx%3D1%26y%3D2&data="+fields05+signature, "=", "=3D"),
	"Proofpoint v2":    "https://urldefense.proofpoint.com/v2/url?u=https-3A__wiki.example.com_a-3Fx-3D1-26y-3D2&d=DwMFAg&c=euGZstcaTDllvimEN8b7jXrwqOf-v5A&r=eTcWo8FGpOrowMDwaNF4M9WRnt4mzAcq1T67&m=m4n0HSQ1q2w3e4r5t6z7u8i9o0p&s=a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6q7r8s9t0&e=",
	"Proofpoint v3":    "https://urldefense.com/v3/__https://wiki.example.com/a?x=1&y=2__;!!FbCVDoc3r24!7zPl2m4nB6vC8xZ0aS1dF2gH3jK4lQ5wE6rT7yU8iO9pA0sD1fG2hJ3kL4zX5cV6bN7m$",
	"Check Point":      "https://url.avanan.click/v2/___https://wiki.example.com/a?x=1&y=2___.YXAzOmNvbnRvc286YTpvOjU1ZjYzYTY4YmFjZDhiYmIwNTc3NzY5YmM2ZTY5ZTQyOjY6YzJiNzo1NWVlNTg5YzM5ZDM4N2QwOTQ4NGNlMzNkMTc5YTMwOTg5ZjRhODI3OTBmZDYwZTc5YzBkNGUzZGEyOGFlNTcxOnA6VA",
	"Barracuda":        "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fwiki.example.com%2fa%3fx%3d1%26y%3d2&c=E,1,eTcWo8FGpOrowMDwaNF4M9WRnt4mzAcq1T67qFagDhCHQ1q2w3e4r5t6z7u8i9o0p&typo=1",
	"Trend Micro":      "https://eu01-ctp.trendmicro.com/wis/clicktime/v1/query?url=https%3a%2f%2fwiki.example.com%2fa%3fx%3d1%26y%3d2&umid=1b42c5c2-09cc-4c60-a373-e4ff9fdb6b5f&auth=3cc318718b7241c4bb94e1d2ad66b229d228ca92-0815e2853623be4e20af27433fd01b9c97a32b1b",
}

const brokenTarget = "https://wiki.example.com/a?x=1&y=2"

// breakText breaks a text into lines of a width, as mail programs do that do not care for
// words. mark stands in front of the lines behind the first.
func breakText(text string, width int, mark, eol string) string {
	var b strings.Builder
	for first := true; len(text) > 0; first = false {
		if !first {
			b.WriteString(eol + mark)
		}
		n := min(width, len(text))
		b.WriteString(text[:n])
		text = text[n:]
	}
	return b.String()
}

func TestRewriteJoinsBrokenLinks(t *testing.T) {
	for kind, link := range brokenLinks {
		for name, c := range map[string]struct{ mark, eol string }{
			"plain":             {"", "\n"},
			"CRLF":              {"", "\r\n"},
			"blanks in front":   {"    ", "\n"},
			"tabs in front":     {"\t", "\r\n"},
			"quoted":            {"> ", "\n"},
			"quoted deeply":     {"> >> > ", "\r\n"},
			"quoted, no blanks": {">>>", "\n"},
			"quoted with bars":  {"| ", "\n"},
			"flowed":            {"", " \n"},
			"flowed and quoted": {"> ", " \r\n"},
			"escaped marks":     {"&gt; ", "\n"},
			"HTML lines":        {"&gt; ", "<br>\n"},
			"HTML, one line":    {"", "<br />"},
			"HTML, places":      {"", "<wbr>"},
			"empty lines":       {"", "\n\n"},
			"doubled line ends": {"", "\r\r\n"},
			"comment":           {"# ", "\n"},
			"other comment":     {"  // ", "\n"},
			"block comment":     {" * ", "\n"},
			"initials":          {"AV> ", "\r\n"},
			"colons":            {": ", "\n"},
			"dashes":            {"-- ", "\n"},
			"JSON":              {"", `\n`},
			"JSON, quoted":      {"> ", `\r\n`},
			"blanks":            {"", " "},
		} {
			t.Run(kind+"/"+name, func(t *testing.T) {
				for _, width := range []int{60, 72, 79} {
					for _, front := range []string{"See ", "<", "&lt;", "[label]("} {
						text := front + link
						if strings.Contains(link, "|") && strings.Contains(c.mark, "|") || kind != "Safe Links" && c.eol == " " {
							continue // nobody can tell these bars apart, nor these words from others
						}
						broken := c.mark + breakText(text, width, c.mark, c.eol)
						back := map[string]string{"<": ">", "&lt;": "&gt;", "[label](": ")"}[front]
						got, found := rewrite(t, "Hello,"+c.eol+broken+back+" for it."+c.eol+c.mark+"Thanks"+c.eol, RewriteOptions{Format: FormatPlain})
						require.Len(t, found, 1, broken)
						require.Equal(t, "Hello,"+c.eol+c.mark+front+brokenTarget+back+" for it."+c.eol+c.mark+"Thanks"+c.eol, got, broken)
						assert.False(t, found[0].Cut)
						assert.True(t, found[0].Chain.Flags.Has(FlagMangled), broken)

						if width != 72 {
							continue
						}
						got, _ = rewrite(t, broken, RewriteOptions{Format: FormatPlain, Redact: true})
						assert.NotContains(t, got, "3246927a")
						assert.NotContains(t, got, "Ji5IrmJj")
					}
				}
			})
		}
	}
}

// Wherever one line break stands, the target is the same or none.
func TestRewriteJoinsAtEveryPlace(t *testing.T) {
	for kind, link := range brokenLinks {
		t.Run(kind, func(t *testing.T) {
			for i := len("https://"); i < len(link); i++ {
				text := "> " + link[:i] + "\n> " + link[i:] + "\n> Thanks\n"
				got, found := rewrite(t, text, RewriteOptions{Format: FormatPlain})
				require.Len(t, found, 1, text)
				assert.Equal(t, "> "+brokenTarget+"\n> Thanks\n", got, text)
			}
		})
	}
}

// Where a piece is missing, no shorter host comes out.
func TestBrokenLinksNameNoShorterHost(t *testing.T) {
	for kind, link := range brokenLinks {
		t.Run(kind, func(t *testing.T) {
			for i := strings.Index(link, "wiki") + 1; i < len(link)-1; i++ {
				for _, text := range []string{
					"> " + link[:i] + "\n> " + link[i:min(len(link), i+30)] + "\n\nBye\n",
					link[:i] + "\n" + link[i:min(len(link), i+30)] + " and\n",
				} {
					for f := range Find([]byte(text)) {
						if f.Err != nil {
							continue
						}
						rest, ok := strings.CutPrefix(f.Chain.Original(), "https://wiki.example.com/")
						if !ok && !strings.ContainsAny(link[i:min(len(link), i+30)], "%&=|") {
							continue // nothing in the next line shows that it goes on
						}
						assert.True(t, ok, "%s\n%s", text, f.Chain.Original())
						assert.True(t, strings.HasPrefix("a?x=1&y=2", rest) || f.Cut, "%s\n%s", text, f.Chain.Original())
					}
				}
			}
		})
	}
}

func TestBrokenLinksThatStay(t *testing.T) {
	link := brokenLinks["Safe Links"]
	front, back := link[:70], link[70:]
	for name, text := range map[string]string{
		"a word between":           front + "\nand then\n" + back,
		"two empty lines between":  front + "\n\n\n" + back,
		"another link between":     front + "\nhttps://www.example.org/\n" + back,
		"no end":                   front + "\n" + strings.TrimSuffix(back, "&reserved=0") + "\n",
		"text behind a piece":      front + "\n" + back[:50] + " x\n" + back[50:],
		"more lines than allowed":  breakText(link, 5, "", "\n"),
		"another link in brackets": front + "\n(" + link[:60] + "\n" + strings.Repeat("x", 10) + "\n",
		"a plain link":             "https://www.example.com/a\nb\nc\n",
		"a plain link with signs":  "https://www.example.com/a%\n20b&data=05&reserved=0\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, found := rewrite(t, text, RewriteOptions{Format: FormatPlain})
			assert.Equal(t, text, got)
			for _, f := range found {
				assert.True(t, f.Cut || f.Err != nil, f.Chain.Original())
			}
		})
	}
	t.Run("a link without a certain end, in its path", func(t *testing.T) {
		text := "https://secure-web.cisco.com/1abc/https%3A%2F%2Fwiki.example.com%2Fpro\njects%2Fa\n"
		got, found := rewrite(t, text, RewriteOptions{Format: FormatPlain})
		assert.Equal(t, text, got)
		require.Len(t, found, 1)
		assert.True(t, found[0].Cut)
		assert.Equal(t, "https://wiki.example.com/pro", found[0].Chain.Original())
		text = "https://secure-web.cisco.com/1abc/https%3A%2F%2Fwiki.example.com%2Fprojects\n100% of it\n"
		got, _ = rewrite(t, text, RewriteOptions{Format: FormatPlain})
		assert.Equal(t, "https://wiki.example.com/projects\n100% of it\n", got)
	})
	t.Run("brackets close any link", func(t *testing.T) {
		got, _ := rewrite(t, "<https://link.edgepilot.com/s/0a1b2c3d/AbCdEf?u=https://wiki.exam\n  ple.com/a>\n", RewriteOptions{Format: FormatPlain})
		assert.Equal(t, "<https://wiki.example.com/a>\n", got)
		got, _ = rewrite(t, "<a href=\"https://link.edgepilot.com/s/0a1b2c3d/AbCdEf?u=https://wiki.exam\n  ple.com/a\">\n", RewriteOptions{Format: FormatHTML})
		assert.Equal(t, "<a href=\"https://wiki.example.com/a\">\n", got)
	})
	t.Run("a link in brackets behind one without an end", func(t *testing.T) {
		bare := mailHost + "?url=https%3A%2F%2Fwww.example.com%2F"
		for _, text := range []string{"BARE (LINK)", "BARE {{LINK}}", "BARE x=LINK", "BARE\nx:LINK", "BARE\n(LINK)"} {
			got, _ := rewrite(t, strings.NewReplacer("BARE", bare, "LINK", link).Replace(text), RewriteOptions{Format: FormatPlain})
			assert.Equal(t, strings.NewReplacer("BARE", "https://www.example.com/", "LINK", brokenTarget).Replace(text), got)
		}
	})
	t.Run("whole links in lines", func(t *testing.T) {
		text := strings.Repeat("> "+link+"\n", 3)
		got, found := rewrite(t, text, RewriteOptions{Format: FormatPlain})
		assert.Len(t, found, 3)
		assert.Equal(t, strings.Repeat("> "+brokenTarget+"\n", 3), got)
	})
}

func TestUnwrapJoinsBrokenLinks(t *testing.T) {
	for kind, link := range brokenLinks {
		t.Run(kind, func(t *testing.T) {
			for _, raw := range []string{breakText(link, 72, "> ", "\n"), "<" + breakText(link, 60, "", "\r\n") + ">\n", breakText(link, 76, "", "\n") + "\n"} {
				c, err := Unwrap(raw)
				require.NoError(t, err, raw)
				assert.Equal(t, brokenTarget, c.Original())
				assert.Equal(t, raw, c.Input)
				assert.True(t, c.Flags.Has(FlagMangled))
			}
		})
	}
}

func TestUnwrapQuotedPrintableLinks(t *testing.T) {
	for _, kind := range []string{"Safe Links", "HTML-escaped", "Outlook", "Proofpoint v2", "Barracuda", "Trend Micro"} {
		link := strings.ReplaceAll(brokenLinks[kind], "=", "=3D")
		t.Run(kind, func(t *testing.T) {
			c, err := Unwrap(link)
			require.NoError(t, err)
			assert.Equal(t, brokenTarget, c.Original())
			assert.True(t, c.Flags.Has(FlagMangled))
			got, found := rewrite(t, "> "+breakText(link, 64, "> ", "\n")+"\nBye\n", RewriteOptions{Format: FormatPlain})
			require.Len(t, found, 1)
			assert.Equal(t, "> "+brokenTarget+"\nBye\n", got)
		})
	}
	// Equals signs of a target in the path are its own.
	c, err := Unwrap("https://urldefense.com/v3/__https://www.example.com/?a=3D1__;!!id!token$")
	require.NoError(t, err)
	assert.Equal(t, "https://www.example.com/?a=3D1", c.Original())
}

// BenchmarkBroken prints the time for texts of n, 2n and 4n bytes in which links seem to go
// on in the next line.
func BenchmarkBroken(b *testing.B) {
	for name, line := range map[string]string{
		"pieces":      mailHost + "?url=https%3A%2F%2Fwww.exa\n" + strings.Repeat("%2Fa\n", 40),
		"short":       mailHost + "?url=https%3A%2F%2Fwww.exa\n" + strings.Repeat("x\n", 4000),
		"plain links": "https://www.example.com/a\nx\n",
		"lines":       strings.Repeat("%", maxLink/2) + "\nhttps://a.example/\n",
	} {
		for _, n := range []int{1 << 18, 1 << 19, 1 << 20} {
			text := []byte(strings.Repeat(line, 1+n/len(line)))
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					for range Find(text) {
					}
				}
			})
		}
	}
}
