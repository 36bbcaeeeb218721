package tables_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

const (
	mailJSON    = `{"Timestamp":"2026-09-28T10:39:00Z","NetworkMessageId":"3c7b1317-ac21-4754-5a76-08dee4d61558","RecipientEmailAddress":"ada@contoso.example","DeliveryAction":"Delivered"}`
	processJSON = `{"Timestamp":"2026-09-28T10:39:00Z","DeviceId":"d1","ActionType":"ProcessCreated","FileName":"a.exe","ProcessCommandLine":"a.exe /x","SHA1":"x"}`
	auditJSON   = `{"CreationTime":"2026-09-28T10:41:00","RecordType":41,"Operation":"TIUrlClickData","UserId":"Ada@contoso.example","TimeOfClick":"2026-09-28T10:40:01","Url":"https://www.example.com/offer?id=1,2","UserIp":"198.51.100.7"}`
	mailCSV     = "Timestamp,NetworkMessageId,RecipientEmailAddress,DeliveryAction\n2026-09-28T10:39:00Z,3c7b1317-ac21-4754-5a76-08dee4d61558,ada@contoso.example,Delivered\n"
)

// asText returns a text as a JSON string.
func asText(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// lines puts each row on a line.
func lines(rows ...string) string { return strings.Join(rows, "\n") + "\n" }

// asCell returns a text as a quoted CSV field.
func asCell(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }

// TestEnvelopes reads one click out of everything in which tools ship rows.
func TestEnvelopes(t *testing.T) {
	frames := func(rows string) string {
		return `[{"FrameType":"DataSetHeader","IsProgressive":false,"Version":"v2.0"},` +
			`{"FrameType":"DataTable","TableId":0,"TableKind":"QueryProperties","TableName":"@ExtendedProperties","Columns":[{"ColumnName":"TableId","ColumnType":"int"},{"ColumnName":"Key","ColumnType":"string"}],"Rows":[[1,"Visualization"]]},` +
			rows + `,{"FrameType":"DataTable","TableId":2,"TableKind":"QueryCompletionInformation","TableName":"QueryCompletionInformation","Columns":[{"ColumnName":"Timestamp","ColumnType":"datetime"}],"Rows":[["2026-09-28T10:40:01Z"]]},` +
			`{"FrameType":"DataSetCompletion","HasErrors":false}]`
	}
	const columns = `[{"ColumnName":"Timestamp"},{"ColumnName":"Url"},{"ColumnName":"ActionType"},{"ColumnName":"AccountUpn"},{"ColumnName":"IPAddress"}]`
	const values = `[["2026-09-28T10:40:01.5123456Z","https://www.example.com/offer?id=1,2","ClickAllowed","Ada@contoso.example","198.51.100.7"]]`
	tests := []struct{ name, text string }{
		{"Splunk, HEC", `{"time":1790592001.5,"host":"h","sourcetype":"mscs","event":` + streamJSON + `}`},
		{"Splunk, HEC with text", `{"time":1790592001.5,"event":` + asText(rowJSON) + `}`},
		{"Splunk, export", `{"preview":false,"offset":0,"result":{"_time":"2026-09-28","_raw":` + asText(rowJSON) + `,"host":"h"}}`},
		{"Splunk, results", `{"preview":false,"results":[{"_raw":` + asText(streamJSON) + `}]}`},
		{"Splunk, CSV of raw events", "_time,_raw,host\n2026-09-28T10:40:01.000+0000," + asCell(streamJSON) + ",h\n"},
		{"Splunk, raw behind a syslog header", `{"_raw":` + asText("<134>Sep 28 10:40:02 hub defender: "+rowJSON) + `}`},
		{"Elastic, _source", `{"_index":"logs-m365","_id":"1","_source":` + rowJSON + `}`},
		{"Elastic, event.original", `{"_index":"x","_source":{"@timestamp":"2026-09-28T10:40:01Z","event":{"category":["email"],"original":` + asText(streamJSON) + `},"message":"a click"}}`},
		{"Elastic, flat", `{"@timestamp":"2026-09-28T10:40:01Z","event.original":` + asText(rowJSON) + `,"event.kind":"event"}`},
		{"Elastic, search", `{"took":3,"timed_out":false,"hits":{"total":{"value":1},"hits":[{"_index":"x","_source":` + rowJSON + `}]}}`},
		{"Logstash", `{"@timestamp":"2026-09-28T10:42:00Z","@version":"1","message":` + asText(`{"records":[`+streamJSON+`]}`) + `}`},
		{"Logstash, repeated", `{"message":` + asText(rowJSON) + `,"event":{"original":` + asText(rowJSON) + `}}`},
		{"Cribl", `{"_raw":` + asText(rowJSON) + `,"_time":1790592001.5,"cribl_breaker":"x"}`},
		{"Fluent Bit", `{"date":1790592001.5,"log":` + asText(rowJSON) + `}`},
		{"Wazuh", `{"_index":"wazuh-alerts-4.x-2026.09.28","_source":{"agent":{"id":"000"},"data":{"integration":"office365","office365":` + auditJSON + `},"location":"office365"}}`},
		{"Wazuh, alerts.json", `{"timestamp":"2026-09-28T10:41:02.1+0000","rule":{"level":3},"data":{"integration":"office365","office365":` + auditJSON + `}}`},
		{"Filebeat", `{"@timestamp":"2026-09-28T10:41:00Z","o365":{"audit":` + auditJSON + `}}`},
		{"Azure Event Hub, body", `{"SequenceNumber":5,"Offset":"1","Body":` + asText(`{"records":[`+streamJSON+`]}`) + `}`},
		{"an array of envelopes", "[\n" + `{"event":` + rowJSON + `}` + "\n]"},
		{"Azure Data Explorer, v1", `{"Tables":[{"TableName":"Table_0","Columns":` + columns + `,"Rows":` + values + `},` +
			`{"TableName":"Table_1","Columns":[{"ColumnName":"Value"}],"Rows":[["{}"]]}]}`},
		{"Azure Data Explorer, v2", frames(`{"FrameType":"DataTable","TableId":1,"TableKind":"PrimaryResult","TableName":"PrimaryResult","Columns":` + columns + `,"Rows":` + values + `}`)},
		{"Azure Data Explorer, progressive", frames(`{"FrameType":"TableHeader","TableId":1,"TableKind":"PrimaryResult","TableName":"PrimaryResult","Columns":` + columns + `},` +
			`{"FrameType":"TableFragment","TableFragmentType":"DataAppend","TableId":1,"Rows":` + values + `},{"FrameType":"TableCompletion","TableId":1,"RowCount":1}`)},
		{"Splunk, rows of fields", `{"preview":false,"fields":["_time","_raw"],"rows":[["x",` + asText(rowJSON) + `]]}`},
		{"Splunk, flat", "category,properties.Timestamp,properties.Url,properties.ActionType,properties.AccountUpn,properties.IPAddress\n" +
			"AdvancedHunting-UrlClickEvents,2026-09-28T10:40:01Z," + asCell(theClick.Url) + ",ClickAllowed,Ada@contoso.example,198.51.100.7\n"},
		{"Splunk, a table of _time", "_time,Url,ActionType,AccountUpn,IPAddress\n2026-09-28T10:40:01.000+0000," + asCell(theClick.Url) + ",ClickAllowed,Ada@contoso.example,198.51.100.7\n"},
		{"Elastic, bulk", `{"index":{"_index":"logs","_id":"1"}}` + "\n" + rowJSON},
		{"Elastic, bulk of updates", `{"update":{"_id":"1"}}` + "\n" + `{"doc":` + rowJSON + `}`},
		{"Elastic, fields", `{"hits":{"hits":[{"_index":"x","fields":{"Timestamp":["2026-09-28T10:40:01.512Z"],"Url":["https://www.example.com/offer?id=1,2"],"ActionType":["ClickAllowed"],"AccountUpn":["Ada@contoso.example"],"IPAddress":["198.51.100.7"]}}]}}`},
		{"Kibana, CSV of _source", "_id,_source.Timestamp,_source.Url,_source.ActionType,_source.AccountUpn,_source.IPAddress\n" +
			"x,\"Sep 28, 2026 @ 10:40:01.512\"," + asCell(theClick.Url) + ",ClickAllowed,Ada@contoso.example,198.51.100.7\n"},
		{"Kibana, CSV of @timestamp", "@timestamp,Url,ActionType,AccountUpn,IPAddress\n\"Sep 28, 2026 @ 10:40:01.512\"," + asCell(theClick.Url) + ",ClickAllowed,Ada@contoso.example,198.51.100.7\n"},
		{"Wazuh, flat", `{"_source":{"data.office365.Operation":"TIUrlClickData","data.office365.TimeOfClick":"2026-09-28T10:40:01","data.office365.UserId":"Ada@contoso.example","data.office365.Url":"https://www.example.com/offer?id=1,2","data.office365.UserIp":"198.51.100.7"}}`},
		{"Graylog, GELF", `{"version":"1.1","host":"h","short_message":` + asText(rowJSON) + `}`},
		{"Graylog, search", `{"query":"*","messages":[{"index":"g","message":{"source":"h","message":` + asText(rowJSON) + `}}]}`},
		{"Datadog", `{"data":[{"id":"1","type":"log","attributes":{"message":` + asText(rowJSON) + `}}]}`},
		{"syslog", "<134>1 2026-09-28T10:40:02Z hub defender - - - " + rowJSON},
		{"syslog of events", "Sep 28 10:40:02 hub cribl: " + streamJSON},
		{"JSON text sequence", "\x1e" + rowJSON},
		{"rows as text", asText(rowJSON)},
		{"an array of text", "[\n  " + asText(rowJSON) + "\n]"},
		{"snake case", `{"timestamp":"2026-09-28T10:40:01Z","url":"https://www.example.com/offer?id=1,2","action_type":"ClickAllowed","account_upn":"Ada@contoso.example","ip_address":"198.51.100.7","url_chain":"[]"}`},
		{"columns and rows", `{"columns":[{"name":"Timestamp"},{"name":"Url"},{"name":"ActionType"},{"name":"AccountUpn"},{"name":"IPAddress"}],"rows":` + values + `}`},
	}
	for _, tt := range tests {
		for _, form := range []struct{ name, text string }{{"", tt.text}, {", twice", tt.text + "\n" + tt.text}} {
			t.Run(tt.name+form.name, func(t *testing.T) {
				if form.name != "" && strings.HasSuffix(tt.text, "\n") {
					t.Skip("the header and the row between them make a third line")
				}
				_, rows, errs := collect(t, "f", form.text)
				require.Empty(t, errs)
				require.Len(t, rows, strings.Count(form.name, "twice")+1)
				for _, row := range rows {
					require.NotNil(t, row.Click)
					assert.Equal(t, "Ada@contoso.example", row.Click.AccountUpn)
					assert.Equal(t, theClick.Url, row.Click.Url)
					assert.Equal(t, theClick.IPAddress, row.Click.IPAddress)
					assert.Equal(t, "2026-09-28T10:40:01Z", row.Click.Timestamp.Truncate(1e9).Format("2006-01-02T15:04:05Z07:00"))
					assert.Equal(t, row.Row, row.Click.Row)
				}
			})
		}
	}
}

// TestRowsWithinRows holds the numbers of rows that stand in one row, and that what is
// damaged among them is told.
func TestRowsWithinRows(t *testing.T) {
	message := func(records ...string) string {
		return `{"message":` + asText(`{"records":[`+strings.Join(records, ",")+`]}`) + `}`
	}
	text := lines(message(streamJSON, mailJSON, auditJSON), rowJSON, message(rowJSON, `{"Timestamp":"tomorrow","Url":"u","ActionType":"a"}`, `{"a":1}`, rowJSON), rowJSON)
	r, err := tables.NewReader("f", strings.NewReader(text), tables.Options{Workers: 1})
	require.NoError(t, err)
	var got []string
	for row, err := range r.Rows() {
		what := "click"
		var damaged *tables.RowError
		switch {
		case err != nil:
			require.ErrorAs(t, err, &damaged)
			require.Equal(t, row.Row, damaged.Row)
			what = "error"
		case row.Click == nil:
			what = "evidence"
		default:
			require.Equal(t, row.Row, row.Click.Row)
		}
		if audited, ok := row.Evidence.(evidence.Audited); ok {
			require.Equal(t, row.Row, audited.Row)
		}
		got = append(got, fmt.Sprintf("%d %s", row.Row, what))
	}
	assert.Equal(t, []string{"1 click", "2 evidence", "3 click", "4 click", "5 click", "6 error", "7 error", "8 click", "9 click"}, got)
	assert.EqualValues(t, 9, r.Report().Rows)
}

func TestDamageWithinRows(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"text that Splunk cut off", lines(`{"_raw":`+asText(rowJSON[:200])+`}`, rowJSON), "row 1: within \"_raw\": unterminated string at byte 200"},
		{"an array that was cut off", lines(`{"message":`+asText(`{"records":[`+rowJSON+`,`+rowJSON[:200])+`}`, rowJSON), "row 1: within \"message\""},
		{"no row in it", lines(rowJSON, `{"message":"{\"a\":1}"}`), "row 2: not a supported table"},
		{"nothing but brackets", lines(rowJSON, `{"message":`+strings.Repeat(`{"message":`, 20)+"1"+strings.Repeat("}", 21)), "row 2: not a supported table"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, rows, errs := collect(t, "f", tt.text)
			assert.Len(t, rows, 1)
			require.Len(t, errs, 1)
			assert.Contains(t, errs[0].Error(), tt.want)
		})
	}
}

