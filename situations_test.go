package whoclicked_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// TestSituations judges small made-up exports in which a score can go wrong, and holds that
// each row has one of the classes that its principle allows.
func TestSituations(t *testing.T) {
	dir := filepath.Join("..", "shared", "data", "situations")
	text, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if os.IsNotExist(err) {
		t.Skip("no situations beside the repository")
	}
	require.NoError(t, err)
	var situations map[string]struct {
		Principle string
		Rows      []struct {
			Row   int64
			Truth string
			Allow []clickclass.Class
		}
	}
	require.NoError(t, json.Unmarshal(text, &situations))
	require.NotEmpty(t, situations)
	for name, want := range situations {
		t.Run(name, func(t *testing.T) {
			verdicts := judgeExports(t, filepath.Join(dir, name))
			require.NotEmpty(t, want.Rows)
			for _, w := range want.Rows {
				v, ok := verdicts[w.Row]
				require.True(t, ok, "row %d is judged", w.Row)
				assert.Contains(t, w.Allow, v.Class, "row %d, %s: %+v %+v\n%s", w.Row, w.Truth, v.P, v.Reasons, want.Principle)
			}
		})
	}
}

// judgeExports judges the clicks of the exports in a directory, with the other exports as
// evidence. It returns the last verdict on each, by its row.
func judgeExports(t *testing.T, dir string) map[int64]clickclass.Verdict {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.ndjson"))
	require.NoError(t, err)
	var store evidence.Store
	var clicks []clickclass.Click
	for _, file := range files {
		f, err := os.Open(file)
		require.NoError(t, err)
		defer f.Close()
		r, err := tables.NewReader(filepath.Base(file), f, tables.Options{})
		require.NoError(t, err)
		for row, err := range r.Rows() {
			require.NoError(t, err)
			if row.Click != nil {
				clicks = append(clicks, *row.Click)
			}
			if row.Evidence != nil {
				store.Add(row.Evidence)
			}
		}
	}
	c, err := clickclass.New(clickclass.Options{Source: &store})
	require.NoError(t, err)
	verdicts := map[int64]clickclass.Verdict{}
	for result, err := range c.All(context.Background(), func(yield func(clickclass.Click, error) bool) {
		for _, k := range clicks {
			if !yield(k, nil) {
				return
			}
		}
	}) {
		require.NoError(t, err)
		verdicts[result.Click.Row] = result.Verdict
	}
	require.Len(t, verdicts, len(clicks))
	return verdicts
}
