package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/connector/internal/service"
	"github.com/whoclicked/whoclicked/iprange"
)

const documents = "../internal/service"

func readDocument(t testing.TB, name string) []byte {
	text, err := os.ReadFile(filepath.Join(documents, name))
	require.NoError(t, err)
	return text
}

// load reads a document in version 3.
func load(t testing.TB, name string) *openapi3.T {
	doc, err := openapi3.NewLoader().LoadFromData(readDocument(t, name))
	require.NoError(t, err)
	return doc
}

func TestDerived(t *testing.T) {
	v30, v31, err := derive(readDocument(t, "openapi2.json"))
	require.NoError(t, err)
	assert.Equal(t, string(readDocument(t, "openapi3.json")), string(v30), "run go generate ./examples/connector/...")
	assert.Equal(t, string(readDocument(t, "openapi31.json")), string(v31), "run go generate ./examples/connector/...")
}

// TestSize keeps the document below what Power Platform takes.
func TestSize(t *testing.T) {
	assert.Less(t, len(readDocument(t, "openapi2.json")), 1_000_000)
}

func TestValidByKinOpenAPI(t *testing.T) {
	for _, name := range []string{"openapi3.json", "openapi31.json"} {
		assert.NoError(t, load(t, name).Validate(context.Background(), openapi3.EnableExamplesValidation()), name)
	}
}

// operations returns the operations of a document by their routes.
func operations(doc *openapi3.T) map[string]*openapi3.Operation {
	ops := map[string]*openapi3.Operation{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			ops[method+" "+path] = op
		}
	}
	return ops
}

// TestRoutes compares the routes of the document with those of the server.
func TestRoutes(t *testing.T) {
	for _, name := range []string{"openapi3.json", "openapi31.json"} {
		var documented []string
		ids := map[string]bool{}
		for route, op := range operations(load(t, name)) {
			documented = append(documented, route)
			assert.False(t, ids[op.OperationID], op.OperationID)
			ids[op.OperationID] = true
		}
		assert.ElementsMatch(t, service.Routes(), documented, name)
	}
}

// TestPowerPlatform checks what the designer shows, see the guidelines for custom connectors.
func TestPowerPlatform(t *testing.T) {
	var doc struct {
		SecurityDefinitions map[string]any
		Paths               map[string]map[string]struct {
			OperationId, Summary, Description string
		}
		Definitions map[string]struct {
			Properties map[string]map[string]any
		}
	}
	require.NoError(t, json.Unmarshal(readDocument(t, "openapi2.json"), &doc))
	assert.Len(t, doc.SecurityDefinitions, 1, "the top one would be taken")
	for path, methods := range doc.Paths {
		for _, op := range methods {
			assert.Regexp(t, `^[A-Z][A-Za-z0-9]+$`, op.OperationId, path)
			assert.NotEmpty(t, op.Summary, path)
			assert.NotEmpty(t, op.Description, path)
		}
	}
	for name, d := range doc.Definitions {
		for property, schema := range d.Properties {
			if schema["$ref"] == nil && name != "RowError" {
				assert.NotEmpty(t, schema["x-ms-summary"], "%s.%s", name, property)
				assert.NotEmpty(t, schema["description"], "%s.%s", name, property)
			}
		}
	}
}

// TestWords compares the words that the document lists with those of the packages.
func TestWords(t *testing.T) {
	schemas := load(t, "openapi3.json").Components.Schemas
	listed := func(schema, property string) (words []string) {
		s := schemas[schema].Value.Properties[property].Value
		if s.Items != nil {
			s = s.Items.Value
		}
		for _, w := range s.Enum {
			words = append(words, w.(string))
		}
		return words
	}
	var classes, bases, layers, people []string
	for c := clickclass.ClassUnknown; c <= clickclass.ClassOwner; c++ {
		classes = append(classes, c.String())
	}
	for b := clickclass.BasisRow; b <= clickclass.BasisDevice; b++ {
		bases = append(bases, b.String())
	}
	for l := iprange.LayerNone; l <= iprange.LayerMicrosoft; l++ {
		layers = append(layers, l.String())
	}
	for p := iprange.PeoplePossible; p <= iprange.PeopleYes; p++ {
		people = append(people, p.String())
	}
	evidence := strings.Split((clickclass.EvidenceMail | clickclass.EvidenceSignIn | clickclass.EvidenceDevice |
		clickclass.EvidenceAudit | clickclass.EvidenceNetwork | clickclass.EvidenceChat).String(), ",")
	assert.Equal(t, classes, listed("Verdict", "class"))
	assert.Equal(t, classes, listed("Event", "class"))
	assert.Equal(t, bases, listed("Verdict", "basis"))
	assert.Equal(t, layers, listed("Origin", "layer"))
	assert.Equal(t, people, listed("Origin", "people"))
	assert.Equal(t, layers, listed("Range", "layer"))
	assert.Equal(t, people, listed("Range", "people"))
	assert.Equal(t, evidence, listed("Verdict", "missing"))
	assert.Equal(t, evidence, listed("Verdict", "failed"))
	for _, c := range classes {
		assert.True(t, slices.Contains(schemas["Summary"].Value.Required, c), c)
	}
}
