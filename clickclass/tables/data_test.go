package tables_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// dataFolder holds real rows, which are not part of the repository.
const dataFolder = "../../../shared/data/urlclickevents"

// TestRealFiles reads every real export at hand: each row is accounted for,
// none is damaged.
func TestRealFiles(t *testing.T) {
	if _, err := os.Stat(dataFolder); err != nil {
		t.Skip("no real exports beside the repository")
	}
	for _, tt := range []struct {
		file  string
		table string
		form  string
		rows  int
	}{
		{"excytin/UrlClickEvents.csv", "UrlClickEvents", "CSV", 7},
		{"excytin/EmailEvents_clicked_messages.csv", "EmailEvents", "CSV", 6},
		{"excytin/EmailPostDeliveryEvents_clicked_messages.csv", "EmailPostDeliveryEvents", "CSV", 3},
		{"excytin/EmailUrlInfo_clicked_messages.csv", "EmailUrlInfo", "CSV", 7},
		{"excytin/IdentityLogonEvents_clicking_accounts.csv", "IdentityLogonEvents", "CSV", 51},
		{"excytin/SigninLogs_clicking_accounts.csv", "SigninLogs", "CSV", 15},
		{"excytin/tenant_context/EmailEvents.csv", "EmailEvents", "CSV", 802},
		{"excytin/tenant_context/EmailUrlInfo.csv", "EmailUrlInfo", "CSV", 1242},
		{"o365audit/sekoia_TIUrlClickData.ndjson", "TIUrlClickData", "NDJSON", 1},
		{"o365audit/sekoia_docs_TIUrlClickData.ndjson", "TIUrlClickData", "NDJSON", 1},
		{"o365audit/sekoia_AlertEntityGenerated_malicious_url_click.ndjson", "AlertEntityGenerated", "NDJSON", 1},
		{"streaming/sekoia_UrlClickEvents.ndjson", "UrlClickEvents", "Streaming API", 1},
		{"streaming/graph2otel_UrlClickEvents.sanitised.ndjson", "UrlClickEvents", "Streaming API", 1},
		{"streaming/context/graph2otel_EmailEvents.sanitised.ndjson", "EmailEvents", "Streaming API", 1},
		{"streaming/context/graph2otel_EmailPostDeliveryEvents.sanitised.ndjson", "EmailPostDeliveryEvents", "Streaming API", 1},
		{"streaming/context/graph2otel_EmailUrlInfo.sanitised.ndjson", "EmailUrlInfo", "Streaming API", 1},
		{"streaming/context/graph2otel_IdentityLogonEvents.sanitised.ndjson", "IdentityLogonEvents", "Streaming API", 1},
		{"streaming/context/sekoia_DeviceNetworkEvents.ndjson", "DeviceNetworkEvents", "Streaming API", 2},
		{"streaming/context/sekoia_EmailEvents.ndjson", "EmailEvents", "Streaming API", 2},
		{"streaming/context/sekoia_EmailPostDeliveryEvents.ndjson", "EmailPostDeliveryEvents", "Streaming API", 1},
		{"streaming/context/sekoia_EmailUrlInfo.ndjson", "EmailUrlInfo", "Streaming API", 1},
		{"streaming/context/sekoia_IdentityLogonEvents.ndjson", "IdentityLogonEvents", "Streaming API", 1},
	} {
		t.Run(tt.file, func(t *testing.T) {
			f, err := os.Open(filepath.Join(dataFolder, tt.file))
			require.NoError(t, err)
			defer f.Close()
			r, err := tables.NewReader(tt.file, f, tables.Options{})
			require.NoError(t, err)
			assert.Equal(t, tt.table, r.Report().Table)
			assert.Equal(t, tt.form, r.Report().Form)
			rows := 0
			for row, err := range r.Rows() {
				require.NoError(t, err)
				rows++
				assert.EqualValues(t, rows, row.Row)
				if row.Click != nil {
					assert.False(t, row.Click.Timestamp.IsZero())
					assert.NotEmpty(t, row.Click.Url)
					assert.NotEmpty(t, row.Click.AccountUpn)
					assert.Equal(t, row.Click.Feed != clickclass.FeedAlert, row.Click.IPAddress.IsValid())
				}
			}
			assert.Equal(t, tt.rows, rows)
			assert.Zero(t, r.Report().Skipped)
			assert.Empty(t, r.Report().Warnings)
		})
	}
	for _, name := range []string{
		"streaming/context/sekoia_MessageEvents.ndjson", "streaming/context/sekoia_MessageUrlInfo.ndjson",
		"streaming/context/graph2otel_MessageEvents.sanitised.ndjson", "gophish_simulated/gocheck_simulazione.csv",
	} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(dataFolder, name))
			require.NoError(t, err)
			_, err = tables.NewReader(name, bytes.NewReader(text), tables.Options{})
			require.Error(t, err)
			assert.True(t, errors.Is(err, tables.ErrUnknown))
			assert.True(t, strings.Contains(err.Error(), "Message") || strings.Contains(err.Error(), `"campaign"`), err.Error())
			t.Log(err)
		})
	}
}
