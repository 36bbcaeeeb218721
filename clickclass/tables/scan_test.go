package tables

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// members walks an object with the scanner and decodes what it finds, the last
// of several equal keys winning.
func members(s string) (map[string]any, error) {
	var p parser
	p.arena = new(arena)
	if err := p.object(s); err != nil {
		return nil, err
	}
	m := map[string]any{}
	i := skipSpace(s, skipSpace(s, 0)+1)
	for more := s[i] != '}'; more; {
		key, value, err := scanKey(s, i)
		if err != nil {
			return nil, err
		}
		c, end, err := scanValue(s, value, 1)
		if err != nil {
			return nil, err
		}
		name := p.decoded(&key)
		switch {
		case c.text == "" && s[value] != '"':
			m[name] = nil
		case c.kind == kindText:
			m[name] = p.decoded(&c)
		default:
			m[name] = json.RawMessage(c.text)
		}
		if i, more, err = scanSeparator(s, end, '}'); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// slowMembers is members by encoding/json.
func slowMembers(s string) (map[string]any, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(s), &raw); err != nil {
		return nil, err
	}
	m := map[string]any{}
	for key, value := range raw {
		switch value[0] {
		case '"':
			var text string
			if err := json.Unmarshal(value, &text); err != nil {
				return nil, err
			}
			m[key] = text
		case 'n':
			m[key] = nil
		default:
			m[key] = value
		}
	}
	return m, nil
}

// FuzzObject asks: does the scanner accept and find what encoding/json does?
func FuzzObject(f *testing.F) {
	for _, seed := range []string{
		`{"Url":"https://example.com/","IsClickedThrough":false,"n":-1.5e+3,"x":null}`, // a row
		` { "a" : { "b" : [ 1 , "x" , { } ] } , "c" : [ ] } `,                          // nesting and space
		`{"a":"\u00e9\ud83d\ude00\ud83d\\\"\/\b\f\n\r\t"}`,                             // every escape, a pair and half a pair
		"{\"a\":\"caf\xc3\xa9 \xff\xfe\"}",                                             // UTF-8 and not
		"{\"a\":\"tab\tin string\"}",                                                   // control character
		`{"a":01}`,                                                                     // leading zero
		`{"a":1,}`,                                                                     // trailing comma
		`{"a":1}x`,                                                                     // text after
		`{"a":tru`,                                                                     // cut off
		`{"a":"1","a":"2","A":"3"}`,                                                    // twice the same key
		`{"\u0055rl":"x"}`,                                                             // escaped key
		`{"0123456789abcdef\"":"\\\""}`,                                                // escapes on word boundaries
		`{}`, `[]`, ``, `null`, `{"a"}`, `{a:1}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if trimmed := strings.TrimLeft(s, " \t\r\n"); !strings.HasPrefix(trimmed, "{") {
			t.Skip("no object, where encoding/json accepts null")
		}
		want, wantErr := slowMembers(s)
		got, err := members(s)
		if wantErr != nil {
			assert.Error(t, err)
			return
		}
		require.NoError(t, err)
		assert.Equal(t, want, got)
	})
}

// TestMemo reads objects whose keys change from row to row with one parser: what
// is remembered of the keys of one must not lead astray in the next.
func TestMemo(t *testing.T) {
	p := parser{arena: new(arena)}
	for _, tt := range []struct{ object, url, action string }{
		{`{"Url":"1","ActionType":"a"}`, "1", "a"},
		{`{"Url":"2","ActionType":"b"}`, "2", "b"},
		{`{"Url":  "3"  ,  "ActionType" : "c"}`, "3", "c"},
		{`{"ActionType":"d","Url":"4"}`, "4", "d"},
		{`{"Url":"5"}`, "5", ""},
		{`{"x":1,"Url":"6","y":2,"ActionType":"f","z":{}}`, "6", "f"},
		{`{"URL":"7","actiontype":"g"}`, "7", "g"},
		{`{"properties":{"Url":"8","ActionType":"h"}}`, "8", "h"},
		{`{"\u0055rl":"9","ActionType":"i"}`, "9", "i"},
		{`{"Url":"10","Url":"","ActionType":"j"}`, "10", "j"},
	} {
		p.begin()
		require.Nil(t, p.object(tt.object), tt.object)
		assert.Equal(t, tt.url, p.text(colUrl), tt.object)
		assert.Equal(t, tt.action, p.text(colActionType), tt.object)
	}
}

// TestSkipPlain puts every pair of bytes at every place of eight: what is said
// of the second must not depend on the first.
func TestSkipPlain(t *testing.T) {
	for pair := range 1 << 16 {
		text := []byte("0123456789abcdef")
		for at := range 8 {
			copy(text, "01234567")
			text[at], text[at+1] = byte(pair>>8), byte(pair)
			want := 0
			for want < len(text) && isPlain(text[want]) {
				want++
			}
			if got := skipPlain(string(text), 0); got != want {
				require.Equal(t, want, got, "%q", text)
			}
			text[8] = '8'
		}
	}
	assert.Equal(t, 3, skipPlain("abc", 1))
	assert.Equal(t, 0, skipPlain("", 0))
}

// TestDepth nests to the limit of encoding/json and one deeper.
func TestDepth(t *testing.T) {
	nested := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	for _, n := range []int{maxDepth, maxDepth + 1} {
		var p parser
		err := p.object(nested(n))
		assert.Equal(t, json.Valid([]byte(nested(n))), err == nil, n)
	}
}

func TestColumnOf(t *testing.T) {
	for name, want := range map[string]column{
		"Url": colUrl, "URL": colUrl, "url": colUrl, "Url_s": colUrl, "TimeGenerated [UTC]": colTimeGenerated,
		"NetworkMessageId_g": colNetworkMessageId, "IsClickedThrough_b": colIsClickedThrough, "Click time": colClickTime,
		"$table": colType, "Timestamp_t": colTimestamp, "Url_x": colNone, "Url1": colNone, "": colNone, "_s": colNone,
		"[UTC]": colNone, strings.Repeat("x", 200): colNone, "source_table": colType,
	} {
		assert.Equal(t, want, columnOf(name), name)
	}
	seen := map[string]column{}
	for c, names := range columnNames {
		for _, name := range names {
			key := strings.ToLower(name)
			assert.NotContains(t, seen, key, "two columns of one name")
			seen[key] = column(c)
			assert.Equal(t, column(c), columnOf(name))
		}
	}
	for c := colNone + 1; c < numColumns; c++ {
		assert.NotEmpty(t, c.String())
	}
	assert.LessOrEqual(t, int(numColumns), 128, "a columnSet has 128 bits")
}

// FuzzTime asks: does the short way of reading a time give what the long one
// does?
func FuzzTime(f *testing.F) {
	for _, seed := range []string{
		"2026-09-28T10:40:01.5123456Z", // seven decimals
		"2026-09-28T10:40:01Z",         // none
		"2026-09-28T10:40:01.Z",        // a point without any
		"2026-02-30T10:40:01Z",         // no such day
		"20\xbb0-01-01T00:00:00Z",      // a byte that carries into the next
		"2026-09-28T10:40:0:Z",         // what comes after the digits
		"2026-09-28T10:40:01.1234567890Z", "2026-0/-28T10:40:01Z", "0000-01-01T00:00:00Z", "2026-09-28T24:00:00Z",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 10 || s[4] != '-' {
			t.Skip("another form")
		}
		if quick, ok := parseZulu(s); ok {
			slow, ok := parseISO(s)
			assert.True(t, ok)
			assert.Equal(t, slow, quick)
			standard, err := time.Parse(time.RFC3339Nano, s)
			assert.NoError(t, err)
			assert.True(t, standard.Equal(quick))
		}
	})
}

// FuzzIPv4 asks: does the short way of reading an address take what net/netip
// takes, and give what the long one does?
func FuzzIPv4(f *testing.F) {
	for _, seed := range []string{
		"198.51.100.7", "0.0.0.0", "255.255.255.255",
		"256.0.0.1", "198.051.100.7", "00.0.0.0", // too much, leading zeros
		"198.51.100", "198.51.100.7.1", "198..51.100", "198.51.100.", // parts missing or too many
		"198.51.100.7:443", "2001:db8::1", "::ffff:198.51.100.7", "1.2.3.4%eth0", "", // other forms
		"4294967297.0.0.1", "198.51.100./",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := parseIPv4(s)
		want, err := netip.ParseAddr(s)
		assert.Equal(t, err == nil && want.Is4(), ok)
		if ok {
			slow, ok := parseAddr(s)
			assert.True(t, ok)
			assert.Equal(t, want, got)
			assert.Equal(t, slow, got)
		}
	})
}
