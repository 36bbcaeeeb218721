package service

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// metrics counts for Prometheus. The zero metrics is empty.
type metrics struct {
	inflight atomic.Int64

	mu       sync.Mutex
	requests map[routeStatus]int64
	seconds  map[string]*histogram // by route
	classes  [clickclass.ClassOwner + 1]int64
	badRows  [2]int64 // a cell, the whole row
}

type routeStatus struct {
	route  string
	status int
}

// bounds are those of the buckets of a histogram, in seconds.
var bounds = [...]float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 90}

type histogram struct {
	buckets [len(bounds)]int64
	count   int64
	sum     float64
}

func (m *metrics) request(route string, status int, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.requests == nil {
		m.requests, m.seconds = map[routeStatus]int64{}, map[string]*histogram{}
	}
	m.requests[routeStatus{route, status}]++
	h := m.seconds[route]
	if h == nil {
		h = &histogram{}
		m.seconds[route] = h
	}
	h.count++
	h.sum += took.Seconds()
	for i, bound := range bounds {
		if took.Seconds() <= bound {
			h.buckets[i]++
		}
	}
}

func (m *metrics) verdicts(results []clickclass.Result) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range results {
		m.classes[results[i].Verdict.Class]++
	}
}

func (m *metrics) rejected(errs []rowError) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range errs {
		if e.Error.Column != nil {
			m.badRows[0]++
		} else {
			m.badRows[1]++
		}
	}
}

// Metrics answers GET /metrics in the text format of Prometheus. It asks for no key.
func (s *Service) Metrics() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		w.Write(s.metrics.text(&s.version))
	})
	return mux
}

func (m *metrics) text(v *version) []byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	var b bytes.Buffer
	head := func(name, kind, help string) {
		fmt.Fprintf(&b, "# HELP whoclicked_%[1]s %[2]s\n# TYPE whoclicked_%[1]s %[3]s\n", name, help, kind)
	}
	head("requests_total", "counter", "Requests by route and status.")
	for _, k := range slices.SortedFunc(maps.Keys(m.requests), func(a, b routeStatus) int {
		return cmp.Or(cmp.Compare(a.route, b.route), cmp.Compare(a.status, b.status))
	}) {
		fmt.Fprintf(&b, "whoclicked_requests_total{route=%q,code=\"%d\"} %d\n", k.route, k.status, m.requests[k])
	}
	head("request_seconds", "histogram", "How long requests took.")
	for _, route := range slices.Sorted(maps.Keys(m.seconds)) {
		h := m.seconds[route]
		for i, bound := range bounds {
			fmt.Fprintf(&b, "whoclicked_request_seconds_bucket{route=%q,le=\"%g\"} %d\n", route, bound, h.buckets[i])
		}
		fmt.Fprintf(&b, "whoclicked_request_seconds_bucket{route=%q,le=\"+Inf\"} %d\n", route, h.count)
		fmt.Fprintf(&b, "whoclicked_request_seconds_sum{route=%q} %g\n", route, h.sum)
		fmt.Fprintf(&b, "whoclicked_request_seconds_count{route=%q} %d\n", route, h.count)
	}
	head("clicks_total", "counter", "Clicks judged, by class.")
	for i, n := range m.classes {
		fmt.Fprintf(&b, "whoclicked_clicks_total{class=%q} %d\n", clickclass.Class(i), n)
	}
	head("rows_rejected_total", "counter", "Rows that could not be read: for a cell, or as a whole.")
	for i, reason := range []string{"cell", "row"} {
		fmt.Fprintf(&b, "whoclicked_rows_rejected_total{reason=%q} %d\n", reason, m.badRows[i])
	}
	head("inflight", "gauge", "Requests that are being answered.")
	fmt.Fprintf(&b, "whoclicked_inflight %d\n", m.inflight.Load())
	head("build_info", "gauge", "What the verdicts are made with.")
	fmt.Fprintf(&b, "whoclicked_build_info{version=%q,rules=%q,ranges=%q} 1\n", v.Version, v.Rules, v.Lists)
	return b.Bytes()
}
