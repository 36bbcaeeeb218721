package tables_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAddresses reads cells as logs write addresses.
func TestAddresses(t *testing.T) {
	for cell, want := range map[string]string{
		"":                                  "",
		"-":                                 "",
		" ":                                 "",
		"198.51.100.7":                      "198.51.100.7",
		" 198.51.100.7 ":                    "198.51.100.7",
		"198.51.100.7:443":                  "198.51.100.7",
		"198.51.100[.]7":                    "198.51.100.7",
		"198.51.100.7/32":                   "198.51.100.7",
		"2001:db8::1/128":                   "2001:db8::1",
		"198.51.100.0/24":                   "bad",
		"2001:db8::1":                       "2001:db8::1",
		"2001:0DB8:0:0:0:0:0:1":             "2001:db8::1",
		"[2001:db8::1]":                     "2001:db8::1",
		"[2001:db8::1]:443":                 "2001:db8::1",
		"fe80::1%eth0":                      "fe80::1",
		"[fe80::1%25eth0]:80":               "fe80::1",
		"::ffff:198.51.100.7":               "198.51.100.7",
		"[::ffff:198.51.100.7]:1":           "198.51.100.7",
		"198.51.100.7, 203.0.113.9":         "198.51.100.7 203.0.113.9",
		"198.51.100.7;2001:db8::1":          "198.51.100.7 2001:db8::1",
		"198.51.100.7:80 [2001:db8::1]:443": "198.51.100.7 2001:db8::1",
		`["198.51.100.7","203.0.113.9"]`:    "198.51.100.7 203.0.113.9",
		`[ "2001:db8::1" ]`:                 "2001:db8::1",
		`[]`:                                "",
		"198.51.100":                        "bad",
		"198.51.100.7:":                     "bad",
		"198.51.100.7:70000":                "bad",
		"198.51.100.7 x":                    "bad",
		"[2001:db8::1":                      "bad",
		"[2001:db8::1]x":                    "bad",
		"198.051.100.7":                     "bad",
		"1:2":                               "bad",
		"ada@contoso.example":               "bad",
		"198.51.100.7, 203.0.113.900":       "bad",
		"%":                                 "bad",
	} {
		t.Run(cell, func(t *testing.T) {
			text := strings.Replace(rowJSON, "198.51.100.7", strings.ReplaceAll(cell, `"`, `\"`), 1) + "\n"
			_, rows, errs := collect(t, "", text)
			if want == "bad" {
				require.Len(t, errs, 1)
				assert.Contains(t, errs[0].Error(), `column "IPAddress": bad address`)
				return
			}
			require.Empty(t, errs)
			var got []string
			click := rows[0].Click
			for _, a := range append([]netip.Addr{click.IPAddress}, click.MoreIPs...) {
				if a.IsValid() {
					got = append(got, a.String())
				}
			}
			assert.Equal(t, want, strings.Join(got, " "))
		})
	}
	// A JSON array that is not in a string.
	_, rows, errs := collect(t, "", strings.Replace(rowJSON, `"198.51.100.7"`, `["198.51.100.7", "203.0.113.9"]`, 1))
	assert.Empty(t, errs)
	assert.Equal(t, "198.51.100.7", rows[0].Click.IPAddress.String())
	assert.Equal(t, []netip.Addr{netip.MustParseAddr("203.0.113.9")}, rows[0].Click.MoreIPs)
}