// TestAnyTableFirst reads clicks and evidence however much of a table that is not read
// stands before them.
func TestAnyTableFirst(t *testing.T) {
	const n = 12_000 // more than 1 MiB
	process := processJSON
	csvProcess := "Timestamp,DeviceId,ActionType,FileName,ProcessCommandLine,SHA1\n" +
		strings.Repeat("2026-09-28T10:39:00Z,d1,ProcessCreated,a.exe,"+strings.Repeat("a.exe /x ", 6)+",x\n", n)
	records := strings.Repeat(`{"category":"AdvancedHunting-DeviceProcessEvents","properties":`+process+`},`, n)
	csvUnion := "SourceTable," + header + ",RecipientEmailAddress,DeliveryAction\n" +
		strings.Repeat("DeviceProcessEvents,2026-09-28T10:39:00Z"+strings.Repeat(",", 16)+strings.Repeat(" ", 80)+"\n", n) +
		"EmailEvents,2026-09-28T10:39:00Z,,,,,3c7b1317-ac21-4754-5a76-08dee4d61558,,,,,,,,,,ada@contoso.example,Delivered\n" +
		"UrlClickEvents," + row("2026-09-28T10:40:01.5123456Z", "False") + ",,\n"
	tests := []struct{ name, text, leftOut string }{
		{"JSON lines", strings.Repeat(process+"\n", n) + lines(mailJSON, rowJSON), `of no table that is read, with columns "Timestamp", "DeviceId", "ActionType"`},
		{"Event Hub", `{"records":[` + records + `{"category":"AdvancedHunting-EmailEvents","properties":` + mailJSON + `},` + streamJSON + `]}`, `of table "DeviceProcessEvents", which is not read`},
		{"JSON array", "[" + strings.Repeat(process+",\n", n) + mailJSON + ",\n" + rowJSON + "]", "of no table that is read"},
		{"CSV of a union", csvUnion, `of table "DeviceProcessEvents"`},
		{"CSVs one behind the other", csvProcess + mailCSV + header + "\n" + row("2026-09-28T10:40:01.5123456Z", "False") + "\n", "of no table that is read"},
		{"JSON lines behind a CSV", csvProcess + lines(mailJSON, rowJSON), "of no table that is read"},
		{"CSV behind JSON lines", strings.Repeat(process+"\n", n) + mailCSV + header + "\n" + row("2026-09-28T10:40:01.5123456Z", "False") + "\n", "of no table that is read"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, rows, errs := collect(t, "f", tt.text)
			require.Empty(t, errs)
			require.Len(t, rows, 2)
			assert.IsType(t, evidence.Email{}, rows[0].Evidence)
			require.NotNil(t, rows[1].Click)
			assert.Equal(t, theClick.ReportId, rows[1].Click.ReportId)
			assert.EqualValues(t, n+2, rows[1].Row)
			assert.Equal(t, map[string]int64{"EmailEvents": 1, "UrlClickEvents": 1}, r.Report().Tables)
			require.Len(t, r.Report().Warnings, 1)
			assert.Contains(t, r.Report().Warnings[0], fmt.Sprintf("left out %d rows %s", n, tt.leftOut))
		})
	}
	t.Run("nothing else", func(t *testing.T) {
		_, rows, errs := collect(t, "f", strings.Repeat(process+"\n", n))
		assert.Empty(t, rows)
		require.Len(t, errs, 1)
		assert.ErrorIs(t, errs[0], tables.ErrUnknown)
		assert.Contains(t, errs[0].Error(), `f: not a supported table: columns "Timestamp", "DeviceId"`)
	})
}

