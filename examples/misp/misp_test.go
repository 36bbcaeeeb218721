package misp_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/trial"
)

// server calls the module as the server of misp-modules does: it loads the file, asks what
// it takes, and gives each request as text.
const server = `
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("whoclicked", "expansion/whoclicked.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(json.dumps({"name": "whoclicked", "type": "expansion", "mispattributes": module.introspection(), "meta": module.version()}))
for line in sys.stdin.buffer:
    print(json.dumps(module.handler(q=line)))
`

const safeLink = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fnews.contoso.example%2Fa&data=05%7C02&reserved=0"

func request(t *testing.T, kind, value, url, key string) string {
	text, err := json.Marshal(map[string]any{"module": "whoclicked", kind: value, "config": map[string]string{"url": url, "apikey": key}})
	require.NoError(t, err)
	return string(text)
}

func TestModule(t *testing.T) {
	python := trial.Python(t)
	url, key := trial.Connector(t)
	cases := []struct{ name, request, want string }{
		{"Safe Link", request(t, "url", safeLink, url, key), `{"results":[{"types":["url"],"values":["https://news.contoso.example/a"]}]}`},
		{"address with a slash", request(t, "link", safeLink, url+"/", key), `{"results":[{"types":["url"],"values":["https://news.contoso.example/a"]}]}`},
		{"other link", request(t, "url", "https://news.contoso.example/a", url, key), `{"results":[]}`},
		{"address of a service", request(t, "ip-src", "104.47.51.38", url, key), `{"results":[{"types":["text"],"values":["published address: Exchange Online"]}]}`},
		{"other address", request(t, "ip-dst", "203.0.113.7", url, key), `{"results":[]}`},
		{"no address", request(t, "ip-dst", "localhost", url, key), `{"results":[]}`},
		{"wrong key", request(t, "url", safeLink, url, "wrong"), `{"error":"WhoClicked: the connector answered 401"}`},
		{"nobody there", request(t, "url", safeLink, "http://127.0.0.1:1", key), `{"error":"WhoClicked: the connector does not answer"}`},
		{"nothing asked", `{"module":"whoclicked"}`, `{"error":"WhoClicked: no link and no address"}`},
	}
	var input []string
	for _, c := range cases {
		input = append(input, c.request)
	}
	command := exec.Command(python, "-c", server)
	command.Stdin = strings.NewReader(strings.Join(input, "\n"))
	out, err := command.Output()
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Len(t, lines, len(cases)+1)
	var module struct {
		MISPAttributes struct{ Input, Output []string } `json:"mispattributes"`
		Meta           struct {
			Version, Author, Description string
			Types                        []string `json:"module-type"`
			Config                       []string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &module))
	assert.Contains(t, module.MISPAttributes.Input, "url")
	assert.Contains(t, module.Meta.Types, "hover")
	assert.Equal(t, []string{"url", "apikey"}, module.Meta.Config)
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) { assert.JSONEq(t, c.want, lines[i+1]) })
	}
}
