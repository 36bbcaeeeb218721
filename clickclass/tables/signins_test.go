package tables_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// timeOf returns the time of a click or a sign-in.
func timeOf(r tables.Row) time.Time {
	if r.Click != nil {
		return r.Click.Timestamp
	}
	s, _ := r.Evidence.(evidence.SignIn)
	return s.Timestamp
}

// TestPortalSignIns reads what the Entra portal downloads.
func TestPortalSignIns(t *testing.T) {
	const header = bom + "Date (UTC),Request ID,User agent,Correlation ID,User ID,User,Username,User type,Incoming token type,Application,Application ID ,Resource," +
		"IP address,Location,Status,Sign-in error code,Failure reason,Client app,Device ID,Browser,Operating System,IP address (seen by resource)," +
		"Incoming token type,Latency,Conditional Access\r\n"
	const row = "2026-09-28T12:00:00Z,3c7b1317-ac21-4754-8a76-000000000001,Mozilla/5.0,x,8f0a,Ada Byron,ada@contoso.example,Member,none,OfficeHome,y,z," +
		"198.51.100.7,\"Lyon, Rhone, FR\",%s,%s,%s,Browser,pc1,Edge 140,Windows 11,,none,120,Success\r\n"
	want := evidence.SignIn{Timestamp: noon, AccountUpn: "ada@contoso.example", IPAddress: addr, Interactive: true, Country: "FR", AppName: "OfficeHome", Table: "SigninLogs"}
	for _, tt := range []struct {
		status, code, reason string
		success              bool
	}{
		{"Success", "", "", true},
		{"Success", "None", "Other.", true},
		{"Failure", "50126", "Invalid username or password", false},
		{"Interrupted", "50074", "Strong Authentication is required.", false},
		{"", "0", "Other.", true},
		{"", "50126", "", false},
	} {
		t.Run(tt.status+tt.code, func(t *testing.T) {
			text := header + fmt.Sprintf(row, tt.status, tt.code, tt.reason)
			want := want
			want.Success = tt.success
			r, rows, errs := collect(t, "downloads/InteractiveSignIns_2026-09-28.csv", text)
			require.Empty(t, errs)
			assert.Equal(t, want, value(rows[0]))
			assert.Empty(t, r.Report().Warnings)
			assert.Empty(t, r.Report().Missing)

			want.Interactive = false
			_, rows, _ = collect(t, `C:\x\NonInteractiveSignIns_2026-09-28.csv`, text)
			assert.Equal(t, want, value(rows[0]))
		})
	}

	_, values := readAny(t, `[{"id":"1","createdDateTime":"2026-09-28T12:00:00Z","userDisplayName":"Ada","userPrincipalName":"ada@contoso.example","appDisplayName":"OfficeHome",
		"ipAddress":"198.51.100.7","isInteractive":true,"riskLevelDuringSignIn":"none","status":{"errorCode":0,"failureReason":"Other.","additionalDetails":null},
		"deviceDetail":{"deviceId":"","displayName":"pc1"},"location":{"city":"Lyon","state":"Rhone","countryOrRegion":"FR"},"signInEventTypes":["interactiveUser"]}]`)
	want.Success, want.Risk = true, "none"
	assert.Equal(t, []any{want}, values)
}

// TestSignInResults reads results as words and numbers, and in objects as several programs
// write them. What is not known is told.
func TestSignInResults(t *testing.T) {
	for _, tt := range []struct {
		status  string
		success bool
		warning string
	}{
		{"Success", true, ""},
		{"SUCCEEDED", true, ""},
		{"0", true, ""},
		{"0.0", true, ""},
		{"failed", false, ""},
		{"Interrupted", false, ""},
		{"50126", false, ""},
		{`{"errorCode":0,"additionalDetails":"MFA requirement satisfied"}`, true, ""},
		{`{"errorCode": 50074}`, false, ""},
		{"@{AdditionalDetails=; ErrorCode=0; FailureReason=Other.}", true, ""},
		{"{'errorCode': 0, 'failureReason': 'Other.'}", true, ""},
		{"class SignInStatus {\n  ErrorCode: 50126\n}", false, ""},
		{"", false, ""},
		{"Erfolg", false, `column "Status": the word "Erfolg" is not known: 2 rows, from row 1 on, count as no success`},
		{"ada@contoso.example", false, `column "Status": the word of 19 bytes is not known: 2 rows, from row 1 on, count as no success`},
		{"Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInStatus", false,
			`column "Status": the word "Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInStatus" is not known: 2 rows, from row 1 on, count as no success`},
	} {
		t.Run(tt.status, func(t *testing.T) {
			row := `{"createdDateTime":"2026-09-28T12:00:00Z","userPrincipalName":"ada@contoso.example","ipAddress":"198.51.100.7","isInteractive":true,"status":` + strings.ReplaceAll(quoted(tt.status), "\n", `\n`) + "}\n"
			r, values := readAny(t, row+row)
			require.Len(t, values, 2)
			assert.Equal(t, tt.success, values[1].(evidence.SignIn).Success)
			if tt.warning == "" {
				assert.Empty(t, r.Report().Warnings)
			} else {
				assert.Equal(t, []string{tt.warning}, r.Report().Warnings)
			}
		})
	}

	t.Run("many words", func(t *testing.T) {
		var text strings.Builder
		for i := range 100 {
			fmt.Fprintf(&text, `{"createdDateTime":"2026-09-28T12:00:00Z","userPrincipalName":"ada@contoso.example","ipAddress":"198.51.100.7","isInteractive":true,"status":"w%d"}`+"\n", i)
		}
		r, values := readAny(t, text.String())
		assert.Len(t, values, 100)
		assert.LessOrEqual(t, len(r.Report().Warnings), 10)
	})
}

