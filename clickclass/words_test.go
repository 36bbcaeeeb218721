package clickclass_test

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math/bits"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// enumeration is a type whose values are stable words.
type enumeration[T any] interface {
	*T
	encoding.TextUnmarshaler
}

// testWords holds that values are the words, both ways, alone and as keys and members of
// JSON, and that nothing else is.
func testWords[T interface {
	~uint8
	fmt.Stringer
	encoding.TextMarshaler
}, P enumeration[T]](t *testing.T, words ...string) {
	t.Helper()
	for i, word := range words {
		v := T(i)
		assert.Equal(t, word, v.String())
		text, err := v.MarshalText()
		assert.NoError(t, err)
		assert.Equal(t, word, string(text))
		var back T
		assert.NoError(t, P(&back).UnmarshalText([]byte(word)))
		assert.Equal(t, v, back)

		b, err := json.Marshal(map[T][]T{v: {v}})
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprintf(`{"%s":["%s"]}`, word, word), string(b))
		var m map[T][]T
		require.NoError(t, json.Unmarshal(b, &m))
		assert.Equal(t, map[T][]T{v: {v}}, m)

		for _, wrong := range []string{strings.ToUpper(word), word + " ", word + "\x00"} {
			assert.Error(t, P(&back).UnmarshalText([]byte(wrong)), "%q", wrong)
		}
	}
	var back T
	for _, wrong := range []string{"", "nobody", strings.Repeat("long", 1000), "invalid(9)", "0", "dana@contoso.example"} {
		err := P(&back).UnmarshalText([]byte(wrong))
		assert.ErrorContains(t, err, "clickclass: unmarshal ")
		assert.Less(t, len(err.Error()), 200)
	}
	for _, i := range []int{len(words), 255} {
		assert.Equal(t, fmt.Sprintf("invalid(%d)", i), T(i).String())
		_, err := T(i).MarshalText()
		assert.ErrorContains(t, err, "clickclass: marshal ")
	}
}

func TestClassWords(t *testing.T) {
	testWords[clickclass.Class](t, "unknown", "automated", "likely_automated", "not_owner", "likely_owner", "owner")
	assert.Equal(t, "unknown", clickclass.ClassUnknown.String())
	assert.Equal(t, "automated", clickclass.ClassAutomated.String())
	assert.Equal(t, "likely_automated", clickclass.ClassLikelyAutomated.String())
	assert.Equal(t, "not_owner", clickclass.ClassNotOwner.String())
	assert.Equal(t, "likely_owner", clickclass.ClassLikelyOwner.String())
	assert.Equal(t, "owner", clickclass.ClassOwner.String())
}

func TestBasisWords(t *testing.T) {
	testWords[clickclass.Basis](t, "row", "rows", "mail", "signin", "device")
	assert.Equal(t, "row", clickclass.BasisRow.String())
	assert.Equal(t, "rows", clickclass.BasisRows.String())
	assert.Equal(t, "mail", clickclass.BasisMail.String())
	assert.Equal(t, "signin", clickclass.BasisSignIn.String())
	assert.Equal(t, "device", clickclass.BasisDevice.String())
}

var flagNames = []struct {
	flag clickclass.Flags
	word string
}{
	{clickclass.FlagRecipientNotShown, "recipient_not_shown"},
	{clickclass.FlagAccountNotRecipient, "account_not_recipient"},
	{clickclass.FlagVerdictChangedLater, "verdict_changed_later"},
	{clickclass.FlagAddressForRent, "address_for_rent"},
	{clickclass.FlagPeopleBehindAddress, "people_behind_address"},
	{clickclass.FlagSeveralAddresses, "several_addresses"},
	{clickclass.FlagNoAddress, "no_address"},
	{clickclass.FlagClockDisagrees, "clock_disagrees"},
	{clickclass.FlagNoMessageClock, "no_message_clock"},
	{clickclass.FlagWrappedURL, "wrapped_url"},
	{clickclass.FlagDuplicate, "duplicate"},
	{clickclass.FlagClickPair, "click_pair"},
	{clickclass.FlagEvidenceElsewhere, "evidence_elsewhere"},
	{clickclass.FlagIgnoredAddress, "ignored_address"},
	{clickclass.FlagAssumption, "assumption"},
	{clickclass.FlagSharedMailbox, "shared_mailbox"},
}

