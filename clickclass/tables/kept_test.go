package tables_test

import (
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// TestKeptRows keeps every string of many rows beside a copy and compares them at the end:
// what was handed out is never written to again.
func TestKeptRows(t *testing.T) {
	many, some := 200_000, 40_000
	if testing.Short() {
		many, some = 20_000, 10_000
	}
	mail := `{"category":"AdvancedHunting-EmailEvents","properties":{"Timestamp":"2026-09-28T12:00:00Z","NetworkMessageId":"m\u0031","RecipientEmailAddress":"ada@contoso.example","DeliveryAction":"Delivered"}}` + "\n"
	audit := `{"category":"AdvancedHunting-CloudAppEvents","properties":{"ActionType":"TIUrlClickData","RawEventData":{"RecordType":41,"TimeOfClick":"2026-09-28T12:00:00","Url":"https://www.example.com/\u0061","UserId":"ada@contoso.example","UserIp":"198.51.100.7, 203.0.113.9"}}}` + "\n"
	lines := string(madeRows(500)) + mail + audit
	csv := string(madeCSV(500))
	table := csv[strings.IndexByte(csv, '\n')+1:]
	array := strings.ReplaceAll(lines, "\n", ",\n")
	for _, tt := range []struct {
		name  string
		rows  int
		input io.Reader
	}{
		{"NDJSON", many, &endless{text: lines, left: many / 502 * len(lines)}},
		{"CSV", some, io.MultiReader(strings.NewReader(csv[:len(csv)-len(table)]), &endless{text: table, left: some / 500 * len(table)})},
		{"array", some, io.MultiReader(strings.NewReader("["), &endless{text: array, left: some / 502 * len(array)}, strings.NewReader("]"))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := tables.NewReader("f", tt.input, tables.Options{Workers: 3})
			require.NoError(t, err)
			var kept, copies []string
			n := 0
			for row, err := range r.Rows() {
				require.NoError(t, err)
				n++
				for _, s := range stringsOf(reflect.ValueOf(row), nil) {
					kept, copies = append(kept, s), append(copies, strings.Clone(s))
				}
			}
			assert.GreaterOrEqual(t, n, tt.rows*95/100)
			runtime.GC()
			for i := range kept {
				if kept[i] != copies[i] {
					require.Equal(t, copies[i], kept[i], "string %d", i)
				}
			}
			assert.Greater(t, len(kept), 12*n, "twelve strings a row at least")
		})
	}
}

// stringsOf appends all strings that a value holds.
func stringsOf(v reflect.Value, to []string) []string {
	switch v.Kind() {
	case reflect.String:
		return append(to, v.String())
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			return stringsOf(v.Elem(), to)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				to = stringsOf(v.Field(i), to)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			to = stringsOf(v.Index(i), to)
		}
	}
	return to
}
