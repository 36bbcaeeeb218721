package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/kql"
)

func huntquery(args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = run(context.Background(), args, strings.NewReader(""), &out, &errs)
	return status, out.String(), errs.String()
}

func TestUsageErrors(t *testing.T) {
	for name, tt := range map[string]struct{ args, want string }{
		"an unknown flag":                   {"--nope", "--nope"},
		"an unknown schema":                 {"--schema splunk", "--schema"},
		"an unknown form":                   {"--form tiny", "--form"},
		"an unknown table":                  {"--tables mail,cloud", "cloud"},
		"no span":                           {"--since soon", "--since: want a span such as 90m, 12h or 30d"},
		"a span that is too long":           {"--since 31d", `--since: "31d" is not between 1m and 30d`},
		"no time":                           {"--since 0", `--since: "0" is not between 1m and 30d`},
		"none beside a table":               {"--tables none,mail", "--tables: none does not go with mail"},
		"the table of clicks":               {"--tables UrlClickEvents", "UrlClickEvents is always read"},
		"a self-test of a form":             {"--self-test --form short", "--self-test prints one query for all"},
		"lists beside an explanation":       {"--explain --schema adx --form lists --lists x", "--lists does not go with it"},
		"own ranges of a hunting query":     {"--as hunting --schema sentinel --ranges x", "give --ranges and --form to --as function"},
		"tables of a workbook":              {"--as workbook --schema sentinel --tables mail", "give --tables to --as function"},
		"no such ranges":                    {"--ranges missing.txt", "missing.txt"},
		"lists without their form":          {"--lists x", "go with --form lists"},
		"an address without its form":       {"--ranges-at https://x.example/r", "go with --form lists"},
		"lists for Defender, no address":    {"--form lists", "say where they will be, such as --ranges-at https://"},
		"lists for Defender, a name":        {"--form lists --ranges-at Ranges", "say where they will be"},
		"a rule for Defender":               {"--as rule", "--as rule is for Microsoft Sentinel: say --schema sentinel"},
		"a rule for Azure Data Explorer":    {"--as rule --schema adx", "say --schema sentinel"},
		"found-later for Defender":          {"--as found-later", "say --schema sentinel"},
		"hunting for Defender":              {"--as hunting", "say --schema sentinel"},
		"a workbook for Defender":           {"--as workbook", "say --schema sentinel"},
		"a rule of the full form":           {"--as rule --schema sentinel --form full", "fewer than 10000 characters"},
		"a rule over another time":          {"--as rule --schema sentinel --since 2d", "--since does not go with --as rule"},
		"found-later over another time":     {"--as found-later --schema sentinel --since 2d", "--since does not go with"},
		"a function of the short form":      {"--as function --form short", "the form short has no priorities and flags"},
		"a hunting query of the short form": {"--as hunting --schema sentinel --form short", "the form short has no priorities and flags"},
	} {
		t.Run(name, func(t *testing.T) {
			status, out, errs := huntquery(strings.Fields(tt.args)...)
			assert.Equal(t, 2, status)
			assert.Empty(t, out)
			assert.Contains(t, errs, tt.want)
			assert.True(t, strings.HasPrefix(errs, "huntquery: "), errs)
		})
	}
}

func TestQuery(t *testing.T) {
	if testing.Short() {
		t.Skip("the ranges are rounded for each query")
	}
	for name, tt := range map[string]struct {
		args string
		want kql.Options
	}{
		"nothing said":        {"", kql.Options{}},
		"a form":              {"--schema sentinel --form short", kql.Options{Schema: kql.Sentinel, Form: kql.Short}},
		"a span of days":      {"--schema adx --form lists --since 30d", kql.Options{Schema: kql.ADX, Form: kql.Lists, Since: 30 * 24 * time.Hour}},
		"a span of hours":     {"--schema adx --form lists --since 12h", kql.Options{Schema: kql.ADX, Form: kql.Lists, Since: 12 * time.Hour}},
		"tables":              {"--schema adx --form lists --tables mail,SigninLogs", kql.Options{Schema: kql.ADX, Form: kql.Lists, Tables: []string{"mail", "SigninLogs"}}},
		"no tables":           {"--schema adx --form lists --tables none", kql.Options{Schema: kql.ADX, Form: kql.Lists, Tables: []string{}}},
		"watchlists":          {"--schema sentinel --form lists --ranges-at Mine", kql.Options{Schema: kql.Sentinel, Form: kql.Lists, RangesAt: "Mine"}},
		"lists at an address": {"--form lists --ranges-at https://x.example/r", kql.Options{Form: kql.Lists, RangesAt: "https://x.example/r"}},
	} {
		t.Run(name, func(t *testing.T) {
			want, err := kql.Query(tt.want)
			require.NoError(t, err)
			status, out, errs := huntquery(strings.Fields(tt.args)...)
			require.Zero(t, status, errs)
			assert.True(t, want == out, "another query")
		})
	}
}

