package tables

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestKeyMemory reads objects whose keys change from row to row with one parser.
func TestKeyMemory(t *testing.T) {
	p := rowParser{}
	for _, tt := range []struct{ object, url, action string }{
		{`{"Url":"1","ActionType":"a"}`, "1", "a"},
		{`{"Url":"2","ActionType":"b"}`, "2", "b"},
		{`{"Url":  "3"  ,  "ActionType" : "c"}`, "3", "c"},
		{`{"ActionType":"d","Url":"4"}`, "4", "d"},
		{`{"Url":"5"}`, "5", ""},
		{`{"x":1,"Url":"6","y":2,"ActionType":"f","z":{}}`, "6", "f"},
		{`{"URL":"7","actiontype":"g"}`, "7", "g"},
		{`{"properties":{"Url":"8","ActionType":"h"}}`, "8", "h"},
		{`{"properties":"{\"Url\":\"8a\",\"ActionType\":\"h\"}"}`, "8a", "h"},
		{`{"\u0055rl":"9","ActionType":"i"}`, "9", "i"},
		{`{"Url":"10","Url":"","ActionType":"j"}`, "10", "j"},
		{`{"` + longKey + `":"","Url":"11","ActionType":"k"}`, "11", "k"},
		{`{"` + longKey + `":"","Url":"12","ActionType":"l"}`, "12", "l"},
	} {
		require.NoError(t, p.findCells(tt.object, nil), tt.object)
		assert.Equal(t, tt.url, p.text(colUrl), tt.object)
		assert.Equal(t, tt.action, p.text(colActionType), tt.object)
	}
}

// longKey is too long to be remembered.
var longKey = strings.Repeat("k", maxKeyBytes)

// BenchmarkKeys measures what finding the columns of a row costs with the memory of keys.
// The reference in the same run looks each key up: x is how many times as long that takes,
// saved/row what the memory is worth.
func BenchmarkKeys(b *testing.B) {
	var row string
	var starts []int
	for _, name := range []string{"Timestamp", "Url", "ActionType", "AccountUpn", "Workload", "NetworkMessageId", "ThreatTypes", "DetectionMethods",
		"IPAddress", "IsClickedThrough", "UrlChain", "ReportId", "AppName", "AppVersion", "SourceId"} {
		starts = append(starts, len(row))
		row += `"` + name + `":`
	}
	var memory keyMemory
	remembered := func() {
		memory.rewind()
		for _, i := range starts {
			if col, _, err := memory.scan(row, i); err != nil || col == colNone {
				b.Fatal(err)
			}
		}
	}
	lookedUp := func() {
		for _, i := range starts {
			if key, _, err := scanKey(row, i); err != nil || columnOf(key.text) == colNone {
				b.Fatal(err)
			}
		}
	}
	const rows = 1000
	fastest := func(than time.Duration, f func()) time.Duration {
		start := time.Now()
		for range rows {
			f()
		}
		if d := time.Since(start); than == 0 || d < than {
			return d
		}
		return than
	}
	var with, without time.Duration
	for b.Loop() {
		with, without = fastest(with, remembered), fastest(without, lookedUp)
	}
	b.ReportMetric(float64(without)/float64(with), "x")
	b.ReportMetric(float64(with)/rows, "ns/row")
	b.ReportMetric(float64(without-with)/rows, "saved/row")
	b.ReportMetric(0, "ns/op")
}
