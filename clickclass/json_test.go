package clickclass_test

import (
	"encoding/json"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// line is the contract of one line of output: encoding/json reads it with
// unknown members refused.
type line struct {
	File        string    `json:"file"`
	Row         int       `json:"row"`
	Revision    int       `json:"revision"`
	ReportID    string    `json:"report_id"`
	Timestamp   time.Time `json:"timestamp"`
	Account     string    `json:"account"`
	Workload    string    `json:"workload"`
	Action      string    `json:"action"`
	URL         string    `json:"url"`
	OriginalURL string    `json:"original_url"`
	Site        string    `json:"site"`
	IP          string    `json:"ip"`
	Class       string    `json:"class"`
	P           float64   `json:"p_automated"`
	Regime      string    `json:"regime"`
	Origin      struct {
		Layer    string   `json:"layer"`
		Service  string   `json:"service"`
		Area     string   `json:"area"`
		Sets     []int    `json:"sets"`
		Category string   `json:"category"`
		Prefix   string   `json:"prefix"`
		Tags     []string `json:"tags"`
		Region   string   `json:"region"`
		People   string   `json:"people"`
		List     string   `json:"list"`
		Network  *struct {
			ASN          uint32 `json:"asn"`
			Organization string `json:"organization"`
		} `json:"network"`
	} `json:"origin"`
	Causes      []string `json:"causes"`
	Delay       *float64 `json:"delay_seconds"`
	DelaySource string   `json:"delay_source"`
	Signals     []struct {
		ID      string  `json:"id"`
		Group   string  `json:"group"`
		Weight  float64 `json:"weight"`
		Counted bool    `json:"counted"`
		Detail  string  `json:"detail"`
	} `json:"signals"`
	Flags   []string `json:"flags"`
	Missing []string `json:"missing"`
	Rules   string   `json:"rules"`
	Ranges  string   `json:"ranges"`
}

func readLine(t *testing.T, r clickclass.Result) line {
	t.Helper()
	text := r.AppendJSON(nil)
	require.True(t, json.Valid(text), "%s", text)
	require.True(t, utf8.Valid(text))
	require.NotContains(t, string(text), "\n")
	var l line
	dec := json.NewDecoder(bytesReader(text))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&l), "%s", text)
	return l
}

func TestAppendJSON(t *testing.T) {
	k := withDelay(founding(), 4*time.Second)
	k.File, k.Row = "clicks.csv", 7
	k.ReportId = ticksID("7acb31b0-de17-442f", noon)
	v := clickclass.Score(k)
	l := readLine(t, clickclass.Result{Click: k, Verdict: v})
	assert.Equal(t, "clicks.csv", l.File)
	assert.Equal(t, 7, l.Row)
	assert.Equal(t, k.ReportId, l.ReportID)
	assert.True(t, noon.Equal(l.Timestamp))
	assert.Equal(t, "contoso-docs.example", l.Site)
	assert.Equal(t, "52.112.103.113", l.IP)
	assert.Equal(t, "automated", l.Class)
	assert.InDelta(t, v.P, l.P, 5e-5)
	assert.Equal(t, "Microsoft Teams", l.Origin.Service)
	assert.Equal(t, []int{11, 12}, l.Origin.Sets)
	require.NotNil(t, l.Delay)
	assert.InDelta(t, 4, *l.Delay, 0.01)
	assert.Equal(t, "message_id", l.DelaySource)
	require.Len(t, l.Signals, 2)
	assert.Equal(t, "ip.teams", l.Signals[0].ID)
	assert.Equal(t, "origin", l.Signals[0].Group)
	assert.Equal(t, "52.112.0.0/14", l.Signals[0].Detail)
	assert.Equal(t, "t.0_10", l.Signals[1].ID)
	assert.Equal(t, "4 s", l.Signals[1].Detail)
	assert.Equal(t, clickclass.RulesVersion, l.Rules)
	assert.NotEmpty(t, l.Ranges)
}

// TestAppendJSONEmpty holds that what is not known is null, "" or [].
func TestAppendJSONEmpty(t *testing.T) {
	text := string((&clickclass.Result{}).AppendJSON(nil))
	assert.Contains(t, text, `"timestamp":null`)
	assert.Contains(t, text, `"delay_seconds":null`)
	assert.Contains(t, text, `"sets":[]`)
	assert.Contains(t, text, `"signals":[]`)
	assert.Contains(t, text, `"class":"unknown"`)
	readLine(t, clickclass.Result{})
}

