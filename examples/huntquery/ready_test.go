package main

import (
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
)

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
	if testing.Short() {
		t.Skip("the ranges are rounded for each query")
	}
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
	assert.Contains(t, parseContent(t, readyText(t, "rule")).Query, window, "each hour is judged once")
}

// placeholders returns the columns in a format of an alert's text.
func placeholders(format string) (columns []string) {
	for _, m := range regexp.MustCompile(`\{\{(\w+)\}\}`).FindAllStringSubmatch(format, -1) {
		columns = append(columns, m[1])
	}
	return columns
}

func TestRuleNeedsOnlyItsTables(t *testing.T) {
	if testing.Short() {
		t.Skip("the ranges are rounded for each query")
	}
	c := parseContent(t, readyText(t, "rule", "--tables", "signin"))
	require.Len(t, c.RequiredDataConnectors, 2)
	assert.Equal(t, []string{"UrlClickEvents"}, c.RequiredDataConnectors[0].DataTypes)
	assert.Equal(t, "AzureActiveDirectory", c.RequiredDataConnectors[1].ConnectorID)
	assert.Equal(t, []string{"SigninLogs", "AADNonInteractiveUserSignInLogs"}, c.RequiredDataConnectors[1].DataTypes)
}

func TestRuleOfTooManyRanges(t *testing.T) {
	if testing.Short() {
		t.Skip("the ranges are rounded for each query")
	}
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
