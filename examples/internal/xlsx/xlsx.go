// Package xlsx reads the sheets of an Excel workbook (Office Open XML, ECMA-376) as CSV, with
// excelize. Large sheets are unpacked to temporary files.
package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

const (
	maxColumns = 1000 // the widest table has about 100
	maxSheets  = 100
)

// Book is a workbook.
type Book struct {
	Sheets []string // names of those that have a value, in the order of the workbook; hidden ones too

	archive io.ReaderAt
	size    int64
}

// New returns the workbook that an archive is. It reads all of it once.
func New(archive io.ReaderAt, size int64) (*Book, error) {
	parts, err := zip.NewReader(archive, size)
	if err != nil {
		return nil, err
	}
	if err := check(parts); err != nil {
		return nil, err
	}
	b := &Book{archive: archive, size: size}
	file, err := b.open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	names := file.GetSheetList()
	if len(names) > maxSheets {
		return nil, fmt.Errorf("%w (%d sheets)", errTooLarge, len(names))
	}
	for _, name := range names {
		if !isEmpty(file, name) {
			b.Sheets = append(b.Sheets, name)
		}
	}
	return b, nil
}

func (b *Book) open() (*excelize.File, error) {
	file, err := excelize.OpenReader(io.NewSectionReader(b.archive, 0, b.size),
		excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxPart})
	if err != nil {
		if file != nil {
			file.Close()
		}
		if err == io.EOF {
			err = errors.New("no workbook in it")
		}
		return nil, fmt.Errorf("xlsx: open workbook: %w", err)
	}
	return file, nil
}

// isEmpty reports whether no cell of a sheet has a value. A sheet that cannot be read is
// not empty: the error is told when it is opened.
func isEmpty(file *excelize.File, name string) bool {
	rows, err := file.Rows(name)
	if err != nil {
		return false
	}
	defer rows.Close()
	for rows.Next() {
		if cells, err := rows.Columns(); err != nil || !isBlank(cells) {
			return false
		}
	}
	return rows.Error() == nil
}

func isBlank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(s string) bool { return s != "" })
}

// Open returns a sheet as CSV.
func (b *Book) Open(sheet string) (*Reader, error) {
	file, err := b.open()
	if err != nil {
		return nil, err
	}
	rows, err := file.Rows(sheet)
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("xlsx: open sheet: %w", err)
	}
	r := &Reader{file: file, rows: rows}
	r.csv = csv.NewWriter(&r.text)
	if props, err := file.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		r.from1904 = *props.Date1904
	}
	if visible, err := file.GetSheetVisible(sheet); err == nil {
		r.hidden = !visible
	}
	return r, nil
}

// Reader reads a sheet as CSV, without the rows that have no value. Cells are as the
// workbook holds them: dates are numbers of days since 30 December 1899, true is 1, and
// formulas are what they came to.
type Reader struct {
	file                    *excelize.File
	rows                    *excelize.Rows
	csv                     *csv.Writer
	text                    bytes.Buffer // what csv wrote, to be read
	width                   int          // cells of the widest row so far
	from1904, hidden, dates bool
}

func (r *Reader) Read(p []byte) (int, error) {
	for r.text.Len() == 0 {
		if !r.rows.Next() {
			if err := r.rows.Error(); err != nil {
				return 0, fmt.Errorf("xlsx: read row: %w", err)
			}
			return 0, io.EOF
		}
		cells, err := r.rows.Columns()
		if err != nil {
			return 0, fmt.Errorf("xlsx: read row: %w", err)
		}
		if !isBlank(cells) {
			r.write(cells[:min(len(cells), maxColumns)])
		}
	}
	return r.text.Read(p)
}

// write writes a row, with as many cells as the widest before it.
func (r *Reader) write(cells []string) {
	for i, text := range cells {
		days, ok := parseDays(text, r.from1904)
		if r.dates = r.dates || ok; ok && r.from1904 {
			cells[i] = strconv.FormatFloat(days, 'f', -1, 64)
		}
	}
	r.width = max(r.width, len(cells))
	for len(cells) < r.width {
		cells = append(cells, "")
	}
	r.csv.Write(cells) // into memory: it does not fail
	r.csv.Flush()
}

// parseDays reads a number of days and a time of day of the years 2000 to 2099, and returns
// the days since 30 December 1899. excelize does not tell which cells are dates as it reads
// rows, and a whole number may be of anything.
func parseDays(text string, from1904 bool) (days float64, ok bool) {
	const first, beyond = 36526, 73051 // 1 January of 2000 and of 2100
	if !strings.Contains(text, ".") {
		return 0, false
	}
	days, err := strconv.ParseFloat(text, 64)
	if from1904 {
		days += 1462
	}
	return days, err == nil && first <= days && days < beyond
}

// Warnings says what the user should know of the rows that were read.
func (r *Reader) Warnings() []string {
	var warnings []string
	if r.hidden {
		warnings = append(warnings, "the sheet is hidden in the workbook: it was read all the same")
	}
	if r.dates {
		warnings = append(warnings, "the dates of a workbook have no time zone: they were read as UTC")
	}
	if r.dates && r.from1904 {
		warnings = append(warnings, "the workbook counts days from 1904: dates without a time of day were read four years early")
	}
	return warnings
}

// Close removes the temporary files.
func (r *Reader) Close() error {
	r.rows.Close()
	return r.file.Close()
}
