package xlsx_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/whoclicked/whoclicked/examples/internal/xlsx"
)

// written returns a workbook as excelize writes it.
func written(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	b, err := f.WriteToBuffer()
	require.NoError(t, err)
	require.NoError(t, f.Close())
	return b.Bytes()
}

func open(t testing.TB, content []byte) *xlsx.Book {
	t.Helper()
	book, err := openErr(content)
	require.NoError(t, err)
	return book
}

func openErr(content []byte) (*xlsx.Book, error) {
	return xlsx.New(bytes.NewReader(content), int64(len(content)))
}

// records returns the rows of a sheet and what is to be told of them.
func records(t testing.TB, b *xlsx.Book, sheet string) (rows [][]string, warnings []string) {
	t.Helper()
	r, err := b.Open(sheet)
	require.NoError(t, err)
	c := csv.NewReader(r)
	c.FieldsPerRecord = -1
	rows, err = c.ReadAll()
	require.NoError(t, err)
	warnings = r.Warnings()
	require.NoError(t, r.Close())
	return rows, warnings
}

const noZone = "the dates of a workbook have no time zone: they were read as UTC"

func TestValues(t *testing.T) {
	at := time.Date(2026, 8, 3, 9, 14, 5, 512_000_000, time.UTC)
	tests := map[string]struct {
		value any
		want  string
		date  bool
	}{
		"text":                       {"kim@contoso.example", "kim@contoso.example", false},
		"text with quotes and lines": {"a \"b\", c\nd", "a \"b\", c\nd", false},
		"text of digits":             {"00123456789012345678", "00123456789012345678", false},
		"a date":                     {at, "2026-08-03T09:14:05.512Z", true},
		"a number":                   {12345.25, "12345.25", false},
		"a number of 15 digits":      {123456789012345, "123456789012345", false},
		"whole days":                 {46237, "46237", false},
		"seconds since 1970":         {1_785_748_445.5, "1785748445.5", false},
		"true":                       {true, "1", false},
		"false":                      {false, "0", false},
	}
	for name, tt := range tests {
		for _, from1904 := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", from 1904: ", from1904), func(t *testing.T) {
				book := open(t, written(t, func(f *excelize.File) {
					require.NoError(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &from1904}))
					require.NoError(t, f.SetCellValue("Sheet1", "A1", "header"))
					require.NoError(t, f.SetCellValue("Sheet1", "A2", tt.value))
				}))
				rows, warnings := records(t, book, "Sheet1")
				require.Len(t, rows, 2)
				if !tt.date {
					assert.Equal(t, tt.want, rows[1][0])
					assert.Empty(t, warnings)
					return
				}
				days, err := strconv.ParseFloat(rows[1][0], 64)
				require.NoError(t, err)
				got := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Add(time.Duration(days * float64(24*time.Hour)))
				assert.Equal(t, tt.want, got.Round(time.Millisecond).Format(time.RFC3339Nano))
				assert.Contains(t, warnings, noZone)
				assert.Equal(t, from1904, len(warnings) == 2)
			})
		}
	}
}

func TestSheets(t *testing.T) {
	book := open(t, written(t, func(f *excelize.File) {
		require.NoError(t, f.SetCellValue("Sheet1", "B3", "right of and below the corner"))
		require.NoError(t, f.SetCellValue("Sheet1", "D5", "wider"))
		require.NoError(t, f.SetCellValue("Sheet1", "A6", "padded"))
		for _, name := range []string{"Empty", "Mail & more", "Hidden"} {
			_, err := f.NewSheet(name)
			require.NoError(t, err)
		}
		require.NoError(t, f.SetCellRichText("Mail & more", "A1", []excelize.RichTextRun{{Text: "of two "}, {Text: "runs"}}))
		require.NoError(t, f.SetCellValue("Mail & more", "A3", "last"))
		require.NoError(t, f.MergeCell("Mail & more", "A1", "D1"))
		require.NoError(t, f.SetCellValue("Hidden", "A1", "seen"))
		require.NoError(t, f.SetSheetVisible("Hidden", false))
	}))
	assert.Equal(t, []string{"Sheet1", "Mail & more", "Hidden"}, book.Sheets)
	for sheet, want := range map[string]string{
		"Sheet1":      ",right of and below the corner\n,,,wider\npadded,,,\n",
		"Mail & more": "of two runs\nlast\n",
		"Hidden":      "seen\n",
	} {
		r, err := book.Open(sheet)
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		assert.Equal(t, want, string(text))
		if sheet == "Hidden" {
			assert.Equal(t, []string{"the sheet is hidden in the workbook: it was read all the same"}, r.Warnings())
		} else {
			assert.Empty(t, r.Warnings())
		}
		require.NoError(t, r.Close())
	}
	_, err := book.Open("none")
	assert.EqualError(t, err, "xlsx: open sheet: sheet none does not exist")
}

