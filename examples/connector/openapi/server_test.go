package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/connector/internal/service"
)

const (
	secret  = "secret"
	keyFile = "soar 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b" // of secret
)

func init() {
	openapi3filter.RegisterBodyDecoder("application/x-ndjson", openapi3filter.FileBodyDecoder)
}

// newService returns a service with a key, and what it logs.
func newService(t testing.TB, limits service.Limits) (*service.Service, *bytes.Buffer) {
	keys, err := service.ReadKeys(strings.NewReader(keyFile))
	require.NoError(t, err)
	var log bytes.Buffer
	s, err := service.New(service.Options{Keys: keys, Limits: limits, Log: slog.New(slog.NewJSONHandler(&log, nil))})
	require.NoError(t, err)
	return s, &log
}

// checker checks answers against a document.
type checker struct {
	doc *openapi3.T
	ops map[string]*openapi3.Operation
}

func newChecker(t testing.TB, name string) *checker {
	doc := load(t, name)
	return &checker{doc, operations(doc)}
}

// check returns what an answer has that the document has not.
func (c *checker) check(r *http.Request, status int, header http.Header, body []byte) error {
	return openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{
			Request: r,
			Route:   &routers.Route{Spec: c.doc, Path: r.URL.Path, Method: r.Method, Operation: c.ops[r.Method+" "+r.URL.Path]},
		},
		Status: status, Header: header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
}

// schemaOf returns the schema of the JSON body of an operation, or nil.
func schemaOf(op *openapi3.Operation) *openapi3.Schema {
	if op.RequestBody == nil || op.RequestBody.Value.Content["application/json"] == nil {
		return nil
	}
	return op.RequestBody.Value.Content["application/json"].Schema.Value
}

// TestExamples sends the examples of the document, and compares the answers with those of the
// document.
func TestExamples(t *testing.T) {
	s, _ := newService(t, service.Limits{})
	for _, name := range []string{"openapi3.json", "openapi31.json"} {
		c := newChecker(t, name)
		for _, route := range slices.Sorted(maps.Keys(c.ops)) {
			t.Run(name+" "+route, func(t *testing.T) {
				method, path, _ := strings.Cut(route, " ")
				var body io.Reader
				if schema := schemaOf(c.ops[route]); schema != nil && schema.Example != nil {
					text, err := json.Marshal(schema.Example)
					require.NoError(t, err)
					body = bytes.NewReader(text)
				} else if method == "POST" {
					require.Equal(t, "/v1/stream", path, "no example")
					body = strings.NewReader(`{"Url":"https://a.example"}` + "\n")
				}
				r := httptest.NewRequest(method, path, body)
				r.Header.Set("X-API-Key", secret)
				if method == "POST" {
					r.Header.Set("Content-Type", "application/json")
				}
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				require.Equal(t, 200, w.Code, w.Body.String())
				assert.NoError(t, c.check(r, w.Code, w.Header(), w.Body.Bytes()))
				content := c.ops[route].Responses.Status(200).Value.Content["application/json"]
				if content == nil || content.Example == nil {
					return
				}
				var got any
				require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
				assert.Equal(t, settle(content.Example), settle(got))
			})
		}
	}
}

// settle replaces what changes with the program and its lists.
func settle(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, x := range v {
			switch name {
			case "version", "lists", "ranges", "list":
				x = "…"
			}
			out[name] = settle(x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = settle(v[i])
		}
		return out
	}
	return v
}

// wrong are bodies whose values are not what they have to be.
var wrong = map[string]string{
	"/v1/classify":  `[]`,
	"/v1/batch":     `{"clicks":null}`,
	"/v1/safelinks": `{"urls":7}`,
	"/v1/ranges":    `{"addresses":null}`,
}

