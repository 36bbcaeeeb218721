package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

const mailMessage = "Received: from a.example by b.example; Mon, 3 Aug 2026 09:00:00 +0000\r\nFrom: a@contoso.example\r\nTo: kim@contoso.example\r\nSubject: x\r\n\r\nhello\r\n"

// TestMistakes gives one thing that is no export of clicks: one line says what it is and what
// helps, and the status is that of usage.
func TestMistakes(t *testing.T) {
	const export = "UrlClickEvents | where Timestamp > ago(30d)"
	tests := map[string]struct {
		name, content string
		says          []string
	}{
		"a PDF":                {"a.pdf", "%PDF-1.7\n", []string{"a.pdf: a PDF document", "unwrap LINK", export}},
		"mail":                 {"a.eml", mailMessage, []string{"a mail message", "unwrap --rewrite < FILE", export}},
		"a page":               {"a.html", "<html><body>", []string{"an HTML page", "unwrap --rewrite < FILE", export}},
		"a picture":            {"a.png", "\x89PNG\r\n\x1a\n", []string{"a picture", export}},
		"a query":              {"a.kql", export, []string{"text of a query", "run it in advanced hunting"}},
		"links":                {"a.txt", "https://a.example/\nhttps://b.example/\n", []string{"a list of links", "unwrap < FILE", export}},
		"addresses":            {"a.txt", "192.0.2.1\n192.0.2.2\n", []string{"a list of addresses", "whereis ADDRESS", export}},
		"an old workbook":      {"a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", []string{"Excel before 2007", "save it as .xlsx or CSV"}},
		"7z":                   {"a.7z", "7z\xbc\xaf\x27\x1c\x00\x04", []string{"an archive", "unpack it first"}},
		"a program":            {"a.exe", "MZ\x90\x00\x03", []string{"a program", export}},
		"an empty file":        {"a.csv", "", []string{"empty", export}},
		"an empty workbook":    {"a.xlsx", workbook(t), []string{"empty", export}},
		"processes":            {"a.csv", "Timestamp,DeviceId,ProcessCommandLine,ProcessId,AccountName\r\n", []string{"DeviceProcessEvents, which says nothing of clicks", export}},
		"processes as JSON":    {"a.json", `{"Timestamp":"2026-08-03T09:00:00Z","DeviceId":"d","ProcessCommandLine":"x","ProcessId":4}`, []string{"DeviceProcessEvents", export}},
		"a table of something": {"a.csv", "name,age\r\nkim,30\r\n", []string{"not a supported table", export}},
		"mail tables alone":    {"a.csv", "Timestamp,NetworkMessageId,RecipientEmailAddress,SenderFromAddress,DeliveryAction\r\n", []string{"a.csv is EmailEvents, which is evidence about clicks", export}},
		"a name with controls": {"a\x1b[2J.pdf", "%PDF-1.7\n", []string{"a\ufffd[2J.pdf: a PDF document"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := runTriage(t, "", writeFile(t, tt.name, tt.content))
			assert.Equal(t, exitUsage, got.status)
			assert.Empty(t, got.stdout)
			assert.Equal(t, 1, strings.Count(got.stderr, "\n"), got.stderr)
			assert.NotContains(t, got.stderr, "\x1b")
			assert.NotContains(t, got.stderr, "tables:")
			for _, s := range tt.says {
				assert.Contains(t, got.stderr, s)
			}
		})
	}
	for content, says := range map[string]string{
		"%PDF-1.7\n": "triage: -: a PDF document", mailMessage: "triage: -: a mail message", "": "triage: -: empty", export: "triage: -: the text of a query",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "if it is a workbook, save it as .xlsx or CSV",
	} {
		got := runTriage(t, content, "-")
		assert.Equal(t, exitUsage, got.status)
		assert.Contains(t, got.stderr, says)
		assert.Equal(t, 1, strings.Count(got.stderr, "\n"), got.stderr)
	}
}

func TestMistakenArguments(t *testing.T) {
	clicks := writeFile(t, "clicks.csv", header+teams)
	tests := map[string]struct {
		argument string
		says     []string
	}{
		"a link":         {"https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example&data=s3cret", []string{"a link, not a file", "unwrap LINK", "UrlClickEvents"}},
		"a defanged one": {"hxxps://a.example/s3cret", []string{"a link, not a file"}},
		"an address":     {"52.112.103.113", []string{"an address, not a file", "whereis ADDRESS", "UrlClickEvents"}},
		"a range":        {"2001:db8::/32", []string{"an address"}},
		"a mail address": {"s3cret@contoso.example", []string{"a mail address, not a file", "AccountUpn"}},
		"a query":        {"UrlClickEvents | where Url has \"s3cret\"", []string{"a query, not a file", "run it in advanced hunting"}},
		"no such file":   {"none\x1b[2J.csv", []string{"none\ufffd[2J.csv: no such file"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := runTriage(t, "", clicks, tt.argument)
			assert.Equal(t, exitUsage, got.status)
			assert.Empty(t, got.stdout)
			assert.Equal(t, 1, strings.Count(got.stderr, "\n"), got.stderr)
			for _, s := range tt.says {
				assert.Contains(t, got.stderr, s)
			}
			assert.NotContains(t, got.stderr, "s3cret")
			assert.NotContains(t, got.stderr, "\x1b")
		})
	}
	t.Run("an unknown flag with controls", func(t *testing.T) {
		got := runTriage(t, "", "--x\x1b[2J")
		assert.Equal(t, exitUsage, got.status)
		assert.NotContains(t, got.stderr, "\x1b")
	})
}