// TestAuditedSignIns reads the sign-ins of the unified audit log.
func TestAuditedSignIns(t *testing.T) {
	record := func(operation, result, ip, request string, recordType int) string {
		return fmt.Sprintf(`{"CreationTime":"2026-09-28T12:00:00","Id":"i","Operation":%q,"OrganizationId":"o","RecordType":%d,"ResultStatus":%q,"UserType":0,"Version":1,`+
			`"Workload":"AzureActiveDirectory","ClientIP":%q,"ObjectId":"x","UserId":"ada@contoso.example","AzureActiveDirectoryEventType":1,`+
			`"ExtendedProperties":[{"Name":"ResultStatusDetail","Value":"Redirect"},{"Name":"RequestType","Value":%q}],"ActorIpAddress":"198.51.100.7","ErrorNumber":"0"}`,
			operation, recordType, result, ip, request)
	}
	want := evidence.SignIn{Timestamp: noon, AccountUpn: "ada@contoso.example", IPAddress: addr, Success: true, Interactive: true, Table: "AuditLog"}
	failed, silent := want, want
	failed.Success = false
	silent.Interactive = false
	for _, tt := range []struct {
		name, record string
		want         evidence.SignIn
	}{
		{"success", record("UserLoggedIn", "Success", "198.51.100.7", "OAuth2:Authorize", 15), want},
		{"another word", record("UserLoggedIn", "Succeeded", "198.51.100.7:443", "Login:login", 15), want},
		{"record of the directory", record("UserLoggedIn", "Success", "198.51.100.7", "OAuth2:Authorize", 8), want},
		{"no request", record("UserLoggedIn", "Success", "198.51.100.7", "", 15), want},
		{"token", record("UserLoggedIn", "Success", "198.51.100.7", "OAuth2:Token", 15), silent},
		{"no address of the client", record("UserLoggedIn", "Success", "<null>", "OAuth2:Authorize", 15), want},
		{"failure", record("UserLoginFailed", "Failed", "198.51.100.7", "OAuth2:Authorize", 15), failed},
		{"failure that succeeded in showing a page", record("UserLoginFailed", "Success", "198.51.100.7", "OAuth2:Authorize", 15), failed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for form, text := range map[string]string{
				"bare":   tt.record + "\n",
				"array":  "[" + tt.record + "]",
				"export": "RecordId,CreationDate,RecordType,Operation,UserId,AuditData\nr,2026-09-28T12:00:00Z,15,x,y,\"" + strings.ReplaceAll(tt.record, `"`, `""`) + "\"\n",
				"spread": "CreationTime,Operation,UserId,ClientIP,ActorIpAddress,ResultStatus,ExtendedProperties\n" + spread(t, tt.record, "CreationTime", "Operation", "UserId", "ClientIP", "ActorIpAddress", "ResultStatus", "ExtendedProperties") + "\n",
				"hunted": `{"Timestamp":"2026-09-28T12:00:00Z","ActionType":"UserLoggedIn","RawEventData":` + tt.record + "}\n",
			} {
				r, values := readAny(t, text)
				assert.Equal(t, []any{tt.want}, values, form)
				assert.Empty(t, r.Report().Warnings, form)
			}
		})
	}
}

// spread makes a CSV row of members of an object.
func spread(t *testing.T, object string, keys ...string) string {
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(object), &members))
	var fields []string
	for _, key := range keys {
		text := string(members[key])
		var s string
		if json.Unmarshal(members[key], &s) == nil {
			text = s
		}
		fields = append(fields, `"`+strings.ReplaceAll(text, `"`, `""`)+`"`)
	}
	return strings.Join(fields, ",")
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

