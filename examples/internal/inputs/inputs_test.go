package inputs_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

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
	t.Run("standard input is not waited for if a file is missing", func(t *testing.T) {
		stdin := strings.NewReader("text")
		list, err := inputs.Expand([]string{"-", "none.csv"}, stdin)
		assert.ErrorIs(t, err, fs.ErrNotExist)
		assert.Equal(t, 4, stdin.Len())
		assert.Equal(t, map[string]string{"-": "text"}, contents(t, dir, list))
	})
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

// zipped returns an archive of names and contents.
func zipped(t testing.TB, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		f, err := w.Create(parts[i])
		require.NoError(t, err)
		_, err = io.WriteString(f, parts[i+1])
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.String()
}

func gzipped(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, content)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

// workbook returns a workbook with a sheet for each name and one date in it.
func workbook(t testing.TB, sheets ...string) string {
	t.Helper()
	f := excelize.NewFile()
	for _, name := range sheets {
		_, err := f.NewSheet(name)
		require.NoError(t, err)
		require.NoError(t, f.SetCellValue(name, "A1", "in "+name))
		require.NoError(t, f.SetCellValue(name, "A2", time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC)))
	}
	b, err := f.WriteToBuffer()
	require.NoError(t, err)
	return b.String()
}

// contents opens every source and returns its content by its name, without the folder of the
// test. Of a source that cannot be opened, it returns the error.
func contents(t testing.TB, folder string, list []inputs.Source) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, s := range list {
		name := strings.TrimPrefix(s.Name, folder+string(filepath.Separator))
		require.NotContains(t, out, name)
		r, err := s.Open(nil)
		if err != nil {
			out[name] = "error: " + strings.ReplaceAll(strings.TrimPrefix(err.Error(), s.Name+": "), folder+string(filepath.Separator), "")
			continue
		}
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, r.Close())
		out[name] = string(text)
	}
	return out
}

func TestArchives(t *testing.T) {
	const date = "46237.375\n" // 2026-08-03 09:00 in days since 30 December 1899
	tests := map[string]struct {
		name, content string
		want          map[string]string
	}{
		"a workbook": {"a.xlsx", workbook(t, "Clicks"), map[string]string{
			"a.xlsx/Clicks": "in Clicks\n" + date}},
		"a workbook by another name, of two sheets": {"a.dat", workbook(t, "Clicks", "Mail"), map[string]string{
			"a.dat/Clicks": "in Clicks\n" + date, "a.dat/Mail": "in Mail\n" + date}},
		"a workbook of nothing":    {"a.xlsx", workbook(t), map[string]string{"a.xlsx": ""}},
		"a compressed workbook":    {"a.xlsx.gz", gzipped(t, workbook(t, "S")), map[string]string{"a.xlsx.gz/S": "in S\n" + date}},
		"a workbook in an archive": {"a.zip", zipped(t, "b.xlsx", workbook(t, "S"), "c.csv", "c"), map[string]string{"a.zip/b.xlsx/S": "in S\n" + date, "a.zip/c.csv": "c"}},
		"an archive in an archive": {"a.zip", zipped(t, "b.zip", zipped(t, "x", "1", "y", "2")), map[string]string{"a.zip/b.zip/x": "1", "a.zip/b.zip/y": "2"}},
		"three deep":               {"a.zip", zipped(t, "b.zip", zipped(t, "c.xlsx", workbook(t, "S"), "d.zip", zipped(t, "x", "1"))), map[string]string{"a.zip/b.zip/c.xlsx/S": "in S\n" + date, "a.zip/b.zip/d.zip/x": "1"}},
		"four deep": {"a.zip", zipped(t, "b.zip", zipped(t, "c.zip", zipped(t, "d.zip", zipped(t, "x", "1")))), map[string]string{
			"a.zip/b.zip/c.zip/d.zip": "error: an archive in an archive in an archive in an archive: unpack it first"}},
		"members of one name": {"a.zip", zipped(t, "x", "1", "y", "2", "x", "3", "x (2)", "4", "x", "5"), map[string]string{
			"a.zip/x": "1", "a.zip/x (2)": "3", "a.zip/x (3)": "5", "a.zip/x (2) (2)": "4", "a.zip/y": "2"}},
		"half an archive":  {"a.zip", zipped(t, "x", "1")[:40], map[string]string{"a.zip": "error: not a whole zip archive: zip: not a valid zip file"}},
		"an empty archive": {"a.zip", zipped(t, "folder/", ""), map[string]string{"a.zip": "error: no files in the archive"}},
		"a gzip of gzip":   {"a.gz", gzipped(t, "a"), map[string]string{"a.gz": "a"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, tt.name)
			require.NoError(t, os.WriteFile(path, []byte(tt.content), 0o600))
			list, err := inputs.Expand([]string{path}, nil)
			require.NoError(t, err)
			assert.Equal(t, tt.want, contents(t, dir, list))
			assert.Equal(t, tt.want, contents(t, dir, list)) // and again

			// The same on standard input.
			want := map[string]string{}
			for member, text := range tt.want {
				want["-"+strings.TrimPrefix(member, tt.name)] = text
			}
			list, err = inputs.Expand([]string{"-"}, strings.NewReader(tt.content))
			require.NoError(t, err)
			assert.Equal(t, want, contents(t, dir, list))
		})
	}
}

func TestDatesOfAWorkbookAreTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.xlsx")
	require.NoError(t, os.WriteFile(path, []byte(workbook(t, "S")), 0o600))
	list, err := inputs.Expand([]string{path}, nil)
	require.NoError(t, err)
	r, err := list[0].Open(nil)
	require.NoError(t, err)
	_, err = io.ReadAll(r)
	require.NoError(t, err)
	assert.Equal(t, []string{"the dates of a workbook have no time zone: they were read as UTC"}, inputs.Warnings(r))
	require.NoError(t, r.Close())
}

// TestArchiveBomb gives an archive of 1 MB that holds one of 200 MiB.
func TestArchiveBomb(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.zip")
	f, err := os.Create(path)
	require.NoError(t, err)
	w := zip.NewWriter(f)
	w.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	m, err := w.Create("b.zip")
	require.NoError(t, err)
	_, err = io.WriteString(m, "PK\x03\x04")
	require.NoError(t, err)
	zeros := make([]byte, 1<<20)
	for range 200 {
		_, err = m.Write(zeros)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, f.Close())
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	list, err := inputs.Expand([]string{path}, nil)
	require.NoError(t, err)
	require.Len(t, list, 1)
	_, err = list[0].Open(nil)
	assert.ErrorContains(t, err, "more than 64 MiB")
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(512<<20)) // the buffer grew to the limit
}

func TestTooManyNestedFiles(t *testing.T) {
	var files []string
	for i := range 12_000 {
		files = append(files, strconv.Itoa(i), "")
	}
	inner := zipped(t, files...)
	list, err := inputs.Expand([]string{"-"}, strings.NewReader(zipped(t, "a.zip", inner, "b.zip", inner)))
	require.NoError(t, err)
	require.Len(t, list, 12_001)
	_, err = list[12_000].Open(nil)
	assert.ErrorContains(t, err, "more than 20000 files in archives within archives")
}

func FuzzExpand(f *testing.F) {
	f.Add([]byte(zipped(f, "a.csv", "x", "b.zip", zipped(f, "c", "y"))))
	f.Add([]byte(workbook(f, "S")))
	f.Add([]byte(gzipped(f, "text")))
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	f.Fuzz(func(t *testing.T, content []byte) {
		list, err := inputs.Expand([]string{"-"}, bytes.NewReader(content))
		require.NoError(t, err)
		names := map[string]bool{}
		for _, s := range list {
			r, err := s.Open(nil)
			if err != nil {
				continue
			}
			assert.False(t, names[s.Name], "two sources of one name")
			names[s.Name] = true
			io.Copy(io.Discard, io.LimitReader(r, 1<<20))
			r.Close()
		}
	})
}

func TestFileTwice(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.WriteFile(path("a"), []byte("a"), 0o600))
	require.NoError(t, os.Link(path("a"), path("hard")))
	require.NoError(t, os.Symlink(path("a"), path("soft")))
	require.NoError(t, os.WriteFile(path("copy"), []byte("a"), 0o600))
	list, err := inputs.Expand([]string{path("a"), path("a"), dir, path("soft")}, nil)
	require.NoError(t, err)
	var got []string
	for _, s := range list {
		_, err := s.Open(nil)
		text := s.Name
		if err != nil {
			text = err.Error()
		}
		got = append(got, strings.ReplaceAll(text, dir+string(filepath.Separator), ""))
	}
	assert.Equal(t, []string{"a", "a: given twice: read once", "a: given twice: read once", "copy", "hard: given twice, first as a: read once",
		"soft: given twice, first as a: read once", "soft: given twice, first as a: read once"}, got)
	_, err = list[1].Open(nil)
	assert.ErrorIs(t, err, inputs.ErrTwice)
}

func TestUnreadable(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("the superuser reads everything")
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a"), []byte("a"), 0))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b"), []byte("b"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "c"), 0))
	list, err := inputs.Expand([]string{dir}, nil)
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"a": "error: permission denied", "b": "b", "c": "error: permission denied"}, contents(t, dir, list))
}

func TestEmptyFolder(t *testing.T) {
	dir := t.TempDir()
	list, err := inputs.Expand([]string{dir}, nil)
	require.NoError(t, err)
	require.Len(t, list, 1)
	_, err = list[0].Open(nil)
	assert.ErrorContains(t, err, "no files in the folder")
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
