package tenantfiles_test

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/examples/huntquery/internal/tenantfiles"
	"github.com/whoclicked/whoclicked/examples/internal/synth"
)

var noon = time.Date(2026, 10, 1, 12, 0, 0, 1200, time.UTC)

// one is a tenant with a row of every kind.
var one = &tenantfiles.Tenant{
	Name: "one",
	Clicks: []clickclass.Click{{
		Timestamp: noon, Url: "https://a.example/?x=1&y=2", ActionType: clickclass.ClickAllowed, AccountUpn: "ann@contoso.example",
		IPAddress: netip.MustParseAddr("2001:db8::1"), MoreIPs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}, IsClickedThrough: true,
	}},
	Evidence: []evidence.Row{
		evidence.Email{Timestamp: noon, NetworkMessageId: "m", UrlCount: 2},
		evidence.EmailUrl{NetworkMessageId: "m", Url: "https://a.example/"},
		evidence.PostDelivery{Timestamp: noon, NetworkMessageId: "m", ActionType: "Phish ZAP"},
		evidence.SignIn{Timestamp: noon, AccountUpn: "ann@contoso.example", IPAddress: netip.MustParseAddr("192.0.2.1"), Success: true, Interactive: true, Risk: "medium", Country: "FR"},
		evidence.SignIn{Timestamp: noon, AccountUpn: "ann@contoso.example", IPAddress: netip.MustParseAddr("192.0.2.1")},
		evidence.BrowserLaunch{Timestamp: noon, AccountUpn: "ann@contoso.example", DeviceName: "d", RemoteUrl: "https://a.example/", Process: "outlook.exe"},
		evidence.Connection{Timestamp: noon, Account: "ann", DeviceName: "d", RemoteUrl: "a.example", Process: "msedge.exe", ActionType: "ConnectionSuccess"},
		evidence.ChatMessage{Timestamp: noon, TeamsMessageId: "c"},
		evidence.ChatUrl{Timestamp: noon, TeamsMessageId: "c", Url: "https://a.example/"},
		evidence.ChatPostDelivery{Timestamp: noon, TeamsMessageId: "c", ActionType: "Phish ZAP"},
	},
}

func TestTables(t *testing.T) {
	const mail, other = "EmailEvents EmailPostDeliveryEvents EmailUrlInfo", "MessageEvents MessagePostDeliveryEvents MessageUrlInfo"
	tests := []struct {
		schema  tenantfiles.Schema
		files   string
		table   string // a row of which is compared
		wantRow string
	}{
		{
			tenantfiles.Defender, "DeviceEvents DeviceNetworkEvents " + mail + " EntraIdSignInEvents " + other + " UrlClickEvents", "EntraIdSignInEvents",
			`{"Timestamp":"2026-10-01T12:00:00.0000012Z","AccountUpn":"ann@contoso.example","IPAddress":"192.0.2.1","ErrorCode":0,"LogonType":"[\"interactiveUser\"]","RiskLevelAggregated":50,"Country":"FR","Application":""}`,
		},
		{
			tenantfiles.Sentinel, "AADNonInteractiveUserSignInLogs DeviceEvents DeviceNetworkEvents " + mail + " " + other + " SigninLogs UrlClickEvents", "SigninLogs",
			`{"TimeGenerated":"2026-10-01T12:00:00.0000012Z","CreatedDateTime":"2026-10-01T12:00:00.0000012Z","UserPrincipalName":"ann@contoso.example","IPAddress":"192.0.2.1","ResultType":"0","RiskLevelDuringSignIn":"medium","Location":"FR","AppDisplayName":"","IsInteractive":true,"Type":"SigninLogs"}`,
		},
		{
			tenantfiles.ADX, "AADNonInteractiveUserSignInLogs DeviceEvents DeviceNetworkEvents " + mail + " " + other + " SigninLogs UrlClickEvents", "UrlClickEvents",
			`{"Timestamp":"2026-10-01T12:00:00.0000012Z","Url":"https://a.example/?x=1&y=2","ActionType":"ClickAllowed","AccountUpn":"ann@contoso.example","IPAddress":"2001:db8::1, 192.0.2.1","IsClickedThrough":true,"Workload":"","NetworkMessageId":"","ThreatTypes":"","DetectionMethods":"","UrlChain":"","ReportId":"","AppName":"","AppVersion":"","SourceId":""}`,
		},
	}
	for _, tt := range tests {
		t.Run(string(tt.schema), func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, one.Write(dir, tt.schema))
			assert.Equal(t, strings.Fields(tt.files), filesIn(t, dir))
			assert.JSONEq(t, tt.wantRow, firstRow(t, dir, tt.table))
		})
	}
	t.Run("some tables", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, one.Write(dir, tenantfiles.Sentinel, "UrlClickEvents", "SigninLogs"))
		assert.Equal(t, []string{"SigninLogs", "UrlClickEvents"}, filesIn(t, dir))
	})
	t.Run("no rows", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, (&tenantfiles.Tenant{Clicks: one.Clicks}).Write(dir, tenantfiles.Defender))
		assert.Equal(t, []string{"UrlClickEvents"}, filesIn(t, dir))
	})
}