// TestRefused refuses tables without the columns that rows need to count.
func TestRefused(t *testing.T) {
	for _, tt := range []struct{ columns, want string }{
		{"DeviceName,ActionType,RemoteUrl,InitiatingProcessAccountName", "DeviceNetworkEvents without Timestamp"},
		{"Timestamp,DeviceName,RemoteUrl,InitiatingProcessFileName", "DeviceNetworkEvents without InitiatingProcessAccountUpn"},
		{"UserPrincipalName,IPAddress,ResultType", "SigninLogs without TimeGenerated"},
		{"TimeGenerated,UserPrincipalName,IPAddress", "SigninLogs without ResultType"},
		{"IPAddress,ErrorCode,LogonType", "EntraIdSignInEvents without Timestamp, AccountUpn"},
		{"Timestamp,TeamsMessageId,UrlDomain", "MessageUrlInfo without Url"},
	} {
		_, rows, errs := collect(t, "f", tt.columns+"\n"+strings.Repeat(",", strings.Count(tt.columns, ","))+"\n")
		assert.Empty(t, rows)
		require.Len(t, errs, 1)
		assert.ErrorIs(t, errs[0], tables.ErrUnknown)
		assert.EqualError(t, errs[0], "tables: read: f: not a supported table: "+tt.want+", which rows need to count")
	}

	const launch = `{"DeviceName":"pc1","ActionType":"BrowserLaunchedToOpenUrl","RemoteUrl":"https://www.example.com/"}` + "\n"
	_, rows, errs := collect(t, "f", launch+launch)
	assert.Empty(t, rows)
	require.Len(t, errs, 1)
	assert.EqualError(t, errs[0], "tables: read: f: not a supported table: DeviceEvents without Timestamp, InitiatingProcessAccountUpn, which rows need to count")

	r, values := readAny(t, launch+launch+rowJSON)
	assert.Len(t, values, 1)
	assert.Equal(t, []string{"left out 2 rows of DeviceEvents without Timestamp, InitiatingProcessAccountUpn, which rows need to count"}, r.Report().Warnings)

	// An exporter leaves out what is empty.
	r, values = readAny(t, strings.Replace(launch, "{", `{"Timestamp":"2026-09-28T12:00:00Z","AccountUpn":"ada@contoso.example",`, 1)+launch)
	assert.Len(t, values, 1)
	assert.Empty(t, r.Report().Warnings)
	assert.EqualValues(t, 1, r.Report().Skipped)
}

// TestSpareCells loses a cell that no rule needs, and not its row.
func TestSpareCells(t *testing.T) {
	r, values := readAny(t, "Timestamp,NetworkMessageId,RecipientEmailAddress,DeliveryAction,UrlCount\n"+
		"soon,m1,ada@contoso.example,Delivered,3\n2026-09-28T12:00:00Z,m2,ada@contoso.example,Delivered,many\n2026-09-28T12:00:00Z,m3,ada@contoso.example,Delivered,few\n")
	mail := func(id string, at time.Time, urls int) any {
		return evidence.Email{Timestamp: at, NetworkMessageId: id, RecipientEmailAddress: "ada@contoso.example", DeliveryAction: "Delivered", UrlCount: urls}
	}
	assert.Equal(t, []any{mail("m1", time.Time{}, 3), mail("m2", noon, -1), mail("m3", noon, -1)}, values)
	assert.Equal(t, []string{
		`column "Timestamp": bad time "soon" in row 1: the cell is left out`,
		`column "UrlCount": bad number "many" in row 2: 2 cells of the column are left out`,
	}, r.Report().Warnings)
}

// TestNothing reads the words of feeds and exporters for nothing, by the kind of the column.
func TestNothing(t *testing.T) {
	for _, word := range []string{"<null>", "(null)", "null", "NULL", "N/A", "Not Available", "-", "nan"} {
		_, values := readAny(t, strings.NewReplacer("198.51.100.7", word, "Ada@contoso.example", word, `"false"`, `"`+word+`"`, `"Email"`, `"`+word+`"`).Replace(rowJSON))
		click := values[0].(clickclass.Click)
		assert.False(t, click.IPAddress.IsValid(), word)
		assert.Empty(t, click.AccountUpn, word)
		assert.Empty(t, click.Workload, word)
	}
	_, values := readAny(t, strings.NewReplacer("198.51.100.7", "unknown", "Ada@contoso.example", "Unknown", `"Email"`, `"Unknown"`).Replace(rowJSON))
	click := values[0].(clickclass.Click)
	assert.False(t, click.IPAddress.IsValid())
	assert.Empty(t, click.AccountUpn)
	assert.Equal(t, "Unknown", click.Workload, "may be a value")
}
