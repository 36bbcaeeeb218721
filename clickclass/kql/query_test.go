package kql

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/iprange"
)

var (
	allSchemas = []Schema{Defender, Sentinel, ADX}
	allForms   = []Form{Short, Full, Lists}
)

// render returns a query; the form Lists has an address where it needs one.
func render(t *testing.T, o Options) string {
	t.Helper()
	if o.Form == Lists && (o.Schema == "" || o.Schema == Defender) {
		o.RangesAt = "https://lists.contoso.example/"
	}
	text, err := Query(o)
	require.NoError(t, err)
	return text
}

// TestEveryRule checks that a query has every rule of the table or says that it has not.
func TestEveryRule(t *testing.T) {
	text := render(t, Options{Form: Lists})
	unsaid, err := Unsaid(Options{Schema: ADX, Form: Lists})
	require.NoError(t, err)
	for _, r := range clickclass.Rules() {
		t.Run(r.ID, func(t *testing.T) {
			if slices.Contains(unsaidRules, r.ID) {
				assert.NotContains(t, text, quote(r.ID))
				assert.Contains(t, strings.Join(unsaid, "\n"), r.ID)
				return
			}
			assert.Contains(t, text, quote(r.ID)+", "+quote(r.Group)+", "+realText(r.Machine.Value), "its weights")
			assert.GreaterOrEqual(t, strings.Count(text, quote(r.ID)), 2, "its weights and when it applies")
			assert.Contains(t, text, quote(r.Text), "what was seen, in words")
		})
	}
}

func TestShort(t *testing.T) {
	if testing.Short() {
		t.Skip("the ranges are rounded for each query")
	}
	assert.Equal(t, 10_000, MaxRule, "the documented limit of a query in an analytics rule")
	tools, err := iprange.ReadOwn(strings.NewReader("egress: 192.0.2.0/24\nscanner: 198.51.100.7\ntool: 2001:db8::/48\n"), "")
	require.NoError(t, err)
	own, err := iprange.Default().With(tools)
	require.NoError(t, err)
	tests := []struct {
		name string
		o    Options
	}{
		{"defender", Options{Schema: Defender}},
		{"sentinel", Options{Schema: Sentinel}},
		{"adx", Options{Schema: ADX}},
		{"no table of evidence", Options{Schema: Sentinel, Tables: []string{}}},
		{"own ranges", Options{Schema: Sentinel, Ranges: own}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.o.Form = Short
			text := render(t, tt.o)
			assert.Less(t, len(text), MaxRule)
			assert.NotContains(t, text, "\n\n")
		})
	}
	var many strings.Builder
	for i := range 200 {
		fmt.Fprintf(&many, "tool: 198.51.100.%d\n", i+i%2) // no two are neighbours
	}
	list, err := iprange.ReadOwn(strings.NewReader(many.String()), "")
	require.NoError(t, err)
	set, err := iprange.Default().With(list)
	require.NoError(t, err)
	_, err = Query(Options{Form: Short, Ranges: set})
	require.ErrorContains(t, err, "fewer than 10000", "a query that a rule would refuse is not printed")
}

// code returns a query without its comments.
func code(text string) string {
	return regexp.MustCompile(`(?m)^//.*`).ReplaceAllString(text, "")
}

func TestTables(t *testing.T) {
	for _, schema := range allSchemas {
		t.Run(string(schema), func(t *testing.T) {
			for _, table := range Tables(schema) {
				all := render(t, Options{Schema: schema, Form: Lists})
				assert.True(t, strings.Contains(code(all), table), table)
				assert.False(t, strings.Contains(all, "let "+table+" ="), table)

				var rest []string
				for _, other := range Tables(schema) {
					if other != table {
						rest = append(rest, other)
					}
				}
				without := render(t, Options{Schema: schema, Form: Lists, Tables: rest})
				if strings.Contains(code(without), table) {
					assert.True(t, strings.Contains(without, "let "+table+" = datatable("), "an empty table in place of %s, which is not there", table)
				}
			}
			alone := render(t, Options{Schema: schema, Form: Lists, Tables: []string{}})
			for _, table := range Tables(schema) {
				assert.False(t, strings.Contains(code(alone), table), "%s in a query without evidence", table)
			}
		})
	}
	words := render(t, Options{Form: Lists, Tables: []string{"mail", "DeviceEvents"}})
	assert.True(t, strings.Contains(code(words), "EmailPostDeliveryEvents"))
	assert.True(t, strings.Contains(words, "let DeviceNetworkEvents = datatable("))
	assert.False(t, strings.Contains(code(words), "EntraIdSignInEvents"), "a table that was not named")
}

