package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	safeLink = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fnews.contoso.example%2Fa&data=05%7C02&reserved=0"
	mailHost = "104.47.51.38" // published for Exchange Online Protection
)

// row is a click of dana from an address, 33 s after the message.
func row(address string) string {
	return fmt.Sprintf(`{"Timestamp":"2026-03-04T12:00:30Z","Url":"https://news.contoso.example/a","ActionType":"ClickAllowed","AccountUpn":"dana@contoso.example","Workload":"Email","NetworkMessageId":"5f0c2a11-93b4-4e07-1800-08de79e58de1","IPAddress":%q}`, address)
}

// jobOf returns a job with further members.
func jobOf(dataType, data, more string) string {
	text, _ := json.Marshal(data)
	return fmt.Sprintf(`{"dataType":%q,"data":%s%s}`, dataType, text, more)
}

// answered is any answer.
type answered struct {
	Success      bool
	ErrorMessage string
	Input        map[string]any
	Summary      struct{ Taxonomies []taxonomy }
	Artifacts    []artifact
	Operations   []any
	Full         map[string]any
}

func (a answered) labels() []string {
	var out []string
	for _, t := range a.Summary.Taxonomies {
		out = append(out, fmt.Sprintf("%s %s:%s=%s", t.Level, t.Namespace, t.Predicate, t.Value))
	}
	return out
}

// ask runs a job that comes on standard input.
func ask(t *testing.T, input string) (answered, int) {
	t.Helper()
	var out, errs bytes.Buffer
	status := run([]string{t.TempDir()}, strings.NewReader(input), &out, &errs)
	require.Empty(t, errs.String())
	var a answered
	require.NoError(t, json.Unmarshal(out.Bytes(), &a), out.String())
	return a, status
}

func TestReports(t *testing.T) {
	for _, c := range []struct {
		name, dataType, data string
		labels               []string
		artifact             string
	}{
		{"Safe Link", "url", safeLink, []string{"info WhoClicked:Link=safelinks"}, "https://news.contoso.example/a"},
		{"other link", "url", "https://news.contoso.example/a", []string{"info WhoClicked:Link=not rewritten"}, ""},
		{"link that tells no target", "url", "https://protect-eu.mimecast.com/s/AbC", []string{"info WhoClicked:Link=target unknown"}, ""},
		{"address of a service", "ip", mailHost, []string{"info WhoClicked:Address=Exchange Online"}, ""},
		{"other address", "ip", "203.0.113.7", []string{"info WhoClicked:Address=in no list"}, ""},
		{"a machine's click", "other", row(mailHost), []string{"safe WhoClicked:Click=automated"}, ""},
		{"nobody knows", "other", row("203.0.113.7"), []string{"info WhoClicked:Click=unknown"}, ""},
		{"several clicks", "other", "[" + row("203.0.113.7") + "," + row(mailHost) + "," + row(mailHost) + ",{\"Timestamp\":\"x\",\"Url\":\"https://a.example\",\"ActionType\":\"ClickAllowed\"}]",
			[]string{"info WhoClicked:Click=unknown", "safe WhoClicked:Click=automated (2)"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, status := ask(t, jobOf(c.dataType, c.data, ""))
			assert.Zero(t, status)
			assert.True(t, a.Success)
			assert.Equal(t, c.labels, a.labels())
			assert.NotNil(t, a.Operations)
			assert.NotNil(t, a.Artifacts)
			assert.NotEmpty(t, a.Full)
			if c.artifact == "" {
				assert.Empty(t, a.Artifacts)
				return
			}
			require.Len(t, a.Artifacts, 1)
			assert.Equal(t, "url", a.Artifacts[0].DataType)
			assert.Equal(t, c.artifact, a.Artifacts[0].Data)
		})
	}
}

// An account's own sign-in from the address shows its owner: look at what was clicked.
func TestEvidenceOfTheSameDocumentCounts(t *testing.T) {
	var rows []string
	for day := 1; day <= 25; day++ {
		rows = append(rows, fmt.Sprintf(`{"Timestamp":"2026-02-%02dT08:00:00Z","AccountUpn":"dana@contoso.example","IPAddress":"203.0.113.7","LogonType":"[\"interactiveUser\"]","ErrorCode":0,"Application":"OfficeHome","RequestId":"r%d","CorrelationId":"c"}`, day, day))
	}
	rows = append(rows, strings.Replace(row("203.0.113.7"), "12:00:30", "15:20:30", 1))
	a, status := ask(t, jobOf("other", "["+strings.Join(rows, ",")+"]", ""))
	require.Zero(t, status, a.ErrorMessage)
	require.Len(t, a.labels(), 1)
	assert.Contains(t, []string{"suspicious WhoClicked:Click=owner", "suspicious WhoClicked:Click=likely_owner"}, a.labels()[0])
}

func TestNothingIsEverMalicious(t *testing.T) {
	for class, l := range levels {
		assert.NotEqual(t, level("malicious"), l, class)
	}
	assert.Len(t, levels, len(worstFirst))
}

