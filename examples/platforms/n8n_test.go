package platforms_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/trial"
)

// TestN8N checks that the workflow hangs together, and runs its expressions in Node on an
// answer of the running connector. n8n itself is not run.
func TestN8N(t *testing.T) {
	type target struct {
		Node  string
		Type  string
		Index int
	}
	workflow := readJSON[struct {
		Nodes []struct {
			Name, Type string
			Parameters map[string]any
		}
		Connections map[string]struct{ Main [][]target }
	}](t, "n8n/workflow.json")
	nodes := map[string]map[string]any{}
	for _, n := range workflow.Nodes {
		require.NotContains(t, nodes, n.Name)
		nodes[n.Name] = n.Parameters
	}
	reached := map[string]bool{"Webhook": true}
	for from, to := range workflow.Connections {
		require.Contains(t, nodes, from)
		for _, output := range to.Main {
			for _, next := range output {
				require.Contains(t, nodes, next.Node)
				reached[next.Node] = true
			}
		}
	}
	assert.Len(t, reached, len(nodes), "a node that nothing leads to")

	node := trial.Program(t, "node")
	url, key := trial.Connector(t)
	expression := func(e any) string { // of n8n: text that begins with = is one
		text, found := strings.CutPrefix(e.(string), "={{ ")
		require.True(t, found)
		return strings.TrimSuffix(text, " }}")
	}
	eval := func(e any, input string) string {
		return script(t, node, input, "-e", `const $json = JSON.parse(require("fs").readFileSync(0)); console.log(`+expression(e)+`)`)[0]
	}
	ask := nodes["Judge the clicks"]
	assert.Equal(t, "http://127.0.0.1:8700/v1/batch", ask["url"])
	condition := nodes["Machines alone?"]["conditions"].(map[string]any)["conditions"].([]any)[0].(map[string]any)["leftValue"]
	for _, c := range []struct {
		rows, alone, reply, want string
	}{
		{hunting(scanned), "true", "Close the incident", "close the incident"},
		{hunting(scanned, phished), "false", "Open a case", "open a case"},
		{hunting(scanned, badRow), "false", "Open a case", "open a case"},
		{hunting(), "false", "Open a case", "open a case"},
	} {
		body := eval(ask["jsonBody"], `{"body":`+c.rows+"}")
		answer := string(post(t, url+"/v1/batch", key, body))
		assert.Equal(t, c.alone, eval(condition, answer), c.rows)
		var reply struct{ Action, Answer string }
		require.NoError(t, json.Unmarshal([]byte(eval(nodes[c.reply]["responseBody"], answer)), &reply))
		assert.Equal(t, c.want, reply.Action)
		assert.NotEmpty(t, reply.Answer)
	}
}
