package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestReadme holds that the picture in README.md is how the sample's answer begins, up to its
// second finding. With -update it is written anew.
func TestReadme(t *testing.T) {
	const command = "$ go run ./examples/triage\n"
	path := filepath.Join("..", "..", "README.md")
	readme, err := os.ReadFile(path)
	require.NoError(t, err)
	answer := runTriage(t, "").stdout
	third := strings.Index(answer, "\nLess certain:")
	require.Positive(t, third)
	_, answer, _ = strings.Cut(answer[:third], "\n\n") // without what says that it is the sample

	before, after, ok := strings.Cut(string(readme), command)
	require.True(t, ok)
	_, after, ok = strings.Cut(after, "```")
	require.True(t, ok)
	want := before + command + "\n" + answer + "```" + after
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
		return
	}
	assert.Equal(t, want, string(readme))
}
