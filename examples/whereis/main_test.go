package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func whereis(stdin string, args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = run(context.Background(), args, strings.NewReader(stdin), &out, &errs)
	return status, out.String(), errs.String()
}

func TestNDJSONOfTheFoundingAddress(t *testing.T) {
	for _, q := range []string{"52.112.103.113", "52.112.103[.]113", "52.112.103.113:443", "[::ffff:52.112.103.113]:443", "https://52.112.103.113/x"} {
		status, out, errs := whereis("", "--format", "ndjson", q)
		require.Zero(t, status, errs)
		var got struct {
			Query, People string
			Matches       []map[string]any
		}
		require.NoError(t, json.Unmarshal([]byte(out), &got))
		assert.Equal(t, q, got.Query)
		assert.Equal(t, "none", got.People)
		require.Len(t, got.Matches, 5)
		for _, name := range []string{"layer", "list", "instance", "set", "area", "service", "category", "required", "tag", "region", "system_service", "prefix", "people", "source"} {
			assert.Contains(t, got.Matches[0], name)
		}
		assert.Equal(t, "AzureCloud.centralfrance", got.Matches[0]["tag"])
		assert.EqualValues(t, 11, got.Matches[2]["set"])
	}
}

// TestBestMatch has the same matches as package clickclass judges by.
func TestBestMatch(t *testing.T) {
	for query, want := range map[string]string{
		"52.112.103.113":        "Microsoft Teams; no person's traffic leaves from here",
		"40.94.0.0":             "EOPExternalPublishedIPs; no person's traffic leaves from here",
		"40.64.64.90":           "Microsoft automated clicks in phishing simulations; no person's traffic leaves from here",
		"2a01:111:f403:d91b::5": "Exchange Online; a person can be behind it",
		"151.206.1.1":           "Global Secure Access; people are behind it",
		"40.77.167.1":           "Bingbot; no person's traffic leaves from here",
		"4.251.29.9":            "Security Copilot; no person's traffic leaves from here",
		"45.76.1.1":             "Vultr; a person can be behind it",
		"147.161.156.9":         "Zscaler; a person can be behind it",
		"104.28.28.1":           "iCloud Private Relay; people are behind it",
		"40.64.64.91":           "AzureCloud.westus2; a person can be behind it",
	} {
		status, out, errs := whereis("", query)
		require.Zero(t, status, errs)
		assert.True(t, strings.HasPrefix(out, query+": "+want+" ("), out)
	}
}

func TestAt(t *testing.T) {
	_, then, _ := whereis("", "--at", "2022-11-01", "52.120.1.1")
	assert.Contains(t, then, "set 11 Microsoft Teams")
	assert.Contains(t, then, "not known that far back")
	_, today, _ := whereis("", "52.120.1.1")
	assert.NotContains(t, today, "Teams")
}

func TestStandardInputAndOwnRanges(t *testing.T) {
	file := filepath.Join(t.TempDir(), "own.txt")
	require.NoError(t, os.WriteFile(file, []byte("tool: 192.0.2.9 = sandbox\n"), 0o600))
	status, out, errs := whereis("192.0.2.9\n\n192.0.2.10\r\noutlook.office.com\n", "--ranges", file)
	require.Zero(t, status, errs)
	assert.Contains(t, out, "192.0.2.9: sandbox")
	assert.Contains(t, out, "192.0.2.10: documentation address (TEST-NET-1, RFC 5737); in none of the lists\n")
	assert.Contains(t, out, "outlook.office.com: Exchange Online")
}

func TestExitStatus(t *testing.T) {
	for name, tt := range map[string]struct {
		want int
		args []string
	}{
		"help": {0, []string{"--help"}}, "version": {0, []string{"--version"}}, "no match": {0, []string{"host.example"}},
		"not a host": {1, []string{"not a host!"}}, "a range": {0, []string{"52.112.103.0/24"}}, "one of two": {1, []string{"192.0.2.1", "1.2.3"}}, "half an address": {1, []string{"1.2.3"}},
		"bad date": {2, []string{"--at", "soon", "192.0.2.1"}}, "bad flag": {2, []string{"--nope"}},
		"no such file": {1, []string{"--ranges", "missing.txt", "192.0.2.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, _ := whereis("", tt.args...)
			assert.Equal(t, tt.want, status)
		})
	}
}

// ownRanges writes a file of made-up ranges, so that answers do not change with the
// published lists.
func ownRanges(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "own.txt")
	require.NoError(t, os.WriteFile(file, []byte("egress: 203.0.113.0/25 = head office\nscanner: 203.0.113.192-203.0.113.199 = gateway\ntool: 198.51.100.0/24, 2001:db8:8::/48 = sandbox\n"), 0o600))
	return file
}

