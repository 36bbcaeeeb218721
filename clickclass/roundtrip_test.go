package clickclass_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"math"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/iprange"
)

// What the package returns can be stored, loaded and compared.

// codecs store a value and load it.
var codecs = map[string]func(from, to any) error{
	"json": func(from, to any) error {
		b, err := json.Marshal(from)
		if err != nil {
			return err
		}
		return json.Unmarshal(b, to)
	},
	"gob": func(from, to any) error {
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(from); err != nil {
			return err
		}
		return gob.NewDecoder(&b).Decode(to)
	},
}

// requireRoundTrip holds that a result, its verdict and its click come back equal. Times
// must be in UTC.
func requireRoundTrip(t testing.TB, r *clickclass.Result) {
	t.Helper()
	for name, through := range codecs {
		var result clickclass.Result
		require.NoError(t, through(r, &result), name)
		requireSameResult(t, r, &result, name)
		var v clickclass.Verdict
		require.NoError(t, through(r.Verdict, &v), name)
		requireEqualVerdicts(t, &r.Verdict, &v, "%s", name)
		var k clickclass.Click
		require.NoError(t, through(r.Click, &k), name)
		require.Equal(t, r.Click, k, name)
		var o clickclass.Origin
		require.NoError(t, through(r.Verdict.Origin, &o), name)
		a, b := clickclass.Verdict{Origin: r.Verdict.Origin}, clickclass.Verdict{Origin: o}
		requireEqualVerdicts(t, &a, &b, "origin, %s", name)
	}
}

func requireSameResult(t testing.TB, want, got *clickclass.Result, name string) {
	t.Helper()
	require.Equal(t, want.Click, got.Click, name)
	require.Equal(t, want.Revision, got.Revision, name)
	require.Equal(t, want.Nearby, got.Nearby, name)
	requireEqualVerdicts(t, &want.Verdict, &got.Verdict, "%s", name)
}

func TestRoundTrips(t *testing.T) {
	requireRoundTrip(t, &clickclass.Result{})
	requireRoundTrip(t, &clickclass.Result{Click: fullClick(), Verdict: clickclass.Score(fullClick()), Revision: 1 << 20,
		Nearby: clickclass.Nearby{MessageURLs: 1, FanAccounts: 2, AddressAccounts: 3, AddressURLs: 64}})
	met := map[string]bool{}
	n := 0
	forRandomResults(t, func(r *clickclass.Result) {
		if n++; n%7 == 0 {
			requireRoundTrip(t, r)
		}
		for _, reason := range r.Verdict.Reasons {
			met[reason.Saw.Kind] = true
		}
	})
	assert.Equal(t, map[string]bool{"": true, "prefix": true, "gap": true, "count": true, "asn": true}, met)
}

