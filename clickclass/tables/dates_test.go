package tables_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// idAt returns an id with the clock of a time, in UTC.
func idAt(t *testing.T, s string) string {
	at, err := time.Parse("2006-01-02 15:04", s)
	require.NoError(t, err)
	ticks := fmt.Sprintf("%016x", at.Unix()*1e7+621355968000000000)
	return "3c7b1317-ac21-4754-" + ticks[12:] + "-" + ticks[:12]
}

const (
	dayFirstShown  = "dates such as 3/8/2026 are read day first, as "
	nothingShows   = "dates such as 3/8/2026 may have the month first or the day: nothing in the export shows which, so they are read month first"
	clicksHeader   = "Timestamp,Url,ActionType,AccountUpn,Workload,NetworkMessageId,ReportId,SourceId\n"
	signInsHeader  = "Date (UTC),Username,IP address,Status,Sign-in error code\n"
	exampleClick   = ",https://www.example.com/,ClickAllowed,ada@contoso.example,Email,%s,%s,%s\n"
	exampleSignIn  = ",ada@contoso.example,198.51.100.7,Success,\n"
	manyDates      = 3000
	afterTheClicks = "13/08/2026 09:00:00"
)

// TestDateOrder decides for an export whether the day or the month is first.
func TestDateOrder(t *testing.T) {
	august, march := idAt(t, "2026-08-03 08:50"), idAt(t, "2026-03-08 08:50")
	click := func(timestamp, message, report, source string) string {
		return `"` + timestamp + `"` + fmt.Sprintf(exampleClick, message, report, source)
	}
	signIn := func(timestamp string) string { return `"` + timestamp + `"` + exampleSignIn }
	clocks := dayFirstShown + "the clocks in its ids show"
	for _, tt := range []struct {
		name, text string
		want       []string // by row
		warning    string
	}{
		{"a later row shows that the day is first", signInsHeader + signIn("03/08/2026 09:00") + signIn("13/08/2026 09:00"),
			[]string{"2026-08-03T09:00:00Z", "2026-08-13T09:00:00Z"}, dayFirstShown + `row 2 shows with "13/08/2026 09:00"`},
		{"a later row shows that the month is first", signInsHeader + signIn("03/08/2026 09:00") + signIn("03/13/2026 09:00"),
			[]string{"2026-03-08T09:00:00Z", "2026-03-13T09:00:00Z"}, ""},
		{"a row far below", signInsHeader + strings.Repeat(signIn("03/08/2026 09:00"), manyDates) + signIn("31/08/2026 09:00"),
			[]string{"2026-08-03T09:00:00Z"}, dayFirstShown + `row 3001 shows with "31/08/2026 09:00"`},
		{"dashes", signInsHeader + signIn("03-08-2026 09:00") + signIn("13-08-2026 09:00"),
			[]string{"2026-08-03T09:00:00Z", "2026-08-13T09:00:00Z"}, dayFirstShown + `row 2 shows with "13-08-2026 09:00"`},
		{"the clock of the click, August", clicksHeader + click("03/08/2026 09:00", "", august, ""), []string{"2026-08-03T09:00:00Z"}, clocks},
		{"the clock of the click, March", clicksHeader + click("03/08/2026 09:00", "", march, ""), []string{"2026-03-08T09:00:00Z"}, ""},
		{"the clock of the message, August", clicksHeader + click("03/08/2026 09:00", august, "", ""), []string{"2026-08-03T09:00:00Z"}, clocks},
		{"the clock of the message, days before", clicksHeader + click("09/08/2026 09:00", august, "", ""), []string{"2026-08-09T09:00:00Z"}, clocks},
		{"the clock of the message, weeks before", clicksHeader + click("09/08/2026 09:00", idAt(t, "2026-07-12 08:50"), "", ""), []string{"2026-08-09T09:00:00Z"}, clocks},
		{"the clock of the message, the nearer month", clicksHeader + click("03/04/2026 09:00", idAt(t, "2026-04-02 08:50"), "", ""), []string{"2026-04-03T09:00:00Z"}, clocks},
		{"the clock of the click counts more", clicksHeader + click("03/08/2026 09:00", march, august, ""), []string{"2026-08-03T09:00:00Z"}, clocks},
		{"the clock of a chat", clicksHeader + click("03/08/2026 09:00", "", "", "/chats/19:x@unq.gbl.spaces/messages/1785747000000"), []string{"2026-08-03T09:00:00Z"}, clocks},
		{"most clocks", clicksHeader + strings.Repeat(click("03/08/2026 09:00", august, "", ""), 3) + click("03/08/2026 09:00", march, "", ""),
			[]string{"2026-08-03T09:00:00Z"}, clocks},
		{"clocks of other times", clicksHeader + click("03/08/2026 09:00", idAt(t, "2025-01-01 00:00"), idAt(t, "2025-01-01 00:00"), ""),
			[]string{"2026-03-08T09:00:00Z"}, nothingShows},
		{"the day counts more than clocks", clicksHeader + click("03/08/2026 09:00", march, "", "") + click("13/08/2026 09:00", "", "", ""),
			[]string{"2026-08-03T09:00:00Z"}, dayFirstShown + `row 2 shows with "13/08/2026 09:00"`},
		{"the Log Analytics portal", signInsHeader + signIn("8/3/2026, 9:00:01.123 AM"), []string{"2026-08-03T09:00:01.123Z"}, ""},
		{"nothing shows it", signInsHeader + strings.Repeat(signIn("03/08/2026 09:00"), 3), []string{"2026-03-08T09:00:00Z"}, nothingShows},
		{"either way the same", signInsHeader + signIn("08/08/2026 09:00"), []string{"2026-08-08T09:00:00Z"}, ""},
		{"dots", signInsHeader + signIn("03.08.2026 09:00"), []string{"2026-08-03T09:00:00Z"}, ""},
		{"years first", signInsHeader + signIn("2026/08/03 09:00"), []string{"2026-08-03T09:00:00Z"}, ""},
		{"names", signInsHeader + signIn("Aug 3, 2026 9:00:00 AM"), []string{"2026-08-03T09:00:00Z"}, ""},
		{"audit records", "CreationDate,AuditData\n03/08/2026 09:00,\"{\"\"Operation\"\":\"\"UserLoggedIn\"\",\"\"CreationTime\"\":\"\"2026-08-03T09:00:00\"\",\"\"UserId\"\":\"\"a\"\"}\"\n",
			[]string{"2026-08-03T09:00:00Z"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, workers := range []int{1, 4} {
				r, err := tables.NewReader("f", strings.NewReader(tt.text), tables.Options{Workers: workers})
				require.NoError(t, err)
				n := 0
				for row, err := range r.Rows() {
					require.NoError(t, err)
					if n < len(tt.want) {
						assert.Equal(t, tt.want[n], timeOf(row).Format(time.RFC3339Nano))
					}
					n++
					assert.EqualValues(t, n, row.Row)
				}
				assert.Equal(t, strings.Count(tt.text, "\n")-1, n)
				if tt.warning == "" {
					assert.Empty(t, r.Report().Warnings)
				} else {
					assert.Equal(t, []string{tt.warning}, r.Report().Warnings)
				}
			}
		})
	}
}

