package platforms_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/trial"
)

// splunkSaid is the result of an action.
type splunkSaid struct {
	Status   bool
	Message  string
	Data     []map[string]any
	Summary  map[string]any
	Progress []string
}

type splunkCall struct {
	Identifier string            `json:"identifier"`
	Param      map[string]string `json:"param"`
}

func askSplunk(t *testing.T, python, url, key string, calls ...splunkCall) []splunkSaid {
	t.Helper()
	job := map[string]any{"config": map[string]string{"base_url": url + "/", "api_key": key}, "calls": calls}
	var out []splunkSaid
	for _, line := range script(t, python, marshal(t, job), "-B", "splunksoar/platform_stub.py") {
		out = append(out, unmarshal[splunkSaid](t, line))
	}
	require.Len(t, out, len(calls))
	return out
}

func TestSplunkSOARActions(t *testing.T) {
	python := trial.Python(t)
	url, key := trial.Connector(t)
	said := askSplunk(t, python, url, key,
		splunkCall{"test_connectivity", map[string]string{}},
		splunkCall{"classify_clicks", map[string]string{"clicks": hunting(scanned, phished, badRow)}},
		splunkCall{"unwrap_url", map[string]string{"url": safeLink}},
		splunkCall{"unwrap_url", map[string]string{"url": "https://news.contoso.example/a"}},
		splunkCall{"classify_clicks", map[string]string{"clicks": "words"}},
	)
	assert.True(t, said[0].Status, said[0].Message)
	assert.Contains(t, said[0].Progress, "Test Connectivity Passed")

	require.True(t, said[1].Status, said[1].Message)
	require.Len(t, said[1].Data, 2)
	assert.Equal(t, "automated", said[1].Data[0]["class"])
	assert.EqualValues(t, 2, said[1].Summary["clicks"])
	assert.EqualValues(t, 1, said[1].Summary["machine_side"])
	assert.EqualValues(t, 1, said[1].Summary["dangerous_opened"])
	assert.EqualValues(t, 1, said[1].Summary["failed"])

	assert.Equal(t, "https://news.contoso.example/a", said[2].Data[0]["target"])
	assert.Equal(t, "Nobody wrapped the link", said[3].Message)
	assert.False(t, said[4].Status)
	assert.Contains(t, said[4].Message, "400")

	said = askSplunk(t, python, url, "wrong", splunkCall{"test_connectivity", map[string]string{}})
	assert.False(t, said[0].Status)
	assert.Contains(t, said[0].Message, "401")
	said = askSplunk(t, python, "http://127.0.0.1:1", key, splunkCall{"test_connectivity", map[string]string{}})
	assert.False(t, said[0].Status)
}

// TestSplunkSOARDefinition: every action of the definition is one of the app, and every data
// path is in an answer.
func TestSplunkSOARDefinition(t *testing.T) {
	text, err := os.ReadFile("splunksoar/whoclicked.json")
	require.NoError(t, err)
	definition := unmarshal[struct {
		Actions []struct {
			Identifier string
			Parameters map[string]any
			Output     []struct {
				DataPath string `json:"data_path"`
			}
		}
		Configuration map[string]any
	}](t, string(text))
	assert.Contains(t, definition.Configuration, "base_url")
	assert.Contains(t, definition.Configuration, "api_key")

	python := trial.Python(t)
	url, key := trial.Connector(t)
	values := map[string]string{"clicks": hunting(scanned), "url": safeLink}
	for _, action := range definition.Actions {
		param := map[string]string{}
		for name := range action.Parameters {
			require.Contains(t, values, name)
			param[name] = values[name]
		}
		said := askSplunk(t, python, url, key, splunkCall{action.Identifier, param})[0]
		require.True(t, said.Status, said.Message)
		for _, o := range action.Output {
			switch path := o.DataPath; {
			case strings.HasPrefix(path, "action_result.data.*."):
				name, _, _ := strings.Cut(strings.TrimPrefix(path, "action_result.data.*."), ".")
				require.Len(t, said.Data, 1)
				assert.Contains(t, said.Data[0], name)
			case strings.HasPrefix(path, "action_result.summary."):
				assert.Contains(t, said.Summary, strings.TrimPrefix(path, "action_result.summary."))
			}
		}
	}
}
