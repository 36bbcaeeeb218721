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

const benchRows = 20000

// plainClick is a Click without its own UnmarshalJSON.
type plainClick clickclass.Click

func readAll(b *testing.B, text []byte) {
	r, err := tables.NewReader("", bytes.NewReader(text), tables.Options{Workers: 1})
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

// BenchmarkRead measures rows read and, in the same run, what the standard
// library needs: encoding/json to unmarshal them, encoding/csv to split them
// without reading the cells. x is how many times as many rows a second it is.
func BenchmarkRead(b *testing.B) {
	for _, bb := range []struct {
		name      string
		text      []byte
		reference func(text []byte) error
	}{
		{"NDJSON", madeRows(benchRows), func(text []byte) error {
			for line := range bytes.Lines(text) {
				var click plainClick
				if err := json.Unmarshal(line, &click); err != nil {
					return err
				}
			}
			return nil
		}},
		{"CSV", madeCSV(benchRows), func(text []byte) error {
			r := csv.NewReader(bytes.NewReader(text))
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); err == io.EOF {
					return nil
				} else if err != nil {
					return err
				}
			}
		}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			var ours, theirs time.Duration
			for b.Loop() {
				start := time.Now()
				readAll(b, bb.text)
				ours += time.Since(start)
				start = time.Now()
				if err := bb.reference(bb.text); err != nil {
					b.Fatal(err)
				}
				theirs += time.Since(start)
			}
			b.ReportMetric(float64(theirs)/float64(ours), "x")
			b.ReportMetric(float64(ours)/float64(b.N)/benchRows, "ns/row")
			b.ReportMetric(0, "ns/op")
		})
	}
}
