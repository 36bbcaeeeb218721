package calibrate_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/calibrate"
)

func ExampleReadLabels() {
	const file = `report_id,label,source
9eadd5af-2bc2-4186-e84b-08dc910607d2,owner,click_through
fd8d1f9c-0b4e-43cb-cfe9-08dc9605d4c1,robot,canary
`
	labels, err := calibrate.ReadLabels(strings.NewReader(file))
	if labels == nil {
		fmt.Println(err)
		return
	}
	fmt.Println(err) // the other rows are kept
	for label := range labels.All() {
		fmt.Println(label.Who, label.Source)
	}
	// Output:
	// calibrate: read labels: row 2: column label: "robot" is not machine, owner or other
	// owner click_through
}

// texts returns the text of every error that was joined.
func texts(err error) []string {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	var list []string
	for _, e := range joined.Unwrap() {
		list = append(list, e.Error())
	}
	return list
}

func TestReadLabels(t *testing.T) {
	const maxLine = 64 << 10
	tests := []struct {
		name, in string
		want     []calibrate.Label
		errs     []string
	}{
		{"csv", "report_id,label,source\na,machine,canary\nb,owner,\nc,other,analyst\n", []calibrate.Label{
			{ReportID: "a", Who: "machine", Source: calibrate.Canary},
			{ReportID: "b", Who: "owner", Source: calibrate.Analyst},
			{ReportID: "c", Who: "other", Source: calibrate.Analyst}}, nil},
		{"words of the first edition", "report_id,label,source\na,automated,canary\nb,human,\n", []calibrate.Label{
			{ReportID: "a", Who: "machine", Source: calibrate.Canary},
			{ReportID: "b", Who: "owner", Source: calibrate.Analyst}}, nil},
		{"any order, any case, more columns, mark, CRLF", "\xef\xbb\xbfNote,LABEL,Report_Id\r\n\"a, b\",Human,x\r\n", []calibrate.Label{
			{ReportID: "x", Who: "owner", Source: calibrate.Analyst}}, nil},
		{"by file and row", "file,row,label,source\nclicks.csv,7,machine,endpoint\n", []calibrate.Label{
			{File: "clicks.csv", Row: 7, Who: "machine", Source: calibrate.Endpoint}}, nil},
		{"several sources", "report_id,label,source\na,owner,Sign_In+endpoint\n", []calibrate.Label{
			{ReportID: "a", Who: "owner", Source: "endpoint+sign_in"}}, nil},
		{"ndjson", ` {"report_id":"a","label":"human","source":"sign_in","note":1}` + "\n\n" + `{"file":"f","row":2,"label":"automated"}`, []calibrate.Label{
			{ReportID: "a", Who: "owner", Source: calibrate.SignIn},
			{File: "f", Row: 2, Who: "machine", Source: calibrate.Analyst}}, nil},
		{"broken rows lose nothing else",
			"report_id,label,source\n,human,\na,maybe,\nb,human,oracle\n\"c,human\nd,human,,,,\n" + strings.Repeat("x", maxLine) + "\ne,human,scripted\n",
			[]calibrate.Label{{ReportID: "e", Who: "owner", Source: calibrate.Scripted}},
			[]string{
				"calibrate: read labels: row 1: column report_id: neither report_id nor file and row",
				`calibrate: read labels: row 2: column label: "maybe" is not machine, owner or other`,
				`calibrate: read labels: row 3: column source: "oracle" is not a source of labels`,
				"calibrate: read labels: row 4: not a row of CSV",
				"calibrate: read labels: row 5: 6 cells, and 3 in the header",
				"calibrate: read labels: row 6: row longer than 65536 bytes"}},
		{"contradicting rows", "report_id,label\na,owner\nA,machine\na,owner\n",
			[]calibrate.Label{{ReportID: "a", Who: "owner", Source: calibrate.Analyst}},
			[]string{"calibrate: read labels: row 2: column label: labels contradict each other"}},
		{"broken objects", "{\"label\":3}\n{]\n{\"file\":\"f\",\"row\":-1,\"label\":\"human\"}\n", nil,
			[]string{
				"calibrate: read labels: row 1: column label: a JSON number that does not fit",
				"calibrate: read labels: row 2: not a JSON object",
				"calibrate: read labels: row 3: column row: row below 1"}},
		{"a row that is no number", "file,row,label\nf,x,human\n", nil,
			[]string{`calibrate: read labels: row 1: column row: "x" is not a whole number`}},
		{"a longest row", "report_id,label\n" + strings.Repeat("x", maxLine-len(",owner\n")) + ",owner\n", []calibrate.Label{
			{ReportID: strings.Repeat("x", maxLine-len(",owner\n")), Who: "owner", Source: calibrate.Analyst}}, nil},
		{"a row one byte too long", "report_id,label\n" + strings.Repeat("x", maxLine-len(",owner\n")+1) + ",owner\n", nil,
			[]string{"calibrate: read labels: row 1: row longer than 65536 bytes"}},
		{"empty", "", nil, nil},
		{"header alone", "report_id,label\n", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			labels, err := calibrate.ReadLabels(strings.NewReader(tt.in))
			require.NotNil(t, labels)
			assert.Equal(t, tt.errs, texts(err))
			assert.Equal(t, tt.want, slices.Collect(labels.All()))
		})
	}
}

