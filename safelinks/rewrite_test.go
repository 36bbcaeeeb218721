package safelinks

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRewriteText(t *testing.T) {
	link := wrapped(encodedPage)
	entities := strings.ReplaceAll(link, "&", "&amp;")
	bare := mailHost + "?url=https%3A%2F%2Fwww.example.com%2F"
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"no link", "Meet at 10:30 : see http://www.example.com/?url=https%3A%2F%2Fb.example%2F\r\n", "Meet at 10:30 : see http://www.example.com/?url=https%3A%2F%2Fb.example%2F\r\n"},
		{"alone", link, page12},
		{"line ends stay", "a " + link + "\r\nb " + link + "\n", "a " + page12 + "\r\nb " + page12 + "\n"},
		{"angle brackets", "<" + link + ">.", "<" + page12 + ">."},
		{"round brackets and a full stop", "(" + link + ").", "(" + page12 + ")."},
		{"Markdown", "[" + link + "](" + link + ")[x]", "[" + page12 + "](" + page12 + ")[x]"},
		{"Markdown, no parameters behind", "[" + bare + "](" + bare + ")", "[https://www.example.com/](https://www.example.com/)"},
		{"Jira", "[text|" + link + "] x", "[text|" + page12 + "] x"},
		{"label of a chat", "<" + bare + "|text> <" + link + "|text>", "<https://www.example.com/|text> <" + page12 + "|text>"},
		{"braces", "{" + bare + "} {{" + link + "}}", "{https://www.example.com/} {{" + page12 + "}}"},
		{"lines of JSON", `"see ` + bare + `\nand ` + link + `\r\n"`, `"see https://www.example.com/\nand ` + page12 + `\r\n"`},
		{"table cell", "|" + link + "|" + link + "|", "|" + page12 + "|" + page12 + "|"},
		{"list", link + "," + link + ";" + link, page12 + "," + page12 + ";" + page12},
		{"glued", link + link + "and", page12 + page12 + "and"},
		{"letters behind", link + "です。" + link + "。", page12 + "です。" + page12 + "。"},
		{"typographic quotes", "“" + bare + "”", "“https://www.example.com/”"},
		{"no-break space", bare + "\u00a0x", "https://www.example.com/\u00a0x"},
		{"back-tick and quotes", "`" + link + "` '" + link + "' \"" + link + "\"", "`" + page12 + "` '" + page12 + "' \"" + page12 + "\""},
		{"stray slash", link + "/ x", page12 + " x"},
		{"outer fragment", link + "#top x", page12 + " x"},
		{"original behind", link + "<https://www.example.com/>", page12 + "<https://www.example.com/>"},
		{"brackets of the target", mailHost + "?url=https%3A%2F%2Fwww.example.com%2Fa_(b)", "https://www.example.com/a_(b)"},
		{"defanged", "see hxxps[://]eur01[.]safelinks[.]protection[.]outlook[.]com/?url=hxxps%3A%2F%2Fwww[.]example[.]com%2F&reserved=0.", "see https://www.example.com/."},
		{"text that was HTML", "see " + entities + ".", "see " + page12 + "."},
		{"defanged otherwise", "hxxps[:]//eur01[.]safelinks[.]protection[.]outlook[.]com/?url=https[:]//www[.]example[.]com/&reserved=0 x", "https://www.example.com/ x"},
		{"a scheme in brackets that is none", "https[:]/x hxxp[://x [://] ://x", "https[:]/x hxxp[://x [://] ://x"},
		{"entities around", "&lt;" + entities + "&gt; &quot;" + entities + "&quot;", "&lt;" + page12 + "&gt; &quot;" + page12 + "&quot;"},
		{"attribute in text", `x <a href="` + entities + `">`, `x <a href="` + strings.ReplaceAll(page12, "&", "&amp;") + `">`},
		{"punctuation in an attribute", `x <a href="https://linkprotect.cudasvc.com/url?a=https%3A%2F%2Fwww.example.com%2Fa&typo=1?">`, `x <a href="https://www.example.com/a">`},
		{"more parameters in an attribute", `x <a href="` + bare + `&amp;reserved=0&amp;utm_source=a">`, `x <a href="https://www.example.com/">`},
		{"space in the target", mailHost + "?url=https%3A%2F%2Fwww.example.com%2Fa%20b%22%3C&reserved=0", "https://www.example.com/a%20b%22%3C"},
		{"inside of another link", "https://www.example.com/?u=" + link + " x", "https://www.example.com/?u=" + link + " x"},
		{"look-alike", strings.Replace(link, ".com/", ".com.example.com/", 1), strings.Replace(link, ".com/", ".com.example.com/", 1)},
		{"opaque", "https://protect-eu.mimecast.com/s/AbC?domain=example.com", "https://protect-eu.mimecast.com/s/AbC?domain=example.com"},
		{"opaque inside", wrapped("https%3A%2F%2Fprotect-eu.mimecast.com%2Fs%2FAbC"), "https://protect-eu.mimecast.com/s/AbC"},
		{"no target", mailHost + "GetUrlReputation", mailHost + "GetUrlReputation"},
		{"colons at the ends", ":", ":"},
		{"scheme at the end", "https:", "https:"},
		{"authority at the end", "https://", "https://"},
		{"cut in the target", "> https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flist\n> s.example.com%2Finfo&data=05%7C02\n", "> https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Flist\n> s.example.com%2Finfo&data=05%7C02\n"},
		{"cut in the data", mailHost + "?url=https%3A%2F%2Fwww.example.com%2F&data=05%7C02%7Cadele\r\n.vance%40contoso.com%7C\r\n", mailHost + "?url=https%3A%2F%2Fwww.example.com%2F&data=05%7C02%7Cadele\r\n.vance%40contoso.com%7C\r\n"},
		{"cut behind the question mark", mailHost + "? \nurl=https%3A%2F%2Fwww.example.com%2F&data=05\n", mailHost + "? \nurl=https%3A%2F%2Fwww.example.com%2F&data=05\n"},
		{"not cut: a word follows", bare + "\nThanks", "https://www.example.com/\nThanks"},
		{"not cut: a link follows", bare + "\n" + link, "https://www.example.com/\n" + page12},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := rewrite(t, c.text, RewriteOptions{Format: FormatPlain})
			assert.Equal(t, c.want, got)

			// A byte at a time, and with the end of the buffer in many places.
			var out bytes.Buffer
			require.NoError(t, Rewrite(&out, iotest.OneByteReader(strings.NewReader(c.text)), RewriteOptions{Format: FormatPlain}))
			assert.Equal(t, c.want, out.String())
			for n := 0; n < len(c.text); n += 1 + len(c.text)/8 {
				// A line in front, so that the text does not change its meaning.
				pad := strings.Repeat(" ", bufferSize-n-1) + "\n"
				got, _ := rewrite(t, pad+c.text, RewriteOptions{Format: FormatPlain})
				assert.True(t, got == pad+c.want, "with %d bytes in the first buffer", n)
			}
		})
	}
}

