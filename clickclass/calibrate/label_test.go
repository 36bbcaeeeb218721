package calibrate_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/calibrate"
)

func ExampleReadLabels() {
	const file = `report_id,label,source
9eadd5af-2bc2-4186-e84b-08dc910607d2,human,click_through
fd8d1f9c-0b4e-43cb-cfe9-08dc9605d4c1,robot,canary
`
	for label, err := range calibrate.ReadLabels(strings.NewReader(file)) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(label.Automated, label.Source, label.Source.RuledOut())
	}
	// Output:
	// false click_through [a.through a.scanwait]
	// calibrate: labels: row 2: column label: "robot" is neither automated nor human
}

func TestReadLabels(t *testing.T) {
	type result struct {
		label calibrate.Label
		err   string
	}
	long := strings.Repeat("x", calibrate.MaxLabelLine)
	tests := []struct {
		name, in string
		want     []result
	}{
		{"csv", "report_id,label,source\na,automated,canary\nb,human,\n", []result{
			{label: calibrate.Label{ReportId: "a", Automated: true, Source: calibrate.Canary}},
			{label: calibrate.Label{ReportId: "b", Source: calibrate.Analyst}}}},
		{"any order, any case, more columns, mark, CRLF", "\xef\xbb\xbfNote,LABEL,Report_Id\r\n\"a, b\",Human,x\r\n", []result{
			{label: calibrate.Label{ReportId: "x", Source: calibrate.Analyst}}}},
		{"by file and row", "file,row,label,source\nclicks.csv,7,automated,endpoint\n", []result{
			{label: calibrate.Label{File: "clicks.csv", Row: 7, Automated: true, Source: calibrate.Endpoint}}}},
		{"ndjson", `{"report_id":"a","label":"human","source":"sign_in","note":1}` + "\n\n" + `{"file":"f","row":2,"label":"automated"}`, []result{
			{label: calibrate.Label{ReportId: "a", Source: calibrate.SignIn}},
			{label: calibrate.Label{File: "f", Row: 2, Automated: true, Source: calibrate.Analyst}}}},
		{"broken rows lose nothing else", "report_id,label,source\n,human,\na,maybe,\nb,human,oracle\n\"c,human\nd,human,,,,\n" + long + "\ne,human,scripted\n", []result{
			{err: "calibrate: labels: row 1: column report_id: neither report_id nor file and row"},
			{err: `calibrate: labels: row 2: column label: "maybe" is neither automated nor human`},
			{err: `calibrate: labels: row 3: column source: "oracle" is not a source of labels`},
			{err: "calibrate: labels: row 4: not a row of CSV"},
			{err: "calibrate: labels: row 5: 6 cells, and 3 in the header"},
			{err: "calibrate: labels: row 6: row longer than 65536 bytes"},
			{label: calibrate.Label{ReportId: "e", Source: calibrate.Scripted}}}},
		{"broken objects", "{\"label\":3}\n{]\n{\"file\":\"f\",\"row\":-1,\"label\":\"human\"}\n", []result{
			{err: "calibrate: labels: row 1: column label: number in place of a string"},
			{err: "calibrate: labels: row 2: not a JSON object"},
			{err: "calibrate: labels: row 3: column row: -1 is below 1"}}},
		{"row not a number", "file,row,label\nf,x,human\n", []result{
			{err: `calibrate: labels: row 1: column row: "x" is not a number`}}},
		{"no label column", "report_id,verdict\na,human\n", []result{{err: `calibrate: labels: header: column "label" missing`}}},
		{"no click column", "label\nhuman\n", []result{{err: `calibrate: labels: header: neither column "report_id" nor "file" and "row"`}}},
		{"empty", "", nil},
		{"header alone", "report_id,label\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []result
			for label, err := range calibrate.ReadLabels(strings.NewReader(tt.in)) {
				if err != nil {
					got = append(got, result{err: err.Error()})
					continue
				}
				got = append(got, result{label: label})
			}
			assert.Equal(t, tt.want, got)
		})
	}
	t.Run("place of an error", func(t *testing.T) {
		for _, err := range calibrate.ReadLabels(strings.NewReader("report_id,label\na,x\n")) {
			var row *calibrate.RowError
			require.ErrorAs(t, err, &row)
			assert.Equal(t, 1, row.Row)
			assert.Equal(t, "label", row.Column)
		}
	})
	t.Run("a reader that fails", func(t *testing.T) {
		broken := errors.New("broken")
		for _, err := range calibrate.ReadLabels(failing{broken}) {
			assert.ErrorIs(t, err, broken)
		}
	})
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestLabels(t *testing.T) {
	var labels calibrate.Labels
	require.NoError(t, labels.Add(calibrate.Label{ReportId: "AA", Source: calibrate.Analyst}))
	require.NoError(t, labels.Add(calibrate.Label{ReportId: "aa", Source: calibrate.Endpoint}))
	require.NoError(t, labels.Add(calibrate.Label{File: "f", Row: 3, Automated: true, Source: calibrate.Canary}))
	err := labels.Add(calibrate.Label{ReportId: "aA", Automated: true, Source: calibrate.Canary})
	require.ErrorIs(t, err, calibrate.ErrConflict)
	assert.EqualError(t, err, "calibrate: add: labels contradict each other: analyst+endpoint and canary")
	assert.Equal(t, 2, labels.Len())

	label, ok := labels.Find(&clickclass.Click{ReportId: "aa"})
	assert.True(t, ok)
	assert.False(t, label.Automated)
	assert.Equal(t, calibrate.Analyst|calibrate.Endpoint, label.Source)
	label, ok = labels.Find(&clickclass.Click{ReportId: "other", File: "f", Row: 3})
	assert.True(t, ok)
	assert.True(t, label.Automated)
	_, ok = labels.Find(&clickclass.Click{})
	assert.False(t, ok)
	_, ok = new(calibrate.Labels).Find(&clickclass.Click{ReportId: "aa"})
	assert.False(t, ok)
}

