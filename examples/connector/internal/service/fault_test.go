package service

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
)

// source is a Source that fails, waits or panics.
type source func(ctx context.Context) error

func (f source) Facts(ctx context.Context, _ clickclass.Question) (clickclass.Facts, error) {
	return clickclass.Facts{}, f(ctx)
}

// TestEvidenceThatFails: the answer comes without it, says so, and calls nothing automated.
func TestEvidenceThatFails(t *testing.T) {
	url, _ := start(t, Options{Source: source(func(context.Context) error { return errors.New("data base of adele@contoso.example is down") })})
	a := post(t, url+"/v1/batch", `[`+teamsClick+`,`+otherClick+`]`)
	_, v := judged(t, a)
	for _, x := range v["verdicts"].([]any) {
		assert.NotEmpty(t, x.(map[string]any)["failed"])
		assert.NotContains(t, x.(map[string]any)["class"], "automated")
	}
	assert.Equal(t, []any{map[string]any{"row": nil, "error": map[string]any{"column": nil, "message": "some evidence could not be had: see failed of the verdicts"}}}, v["errors"])
	assert.EqualValues(t, 0, v["summary"].(map[string]any)["failed"], "no row")
	assert.NotContains(t, a.body, "data base")

	one := post(t, url+"/v1/classify", teamsClick).decode(t)
	assert.NotEmpty(t, one["failed"])
}

