package synth_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/calibrate"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
)

// TestWriteFiles reads tenants back from their files.
func TestWriteFiles(t *testing.T) {
	signInTables := map[string]bool{}
	for n := range 12 {
		tenant := synth.New(n, small(synth.HalfAutomated))
		form := []synth.Form{synth.CSV, synth.NDJSON}[n%2]
		dir := t.TempDir()
		require.NoError(t, tenant.WriteFiles(dir, form))
		assert.ErrorIs(t, tenant.WriteFiles(dir, form), os.ErrExist, "nothing is written over")

		files, err := filepath.Glob(filepath.Join(dir, tenant.Name, "*"))
		require.NoError(t, err)
		var clicks []clickclass.Click
		rows := map[string][]evidence.Row{}
		for _, name := range files {
			f, err := os.Open(name)
			require.NoError(t, err)
			r, err := tables.NewReader(tenant.Name, f, tables.Options{})
			require.NoError(t, err)
			for row, err := range r.Rows() {
				require.NoError(t, err, name)
				switch e := row.Evidence.(type) {
				case nil:
					require.NotNil(t, row.Click)
					clicks = append(clicks, *row.Click)
				case evidence.SignIn:
					signInTables[e.Table] = true
					e.Table = ""
					rows["sign-ins"] = append(rows["sign-ins"], e)
				default:
					rows[r.Report().Table] = append(rows[r.Report().Table], e)
				}
			}
			require.NoError(t, f.Close())
		}
		require.Len(t, clicks, len(tenant.Rows))
		for i := range clicks {
			require.Equal(t, tenant.Rows[i].Click, clicks[i])
		}
		assert.Equal(t, asRows(tenant.Emails), rows["EmailEvents"])
		assert.Equal(t, asRows(tenant.EmailURLs), rows["EmailUrlInfo"])
		assert.Equal(t, asRows(tenant.PostDeliveries), rows["EmailPostDeliveryEvents"])
		assert.Equal(t, asRows(tenant.Launches), rows["DeviceEvents"])
		assert.Equal(t, asRows(tenant.Connections), rows["DeviceNetworkEvents"])
		signIns := asRows(tenant.SignIns)
		for i, row := range signIns {
			s := row.(evidence.SignIn)
			s.Table = ""
			signIns[i] = s
		}
		// Two tables change the order.
		slices.SortFunc(signIns, compareTexts)
		slices.SortFunc(rows["sign-ins"], compareTexts)
		assert.Equal(t, signIns, rows["sign-ins"])

		checkLabels(t, dir, tenant, form)
	}
	assert.Equal(t, map[string]bool{"SigninLogs": true, "AADNonInteractiveUserSignInLogs": true, "EntraIdSignInEvents": true}, signInTables)
	assert.EqualError(t, synth.New(0, small(synth.Base)).WriteFiles(t.TempDir(), "xlsx"), `synth: write files: unknown form "xlsx"`)
}

func asRows[R evidence.Row](list []R) (rows []evidence.Row) {
	for _, r := range list {
		rows = append(rows, r)
	}
	return rows
}

func compareTexts(a, b evidence.Row) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }

func checkLabels(t *testing.T, dir string, tenant *synth.Tenant, form synth.Form) {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, tenant.Name+".labels.csv"))
	require.NoError(t, err)
	defer f.Close()
	labels, err := calibrate.ReadLabels(f)
	require.NoError(t, err)
	for i, row := range tenant.Rows {
		label, ok := labels.Find(&clickclass.Click{File: tenant.Name + "/UrlClickEvents." + string(form), Row: int64(i + 1)})
		require.True(t, ok)
		require.Equal(t, calibrate.Who(row.Truth.Kind.Who()), label.Who)
	}
}
