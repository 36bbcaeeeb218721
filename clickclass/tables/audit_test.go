package tables_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// TestAudit reads clicks out of the unified audit log in all its wrappings.
func TestAudit(t *testing.T) {
	record := `{"CreationTime":"2026-09-28T12:00:20","Id":"47bf7844-15bf-4cf2-91a3-15b32ceb89b5","Operation":"TIUrlClickData","RecordType":41,"UserKey":"ThreatIntel",` +
		`"Workload":"ThreatIntelligence","UserId":"ada@contoso.example","AppName":"Mail","AppVersion":"0.0.0000","EventDeepLink":"x",` +
		`"SourceId":"3c7b1317-ac21-4754-5a76-08dee4d61558","TimeOfClick":"2026-09-28T12:00:00","Url":"https://www.example.com/","UserIp":"198.51.100.7"%s}`
	plain := fmt.Sprintf(record, "")
	other := `{"CreationTime":"2026-09-28T12:00:20","Id":"x","Operation":"MailItemsAccessed","RecordType":15,"UserId":"ada@contoso.example"}`
	want := clickclass.Click{Timestamp: noon, Url: "https://www.example.com/", AccountUpn: "ada@contoso.example", Workload: "Email", AppName: "Mail", AppVersion: "0.0.0000",
		NetworkMessageId: "3c7b1317-ac21-4754-5a76-08dee4d61558", SourceId: "3c7b1317-ac21-4754-5a76-08dee4d61558", IPAddress: addr, Feed: clickclass.FeedAudit, File: "f", Row: 1}

	for _, tt := range []struct {
		name, text string
		table      string
		skipped    int
	}{
		{"NDJSON", plain + "\n", "TIUrlClickData", 0},
		{"content blob", "[" + plain + "," + other + "]", "TIUrlClickData", 1},
		{"upper case", strings.NewReplacer(`"Url"`, `"URL"`, `"UserIp"`, `"UserIP"`).Replace(plain), "TIUrlClickData", 0},
		{"Purview export", "RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits\n" +
			`1,2026-09-28T12:00:20Z,41,TIUrlClickData,ThreatIntel,"` + strings.ReplaceAll(plain, `"`, `""`) + "\",\n" +
			`2,2026-09-28T12:00:20Z,15,MailItemsAccessed,x,"` + strings.ReplaceAll(other, `"`, `""`) + "\",\n", "AuditLog", 1},
		{"Search-UnifiedAuditLog | ConvertTo-Json", `[{"RecordType":"ThreatIntelligenceUrl","CreationDate":"\/Date(1790592001512)\/","UserIds":"ThreatIntel","Operations":"TIUrlClickData","AuditData":` + quoted(plain) + "}]", "AuditLog", 0},
		{"CloudAppEvents, object", `{"Timestamp":"2026-09-28T12:00:20Z","ActionType":"TIUrlClickData","IPAddress":"203.0.113.1","AccountObjectId":"x","RawEventData":` + plain + "}\n", "CloudAppEvents", 0},
		{"CloudAppEvents, string", `{"results":[{"Timestamp":"2026-09-28T12:00:20Z","ActionType":"TIUrlClickData","RawEventData":` + quoted(plain) + `},{"ActionType":"FileAccessed","RawEventData":` + quoted(other) + `},{"ActionType":"x","RawEventData":null}]}`, "CloudAppEvents", 2},
		{"CloudAppEvents, CSV", "Timestamp,ActionType,Application,RawEventData\n" + `2026-09-28T12:00:20Z,TIUrlClickData,Office,"` + strings.ReplaceAll(plain, `"`, `""`) + "\"\n", "CloudAppEvents", 0},
		{"CloudAppEvents, stream", `{"category":"AdvancedHunting-CloudAppEvents","properties":{"ActionType":"TIUrlClickData","RawEventData":` + plain + "}}\n", "CloudAppEvents", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, values := readAny(t, tt.text)
			assert.Equal(t, tt.table, r.Report().Table)
			assert.Equal(t, []any{want}, values)
			assert.EqualValues(t, tt.skipped, r.Report().Skipped)
			assert.Empty(t, r.Report().Missing)
		})
	}

	t.Run("actions", func(t *testing.T) {
		for value, want := range map[string]clickclass.Click{
			`0`:                               {},
			`1`:                               {ActionType: clickclass.ClickAllowed},
			`2`:                               {ActionType: clickclass.ClickBlocked},
			`"2"`:                             {ActionType: clickclass.ClickBlocked},
			`3`:                               {ActionType: clickclass.UrlScanInProgress},
			`4`:                               {ActionType: clickclass.ClickedThrough, IsClickedThrough: true},
			`5`:                               {ActionType: clickclass.UrlScanInProgress, IsClickedThrough: true},
			`"None"`:                          {},
			`"Allowed"`:                       {ActionType: clickclass.ClickAllowed},
			`"Blockpage"`:                     {ActionType: clickclass.ClickBlocked},
			`"blockPageOverride"`:             {ActionType: clickclass.ClickedThrough, IsClickedThrough: true},
			`"PendingDetonationPage"`:         {ActionType: clickclass.UrlScanInProgress},
			`"PendingDetonationPageOverride"`: {ActionType: clickclass.UrlScanInProgress, IsClickedThrough: true},
			`"SomethingNew"`:                  {ActionType: "SomethingNew"},
			`9`:                               {ActionType: "9"},
		} {
			for _, key := range []string{"URLClickAction", "UrlClickAction"} {
				_, values := readAny(t, fmt.Sprintf(record, `,"`+key+`":`+value))
				click := values[0].(clickclass.Click)
				assert.Equal(t, want.ActionType, click.ActionType, value)
				assert.Equal(t, want.IsClickedThrough, click.IsClickedThrough, value)
			}
		}
	})
	t.Run("Teams", func(t *testing.T) {
		_, values := readAny(t, strings.Replace(plain, `"Mail"`, `"Teams"`, 1))
		click := values[0].(clickclass.Click)
		assert.Equal(t, "Teams", click.Workload)
		assert.Empty(t, click.NetworkMessageId, "the SourceId is no mail's")
	})
	t.Run("a chat", func(t *testing.T) {
		const id = "/chats/19:x@unq.gbl.spaces/messages/1790596800000"
		_, values := readAny(t, strings.NewReplacer(`"3c7b1317-ac21-4754-5a76-08dee4d61558"`, quoted(id), `"AppName":"Mail",`, "").Replace(plain))
		click := values[0].(clickclass.Click)
		assert.Equal(t, "Teams", click.Workload)
		assert.Equal(t, id, click.SourceId)
		assert.Empty(t, click.NetworkMessageId)
	})
	t.Run("before URLClickAction", func(t *testing.T) {
		for _, tt := range []struct {
			blocked, through string
			want             clickclass.ActionType
		}{
			{"false", "false", clickclass.ClickAllowed},
			{"true", "false", clickclass.ClickBlocked},
			{"true", "true", clickclass.ClickedThrough},
		} {
			_, values := readAny(t, fmt.Sprintf(`{"CreationTime":"2026-09-28T12:00:20","Operation":"TIUrlClickData","RecordType":41,"UserId":"ada@contoso.example",`+
				`"ClientIP":"198.51.100.7","AppName":"Mail","Blocked":%s,"ClickedThrough":%s,"TimeOfClick":"2026-09-28T12:00:00","Url":"https://www.example.com/"}`, tt.blocked, tt.through))
			click := values[0].(clickclass.Click)
			assert.Equal(t, tt.want, click.ActionType)
			assert.Equal(t, tt.through == "true", click.IsClickedThrough)
			assert.Equal(t, addr, click.IPAddress)
			assert.Equal(t, noon, click.Timestamp)
		}
	})
	t.Run("broken within", func(t *testing.T) {
		_, rows, errs := collect(t, "f", `{"RawEventData":`+quoted(plain[:100])+"}\n"+`{"RawEventData":`+quoted(strings.Replace(plain, "198.51.100.7", "x", 1))+"}\n"+`{"RawEventData":`+quoted(plain)+"}\n")
		assert.Len(t, rows, 1)
		require.Len(t, errs, 2)
		assert.Contains(t, errs[0].Error(), `column "RawEventData": unterminated string`)
		assert.Contains(t, errs[1].Error(), `column "UserIp": bad address "x"`)
	})
}

