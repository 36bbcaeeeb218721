package safelinks

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// vectorsFile is an optional folder beside the repository with real links; the
// test is skipped where it is not there.
const vectorsFile = "../../shared/data/safelinks/vectors.jsonl"

// vector is one real link or text. Want nil means that nothing is to be decoded
// or changed.
type vector struct {
	ID, Kind, Mode, Input string
	Want                  *string
	WantFields            map[string]any `json:"want_fields"`
}

func readVectors(t *testing.T) []vector {
	t.Helper()
	f, err := os.Open(vectorsFile)
	if err != nil {
		t.Skip("no folder with real links beside the repository")
	}
	defer f.Close()
	var all []vector
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v vector
		require.NoError(t, json.Unmarshal(lines.Bytes(), &v))
		all = append(all, v)
	}
	require.NoError(t, lines.Err())
	require.NotEmpty(t, all)
	return all
}

func TestVectors(t *testing.T) {
	for _, v := range readVectors(t) {
		t.Run(v.ID, func(t *testing.T) {
			switch v.Mode {
			case "url":
				checkLink(t, v)
			case "text":
				checkText(t, v)
			case "extract":
				checkExtract(t, v)
			default:
				t.Fatalf("mode %q", v.Mode)
			}
		})
	}
}

func checkLink(t *testing.T, v vector) {
	c, err := Unwrap(v.Input)
	if v.Want == nil {
		assert.Error(t, err)
		assert.Equal(t, v.Input, c.Original())
		assert.False(t, IsSafeLink(v.Input))
	} else {
		require.NoError(t, err)
		assert.Equal(t, *v.Want, c.Original())
	}
	checkFields(t, v, c)
	assert.NotContains(t, string(marshal(t, c.Layers)), "PCVALUE", "the session cookie")
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return b
}

func checkFields(t *testing.T, v vector, c Chain) {
	t.Helper()
	if len(v.WantFields) == 0 {
		return
	}
	require.NotEmpty(t, c.Layers)
	var layers []map[string]any
	require.NoError(t, json.Unmarshal(marshal(t, c.Layers), &layers))
	for name, want := range v.WantFields {
		if name != "layers" {
			assert.Equal(t, want, layers[0][name], name)
			continue
		}
		steps := want.([]any)
		require.Len(t, layers, len(steps))
		for i, step := range steps {
			for name, want := range step.(map[string]any) {
				assert.Equal(t, want, layers[i][name], "layer %d: %s", i, name)
			}
		}
	}
}

// unquoted decodes quoted-printable text.
func unquoted(body string) []byte {
	text, _ := unquote([]byte(body))
	return text
}

func checkText(t *testing.T, v vector) {
	want := v.Input
	if v.Want != nil {
		want = *v.Want
	}
	var out strings.Builder
	require.NoError(t, Rewrite(&out, strings.NewReader(v.Input), RewriteOptions{}))
	assert.Equal(t, want, out.String())
}

func checkExtract(t *testing.T, v vector) {
	var found []Chain
	for f := range Find(unquoted(v.Input)) {
		found = append(found, f.Chain)
	}
	require.Len(t, found, 1)
	assert.Equal(t, *v.Want, found[0].Original())
	checkFields(t, v, found[0])
}
