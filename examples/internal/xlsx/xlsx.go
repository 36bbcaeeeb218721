// Package xlsx reads the sheets of an Excel workbook (Office Open XML, ECMA-376) as CSV.
//
// A sheet is read as a stream: memory holds its shared strings and one cell, whatever the
// workbook unpacks to. That is why no library reads here. Of those for Go, excelize (BSD-3)
// is the one that is well kept: its row reader does not tell which cells are dates, and it
// unpacks every part into memory or temporary files first. It writes the workbooks of the
// tests, and its values are compared with those of this package.
package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// The limits. Excel itself allows 32,767 characters in a cell, 16,384 columns, and as many
// sheets as fit in memory.
const (
	maxPart    = 16 << 20  // bytes of a part that is not a sheet, unpacked
	maxSheet   = 1 << 30   // bytes of a sheet, unpacked
	maxStrings = 256 << 20 // bytes of memory for the shared strings
	maxToken   = 1 << 20   // bytes of a cell's text or of a tag
	maxColumns = 1000      // the widest table has about 100
	maxSheets  = 100
)

// ErrNotWorkbook means that a zip archive is no workbook of Excel.
var ErrNotWorkbook = errors.New("xlsx: not a workbook")

// ErrTooLarge means that a workbook unpacks to more than this package reads.
var ErrTooLarge = errors.New("xlsx: too large: save the sheet as CSV")

// Book is a workbook. It is safe for concurrent use.
type Book struct {
	Sheets []*Sheet // the worksheets that have a value, in the order of the workbook

	parts   map[string]*zip.File // by lower-case name
	strings string               // name of the part with the shared strings, "" if there is none
	dates   []bool               // by cell style: the number is a date
	from    int                  // days from 1899-12-30 to the workbook's day 0
}

// Sheet is a worksheet.
type Sheet struct {
	Name string

	book *Book
	part *zip.File
}

// Document returns the name of the main part of an Office document, such as
// "xl/workbook.xml" or "word/document.xml", and "" if the archive is none.
func Document(archive *zip.Reader) string {
	b := newBook(archive)
	if b.parts["[content_types].xml"] == nil {
		return ""
	}
	for _, r := range b.relationships("_rels/.rels", "") {
		if strings.HasSuffix(r.Type, "/officeDocument") {
			return r.Target
		}
	}
	return ""
}

// New returns the workbook of an archive. The error wraps ErrNotWorkbook or ErrTooLarge, or
// is one of the archive.
func New(archive *zip.Reader) (*Book, error) {
	main := Document(archive)
	if !strings.HasPrefix(main, "xl/") || !strings.HasSuffix(main, ".xml") {
		return nil, ErrNotWorkbook
	}
	b := newBook(archive)
	var workbook struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := b.unmarshal(main, &workbook); err != nil {
		return nil, err
	}
	if v := workbook.Properties.Date1904; v == "1" || v == "true" {
		b.from = days1904
	}
	if len(workbook.Sheets) > maxSheets {
		return nil, fmt.Errorf("%w (%d sheets)", ErrTooLarge, len(workbook.Sheets))
	}
	folder, file := path.Split(main)
	sheets := map[string]string{} // parts by relationship
	for _, r := range b.relationships(folder+"_rels/"+file+".rels", folder) {
		switch path.Base(r.Type) {
		case "worksheet":
			sheets[r.ID] = r.Target
		case "sharedStrings":
			b.strings = r.Target
		case "styles":
			if err := b.readStyles(r.Target); err != nil {
				return nil, err
			}
		}
	}
	for _, s := range workbook.Sheets {
		part := b.part(sheets[s.ID])
		if part == nil {
			continue // a chart has a sheet of its own, which is no worksheet
		}
		sheet := &Sheet{Name: s.Name, book: b, part: part}
		empty, err := sheet.isEmpty()
		if err != nil {
			return nil, fmt.Errorf("sheet %d: %w", len(b.Sheets)+1, err)
		}
		if !empty {
			b.Sheets = append(b.Sheets, sheet)
		}
	}
	return b, nil
}

func newBook(archive *zip.Reader) *Book {
	b := &Book{parts: make(map[string]*zip.File, len(archive.File))}
	for _, f := range archive.File {
		b.parts[partName(f.Name)] = f
	}
	return b
}

// partName returns the form of a part's name that is compared: case does not count, and
// some programs write backslashes.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

func (b *Book) part(name string) *zip.File { return b.parts[partName(name)] }

// relationship says where a part of a package is.
type relationship struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

// relationships returns those of a .rels part, with targets from the root of the archive.
// An archive without the part has none.
func (b *Book) relationships(name, folder string) []relationship {
	var list struct {
		Relationships []relationship `xml:"Relationship"`
	}
	if b.unmarshal(name, &list) != nil {
		return nil
	}
	for i := range list.Relationships {
		r := &list.Relationships[i]
		if !strings.HasPrefix(r.Target, "/") {
			r.Target = path.Join(folder, r.Target)
		}
		r.Target = strings.TrimPrefix(r.Target, "/")
	}
	return list.Relationships
}

// unmarshal reads a part of modest size.
func (b *Book) unmarshal(name string, v any) error {
	part := b.part(name)
	if part == nil {
		return fmt.Errorf("xlsx: no %s", path.Base(name))
	}
	if part.UncompressedSize64 > maxPart {
		return fmt.Errorf("%w (%s)", ErrTooLarge, path.Base(name))
	}
	r, err := part.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	content, err := io.ReadAll(io.LimitReader(r, maxPart)) // a directory may lie about the size
	if err != nil {
		return err
	}
	if err := xml.Unmarshal(content, v); err != nil {
		return fmt.Errorf("xlsx: %s: not the XML of a workbook", path.Base(name))
	}
	return nil
}
