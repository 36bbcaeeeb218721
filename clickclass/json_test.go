package clickclass_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// The names and types of members are a contract: line is what a reader in another language
// would write down. Members that may be null are pointers.
type line struct {
	Timestamp   *time.Time   `json:"timestamp"`
	Class       string       `json:"class"`
	PAutomated  float64      `json:"p_automated"`
	POwner      float64      `json:"p_owner"`
	POther      float64      `json:"p_other"`
	PRange      [2]float64   `json:"p_range"`
	Account     *string      `json:"account"`
	Action      *string      `json:"action"`
	Workload    *string      `json:"workload"`
	IP          *netip.Addr  `json:"ip"`
	URL         *string      `json:"url"`
	OriginalURL *string      `json:"original_url"`
	Site        *string      `json:"site"`
	Threat      *string      `json:"threat"`
	Through     bool         `json:"clicked_through"`
	MessageID   *string      `json:"network_message_id"`
	ReportID    *string      `json:"report_id"`
	Origin      lineOrigin   `json:"origin"`
	Causes      []string     `json:"causes"`
	Delay       *json.Number `json:"delay_seconds"`
	DelaySource *string      `json:"delay_source"`
	Basis       string       `json:"basis"`
	Reasons     []lineRule   `json:"reasons"`
	Flags       []string     `json:"flags"`
	Missing     []string     `json:"missing"`
	Failed      []string     `json:"failed"`
	Next        *string      `json:"next"`
	Rules       *string      `json:"rules"`
	Lists       *string      `json:"lists"`
	Priority    int          `json:"priority"`
	Revision    int          `json:"revision"`
	Nearby      struct {
		MessageURLs     int `json:"message_urls"`
		FanAccounts     int `json:"fan_accounts"`
		AddressAccounts int `json:"address_accounts"`
		AddressURLs     int `json:"address_urls"`
	} `json:"nearby"`
	File *string `json:"file"`
	Row  int64   `json:"row"`

	MoreIPs          []netip.Addr `json:"more_ips,omitempty"`
	DetectionMethods string       `json:"detection_methods,omitempty"`
	URLChain         string       `json:"url_chain,omitempty"`
	AppName          string       `json:"app_name,omitempty"`
	AppVersion       string       `json:"app_version,omitempty"`
	SourceID         string       `json:"source_id,omitempty"`
	Feed             string       `json:"feed,omitempty"`
}

type lineOrigin struct {
	Layer        string        `json:"layer"`
	Kind         string        `json:"kind"`
	Service      *string       `json:"service"`
	Area         *string       `json:"area"`
	Sets         []int         `json:"sets"`
	Category     *string       `json:"category"`
	Prefix       *netip.Prefix `json:"prefix"`
	Tags         []string      `json:"tags"`
	Region       *string       `json:"region"`
	People       string        `json:"people"`
	List         *string       `json:"list"`
	ASN          *uint32       `json:"asn"`
	Organization *string       `json:"organization"`
}

type lineRule struct {
	Rule    *string `json:"rule"`
	Group   *string `json:"group"`
	Machine float64 `json:"machine"`
	Other   float64 `json:"other"`
	Counted bool    `json:"counted"`
	Saw     *string `json:"saw"`
	Text    *string `json:"text"`
}