// TestMistakesBesideClicks holds that what is in a folder and holds no clicks is no failure,
// and what may hold some is one.
func TestMistakesBesideClicks(t *testing.T) {
	tests := map[string]struct {
		name, content string
		status        int
	}{
		"a picture":       {"a.png", "\x89PNG\r\n\x1a\n", exitOK},
		"mail":            {"a.eml", mailMessage, exitOK},
		"an empty file":   {"a.csv", "", exitOK},
		"another table":   {"a.csv", "Timestamp,DeviceId,ProcessCommandLine,ProcessId\r\n", exitOK},
		"an old workbook": {"a.xls", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", exitIncomplete},
		"an archive":      {"a.7z", "7z\xbc\xaf\x27\x1c\x00\x04", exitIncomplete},
		"half an archive": {"a.zip", "PK\x03\x04", exitIncomplete},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(folder, tt.name), []byte(tt.content), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(folder, "clicks.csv"), []byte(header+teams), 0o600))
			got := runTriage(t, "", "--format", "ndjson", folder)
			assert.Equal(t, tt.status, got.status, got.stderr)
			assert.Len(t, lines(t, got.stdout), 1)
			assert.Contains(t, got.stderr, "left out: ")
		})
	}
	t.Run("the same file twice is read once", func(t *testing.T) {
		path := writeFile(t, "clicks.csv", header+teams)
		other := filepath.Join(t.TempDir(), "other.csv")
		require.NoError(t, os.Link(path, other))
		got := runTriage(t, "", "--format", "ndjson", path, other, path)
		assert.Equal(t, exitOK, got.status)
		assert.Len(t, lines(t, got.stdout), 1)
		assert.Contains(t, got.stderr, other+": given twice, first as "+path+": read once")
		assert.Contains(t, got.stderr, path+": given twice: read once")
	})
}

// workbook returns a workbook with a sheet for each name, with its rows.
func workbook(t testing.TB, sheets ...any) string {
	t.Helper()
	f := excelize.NewFile()
	for i := 0; i < len(sheets); i += 2 {
		name := sheets[i].(string)
		_, err := f.NewSheet(name)
		require.NoError(t, err)
		for n, row := range sheets[i+1].([][]any) {
			require.NoError(t, f.SetSheetRow(name, fmt.Sprintf("A%d", n+1), &row))
		}
	}
	b, err := f.WriteToBuffer()
	require.NoError(t, err)
	return b.String()
}

// TestWorkbook gives clicks and what settles them as sheets, with dates as Excel keeps them.
func TestWorkbook(t *testing.T) {
	at := time.Date(2026, 8, 3, 9, 20, 0, 512_000_000, time.UTC)
	content := workbook(t,
		"Notes", [][]any{{"made by kim"}},
		"Devices", [][]any{{"Timestamp", "DeviceId", "ActionType", "RemoteUrl", "InitiatingProcessFileName", "InitiatingProcessAccountUpn"},
			{at.Add(-2 * time.Second), "d1", "BrowserLaunchedToOpenUrl", "https://b.example/y", "outlook.exe", "kim@contoso.example"}},
		"Clicks", [][]any{{"Clicks of August; made by kim"}, {}, {"Timestamp", "Url", "ActionType", "AccountUpn", "Workload", "IPAddress", "IsClickedThrough"},
			{at, "https://b.example/y", "ClickAllowed", "kim@contoso.example", "Email", "198.51.100.7", false},
			{nil}, {at.Add(time.Hour), "https://b.example/z", "ClickAllowed", "#N/A", "Email", "198.51.100.7", true}})
	path := writeFile(t, "export.xlsx", content)
	for name, tt := range map[string]struct{ stdin, arg, file string }{
		"a file": {"", path, path}, "standard input": {content, "-", "-"}, "in an archive": {zipped(t, "e.xlsx", content), "-", "-/e.xlsx"},
	} {
		t.Run(name, func(t *testing.T) {
			got := runTriage(t, tt.stdin, "--format", "ndjson", tt.arg)
			assert.Equal(t, exitOK, got.status, got.stderr)
			assert.Contains(t, got.stderr, tt.file+"/Clicks: the dates of a workbook have no time zone: they were read as UTC")
			assert.Contains(t, got.stderr, "left out: "+tt.file+"/Notes: not a supported table")
			assert.Contains(t, got.stdout, `"timestamp":"2026-08-03T09:20:00.512Z"`)
			found := lines(t, got.stdout)
			require.Len(t, found, 2)
			assert.Equal(t, tt.file+"/Clicks", found[0].File)
			assert.Equal(t, "owner", found[0].Class)
			assert.Equal(t, 2, found[1].Row)
		})
	}
}

