package tables_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// TestDamage breaks one row in every way and expects the others to count.
func TestDamage(t *testing.T) {
	good := rowJSON
	goodCSV := row("2026-09-28T10:40:01Z", "false")
	lines := func(rows ...string) string { return strings.Join(rows, "\n") + "\n" }
	type bad struct {
		row    int64
		column string
		text   string // part of the message
		is     error
	}
	for _, tt := range []struct {
		name string
		text string
		rows int
		bad  []bad
	}{
		{"NDJSON, half a last line", good + "\n" + good[:200], 1, []bad{{2, "", "cut off", tables.ErrTruncated}}},
		{"NDJSON, half a first line", lines(good[:200], good, good), 2, []bad{{1, "", "unterminated string", nil}}},
		{"NDJSON, half a line amid", lines(good, good[:100], good), 2, []bad{{2, "", "unterminated string", nil}}},
		{"NDJSON, text", lines(good, "hello", good), 2, []bad{{2, "", "no object", nil}}},
		{"NDJSON, another table's row", lines(good, `{"a":1}`, good), 2, []bad{{2, "", "not a supported table", tables.ErrUnknown}}},
		{"NDJSON, empty object", lines(good, `{}`, good), 2, []bad{{2, "", "not a supported table", tables.ErrUnknown}}},
		{"NDJSON, text after the object", lines(good, good+"x", good), 2, []bad{{2, "", "text after the object", nil}}},
		{"NDJSON, bad time", lines(good, strings.Replace(good, "2026-09-28T", "2026-13-28T", 1)), 1, []bad{{2, "Timestamp", `bad time "2026-13-28T10:40:01.5123456Z"`, nil}}},
		{"NDJSON, bad address", lines(good, strings.Replace(good, "198.51.100.7", "198.51.100.700", 1)), 1, []bad{{2, "IPAddress", `bad address "198.51.100.700"`, nil}}},
		{"NDJSON, bad bool", lines(good, strings.Replace(good, "false", `"maybe"`, 1)), 1, []bad{{2, "IsClickedThrough", `bad bool "maybe"`, nil}}},
		{"NDJSON, a mail address where the time was", lines(good, strings.Replace(good, "2026-09-28T10:40:01.5123456Z", "ada@contoso.example", 1)), 1, []bad{{2, "Timestamp", `bad time of 19 bytes`, nil}}},
		{"NDJSON, several bad columns give one error", lines(good, strings.NewReplacer("198.51.100.7", "x", "2026", "y").Replace(good)), 1, []bad{{2, "Timestamp", "bad time", nil}}},
		{"NDJSON, an array of rows amid", lines(good, "["+good+","+good+"]", good), 4, nil},
		{"NDJSON, a message amid", lines(good, `{"records":[`+streamJSON+`,`+streamJSON[:300], good), 3, []bad{{3, "", "cut off", tables.ErrTruncated}}},
		{"NDJSON, NUL and invalid UTF-8 in a value", lines(good, strings.Replace(good, "contoso", "cont\xffso", 1)), 2, nil},
		{"NDJSON, NUL", lines(good, "\x00\x00", good), 2, nil},

		{"Graph, cut off between rows", `{"results":[` + good + "," + good + ",", 2, []bad{{3, "", "cut off", tables.ErrTruncated}}},
		{"Graph, cut off in a row", `{"results":[` + good + "," + good[:150], 1, []bad{{2, "", "cut off", tables.ErrTruncated}}},
		{"Graph, a row without its bracket", `{"results":[` + good + "," + good[:len(good)-1] + "," + good + "," + good + "]}", 3, []bad{{2, "", "no key", nil}}},
		{"Graph, a row without a quote", `{"results":[` + good + "," + strings.Replace(good, `"ClickAllowed"`, `"ClickAllowed`, 1) + "," + good + "]}", 2, []bad{{2, "", "", nil}}},
		{"Graph, a number for a row", `{"results":[` + good + ",5," + good + "]}", 2, []bad{{2, "", "unexpected character", nil}}},
		{"Graph, garbage for a row", `{"results":[` + good + ",hello," + good + "]}", 2, []bad{{2, "", "", nil}}},
		{"Graph, stray object", `{"results":[` + good + `],{"a":1}}` + good, 2, []bad{{2, "", "no key", nil}, {3, "", "not a supported table", tables.ErrUnknown}}},
		{"array over lines, a line cut in two", "[\n" + good + ",\n" + good[:150] + "\n,\n" + good + "\n]", 2, []bad{{2, "", "control character", nil}}},
		{"Log Analytics, short and long rows", `{"tables":[{"columns":[{"name":"TimeGenerated"},{"name":"Url"},{"name":"ActionType"}],"rows":[` +
			`["2026-09-28","https://a.example/","ClickAllowed"],["2026-09-28"],["2026-09-28","u","a","b"],[],["2026-09-28","https://b.example/",null]]}]}`, 2,
			[]bad{{2, "", "fewer values", nil}, {3, "", "more values", nil}, {4, "", "fewer values", nil}}},

		{"CSV, short and long rows", lines(header, goodCSV, "a,b", goodCSV+",x", goodCSV), 2, []bad{{2, "", "fewer values", nil}, {3, "", "more values", nil}}},
		{"CSV, half a last line", header + "\n" + goodCSV + "\n" + goodCSV[:40], 1, []bad{{2, "", "cut off", tables.ErrTruncated}}},
		{"CSV, cut off in quotes", header + "\n" + goodCSV + "\n" + goodCSV[:30], 1, []bad{{2, "", "cut off", tables.ErrTruncated}}},
		{"CSV, quotes never closed", lines(header, goodCSV, strings.Replace(goodCSV, `1,2",Click`, `1,2,Click`, 1), goodCSV, goodCSV), 3, []bad{{2, "", "closing quote", nil}}},
		{"CSV, text after quotes", lines(header, goodCSV, strings.Replace(goodCSV, `1,2",Click`, `1,2"x,Click`, 1), goodCSV), 2, []bad{{2, "", "closing quote", nil}}},
		{"CSV, lone quote", lines(header, strings.Replace(goodCSV, ",Email", `,Em"ail`, 1), goodCSV), 2, nil},
		{"CSV, line end in a field", lines(header, strings.Replace(goodCSV, "offer", "off\r\ner", 1), goodCSV), 2, nil},
		{"CSV, NUL and invalid UTF-8", lines(header, strings.NewReplacer("offer", "\x00", "contoso", "cont\xffso").Replace(goodCSV), goodCSV), 2, nil},
		{"CSV, bad time", lines(header, row("yesterday", "true"), goodCSV), 1, []bad{{1, "Timestamp", `bad time "yesterday"`, nil}}},
		{"CSV, header only", header + "\r\n", 0, nil},
		{"CSV, header only, cut off", header, 0, nil},
		{"CSV, blank lines", lines(header, "", goodCSV, "\r", goodCSV, ""), 2, nil},
		{"CSV, two exports in one", "\ufeff" + header + "\r\n" + goodCSV + "\r\n" + "\ufeff" + header + "\r\n" + goodCSV + "\r\n", 2, nil},
		{"NDJSON, two exports in one", "\ufeff" + good + "\r\n" + "\ufeff" + good + "\r\n", 2, nil},
		{"CSV, all empty", lines(header, strings.Repeat(",", 14)), 0, nil}, // a spreadsheet's row in which nothing is
		{"Graph, no rows", `{"schema":[{"name":"Timestamp"},{"name":"Url"},{"name":"ActionType"}],"results":[]}`, 0, nil},
		{"Log Analytics, no rows", `{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated"},{"name":"Url"},{"name":"UrlChain"}],"rows":[]}]}`, 0, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, rows, errs := collect(t, "x.json", tt.text)
			assert.Equal(t, "UrlClickEvents", r.Report().Table)
			assert.Len(t, rows, tt.rows)
			var got []string
			for _, err := range errs {
				got = append(got, err.Error())
				assert.NotContains(t, err.Error(), "@")
			}
			if assert.Len(t, errs, len(tt.bad), strings.Join(got, "\n")) {
				for i, want := range tt.bad {
					var rowErr *tables.RowError
					require.ErrorAs(t, errs[i], &rowErr)
					assert.Equal(t, want.row, rowErr.Row, rowErr)
					assert.Equal(t, want.column, rowErr.Column, rowErr)
					assert.Equal(t, "x.json", rowErr.File)
					assert.Contains(t, rowErr.Error(), want.text)
					assert.True(t, strings.HasPrefix(rowErr.Error(), fmt.Sprintf("tables: read: x.json: row %d: ", want.row)), rowErr)
					if want.is != nil {
						assert.ErrorIs(t, rowErr, want.is)
					}
				}
			}

			// However the input arrives, it is the same.
			again, err := tables.NewReader("x.json", iotest.OneByteReader(strings.NewReader(tt.text)), tables.Options{})
			require.NoError(t, err)
			var gotAgain []string
			n := 0
			for _, err := range again.Rows() {
				if err != nil {
					gotAgain = append(gotAgain, err.Error())
				} else {
					n++
				}
			}
			assert.Equal(t, tt.rows, n)
			assert.Equal(t, got, gotAgain)
		})
	}
}