func TestReadLabelsRefuses(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name, in, want string
	}{
		{"no label column", "report_id,verdict\na,human\n", `calibrate: read labels: header: column "label" missing`},
		{"no click column", "label\nhuman\n", `calibrate: read labels: header: neither column "report_id" nor "file" and "row"`},
		{"half a click column", "file,label\nf,human\n", `calibrate: read labels: header: neither column "report_id" nor "file" and "row"`},
		{"a header that is none", "\"report_id,label\n", "calibrate: read labels: header: not a row of CSV"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			labels, err := calibrate.ReadLabels(strings.NewReader(tt.in))
			assert.Nil(t, labels)
			assert.EqualError(t, err, tt.want)
		})
	}
	t.Run("a reader that fails", func(t *testing.T) {
		labels, err := calibrate.ReadLabels(failing{broken})
		assert.Nil(t, labels)
		assert.ErrorIs(t, err, broken)
	})
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestRowError(t *testing.T) {
	_, err := calibrate.ReadLabels(strings.NewReader("report_id,label\na,x\na,owner\na,machine\n"))
	var row *calibrate.RowError
	require.ErrorAs(t, err, &row)
	assert.Equal(t, int64(1), row.Row)
	assert.Equal(t, "label", row.Column)
	assert.ErrorIs(t, err, calibrate.ErrConflict)
}

func TestReadLabelsCountsManyBadRows(t *testing.T) {
	labels, err := calibrate.ReadLabels(strings.NewReader("report_id,label\n" + strings.Repeat("a,x\n", 1500) + "b,owner\n"))
	require.NotNil(t, labels)
	assert.Len(t, slices.Collect(labels.All()), 1)
	list := texts(err)
	require.Len(t, list, 1001)
	assert.Equal(t, "calibrate: read labels: row 1001: this and 499 further rows are bad", list[1000])
}

// TestErrorsKeepSecrets puts what must not be repeated into every column.
func TestErrorsKeepSecrets(t *testing.T) {
	secrets := []string{
		"alex.smith@contoso.example", "alex.smith%40contoso.example", `CONTOSO\alexsmith`, "alex_smith_contoso_com_secret",
		"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0", "AKIA0123456789ABCDEF", "1234567890",
	}
	for _, secret := range secrets {
		quoted, err := json.Marshal(secret)
		require.NoError(t, err)
		for _, in := range []string{
			"report_id,label\nX1," + secret + "\n",
			"report_id,label,source\nX1,owner," + secret + "\n",
			"file,row,label\n" + secret + "," + secret + ",owner\n",
			"file,row,label\n" + secret + ",-1,owner\n",
			"report_id,label\n" + secret + ",owner\n" + secret + ",machine\n",
			"report_id,label\n\"" + secret + ",owner\n",
			"report_id,label\n" + secret + "," + secret + "," + secret + "\n",
			secret + ",label\nX1,owner\n",
			secret + "\n",
			`{"report_id":"X1","label":` + string(quoted) + "}\n",
			`{"file":"f","row":` + string(quoted) + `,"label":"owner"}` + "\n",
			`{"file":"f","row":1234567890.5,"label":"owner"}` + "\n",
			`{"report_id":{"x":` + string(quoted) + `},"label":"owner"}` + "\n",
			"{" + secret + "\n",
		} {
			if _, err := calibrate.ReadLabels(strings.NewReader(in)); err != nil {
				for _, part := range append(secrets, "alex", "1234567890") {
					assert.NotContains(t, err.Error(), part, in)
				}
			}
		}
	}
}

func TestReadLabelsFault(t *testing.T) {
	data, err := os.ReadFile("../../../shared/data/faults/16-labels.csv")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the shared data are absent")
	}
	require.NoError(t, err)
	_, err = calibrate.ReadLabels(bytes.NewReader(data))
	assert.EqualError(t, err, "calibrate: read labels: row 1: column label: a text of 26 bytes is not machine, owner or other")
}

// FuzzReadLabels: whatever is read names a click, can be found by it, and is read back
// from its own JSON form.
func FuzzReadLabels(f *testing.F) {
	f.Add("report_id,label\na,human\n")                                 // the plain form
	f.Add(`{"file":"f","row":1,"label":"automated"}`)                   // the JSON form
	f.Add("report_id,label\n\"a\nb\",human\n")                          // a quoted line feed
	f.Add("\xef\xbb\xbf{\"label\":\"human\"\x00}\n\n{}")                // mark, NUL, empty object
	f.Add("report_id,label,source\na,owner,sign_in\na,owner,endpoint")  // two sources of one click
	f.Add("file,row,label\nf,1,owner\nf,1,machine\nf,-1,other")         // a contradiction, a row below 1
	f.Add("{\"report_id\":\"\xff\",\"label\":\"other\",\"row\":1e400}") // invalid UTF-8, a number out of range
	f.Fuzz(func(t *testing.T, in string) {
		labels, err := calibrate.ReadLabels(strings.NewReader(in))
		if labels == nil {
			require.Error(t, err)
			return
		}
		var lines bytes.Buffer
		out := json.NewEncoder(&lines)
		list := slices.Collect(labels.All())
		for _, label := range list {
			found, ok := labels.Find(&clickclass.Click{ReportId: label.ReportID, File: label.File, Row: label.Row})
			require.True(t, ok)
			require.Equal(t, label, found)
			require.NoError(t, out.Encode(label))
		}
		require.LessOrEqual(t, len(list)+len(texts(err)), strings.Count(in, "\n")+1)
		again, err := calibrate.ReadLabels(&lines)
		require.NoError(t, err)
		if back := slices.Collect(again.All()); len(list) > 0 && strings.ToValidUTF8(in, "") == in {
			require.Equal(t, list, back)
		}
	})
}