func TestRewriteHTML(t *testing.T) {
	entities := strings.ReplaceAll(wrapped(encodedPage), "&", "&amp;")
	want := strings.ReplaceAll(page12, "&", "&amp;")
	for _, c := range []struct{ name, html, want string }{
		{"attribute", `<a href="` + entities + `">x</a>`, `<a href="` + want + `">x</a>`},
		{"single quotes", `<a href='` + entities + `'>x</a>`, `<a href='` + want + `'>x</a>`},
		{"no quotes", `<a href=` + entities + `>x</a>`, `<a href=` + want + `>x</a>`},
		{"text", `<p>` + entities + `</p>`, `<p>` + want + `</p>`},
		{"escaped brackets", `<p>&lt;` + entities + `&gt;</p>`, `<p>&lt;` + want + `&gt;</p>`},
		{"numeric entities", `<a href="` + strings.ReplaceAll(strings.ReplaceAll(entities, "=", "&#61;"), ":", "&#x3A;") + `">x</a>`, `<a href="` + strings.ReplaceAll(strings.ReplaceAll(entities, "=", "&#61;"), ":", "&#x3A;") + `">x</a>`},
		{"entities in the query", `<a href="` + strings.ReplaceAll(entities, "=", "&#61;") + `">x</a>`, `<a href="` + want + `">x</a>`},
		{"entities of all kinds", `<a href="` + mailHost + `?x=&lt;&gt;&quot;&apos;&nope;&#0;&#xzz;&amp;url=https%3A%2F%2Fwww.example.com">x</a>`, `<a href="` + mailHost + `?x=&lt;&gt;&quot;&apos;&nope;&#0;&#xzz;&amp;url=https%3A%2F%2Fwww.example.com">x</a>`},
		{"no ampersand in the wrapper", `<a href="https://secure-web.cisco.com/1abc/` + encodedPage + `">x</a>`, `<a href="` + want + `">x</a>`},
		{"script in the target", `<a href="` + mailHost + `?url=https%3A%2F%2Fwww.example.com%2F%22%3E%3Cscript%3E'&amp;reserved=0">x</a>`, `<a href="https://www.example.com/%22%3E%3Cscript%3E%27">x</a>`},
		{"originalsrc that agrees", `<a href="` + mailHost + `?url=https%3A%2F%2Fwww.example.com%2Fa%20b&amp;reserved=0" originalsrc="https://www.example.com/a%20b" shash="x">x</a>`, `<a href="https://www.example.com/a%20b" originalsrc="https://www.example.com/a%20b" shash="x">x</a>`},
		{"originalsrc in front that agrees", `<a originalsrc="https://www.example.com/%61" href="` + mailHost + `?url=https%3A%2F%2Fwww.example.com%2Fa&amp;reserved=0">x</a>`, `<a originalsrc="https://www.example.com/%61" href="https://www.example.com/%61">x</a>`},
		{"originalsrc that lies", `<a href="` + entities + `" originalsrc="https://evil.example/">x</a>`, `<a href="` + want + `" originalsrc="https://evil.example/">x</a>`},
		{"originalsrc of the next tag", `<a href="` + entities + `"><a originalsrc="https://evil.example/">`, `<a href="` + want + `"><a originalsrc="https://evil.example/">`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := rewrite(t, c.html, RewriteOptions{Format: FormatHTML})
			assert.Equal(t, c.want, got)
			got, _ = rewrite(t, "<html>"+c.html+"</html>", RewriteOptions{})
			assert.Equal(t, "<html>"+c.want+"</html>", got)
		})
	}
}

