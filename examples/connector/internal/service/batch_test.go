package service

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The owner of alex opened a link from the mail client.
const (
	alexClick  = `{"Timestamp":"2026-09-28T10:42:30Z","Url":"https://login.fabrikam.example/a","AccountUpn":"alex@contoso.example","IPAddress":"203.0.113.7","ActionType":"ClickAllowed","Workload":"Email","ThreatTypes":"Phish"}`
	alexLaunch = `{"Timestamp":"2026-09-28T10:42:29Z","ActionType":"BrowserLaunchedToOpenUrl","RemoteUrl":"https://login.fabrikam.example/a","DeviceName":"pc-7","InitiatingProcessAccountUpn":"alex@contoso.example","InitiatingProcessFileName":"outlook.exe"}`
)

func judged(t testing.TB, a answer) (classes []string, v map[string]any) {
	require.Equal(t, 200, a.status, a.body)
	v = a.decode(t)
	for _, x := range v["verdicts"].([]any) {
		classes = append(classes, x.(map[string]any)["class"].(string))
	}
	return classes, v
}

// TestBatchForms sends the same click in every form, as platforms have it.
func TestBatchForms(t *testing.T) {
	url, _ := start(t, Options{})
	csv := "Timestamp,Url,AccountUpn,IPAddress,ActionType,Workload\n2026-09-28T10:40:01Z,https://login.contoso.example/x,adele@contoso.example,52.112.103.113,ClickAllowed,Email\n"
	columns := `[{"name":"TimeGenerated","type":"datetime"},{"name":"Url","type":"string"},{"name":"AccountUpn","type":"string"},{"name":"IPAddress","type":"string"},{"name":"ActionType","type":"string"},{"name":"Workload","type":"string"}]`
	cells := `["2026-09-28T10:40:01Z","https://login.contoso.example/x","adele@contoso.example","52.112.103.113","ClickAllowed","Email"]`
	tests := []struct{ name, media, body string }{
		{"a row", mediaJSON, teamsClick},
		{"rows", mediaJSON, "[" + teamsClick + "]"},
		{"clicks", mediaJSON, `{"clicks":[` + teamsClick + `]}`},
		{"Graph", mediaJSON, `{"@odata.context":"x","schema":[{"name":"Timestamp","type":"DateTime"}],"results":[` + teamsClick + `]}`},
		{"Defender", mediaJSON, `{"Stats":{"ExecutionTime":1},"Schema":[{"Name":"Timestamp","Type":"DateTime"}],"Results":[` + teamsClick + `]}`},
		{"Log Analytics", mediaJSON, `{"tables":[{"name":"PrimaryResult","columns":` + columns + `,"rows":[` + cells + `]}]}`},
		{"Streaming API", mediaJSON, `{"records":[{"time":"2026-09-28T10:41:00Z","category":"AdvancedHunting-UrlClickEvents","properties":` + teamsClick + `}]}`},
		{"a document as the clicks", mediaJSON, `{"clicks":{"results":[` + teamsClick + `]}}`},
		{"NDJSON", mediaNDJSON, teamsClick + "\n"},
		{"CSV", mediaCSV, csv},
		{"CSV with a charset", "text/csv; charset=utf-8", csv},
		{"a byte order mark", mediaJSON, "\ufeff[" + teamsClick + "]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			classes, v := judged(t, do(t, "POST", url+"/v1/batch", tt.media, tt.body))
			assert.Equal(t, []string{"likely_automated"}, classes)
			first := v["verdicts"].([]any)[0].(map[string]any)
			assert.EqualValues(t, 1, first["row"])
			assert.Nil(t, first["file"])
			assert.Equal(t, "adele@contoso.example", first["account"])
			assert.Equal(t, map[string]any{"UrlClickEvents": 1.0}, v["tables"])
			assert.Empty(t, v["errors"])
		})
	}
}

