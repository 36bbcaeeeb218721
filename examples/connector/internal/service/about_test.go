package service

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/iprange"
)

func TestVersion(t *testing.T) {
	url, _ := start(t, Options{})
	v := do(t, "GET", url+"/v1/version", "", "").decode(t)
	assert.Equal(t, clickclass.RulesVersion, v["rules"])
	assert.Equal(t, iprange.Default().Version(), v["lists"])
	assert.Equal(t, v["lists"], v["ranges"])
	assert.NotEmpty(t, v["version"])
}

func TestHead(t *testing.T) {
	url, _ := start(t, Options{})
	a := do(t, "HEAD", url+"/v1/version", "", "")
	assert.Equal(t, 200, a.status)
	assert.Empty(t, a.body)
}

func TestWords(t *testing.T) {
	url, _ := start(t, Options{})
	v := do(t, "GET", url+"/v1/words", "", "").decode(t)
	texts := map[string]string{}
	for _, w := range v["words"].([]any) {
		w := w.(map[string]any)
		texts[w["code"].(string)] = w["text"].(string)
	}
	for word, text := range clickclass.Words() {
		assert.Equal(t, text, texts[word], word)
	}
	assert.Len(t, v["reasons"], len(clickclass.Rules()))
}

func TestReadiness(t *testing.T) {
	url, s := start(t, Options{})
	assert.Equal(t, 200, do(t, "GET", url+"/readyz", "", "").status)
	s.Drain()
	a := do(t, "GET", url+"/readyz", "", "")
	assert.Equal(t, 503, a.status)
	checkProblem(t, a, "busy")
	assert.Equal(t, 200, do(t, "GET", url+"/healthz", "", "").status)
	assert.Equal(t, 200, post(t, url+"/v1/classify", teamsClick).status, "everything is still answered")
}

func TestMetrics(t *testing.T) {
	url, s := start(t, Options{})
	post(t, url+"/v1/batch", `[`+teamsClick+`,`+otherClick+`,`+badClick+`]`)
	do(t, "GET", url+"/"+"https://login.contoso.example", "", "")
	w := httptest.NewRecorder()
	s.Metrics().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	require.Equal(t, 200, w.Code)
	text := w.Body.String()
	for _, line := range []string{
		"# TYPE whoclicked_requests_total counter",
		`whoclicked_requests_total{route="POST /v1/batch",code="200"} 1`,
		`whoclicked_requests_total{route="other",code="404"} 1`,
		`whoclicked_request_seconds_count{route="POST /v1/batch"} 1`,
		`whoclicked_request_seconds_bucket{route="POST /v1/batch",le="+Inf"} 1`,
		`whoclicked_clicks_total{class="likely_automated"} 1`,
		`whoclicked_rows_rejected_total{reason="cell"} 1`,
		"whoclicked_inflight 0",
	} {
		assert.Contains(t, text, line+"\n")
	}
	assert.NotContains(t, text, "contoso")
	assert.Equal(t, 404, do(t, "GET", url+"/metrics", "", "").status, "on a listener of its own")
}