// FuzzAppendJSON holds that any text comes out as valid JSON that reads back,
// with invalid UTF-8 as U+FFFD, which is what encoding/json makes of it.
func FuzzAppendJSON(f *testing.F) {
	f.Add("plain")
	f.Add("quote \" and back-slash \\")
	f.Add("control \x00\x1f\x7f and line \n\r\t")
	f.Add("invalid \xff\xfe UTF-8 \xe2\x82")
	f.Add("seven b")
	f.Add("eight by")
	f.Add("fifteen bytes \"")
	f.Add("sixteen bytes, \"")
	f.Add("a quote in the last of twenty\"-nine bytes")
	f.Add("separators \u2028 \u2029 and </script>")
	f.Fuzz(func(t *testing.T, s string) {
		k := clickclass.Click{AccountUpn: s, Url: s, Workload: s, ReportId: s, File: s}
		l := readLine(t, clickclass.Result{Click: k, Verdict: clickclass.Score(k)})
		quoted, err := json.Marshal(s)
		require.NoError(t, err)
		var want string
		require.NoError(t, json.Unmarshal(quoted, &want))
		assert.Equal(t, want, l.Account)
	})
}

// TestTimestampDigits holds that no digit of a row's time is lost.
func TestTimestampDigits(t *testing.T) {
	k := founding()
	k.Timestamp = time.Date(2026, 7, 19, 17, 2, 6, 131460500, time.UTC)
	text := string((&clickclass.Result{Click: k}).AppendJSON(nil))
	assert.Contains(t, text, `"timestamp":"2026-07-19T17:02:06.1314605Z"`)
}

func TestSite(t *testing.T) {
	tests := map[string]string{
		"https://www.example.co.uk/a?b#c":      "example.co.uk",
		"http://user:secret@Example.COM:8080/": "example.com",
		"example.org":                          "example.org",
		"https://a.b.example.org.":             "example.org",
		"https://192.0.2.7/a":                  "192.0.2.7",
		"https://[2001:db8::1]:443/a":          "2001:db8::1",
		"http://intranet/x":                    "intranet",
		"":                                     "",
		"https://":                             "",
	}
	for in, want := range tests {
		t.Run(in, func(t *testing.T) { assert.Equal(t, want, clickclass.Site(in)) })
	}
}

func TestQuery(t *testing.T) {
	k := withDelay(founding(), 3*time.Second)
	k.AccountUpn = "o\"hara\\\n@contoso.example"
	q := clickclass.MissingEndpoint.Query(&k)
	assert.Contains(t, q, "DeviceEvents")
	assert.Contains(t, q, `"o\"hara\\@contoso.example"`)
	assert.Contains(t, q, "datetime(2026-03-04T12:00:00Z)")
	assert.Contains(t, clickclass.MissingSignIn.Query(&k), "EntraIdSignInEvents")
	assert.Contains(t, clickclass.MissingMail.Query(&k), k.NetworkMessageId)
	assert.Empty(t, clickclass.Missing(0).Query(&k))
	assert.Empty(t, clickclass.MissingMail.Query(&clickclass.Click{}))
}

