package quote

import (
	"encoding/base64"
	"encoding/hex"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSafe(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", `""`},
		{"word", "tomorrow", `"tomorrow"`},
		{"words", "Event Time [UTC]", `"Event Time [UTC]"`},
		{"foreign word", "日時", `"日時"`},
		{"column", "AccountUpn_s", `"AccountUpn_s"`},
		{"digits behind a word", "SHA256", `"SHA256"`},
		{"longest column", "InitiatingProcessVersionInfoInternalFileName", `"InitiatingProcessVersionInfoInternalFileName"`},
		{"long column", "AADNonInteractiveUserSignInLogs", `"AADNonInteractiveUserSignInLogs"`},
		{"short column", "UserAgent", `"UserAgent"`},
		{"time", "2026-13-28T10:40:01.5123456+00:00", `"2026-13-28T10:40:01.5123456+00:00"`},
		{"time in UTC", "2026-13-28T10:40:01Z", `"2026-13-28T10:40:01Z"`},
		{"time in words", "Jul 39, 2026 5:02:06 PM", `"Jul 39, 2026 5:02:06 PM"`},
		{"number", "-1790596800123", `"-1790596800123"`},
		{"address", "198.51.100.700", `"198.51.100.700"`},
		{"addresses", "198.51.100.7, 203.0.113.900", `"198.51.100.7, 203.0.113.900"`},
		{"IPv6", "2001:db8::zz", `"2001:db8::zz"`},
		{"prefix", "192.0.2.0/99", `"192.0.2.0/99"`},
		{"long text", strings.Repeat("a b ", 100), `"` + strings.Repeat("a b ", 32) + `"...`},
		{"long foreign text", strings.Repeat("日 ", 100), `"` + strings.Repeat("日 ", 32) + `"...`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := Safe(tt.text)
			assert.True(t, ok)
			assert.Equal(t, tt.want, got)
		})
	}
	for name, text := range map[string]string{
		"mail address":           "ada@contoso.example",
		"encoded mail address":   "ada.smith%40contoso.example",
		"encoded twice":          "ada%2540contoso.example",
		"defanged mail address":  "ada[at]contoso.example",
		"user name":              "ada.smith",
		"account of a guest":     "ada_contoso_com",
		"account with domain":    `CONTOSO\ada`,
		"account with slash":     "CONTOSO/ada",
		"URL":                    "https://www.example.com/",
		"host":                   "www.example.com",
		"query":                  "?token",
		"parameter":              "a=b",
		"GUID":                   "3c7b1317-ac21-4754-5a76-08dee4d61558",
		"GUID without dashes":    "3c7b131772ac214475445a7608dee4d6",
		"GUID in braces":         "{3c7b1317-ac21-4754-5a76-08dee4d61558}",
		"half a GUID":            "3c7b1317",
		"JWT":                    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
		"cloud key":              "AKIAIOSFODNN7EXAMPLE",
		"cloud secret":           "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
		"key of an API":          "AIzaSyA1b2C3d4E5f6G7h8",
		"token of a code host":   "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
		"token of a chat":        "xoxb-2444-1234567890-AbC1dEf2",
		"long word":              strings.Repeat("x", longestWord+1),
		"long number":            strings.Repeat("1", longestDigits+1),
		"letters of both cases":  "wJalrXUtnFEMIKMDENGbPxRfiCYEXAMPLEKEYkWs",
		"control characters":     "a\x1b[31m",
		"damaged text":           "caf\xe9",
		"quoted-printable":       "ada=40contoso.example",
		"an address among words": "no such user: ada@contoso.example",
	} {
		t.Run(name, func(t *testing.T) {
			_, ok := Safe(text)
			assert.False(t, ok, text)
		})
	}
}

func TestRandomSecretsAreNotQuoted(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	const n = 20_000
	quoted := 0
	for range n {
		b := make([]byte, 30)
		for i := range b {
			b[i] = byte(rnd.Uint32())
		}
		for _, s := range []string{base64.StdEncoding.EncodeToString(b), base64.RawURLEncoding.EncodeToString(b[:20]), hex.EncodeToString(b[:16])} {
			if _, ok := Safe(s); ok {
				quoted++
			}
		}
	}
	assert.Less(t, quoted, 10, "letters alone, by chance")
}
