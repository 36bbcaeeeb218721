package tables

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// members walks an object with the scanner and decodes what it finds. The last of several
// equal keys counts.
func members(s string) (map[string]any, error) {
	var p rowParser
	if err := p.findCells(s, nil); err != nil {
		return nil, err
	}
	m := map[string]any{}
	i := skipSpace(s, skipSpace(s, 0)+1)
	for more := s[i] != '}'; more; {
		key, value, err := scanKey(s, i)
		if err != nil {
			return nil, err
		}
		v, end, err := scanValue(s, value, 1)
		if err != nil {
			return nil, err
		}
		name := p.decode(key)
		switch s[value] {
		case 'n':
			m[name] = nil
		case '"':
			m[name] = p.decode(v)
		default:
			m[name] = json.RawMessage(v.text)
		}
		if i, more, err = scanSeparator(s, end, '}'); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// windowOf returns a text as a source has it: valid UTF-8.
func windowOf(s string) string {
	src := &source{r: strings.NewReader(s)}
	for src.more() {
	}
	return src.window
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
		s = windowOf(s)
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

// TestKeyMemory reads objects whose keys change from row to row with one parser.
func TestKeyMemory(t *testing.T) {
	p := rowParser{}
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
		require.NoError(t, p.findCells(tt.object, nil), tt.object)
		assert.Equal(t, tt.url, p.text(colUrl), tt.object)
		assert.Equal(t, tt.action, p.text(colActionType), tt.object)
	}
}

// TestDepth nests to the limit of encoding/json and one deeper.
func TestDepth(t *testing.T) {
	nested := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	for _, n := range []int{maxDepth, maxDepth + 1} {
		var p rowParser
		err := p.findCells(nested(n), nil)
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
