package validators

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dlclark/regexp2"
	"github.com/go-openapi/loads"
	"github.com/go-openapi/validate"
	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const documents = "../../internal/service"

func readDocument(t testing.TB, name string) []byte {
	text, err := os.ReadFile(filepath.Join(documents, name))
	require.NoError(t, err)
	return text
}

func TestValidByGoOpenAPI(t *testing.T) {
	doc, err := loads.Spec(filepath.Join(documents, "openapi2.json"))
	require.NoError(t, err)
	assert.NoError(t, validate.Spec(doc, nil))
}

func TestValidByLibOpenAPI(t *testing.T) {
	for _, name := range []string{"openapi3.json", "openapi31.json"} {
		doc, err := libopenapi.NewDocument(readDocument(t, name))
		require.NoError(t, err, name)
		_, err = doc.BuildV3Model()
		require.NoError(t, err, name)
		v, errs := validator.NewValidator(doc)
		require.Empty(t, errs, name)
		ok, found := v.ValidateDocument()
		for _, e := range found {
			t.Error(name, e.Message, e.Reason)
		}
		assert.True(t, ok, name)
	}
}

// TestValidByMicrosoft checks the document against the schema for custom connectors.
func TestValidByMicrosoft(t *testing.T) {
	text, err := os.ReadFile("../../../../../shared/spec/schemas/apiDefinition.swagger.schema.json")
	if err != nil {
		t.Skip("the schema is not beside the project")
	}
	text = regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAll(text, nil) // it is not strict JSON
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft4)
	c.UseRegexpEngine(perlRegexp)
	require.NoError(t, c.AddResource("http://swagger.io/v2/schema.json", schema))
	compiled, err := c.Compile("http://swagger.io/v2/schema.json")
	require.NoError(t, err)

	good := string(readDocument(t, "openapi2.json"))
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(good))
	require.NoError(t, err)
	assert.NoError(t, compiled.Validate(document))

	bad := strings.Replace(good, `"x-ms-visibility": "important"`, `"x-ms-visibility": "loud"`, 1)
	document, err = jsonschema.UnmarshalJSON(strings.NewReader(bad))
	require.NoError(t, err)
	assert.Error(t, compiled.Validate(document), "the schema checks nothing")
}

// perlRegexp is a regular expression with what Go's lack: the schema looks ahead.
func perlRegexp(s string) (jsonschema.Regexp, error) {
	re, err := regexp2.Compile(s, regexp2.ECMAScript)
	return (*lookingAhead)(re), err
}

type lookingAhead regexp2.Regexp

func (re *lookingAhead) MatchString(s string) bool {
	ok, err := (*regexp2.Regexp)(re).MatchString(s)
	return err == nil && ok
}

func (re *lookingAhead) String() string { return (*regexp2.Regexp)(re).String() }
