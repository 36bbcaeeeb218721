package clickclass_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// A row of the hunting API is a click.
func ExampleClick_UnmarshalJSON() {
	row := `{"Timestamp":"2026-09-28T10:40:01.5123456Z","Url":"https://www.example.com/","ActionType":"ClickAllowed",
		"AccountUpn":"ada@contoso.example","IPAddress":"198.51.100.7:443, 203.0.113.9","IsClickedThrough":1,
		"UrlChain":["https://www.example.com/"],"ThreatTypes":null,"Tenant":"DefaultTenant"}`
	var k clickclass.Click
	if err := json.Unmarshal([]byte(row), &k); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(k.Timestamp, k.ActionType)
	fmt.Println(k.IPAddress, k.MoreIPs, k.IsClickedThrough)
	fmt.Println(k.UrlChain)

	fmt.Println(json.Unmarshal([]byte(`{"Timestamp":"ada@contoso.example"}`), &k))
	// Output:
	// 2026-09-28 10:40:01.5123456 +0000 UTC ClickAllowed
	// 198.51.100.7 [203.0.113.9] true
	// ["https://www.example.com/"]
	// clickclass: unmarshal click: Timestamp: bad time of 19 bytes
}

func TestClickUnmarshalJSON(t *testing.T) {
	noon := time.Date(2026, 9, 28, 12, 0, 0, 0, time.UTC)
	addr := netip.MustParseAddr("198.51.100.7")
	for _, tt := range []struct {
		name, row string
		want      clickclass.Click
	}{
		{"empty object", `{}`, clickclass.Click{}},
		{"time of the APIs", `{"Timestamp":"2026-09-28T12:00:00.0000000Z"}`, clickclass.Click{Timestamp: noon}},
		{"time with a zone", `{"Timestamp":"2026-09-28T14:00:00+02:00"}`, clickclass.Click{Timestamp: noon}},
		{"time without a zone", `{"Timestamp":"2026-09-28T12:00:00"}`, clickclass.Click{Timestamp: noon}},
		{"time of the Log Analytics portal", `{"Timestamp":"9/28/2026, 12:00:00.000 PM"}`, clickclass.Click{Timestamp: noon}},
		{"time of PowerShell", `{"Timestamp":"\/Date(1790596800000)\/"}`, clickclass.Click{Timestamp: noon}},
		{"TimeGenerated", `{"TimeGenerated":"2026-09-28T12:00:00Z"}`, clickclass.Click{Timestamp: noon}},
		{"Timestamp before TimeGenerated", `{"Timestamp":"2026-09-28T12:00:00Z","TimeGenerated":"2026-09-28T12:00:09Z"}`, clickclass.Click{Timestamp: noon}},
		{"nulls", `{"Timestamp":null,"Url":null,"IPAddress":null,"IsClickedThrough":null,"UrlChain":null,"MoreIPs":null,"Row":null}`, clickclass.Click{}},
		{"empty texts", `{"Timestamp":"","Url":"","IPAddress":"","IsClickedThrough":"","MoreIPs":"","Row":""}`, clickclass.Click{}},
		{"words for empty", `{"Timestamp":"-","IPAddress":"N/A","IsClickedThrough":"None"}`, clickclass.Click{}},
		{"words for empty are texts elsewhere", `{"Url":"-","AppName":"null"}`, clickclass.Click{Url: "-", AppName: "null"}},
		{"number for a boolean", `{"IsClickedThrough":1}`, clickclass.Click{IsClickedThrough: true}},
		{"text for a boolean", `{"IsClickedThrough":"True"}`, clickclass.Click{IsClickedThrough: true}},
		{"zero for a boolean", `{"IsClickedThrough":0}`, clickclass.Click{}},
		{"address with port", `{"IPAddress":"198.51.100.7:443"}`, clickclass.Click{IPAddress: addr}},
		{"address in brackets", `{"IPAddress":"[2001:db8::1]:443"}`, clickclass.Click{IPAddress: netip.MustParseAddr("2001:db8::1")}},
		{"several addresses", `{"IPAddress":"198.51.100.7, 2001:db8::1"}`, clickclass.Click{IPAddress: addr, MoreIPs: []netip.Addr{netip.MustParseAddr("2001:db8::1")}}},
		{"array of addresses", `{"IPAddress":["198.51.100.7","2001:db8::1"]}`, clickclass.Click{IPAddress: addr, MoreIPs: []netip.Addr{netip.MustParseAddr("2001:db8::1")}}},
		{"empty array of addresses", `{"IPAddress":[]}`, clickclass.Click{}},
		{"further addresses in both", `{"MoreIPs":["192.0.2.1"],"IPAddress":"198.51.100.7;2001:db8::1"}`,
			clickclass.Click{IPAddress: addr, MoreIPs: []netip.Addr{netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("192.0.2.1")}}},
		{"arrays and objects for texts", `{"UrlChain":["https:\/\/a.example/"],"DetectionMethods":{"Phish":["x"]},"ThreatTypes":[ ]}`,
			clickclass.Click{UrlChain: `["https:\/\/a.example/"]`, DetectionMethods: `{"Phish":["x"]}`, ThreatTypes: `[ ]`}},
		{"numbers for texts", `{"AppVersion":16,"ReportId":1.50,"Url":true}`, clickclass.Click{AppVersion: "16", ReportId: "1.50", Url: "true"}},
		{"other members", `{"Url":"u","TenantId":{"a":[1]},"Subject":"x"}`, clickclass.Click{Url: "u"}},
		{"case", `{"url":"u","ACCOUNTUPN":"a","ipAddress":"198.51.100.7"}`, clickclass.Click{Url: "u", AccountUpn: "a", IPAddress: addr}},
		{"the last of several", `{"Url":"a","url":"b","URL":null}`, clickclass.Click{Url: "b"}},
		{"escapes", `{"Url":"https:\/\/a.example\/?a=1\u00262\ud83d\ude00"}`, clickclass.Click{Url: "https://a.example/?a=1&2😀"}},
		{"file and row", `{"File":"clicks","Row":9007199254740993,"Feed":"audit"}`, clickclass.Click{File: "clicks", Row: 9007199254740993, Feed: clickclass.FeedAudit}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := clickclass.Click{Url: "of the row before", IsClickedThrough: true, MoreIPs: []netip.Addr{addr}}
			require.NoError(t, json.Unmarshal([]byte(tt.row), &k))
			assert.Equal(t, tt.want, k)
		})
	}
	k := clickclass.Click{Url: "kept"}
	require.NoError(t, json.Unmarshal([]byte(` null `), &k))
	assert.Equal(t, clickclass.Click{Url: "kept"}, k, "null changes nothing")
}

