package iprange_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

func TestLookupHost(t *testing.T) {
	tests := []struct{ host, patterns string }{
		{"outlook.office.com", "outlook.office.com *.office.com"},
		{"OUTLOOK.Office.COM.", "outlook.office.com *.office.com"},
		{"outlook.office.com:443", "outlook.office.com *.office.com"},
		{"ｏutlook.office。com", "outlook.office.com *.office.com"},
		{"a.b.office.com", "*.office.com"},
		{"bücher.office.com", "*.office.com"},
		{"office.com", ""},
		{"notoffice.com", ""},
		{"cdn.onenote.net", "*cdn.onenote.net"},
		{"site-cdn.onenote.net", "*cdn.onenote.net"},
		{"cdn.onenote.net.example.com", ""},
		{"autodiscover.contoso.onmicrosoft.com", "autodiscover.*.onmicrosoft.com *.onmicrosoft.com"},
		{"autodiscover.a.b.onmicrosoft.com", "*.onmicrosoft.com"},
		{"", ""}, {".", ""}, {"..office.com", ""}, {"a b.office.com", ""}, {"a.office.com:x", ""},
		{strings.Repeat("a", 64) + ".office.com", ""}, {"192.0.2.1", ""},
	}
	for _, tt := range tests {
		t.Run(tt.host, func(t *testing.T) {
			m := iprange.Default().LookupHost(tt.host)
			var got []string
			for i, x := range m.All() {
				assert.Equal(t, x, m.At(i))
				if len(got) == 0 || got[len(got)-1] != x.Pattern {
					got = append(got, x.Pattern)
				}
			}
			assert.Equal(t, tt.patterns, strings.Join(got, " "))
		})
	}
	best, _ := iprange.Default().LookupHost("outlook.office.com").Best()
	assert.Equal(t, "Optimize", best.Category, "the highest category wins")
}

func TestTenantPatterns(t *testing.T) {
	list, err := iprange.Read(strings.NewReader(`[{"id":1,"serviceArea":"SharePoint",
		"urls":["<tenant>-my.example.com","a.<tenant>.example.net","*-files.example.org","x*y.example.org"]}]`), "")
	require.NoError(t, err)
	require.Empty(t, list.Skipped)
	s, err := new(iprange.Set).With(list)
	require.NoError(t, err)
	for host, want := range map[string]bool{
		"contoso-my.example.com": true, "-my.example.com": false, "a.b-my.example.com": false, "my.example.com": false,
		"a.contoso.example.net": true, "a.b.c.example.net": false, "a.example.net": false,
		"contoso-files.example.org": true, "a.b-files.example.org": true, "files.example.org": false,
		"x1y.example.org": true, "xy.example.org": false, "x.y.example.org": false,
	} {
		assert.Equal(t, want, s.LookupHost(host).Len() > 0, host)
	}
}
