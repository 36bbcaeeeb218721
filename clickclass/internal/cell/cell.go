// Package cell reads the text of a table's cell as a time, an address, a boolean or a
// number. Exports and hunting APIs write these in many ways; package tables and
// Click.UnmarshalJSON both read them here.
package cell

import (
	"slices"
	"strconv"
	"strings"
)

// empties are the words with which data bases, data frames, feeds and exporters say that
// there is nothing, in any column.
var empties = [...]string{
	"-", "--", "null", "<null>", "(null)", "nil", "nan", "nat", "n/a", "#n/a", "not available", "undefined",
	"<none>", "(none)", "<empty>", "(empty)", `\N`, "n.a.", "unavailable", "—", "–", "{}",
	"#null!", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#spill!", "#calc!", "#field!", "#blocked!", "#connect!", "#busy!", "#unknown!", // errors of Excel
}

// unknowns are further such words, which some columns have as values.
var unknowns = [...]string{"unknown", "none", "not set", "not applicable", "<unknown>", "(unknown)", "00000000-0000-0000-0000-000000000000"}

// begins has the first bytes of all these words. Most cells of an export begin otherwise.
var begins = func() (first [256]bool) {
	for _, w := range slices.Concat(empties[:], unknowns[:]) {
		first[w[0]], first[strings.ToUpper(w)[0]] = true, true
	}
	return first
}()

// IsEmpty reports whether a cell holds nothing, whatever its column. Case does not matter,
// except for the None of Python: "none" is a value of some columns.
func IsEmpty(s string) bool {
	return s == "" || begins[s[0]] && (s == "None" || isAny(s, empties[:]))
}

// IsUnknown is IsEmpty for columns of times, addresses, numbers, accounts, ids and links,
// in which a word is no value: "unknown" says nothing there.
func IsUnknown(s string) bool {
	return s == "" || begins[s[0]] && (isAny(s, empties[:]) || isAny(s, unknowns[:]))
}

// isAny reports whether s is one of the words, whatever its case.
func isAny(s string, words []string) bool {
	for _, w := range words {
		if len(s) == len(w) && strings.EqualFold(s, w) {
			return true
		}
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
