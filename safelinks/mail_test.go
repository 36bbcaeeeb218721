package safelinks

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wrapped is a made-up Safe Link around the URL, encoded by the caller.
func wrapped(url string) string {
	return "https://eur01.safelinks.protection.outlook.com/?url=" + url + "&data=05%7C02%7Cadele.vance%40contoso.com%7C3246927a20c543a9d37b08dc713331d6%7C72f988bf86f141af91ab2d7cd011db47%7C0%7C0%7C638509711906077334%7CUnknown%7CTWFpbGZsb3d8eyJWIjoiMC4wLjAwMDAiLCJQIjoiV2luMzIiLCJBTiI6Ik1haWwiLCJXVCI6Mn0%3D%7C0%7C%7C%7C&sdata=Ji5IrmJjqAoHkXWZL91G9nzkfLX5Bg%2B3liA6q4IBNv4%3D&reserved=0"
}

const (
	encodedPage = "https%3A%2F%2Fwww.example.com%2Fa%3Fx%3D1%26y%3D2"
	page12      = "https://www.example.com/a?x=1&y=2"
)

func rewrite(t *testing.T, text string, o RewriteOptions) (string, []Found) {
	t.Helper()
	var found []Found
	o.Report = func(f Found) { found = append(found, f) }
	var out strings.Builder
	require.NoError(t, Rewrite(&out, strings.NewReader(text), o))
	return out.String(), found
}

// quotedBody encodes a line of text as quoted-printable, in lines of 76.
func quotedBody(text, eol string) string {
	b, _ := appendQuoted(nil, []byte(text), 0, eol)
	return string(b)
}

func TestRewriteMail(t *testing.T) {
	long := strings.Repeat("word ", 12)
	for name, eol := range map[string]string{"LF": "\n", "CRLF": "\r\n"} {
		t.Run(name, func(t *testing.T) {
			lines := func(l ...string) string { return strings.Join(l, eol) }
			base64Lines := func(text string) string {
				packed := base64.StdEncoding.EncodeToString([]byte(text))
				var b strings.Builder
				for len(packed) > 60 {
					b.WriteString(packed[:60] + eol)
					packed = packed[60:]
				}
				return b.String() + packed + eol
			}
			mail := func(link, html string) string {
				return lines(
					"Received: from mail.example by mail.example; Fri, 10 May 2024 20:53:10 +0000",
					"Subject: "+wrapped(encodedPage),
					"MIME-Version: 1.0",
					"Content-Type: multipart/mixed;",
					"\tboundary=\"outer\"",
					"",
					"preamble "+wrapped(encodedPage),
					"--outer",
					"Content-Type: multipart/alternative; boundary=inner",
					"",
					"--inner",
					"Content-Type: text/plain; charset=utf-8",
					"Content-Transfer-Encoding: 8bit",
					"",
					"Grüße, see <"+link+">.",
					"--inner  ",
					"Content-Type: text/html; charset=utf-8",
					"Content-Transfer-Encoding: quoted-printable",
					"",
				) + eol + quotedBody(`<p>`+long+`<a href="`+html+`">a page</a> `+long+`</p>`, eol) + eol + lines(
					"--inner--",
					"--outer",
					"Content-Type: text/plain; charset=iso-8859-1",
					"Content-Transfer-Encoding: BASE64",
					"",
					base64Lines(long+link+" "+long)+"--outer",
					"Content-Type: text/plain",
					"Content-Transfer-Encoding: base64",
					"",
					base64Lines("nothing wrapped in here, not even https://www.example.com/ "+long)+"--outer",
					"Content-Type: application/octet-stream",
					"",
					wrapped(encodedPage),
					"--outer",
					"Content-Type: message/rfc822",
					"",
					"Subject: attached",
					"Content-Type: text/plain",
					"",
					link,
					"--outer--",
					"epilogue "+wrapped(encodedPage),
					"",
				)
			}
			in := mail(wrapped(encodedPage), strings.ReplaceAll(wrapped(encodedPage), "&", "&amp;"))
			got, found := rewrite(t, in, RewriteOptions{})
			assert.Len(t, found, 5, "with that of the subject")

			// The quoted-printable line breaks where it likes; compare it decoded.
			want := mail(page12, strings.ReplaceAll(page12, "&", "&amp;"))
			cut := func(s string) (front, quoted, back string) {
				front, rest, ok := strings.Cut(s, "quoted-printable"+eol+eol)
				require.True(t, ok)
				quoted, back, ok = strings.Cut(rest, "--inner--")
				require.True(t, ok)
				return front, quoted, back
			}
			gotFront, gotQuoted, gotBack := cut(got)
			wantFront, wantQuoted, wantBack := cut(want)
			assert.Equal(t, wantFront, gotFront)
			assert.Equal(t, wantBack, gotBack)
			assert.Equal(t, string(unquoted(wantQuoted)), string(unquoted(gotQuoted)))
			for _, line := range strings.Split(gotQuoted, eol) {
				assert.LessOrEqual(t, len(line), maxQuotedLine)
			}
		})
	}
}