// TestEuropeanExports gives what Excel and Windows write in Europe.
func TestEuropeanExports(t *testing.T) {
	semicolons := strings.ReplaceAll(header+teams, ",", ";")
	for name, content := range map[string]string{
		"semicolons":                semicolons,
		"tabs":                      strings.ReplaceAll(header+teams, ",", "\t"),
		"semicolons, with sep=":     "sep=;\r\n" + semicolons,
		"semicolons in UTF-16":      "\xff\xfe" + utf16(semicolons),
		"tabs in UTF-16, no mark":   utf16(strings.ReplaceAll(header+teams, ",", "\t")),
		"UTF-8 with a mark, zipped": zipped(t, "a.csv", "\ufeff"+semicolons),
	} {
		t.Run(name, func(t *testing.T) {
			got := runTriage(t, "", "--format", "ndjson", writeFile(t, "a.csv", content))
			assert.Equal(t, exitOK, got.status, got.stderr)
			found := lines(t, got.stdout)
			require.Len(t, found, 1)
			assert.Equal(t, "52.112.103.113", found[0].IP)
		})
	}
}

// TestMembersOfOneName holds that file and row name one click.
func TestMembersOfOneName(t *testing.T) {
	got := runTriage(t, zipped(t, "a.csv", header+teams, "a.csv", header+outside), "--format", "ndjson", "-")
	assert.Equal(t, exitOK, got.status, got.stderr)
	found := lines(t, got.stdout)
	require.Len(t, found, 2)
	assert.Equal(t, "-/a.csv", found[0].File)
	assert.Equal(t, "-/a.csv (2)", found[1].File)
}

// TestPipedInput runs without arguments.
func TestPipedInput(t *testing.T) {
	pipe := func(t *testing.T, content string) *os.File {
		r, w, err := os.Pipe()
		require.NoError(t, err)
		t.Cleanup(func() { r.Close() })
		_, err = io.WriteString(w, content)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		return r
	}
	open := func(t *testing.T, path string) *os.File {
		f, err := os.Open(path)
		require.NoError(t, err)
		t.Cleanup(func() { f.Close() })
		return f
	}
	tests := map[string]struct {
		stdin  func(t *testing.T) *os.File
		status int
		stdout string
		stderr string
	}{
		"clicks":          {func(t *testing.T) *os.File { return pipe(t, header+teams) }, exitOK, "The click of alex@contoso.example", ""},
		"from a file":     {func(t *testing.T) *os.File { return open(t, writeFile(t, "a.csv", header+teams)) }, exitOK, "The click of alex@contoso.example", ""},
		"a page":          {func(t *testing.T) *os.File { return pipe(t, "<html>") }, exitUsage, "", "-: an HTML page"},
		"nothing":         {func(t *testing.T) *os.File { return pipe(t, "") }, exitOK, "The built-in sample", "standard input is empty: this is the built-in sample"},
		"the null device": {func(t *testing.T) *os.File { return open(t, os.DevNull) }, exitOK, "The built-in sample", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			assert.Equal(t, tt.status, run(t.Context(), nil, tt.stdin(t), &stdout, &stderr))
			assert.Contains(t, stdout.String(), tt.stdout)
			assert.Contains(t, stderr.String(), tt.stderr)
			if tt.stderr == "" {
				assert.Empty(t, stderr.String())
			}
		})
	}
}

func TestNoFormulas(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"a link":                    {"https://a.example/?a=1&b=-2", "https://a.example/?a=1&b=-2"},
		"at the beginning":          {"=1+1", "'=1+1"},
		"after blanks and quotes":   {` "=1+1`, `' "=1+1`},
		"after a semicolon":         {`https://a.example/;=HYPERLINK("x")`, `https://a.example/;'=HYPERLINK("x")`},
		"after a tab":               {"a\t@SUM(A1)", "a\t'@SUM(A1)"},
		"after a line end":          {"a\r\n-1", "a\r\n'-1"},
		"after a semicolon, quoted": {`a;"=1"`, `a;'"=1"`},
		"wide":                      {"＝1+1", "'＝1+1"},
		"a tab at the beginning":    {"\ta", "'\ta"},
		"several":                   {"=1;=2;b;+3", "'=1;'=2;b;'+3"},
		"nothing":                   {"", ""},
		"semicolons":                {";;", ";;"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, withoutFormulas(tt.in)) })
	}
}

