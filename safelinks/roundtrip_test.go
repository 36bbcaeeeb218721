package safelinks

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// roundTripLinks are links of every form and of every vendor with fields of its own, and
// links with fields that cannot be parsed.
func roundTripLinks(t testing.TB) map[string]string {
	data := func(data string) string { return mailHost + "?url=https%3A%2F%2Fwww.example.com%2F&data=" + data }
	payload := func(payload string) string {
		return data(strings.Replace(fields05, mailflow, escapeParam(payload), 1))
	}
	return map[string]string{
		"not wrapped":              "https://www.example.com/ü?a=\"<>&",
		"empty":                    "",
		"layout 05":                data(fields05 + signature),
		"layout 04":                data(fields04 + signature),
		"layout 03":                data(fields03 + signature),
		"layout 02":                data(fields02 + signature),
		"layout 01":                data(fields01 + signature),
		"no fields":                data("x&sdata=*"),
		"no data":                  mailHost + "?url=https%3A%2F%2Fwww.example.com%2F",
		"two fields":               data("05%7C02"),
		"empty fields":             data(strings.Repeat("%7C", 13)),
		"more fields":              data(fields05 + "%7Cx"),
		"unknown version":          data("06" + fields05[2:]),
		"context":                  data(fields05[:len(fields05)-len("%7C%7C")] + "x%7C%7Cy"),
		"cut context":              data(fields05[:len(fields05)-len("%7C%7C")] + "x"),
		"encoded twice":            data(strings.ReplaceAll(fields05, "%", "%25")),
		"ids that are none":        data("05%7C02%7C%7Cx%7Cy%7C0%7C0%7Cz"),
		"ids of zeros":             data("05%7C02%7C%7C" + strings.Repeat("0", 32) + "%7C" + strings.Repeat("0", 32)),
		"clocks that disagree":     data(strings.Replace(fields05, "638509711906077334", "638509611906077334", 1)),
		"short signature":          data(fields05 + "&sdata=YWJj&reserved=1"),
		"no base64 in payload":     payload("****"),
		"payload that is cut":      payload(mailflow[:40]),
		"payload with blanks":      payload("TWFpbGZsb3d8eyAiViIgOiAiPCYiIH0="),
		"payload that is not JSON": payload("TWFpbGZsb3d8e3h9"),
		"controls and odd bytes":   data("05%7C%00%1b%7F%7C%C3%28%E9%C2%85&reserved=%07"),
		"app":                      mailHost + "ap/w-59584e83/?url=https%3A%2F%2Fwww.example.com%2F&data=" + fields05,
		"Outlook":                  "https://outlook.office.com/mail/safelink.html?url=https%3A%2F%2Fwww.example.com%2F&corid=31b28bee-5f99-7cd5-fcdd-4c0b88a961cb",
		"Teams":                    teamsLink,
		"Teams, params unreadable": strings.Replace(teamsLink, "eyJBcHBOYW1lIjoiVGVhbXMtRGVza3RvcCJ9", "e30*", 1),
		"Teams, params not JSON":   strings.Replace(teamsLink, "eyJBcHBOYW1lIjoiVGVhbXMtRGVza3RvcCJ9", "e3h9", 1),
		"Teams, no parameters":     "https://teams.public.onecdn.static.microsoft/evergreen-assets/safelinks/2/atp-safelinks.html?url=https%3A%2F%2Fwww.example.com%2F",
		"opaque":                   "https://protect-eu.mimecast.com/s/AbC?domain=example.com",
		"Check Point":              "https://url.avanan.click/v2/___https://www.example.com/a?x=1&y=2___.YXAzOmNvbnRvc286YTpvOmFi",
		"INKY":                     "https://shared.outlook.inky.com/link?domain=example.com&t=" + inkyToken(t, `{"url":"https://www.example.com/","k":"contoso/adele.vance@contoso.com/0f/1751299591.8304267","e":"sender@example.com","d":"example.com"}`),
		"nested":                   wrapped(escapeParam("https://urldefense.com/v3/__https:/www.example.com/a*b__;Iw!!id!token$")),
		"opaque inside":            wrapped("https%3A%2F%2Fprotect-eu.mimecast.com%2Fs%2FAbC"),
		"many flags":               "hxxps://new[.]safelinks[.]protection[.]outlook[.]cn:443/x?url=u1.ct.sendgrid.net%2Fa&url=b",
	}
}

// throughJSON returns what comes back of v.
func throughJSON[T any](t testing.TB, v T) (back T) {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &back), "%s", b)
	return back
}

// throughGob returns what comes back of v.
func throughGob[T any](t testing.TB, v T) (back T) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, gob.NewEncoder(&b).Encode(v))
	require.NoError(t, gob.NewDecoder(&b).Decode(&back))
	return back
}

// checkRoundTrip asks whether a chain and its parts come back equal.
func checkRoundTrip(t testing.TB, c Chain) {
	t.Helper()
	assert.Equal(t, c, throughJSON(t, c))
	assert.Equal(t, c, throughGob(t, c))
	for _, l := range c.Layers {
		assert.Equal(t, l, throughJSON(t, l))
		assert.Equal(t, l, throughGob(t, l))
		if l.Link != nil {
			assert.Equal(t, *l.Link, throughJSON(t, *l.Link))
			assert.Equal(t, *l.Link, throughGob(t, *l.Link))
		}
	}
}

func TestRoundTripOfChains(t *testing.T) {
	for name, link := range roundTripLinks(t) {
		t.Run(name, func(t *testing.T) {
			c, _ := Unwrap(link)
			checkRoundTrip(t, c)
			checkRoundTrip(t, c.Redact())

			indented, err := json.MarshalIndent(c, "> ", "\t")
			require.NoError(t, err)
			var back Chain
			require.NoError(t, json.Unmarshal(bytes.ReplaceAll(indented, []byte("> "), nil), &back))
			assert.Equal(t, c, back)
		})
	}
}

