package inputs_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/inputs"
)

func names(list []inputs.Source) []string {
	var out []string
	for _, s := range list {
		out = append(out, filepath.Base(s.Name))
	}
	return out
}

func TestExpand(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.csv", "a.csv", ".hidden", "sub/c.csv", ".git/d.csv"} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(name), 0o600))
	}
	require.NoError(t, os.Symlink(filepath.Join(dir, "nowhere"), filepath.Join(dir, "dangling")))
	tests := map[string]struct {
		args []string
		want []string
	}{
		"in the order of the arguments": {[]string{filepath.Join(dir, "b.csv"), filepath.Join(dir, "a.csv")}, []string{"b.csv", "a.csv"}},
		"a folder, without hidden":      {[]string{dir}, []string{"a.csv", "b.csv", "c.csv"}},
		"a glob, without hidden":        {[]string{filepath.Join(dir, "*")}, []string{"a.csv", "b.csv", "c.csv"}},
		"a hidden file by its name":     {[]string{filepath.Join(dir, ".hidden")}, []string{".hidden"}},
		"standard input once":           {[]string{"-", "-"}, []string{"-"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			list, err := inputs.Expand(tt.args, strings.NewReader(""))
			if name == "a glob, without hidden" {
				assert.ErrorIs(t, err, fs.ErrNotExist) // the link that leads nowhere
			} else {
				assert.NoError(t, err)
			}
			assert.Equal(t, tt.want, names(list))
		})
	}
	t.Run("what is not there is told, the rest is returned", func(t *testing.T) {
		list, err := inputs.Expand([]string{"none.csv", filepath.Join(dir, "a.csv"), "none-*.csv"}, nil)
		assert.ErrorIs(t, err, fs.ErrNotExist)
		assert.ErrorContains(t, err, "none.csv")
		assert.ErrorContains(t, err, "none-*.csv")
		assert.Equal(t, []string{"a.csv"}, names(list))
	})
}

func TestOpenCounts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	require.NoError(t, os.WriteFile(path, []byte("some text"), 0o600))
	list, err := inputs.Expand([]string{path}, nil)
	require.NoError(t, err)
	require.Len(t, list, 1)
	assert.Equal(t, int64(9), list[0].Size)
	for range 2 { // a file can be read again
		var read atomic.Int64
		r, err := list[0].Open(&read)
		require.NoError(t, err)
		content, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, r.Close())
		assert.Equal(t, "some text", string(content))
		assert.Equal(t, int64(9), read.Load())
	}
}

func TestStreamedZip(t *testing.T) {
	archive := func(members ...string) string {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, m := range members {
			f, err := w.Create(m)
			require.NoError(t, err)
			_, err = io.WriteString(f, "content of "+m)
			require.NoError(t, err)
		}
		require.NoError(t, w.Close())
		return b.String()
	}
	open := func(content string) (string, error) {
		list, err := inputs.Expand([]string{"-"}, strings.NewReader(content))
		require.NoError(t, err)
		r, err := list[0].Open(nil)
		if err != nil {
			return "", err
		}
		text, err := io.ReadAll(r)
		return string(text), errors.Join(err, r.Close())
	}
	got, err := open(archive("one"))
	require.NoError(t, err)
	assert.Equal(t, "content of one", got)
	_, err = open(archive("one", "two"))
	assert.ErrorContains(t, err, "2 files")
	_, err = open(archive("one")[:30])
	assert.ErrorContains(t, err, "zip")
}

func TestArchiveMembers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.zip")
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range []string{"two.csv", "one.csv", ".hidden", "__MACOSX/x", "folder/"} {
		f, err := w.Create(name)
		require.NoError(t, err)
		if name != "folder/" {
			_, err = io.WriteString(f, "content of "+name)
			require.NoError(t, err)
		}
	}
	require.NoError(t, w.Close())
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o600))
	list, err := inputs.Expand([]string{path}, nil)
	require.NoError(t, err)
	require.Equal(t, []string{"one.csv", "two.csv"}, names(list))
	read := func(r io.Reader) string {
		content, err := io.ReadAll(r)
		require.NoError(t, err)
		return string(content)
	}
	for range 2 { // members can be opened again, and at the same time
		one, err := list[0].Open(nil)
		require.NoError(t, err)
		two, err := list[1].Open(nil)
		require.NoError(t, err)
		assert.Equal(t, "content of one.csv", read(one))
		require.NoError(t, one.Close())
		assert.Equal(t, "content of two.csv", read(two))
		require.NoError(t, two.Close())
	}
	require.NoError(t, os.Remove(path)) // no member is open, so every system allows it
	_, err = list[0].Open(nil)
	assert.ErrorIs(t, err, fs.ErrNotExist)
}
