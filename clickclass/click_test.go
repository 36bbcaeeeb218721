package clickclass_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/clickclass"
)

func TestSite(t *testing.T) {
	tests := map[string]string{
		"https://www.example.co.uk/a?b#c":      "example.co.uk",
		"http://user:secret@Example.COM:8080/": "example.com",
		"example.org":                          "example.org",
		"https://a.b.example.org.":             "example.org",
		"https://192.0.2.7/a":                  "192.0.2.7",
		"https://[2001:db8::1]:443/a":          "2001:db8::1",
		"http://intranet/x":                    "intranet",
		"https://co.uk/":                       "co.uk",
		"":                                     "",
		"https://":                             "",
		"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.net%2F": "example.net",
	}
	for in, want := range tests {
		t.Run(in, func(t *testing.T) {
			k := clickclass.Click{Url: in}
			assert.Equal(t, want, k.Site())
		})
	}
}

// TestOriginalURL holds that the quick look at a URL leaves no wrapper out.
func TestOriginalURL(t *testing.T) {
	tests := map[string]string{
		"":                          "",
		"https://www.example.com/a": "https://www.example.com/a",
		"https://www.example.com/a?url=https%3A%2F%2Fexample.net%2F":                    "https://www.example.com/a?url=https%3A%2F%2Fexample.net%2F",
		"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fexample.net": "https://example.net",
		"https://urldefense.com/v3/__https://example.net/a__;!!abc!def$":                "https://example.net/a",
		"https://secure-web.cisco.com/1abc/https%3A%2F%2Fexample.net%2Fa":               "https://example.net/a",
		"https://url.avanan.click/v2/___https://example.net/a___.YXAzOmE":               "https://example.net/a",
	}
	for in, want := range tests {
		t.Run(in, func(t *testing.T) {
			k := clickclass.Click{Url: in}
			assert.Equal(t, want, k.OriginalURL())
			assert.Equal(t, in, k.Url)
		})
	}
}

// TestFileAndRowDoNotMatter holds what the doc says of the fields that identify a row.
func TestFileAndRowDoNotMatter(t *testing.T) {
	k := withDelay(founding(), 3*time.Second)
	want := clickclass.Score(k)
	k.File, k.Row = "another file", 99
	got := clickclass.Score(k)
	requireEqualVerdicts(t, &want, &got, "another file")
}