// notEmpty returns nil for the zero value.
func notEmpty[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// list returns an empty list for nil.
func list[T any](l []T) []T { return append([]T{}, l...) }

func words(set fmt.Stringer) []string {
	if set.String() == "" {
		return []string{}
	}
	return strings.Split(set.String(), ",")
}

var rulesByID = sync.OnceValue(func() map[string]clickclass.Rule {
	m := map[string]clickclass.Rule{}
	for _, rule := range clickclass.Rules() {
		m[rule.ID] = rule
	}
	return m
})

// slowLine builds the JSON form of a result member by member.
func slowLine(r *clickclass.Result) line {
	k, v, o := &r.Click, &r.Verdict, &r.Verdict.Origin
	l := line{
		Class: v.Class.String(), PAutomated: v.P.Machine, POwner: v.P.Owner, POther: v.P.Other, PRange: [2]float64{v.P.Low, v.P.High},
		Account: notEmpty(k.AccountUpn), Action: notEmpty(string(k.ActionType)), Workload: notEmpty(k.Workload), IP: notEmpty(k.IPAddress),
		URL: notEmpty(k.Url), OriginalURL: notEmpty(k.OriginalURL()), Site: notEmpty(k.Site()), Threat: notEmpty(k.ThreatTypes),
		Through: k.IsClickedThrough, MessageID: notEmpty(k.NetworkMessageId), ReportID: notEmpty(k.ReportId),
		Origin: lineOrigin{
			Layer: o.Layer.String(), Kind: o.Kind.String(), Service: notEmpty(o.Service), Area: notEmpty(o.Area), Sets: list(o.Sets),
			Category: notEmpty(o.Category), Prefix: notEmpty(o.Prefix), Tags: list(o.Tags), Region: notEmpty(o.Region),
			People: o.People.String(), List: notEmpty(o.List), ASN: notEmpty(o.Network.ASN), Organization: notEmpty(o.Network.Organization),
		},
		Causes: []string{}, DelaySource: notEmpty(string(v.Clock)), Basis: v.Basis.String(), Reasons: []lineRule{},
		Flags: words(v.Flags), Missing: words(v.Missing), Failed: words(v.Failed), Next: notEmpty(v.Next.String()),
		Rules: notEmpty(v.Rules), Lists: notEmpty(v.Lists), Priority: r.Priority(), Revision: r.Revision, File: notEmpty(k.File), Row: k.Row,
		MoreIPs: k.MoreIPs, DetectionMethods: k.DetectionMethods, URLChain: k.UrlChain, AppName: k.AppName, AppVersion: k.AppVersion,
		SourceID: k.SourceId, Feed: string(k.Feed),
	}
	if !k.Timestamp.IsZero() && k.Timestamp.UTC().Year() >= 1 && k.Timestamp.UTC().Year() <= 9999 {
		utc := k.Timestamp.UTC()
		l.Timestamp = &utc
	}
	if v.Clock != clickclass.ClockNone {
		seconds := json.Number(new(big.Rat).SetFrac64(int64(v.Delay), 1e9).FloatString(9))
		l.Delay = &seconds
	}
	for _, c := range v.Causes {
		l.Causes = append(l.Causes, string(c))
	}
	for _, reason := range v.Reasons {
		l.Reasons = append(l.Reasons, lineRule{notEmpty(reason.Rule), notEmpty(rulesByID()[reason.Rule].Group), reason.Machine, reason.Other,
			reason.Counted, notEmpty(reason.Saw.String()), notEmpty(rulesByID()[reason.Rule].Text)})
	}
	l.Priority = r.Priority() // see TestPriority
	l.Nearby.MessageURLs, l.Nearby.FanAccounts = r.Nearby.MessageURLs, r.Nearby.FanAccounts
	l.Nearby.AddressAccounts, l.Nearby.AddressURLs = r.Nearby.AddressAccounts, r.Nearby.AddressURLs
	return l
}

// members reads JSON into maps and lists.
func members(t testing.TB, text []byte) any {
	t.Helper()
	var v any
	require.NoError(t, json.Unmarshal(text, &v), "%s", text)
	return v
}

// requireSlowTwin holds that the JSON of a result is valid, in one line, and has the members
// of the slow twin.
func requireSlowTwin(t testing.TB, r *clickclass.Result) {
	t.Helper()
	text := r.AppendJSON(nil)
	require.True(t, json.Valid(text), "%s", text)
	require.True(t, utf8.Valid(text), "%q", text)
	require.NotContains(t, string(text), "\n")
	slow, err := json.Marshal(slowLine(r))
	require.NoError(t, err)
	require.Equal(t, members(t, slow), members(t, text))
	var l line
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&l), "%s", text)

	verdict, err := json.Marshal(r.Verdict)
	require.NoError(t, err)
	of, all := members(t, verdict).(map[string]any), members(t, text).(map[string]any)
	for name, member := range of {
		require.Equal(t, all[name], member, name)
	}
	require.Len(t, of, 17)
	marshalled, err := r.MarshalJSON()
	require.NoError(t, err)
	require.Equal(t, string(text), string(marshalled))
}

