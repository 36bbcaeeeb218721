package clickclass

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"strings"
)

// classWords are the stable words of classes, in the order of the constants.
var classWords = []string{"unknown", "automated", "likely_automated", "not_owner", "likely_owner", "owner"}

var basisWords = []string{"row", "rows", "mail", "signin", "device"}

var evidenceWords = []string{"mail", "signin", "device", "audit", "network"}

var flagWords = []string{"recipient_not_shown", "account_not_recipient", "verdict_changed_later",
	"address_for_rent", "people_behind_address", "several_addresses", "no_address", "clock_disagrees",
	"no_message_clock", "wrapped_url", "duplicate", "click_pair", "evidence_elsewhere", "ignored_address"}

// String returns the stable word of c, such as "likely_automated".
func (c Class) String() string { return wordOf(classWords, int(c)) }

// MarshalText returns the stable word of c. The error is non-nil if c is no constant.
func (c Class) MarshalText() ([]byte, error) { return marshalWord("class", classWords, int(c)) }

// UnmarshalText parses a stable word.
func (c *Class) UnmarshalText(b []byte) error {
	i, err := unmarshalWord("class", classWords, b)
	*c = Class(i)
	return err
}

// String returns the stable word of b, such as "signin".
func (b Basis) String() string { return wordOf(basisWords, int(b)) }

// MarshalText returns the stable word of b. The error is non-nil if b is no constant.
func (b Basis) MarshalText() ([]byte, error) { return marshalWord("basis", basisWords, int(b)) }

// UnmarshalText parses a stable word.
func (b *Basis) UnmarshalText(t []byte) error {
	i, err := unmarshalWord("basis", basisWords, t)
	*b = Basis(i)
	return err
}

// Has reports whether all of g are set.
func (f Flags) Has(g Flags) bool { return f&g == g }

// String returns the stable words of the flags, separated by commas.
func (f Flags) String() string { return strings.Join(wordsOf(uint32(f), flagWords), ",") }

// MarshalJSON returns an array of the stable words.
func (f Flags) MarshalJSON() ([]byte, error) { return marshalWords("flags", uint32(f), flagWords) }

// UnmarshalJSON parses an array of stable words. Null is the empty set.
func (f *Flags) UnmarshalJSON(b []byte) error {
	set, err := unmarshalWords("flags", b, flagWords)
	*f = Flags(set)
	return err
}

// Has reports whether all of g are set.
func (e Evidence) Has(g Evidence) bool { return e&g == g }

// String returns the stable words of the kinds, separated by commas.
func (e Evidence) String() string { return strings.Join(wordsOf(uint32(e), evidenceWords), ",") }

// MarshalJSON returns an array of the stable words.
func (e Evidence) MarshalJSON() ([]byte, error) {
	return marshalWords("evidence", uint32(e), evidenceWords)
}

// UnmarshalJSON parses an array of stable words. Null is the empty set.
func (e *Evidence) UnmarshalJSON(b []byte) error {
	set, err := unmarshalWords("evidence", b, evidenceWords)
	*e = Evidence(set)
	return err
}

func wordOf(words []string, i int) string {
	if i < len(words) {
		return words[i]
	}
	return fmt.Sprintf("invalid(%d)", i)
}

func marshalWord(kind string, words []string, i int) ([]byte, error) {
	if i >= len(words) {
		return nil, fmt.Errorf("clickclass: marshal %s: no word for %d", kind, i)
	}
	return []byte(words[i]), nil
}

func unmarshalWord(kind string, words []string, text []byte) (int, error) {
	for i, w := range words {
		if w == string(text) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("clickclass: unmarshal %s: unknown word %.32q", kind, text)
}

// wordsOf returns the words of the bits of set, in order.
func wordsOf(set uint32, words []string) []string {
	var out []string
	for ; set != 0; set &= set - 1 {
		out = append(out, wordOf(words, bits.TrailingZeros32(set)))
	}
	return out
}

func marshalWords(kind string, set uint32, words []string) ([]byte, error) {
	if set>>len(words) != 0 {
		return nil, fmt.Errorf("clickclass: marshal %s: no words for %#x", kind, set)
	}
	return json.Marshal(append([]string{}, wordsOf(set, words)...))
}

func unmarshalWords(kind string, text []byte, words []string) (set uint32, err error) {
	var list []string
	if err := json.Unmarshal(text, &list); err != nil {
		return 0, fmt.Errorf("clickclass: unmarshal %s: %w", kind, err)
	}
	for _, w := range list {
		i, err := unmarshalWord(kind, words, []byte(w))
		if err != nil {
			return 0, err
		}
		set |= 1 << i
	}
	return set, nil
}
