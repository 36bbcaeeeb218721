package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReportReplacesOnlyReports(t *testing.T) {
	export := "Timestamp,Url,AccountUpn\n2026-08-03T09:14:05Z,https://a.example/,kim@contoso.example\n"
	link := filepath.Join(t.TempDir(), "link.html")
	target := writeFile(t, "target.csv", export)
	require.NoError(t, os.Symlink(target, link))
	folder := t.TempDir()
	tests := map[string]struct {
		path, left string // left is the file that must stay as it is
	}{
		"an input":           {target, target},
		"a link to an input": {link, target},
		"somebody's page":    {writeFile(t, "page.html", "<!DOCTYPE html>\n<html>"), ""},
		"an empty file":      {writeFile(t, "empty.html", ""), ""},
		"a folder":           {folder, ""},
		"a device":           {os.DevNull, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			file := tt.left
			if file == "" {
				file = tt.path
			}
			before, _ := os.ReadFile(file) // a folder has no text
			got := runTriage(t, "", "--html", tt.path, target)
			assert.Equal(t, exitUsage, got.status)
			assert.Empty(t, got.stdout)
			assert.Contains(t, got.stderr, "--html")
			after, _ := os.ReadFile(file)
			assert.Equal(t, before, after)
		})
	}
	assert.Empty(t, names(t, folder))
}

func TestReportIsReplacedWhole(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "report.html")
	require.Equal(t, exitOK, runTriage(t, "", "--html", path).status)
	first, err := os.ReadFile(path)
	require.NoError(t, err)

	f, _, err := (&triage{exports: &exports{}}).createOutput(path, rowFormat{}.isOursIn("html"))
	require.NoError(t, err)
	_, err = f.Write([]byte("half a report"))
	require.NoError(t, err)
	f.Discard()
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.True(t, string(first) == string(kept), "a report that was not finished replaced one that was")

	one := writeFile(t, "one.csv", "Timestamp,Url,AccountUpn,IPAddress\n2026-08-03T09:14:05Z,https://a.example/,kim@contoso.example,192.0.2.1\n")
	require.Equal(t, exitOK, runTriage(t, "", "--html", path, one).status)
	second, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.False(t, string(first) == string(second), "the report was not replaced")
	assert.Equal(t, []string{"report.html"}, names(t, folder))
}

func TestReportIsWrittenOnce(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "report.html")
	got := runTriage(t, "", "--html", path, "--output", "html="+folder+"/./report.html")
	assert.Equal(t, exitUsage, got.status)
	assert.Contains(t, got.stderr, "is named twice")
	assert.Empty(t, names(t, folder))
}

// names returns the names of what a folder holds.
func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// lineForms are the forms of output that --output writes line by line.
var lineForms = []string{"ndjson", "csv", "ecs", "ocsf", "timesketch"}

func TestSeveralOutputs(t *testing.T) {
	folder := t.TempDir()
	clicks := writeFile(t, "clicks.csv", header+teams+outside)
	args := []string{clicks, "--html", filepath.Join(folder, "a.html"), "--output", "text=" + filepath.Join(folder, "a.text"), "--output", "csv=" + filepath.Join(folder, "second, a=b.csv")}
	for _, form := range lineForms {
		args = append(args, "--output", form+"="+filepath.Join(folder, "a."+form))
	}
	got := runTriage(t, "", args...)
	require.Equal(t, exitOK, got.status, got.stderr)
	assert.Equal(t, runTriage(t, "", clicks).stdout, got.stdout, "standard output is what it is without")
	for _, form := range append(lineForms, "text") {
		written, err := os.ReadFile(filepath.Join(folder, "a."+form))
		require.NoError(t, err)
		assert.Equal(t, runTriage(t, "", clicks, "--format", form).stdout, string(written), form)
		assert.Contains(t, got.stderr, form+" written to ")
	}
	assert.Len(t, names(t, folder), 8)
}

func TestOutputsAreFiltered(t *testing.T) {
	path := filepath.Join(t.TempDir(), "owners.ndjson")
	got := runTriage(t, header+teams+outside, "--output", "ndjson="+path, "--site", "b[.]example", "--json", "-")
	written, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, got.stdout, string(written))
	assert.Len(t, lines(t, got.stdout), 1)
}

// TestOutputReplacesItsOwn holds that each form replaces what it wrote itself, whatever came first
// in it, and nothing else.
func TestOutputReplacesItsOwn(t *testing.T) {
	clicks := writeFile(t, "clicks.csv", header+teams+outside)
	forms := append(lineForms, "text")
	contents := map[string]string{"notes": "Notes\n", "somebody's JSON": `{"timestamp":"2026-08-03T09:14:05Z","class":"a"}` + "\n", "somebody's CSV": "file,row\r\na,1\r\n"}
	for _, form := range forms {
		contents[form] = runTriage(t, "", "--format", form).stdout
	}
	for name, content := range contents {
		for _, form := range forms {
			path := writeFile(t, "out", content)
			got := runTriage(t, "", "--output", form+"="+path, clicks)
			after, err := os.ReadFile(path)
			require.NoError(t, err)
			if name == form {
				assert.Equal(t, exitOK, got.status, got.stderr)
				assert.Equal(t, runTriage(t, "", "--format", form, clicks).stdout, string(after))
				continue
			}
			assert.Equal(t, exitUsage, got.status, "%s over %s", form, name)
			assert.Equal(t, content, string(after), "%s over %s", form, name)
			assert.Empty(t, got.stdout)
			assert.Contains(t, got.stderr, "is left as it is")
		}
	}
}

