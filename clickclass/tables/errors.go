package tables

import (
	"errors"
	"fmt"
	"strings"
)

// The errors that callers ask for with errors.Is.
var (
	// ErrEmpty says that there is nothing in the input.
	ErrEmpty = errors.New("empty")
	// ErrUnknownTable says that the input is readable, but its columns are those
	// of no table that this package reads.
	ErrUnknownTable = errors.New("unknown table")
	// ErrUnknownShape says that the input is neither JSON nor CSV.
	ErrUnknownShape = errors.New("neither JSON nor CSV")
	// ErrTruncated says that a row is cut off where the input ends, as the last
	// line of a blob is that is still written to.
	ErrTruncated = errors.New("cut off at the end of the input")
	// ErrTooLong says that a row is longer than [MaxRecord].
	ErrTooLong = errors.New("row longer than the limit")
)

var errBadQuote = errors.New("text after a closing quote")

// RowError says that a row cannot be read. The rows after it can.
type RowError struct {
	File   string
	Row    int    // counts from 1 and leaves out a header
	Column string // as Microsoft spells it; "" when the row as a whole is at fault
	Err    error
}

// Error returns the place and the reason. It holds no mail address and no
// token of the row.
func (e *RowError) Error() string {
	var b strings.Builder
	b.WriteString("tables: read: ")
	if e.File != "" {
		b.WriteString(e.File)
		b.WriteString(": ")
	}
	fmt.Fprintf(&b, "row %d: ", e.Row)
	if e.Column != "" {
		fmt.Fprintf(&b, "column %q: ", e.Column)
	}
	b.WriteString(e.Err.Error())
	return b.String()
}

// Unwrap returns the reason.
func (e *RowError) Unwrap() error { return e.Err }

// valueError says that a cell does not hold what its column should. It keeps
// nothing of the cell but what it says.
type valueError struct{ reason, quoted string }

func newValueError(reason, value string) *valueError { return &valueError{reason, quote(value)} }

func (e *valueError) Error() string { return e.reason + " " + e.quoted }

// syntaxError says where a row stops being JSON.
type syntaxError struct {
	reason string
	at     int // byte offset in the row
}

func (e *syntaxError) Error() string { return fmt.Sprintf("%s at byte %d", e.reason, e.at) }

// maxQuoted bounds the input that an error quotes.
const maxQuoted = 128

// quote quotes s for an error. What may be a mail address, a URL or a token is
// replaced by its length: when cells have slipped into a neighbouring column,
// any cell may hold one.
func quote(s string) string {
	if isPrivate(s) {
		return fmt.Sprintf("of %d bytes", len(s))
	}
	if len(s) > maxQuoted {
		return fmt.Sprintf("%q...", strings.ToValidUTF8(s[:maxQuoted], ""))
	}
	return fmt.Sprintf("%q", s)
}

// isPrivate reports whether s has the marks of an address or a URL, or a run
// of letters and digits that is too long for a time, an address or, without
// digits, for a name.
func isPrivate(s string) bool {
	const longestNumber, longestName = 24, 64
	run, digits := 0, false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '@', c == '?', c == '=', c == '/' && strings.HasPrefix(s[i:], "//"):
			return true
		case '0' <= c && c <= '9':
			run++
			digits = true
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '-', c == '_':
			run++
		default:
			run, digits = 0, false
		}
		if run > longestName || digits && run > longestNumber {
			return true
		}
	}
	return false
}
