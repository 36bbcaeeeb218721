package tables_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

var (
	noon = time.Date(2026, 9, 28, 12, 0, 0, 0, time.UTC)
	addr = netip.MustParseAddr("198.51.100.7")
)

// value returns what a Row points to.
func value(r tables.Row) any {
	switch {
	case r.Click != nil:
		return *r.Click
	case r.Evidence != nil:
		return r.Evidence
	case r.Policy != nil:
		return *r.Policy
	}
	return nil
}

// readAny reads a text and returns the values of its rows.
func readAny(t *testing.T, text string) (r *tables.Reader, values []any) {
	t.Helper()
	r, err := tables.NewReader("f", strings.NewReader(text), tables.Options{})
	require.NoError(t, err)
	for row, err := range r.Rows() {
		require.NoError(t, err)
		values = append(values, value(row))
	}
	return r, values
}

// TestEvidence reads one row of every table as JSON, as CSV and out of a stream
// that mixes tables.
func TestEvidence(t *testing.T) {
	for _, tt := range []struct {
		table string
		names []string // what Type may say beside the table's own name
		cells string   // name=value, one a line
		want  any
	}{
		{"EmailEvents", nil,
			"Timestamp=2026-09-28T12:00:00Z\nNetworkMessageId=m1\nRecipientEmailAddress=ada@contoso.example\nSenderFromAddress=bob@example.com\n" +
				"DeliveryAction=Delivered\nDeliveryLocation=Inbox/folder\nUrlCount=3\nEmailDirection=Inbound\nThreatTypes=Phish, Spam\nInternetMessageId=<x>\nSubject=Hello",
			evidence.Email{Timestamp: noon, NetworkMessageId: "m1", RecipientEmailAddress: "ada@contoso.example", SenderFromAddress: "bob@example.com", Subject: "Hello",
				DeliveryAction: "Delivered", DeliveryLocation: "Inbox/folder", UrlCount: 3, EmailDirection: "Inbound", ThreatTypes: "Phish, Spam"}},
		{"EmailEvents", nil,
			"TimeGenerated=2026-09-28T12:00:00Z\nNetworkMessageId=m1\nRecipientEmailAddress=ada@contoso.example\nDeliveryAction=Blocked",
			evidence.Email{Timestamp: noon, NetworkMessageId: "m1", RecipientEmailAddress: "ada@contoso.example", DeliveryAction: "Blocked", UrlCount: -1}},
		{"EmailUrlInfo", nil,
			"Timestamp=2026-09-28T12:00:00Z\nNetworkMessageId=m1\nUrl=https://www.example.com/\nUrlDomain=www.example.com\nUrlLocation=Body\nReportId=r\nUrlChainPosition=0",
			evidence.EmailUrl{Timestamp: noon, NetworkMessageId: "m1", Url: "https://www.example.com/", UrlLocation: "Body"}},
		{"EmailPostDeliveryEvents", nil,
			"Timestamp=2026-09-28T12:00:00Z\nNetworkMessageId=m1\nRecipientEmailAddress=ada@contoso.example\nActionType=Phish ZAP\nActionResult=Success\nActionTrigger=SpecialAction\n" +
				"ThreatTypes=Phish\nAction=Moved to quarantine\nDeliveryLocation=Quarantine\nSenderFromAddress=x\nEmailDirection=Inbound",
			evidence.PostDelivery{Timestamp: noon, NetworkMessageId: "m1", RecipientEmailAddress: "ada@contoso.example", ActionType: "Phish ZAP", ActionResult: "Success", ThreatTypes: "Phish"}},
		{"MessageEvents", nil,
			"Timestamp=2026-09-28T12:00:00Z\nLastEditedTime=\nTeamsMessageId=t1\nSenderEmailAddress=ada@contoso.example\nSenderDisplayName=Ada\nSenderType=User\n" +
				"RecipientDetails=[{\"RecipientSmtpAddress\":\"bob@contoso.example\"}]\nMessageId=1\nThreadId=19:x@thread.v2\nMessageSubject=\nThreatTypes=\n" +
				"DetectionMethods={}\nDeliveryAction=Delivered\nDeliveryLocation=Teams\nReportId=r",
			evidence.ChatMessage{Timestamp: noon, TeamsMessageId: "t1", SenderEmailAddress: "ada@contoso.example"}},
		{"MessageEvents", nil,
			"TimeGenerated=2026-09-28T12:00:00Z\nTeamsMessageId=t1\nSenderEmailAddress=ada@contoso.example",
			evidence.ChatMessage{Timestamp: noon, TeamsMessageId: "t1", SenderEmailAddress: "ada@contoso.example"}},
		{"MessageUrlInfo", nil,
			"Timestamp=2026-09-28T12:00:00Z\nTeamsMessageId=t1\nUrl=https://www.example.com/\nUrlDomain=www.example.com\nThreatTypes=\nReportId=r",
			evidence.ChatUrl{Timestamp: noon, TeamsMessageId: "t1", Url: "https://www.example.com/", UrlDomain: "www.example.com"}},
		{"MessageUrlInfo", nil,
			"Timestamp=2026-09-28T12:00:00Z\nTeamsMessageId=t1\nUrl=https://www.example.com/",
			evidence.ChatUrl{Timestamp: noon, TeamsMessageId: "t1", Url: "https://www.example.com/"}},
		{"MessagePostDeliveryEvents", nil,
			"Timestamp=2026-09-28T12:00:00Z\nTeamsMessageId=t1\nAction=Moved to quarantine\nActionType=Phish ZAP\nActionTrigger=SpecialAction\nActionResult=Success\n" +
				"SenderEmailAddress=bob@example.com\nRecipientDetails=[]\nThreatTypes=Phish\nConfidenceLevel={}\nDetectionMethods=\nLatestDeliveryLocation=Quarantine\nReportId=r",
			evidence.ChatPostDelivery{Timestamp: noon, TeamsMessageId: "t1", ActionType: "Phish ZAP", ActionResult: "Success", ThreatTypes: "Phish"}},
		{"SigninLogs", []string{"SignInLogs"},
			"TimeGenerated=2026-09-28T12:00:00Z\nUserPrincipalName=ada@contoso.example\nResultType=0\nIsInteractive=True\nRiskLevelDuringSignIn=none\n" +
				"IPAddress=198.51.100.7\nLocation=FR\nAppDisplayName=Office 365 Exchange Online\nUserId=u",
			evidence.SignIn{Timestamp: noon, AccountUpn: "ada@contoso.example", IPAddress: addr, Success: true, Interactive: true, Risk: "none", Country: "FR",
				AppName: "Office 365 Exchange Online", Table: "SigninLogs"}},
		{"SigninLogs", nil,
			"TimeGenerated=2026-09-28T12:00:00Z\nUserPrincipalName=ada@contoso.example\nResultType=50126\nIsInteractive=false\nRiskLevelDuringSignIn=High\n" +
				"IPAddress=198.51.100.7\nLocationDetails={\"city\":\"Hamburg\",\"countryOrRegion\":\"DE\"}",
			evidence.SignIn{Timestamp: noon, AccountUpn: "ada@contoso.example", IPAddress: addr, Risk: "high", Country: "DE", Table: "SigninLogs"}},
		{"EntraIdSignInEvents", []string{"AADSignInEventsBeta"},
			"Timestamp=2026-09-28T12:00:00Z\nAccountUpn=ada@contoso.example\nErrorCode=0\nLogonType=[\"interactiveUser\"]\nIPAddress=198.51.100.7\nCountry=GB\n" +
				"Application=OfficeHome\nRiskLevelDuringSignIn=50",
			evidence.SignIn{Timestamp: noon, AccountUpn: "ada@contoso.example", IPAddress: addr, Success: true, Interactive: true, Risk: "medium", Country: "GB",
				AppName: "OfficeHome", Table: "EntraIdSignInEvents"}},
		{"EntraIdSignInEvents", []string{"AADSignInEventsBeta"},
			"Timestamp=2026-09-28T12:00:00Z\nAccountUpn=ada@contoso.example\nErrorCode=50074\nLogonType=[\"nonInteractiveUser\"]\nIPAddress=198.51.100.7\nRiskLevelDuringSignIn=0",
			evidence.SignIn{Timestamp: noon, AccountUpn: "ada@contoso.example", IPAddress: addr, Risk: "none", Table: "EntraIdSignInEvents"}},
		{"IdentityLogonEvents", nil,
			"Timestamp=2026-09-28T12:00:00Z\nAccountUpn=ada@contoso.example\nActionType=LogonSuccess\nLogonType=OAuth2:Authorize\nIPAddress=198.51.100.7\nLocation=FR\nApplication=Microsoft 365\nProtocol=",
			evidence.SignIn{Timestamp: noon, AccountUpn: "ada@contoso.example", IPAddress: addr, Success: true, Interactive: true, Country: "FR", AppName: "Microsoft 365", Table: "IdentityLogonEvents"}},
		{"IdentityLogonEvents", nil,
			"Timestamp=2026-09-28T12:00:00Z\nAccountUpn=ada@contoso.example\nActionType=LogonSuccess\nLogonType=Interactive\nIPAddress=10.1.2.3\nLocation=INTERNAL_NETWORK\nApplication=Active Directory\nProtocol=Kerberos",
			evidence.SignIn{Timestamp: noon, AccountUpn: "ada@contoso.example", IPAddress: netip.MustParseAddr("10.1.2.3"), Success: true, AppName: "Active Directory", Table: "IdentityLogonEvents"}},
		{"IdentityLogonEvents", nil,
			"Timestamp=2026-09-28T12:00:00Z\nAccountUpn=ada@contoso.example\nActionType=LogonFailed\nLogonType=Login:reprocess\nIPAddress=198.51.100.7",
			evidence.SignIn{Timestamp: noon, AccountUpn: "ada@contoso.example", IPAddress: addr, Interactive: true, Table: "IdentityLogonEvents"}},
		{"DeviceEvents", nil,
			"Timestamp=2026-09-28T12:00:00Z\nActionType=BrowserLaunchedToOpenUrl\nDeviceId=d\nDeviceName=pc1.contoso.example\nRemoteUrl=https://www.example.com/\n" +
				"InitiatingProcessFileName=OUTLOOK.EXE\nInitiatingProcessAccountUpn=ada@contoso.example\nInitiatingProcessAccountName=ada\nRemoteIP=\nLocalIP=",
			evidence.BrowserLaunch{Timestamp: noon, AccountUpn: "ada@contoso.example", Account: "ada", DeviceId: "d", DeviceName: "pc1.contoso.example",
				RemoteUrl: "https://www.example.com/", Process: "OUTLOOK.EXE"}},
		{"DeviceNetworkEvents", nil,
			"Timestamp=2026-09-28T12:00:00Z\nActionType=ConnectionSuccess\nDeviceId=d\nDeviceName=pc1\nRemoteUrl=www.example.com\nRemoteIP=198.51.100.7\nRemotePort=443\n" +
				"InitiatingProcessFileName=msedge.exe\nInitiatingProcessAccountUpn=ada@contoso.example\nInitiatingProcessAccountName=ada\nProtocol=Tcp",
			evidence.Connection{Timestamp: noon, AccountUpn: "ada@contoso.example", Account: "ada", DeviceId: "d", DeviceName: "pc1", RemoteUrl: "www.example.com",
				RemoteIP: addr, Process: "msedge.exe", ActionType: "ConnectionSuccess"}},
		{"SafeLinksPolicy", nil,
			"Name=Standard\nIdentity=x\nEnableSafeLinksForEmail=true\nEnableSafeLinksForTeams=true\nEnableSafeLinksForOffice=false\nScanUrls=true\nDeliverMessageAfterScan=true\n" +
				"TrackClicks=true\nAllowClickThrough=false\nEnableForInternalSenders=true\nDisableUrlRewrite=false",
			clickclass.Policy{Name: "Standard", Email: true, Teams: true, ScanURLs: true, DeliverMessageAfterScan: true}},
		{"SafeLinksPolicy", nil,
			"Name=Old\nScanUrls=True\nDoNotTrackUserClicks=False\nDoNotAllowClickThrough=False",
			clickclass.Policy{Name: "Old", ScanURLs: true}},
	} {
		t.Run(tt.table, func(t *testing.T) {
			var object, names, cells []string
			for _, line := range strings.Split(tt.cells, "\n") {
				name, v, _ := strings.Cut(line, "=")
				names = append(names, name)
				cells = append(cells, `"`+strings.ReplaceAll(v, `"`, `""`)+`"`)
				if v == "" {
					object = append(object, `"`+name+`":null`)
				} else {
					object = append(object, `"`+name+`":`+quoted(v))
				}
			}
			row := "{" + strings.Join(object, ",") + "}"

			r, values := readAny(t, row+"\n"+row+"\n")
			assert.Equal(t, tt.table, r.Report().Table)
			assert.Equal(t, []any{tt.want, tt.want}, values)

			r, values = readAny(t, strings.Join(names, ",")+"\r\n"+strings.Join(cells, ",")+"\r\n")
			assert.Equal(t, tt.table, r.Report().Table)
			assert.Equal(t, []any{tt.want}, values)

			for _, name := range append(tt.names, tt.table) {
				mixed := fmt.Sprintf(`{"records":[{"category":"AdvancedHunting-%s","properties":%s},%s]}`, name, row, streamJSON)
				r, values = readAny(t, mixed)
				assert.Equal(t, tt.table, r.Report().Table)
				require.Len(t, values, 2)
				assert.Equal(t, tt.want, values[0])
				assert.IsType(t, clickclass.Click{}, values[1])
			}
		})
	}
}

