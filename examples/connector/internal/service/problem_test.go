package service

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// checkProblem checks the form of a problem, see RFC 9457.
func checkProblem(t testing.TB, a answer, kind string) map[string]any {
	assert.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
	p := a.decode(t)
	assert.Equal(t, "urn:whoclicked:problem:"+kind, p["type"])
	assert.EqualValues(t, a.status, p["status"])
	assert.NotEmpty(t, p["title"])
	assert.NotEmpty(t, p["instance"])
	assert.Equal(t, a.header.Get("X-Request-Id"), p["instance"])
	return p
}

func TestProblems(t *testing.T) {
	url, _ := start(t, Options{Limits: Limits{Body: 100_000, Rows: 5}})
	many := `["` + strings.Repeat(`a.example","`, itemLimit) + `b.example"]`
	tests := []struct {
		name, method, path, media, body string
		status                          int
		kind                            string
	}{
		{"no such path", "GET", "/v2/batch", "", "", 404, "not-found"},
		{"a path that is not clean", "POST", "//v1/batch", mediaJSON, "[]", 404, "not-found"},
		{"a path with a slash at its end", "POST", "/v1/batch/", mediaJSON, "[]", 404, "not-found"},
		{"dots in the path", "GET", "/v1/../v1/version", "", "", 404, "not-found"},
		{"another method", "GET", "/v1/batch", "", "", 405, "method"},
		{"another method of a GET", "POST", "/v1/version", mediaJSON, "{}", 405, "method"},
		{"a method of nobody", "BREW", "/v1/batch", "", "", 405, "method"},
		{"options", "OPTIONS", "/v1/batch", "", "", 405, "method"},

		{"a form", "POST", "/v1/batch", "application/x-www-form-urlencoded", "a=b", 415, "media-type"},
		{"no media type", "POST", "/v1/batch", "", "[]", 415, "media-type"},
		{"a broken media type", "POST", "/v1/batch", "application/json; charset", "[]", 415, "media-type"},
		{"CSV as one click", "POST", "/v1/classify", mediaCSV, "Url\n", 415, "media-type"},
		{"CSV as a stream", "POST", "/v1/stream", mediaCSV, "Url\n", 415, "media-type"},
		{"text as links", "POST", "/v1/safelinks", "text/plain", "https://a.example", 415, "media-type"},

		{"cut JSON", "POST", "/v1/batch", mediaJSON, `{"clicks":[`, 400, "bad-json"},
		{"two JSON values", "POST", "/v1/batch", mediaJSON, `{} {}`, 400, "bad-json"},
		{"nothing", "POST", "/v1/batch", mediaJSON, ``, 400, "bad-json"},
		{"null", "POST", "/v1/batch", mediaJSON, `null`, 400, "bad-json"},
		{"a number", "POST", "/v1/batch", mediaJSON, `17`, 400, "bad-json"},
		{"another document", "POST", "/v1/batch", mediaJSON, `{"name":"x"}`, 400, "bad-json"},
		{"evidence that is another document", "POST", "/v1/batch", mediaJSON, `{"clicks":[` + teamsClick + `],"evidence":[{"name":"x"}]}`, 400, "bad-json"},
		{"empty NDJSON", "POST", "/v1/batch", mediaNDJSON, "\n", 400, "bad-json"},
		{"JSON 20,000 deep", "POST", "/v1/batch", mediaJSON, strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000), 400, "bad-json"},
		{"one click: another document", "POST", "/v1/classify", mediaJSON, `{"name":"x"}`, 400, "bad-json"},
		{"links: no JSON", "POST", "/v1/safelinks", mediaJSON, `https://a.example`, 400, "bad-json"},

		{"no clicks", "POST", "/v1/batch", mediaJSON, `{"clicks":null}`, 422, "invalid"},
		{"clicks as a text", "POST", "/v1/batch", mediaJSON, `{"clicks":"[]"}`, 422, "invalid"},
		{"evidence as a text", "POST", "/v1/batch", mediaJSON, `{"clicks":[],"evidence":"[]"}`, 422, "invalid"},
		{"a window without a unit", "POST", "/v1/batch", mediaJSON, `{"clicks":[],"window":"10"}`, 422, "invalid"},
		{"a window of a year", "POST", "/v1/batch", mediaJSON, `{"clicks":[],"window":"8760h"}`, 422, "invalid"},
		{"a window as a number", "POST", "/v1/batch", mediaJSON, `{"clicks":[],"window":10}`, 422, "invalid"},
		{"a misspelt member", "POST", "/v1/batch", mediaJSON, `{"clicks":[],"evidnce":[]}`, 422, "invalid"},
		{"one click: none", "POST", "/v1/classify", mediaJSON, `[]`, 422, "invalid"},
		{"one click: two", "POST", "/v1/classify", mediaJSON, `[` + teamsClick + `,` + otherClick + `]`, 422, "invalid"},
		{"one click: a bad cell", "POST", "/v1/classify", mediaJSON, badClick, 422, "invalid"},
		{"links: none", "POST", "/v1/safelinks", mediaJSON, `{}`, 422, "invalid"},
		{"links: numbers", "POST", "/v1/safelinks", mediaJSON, `{"urls":[1]}`, 422, "invalid"},
		{"links: another member", "POST", "/v1/safelinks", mediaJSON, `{"links":["https://a.example"]}`, 422, "invalid"},
		{"addresses: a list", "POST", "/v1/ranges", mediaJSON, `["52.112.103.113"]`, 422, "invalid"},
		{"addresses: a day that there is not", "POST", "/v1/ranges", mediaJSON, `{"addresses":[],"at":"2026-02-30"}`, 422, "invalid"},

		{"a large body", "POST", "/v1/batch", mediaJSON, `"` + strings.Repeat("x", 100_000) + `"`, 413, "too-large"},
		{"one click: a large body", "POST", "/v1/classify", mediaJSON, `"` + strings.Repeat("x", clickLimit) + `"`, 413, "too-large"},
		{"many clicks", "POST", "/v1/batch", mediaJSON, `[` + strings.Repeat(teamsClick+",", 5) + teamsClick + `]`, 413, "too-large"},
		{"many bad rows", "POST", "/v1/batch", mediaJSON, `[` + teamsClick + strings.Repeat(","+badClick, 5) + `]`, 413, "too-large"},
		{"many links", "POST", "/v1/safelinks", mediaJSON, `{"urls":` + many + `}`, 413, "too-large"},
		{"many addresses", "POST", "/v1/ranges", mediaJSON, `{"addresses":` + many + `}`, 413, "too-large"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := do(t, tt.method, url+tt.path, tt.media, tt.body)
			require.Equal(t, tt.status, a.status, a.body)
			checkProblem(t, a, tt.kind)
			if tt.status == 405 {
				assert.NotEmpty(t, a.header.Get("Allow"))
			}
		})
	}
}