func TestOwnRanges(t *testing.T) {
	if testing.Short() {
		t.Skip("the ranges are rounded for each query")
	}
	file := filepath.Join(t.TempDir(), "own.txt")
	require.NoError(t, os.WriteFile(file, []byte("scanner: 192.0.2.9 = gateway\n"), 0o600))
	for _, as := range []string{"query", "function"} {
		status, out, errs := huntquery("--ranges", file, "--as", as)
		require.Zero(t, status, errs)
		assert.Contains(t, out, "192.0.2.9/32", as)
	}
}

func TestExplain(t *testing.T) {
	for name, args := range map[string][]string{"a query": {"--explain"}, "a rule": {"--explain", "--as", "rule", "--schema", "sentinel"}} {
		t.Run(name, func(t *testing.T) {
			status, out, errs := huntquery(args...)
			require.Zero(t, status, errs)
			assert.Contains(t, out, "Nothing is known of autonomous systems")
			assert.NotContains(t, out, "let ")
		})
	}
}

func TestSelfTestIsPrinted(t *testing.T) {
	status, out, errs := huntquery("--self-test")
	require.Zero(t, status, errs)
	assert.Equal(t, kql.SelfTest(), out)
}

const rangesHeader = "Prefix,Kind,People,Layer\n"

func TestLists(t *testing.T) {
	if testing.Short() {
		t.Skip("the ranges are rounded for each query")
	}
	dir := filepath.Join(t.TempDir(), "new", "lists")
	write := func() (status int, stderr string) {
		status, _, stderr = huntquery("--schema", "sentinel", "--form", "lists", "--lists", dir)
		return status, stderr
	}
	status, errs := write()
	require.Zero(t, status, errs)
	for name, part := range map[string]string{"WhoClickedRangesIPv4.csv": "\n40.92.0.0/", "WhoClickedRangesIPv6.csv": "\n2a01:111:f403:"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(string(text), rangesHeader), name)
		assert.Contains(t, string(text), part, "a range of mail protection in %s", name)
	}
	status, errs = write()
	assert.Zero(t, status, "our own files are replaced: %s", errs)

	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 2)
}

// TestListsOfOthersStay: a file that another program wrote is left as it is, and so is the
// other of the two.
func TestListsOfOthersStay(t *testing.T) {
	if testing.Short() {
		t.Skip("the ranges are rounded for each query")
	}
	for name, foreign := range map[string]string{
		"another header": "Prefix,Kind\n192.0.2.0/24,egress\n", "a header that goes on": "Prefix,Kind,People,Layer,Owner\n",
		"no CSV": "notes\n", "an empty file": "", "a header without a line": "Prefix,Kind,People,Layer",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			first, second := filepath.Join(dir, "WhoClickedRangesIPv4.csv"), filepath.Join(dir, "WhoClickedRangesIPv6.csv")
			require.NoError(t, os.WriteFile(first, []byte(rangesHeader+"192.0.2.0/24,cloud,possible,\n"), 0o600))
			require.NoError(t, os.WriteFile(second, []byte(foreign), 0o600))
			status, out, errs := huntquery("--schema", "adx", "--form", "lists", "--lists", dir)
			assert.Equal(t, 1, status)
			assert.Empty(t, out)
			assert.Contains(t, errs, "WhoClickedRangesIPv6.csv is there already, not written by this program, and is left as it is")
			text, err := os.ReadFile(second)
			require.NoError(t, err)
			assert.Equal(t, foreign, string(text))
			text, err = os.ReadFile(first)
			require.NoError(t, err)
			assert.Len(t, text, len(rangesHeader)+len("192.0.2.0/24,cloud,possible,\n"))
			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			assert.Len(t, entries, 2, "nothing is left behind")
		})
	}
	t.Run("a folder", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, os.Mkdir(filepath.Join(dir, "WhoClickedRangesIPv4.csv"), 0o700))
		status, _, errs := huntquery("--schema", "adx", "--form", "lists", "--lists", dir)
		assert.Equal(t, 1, status)
		assert.Contains(t, errs, "is not a file")
	})
}

func TestParseSpan(t *testing.T) {
	for text, hours := range map[string]float64{"7d": 168, "12h": 12, "90m": 1.5, "1d": 24} {
		d, err := parseSpan(text)
		require.NoError(t, err, text)
		assert.Equal(t, hours, d.Hours(), text)
	}
	for _, text := range []string{"", "d", "-1d", "1w", "7", "1.5d", "99999999d"} {
		_, err := parseSpan(text)
		assert.Error(t, err, text)
	}
}
