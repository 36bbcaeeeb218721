package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/kql"
	"github.com/whoclicked/whoclicked/iprange"
)

var update = flag.Bool("update", false, "write the golden files anew")

// savedFunction is the part of the template that Azure deploys.
type savedFunction struct {
	Type, APIVersion, Name, Etag string
	Properties                   struct {
		Category, DisplayName, FunctionAlias, FunctionParameters, Query string
		Version                                                         int
	}
}

func parseFunction(t *testing.T, text string) savedFunction {
	t.Helper()
	var template struct {
		Schema         string `json:"$schema"`
		ContentVersion string
		Parameters     map[string]struct{ Type string }
		Resources      []savedFunction
	}
	require.NoError(t, json.Unmarshal([]byte(text), &template))
	assert.Equal(t, "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", template.Schema)
	assert.Equal(t, "string", template.Parameters["workspace"].Type)
	require.Len(t, template.Resources, 1)
	return template.Resources[0]
}

func TestFunctionForSentinel(t *testing.T) {
	if testing.Short() {
		t.Skip("the ranges are rounded for each query")
	}
	f := parseFunction(t, readyText(t, "function", "--since", "3d"))
	assert.Equal(t, "Microsoft.OperationalInsights/workspaces/savedSearches", f.Type)
	assert.Equal(t, "2020-08-01", f.APIVersion)
	assert.Equal(t, "*", f.Etag, "an older one is replaced")
	assert.Equal(t, "WhoClicked", f.Properties.FunctionAlias)
	assert.Equal(t, "since:timespan=3d", f.Properties.FunctionParameters)
	assert.False(t, strings.HasPrefix(f.Properties.Query, "["), "a string that begins so is an expression")
	assert.LessOrEqual(t, len(f.Properties.Query), maxLiteral)

	want, err := kql.Query(kql.Options{Schema: kql.Sentinel})
	require.NoError(t, err)
	want = strings.Replace(want, "\nlet start = end - 7d;\n", "\nlet start = end - min_of(since, 30d);\n", 1)
	assert.True(t, strings.TrimSpace(want) == f.Properties.Query, "only the line of start is another")
}

func TestFunctionIsTooLong(t *testing.T) {
	_, err := functionBody(strings.Repeat("x", maxLiteral), kql.Sentinel)
	require.NoError(t, err)
	_, err = functionBody(strings.Repeat("x", maxLiteral+1), kql.Sentinel)
	assert.ErrorContains(t, err, "take --form lists")
	_, err = functionBody(strings.Repeat("x", maxLiteral+1), kql.ADX)
	assert.NoError(t, err)
}

// tile is an item of a workbook.
type tile struct {
	Type    int
	Content struct {
		Version, Query, Title, ResourceType, Visualization string
		QueryType                                          int
		TimeContext                                        struct{ DurationMs int64 }
	}
}

func parseWorkbook(t *testing.T, text string) []tile {
	t.Helper()
	var workbook struct {
		Version string
		Items   []tile
	}
	require.NoError(t, json.Unmarshal([]byte(text), &workbook))
	assert.Equal(t, "Notebook/1.0", workbook.Version)
	return workbook.Items
}

func TestWorkbook(t *testing.T) {
	items := parseWorkbook(t, readyText(t, "workbook", "--since", "30d"))
	require.Len(t, items, 2)
	for i, visualization := range []string{"barchart", "table"} {
		c := items[i].Content
		assert.Equal(t, 3, items[i].Type)
		assert.Equal(t, "KqlItem/1.0", c.Version)
		assert.Equal(t, "microsoft.operationalinsights/workspaces", c.ResourceType)
		assert.Equal(t, visualization, c.Visualization)
		assert.True(t, strings.HasPrefix(c.Query, "WhoClicked(30d)\n"))
		const day = 24 * 60 * 60 * 1000
		assert.GreaterOrEqual(t, c.TimeContext.DurationMs, int64(60*day), "the sign-ins of 30 days before the clicks of 30 days are seen")
	}
}

// TestGolden compares with testdata. A long query is left out, and the dates of lists.
func TestGolden(t *testing.T) {
	if testing.Short() {
		t.Skip("the ranges are rounded for each query")
	}
	for name, args := range map[string][]string{
		"rule.yaml": {"--as", "rule"}, "found-later.yaml": {"--as", "found-later"}, "hunting.yaml": {"--as", "hunting"},
		"workbook.json": {"--as", "workbook"}, "function-sentinel.json": {"--as", "function"},
		"function-adx.kql": {"--as", "function", "--schema", "adx"}, "function-defender.kql": {"--as", "function", "--schema", "defender"},
	} {
		t.Run(name, func(t *testing.T) {
			text := readyText(t, args[1], args[2:]...)
			switch query := longQuery(t, name, text); filepath.Ext(name) {
			case ".yaml":
				text = strings.Replace(text, indent(query), "  (the query)", 1)
			case ".json":
				quoted, err := jsonText(query)
				require.NoError(t, err)
				text = strings.Replace(text, quoted, `"(the query)"`, 1)
			default:
				text = strings.Replace(text, query, "(the query)", 1)
			}
			text = strings.ReplaceAll(text, "address lists "+iprange.Default().Version(), "address lists (date)")
			text = strings.ReplaceAll(text, "rules version "+clickclass.RulesVersion+",", "rules version (number),")
			assert.Less(t, len(text), 8000)
			file := filepath.Join("testdata", name)
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
				return
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(want), text)
		})
	}
}

// longQuery returns the long query in a text, and something that no text has if there is none.
func longQuery(t *testing.T, name, text string) string {
	switch name {
	case "rule.yaml":
		return parseContent(t, text).Query
	case "function-sentinel.json":
		return parseFunction(t, text).Properties.Query
	case "function-adx.kql":
		_, text, _ = strings.Cut(text, "{\n")
		return strings.TrimSuffix(text, "\n}\n")
	case "function-defender.kql":
		_, text, _ = strings.Cut(text, "\n\n")
		return strings.TrimSuffix(text, "\n")
	}
	return "\x00"
}

// TestTemplatesAreUsed: a file in ready/ that nothing prints is dead.
func TestTemplatesAreUsed(t *testing.T) {
	files, err := readyFiles.ReadDir("ready")
	require.NoError(t, err)
	var names []string
	for _, f := range files {
		text, err := readyFiles.ReadFile("ready/" + f.Name())
		require.NoError(t, err)
		assert.False(t, bytes.Contains(text, []byte("\t")), "YAML has no tabs: %s", f.Name())
		names = append(names, f.Name())
	}
	assert.ElementsMatch(t, []string{"parts.yaml", "rule.yaml", "found-later.yaml", "hunting.yaml", "workbook.json",
		"function-sentinel.json", "function-adx.kql", "function-defender.kql"}, names)
}
