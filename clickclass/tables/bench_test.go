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

// madeCSV makes the same rows as a CSV of the portal.
func madeCSV(n int) []byte {
	var b bytes.Buffer
	header := []string{"Timestamp", "Url", "ActionType", "AccountUpn", "Workload", "NetworkMessageId", "ThreatTypes", "DetectionMethods",
		"IPAddress", "IsClickedThrough", "UrlChain", "ReportId", "AppName", "AppVersion", "SourceId"}
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	w.Write(header)
	for line := range bytes.Lines(madeRows(n)) {
		var row map[string]any
		if err := json.Unmarshal(line, &row); err != nil {
			panic(err)
		}
		var record []string
		for _, name := range header {
			if v := row[name]; v != nil {
				record = append(record, fmt.Sprint(v))
			} else {
				record = append(record, "")
			}
		}
		w.Write(record)
	}
	w.Flush()
	return b.Bytes()
}

const benchRows = 20000

func readAll(b *testing.B, text []byte) {
	r, err := tables.NewReader("", bytes.NewReader(text))
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for row, err := range r.Rows() {
		if err != nil || row.Click == nil {
			b.Fatal(err)
		}
		n++
	}
	if n != benchRows {
		b.Fatal(n)
	}
}

// BenchmarkRead measures rows read and, in the same run, what encoding/json and
// encoding/csv need for them: x is how many times faster.
func BenchmarkRead(b *testing.B) {
	b.Run("NDJSON", func(b *testing.B) {
		text := madeRows(benchRows)
		var ours, theirs time.Duration
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			start := time.Now()
			readAll(b, text)
			ours += time.Since(start)
			b.StopTimer()
			start = time.Now()
			for line := range bytes.Lines(text) {
				var click clickclass.Click
				if err := json.Unmarshal(line, &click); err != nil {
					b.Fatal(err)
				}
			}
			theirs += time.Since(start)
			b.StartTimer()
		}
		b.ReportMetric(float64(theirs)/float64(ours), "x")
		b.ReportMetric(float64(ours)/float64(b.N)/benchRows, "ns/row")
	})
	b.Run("CSV", func(b *testing.B) {
		text := madeCSV(benchRows)
		var ours, theirs time.Duration
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			start := time.Now()
			readAll(b, text)
			ours += time.Since(start)
			b.StopTimer()
			start = time.Now()
			r := csv.NewReader(bytes.NewReader(text))
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); err == io.EOF {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
			theirs += time.Since(start)
			b.StartTimer()
		}
		b.ReportMetric(float64(theirs)/float64(ours), "x")
		b.ReportMetric(float64(ours)/float64(b.N)/benchRows, "ns/row")
	})
}