// TestNoTable gives inputs that cannot be read at all.
func TestNoTable(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		is         error
		message    string
	}{
		{"garbage", "\x7fELF\x02\x01\x01\x00\x00\x00\n\x00", tables.ErrUnknown, "neither JSON nor CSV"},
		{"random bytes", "\x9b\xe2\x01\xff\xee\x8a\n\x00\xff", tables.ErrUnknown, "neither JSON nor CSV"},
		{"text", "Dear Ada,\nwho clicked?\n", tables.ErrUnknown, "not a supported table: neither JSON nor CSV"},
		{"a list", "title: x\nlogsource: y\n", tables.ErrUnknown, "not a supported table: neither JSON nor CSV"},
		{"CSV with names that may be secrets", "campaign,alex.smith%40contoso.example,?token\nx,y,z\n", tables.ErrUnknown, `columns "campaign" and 2 more`},
		{"CSV with no other names", "alex.smith%40contoso.example,?token\ny,z\n", tables.ErrUnknown, "2 columns with unusual names"},
		{"CSV of another table", "campaign,email,time\nx,y,z\n", tables.ErrUnknown, `not a supported table: columns "campaign", "email", "time"`},
		{"CSV without a header", "2026-09-28T10:40:01Z,https://a.example/?t=secret,ada@contoso.example\n", tables.ErrUnknown, "no names of columns: the first line is a row"},
		{"JSON of another table", `{"TimeGenerated":"2026-09-28","Computer":"a","EventID":4624}`, tables.ErrUnknown, `not a supported table: columns "TimeGenerated", "Computer", "EventID"`},
		{"JSON that names its table", `{"Type":"SecurityEvent","Computer":"a"}`, tables.ErrUnknown, `not a supported table: "SecurityEvent"`},
		{"stream of another table", `{"category":"AdvancedHunting-EmailAttachmentInfo","properties":{"Url":"u","ActionType":"x"}}`, tables.ErrUnknown, `not a supported table: "EmailAttachmentInfo"`},
		{"union of other tables", "Type,Url,UserId\nOfficeActivity,u,x\n", tables.ErrUnknown, `"Type", "Url", "UserId"`},
		{"broken JSON", `{"Url":`, tables.ErrTruncated, "cut off"},
		{"broken array", `[`, tables.ErrTruncated, "cut off"},
		{"a number in brackets", `[1,2,3]`, tables.ErrUnknown, "unexpected character"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(tt.text), iotest.OneByteReader(strings.NewReader(tt.text))} {
				_, err := tables.NewReader("f", r, tables.Options{})
				require.Error(t, err)
				if tt.is != nil {
					assert.ErrorIs(t, err, tt.is)
				}
				assert.Contains(t, err.Error(), tt.message)
				assert.NotContains(t, err.Error(), "@")
				assert.NotContains(t, err.Error(), "secret")
			}
		})
	}
}

