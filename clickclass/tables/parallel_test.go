package tables_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// manyRows has 3,000 rows in several forms, some of them damaged.
func manyRows() map[string]string {
	lines := string(madeRows(3000))
	array := strings.ReplaceAll(strings.TrimSpace(lines), "\n", ",\n")
	small := strings.Repeat(`{"records":[`+rowJSON+`]}`+"\n", 3000) // each a batch of its own
	return map[string]string{
		"NDJSON":   lines + "{\"damaged\n" + lines,
		"CSV":      string(madeCSV(3000)) + "damaged\n",
		"array":    "[" + array + ",damaged,{}]",
		"messages": small,
	}
}

// describe returns what a loop over rows gave, one text a row.
func describe(rows iter.Seq2[tables.Row, error]) (all []string) {
	for row, err := range rows {
		text := fmt.Sprint(row.File, " ", row.Row, " ", err)
		if row.Click != nil {
			text += fmt.Sprintf(" %+v", *row.Click)
		}
		all = append(all, text)
	}
	return all
}

// TestWorkers reads exports with any number of workers: the rows are the same, in the same
// order.
func TestWorkers(t *testing.T) {
	for name, text := range manyRows() {
		t.Run(name, func(t *testing.T) {
			var want []string
			for _, workers := range []int{1, 2, 5, 0} {
				r, err := tables.NewReader("f", strings.NewReader(text), tables.Options{Workers: workers})
				require.NoError(t, err)
				got := describe(r.Rows())
				if want == nil {
					want = got
				}
				require.GreaterOrEqual(t, len(got), 3000)
				assert.Equal(t, want, got, "%d workers", workers)
				assert.EqualValues(t, len(got), r.Report().Rows)
			}
		})
	}
}

// TestResume leaves the loop at many rows: the next loop goes on after them.
func TestResume(t *testing.T) {
	for name, text := range manyRows() {
		for _, workers := range []int{1, 3} {
			r, err := tables.NewReader("f", strings.NewReader(text), tables.Options{Workers: workers})
			require.NoError(t, err)
			want := describe(r.Rows())

			r, err = tables.NewReader("f", strings.NewReader(text), tables.Options{Workers: workers})
			require.NoError(t, err)
			var got []string
			for n := 1; ; n = n*3/2 + 1 {
				part := describe(take(r.Rows(), n))
				got = append(got, part...)
				assert.EqualValues(t, len(got), r.Report().Rows)
				if len(part) < n {
					break
				}
			}
			assert.Equal(t, want, got, "%s, %d workers", name, workers)
			assert.Empty(t, describe(r.Rows()), "the rows are yielded once")
		}
	}
}

// take yields the first n rows.
func take(rows iter.Seq2[tables.Row, error], n int) iter.Seq2[tables.Row, error] {
	return func(yield func(tables.Row, error) bool) {
		i := 0
		for row, err := range rows {
			if i++; !yield(row, err) || i == n {
				return
			}
		}
	}
}

// TestNoGoroutines leaves loops in every way and counts goroutines.
func TestNoGoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	broken := errors.New("disk on fire")
	open := func(r io.Reader) *tables.Reader {
		reader, err := tables.NewReader("f", r, tables.Options{Workers: 4})
		require.NoError(t, err)
		return reader
	}
	for name, loop := range map[string]func(){
		"to the end": func() { describe(open(bytes.NewReader(madeRows(5000))).Rows()) },
		"break": func() {
			for range open(bytes.NewReader(madeRows(5000))).Rows() {
				break
			}
		},
		"panic": func() {
			defer func() { assert.Equal(t, "in the loop", recover()) }()
			for row := range open(bytes.NewReader(madeRows(5000))).Rows() {
				if row.Row == 700 {
					panic("in the loop")
				}
			}
		},
		"the input fails": func() {
			r := open(io.MultiReader(bytes.NewReader(madeRows(5000)), &failing{broken}))
			all := describe(r.Rows())
			assert.Len(t, all, 5001)
			assert.Contains(t, all[5000], "disk on fire")
		},
		"pulled": func() {
			next, stop := iter.Pull2(open(bytes.NewReader(madeRows(5000))).Rows())
			for range 300 {
				_, _, ok := next()
				assert.True(t, ok)
			}
			stop()
		},
		"clicks": func() {
			for range open(bytes.NewReader(madeRows(5000))).Clicks(nil) {
				break
			}
		},
		"never looped": func() { open(bytes.NewReader(madeRows(5000))) },
	} {
		loop()
		for range 100 {
			if runtime.NumGoroutine() <= before {
				break
			}
			time.Sleep(time.Millisecond) // a goroutine that has ended may be counted for a moment
		}
		assert.LessOrEqual(t, runtime.NumGoroutine(), before, name)
	}
}

// failing is a Reader that fails.
type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// TestBlocking reads an input that stops to come: the rows that have come are yielded, and
// the loop can be left.
func TestBlocking(t *testing.T) {
	for name, text := range map[string]string{
		"NDJSON": string(madeRows(200)),
		"CSV":    string(madeCSV(200)),
		"array":  "[" + strings.ReplaceAll(string(madeRows(200)), "\n", ",\n"),
	} {
		for _, workers := range []int{1, 4} {
			in, out := io.Pipe()
			go io.WriteString(out, text)
			r, err := tables.NewReader("f", in, tables.Options{Workers: workers})
			require.NoError(t, err)
			n := 0
			for _, err := range r.Rows() {
				require.NoError(t, err)
				if n++; n == 200 {
					break
				}
			}
			assert.Equal(t, 200, n, name)

			// The input comes on, and ends.
			go func() {
				io.WriteString(out, text[strings.LastIndexByte(text[:len(text)-3], '\n')+1:])
				out.Close()
			}()
			n = 0
			for range r.Rows() {
				n++
			}
			assert.GreaterOrEqual(t, n, 1, name)
		}
	}
}

// TestStop leaves a loop amid the rows: nothing is said of the export as a whole.
func TestStop(t *testing.T) {
	r, err := tables.NewReader("f", bytes.NewReader(madeRows(10_000)), tables.Options{})
	require.NoError(t, err)
	n := 0
	for range r.Rows() {
		if n++; n == 700 {
			break
		}
	}
	assert.Equal(t, 700, n)
	assert.EqualValues(t, 700, r.Report().Rows)
	assert.Empty(t, r.Report().Warnings)
	for range r.Rows() {
		n++
	}
	assert.Equal(t, 10_000, n)
	assert.Len(t, r.Report().Warnings, 1)
}