// TestDateOrderOfEvidence decides by all rows, also where clicks are passed over.
func TestDateOrderOfEvidence(t *testing.T) {
	text := "Type,Timestamp,Url,AccountUpn,ReportId,ErrorCode,IPAddress\n" +
		"EntraIdSignInEvents,03/08/2026,,ada@contoso.example,,0,198.51.100.7\n" +
		"UrlClickEvents,03/08/2026,u,ada@contoso.example," + idAt(t, "2026-08-03 09:00") + ",,198.51.100.7\n"
	r, err := tables.NewReader("f", strings.NewReader(text), tables.Options{EvidenceOnly: true})
	require.NoError(t, err)
	n := 0
	for row, err := range r.Rows() {
		require.NoError(t, err)
		assert.Equal(t, "2026-08-03", timeOf(row).Format(time.DateOnly))
		n++
	}
	assert.Equal(t, 1, n)
}

// TestDateShownTooLate tells of a date that shows the order when earlier rows have been
// read with the other.
func TestDateShownTooLate(t *testing.T) {
	var text strings.Builder
	text.WriteString(signInsHeader)
	row := "2026-08-03 09:00" + exampleSignIn
	for range 200 { // enough to believe that all dates are such
		text.WriteString(row)
	}
	text.WriteString("03/08/2026 09:00" + exampleSignIn)
	text.WriteString(afterTheClicks + exampleSignIn)
	r, rows, errs := collect(t, "f", text.String())
	assert.Len(t, rows, 201)
	assert.Equal(t, "2026-03-08T09:00:00Z", timeOf(rows[200]).Format(time.RFC3339))
	require.Len(t, errs, 1)
	assert.EqualError(t, errs[0], `tables: read: f: row 202: column "CreatedDateTime": bad time "13/08/2026 09:00:00"`)
	assert.Equal(t, []string{nothingShows, `row 202 shows with "13/08/2026 09:00:00" that the day is first, but rows before it were read month first: what they say is wrong`},
		r.Report().Warnings)
}

// TestDatesAreHeldNoLonger gives up after 8 MiB without a row that shows the order.
func TestDatesAreHeldNoLonger(t *testing.T) {
	row := "03/08/2026 09:00" + exampleSignIn
	n := 8<<20/(len(row)-1) + 1000
	r, rows, errs := collect(t, "f", signInsHeader+strings.Repeat(row, n)+afterTheClicks+exampleSignIn)
	assert.Len(t, rows, n)
	assert.Equal(t, "2026-03-08T09:00:00Z", timeOf(rows[0]).Format(time.RFC3339))
	assert.Len(t, errs, 1)
	assert.Len(t, r.Report().Warnings, 2)
}

// TestDatesAreHeld holds rows until one shows the order, and no longer; rows without such
// dates never.
func TestDatesAreHeld(t *testing.T) {
	in, out := io.Pipe()
	defer in.Close()
	rows := make(chan string)
	go func() {
		defer close(rows)
		r, err := tables.NewReader("f", in, tables.Options{})
		if !assert.NoError(t, err) {
			return
		}
		for row := range r.Rows() {
			rows <- timeOf(row).Format(time.DateOnly)
		}
	}()
	write := func(s string) {
		_, err := io.WriteString(out, s)
		require.NoError(t, err)
	}
	write(signInsHeader + "2026-08-02" + exampleSignIn)
	assert.Equal(t, "2026-08-02", <-rows)
	write("03/08/2026" + exampleSignIn)
	select {
	case row := <-rows:
		t.Errorf("read without knowing the order: %s", row)
	case <-time.After(50 * time.Millisecond):
	}
	write("13/08/2026" + exampleSignIn)
	assert.Equal(t, "2026-08-03", <-rows)
	assert.Equal(t, "2026-08-13", <-rows)
	write("04/08/2026" + exampleSignIn)
	assert.Equal(t, "2026-08-04", <-rows)
	out.Close()
	_, more := <-rows
	assert.False(t, more)
}