func TestTextOfPrefixes(t *testing.T) {
	tests := []struct{ query, want string }{
		{"198.51.100.64/26", `198.51.100.64/26: sandbox; no person's traffic leaves from here (your own ranges); documentation address (TEST-NET-2, RFC 5737)
  own  all  198.51.100.0/24  sandbox  own.txt
`},
		{"203.0.113.0/24", `203.0.113.0/24: head office 50 %, in none of the lists 47 %, gateway 3.1 %; no person's traffic leaves from 3.1 %, people are behind 50 %, a person can be behind 47 %; documentation address (TEST-NET-3, RFC 5737)
  own  50 %   203.0.113.0/25    head office  own.txt
  own  3.1 %  203.0.113.192/29  gateway      own.txt
`},
		{"203.0.113.120-203.0.113.195", `203.0.113.120-203.0.113.195: in none of the lists 84 %, head office 11 %, gateway 5.3 %; no person's traffic leaves from 5.3 %, people are behind 11 %, a person can be behind 84 %; documentation address (TEST-NET-3, RFC 5737)
  own  11 %   203.0.113.120/29  head office  own.txt
  own  5.3 %  203.0.113.192/30  gateway      own.txt
`},
		{"2001:db8:8:8000::/49", `2001:db8:8:8000::/49: sandbox; no person's traffic leaves from here (your own ranges); documentation address (Documentation, RFC 3849)
  own  all  2001:db8:8::/48  sandbox  own.txt
`},
		{"10.0.0.0/7", "10.0.0.0/7: private address (Private-Use, RFC 1918) 50 %; in none of the lists\n"},
		{"192.0.0.0/29", "192.0.0.0/29: protocol assignment (IPv4 Service Continuity Prefix, RFC 7335); in none of the lists\n"},
	}
	args, want := []string{"--ranges", ownRanges(t)}, ""
	for _, tt := range tests {
		args = append(args, tt.query)
		want += tt.want
	}
	status, out, errs := whereis("", args...)
	require.Zero(t, status, errs)
	assert.Equal(t, want, out)
}

func TestNDJSONOfPrefixes(t *testing.T) {
	status, out, errs := whereis("203.0.113.3/24\n198.51.100.64-198.51.100.127\n", "--ranges", ownRanges(t), "--format", "ndjson")
	require.Zero(t, status, errs)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 2)
	assert.JSONEq(t, `{"query":"203.0.113.3/24","line":1,"type":"prefix","value":"203.0.113.0/24","people":"possible","host_pattern":"",
		"people_share":{"yes":0.5,"none":0.03125,"possible":0.46875},
		"special":[{"name":"documentation address","registry":"TEST-NET-3","rfc":"RFC 5737","prefix":"203.0.113.0/24","share":1}],
		"matches":[
			{"layer":"own","list":"own.txt","instance":"","set":null,"area":"","service":"head office","category":"","required":null,"tag":"","region":"","system_service":"",
				"prefix":"203.0.113.0/25","people":"yes","source":"your own ranges","kind":"own_egress","share":0.5,"parts":["203.0.113.0/25"]},
			{"layer":"own","list":"own.txt","instance":"","set":null,"area":"","service":"gateway","category":"","required":null,"tag":"","region":"","system_service":"",
				"prefix":"203.0.113.192/29","people":"none","source":"your own ranges","kind":"own_scanner","share":0.03125,"parts":["203.0.113.192/29"]}]}`, lines[0])
	var second line
	require.NoError(t, json.Unmarshal([]byte(lines[1]), &second))
	assert.Equal(t, "prefix", second.Type)
	assert.Equal(t, "198.51.100.64/26", second.Value)
	assert.Equal(t, "none", second.People)
	assert.EqualValues(t, 1, *second.Matches[0].Share)
}

// TestShareOfAlmostAll asks whether 1 is said only of the whole.
func TestShareOfAlmostAll(t *testing.T) {
	file := filepath.Join(t.TempDir(), "own.txt")
	require.NoError(t, os.WriteFile(file, []byte("tool: 2001:db8::1-2001:db8::ffff:ffff:ffff:ffff\n"), 0o600))
	_, out, _ := whereis("", "--ranges", file, "2001:db8::/64")
	assert.Contains(t, out, "tool > 99.9 %, in none of the lists < 0.1 %; no person's traffic leaves from > 99.9 %, a person can be behind < 0.1 %")
	_, out, _ = whereis("", "--ranges", file, "--format", "ndjson", "2001:db8::/64")
	var l line
	require.NoError(t, json.Unmarshal([]byte(out), &l))
	assert.Less(t, *l.Matches[0].Share, 1.0)
	assert.Equal(t, []string{"2001:db8::1-2001:db8::ffff:ffff:ffff:ffff"}, l.Matches[0].Parts)
	assert.Equal(t, "possible", l.People)
}

