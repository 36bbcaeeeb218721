package main

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/kql"
	"github.com/whoclicked/whoclicked/examples/huntquery/internal/agree"
	"github.com/whoclicked/whoclicked/examples/huntquery/internal/tenantfiles"
	"github.com/whoclicked/whoclicked/examples/internal/trial"
	"github.com/whoclicked/whoclicked/iprange"
)

// engine runs queries on files.
type engine struct{ node string }

// newEngine skips the test where Node or Microsoft's parser is not installed.
func newEngine(t *testing.T) *engine {
	t.Helper()
	node := trial.Program(t, "node")
	if os.Getenv("KUSTO") == "" {
		t.Skip("KUSTO names no folder with @kusto/language-service-next")
	}
	return &engine{node}
}

// run returns the rows of a query's result. The query takes now for the time at which it runs.
func (e *engine) run(t *testing.T, query string, args []string, dir string, s tenantfiles.Schema, now time.Time) []agree.Answer {
	t.Helper()
	file := filepath.Join(t.TempDir(), "query.kql")
	require.NoError(t, os.WriteFile(file, []byte(query), 0o600))
	args = append([]string{filepath.Join("kusto", "run.js"), "--schema", string(s), "--now", now.Format(time.RFC3339)}, args...)
	c := exec.CommandContext(t.Context(), e.node, append(args, file, dir)...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	require.NoError(t, c.Run(), "%.4000s", &stderr)
	answers, err := agree.ReadAnswers(&stdout)
	require.NoError(t, err)
	return answers
}

// query returns the query for a user who has these tables, nil for all, and these ranges, nil
// for the published ones, and the arguments with which the engine reads the ranges.
func query(t *testing.T, s tenantfiles.Schema, tables []string, ranges *iprange.Set, dir string) (text string, args []string) {
	t.Helper()
	o := kql.Options{Schema: kql.Schema(s), Form: kql.Lists, Since: 30 * 24 * time.Hour, Tables: tables, Ranges: ranges}
	if s == tenantfiles.Defender {
		o.RangesAt = "https://lists.contoso.example/"
	}
	lists := writeRanges(t, ranges)
	for _, family := range []string{"IPv4", "IPv6"} {
		file := filepath.Join(lists, family+".csv")
		switch s {
		case tenantfiles.Defender:
			args = append(args, "--external", o.RangesAt+family+".csv="+file)
		case tenantfiles.Sentinel:
			args = append(args, "--watchlist", "WhoClickedRanges"+family+"="+file)
		case tenantfiles.ADX:
			name := "WhoClickedRanges" + family
			args = append(args, "--table", name+"(Prefix:string,Kind:string,People:string,Layer:string)")
			writeTable(t, file, filepath.Join(dir, name+".ndjson"))
		}
	}
	text, err := kql.Query(o)
	require.NoError(t, err)
	return text, args
}

// published is the folder with the published ranges as CSV.
var (
	published   string
	publishedMu sync.Mutex
)

// writeRanges writes ranges as CSV and returns their folder. The published ones are written
// once.
func writeRanges(t *testing.T, ranges *iprange.Set) (dir string) {
	t.Helper()
	publishedMu.Lock()
	defer publishedMu.Unlock()
	if ranges == nil && published != "" {
		return published
	}
	dir, err := os.MkdirTemp("", "ranges")
	require.NoError(t, err)
	var files [2]*os.File
	for i, name := range []string{"IPv4.csv", "IPv6.csv"} {
		files[i], err = os.Create(filepath.Join(dir, name))
		require.NoError(t, err)
		defer files[i].Close()
	}
	require.NoError(t, kql.WriteRanges(files[0], files[1], ranges))
	if ranges == nil {
		published = dir
	} else {
		t.Cleanup(func() { os.RemoveAll(dir) })
	}
	return dir
}

func TestMain(m *testing.M) {
	code := m.Run()
	os.RemoveAll(published)
	os.Exit(code)
}

// writeTable writes a CSV of ranges as the rows of a table.
func writeTable(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	require.NoError(t, err)
	var out strings.Builder
	for line := range strings.Lines(string(data)) {
		f := strings.Split(strings.TrimSpace(line), ",")
		if f[0] != "Prefix" {
			fmt.Fprintf(&out, `{"Prefix":%q,"Kind":%q,"People":%q,"Layer":%q}`+"\n", f[0], f[1], f[2], f[3])
		}
	}
	require.NoError(t, os.WriteFile(to, []byte(out.String()), 0o600))
}

// ownRanges declares the addresses from which most clicks of a tenant come as its own: a way
// out, a scanner, a tool, an address to ignore and hosted desktops.
func ownRanges(t *testing.T, tenant *tenantfiles.Tenant) *iprange.Set {
	t.Helper()
	counts := map[netip.Addr]int{}
	for i := range tenant.Clicks {
		counts[tenant.Clicks[i].IPAddress]++
	}
	addresses := slices.SortedFunc(maps.Keys(counts), func(a, b netip.Addr) int {
		return cmp.Or(counts[b]-counts[a], a.Compare(b))
	})
	kinds := []string{"egress", "scanner", "tool", "ignore", "cloudpc"}
	require.Greater(t, len(addresses), len(kinds))
	var text strings.Builder
	for i, kind := range kinds {
		fmt.Fprintf(&text, "%s: %s\n", kind, addresses[i])
	}
	own, err := iprange.ReadOwn(strings.NewReader(text.String()), "")
	require.NoError(t, err)
	set, err := iprange.Default().With(own)
	require.NoError(t, err)
	return set
}
