package newfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/newfile"
)

func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(data)
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o640))
	link := filepath.Join(dir, "link")
	require.NoError(t, os.Symlink("a", link))

	f, err := newfile.Create(link)
	require.NoError(t, err)
	_, err = f.Write([]byte("new"))
	require.NoError(t, err)
	assert.Equal(t, "old", content(t, path), "before it is whole")
	f.Discard()
	f.Discard()
	assert.Equal(t, []string{"a", "link"}, names(t, dir))
	assert.Equal(t, "old", content(t, path))

	require.NoError(t, newfile.Write(link, []byte("new")))
	assert.Equal(t, "new", content(t, path))
	assert.Equal(t, "new", content(t, link))
	info, err := os.Lstat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode())

	f, err = newfile.Create(path)
	require.NoError(t, err)
	newfile.DiscardAll()
	assert.Equal(t, []string{"a", "link"}, names(t, dir))
	require.Error(t, f.Finish())
	f.Discard()
	assert.Equal(t, "new", content(t, path))
}

func TestErrors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nowhere", "a")
	_, err := newfile.Create(path)
	assert.EqualError(t, err, path+": no such file or directory")
}