func TestSource(t *testing.T) {
	tests := []struct {
		name     string
		source   calibrate.Source
		ruledOut []string
	}{
		{"analyst", calibrate.Analyst, nil},
		{"canary", calibrate.Canary, nil},
		{"click_through", calibrate.ClickThrough, []string{"a.through", "a.scanwait"}},
		{"endpoint", calibrate.Endpoint, []string{"c.browser", "c.net", "c.silent"}},
		{"sign_in", calibrate.SignIn, []string{"ip.own_signin", "ip.own_signin30", "ip.fresh_signin", "ip.tenant_signin", "ip.shared_nosignin", "ip.no_signin", "g.far", "h.off"}},
		{"scripted", calibrate.Scripted, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := calibrate.ParseSource(tt.name)
			require.NoError(t, err)
			assert.Equal(t, tt.source, got)
			assert.Equal(t, tt.name, got.String())
			assert.Equal(t, tt.ruledOut, got.RuledOut())
		})
	}
	_, err := calibrate.ParseSource("oracle")
	assert.EqualError(t, err, `calibrate: source "oracle" unknown`)

	// A rule that is ruled out must exist, or the label would be learned from
	// the evidence that it was made from.
	known := map[string]bool{}
	for _, r := range clickclass.Rules() {
		known[r.ID] = true
	}
	for _, tt := range tests {
		for _, id := range tt.ruledOut {
			assert.True(t, known[id], "no rule %s", id)
		}
	}
}

func FuzzReadLabels(f *testing.F) {
	f.Add("report_id,label\na,human\n")                  // the plain form
	f.Add(`{"file":"f","row":1,"label":"automated"}`)    // the JSON form
	f.Add("report_id,label\n\"a\nb\",human\n")           // a quoted line feed
	f.Add("\xef\xbb\xbf{\"label\":\"human\"\x00}\n\n{}") // mark, NUL, empty object
	f.Fuzz(func(t *testing.T, in string) {
		rows := 0
		for label, err := range calibrate.ReadLabels(strings.NewReader(in)) {
			rows++
			if err != nil {
				continue
			}
			// What is read names a click and can be added and found again.
			var labels calibrate.Labels
			require.NoError(t, labels.Add(label))
			found, ok := labels.Find(&clickclass.Click{ReportId: label.ReportId, File: label.File, Row: label.Row})
			require.True(t, ok)
			require.Equal(t, label, found)
		}
		require.LessOrEqual(t, rows, strings.Count(in, "\n")+1)
	})
}
