package iprange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits on what the readers take. The largest published documents are 4.2 MB
// (service tags), 36 KB (endpoints) and 24 KB (public space).
const (
	maxServiceTags = 64 << 20
	maxDocument    = 16 << 20
)

// ErrTooLarge is wrapped by the error of a reader whose input is larger than
// it takes.
var ErrTooLarge = errors.New("input too large")

// ErrNotList is wrapped by the error of a reader whose input is not the kind
// of document that it reads, or is cut short.
var ErrNotList = errors.New("not such a list")

// A RowError is a row of a list that could not be used and was left out.
type RowError struct {
	Row    int    // 1 is the first element of the list or the first line
	Column string // field of the row, such as "ips"; "" for the row as a whole
	Err    error
}

// Error returns the place and the reason.
func (e *RowError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("row %d: %v", e.Row, e.Err)
	}
	return fmt.Sprintf("row %d: %s: %v", e.Row, e.Column, e.Err)
}

// Unwrap returns the reason.
func (e *RowError) Unwrap() error { return e.Err }

// readAll reads r up to limit bytes and drops a byte order mark.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)
	}
	return bytes.TrimPrefix(data, []byte("\ufeff")), nil
}

// readJSON reads one JSON value into v.
func readJSON(r io.Reader, limit int64, v any) error {
	data, err := readAll(r, limit)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%w: %w", ErrNotList, jsonError(err))
	}
	return nil
}

// jsonError says where in the input err is. The texts of encoding/json carry
// input only by single characters and by type.
func jsonError(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("%s at byte %d", syntax, syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf("JSON %s where a %s is wanted, at byte %d", quoteCut(kind.Value), kind.Type, kind.Offset)
	}
	return err
}

// quoteCut quotes s, cut to 128 bytes. What may be a mail address is replaced
// by its length.
func quoteCut(s string) string {
	if strings.Contains(s, "@") {
		return fmt.Sprintf("of %d bytes", len(s))
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

// parsePrefix reads a prefix as lists have them: masked if it is not already,
// a bare address as a prefix of its full length, IPv4-mapped as IPv4.
func parsePrefix(s string) (netip.Prefix, error) {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "/") {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Zone() != "" {
			return netip.Prefix{}, fmt.Errorf("no address or prefix: %s", quoteCut(s))
		}
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("no prefix: %s", quoteCut(s))
	}
	return unmapPrefix(p), nil
}

// unmapPrefix masks p and turns IPv4-mapped prefixes into IPv4 ones.
func unmapPrefix(p netip.Prefix) netip.Prefix {
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked()
}
