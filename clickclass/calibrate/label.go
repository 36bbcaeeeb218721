package calibrate

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Label is the truth about one click, as far as its source knows it.
type Label struct {
	ReportId  string // names the click; both rows of a click-through pair have the same
	File      string // else, the file and the row in it name it
	Row       int    // counts from 1 and leaves out a header
	Automated bool
	Source    Source
}

// RowError is a row of a label file that could not be read.
type RowError struct {
	Row    int    // counts from 1 and leaves out a header
	Column string // "" when the row as a whole is broken
	Err    error
}

// Error returns "calibrate: labels: row 3: column label: ...".
func (e *RowError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("calibrate: labels: row %d: %v", e.Row, e.Err)
	}
	return fmt.Sprintf("calibrate: labels: row %d: column %s: %v", e.Row, e.Column, e.Err)
}

// Unwrap returns Err.
func (e *RowError) Unwrap() error { return e.Err }

// The limits of ReadLabels.
const (
	MaxLabelLine = 64 << 10 // bytes of one row
	MaxLabels    = 10_000_000
)

var (
	errLine    = errors.New("row longer than 65536 bytes")
	errNoClick = errors.New("neither report_id nor file and row")
)

// ReadLabels reads labels as CSV with a header or as one JSON object a line;
// the first byte tells which. The columns, in any order and any case, others
// ignored:
//
//	report_id  ReportId of the click, or
//	file, row  the file, as it was named to the reader of the clicks, and the
//	           row in it, counted from 1 without the header
//	label      automated | human
//	source     analyst | canary | click_through | endpoint | sign_in | scripted;
//	           empty or missing means analyst
//
// A row that is broken yields a [*RowError], and reading goes on. CSV rows are
// lines: a quoted cell with a line feed in it is broken.
func ReadLabels(r io.Reader) iter.Seq2[Label, error] {
	return func(yield func(Label, error) bool) {
		lines := bufio.NewReaderSize(r, MaxLabelLine)
		if bom, _ := lines.Peek(3); bytes.Equal(bom, []byte("\xef\xbb\xbf")) {
			_, _ = lines.Discard(3)
		}
		var parse func(line []byte) (Label, string, error)
		for row := 0; ; {
			line, err := readLine(lines)
			if err != nil && !errors.Is(err, errLine) {
				if err != io.EOF {
					yield(Label{}, fmt.Errorf("calibrate: labels: %w", err))
				}
				return
			}
			if err == nil && len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			if err == nil && parse == nil {
				if line[0] != '{' {
					header, err := readHeader(line)
					if err != nil {
						yield(Label{}, err)
						return
					}
					parse = header.parse
					continue
				}
				parse = parseJSON
			}
			if row++; row > MaxLabels {
				yield(Label{}, fmt.Errorf("calibrate: labels: more than %d rows", MaxLabels))
				return
			}
			var label Label
			var column string
			if err == nil {
				label, column, err = parse(line)
			}
			if err != nil {
				if !yield(Label{}, &RowError{Row: row, Column: column, Err: err}) {
					return
				}
				continue
			}
			if !yield(label, nil) {
				return
			}
		}
	}
}

// readLine returns the next line without its end, or errLine after having
// skipped one that is too long.
func readLine(r *bufio.Reader) ([]byte, error) {
	line, err := r.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		for err == bufio.ErrBufferFull {
			_, err = r.ReadSlice('\n')
		}
		if err != nil && err != io.EOF {
			return nil, err
		}
		return nil, errLine
	}
	if err != nil && (err != io.EOF || len(line) == 0) {
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

type header []string

func readHeader(line []byte) (header, error) {
	cells, err := cells(line)
	if err != nil {
		return nil, fmt.Errorf("calibrate: labels: header: %w", err)
	}
	for i, cell := range cells {
		cells[i] = strings.ToLower(strings.TrimSpace(cell))
	}
	h := header(cells)
	if !slices.Contains(h, "label") {
		return nil, errors.New(`calibrate: labels: header: column "label" missing`)
	}
	if !slices.Contains(h, "report_id") && !(slices.Contains(h, "file") && slices.Contains(h, "row")) {
		return nil, errors.New(`calibrate: labels: header: neither column "report_id" nor "file" and "row"`)
	}
	return h, nil
}

func cells(line []byte) ([]string, error) {
	r := csv.NewReader(bytes.NewReader(line))
	r.FieldsPerRecord = -1
	return r.Read()
}

func (h header) parse(line []byte) (Label, string, error) {
	cells, err := cells(line)
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
	row := 0
	if text := get("row"); text != "" {
		if row, err = strconv.Atoi(text); err != nil {
			return Label{}, "row", fmt.Errorf("%s is not a number", quote(text))
		}
	}
	return newLabel(get("report_id"), get("file"), row, get("label"), get("source"))
}

func parseJSON(line []byte) (Label, string, error) {
	var fields struct {
		ReportId string `json:"report_id"`
		File     string `json:"file"`
		Row      int    `json:"row"`
		Label    string `json:"label"`
		Source   string `json:"source"`
	}
	if err := json.Unmarshal(line, &fields); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return Label{}, wrong.Field, fmt.Errorf("%s in place of a %s", wrong.Value, wrong.Type)
		}
		return Label{}, "", errors.New("not a JSON object")
	}
	return newLabel(fields.ReportId, fields.File, fields.Row, fields.Label, fields.Source)
}

