package main

import (
	"encoding/json"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/whoclicked/whoclicked/examples/connector/internal/service"
)

// mark is in every text that is sent, and must never be in the log.
const mark = "mark-7f3a"

// choices makes decisions out of the bytes of a fuzzer. Without bytes it takes the first of all.
type choices struct{ data []byte }

func (c *choices) of(n int) int {
	if len(c.data) == 0 {
		return 0
	}
	b := int(c.data[0])
	c.data = c.data[1:]
	return b % n
}

var texts = []string{
	"https://" + mark + ".example/a?b=1&c=<2>", "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2F" + mark + ".example%2F&data=05%7C02%7C" + mark + "%40contoso.example",
	mark + "@contoso.example", "52.112.103.113", "203.0.113.7", "2001:db8::7", "203.0.113.7:443, 203.0.113.8", "203.0.113.700",
	"2026-09-28T10:40:01Z", "9/28/2026 10:40:01 AM", "2026-13-45", "3246927a-20c5-43a9-d37b-08dc713331d6", "ClickAllowed", "ClickBlocked", "Phish", "Email",
	"", " ", "null", mark + "\x00\u202e\ud7ff", strings.Repeat(mark, 2000), "10m", "0", "true", `["` + mark + `"]`,
}

// value makes a value of a schema, and now and then another one.
func (c *choices) value(s *openapi3.Schema, depth int) any {
	if s == nil || depth > 6 || s.Type == nil || c.of(16) == 15 {
		return c.anything(depth)
	}
	switch {
	case s.Type.Is("object"):
		o := map[string]any{}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			if c.of(4) != 3 {
				o[name] = c.value(s.Properties[name].Value, depth+1)
			}
		}
		if len(s.Properties) == 0 || c.of(16) == 15 {
			o[texts[c.of(len(texts))]] = c.anything(depth + 1)
		}
		return o
	case s.Type.Is("array"):
		list := make([]any, c.of(4))
		for i := range list {
			list[i] = c.value(s.Items.Value, depth+1)
		}
		return list
	case s.Type.Is("boolean"):
		return c.of(2) == 1
	case s.Type.Is("string"):
		return texts[c.of(len(texts))]
	}
	return c.of(256)
}

func (c *choices) anything(depth int) any {
	switch n := c.of(8); {
	case n == 0:
		return nil
	case n == 1:
		return float64(c.of(256)) * 1e300
	case n == 2:
		return c.of(2) == 1
	case n == 3 && depth < 6:
		return []any{c.anything(depth + 1), c.anything(depth + 1)}
	case n == 4 && depth < 6:
		return map[string]any{texts[c.of(len(texts))]: c.anything(depth + 1)}
	}
	return texts[c.of(len(texts))]
}

var (
	mediaTypes = []string{"application/json", "application/x-ndjson", "text/csv", "application/json; charset=utf-8", "text/plain", "", "application/json;;"}
	methods    = []string{"", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "BREW"} // "": that of the document
)

// FuzzDocument sends requests that the document describes, and such that it nearly describes.
// The answer has to be one of the document, whatever comes, and the log has nothing of it.
func FuzzDocument(f *testing.F) {
	c := newChecker(f, "openapi3.json")
	routes := slices.Sorted(maps.Keys(c.ops))
	for i := range routes {
		f.Add([]byte{byte(i)}, "")
		f.Add([]byte{byte(i), 0, 0, 0, 1, 2, 3, 0, 7, 1, 9, 12, 40, 3, 1, 2, 5, 8, 13, 21}, "")
		f.Add([]byte{byte(i), 1}, "[{},\n"+mark)
		f.Add([]byte{byte(i), 1, 1}, "Timestamp,Url,IPAddress\n2026-09-28,https://"+mark+".example,52.112.103.113\n\"")
	}
	s, log := newService(f, service.Limits{Rows: 50})
	f.Fuzz(func(t *testing.T, data []byte, raw string) {
		choose := &choices{data}
		method, path, _ := strings.Cut(routes[choose.of(len(routes))], " ")
		body := raw
		if choose.of(4) == 0 {
			schema := schemaOf(c.ops[method+" "+path])
			text, err := json.Marshal(choose.value(schema, 0))
			if err != nil {
				t.Skip()
			}
			body = string(text)
		}
		media := mediaTypes[choose.of(len(mediaTypes))]
		if other := methods[choose.of(len(methods))]; other != "" {
			method = other
		}
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", media)
		if choose.of(8) != 7 {
			r.Header.Set("X-API-Key", secret)
		}
		log.Reset()
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if strings.Contains(log.String(), mark) || strings.Count(log.String(), "\n") != 1 {
			t.Fatalf("log: %s", log)
		}
		if w.Code >= 400 && w.Header().Get("Content-Type") != "application/problem+json" {
			t.Fatalf("%d is no problem", w.Code)
		}
		if c.ops[method+" "+path] == nil {
			if w.Code != 405 && method != "HEAD" {
				t.Fatalf("%d for %s", w.Code, method)
			}
			return
		}
		if err := c.check(r, w.Code, w.Header(), w.Body.Bytes()); err != nil {
			t.Fatalf("%s %s %.300q: %d %v", method, path, body, w.Code, err)
		}
		if path == "/v1/batch" && w.Code == 200 {
			checkCounts(t, w.Body.Bytes())
		}
	})
}

// checkCounts checks that every verdict is counted once.
func checkCounts(t *testing.T, body []byte) {
	var a struct {
		Summary  map[string]int
		Verdicts []struct{ Class string }
		Errors   []any
	}
	if err := json.Unmarshal(body, &a); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for _, v := range a.Verdicts {
		counts[v.Class]++
	}
	sum := 0
	for _, class := range []string{"unknown", "automated", "likely_automated", "not_owner", "likely_owner", "owner"} {
		if counts[class] != a.Summary[class] {
			t.Fatalf("%d of %s, and %d are told", counts[class], class, a.Summary[class])
		}
		sum += counts[class]
	}
	if sum != a.Summary["clicks"] || len(a.Errors) != a.Summary["failed"] {
		t.Fatalf("the sums are wrong: %v", a.Summary)
	}
}
