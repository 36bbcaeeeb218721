package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/calibrate"
	"github.com/whoclicked/whoclicked/examples/internal/cli"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
)

func runWith(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(context.Background(), args, strings.NewReader(""), &out, &errs)
	return status, out.String(), errs.String()
}

func TestRobustnessText(t *testing.T) {
	args := []string{"--tenants", "2", "--max-accounts", "120", "--rounds", "20", "--variant", "base,many_attackers"}
	status, out, errs := runWith(t, args...)
	require.Equal(t, cli.ExitOK, status, errs)
	for _, want := range []string{"Robustness, not accuracy", "No public labelled data exist", "--labels FILE", "Generator base",
		"Generator many_attackers", "Worst tenant", "By mechanism", "one group of rules left out", "signin", "What the classes hold"} {
		assert.Contains(t, out, want)
	}
	_, again, _ := runWith(t, args...)
	assert.Equal(t, out, again, "the same seed gives the same report")
	_, other, _ := runWith(t, append(args, "--seed", "2")...)
	assert.NotEqual(t, out, other)
}

func TestRobustnessNDJSON(t *testing.T) {
	status, out, errs := runWith(t, "--format", "ndjson", "--tenants", "2", "--max-accounts", "120", "--rounds", "20", "--variant", "no_automation")
	require.Equal(t, cli.ExitOK, status, errs)
	found := map[string]int{}
	for line := range strings.Lines(out) {
		var row map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &row), line)
		found[row["table"].(string)]++
		if row["table"] == "basis" {
			assert.Equal(t, 0.0, row["base_rate"])
			assert.Contains(t, row["people_automated"], "high")
		}
	}
	assert.Equal(t, 5, found["basis"])
	assert.Equal(t, 1, found["note"])
	assert.Equal(t, 2*3, found["matrix"], "owners, intruders and others, with the rows alone and with all tables")
	assert.Equal(t, 1+len(groups), found["without"])
	assert.NotZero(t, found["mechanism"])
}

func TestPlots(t *testing.T) {
	dir := t.TempDir()
	status, _, errs := runWith(t, "--tenants", "1", "--max-accounts", "120", "--rounds", "0", "--plots", dir)
	require.Equal(t, cli.ExitOK, status, errs)
	for _, name := range []string{"risk-coverage", "reliability"} {
		svg, err := os.ReadFile(filepath.Join(dir, "base", name+".svg"))
		require.NoError(t, err)
		assert.Contains(t, string(svg), "robustness on made-up tenants, not accuracy")
		png, err := os.ReadFile(filepath.Join(dir, "base", name+".png"))
		require.NoError(t, err)
		assert.True(t, bytes.HasPrefix(png, []byte("\x89PNG")))
	}
}

func TestUsage(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"unknown variant", []string{"--variant", "nice"}, `unknown variant "nice"`},
		{"files without labels", []string{"clicks.csv"}, "files need --labels FILE"},
		{"labels without files", []string{"--labels", "x.csv"}, "need files of clicks"},
		{"no tenants", []string{"--tenants", "0"}, "--tenants must be"},
		{"write and files", []string{"--labels", "x", "--write", "d", "f"}, "--write takes neither"},
		{"base rate", []string{"--labels", "x", "--base-rate", "2", "f"}, "--base-rate must be"},
		{"no such file", []string{"--labels", "no-such-file.csv", "f"}, "no such file"},
		{"unknown flag", []string{"--nope"}, "unknown flag"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, out, errs := runWith(t, tt.args...)
			assert.Equal(t, cli.ExitUsage, status)
			assert.Empty(t, out)
			assert.Contains(t, errs, tt.want)
		})
	}
	status, out, _ := runWith(t, "--help")
	assert.Equal(t, cli.ExitOK, status)
	assert.Contains(t, out, "residential_scanners")
}

// writeLabelled writes a made-up tenant's clicks and labels as files.
func writeLabelled(t *testing.T) (clicks, labels string) {
	t.Helper()
	var rows, truths strings.Builder
	rows.WriteString("Timestamp,Url,ActionType,AccountUpn,Workload,NetworkMessageId,IPAddress,IsClickedThrough,ReportId\n")
	truths.WriteString("report_id,label,source\n")
	for n := range 6 {
		for _, r := range synth.New(n, synth.Options{Seed: 5, Variant: synth.HalfAutomated, MaxAccounts: 150}).Rows {
			k := r.Click
			if r.Truth.Repeat {
				continue
			}
			fmt.Fprintf(&rows, "%s,%s,%s,%s,%s,%s,%s,%t,%s\n", k.Timestamp.Format("2006-01-02T15:04:05.0000000Z"), k.Url, k.ActionType,
				k.AccountUpn, k.Workload, k.NetworkMessageId, k.IPAddress, k.IsClickedThrough, k.ReportId)
			if k.ReportId == "" {
				continue
			}
			label, source := "owner", "analyst"
			if r.Truth.Kind.Automated() {
				label, source = "machine", "canary"
			}
			fmt.Fprintf(&truths, "%s,%s,%s\n", k.ReportId, label, source)
		}
	}
	dir := t.TempDir()
	clicks, labels = filepath.Join(dir, "clicks.csv"), filepath.Join(dir, "labels.csv")
	require.NoError(t, os.WriteFile(clicks, []byte(rows.String()), 0o600))
	require.NoError(t, os.WriteFile(labels, []byte(truths.String()), 0o600))
	return clicks, labels
}