// TestNonInteractive reads sign-ins whose columns are those of SigninLogs: only
// the name of the table, or IsInteractive, tells them apart.
func TestNonInteractive(t *testing.T) {
	const rest = "2026-09-28T12:00:00Z,ada@contoso.example,0,198.51.100.7"
	_, values := readAny(t, "TimeGenerated,UserPrincipalName,ResultType,IPAddress,IsInteractive,Type\n"+
		rest+",true,SigninLogs\n"+rest+",false,AADNonInteractiveUserSignInLogs\n"+rest+",true,AADNonInteractiveUserSignInLogs\n"+rest+",,SigninLogs\n"+rest+",false,\n")
	var interactive []bool
	for _, v := range values {
		assert.True(t, v.(evidence.SignIn).Success)
		interactive = append(interactive, v.(evidence.SignIn).Interactive)
	}
	assert.Equal(t, []bool{true, false, false, false, false}, interactive)

	_, values = readAny(t, "TimeGenerated,UserPrincipalName,ResultType,IPAddress\n"+rest+"\n")
	assert.True(t, values[0].(evidence.SignIn).Interactive, "SigninLogs holds interactive sign-ins")
}

// TestDiagnosticSettings reads sign-ins as Azure Monitor streams them.
func TestDiagnosticSettings(t *testing.T) {
	record := `{"time":"2026-09-28T12:00:09Z","category":"%s","resultType":"%s","properties":{"createdDateTime":"2026-09-28T12:00:00Z","userPrincipalName":"ada@contoso.example",` +
		`"ipAddress":"198.51.100.7","status":{"errorCode":%s},"location":{"city":"Paris","countryOrRegion":"FR"},"isInteractive":%s,"riskLevelDuringSignIn":"none","appDisplayName":"Office"}}`
	r, values := readAny(t, `{"records":[`+fmt.Sprintf(record, "SignInLogs", "0", "0", "true")+","+fmt.Sprintf(record, "SignInLogs", "", "50126", "true")+","+
		fmt.Sprintf(record, "NonInteractiveUserSignInLogs", "", "0", "false")+"]}")
	assert.Equal(t, "SigninLogs", r.Report().Table)
	assert.Equal(t, "records", r.Report().Form)
	want := evidence.SignIn{Timestamp: noon, AccountUpn: "ada@contoso.example", IPAddress: addr, Success: true, Interactive: true, Risk: "none", Country: "FR", AppName: "Office", Table: "SigninLogs"}
	failed, silent := want, want
	failed.Success = false
	silent.Interactive, silent.Table = false, "AADNonInteractiveUserSignInLogs"
	assert.Equal(t, []any{want, failed, silent}, values)
}