func TestCompressedBody(t *testing.T) {
	url, _ := start(t, Options{})
	a := do(t, "POST", url+"/v1/batch", mediaJSON, "[]", "Content-Encoding", "gzip")
	assert.Equal(t, 415, a.status)
	checkProblem(t, a, "media-type")
}

func TestPointer(t *testing.T) {
	url, _ := start(t, Options{})
	p := checkProblem(t, post(t, url+"/v1/classify", badClick), "invalid")
	assert.Equal(t, []any{map[string]any{"pointer": "#/IPAddress", "detail": `IPAddress: bad address "203.0.113.700"`}}, p["errors"])
	p = checkProblem(t, post(t, url+"/v1/batch", `{"clicks":[],"window":"soon"}`), "invalid")
	assert.Equal(t, []any{map[string]any{"pointer": "#/window", "detail": "not a time such as 10m or 24h, up to 720h"}}, p["errors"])
}

func TestLimitIsNamed(t *testing.T) {
	url, _ := start(t, Options{Limits: Limits{Body: 10}})
	p := checkProblem(t, post(t, url+"/v1/batch", `["0123456789"]`), "too-large")
	assert.EqualValues(t, 10, p["limit"])
	assert.Equal(t, 400, post(t, url+"/v1/batch", `["012345"]`).status, "at the limit")
}