func TestRangesOfPublishedLists(t *testing.T) {
	for query, want := range map[string]string{
		"40.92.0.0/16":                "Exchange Online; no person's traffic leaves from here",
		"2a01:111:f400:8000::/52":     "Exchange Online; no person's traffic leaves from here",
		"52.112.0.0-52.112.255.255":   "Microsoft Teams; no person's traffic leaves from here",
		"151.206.0.0/20":              "Global Secure Access; people are behind it",
		"52.108.0.0 - 52.115.255.255": "Microsoft Teams 50 %",
	} {
		status, out, errs := whereis("", query)
		require.Zero(t, status, errs)
		first, _, _ := strings.Cut(out, "\n")
		assert.Contains(t, first, want, query)
	}
}

// TestSpecialAddresses has the names of RFCs and IANA's registries.
func TestSpecialAddresses(t *testing.T) {
	for query, want := range map[string]string{
		"10.1.2.3":                             "private address (Private-Use, RFC 1918)",
		"172.31.255.255":                       "private address (Private-Use, RFC 1918)",
		"172.32.0.1":                           "",
		"192.168.1.1":                          "private address (Private-Use, RFC 1918)",
		"127.0.0.53":                           "loopback address (Loopback, RFC 1122)",
		"169.254.1.1":                          "link-local address (Link Local, RFC 3927)",
		"100.127.255.255":                      "carrier-grade NAT (CGNAT) address (Shared Address Space, RFC 6598)",
		"100.128.0.0":                          "",
		"192.0.2.1":                            "documentation address (TEST-NET-1, RFC 5737)",
		"198.19.0.1":                           "benchmarking address (Benchmarking, RFC 2544)",
		"224.0.0.251":                          "multicast address (Multicast, RFC 5771)",
		"239.255.255.250":                      "multicast address (Multicast, RFC 5771)",
		"240.0.0.1":                            "reserved address (Reserved, RFC 1112)",
		"255.255.255.255":                      "broadcast address (Limited Broadcast, RFC 919)",
		"0.0.0.0":                              "unspecified address (This host on this network, RFC 1122)",
		"0.1.2.3":                              "address of this network (This network, RFC 791)",
		"::1":                                  "loopback address (Loopback Address, RFC 4291)",
		"fe80::1%eth0":                         "link-local address (Link-Local Unicast, RFC 4291)",
		"fd12:3456::1":                         "private address (Unique-Local, RFC 4193)",
		"ff02::1":                              "multicast address (Multicast, RFC 4291)",
		"2001:db8::1":                          "documentation address (Documentation, RFC 3849)",
		"3fff::1":                              "documentation address (Documentation, RFC 9637)",
		"::ffff:10.1.2.3":                      "private address (Private-Use, RFC 1918)",
		"64:ff9b::10.1.2.3":                    "translated IPv4 address (IPv4-IPv6 Translat., RFC 6052) of 10.1.2.3, private address (Private-Use, RFC 1918)",
		"2002:c000:204::1":                     "tunnelled IPv4 address (6to4, RFC 3056) of 192.0.2.4, documentation address (TEST-NET-1, RFC 5737)",
		"2001:0:4136:e378:8000:63bf:3fff:fdd2": "tunnelled IPv4 address (TEREDO, RFC 4380) of 192.0.2.45, documentation address (TEST-NET-1, RFC 5737)",
	} {
		status, out, errs := whereis("", query)
		require.Zero(t, status, errs)
		_, said, _ := strings.Cut(strings.TrimSpace(out), ": ")
		assert.Equal(t, strings.TrimPrefix(want+"; in none of the lists", "; "), said, query)
	}
	_, out, _ := whereis("", "64:ff9b::52.112.103.113")
	assert.Contains(t, out, "64:ff9b::3470:6771: Microsoft Teams; no person's traffic leaves from here")
}

// TestSpecialsAreInOrder asks whether the narrowest block comes first, and blocks are
// written in full.
func TestSpecialsAreInOrder(t *testing.T) {
	for i, s := range specials {
		assert.Equal(t, s.prefix.Masked(), s.prefix)
		for _, later := range specials[i+1:] {
			assert.False(t, later.prefix != s.prefix && later.prefix.Bits() > s.prefix.Bits(), "%s after %s", later.prefix, s.prefix)
			assert.NotEqual(t, s.prefix, later.prefix)
		}
	}
}

