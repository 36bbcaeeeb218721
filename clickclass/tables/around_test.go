package tables_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// TestAroundRows passes over what programs and people write around the rows of a CSV.
func TestAroundRows(t *testing.T) {
	const good = "2026-09-28T10:40:01Z,https://www.example.com/,ClickAllowed,ada@contoso.example,198.51.100.7"
	const names = "Timestamp,Url,ActionType,AccountUpn,IPAddress"
	for _, tt := range []struct{ name, text string }{
		{"a title", lines("Clicks of September", names, good)},
		{"a title of several lines", lines("Clicks of September", "Exported by: Alex", "Date: 2026-09-30", "", names, good)},
		{"a title in cells", lines("Tenant,Contoso", "Generated,2026-09-30", names, good)},
		{"a title padded with delimiters", lines("Clicks,,,,", ",,,,", names, good)},
		{"a number of rows", lines(names, good, "", "(1 rows affected)")},
		{"a total", lines(names, good, "", "Total rows: 1", "End of report")},
		{"rows that a spreadsheet once had", lines(names, good, ",,,,", ",,,,")},
		{"rows of empty quotes", lines(names, good, `"","","","",""`)},
		{"NUL at the end", lines(names, good) + strings.Repeat("\x00", 100)},
		{"^Z at the end", lines(names, good) + "\x1a"},
		{"two byte order marks", "\ufeff\ufeff" + lines(names, good)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, rows, errs := collect(t, "f", tt.text)
			assert.Empty(t, errs)
			if assert.Len(t, rows, 1) && assert.NotNil(t, rows[0].Click) {
				assert.Equal(t, "ada@contoso.example", rows[0].Click.AccountUpn)
				assert.False(t, rows[0].Click.Timestamp.IsZero())
			}
			assert.Equal(t, "UrlClickEvents", r.Report().Table)
		})
	}
}

// TestRemarkIsNoRow holds that a half row is told where no blank line sets it apart.
func TestRemarkIsNoRow(t *testing.T) {
	_, rows, errs := collect(t, "f", lines("Timestamp,Url,ActionType,AccountUpn", "2026-09-28T10:40:01Z,u,ClickAllowed,ada@contoso.example", "2026-09-28T10:40:02Z"))
	assert.Len(t, rows, 1)
	assert.Len(t, errs, 1)
}

// TestClicksNeedSomething refuses clicks of which nothing is known, whatever the rows are
// called.
func TestClicksNeedSomething(t *testing.T) {
	_, rows, errs := collect(t, "f", `{"category":"AdvancedHunting-UrlClickEvents","x":{"Url":"https://www.example.com/"}}`+"\n")
	assert.Empty(t, rows)
	if assert.Len(t, errs, 1) {
		assert.ErrorIs(t, errs[0], tables.ErrUnknown)
		assert.Contains(t, errs[0].Error(), "UrlClickEvents without Url, which rows need to count")
	}
}
