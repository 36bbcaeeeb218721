package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/kql"
	"github.com/whoclicked/whoclicked/iprange"
)

var update = flag.Bool("update", false, "write the golden files anew")

// content is a rule or a hunting query in the YAML of the Azure-Sentinel repository. Its fields
// are those of the repository's Query Style Guide and of its schema tests.
type content struct {
	ID                     string
	Name                   string
	Description            string
	DescriptionDetailed    string `yaml:"description-detailed"`
	Severity, Status, Kind string
	RequiredDataConnectors []struct {
		ConnectorID string   `yaml:"connectorId"`
		DataTypes   []string `yaml:"dataTypes"`
	} `yaml:"requiredDataConnectors"`
	QueryFrequency     string `yaml:"queryFrequency"`
	QueryPeriod        string `yaml:"queryPeriod"`
	TriggerOperator    string `yaml:"triggerOperator"`
	TriggerThreshold   *int   `yaml:"triggerThreshold"`
	Tactics            []string
	RelevantTechniques []string `yaml:"relevantTechniques"`
	Query              string
	EntityMappings     []struct {
		EntityType    string `yaml:"entityType"`
		FieldMappings []struct {
			Identifier string
			ColumnName string `yaml:"columnName"`
		} `yaml:"fieldMappings"`
	} `yaml:"entityMappings"`
	EventGroupingSettings struct {
		AggregationKind string `yaml:"aggregationKind"`
	} `yaml:"eventGroupingSettings"`
	CustomDetails        map[string]string `yaml:"customDetails"`
	AlertDetailsOverride struct {
		AlertDisplayNameFormat string `yaml:"alertDisplayNameFormat"`
		AlertDescriptionFormat string `yaml:"alertDescriptionFormat"`
	} `yaml:"alertDetailsOverride"`
	Version string
}

// readyText returns what the program prints for Sentinel, or for another schema.
func readyText(t *testing.T, as string, args ...string) string {
	t.Helper()
	status, out, errs := huntquery(append([]string{"--schema", "sentinel", "--as", as}, args...)...)
	require.Zero(t, status, errs)
	return out
}

func parseContent(t *testing.T, text string) (c content) {
	t.Helper()
	d := yaml.NewDecoder(strings.NewReader(text))
	d.KnownFields(true)
	require.NoError(t, d.Decode(&c))
	return c
}

// techniques are those of MITRE ATT&CK that are named, with the tactics that they are of.
var techniques = map[string][]string{
	"T1566": {"InitialAccess"},                                                         // Phishing
	"T1204": {"Execution"},                                                             // User Execution
	"T1078": {"InitialAccess", "Persistence", "PrivilegeEscalation", "DefenseEvasion"}, // Valid Accounts
	"T1114": {"Collection"},                                                            // Email Collection
}

// identifiers are those of the entity types in the repository's schema tests.
var identifiers = map[string][]string{
	"Account": {"Name", "FullName", "UPNSuffix"}, "IP": {"Address"}, "URL": {"Url"}, "MailMessage": {"NetworkMessageId", "Recipient"},
}

func TestContent(t *testing.T) {
	ids := map[string]string{}
	for _, as := range []string{"rule", "found-later", "hunting"} {
		t.Run(as, func(t *testing.T) {
			c := parseContent(t, readyText(t, as))
			assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, c.ID)
			assert.NotContains(t, ids, c.ID, "an id of two files")
			ids[c.ID] = as
			assert.LessOrEqual(t, len(c.Name), 60)
			assert.NotRegexp(t, `\.$`, c.Name)
			assert.NotEmpty(t, c.Description)
			assert.LessOrEqual(t, len(c.Description), 5000)
			assert.Regexp(t, `^(Identifies|This query searches for) `, c.Description)
			assert.Regexp(t, `^\d+\.\d+\.\d+$`, c.Version)
			assert.Less(t, len(c.Query), 10_000)
			assert.NotRegexp(t, `(?i)search \*|union( isfuzzy=true)? \*`, c.Query)

			require.NotEmpty(t, c.RequiredDataConnectors)
			assert.Equal(t, "MicrosoftThreatProtection", c.RequiredDataConnectors[0].ConnectorID)
			assert.Equal(t, "UrlClickEvents", c.RequiredDataConnectors[0].DataTypes[0])
			require.NotEmpty(t, c.RelevantTechniques)
			for _, technique := range c.RelevantTechniques {
				require.Contains(t, techniques, technique)
				assert.True(t, slices.ContainsFunc(techniques[technique], func(tactic string) bool { return slices.Contains(c.Tactics, tactic) }), technique)
			}
			for _, tactic := range c.Tactics {
				assert.True(t, slices.ContainsFunc(c.RelevantTechniques, func(technique string) bool { return slices.Contains(techniques[technique], tactic) }), tactic)
			}
			var entities []string
			for _, e := range c.EntityMappings {
				entities = append(entities, e.EntityType)
				assert.LessOrEqual(t, len(e.FieldMappings), 3)
				for _, f := range e.FieldMappings {
					assert.Contains(t, identifiers[e.EntityType], f.Identifier)
				}
			}
			assert.Equal(t, []string{"Account", "IP", "URL", "MailMessage"}, entities)
		})
	}
}

