package safelinks

import (
	"bytes"
	"errors"
	"io"
	"mime/quotedprintable"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// addSeeds adds links that reach every branch of the decoder.
func addSeeds(f *testing.F) {
	for _, seed := range []string{
		benchLink, // today's layout
		strings.ReplaceAll(benchLink, "&", "&amp;"),                                                                 // as in HTML
		mailHost + "?url=https://www.example.com/?a=1&b=2&data=05|02|a@contoso.com|x",                               // decoded by a tool
		mailHost + "?url=" + escapeParam(encodedPage) + "&data=05%257C02",                                           // encoded twice
		"hxxps[://]eur01[.]safelinks[.]protection[.]outlook[.]com/?url=hxxp%3A%2F%2Fa[.]example",                    // defanged
		`https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com\&data=x\u0026reserved=0`, // Markdown and JSON
		mailHost + "ap/t-59584e83/?url=https%3A%2F%2Fwww.example.com",                                               // app
		teamsLink, // the page of Teams
		"https://outlook.office.com/mail/safelink.html?url=https://www.example.com/&corid=31b28bee-5f99-7cd5-fcdd-4c0b88a961cb", // Outlook
		"https://eur01.safelinks.protection.outlook.com@example.com/?url=https%3A%2F%2Fwww.example.com",                         // user-info
		slowProofpointV3("https://www.example.com/üß*#"),                                                                        // another vendor
		"https://urldefense.com/v2/url?u=https-3A__www.example.com_-3F&d=x",                                                     // the same, older
		"https://url.avanan.click/v2/___https:/www.example.com___.YXAzOmE6YjpjOmQ",                                              // in the path
		"https://secure-web.cisco.com/1a/https%3A%2F%2Fwww.example.com",                                                         // in the path, encoded
		"https://a.example.mcas.ms/?McasTsid=1",                                                                                 // in the host
		"https://shared.outlook.inky.com/link?t=h.eJwDAAAAAAE.x",                                                                // compressed
		"https://protect.checkpoint.com/v2/r01/___https:*2F*2Fwww.example.com__",                                                // its end is missing
		"https://t.contoso.example/CL0/https:%2F%2Fwww.example.com/1/0102019df0ef833d-0a1b-000000/c2ln=1",                       // at any host
		"https://mandrillapp.com/track/click/1/www.example.com?p=eyJwIjoie1widXJsXCI6XCJodHRwczovL2FcIn0ifQ",                    // JSON in JSON
		"https://urlisolation.com/browser?traceToken=1777863721;contoso;https:/www.example.com/a&url=https%3A%2F%2Fa.example",   // with a clock
	} {
		f.Add(seed)
	}
}

// FuzzUnwrap asks whether all ways to decode agree, whether the host of a Safe Link is
// one that net/url finds too, whether a chain ends and its parts fit together, and
// whether anything dangerous comes out.
func FuzzUnwrap(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, raw string) {
		checkService(t, raw)
		c, err := Unwrap(raw)
		assert.LessOrEqual(t, len(c.Layers), maxDepth)
		marshal(t, c)
		marshal(t, c.Redact())
		assert.LessOrEqual(t, len(Redact(raw)), 200+40*len(raw))
		if err != nil {
			assert.True(t, errors.Is(err, ErrNotWrapped) != errors.Is(err, ErrOpaque))
			assert.NotContains(t, err.Error(), "@")
			assert.Less(t, len(err.Error()), 700)
			return
		}
		for _, l := range c.Layers {
			assert.True(t, l.URL != "" || l.Flags.Has(FlagOpaque) || l.HostHint != "")
			assert.True(t, utf8.ValidString(l.URL))
			assert.Equal(t, -1, strings.IndexFunc(l.URL, isControl))
		}
		if l := c.Layers[0]; l.Link != nil {
			assert.NotEmpty(t, l.Link.Form)
			if is, sure := slowIsHost(trim(raw)); sure && !l.Flags.Has(FlagMangled) && schemeLen(trim(raw)) > 0 {
				assert.True(t, is, "the host")
			}
		}
	})
}

