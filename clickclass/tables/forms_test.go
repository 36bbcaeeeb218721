package tables_test

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// theClick is the click that every form below holds.
var theClick = clickclass.Click{
	Timestamp:        time.Date(2026, 9, 28, 10, 40, 1, 512_345_600, time.UTC),
	Url:              "https://www.example.com/offer?id=1,2",
	ActionType:       clickclass.ClickAllowed,
	AccountUpn:       "Ada@contoso.example",
	Workload:         "Email",
	NetworkMessageId: "3c7b1317-ac21-4754-5a76-08dee4d61558",
	ThreatTypes:      "Phish",
	DetectionMethods: `{"Phish":["URL detonation reputation"]}`,
	IPAddress:        netip.MustParseAddr("198.51.100.7"),
	UrlChain:         `["https://www.example.com/offer?id=1,2","https://www.example.com/"]`,
	ReportId:         "e2cf1de7-98af-47b5-4a2d-08dee5b77665",
	AppName:          "Mail",
	AppVersion:       "0.0.0000",
	SourceId:         "3c7b1317-ac21-4754-5a76-08dee4d61558",
}

const (
	rowJSON = `{"Timestamp":"2026-09-28T10:40:01.5123456Z","Url":"https://www.example.com/offer?id=1,2","ActionType":"ClickAllowed",` +
		`"AccountUpn":"Ada@contoso.example","Workload":"Email","NetworkMessageId":"3c7b1317-ac21-4754-5a76-08dee4d61558",` +
		`"ThreatTypes":"Phish","DetectionMethods":"{\"Phish\":[\"URL detonation reputation\"]}","IPAddress":"198.51.100.7",` +
		`"IsClickedThrough":false,"UrlChain":"[\"https://www.example.com/offer?id=1,2\",\"https://www.example.com/\"]",` +
		`"ReportId":"e2cf1de7-98af-47b5-4a2d-08dee5b77665","AppName":"Mail","AppVersion":"0.0.0000","SourceId":"3c7b1317-ac21-4754-5a76-08dee4d61558"}`
	streamJSON = `{"time":"2026-09-28T10:42:27.3903696Z","tenantId":"00000000-0000-4000-8000-00000000c0de","operationName":"Publish",` +
		`"category":"AdvancedHunting-UrlClickEvents","_TimeReceivedBySvc":"2026-09-28T10:40:02.1314605Z","properties":` + rowJSON + `,"Tenant":"DefaultTenant"}`
	header  = `Timestamp,Url,ActionType,AccountUpn,Workload,NetworkMessageId,ThreatTypes,DetectionMethods,IPAddress,IsClickedThrough,UrlChain,ReportId,AppName,AppVersion,SourceId`
	restCSV = `"https://www.example.com/offer?id=1,2",ClickAllowed,Ada@contoso.example,Email,3c7b1317-ac21-4754-5a76-08dee4d61558,Phish,` +
		`"{""Phish"":[""URL detonation reputation""]}",198.51.100.7,%,"[""https://www.example.com/offer?id=1,2"",""https://www.example.com/""]",` +
		`e2cf1de7-98af-47b5-4a2d-08dee5b77665,Mail,0.0.0000,3c7b1317-ac21-4754-5a76-08dee4d61558`
	bom = "\xef\xbb\xbf"
)

// row makes a CSV row.
func row(timestamp, through string) string {
	return timestamp + "," + strings.Replace(restCSV, "%", through, 1)
}

func inUTF16(s string, order binary.ByteOrder, mark bool) string {
	var b []byte
	if mark {
		s = "\ufeff" + s
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, 0, 0)
		order.PutUint16(b[len(b)-2:], u)
	}
	return string(b)
}

// collect reads all rows of a text; errors are kept beside them.
func collect(t *testing.T, name, text string) (r *tables.Reader, rows []tables.Row, errs []error) {
	t.Helper()
	r, err := tables.NewReader(name, strings.NewReader(text), tables.Options{})
	require.NoError(t, err)
	for row, err := range r.Rows() {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		rows = append(rows, row)
	}
	return r, rows, errs
}

