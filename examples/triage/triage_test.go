package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/rowgen"
)

var update = flag.Bool("update", false, "write the golden files anew")

// result is what a run of the program leaves behind.
type result struct {
	stdout, stderr string
	status         int
}

func runTriage(t testing.TB, stdin string, args ...string) result {
	t.Helper()
	t.Setenv("COLUMNS", "100")
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), args, strings.NewReader(stdin), &stdout, &stderr)
	return result{stdout.String(), stderr.String(), status}
}

// line is what tests look at of a line of NDJSON.
type line struct {
	File   string
	Row    int
	Class  string
	URL    string  `json:"url"`
	IP     string  `json:"ip"`
	P      float64 `json:"p_automated"`
	Origin struct {
		Service, Region string
		Sets            []int
		ASN             *uint32
		Organization    *string
	}
	Missing  []string
	Failed   []string
	Revision int
	Account  string
	Delay    *float64 `json:"delay_seconds"`
	Error    *struct{ Column, Message string }
}

// lines reads NDJSON, every line of which must be JSON.
func lines(t testing.TB, ndjson string) []line {
	t.Helper()
	var out []line
	for text := range strings.Lines(ndjson) {
		var l line
		require.NoError(t, json.Unmarshal([]byte(text), &l), text)
		out = append(out, l)
	}
	return out
}

