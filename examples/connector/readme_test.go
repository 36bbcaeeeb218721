package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	codeBlock   = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")
	readmeAddr  = "127.0.0.1:8700"
	readmeTools = []string{"bash", "curl", "jq"}
)

// TestReadme runs the commands of the README and compares what they print with what it says.
func TestReadme(t *testing.T) {
	for _, tool := range readmeTools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	blocks := codeBlock.FindAllStringSubmatch(string(text), -1)
	p := begin(t)
	dir := t.TempDir()
	ran := 0
	for i, b := range blocks {
		command := b[2]
		if b[1] != "sh" || strings.Contains(command, "go run") {
			continue
		}
		require.Contains(t, command, readmeAddr)
		require.Less(t, i+1, len(blocks))
		require.Equal(t, "json", blocks[i+1][1], command)
		run := exec.Command("bash", "-ec", strings.ReplaceAll(command, readmeAddr, p.addr))
		run.Dir = dir
		out, err := run.CombinedOutput()
		require.NoError(t, err, "%s\n%s", command, out)
		assert.Equal(t, decodeAll(t, blocks[i+1][2]), decodeAll(t, string(out)), command)
		ran++
	}
	assert.Greater(t, ran, 5)
	assert.Equal(t, exitOK, p.end())
}

// decodeAll decodes JSON values that stand one after the other.
func decodeAll(t *testing.T, text string) (values []any) {
	d := json.NewDecoder(strings.NewReader(text))
	for d.More() {
		var v any
		require.NoError(t, d.Decode(&v), text)
		values = append(values, v)
	}
	return values
}