// TestBatchOfNothing is what a playbook sends if the query found nothing.
func TestBatchOfNothing(t *testing.T) {
	url, _ := start(t, Options{})
	for _, body := range []string{`[]`, `{"clicks":[]}`, `{"results":[]}`, `{"Results":[],"Schema":[]}`, `{"clicks":[],"evidence":null,"window":null}`,
		`{"tables":[{"name":"PrimaryResult","columns":[{"name":"Url","type":"string"}],"rows":[]}]}`, `{"clicks":{"results":[]},"evidence":[{"results":[]}]}`} {
		classes, v := judged(t, post(t, url+"/v1/batch", body))
		assert.Empty(t, classes, body)
		assert.Equal(t, "No clicks.", v["answer"], body)
		for _, list := range []string{"verdicts", "findings", "errors", "warnings"} {
			assert.Equal(t, []any{}, v[list], "%s of %s", list, body)
		}
		for name, n := range v["summary"].(map[string]any) {
			assert.Zero(t, n, name)
		}
	}
}

// TestEvidenceCountsWhereverItStands puts the evidence before, after and beside the click.
func TestEvidenceCountsWhereverItStands(t *testing.T) {
	url, _ := start(t, Options{})
	tests := []struct{ name, media, body string }{
		{"after the clicks", mediaJSON, `[` + alexClick + `,` + alexLaunch + `]`},
		{"before the clicks", mediaJSON, `[` + alexLaunch + `,` + alexClick + `]`},
		{"apart, as rows", mediaJSON, `{"clicks":[` + alexClick + `],"evidence":[` + alexLaunch + `]}`},
		{"apart, before the clicks", mediaJSON, `{"evidence":[` + alexLaunch + `],"clicks":[` + alexClick + `]}`},
		{"apart, as a document", mediaJSON, `{"clicks":[` + alexClick + `],"evidence":{"results":[` + alexLaunch + `]}}`},
		{"apart, as documents", mediaJSON, `{"clicks":[` + alexClick + `],"evidence":[{"results":[]},{"Results":[` + alexLaunch + `]}]}`},
		{"apart, as rows of rows", mediaJSON, `{"clicks":[` + alexClick + `],"evidence":[[` + alexLaunch + `]]}`},
		{"documents", mediaJSON, `[{"results":[` + alexClick + `]},{"results":[` + alexLaunch + `]}]`},
		{"lines of documents", mediaNDJSON, `{"results":[` + alexLaunch + `]}` + "\n" + `{"results":[` + alexClick + `]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			classes, v := judged(t, do(t, "POST", url+"/v1/batch", tt.media, tt.body))
			assert.Equal(t, []string{"owner"}, classes)
			assert.EqualValues(t, 1, v["tables"].(map[string]any)["DeviceEvents"])
		})
	}
	classes, _ := judged(t, post(t, url+"/v1/batch", `[`+alexClick+`]`))
	assert.Equal(t, []string{"unknown"}, classes, "without it")
}

// TestNoEvidenceOfOtherRequests sends evidence in one request and the click in the next.
func TestNoEvidenceOfOtherRequests(t *testing.T) {
	url, _ := start(t, Options{})
	judged(t, post(t, url+"/v1/batch", `[`+alexClick+`,`+alexLaunch+`]`))
	classes, v := judged(t, post(t, url+"/v1/batch", `[`+alexClick+`]`))
	assert.Equal(t, []string{"unknown"}, classes)
	assert.NotContains(t, v["verdicts"].([]any)[0].(map[string]any)["flags"], "duplicate")
}

func TestBatchSummary(t *testing.T) {
	url, _ := start(t, Options{})
	a := post(t, url+"/v1/batch", `{"clicks":[`+strings.Join([]string{teamsClick, alexClick, badClick, otherClick}, ",")+`],"evidence":[`+alexLaunch+`]}`)
	classes, v := judged(t, a)
	assert.Equal(t, []string{"likely_automated", "owner", "unknown"}, classes)
	assert.Equal(t, map[string]any{
		"clicks": 3.0, "automated": 0.0, "likely_automated": 1.0, "unknown": 1.0, "not_owner": 0.0, "likely_owner": 0.0, "owner": 1.0,
		"owner_side": 1.0, "machine_side": 1.0, "dangerous_opened": 1.0, "failed": 1.0,
	}, v["summary"])
	assert.Equal(t, []any{map[string]any{"row": 3.0, "error": map[string]any{"column": "IPAddress", "message": `bad address "203.0.113.700"`}}}, v["errors"])
	assert.Contains(t, v["answer"], "alex@contoso.example")
	kinds := []any{}
	for _, f := range v["findings"].([]any) {
		kinds = append(kinds, f.(map[string]any)["kind"])
	}
	assert.Equal(t, []any{"opened_dangerous", "machines"}, kinds)
	for _, x := range v["verdicts"].([]any) {
		assert.NotContains(t, x, "rules", "the batch says it once")
		assert.NotContains(t, x, "lists", "the batch says it once")
	}
	assert.NotEmpty(t, v["rules"])
	assert.NotEmpty(t, v["lists"])
	assert.Contains(t, a.body, "a?b=1&c=2", "no escapes for HTML")
}

// TestRowsAreTheirPlaces: the rows of the verdicts and errors are the places in the body.
func TestRowsAreTheirPlaces(t *testing.T) {
	url, _ := start(t, Options{})
	_, v := judged(t, post(t, url+"/v1/batch", `{"clicks":[`+badClick+`,`+teamsClick+`],"evidence":[`+alexLaunch+`,{"Timestamp":"never","ActionType":"BrowserLaunchedToOpenUrl","RemoteUrl":"https://a.example","DeviceName":"pc-7","InitiatingProcessAccountUpn":"alex@contoso.example"}]}`))
	assert.EqualValues(t, 2, v["verdicts"].([]any)[0].(map[string]any)["row"])
	errors := v["errors"].([]any)
	require.Len(t, errors, 2)
	assert.EqualValues(t, 1, errors[0].(map[string]any)["row"])
	assert.Nil(t, errors[1].(map[string]any)["row"], "of the evidence")
	assert.Contains(t, errors[1].(map[string]any)["error"].(map[string]any)["message"], "evidence, row 2: ")
}

// TestTextThatLooksLikeVersions: what a batch leaves out of its verdicts is never text of a row.
func TestTextThatLooksLikeVersions(t *testing.T) {
	url, s := start(t, Options{})
	account := strings.ReplaceAll(string(s.version.members()), `"`, `\"`)
	_, v := judged(t, post(t, url+"/v1/batch", `[{"Url":"https://a.example","IPAddress":"203.0.113.7","AccountUpn":"`+account+`"}]`))
	assert.Equal(t, string(s.version.members()), v["verdicts"].([]any)[0].(map[string]any)["account"])
	assert.NotContains(t, v["verdicts"].([]any)[0], "lists")
}

// TestWindow: clicks further apart than the window are no neighbours.
func TestWindow(t *testing.T) {
	url, _ := start(t, Options{})
	clicks := `{"Timestamp":"2026-09-28T10:00:00Z","Url":"https://a.example/1","AccountUpn":"a@contoso.example","IPAddress":"203.0.113.7"},` +
		`{"Timestamp":"2026-09-28T11:00:00Z","Url":"https://a.example/2","AccountUpn":"b@contoso.example","IPAddress":"203.0.113.7"}`
	at := func(v map[string]any) any {
		return v["verdicts"].([]any)[0].(map[string]any)["nearby"].(map[string]any)["address_accounts"]
	}
	_, v := judged(t, post(t, url+"/v1/batch", `{"clicks":[`+clicks+`]}`))
	assert.EqualValues(t, 2, at(v))
	_, v = judged(t, post(t, url+"/v1/batch", `{"clicks":[`+clicks+`],"window":"10m"}`))
	assert.EqualValues(t, 1, at(v))
}
