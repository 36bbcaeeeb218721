package iprange_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/iprange"
)

// document returns an endpoints response of n sets of two areas, each with an IPv4
// and an IPv6 prefix and a host.
func document(n int) string {
	var sets []string
	for i := range n {
		sets = append(sets, fmt.Sprintf(`{"id":%d,"serviceArea":"Area%d","serviceAreaDisplayName":"Area %d","ips":["10.0.%d.0/24","2001:db8:%d::/48"],"urls":["h%d.example.com"],"category":"Allow"}`,
			i, i%2, i%2, i, i, i))
	}
	return "[" + strings.Join(sets, ",") + "]"
}

func TestCompareFindings(t *testing.T) {
	base := func(lists ...*iprange.List) *iprange.Set { return with(t, new(iprange.Set), lists...) }
	old := base(read(t, "worldwide_2026-02-01.json", document(100)))
	tests := []struct {
		name     string
		old, new *iprange.Set
		want     []string
	}{
		{"equal", old, old, nil},
		{"newer date", old, base(read(t, "worldwide_2026-03-01.json", document(100))), nil},
		{"undated", old, base(read(t, "worldwide.json", document(100))), nil},
		{"older", old, base(read(t, "worldwide_2026-01-01.json", document(100))),
			[]string{"refuse worldwide: of 2026-01-01, older than the list at hand of 2026-02-01"}},
		{"gone", old, new(iprange.Set), []string{"refuse worldwide: the list is gone"}},
		{"grown", old, base(read(t, "worldwide_2026-03-01.json", document(200))), nil},
		{"a twentieth lost", old, base(read(t, "worldwide_2026-03-01.json", document(95))), nil},
		{"more lost", old, base(read(t, "worldwide_2026-03-01.json", document(94))), []string{
			"warn worldwide: 94 IPv4 prefixes, had 100", "warn worldwide: 94 IPv6 prefixes, had 100",
			"warn worldwide: 94 host patterns, had 100", "warn worldwide: 94 entries, had 100",
		}},
		{"a quarter lost", old, base(read(t, "worldwide_2026-03-01.json", document(75))), []string{
			"warn worldwide: 75 IPv4 prefixes, had 100", "warn worldwide: 75 IPv6 prefixes, had 100",
			"warn worldwide: 75 host patterns, had 100", "warn worldwide: 75 entries, had 100",
		}},
		{"still more lost", old, base(read(t, "worldwide_2026-03-01.json", document(74))), []string{
			"refuse worldwide: 74 IPv4 prefixes, had 100", "refuse worldwide: 74 IPv6 prefixes, had 100",
			"refuse worldwide: 74 host patterns, had 100", "refuse worldwide: 74 entries, had 100",
		}},
		{"an area lost", old, base(read(t, "worldwide_2026-03-01.json", strings.ReplaceAll(document(100), `"Area1"`, `"Area0"`))),
			[]string{`refuse worldwide: no entry of service area "Area1" any more`}},
		{"a family lost", old, base(read(t, "worldwide_2026-03-01.json", withoutIPv6(document(100)))),
			[]string{"refuse worldwide: no IPv6 prefixes any more, had 100"}},
		{"new list", old, base(read(t, "worldwide_2026-02-01.json", document(100)), endpoints(t, "china.json", "192.0.2.0/24")), nil},
		{"own ranges gone", base(own(t, "", "egress: 192.0.2.0/24")), new(iprange.Set), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := iprange.Compare(tt.old, tt.new)
			var got []string
			refuse := false
			for _, f := range c.Findings {
				word := "warn"
				if f.Refuse {
					word, refuse = "refuse", true
				}
				got = append(got, word+" "+f.List+": "+f.Reason)
			}
			assert.Equal(t, tt.want, got)
			assert.Equal(t, refuse, c.Refused())
		})
	}
}

// withoutIPv6 removes the IPv6 prefixes of a document.
func withoutIPv6(doc string) string {
	for i := range 100 {
		doc = strings.Replace(doc, fmt.Sprintf(`,"2001:db8:%d::/48"`, i), "", 1)
	}
	return doc
}

