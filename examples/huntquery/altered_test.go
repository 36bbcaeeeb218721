package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/kql"
)

// TestAltered alters a query by hand, and asks Microsoft's parser what it has against it.
func TestAltered(t *testing.T) {
	const place = `^query\d+\.kql:\d+:\d+: KS\d+: `
	tests := []struct {
		name, old, new string
		refused        bool
	}{
		{"as it is", "", "", false},
		{"a comment", "let end", "// The time.\nlet end", false},
		{"a weight", `"ip.eop","o",5,`, `"ip.eop","o",4.5,`, false},
		{"a threshold", "PAutomated>=0.98", "PAutomated>=0.99", false},
		{"a span", "30d;", "36h;", false},
		{"an end", "let end=now();", "let end=datetime(2026-09-01);", false},

		{"a misspelt column", "tolower(AccountUpn)", "tolower(AccountUpm)", true},
		{"no pipe", "|serialize Row", "serialize Row", true},
		{"an unknown table", "UrlClickEvents\n", "UrlClickEvent\n", true},
		{"a misspelt name", "let clicks=materialize(", "let click=materialize(", true},
		{"a wrong type", "between (start .. end)", "between (start .. 5)", true},
		{"an unbalanced parenthesis", "tolower(AccountUpn)", "tolower(AccountUpn", true},
		{"no end of a text", `"ip.eop","o"`, `"ip.eop,"o"`, true},
		{"no semicolon", "let end=now();", "let end=now()", true},
		{"an unknown function", "replace_regex(", "replace_regexp(", true},
		{"too few arguments", "parse_ipv6_mask(Address,64)", "parse_ipv6_mask()", true},
		{"an unknown operator", "|lookup origins on Address", "|look origins on Address", true},
		{"a weight that is a word", `"o",5,`, `"o",five,`, true},
	}
	e := newEngine(t)
	t.Parallel()
	text, err := kql.Query(kql.Options{Form: kql.Short, Since: 30 * 24 * time.Hour})
	require.NoError(t, err)
	dir := t.TempDir()
	check, err := filepath.Abs(filepath.Join("kusto", "check.js"))
	require.NoError(t, err)
	args, files := []string{check, "--schema", "defender"}, []string(nil)
	for i, tt := range tests {
		altered := text
		if tt.old != "" {
			require.Contains(t, text, tt.old, tt.name)
			altered = strings.Replace(text, tt.old, tt.new, 1)
		}
		name := fmt.Sprintf("query%d.kql", i)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(altered), 0o600))
		files = append(files, name)
	}
	c := exec.CommandContext(t.Context(), e.node, append(args, files...)...)
	c.Dir = dir
	out, err := c.Output()
	require.Error(t, err, "exit status 1")
	assert.Equal(t, 1, c.ProcessState.ExitCode())
	for i, tt := range tests {
		said := ""
		for line := range strings.Lines(string(out)) {
			if strings.HasPrefix(line, files[i]+":") && said == "" {
				said = line
			}
		}
		if tt.refused {
			assert.Regexp(t, place, said, tt.name)
		} else {
			assert.Empty(t, said, tt.name)
		}
	}
}
