package xlsx_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
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
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	return xlsx.New(archive)
}

func records(t testing.TB, s *xlsx.Sheet) [][]string {
	t.Helper()
	r, err := s.Open()
	require.NoError(t, err)
	c := csv.NewReader(r)
	all, err := c.ReadAll()
	require.NoError(t, err)
	require.NoError(t, r.Close())
	return all
}

func TestValues(t *testing.T) {
	at := time.Date(2026, 8, 3, 9, 14, 5, 512_000_000, time.UTC)
	style := func(code string) func(f *excelize.File) int {
		return func(f *excelize.File) int {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
			require.NoError(t, err)
			return id
		}
	}
	builtIn := func(number int) func(f *excelize.File) int {
		return func(f *excelize.File) int {
			id, err := f.NewStyle(&excelize.Style{NumFmt: number})
			require.NoError(t, err)
			return id
		}
	}
	tests := map[string]struct {
		value any
		style func(f *excelize.File) int
		want  string
	}{
		"text":                        {"kim@contoso.example", nil, "kim@contoso.example"},
		"text with quotes and lines":  {"a \"b\", c\nd", nil, "a \"b\", c\nd"},
		"a date":                      {at, nil, "2026-08-03T09:14:05.512Z"},
		"a date shown by its minutes": {at, style("mm:ss.0"), "2026-08-03T09:14:05.512Z"},
		"a date of the United States": {at, style("m/d/yyyy h:mm AM/PM"), "2026-08-03T09:14:05.512Z"},
		"a date, quoted text in it":   {at, style(`d" day of "mmm\, yyyy`), "2026-08-03T09:14:05.512Z"},
		"a date of a locale":          {at, style("[$-407]dd.mm.yyyy;@"), "2026-08-03T09:14:05.512Z"},
		"a date of a built-in format": {at, builtIn(22), "2026-08-03T09:14:05.512Z"},
		"a day":                       {time.Date(2026, 8, 3, 0, 0, 0, 0, time.UTC), builtIn(14), "2026-08-03T00:00:00Z"},
		"a duration":                  {1.5, style("[h]:mm"), "1.5"},
		"a number":                    {12345.25, nil, "12345.25"},
		"a number, in red":            {46237.5, style("[Red]#,##0.00"), "46237.5"},
		"a number of seconds":         {46237, style(`0" s"`), "46237"},
		"a percentage":                {0.25, builtIn(10), "0.25"},
		"no date: too early":          {12.5, builtIn(14), "12.5"},
		"true":                        {true, nil, "true"},
		"false":                       {false, nil, "false"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			book := open(t, written(t, func(f *excelize.File) {
				require.NoError(t, f.SetCellValue("Sheet1", "A1", "header"))
				require.NoError(t, f.SetCellValue("Sheet1", "A2", tt.value))
				if tt.style != nil {
					id := tt.style(f)
					require.NoError(t, f.SetCellStyle("Sheet1", "A2", "A2", id))
				}
			}))
			require.Len(t, book.Sheets, 1)
			assert.Equal(t, [][]string{{"header"}, {tt.want}}, records(t, book.Sheets[0]))
		})
	}
}