func TestCompareChanges(t *testing.T) {
	set := func(lists ...*iprange.List) *iprange.Set { return with(t, new(iprange.Set), lists...) }
	doc := func(text string) *iprange.Set { return set(read(t, "worldwide_2026-02-01.json", text)) }
	tags := func(text string) *iprange.Set { return set(read(t, "", `{"cloud":"Public","values":[`+text+`]}`)) }
	const one = `{"id":1,"serviceArea":"Exchange","serviceAreaDisplayName":"Exchange Online","ips":["192.0.2.0/24"],"urls":["a.example.com"],"category":"Allow","required":false}`
	var many []string
	for i := range 12 {
		many = append(many, fmt.Sprintf(`"10.0.%d.0/24"`, i))
	}
	tests := []struct {
		name     string
		old, new *iprange.Set
		want     []string
	}{
		{"nothing", doc("[" + one + "]"), doc("[" + one + "]"), nil},
		{"date only", doc("[" + one + "]"), set(read(t, "worldwide_2026-03-01.json", "["+one+"]")), nil},
		{"two empty sets", new(iprange.Set), new(iprange.Set), nil},
		{"list added", new(iprange.Set), doc("[" + one + "]"), []string{"worldwide: new list of 2026-02-01, 1 entry"}},
		{"list removed", doc("[" + one + "]"), new(iprange.Set), []string{"worldwide: list gone, last of 2026-02-01"}},
		{"undated list removed", tags(`{"name":"T"},{"name":"U"}`), new(iprange.Set), []string{"servicetags public: list gone"}},
		{"prefix and host", doc("[" + one + "]"), doc("[" + strings.NewReplacer("192.0.2.0/24", "198.51.100.0/24", "a.example", "b.example").Replace(one) + "]"),
			[]string{`worldwide: set 1 "Exchange Online": 1 prefix added (198.51.100.0/24); 1 prefix removed (192.0.2.0/24); 1 url added (b.example.com); 1 url removed (a.example.com)`}},
		{"attributes", doc("[" + one + "]"), doc("[" + strings.NewReplacer("Allow", "Optimize", "false", "true", `"Exchange"`, `"Common"`, "Exchange Online", "Common").Replace(one) + "]"),
			[]string{`worldwide: set 1 "Common": area "Common", was "Exchange"; name "Common", was "Exchange Online"; category "Optimize", was "Allow"; required "true", was "false"`}},
		{"entry added and removed", doc("[" + one + "]"), doc("[" + strings.Replace(one, `"id":1`, `"id":2`, 1) + "]"), []string{
			`worldwide: set 1 "Exchange Online": gone; 1 prefix removed (192.0.2.0/24); 1 url removed (a.example.com)`,
			`worldwide: set 2 "Exchange Online": new; 1 prefix added (192.0.2.0/24); 1 url added (a.example.com)`,
		}},
		{"more than ten", doc("[" + one + "]"), doc("[" + strings.Replace(one, `"192.0.2.0/24"`, strings.Join(many, ","), 1) + "]"),
			[]string{`worldwide: set 1 "Exchange Online": 12 prefixes added (10.0.0.0/24 10.0.1.0/24 10.0.2.0/24 10.0.3.0/24 10.0.4.0/24 10.0.5.0/24 10.0.6.0/24 10.0.7.0/24 10.0.8.0/24 10.0.9.0/24 ...); 1 prefix removed (192.0.2.0/24)`}},
		{
			"tag", tags(`{"name":"T","properties":{"region":"a","systemService":"S","addressPrefixes":["192.0.2.0/24"]}}`),
			tags(`{"name":"T","properties":{"region":"b","systemService":"R","addressPrefixes":["192.0.2.0/24"]}}`),
			[]string{`servicetags public: tag T: system service "R", was "S"; region "b", was "a"`},
		},
		{"own ranges", set(own(t, "", "egress: 192.0.2.0/24 = office")), set(own(t, "", "egress: 192.0.2.0/25 = office")),
			[]string{`own ranges: "office": 1 prefix added (192.0.2.0/25); 1 prefix removed (192.0.2.0/24)`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, iprange.Compare(tt.old, tt.new).Changes)
		})
	}
}
