package service

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/iprange"
)

func results(t testing.TB, a answer) (list []map[string]any) {
	require.Equal(t, 200, a.status, a.body)
	for _, r := range a.decode(t)["results"].([]any) {
		list = append(list, r.(map[string]any))
	}
	return list
}

func TestSafelinks(t *testing.T) {
	url, _ := start(t, Options{})
	list := results(t, post(t, url+"/v1/safelinks", `{"urls":[
		"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.contoso.example%2F&data=05%7C02%7Cadele%40contoso.example%7C",
		"https://www.contoso.example/",
		"https://eur01.safelinks.protection.outlook.com.fabrikam.example/?url=https%3A%2F%2Fwww.contoso.example%2F",
		"https://eur01.safelinks.protection.outlook.com/?url=",
		"", "`+strings.Repeat("x", linkLimit+1)+`"]}`))
	require.Len(t, list, 6)
	assert.Equal(t, "https://www.contoso.example/", list[0]["target"])
	assert.Equal(t, true, list[0]["safelink"])
	assert.Equal(t, "adele@contoso.example", list[0]["layers"].([]any)[0].(map[string]any)["recipient"])
	assert.Nil(t, list[0]["error"])

	assert.Equal(t, "https://www.contoso.example/", list[1]["target"], "of a link that nobody wrapped, itself")
	assert.Equal(t, false, list[1]["wrapped"])
	assert.Nil(t, list[1]["error"])

	assert.Contains(t, list[2]["error"], "host imitates a Safe Links host")
	assert.Equal(t, false, list[2]["safelink"])
	assert.Contains(t, list[3]["error"], "no usable target")
	assert.Nil(t, list[4]["error"])
	assert.Equal(t, "longer than 64 KiB", list[5]["error"])
}

func TestRanges(t *testing.T) {
	own, err := iprange.ReadOwn(strings.NewReader("scanner: 203.0.113.0/28 = mail gateway\n"), "")
	require.NoError(t, err)
	set, err := iprange.Default().With(own)
	require.NoError(t, err)
	url, _ := start(t, Options{Ranges: set})
	tests := []struct {
		address string
		match   bool
		service any
		people  string
		err     any
	}{
		{"52.112.103.113", true, "Microsoft Teams", "none", nil},
		{" 52.112.103.113 ", true, "Microsoft Teams", "none", nil},
		{"::ffff:52.112.103.113", true, "Microsoft Teams", "none", nil},
		{"203.0.113.3", true, "mail gateway", "none", nil},
		{"203.0.113.99", false, nil, "possible", nil},
		{"outlook.office365.com", true, "Exchange Online", "possible", nil},
		{"www.fabrikam.example", false, nil, "possible", nil},
		{"203.0.113.700", false, nil, "possible", "not an address or host"},
		{"", false, nil, "possible", "not an address or host"},
	}
	for _, tt := range tests {
		t.Run(tt.address, func(t *testing.T) {
			r := results(t, post(t, url+"/v1/ranges", `{"addresses":["`+tt.address+`"]}`))[0]
			assert.Equal(t, tt.address, r["address"])
			assert.Equal(t, tt.match, r["match"])
			assert.Equal(t, tt.service, r["service"])
			assert.Equal(t, tt.people, r["people"])
			assert.Equal(t, tt.err, r["error"])
		})
	}
	assert.Equal(t, 200, post(t, url+"/v1/ranges", `{"addresses":[],"at":"2026-08-02"}`).status)
	assert.Equal(t, 200, post(t, url+"/v1/ranges", `{"addresses":[],"at":"2026-08-02T10:00:00Z"}`).status)
}
