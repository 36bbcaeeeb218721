package safelinks

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shapes are texts that once took longer than others of their size, or could.
var shapes = map[string]string{
	"x":                   "x",
	"blanks":              " ",
	"tabs":                "\t",
	"line ends":           "\r\n",
	"colons":              ":",
	"schemes":             "https:",
	"slashes":             "https:////",
	"links and blanks":    "https://www.example.com/" + strings.Repeat(" ", 500) + "\n",
	"wrapped and blanks":  mailHost + "?url=https%3A%2F%2Fwww.exa" + strings.Repeat(" ", 500) + "\n" + strings.Repeat(" ", 500),
	"wrapped and quotes":  mailHost + "?url=https%3A%2F%2Fwww.exa\n" + strings.Repeat("> ", 500),
	"wrapped, escaped":    mailHost + "?url=https%3A%2F%2Fwww.exa\n" + strings.Repeat("&gt;", 500),
	"data in the target":  mailHost + "?url=https%3A%2F%2Fwww.example.com%2F" + strings.Repeat("%26data%3D", 500) + "\n",
	"sdata in the target": mailHost + "?url=https%3A%2F%2Fwww.example.com%2F" + strings.Repeat("%26sdata%3Dx%26data%3Dx", 300) + "%26x%3D1\n",
	"broken to the end":   mailHost + "?url=https%3A%2F%2Fwww.exa\n" + strings.Repeat("%2Fa\n", 2*maxPieces),
	"brackets":            "([{<",
	"labels":              "](https://",
}

// BenchmarkRewriteShapes prints the time for texts of n, 2n and 4n bytes.
func BenchmarkRewriteShapes(b *testing.B) {
	for name, shape := range shapes {
		for _, n := range []int{1 << 19, 1 << 20, 1 << 21} {
			text := []byte(strings.Repeat(shape, 1+n/len(shape))[:n])
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				for b.Loop() {
					if err := Rewrite(io.Discard, bytes.NewReader(text), RewriteOptions{Format: FormatPlain}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// nests are links that lead into themselves again and again.
var nests = map[string]func(string) string{
	"Safe Links":  wrapped,
	"Teams pages": func(url string) string { return strings.Replace(teamsLink, "https%3A%2F%2Fwww.example.com%2F", url, 1) },
	"Barracuda":   func(url string) string { return "https://linkprotect.cudasvc.com/url?a=" + url },
	"data behind": func(url string) string { return mailHost + "?url=" + url + "%26data%3D" + fields05 },
}

// BenchmarkUnwrapNests prints the time for sixteen layers around a link of n, 2n and 4n
// bytes.
func BenchmarkUnwrapNests(b *testing.B) {
	for name, wrap := range nests {
		for _, n := range []int{100 << 10, 200 << 10, 400 << 10} {
			link := nest(wrap, "https://www.example.com/"+strings.Repeat("a", n))
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.SetBytes(int64(len(link)))
				for b.Loop() {
					Unwrap(link)
				}
			})
		}
	}
}

// nest puts as many layers around a link as are decoded.
func nest(wrap func(string) string, link string) string {
	for range maxDepth {
		link = wrap(escapeParam(link))
	}
	return link
}

// Sixteen pages of Teams in one another give away none of their cookies.
func TestNestedTeamsPages(t *testing.T) {
	for _, and := range []string{"&", "&amp;"} {
		page := strings.ReplaceAll(teamsLink, "&", and)
		link := nest(func(url string) string {
			return strings.Replace(page, "https%3A%2F%2Fwww.example.com%2F", url, 1)
		}, "https://www.example.com/")
		c, err := Unwrap(link)
		require.NoError(t, err)
		assert.Len(t, c.Layers, maxDepth)
		assert.Equal(t, "https://www.example.com/", c.Original())
		assert.NotContains(t, c.Input, "COOKIE")
		for _, l := range c.Layers {
			assert.NotContains(t, l.URL, "COOKIE")
		}
	}
}

// Blanks and letters pass through.
func TestRewriteShapes(t *testing.T) {
	for _, name := range []string{"x", "blanks", "tabs", "line ends", "colons", "schemes", "slashes", "brackets", "links and blanks"} {
		text := strings.Repeat(shapes[name], 1+2*bufferSize/len(shapes[name]))
		got, found := rewrite(t, text, RewriteOptions{Format: FormatPlain})
		assert.True(t, text == got, name)
		assert.Empty(t, found, name)
	}
}