// TestHeadersAmongRows reads exports that were put one behind the other.
func TestHeadersAmongRows(t *testing.T) {
	const first = "Timestamp,Url,AccountUpn,ActionType,IPAddress\n2026-09-28T10:40:01Z,https://a.example/,ada@contoso.example,ClickAllowed,198.51.100.7\n"
	tests := []struct {
		name, second string
		accounts     []string
	}{
		{"another order", "Timestamp,AccountUpn,Url,ActionType,IPAddress\n2026-09-28T10:40:02Z,bob@contoso.example,https://b.example/,ClickAllowed,198.51.100.8\n", []string{"ada@contoso.example", "bob@contoso.example"}},
		{"another delimiter and a mark", bom + "sep=;\nAccountUpn;Timestamp;Url;ActionType;IPAddress\nbob@contoso.example;2026-09-28T10:40:02Z;https://b.example/;ClickAllowed;198.51.100.8\n", []string{"ada@contoso.example", "bob@contoso.example"}},
		{"quoted, with a type", "#TYPE System.Management.Automation.PSCustomObject\n\"Url\",\"Timestamp\",\"AccountUpn\",\"ActionType\"\n\"https://b.example/\",\"2026-09-28T10:40:02Z\",\"bob@contoso.example\",\"ClickAllowed\"\n", []string{"ada@contoso.example", "bob@contoso.example"}},
		{"another table", mailCSV, []string{"ada@contoso.example"}},
		{"the same header", first, []string{"ada@contoso.example", "ada@contoso.example"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, rows, errs := collect(t, "f", first+tt.second)
			require.Empty(t, errs)
			var accounts []string
			for _, row := range rows {
				if row.Click != nil {
					accounts = append(accounts, row.Click.AccountUpn)
					assert.True(t, strings.HasPrefix(row.Click.Url, "https://"))
					assert.Equal(t, "ClickAllowed", string(row.Click.ActionType))
				}
			}
			assert.Equal(t, tt.accounts, accounts)
		})
	}
	t.Run("a row of words is a row", func(t *testing.T) {
		_, rows, errs := collect(t, "f", "AccountUpn,Url,ActionType,Workload\nUrl,Timestamp,,\nada,https://a.example/,ClickAllowed,Email\n")
		require.Empty(t, errs)
		assert.Len(t, rows, 2)
	})
}

