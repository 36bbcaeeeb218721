package tables_test

import (
	"bytes"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// TestParallel parses the chunks of an export in many goroutines, twice each,
// and compares with reading it in one.
func TestParallel(t *testing.T) {
	array := bytes.ReplaceAll(bytes.TrimSpace(madeRows(3000)), []byte("\n"), []byte(",\n"))
	for name, text := range map[string][]byte{
		"NDJSON": append(madeRows(3000), "{\"damaged\n"...),
		"CSV":    append(madeCSV(3000), "damaged\n"...),
		"array":  append(append([]byte("["), array...), ",damaged,{}]"...),
	} {
		t.Run(name, func(t *testing.T) {
			type result struct {
				click clickclass.Click
				row   int
				err   string
			}
			collect := func(into *[]result) func(tables.Row, error) bool {
				return func(row tables.Row, err error) bool {
					r := result{row: row.Row}
					if err != nil {
						r.err = err.Error()
					} else {
						r.click = *row.Click
					}
					*into = append(*into, r)
					return true
				}
			}
			var want []result
			r, err := tables.NewReader("f", bytes.NewReader(text))
			require.NoError(t, err)
			for row, err := range r.Rows() {
				collect(&want)(row, err)
			}
			require.Greater(t, len(want), 3000)

			r, err = tables.NewReader("f", bytes.NewReader(text))
			require.NoError(t, err)
			var wait sync.WaitGroup
			var parts [][2]*[]result
			next := 1
			for chunk, err := range r.Chunks() {
				require.NoError(t, err)
				assert.Equal(t, next, chunk.First)
				assert.Positive(t, chunk.Size())
				next += chunk.Rows()
				part := [2]*[]result{{}, {}}
				parts = append(parts, part)
				for _, into := range part {
					wait.Go(func() { assert.True(t, r.Parse(chunk, collect(into))) })
				}
			}
			wait.Wait()
			require.Greater(t, len(parts), 1)
			var got, again []result
			for _, part := range parts {
				got = append(got, *part[0]...)
				again = append(again, *part[1]...)
			}
			assert.Equal(t, want, got)
			assert.Equal(t, want, again)
		})
	}
}

// TestStop stops amid a chunk, and amid the chunks.
func TestStop(t *testing.T) {
	r, err := tables.NewReader("f", bytes.NewReader(madeRows(5000)))
	require.NoError(t, err)
	n := 0
	for range r.Rows() {
		if n++; n == 700 {
			break
		}
	}
	assert.Equal(t, 700, n)
	assert.Empty(t, r.Warnings())

	r, err = tables.NewReader("f", bytes.NewReader(madeRows(5000)))
	require.NoError(t, err)
	for chunk := range r.Chunks() {
		assert.False(t, r.Parse(chunk, func(tables.Row, error) bool { return false }))
		break
	}
}
