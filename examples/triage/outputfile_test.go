package main

import (
	"os"
	"path/filepath"
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

	f, err := (&triage{exports: &exports{}}).createOutput("html", path)
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
	assert.Contains(t, got.stderr, "is written twice")
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