// TestTimes reads times in every form seen.
func TestTimes(t *testing.T) {
	for cell, want := range map[string]string{
		"":                                  "0001-01-01T00:00:00Z",
		"2026-09-28T10:40:01.5123456Z":      "2026-09-28T10:40:01.5123456Z",
		"2026-09-28T10:40:01.512345678901Z": "2026-09-28T10:40:01.512345678Z",
		"2026-09-28T10:40:01Z":              "2026-09-28T10:40:01Z",
		"2026-09-28t10:40:01z":              "2026-09-28T10:40:01Z",
		"2026-09-28 10:40:01+00:00":         "2026-09-28T10:40:01Z",
		"2026-09-28T10:40:01+02:00":         "2026-09-28T08:40:01Z",
		"2026-09-28T10:40:01-0530":          "2026-09-28T16:10:01Z",
		"2026-09-28 10:40:01.434289+00:00":  "2026-09-28T10:40:01.434289Z",
		"2026-09-28 10:40:01 UTC":           "2026-09-28T10:40:01Z",
		"2026-09-28T10:40:01":               "2026-09-28T10:40:01Z",
		"2026-09-28T10:40":                  "2026-09-28T10:40:00Z",
		"2026-09-28":                        "2026-09-28T00:00:00Z",
		"2024-02-29T00:00:00Z":              "2024-02-29T00:00:00Z",
		"9/28/2026, 10:40:01.512 AM":        "2026-09-28T10:40:01.512Z",
		"9/28/2026, 10:40:01.512\u202fPM":   "2026-09-28T22:40:01.512Z",
		"9/28/2026 10:40:01 pm":             "2026-09-28T22:40:01Z",
		"09/08/2026 12:00:01 AM":            "2026-09-08T00:00:01Z",
		"9/8/2026 12:00:01 PM":              "2026-09-08T12:00:01Z",
		"9/28/2026 22:40":                   "2026-09-28T22:40:00Z",
		"9/28/2026":                         "2026-09-28T00:00:00Z",
		"/Date(1790592001512)/":             "2026-09-28T10:40:01.512Z",
		`\/Date(1790592001512+0200)\/`:      "2026-09-28T10:40:01.512Z",
		"0001-01-01T00:00:00":               "0001-01-01T00:00:00Z", // none, in .NET
		"Sep 28, 2026 @ 10:40:01.512":       "2026-09-28T10:40:01.512Z",
		"28.09.2026 10:40:01":               "2026-09-28T10:40:01Z",
		"2026-09-31T10:40:01Z":              "bad",
		"2026-02-29T10:40:01Z":              "bad",
		"1900-02-29":                        "bad",
		"0000-01-01":                        "bad",
		"2026-09-28T24:00:00Z":              "bad",
		"2026-09-28T10:60:00Z":              "bad",
		"2026-09-28T10:40:60Z":              "bad",
		"2026-09-28T10:40:01.Z":             "bad",
		"2026-09-28T10:40:01+25:00":         "bad",
		"2026-09-28T10:40:01 CEST":          "bad",
		"2026-09-28X10:40:01Z":              "bad",
		"2026-9-28":                         "2026-09-28T00:00:00Z",
		"28/09/2026 10:40:01":               "2026-09-28T10:40:01Z", // the only row shows that the day is first
		"9/28/2026 13:40:01 PM":             "bad",
		"9/28/2026 0:40:01 AM":              "bad",
		"9/28/26":                           "2026-09-28T00:00:00Z",
		"/Date(x)/":                         "bad",
		"/Date(99999999999999999)/":         "bad",
		"/Date(1790592001512":               "bad",
		"1790592001":                        "2026-09-28T10:40:01Z",
		"1790592001512":                     "2026-09-28T10:40:01.512Z",
		"now":                               "bad",
	} {
		t.Run(cell, func(t *testing.T) {
			text := strings.Replace(rowJSON, "2026-09-28T10:40:01.5123456Z", cell, 1) + "\n"
			_, rows, errs := collect(t, "", text)
			if want == "bad" {
				require.Len(t, errs, 1)
				assert.Contains(t, errs[0].Error(), `column "Timestamp": bad time`)
				return
			}
			require.Empty(t, errs)
			assert.Equal(t, want, rows[0].Click.Timestamp.Format("2006-01-02T15:04:05.999999999Z07:00"))
		})
	}
}

// TestTimesOutOfReach refuses times of years in which no log was written.
func TestTimesOutOfReach(t *testing.T) {
	for cell, quoted := range map[string]string{
		"2611-02-19T08:34:33Z": `"2611-02-19T08:34:33Z"`,
		"1999-12-31T23:59:59Z": `"1999-12-31T23:59:59Z"`,
		"/Date(-1)/":           "of 10 bytes", // it may be a path
	} {
		_, _, errs := collect(t, "f", strings.Replace(rowJSON, "2026-09-28T10:40:01.5123456Z", cell, 1)+"\n")
		require.Len(t, errs, 1)
		assert.EqualError(t, errs[0], `tables: read: f: row 1: column "Timestamp": time out of reach `+quoted)
	}
}

