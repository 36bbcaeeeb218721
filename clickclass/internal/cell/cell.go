// Package cell reads the text of a table's cell as a time, an address, a boolean or a
// number. Exports and hunting APIs write these in many ways; package tables and
// Click.UnmarshalJSON both read them here.
package cell

import (
	"strconv"
	"strings"
)

// empties are the words with which data bases, data frames, feeds and exporters say that
// there is nothing, in any column.
var empties = [...]string{
	"-", "--", "null", "<null>", "(null)", "nil", "nan", "nat", "n/a", "#n/a", "not available", "undefined",
	"<none>", "(none)", "<empty>", "(empty)", `\N`,
}

// longestEmpty is the length of the longest word in empties and in IsUnknown.
const longestEmpty = len("not applicable")

// IsEmpty reports whether a cell holds nothing, whatever its column. Case does not matter,
// except for the None of Python: "none" is a value of some columns.
func IsEmpty(s string) bool {
	if s == "" || s == "None" {
		return true
	}
	if len(s) > longestEmpty || !strings.ContainsRune("-nN<(#uU\\", rune(s[0])) {
		return false
	}
	for _, e := range empties {
		if strings.EqualFold(s, e) {
			return true
		}
	}
	return false
}

// IsUnknown is IsEmpty for columns of times, addresses, numbers, accounts, ids and links,
// in which a word is no value: "unknown" says nothing there.
func IsUnknown(s string) bool {
	if IsEmpty(s) {
		return true
	}
	if len(s) > longestEmpty {
		return false
	}
	switch strings.ToLower(s) {
	case "unknown", "none", "not set", "not applicable", "<unknown>", "(unknown)":
		return true
	}
	return false
}

// bools has true and false in any case as logs and spreadsheets write them: Excel in
// German, French, Italian, Spanish, Dutch and Portuguese has words of its own.
var bools = map[string]bool{
	"true": true, "1": true, "1.0": true, "1,0": true, "yes": true,
	"wahr": true, "vrai": true, "vero": true, "verdadero": true, "waar": true, "verdadeiro": true,
	"false": false, "0": false, "0.0": false, "0,0": false, "no": false,
	"falsch": false, "faux": false, "falso": false, "onwaar": false,
}

// Bool reads true and false as logs and spreadsheets write them. The error is an *Error.
func Bool(s string) (bool, error) {
	switch s {
	case "true", "True":
		return true, nil
	case "false", "False":
		return false, nil
	}
	if len(s) <= len("verdadeiro") {
		if b, ok := bools[strings.ToLower(s)]; ok {
			return b, nil
		}
	}
	return false, newError("bad bool", s)
}

// Int reads a whole number. Spreadsheets and data frames write 3 as "3.0" or "3,0". The
// error is an *Error.
func Int(s string) (int64, error) {
	whole := strings.TrimSuffix(strings.TrimSuffix(s, ".0"), ",0")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return 0, newError("bad number", s)
	}
	return n, nil
}
