package clickclass

import (
	"encoding/json"
	"fmt"
	"iter"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
)

// word is a stable word and its English text.
type word struct{ word, text string }

// The words of enumerations are in the order of the constants.

var classWords = []word{
	{"unknown", "unknown"},
	{"automated", "automated"},
	{"likely_automated", "likely automated"},
	{"not_owner", "not the owner"},
	{"likely_owner", "likely the owner"},
	{"owner", "the account's owner"},
}

var basisWords = []word{
	{"row", "the row alone"},
	{"rows", "the row and its neighbours"},
	{"mail", "the message (EmailEvents, EmailUrlInfo)"},
	{"signin", "the account's sign-ins (EntraIdSignInEvents, SigninLogs)"},
	{"device", "the account's devices (DeviceEvents, DeviceNetworkEvents)"},
}

var clockWords = []word{
	{string(ClockMessageID), "the clock in the message's id"},
	{string(ClockMail), "the message (EmailEvents, EmailUrlInfo)"},
	{string(ClockLink), "the clock in the link"},
}

var causeWords = []word{
	{string(CauseMailFlowScan), "Safe Links or detonation while the mail was handled"},
	{string(CauseDetonation), "a later scan or an investigation"},
	{string(CausePreview), "a client's prefetch or a link preview"},
	{string(CausePolicyScan), "scanning that the Safe Links policy asks for"},
	{string(CauseChatPreview), "a preview of the link where somebody wrote or pasted it into a chat"},
	{string(CauseMicrosoftOther), "a Microsoft service: tests, telemetry, background work"},
	{string(CauseThirdPartyScanner), "a mail gateway or link scanner"},
	{string(CauseOwnTool), "your own tool or sandbox"},
	{string(CauseOwner), "the account's owner"},
	{string(CauseForwarded), "a colleague, a delegate or a forwarded copy"},
	{string(CauseIntruder), "somebody else: a forwarded link, another person, an intruder in the account"},
}

var evidenceWords = []word{
	{"mail", "the message (EmailEvents, EmailUrlInfo)"},
	{"signin", "the account's sign-ins (EntraIdSignInEvents, SigninLogs)"},
	{"device", "the account's devices (DeviceEvents, DeviceNetworkEvents)"},
	{"audit", "the unified audit log"},
	{"network", "the network of the address"},
	{"chat", "messages in Teams (MessageEvents, MessageUrlInfo)"},
}

var flagWords = []word{
	{"recipient_not_shown", "nothing shows that the account's owner clicked"},
	{"account_not_recipient", "the account is not among the message's recipients: the link was forwarded, or the mailbox is shared"},
	{"verdict_changed_later", "the click was allowed, and the link or its message is known to be malicious: found so afterwards, or let through"},
	{"address_for_rent", "anybody can rent this address: it may be an attacker's"},
	{"people_behind_address", "people are known to leave from this address"},
	{"several_addresses", "the row has several addresses; the first was judged"},
	{"no_address", "the row has no address"},
	{"clock_disagrees", "the clock in an id or link contradicts the row's times and was not believed"},
	{"no_message_clock", "the message's id holds no believable clock"},
	{"wrapped_url", "the link was wrapped; it was judged by what is inside"},
	{"duplicate", "the same click was read before"},
	{"click_pair", "one half of a block and its click-through"},
	{"evidence_elsewhere", "a person's evidence near this click fits another click of the same link better"},
	{"ignored_address", "your own ranges ask to leave this address out of the judgement"},
	{"assumption", "the verdict rests on a weight that is an assumption"},
	{"shared_mailbox", "several people use this mailbox; the row does not say who clicked"},
}

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

func wordOf(words []word, i int) string {
	if i < len(words) {
		return words[i].word
	}
	return fmt.Sprintf("invalid(%d)", i)
}

func marshalWord(kind string, words []word, i int) ([]byte, error) {
	if i >= len(words) {
		return nil, fmt.Errorf("clickclass: marshal %s: no word for %d", kind, i)
	}
	return []byte(words[i].word), nil
}

func unmarshalWord(kind string, words []word, text []byte) (int, error) {
	for i, w := range words {
		if w.word == string(text) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("clickclass: unmarshal %s: unknown word %s", kind, cell.Quote(string(text)))
}

// wordsOf returns the words of the bits of set, in order.
func wordsOf(set uint32, words []word) []string {
	var out []string
	for ; set != 0; set &= set - 1 {
		out = append(out, wordOf(words, bits.TrailingZeros32(set)))
	}
	return out
}

func marshalWords(kind string, set uint32, words []word) ([]byte, error) {
	if set>>len(words) != 0 {
		return nil, fmt.Errorf("clickclass: marshal %s: no words for %#x", kind, set)
	}
	return json.Marshal(append([]string{}, wordsOf(set, words)...))
}

func unmarshalWords(kind string, text []byte, words []word) (set uint32, err error) {
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

// Text returns the reason in English, with what was seen. It is the id for a rule that is
// not in the table.
func (r Reason) Text() string {
	text := r.Rule
	if rule, ok := ruleByID()[r.Rule]; ok {
		text = rule.text
	}
	saw := r.Saw.String()
	if r.Saw.Kind == "gap" {
		saw = roundGap(r.Saw.Gap)
	}
	if saw != "" {
		text += " (" + saw + ")"
	}
	return text
}

// roundGap rounds a span of time as people do: "3.2 s", "21 min", "19 h", "6 days". It is ""
// for none.
func roundGap(d time.Duration) string {
	round := func(unit time.Duration, name string) string {
		step := unit
		if d.Abs() < 10*unit {
			step = unit / 10
		}
		return strconv.FormatFloat(float64(d.Round(step))/float64(unit), 'f', -1, 64) + name
	}
	switch size := d.Abs(); {
	case size < 50*time.Millisecond:
		return ""
	case size < 90*time.Second:
		return round(time.Second, " s")
	case size < 90*time.Minute:
		return round(time.Minute, " min")
	case size < 36*time.Hour:
		return round(time.Hour, " h")
	}
	return round(24*time.Hour, " days")
}

// Words yields every stable word that a Verdict can hold with its English text: rule ids,
// causes, flags, classes, bases, clocks and kinds of evidence. A word that several of them
// share comes once. Translations can be checked against it.
func Words() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		seen := map[string]bool{}
		for i := range rules {
			if !yield(rules[i].id, rules[i].text) {
				return
			}
		}
		for _, list := range [][]word{classWords, basisWords, clockWords, causeWords, flagWords, evidenceWords} {
			for _, w := range list {
				if seen[w.word] {
					continue
				}
				seen[w.word] = true
				if !yield(w.word, w.text) {
					return
				}
			}
		}
	}
}