func TestClickUnmarshalJSONErrors(t *testing.T) {
	for _, tt := range []struct{ name, row, want string }{
		{"no object", `["a"]`, "no JSON object"},
		{"text", `"ada@contoso.example"`, "no JSON object"},
		{"time", `{"Timestamp":"yesterday"}`, `Timestamp: bad time "yesterday"`},
		{"number that is no time", `{"Timestamp":17}`, `Timestamp: bad time "17"`},
		{"mail address", `{"Timestamp":"ada@contoso.example"}`, "Timestamp: bad time of 19 bytes"},
		{"encoded mail address", `{"IPAddress":"ada%40contoso.example"}`, "IPAddress: bad address of 21 bytes"},
		{"account with domain", `{"IPAddress":"CONTOSO\\ada"}`, "IPAddress: bad address of 11 bytes"},
		{"token", `{"IsClickedThrough":"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"}`, "IsClickedThrough: bad bool of 36 bytes"},
		{"secret in base64", `{"IPAddress":"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}`, "IPAddress: bad address of 40 bytes"},
		{"one of several addresses", `{"IPAddress":"198.51.100.7, 203.0.113.900"}`, `IPAddress: bad address "198.51.100.7, 203.0.113.900"`},
		{"further addresses", `{"MoreIPs":["198.51.100.7","x"]}`, `MoreIPs: bad address "x"`},
		{"boolean", `{"IsClickedThrough":2}`, `IsClickedThrough: bad bool "2"`},
		{"row", `{"Row":1.5}`, `Row: bad number "1.5"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k := clickclass.Click{Url: "kept"}
			err := json.Unmarshal([]byte(tt.row), &k)
			assert.EqualError(t, err, "clickclass: unmarshal click: "+tt.want)
			assert.Equal(t, clickclass.Click{Url: "kept"}, k, "an error changes nothing")
		})
	}
	var k clickclass.Click
	assert.ErrorContains(t, k.UnmarshalJSON([]byte(`{"Url":`)), "clickclass: unmarshal click: unexpected end")
}

// TestClickJSON marshals clicks and unmarshals them again.
func TestClickJSON(t *testing.T) {
	for name, k := range map[string]clickclass.Click{
		"zero": {},
		"all columns": {
			Timestamp: time.Date(2026, 9, 28, 10, 40, 1, 512_345_600, time.UTC), Url: "https://a.example/?a=1&b=<2>", ActionType: clickclass.ClickAllowed,
			AccountUpn: "ada@contoso.example", Workload: "Email", NetworkMessageId: "m", ThreatTypes: "Phish", DetectionMethods: `{"Phish":["x"]}`,
			IPAddress: netip.MustParseAddr("198.51.100.7"), MoreIPs: []netip.Addr{netip.MustParseAddr("2001:db8::1"), {}}, IsClickedThrough: true,
			UrlChain: `["https://a.example/"]`, ReportId: "r", AppName: "Mail", AppVersion: "0.0", SourceId: "s",
			Feed: clickclass.FeedReport, File: "clicks.csv", Row: math.MaxInt64,
		},
		"mapped address":       {IPAddress: netip.MustParseAddr("::ffff:198.51.100.7"), Row: math.MinInt64},
		"address with a zone":  {IPAddress: netip.MustParseAddr("fe80::1%eth0"), MoreIPs: []netip.Addr{netip.MustParseAddr("fe80::2%a,b")}},
		"words for empty":      {Url: "null", File: "-", ActionType: "None", Feed: "NaN"},
		"texts that look like": {Url: `"quoted"`, UrlChain: `[1]`, AppVersion: "1", AppName: " ", AccountUpn: "\x00\u2028"},
		"first year":           {Timestamp: time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)},
		"last moment":          {Timestamp: time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := json.Marshal(k)
			require.NoError(t, err)
			var again clickclass.Click
			require.NoError(t, json.Unmarshal(b, &again))
			assert.Equal(t, k, again)
		})
	}
}

// FuzzClickUnmarshalJSON asks: is everything that encoding/json takes for a Click without
// methods taken alike, and is what is taken the same after a round trip? Do errors keep
// mail addresses to themselves?
func FuzzClickUnmarshalJSON(f *testing.F) {
	for _, seed := range []string{
		`{"Timestamp":"2026-09-28T10:40:01.5123456Z","Url":"https://a.example/","IPAddress":"198.51.100.7","IsClickedThrough":false}`, // as the API writes it
		`{"IsClickedThrough":1,"IPAddress":"198.51.100.7:443, [2001:db8::1]:80","UrlChain":["a"],"ThreatTypes":null}`,                 // what encoding/json refuses
		`{"IPAddress":"fe80::1%eth0","MoreIPs":["::ffff:1.2.3.4",""],"Row":-9223372036854775808}`,                                     // what only a Go program writes
		`{"Timestamp":"0000-01-01T00:00:00Z"}`,              // a year that time.Time can marshal
		`{"Timestamp":"9999-12-31T23:59:59-10:00"}`,         // the year 10000 in UTC
		`{"url":"a","URL":"b","Url":null}`,                  // one column by several names
		`{"Timestamp":"ada@contoso.example","Row":"x@y.z"}`, // addresses where they do not belong
		`{"MoreIPs":"198.51.100.7 203.0.113.9","AppVersion":1e9,"Url":{"a":"@"}}`,
		`{"Url":"\ud800\u0000"}`, "{\"Url\":\"\xff\"}", "{\"Url\":{\"\":\"\xce\"}}", `null`, `[]`, `{`, `{"IPAddress":["a@b"]}`, `{"IPAddress":"[]"}`,
	} {
		f.Add([]byte(seed))
	}
	type plainClick clickclass.Click
	f.Fuzz(func(t *testing.T, b []byte) {
		var k clickclass.Click
		var plain plainClick
		plainErr := json.Unmarshal(b, &plain)
		err := json.Unmarshal(b, &k)
		if err != nil {
			assert.Error(t, plainErr, "encoding/json takes it")
			if json.Valid(b) {
				assert.NotContains(t, err.Error(), "@")
			}
			return
		}
		if plainErr == nil {
			assert.True(t, plain.Timestamp.Equal(k.Timestamp) || plain.Timestamp.IsZero(), "%s, not %s", k.Timestamp, plain.Timestamp)
			plain.Timestamp = k.Timestamp
			if len(plain.MoreIPs) == 0 || bytes.Count(b, []byte("null")) > 0 {
				plain.MoreIPs = k.MoreIPs // encoding/json merges an array with a second one that has nulls
			}
			assert.Equal(t, plain, plainClick(k))
		}
		text, err := json.Marshal(k)
		require.NoError(t, err)
		var again clickclass.Click
		require.NoError(t, json.Unmarshal(text, &again))
		assert.True(t, k.Timestamp.Equal(again.Timestamp))
		again.Timestamp = k.Timestamp
		assert.Equal(t, k, again)
	})
}

// TestClickUnmarshalJSONLarge unmarshals a cell with very many addresses.
func TestClickUnmarshalJSONLarge(t *testing.T) {
	var k clickclass.Click
	require.NoError(t, json.Unmarshal([]byte(`{"IPAddress":"`+strings.Repeat("198.51.100.7 ", 1<<15)+`"}`), &k))
	assert.Len(t, k.MoreIPs, 1000)
}
