package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/cli"
)

func sqlevidence(t *testing.T, stdin string, args ...string) (status int, results []clickclass.Result, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(t.Context(), args, strings.NewReader(stdin), &out, &errs)
	for line := range strings.Lines(out.String()) {
		var r clickclass.Result
		require.NoError(t, json.Unmarshal([]byte(line), &r))
		results = append(results, r)
	}
	return status, results, errs.String()
}

func TestSample(t *testing.T) {
	status, results, stderr := sqlevidence(t, "")
	assert.Zero(t, status, stderr)
	require.Len(t, results, 2)
	assert.Equal(t, clickclass.ClassAutomated, results[0].Verdict.Class)
	assert.Equal(t, clickclass.ClassOwner, results[1].Verdict.Class)
	assert.Equal(t, clickclass.BasisDevice, results[1].Verdict.Basis)
}

func TestFiles(t *testing.T) {
	_, file := newDB(t)
	require.NoError(t, os.Remove(file))
	require.NoError(t, makeSample(t.Context(), file))
	var clicks bytes.Buffer
	_, err := clicks.ReadFrom(sampleClicks())
	require.NoError(t, err)
	export := filepath.Join(t.TempDir(), "clicks.csv")
	require.NoError(t, os.WriteFile(export, clicks.Bytes(), 0o600))

	for name, args := range map[string][]string{"a file": {"--db", file, export}, "standard input": {"--db", file, "-"}} {
		t.Run(name, func(t *testing.T) {
			status, results, stderr := sqlevidence(t, clicks.String(), args...)
			assert.Zero(t, status, stderr)
			require.Len(t, results, 2)
			assert.Equal(t, clickclass.ClassOwner, results[1].Verdict.Class)
		})
	}
	t.Run("no data base", func(t *testing.T) {
		missing := filepath.Join(t.TempDir(), "missing.db")
		status, results, stderr := sqlevidence(t, "", "--db", missing, export)
		assert.Equal(t, statusIncomplete, status)
		assert.Contains(t, stderr, "look up")
		assert.NoFileExists(t, missing)
		require.Len(t, results, 2, "the clicks are judged without it")
		for _, r := range results {
			assert.True(t, r.Verdict.Failed.Has(answered))
		}
	})
}

func TestStatus(t *testing.T) {
	_, file := newDB(t)
	for name, tt := range map[string]struct {
		args []string
		want int
	}{
		"an unknown flag":        {[]string{"--nonsense"}, cli.ExitUsage},
		"a data base, no clicks": {[]string{"--db", file}, cli.ExitUsage},
		"clicks, no data base":   {[]string{"clicks.csv"}, cli.ExitUsage},
		"no such clicks":         {[]string{"--db", file, filepath.Join(t.TempDir(), "none.csv")}, statusIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, stderr := sqlevidence(t, "", tt.args...)
			assert.Equal(t, tt.want, status, stderr)
		})
	}
	t.Run("help", func(t *testing.T) {
		var out bytes.Buffer
		assert.Zero(t, run(t.Context(), []string{"--help"}, strings.NewReader(""), &out, new(bytes.Buffer)))
		assert.Contains(t, out.String(), "--timeout")
	})
	t.Run("interrupted", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		assert.Equal(t, cli.ExitInterrupted, run(ctx, nil, strings.NewReader(""), new(bytes.Buffer), new(bytes.Buffer)))
	})
}
