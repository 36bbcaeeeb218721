package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// compiledSchema returns the schema, with which formats are checked too.
func compiledSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("schema.json", doc))
	s, err := c.Compile("schema.json")
	require.NoError(t, err)
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, line string) error {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
	require.NoError(t, err)
	return s.Validate(v)
}

func TestLinesFitTheSchema(t *testing.T) {
	s := compiledSchema(t)
	for _, line := range allLines(t, "ndjson") {
		require.NoError(t, validate(t, s, line), line)
	}
}

// TestSchemaCatches breaks lines of each kind in every way in which a program may come to write
// them.
func TestSchemaCatches(t *testing.T) {
	s := compiledSchema(t)
	optional := []string{"more_ips", "detection_methods", "url_chain", "app_name", "app_version", "source_id", "feed", "first", "last"}
	broken := 0
	for _, text := range madeUpLines("ndjson") {
		var line map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &line))
		check := func(what string) {
			b, err := json.Marshal(line)
			require.NoError(t, err)
			require.Error(t, validate(t, s, string(b)), "%s: %s", what, b)
			broken++
		}
		for _, name := range slices.Sorted(maps.Keys(line)) {
			value := line[name]
			if delete(line, name); !slices.Contains(optional, name) {
				check("without " + name)
			}
			line[name+"s"] = value
			check("with " + name + "s")
			delete(line, name+"s")
			wrong := any(true)
			if _, ok := value.(bool); ok {
				wrong = "true"
			}
			line[name] = wrong
			check("another type of " + name)
			line[name] = value
		}
	}
	assert.Greater(t, broken, 1000)
	good := madeUpLines("ndjson")[1]
	for was, is := range map[string]string{
		`"class":"not_owner"`: `"class":"human"`, `"priority":1`: `"priority":0`, `"timestamp":"2026-08-03T09:14:05.5120031Z"`: `"timestamp":"yesterday"`,
		`"p_automated":0.25`: `"p_automated":1.5`, `"causes":["intruder"`: `"causes":["ghost"`, `"p_range":[0.1,1]`: `"p_range":[0.1]`,
		`"layer":"product"`: `"layer":"nowhere"`, `"next":"mail"`: `"next":"rain"`, `"counted":true`: `"counted":1`, `"row":7`: `"row":7.5`,
	} {
		require.Contains(t, good, was)
		assert.Error(t, validate(t, s, strings.Replace(good, was, is, 1)), is)
	}
}

// TestSchemaHasAllWords holds that the schema lists the words that a verdict can hold, and no
// others.
func TestSchemaHasAllWords(t *testing.T) {
	var doc any
	require.NoError(t, json.Unmarshal(schema, &doc))
	ours := []string{"none", "own", "known", "product", "tag", "microsoft", "possible", "yes", // of the origin
		"taken_over", "overrode_warning", "opened_dangerous", "not_owner", "shared_address", "stopped", "machines"} // kinds of findings
	listed := map[string]bool{}
	walk("", doc, func(path string, v any) {
		if word, ok := v.(string); ok && strings.HasSuffix(path, "enum[]") {
			listed[word] = true
		}
	})
	known := map[string]bool{}
	for word := range clickclass.Words() {
		known[word] = true
	}
	for _, r := range clickclass.Rules() {
		delete(known, r.ID)
	}
	for word := range known {
		assert.True(t, listed[word], "%s is not in schema.json", word)
	}
	for word := range listed {
		assert.True(t, known[word] || slices.Contains(ours, word), "%s is in schema.json only", word)
	}
}

func TestSchemaIsPrinted(t *testing.T) {
	got := runTriage(t, "", "--schema")
	assert.True(t, bytes.Equal(schema, []byte(got.stdout)))
	assert.Empty(t, got.stderr)
}

// FuzzLines holds that whatever a row says becomes one line of JSON in every form, which in ndjson
// fits the schema.
func FuzzLines(f *testing.F) {
	f.Add("https://a.example/", "kim@contoso.example", "ClickAllowed", "Phish", "52e6b438-f2a7-4269-a651-0c5ca6a3a450", int64(1_785_748_814))
	f.Add("\xff\u2028\x00", "\"\\", "\n", "<>&", "\u202e", int64(0))
	s := compiledSchema(f)
	formats := newRowFormats(testRun)
	f.Fuzz(func(t *testing.T, url, account, action, threat, message string, seconds int64) {
		seconds &= 1<<37 - 1 // rows have no other times
		r := &clickclass.Result{Click: clickclass.Click{Timestamp: time.Unix(seconds, 0), Url: url, AccountUpn: account, ActionType: clickclass.ActionType(action),
			ThreatTypes: threat, NetworkMessageId: message, ReportId: message, File: url, UrlChain: account}}
		bad := &rowError{file: url, row: seconds, column: action, message: message}
		for _, name := range jsonFormats {
			lines := []string{string(formats[name].row(nil, r))}
			if formats[name].damaged != nil {
				lines = append(lines, string(formats[name].damaged(nil, bad)))
			}
			for _, line := range lines {
				require.True(t, json.Valid([]byte(line)), line)
				require.Equal(t, 1, strings.Count(line, "\n"))
				if name == "ndjson" {
					require.NoError(t, validate(t, s, line))
				}
			}
		}
	})
}