// TestPolicies reads what Get-SafeLinksPolicy | ConvertTo-Json writes, for one
// policy and for several.
func TestPolicies(t *testing.T) {
	policy := func(name string) string {
		return "{\r\n    \"Name\":  \"" + name + "\",\r\n    \"EnableSafeLinksForEmail\":  true,\r\n    \"ScanUrls\":  true,\r\n    \"DoNotRewriteUrls\":  [\r\n\r\n                         ],\r\n    \"TrackClicks\":  true\r\n}"
	}
	want := clickclass.Policy{Name: "A", Email: true, ScanURLs: true}
	r, values := readAny(t, policy("A"))
	assert.Equal(t, "JSON object", r.Report().Form)
	assert.Equal(t, []any{want}, values)
	_, values = readAny(t, "["+policy("A")+",\r\n"+policy("A")+"]\r\n")
	assert.Equal(t, []any{want, want}, values)
}

// TestDeviceTimeline reads the timeline of a device as the Defender portal exports it.
func TestDeviceTimeline(t *testing.T) {
	const header = "Event Time,Machine Id,Computer Name,Action Type,File Name,Account Domain,Account Name,Remote Url,Remote IP,Initiating Process File Name," +
		"Initiating Process Account Domain,Initiating Process Account Name,Additional Fields\n"
	const start, end = "2026-09-28T12:00:00.000,d,pc1.contoso.example,", ",outlook.exe,contoso,ada,"
	launch := evidence.BrowserLaunch{Timestamp: noon, Account: "ada", DeviceId: "d", DeviceName: "pc1.contoso.example", RemoteUrl: "https://www.example.com/", Process: "outlook.exe"}
	r, values := readAny(t, header+
		start+"BrowserLaunchedToOpenUrl,,,,https://www.example.com/,"+end+"\n"+
		start+"BrowserLaunchedToOpenUrl,,contoso,ada,https://www.example.com/,,outlook.exe,,,\n"+
		start+"BrowserLaunchedToOpenUrl,,,,,"+end+`"{""RemoteUrl"":""https://www.example.com/""}"`+"\n"+
		start+"ConnectionSuccess,,,,www.example.com,198.51.100.7,msedge.exe,contoso,ada,\n"+
		start+"ProcessCreated,notepad.exe,,,,"+end+"\n")
	connection := evidence.Connection{Timestamp: noon, Account: "ada", DeviceId: "d", DeviceName: "pc1.contoso.example", RemoteUrl: "www.example.com", RemoteIP: addr, Process: "msedge.exe", ActionType: "ConnectionSuccess"}
	assert.Equal(t, []any{launch, launch, launch, connection}, values)
	assert.Equal(t, "DeviceEvents", r.Report().Table)
	assert.EqualValues(t, 1, r.Report().Skipped)
	assert.Empty(t, r.Report().Warnings)
}

