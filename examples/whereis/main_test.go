package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func whereis(stdin string, args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = run(args, strings.NewReader(stdin), &out, &errs)
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
	assert.Contains(t, out, "192.0.2.10: in none of the lists\n")
	assert.Contains(t, out, "outlook.office.com: Exchange Online")
}

func TestExitStatus(t *testing.T) {
	for name, tt := range map[string]struct {
		want int
		args []string
	}{
		"help": {0, []string{"--help"}}, "version": {0, []string{"--version"}}, "no match": {0, []string{"host.example"}},
		"not a host": {1, []string{"not a host!"}}, "a range": {1, []string{"52.112.103.0/24"}}, "half an address": {1, []string{"1.2.3"}},
		"bad date": {2, []string{"--at", "soon", "192.0.2.1"}}, "bad flag": {2, []string{"--nope"}},
		"no such file": {1, []string{"--ranges", "missing.txt", "192.0.2.1"}},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, _ := whereis("", tt.args...)
			assert.Equal(t, tt.want, status)
		})
	}
}
