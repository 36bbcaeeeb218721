package tables_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// TestNoRows gives inputs without rows, which are no errors.
func TestNoRows(t *testing.T) {
	for _, tt := range []struct{ name, text, table, form string }{
		{"empty", "", "", ""},
		{"only a mark", "\xef\xbb\xbf", "", ""},
		{"only blank lines", "\r\n\r\n  \n", "", ""},
		{"many blank lines", strings.Repeat("\n", 3<<20), "", ""},
		{"JSON null", "null", "", ""},
		{"empty array", "[]", "", "JSON array"},
		{"empty answer", `{"results":[]}`, "", "hunting API"},
		{"empty answer with a schema", `{"schema":[{"name":"Timestamp"},{"name":"Url"},{"name":"ActionType"}],"results":[]}`, "UrlClickEvents", "hunting API"},
		{"header", header, "UrlClickEvents", "CSV"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, rows, errs := collect(t, "f", tt.text)
			assert.Empty(t, rows)
			assert.Empty(t, errs)
			report := r.Report()
			assert.Equal(t, tt.table, report.Table)
			assert.Equal(t, tt.form, report.Form)
			assert.Zero(t, report.Rows)
			assert.Empty(t, report.Warnings)

			_, err := tables.NewReader("f", iotest.OneByteReader(strings.NewReader(tt.text[:min(len(tt.text), 1000)])), tables.Options{})
			assert.NoError(t, err)
		})
	}
}

// TestDoubt reads projections whose columns fit several tables.
func TestDoubt(t *testing.T) {
	for _, tt := range []struct {
		name, columns, cells, table, warning string
	}{
		{"clicks or links of mails", "Timestamp,Url,NetworkMessageId", "2026-09-28,u,m", "EmailUrlInfo", "rows were read as EmailUrlInfo, but their columns fit UrlClickEvents too"},
		{"more of them", "Timestamp,Url,NetworkMessageId,ReportId", "2026-09-28,u,m,r", "EmailUrlInfo", "rows were read as EmailUrlInfo, but their columns fit UrlClickEvents too"},
		{"links of mails", "Timestamp,Url,NetworkMessageId,UrlLocation", "2026-09-28,u,m,Body", "EmailUrlInfo", ""},
		{"clicks", "Timestamp,Url,NetworkMessageId,ActionType", "2026-09-28,u,m,ClickAllowed", "UrlClickEvents", ""},
		{"mails or what was done with them", "Timestamp,NetworkMessageId,RecipientEmailAddress", "2026-09-28,m,a@b.example", "EmailEvents", "rows were read as EmailEvents, but their columns fit EmailPostDeliveryEvents too"},
		{"mails", "Timestamp,NetworkMessageId,RecipientEmailAddress,DeliveryAction", "2026-09-28,m,a@b.example,Delivered", "EmailEvents", ""},
		{"sign-ins of either table", "TimeGenerated,UserPrincipalName,IPAddress,ResultType", "2026-09-28,a@b.example,198.51.100.7,0", "SigninLogs", "rows were read as SigninLogs, but their columns fit AADNonInteractiveUserSignInLogs too"},
		{"sign-ins that say what they are", "TimeGenerated,UserPrincipalName,IPAddress,ResultType,IsInteractive", "2026-09-28,a@b.example,198.51.100.7,0,true", "SigninLogs", ""},
		{"launches or connections", "Timestamp,DeviceId,RemoteUrl,InitiatingProcessFileName,InitiatingProcessAccountName", "2026-09-28,d,u,msedge.exe,ada", "DeviceNetworkEvents", "rows were read as DeviceNetworkEvents, but their columns fit DeviceEvents too"},
		{"launches", "Timestamp,DeviceId,RemoteUrl,ActionType,InitiatingProcessAccountName", "2026-09-28,d,u,BrowserLaunchedToOpenUrl,ada", "DeviceEvents", ""},
		{"sign-ins of Entra", "Timestamp,AccountUpn,IPAddress,ErrorCode", "2026-09-28,a@b.example,198.51.100.7,0", "EntraIdSignInEvents", ""},
		{"named", "Timestamp,Url,NetworkMessageId,Type", "2026-09-28,u,m,UrlClickEvents", "UrlClickEvents", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			names, cells := strings.Split(tt.columns, ","), strings.Split(tt.cells, ",")
			object := ""
			for i, name := range names {
				object += fmt.Sprintf(",%q:%q", name, cells[i])
			}
			object = "{" + object[1:] + "}"
			for form, text := range map[string]string{
				"CSV":         tt.columns + "\n" + tt.cells + "\n" + tt.cells + "\n",
				"NDJSON":      object + "\n" + object + "\n",
				"hunting API": `{"results":[` + object + "," + object + "]}",
			} {
				r, rows, errs := collect(t, "f", text)
				assert.Empty(t, errs)
				assert.Len(t, rows, 2)
				report := r.Report()
				assert.Equal(t, form, report.Form)
				assert.Equal(t, tt.table, report.Table)
				if tt.warning == "" {
					assert.Empty(t, report.Warnings)
				} else {
					assert.Equal(t, []string{tt.warning}, report.Warnings)
				}
			}
		})
	}
}

