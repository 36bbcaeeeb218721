// Package cell reads the text of a table's cell as a time, an address, a boolean or a
// number. Exports and hunting APIs write these in many ways; package tables and
// Click.UnmarshalJSON both read them here.
package cell

import (
	"strconv"
	"strings"
)

// IsEmpty reports whether a cell holds nothing. Data frames and some exporters write a
// word for that.
func IsEmpty(s string) bool {
	switch s {
	case "", "-", "nan", "NaN", "N/A", "null", "NULL", "None":
		return true
	}
	return false
}

// Bool reads true and false in any case, 1 and 0, 1.0 and 0.0. The error is an *Error.
func Bool(s string) (bool, error) {
	switch s {
	case "1", "1.0", "true", "True":
		return true, nil
	case "0", "0.0", "false", "False":
		return false, nil
	}
	switch strings.ToLower(s) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, newError("bad bool", s)
}

// Int reads a whole number. Spreadsheets and data frames write 3 as "3.0". The error is
// an *Error.
func Int(s string) (int64, error) {
	n, err := strconv.ParseInt(strings.TrimSuffix(s, ".0"), 10, 64)
	if err != nil {
		return 0, newError("bad number", s)
	}
	return n, nil
}
