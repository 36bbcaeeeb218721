package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/cli"
)

// TestFilesOfOthersStay holds that nothing is replaced that this program did not write.
func TestFilesOfOthersStay(t *testing.T) {
	dir := t.TempDir()
	write := func(name string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte("mine"), 0o644))
		return path
	}
	small := []string{"--tenants", "1", "--max-accounts", "20", "--rounds", "0"}
	for name, tt := range map[string]struct {
		file string
		args []string
	}{
		"a plot":       {write("plots/reliability.svg"), append(small, "--plots", filepath.Join(dir, "plots"))},
		"a model":      {write("labels.csv"), []string{"--labels", filepath.Join(dir, "labels.csv"), "--model", filepath.Join(dir, "labels.csv"), dir}},
		"a folder":     {write("folder/base/tenant1/mine.csv"), append(small, "--write", filepath.Join(dir, "folder"))},
		"labels alone": {write("half/base/tenant1.labels.csv"), append(small, "--write", filepath.Join(dir, "half"))},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, stderr := runWith(t, tt.args...)
			assert.Equal(t, cli.ExitUsage, status)
			assert.NotEmpty(t, stderr)
			data, err := os.ReadFile(tt.file)
			require.NoError(t, err)
			assert.Equal(t, "mine", string(data))
			entries, err := os.ReadDir(filepath.Dir(tt.file))
			require.NoError(t, err)
			if name != "a model" {
				assert.Len(t, entries, 1, "nothing is left")
			}
		})
	}
}

// TestHostileNames holds that no name moves the cursor or changes colours.
func TestHostileNames(t *testing.T) {
	const hostile = "\x1b[31m\u202e"
	dir := t.TempDir()
	small := []string{"--tenants", "1", "--max-accounts", "20", "--rounds", "0"}
	for name, args := range map[string][]string{
		"a folder":     append(small, "--write", filepath.Join(dir, hostile)),
		"a variant":    {"--variant", hostile},
		"no such file": {"--labels", hostile, hostile},
		"a flag":       {"--x" + hostile},
	} {
		t.Run(name, func(t *testing.T) {
			_, stdout, stderr := runWith(t, args...)
			assert.NotEmpty(t, stdout+stderr)
			assert.False(t, strings.ContainsAny(stdout+stderr, "\x1b\u202e"), "%q", stdout+stderr)
		})
	}
}
