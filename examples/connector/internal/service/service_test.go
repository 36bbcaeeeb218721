package service

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	teamsClick = `{"Timestamp":"2026-09-28T10:40:01Z","Url":"https://login.contoso.example/x","AccountUpn":"adele@contoso.example","IPAddress":"52.112.103.113","ActionType":"ClickAllowed","Workload":"Email"}`
	otherClick = `{"Timestamp":"2026-09-28T11:02:09Z","Url":"https://www.fabrikam.example/a?b=1&c=2","AccountUpn":"alex@contoso.example","IPAddress":"203.0.113.7","ActionType":"ClickAllowed","Workload":"Email"}`
	badClick   = `{"Timestamp":"2026-09-28T11:02:09Z","Url":"https://www.fabrikam.example/","IPAddress":"203.0.113.700"}`
)

// start returns the address of a running service.
func start(t testing.TB, o Options) (url string, s *Service) {
	s, err := New(o)
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(s)
	server.Config = s.Server()
	server.Start()
	t.Cleanup(server.Close)
	return server.URL, s
}

// answer is what a request got.
type answer struct {
	status int
	header http.Header
	body   string
}

func do(t testing.TB, method, url, media, body string, headers ...string) answer {
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	require.NoError(t, err)
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return answer{res.StatusCode, res.Header, string(text)}
}

func post(t testing.TB, url, body string) answer { return do(t, "POST", url, mediaJSON, body) }

// decodeJSON decodes the body of an answer.
func (a answer) decode(t testing.TB) (v map[string]any) {
	require.NoError(t, json.Unmarshal([]byte(a.body), &v), a.body)
	return v
}

func TestClassify(t *testing.T) {
	url, _ := start(t, Options{})
	a := post(t, url+"/v1/classify", teamsClick)
	require.Equal(t, 200, a.status, a.body)
	assert.Equal(t, mediaJSON, a.header.Get("Content-Type"))
	v := a.decode(t)
	assert.Equal(t, "likely_automated", v["class"])
	assert.Equal(t, []any{"ip.teams"}, v["reason_codes"])
	assert.Equal(t, "row", v["basis"])
	assert.NotEmpty(t, v["rules"])
	assert.NotEmpty(t, v["lists"])
}