func TestScheduledRules(t *testing.T) {
	for as, want := range map[string]struct{ severity, frequency string }{"rule": {"Medium", "1h"}, "found-later": {"High", "1d"}} {
		t.Run(as, func(t *testing.T) {
			c := parseContent(t, readyText(t, as))
			assert.Equal(t, "Scheduled", c.Kind)
			assert.Equal(t, "Available", c.Status)
			assert.Equal(t, want.severity, c.Severity)
			assert.Equal(t, want.frequency, c.QueryFrequency, "a period of two days or more needs an hour at least")
			assert.Equal(t, "14d", c.QueryPeriod, "the longest that there is")
			assert.Equal(t, "gt", c.TriggerOperator)
			require.NotNil(t, c.TriggerThreshold)
			assert.Zero(t, *c.TriggerThreshold)
			assert.Equal(t, "AlertPerResult", c.EventGroupingSettings.AggregationKind)
			assert.LessOrEqual(t, len(c.CustomDetails), 20)
			for key, column := range c.CustomDetails {
				assert.Regexp(t, `^[a-zA-Z]\w{0,19}$`, key)
				assert.Regexp(t, `^[a-zA-Z_]\w*$`, column)
			}
			name, text := placeholders(c.AlertDetailsOverride.AlertDisplayNameFormat), placeholders(c.AlertDetailsOverride.AlertDescriptionFormat)
			assert.LessOrEqual(t, len(name), 3)
			assert.LessOrEqual(t, len(text), 3)
			for _, column := range slices.Concat(name, text) {
				assert.Contains(t, []string{"ActionType", "Class", "PAutomated", "POther", "POwner", "Reasons"}, column, "no address of a person")
			}
		})
	}
	window := "let end = now() - 30m;\nlet start = end - 1h;\n"
	assert.True(t, strings.HasPrefix(parseContent(t, readyText(t, "rule")).Query, window), "each hour is judged once")
}

// placeholders returns the columns in a format of an alert's text.
func placeholders(format string) (columns []string) {
	for _, m := range regexp.MustCompile(`\{\{(\w+)\}\}`).FindAllStringSubmatch(format, -1) {
		columns = append(columns, m[1])
	}
	return columns
}

func TestRuleNeedsOnlyItsTables(t *testing.T) {
	c := parseContent(t, readyText(t, "rule", "--tables", "signin"))
	require.Len(t, c.RequiredDataConnectors, 2)
	assert.Equal(t, []string{"UrlClickEvents"}, c.RequiredDataConnectors[0].DataTypes)
	assert.Equal(t, "AzureActiveDirectory", c.RequiredDataConnectors[1].ConnectorID)
	assert.Equal(t, []string{"SigninLogs", "AADNonInteractiveUserSignInLogs"}, c.RequiredDataConnectors[1].DataTypes)
}

func TestRuleOfTooManyRanges(t *testing.T) {
	file := filepath.Join(t.TempDir(), "own.txt")
	var ranges strings.Builder
	for i := range 120 { // addresses that no prefix joins
		fmt.Fprintf(&ranges, "egress: 198.51.100.%d\n", 2*i)
	}
	require.NoError(t, os.WriteFile(file, []byte(ranges.String()), 0o600))
	status, out, errs := huntquery("--schema", "sentinel", "--as", "rule", "--ranges", file)
	assert.Equal(t, 2, status)
	assert.Empty(t, out)
	assert.Contains(t, errs, "fewer than 10000")
}

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
