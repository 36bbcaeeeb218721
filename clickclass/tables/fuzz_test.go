package tables_test

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// outcome is what reading an input gives, as text.
func outcome(r io.Reader) (head string, rows []string) {
	x, err := tables.NewReader("f", r, tables.Options{})
	if err != nil {
		return err.Error(), nil
	}
	for row, err := range x.Rows() {
		if err != nil {
			rows = append(rows, err.Error())
			continue
		}
		text := "?"
		if row.Click != nil {
			text = row.Click.Url + "|" + row.Click.AccountUpn + "|" + row.Click.Timestamp.String() + "|" + row.Click.IPAddress.String()
		}
		rows = append(rows, text)
	}
	return x.Report().Table + " " + x.Report().Form, rows
}

// FuzzReader asks: does any input make the reader panic, or give other rows
// when it arrives in other pieces?
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		rowJSON + "\n" + rowJSON,                              // NDJSON
		"[" + rowJSON + "," + rowJSON + "]",                   // an array
		`{"records":[` + streamJSON + `]}`,                    // a message
		`{"results":[` + rowJSON + `],"a":1}{"results":[1,2]`, // answers, the second cut off
		`{"tables":[{"name":"a","columns":[{"name":"Url"},{"name":"UrlChain"}],"rows":[["a","b"],[1],{}]}]}`,
		header + "\r\n" + row("2026-09-28", "true") + "\r\n",                              // CSV
		header + "\n" + strings.ReplaceAll(row("2026-09-28", "true"), `"`, "") + "\n\"\n", // damaged CSV
		"\xff\xfe{\x00}\x00",            // UTF-16
		"sep=;\nUrl;UrlChain\na;\"b\"c", // delimiters
		`{"RecordType":41,"TimeOfClick":"x","Url":"u"}` + "\n" + `{"RecordType":40,"Data":"{\"lon\":\"MaliciousUrlClick\"}"}`,
		"Type,Url,UrlChain\nEmailEvents,a,b\n",
		graphAlert(clickDetected, graphURL("https://a.example.com/"), graphURL("b"), graphUser("ada@contoso.example"), graphMail("m1", "ada@contoso.example", `"b"`), graphIP("x")),
		sentinelAlert(quoted(sentinelEntities)) + "\n" + sentinelAlert(`[{"$ref":"2"},{"a":{"$id":"2","Type":"url","Url":"u"}}]`), // text within text, references
		`{"uriClickSecurityStates":[{"uriDomain":"a"},{"uriDomain":"b"},1],"userStates":{}}`,
		sentinelIncident(incidentAlert(clickDetected, "x"), incidentEntity("Url", `"url":"u"`)),
		signInsHeader + "03/08/2026" + exampleSignIn + "2026-08-03" + exampleSignIn + "13/08/2026" + exampleSignIn, // dates
		clicksHeader + "03/08/2026,u,,,,3c7b1317-ac21-4754-5a76-08dee4d61558,,\n04/08/2026,u,,,,,,\n08/13/2026,u,,,,,,\n",
		`[[[[`, `{"value":[{"value":[{"value":[{"value":[{"value":[{`, `{"tables":[{"rows":[[`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		head, rows := outcome(strings.NewReader(s))
		again, sameRows := outcome(iotest.HalfReader(strings.NewReader(s)))
		assert.Equal(t, head, again)
		assert.Equal(t, rows, sameRows)
		assert.LessOrEqual(t, len(rows), len(s)+1)
	})
}

