package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cancelWriter cancels when something is written to it.
type cancelWriter struct {
	cancel context.CancelFunc
	n      int
}

func (w *cancelWriter) Write(p []byte) (int, error) {
	w.cancel()
	w.n += len(p)
	return len(p), nil
}

// TestInterruptedFiles holds that an interrupted run writes what is done, leaves no half file, and
// leaves the report of an earlier run alone.
func TestInterruptedFiles(t *testing.T) {
	clicks := writeFile(t, "clicks.csv", header+strings.Repeat(teams, 20_000))
	dir := t.TempDir()
	report, fresh := filepath.Join(dir, "report.html"), filepath.Join(dir, "fresh.csv")
	require.Equal(t, exitOK, runTriage(t, "", "--html", report).status)
	before, err := os.ReadFile(report)
	require.NoError(t, err)

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &cancelWriter{cancel: cancel}
	var stderr bytes.Buffer
	status := run(ctx, []string{"--json", "--html", report, "--output", "csv=" + fresh, clicks}, strings.NewReader(""), out, &stderr)
	assert.Equal(t, exitInterrupted, status, stderr.String())
	assert.Positive(t, out.n)
	assert.Contains(t, stderr.String(), "triage: "+report+" is left as it was\n")
	assert.Contains(t, stderr.String(), "triage: interrupted: the output holds what was done so far\n")
	after, err := os.ReadFile(report)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(before, after))
	assert.Equal(t, []string{"fresh.csv", "report.html"}, names(t, dir))
	written, err := os.ReadFile(fresh)
	require.NoError(t, err)
	assert.Greater(t, bytes.Count(written, []byte("\r\n")), 1)
	assert.True(t, bytes.HasSuffix(written, []byte("\r\n")), "the last row is whole")
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// TestFullDisk holds that one line tells of a disk that is full, and no file is left.
func TestFullDisk(t *testing.T) {
	for _, format := range []string{"text", "ndjson", "csv"} {
		t.Run(format, func(t *testing.T) {
			dir := t.TempDir()
			var stderr bytes.Buffer
			status := run(t.Context(), []string{"--format", format, "--output", "csv=" + filepath.Join(dir, "a.csv")}, strings.NewReader(""), fullDisk{}, &stderr)
			assert.Equal(t, exitIncomplete, status)
			assert.Equal(t, "triage: write: no space left on device\n", stderr.String())
			assert.Empty(t, names(t, dir))
		})
	}
}

// TestHostileNames holds that no name and no argument moves the cursor, changes colours or
// turns the direction of writing.
func TestHostileNames(t *testing.T) {
	const hostile = "\x1b[31m\u202e\u009b\a"
	dir := filepath.Join(t.TempDir(), "d"+hostile)
	require.NoError(t, os.Mkdir(dir, 0o755))
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
		return path
	}
	clicks := write("c"+hostile+".csv", header+teams+"2026-08-03T09:14:05Z,nonsense"+hostile+",\r\n")
	write("p"+hostile+".pdf", "%PDF-1.7\n")
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	member, err := z.Create("m" + hostile + ".csv")
	require.NoError(t, err)
	_, err = io.WriteString(member, header+teams)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	archive := write("z"+hostile+".zip", b.String())

	for name, args := range map[string][]string{
		"a folder":     {dir},
		"an archive":   {archive},
		"no such file": {"no" + hostile},
		"a report":     {"--html", filepath.Join(dir, "r"+hostile+".html"), clicks},
		"no report":    {"--html", filepath.Join(dir, "none"+hostile, "r.html"), clicks},
		"an output":    {"--output", hostile + "=x", clicks},
		"an account":   {"--account", hostile, clicks},
		"a class":      {"--class", hostile, clicks},
		"an address":   {"--ip", hostile, clicks},
		"a time":       {"--from", hostile, clicks},
		"a word":       {"--fail-on", hostile, clicks},
		"ranges":       {"--ranges", hostile, clicks},
		"networks":     {"--asn", hostile, clicks},
		"labels":       {"--labels", hostile, clicks},
		"a number":     {"--prior", hostile},
		"a flag":       {"--x" + hostile},
	} {
		t.Run(name, func(t *testing.T) {
			got := runTriage(t, "", args...)
			for _, text := range []string{got.stdout, got.stderr} {
				assert.False(t, strings.ContainsAny(text, "\x1b\u202e\u009b\a"), "%q", text)
			}
		})
	}
}

// TestManyLeftOut holds that a folder of other things is told in few lines.
func TestManyLeftOut(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "clicks.csv"), []byte(header+teams), 0o600))
	for n := range 1000 {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("n%d.txt", n)), []byte(fmt.Sprint("note ", n)), 0o600))
	}
	got := runTriage(t, "", dir)
	assert.Equal(t, exitOK, got.status)
	assert.Equal(t, maxToldRows+1, strings.Count(got.stderr, "\n"))
	assert.Contains(t, got.stderr, "triage: left out: 980 more files\n")
	assert.Contains(t, got.stdout, "\nNot read  1,000 files: ")
	assert.Contains(t, strings.Join(strings.Fields(got.stdout), " "), "and 997 more files")
}
