package tables_test

import (
	"bytes"
	"slices"
	"strings"
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

// TestKeep reads an export to its end before it parses the first chunk: chunks
// share memory with each other and with what is read after them.
func TestKeep(t *testing.T) {
	rows := func(chunks []tables.Chunk, r *tables.Reader) (all []clickclass.Click) {
		for _, chunk := range chunks {
			r.Parse(chunk, func(row tables.Row, err error) bool {
				require.NoError(t, err)
				all = append(all, *row.Click)
				return true
			})
		}
		return all
	}
	for name, text := range map[string]string{
		"NDJSON": string(madeRows(3000)),
		"CSV":    string(madeCSV(3000)),
		"array":  "[" + strings.ReplaceAll(strings.TrimSpace(string(madeRows(3000))), "\n", ",\n") + "]",
	} {
		for _, most := range []int{1 << 10, 100_000, 1 << 20} {
			r, err := tables.NewReader("f", &endless{text: text, left: len(text), most: most})
			require.NoError(t, err)
			var want []clickclass.Click
			var chunks []tables.Chunk
			for chunk, err := range r.Chunks() {
				require.NoError(t, err)
				want = append(want, rows([]tables.Chunk{chunk}, r)...)
				chunks = append(chunks, chunk)
			}
			assert.Greater(t, len(chunks), 2)
			assert.Len(t, want, 3000)
			assert.Equal(t, want, rows(chunks, r), "%s, %d bytes at once", name, most)
		}
	}
}

// TestRelease reads an export in which the memory of every other chunk is used
// again: what was parsed before stays as it was, and so do the other chunks and
// the errors.
func TestRelease(t *testing.T) {
	line := string(madeRows(1))
	envelope := `{"records":[` + strings.TrimSuffix(strings.Repeat(strings.TrimSpace(line)+",", 700), ",") + "]}\n"
	array := "[" + strings.TrimSuffix(strings.ReplaceAll(string(madeRows(5000)), "\n", ",\n"), ",\n") + "]"
	for name, text := range map[string]string{
		"NDJSON":    string(madeRows(5000)),
		"damaged":   strings.ReplaceAll(string(madeRows(5000)), `"IPAddress":"`, `"IPAddress":"x`),
		"CSV":       string(madeCSV(5000)),
		"array":     array,
		"envelopes": strings.Repeat(string(madeRows(700))+envelope, 5),
	} {
		for _, most := range []int{1 << 10, 100_000, 1 << 20} {
			type result struct {
				click clickclass.Click
				err   error
			}
			parse := func(r *tables.Reader, chunk tables.Chunk, to []result) []result {
				r.Parse(chunk, func(row tables.Row, err error) bool {
					made := result{err: err}
					if row.Click != nil {
						made.click = *row.Click
						for _, s := range []*string{&made.click.Url, (*string)(&made.click.ActionType), &made.click.AccountUpn, &made.click.Workload,
							&made.click.NetworkMessageId, &made.click.ThreatTypes, &made.click.DetectionMethods, &made.click.UrlChain, &made.click.ReportId,
							&made.click.AppName, &made.click.AppVersion, &made.click.SourceId} {
							*s = strings.Clone(*s)
						}
					}
					to = append(to, made)
					return true
				})
				return to
			}
			read := func(release bool) (all []result) {
				r, err := tables.NewReader("f", &endless{text: text, left: len(text), most: most})
				require.NoError(t, err)
				var kept []tables.Chunk
				var parsed, late [][]result
				for chunk, err := range r.Chunks() {
					require.NoError(t, err)
					rows := parse(r, chunk, nil)
					parsed, kept = append(parsed, rows), append(kept, chunk)
					if release && len(kept)%2 == 0 {
						chunk.Release()
						chunk.Release() // says nothing new
					}
				}
				for i, chunk := range kept {
					late = append(late, parsed[i])
					if i%2 == 0 {
						late[i] = parse(r, chunk, nil)
					}
				}
				require.Equal(t, parsed, late)
				return slices.Concat(parsed...)
			}
			want := read(false)
			require.Equal(t, want, read(true), "%s, %d bytes at once", name, most)
			require.GreaterOrEqual(t, len(want), 5000)
			for _, r := range want {
				require.Equal(t, name == "damaged", r.err != nil)
			}
		}
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
