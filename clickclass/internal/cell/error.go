package cell

import (
	"fmt"
	"strings"
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

// maxQuoted bounds the input that an error quotes, in bytes.
const maxQuoted = 128

// Quote quotes input for an error. Text that may be a mail address, an account, a URL or
// a token is replaced by its length, such as "of 19 bytes": when cells have slipped into
// a neighbouring column, every cell may hold one.
func Quote(s string) string {
	if mayBeSecret(s) {
		return fmt.Sprintf("of %d bytes", len(s))
	}
	if len(s) > maxQuoted {
		return fmt.Sprintf("%q...", strings.ToValidUTF8(s[:maxQuoted], ""))
	}
	return fmt.Sprintf("%q", s)
}

const (
	// longestNumber is longer than the digits and letters of a time or an address, and
	// shorter than a GUID or a token.
	longestNumber = 24
	// longestName is longer than the names of Microsoft's columns.
	longestName = 48
)

// mayBeSecret reports whether s has the marks of a mail address, an account with its
// domain or a URL, encoded or not, or a run of letters and digits as long as a token's.
func mayBeSecret(s string) bool {
	run, digits := 0, false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '@', c == '?', c == '=', c == '%', c == '\\', c == '/' && strings.HasPrefix(s[i:], "//"):
			return true
		case '0' <= c && c <= '9':
			run++
			digits = true
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '-', c == '_', c == '+', c == '/':
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