func TestWorkbookOf1904(t *testing.T) {
	book := open(t, written(t, func(f *excelize.File) {
		yes := true
		require.NoError(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
		require.NoError(t, f.SetCellValue("Sheet1", "A1", time.Date(2026, 8, 3, 12, 0, 0, 0, time.UTC)))
	}))
	assert.Equal(t, [][]string{{"2026-08-03T12:00:00Z"}}, records(t, book.Sheets[0]))
}

func TestSheets(t *testing.T) {
	book := open(t, written(t, func(f *excelize.File) {
		require.NoError(t, f.SetCellValue("Sheet1", "B3", "right of and below the corner"))
		require.NoError(t, f.SetCellValue("Sheet1", "D5", "wider"))
		require.NoError(t, f.SetCellValue("Sheet1", "A6", "padded"))
		for _, name := range []string{"Empty", "Mail & more"} {
			_, err := f.NewSheet(name)
			require.NoError(t, err)
		}
		require.NoError(t, f.SetCellRichText("Mail & more", "A1", []excelize.RichTextRun{{Text: "of two "}, {Text: "runs"}}))
		require.NoError(t, f.SetCellFormula("Mail & more", "A2", "1/0"))
		require.NoError(t, f.SetCellValue("Mail & more", "A3", "last"))
	}))
	require.Len(t, book.Sheets, 2)
	assert.Equal(t, "Sheet1", book.Sheets[0].Name)
	assert.Equal(t, "Mail & more", book.Sheets[1].Name)
	r, err := book.Sheets[0].Open()
	require.NoError(t, err)
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.Equal(t, ",\"right of and below the corner\"\n,,,\"wider\"\n\"padded\",,,\n", string(text))
	assert.False(t, r.HasDates())
	assert.Equal(t, [][]string{{"of two runs"}, {"last"}}, records(t, book.Sheets[1]))
}

// TestAgainstExcelize compares a sheet of many rows with what excelize reads of it.
func TestAgainstExcelize(t *testing.T) {
	content := written(t, func(f *excelize.File) {
		w, err := f.NewStreamWriter("Sheet1") // it writes texts into the cells
		require.NoError(t, err)
		for i := range 2000 {
			row := []any{fmt.Sprintf("id-%d", i), i * 7, fmt.Sprintf("<&> \"%d\", é漢", i%13), float64(i) / 3, i%2 == 0}
			require.NoError(t, w.SetRow(fmt.Sprintf("A%d", i+1), row))
		}
		require.NoError(t, w.Flush())
	})
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{RawCellValue: true})
	require.NoError(t, err)
	want, err := f.GetRows("Sheet1")
	require.NoError(t, err)
	got := records(t, open(t, content).Sheets[0])
	require.Len(t, got, len(want))
	for i := range want {
		want[i][4] = map[string]string{"1": "true", "0": "false", "TRUE": "true", "FALSE": "false"}[want[i][4]]
		require.Equal(t, want[i], got[i])
	}
}

// made returns a workbook whose sheet has this XML.
func made(t testing.TB, sheet string, more ...string) []byte {
	t.Helper()
	const rels = `<Relationships>%s</Relationships>`
	parts := append([]string{
		"[Content_Types].xml", "<Types/>",
		"_rels/.rels", fmt.Sprintf(rels, `<Relationship Id="r1" Type="x/officeDocument" Target="/xl/workbook.xml"/>`),
		"xl/workbook.xml", `<x:workbook xmlns:x="u"><x:sheets><x:sheet name="S" sheetId="7" r:id="r1"/></x:sheets></x:workbook>`,
		"xl/_rels/workbook.xml.rels", fmt.Sprintf(rels, `<Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="x/sharedStrings" Target="sharedStrings.xml"/>`),
		"xl/worksheets/sheet1.xml", sheet,
	}, more...)
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
		"prefixes of namespaces": {`<x:worksheet><x:row><x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c></x:row></x:worksheet>`, [][]string{{"a"}}},
		"cells without a place":  {`<row><c><v>1</v></c><c/><c><v>2</v></c></row><row><c><v>3</v></c></row>`, [][]string{{"1", "2"}, {"3", ""}}},
		"an error":               {`<row><c t="e"><v>#NAME?</v></c><c><v>2</v></c></row>`, [][]string{{"2"}}},
		"no such shared string":  {`<row><c t="s"><v>99</v></c><c><v>2</v></c></row>`, [][]string{{"2"}}},
		"a style of none":        {`<row><c s="99"><v>2</v></c></row>`, [][]string{{"2"}}},
		"a column too far":       {`<row><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c><c r="ZZZZZZZZZZZZ1"><v>2</v></c></row>`, [][]string{{"1"}}},
		"a column twice":         {`<row><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>`, [][]string{{"", "1"}}},
		"pronunciation":          {`<row><c t="inlineStr"><is><t>漢字</t><rPh><t>かんじ</t></rPh></is></c></row>`, [][]string{{"漢字"}}},
		"escaped characters":     {`<row><c t="str"><v>a_x0009_b_x005F_x0009_c_x00</v></c></row>`, [][]string{{"a\tb_x0009_c_x00"}}},
		"a formula":              {`<row><c t="str"><f>A1&amp;"x"</f><v>ax</v></c></row>`, [][]string{{"ax"}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			// Blank cells have no place of their own here: those without a value are left out.
			assert.Equal(t, tt.want, records(t, open(t, made(t, tt.sheet)).Sheets[0]))
		})
	}
}