// TestTemporaryFiles reads a sheet and shared strings that excelize unpacks to files.
func TestTemporaryFiles(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	const n = 40_000
	var sheet, shared strings.Builder
	for i := range n {
		fmt.Fprintf(&sheet, `<row><c t="s"><v>%d</v></c><c t="inlineStr"><is><t>%0400d</t></is></c></row>`, n-1-i, i)
		fmt.Fprintf(&shared, `<si><t>%0450d</t></si>`, i)
	}
	book := open(t, made(t, sheet.String(), "xl/sharedStrings.xml", `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`+shared.String()+"</sst>"))
	rows, _ := records(t, book, "S")
	require.Len(t, rows, n)
	for i, row := range rows {
		require.Equal(t, []string{fmt.Sprintf("%0450d", n-1-i), fmt.Sprintf("%0400d", i)}, row)
	}
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Empty(t, left)
}

// made returns a workbook whose sheet has this XML.
func made(t testing.TB, sheet string, more ...string) []byte {
	t.Helper()
	const rels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>`
	parts := append([]string{
		"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels", fmt.Sprintf(rels, `<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="/xl/workbook.xml"/>`),
		"xl/workbook.xml", `<x:workbook xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><x:sheets><x:sheet name="S" sheetId="7" r:id="r1"/></x:sheets></x:workbook>`,
		"xl/_rels/workbook.xml.rels", fmt.Sprintf(rels, `<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>`),
		"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + sheet + "</sheetData></worksheet>",
	}, more...)
	return zippedParts(t, parts...)
}

func zippedParts(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		f, err := w.Create(parts[i])
		require.NoError(t, err)
		_, err = io.WriteString(f, parts[i+1])
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func TestUnusualWorkbooks(t *testing.T) {
	tests := map[string]struct {
		sheet string
		want  [][]string
	}{
		"cells without a place": {`<row><c><v>1</v></c><c/><c><v>2</v></c></row><row><c><v>3</v></c></row>`, [][]string{{"1", "", "2"}, {"3", "", ""}}},
		"an error":              {`<row><c t="e"><v>#N/A</v></c><c><v>2</v></c></row>`, [][]string{{"#N/A", "2"}}}, // tables take it for nothing
		"no such shared string": {`<row><c t="s"><v>99</v></c><c><v>2</v></c></row>`, [][]string{{"", "2"}}},
		"a column too far":      {`<row><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>`, [][]string{append([]string{"1"}, make([]string, 999)...)}},
		"pronunciation":         {`<row><c t="inlineStr"><is><t>漢字</t><rPh><t>かんじ</t></rPh></is></c></row>`, [][]string{{"漢字"}}},
		"escaped characters":    {`<row><c t="inlineStr"><is><t>a_x0009_b_x005F_x0009_c_x00</t></is></c></row>`, [][]string{{"a\tb_x0009_c_x00"}}},
		"a formula":             {`<row><c t="str"><f>A1&amp;"x"</f><v>ax</v></c></row>`, [][]string{{"ax"}}},
		"a date in ISO 8601":    {`<row><c t="d"><v>2026-08-03T09:14:05.512</v></c></row>`, [][]string{{"2026-08-03T09:14:05.512"}}},
		"exponents":             {`<row><c><v>4.6237375E4</v></c></row>`, [][]string{{"4.6237375E4"}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			rows, _ := records(t, open(t, made(t, tt.sheet)), "S")
			assert.Equal(t, tt.want, rows)
		})
	}
}