func newLabel(id, file string, row int, label, source string) (Label, string, error) {
	l := Label{ReportId: id, File: file, Row: row, Source: Analyst}
	switch strings.ToLower(label) {
	case "automated":
		l.Automated = true
	case "human":
	default:
		return Label{}, "label", fmt.Errorf("%s is neither automated nor human", quote(label))
	}
	if source != "" {
		s, err := ParseSource(strings.ToLower(source))
		if err != nil {
			return Label{}, "source", fmt.Errorf("%s is not a source of labels", quote(source))
		}
		l.Source = s
	}
	switch {
	case row < 0:
		return Label{}, "row", fmt.Errorf("%d is below 1", row)
	case id == "" && (file == "" || row == 0):
		return Label{}, "report_id", errNoClick
	}
	return l, "", nil
}

// quote quotes what was read and cuts it to 128 bytes.
func quote(s string) string {
	if len(s) > 128 {
		s = s[:128]
	}
	return strconv.Quote(s)
}

// ErrConflict is wrapped by what [Labels.Add] returns when two labels of one
// click contradict each other.
var ErrConflict = errors.New("labels contradict each other")

// Labels finds the label of a click. The zero Labels is empty and ready to
// use. It is not safe for use while labels are added.
type Labels struct {
	byID  map[string]Label
	byRow map[place]Label
}

type place struct {
	file string
	row  int
}

// Add adds a label. Two labels of one click that agree become one, with the
// sources of both. Of two that contradict each other the first stays, and the
// error wraps [ErrConflict].
func (l *Labels) Add(label Label) error {
	if l.byID == nil {
		l.byID, l.byRow = map[string]Label{}, map[place]Label{}
	}
	if label.ReportId != "" {
		return addTo(l.byID, strings.ToLower(label.ReportId), label)
	}
	return addTo(l.byRow, place{label.File, label.Row}, label)
}

func addTo[K comparable](m map[K]Label, key K, label Label) error {
	old, ok := m[key]
	if !ok {
		m[key] = label
		return nil
	}
	if old.Automated != label.Automated {
		return fmt.Errorf("calibrate: add: %w: %s and %s", ErrConflict, old.Source, label.Source)
	}
	old.Source |= label.Source
	m[key] = old
	return nil
}

// Len returns the number of labelled clicks.
func (l *Labels) Len() int { return len(l.byID) + len(l.byRow) }

// Find returns the label of a click: by its ReportId, else by its file and
// row.
func (l *Labels) Find(k *clickclass.Click) (Label, bool) {
	if k.ReportId != "" {
		if label, ok := l.byID[strings.ToLower(k.ReportId)]; ok {
			return label, true
		}
	}
	label, ok := l.byRow[place{k.File, k.Row}]
	return label, ok
}

// sources returns every set of sources that labels a click, in a fixed order.
func (l *Labels) sources() []Source {
	var seen [1 << len(sources)]bool
	for _, label := range l.byID {
		seen[label.Source] = true
	}
	for _, label := range l.byRow {
		seen[label.Source] = true
	}
	var list []Source
	for s, ok := range seen {
		if ok {
			list = append(list, Source(s))
		}
	}
	return list
}
