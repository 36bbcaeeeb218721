package tables_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// madeRows makes n rows of UrlClickEvents as NDJSON.
func madeRows(n int) []byte {
	var b bytes.Buffer
	at := time.Date(2026, 9, 28, 10, 40, 1, 512_345_600, time.UTC)
	for i := range n {
		at = at.Add(7 * time.Second)
		fmt.Fprintf(&b, `{"Timestamp":"%s","Url":"https://www.example.com/campaign/%d/landing?recipient=%d&utm_source=newsletter",`+
			`"ActionType":"ClickAllowed","AccountUpn":"user%d@contoso.example","Workload":"Email",`+
			`"NetworkMessageId":"3c7b1317-ac21-4754-5a76-%012x","ThreatTypes":null,"DetectionMethods":null,"IPAddress":"198.51.100.%d",`+
			`"IsClickedThrough":false,"UrlChain":"[\"https://www.example.com/campaign/%d/landing?recipient=%d&utm_source=newsletter\"]",`+
			`"ReportId":"e2cf1de7-98af-47b5-4a2d-%012x","AppName":"Mail","AppVersion":"0.0.0000","SourceId":"3c7b1317-ac21-4754-5a76-%012x"}`+"\n",
			at.Format("2006-01-02T15:04:05.0000000Z"), i%50, i, i%500, i, i%255, i%50, i, i, i)
	}
	return b.Bytes()
}

// madeCSV makes n rows as the portal writes them.
func madeCSV(n int) []byte {
	b := bytes.NewBufferString("\xef\xbb\xbf" + header + "\r\n")
	for i := range n {
		url := fmt.Sprintf("https://www.example.com/campaign/%d/landing?recipient=%d&utm_source=newsletter", i%50, i)
		fmt.Fprintf(b, `2026-09-28T10:%02d:%02d.5123456Z,%s,ClickAllowed,user%d@contoso.example,Email,3c7b1317-ac21-4754-5a76-%012x,,,198.51.100.%d,`+
			`False,"[""%s""]",e2cf1de7-98af-47b5-4a2d-%012x,Mail,0.0.0000,3c7b1317-ac21-4754-5a76-%012x`+"\r\n", i/60%60, i%60, url, i%500, i, i%255, url, i, i)
	}
	return b.Bytes()
}

// benchRows is how many rows one iteration of a benchmark reads.
const benchRows = 5000

// BenchmarkReadNDJSON reads clicks on the caller's goroutine, all columns and those that
// triage needs. Its reference in the same run is encoding/json, which unmarshals the same
// rows: x is how many times as many rows a second are read.
func BenchmarkReadNDJSON(b *testing.B) {
	text := madeRows(benchRows)
	unmarshal := func() {
		type plainClick clickclass.Click // without UnmarshalJSON
		for line := range bytes.Lines(text) {
			var k plainClick
			if err := json.Unmarshal(line, &k); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, bb := range []struct {
		name string
		omit []string
	}{{"all", nil}, {"triage", []string{"UrlChain", "DetectionMethods"}}} {
		b.Run(bb.name, func(b *testing.B) {
			compare(b, func() { readClicks(b, text, tables.Options{Workers: 1, Omit: bb.omit}) }, unmarshal)
		})
	}
}

// BenchmarkReadCSV reads clicks on the caller's goroutine. Its reference in the same run is
// encoding/csv, which splits the same rows and reads no cell.
func BenchmarkReadCSV(b *testing.B) {
	text := madeCSV(benchRows)
	split := func() {
		r := csv.NewReader(bytes.NewReader(text))
		r.ReuseRecord = true
		for {
			if _, err := r.Read(); err == io.EOF {
				return
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
	compare(b, func() { readClicks(b, text, tables.Options{Workers: 1}) }, split)
}

// BenchmarkReadWorkers reads clicks with two goroutines. Its reference in the same run
// reads them with one.
func BenchmarkReadWorkers(b *testing.B) {
	text := madeRows(benchRows)
	compare(b, func() { readClicks(b, text, tables.Options{Workers: 2}) }, func() { readClicks(b, text, tables.Options{Workers: 1}) })
}

func readClicks(b *testing.B, text []byte, o tables.Options) {
	r, err := tables.NewReader("", bytes.NewReader(text), o)
	if err != nil {
		b.Fatal(err)
	}
	for row, err := range r.Rows() {
		if err != nil || row.Click == nil {
			b.Fatal(err)
		}
	}
}

// compare measures ours and theirs in turn, and reports the fastest run of each: other
// work on the machine slows runs down and never speeds them up.
func compare(b *testing.B, ours, theirs func()) {
	var fastestOurs, fastestTheirs time.Duration
	for b.Loop() {
		fastestOurs = faster(fastestOurs, ours)
		fastestTheirs = faster(fastestTheirs, theirs)
	}
	b.ReportMetric(float64(fastestTheirs)/float64(fastestOurs), "x")
	b.ReportMetric(float64(fastestOurs)/benchRows, "ns/row")
	b.ReportMetric(0, "ns/op")
}

func faster(than time.Duration, f func()) time.Duration {
	start := time.Now()
	f()
	if d := time.Since(start); than == 0 || d < than {
		return d
	}
	return than
}