// TestForms reads the same two clicks out of every form in which exports hold
// them.
func TestForms(t *testing.T) {
	second := func(s string) string { // a second row, of a click-through
		return strings.NewReplacer("10:40:01", "10:41:01", `"IsClickedThrough":false`, `"IsClickedThrough":true`).Replace(s)
	}
	columns := func(key, kind string) string {
		names := strings.Split(header, ",")
		for i, name := range names {
			names[i] = `{"` + key + `":"` + name + `","` + kind + `":"String"}`
		}
		return "[" + strings.Join(names, ",") + "]"
	}
	values := func(through string) string {
		return `["2026-09-28T10:40:01.5123456Z","https://www.example.com/offer?id=1,2","ClickAllowed","Ada@contoso.example","Email",` +
			`"3c7b1317-ac21-4754-5a76-08dee4d61558","Phish","{\"Phish\":[\"URL detonation reputation\"]}","198.51.100.7",` + through +
			`,"[\"https://www.example.com/offer?id=1,2\",\"https://www.example.com/\"]","e2cf1de7-98af-47b5-4a2d-08dee5b77665","Mail","0.0.0000",` +
			`"3c7b1317-ac21-4754-5a76-08dee4d61558"]`
	}
	portal := bom + header + "\r\n" + row("2026-09-28T10:40:01.5123456Z", "False") + "\r\n" + row("2026-09-28T10:41:01.5123456Z", "True") + "\r\n"
	suffixed := strings.NewReplacer("Timestamp", "TimeGenerated", "Url,", "Url_s,", "AccountUpn", "AccountUpn_s", "NetworkMessageId", "NetworkMessageId_g",
		"IsClickedThrough", "IsClickedThrough_b", "UrlChain", "UrlChain_s", "IPAddress", "IPAddress_s", "ActionType", "ActionType_s").Replace(header)
	pretty := func(s string) string {
		var b bytes.Buffer
		require.NoError(t, json.Indent(&b, []byte(s), "    ", "  "))
		return b.String()
	}
	delimited := func(delimiter rune) string {
		records, err := csv.NewReader(strings.NewReader(portal[len(bom):])).ReadAll()
		require.NoError(t, err)
		var b strings.Builder
		w := csv.NewWriter(&b)
		w.Comma = delimiter
		require.NoError(t, w.WriteAll(records))
		return b.String()
	}
	for _, tt := range []struct {
		name string
		text string
		form string
	}{
		{"portal CSV", portal, "CSV"},
		{"CSV without BOM and last line end", strings.TrimSuffix(strings.TrimPrefix(portal, bom), "\r\n"), "CSV"},
		{"CSV in UTF-16, as Windows PowerShell writes it", inUTF16(portal[3:], binary.LittleEndian, true), "CSV"},
		{"CSV in UTF-16, big-endian", inUTF16(portal[3:], binary.BigEndian, true), "CSV"},
		{"CSV in UTF-16 without a mark", inUTF16(portal[3:], binary.LittleEndian, false), "CSV"},
		{"CSV with semicolons", delimited(';'), "CSV"},
		{"CSV with semicolons, all quoted", allQuoted(portal, ';'), "CSV"},
		{"CSV with a column in another encoding", strings.Replace(strings.ReplaceAll(portal, "\r\n", ",x\r\n"), ",x\r", ",Gr\xfc\xdfe\r", 1), "CSV"},
		{"CSV with tabs", delimited('\t'), "CSV"},
		{"Export-Csv with its type line", "#TYPE System.Management.Automation.PSCustomObject\r\n" + portal[3:], "CSV"},
		{"CSV for Excel", "sep=,\r\n" + portal[3:], "CSV"},
		{"Log Analytics CSV", "TenantId,Time" + header + ",TimeGenerated,Type\n" +
			"x,," + strings.TrimPrefix(row("", "False"), ",") + ",2026-09-28 10:40:01.5123456+00:00,UrlClickEvents\n" +
			"x,," + strings.TrimPrefix(row("", "1"), ",") + ",2026-09-28 10:41:01.5123456+00:00,UrlClickEvents\n", "CSV"},
		{"Log Analytics CSV, displayed columns", strings.Replace(header, "Timestamp", `"TimeGenerated [UTC]"`, 1) + "\n" +
			row(`"9/28/2026, 10:40:01.5123456 AM"`, "false") + "\n" + row(`"9/28/2026, 10:41:01.5123456 AM"`, "true") + "\n", "CSV"},
		{"custom table CSV", suffixed + "\n" + row("2026-09-28T10:40:01.5123456Z", "0") + "\n" + row("2026-09-28T10:41:01.5123456Z", "1") + "\n", "CSV"},
		{"NDJSON", rowJSON + "\n" + second(rowJSON) + "\n", "NDJSON"},
		{"NDJSON with CRLF and blank lines", "\r\n" + rowJSON + "\r\n\r\n  \r\n" + second(rowJSON), "NDJSON"},
		{"NDJSON in UTF-16", inUTF16(rowJSON+"\r\n"+second(rowJSON)+"\r\n", binary.LittleEndian, true), "NDJSON"},
		{"custom table NDJSON", strings.NewReplacer(`"Timestamp"`, `"TimeGenerated"`, `"Url"`, `"Url_s"`, `"AccountUpn"`, `"AccountUpn_s"`, `"NetworkMessageId"`, `"NetworkMessageId_g"`,
			`"IsClickedThrough"`, `"IsClickedThrough_b"`, `"UrlChain"`, `"UrlChain_s"`).Replace(rowJSON+"\n"+second(rowJSON)) + "\n", "NDJSON"},
		{"JSON array", "[" + rowJSON + ",\n" + second(rowJSON) + "]\n", "JSON array"},
		{"JSON array over many lines", "[\n  " + pretty(rowJSON) + ",\n  " + pretty(second(rowJSON)) + "\n]\n", "JSON array"},
		{"JSON objects over many lines", pretty(rowJSON) + "\n" + pretty(second(rowJSON)) + "\n", "JSON object"},
		{"JSON objects one after the other", rowJSON + second(rowJSON), "JSON object"},
		{"Defender API", `{"Stats":{"ExecutionTime":0.1,"resource_usage":{"cache":{}}},"Schema":` + columns("Name", "Type") + `,"Results":[` + rowJSON + "," + second(rowJSON) + "]}", "hunting API"},
		{"Graph", `{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#microsoft.graph.security.huntingQueryResults","schema":` +
			columns("name", "type") + `,"results":[` + rowJSON + "," + second(rowJSON) + "]}", "hunting API"},
		{"Graph, results first, over many lines", "{\n  \"results\": [\n    " + pretty(rowJSON) + ",\n    " + pretty(second(rowJSON)) + "\n  ],\n  \"schema\": " + columns("Name", "Type") + "\n}\n", "hunting API"},
		{"Graph answers one after the other", `{"results":[` + rowJSON + `]}` + "\n" + `{"results":[` + second(rowJSON) + `]}`, "hunting API"},
		{"Start-MgSecurityHuntingQuery | ConvertTo-Json", `{"Results":[{"AdditionalProperties":` + rowJSON + `},{"AdditionalProperties":` + second(rowJSON) + `}],"Schema":` +
			columns("Name", "Type") + `,"AdditionalProperties":{}}`, "hunting API"},
		{"Sentinel sample data", strings.ReplaceAll("["+rowJSON+","+second(rowJSON)+"]", `"Timestamp"`, `"TimeGenerated [UTC]"`), "JSON array"},
		{"Graph page", `{"@odata.context":"x","value":[` + rowJSON + "," + second(rowJSON) + `],"@odata.nextLink":"y"}`, "JSON array"},
		{"Streaming API", streamJSON + "\r\n" + second(streamJSON) + "\r\n", "Streaming API"},
		{"Event Hub message", `{"records":[` + streamJSON + "," + second(streamJSON) + "]}", "records"},
		{"Event Hub messages, one a line", `{"records":[` + streamJSON + "]}\n" + `{"records": [` + second(streamJSON) + "]}\n", "records"},
		{"Event Hub messages in an array", `[{"records":[` + streamJSON + `]},{"records":[` + second(streamJSON) + `]}]`, "JSON array"},
		{"Event Hub record with quoted properties", `{"category":"AdvancedHunting-UrlClickEvents","properties":` + quoted(rowJSON) + "}\n" +
			`{"category":"AdvancedHunting-UrlClickEvents","properties":` + quoted(second(rowJSON)) + "}\n", "Streaming API"},
		{"Event Hub with private columns", strings.ReplaceAll(streamJSON+"\n"+second(streamJSON), `"properties":{`, `"properties":{"__UDI_RequiredFields_TenantId":"x","__UDI_RequiredFields_EventTime":1,`), "Streaming API"},
		{"Log Analytics query", `{"tables":[{"name":"PrimaryResult","columns":` + columns("name", "type") + `,"rows":[` + values("false") + "," +
			second(values(`true`)) + "]}]}", "Log Analytics"},
		{"Kusto query", `{"Tables":[{"TableName":"Table_0","Columns":` + columns("ColumnName", "DataType") + `,"Rows":[` + values("0") + "," +
			second(values(`"1"`)) + "]}]}", "Log Analytics"},
		{"Log Analytics query, two tables", `{"tables":[{"name":"PrimaryResult","columns":` + columns("name", "type") + `,"rows":[` + values("false") + `]},{"name":"Second","columns":` +
			strings.ReplaceAll(columns("name", "type"), "Timestamp", "TimeGenerated") + `,"rows":[` + second(values(`true`)) + "]}]}", "Log Analytics"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, rows, errs := collect(t, "clicks", tt.text)
			assert.Empty(t, errs)
			assert.Equal(t, "UrlClickEvents", r.Report().Table)
			assert.Equal(t, tt.form, r.Report().Form)
			require.Len(t, rows, 2)
			for i, row := range rows {
				want := theClick
				want.File, want.Row = "clicks", int64(i+1)
				if i == 1 {
					want.Timestamp = want.Timestamp.Add(time.Minute)
					want.IsClickedThrough = true
				}
				require.NotNil(t, row.Click)
				assert.Equal(t, want, *row.Click)
				assert.EqualValues(t, i+1, row.Row)
				assert.Equal(t, "clicks", row.File)
			}

			// However the input arrives, the rows are the same.
			again, err := tables.NewReader("clicks", iotest.OneByteReader(strings.NewReader(tt.text)), tables.Options{})
			require.NoError(t, err)
			assert.Equal(t, tt.form, again.Report().Form)
			n := 0
			for row, err := range again.Rows() {
				require.NoError(t, err)
				assert.Equal(t, *rows[n].Click, *row.Click)
				n++
			}
			assert.Equal(t, 2, n)
		})
	}
}

// allQuoted writes a CSV with quotes around every field, as Export-Csv does.
func allQuoted(text string, delimiter byte) string {
	records, _ := csv.NewReader(strings.NewReader(text[len(bom):])).ReadAll()
	var b strings.Builder
	for _, record := range records {
		for i, field := range record {
			if i > 0 {
				b.WriteByte(delimiter)
			}
			b.WriteString(`"` + strings.ReplaceAll(field, `"`, `""`) + `"`)
		}
		b.WriteString("\r\n")
	}
	return b.String()
}

func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
