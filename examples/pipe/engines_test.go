package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/trial"
)

// sandbox is a click that the address of a Microsoft service made, by the shipped lists.
const sandbox = `{"Timestamp":"2026-03-04T12:00:00Z","Url":"https://news.contoso.example/a","ActionType":"ClickAllowed","AccountUpn":"erin@contoso.example","Workload":"Email","NetworkMessageId":"5f0c2a11-93b4-4e07-1800-08de79e58de1","IPAddress":"104.47.51.38"}`

func TestPython(t *testing.T) {
	python := trial.Python(t)
	command := exec.Command(python, "client.py", trial.Build(t, "pipe"))
	command.Stdin = strings.NewReader(clickOn("dana", "a", 30) + "\n" + sandbox + "\n" + badTime + "\n")
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Len(t, lines, 3, string(out))
	assert.Contains(t, lines[0], "dana@contoso.example unknown ")
	assert.Contains(t, lines[1], "erin@contoso.example automated ")
	assert.Contains(t, lines[2], `row 3: tables: read: line 3: row 1: column "Timestamp"`)
}

// TestRsyslogItself runs the configuration that lies here, in another folder.
func TestRsyslogItself(t *testing.T) {
	daemon := trial.Program(t, "rsyslogd")
	dir := t.TempDir()
	text, err := os.ReadFile("rsyslog.conf")
	require.NoError(t, err)
	config := strings.NewReplacer("/var/spool/rsyslog", dir, "/var/log", dir, "/usr/local/bin/pipe", trial.Build(t, "pipe")).Replace(string(text))
	file := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.WriteFile(file("rsyslog.conf"), []byte(config), 0o600))
	input := clickOn("dana", "a", 30) + "\n" + sandbox + "\nnot a row\n"
	require.NoError(t, os.WriteFile(file("clicks.ndjson"), []byte(input), 0o600))

	out, err := exec.Command(daemon, "-N1", "-f", file("rsyslog.conf")).CombinedOutput()
	require.NoError(t, err, string(out))
	trial.Start(t, func(ctx context.Context) *exec.Cmd {
		return exec.CommandContext(ctx, daemon, "-n", "-f", file("rsyslog.conf"), "-i", file("pid"))
	})

	lines := func(name string, n int) []answer {
		var text []byte
		require.Eventually(t, func() bool {
			text, _ = os.ReadFile(file(name))
			return strings.Count(string(text), "\n") >= n
		}, 30*time.Second, 50*time.Millisecond, "%s has %q", name, text)
		return decode(t, string(text))
	}
	verdicts := lines("verdicts.ndjson", 3)
	assert.Equal(t, []string{"1:verdict", "2:verdict", "3:error"}, gists(verdicts))
	assert.Equal(t, "unknown", verdicts[0].Class)
	assert.Equal(t, "automated", verdicts[1].Class)
	looked := lines("look-at.ndjson", 1)
	require.Len(t, looked, 1, "the condition on the class")
	assert.Equal(t, "dana@contoso.example", looked[0].Account)
}