func TestRewriteReports(t *testing.T) {
	cut := mailHost + "?url=https%3A%2F%2Fwww.exa\n> mple.com%2F&data=05%7C02\n"
	text := "a " + wrapped(encodedPage) + " b https://protect-eu.mimecast.com/s/AbC c " + cut
	got, found := rewrite(t, text, RewriteOptions{})
	require.Len(t, found, 3)
	assert.Equal(t, wrapped(encodedPage), text[found[0].Start:found[0].End])
	assert.NoError(t, found[0].Err)
	assert.False(t, found[0].Cut)
	assert.Equal(t, "https://protect-eu.mimecast.com/s/AbC", text[found[1].Start:found[1].End])
	assert.ErrorIs(t, found[1].Err, ErrOpaque)
	assert.True(t, found[2].Cut)
	assert.Equal(t, strings.LastIndex(text, mailHost), found[2].Start)
	assert.True(t, strings.HasSuffix(got, cut))

	// Find sees the same.
	var again []Found
	for f := range Find([]byte(text)) {
		again = append(again, f)
	}
	assert.Equal(t, found, again)
	for f := range Find([]byte(text)) {
		assert.Equal(t, found[0], f)
		break
	}
}

func TestRewriteOffsetsBeyondTheBuffer(t *testing.T) {
	text := strings.Repeat("word ", bufferSize/2) + wrapped(encodedPage)
	_, found := rewrite(t, text, RewriteOptions{Format: FormatPlain})
	require.Len(t, found, 1)
	assert.Equal(t, wrapped(encodedPage), text[found[0].Start:found[0].End])
}