func TestOptions(t *testing.T) {
	tests := []struct {
		name string
		o    Options
		want string
	}{
		{"schema", Options{Schema: "splunk"}, `kql: query: unknown schema "splunk"`},
		{"form", Options{Form: "long"}, `kql: query: unknown form "long"`},
		{"too far back", Options{Since: 31 * 24 * time.Hour}, "kql: query: since 744h0m0s: not between a minute and 30 days"},
		{"negative", Options{Since: -time.Hour}, "kql: query: since -1h0m0s: not between a minute and 30 days"},
		{"table", Options{Tables: []string{"SigninLogs"}}, `kql: query: "SigninLogs" is no table of evidence of defender`},
		{"no table", Options{Form: Lists, Schema: ADX, RangesAt: "my ranges"}, `kql: query: ranges at "my ranges": no name of a table`},
		{"no alias", Options{Form: Lists, Schema: Sentinel, RangesAt: `a"b`}, `kql: query: ranges at "a\"b": no alias of a watchlist`},
		{"quote", Options{Form: Lists, RangesAt: `https://a"b`}, `kql: query: ranges at "https://a\"b": quotes, backslashes`},
		{"no address", Options{Form: Lists}, `kql: query: ranges at "WhoClickedRanges": advanced hunting reads ranges from an address`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, err := Query(tt.o)
			assert.ErrorContains(t, err, tt.want)
			assert.Empty(t, text)
			_, err = Unsaid(tt.o)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestSince(t *testing.T) {
	tests := []struct {
		since time.Duration
		want  string
	}{
		{0, "let start = end - 7d;"},
		{30 * 24 * time.Hour, "let start = end - 30d;"},
		{36 * time.Hour, "let start = end - 36h;"},
		{90 * time.Minute, "let start = end - 90m;"},
		{61 * time.Second, "let start = end - 61s;"},
	}
	for _, tt := range tests {
		t.Run(tt.since.String(), func(t *testing.T) {
			assert.Contains(t, render(t, Options{Since: tt.since, Form: Lists}), "\n"+tt.want+"\n")
		})
	}
}

// TestSays checks that a query says what it cannot say, and which ranges it left out.
func TestSays(t *testing.T) {
	if testing.Short() {
		t.Skip("the ranges are rounded for each query")
	}
	for _, form := range allForms {
		t.Run(string(form), func(t *testing.T) {
			o := Options{Schema: Sentinel, Form: form}
			text := render(t, o)
			unsaid, err := Unsaid(o)
			require.NoError(t, err)
			require.NotEmpty(t, unsaid)
			for _, sentence := range unsaid {
				assert.Regexp(t, `^[A-Z].*\.$`, sentence)
				if form != Short {
					assert.Contains(t, text, "// - "+sentence+"\n")
				}
			}
			assert.Equal(t, form != Lists, strings.Contains(strings.Join(unsaid, "\n"), "left out:"), "ranges that are left out")
		})
	}
}

// TestQuote checks that nothing of a text gets out of its quotes.
func TestQuote(t *testing.T) {
	assert.Equal(t, `"a\"b\\c"`, quote(`a"b\c`))
	assert.Equal(t, "-0.5", realText(-0.5))
	assert.Equal(t, "4.0", realText(4))
}

func TestCompact(t *testing.T) {
	in := "// a comment\nlet a = dynamic([\"x, y = z\", \"// no comment\"]); // why\n\n    T\n    | where B == \"a  =  b\" and C\n"
	assert.Equal(t, "let a=dynamic([\"x, y = z\",\"// no comment\"]);\nT\n|where B==\"a  =  b\" and C\n", compact(in))
}

func TestRangesFile(t *testing.T) {
	tests := []struct{ at, want string }{
		{"https://lists.contoso.example/WhoClickedRanges", "https://lists.contoso.example/WhoClickedRangesIPv4.csv"},
		{"https://lists.contoso.example/r?sv=1&sig=a", "https://lists.contoso.example/rIPv4.csv?sv=1&sig=a"},
	}
	for _, tt := range tests {
		t.Run(tt.at, func(t *testing.T) {
			text, err := Query(Options{Form: Lists, RangesAt: tt.at})
			require.NoError(t, err)
			assert.Contains(t, text, `h@"`+tt.want+`"`, "the address is not logged")
		})
	}
}
