package platforms_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// schemas are the schemas that the platforms publish, beside the project.
const schemas = "../../../shared/spec/schemas/"

// schema returns the path of one of them.
func schema(t *testing.T, name string) string {
	t.Helper()
	if _, err := os.Stat(schemas + name); err != nil {
		t.Skip("the schemas are not beside the project")
	}
	return schemas + name
}

// The rows of the tests: erin's mail was scanned, dana opened what was called phishing
// later, and kim signed in from where he clicked.
const (
	scanned = `{"Timestamp":"2026-03-04T12:00:00Z","Url":"https://news.contoso.example/a","ActionType":"ClickAllowed","AccountUpn":"erin@contoso.example","Workload":"Email","NetworkMessageId":"5f0c2a11-93b4-4e07-1800-08de79e58de1","IPAddress":"104.47.51.38","ReportId":"r1"}`
	phished = `{"Timestamp":"2026-03-04T12:40:30Z","Url":"https://news.contoso.example/a","ActionType":"ClickAllowed","AccountUpn":"dana@contoso.example","Workload":"Email","NetworkMessageId":"5f0c2a11-93b4-4e07-1800-08de79e58de1","IPAddress":"203.0.113.7","ThreatTypes":"Phish","ReportId":"r2"}`
	badRow  = `{"Timestamp":"yesterday","Url":"https://news.contoso.example/a","ActionType":"ClickAllowed","AccountUpn":"dana@contoso.example"}`

	safeLink = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fnews.contoso.example%2Fa&data=05%7C02&reserved=0"
)

// hunting is an answer of the hunting API.
func hunting(rows ...string) string {
	return `{"schema":[],"results":[` + strings.Join(rows, ",") + "]}"
}

// script runs a Python script on an input and returns the lines that it prints.
func script(t *testing.T, python, input string, args ...string) []string {
	t.Helper()
	command := exec.Command(python, args...)
	command.Stdin = strings.NewReader(input)
	var errs bytes.Buffer
	command.Stderr = &errs
	out, err := command.Output()
	require.NoError(t, err, errs.String())
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return string(text)
}

func unmarshal[T any](t *testing.T, text string) T {
	t.Helper()
	var v T
	require.NoError(t, json.Unmarshal([]byte(text), &v), text)
	return v
}

// TestNoReputation: who clicked says nothing about the link.
func TestNoReputation(t *testing.T) {
	for _, name := range []string{"xsoar/integration-WhoClicked.yml", "splunksoar/whoclicked_connector.py"} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.NotContains(t, string(text), "Common.DBotScore", name)
		assert.NotContains(t, string(text), "malicious", name)
	}
}