// TestToldTable says what rows are, where their columns do not.
func TestToldTable(t *testing.T) {
	const links = `{"Timestamp":"2026-09-28T12:00:00Z","Url":"u","NetworkMessageId":"m"}`
	click := clickclass.Click{Timestamp: noon, Url: "u", NetworkMessageId: "m", File: "f", Row: 1}
	for _, tt := range []struct {
		name, told, text string
		want             any
		warning          string
	}{
		{"projection of clicks", "UrlClickEvents", links, click, ""},
		{"projection of clicks, array", "UrlClickEvents", "[" + links + "]", click, ""},
		{"projection of clicks, CSV", "UrlClickEvents", "Timestamp,Url,NetworkMessageId\n2026-09-28T12:00:00Z,u,m\n", click, ""},
		{"the same as the columns say", "EmailUrlInfo", links, evidence.EmailUrl{Timestamp: noon, Url: "u", NetworkMessageId: "m"}, ""},
		{"another spelling", "AdvancedHunting-urlclickevents", links, click, ""},
		{"columns that tell nothing", "UrlClickEvents", `{"Url":"u"}`, clickclass.Click{Url: "u", File: "f", Row: 1}, ""},
		{"columns that tell nothing, CSV", "UrlClickEvents", "url\nu\n", clickclass.Click{Url: "u", File: "f", Row: 1}, ""},
		{"sign-ins", "AADNonInteractiveUserSignInLogs", `{"TimeGenerated":"2026-09-28T12:00:00Z","UserPrincipalName":"a","IPAddress":"198.51.100.7","IsInteractive":false,"ResultType":1}`,
			evidence.SignIn{Timestamp: noon, AccountUpn: "a", IPAddress: addr, Table: "AADNonInteractiveUserSignInLogs"}, ""},
		{"launches", "DeviceEvents", `{"Timestamp":"2026-09-28T12:00:00Z","RemoteUrl":"u","DeviceName":"pc","ActionType":"BrowserLaunchedToOpenUrl","AccountUpn":"a"}`,
			evidence.BrowserLaunch{Timestamp: noon, AccountUpn: "a", RemoteUrl: "u", DeviceName: "pc"}, ""},
		{"columns of another table", "UrlClickEvents", `{"NetworkMessageId":"m","DeliveryAction":"Delivered"}`,
			evidence.Email{NetworkMessageId: "m", DeliveryAction: "Delivered", UrlCount: -1}, "rows were read as EmailEvents, by their columns, and not as UrlClickEvents"},
		{"a row that names its table", "UrlClickEvents", `{"Type":"EmailUrlInfo","Url":"u","NetworkMessageId":"m"}`, evidence.EmailUrl{NetworkMessageId: "m", Url: "u"}, ""},
		{"audit records", "TIUrlClickData", `{"CreationTime":"2026-09-28T12:00:00","Url":"u","UserId":"a"}`,
			clickclass.Click{Timestamp: noon, Url: "u", AccountUpn: "a", Feed: clickclass.FeedAudit, File: "f", Row: 1}, ""},
		{"policies", "SafeLinksPolicy", `{"Name":"n","ScanUrls":true}`, clickclass.Policy{Name: "n", ScanURLs: true}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := tables.NewReader("f", strings.NewReader(tt.text), tables.Options{Table: tt.told})
			require.NoError(t, err)
			n := 0
			for row, err := range r.Rows() {
				require.NoError(t, err)
				assert.Equal(t, tt.want, value(row))
				n++
			}
			assert.Equal(t, 1, n)
			if tt.warning == "" {
				assert.Empty(t, r.Report().Warnings)
			} else {
				assert.Equal(t, []string{tt.warning}, r.Report().Warnings)
			}
		})
	}

	t.Run("no column of the table", func(t *testing.T) {
		_, err := tables.NewReader("f", strings.NewReader(`{"a":1}`), tables.Options{Table: "UrlClickEvents"})
		assert.ErrorIs(t, err, tables.ErrUnknown)
	})
	t.Run("no such table", func(t *testing.T) {
		_, err := tables.NewReader("f", strings.NewReader(links), tables.Options{Table: "SecurityEvent"})
		assert.ErrorIs(t, err, tables.ErrUnknown)
		assert.EqualError(t, err, `tables: read: f: not a supported table: "SecurityEvent"`)
	})
}

