package inputs

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/examples/internal/xlsx"
)

// maxDepth is how deep archives may be in one another: an archive of workbooks that is in
// another archive is the deepest that people send.
const maxDepth = 3

// maxNested bounds the files of archives that are in others: a small archive may unpack to
// archives of very many files.
const maxNested = 20_000

func isZip(magic []byte) bool { return bytes.HasPrefix(magic, []byte("PK\x03\x04")) }

// archive adds the members of a zip archive in the order of names, or the sheets of a
// workbook. Its directory is read once, however many members it has.
func (x *expander) archive(src Source, st store, depth int) {
	size, err := st.open()
	if err != nil {
		x.add(failing(src.Name, src.Size, reason(err)), src.Found)
		return
	}
	defer st.Close()
	archive, err := zip.NewReader(st, size)
	if err != nil {
		x.add(failing(src.Name, src.Size, fmt.Errorf("not a whole zip archive: %w", err)), src.Found)
		return
	}
	switch kind := kindOfArchive(archive); kind {
	case KindUnknown:
	case kindWorkbook:
		x.workbook(src, st, size)
		return
	default:
		src.kind = kind
		x.add(src, src.Found)
		return
	}
	members := slices.DeleteFunc(slices.Clone(archive.File), func(m *zip.File) bool {
		return m.FileInfo().IsDir() || strings.HasPrefix(path.Base(m.Name), ".") || strings.HasPrefix(m.Name, "__MACOSX/")
	})
	if depth > 1 {
		if x.nested += len(members); x.nested > maxNested {
			x.add(failing(src.Name, src.Size, fmt.Errorf("more than %d files in archives within archives: unpack it first", maxNested)), src.Found)
			return
		}
	}
	slices.SortStableFunc(members, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	for _, m := range members {
		member := Source{
			Name:  src.Name + "/" + m.Name,
			Size:  int64(min(m.CompressedSize64, uint64(size))),
			Found: src.Found || len(archive.File) > 1,
			open:  func() (io.ReadCloser, error) { return openPart(st, m.Open) },
		}
		if m.Flags&1 != 0 {
			member.kind = KindEncrypted
			x.add(member, member.Found)
			continue
		}
		x.source(member, nil, depth)
	}
	if len(members) == 0 {
		x.add(failing(src.Name, src.Size, errors.New("no files in the archive")), src.Found)
	}
}

// workbook adds the sheets of a workbook.
func (x *expander) workbook(src Source, st store, size int64) {
	book, err := xlsx.New(st, size)
	switch {
	case err != nil:
		x.add(failing(src.Name, src.Size, errors.New(strings.ReplaceAll(err.Error(), "xlsx: ", ""))), src.Found)
		return
	case len(book.Sheets) == 0:
		x.add(Bytes(src.Name, nil), src.Found) // told as any empty file
		return
	}
	share := src.Size
	if share > 0 {
		share /= int64(len(book.Sheets))
	}
	for _, sheet := range book.Sheets {
		x.add(Source{Name: src.Name + "/" + sheet, Size: share, open: func() (io.ReadCloser, error) {
			if _, err := st.open(); err != nil {
				return nil, err
			}
			defer st.Close()
			return book.Open(sheet)
		}}, src.Found || len(book.Sheets) > 1)
	}
}

// openPart opens a part of an archive, which stays open until the part is closed.
func openPart(st store, open func() (io.ReadCloser, error)) (io.ReadCloser, error) {
	if _, err := st.open(); err != nil {
		return nil, err
	}
	content, err := open()
	if err != nil {
		st.Close()
		return nil, err
	}
	return &stream{Reader: content, closers: []func() error{content.Close, st.Close}}, nil
}