func TestBombs(t *testing.T) {
	cell := func(text string) string { return `<row><c t="inlineStr"><is><t>` + text + `</t></is></c></row>` }
	tests := map[string]struct {
		content []byte
		says    string
	}{
		"a cell without an end":       {made(t, cell("a")+cell(strings.Repeat("a", 2<<20))), "1 MiB"},
		"a tag without an end":        {made(t, cell("a")+"<c "+strings.Repeat(`r="a" `, 400_000)+"/>"), "1 MiB"},
		"a cell of many texts":        {made(t, cell("a")+cell(strings.Repeat("ab</t><t>", 600_000))), "1 MiB"},
		"a cell in the first row":     {made(t, cell(strings.Repeat("a", 2<<20))), "1 MiB"},
		"XML that ends":               {made(t, cell("a")+"<row><c><v>1"), "unexpected EOF"},
		"a shared string without end": {made(t, cell("a"), "xl/sharedStrings.xml", "<si><t>"+strings.Repeat("a", 2<<20)), "1 MiB"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			require.Less(t, len(tt.content), 2<<20)
			book, err := openErr(tt.content)
			if err == nil {
				var r *xlsx.Reader
				if r, err = book.Sheets[0].Open(); err == nil {
					_, err = io.Copy(io.Discard, r)
				}
			}
			assert.ErrorContains(t, err, tt.says)
		})
	}
	t.Run("more than a sheet may unpack to", func(t *testing.T) {
		content := made(t, cell("a"))
		archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		require.NoError(t, err)
		for _, f := range archive.File {
			if strings.Contains(f.Name, "sheet1") {
				f.UncompressedSize64 = 1<<30 + 1
			}
		}
		_, err = xlsx.New(archive)
		assert.ErrorIs(t, err, xlsx.ErrTooLarge)
	})
	t.Run("nested tags take no memory", func(t *testing.T) {
		book := open(t, made(t, cell("a")+strings.Repeat("<a>", 1<<20)))
		r, err := book.Sheets[0].Open()
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		assert.Equal(t, "\"a\"\n", string(text))
	})
}

func TestNoWorkbook(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	_, err := w.Create("clicks.csv")
	require.NoError(t, err)
	require.NoError(t, w.Close())
	_, err = openErr(b.Bytes())
	assert.ErrorIs(t, err, xlsx.ErrNotWorkbook)
}

func FuzzSheet(f *testing.F) {
	f.Add(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46237.5</v></c></row>`, `<si><t>Timestamp</t></si>`)
	f.Add(`<row><c t="inlineStr"><is><r><t>a_x000D_</t></r></is></c></row>`, ``)
	f.Fuzz(func(t *testing.T, sheet, shared string) {
		book, err := openErr(made(t, sheet, "xl/sharedStrings.xml", shared))
		if err != nil || len(book.Sheets) == 0 {
			return
		}
		r, err := book.Sheets[0].Open()
		if err != nil {
			return
		}
		text, err := io.ReadAll(r)
		if err == nil {
			c := csv.NewReader(bytes.NewReader(text))
			c.FieldsPerRecord = -1
			_, err := c.ReadAll()
			require.NoError(t, err) // whatever the sheet holds, it is CSV
		}
	})
}

// BenchmarkSheet prints the time a row for n, 2n and 4n rows.
func BenchmarkSheet(b *testing.B) {
	for _, n := range []int{5_000, 10_000, 20_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			row := `<row><c t="inlineStr"><is><t>kim@contoso.example</t></is></c><c><v>46237.5</v></c><c t="inlineStr"><is><t>https://a.example/x</t></is></c></row>`
			book := open(b, made(b, strings.Repeat(row, n)))
			for b.Loop() {
				r, err := book.Sheets[0].Open()
				require.NoError(b, err)
				_, err = io.Copy(io.Discard, r)
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row")
		})
	}
}
