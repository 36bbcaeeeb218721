package tables

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
)

// splitRecords cuts a CSV without a header and splits its records, as far as they are in
// order.
func splitRecords(r io.Reader, delimiter byte) (all [][]string, damaged int) {
	src := &source{r: r}
	c := newCSVCutter(&layout{delimiter: delimiter})
	for !src.ended() {
		src.more()
		src.discard(c.cut(src.window, src.ended()))
		for _, b := range c.batches() {
			for i, span := range b.spans {
				record, ok := splitRecord(b.text[span.start:span.end], delimiter)
				if b.damage[i] != nil || !ok {
					damaged++
					continue
				}
				all = append(all, record)
			}
		}
	}
	return all, damaged
}

func splitRecord(text string, delimiter byte) (record []string, ok bool) {
	p := &rowParser{csv: true}
	for at := 0; at >= 0; {
		field, next, ok := csvField(text, at, delimiter)
		if !ok {
			return nil, false
		}
		record, at = append(record, p.decode(field)), next
	}
	return record, true
}

// FuzzCSV asks: are records cut and split like in encoding/csv, however the input arrives?
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"a,b,c\r\n1,2,3\r\n",           // as the portal writes it
		"a,\"b,\"\"c\"\"\",d\n",        // quoted comma and quotes
		"a,\"line one\r\nline two\"\n", // line end in a field
		"a,b\n\n\r\nc,d",               // blank lines, no last line end
		"a\"b,c\n",                     // lone quote
		"\"a\"b,c\nd,e\n",              // text after a closing quote
		"\"a,b\nc,d\ne,f\n",            // quotes that nobody closes
		"\"a\",\"\"\n\"\"\n",           // empty and quoted
		"a,\"b\"\r",                    // half a line end at the end
		"00000",                        // a last line without a line end
		"\"a\r\rb\"\rc\n", "\"", ",\"", "\"\"\"", ",\n,", "\x00,\xff\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for line := range strings.Lines(s) {
			line = strings.TrimRight(line, "\r\n")
			if beginsLikeJSON(line) || isPreamble(line) || isBlankRecord(line, ',') && line != "" || headerIn(line) != nil {
				t.Skip("JSON, what stands around a header, and lines without anything are no records")
			}
		}
		got, damaged := splitRecords(strings.NewReader(s), ',')
		slow, slowDamaged := splitRecords(iotest.OneByteReader(strings.NewReader(s)), ',')
		assert.Equal(t, got, slow, "byte by byte")
		assert.Equal(t, damaged, slowDamaged, "byte by byte")

		twin := csv.NewReader(strings.NewReader(windowOf(s)))
		twin.FieldsPerRecord = -1
		want, err := twin.ReadAll()
		if errors.Is(err, csv.ErrBareQuote) {
			t.Skip("a lone quote, which is kept")
		}
		if err != nil {
			assert.Positive(t, damaged)
			return
		}
		assert.Zero(t, damaged)
		for _, record := range got {
			for i, field := range record {
				// encoding/csv makes line ends in fields \n.
				record[i] = strings.ReplaceAll(field, "\r\n", "\n")
			}
		}
		if assert.Equal(t, len(want), len(got)) {
			for i := range want {
				assert.Equal(t, want[i], got[i])
			}
		}
	})
}

func TestLoneQuotes(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       [][]string
		damaged    int
	}{
		{"within a field", "a\"b,c\nd,e\n", [][]string{{"a\"b", "c"}, {"d", "e"}}, 0},
		{"opened and never closed", "a,b\nc,\"d\ne,f\ng,h\n", [][]string{{"a", "b"}, {"e", "f"}, {"g", "h"}}, 1},
		{"opened, and the next row has quotes", "c,\"d\ne,\"[\"\"x\"\"]\"\ng,h\n", [][]string{{"e", `["x"]`}, {"g", "h"}}, 1},
		{"text after closing", "\"a\"b,c\nd,e\n", [][]string{{"d", "e"}}, 1},
		{"at the very end", "a,b\nc,\"", [][]string{{"a", "b"}}, 1},
		{"line ends in a field", "a,\"x\ny\r\nz\"\nb,c\n", [][]string{{"a", "x\ny\r\nz"}, {"b", "c"}}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, damaged := splitRecords(strings.NewReader(tt.text), ',')
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.damaged, damaged)
		})
	}
}