// TestNoFormulaUnderAnySeparator writes clicks with hostile cells and splits the output as a
// spreadsheet would that takes another separator.
func TestNoFormulaUnderAnySeparator(t *testing.T) {
	var b strings.Builder
	b.WriteString(header)
	for _, before := range []string{"", ";", "\t", ",", "\n", "a;", "a\t", "a,", "a\n", "a;;", "a; ", `a;"`, `";`, "a;\t"} {
		for _, sign := range []string{"=", "+", "-", "@"} {
			cell := `"` + strings.ReplaceAll(before+sign+"cmd|' /C calc'!A0", `"`, `""`) + `"`
			b.WriteString("2026-08-03T09:14:05Z," + cell + ",ClickAllowed," + cell + "," + cell + ",,,,198.51.100.7,false,,\r\n")
		}
	}
	got := runTriage(t, b.String(), "--format", "csv", "-")
	for _, separator := range []rune{',', ';', '\t'} {
		r := csv.NewReader(strings.NewReader(got.stdout))
		r.Comma, r.LazyQuotes, r.FieldsPerRecord = separator, separator != ',', -1
		for {
			record, err := r.Read()
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
			for _, cell := range record {
				cell = strings.Trim(cell, ` "`)
				if cell != "" && !isNumber(cell) {
					assert.NotContains(t, "=+-@", cell[:1], "%q", cell)
				}
			}
		}
	}
}

// TestRowsOnATerminal holds that control characters of cells reach a pipe and no terminal.
func TestRowsOnATerminal(t *testing.T) {
	for _, isTerminal := range []bool{false, true} {
		var b bytes.Buffer
		x := &triage{options: options{Format: "csv", Workers: 1}, ctx: t.Context(), stdout: &b, stderr: io.Discard, exports: &exports{}}
		out, err := x.newOutput()
		require.NoError(t, err)
		out.sinks[0].terminal = isTerminal
		require.NoError(t, out.addError(&rowError{"a.csv", 1, "Url", "bad \x1b[2J\u202e"}))
		require.NoError(t, out.sinks[0].w.Flush())
		assert.Equal(t, !isTerminal, strings.Contains(b.String(), "\x1b"))
		assert.Equal(t, 2, strings.Count(b.String(), "\n"))
	}
}

// TestLongCells holds that a summary and a report cut what they show.
func TestLongCells(t *testing.T) {
	for _, column := range []int{1, 2, 3, 4, 5, 6} {
		cells := strings.Split(strings.TrimSpace(outside), ",")
		cells[column] += strings.Repeat("y", 60_000)
		report := filepath.Join(t.TempDir(), "report.html")
		got := runTriage(t, header+strings.Join(cells, ",")+"\r\n", "--html", report, "-")
		assert.Equal(t, exitOK, got.status, got.stderr)
		assert.Less(t, len(got.stdout), 20_000)
		assert.NotContains(t, reportContent(t, report), strings.Repeat("y", 10_000))
	}
}

// BenchmarkShapes prints the time of what was not linear once, for n, 2n and 4n.
func BenchmarkShapes(b *testing.B) {
	shapes := []struct {
		name    string
		sizes   []int
		content func(n int) string
	}{
		{"members of an archive", []int{1000, 2000, 4000}, func(n int) string {
			var files []string
			for i := range n {
				files = append(files, fmt.Sprintf("%d.csv", i), header+outside)
			}
			return zipped(b, files...)
		}},
		{"bytes of an account", []int{125_000, 250_000, 500_000}, func(n int) string {
			return header + strings.Replace(outside, "kim", strings.Repeat("k", n), 1)
		}},
		{"rows with long cells", []int{500, 1000, 2000}, func(n int) string {
			var rows strings.Builder
			rows.WriteString(header)
			for i := range n {
				rows.WriteString(strings.Replace(outside, "Email", strings.Repeat("w", 60_000)+fmt.Sprint(i), 1))
			}
			return rows.String()
		}},
	}
	for _, shape := range shapes {
		for _, n := range shape.sizes {
			b.Run(fmt.Sprintf("%s/%d", shape.name, n), func(b *testing.B) {
				path := filepath.Join(b.TempDir(), "input")
				require.NoError(b, os.WriteFile(path, []byte(shape.content(n)), 0o600))
				b.ReportAllocs()
				for b.Loop() {
					require.Equal(b, exitOK, run(b.Context(), []string{path}, strings.NewReader(""), io.Discard, io.Discard))
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/n")
			})
		}
	}
}