func TestEvidenceThatIsSlow(t *testing.T) {
	slow := source(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	url, _ := start(t, Options{Source: slow, Limits: Limits{Time: 30 * time.Millisecond}})
	a := post(t, url+"/v1/batch", `[`+teamsClick+`,`+otherClick+`]`)
	assert.Equal(t, 503, a.status)
	checkProblem(t, a, "busy")
	assert.Equal(t, "1", a.header.Get("Retry-After"))
}

// TestPanic: one request fails, with nothing of its text in the answer or the log.
func TestPanic(t *testing.T) {
	var log lockedBuffer
	url, _ := start(t, Options{Log: slog.New(slog.NewJSONHandler(&log, nil)), Source: source(func(context.Context) error { panic("adele@contoso.example") })})
	a := post(t, url+"/v1/classify", teamsClick)
	assert.Equal(t, 500, a.status)
	checkProblem(t, a, "internal")
	assert.NotContains(t, a.body, "adele")
	assert.Eventually(t, func() bool { return strings.Contains(log.String(), `"status":500`) }, time.Second, time.Millisecond)
	assert.Contains(t, log.String(), `"msg":"panic"`)
	assert.NotContains(t, log.String(), "adele")
	assert.Equal(t, 200, do(t, "GET", url+"/healthz", "", "").status)
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// TestLogHasNoInput sends the same marked text in every place of requests.
func TestLogHasNoInput(t *testing.T) {
	var log lockedBuffer
	url, _ := start(t, Options{Log: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	const mark = "mark-7f3a"
	bodies := []string{mark, `{"` + mark + `":1}`, `[{"Url":"https://` + mark + `.example","AccountUpn":"` + mark + `@contoso.example","IPAddress":"` + mark + `"}]`,
		`{"clicks":[{"Url":"https://` + mark + `.example"}],"` + mark + `":1}`, `{"urls":["https://` + mark + `.example"],"addresses":["` + mark + `"]}`}
	for _, route := range Routes() {
		method, path, _ := strings.Cut(route, " ")
		for _, body := range bodies {
			for _, media := range []string{mediaJSON, mediaNDJSON, mediaCSV, mark} {
				do(t, method, url+path+"?q="+mark, media, body, "X-API-Key", mark, "User-Agent", mark, "X-Request-Id", mark, "Content-Encoding", "")
			}
		}
	}
	do(t, "GET", url+"/"+mark, "", "")
	do(t, mark, url+"/v1/batch", "", "")
	assert.NotContains(t, log.String(), mark)
	assert.Greater(t, strings.Count(log.String(), `"msg":"request"`), 100)
}

// TestSlowBody: who does not send the body gets 408, and holds the place no longer.
func TestSlowBody(t *testing.T) {
	s, err := New(Options{Limits: Limits{Requests: 1}})
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(s)
	server.Config = s.Server()
	server.Config.ReadTimeout = 50 * time.Millisecond
	server.Start()
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	fmt.Fprint(conn, "POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n[")
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	checkProblem(t, answer{res.StatusCode, res.Header, string(text)}, "timeout")
	assert.Equal(t, 408, res.StatusCode)
	assert.Equal(t, 200, post(t, server.URL+"/v1/batch", "[]").status, "the place is free")
}

// TestCutBody: a body that ends early is no body.
func TestCutBody(t *testing.T) {
	url, s := start(t, Options{})
	for _, head := range []string{"Content-Length: 1000\r\n", "Transfer-Encoding: chunked\r\n"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		require.NoError(t, err)
		fmt.Fprintf(conn, "POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n%s\r\n10\r\n[{\"Url\":", head)
		require.NoError(t, conn.(*net.TCPConn).CloseWrite())
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		require.NoError(t, err)
		assert.Equal(t, 400, res.StatusCode)
		res.Body.Close()
		conn.Close()
	}
	assert.Eventually(t, func() bool { return s.metrics.inflight.Load() == 0 }, time.Second, time.Millisecond)
}

// TestClientThatGoes: who leaves without reading leaves nothing behind.
func TestClientThatGoes(t *testing.T) {
	url, s := start(t, Options{})
	body := "[" + strings.Repeat(teamsClick+",", 500) + teamsClick + "]"
	for range 10 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		require.NoError(t, err)
		fmt.Fprintf(conn, "POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		conn.Close()
	}
	assert.Eventually(t, func() bool { return s.metrics.inflight.Load() == 0 && len(s.requests) == 0 }, 10*time.Second, time.Millisecond)
}

func TestHeaderFlood(t *testing.T) {
	url, _ := start(t, Options{})
	tests := []struct {
		name   string
		size   int
		status int
		ours   bool // a problem; else an answer of package http
	}{
		{"within the limit", headerLimit - 1000, 200, true},
		{"beyond it", headerLimit + 1, 431, true},
		{"far beyond", 100_000, 431, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := do(t, "GET", url+"/v1/version", "", "", "X-Long", strings.Repeat("x", tt.size))
			assert.Equal(t, tt.status, a.status)
			if tt.status == 431 && tt.ours {
				p := checkProblem(t, a, "headers")
				assert.EqualValues(t, headerLimit, p["limit"])
			}
		})
	}
	t.Run("many", func(t *testing.T) {
		r, err := http.NewRequest("GET", url+"/v1/version", nil)
		require.NoError(t, err)
		for i := range 1000 {
			r.Header.Set(fmt.Sprintf("X-%d", i), "0123456789")
		}
		res, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		res.Body.Close()
		assert.Equal(t, 431, res.StatusCode)
	})
}

// TestShedding: requests beyond the limit are refused at once, and none of the others fails.
func TestShedding(t *testing.T) {
	release := make(chan struct{})
	url, s := start(t, Options{Limits: Limits{Requests: 3}, Source: source(func(context.Context) error { <-release; return nil })})
	s.working = make(chan struct{}, 3)
	answers := make(chan answer, 3)
	for range 3 {
		go func() { answers <- post(t, url+"/v1/classify", teamsClick) }()
	}
	require.Eventually(t, func() bool { return len(s.requests) == 3 }, time.Second, time.Millisecond)
	a := post(t, url+"/v1/classify", teamsClick)
	assert.Equal(t, 503, a.status)
	assert.Equal(t, "1", a.header.Get("Retry-After"))
	checkProblem(t, a, "busy")
	assert.Equal(t, 200, do(t, "GET", url+"/v1/version", "", "").status, "what costs nothing is answered")
	close(release)
	for range 3 {
		assert.Equal(t, 200, (<-answers).status)
	}
	assert.Equal(t, 200, post(t, url+"/v1/classify", teamsClick).status)
}

// TestCallersDoNotMix sends batches of several callers at a time.
func TestCallersDoNotMix(t *testing.T) {
	url, _ := start(t, Options{})
	var wg sync.WaitGroup
	for caller := range 8 {
		wg.Go(func() {
			for n := range 5 {
				own := fmt.Sprintf("t%d-%d.example", caller, n)
				body := fmt.Sprintf(`[{"Timestamp":"2026-09-28T10:00:00Z","Url":"https://%s/a","AccountUpn":"a@%[1]s","IPAddress":"203.0.113.7"},{"Timestamp":"2026-09-28T10:01:00Z","Url":"https://%[1]s/b","AccountUpn":"b@%[1]s","IPAddress":"203.0.113.7"}]`, own)
				a := post(t, url+"/v1/batch", body)
				assert.Equal(t, 200, a.status)
				assert.Equal(t, strings.Count(a.body, ".example"), strings.Count(a.body, own), "rows of somebody else")
				for _, x := range a.decode(t)["verdicts"].([]any) {
					assert.EqualValues(t, 2, x.(map[string]any)["nearby"].(map[string]any)["address_accounts"], "neighbours of somebody else")
				}
			}
		})
	}
	wg.Wait()
}

func TestWrongLimits(t *testing.T) {
	for _, l := range []Limits{{Body: -1}, {Rows: maxRows + 1}, {Time: -time.Second}, {Requests: -1}, {Streams: -1}, {Idle: -1}} {
		_, err := New(Options{Limits: l})
		assert.Error(t, err, "%+v", l)
	}
}