func TestFlags(t *testing.T) {
	const all = 1<<16 - 1
	require.Len(t, flagNames, 16)
	for set := range clickclass.Flags(all + 1) {
		words := []string{}
		for i, f := range flagNames {
			require.Equal(t, clickclass.Flags(1)<<i, f.flag)
			require.Equal(t, set>>i&1 == 1, set.Has(f.flag))
			if set.Has(f.flag) {
				words = append(words, f.word)
			}
		}
		testSet(t, set, words, func(b []byte) (clickclass.Flags, error) {
			var got clickclass.Flags
			return got, json.Unmarshal(b, &got)
		})
	}
	f := clickclass.FlagNoAddress | clickclass.FlagDuplicate
	assert.True(t, f.Has(0))
	assert.True(t, f.Has(f))
	assert.False(t, f.Has(f|clickclass.FlagWrappedURL), "all are asked for")
	_, err := json.Marshal(clickclass.Flags(all + 1))
	assert.ErrorContains(t, err, "clickclass: marshal flags: ")
	assert.Equal(t, "invalid(16)", clickclass.Flags(all+1).String())
}

func TestEvidence(t *testing.T) {
	words := []string{"mail", "signin", "device", "audit", "network", "chat"}
	kinds := []clickclass.Evidence{clickclass.EvidenceMail, clickclass.EvidenceSignIn, clickclass.EvidenceDevice, clickclass.EvidenceAudit, clickclass.EvidenceNetwork, clickclass.EvidenceChat}
	for set := range allKinds + 1 {
		has := []string{}
		for i, e := range kinds {
			require.Equal(t, clickclass.Evidence(1)<<i, e)
			if set.Has(e) {
				has = append(has, words[i])
			}
		}
		testSet(t, set, has, func(b []byte) (clickclass.Evidence, error) {
			var got clickclass.Evidence
			return got, json.Unmarshal(b, &got)
		})
	}
	assert.False(t, clickclass.EvidenceMail.Has(allKinds))
	_, err := json.Marshal(clickclass.Evidence(64))
	assert.ErrorContains(t, err, "clickclass: marshal evidence: ")
}

// testSet holds that a set is its words, both ways.
func testSet[S interface {
	~uint8 | ~uint32
	fmt.Stringer
}](t *testing.T, set S, words []string, unmarshal func([]byte) (S, error)) {
	t.Helper()
	require.Equal(t, strings.Join(words, ","), set.String())
	want, err := json.Marshal(words)
	require.NoError(t, err)
	got, err := json.Marshal(set)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
	back, err := unmarshal(got)
	require.NoError(t, err)
	require.Equal(t, set, back)
	if bits.OnesCount32(uint32(set)) > 2 {
		return
	}
	for _, other := range []string{"null", "[]", `["` + strings.Join(append(words, words...), `","`) + `"]`} { // words twice
		back, err := unmarshal([]byte(other))
		switch {
		case other == "null" || other == "[]":
			require.NoError(t, err)
			require.Zero(t, back)
		case len(words) > 0:
			require.NoError(t, err)
			require.Equal(t, set, back)
		}
	}
	for _, wrong := range []string{`["nobody"]`, `[""]`, `"mail"`, `7`, `{}`, `[7]`, `[null,"nobody"]`} {
		_, err := unmarshal([]byte(wrong))
		require.ErrorContains(t, err, "clickclass: unmarshal ", wrong)
	}
}