func TestForms(t *testing.T) {
	inUTF16 := func(s string) string {
		b := []byte{0xff, 0xfe}
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return string(b)
	}
	const want = "52.112.103.113: Microsoft Teams\n40.94.1.1: EOPExternalPublishedIPs\n"
	tests := []struct{ name, stdin string }{
		{"LF", "52.112.103.113\n40.94.1.1\n"},
		{"no end", "52.112.103.113\n40.94.1.1"},
		{"CR LF", "52.112.103.113\r\n40.94.1.1\r\n"},
		{"CR", "52.112.103.113\r40.94.1.1\r"},
		{"byte order mark", "\ufeff52.112.103.113\n40.94.1.1\n"},
		{"UTF-16", inUTF16("52.112.103.113\r\n40.94.1.1\r\n")},
		{"blank lines and comments", "# gateways\n\n52.112.103.113\n  \n[\n40.94.1.1,\n]\n---\n"},
		{"in one line", "52.112.103.113, 40.94.1.1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, out, errs := whereis(tt.stdin)
			assert.Zero(t, status)
			assert.Empty(t, errs)
			var short strings.Builder
			for l := range strings.Lines(out) {
				if head, _, ok := strings.Cut(l, ";"); ok {
					short.WriteString(head + "\n")
				}
			}
			assert.Equal(t, want, short.String())
		})
	}
}

func TestErrors(t *testing.T) {
	const want = "want an address, a prefix (192.0.2.0/24), a range (192.0.2.1-192.0.2.9), a host or a URL\n"
	long := strings.Repeat("x", 1<<20+1)
	tests := []struct {
		name, stdin string
		args        []string
		errs        string
	}{
		{"an argument", "", []string{"1.2.3"}, `whereis: "1.2.3": an IPv4 address has four numbers, not 3; a block of them is written 192.0.2.0/24` + "\n"},
		{"a file", "", []string{"main_test.go"}, `whereis: "main_test.go": a file; to look up what stands in it, give it on standard input: whereis < FILE` + "\n"},
		{"empty", "", []string{""}, `whereis: "": empty; ` + want},
		{"lines", "x\n192.0.2.1\n\ny\n", nil, `whereis: line 1: "x": ` + want + `whereis: line 4: "y": ` + want},
		{"control characters", "a\x1b]0;title\x07b\u009b31mc\u202e\n", nil, `whereis: line 1: "a\x1b]0;title\ab\u009b31mc\u202e": ` + want},
		{"a mail address", "alex@contoso.example\n", nil, "whereis: line 1: text of 20 bytes: a mail address; " + want},
		{"long text", strings.Repeat("word ", 50), nil, `whereis: line 1: "` + strings.Repeat("word ", 13)[:64] + `"...: ` + want},
		{"a line that is too long", "192.0.2.1\n" + long + "\n192.0.2.1", nil, `whereis: line 2: "` + long[:64] + `": the line is longer than 1 MiB` + "\n"},
		{"a flag", "", []string{"--a\x1b[31mb"}, "whereis: unknown flag --a�[31mb; whereis --help lists the flags\n"},
		{"a format", "", []string{"--format", "c\x1b[31m"}, "whereis: --format must be one of \"text\",\"ndjson\" but got \"c\\x1b[31m\"; whereis --help lists the flags\n"},
		{"no such file", "", []string{"--ranges", "a\x1b[31m"}, "whereis: open a�[31m: no such file or directory\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, out, errs := whereis(tt.stdin, tt.args...)
			assert.NotZero(t, status)
			assert.Equal(t, tt.errs, errs)
			assert.Equal(t, strings.Count(tt.stdin, "192.0.2.1"), strings.Count(out, "192.0.2.1:"), "the good ones are answered")
		})
	}
	status, out, errs := whereis("x\x1b\u009b\n192.0.2.1\n", "--format", "ndjson")
	assert.Equal(t, 1, status)
	assert.Empty(t, errs)
	first, _, _ := strings.Cut(out, "\n")
	assert.Equal(t, `{"query":"x\u001b\u009b","line":1,"matches":[],"people":"possible","host_pattern":"","error":"`+strings.TrimSpace(want)+`"}`, first)
}

func TestHelp(t *testing.T) {
	status, out, _ := whereis("", "--help")
	assert.Zero(t, status)
	for _, want := range []string{"Examples:", "whereis 52.112.0.0/13", "whereis < addresses.txt", "--ranges=FILE", "Exit status"} {
		assert.Contains(t, out, want)
	}
}