func TestRewriteMailUntouched(t *testing.T) {
	link := wrapped(encodedPage)
	for name, mail := range map[string]string{
		"no link":                 "Message-ID: <1@contoso.com>\nContent-Type: text/plain\n\nhello\n",
		"only headers":            "Message-ID: <1@contoso.com>\nSubject: " + link + "\n",
		"no end of the header":    "Message-ID: <1@contoso.com>\nContent-Type: multipart/mixed; boundary=b",
		"multipart without parts": "Message-ID: <1@contoso.com>\nContent-Type: multipart/mixed; boundary=b\n\n--b--\n" + link + "\n",
		"broken base64":           "Message-ID: <1@contoso.com>\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n****" + link + "\n",
		"odd quoted-printable":    "Message-ID: <1@contoso.com>\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\na= b=\r\n=zz =\n",
		"an image":                "Message-ID: <1@contoso.com>\nContent-Type: image/png\n\n" + link + "\n",
		"a part inside an attached base64 message": "Message-ID: <1@contoso.com>\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + link + "\n",
		"opaque": "Message-ID: <1@contoso.com>\n\nhttps://protect-eu.mimecast.com/s/AbCdEf?domain=example.com\n",
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := rewrite(t, mail, RewriteOptions{Format: FormatMail})
			assert.Equal(t, mail, got)
		})
	}
}

func TestRewriteMailTruncated(t *testing.T) {
	whole := "Message-ID: <1@contoso.com>\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n" +
		quotedBody(`<a href="`+wrapped(encodedPage)+`">a</a>`, "\n") + "\n--b--\n"
	for n := range whole {
		_, err := rewriteErr(whole[:n])
		require.NoError(t, err, "the first %d bytes", n)
	}
}

func rewriteErr(mail string) (string, error) {
	var out strings.Builder
	err := Rewrite(&out, strings.NewReader(mail), RewriteOptions{Format: FormatMail})
	return out.String(), err
}

func TestRewriteQuotedEncodesForeignLetters(t *testing.T) {
	link := wrapped("https%3A%2F%2Fwww.example.com%2F%C3%BC")
	head := "Message-ID: <1@contoso.com>\nContent-Transfer-Encoding: 8bit\nContent-Type: text/plain; charset="
	for charset, want := range map[string]string{
		"utf-8":      "https://www.example.com/ü",
		"iso-8859-1": "https://www.example.com/%C3%BC",
	} {
		t.Run(charset, func(t *testing.T) {
			got, _ := rewrite(t, head+charset+"\n\n"+link+"\n", RewriteOptions{})
			assert.Equal(t, head+charset+"\n\n"+want+"\n", got)
		})
	}
}

func TestRewriteNestedMessagesAreBounded(t *testing.T) {
	mail := "Message-ID: <1@contoso.com>\n" + strings.Repeat("Content-Type: message/rfc822\n\n", 100_000) + wrapped(encodedPage) + "\n"
	got, _ := rewrite(t, mail, RewriteOptions{Format: FormatMail})
	assert.Equal(t, mail, got)
}

func TestRewriteQuotedBody(t *testing.T) {
	for name, eol := range map[string]string{"LF": "\n", "CRLF": "\r\n"} {
		t.Run(name, func(t *testing.T) {
			body := quotedBody("Read this: "+wrapped(encodedPage)+" and then answer, please, before the end of the week at the latest.", eol) + eol + "a =E9 b" + eol
			got, found := rewrite(t, body, RewriteOptions{})
			require.Len(t, found, 1)
			assert.Equal(t, "Read this: "+page12+" and then answer, please, before the end of the week at the latest."+eol+"a \xe9 b"+eol, string(unquoted(got)))
			assert.True(t, strings.HasSuffix(got, "a =E9 b"+eol))
			for line := range strings.SplitSeq(got, eol) {
				assert.LessOrEqual(t, len(line), maxQuotedLine)
			}
		})
	}
}

