package tables_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
			`column "Status": the word of 60 bytes is not known: 2 rows, from row 1 on, count as no success`},
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