// TestUnion reads exports of several tables, whose rows have the columns of all.
func TestUnion(t *testing.T) {
	const csv = "%sTimestamp,Url,ActionType,AccountUpn,IPAddress,UrlChain,NetworkMessageId,DeliveryAction,RecipientEmailAddress,UrlLocation,UserPrincipalName,ResultType\n" +
		"%s2026-09-28,https://a.example/,ClickAllowed,ada@contoso.example,198.51.100.7,,m1,,,,,\n" +
		"%s2026-09-28,,,,,,m1,Delivered,ada@contoso.example,,,\n" +
		"%s2026-09-28,https://a.example/,,,,,m1,,,Body,,\n" +
		"%s2026-09-28,,,,198.51.100.7,,,,,,ada@contoso.example,0\n"
	types := func(t *testing.T, text string) (r *tables.Reader, types []string) {
		r, values := readAny(t, text)
		for _, v := range values {
			types = append(types, fmt.Sprintf("%T", v))
		}
		return r, types
	}
	all := []string{"clickclass.Click", "evidence.Email", "evidence.EmailUrl", "evidence.SignIn"}
	for _, column := range []string{"Type", "$table", "SourceTable", "TableName", "category"} {
		prefix := ""
		if column == "category" {
			prefix = "AdvancedHunting-"
		}
		_, got := types(t, fmt.Sprintf(csv, column+",", prefix+"UrlClickEvents,", prefix+"EmailEvents,", prefix+"EmailUrlInfo,", prefix+"SigninLogs,"))
		assert.Equal(t, all, got, column)
	}
	_, got := types(t, fmt.Sprintf(csv, "", "", "", "", ""))
	assert.Equal(t, all, got, "by what is filled")

	_, got = types(t, "Timestamp,NetworkMessageId,RecipientEmailAddress,DeliveryAction,Url,TeamsMessageId,SenderEmailAddress,ActionType,ActionResult\n"+
		"2026-09-28,m1,ada@contoso.example,Delivered,,,,,\n"+
		"2026-09-28,m1,,,https://a.example/,,,,\n"+
		"2026-09-28,,,Delivered,,t1,bob@contoso.example,,\n"+
		"2026-09-28,,,,https://a.example/,t1,,,\n"+
		"2026-09-28,,,,,t1,bob@contoso.example,Phish ZAP,Success\n")
	assert.Equal(t, []string{"evidence.Email", "evidence.EmailUrl", "evidence.ChatMessage", "evidence.ChatUrl", "evidence.ChatPostDelivery"}, got, "messages by mail and in Teams")

	_, got = types(t, "Timestamp,TeamsMessageId,SenderEmailAddress,DeliveryAction,Url,UrlDomain\n"+
		"2026-09-28,t1,bob@contoso.example,Delivered,,\n"+
		"2026-09-28,t1,,,https://a.example/,a.example\n")
	assert.Equal(t, []string{"evidence.ChatMessage", "evidence.ChatUrl"}, got, "messages in Teams")

	r, got := types(t, fmt.Sprintf(csv, "Type,", "UrlClickEvents,", "EmailEvents,", "OfficeActivity,", "OfficeActivity,"))
	assert.Equal(t, all[:2], got)
	assert.Equal(t, []string{`left out 2 rows of table "OfficeActivity", which is not read`}, r.Report().Warnings)

	_, got = types(t, "Type,TimeGenerated,Url_s,ActionType_s\nMyClicks_CL,2026-09-28,u,ClickAllowed\n")
	assert.Equal(t, all[:1], got, "a table of the user's own")

	// The click joined to its message is still the click.
	_, got = types(t, "Timestamp,Url,ActionType,AccountUpn,IPAddress,UrlChain,NetworkMessageId,Timestamp1,NetworkMessageId1,DeliveryAction,UrlCount\n"+
		"2026-09-28,u,ClickAllowed,ada@contoso.example,198.51.100.7,,m1,2026-09-28,m1,Delivered,3\n")
	assert.Equal(t, all[:1], got)

	// The first row is of a table that is not read.
	r, got = types(t, `{"category":"AdvancedHunting-AlertInfo","properties":{"x":1}}`+"\n"+streamJSON+"\n"+`{"category":"AdvancedHunting-DeviceEvents","properties":{"Timestamp":"2026-09-28T12:00:00Z","ActionType":"UsbDriveMounted","AccountName":"ada"}}`+"\n")
	assert.Equal(t, all[:1], got)
	assert.Equal(t, "UrlClickEvents", r.Report().Table)
	assert.EqualValues(t, 1, r.Report().Skipped)
	assert.Equal(t, []string{`left out 1 row of table "AlertInfo", which is not read`}, r.Report().Warnings)
}

