package tables_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

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

// TestLongWords loses what is too long for an account, an id or a word, and not its row.
func TestLongWords(t *testing.T) {
	long := strings.Repeat("w", 1025)
	r, values := readAny(t, "Timestamp,Url,ActionType,AccountUpn,Workload,IsClickedThrough\n"+
		"2026-09-28T12:00:00Z,https://www.example.com/"+long+",ClickAllowed,ada@contoso.example,"+long[:1024]+",false\n"+
		"2026-09-28T12:00:00Z,https://www.example.com/,"+long+","+long+","+long+",false\n")
	require.Len(t, values, 2)
	for i, want := range []clickclass.Click{
		{Url: "https://www.example.com/" + long, ActionType: clickclass.ClickAllowed, AccountUpn: "ada@contoso.example", Workload: long[:1024]},
		{Url: "https://www.example.com/"},
	} {
		got := values[i].(clickclass.Click)
		want.Timestamp, want.File, want.Row = noon, got.File, int64(i+1)
		assert.Equal(t, want, got)
	}
	for _, column := range []string{"ActionType", "AccountUpn", "Workload"} {
		assert.Contains(t, r.Report().Warnings, `column "`+column+`": more than 1 KiB in row 2: the cell is left out`)
	}
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