// TestOutputKnowsItsFirstLines holds that a file is known as the program's own by a finding, an
// error and a very long line too, and when nothing was shown.
func TestOutputKnowsItsFirstLines(t *testing.T) {
	damaged := header + strings.Replace(outside, "198.51.100.7", "nowhere", 1) + outside
	long := header + strings.Replace(outside, "/y", "/"+strings.Repeat("y", 2*maxFirst), 1)
	for name, tt := range map[string]struct {
		export string
		args   []string
	}{
		"an error first":  {damaged, nil},
		"a finding first": {header + strings.Replace(outside, "Email,,,", "Email,,Phish,", 1), []string{"--findings"}},
		"a long line":     {long, nil},
		"nothing":         {header + outside, []string{"--class", "owner"}},
	} {
		for _, form := range lineForms {
			path := filepath.Join(t.TempDir(), "out")
			for range 2 {
				got := runTriage(t, tt.export, append(tt.args, "--output", form+"="+path, "-")...)
				assert.NotEqual(t, exitUsage, got.status, "%s, %s: %s", name, form, got.stderr)
			}
		}
	}
	finding := `{"type":"finding","kind":"opened_dangerous","priority":1}`
	assert.True(t, isNDJSON(finding))
}

func TestOutputRefusesInputs(t *testing.T) {
	ours := runTriage(t, "", "--json").stdout
	clicks := writeFile(t, "clicks.csv", header+teams)
	named := writeFile(t, "named.ndjson", ours) // not a table that is read, but named
	ranges := writeFile(t, "ranges.txt", "egress: 192.0.2.0/24\n")
	folder := t.TempDir()
	symlink, hardlink := filepath.Join(folder, "symlink"), filepath.Join(folder, "hardlink")
	require.NoError(t, os.Symlink(clicks, symlink))
	require.NoError(t, os.Link(clicks, hardlink))
	for name, path := range map[string]string{"clicks": clicks, "a symbolic link": symlink, "a hard link": hardlink, "a file that is named": named, "ranges": ranges,
		"by another name": filepath.Dir(clicks) + "/x/../clicks.csv"} {
		args := []string{clicks, named}
		if path == ranges {
			args = append(args, "--ranges", ranges)
		}
		for _, form := range []string{"ndjson", "html"} {
			before, err := os.ReadFile(filepath.Clean(path))
			require.NoError(t, err)
			got := runTriage(t, "", append(args, "--output", form+"="+path)...)
			assert.Equal(t, exitUsage, got.status, name)
			after, err := os.ReadFile(filepath.Clean(path))
			require.NoError(t, err)
			assert.Equal(t, before, after, name)
			assert.Contains(t, got.stderr, "--output", name)
		}
	}
	assert.Len(t, names(t, folder), 2)
}

func TestOutputNamedTwice(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	link := filepath.Join(t.TempDir(), "link")
	own := writeFile(t, "own.ndjson", runTriage(t, "", "--json").stdout)
	require.NoError(t, os.Link(own, link))
	for _, pair := range [][2]string{{path, path}, {path, filepath.Join(filepath.Dir(path), ".", "out")}, {own, link}} {
		got := runTriage(t, "", "--output", "ndjson="+pair[0], "--output", "ndjson="+pair[1])
		assert.Equal(t, exitUsage, got.status)
		assert.Contains(t, got.stderr, "is named twice")
		assert.Empty(t, got.stdout)
	}
	assert.Empty(t, names(t, filepath.Dir(path)))
}

// TestInterruptedOutput holds that an interrupted run leaves a file that was there, and writes what
// it has where there was none.
func TestInterruptedOutput(t *testing.T) {
	for _, form := range []string{"ocsf", "html"} {
		folder := t.TempDir()
		old, fresh := filepath.Join(folder, "old"), filepath.Join(folder, "fresh")
		require.Equal(t, exitOK, runTriage(t, "", "--output", form+"="+old).status)
		before, err := os.ReadFile(old)
		require.NoError(t, err)

		ctx, cancel := context.WithCancel(t.Context())
		reader := &cancelling{r: io.MultiReader(strings.NewReader(header+strings.Repeat(outside, 30_000)), blocked{ctx}), cancel: cancel, after: 2 << 20}
		var stdout, stderr bytes.Buffer
		status := run(ctx, []string{"--output", form + "=" + old, "--output", form + "=" + fresh, "-"}, reader, &stdout, &stderr)
		assert.Equal(t, exitInterrupted, status, form)
		assert.Contains(t, stderr.String(), old+" is left as it was")
		after, err := os.ReadFile(old)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(before, after), form)
		assert.Equal(t, []string{"fresh", "old"}, names(t, folder))
	}
}

// TestFailedOutput holds that a failure leaves nothing behind, and what was there as it was.
func TestFailedOutput(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "out.ndjson")
	clicks := writeFile(t, "clicks.csv", header+teams)
	require.Equal(t, exitOK, runTriage(t, "", "--output", "ndjson="+path, clicks).status)
	require.NoError(t, os.Chmod(path, 0o640))
	before, err := os.ReadFile(path)
	require.NoError(t, err)
	var stderr bytes.Buffer
	assert.Equal(t, exitIncomplete, run(t.Context(), []string{"--json", "--output", "ndjson=" + path}, strings.NewReader(""), brokenPipe{}, &stderr))
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, before, after)
	assert.Equal(t, []string{"out.ndjson"}, names(t, folder))

	require.Equal(t, exitOK, runTriage(t, "", "--output", "ndjson="+path).status)
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm(), "who may read it stays")
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, os.ErrClosed }