func TestRewriteQuotedRedactsNextLines(t *testing.T) {
	body := strings.ReplaceAll(mailHost+"?url=https%3A%2F%2Fwww.example.com%2F&data=05%7C02%7Cadele.vance", "=", "=3D") + "\r\n> %40contoso.com%7C\r\n> 72f988bf%7Cx\r\nword\r\n"
	got, found := rewrite(t, body, RewriteOptions{Format: FormatQuoted, Redact: true})
	require.Len(t, found, 1)
	assert.Equal(t, mailHost+"?url=https%3A%2F%2Fwww.example.com%2F&data=redacted\r\nword\r\n", string(unquoted(got)))
}

func TestRewriteMailInPieces(t *testing.T) {
	link := wrapped(encodedPage)
	head := "Message-ID: <1@contoso.com>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
	line := "some words, and then " + link + " and more.\r\n"
	want := "some words, and then " + page12 + " and more.\r\n"
	n := 3 * quotedPiece / len(line)
	t.Run("many quoted-printable lines", func(t *testing.T) {
		body := strings.Repeat(quotedBody(strings.TrimSuffix(line, "\r\n"), "\r\n")+"\r\n", n)
		got, found := rewrite(t, head+"quoted-printable\r\n\r\n"+body+"--b--\r\n", RewriteOptions{})
		assert.Len(t, found, n)
		front, back, ok := strings.Cut(got, "quoted-printable\r\n\r\n")
		require.True(t, ok)
		assert.Equal(t, head, front)
		body, ok = strings.CutSuffix(back, "--b--\r\n")
		require.True(t, ok)
		assert.True(t, strings.Repeat(want, n) == string(unquoted(body)))
	})
	t.Run("one quoted-printable line", func(t *testing.T) {
		text := strings.Repeat(strings.TrimSuffix(line, "\r\n")+" ", n)
		got, found := rewrite(t, head+"quoted-printable\r\n\r\n"+quotedBody(text, "\r\n")+"\r\n--b--\r\n", RewriteOptions{})
		assert.Len(t, found, n)
		got, ok := strings.CutPrefix(got, head+"quoted-printable\r\n\r\n")
		require.True(t, ok)
		assert.True(t, strings.ReplaceAll(text, link, page12)+"\r\n--b--\r\n" == string(unquoted(got)))
		for line := range strings.SplitSeq(got, "\r\n") {
			require.LessOrEqual(t, len(line), maxQuotedLine)
		}
	})
	t.Run("one line without an end", func(t *testing.T) {
		text := strings.Repeat(strings.TrimSuffix(line, "\r\n")+" ", 4*maxLine/len(line))
		got, _ := rewrite(t, head+"8bit\r\n\r\n"+text+"\r\n--b--\r\n"+link, RewriteOptions{})
		assert.True(t, head+"8bit\r\n\r\n"+strings.ReplaceAll(text, link, page12)+"\r\n--b--\r\n"+link == got)
	})
	t.Run("a boundary that is none, inside a long line", func(t *testing.T) {
		// The reader's pieces are as long as its buffer, so that one begins with
		// what would be a boundary at the start of a line.
		mail := head + "8bit\r\n\r\n" + strings.Repeat("x", maxLine) + "--b--\r\n" + link + "\r\n--b--\r\n"
		got, _ := rewrite(t, mail, RewriteOptions{})
		assert.True(t, strings.ReplaceAll(mail, link, page12) == got)
	})
	t.Run("a long header line", func(t *testing.T) {
		mail := "X-Long: " + strings.Repeat("x", maxLine-len("X-Long: ")) + "\r\n" + head + "8bit\r\n\r\n" + link + "\r\n--b--\r\n"
		got, _ := rewrite(t, mail, RewriteOptions{Format: FormatMail})
		assert.True(t, strings.ReplaceAll(mail, link, page12) == got)
	})
}
