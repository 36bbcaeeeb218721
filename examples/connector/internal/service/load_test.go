package service

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/examples/internal/rowgen"
)

// rows returns the body of a batch of made-up rows.
func rows(n int) []byte {
	b := []byte{'['}
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = bytes.TrimSuffix(rowgen.Append(b, i), []byte("\n"))
	}
	return append(b, ']')
}

// load sends a body again and again from several clients, and returns how long each answer took.
func load(t testing.TB, url, path string, body []byte, clients, requests int) (took []time.Duration) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	var next atomic.Int64
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for next.Add(1) <= int64(requests) {
				began := time.Now()
				res, err := client.Post(url+path, mediaJSON, bytes.NewReader(body))
				if !assert.NoError(t, err) {
					return
				}
				_, err = io.Copy(io.Discard, res.Body)
				res.Body.Close()
				assert.NoError(t, err)
				assert.Equal(t, 200, res.StatusCode)
				mu.Lock()
				took = append(took, time.Since(began))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(took)
	return took
}

func percentile(took []time.Duration, p int) time.Duration {
	return took[min(len(took)*p/100, len(took)-1)]
}

// peakHeap returns the largest heap while f runs, sampled.
func peakHeap(f func()) (peak uint64) {
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	f()
	close(done)
	<-stopped
	return peak
}

// TestLoad prints how fast the service is here. It fails for wrong answers and for memory, not
// for time.
func TestLoad(t *testing.T) {
	requests := 40
	if testing.Short() {
		requests = 8
	}
	url, _ := start(t, Options{})
	tests := []struct {
		name, path string
		body       []byte
		rows       int
		requests   int
	}{
		{"one click", "/v1/classify", []byte(teamsClick), 1, 20 * requests},
		{"1,000 clicks", "/v1/batch", rows(1000), 1000, requests},
		{"5,000 clicks", "/v1/batch", rows(5000), 5000, requests / 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var took []time.Duration
			began := time.Now()
			peak := peakHeap(func() { took = load(t, url, tt.path, tt.body, 4, tt.requests) })
			require.Len(t, took, tt.requests)
			t.Logf("%d requests of 4 clients: p50 %v, p99 %v, %.0f rows/s, heap %d MB", len(took), percentile(took, 50).Round(10*time.Microsecond),
				percentile(took, 99).Round(10*time.Microsecond), float64(tt.rows*len(took))/time.Since(began).Seconds(), peak>>20)
			assert.Less(t, peak, uint64(500<<20))
		})
	}
}

// TestMemoryOfHostileBodies: many bodies at a time that are made to cost much.
func TestMemoryOfHostileBodies(t *testing.T) {
	if testing.Short() {
		t.Skip("slow with the race detector")
	}
	url, _ := start(t, Options{})
	tests := []struct{ name, path, body string }{
		{"the smallest rows", "/v1/batch", `{"clicks":[` + strings.Repeat(`{"Url":"a"},`, 9_999) + `{"Url":"a"}]}`},
		{"too many rows", "/v1/batch", `{"clicks":[` + strings.Repeat(`{"Url":"a"},`, 200_000) + `{"Url":"a"}]}`},
		{"bad rows", "/v1/batch", `{"clicks":[{"Url":"a"}` + strings.Repeat(`,5`, 1_400_000) + `]}`},
		{"evidence only", "/v1/batch", "[" + strings.Repeat(alexLaunch+",", 9_000) + alexLaunch + "]"},
		{"nested links", "/v1/safelinks", `{"urls":["` + nestedLink(40) + strings.Repeat(`","`+nestedLink(40), 60) + `"]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Less(t, len(tt.body), defaultBody)
			var wg sync.WaitGroup
			began := time.Now()
			peak := peakHeap(func() {
				for range 4 {
					wg.Go(func() {
						a := post(t, url+tt.path, tt.body)
						assert.Contains(t, []int{200, 400, 413}, a.status)
					})
				}
				wg.Wait()
			})
			t.Logf("4 at a time: %v, heap %d MB", time.Since(began).Round(time.Millisecond), peak>>20)
			assert.Less(t, peak, uint64(1<<30))
		})
	}
}

// nestedLink returns a Safe Link with so many others in it, as deep as percent-encoding stays short.
func nestedLink(depth int) string {
	link := "https://a.example/"
	for range depth {
		link = "https://eur01.safelinks.protection.outlook.com/?url=" + strings.NewReplacer("%", "%25", ":", "%3A", "/", "%2F", "?", "%3F", "=", "%3D").Replace(link)
		if len(link) > 10_000 {
			break
		}
	}
	return link
}

// BenchmarkBatch shows that the time of a row does not grow with the batch.
func BenchmarkBatch(b *testing.B) {
	url, _ := start(b, Options{})
	for _, n := range []int{1000, 2000, 4000} {
		body := rows(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				load(b, url, "/v1/batch", body, 1, 1)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		})
	}
}

// BenchmarkLoad is TestLoad for longer.
func BenchmarkLoad(b *testing.B) {
	url, _ := start(b, Options{})
	body := rows(1000)
	var took []time.Duration
	for b.Loop() {
		took = append(took, load(b, url, "/v1/batch", body, 4, 200)...)
	}
	slices.Sort(took)
	b.ReportMetric(float64(percentile(took, 50).Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(percentile(took, 99).Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(1000*len(took))/b.Elapsed().Seconds(), "rows/s")
}