// FuzzTarget asks whether every URL comes back out of a link that was made of it as
// Safe Links does, and as net/url reads it.
func FuzzTarget(f *testing.F) {
	f.Add("https://www.example.com/a?x=1&y=2#z")  // delimiters
	f.Add("https://www.example.com/a+b%20c%2540") // plus and escapes of its own
	f.Add("http://www.example.com/ü?[.]=<\">")    // letters and brackets
	f.Add("ftp://example.com")                    // the third scheme
	f.Fuzz(func(t *testing.T, target string) {
		u, err := url.Parse(target)
		if err != nil || !isRaw(target) || u.Host == "" || !isHostName(u.Hostname()) || u.User != nil ||
			settle(target) != target || isDefangedScheme(target) {
			return
		}
		link := wrapped(url.QueryEscape(target))
		link = strings.ReplaceAll(link, "+", "%20")
		c, err := Unwrap(link)
		require.NoError(t, err)
		assert.Equal(t, target, c.Layers[0].URL)
		assert.Equal(t, slowOriginal(link), c.Layers[0].URL)
	})
}

// FuzzProofpointV3 asks whether every target comes back out of the link that a
// slow encoder made of it.
func FuzzProofpointV3(f *testing.F) {
	f.Add("a*b**c__;d")            // marks of the form itself
	f.Add(strings.Repeat("ü", 70)) // a run of more than 65 bytes
	f.Add("#")                     // one byte
	f.Fuzz(func(t *testing.T, path string) {
		target := "https://www.example.com/" + path
		if !utf8.ValidString(path) || strings.ContainsFunc(path, func(r rune) bool { return r <= ' ' || 0x7f <= r && r < 0xa0 }) || strings.ContainsAny(path, `<>"`) ||
			strings.TrimSpace(path) != path { // other blanks at the end are no part of a link
			return
		}
		c, err := Unwrap(slowProofpointV3(target))
		require.NoError(t, err)
		require.NotEmpty(t, c.Layers)
		assert.Equal(t, target, c.Layers[0].URL)
	})
}

// FuzzService asks whether the table by domain finds what a walk through the table of
// vendors finds.
func FuzzService(f *testing.F) {
	addSeeds(f)
	f.Add(plainLink)                                                        // nobody's
	f.Add("https://eur01.safelinks.protection.outlook.com.contoso.example") // imitated, and no path
	f.Add("http://www.google.de./url?q=https://contoso.example \u200b")     // root dot, and blanks behind
	f.Add("https://LM.FACEBOOK.COM?u=https%3A%2F%2Fcontoso.example")        // upper case, and no path
	f.Add("https://contoso.example:8443/fmlurlsvc/?fewReq=&url=https://a")  // any host, and a port
	f.Add("https://outlook.office.com%2f/mail/safelink.html?url=https://a") // an escape in the host
	f.Fuzz(checkService)
}

// FuzzParseGUID compares with package hex.
func FuzzParseGUID(f *testing.F) {
	f.Add("3246927a-20c5-43a9-d37b-08dc713331d6")   // dashed
	f.Add("3246927A20C543A9D37B08DC713331D6")       // bare
	f.Add("{3246927a-20c5-43a9-d37b-08dc713331d6}") // in braces
	f.Add("3246927g-20c5-43a9-d37b-08dc713331@6")   // neighbours of the digits
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseGUID(s)
		want, ok := slowParseGUID(s)
		assert.Equal(t, ok, err == nil)
		assert.Equal(t, want, got)
		if err != nil {
			assert.Less(t, len(err.Error()), 100)
			assert.NotContains(t, err.Error(), "@")
		}
	})
}

// FuzzMessageTime compares the clock with the one of a regular expression.
func FuzzMessageTime(f *testing.F) {
	f.Add("3246927a-20c5-43a9-d37b-08dc713331d6") // dashed
	f.Add("{3246927A20C543A9D37B08DC713331D6}")   // bare, in braces
	f.Add("ffffffff-ffff-ffff-ffff-ffffffffffff") // no clock
	f.Fuzz(func(t *testing.T, id string) {
		got, ok := MessageTime(id)
		want, wantOK := slowMessageTime(id)
		assert.Equal(t, wantOK, ok)
		if ok {
			assert.Equal(t, want, got)
		}
	})
}

// FuzzBase64 compares the tolerant decoder with the standard library's.
func FuzzBase64(f *testing.F) {
	f.Add("YWJj")        // whole
	f.Add("YWI%3D")      // escaped padding
	f.Add("-_ %2B%2f==") // both alphabets, a blank, escapes
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := decodeBase64(s)
		want, wantOK := slowBase64(s)
		require.Equal(t, wantOK, ok)
		if ok {
			assert.Equal(t, string(want), got)
		}
	})
}