func TestMissing(t *testing.T) {
	r, _ := readAny(t, "Timestamp,Url,ActionType,IPAddress\n2026-09-28,u,ClickAllowed,198.51.100.7\n")
	assert.Equal(t, []string{"AccountUpn", "Workload", "NetworkMessageId", "ThreatTypes", "DetectionMethods", "IsClickedThrough", "UrlChain", "ReportId"}, r.Report().Missing)
	r, _ = readAny(t, `{"Timestamp":"2026-09-28","Url":"u","ActionType":null,"ThreatTypes":null,"UrlChain":null}`+"\n"+`{"Url":"u","ActionType":"x","IPAddress":null}`+"\n")
	assert.Equal(t, []string{"AccountUpn", "Workload", "NetworkMessageId", "DetectionMethods", "IsClickedThrough", "ReportId"}, r.Report().Missing)
	r, _ = readAny(t, rowJSON)
	assert.Empty(t, r.Report().Missing)
	r, _ = readAny(t, rowJSON+"\n"+`{"Timestamp":"2026-09-28","NetworkMessageId":"m","Url":"u"}`+"\n")
	assert.Equal(t, []string{"EmailUrlInfo.UrlLocation"}, r.Report().Missing)
	r, _ = readAny(t, `{"tables":[{"columns":[{"name":"TimeGenerated"},{"name":"Url"},{"name":"UrlChain"}],"rows":[["2026-09-28","u",null]]}]}`)
	assert.Contains(t, r.Report().Missing, "IPAddress")
	assert.NotContains(t, r.Report().Missing, "UrlChain")
}