// TestBuiltVerdicts builds verdicts with every constant and with one field alone.
func TestBuiltVerdicts(t *testing.T) {
	verdicts := []clickclass.Verdict{
		{Reasons: []clickclass.Reason{}, Causes: []clickclass.Cause{}, Origin: clickclass.Origin{Sets: []int{}, Tags: []string{}}},
		{P: clickclass.Probabilities{Machine: 1.0 / 3, Owner: math.Pi / 4, Other: 1e-9, Low: math.SmallestNonzeroFloat64, High: 1}},
		{Clock: clickclass.ClockLink, Delay: math.MaxInt64}, {Clock: clickclass.ClockMail, Delay: math.MinInt64}, {Clock: clickclass.ClockMail, Delay: -1},
		{Reasons: []clickclass.Reason{{Rule: "of.another.version", Machine: -1.5, Other: 0.25, Counted: true}}},
		{Reasons: []clickclass.Reason{
			{Rule: "a", Saw: clickclass.Saw{Kind: "prefix", Prefix: netip.MustParsePrefix("2a01:111:f400::/48")}},
			{Rule: "b", Saw: clickclass.Saw{Kind: "prefix", Prefix: netip.MustParsePrefix("0.0.0.0/0")}},
			{Rule: "c", Saw: clickclass.Saw{Kind: "gap", Gap: math.MaxInt64}}, {Rule: "d", Saw: clickclass.Saw{Kind: "gap"}},
			{Rule: "e", Saw: clickclass.Saw{Kind: "count", Count: -3}}, {Rule: "f", Saw: clickclass.Saw{Kind: "count"}},
			{Rule: "g", Saw: clickclass.Saw{Kind: "asn", ASN: math.MaxUint32}}, {Rule: "h", Saw: clickclass.Saw{Kind: "asn"}},
		}},
		{Origin: clickclass.Origin{Network: clickclass.Network{ASN: math.MaxUint32}}},
		{Origin: clickclass.Origin{Network: clickclass.Network{Organization: "Contoso"}}},
		{Causes: []clickclass.Cause{"of another version", clickclass.CauseForwarded}},
	}
	for class := clickclass.ClassUnknown; class <= clickclass.ClassOwner; class++ {
		verdicts = append(verdicts, clickclass.Verdict{Class: class})
	}
	for basis := clickclass.BasisRow; basis <= clickclass.BasisDevice; basis++ {
		verdicts = append(verdicts, clickclass.Verdict{Basis: basis})
	}
	for _, f := range flagNames {
		verdicts = append(verdicts, clickclass.Verdict{Flags: f.flag})
	}
	for kinds := range allKinds + 1 {
		verdicts = append(verdicts, clickclass.Verdict{Missing: kinds}, clickclass.Verdict{Failed: kinds})
	}
	for i := range 5 {
		verdicts = append(verdicts, clickclass.Verdict{Next: 1 << i})
	}
	for layer := iprange.Layer(0); layer.String() != "invalid"; layer++ {
		verdicts = append(verdicts, clickclass.Verdict{Origin: clickclass.Origin{Layer: layer}})
	}
	for kind := iprange.Kind(0); kind.String() != "invalid"; kind++ {
		verdicts = append(verdicts, clickclass.Verdict{Origin: clickclass.Origin{Kind: kind}})
	}
	for people := iprange.People(0); people.String() != "invalid"; people++ {
		verdicts = append(verdicts, clickclass.Verdict{Origin: clickclass.Origin{People: people}})
	}
	// Every other field alone.
	var fill func(v *clickclass.Verdict, field reflect.Value)
	fill = func(v *clickclass.Verdict, field reflect.Value) {
		switch field.Kind() {
		case reflect.String:
			if field.Type() != reflect.TypeFor[clickclass.Clock]() { // a Clock without a Delay is tested above
				field.SetString("text")
			}
		case reflect.Float64:
			field.SetFloat(0.25)
		case reflect.Slice:
			if field.Type() == reflect.TypeFor[[]int]() || field.Type() == reflect.TypeFor[[]string]() {
				field.Set(reflect.MakeSlice(field.Type(), 2, 2))
				fill(v, field.Index(1))
			}
		case reflect.Int:
			field.SetInt(7)
		case reflect.Struct:
			if field.Type() == reflect.TypeFor[netip.Prefix]() {
				field.Set(reflect.ValueOf(netip.MustParsePrefix("192.0.2.0/24")))
				break
			}
			for i := range field.NumField() {
				fill(v, field.Field(i))
				verdicts = append(verdicts, *v)
				field.Field(i).SetZero()
			}
		}
	}
	var one clickclass.Verdict
	fill(&one, reflect.ValueOf(&one).Elem())
	for _, v := range verdicts {
		requireRoundTrip(t, &clickclass.Result{Verdict: v})
	}
	assert.Greater(t, len(verdicts), 150)
}

// TestBuiltClicks builds clicks that no table has.
func TestBuiltClicks(t *testing.T) {
	for name, change := range map[string]func(*clickclass.Click){
		"the zero click":        func(k *clickclass.Click) { *k = clickclass.Click{} },
		"all columns":           func(*clickclass.Click) {},
		"another action":        func(k *clickclass.Click) { k.ActionType = "Something new" },
		"another feed":          func(k *clickclass.Click) { k.Feed = "mine" },
		"reports":               func(k *clickclass.Click) { k.Feed = clickclass.FeedReport },
		"nanoseconds":           func(k *clickclass.Click) { k.Timestamp = k.Timestamp.Add(123456789) },
		"year 1":                func(k *clickclass.Click) { k.Timestamp = time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC) },
		"year 9999":             func(k *clickclass.Click) { k.Timestamp = time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC) },
		"an address with zone":  func(k *clickclass.Click) { k.IPAddress = netip.MustParseAddr("fe80::1%eth0") },
		"a mapped address":      func(k *clickclass.Click) { k.IPAddress = netip.MustParseAddr("::ffff:192.0.2.1") },
		"the largest row":       func(k *clickclass.Click) { k.Row = math.MaxInt64 },
		"the smallest row":      func(k *clickclass.Click) { k.Row = math.MinInt64 },
		"control characters":    func(k *clickclass.Click) { k.Url = "https://a.example/\x00\x1f\x7f\n\r\t\"\\\u2028" },
		"right to left":         func(k *clickclass.Click) { k.AccountUpn = "dana\u202e@contoso.example" },
		"a chain with newlines": func(k *clickclass.Click) { k.UrlChain = "[\n\"https://a.example/\"\n]" },
		"a chain that is none":  func(k *clickclass.Click) { k.UrlChain = "https://a.example/" },
		"a wrapped link": func(k *clickclass.Click) {
			k.Url = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2F1&data=05%7C02%7C&reserved=0"
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := fullClick()
			change(&k)
			requireRoundTrip(t, &clickclass.Result{Click: k, Verdict: clickclass.Score(k)})
		})
	}
	t.Run("another zone", func(t *testing.T) {
		k := founding()
		k.Timestamp = k.Timestamp.In(time.FixedZone("", 3600))
		for name, through := range codecs {
			var r clickclass.Result
			require.NoError(t, through(clickclass.Result{Click: k}, &r), name)
			assert.True(t, k.Timestamp.Equal(r.Click.Timestamp), name)
		}
	})
}

