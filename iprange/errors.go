package iprange

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	// ErrFormat means that a document is not one of the supported lists or is truncated.
	ErrFormat = errors.New("iprange: not a supported list")
	// ErrTooLarge means that a document exceeds its size limit.
	ErrTooLarge = errors.New("iprange: list too large")
)

// RowError is an entry of a document that could not be read.
type RowError struct {
	Row    int    // from 1: an element of a JSON array, or a line
	Column string // field of the row, such as "ips"; "" for the row as a whole
	Err    error  // what is wrong
}

// Error returns the place and the reason.
func (e *RowError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("row %d: %v", e.Row, e.Err)
	}
	return fmt.Sprintf("row %d: %s: %v", e.Row, e.Column, e.Err)
}

// Unwrap returns Err.
func (e *RowError) Unwrap() error { return e.Err }

// quoteCut quotes s, cut to 128 bytes. Text that may be a mail address is
// replaced by its length.
func quoteCut(s string) string {
	if strings.Contains(s, "@") {
		return fmt.Sprintf("text of %d bytes", len(s))
	}
	const limit = 128
	if len(s) > limit {
		n := limit
		for n > limit-utf8.UTFMax && !utf8.RuneStart(s[n]) {
			n--
		}
		return strconv.Quote(s[:n]) + "..."
	}
	return strconv.Quote(s)
}