func TestFailures(t *testing.T) {
	for _, c := range []struct{ name, input, want string }{
		{"no type", `{"data":"x"}`, "Missing dataType field"},
		{"no data", `{"dataType":"url"}`, "Missing data field"},
		{"other type", jobOf("hash", "x", ""), "This datatype is not supported by this analyzer."},
		{"TLP", jobOf("url", safeLink, `,"tlp":3,"config":{"check_tlp":true,"max_tlp":2}`), "TLP is higher than allowed."},
		{"TLP by default", jobOf("url", safeLink, `,"config":{"check_tlp":true,"max_tlp":1}`), "TLP is higher than allowed."},
		{"limit by default", jobOf("url", safeLink, `,"tlp":3,"config":{"check_tlp":true}`), "TLP is higher than allowed."},
		{"PAP", jobOf("url", safeLink, `,"pap":3,"config":{"check_pap":true,"max_pap":2}`), "PAP is higher than allowed."},
		{"PAP by default", jobOf("url", safeLink, `,"config":{"check_pap":true,"max_pap":0}`), "PAP is higher than allowed."},
		{"no address", jobOf("ip", "localhost", ""), "Data is not an address."},
		{"no click", jobOf("other", "hello", ""), "Data holds no click"},
		{"a bad click", jobOf("other", `{"Timestamp":"x","Url":"https://a.example","ActionType":"ClickAllowed"}`, ""), "Data holds no click"},
		{"no JSON", "hello", "Input is no JSON object."},
		{"nothing", "", "Input is no JSON object."},
		{"an array", "[]", "Input is no JSON object."},
		{"wrong type", `{"dataType":"url","data":5}`, "Input has a wrong type: data is a number."},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, status := ask(t, c.input)
			assert.Equal(t, 1, status)
			assert.False(t, a.Success)
			assert.Contains(t, a.ErrorMessage, c.want)
			assert.NotNil(t, a.Input)
		})
	}
}

func TestLevelsThatAreAllowed(t *testing.T) {
	for _, more := range []string{`,"tlp":3`, `,"tlp":2,"config":{"check_tlp":true,"max_tlp":2}`, `,"tlp":3,"config":{"check_tlp":false,"max_tlp":0}`, `,"pap":1,"config":{"check_pap":true}`} {
		a, status := ask(t, jobOf("url", safeLink, more))
		assert.Zero(t, status, more)
		assert.True(t, a.Success, more)
	}
}

func TestSecretsAreRemovedBesideAnError(t *testing.T) {
	a, status := ask(t, `{"dataType":"hash","data":"x","config":{"api_key":"s1","Password":"s2","clientSecret":"s3","url":"https://relay.example","proxy":{"http_password":"s4"},"list":[{"key":5}]}}`)
	require.Equal(t, 1, status)
	assert.Equal(t, map[string]any{
		"api_key": "REMOVED", "Password": "REMOVED", "clientSecret": "REMOVED", "url": "https://relay.example",
		"proxy": map[string]any{"http_password": "REMOVED"}, "list": []any{map[string]any{"key": "REMOVED"}},
	}, a.Input["config"])
	assert.Equal(t, "x", a.Input["data"])
}

func TestJobFolder(t *testing.T) {
	for name, c := range map[string]struct {
		input  string
		status int
	}{"report": {jobOf("ip", mailHost, ""), 0}, "failure": {jobOf("hash", "x", ""), 1}} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(folder, "input"), 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(folder, "input", "input.json"), []byte(c.input), 0o600))
			var out, errs bytes.Buffer
			unread := iotest.ErrReader(errors.New("standard input was read"))
			assert.Equal(t, c.status, run([]string{folder}, unread, &out, &errs))
			assert.Empty(t, out.String()+errs.String())
			text, err := os.ReadFile(filepath.Join(folder, "output", "output.json"))
			require.NoError(t, err)
			var a answered
			require.NoError(t, json.Unmarshal(text, &a))
			assert.Equal(t, c.status == 0, a.Success)
		})
	}
}

func TestUnwritableFolder(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "input"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "input", "input.json"), []byte(jobOf("ip", mailHost, "")), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "output"), nil, 0o600)) // a file in its place
	var errs bytes.Buffer
	assert.Equal(t, 1, run([]string{folder}, strings.NewReader(""), &bytes.Buffer{}, &errs))
	assert.Contains(t, errs.String(), "cortex: ")
}

// TestDefinition keeps the definition in step with the program.
func TestDefinition(t *testing.T) {
	text, err := os.ReadFile("whoclicked.json")
	require.NoError(t, err)
	var d struct {
		Name, Version, Author, URL, License, Description, Command, BaseConfig string
		DataTypeList                                                          []string
		Config                                                                map[string]any
		ConfigurationItems                                                    []any
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&d))
	for _, s := range []string{d.Name, d.Version, d.Author, d.URL, d.License, d.Description, d.Command, d.BaseConfig} {
		assert.NotEmpty(t, s)
	}
	for _, dataType := range d.DataTypeList {
		a, _ := ask(t, jobOf(dataType, "x", ""))
		assert.NotContains(t, a.ErrorMessage, "not supported")
	}
}

// Whatever comes in, there is one JSON object, and the status says which.
func FuzzJob(f *testing.F) {
	f.Add(jobOf("other", row(mailHost), ""))
	f.Add(jobOf("url", safeLink, `,"tlp":3,"config":{"check_tlp":true,"key":null}`))
	f.Add(`{"config":[]}`)
	f.Fuzz(func(t *testing.T, input string) {
		var out, errs bytes.Buffer
		status := run([]string{"/nonexistent"}, strings.NewReader(input), &out, &errs)
		var a answered
		require.NoError(t, json.Unmarshal(out.Bytes(), &a), out.String())
		assert.Equal(t, status == 0, a.Success)
	})
}