// FuzzUnquote compares with the standard library where it finds no fault.
func FuzzUnquote(f *testing.F) {
	f.Add([]byte("a=3Db=\nc"))     // an escape and a soft break
	f.Add([]byte("a= \r\nb=\r\n")) // blanks behind the sign
	f.Fuzz(func(t *testing.T, body []byte) {
		got, ends := unquote(body)
		assert.Len(t, ends, len(got))
		// The library also takes blanks off the ends of lines, which the text of a
		// link never has.
		if bytes.Contains(body, []byte(" \n")) || bytes.Contains(body, []byte(" \r")) || bytes.Contains(body, []byte("\t\n")) || bytes.Contains(body, []byte("\t\r")) || bytes.HasSuffix(body, []byte(" ")) || bytes.HasSuffix(body, []byte("\t")) {
			return
		}
		// It also passes an equals sign with one digit behind it in some places.
		want, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(body)))
		if err == nil && !bytes.Contains(want, []byte("=")) {
			// Nor does it keep a lone carriage return at an end.
			noCR := strings.NewReplacer("\r", "")
			assert.Equal(t, noCR.Replace(string(want)), noCR.Replace(string(got)))
		}
	})
}

// FuzzRewrite asks whether the size of the pieces that a text comes in changes
// anything, whether the places that are reported are right, and whether text
// without a link stays.
func FuzzRewrite(f *testing.F) {
	addSeeds(f)
	f.Add("a <" + benchLink + ">.\n> b: https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.exa\n> mple.com&data=x\n")                                                              // cut
	f.Add("<html><a href='" + benchLink + "' originalsrc='https://www.example.com/'>")                                                                                                                // HTML
	f.Add("<\xff\xff originalsrc=\"x\" href=\"" + benchLink + "\">")                                                                                                                                  // bytes whose lower case is longer
	f.Add("Message-ID: <1@contoso.com>\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: quoted-printable\n\n" + strings.ReplaceAll(benchLink, "=", "=3D") + "\n--b--\n") // mail
	f.Fuzz(func(t *testing.T, text string) {
		for _, format := range []Format{FormatAuto, FormatPlain, FormatHTML, FormatMail} {
			whole, found := rewrite(t, text, RewriteOptions{Format: format})
			var out strings.Builder
			require.NoError(t, Rewrite(&out, iotest.HalfReader(strings.NewReader(text)), RewriteOptions{Format: format}))
			assert.Equal(t, whole, out.String())
			if len(found) == 0 {
				assert.Equal(t, text, whole)
			}
			if format == FormatPlain {
				assert.Equal(t, slowRewrite(text), whole)
			}
		}
	})
}

// slowRewrite puts the targets of all links of a plain text that is in memory in their
// places.
func slowRewrite(text string) string {
	var b strings.Builder
	done := 0
	for at := 0; ; {
		m, next, ok := findNext([]byte(text), at, true, false)
		if !ok {
			return b.String() + text[done:]
		}
		at = next
		if m.Err != nil || m.Cut {
			continue
		}
		b.WriteString(text[done:m.Start])
		link := m.target()
		if m.html && m.escaped {
			link = strings.ReplaceAll(link, "&", "&amp;")
		}
		link = strings.NewReplacer(" ", "%20", "<", "%3C", ">", "%3E", `"`, "%22", "`", "%60").Replace(link)
		if m.html {
			// An attribute may stand in single quotes.
			link = strings.ReplaceAll(link, "'", "%27")
		}
		b.WriteString(link)
		done = m.End
	}
}

// FuzzRedact asks whether an address survives in any surroundings, whether a redacted text
// stays as it is, and whether the session cookie of a Teams page is returned.
func FuzzRedact(f *testing.F) {
	addSeeds(f)
	for _, seed := range []string{
		"%2", "=3", "-4", "*", "&#6", `\`, `"`, "a@", "@@", "https://a@", "___.", ";a!!", "=\r\n", "data=05|", "[", "=?utf-8?B?", "\x00",
		"https://a.example/?u=https:%2F%2Fb.example%2F%3Fc=", "https://eu1.inky.com/link?domain=", "aHR0cHM6Ly9hLmV4YW1wbGUvP3Q9YWxl", "%%34%30", "eyJ",
	} {
		f.Add(seed)
	}
	const address = "zoe.quark7@mailbox-zq.example"
	f.Fuzz(func(t *testing.T, text string) {
		for _, planted := range []string{text + address, address + " " + text, text + " " + address + text} {
			got := Redact(planted)
			assert.NotContains(t, got, "quark7@mailbox-zq")
			assert.Equal(t, got, Redact(got))
			assert.LessOrEqual(t, len(got), 200+9*len(planted))
		}
		page := "https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?pc=C00kieC00kie&url=" + text
		c, _ := Unwrap(page)
		assert.NotContains(t, c.Input, "C00kieC00kie")
	})
}
