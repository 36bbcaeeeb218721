// Package readersbench compares readers of JSON and CSV on rows of
// UrlClickEvents. Run it with
//
//	go test -bench . ./internal/readersbench
//
// Every reader turns the same text into the same clicks, times and addresses
// included. The metric x says how many times as many rows a second that makes
// as encoding/json does, or encoding/csv, measured in the same run.
package readersbench

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"testing"
	"time"

	"github.com/buger/jsonparser"
	"github.com/go-faster/jx"
	experiment "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fastjson"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/tables"
	"github.com/whoclicked/whoclicked/examples/internal/rowgen"
)

const rows = 20_000

// ndjson makes n rows as the hunting APIs write them, one a line.
func ndjson(n int) (text []byte) {
	for i := range n {
		text = rowgen.Append(text, i)
	}
	return text
}

var columns = []string{"Timestamp", "Url", "ActionType", "AccountUpn", "Workload", "NetworkMessageId", "ThreatTypes", "DetectionMethods",
	"IPAddress", "IsClickedThrough", "UrlChain", "ReportId", "AppName", "AppVersion", "SourceId"}

// asCSV makes the same rows as the portal writes them.
func asCSV(text []byte) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	w.Write(columns)
	for line := range bytes.Lines(text) {
		var row map[string]any
		if err := json.Unmarshal(line, &row); err != nil {
			panic(err)
		}
		var record []string
		for _, name := range columns {
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

// set puts a text in its column.
func set(k *clickclass.Click, column, text string) (err error) {
	switch column {
	case "Timestamp":
		k.Timestamp, err = time.Parse(time.RFC3339, text)
	case "Url":
		k.Url = text
	case "ActionType":
		k.ActionType = clickclass.ActionType(text)
	case "AccountUpn":
		k.AccountUpn = text
	case "Workload":
		k.Workload = text
	case "NetworkMessageId":
		k.NetworkMessageId = text
	case "ThreatTypes":
		k.ThreatTypes = text
	case "DetectionMethods":
		k.DetectionMethods = text
	case "IPAddress":
		k.IPAddress, err = netip.ParseAddr(text)
	case "IsClickedThrough":
		k.IsClickedThrough, err = strconv.ParseBool(text)
	case "UrlChain":
		k.UrlChain = text
	case "ReportId":
		k.ReportId = text
	case "AppName":
		k.AppName = text
	case "AppVersion":
		k.AppVersion = text
	case "SourceId":
		k.SourceId = text
	}
	return err
}

// A reader calls row with every click of a text.
type reader struct {
	name string
	read func(text []byte, row func(*clickclass.Click)) error
}

var jsonReaders = []reader{
	{"encoding-json", func(text []byte, row func(*clickclass.Click)) error {
		for line := range bytes.Lines(text) {
			var k clickclass.Click
			if err := json.Unmarshal(line, &k); err != nil {
				return err
			}
			row(&k)
		}
		return nil
	}},
	{"go-json-experiment", func(text []byte, row func(*clickclass.Click)) error {
		for line := range bytes.Lines(text) {
			var k clickclass.Click
			if err := experiment.Unmarshal(line, &k); err != nil {
				return err
			}
			row(&k)
		}
		return nil
	}},
	{"go-faster-jx", func(text []byte, row func(*clickclass.Click)) error {
		var d jx.Decoder
		for line := range bytes.Lines(text) {
			var k clickclass.Click
			d.ResetBytes(line)
			if err := d.ObjBytes(func(d *jx.Decoder, key []byte) error {
				switch d.Next() {
				case jx.String:
					s, err := d.Str()
					if err != nil {
						return err
					}
					return set(&k, string(key), s)
				case jx.Bool:
					b, err := d.Bool()
					k.IsClickedThrough = b
					return err
				}
				return d.Skip()
			}); err != nil {
				return err
			}
			row(&k)
		}
		return nil
	}},
	{"valyala-fastjson", func(text []byte, row func(*clickclass.Click)) error {
		var p fastjson.Parser
		for line := range bytes.Lines(text) {
			v, err := p.ParseBytes(line)
			if err != nil {
				return err
			}
			o, err := v.Object()
			if err != nil {
				return err
			}
			var k clickclass.Click
			o.Visit(func(key []byte, v *fastjson.Value) {
				switch v.Type() {
				case fastjson.TypeString:
					if e := set(&k, string(key), string(v.GetStringBytes())); e != nil {
						err = e
					}
				case fastjson.TypeTrue:
					k.IsClickedThrough = true
				}
			})
			if err != nil {
				return err
			}
			row(&k)
		}
		return nil
	}},
	{"buger-jsonparser", func(text []byte, row func(*clickclass.Click)) error {
		for line := range bytes.Lines(text) {
			var k clickclass.Click
			if err := jsonparser.ObjectEach(line, func(key, value []byte, kind jsonparser.ValueType, _ int) error {
				switch kind {
				case jsonparser.String:
					s, err := jsonparser.ParseString(value)
					if err != nil {
						return err
					}
					return set(&k, string(key), s)
				case jsonparser.Boolean:
					return set(&k, string(key), string(value))
				}
				return nil
			}); err != nil {
				return err
			}
			row(&k)
		}
		return nil
	}},
	{"tables", readTables},
}

var csvReaders = []reader{
	{"encoding-csv", func(text []byte, row func(*clickclass.Click)) error {
		r := csv.NewReader(bytes.NewReader(text))
		r.ReuseRecord = true
		if _, err := r.Read(); err != nil {
			return err
		}
		for {
			record, err := r.Read()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			var k clickclass.Click
			for i, field := range record {
				if field != "" {
					if err := set(&k, columns[i], field); err != nil {
						return err
					}
				}
			}
			row(&k)
		}
	}},
	{"tables", readTables},
}

func readTables(text []byte, row func(*clickclass.Click)) error {
	r, err := tables.NewReader("", bytes.NewReader(text))
	if err != nil {
		return err
	}
	for x, err := range r.Rows() {
		if err != nil {
			return err
		}
		row(x.Click)
	}
	return nil
}

// TestReaders checks that all of them read the same.
func TestReaders(t *testing.T) {
	text := ndjson(50)
	var want []clickclass.Click
	for _, group := range []struct {
		text    []byte
		readers []reader
	}{{text, jsonReaders}, {asCSV(text), csvReaders}} {
		for _, r := range group.readers {
			t.Run(r.name, func(t *testing.T) {
				var got []clickclass.Click
				require.NoError(t, r.read(group.text, func(k *clickclass.Click) {
					c := *k
					c.Row = 0
					got = append(got, c)
				}))
				if want == nil {
					want = got
				}
				assert.Equal(t, want, got)
			})
		}
	}
}

// BenchmarkJSON compares the readers with the first of them, encoding/json.
func BenchmarkJSON(b *testing.B) { compare(b, ndjson(rows), jsonReaders) }

// BenchmarkCSV compares the readers with the first of them, encoding/csv.
func BenchmarkCSV(b *testing.B) { compare(b, asCSV(ndjson(rows)), csvReaders) }

func compare(b *testing.B, text []byte, readers []reader) {
	measure := func(b *testing.B, r reader) time.Duration {
		start, n := time.Now(), 0
		if err := r.read(text, func(*clickclass.Click) { n++ }); err != nil {
			b.Fatal(err)
		}
		if n != rows {
			b.Fatalf("%d rows", n)
		}
		return time.Since(start)
	}
	for _, r := range readers {
		b.Run(r.name, func(b *testing.B) {
			var its, reference time.Duration
			for b.Loop() {
				its += measure(b, r)
				reference += measure(b, readers[0])
			}
			b.ReportMetric(float64(reference)/float64(its), "x")
			b.ReportMetric(float64(its)/float64(b.N)/rows, "ns/row")
			b.ReportMetric(0, "ns/op")
		})
	}
}
