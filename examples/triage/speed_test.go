package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/rowgen"
)

// benchRows is so many that the start of the program and the filling of the window do not
// count.
const benchRows = 300_000

// bareClick is a Click without its UnmarshalJSON.
type bareClick clickclass.Click

// BenchmarkNDJSON compares the whole program, rows as NDJSON in and verdicts as NDJSON out,
// with a bare Unmarshal of the same rows in the same run. The metric x-json is the rows a
// second of one worker in units of those of Unmarshal, x-one-worker the rows a second of
// two workers in units of those of one.
func BenchmarkNDJSON(b *testing.B) {
	path := filepath.Join(b.TempDir(), "rows.ndjson")
	var rows []byte
	for i := range benchRows {
		rows = rowgen.Append(rows, i)
	}
	require.NoError(b, os.WriteFile(path, rows, 0o600))

	unmarshal := func() time.Duration {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		began := time.Now()
		for line := range bytes.Lines(rows) {
			var k bareClick
			require.NoError(b, json.Unmarshal(line, &k))
		}
		return time.Since(began)
	}
	triage := func(workers int) time.Duration {
		began := time.Now()
		status := run(context.Background(), []string{"--format", "ndjson", "--no-progress", "--workers", fmt.Sprint(workers), path},
			bytes.NewReader(nil), io.Discard, io.Discard)
		require.Equal(b, exitOK, status)
		return time.Since(began)
	}
	triage(1) // the address lists are loaded once

	var bare, one, two time.Duration
	for b.Loop() {
		bare += unmarshal()
		one += triage(1)
		two += triage(2)
	}
	rate := func(d time.Duration) float64 { return float64(b.N) * benchRows / d.Seconds() }
	b.ReportMetric(rate(one), "rows/s")
	b.ReportMetric(float64(bare)/float64(one), "x-json")
	b.ReportMetric(float64(one)/float64(two), "x-one-worker")
	b.ReportMetric(0, "ns/op")
}
