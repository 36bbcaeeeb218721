package clickclass_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

func TestRulesTable(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range clickclass.Rules() {
		t.Run(r.ID, func(t *testing.T) {
			assert.False(t, seen[r.ID], "given twice")
			seen[r.ID] = true
			for _, w := range []clickclass.Weight{r.Machine, r.Other} {
				assert.LessOrEqual(t, w.Min, w.Value)
				assert.GreaterOrEqual(t, w.Max, w.Value)
			}
			assert.Contains(t, []string{"none", "low", "medium", "high"}, r.Confidence)
			assert.Contains(t, []string{"", "person", "owner", "decisive"}, r.Shows)
			assert.Contains(t, []string{"origin", "timing", "burst", "place", "action", "client", "signin", "device", "calendar"}, r.Group)
			assert.NotEmpty(t, r.Text)
			assert.NotEmpty(t, r.Source)
			assert.NotContains(t, r.Text+r.Source, "|", "would break the Markdown table")
		})
	}
	assert.Greater(t, len(seen), 40)
}

// TestRulesCopy holds that a caller cannot change the table.
func TestRulesCopy(t *testing.T) {
	clickclass.Rules()[0].Machine.Value = 99
	assert.NotEqual(t, 99.0, clickclass.Rules()[0].Machine.Value)
}

func TestRulesDocument(t *testing.T) {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command")
	}
	file := filepath.Join(t.TempDir(), "RULES.md")
	run := exec.Command(goCommand, "run", "-buildvcs=false", "gen_rules.go", file)
	// The generator runs here, whatever the tests are built for.
	run.Env = append(os.Environ(), "GOOS=", "GOARCH=")
	out, err := run.CombinedOutput()
	require.NoError(t, err, "%s", out)
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	got, err := os.ReadFile("RULES.md")
	require.NoError(t, err)
	assert.Equal(t, string(want), strings.ReplaceAll(string(got), "\r\n", "\n"), "run go generate ./clickclass")
}