func TestNext(t *testing.T) {
	tests := []struct {
		name  string
		click clickclass.Click
		store func(*clickclass.Store)
		want  clickclass.Missing
	}{
		{"nothing given", founding(), func(*clickclass.Store) {}, clickclass.MissingEndpoint},
		{"devices known", stranger(), func(s *clickclass.Store) {
			s.AddBrowserLaunch(clickclass.BrowserLaunch{Timestamp: noon, AccountUpn: stranger().AccountUpn, RemoteUrl: "https://example.net/"})
		}, clickclass.MissingSignIn},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			store := clickclass.NewStore()
			tt.store(store)
			v := classify(t, store, tt.click)
			got, ok := v.Next()
			assert.True(t, ok)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestNewRefuses(t *testing.T) {
	tests := map[string]struct {
		options clickclass.Options
		text    string
	}{
		"prior of one":        {clickclass.Options{Prior: 1}, "prior 1 is not between 0 and 1"},
		"negative prior":      {clickclass.Options{Prior: -0.1}, "prior -0.1"},
		"threshold above one": {clickclass.Options{Thresholds: clickclass.Thresholds{Automated: 1.5}}, "threshold 1.5"},
		"thresholds crossed":  {clickclass.Options{Thresholds: clickclass.Thresholds{LikelyAutomated: 0.01}}, "out of order"},
		"unknown rule":        {clickclass.Options{Weights: map[string]float64{"ip.nobody": 1}}, `no rule "ip.nobody"`},
		"weight not a number": {clickclass.Options{Weights: map[string]float64{"ip.eop": nan()}}, "weight NaN"},
		"weight of a million": {clickclass.Options{Weights: map[string]float64{"ip.eop": -1e6}}, "not between -100 and 100"},
		"negative window":     {clickclass.Options{Window: -time.Second}, "window -1s"},
		"window of 31 days":   {clickclass.Options{Window: 31 * 24 * time.Hour}, "window 744h0m0s"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := clickclass.New(tt.options)
			assert.ErrorContains(t, err, tt.text)
			assert.ErrorContains(t, err, "clickclass: new: ")
		})
	}
}

func TestWeightsOption(t *testing.T) {
	c, err := clickclass.New(clickclass.Options{Weights: map[string]float64{"ip.teams": 0}})
	require.NoError(t, err)
	v := c.Classify(founding())
	assert.Equal(t, clickclass.ClassUnknown, v.Class)
	assert.Equal(t, []string{"ip.teams"}, ids(v.Signals(), false), "a silenced rule is listed and does not count")
}

func TestAllocations(t *testing.T) {
	k := withDelay(founding(), 3*time.Second)
	k.ReportId = ticksID("7acb31b0-de17-442f", noon)
	clickclass.Score(k)
	assert.Zero(t, testing.AllocsPerRun(100, func() { clickclass.Score(k) }))
}

func BenchmarkClassify(b *testing.B) {
	c, err := clickclass.New(clickclass.Options{})
	require.NoError(b, err)
	rows := map[string]clickclass.Click{"teams": withDelay(founding(), 3*time.Second), "stranger": stranger()}
	azure := stranger()
	azure.IPAddress = netip.MustParseAddr("40.64.64.200")
	rows["azure"] = azure
	for name, k := range rows {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Classify(k)
			}
		})
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	k := withDelay(founding(), 3*time.Second)
	r := clickclass.Result{Click: k, Verdict: clickclass.Score(k)}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = r.AppendJSON(buf[:0])
	}
}

func TestDetail(t *testing.T) {
	k := founding()
	k.IPAddress = netip.MustParseAddr("2a01:111:f400::7")
	v := clickclass.Score(k)
	require.NotEmpty(t, v.Signals())
	assert.Equal(t, "ip.eop", v.Signals()[0].Rule.ID)
	assert.Equal(t, "2a01:111:f400::/48", v.Signals()[0].Detail())
}

func TestNumbers(t *testing.T) {
	at := func(d time.Duration) string {
		k := founding()
		return string((&clickclass.Result{Click: k, Verdict: clickclass.Verdict{Delay: d, DelaySource: clickclass.DelayMessageID}}).AppendJSON(nil))
	}
	tests := map[time.Duration]string{
		0:                       "0",
		3200 * time.Millisecond: "3.2",
		3*time.Second + 5*time.Millisecond + 600*time.Microsecond: "3.006",
		-1500 * time.Millisecond:                                  "-1.5",
		-400 * time.Microsecond:                                   "0",
		675931*time.Second + 50000000:                             "675931.05",
		1<<63 - 1:                                                 "9223372036.855",
	}
	for d, want := range tests {
		t.Run(d.String(), func(t *testing.T) {
			assert.Contains(t, at(d), `"delay_seconds":`+want+`,"delay_source"`)
		})
	}
}

// TestOriginalURL holds that the quick look at a URL leaves no wrapper out.
func TestOriginalURL(t *testing.T) {
	tests := map[string]string{
		"https://www.example.com/a":                                                     "https://www.example.com/a",
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
		})
	}
}

// TestTimestamps holds that times are written as RFC 3339 with all digits that
// they have and no more.
func TestTimestamps(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	zones := []*time.Location{time.UTC, time.FixedZone("", -5*3600)}
	for range 2000 {
		at := time.Date(1+rng.IntN(9999), 1, 1, 0, 0, 0, 0, zones[rng.IntN(2)])
		at = at.Add(time.Duration(rng.Int64N(365 * 24 * 3600 * 1e9)).Truncate([]time.Duration{1, 100, 1000, 1e6, 1e8, 1e9}[rng.IntN(6)]))
		text := string((&clickclass.Result{Click: clickclass.Click{Timestamp: at}}).AppendJSON(nil))
		assert.Contains(t, text, `"timestamp":"`+at.UTC().Format(time.RFC3339Nano)+`"`)
	}
}