func TestEqual(t *testing.T) {
	v := clickclass.Score(withDelay(founding(), 3*time.Second))
	same := clickclass.Score(withDelay(founding(), 3*time.Second))
	assert.True(t, v.Equal(&v))
	assert.True(t, v.Equal(&same))
	for name, change := range map[string]func(*clickclass.Verdict){
		"class":       func(v *clickclass.Verdict) { v.Class = clickclass.ClassOwner },
		"p":           func(v *clickclass.Verdict) { v.P.High = 0 },
		"basis":       func(v *clickclass.Verdict) { v.Basis = clickclass.BasisMail },
		"origin":      func(v *clickclass.Verdict) { v.Origin.Region = "" },
		"sets":        func(v *clickclass.Verdict) { v.Origin.Sets = []int{12, 11} },
		"tags":        func(v *clickclass.Verdict) { v.Origin.Tags = nil },
		"delay":       func(v *clickclass.Verdict) { v.Delay++ },
		"clock":       func(v *clickclass.Verdict) { v.Clock = clickclass.ClockLink },
		"reason":      func(v *clickclass.Verdict) { v.Reasons[0].Counted = false },
		"fewer":       func(v *clickclass.Verdict) { v.Reasons = v.Reasons[:1] },
		"saw":         func(v *clickclass.Verdict) { v.Reasons[1].Saw.Gap++ },
		"causes":      func(v *clickclass.Verdict) { v.Causes = v.Causes[:1] },
		"flags":       func(v *clickclass.Verdict) { v.Flags = 0 },
		"missing":     func(v *clickclass.Verdict) { v.Missing = 0 },
		"failed":      func(v *clickclass.Verdict) { v.Failed = clickclass.EvidenceMail },
		"next":        func(v *clickclass.Verdict) { v.Next = 0 },
		"rules":       func(v *clickclass.Verdict) { v.Rules = "" },
		"lists":       func(v *clickclass.Verdict) { v.Lists = "" },
		"zero":        func(v *clickclass.Verdict) { *v = clickclass.Verdict{} },
		"two at once": func(v *clickclass.Verdict) { v.Rules, v.Lists = v.Lists, v.Rules },
	} {
		t.Run(name, func(t *testing.T) {
			other := clickclass.Score(withDelay(founding(), 3*time.Second))
			change(&other)
			assert.False(t, v.Equal(&other))
			assert.False(t, other.Equal(&v))
		})
	}
	empty := clickclass.Verdict{Reasons: []clickclass.Reason{}, Causes: []clickclass.Cause{}, Origin: clickclass.Origin{Sets: []int{}, Tags: []string{}}}
	assert.True(t, empty.Equal(&clickclass.Verdict{}), "an empty list is no list")
	assert.NotNil(t, empty.Reasons, "Equal changes nothing")
}

// TestUnmarshalForeignJSON reads what other programs make of a line: other spacing and
// order, unknown members, numbers in another form, nulls.
func TestUnmarshalForeignJSON(t *testing.T) {
	want := clickclass.Result{Click: fullClick(), Verdict: clickclass.Score(fullClick())}
	want.Click.Row = 7 // JavaScript and others keep 53 bits
	want.Verdict.Delay = 100
	var m map[string]any
	require.NoError(t, json.Unmarshal(want.AppendJSON(nil), &m))
	m["of_tomorrow"] = map[string]any{"class": "other"}
	m["original_url"], m["site"] = "ignored", nil
	text, err := json.MarshalIndent(m, "", "\t") // sorted
	require.NoError(t, err)
	require.Contains(t, string(text), `"delay_seconds": 1e-7`)
	var got clickclass.Result
	require.NoError(t, json.Unmarshal(text, &got))
	requireSameResult(t, &want, &got, "foreign")

	got = want
	require.NoError(t, json.Unmarshal([]byte(`{"class":null,"reasons":null,"flags":null,"origin":null,"timestamp":null,"ip":null,"p_range":null,"delay_seconds":null,"next":null}`), &got))
	assert.Equal(t, clickclass.Result{}, got, "what a line does not say is not left over")
}

