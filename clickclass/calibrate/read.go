package calibrate

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// The limits of ReadLabels.
const (
	maxLabelLine = 64 << 10 // bytes of one row
	maxLabelRows = 10_000_000
	maxRowErrors = 1000 // reported one by one
)

// RowError is a row of a label file that could not be read.
type RowError struct {
	Row    int64  // counts from 1, without the header
	Column string // "" if the row as a whole is broken
	Err    error  // never repeats a mail address or another long text of the file
}

// Error returns "calibrate: read labels: row 3: column label: ...".
func (e *RowError) Error() string {
	reason := strings.TrimPrefix(e.Err.Error(), "calibrate: ")
	if e.Column == "" {
		return fmt.Sprintf("calibrate: read labels: row %d: %s", e.Row, reason)
	}
	return fmt.Sprintf("calibrate: read labels: row %d: column %s: %s", e.Row, e.Column, reason)
}

// Unwrap returns Err.
func (e *RowError) Unwrap() error { return e.Err }

// ReadLabels reads labels from CSV with a header or from NDJSON. The columns are, in any
// order and any case:
//
//	report_id  the ReportId of the click; or
//	file, row  the File and the Row of the click
//	label      machine, owner or other; automated and human are read too
//	source     one of the constants of Source; empty or missing is Analyst
//
// Other columns are ignored. A row must not be longer than 64 KiB, and a quoted cell must
// not contain a line feed.
//
// Bad and contradicting rows are returned as one joined error of *RowErrors; the others
// are kept. After 1,000 bad rows, one more RowError counts the rest. If the Labels are
// nil, nothing could be read: the header lacks a column, r failed, or there are more than
// 10,000,000 rows.
func ReadLabels(r io.Reader) (*Labels, error) { return readLabels(r, maxLabelRows) }

func readLabels(r io.Reader, maxRows int64) (*Labels, error) {
	lines := bufio.NewReaderSize(r, maxLabelLine)
	if mark, _ := lines.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = lines.Discard(3)
	}
	labels := new(Labels)
	var bad rowErrors
	var parse func(line []byte) (Label, string, error)
	for row := int64(0); ; {
		line, err := readLine(lines)
		switch {
		case err == io.EOF:
			return labels, bad.join()
		case err != nil && !errors.Is(err, errLongLine):
			return nil, fmt.Errorf("calibrate: read labels: %w", err)
		case err == nil && len(bytes.TrimSpace(line)) == 0:
			continue
		case err == nil && parse == nil && bytes.TrimSpace(line)[0] == '{':
			parse = parseJSON
		case err == nil && parse == nil:
			head, err := readHeader(line)
			if err != nil {
				return nil, err
			}
			parse = head.parse
			continue
		}
		if row++; row > maxRows {
			return nil, fmt.Errorf("calibrate: read labels: more than %d rows", maxRows)
		}
		var label Label
		column := ""
		if err == nil {
			label, column, err = parse(line)
		}
		if err == nil {
			label, column, err = label.normalise()
		}
		if err == nil {
			column, err = "label", labels.add(label)
		}
		if err != nil {
			bad.add(&RowError{Row: row, Column: column, Err: err})
		}
	}
}

// rowErrors collects the errors of rows, in bounded memory.
type rowErrors struct {
	list    []error
	further *RowError // the first row beyond the limit
	count   int       // rows beyond the limit
}

func (e *rowErrors) add(err *RowError) {
	if len(e.list) < maxRowErrors {
		e.list = append(e.list, err)
		return
	}
	if e.count++; e.further == nil {
		e.further = err
	}
}

// join returns nil if there was no error.
func (e *rowErrors) join() error {
	if e.further != nil {
		e.list = append(e.list, &RowError{Row: e.further.Row, Err: fmt.Errorf("this and %d further rows are bad", e.count-1)})
	}
	return errors.Join(e.list...)
}

var errLongLine = errors.New("row longer than 65536 bytes")

// readLine returns the next line without its end. If the line is too long, readLine skips
// it and returns errLongLine.
func readLine(r *bufio.Reader) ([]byte, error) {
	line, err := r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		for err == bufio.ErrBufferFull {
			_, err = r.ReadSlice('\n')
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		return nil, errLongLine
	}
	if err != nil && (err != io.EOF || len(line) == 0) {
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

// header has the names of the columns, in lower case.
type header []string

func readHeader(line []byte) (header, error) {
	names, err := splitCSV(line)
	if err != nil {
		return nil, errors.New("calibrate: read labels: header: not a row of CSV")
	}
	for i, name := range names {
		names[i] = strings.ToLower(strings.TrimSpace(name))
	}
	if !slices.Contains(names, "label") {
		return nil, errors.New(`calibrate: read labels: header: column "label" missing`)
	}
	if !slices.Contains(names, "report_id") && !(slices.Contains(names, "file") && slices.Contains(names, "row")) {
		return nil, errors.New(`calibrate: read labels: header: neither column "report_id" nor "file" and "row"`)
	}
	return names, nil
}

func splitCSV(line []byte) ([]string, error) {
	r := csv.NewReader(bytes.NewReader(line))
	r.FieldsPerRecord = -1
	return r.Read()
}

// parse reads a row of CSV. The label is not normalised. After an error, the string is
// the column that is wrong.
func (h header) parse(line []byte) (Label, string, error) {
	cells, err := splitCSV(line)
	if err != nil {
		return Label{}, "", errors.New("not a row of CSV")
	}
	if len(cells) > len(h) {
		return Label{}, "", fmt.Errorf("%d cells, and %d in the header", len(cells), len(h))
	}
	get := func(name string) string {
		if i := slices.Index(h, name); i >= 0 && i < len(cells) {
			return strings.TrimSpace(cells[i])
		}
		return ""
	}
	row := int64(0)
	if text := get("row"); text != "" {
		if row, err = strconv.ParseInt(text, 10, 64); err != nil {
			return Label{}, "row", fmt.Errorf("%s is not a whole number", word(text))
		}
	}
	return withSource(Label{ReportID: get("report_id"), File: get("file"), Row: row, Who: Who(get("label")), Source: Source(get("source"))}), "", nil
}

// parseJSON reads an object of NDJSON, like header.parse.
func parseJSON(line []byte) (Label, string, error) {
	var label Label
	if err := json.Unmarshal(line, &label); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			kind, _, _ := strings.Cut(wrong.Value, " ") // the rest is the number itself
			return Label{}, wrong.Field, fmt.Errorf("a JSON %s that does not fit", kind)
		}
		return Label{}, "", errors.New("not a JSON object")
	}
	return withSource(label), "", nil
}

func withSource(label Label) Label {
	if label.Source == "" {
		label.Source = Analyst
	}
	return label
}