func TestJSONAgainstSlowTwin(t *testing.T) {
	requireSlowTwin(t, &clickclass.Result{})
	full := clickclass.Result{Click: fullClick(), Verdict: clickclass.Score(fullClick()), Revision: 3, Nearby: clickclass.Nearby{MessageURLs: 1, FanAccounts: 2, AddressAccounts: 3, AddressURLs: 4}}
	requireSlowTwin(t, &full)
	n := 0
	forRandomResults(t, func(r *clickclass.Result) {
		if n++; n%5 == 0 {
			requireSlowTwin(t, r)
		}
	})
}

// TestJSONNames is the list of the names of members, in their order. Names are never
// removed or given another meaning; see CHANGELOG.
func TestJSONNames(t *testing.T) {
	r := clickclass.Result{Click: fullClick(), Verdict: clickclass.Score(fullClick())}
	verdict, err := json.Marshal(r.Verdict)
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		text []byte
		want string
	}{
		"result": {r.AppendJSON(nil), "timestamp class p_automated p_owner p_other p_range account action workload ip url original_url site threat " +
			"clicked_through network_message_id report_id origin layer kind service area sets category prefix tags region people list asn organization " +
			"causes delay_seconds delay_source basis reasons rule group machine other counted saw text flags missing failed next rules lists priority revision " +
			"nearby message_urls fan_accounts address_accounts address_urls file row more_ips detection_methods url_chain app_name app_version source_id feed"},
		"empty result": {(&clickclass.Result{}).AppendJSON(nil), "timestamp class p_automated p_owner p_other p_range account action workload ip url original_url site threat " +
			"clicked_through network_message_id report_id origin layer kind service area sets category prefix tags region people list asn organization " +
			"causes delay_seconds delay_source basis reasons flags missing failed next rules lists priority revision " +
			"nearby message_urls fan_accounts address_accounts address_urls file row"},
		"verdict": {verdict, "class p_automated p_owner p_other p_range origin layer kind service area sets category prefix tags region people list asn organization " +
			"causes delay_seconds delay_source basis reasons rule group machine other counted saw text flags missing failed next rules lists"},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, strings.Fields(tt.want), memberNames(t, tt.text)) })
	}
}

// memberNames returns the names of the members of objects and of the objects in them, each
// once, in their order.
func memberNames(t *testing.T, text []byte) []string {
	t.Helper()
	var names []string
	seen := map[string]bool{}
	var walk func(dec *json.Decoder)
	walk = func(dec *json.Decoder) {
		token, err := dec.Token()
		require.NoError(t, err)
		switch token {
		case json.Delim('{'):
			for dec.More() {
				name, err := dec.Token()
				require.NoError(t, err)
				if !seen[name.(string)] {
					seen[name.(string)] = true
					names = append(names, name.(string))
				}
				walk(dec)
			}
			_, err = dec.Token()
		case json.Delim('['):
			for dec.More() {
				walk(dec)
			}
			_, err = dec.Token()
		}
		require.NoError(t, err)
	}
	walk(json.NewDecoder(bytes.NewReader(text)))
	return names
}

// TestJSONOfFounding shows the members of one line.
func TestJSONOfFounding(t *testing.T) {
	k := withDelay(founding(), 4*time.Second)
	k.File, k.Row = "clicks.csv", 7
	v := clickclass.Score(k)
	text := string((&clickclass.Result{Click: k, Verdict: v}).AppendJSON(nil))
	for _, part := range []string{
		`{"timestamp":"2026-03-04T12:00:00Z","class":"automated","p_automated":0.9`,
		`"account":"dana@contoso.example","action":"ClickAllowed","workload":"Email","ip":"52.112.103.113",`,
		`"url":"https://login.contoso-docs.example/a","original_url":"https://login.contoso-docs.example/a","site":"contoso-docs.example","threat":null,`,
		`"origin":{"layer":"product","kind":"teams","service":"Microsoft Teams","area":"Skype","sets":[11,12],"category":"Optimize","prefix":"52.112.0.0/14",` +
			`"tags":["AzureCloud","AzureCloud.centralfrance"],"region":"centralfrance","people":"none","list":"`,
		`"asn":null,"organization":null},"causes":["chat_preview","mail_flow_scan"],"delay_seconds":4,"delay_source":"message_id","basis":"row",`,
		`"reasons":[{"rule":"ip.teams","group":"origin","machine":4.2,"other":0,"counted":true,"saw":"52.112.0.0/14","text":"Microsoft publishes the address as`,
		`{"rule":"t.0_10","group":"timing","machine":2.8,"other":1.1,"counted":true,"saw":"4 s","text":"`,
		`"flags":["recipient_not_shown","assumption"],"missing":["mail","signin","device","chat"],"failed":[],"next":"device","rules":"` + clickclass.RulesVersion + `","lists":"20`,
		`"priority":5,"revision":0,"nearby":{"message_urls":0,"fan_accounts":0,"address_accounts":0,"address_urls":0},"file":"clicks.csv","row":7}`,
	} {
		assert.Contains(t, text, part)
	}
}