func TestWarnings(t *testing.T) {
	r, _ := readAny(t, "Timestamp,Url,url,ActionType,Url\n2026-09-28,first,second,ClickAllowed,third\n")
	assert.Equal(t, []string{`column Url is there twice, as "Url" and "url": the first counts`, `column Url is there twice, as "Url" and "Url": the first counts`}, r.Report().Warnings)
	r, values := readAny(t, "TimeGenerated [Local Time],Url,ActionType\n2026-09-28,first,ClickAllowed\n")
	assert.Equal(t, []string{`the times of column "TimeGenerated [Local Time]" are not in UTC but are read as if`}, r.Report().Warnings)
	assert.Equal(t, "first", values[0].(clickclass.Click).Url)

	for _, n := range []int{9_999, 10_000, 10_001, 30_000, 100_000} {
		text := "Timestamp,Url,ActionType\n" + strings.Repeat("2026-09-28,u,ClickAllowed\n", n)
		r, err := tables.NewReader("f", strings.NewReader(text), tables.Options{})
		require.NoError(t, err)
		seen := 0
		for range r.Rows() {
			seen++
		}
		assert.Equal(t, n, seen)
		if n == 9_999 || n == 10_001 {
			assert.Empty(t, r.Report().Warnings, n)
		} else {
			assert.Equal(t, []string{fmt.Sprintf("exactly %d rows: the export was probably cut off at its limit", n)}, r.Report().Warnings)
		}
	}
	// A stream has no such limit.
	r, values = readAny(t, strings.Repeat(streamJSON+"\n", 10_000))
	assert.Len(t, values, 10_000)
	assert.Empty(t, r.Report().Warnings)
}
