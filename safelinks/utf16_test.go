package safelinks

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inUTF16 encodes a text, with a byte order mark if it begins with one.
func inUTF16(text string, order byteOrder) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

var utf16Orders = map[string]byteOrder{"utf-16le": binary.LittleEndian, "utf-16be": binary.BigEndian}

func TestRewriteUTF16(t *testing.T) {
	link := wrapped(encodedPage)
	for charset, order := range utf16Orders {
		for name, front := range map[string]string{"marked": "\ufeff", "unmarked": ""} {
			t.Run(charset+" "+name, func(t *testing.T) {
				text := front + "Seen by Zoë 🙂: <" + link + ">.\r\nüß\r\n> " + breakText(link, 72, "> ", "\r\n") + "\r\n"
				want := front + "Seen by Zoë 🙂: <" + page12 + ">.\r\nüß\r\n> " + page12 + "\r\n"
				got, found := rewrite(t, inUTF16(text, order), RewriteOptions{})
				assert.Equal(t, inUTF16(want, order), got)
				assert.Len(t, found, 2)

				var out strings.Builder
				require.NoError(t, Rewrite(&out, iotest.OneByteReader(strings.NewReader(inUTF16(text, order))), RewriteOptions{Format: FormatPlain}))
				assert.Equal(t, inUTF16(want, order), out.String())

				long := strings.Repeat("Zoë 🙂 ", bufferSize/5) + link + " " + strings.Repeat("x🙂", bufferSize)
				got, _ = rewrite(t, inUTF16(front+"Dear Adele, the pages of which we talked are these, and a few others: "+long, order), RewriteOptions{})
				assert.True(t, inUTF16(strings.Replace(front+"Dear Adele, the pages of which we talked are these, and a few others: "+long, link, page12, 1), order) == got)

				html := front + `<html><a href="` + strings.ReplaceAll(link, "&", "&amp;") + `">x</a></html>`
				got, _ = rewrite(t, inUTF16(html, order), RewriteOptions{})
				assert.Equal(t, inUTF16(front+`<html><a href="`+strings.ReplaceAll(page12, "&", "&amp;")+`">x</a></html>`, order), got)
			})
		}
	}
}

// Damaged text stays.
func TestRewriteDamagedUTF16(t *testing.T) {
	link, page := inUTF16(wrapped(encodedPage), binary.LittleEndian), inUTF16(page12, binary.LittleEndian)
	for name, text := range map[string]string{
		"odd length":        "\xff\xfea\x00 \x00LINK \x00x",
		"odd, zero":         "a\x00 \x00LINK \x00\x00",
		"first half alone":  "\xff\xfe\x3d\xd8LINK\x20\x00\x3d\xd8",
		"second half alone": "\xff\xfe\x42\xde\x20\x00LINK\x20\x00\x42\xde\x42\xde",
		"halves that swap":  "\xff\xfe\x42\xde\x3d\xd8\x20\x00LINK",
		"no letters":        "\xff\xfe\xff\xff\xfe\xff\x20\x00LINK",
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := rewrite(t, strings.ReplaceAll(text, "LINK", link), RewriteOptions{})
			assert.Equal(t, strings.ReplaceAll(text, "LINK", page), got)
			got, _ = rewrite(t, strings.ReplaceAll(text, "LINK", ""), RewriteOptions{})
			assert.Equal(t, strings.ReplaceAll(text, "LINK", ""), got)
		})
	}
}

func TestRewriteMailUTF16(t *testing.T) {
	link := wrapped("https%3A%2F%2Fwww.example.com%2F%C3%BC")
	text := "你好，世界，你好，世界，你好，世界，你好，世界，你好，世界: " + link + "\r\n"
	want := "你好，世界，你好，世界，你好，世界，你好，世界，你好，世界: https://www.example.com/ü\r\n"
	for charset, order := range utf16Orders {
		for name, encode := range map[string]func(string) string{
			"base64":           func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
			"quoted-printable": func(s string) string { return string(quoteBytes([]byte(s), "\r\n")) },
			"binary":           func(s string) string { return s },
		} {
			for front, labels := range map[string][]string{"": {charset}, "\ufeff": {"utf-16", strings.ToUpper(charset)}} {
				for _, label := range labels {
					t.Run(charset+" "+name+" as "+label, func(t *testing.T) {
						head := "Message-ID: <1@contoso.com>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=" + label + "\r\nContent-Transfer-Encoding: " + name + "\r\n\r\n"
						got, found := rewrite(t, head+encode(inUTF16(front+text, order))+"\r\n--b--\r\n", RewriteOptions{})
						require.Len(t, found, 1)
						front, back := head, "\r\n--b--\r\n"
						require.True(t, strings.HasPrefix(got, front) && strings.HasSuffix(got, back))
						body := got[len(front) : len(got)-len(back)]
						switch name {
						case "base64":
							b, err := base64.StdEncoding.DecodeString(strings.NewReplacer("\r", "", "\n", "").Replace(body))
							require.NoError(t, err)
							body = string(b)
						case "quoted-printable":
							for line := range strings.SplitSeq(body, "\r\n") {
								require.LessOrEqual(t, len(line), maxQuotedLine)
							}
							body = string(unquoted(body))
						case "binary":
							// The line end in front of a boundary belongs to the boundary.
						}
						want := inUTF16(want, order)
						assert.True(t, strings.HasSuffix(body, want), "%q", body)
					})
				}
			}
		}
	}
}