// TestStatuses produces every status of every operation, and checks the answer.
func TestStatuses(t *testing.T) {
	const limit = 100_000
	c := newChecker(t, "openapi3.json")
	for _, route := range slices.Sorted(maps.Keys(c.ops)) {
		method, path, _ := strings.Cut(route, " ")
		for _, status := range slices.Sorted(maps.Keys(c.ops[route].Responses.Map())) {
			if status == "200" {
				continue // see TestExamples
			}
			t.Run(route+" "+status, func(t *testing.T) {
				s, _ := newService(t, service.Limits{Body: limit, Requests: 1, Streams: 1})
				server := httptest.NewUnstartedServer(s)
				server.Config = s.Server()
				if status == "408" {
					server.Config.ReadTimeout = 100 * time.Millisecond
				}
				server.Start()
				defer server.Close()

				body, media, key := `{"clicks":[]}`, "application/json", secret
				var long string
				var slow io.Reader
				switch status {
				case "400":
					body = `{"clicks":`
				case "401":
					key = "wrong"
				case "408":
					reader, writer := io.Pipe()
					defer writer.Close()
					slow = reader
				case "413":
					body = `"` + strings.Repeat("x", limit) + `"`
				case "415":
					media = "text/plain"
				case "422":
					body = wrong[path]
				case "431":
					long = strings.Repeat("x", 20_000)
				case "503":
					if method == "GET" {
						s.Drain()
					} else {
						defer occupy(t, server.URL+path)()
					}
				default:
					t.Fatal("how?")
				}
				var reader io.Reader
				switch {
				case slow != nil:
					reader = slow
				case method == "POST":
					reader = strings.NewReader(body)
				}
				r, err := http.NewRequest(method, server.URL+path, reader)
				require.NoError(t, err)
				r.Header.Set("Content-Type", media)
				r.Header.Set("X-API-Key", key)
				if long != "" {
					r.Header.Set("X-Long", long)
				}
				res, err := server.Client().Do(r)
				require.NoError(t, err)
				defer res.Body.Close()
				text, err := io.ReadAll(res.Body)
				require.NoError(t, err)
				assert.Equal(t, status, res.Status[:3], string(text))
				assert.Equal(t, "application/problem+json", res.Header.Get("Content-Type"))
				assert.NoError(t, c.check(r, res.StatusCode, res.Header, text))
				if status == "503" {
					assert.Equal(t, "1", res.Header.Get("Retry-After"))
				}
			})
		}
	}
}

// occupy keeps the only place of a route occupied until the returned function is called.
func occupy(t *testing.T, url string) (release func()) {
	reader, writer := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		r, err := http.NewRequest("POST", url, reader)
		if err != nil {
			return
		}
		r.Header.Set("X-API-Key", secret)
		r.Header.Set("Content-Type", "application/json")
		if res, err := http.DefaultClient.Do(r); err == nil {
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}
	}()
	writer.Write([]byte("\n")) // returns when the client has begun to send
	require.Eventually(t, func() bool {
		r, _ := http.NewRequest("POST", url, strings.NewReader("{}"))
		r.Header.Set("X-API-Key", secret)
		r.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == 503
	}, 10*time.Second, 5*time.Millisecond)
	return func() {
		writer.Close()
		<-done
	}
}

// TestStreamLines checks the lines of a stream against the schemas of the document.
func TestStreamLines(t *testing.T) {
	s, _ := newService(t, service.Limits{})
	schemas := load(t, "openapi3.json").Components.Schemas
	r := httptest.NewRequest("POST", "/v1/stream", strings.NewReader(`{"Url":"https://a.example","IPAddress":"52.112.103.113"}`+"\nno row\n"))
	r.Header.Set("Content-Type", "application/x-ndjson")
	r.Header.Set("X-API-Key", secret)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	lines := strings.Split(strings.TrimSpace(w.Body.String()), "\n")
	require.Len(t, lines, 2)
	for i, schema := range []string{"Verdict", "RowError"} {
		var v any
		require.NoError(t, json.Unmarshal([]byte(lines[i]), &v))
		assert.NoError(t, schemas[schema].Value.VisitJSON(v))
	}
}