// TestClocksAndCauses holds that these words are stable.
func TestClocksAndCauses(t *testing.T) {
	assert.Equal(t, []clickclass.Clock{"", "message_id", "mail", "link"},
		[]clickclass.Clock{clickclass.ClockNone, clickclass.ClockMessageID, clickclass.ClockMail, clickclass.ClockLink})
	assert.Equal(t, []clickclass.Cause{"mail_flow_scan", "detonation", "preview", "policy_scan", "chat_preview", "microsoft_other",
		"third_party_scanner", "own_tool", "owner", "forwarded", "intruder"},
		[]clickclass.Cause{clickclass.CauseMailFlowScan, clickclass.CauseDetonation, clickclass.CausePreview, clickclass.CausePolicyScan,
			clickclass.CauseChatPreview, clickclass.CauseMicrosoftOther, clickclass.CauseThirdPartyScanner, clickclass.CauseOwnTool,
			clickclass.CauseOwner, clickclass.CauseForwarded, clickclass.CauseIntruder})
}

// wordsOf returns all stable words that a verdict holds.
func wordsOf(v *clickclass.Verdict) []string {
	words := []string{v.Class.String(), v.Basis.String()}
	if v.Clock != clickclass.ClockNone {
		words = append(words, string(v.Clock))
	}
	for _, r := range v.Reasons {
		words = append(words, r.Rule)
	}
	for _, c := range v.Causes {
		words = append(words, string(c))
	}
	for _, set := range []fmt.Stringer{v.Flags, v.Missing, v.Failed, v.Next} {
		if set.String() != "" {
			words = append(words, strings.Split(set.String(), ",")...)
		}
	}
	return words
}

// TestWords holds that Words yields every word that verdicts hold, each with a text, and no
// word more often than kinds share it.
func TestWords(t *testing.T) {
	times := map[string]int{}
	for word, text := range clickclass.Words() {
		times[word]++
		assert.NotEmpty(t, text, word)
		assert.Regexp(t, `^[a-z0-9_.]+$`, word)
	}
	more := map[string]int{}
	for word, n := range times {
		if n > 1 {
			more[word] = n
		}
	}
	assert.Empty(t, more, "each word comes once")
	met := map[string]bool{}
	forRandomResults(t, func(r *clickclass.Result) {
		for _, word := range wordsOf(&r.Verdict) {
			met[word] = true
			require.NotZero(t, times[word], "Words does not yield %q", word)
		}
	})
	assert.Greater(t, len(met), 60, "the verdicts are of many kinds")
	for _, r := range clickclass.Rules() {
		assert.NotZero(t, times[r.ID])
	}
	for _, f := range flagNames {
		assert.NotZero(t, times[f.word])
	}
	for range clickclass.Words() {
		break // may be left early
	}
}

func TestReasonText(t *testing.T) {
	tests := map[string]struct {
		reason clickclass.Reason
		want   string
	}{
		"nothing seen":  {clickclass.Reason{Rule: "g.far"}, "the address is in a country from which none of the account's sign-ins given is"},
		"prefix":        {clickclass.Score(founding()).Reasons[0], "Microsoft publishes the address as a Teams server; that no person leaves from it is an inference (52.112.0.0/14)"},
		"gap":           {clickclass.Score(withDelay(founding(), 4*1e9)).Reasons[1], "the click came 3 to 10 seconds after the message (4 s)"},
		"unknown rule":  {clickclass.Reason{Rule: "ip.tomorrow"}, "ip.tomorrow"},
		"the zero":      {clickclass.Reason{}, ""},
		"count":         {clickclass.Reason{Rule: "x", Saw: clickclass.Saw{Kind: "count", Count: 12}}, "x (12)"},
		"asn":           {clickclass.Reason{Rule: "x", Saw: clickclass.Saw{Kind: "asn", ASN: 64496}}, "x (AS64496)"},
		"negative gap":  {clickclass.Reason{Rule: "x", Saw: clickclass.Saw{Kind: "gap", Gap: -250e6}}, "x (-0.3 s)"},
		"other fields":  {clickclass.Reason{Rule: "x", Saw: clickclass.Saw{Kind: "asn", ASN: 1, Count: 7}}, "x (AS1)"},
		"unknown kinds": {clickclass.Reason{Rule: "x", Saw: clickclass.Saw{Kind: "moon"}}, "x"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) { assert.Equal(t, tt.want, tt.reason.Text()) })
	}
}