// TestCarriageReturns reads lines that end as old Macs end them.
func TestCarriageReturns(t *testing.T) {
	text := header + "\n" + row("2026-09-28T10:40:01.5123456Z", "False") + "\n" + row("2026-09-28T10:41:01.5123456Z", "False") + "\n"
	for _, tt := range []struct{ name, text string }{
		{"CSV", text},
		{"long CSV", text + strings.Repeat(row("2026-09-28T10:41:01.5123456Z", "False")+"\n", 5000)},
		{"JSON lines", lines(rowJSON, rowJSON)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, want, errs := collect(t, "f", tt.text)
			require.Empty(t, errs)
			_, got, errs := collect(t, "f", strings.ReplaceAll(tt.text, "\n", "\r"))
			require.Empty(t, errs)
			assert.Equal(t, want, got)
		})
	}
}

// TestEvidenceOnly holds that a first pass yields the evidence and counts the clicks.
func TestEvidenceOnly(t *testing.T) {
	r, err := tables.NewReader("f", strings.NewReader(lines(rowJSON, mailJSON, auditJSON, `{"Url":"u","ActionType":"a","Timestamp":"tomorrow"}`)), tables.Options{EvidenceOnly: true})
	require.NoError(t, err)
	var kinds []string
	for row, err := range r.Rows() {
		require.NoError(t, err)
		assert.Nil(t, row.Click)
		kinds = append(kinds, fmt.Sprintf("%T", row.Evidence))
	}
	assert.Equal(t, []string{"evidence.Email", "evidence.Audited"}, kinds)
	assert.Equal(t, map[string]int64{"EmailEvents": 1, "UrlClickEvents": 2, "TIUrlClickData": 1}, r.Report().Tables)
}