// writeFile writes a file into a folder of its own and returns its path.
func writeFile(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

const (
	header  = "Timestamp,Url,ActionType,AccountUpn,Workload,NetworkMessageId,ThreatTypes,DetectionMethods,IPAddress,IsClickedThrough,UrlChain,ReportId\r\n"
	teams   = "2026-08-03T09:14:05.512Z,https://a.example/x,ClickAllowed,alex@contoso.example,Email,,,,52.112.103.113,false,,\r\n"
	outside = "2026-08-03T09:20:00Z,https://b.example/y,ClickAllowed,kim@contoso.example,Email,,,,198.51.100.7,false,,\r\n"
)

func TestSample(t *testing.T) {
	for format, name := range map[string]string{"text": "sample.txt", "ndjson": "sample.ndjson", "csv": "sample.csv"} {
		for _, redact := range []bool{false, true} {
			args, golden := []string{"--format", format}, name
			if redact {
				args, golden = append(args, "--redact"), "redacted-"+name
			}
			t.Run(golden, func(t *testing.T) {
				got := runTriage(t, "", args...)
				assert.Equal(t, exitOK, got.status)
				assert.Empty(t, got.stderr)
				path := filepath.Join("testdata", golden)
				if *update {
					require.NoError(t, os.WriteFile(path, []byte(got.stdout), 0o644))
				}
				want, err := os.ReadFile(path)
				require.NoError(t, err)
				wanted, found := strings.Split(string(want), "\n"), strings.Split(got.stdout, "\n")
				for i := range min(len(wanted), len(found)) {
					require.Equal(t, wanted[i], found[i], "line %d", i+1)
				}
				assert.Len(t, found, len(wanted))
			})
		}
	}
}

func TestSampleShowsEveryClass(t *testing.T) {
	seen := map[string]bool{}
	founding := false
	for _, l := range lines(t, runTriage(t, "", "--format", "ndjson").stdout) {
		seen[l.Class] = true
		if l.IP == "52.112.103.113" {
			founding = true
			assert.Equal(t, "likely_automated", l.Class)
			assert.Equal(t, "Microsoft Teams", l.Origin.Service)
			assert.Equal(t, []int{11, 12}, l.Origin.Sets)
			assert.Equal(t, "centralfrance", l.Origin.Region)
		}
	}
	assert.True(t, founding)
	for _, class := range classes {
		assert.True(t, seen[class.String()], class)
	}
	text := runTriage(t, "").stdout
	assert.Contains(t, text, "likely automated  Microsoft Teams")
}

func TestOneClickIsAnsweredInASentence(t *testing.T) {
	got := runTriage(t, header+teams, "-")
	assert.Equal(t, exitOK, got.status)
	answer, _, _ := strings.Cut(got.stdout, "\n\n")
	assert.Equal(t, "The click of alex@contoso.example is likely automated: probably Microsoft Teams made it, P(machine)\n0.88, 0.33 to 0.91.", answer)
}

func gzipped(t testing.TB, s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, s)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func zstandard(t testing.TB, s string) string {
	w, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	return string(w.EncodeAll([]byte(s), nil))
}

func zipped(t testing.TB, files ...string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		require.NoError(t, err)
		_, err = io.WriteString(f, files[i+1])
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.String()
}

func TestInputs(t *testing.T) {
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	one := write("one/a.csv", header+teams)
	two := write("one/deeper/b.csv", header+outside)
	write("one/.hidden.csv", header+outside)
	write("one/notes.md", "# Notes\nnot an export\n")
	object := `{"Timestamp":"2026-08-03T09:14:05Z","Url":"https://a.example/x","ActionType":"ClickAllowed","AccountUpn":"a@contoso.example","Workload":"Email","IPAddress":"52.112.103.113"}`

	tests := map[string]struct {
		stdin string
		args  []string
		rows  int
	}{
		"one file":               {args: []string{one}, rows: 1},
		"two files":              {args: []string{one, two}, rows: 2},
		"a file twice":           {args: []string{one, one}, rows: 1},
		"a file in its folder":   {args: []string{one, filepath.Join(folder, "one")}, rows: 2},
		"standard input":         {stdin: header + teams + outside, args: []string{"-"}, rows: 2},
		"file and standard in":   {stdin: header + outside, args: []string{one, "-"}, rows: 2},
		"a folder":               {args: []string{filepath.Join(folder, "one")}, rows: 2},
		"a glob":                 {args: []string{filepath.Join(folder, "one", "*.csv")}, rows: 1},
		"gzip":                   {args: []string{write("a.csv.gz", gzipped(t, header+teams))}, rows: 1},
		"gzip by another name":   {args: []string{write("a.dat", gzipped(t, header+teams))}, rows: 1},
		"two gzips in one":       {args: []string{write("ab.gz", gzipped(t, header+teams)+gzipped(t, outside))}, rows: 2},
		"zstd":                   {args: []string{write("a.csv.zst", zstandard(t, header+teams))}, rows: 1},
		"zip":                    {args: []string{write("a.zip", zipped(t, "x/a.csv", header+teams, "b.csv.gz", gzipped(t, header+outside)))}, rows: 2},
		"zip on standard input":  {stdin: zipped(t, "a.csv", header+teams), args: []string{"-"}, rows: 1},
		"gzip on standard in":    {stdin: gzipped(t, header+teams), args: []string{"-"}, rows: 1},
		"UTF-16":                 {stdin: "\xff\xfe" + utf16(header+teams), args: []string{"-"}, rows: 1},
		"JSON lines":             {stdin: object + "\n" + object, args: []string{"-"}, rows: 2},
		"a JSON array":           {stdin: "[" + object + "," + object + "]", args: []string{"-"}, rows: 2},
		"hunting API":            {stdin: `{"Stats":{},"Schema":[],"Results":[` + object + `]}`, args: []string{"-"}, rows: 1},
		"a stream":               {stdin: `{"time":"2026-08-03T09:15:00Z","category":"AdvancedHunting-UrlClickEvents","properties":` + object + "}\r\n", args: []string{"-"}, rows: 1},
		"an export without rows": {stdin: header, args: []string{"-"}, rows: 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := runTriage(t, tt.stdin, append([]string{"--format", "ndjson"}, tt.args...)...)
			assert.Equal(t, exitOK, got.status, got.stderr)
			found := lines(t, got.stdout)
			assert.Len(t, found, tt.rows)
			for _, l := range found {
				assert.Nil(t, l.Error)
				assert.NotEmpty(t, l.Class)
			}
		})
	}
}

