package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/cli"
)

// TestMistakes gives what is no link: one line says what it is and which program helps.
func TestMistakes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "links.txt")
	require.NoError(t, os.WriteFile(file, []byte("https://a.example/\n"), 0o600))
	tests := map[string]struct {
		args  []string
		stdin string
		says  string
	}{
		"an address":       {[]string{"https://a.example/", "52.112.103.113"}, "", "argument 2 is an address, not a link: whereis ADDRESS"},
		"a range":          {[]string{"2001:db8::/32"}, "", "whereis"},
		"a file":           {[]string{file}, "", "unwrap < FILE"},
		"a query":          {[]string{"UrlClickEvents | where Url has \"x\""}, "", "advanced hunting"},
		"an unknown flag":  {[]string{"--x\x1b[2J"}, "", "unknown flag --x\ufffd"},
		"addresses":        {nil, "52.112.103.113\n192.0.2.1\n", "whereis"},
		"a PDF":            {nil, "%PDF-1.7\n", "a PDF document"},
		"mail":             {nil, "From: a@contoso.example\r\nTo: b@contoso.example\r\nSubject: x\r\n\r\nhttps://a.example/\r\n", "unwrap --rewrite"},
		"a page":           {nil, "<html>", "unwrap --rewrite"},
		"an archive":       {nil, "PK\x03\x04", "unpack it first"},
		"clicks as CSV":    {nil, "Timestamp,Url,ActionType,AccountUpn\r\n2026-08-03T09:00:00Z,https://a.example/,ClickAllowed,kim@contoso.example\r\n", "triage FILE"},
		"clicks, European": {nil, "\ufeff\"Timestamp\";\"Url\";\"ActionType\"\r\n", "triage FILE"},
		"clicks as JSON":   {nil, `{"Timestamp":"2026-08-03T09:00:00Z","Url":"https://a.example/","ActionType":"ClickAllowed"}`, "triage FILE"},
		"clicks, an array": {nil, "[\n  {\n    \"Timestamp\": \"2026-08-03T09:00:00Z\",\n    \"AccountUpn\": \"a\"", "triage FILE"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			status := run(t.Context(), tt.args, strings.NewReader(tt.stdin), &stdout, &stderr)
			assert.Equal(t, cli.ExitUsage, status)
			assert.Empty(t, stdout.String())
			assert.Equal(t, 1, strings.Count(stderr.String(), "\n"), stderr.String())
			assert.Contains(t, stderr.String(), tt.says)
			assert.NotContains(t, stderr.String(), "\x1b")
		})
	}
	for name, stdin := range map[string]string{
		"links":                 "https://a.example/\n",
		"a column of an export": "Url\nhttps://a.example/\n",
		"a link that has names": "https://a.example/?Timestamp, ActionType\n",
		"a word":                "Timestamp\n",
		"nothing":               "",
	} {
		t.Run("no mistake: "+name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			assert.Zero(t, run(t.Context(), nil, strings.NewReader(stdin), &stdout, &stderr))
			assert.Equal(t, stdin, stdout.String())
		})
	}
	t.Run("any text is searched", func(t *testing.T) {
		var stdout, stderr bytes.Buffer
		assert.Zero(t, run(t.Context(), []string{"--find"}, strings.NewReader("Timestamp,Url,ActionType\r\n"), &stdout, &stderr))
	})
}
