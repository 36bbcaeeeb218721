package tables_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// exports writes n rows in each of the forms; row i has the address 10.0.0.i.
func exports(n int) map[string]string {
	var objects, records, values, csv []string
	for i := range n {
		ip := fmt.Sprintf("10.0.0.%d", i+1)
		object := strings.Replace(rowJSON, "198.51.100.7", ip, 1)
		objects = append(objects, object)
		records = append(records, strings.Replace(streamJSON, "198.51.100.7", ip, 1))
		values = append(values, `["2026-09-28T10:40:01Z","https://www.example.com/","ClickAllowed","`+ip+`","[\"https://www.example.com/\"]"]`)
		csv = append(csv, strings.Replace(row("2026-09-28T10:40:01Z", "false"), "198.51.100.7", ip, 1))
	}
	return map[string]string{
		"NDJSON":        strings.Join(objects, "\n") + "\n",
		"stream":        strings.Join(records, "\r\n") + "\r\n",
		"array":         "[" + strings.Join(objects, ",") + "]",
		"array lines":   "[\n  " + strings.Join(objects, ",\n  ") + "\n]\n",
		"Graph":         `{"schema":[],"results":[` + strings.Join(objects, ",") + "]}",
		"records":       `{"records":[` + strings.Join(records, ",") + "]}",
		"messages":      `{"records":[` + strings.Join(records, "]}\n"+`{"records":[`) + "]}\n",
		"Log Analytics": `{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated"},{"name":"Url"},{"name":"ActionType"},{"name":"IPAddress"},{"name":"UrlChain"}],"rows":[` + strings.Join(values, ",") + "]}]}",
		"CSV":           header + "\r\n" + strings.Join(csv, "\r\n") + "\r\n",
	}
}

// survey reads a text and tells which of the rows of exports came through.
func survey(text string) (found map[int]bool, errs []error, err error) {
	r, err := tables.NewReader("f", strings.NewReader(text), tables.Options{})
	if err != nil {
		return nil, nil, err
	}
	found = map[int]bool{}
	for row, err := range r.Rows() {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if ip := row.Click.IPAddress; ip.Is4() && ip.As4()[0] == 10 {
			found[int(ip.As4()[3])] = true
		}
	}
	return found, errs, nil
}

// TestTruncation cuts every form off at many places: the rows before the cut
// are all there, and what is lost is told.
func TestTruncation(t *testing.T) {
	const n = 6
	for name, text := range exports(n) {
		t.Run(name, func(t *testing.T) {
			whole, errs, err := survey(text)
			require.NoError(t, err)
			require.Empty(t, errs)
			require.Len(t, whole, n)
			for cut := strings.Index(text, "10.0.0.2"); cut < len(text); cut += 7 {
				found, errs, err := survey(text[:cut])
				require.NoError(t, err, cut)
				// The rows whose chain, which comes after the address, is there.
				complete := strings.Count(text[:cut], "10.0.0.") - 1
				for i := range complete {
					assert.True(t, found[i+1], "row %d, cut at %d", i+1, cut)
				}
				assert.LessOrEqual(t, len(errs), 1, cut)
				for _, err := range errs {
					assert.ErrorIs(t, err, tables.ErrTruncated, cut)
				}
				if len(found)+len(errs) < complete+1 {
					// Row complete+1 began before the cut.
					assert.Fail(t, "a row is lost without a word", "cut at %d", cut)
				}
			}
		})
	}
}

// TestOneByte takes out, and changes, bytes all over the middle rows: no
// more than the row and its neighbours may suffer, and never in silence.
func TestOneByte(t *testing.T) {
	const n, middle = 7, 4
	for name, text := range exports(n) {
		t.Run(name, func(t *testing.T) {
			from := strings.Index(text, fmt.Sprintf("10.0.0.%d", middle-1)) + 300
			to := strings.Index(text, fmt.Sprintf("10.0.0.%d", middle+1)) - 300
			if name == "Log Analytics" {
				from, to = strings.Index(text, fmt.Sprintf("10.0.0.%d", middle))-60, strings.Index(text, fmt.Sprintf("10.0.0.%d", middle))+60
			}
			for at := from; at < to; at += 5 {
				for what, damaged := range map[string]string{
					"without":   text[:at] + text[at+1:],
					"quote":     text[:at] + `"` + text[at+1:],
					"backslash": text[:at] + `\` + text[at+1:],
					"line end":  text[:at] + "\n" + text[at+1:],
					"brace":     text[:at] + "}" + text[at+1:],
					"NUL":       text[:at] + "\x00" + text[at+1:],
				} {
					found, errs, err := survey(damaged)
					require.NoError(t, err)
					for i := 1; i <= n; i++ {
						if i < middle-1 || i > middle+1 {
							assert.True(t, found[i], "%s at %d: row %d", what, at, i)
						}
					}
					if len(found) < n-1 {
						assert.NotEmpty(t, errs, "%s at %d", what, at)
					}
				}
			}
		})
	}
}
