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
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
func (e *engine) run(t *testing.T, query, dir string, s tenantfiles.Schema, now time.Time) []agree.Answer {
	t.Helper()
	file := filepath.Join(t.TempDir(), "query.kql")
	require.NoError(t, os.WriteFile(file, []byte(query), 0o600))
	c := exec.CommandContext(t.Context(), e.node, filepath.Join("kusto", "run.js"), "--schema", string(s), "--now", now.Format(time.RFC3339), file, dir)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	require.NoError(t, c.Run(), "%.4000s", &stderr)
	answers, err := agree.ReadAnswers(&stdout)
	require.NoError(t, err)
	return answers
}

// query returns the query for a user who has these tables, nil for all, and these ranges, nil
// for the published ones.
func query(t *testing.T, s tenantfiles.Schema, tables []string, ranges *iprange.Set) string {
	t.Helper()
	t.Skip("there is no generator yet")
	return ""
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