func TestBombs(t *testing.T) {
	cell := func(text string) string { return `<row><c t="inlineStr"><is><t>` + text + `</t></is></c></row>` }
	long := strings.Repeat("a", 9<<20)
	tests := map[string]struct {
		content []byte
		says    string
	}{
		"a cell without an end":       {made(t, cell("a")+cell(long)), "too large"},
		"a tag without an end":        {made(t, cell("a")+`<c r="`+long+`"/>`), "too large"},
		"a cell of many texts":        {made(t, cell("a")+cell(strings.Repeat("ab</t><t>", 1<<20))), "too large"},
		"a row of many cells":         {made(t, "<row>"+strings.Repeat("<c/>", 3<<20)+"</row>"), "too large"},
		"a row in a row":              {made(t, "<row><row></row>"+strings.Repeat("<c/>", 3<<20)+"</row>"), "too large"},
		"very many rows":              {made(t, strings.Repeat("<row/>", 5<<20)), "too large"},
		"elements in elements":        {made(t, strings.Repeat("<a>", 1<<20)), "too large"},
		"a shared string without end": {made(t, cell("a"), "xl/sharedStrings.xml", `<sst><si><t>`+long), "too large"},
		"very many shared strings":    {made(t, cell("a"), "xl/sharedStrings.xml", `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`+strings.Repeat("<si/>", 5<<20)+"</sst>"), "too large"},
		"a picture of 65 MiB":         {made(t, cell("a"), "xl/media/a.png", strings.Repeat("a", 65<<20)), "too large"},
		"XML that ends":               {made(t, cell("a")+"<row><c><v>1"), "damaged XML (sheet1.xml)"},
		"XML with a control":          {made(t, cell("a")+cell("\x0b")), "damaged XML (sheet1.xml)"},
		"a part twice":                {made(t, cell("a"), "xl/Worksheets/sheet1.xml", ""), "two parts of one name"},
		"no main part":                {zippedParts(t, "xl/a.xml", "<a/>"), "no workbook in it"},
		"no archive":                  {[]byte("PK\x03\x04"), "zip"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			require.Less(t, len(tt.content), 1<<20)
			_, err := openErr(tt.content)
			assert.ErrorContains(t, err, tt.says)
		})
	}
}

func FuzzSheet(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46237.5</v></c></row>`, `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Timestamp</t></si></sst>`)
	f.Add(`<row><c t="inlineStr"><is><r><t>a_x000D_</t></r></is></c></row>`, ``)
	f.Fuzz(func(t *testing.T, sheet, shared string) {
		book, err := openErr(made(t, sheet, "xl/sharedStrings.xml", shared))
		if err != nil || len(book.Sheets) == 0 {
			return
		}
		r, err := book.Open(book.Sheets[0])
		if err != nil {
			return
		}
		defer r.Close()
		if text, err := io.ReadAll(r); err == nil {
			c := csv.NewReader(bytes.NewReader(text))
			_, err := c.ReadAll()
			if !errors.Is(err, csv.ErrFieldCount) { // the widest row may come late
				require.NoError(t, err) // whatever the sheet holds, it is CSV
			}
		}
	})
}

// BenchmarkSheet prints the time a row for n, 2n and 4n rows.
func BenchmarkSheet(b *testing.B) {
	for _, n := range []int{5_000, 10_000, 20_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			row := `<row><c t="inlineStr"><is><t>kim@contoso.example</t></is></c><c><v>46237.5</v></c><c t="inlineStr"><is><t>https://a.example/x</t></is></c></row>`
			content := made(b, strings.Repeat(row, n))
			for b.Loop() {
				r, err := open(b, content).Open("S")
				require.NoError(b, err)
				_, err = io.Copy(io.Discard, r)
				require.NoError(b, err)
				require.NoError(b, r.Close())
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row")
		})
	}
}