func utf16(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

// TestEvidenceInAnyOrder gives the device's event before and after the click
// that it belongs to, and mixed with it in one stream.
func TestEvidenceInAnyOrder(t *testing.T) {
	clicks := writeFile(t, "clicks.csv", header+outside)
	launch := writeFile(t, "devices.csv", "Timestamp,DeviceId,ActionType,RemoteUrl,InitiatingProcessFileName,InitiatingProcessAccountUpn\r\n"+
		"2026-08-03T09:19:58Z,d1,BrowserLaunchedToOpenUrl,https://b.example/y,outlook.exe,kim@contoso.example\r\n")
	mixed := writeFile(t, "mixed.ndjson",
		`{"category":"AdvancedHunting-UrlClickEvents","properties":{"Timestamp":"2026-08-03T09:20:00Z","Url":"https://b.example/y","ActionType":"ClickAllowed","AccountUpn":"kim@contoso.example","Workload":"Email","IPAddress":"198.51.100.7"}}`+"\n"+
			`{"category":"AdvancedHunting-DeviceEvents","properties":{"Timestamp":"2026-08-03T09:19:58Z","DeviceId":"d1","ActionType":"BrowserLaunchedToOpenUrl","RemoteUrl":"https://b.example/y","InitiatingProcessFileName":"outlook.exe","InitiatingProcessAccountUpn":"kim@contoso.example"}}`+"\n")
	for name, args := range map[string][]string{"clicks first": {clicks, launch}, "evidence first": {launch, clicks}, "mixed": {mixed}} {
		t.Run(name, func(t *testing.T) {
			got := runTriage(t, "", append(args, "--format", "ndjson")...)
			assert.Equal(t, exitOK, got.status, got.stderr)
			found := lines(t, got.stdout)
			require.Len(t, found, 1)
			assert.Equal(t, "owner", found[0].Class)
			assert.NotContains(t, found[0].Missing, "device")
		})
	}
	without := lines(t, runTriage(t, "", clicks, "--format", "ndjson").stdout)
	require.Len(t, without, 1)
	assert.Equal(t, "unknown", without[0].Class)
	assert.Contains(t, without[0].Missing, "device")
}

func TestUsage(t *testing.T) {
	empty := writeFile(t, "empty.csv", "")
	evidence := writeFile(t, "mail.csv", "Timestamp,NetworkMessageId,RecipientEmailAddress,SenderFromAddress,DeliveryAction\r\n")
	clicks := writeFile(t, "clicks.csv", header+teams)
	tests := map[string]struct {
		args   []string
		status int
		says   string
	}{
		"unknown flag":         {[]string{"--colour"}, exitUsage, "unknown flag --colour"},
		"unknown format":       {[]string{"--format", "xml"}, exitUsage, "--format"},
		"no such file":         {[]string{clicks, "no-such-file.csv"}, exitUsage, "no-such-file.csv: no such file"},
		"a glob of nothing":    {[]string{"no-such-*.csv"}, exitUsage, "no file matches"},
		"only evidence":        {[]string{evidence}, exitUsage, "no clicks: " + evidence + " is EmailEvents"},
		"only an empty file":   {[]string{empty}, exitUsage, "empty"},
		"an empty folder":      {[]string{t.TempDir()}, exitUsage, "no files in the folder"},
		"prior out of range":   {[]string{"--prior", "1.5"}, exitUsage, "--prior"},
		"no workers":           {[]string{"--workers", "0"}, exitUsage, "--workers"},
		"no window":            {[]string{"--window", "0s"}, exitUsage, "--window"},
		"no ranges file":       {[]string{"--ranges", "no-such-ranges.txt", clicks}, exitUsage, "no-such-ranges.txt"},
		"broken ranges":        {[]string{"--ranges", writeFile(t, "own.txt", "egress: 192.0.2.0/24\nperson: 192.0.2.1\n"), clicks}, exitUsage, "line 2"},
		"no database":          {[]string{"--asn", "no-such.mmdb", clicks}, exitUsage, "no-such.mmdb"},
		"a broken database":    {[]string{"--asn", clicks, clicks}, exitUsage, "--asn"},
		"no labels file":       {[]string{"--labels", "no-such-labels.csv", clicks}, exitUsage, "no-such-labels.csv"},
		"labels without label": {[]string{"--labels", clicks, clicks}, exitUsage, "label"},
		"report into nowhere":  {[]string{"--html", filepath.Join(t.TempDir(), "no", "such", "folder.html"), clicks}, exitUsage, "--html"},
		"help":                 {[]string{"--help"}, exitOK, ""},
		"version":              {[]string{"--version"}, exitOK, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := runTriage(t, "", tt.args...)
			assert.Equal(t, tt.status, got.status)
			assert.Contains(t, got.stderr, tt.says)
			if tt.status == exitUsage {
				assert.Empty(t, got.stdout)
			} else {
				assert.NotEmpty(t, got.stdout)
			}
		})
	}
}