// TestHostile feeds inputs that are made to take long or much memory: what is
// more than linear would not come to an end here.
func TestHostile(t *testing.T) {
	const size = 2 << 20
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	for name, text := range map[string]string{
		"open brackets":           rowJSON + "\n" + fill("["),
		"open objects":            `{"results":[` + rowJSON + "," + fill(`{"a":[`),
		"open quotes":             header + "\n" + fill("\"a\n"),
		"open quotes, no line":    header + "\n\"" + fill("a"),
		"quotes only":             header + "\n" + fill(`"`),
		"quotes after commas":     header + "\n" + fill(`,"`),
		"one long line":           rowJSON + "\n" + fill("x"),
		"one long string":         `{"results":[` + rowJSON + `,{"a":"` + fill("x"),
		"backslashes":             `{"results":[` + rowJSON + `,{"a":"` + fill(`\`),
		"many keys":               rowJSON + "\n{" + fill(`"Url":1,`),
		"envelopes":               rowJSON + "\n" + fill(`{"value":[{"x":1,`),
		"nested envelopes":        fill(`{"value":[`),
		"rows cut off":            `{"results":[` + rowJSON + "," + fill(`{"a":{"b":1},`),
		"rows cut off, no commas": `{"results":[` + rowJSON + "," + fill(`{"a":1 `),
		"empty rows":              `{"results":[` + rowJSON + "," + fill(`{},`),
		"blank lines":             rowJSON + "\n" + fill("\n"),
		"spaces":                  rowJSON + "\n" + fill(" "),
		"commas":                  `[` + rowJSON + fill(","),
		"many columns":            header + fill(",x") + "\n",
		"stray brackets":          `{"results":[` + rowJSON + `]}` + fill(`]}`),
		"garbage":                 `{"results":[` + rowJSON + `,` + fill("hello,"),
		"NULs":                    rowJSON + "\n" + fill("\x00"),
		"escapes":                 rowJSON + "\n" + `{"Url":"` + strings.Repeat(`\u0041`, 1<<17) + `","ActionType":"x"}`,
		"small tables":            `{"tables":[` + fill(`{"columns":[{"name":"Url"},{"name":"UrlChain"}],"rows":[["u","c"]]},`),
		"small arrays":            rowJSON + "\n" + fill("[{}]\n"),
		"small messages":          rowJSON + "\n" + fill(`{"records":[{}]}`+"\n"),
		"nested entities":         sentinelAlert(`[{"$ref":"1"},` + strings.Repeat(`{"properties":`, 9000) + "1" + strings.Repeat("}", 9000) + `]`),
		"references":              sentinelAlert("[" + strings.Repeat(`{"$ref":"1"},`, 1<<15) + `{"$id":"1","Type":"url","Url":"` + strings.Repeat("u", 1<<19) + `"}]`),
		"addresses":               header + "\n" + strings.Replace(row("2026-09-28", "true"), "198.51.100.7", `"`+strings.Repeat("198.51.100.7 ", 1<<15)+`"`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			head, rows := outcome(strings.NewReader(text))
			assert.NotEmpty(t, head)
			_ = rows
		})
	}
}

// endless repeats a text without end, up to a number of bytes.
type endless struct {
	text string
	left int
	most int // bytes at once; 0 is no limit
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	if e.most > 0 {
		p = p[:min(len(p), e.most)]
	}
	n := copy(p[:min(len(p), e.left)], e.text[e.at:])
	e.at = (e.at + n) % len(e.text)
	e.left -= n
	return n, nil
}

// TestMemory reads much more than may be held: the heap stays where it was.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 100 MB")
	}
	for name, r := range map[string]io.Reader{
		"NDJSON":     &endless{text: rowJSON + "\n", left: 16 << 20},
		"array":      io.MultiReader(strings.NewReader("["), &endless{text: rowJSON + ",\n", left: 16 << 20}),
		"CSV":        io.MultiReader(strings.NewReader(header+"\n"), &endless{text: row("2026-09-28T10:40:01Z", "true") + "\n", left: 16 << 20}),
		"long line":  io.MultiReader(strings.NewReader(rowJSON+"\n"), &endless{text: "x", left: 16 << 20}),
		"long row":   io.MultiReader(strings.NewReader(`{"results":[`+rowJSON+`,{"a":"`), &endless{text: "x", left: 16 << 20}),
		"long quote": io.MultiReader(strings.NewReader(header+"\n\""), &endless{text: "x", left: 16 << 20}),
	} {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			var before, now runtime.MemStats
			runtime.ReadMemStats(&before)
			x, err := tables.NewReader("f", r, tables.Options{})
			require.NoError(t, err)
			n, most := 0, uint64(0)
			for _, err := range x.Rows() {
				if err != nil {
					var rowErr *tables.RowError
					require.True(t, errors.As(err, &rowErr), err)
				}
				if n++; n%10_000 == 0 {
					runtime.GC()
					runtime.ReadMemStats(&now)
					most = max(most, now.HeapAlloc)
				}
			}
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
			runtime.KeepAlive(x)
			assert.Less(t, int64(most)-int64(before.HeapAlloc), int64(8<<20))
		})
	}
}

// TestSmallFiles keeps the rows of many small files, as there are in a blob
// container: they take no more memory than the files.
func TestSmallFiles(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var urls []string
	for range 200 {
		r, err := tables.NewReader("f", strings.NewReader(rowJSON+"\n"), tables.Options{})
		require.NoError(t, err)
		for row, err := range r.Rows() {
			require.NoError(t, err)
			urls = append(urls, row.Click.Url)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	assert.Len(t, urls, 200)
	assert.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(4<<20))
}

// TestAllocs counts what a row costs: its Click, and a text that had to be decoded.
func TestAllocs(t *testing.T) {
	for name, text := range map[string]string{"NDJSON": string(madeRows(2000)), "CSV": string(madeCSV(2000))} {
		for _, omit := range [][]string{nil, {"UrlChain"}} {
			allocs := testing.AllocsPerRun(5, func() {
				r, err := tables.NewReader("", strings.NewReader(text), tables.Options{Workers: 1, Omit: omit})
				require.NoError(t, err)
				n := 0
				for range r.Rows() {
					n++
				}
				require.Equal(t, 2000, n)
			})
			assert.Less(t, allocs/2000, 2.4-float64(len(omit)), name)
		}
	}
}
