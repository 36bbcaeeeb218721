package cell

import (
	"fmt"

	"github.com/whoclicked/whoclicked/internal/quote"
)

// Error says that a cell does not hold what its column should. It holds no mail address
// and no token of the cell.
type Error struct {
	reason string // "bad time"
	quoted string // by Quote
}

func newError(reason, text string) *Error { return &Error{reason, Quote(text)} }

// Error returns the reason and the quoted cell, such as `bad time "tomorrow"`.
func (e *Error) Error() string { return e.reason + " " + e.quoted }

// Quote quotes input for an error. Text that may be a secret is replaced by its length, such
// as "of 19 bytes": when cells have slipped into a neighbouring column, every cell may hold
// one.
func Quote(s string) string {
	if quoted, ok := quote.Safe(s); ok {
		return quoted
	}
	return fmt.Sprintf("of %d bytes", len(s))
}