// TestUnmarshalErrors holds that damaged JSON is an error that shows no account, and
// changes nothing.
func TestUnmarshalErrors(t *testing.T) {
	good := string((&clickclass.Result{Click: fullClick(), Verdict: clickclass.Score(fullClick())}).AppendJSON(nil))
	for name, text := range map[string]string{
		"cut":             good[:len(good)/2],
		"another type":    `[]`,
		"class":           `{"class":"human"}`,
		"class number":    `{"class":1}`,
		"flag":            `{"flags":["nobody"]}`,
		"evidence":        `{"missing":["nothing"]}`,
		"next":            `{"next":"nothing"}`,
		"delay":           `{"delay_seconds":"soon"}`,
		"far delay":       `{"delay_seconds":1e300}`,
		"layer":           `{"origin":{"layer":"onion"}}`,
		"prefix":          `{"origin":{"prefix":"52.112.0.0/99"}}`,
		"saw":             `{"reasons":[{"rule":"x","saw":"much"}]}`,
		"saw prefix":      `{"reasons":[{"rule":"x","saw":"1.2.3.4/x"}]}`,
		"saw gap":         `{"reasons":[{"rule":"x","saw":"many s"}]}`,
		"saw asn":         `{"reasons":[{"rule":"x","saw":"AS99999999999"}]}`,
		"fractions of p":  `{"p_automated":"0.5"}`,
		"asn of 33 bits":  `{"origin":{"asn":8589934592}}`,
		"half an address": `{"ip":"1.2.3"}`,
		"address of mail": `{"ip":"dana@contoso.example"}`,
		"class of mail":   `{"class":"dana@contoso.example"}`,
		"layer of mail":   `{"origin":{"layer":"dana@contoso.example"}}`,
		"saw of mail":     `{"reasons":[{"rule":"x","saw":"dana@contoso.example"}]}`,
		"time of mail":    `{"timestamp":"dana@contoso.example"}`,
		"delay of mail":   `{"delay_seconds":"dana@contoso.example"}`,
		"row":             `{"row":1.5}`,
		"time":            `{"timestamp":"yesterday"}`,
	} {
		t.Run(name, func(t *testing.T) {
			var r clickclass.Result
			err := json.Unmarshal([]byte(text), &r)
			require.Error(t, err)
			assert.Less(t, len(err.Error()), 200)
			assert.NotContains(t, err.Error(), "contoso.example")
			if err := r.UnmarshalJSON([]byte(text)); assert.Error(t, err) {
				assert.ErrorContains(t, err, "clickclass: unmarshal ")
			}
			assert.Equal(t, clickclass.Result{}, r, "nothing is left half read")
			if strings.HasPrefix(name, "saw") || name == "class" || name == "next" || name == "layer" {
				var v clickclass.Verdict
				assert.Error(t, v.UnmarshalJSON([]byte(text)))
				assert.Equal(t, clickclass.Verdict{}, v)
			}
		})
	}
}

// FuzzResultJSON asks whether what is read as a result is written so that it reads the
// same, whatever the JSON.
func FuzzResultJSON(f *testing.F) {
	rng := rand.New(rand.NewPCG(1, 40))
	f.Add([]byte(`{}`))                                                                                     // the zero result
	f.Add([]byte(`null`))                                                                                   // nothing
	f.Add((&clickclass.Result{}).AppendJSON(nil))                                                           // written by us
	f.Add((&clickclass.Result{Click: fullClick(), Verdict: clickclass.Score(fullClick())}).AppendJSON(nil)) // with all columns
	f.Add([]byte(`{"delay_seconds":1e-7,"delay_source":"mail","p_automated":1e-300}`))                      // numbers of other writers
	f.Add([]byte(`{"timestamp":"2026-03-04T13:00:00.5+01:00","ip":"fe80::1%\""}`))                          // a time and an address in other forms
	f.Add([]byte(`{"reasons":[{"rule":"x","saw":"AS1"},{"saw":"1::/0"},{"saw":"-0 s"},{"saw":"+5"}]}`))     // what rules saw
	f.Add([]byte(`{"account":"\ud800\u0000","causes":[null,""],"origin":{"tags":[null]}}`))                 // halves of characters, nulls
	for _, k := range randomClicks(rng, 3, time.Hour) {
		f.Add((&clickclass.Result{Click: k, Verdict: clickclass.Score(k)}).AppendJSON(nil))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var r clickclass.Result
		if json.Unmarshal(text, &r) != nil {
			return
		}
		written := r.AppendJSON(nil)
		require.True(t, json.Valid(written), "%s", written)
		var back clickclass.Result
		require.NoError(t, json.Unmarshal(written, &back), "%s", written)
		if y := r.Click.Timestamp.Year(); y < 1 || y > 9999 {
			r.Click.Timestamp = time.Time{} // is written as null
		}
		if r.Verdict.Clock == clickclass.ClockNone {
			r.Verdict.Delay = 0 // has no meaning
		}
		if len(r.Click.MoreIPs) == 0 {
			r.Click.MoreIPs = nil
		}
		requireSameResult(t, &r, &back, string(written))
	})
}