// TestAppendJSONAppends holds that what is there stays.
func TestAppendJSONAppends(t *testing.T) {
	r := clickclass.Result{Click: founding()}
	assert.Equal(t, "before"+string(r.AppendJSON(nil)), string(r.AppendJSON([]byte("before"))))
	buffer := make([]byte, 6, 10_000)
	copy(buffer, "before")
	assert.Equal(t, "before"+string(r.AppendJSON(nil)), string(r.AppendJSON(buffer)), "with room")
}

// FuzzAppendJSON holds that any text comes out as valid JSON that reads back, with invalid
// UTF-8 as U+FFFD, which is what encoding/json makes of it.
func FuzzAppendJSON(f *testing.F) {
	f.Add("plain")
	f.Add("quote \" and back-slash \\")
	f.Add("control \x00\x1f\x7f and line \n\r\t")
	f.Add("invalid \xff\xfe UTF-8 \xe2\x82")
	f.Add("seven b") // texts about as long as what is looked at in one go
	f.Add("eight by")
	f.Add("fifteen bytes \"")
	f.Add("sixteen bytes, \"")
	f.Add("a quote in the last of twenty\"-nine bytes")
	f.Add("separators \u2028 \u2029 and </script>")
	f.Add("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2F%22%0a") // another original URL
	f.Fuzz(func(t *testing.T, s string) {
		k := clickclass.Click{AccountUpn: s, Url: s, Workload: s, ReportId: s, File: s, UrlChain: s, Feed: clickclass.Feed(s),
			IPAddress: netip.IPv6LinkLocalAllNodes().WithZone(s)}
		v := clickclass.Score(k)
		v.Origin.Service, v.Origin.Tags, v.Lists = s, []string{s}, s
		v.Origin.Layer = 1
		v.Causes, v.Clock = []clickclass.Cause{clickclass.Cause(s)}, clickclass.Clock(s)
		v.Reasons = append(v.Reasons, clickclass.Reason{Rule: s})
		text := (&clickclass.Result{Click: k, Verdict: v}).AppendJSON(nil)
		require.True(t, json.Valid(text), "%s", text)
		require.True(t, utf8.Valid(text))
		require.NotContains(t, string(text), "\n")
		var l line
		require.NoError(t, json.Unmarshal(text, &l))
		quoted, err := json.Marshal(s)
		require.NoError(t, err)
		var want string
		require.NoError(t, json.Unmarshal(quoted, &want))
		if s == "" {
			assert.Nil(t, l.Account)
			return
		}
		for name, got := range map[string]*string{"account": l.Account, "url": l.URL, "workload": l.Workload, "report_id": l.ReportID, "file": l.File,
			"service": l.Origin.Service, "lists": l.Lists, "delay_source": l.DelaySource, "rule": l.Reasons[len(l.Reasons)-1].Rule} {
			require.NotNil(t, got, name)
			assert.Equal(t, want, *got, name)
		}
		assert.Equal(t, []string{want}, l.Causes)
		assert.Equal(t, []string{want}, l.Origin.Tags)
		assert.Equal(t, want, l.URLChain)
	})
}

