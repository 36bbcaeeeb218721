package synth_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

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
	for n := range 16 {
		variant := synth.HalfAutomated
		if n >= 12 {
			variant = synth.Hard
		}
		tenant := synth.New(n, small(variant))
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
			if !reflect.DeepEqual(tenant.Rows[i].Click, clicks[i]) {
				require.Equal(t, tenant.Rows[i].Click, clicks[i])
			}
		}
		requireRows(t, tenant.Emails, rows["EmailEvents"])
		requireRows(t, tenant.EmailURLs, rows["EmailUrlInfo"])
		requireRows(t, tenant.PostDeliveries, rows["EmailPostDeliveryEvents"])
		requireRows(t, tenant.ChatMessages, rows["MessageEvents"])
		requireRows(t, tenant.ChatURLs, rows["MessageUrlInfo"])
		requireRows(t, tenant.Launches, rows["DeviceEvents"])
		requireRows(t, tenant.Connections, rows["DeviceNetworkEvents"])
		signIns := slices.Clone(tenant.SignIns)
		for i := range signIns {
			signIns[i].Table = ""
			signIns[i].Timestamp = signIns[i].Timestamp.Truncate(100 * time.Nanosecond)
		}
		// Two tables change the order.
		slices.SortFunc(signIns, func(a, b evidence.SignIn) int { return compareTexts(a, b) })
		slices.SortFunc(rows["sign-ins"], compareTexts)
		requireRows(t, signIns, rows["sign-ins"])

		checkLabels(t, dir, tenant, form)
	}
	assert.Equal(t, map[string]bool{"SigninLogs": true, "AADNonInteractiveUserSignInLogs": true, "EntraIdSignInEvents": true}, signInTables)
	assert.EqualError(t, synth.New(0, small(synth.Base)).WriteFiles(t.TempDir(), "xlsx"), `synth: write files: unknown form "xlsx"`)
}

// requireRows compares rows one by one: the difference between lists of thousands takes
// minutes to make and hours to read. Files hold times in steps of 100 ns.
func requireRows[R evidence.Row](t *testing.T, want []R, got []evidence.Row) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		if inSteps(want[i]) != got[i] {
			require.Equal(t, inSteps(want[i]), got[i], "row %d", i+1)
		}
	}
}

func inSteps(row evidence.Row) evidence.Row {
	const step = 100 * time.Nanosecond
	switch e := row.(type) {
	case evidence.Email:
		e.Timestamp = e.Timestamp.Truncate(step)
		return e
	case evidence.EmailUrl:
		e.Timestamp = e.Timestamp.Truncate(step)
		return e
	case evidence.PostDelivery:
		e.Timestamp = e.Timestamp.Truncate(step)
		return e
	case evidence.ChatMessage:
		e.Timestamp = e.Timestamp.Truncate(step)
		return e
	case evidence.ChatUrl:
		e.Timestamp = e.Timestamp.Truncate(step)
		return e
	case evidence.BrowserLaunch:
		e.Timestamp = e.Timestamp.Truncate(step)
		return e
	case evidence.Connection:
		e.Timestamp = e.Timestamp.Truncate(step)
		return e
	}
	return row
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

	truth, err := os.ReadFile(filepath.Join(dir, tenant.Name+".truth.csv"))
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(truth)), "\n")
	require.Len(t, lines, 1+len(tenant.Rows))
	require.Equal(t, "file,row,who,kind,from,actor", lines[0])
	last := tenant.Rows[len(tenant.Rows)-1].Truth
	require.Equal(t, fmt.Sprintf("%s/UrlClickEvents.%s,%d,%s,%s,%s,%d", tenant.Name, form, len(tenant.Rows), last.Kind.Who(), last.Kind, last.From, last.Actor),
		lines[len(lines)-1])
}