func TestLabelled(t *testing.T) {
	clicks, labels := writeLabelled(t)
	model := filepath.Join(t.TempDir(), "model.json")
	status, out, errs := runWith(t, "--labels", labels, "--model", model, "--rounds", "20", "--plots", filepath.Dir(model), clicks)
	require.NotEqual(t, cli.ExitUsage, status, errs)
	for _, want := range []string{"Measured on your labels", "Fitted to the labels", "isotonic"} {
		assert.Contains(t, out, want)
	}
	assert.NotContains(t, out, "Robustness")
	data, err := os.ReadFile(model)
	require.NoError(t, err)
	var m calibrate.Model
	require.NoError(t, json.Unmarshal(data, &m))
	svg, err := os.ReadFile(filepath.Join(filepath.Dir(model), "reliability.svg"))
	require.NoError(t, err)
	assert.NotContains(t, string(svg), "made-up")

	status, out, errs = runWith(t, "--labels", labels, "--format", "ndjson", "--rounds", "0", clicks)
	require.NotEqual(t, cli.ExitUsage, status, errs)
	assert.Contains(t, out, `"table":"basis"`)
}

// TestWrite writes tenants and measures them again by their labels.
func TestWrite(t *testing.T) {
	dir := t.TempDir()
	args := []string{"--write", dir, "--tenants", "3", "--max-accounts", "120", "--variant", "base,half_automated"}
	status, out, errs := runWith(t, args...)
	require.Equal(t, cli.ExitOK, status, errs)
	assert.Equal(t, 6, strings.Count(out, "\n"))
	assert.Contains(t, out, filepath.Join(dir, "half_automated", "tenant3")+": ")
	for _, name := range []string{"UrlClickEvents.ndjson", "EmailEvents.ndjson", "EmailUrlInfo.ndjson"} {
		assert.FileExists(t, filepath.Join(dir, "base", "tenant2", name))
	}

	status, _, errs = runWith(t, args...)
	assert.Equal(t, cli.ExitUsage, status, "nothing is written over")
	assert.Contains(t, errs, "exists")

	t.Chdir(filepath.Join(dir, "half_automated"))
	status, out, errs = runWith(t, "--labels", "tenant1.labels.csv", "--rounds", "0", "tenant1")
	require.Equal(t, cli.ExitOK, status, errs)
	assert.Contains(t, out, "device")
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out, errs bytes.Buffer
	assert.Equal(t, cli.ExitInterrupted, run(ctx, []string{"--tenants", "1"}, strings.NewReader(""), &out, &errs))
	assert.Equal(t, "evaluate: interrupted\n", errs.String())
}

func TestLabelledBrokenRows(t *testing.T) {
	clicks, _ := writeLabelled(t)
	labels := filepath.Join(t.TempDir(), "labels.csv")
	require.NoError(t, os.WriteFile(labels, []byte("report_id,label\nx,perhaps\nno-such-click,owner\n"), 0o600))
	status, _, errs := runWith(t, "--labels", labels, clicks)
	assert.Equal(t, cli.ExitUsage, status)
	assert.Contains(t, errs, "calibrate: read labels: row 1")
	assert.Contains(t, errs, "none of 1 labels names one of")
}

func TestRiskCoverage(t *testing.T) {
	person, service := synth.Truth{Kind: synth.Person}, synth.Truth{Kind: synth.Service}
	list := []outcome{{p: machine(0.01), truth: person}, {p: machine(0.99), truth: service}, {p: machine(0.4), truth: service}, {p: machine(0.6), truth: service}}
	points := riskCoverage(list)
	risk := map[float64]float64{}
	for _, p := range points {
		risk[p.coverage] = p.risk
	}
	assert.Zero(t, risk[0.5], "the surest half is right")
	assert.InDelta(t, 0.25, risk[1], 1e-12, "one of four is wrong")
	assert.Empty(t, riskCoverage(nil))
}