func TestRoundTripOfLinksMadeByHand(t *testing.T) {
	for name, l := range map[string]Layer{
		"zero Layer": {},
		"zero Link":  {Link: &Link{}},
		"other names": {Kind: KindSafeLinks, URL: "https://www.example.com/", Link: &Link{
			Form: "mail", Tenant: GUID{1}, MessageID: GUID{2}, Signed: true,
			Received: time.Date(2024, 5, 10, 20, 53, 7, 100, time.UTC), Written: time.Date(2024, 5, 10, 20, 53, 8, 999_999_900, time.UTC),
			Raw: map[string]string{"new_field": "x", "payload": "text", "context": "a||"},
		}},
		"Teams":        {Kind: KindTeams, Link: &Link{Form: "teams", Teams: &TeamsPage{ClickParams: `{ "a": "<>" }`, Sent: time.UnixMilli(1777988765815).UTC()}}},
		"other vendor": {Kind: "new", Vendor: map[string]string{"b": "1", "a": "2"}},
	} {
		t.Run(name, func(t *testing.T) { checkRoundTrip(t, Chain{Layers: []Layer{l}}) })
	}
}

func TestRoundTripOfWords(t *testing.T) {
	type words struct {
		Kind  Kind
		Form  Form
		Flags Flags
		ID    GUID
		Map   map[GUID]Flags
	}
	for _, kind := range append(Kinds(), "") {
		for i := range len(flagNames) + 1 {
			w := words{Kind: kind, Form: formApp, Flags: 1<<i - 1, ID: GUID{byte(i)}, Map: map[GUID]Flags{{1}: 1<<i - 1, {}: 0}}
			assert.Equal(t, w, throughJSON(t, w))
			assert.Equal(t, w, throughGob(t, w))
		}
	}
	b, err := json.Marshal(words{Kind: KindTeams, Form: formTeams, Flags: FlagCut | FlagDisagree, ID: GUID{15: 1}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"Kind":"teams","Form":"teams","Flags":"perhaps_cut,disagree","ID":"00000000-0000-0000-0000-000000000001","Map":null}`, string(b))
}

func TestFlagsText(t *testing.T) {
	for i, name := range flagNames {
		f := Flags(1 << i)
		assert.Equal(t, name, f.String())
		var back Flags
		require.NoError(t, back.UnmarshalText([]byte(name)))
		assert.Equal(t, f, back)
	}
	assert.Equal(t, "", Flags(0).String())
	assert.True(t, (FlagCut | FlagLoop).Has(FlagLoop))
	assert.False(t, FlagCut.Has(FlagCut|FlagLoop))

	f := FlagLoop
	for _, text := range []string{"nope", "loop,", ",", "Loop", "loop loop"} {
		assert.ErrorContains(t, f.UnmarshalText([]byte(text)), "safelinks: parse flags: unknown name at position", text)
		assert.Equal(t, FlagLoop, f, "the value before a failed call")
	}
	assert.NotContains(t, f.UnmarshalText([]byte("adele.vance@contoso.com")).Error(), "adele")
}

func TestUnmarshalErrors(t *testing.T) {
	before := Chain{Input: "before"}
	for name, text := range map[string]string{
		"not JSON":          `{"input":`,
		"another type":      `[]`,
		"input of a number": `{"input":1}`,
		"unknown flag":      `{"flags":["nope"]}`,
		"layer of a string": `{"layers":["x"]}`,
		"flag of a layer":   `{"layers":[{"flags":["nope"]}]}`,
		"kind of a number":  `{"layers":[{"kind":1}]}`,
		"time of a link":    `{"layers":[{"form":"mail","time_utc":"yesterday"}]}`,
		"id of a link":      `{"layers":[{"form":"mail","message_guid":"adele.vance@contoso.com","is_network_message_id":true}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := before
			err := json.Unmarshal([]byte(text), &c)
			require.Error(t, err)
			assert.NotContains(t, err.Error(), "adele")
			assert.Equal(t, before, c)
		})
	}
	var l Layer
	require.NoError(t, json.Unmarshal([]byte(`{"kind":"new","size":1,"list":[ 1 ],"none":null}`), &l))
	assert.Equal(t, Layer{Kind: "new", Vendor: map[string]string{"size": "1", "list": "[1]"}}, l, "members of later versions")
}

// FuzzRoundTrip asks whether every chain, redacted or not, comes back equal from JSON and
// gob. JSON has no room for bytes that are not UTF-8, which only Input can have.
func FuzzRoundTrip(f *testing.F) {
	for _, link := range roundTripLinks(f) {
		f.Add(link)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		c, _ := Unwrap(raw)
		if !utf8.ValidString(raw) {
			c.Input = ""
		}
		checkRoundTrip(t, c)
		checkRoundTrip(t, c.Redact())
	})
}

// FuzzUnmarshal asks whether any JSON is read without a panic, and whether what was read
// comes back.
func FuzzUnmarshal(f *testing.F) {
	for _, link := range roundTripLinks(f) {
		c, _ := Unwrap(link)
		f.Add(marshal(f, c))
	}
	f.Add([]byte(`{"input":"a","layers":[{"kind":"x","form":"","sdata_bytes":1e3,"context":["|"]}]}`)) // odd values
	f.Fuzz(func(t *testing.T, b []byte) {
		var c Chain
		if json.Unmarshal(b, &c) != nil {
			return
		}
		back := throughJSON(t, c)
		assert.Equal(t, marshal(t, c), marshal(t, back))
	})
}
