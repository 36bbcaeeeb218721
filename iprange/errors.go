package iprange

import (
	"errors"
	"fmt"

	"github.com/whoclicked/whoclicked/internal/quote"
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

// quoteCut quotes s, cut to 128 bytes. Text that may be a secret is replaced by its length.
func quoteCut(s string) string {
	if quoted, ok := quote.Safe(s); ok {
		return quoted
	}
	return fmt.Sprintf("text of %d bytes", len(s))
}