func TestRewriteLongRuns(t *testing.T) {
	link := wrapped(encodedPage)
	for name, text := range map[string]string{
		"a run without a blank":  strings.Repeat("x", 4*bufferSize) + " ",
		"a run of a link":        mailHost + "?url=https%3A%2F%2Fwww.example.com%2F" + strings.Repeat("x", 4*maxLink) + " ",
		"a run of links":         strings.Repeat("https://www.example.com/", maxLink/4) + " ",
		"a run of colons":        strings.Repeat(":", 2*bufferSize) + " ",
		"a run of escaped signs": strings.Repeat("https://eur01.safelinks.protection.outlook.com/%", maxLink/20) + " ",
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := rewrite(t, text+link, RewriteOptions{Format: FormatPlain})
			assert.True(t, got == text+page12)
		})
	}
	// At the limit and one beyond it.
	longest := mailHost + "?url=https%3A%2F%2Fwww.example.com%2F"
	longest += strings.Repeat("x", maxLink-len(longest))
	got, _ := rewrite(t, longest+" ", RewriteOptions{Format: FormatPlain})
	assert.NotEqual(t, longest+" ", got)
	got, _ = rewrite(t, longest+"x ", RewriteOptions{Format: FormatPlain})
	assert.Equal(t, longest+"x ", got)
}

func TestLongLinksAreReported(t *testing.T) {
	link := mailHost + "?url=https%3A%2F%2Fwww.example.com%2F" + strings.Repeat("x", maxLink) + "&reserved=0"
	text := "a " + link + " b " + wrapped(encodedPage) + " c https://www.example.com/" + strings.Repeat("x", 2*maxLink)
	got, found := rewrite(t, text, RewriteOptions{})
	assert.Equal(t, strings.Replace(text, wrapped(encodedPage), page12, 1), got)
	require.Len(t, found, 2)
	assert.ErrorIs(t, found[0].Err, ErrTooLong)
	assert.ErrorIs(t, found[0].Err, ErrNotWrapped)
	assert.Equal(t, mailHost, found[0].Chain.Input)
	assert.Equal(t, 2, found[0].Start)
	assert.NoError(t, found[1].Err)
	var again []Found
	for f := range Find([]byte(text)) {
		again = append(again, f)
	}
	assert.Equal(t, found, again)
}

func TestRewriteReturnsTheErrorsOfOthers(t *testing.T) {
	broken := errors.New("broken")
	for _, format := range []Format{FormatAuto, FormatPlain, FormatHTML, FormatMail} {
		err := Rewrite(io.Discard, iotest.ErrReader(broken), RewriteOptions{Format: format})
		assert.ErrorIs(t, err, broken)
		err = Rewrite(failingWriter{broken}, strings.NewReader("Message-ID: <1@contoso.com>\n\n"+wrapped(encodedPage)), RewriteOptions{Format: format})
		assert.ErrorIs(t, err, broken)
	}
	// What was read before the error is written.
	var out strings.Builder
	err := Rewrite(&out, io.MultiReader(strings.NewReader("before "), iotest.ErrReader(broken)), RewriteOptions{Format: FormatPlain})
	assert.ErrorIs(t, err, broken)
	assert.Equal(t, "before ", out.String())
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestSniff(t *testing.T) {
	for _, c := range []struct {
		name, head string
		want       Format
	}{
		{"empty", "", FormatPlain},
		{"text", "Hello: world\n\nMessage-ID: 1\n", FormatPlain},
		{"mail", "Received: x\n by y\nMessage-ID: <1@contoso.com>\n\n<html>", FormatMail},
		{"mbox", "From a@contoso.com Mon\nMIME-Version: 1.0\n\n", FormatMail},
		{"a letter with a heading", "Subject: hello\nDear all,\n", FormatPlain},
		{"HTML", " <!DOCTYPE html><html>", FormatHTML},
		{"fragment", `<div><a href="x">`, FormatHTML},
		{"a link in brackets", "<https://www.example.com/>", FormatPlain},
		{"XML", "<note>x", FormatPlain},
		{"quoted-printable", "https://eur01.safelinks.protection.outlook.com/?url=3Dhttps%3A%2=\nF%2Fwww.example.com", FormatQuoted},
		{"a line that ends in an equals sign", "x=\n?url=a", FormatPlain},
	} {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.want, detectFormat([]byte(c.head)))
		})
	}
}

func TestUnquote(t *testing.T) {
	for in, want := range map[string]string{
		"":                    "",
		"a=3Db":               "a=b",
		"a=\nb=\r\nc= \nd":    "abcd",
		"a=3db":               "a=b",
		"url=3Dhttps=":        "url=https",
		"url==3Dhttps%3A%2=F": "url=https%3A%2F",
	} {
		assert.Equal(t, want, string(unquoted(in)), in)
	}
}