// TestDamage says that what is broken is told, with its place, and that the
// rest counts.
func TestDamage(t *testing.T) {
	good := writeFile(t, "good.csv", header+teams+outside)
	whole := gzipped(t, header+strings.Repeat(outside, 20_000))
	tests := map[string]struct {
		name, content string
		rows          int  // at least, beside the good file's two
		error         bool // a line says so
		says          string
	}{
		"empty file":         {"empty.csv", "", 0, false, "empty"},
		"garbage":            {"noise.bin", "\x00\x01\x02\xff\xfe\xfd" + strings.Repeat("\x80\x00\x9a", 500), 0, false, "left out"},
		"CSV of another":     {"people.csv", "name,age\r\nkim,30\r\n", 0, false, "not a supported table"},
		"a bad cell":         {"bad.csv", header + teams + strings.Replace(outside, "198.51.100.7", "not an address", 1) + teams, 2, true, ""},
		"a row cut off":      {"cut.csv", header + teams + outside[:40], 1, true, ""},
		"a quote left open":  {"quote.csv", header + teams + "2026-08-03T09:20:00Z,\"https://b.example/", 1, true, ""},
		"JSON cut off":       {"cut.json", `{"Results":[{"Timestamp":"2026-08-03T09:14:05Z","Url":"https://a.example/","ActionType":"ClickAllowed","AccountUpn":"a@contoso.example"},{"Timestamp":"2026-`, 1, true, ""},
		"half a last line":   {"blob.json", `{"category":"AdvancedHunting-UrlClickEvents","properties":{"Timestamp":"2026-08-03T09:14:05Z","Url":"https://a.example/"}}` + "\r\n" + `{"category":"Adv`, 1, true, ""},
		"gzip cut off":       {"cut.csv.gz", whole[:len(whole)/2], 1, true, "stopped at row"},
		"not a whole zip":    {"cut.zip", zipped(t, "a.csv", header+teams)[:60], 0, false, "zip"},
		"a gzip of nothing":  {"nothing.gz", gzipped(t, ""), 0, false, "empty"},
		"a date of nowhere":  {"date.csv", header + strings.Replace(outside, "2026-08-03T09:20:00Z", "yesterday", 1), 0, true, ""},
		"NULs between cells": {"nul.csv", header + strings.ReplaceAll(outside, "https", "h\x00ttps") + teams, 1, false, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			bad := writeFile(t, tt.name, tt.content)
			got := runTriage(t, "", "--format", "ndjson", bad, good)
			goodRows, badRows, failed := 0, 0, 0
			for _, l := range lines(t, got.stdout) {
				switch {
				case l.Error != nil:
					failed++
					assert.Equal(t, bad, l.File)
					assert.Positive(t, l.Row)
					assert.NotEmpty(t, l.Error.Message)
					assert.NotContains(t, l.Error.Message, "@")
				case l.File == good:
					goodRows++
				default:
					badRows++
				}
			}
			assert.Equal(t, 2, goodRows)
			assert.GreaterOrEqual(t, badRows, tt.rows)
			assert.Equal(t, tt.error, failed > 0, "%d lines of errors; %s", failed, got.stderr)
			if tt.error || tt.says != "" {
				assert.Equal(t, exitIncomplete, got.status)
			}
			assert.Contains(t, got.stderr, tt.says)
		})
	}
}