func TestBools(t *testing.T) {
	for cell, want := range map[string]bool{
		"true": true, "false": false, `"True"`: true, `"FALSE"`: false, "1": true, "0": false, `"1"`: true, `"0"`: false, "null": false, `""`: false,
	} {
		_, rows, errs := collect(t, "", strings.Replace(rowJSON, "false", cell, 1))
		require.Empty(t, errs, cell)
		assert.Equal(t, want, rows[0].Click.IsClickedThrough, cell)
	}
}

// TestIDs keeps ids as they are, whatever they look like.
func TestIDs(t *testing.T) {
	for _, id := range []string{"11111111-1111-1111-1111-111111111111", "", "not an id", "{3C7B1317}"} {
		_, rows, errs := collect(t, "", strings.ReplaceAll(rowJSON, "e2cf1de7-98af-47b5-4a2d-08dee5b77665", id))
		require.Empty(t, errs, id)
		assert.Equal(t, id, rows[0].Click.ReportId)
	}
}

// TestText keeps text as it is, apart from what is no text.
func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"caf\u00e9":              "café",
		"caf\xe9!":               "caf\ufffd!",
		"\xff\xfe":               "\ufffd\ufffd",
		"\x7f":                   "\x7f",
		"\u65e5\u672c\U0001f600": "日本😀",
	} {
		_, rows, errs := collect(t, "", strings.Replace(rowJSON, "Ada", in, 1))
		require.Empty(t, errs)
		assert.Equal(t, want+"@contoso.example", rows[0].Click.AccountUpn)
		_, rows, errs = collect(t, "", header+"\n"+strings.Replace(row("2026-09-28", "false"), "Ada", in, 1)+"\n")
		require.Empty(t, errs)
		assert.Equal(t, want+"@contoso.example", rows[0].Click.AccountUpn)
	}
}

// TestNested keeps JSON in a cell as its text, quoted in the export or not.
func TestNested(t *testing.T) {
	text := strings.NewReplacer(quoted(theClick.UrlChain), theClick.UrlChain, quoted(theClick.DetectionMethods), theClick.DetectionMethods).Replace(rowJSON)
	require.NotEqual(t, rowJSON, text)
	_, rows, errs := collect(t, "", text)
	require.Empty(t, errs)
	assert.Equal(t, theClick.UrlChain, rows[0].Click.UrlChain)
	assert.Equal(t, theClick.DetectionMethods, rows[0].Click.DetectionMethods)
}

// TestKeptValues checks that clicks that are kept stay as they were when
// reading goes on.
func TestKeptValues(t *testing.T) {
	var text bytes.Buffer
	const n = 3000
	for i := range n {
		fmt.Fprintf(&text, `{"Timestamp":"2026-09-28T10:40:01Z","Url":"https://www.example.com/%d","ActionType":"Click\u0041llowed","UrlChain":"[\"https://www.example.com/%d\"]"}`+"\n", i, i)
	}
	_, rows, errs := collect(t, "", text.String())
	require.Empty(t, errs)
	require.Len(t, rows, n)
	for i, row := range rows {
		assert.Equal(t, fmt.Sprintf("https://www.example.com/%d", i), row.Click.Url)
		assert.Equal(t, fmt.Sprintf(`["https://www.example.com/%d"]`, i), row.Click.UrlChain)
		assert.Equal(t, "ClickAllowed", string(row.Click.ActionType))
		assert.EqualValues(t, i+1, row.Row)
	}
}

// TestQuoting checks that errors give no secrets away.
func TestQuoting(t *testing.T) {
	for cell, want := range map[string]string{
		"tomorrow":                             `"tomorrow"`,
		"2026-13-28T10:40:01.5123456+00:00":    `"2026-13-28T10:40:01.5123456+00:00"`,
		"ada@contoso.example":                  "of 19 bytes",
		"https://www.example.com/":             "of 24 bytes",
		"?token":                               "of 6 bytes",
		"a=b":                                  "of 3 bytes",
		"3c7b131772ac214475445a7608dee4d6":     "of 32 bytes",
		"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9": "of 36 bytes",
		strings.Repeat("x", 65):                "of 65 bytes",
		strings.Repeat("a b ", 100):            `"` + strings.Repeat("a b ", 32) + `"...`,
	} {
		_, _, errs := collect(t, "f", strings.Replace(rowJSON, "2026-09-28T10:40:01.5123456Z", cell, 1))
		require.Len(t, errs, 1)
		assert.Equal(t, `tables: read: f: row 1: column "Timestamp": bad time `+want, errs[0].Error())
	}
}
