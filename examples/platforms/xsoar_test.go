package platforms_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/trial"
)

const integration = "xsoar/integration-WhoClicked.yml"

func TestXSOARSchema(t *testing.T) {
	python := trial.Python(t, "pykwalify.core")
	const check = `
import logging, sys
from pykwalify.core import Core
logging.disable(logging.CRITICAL)
core = Core(source_file=sys.argv[1], schema_files=[sys.argv[2]])
core.validate(raise_exception=False)
print("errors:", core.errors)`
	assert.Equal(t, []string{"errors: []"}, script(t, python, "", "-c", check, integration, schema(t, "demisto-integration.yml")))
}

// xsoarSaid is what a command returned.
type xsoarSaid struct {
	Error   string
	Results []any
}

// outputs returns the outputs under a prefix.
func (s xsoarSaid) outputs(t *testing.T, prefix string) any {
	t.Helper()
	for _, r := range s.Results {
		if r := r.(map[string]any); r["outputs_prefix"] == prefix {
			return r["outputs"]
		}
	}
	require.Fail(t, "no "+prefix)
	return nil
}

func TestXSOARCommands(t *testing.T) {
	python := trial.Python(t, "yaml")
	url, key := trial.Connector(t)
	type call struct {
		Command string         `json:"command"`
		Args    map[string]any `json:"args"`
	}
	ask := func(key string, calls ...call) []xsoarSaid {
		t.Helper()
		job := map[string]any{"file": integration, "calls": calls,
			"params": map[string]any{"url": url + "/", "credentials": map[string]string{"password": key}}}
		var out []xsoarSaid
		for _, line := range script(t, python, marshal(t, job), "xsoar/platform_stub.py") {
			out = append(out, unmarshal[xsoarSaid](t, line))
		}
		require.Len(t, out, len(calls))
		return out
	}
	document := hunting(scanned, phished)
	said := ask(key,
		call{"test-module", map[string]any{}},
		call{"whoclicked-classify", map[string]any{"clicks": document}},
		call{"whoclicked-classify", map[string]any{"clicks": unmarshal[any](t, document)}},
		call{"whoclicked-classify", map[string]any{"clicks": "words"}},
		call{"whoclicked-unwrap", map[string]any{"url": safeLink}},
		call{"whoclicked-whereis", map[string]any{"ip": "104.47.51.38, 203.0.113.7"}},
	)
	assert.Equal(t, []any{"ok"}, said[0].Results)
	for _, s := range said[1:3] {
		require.Empty(t, s.Error)
		summary := s.outputs(t, "WhoClicked.Summary").(map[string]any)
		assert.EqualValues(t, 2, summary["Clicks"])
		assert.EqualValues(t, 1, summary["MachineSide"])
		assert.EqualValues(t, 1, summary["DangerousOpened"])
		clicks := s.outputs(t, "WhoClicked.Click").([]any)
		require.Len(t, clicks, 2)
		first := clicks[0].(map[string]any)
		assert.Equal(t, "automated", first["Class"])
		assert.Equal(t, "r1", first["ReportId"])
		assert.Contains(t, first["Reasons"], "Exchange Online")
	}
	assert.Contains(t, said[3].Error, "WhoClicked: ")
	link := said[4].outputs(t, "WhoClicked.Link").([]any)[0].(map[string]any)
	assert.Equal(t, "https://news.contoso.example/a", link["Original"])
	addresses := said[5].outputs(t, "WhoClicked.Address").([]any)
	require.Len(t, addresses, 2)
	assert.Equal(t, "Exchange Online", addresses[0].(map[string]any)["Service"])
	assert.Equal(t, false, addresses[1].(map[string]any)["Match"])

	said = ask("wrong", call{"test-module", map[string]any{}})
	assert.Contains(t, said[0].Error, "401")
}

// TestXSOAROutputs: whatever the file declares comes.
func TestXSOAROutputs(t *testing.T) {
	python := trial.Python(t, "yaml")
	url, key := trial.Connector(t)
	const list = `
import json, sys, yaml
for c in yaml.safe_load(open(sys.argv[1]))["script"]["commands"]:
    print(json.dumps({"command": c["name"], "outputs": [o["contextPath"] for o in c["outputs"]]}))`
	args := map[string]map[string]any{
		"whoclicked-classify": {"clicks": hunting(scanned)}, "whoclicked-unwrap": {"url": safeLink}, "whoclicked-whereis": {"ip": "203.0.113.7"},
	}
	for _, line := range script(t, python, "", "-c", list, integration) {
		declared := unmarshal[struct {
			Command string
			Outputs []string
		}](t, line)
		job := map[string]any{"file": integration, "params": map[string]any{"url": url, "credentials": map[string]string{"password": key}},
			"calls": []any{map[string]any{"command": declared.Command, "args": args[declared.Command]}}}
		said := unmarshal[xsoarSaid](t, script(t, python, marshal(t, job), "xsoar/platform_stub.py")[0])
		var come []string
		for _, r := range said.Results {
			r := r.(map[string]any)
			one := r["outputs"]
			if list, ok := one.([]any); ok {
				one = list[0]
			}
			for name := range one.(map[string]any) {
				come = append(come, r["outputs_prefix"].(string)+"."+name)
			}
		}
		for _, path := range declared.Outputs {
			assert.Contains(t, come, path)
		}
	}
}