// TestOmit leaves columns out: they are empty, whatever they hold, and not missing.
func TestOmit(t *testing.T) {
	for form, text := range map[string]string{"NDJSON": rowJSON + "\n", "CSV": header + "\n" + row("not read", "false") + "\n"} {
		r, err := tables.NewReader("clicks", strings.NewReader(text), tables.Options{Omit: []string{"UrlChain", "detectionmethods", "Timestamp", "no such column"}})
		require.NoError(t, err)
		want := theClick
		want.UrlChain, want.DetectionMethods, want.Timestamp = "", "", time.Time{}
		want.File, want.Row = "clicks", 1
		for row, err := range r.Rows() {
			require.NoError(t, err)
			assert.Equal(t, want, *row.Click, form)
		}
		assert.Empty(t, r.Report().Missing)
		assert.EqualValues(t, 1, r.Report().Rows)
	}
}

// TestClicks reads clicks and evidence that stand in one export.
func TestClicks(t *testing.T) {
	mail := `{"category":"AdvancedHunting-EmailEvents","properties":{"Timestamp":"2026-09-28T10:00:00Z","NetworkMessageId":"3c7b1317-ac21-4754-5a76-08dee4d61558","RecipientEmailAddress":"ada@contoso.example","DeliveryAction":"Delivered"}}`
	audit := `{"category":"AdvancedHunting-CloudAppEvents","properties":{"RawEventData":{"RecordType":41,"TimeOfClick":"2026-09-28T10:40:01","Url":"https://www.example.com/offer?id=1,2","UserId":"ada@contoso.example","UserIp":"198.51.100.7","URLClickAction":4}}}`
	damaged := strings.Replace(streamJSON, "198.51.100.7", "x", 1)
	text := strings.Join([]string{mail, streamJSON, damaged, audit}, "\n") + "\n"
	question := clickclass.Question{
		Want:      clickclass.EvidenceMail | clickclass.EvidenceAudit,
		MessageID: "3c7b1317-ac21-4754-5a76-08dee4d61558", Account: "ada@contoso.example", URL: "https://www.example.com/offer?id=1,2",
		Addr: netip.MustParseAddr("198.51.100.7"), At: theClick.Timestamp,
	}
	open := func() *tables.Reader {
		r, err := tables.NewReader("f", strings.NewReader(text), tables.Options{})
		require.NoError(t, err)
		return r
	}

	var store evidence.Store
	for _, s := range []*evidence.Store{&store, nil} {
		var rows []int64
		var feeds []clickclass.Feed
		for k, err := range open().Clicks(s) {
			rows = append(rows, k.Row)
			feeds = append(feeds, k.Feed)
			assert.Equal(t, "f", k.File)
			assert.Equal(t, k.Row == 3, err != nil)
		}
		assert.Equal(t, []int64{2, 3, 4}, rows)
		assert.Equal(t, []clickclass.Feed{clickclass.FeedUrlClickEvents, "", clickclass.FeedAudit}, feeds)
	}
	facts, err := store.Facts(t.Context(), question)
	require.NoError(t, err)
	require.NotNil(t, facts.Mail)
	assert.True(t, facts.Mail.IsRecipient)
	assert.Nil(t, facts.Audit, "a click is no evidence about itself")

	for row, err := range open().Rows() {
		if err == nil && row.Evidence != nil {
			store.Add(row.Evidence)
		}
	}
	facts, err = store.Facts(t.Context(), question)
	require.NoError(t, err)
	require.NotNil(t, facts.Audit, "beside clicks of UrlClickEvents it is")
	assert.True(t, facts.Audit.ClickedThrough)
}

// TestLongFirstRow detects an export by a first row of any length that is allowed.
func TestLongFirstRow(t *testing.T) {
	long := strings.Replace(rowJSON, "https://", "https://"+strings.Repeat("x", maxRow-len(rowJSON)), 1)
	for form, text := range map[string]string{"NDJSON": long + "\n" + rowJSON + "\n", "JSON array": "[" + long + "," + rowJSON + "]"} {
		r, rows, errs := collect(t, "f", text)
		assert.Equal(t, form, r.Report().Form)
		assert.Len(t, rows, 2)
		assert.Empty(t, errs)
	}
}

// TestReportWhileReading reads a Report beside a loop over the rows.
func TestReportWhileReading(t *testing.T) {
	r, err := tables.NewReader("f", bytes.NewReader(madeRows(5000)), tables.Options{Workers: 2})
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for last := int64(0); last < 5000; {
			now := r.Report().Rows
			assert.GreaterOrEqual(t, now, last)
			last = now
		}
	}()
	for range r.Rows() {
	}
	<-done
	assert.Empty(t, r.Report().Missing)
}
