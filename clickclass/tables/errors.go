package tables

import (
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrUnknown means that the input is none of the supported tables or forms. As the
	// reason of a RowError it means that of the row.
	ErrUnknown = errors.New("tables: not a supported table")
	// ErrTruncated means that a row is cut off at the end of the input, like the last
	// line of a blob that is still written to.
	ErrTruncated = errors.New("tables: cut off at the end of the input")
	// ErrTooLong means that a row is longer than 1 MiB.
	ErrTooLong = errors.New("tables: row too long")
)

var errBadQuote = errors.New("text after a closing quote")

// RowError is a row that could not be read. The rows after it can.
type RowError struct {
	File   string
	Row    int64  // from 1, without a header
	Column string // in Microsoft's spelling; "" if the whole row is damaged
	Err    error
}

// Error returns the place and the reason. It holds no mail address and no token of the row.
func (e *RowError) Error() string {
	place := fmt.Sprintf("row %d: ", e.Row)
	if e.Column != "" {
		place += fmt.Sprintf("column %q: ", e.Column)
	}
	return describe(e.File, place, e.Err)
}

// Unwrap returns the reason.
func (e *RowError) Unwrap() error { return e.Err }

// fileError is an input that could not be read, or not to its end.
type fileError struct {
	file string
	err  error
}

func (e *fileError) Error() string { return describe(e.file, "", e.err) }

func (e *fileError) Unwrap() error { return e.err }

// describe returns the text of an error at a place in a file.
func describe(file, place string, err error) string {
	if file != "" {
		file += ": "
	}
	return "tables: read: " + file + place + strings.TrimPrefix(err.Error(), "tables: ")
}

// syntaxError says where a row stops being JSON.
type syntaxError struct {
	reason string
	at     int // byte offset in the row
}

func (e *syntaxError) Error() string { return fmt.Sprintf("%s at byte %d", e.reason, e.at) }

// isCutOff reports whether a row of n bytes that gave err could be whole if it went on.
func isCutOff(err error, n int) bool {
	syntax, ok := err.(*syntaxError)
	return ok && syntax.at >= n || err == errTooFew
}