func TestErrorsStandAtTheirPlaces(t *testing.T) {
	const n = 700 // more than a batch
	var b strings.Builder
	b.WriteString(header)
	for i := range n {
		row := outside
		if i%3 == 1 {
			row = strings.Replace(row, "198.51.100.7", "nowhere", 1)
		}
		b.WriteString(row)
	}
	for _, workers := range []string{"1", "4"} {
		got := runTriage(t, b.String(), "--format", "ndjson", "--workers", workers, "-")
		assert.Equal(t, exitIncomplete, got.status)
		found := lines(t, got.stdout)
		require.Len(t, found, n)
		for i, l := range found {
			require.Equal(t, i+1, l.Row)
			require.Equal(t, i%3 == 1, l.Error != nil, "row %d", i+1)
		}
	}
}

// TestWorkers says that the number of workers changes nothing.
func TestWorkers(t *testing.T) {
	rows, err := io.ReadAll(rowgen.NewReader(20_000))
	require.NoError(t, err)
	path := writeFile(t, "rows.ndjson", string(rows))
	for _, format := range []string{"text", "ndjson", "csv"} {
		report := filepath.Join(t.TempDir(), "report.html")
		one := runTriage(t, "", "--format", format, "--workers", "1", "--html", report, path)
		first, err := os.ReadFile(report)
		require.NoError(t, err)
		many := runTriage(t, "", "--format", format, "--workers", "5", "--html", report, path)
		second, err := os.ReadFile(report)
		require.NoError(t, err)
		assert.Equal(t, exitOK, one.status)
		assert.True(t, one == many, format)
		assert.True(t, bytes.Equal(first, second), format)
	}
}

func TestRedact(t *testing.T) {
	secrets := []string{"alex", "kim", "contoso.example", "token", "s3cret", "/x", "/y"}
	content := header + strings.Replace(teams, "https://a.example/x", "https://a.example/x?token=s3cret", 1) + outside + outside
	path := writeFile(t, "alex@contoso.example.csv", content)
	for _, format := range []string{"text", "ndjson", "csv"} {
		report := filepath.Join(t.TempDir(), "report.html")
		got := runTriage(t, "", "--redact", "--format", format, "--html", report, path)
		page := reportContent(t, report)
		for _, output := range []string{got.stdout, page} {
			for _, secret := range secrets {
				// The path of the report itself is the user's business.
				assert.NotContains(t, output, secret, format)
			}
			assert.Contains(t, output, "account-2")
			assert.Contains(t, output, "a.example/redacted-1")
		}
	}
	found := lines(t, runTriage(t, "", "--redact", "--format", "ndjson", path).stdout)
	require.Len(t, found, 3)
	assert.Equal(t, "account-1", found[0].Account)
	assert.Equal(t, "account-2", found[1].Account)
	assert.Equal(t, found[1].Account, found[2].Account)
	assert.Equal(t, found[1].URL, found[2].URL)
}

func TestCSVIsNoFormula(t *testing.T) {
	row := strings.Replace(outside, "kim@contoso.example", `"=HYPERLINK(""https://evil.example"",""x"")"`, 1)
	got := runTriage(t, header+row, "--format", "csv", "-")
	records, err := csv.NewReader(strings.NewReader(got.stdout)).ReadAll()
	require.NoError(t, err)
	require.Len(t, records, 2)
	require.Equal(t, csvColumns, records[0])
	assert.Equal(t, `'=HYPERLINK("https://evil.example","x")`, records[1][5])
}

func TestTextIsSafeOnATerminal(t *testing.T) {
	row := strings.Replace(outside, "https://b.example/y", "https://b.example/\x1b[2J\u202egpj.exe", 1)
	got := runTriage(t, header+row, "-")
	assert.NotContains(t, got.stdout, "\x1b")
	assert.NotContains(t, got.stdout, "\u202e")
}

