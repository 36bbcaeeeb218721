package platforms_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/trial"
)

// validate checks a document by one of Microsoft's schemas, which have comment lines.
const validate = `
import json, re, sys
import jsonschema
schema = json.loads(re.sub(r"(?m)(^|\s)//.*$", "", open(sys.argv[1], encoding="utf-8-sig").read()))
kind = jsonschema.validators.validator_for(schema)
for e in kind(schema).iter_errors(json.load(open(sys.argv[2]))):
    print("/".join(map(str, e.path)), e.message[:200])
print("checked by", kind.__name__)`

func TestMicrosoftsSchemas(t *testing.T) {
	python := trial.Python(t, "jsonschema")
	assert.Equal(t, []string{"checked by Draft7Validator"},
		script(t, python, "", "-c", validate, schema(t, "paconn-apiProperties.schema.json"), "logicapps/apiProperties.json"))

	url, _ := trial.Connector(t)
	file := filepath.Join(t.TempDir(), "apiDefinition.swagger.json")
	require.NoError(t, os.WriteFile(file, get(t, url+"/openapi2.json"), 0o600))
	assert.Equal(t, []string{"checked by Draft4Validator"},
		script(t, python, "", "-c", validate, schema(t, "apiDefinition.swagger.schema.json"), file))
}

func get(t *testing.T, url string) []byte {
	t.Helper()
	answer, err := http.Get(url)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusOK, answer.StatusCode)
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return text
}

func post(t *testing.T, url, key, body string) []byte {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-API-Key", key)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode, string(text))
	return text
}

func readJSON[T any](t *testing.T, name string) T {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return unmarshal[T](t, string(text))
}

// all returns what the group of a pattern matches in a document, each once.
func all(document any, pattern string) map[string]bool {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.Encode(document)
	found := map[string]bool{}
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text.String(), -1) {
		found[m[1]] = true
	}
	return found
}

// TestTemplates: what a template refers to is there.
func TestTemplates(t *testing.T) {
	for _, name := range []string{"logicapps/connector.json", "logicapps/playbook.json"} {
		template := readJSON[struct {
			Parameters, Variables map[string]any
			Resources             []map[string]any
			Outputs               map[string]any
		}](t, name)
		for _, r := range template.Resources {
			delete(r["properties"].(map[string]any), "definition") // a workflow has parameters of its own
		}
		used := all([]any{template.Resources, template.Variables, template.Outputs}, `parameters\('([^']*)'\)`)
		for parameter := range used {
			assert.Contains(t, template.Parameters, parameter, name)
		}
		assert.Len(t, used, len(template.Parameters), "%s has a parameter that nothing uses", name)
		for variable := range all(template.Resources, `variables\('([^']*)'\)`) {
			assert.Contains(t, template.Variables, variable, name)
		}
	}
}

func TestTheKeyIsAskedForInBothWays(t *testing.T) {
	properties := readJSON[struct {
		Properties struct{ ConnectionParameters any }
	}](t, "logicapps/apiProperties.json")
	template := readJSON[struct {
		Resources []struct {
			Properties struct{ ConnectionParameters any }
		}
	}](t, "logicapps/connector.json")
	assert.Equal(t, properties.Properties.ConnectionParameters, template.Resources[0].Properties.ConnectionParameters)
}

// action is an action of a workflow.
type action struct {
	Type     string
	RunAfter map[string][]string
	Inputs   struct {
		Method, Path string
	}
	Actions map[string]action
	Else    struct{ Actions map[string]action }
}

// flatten returns all actions by name.
func flatten(t *testing.T, in map[string]action, out map[string]action) {
	for name, a := range in {
		for before := range a.RunAfter {
			assert.Contains(t, in, before, "%s runs after an action that is not beside it", name)
		}
		out[name] = a
		flatten(t, a.Actions, out)
		flatten(t, a.Else.Actions, out)
	}
}

// TestPlaybook: the workflow refers to actions, connections and members of the answer that
// are there. Only Azure can run it.
func TestPlaybook(t *testing.T) {
	trial.Program(t, "go")
	template := readJSON[struct{ Resources []json.RawMessage }](t, "logicapps/playbook.json")
	type workflow struct {
		Properties struct {
			Definition struct {
				Parameters map[string]any
				Actions    map[string]action
			}
			Parameters map[string]struct{ Value map[string]any }
		}
	}
	text := string(template.Resources[len(template.Resources)-1])
	w := unmarshal[workflow](t, text).Properties
	document := unmarshal[any](t, text)

	actions := map[string]action{}
	flatten(t, w.Definition.Actions, actions)
	for name := range all(document, `body\('([^']*)'\)`) {
		assert.Contains(t, actions, name)
	}
	for name := range all(document, `\$connections'\)\['([^']*)'\]`) {
		assert.Contains(t, w.Parameters["$connections"].Value, name)
	}
	for name := range w.Parameters {
		assert.Contains(t, w.Definition.Parameters, name)
	}

	url, key := trial.Connector(t)
	definition := unmarshal[struct {
		Paths map[string]map[string]any
	}](t, string(get(t, url+"/openapi2.json")))
	ask := actions["Classify_clicks"].Inputs
	require.Contains(t, definition.Paths, ask.Path)
	assert.Contains(t, definition.Paths[ask.Path], ask.Method)

	// What "Run query and list results" returns goes there as it is.
	answer := unmarshal[struct {
		Answer   string
		Summary  map[string]any
		Findings []map[string]any
	}](t, string(post(t, url+ask.Path, key, `{"value":[`+scanned+","+phished+"]}")))
	for member := range all(document, `\['summary'\]\?\['([^']*)'\]`) {
		assert.Contains(t, answer.Summary, member)
	}
	require.NotEmpty(t, answer.Findings)
	for member := range all(document, `\['findings'\]\)\?\['([^']*)'\]`) {
		assert.Contains(t, answer.Findings[0], member)
	}
	assert.EqualValues(t, 2, answer.Summary["clicks"])
}