// TestBrokenOff gives inputs whose reader fails.
func TestBrokenOff(t *testing.T) {
	broken := errors.New("disk on fire")
	_, err := tables.NewReader("f", iotest.ErrReader(broken), tables.Options{})
	assert.ErrorIs(t, err, broken)
	assert.EqualError(t, err, "tables: read: f: disk on fire")

	text := rowJSON + "\n" + rowJSON + "\n" + rowJSON[:50]
	for name, text := range map[string]string{"NDJSON": text, "CSV": header + "\n" + row("2026-09-28", "true") + "\n" + row("2026-09-28", "true") + "\n", "array": "[" + rowJSON + "," + rowJSON + ","} {
		r, err := tables.NewReader("f", io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)), tables.Options{})
		require.NoError(t, err, name)
		rows, last := 0, error(nil)
		for row, err := range r.Rows() {
			if last = err; err == nil {
				assert.NotNil(t, row.Click)
				rows++
			}
		}
		assert.Equal(t, 2, rows, name)
		assert.ErrorIs(t, last, broken, name)
		assert.EqualError(t, last, "tables: read: f: disk on fire", name)
	}
}

// maxRow is the limit that the documentation of ErrTooLong names.
const maxRow = 1 << 20

// TestLimit reads rows at the limit and one byte longer.
func TestLimit(t *testing.T) {
	object := func(n int) string {
		return strings.Replace(rowJSON, "https://", "https://"+strings.Repeat("x", n-len(rowJSON)), 1)
	}
	record := func(n int) string {
		good := row("2026-09-28T10:40:01Z", "false")
		return strings.Replace(good, "https://", "https://"+strings.Repeat("x", n-len(good)), 1)
	}
	for name, text := range map[string]func(n int) string{
		"NDJSON": func(n int) string { return rowJSON + "\n" + object(n) + "\n" + rowJSON + "\n" },
		"array":  func(n int) string { return "[" + rowJSON + "," + object(n) + "," + rowJSON + "]" },
		"CSV": func(n int) string {
			return header + "\r\n" + record(400) + "\r\n" + record(n) + "\r\n" + record(400) + "\r\n"
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, rows, errs := collect(t, "f", text(maxRow))
			assert.Empty(t, errs)
			assert.Len(t, rows, 3)
			for _, n := range []int{maxRow + 1, maxRow + 5, 3 * maxRow} {
				_, rows, errs = collect(t, "f", text(n))
				assert.Len(t, rows, 2, n)
				if assert.Len(t, errs, 1, n) {
					assert.ErrorIs(t, errs[0], tables.ErrTooLong)
					assert.Contains(t, errs[0].Error(), "row 2:")
				}
			}
		})
	}
}

// TestManyTables gives every row a table of its own: they are counted, but not
// all by name.
func TestManyTables(t *testing.T) {
	var text strings.Builder
	text.WriteString(streamJSON + "\n")
	for i := range 1000 {
		fmt.Fprintf(&text, `{"category":"AdvancedHunting-Table%d","properties":{}}`+"\n", i)
	}
	r, rows, errs := collect(t, "f", text.String())
	assert.Len(t, rows, 1)
	assert.Empty(t, errs)
	assert.Len(t, r.Report().Warnings, 65)
	assert.Equal(t, `left out 936 rows of other tables`, r.Report().Warnings[0])
}