func TestTextKeepsToTheWidth(t *testing.T) {
	for _, columns := range []string{"60", "100", "140"} {
		t.Run(columns, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			t.Setenv("COLUMNS", columns)
			require.Equal(t, exitOK, run(t.Context(), nil, strings.NewReader(""), &stdout, &stderr))
			inQuery := false
			for line := range strings.Lines(stdout.String()) {
				if strings.HasPrefix(line, "      let clicks =") {
					inQuery = true // it is to be copied as it is
				}
				if inQuery = inQuery && line != "\n"; inQuery {
					continue
				}
				assert.LessOrEqual(t, len([]rune(strings.TrimSuffix(line, "\n"))), map[string]int{"60": 60, "100": 100, "140": 140}[columns], line)
			}
		})
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	reader := &cancelling{r: io.MultiReader(strings.NewReader(header+strings.Repeat(outside, 30_000)), blocked{ctx}), cancel: cancel, after: 2 << 20}
	var stdout, stderr bytes.Buffer
	status := run(ctx, []string{"--format", "ndjson", "-"}, reader, &stdout, &stderr)
	assert.Equal(t, exitInterrupted, status)
	assert.Contains(t, stderr.String(), "interrupted")
	assert.NotEmpty(t, lines(t, stdout.String()))
}

// cancelling cancels after some bytes have been read.
type cancelling struct {
	r      io.Reader
	cancel func()
	after  int
}

func (c *cancelling) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.after -= n; c.after <= 0 {
		c.cancel()
	}
	return n, err
}

// blocked is an input that nothing comes from any more, like a terminal.
type blocked struct{ ctx context.Context }

func (b blocked) Read([]byte) (int, error) {
	<-b.ctx.Done()
	select {}
}

// TestRealFiles reads real exports where they lie beside the repository.
func TestRealFiles(t *testing.T) {
	folder := filepath.Join("..", "..", "..", "shared", "data", "urlclickevents")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("no real exports beside the repository")
	}
	for name, rows := range map[string]int{
		"excytin/UrlClickEvents.csv":                           7,
		"streaming/sekoia_UrlClickEvents.ndjson":               1,
		"streaming/graph2otel_UrlClickEvents.sanitised.ndjson": 1,
	} {
		t.Run(name, func(t *testing.T) {
			got := runTriage(t, "", "--format", "ndjson", filepath.Join(folder, name))
			assert.Equal(t, exitOK, got.status, got.stderr)
			found := lines(t, got.stdout)
			assert.Len(t, found, rows)
			for _, l := range found {
				assert.Nil(t, l.Error)
				assert.NotEqual(t, "automated", l.Class)
			}
			if rows == 7 {
				require.NotNil(t, found[0].Delay)
				assert.InDelta(t, 3251, *found[0].Delay, 1)
			}
		})
	}
	t.Run("the whole folder", func(t *testing.T) {
		got := runTriage(t, "", "--format", "ndjson", folder)
		assert.Equal(t, exitOK, got.status, got.stderr)
		assert.Contains(t, got.stderr, "README.md: not a supported table")
		for _, l := range lines(t, got.stdout) {
			assert.Nil(t, l.Error)
			assert.NotEqual(t, "automated", l.Class)
		}
	})
}

// TestRevisions gives more rows than the window holds, with a burst whose
// halves are far apart in the input: its first half comes again, and no row
// comes again with the verdict that it had.
func TestRevisions(t *testing.T) {
	const window = 40_000 // rows that clickclass.Window holds
	const between = 3 * window / 4
	burst := func(i int) string {
		return strings.NewReplacer("kim", "u"+string(rune('a'+i)), "198.51.100.7", "192.0.2.77").Replace(outside)
	}
	var b strings.Builder
	b.WriteString(header)
	rows := 0
	add := func(row string) { b.WriteString(row); rows++ }
	for i := range 2 {
		add(burst(i))
	}
	for i := range 2 * between {
		add(strings.Replace(outside, "kim", "other"+string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676%26)), 1))
	}
	for i := range 2 {
		add(burst(i + 2))
	}
	for range 2 * between {
		add(strings.Replace(outside, "2026-08-03T09:20", "2026-08-05T09:20", 1))
	}
	got := runTriage(t, b.String(), "--format", "ndjson", "-")
	require.Equal(t, exitOK, got.status)
	last := map[int]line{}
	for _, l := range lines(t, got.stdout) {
		if before, ok := last[l.Row]; ok {
			assert.Greater(t, l.Revision, before.Revision)
			assert.NotEqual(t, before.P, l.P, "row %d", l.Row)
		} else {
			assert.Zero(t, l.Revision)
		}
		last[l.Row] = l
	}
	assert.Len(t, last, rows)
	for _, row := range []int{1, 2, rows - 2*between, rows - 2*between - 1} {
		assert.NotZero(t, last[row].Class)
	}
}