func TestAlerts(t *testing.T) {
	alert := func(data string) string {
		return `{"CreationTime":"2026-09-28T12:22:25","Id":"x","Operation":"AlertEntityGenerated","RecordType":40,"UserKey":"SecurityComplianceAlerts","Workload":"SecurityComplianceCenter",` +
			`"UserId":"SecurityComplianceAlerts","ObjectId":"https://www.example.com/","AlertEntityId":"x","Category":"ThreatManagement","Comments":"New alert","Data":` + quoted(data) +
			`,"EntityType":"MaliciousUrl","Name":"A potentially malicious URL click was detected","Severity":"High","Source":"Office 365 Security & Compliance","Status":"Active"}` + "\n"
	}
	click := `{"etype":"MaliciousUrl","eid":"https://www.example.com/","ts":"2026-09-28T12:00:00.0000000Z","te":"2026-09-28T12:00:00.0000000Z","trc":"ada@contoso.example","ot":"%s","lon":"MaliciousUrlClick"}`
	other := `{"etype":"MailMessage","eid":"x","ts":"2026-09-28T12:00:00Z","lon":"Protection"}`
	r, values := readAny(t, alert(fmt.Sprintf(click, "Allowed"))+alert(fmt.Sprintf(click, "BlockPageOverride"))+alert(other))
	assert.Equal(t, "AlertEntityGenerated", r.Report().Table)
	assert.EqualValues(t, 1, r.Report().Skipped)
	want := clickclass.Click{Timestamp: noon, Url: "https://www.example.com/", AccountUpn: "ada@contoso.example", ActionType: clickclass.ClickAllowed, Feed: clickclass.FeedAlert, File: "f", Row: 1}
	through := want
	through.ActionType, through.IsClickedThrough, through.Row = clickclass.ClickedThrough, true, 2
	assert.Equal(t, []any{want, through}, values)

	_, values = readAny(t, "CreationDate,RecordType,Operation,AuditData\n"+`2026-09-28T12:22:25Z,40,AlertEntityGenerated,"`+
		strings.ReplaceAll(strings.TrimSpace(alert(fmt.Sprintf(click, "Allowed"))), `"`, `""`)+"\"\n")
	assert.Equal(t, []any{want}, values)
}