// TestReadBack shows that package tables finds the same rows in the files of every schema.
func TestReadBack(t *testing.T) {
	hard := tenantfiles.Synthetic(synth.New(0, synth.Options{Seed: 3, Variant: synth.Hard, MaxAccounts: 60}))
	base := tenantfiles.Synthetic(synth.New(1, synth.Options{Seed: 3, Variant: synth.HalfAutomated, MaxAccounts: 40}))
	for _, want := range []*tenantfiles.Tenant{one, base, hard} {
		for _, schema := range tenantfiles.Schemas {
			t.Run(want.Name+" "+string(schema), func(t *testing.T) {
				dir := t.TempDir()
				require.NoError(t, want.Write(dir, schema))
				got, err := tenantfiles.Read(dir)
				require.NoError(t, err)
				require.Equal(t, clickTexts(want), clickTexts(got))
				require.Equal(t, evidenceTexts(t, want), evidenceTexts(t, got))
			})
		}
	}
}

func TestReadFolder(t *testing.T) {
	t.Run("CSV", func(t *testing.T) {
		dir := t.TempDir()
		text := "Timestamp,Url,AccountUpn,IsClickedThrough\n2026-10-01T12:00:00Z,https://a.example/,ann@contoso.example,1\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, "UrlClickEvents.csv"), []byte(text), 0o600))
		got, err := tenantfiles.Read(dir)
		require.NoError(t, err)
		require.Len(t, got.Clicks, 1)
		assert.True(t, got.Clicks[0].IsClickedThrough)
	})
	t.Run("a damaged row", func(t *testing.T) {
		dir := t.TempDir()
		text := `{"Timestamp":"soon","Url":"https://a.example/","AccountUpn":"ann@contoso.example"}` + "\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, "UrlClickEvents.ndjson"), []byte(text), 0o600))
		_, err := tenantfiles.Read(dir)
		assert.ErrorContains(t, err, "tenantfiles: read: ")
	})
	t.Run("another table", func(t *testing.T) {
		dir := t.TempDir()
		require.NoError(t, one.Write(dir, tenantfiles.ADX, "SigninLogs"))
		require.NoError(t, os.Rename(filepath.Join(dir, "SigninLogs.ndjson"), filepath.Join(dir, "MessageEvents.ndjson")))
		_, err := tenantfiles.Read(dir)
		assert.ErrorContains(t, err, "MessageEvents.ndjson")
	})
}

func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".ndjson"))
	}
	return names
}

func firstRow(t *testing.T, dir, table string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, table+".ndjson"))
	require.NoError(t, err)
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}

// clickTexts returns the clicks without the names of files.
func clickTexts(t *tenantfiles.Tenant) []clickclass.Click {
	clicks := slices.Clone(t.Clicks)
	for i := range clicks {
		clicks[i].File, clicks[i].Row = "", 0
	}
	return clicks
}

// evidenceTexts returns the rows in an order of their own: files change it. Files hold times in
// steps of 100 ns, and the table of a sign-in is what differs between schemas.
func evidenceTexts(t *testing.T, tenant *tenantfiles.Tenant) []string {
	t.Helper()
	var texts []string
	for _, row := range tenant.Evidence {
		text, err := json.Marshal(row)
		require.NoError(t, err)
		var cells map[string]any
		require.NoError(t, json.Unmarshal(text, &cells))
		delete(cells, "Table")
		at, err := time.Parse(time.RFC3339Nano, cells["Timestamp"].(string))
		require.NoError(t, err)
		cells["Timestamp"] = at.Truncate(100 * time.Nanosecond)
		text, err = json.Marshal(cells)
		require.NoError(t, err)
		texts = append(texts, string(text))
	}
	slices.Sort(texts)
	return texts
}