func TestOwnRangesOutrankTheLists(t *testing.T) {
	own := writeFile(t, "own.txt", "# ours\negress: 52.112.103.113 = head office\n")
	found := lines(t, runTriage(t, header+teams, "--format", "ndjson", "--ranges", own, "-").stdout)
	require.Len(t, found, 1)
	assert.Equal(t, "head office", found[0].Origin.Service)
	assert.Less(t, found[0].P, 0.1)
}

func TestPrior(t *testing.T) {
	p := func(prior string) float64 {
		found := lines(t, runTriage(t, header+outside, "--format", "ndjson", "--prior", prior, "-").stdout)
		require.Len(t, found, 1)
		return found[0].P
	}
	assert.InDelta(t, 0.1, p("0.1"), 0.001)
	assert.InDelta(t, 0.5, p("0.5"), 0.001)
}

func TestLabels(t *testing.T) {
	// Enough labels to fit to: rows of both kinds, all labelled rightly.
	var clicks, few, many strings.Builder
	clicks.WriteString(header)
	few.WriteString("file,row,label\n")
	many.WriteString("file,row,label\n")
	path := filepath.Join(t.TempDir(), "clicks.csv")
	for i := range 120 {
		row, label := teams, "automated"
		if i%2 == 1 {
			row, label = outside, "human"
		}
		// Hours apart, so that no row is another's neighbour.
		row = strings.Replace(row, "2026-08-03T09", "2026-08-"+string(rune('0'+i/48))+string(rune('1'+i/24%2*4))+"T"+string(rune('0'+i%24/10))+string(rune('0'+i%24%10)), 1)
		clicks.WriteString(row)
		line := path + "," + strconv.Itoa(i+1) + "," + label + "\n"
		many.WriteString(line)
		if i < 4 {
			few.WriteString(line)
		}
	}
	require.NoError(t, os.WriteFile(path, []byte(clicks.String()), 0o600))

	t.Run("too few to fit to", func(t *testing.T) {
		got := runTriage(t, "", "--format", "ndjson", "--labels", writeFile(t, "few.csv", few.String()), path)
		assert.Equal(t, exitOK, got.status, got.stderr)
		assert.Contains(t, got.stderr, "Labels: 4 clicks, 4 found among the clicks")
		assert.Regexp(t, `likely automated +2 +0`, got.stderr)
		assert.Contains(t, got.stderr, "owners called automated: 0 of 2 labelled owner")
		assert.Contains(t, got.stderr, "too few labels")
	})
	t.Run("enough", func(t *testing.T) {
		labels := writeFile(t, "many.csv", many.String())
		got := runTriage(t, "", "--labels", labels, path)
		assert.Equal(t, exitOK, got.status, got.stderr)
		assert.Contains(t, got.stdout, "Labels: 120 clicks, 120 found among the clicks")
		assert.Contains(t, got.stdout, "platt fit to 60 machine and 60 owner labels")
	})
	t.Run("standard input is read once", func(t *testing.T) {
		labels := writeFile(t, "many.csv", strings.ReplaceAll(many.String(), path, "-"))
		got := runTriage(t, clicks.String(), "--format", "ndjson", "--labels", labels, "-")
		assert.Equal(t, exitOK, got.status, got.stderr)
		assert.Contains(t, got.stderr, "120 found")
		assert.Contains(t, got.stderr, "can be read only once")
	})
	t.Run("a broken label is told", func(t *testing.T) {
		got := runTriage(t, "", "--format", "ndjson", "--labels", writeFile(t, "bad.csv", few.String()+path+",5,perhaps\n"), path)
		assert.Equal(t, exitIncomplete, got.status)
		assert.Contains(t, got.stderr, "row 5")
	})
}