// TestTimestamps holds that times are written as RFC 3339 in UTC with all digits that they
// have and no more.
func TestTimestamps(t *testing.T) {
	timestamp := func(at time.Time) string {
		return string((&clickclass.Result{Click: clickclass.Click{Timestamp: at}}).AppendJSON(nil))
	}
	assert.Contains(t, timestamp(time.Date(2026, 7, 19, 17, 2, 6, 131460500, time.UTC)), `"timestamp":"2026-07-19T17:02:06.1314605Z"`)
	for _, none := range []time.Time{{}, time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(0, 12, 31, 23, 59, 59, 0, time.UTC), time.Unix(1<<60, 0)} {
		assert.Contains(t, timestamp(none), `"timestamp":null`)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	zones := []*time.Location{time.UTC, time.FixedZone("", -5*3600)}
	for range 2000 {
		at := time.Date(1+rng.IntN(9999), 1, 1, 0, 0, 0, 0, zones[rng.IntN(2)])
		at = at.Add(time.Duration(rng.Int64N(365 * 24 * 3600 * 1e9)).Truncate([]time.Duration{1, 100, 1000, 1e6, 1e8, 1e9}[rng.IntN(6)]))
		if at.UTC().Year() > 9999 || at.IsZero() {
			continue
		}
		require.Contains(t, timestamp(at), `"timestamp":"`+at.UTC().Format(time.RFC3339Nano)+`"`)
	}
}

// TestNumbers holds how numbers are written.
func TestNumbers(t *testing.T) {
	text := func(v clickclass.Verdict) string { return string((&clickclass.Result{Verdict: v}).AppendJSON(nil)) }
	for d, want := range map[time.Duration]string{
		0:                       "0",
		1:                       "0.000000001",
		3200 * time.Millisecond: "3.2",
		3*time.Second + 5*time.Millisecond + 600*time.Microsecond: "3.0056",
		-1500 * time.Millisecond:                                  "-1.5",
		-400 * time.Microsecond:                                   "-0.0004",
		675931*time.Second + 50000000:                             "675931.05",
		1<<63 - 1:                                                 "9223372036.854775807",
		-1 << 63:                                                  "-9223372036.854775808",
	} {
		assert.Contains(t, text(clickclass.Verdict{Delay: d, Clock: clickclass.ClockMessageID}), `"delay_seconds":`+want+`,"delay_source"`, d)
	}
	for p, want := range map[float64]string{0: "0", 1: "1", 0.5: "0.5", 0.1: "0.1", 0.999665: "0.999665", 1e-6: "0.000001", -4.2: "-4.2",
		1e-7: "1e-07", 0.1234567: "0.1234567", 1e300: "1e+300", 123456.5: "123456.5"} {
		assert.Contains(t, text(clickclass.Verdict{P: clickclass.Probabilities{Machine: p}}), `"p_automated":`+want+`,"p_owner"`, p)
	}
}

// TestNumbersComeBack holds that no digit is lost.
func TestNumbersComeBack(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 20_000 {
		v := clickclass.Verdict{
			Delay: time.Duration(rng.Uint64()) >> rng.IntN(60), Clock: clickclass.ClockMail,
			P: clickclass.Probabilities{Machine: rng.NormFloat64() * math.Pow10(rng.IntN(20)-10), Low: float64(rng.IntN(2e6)) / 1e6, High: math.Float64frombits(rng.Uint64())},
		}
		if math.IsNaN(v.P.High) || math.IsInf(v.P.High, 0) {
			v.P.High = math.MaxFloat64
		}
		text, err := json.Marshal(v)
		require.NoError(t, err)
		var back clickclass.Verdict
		require.NoError(t, json.Unmarshal(text, &back), "%s", text)
		require.True(t, v.Equal(&back), "%s", text)
		var plain struct {
			P     float64     `json:"p_automated"`
			Delay json.Number `json:"delay_seconds"`
		}
		require.NoError(t, json.Unmarshal(text, &plain))
		require.Equal(t, v.P.Machine, plain.P)
		want := strings.TrimRight(strings.TrimRight(new(big.Rat).SetFrac64(int64(v.Delay), 1e9).FloatString(9), "0"), ".")
		require.Equal(t, want, plain.Delay.String())
	}
}

// TestSawOfIPv6 holds that what a rule saw is written as package netip writes it.
func TestSawOfIPv6(t *testing.T) {
	k := founding()
	k.IPAddress = netip.MustParseAddr("2a01:111:f400::7")
	v := clickclass.Score(k)
	require.NotEmpty(t, v.Reasons)
	assert.Equal(t, "ip.eop", v.Reasons[0].Rule)
	assert.Equal(t, "2a01:111:f400::/48", v.Reasons[0].Saw.String())
}