// TestReports reads the reports that have no address.
func TestReports(t *testing.T) {
	want := clickclass.Click{Timestamp: noon, Url: "https://www.example.com/", AccountUpn: "ada@contoso.example", AppName: "Mail", Workload: "Email",
		ActionType: clickclass.ClickBlocked, Feed: clickclass.FeedReport, File: "f", Row: 1}
	withIDs := want
	withIDs.NetworkMessageId, withIDs.SourceId = "m1", "s1"
	withIP := withIDs
	withIP.IPAddress, withIP.ActionType, withIP.IsClickedThrough = addr, clickclass.ClickedThrough, true
	teams := want
	teams.AppName, teams.Workload = "Teams", "Teams"
	for _, tt := range []struct {
		name, text string
		want       clickclass.Click
	}{
		{"URL protection report", "\"Click time\",User,URL,Action,App,Tags\n\"9/28/2026 12:00:00 PM\",ada@contoso.example,https://www.example.com/,Blocked,Teams,\n", teams},
		{"Get-SafeLinksDetailReport, CSV", "ClickTime,NetworkMessageId,ClientMessageId,SenderAddress,RecipientAddress,Url,UrlDomain,Action,AppName,SourceId,Organization,DetectedBy,UrlType,Flags\n" +
			"9/28/2026 12:00:00 PM,m1,c,bob@example.com,ada@contoso.example,https://www.example.com/,www.example.com,Blocked,Mail,s1,contoso,x,y,1\n", withIDs},
		{"Get-SafeLinksDetailReport, JSON, flags only", `[{"ClickTime":"\/Date(1790596800000)\/","NetworkMessageId":"m1","RecipientAddress":"ada@contoso.example","Url":"https://www.example.com/","AppName":"Mail","SourceId":"s1","Flags":1}]`, withIDs},
		{"Get-UrlTrace", "ClickTime,Workload,AppName,NetworkMessageId,SourceId,ClickId,RecipientAddress,Url,UserIp,UrlBlocked,UrlClicked\n" +
			"2026-09-28T12:00:00Z,Email,Mail,m1,s1,c,ada@contoso.example,https://www.example.com/,198.51.100.7,True,True\n", withIP},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, values := readAny(t, tt.text)
			assert.Equal(t, "SafeLinksReport", r.Report().Table)
			assert.Equal(t, []any{tt.want}, values)
		})
	}
	for value, want := range map[string]clickclass.Click{
		"Allowed":                                     {ActionType: clickclass.ClickAllowed},
		"Allowed by tenant admin":                     {ActionType: clickclass.ClickAllowed},
		"Blocked by tenant admin":                     {ActionType: clickclass.ClickBlockedByTenantPolicy},
		"Blocked and clicked through":                 {ActionType: clickclass.ClickedThrough, IsClickedThrough: true},
		"Blocked by tenant admin and clicked through": {ActionType: clickclass.ClickedThrough, IsClickedThrough: true},
		"Clicked through during scan":                 {ActionType: clickclass.UrlScanInProgress, IsClickedThrough: true},
		"Pending scan":                                {ActionType: clickclass.UrlScanInProgress},
		"ClickedEvenBlocked":                          {ActionType: clickclass.ClickedThrough, IsClickedThrough: true},
	} {
		_, values := readAny(t, "Click time,User,URL,Action,App,Tags\n2026-09-28,a,b,"+value+",Word,\n")
		click := values[0].(clickclass.Click)
		assert.Equal(t, want.ActionType, click.ActionType, value)
		assert.Equal(t, want.IsClickedThrough, click.IsClickedThrough, value)
		assert.Equal(t, "Office", click.Workload)
	}
}
