package clickclass_test

import (
	"context"
	"fmt"
	"iter"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// made yields n clicks that are made when they are asked for, so that nobody else keeps them.
func made(n int, click func(i int) clickclass.Click) iter.Seq2[clickclass.Click, error] {
	return func(yield func(clickclass.Click, error) bool) {
		for i := range n {
			if !yield(click(i), nil) {
				return
			}
		}
	}
}

func person(i int) string { return fmt.Sprintf("person%d@contoso.example", i) }

// sharedClick is a click of a person of his own at an address that all have.
func sharedClick(i int) clickclass.Click {
	k := founding()
	k.Timestamp, k.Row = noon.Add(time.Duration(i)*time.Second), int64(i+1)
	k.AccountUpn, k.IPAddress = person(i), netip.MustParseAddr("203.0.113.7")
	return k
}

// longClick has a long text in one column.
func longClick(i, length int, set func(*clickclass.Click, string)) clickclass.Click {
	k := sharedClick(i)
	set(&k, strings.Repeat(string(rune('a'+i%26)), length))
	return k
}

// longColumns are columns that can hold any text.
var longColumns = map[string]func(*clickclass.Click, string){
	"Url":         func(k *clickclass.Click, s string) { k.Url = "https://a.example/" + s },
	"AccountUpn":  func(k *clickclass.Click, s string) { k.AccountUpn = s },
	"Workload":    func(k *clickclass.Click, s string) { k.Workload = s },
	"ActionType":  func(k *clickclass.Click, s string) { k.ActionType = clickclass.ActionType(s) },
	"ThreatTypes": func(k *clickclass.Click, s string) { k.ThreatTypes = s },
}

// liveHeap returns the bytes in use after a collection.
func liveHeap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestLongCells holds that the text of clicks under way is bounded by Window.Bytes, however
// long each is and however many there are.
func TestLongCells(t *testing.T) {
	const (
		length = 300_000
		bytes  = 4 << 20
		// What the window holds, a quarter of that on its way out, and up to a batch and a
		// click in each of some twenty places before and behind it.
		most = 2*bytes + 20*(1<<20+length)
	)
	for name, set := range longColumns {
		for _, workers := range []int{1, 2} {
			t.Run(fmt.Sprintf("%s, %d workers", name, workers), func(t *testing.T) {
				c := classifier(t, clickclass.Options{Window: clickclass.Window{Bytes: bytes}, Workers: workers})
				before, judged := liveHeap(), 0
				for _, err := range c.All(context.Background(), made(400, func(i int) clickclass.Click { return longClick(i, length, set) })) {
					require.NoError(t, err)
					if judged++; judged%80 == 0 {
						time.Sleep(20 * time.Millisecond) // the others work ahead
						assert.Less(t, liveHeap()-before, int64(most), "after %d", judged)
					}
				}
				assert.GreaterOrEqual(t, judged, 400)
			})
		}
		t.Run(name+", Stream", func(t *testing.T) {
			s := classifier(t, clickclass.Options{Window: clickclass.Window{Bytes: bytes}}).NewStream()
			before := liveHeap()
			for i := 0; i < 400; i += 80 {
				var clicks []clickclass.Click
				for j := range 80 {
					clicks = append(clicks, longClick(i+j, length, set))
				}
				_, err := s.Add(context.Background(), clicks...)
				require.NoError(t, err)
				clear(clicks)
				assert.Less(t, liveHeap()-before, int64(most), "after %d", i)
			}
			runtime.KeepAlive(s)
		})
	}
}

// BenchmarkGrowth prints what n, 2n and 4n clicks take, in milliseconds and in MiB of the heap
// at its largest, for inputs that are made to be slow or large.
func BenchmarkGrowth(b *testing.B) {
	address := netip.MustParseAddr("203.0.113.7")
	signIn := func(i int, country string) evidence.SignIn {
		return evidence.SignIn{Timestamp: noon.Add(time.Duration(i) * time.Second), AccountUpn: person(i), IPAddress: address, Success: true, Interactive: true, Country: country}
	}
	countries := func(i int) string { return string([]byte{'A' + byte(i/26%26), 'A' + byte(i%26)}) }
	one := func(i int) clickclass.Click {
		k := sharedClick(i)
		k.AccountUpn = person(0)
		return k
	}
	shapes := []struct {
		name  string
		n     int
		rows  func(i int) evidence.Row // nil: none
		click func(i int) clickclass.Click
	}{
		{"accounts that sign in from one address", 10_000, func(i int) evidence.Row { return signIn(i, "DE") }, sharedClick},
		{"countries of one account and address", 5000, func(i int) evidence.Row {
			s := signIn(i, countries(i))
			s.AccountUpn = person(0)
			return s
		}, one},
		{"texts that are no country", 5000, func(i int) evidence.Row {
			s := signIn(i, fmt.Sprintf("Country %d", i))
			s.AccountUpn = person(0)
			return s
		}, one},
		{"Url of 900 KB", 250, nil, func(i int) clickclass.Click { return longClick(i, 900_000, longColumns["Url"]) }},
		{"Workload of 900 KB", 500, nil, func(i int) clickclass.Click { return longClick(i, 900_000, longColumns["Workload"]) }},
		{"Workload of 60 KB", 2000, nil, func(i int) clickclass.Click { return longClick(i, 60_000, longColumns["Workload"]) }},
		{"AccountUpn of 60 KB", 2000, nil, func(i int) clickclass.Click { return longClick(i, 60_000, longColumns["AccountUpn"]) }},
		{"ActionType of 60 KB", 2000, nil, func(i int) clickclass.Click { return longClick(i, 60_000, longColumns["ActionType"]) }},
		{"wrong years", 10_000, nil, func(i int) clickclass.Click {
			k := sharedClick(i)
			if i%9 == 0 {
				k.Timestamp = k.Timestamp.AddDate(585, 0, 0)
			}
			return k
		}},
	}
	for _, shape := range shapes {
		b.Run(shape.name, func(b *testing.B) {
			run := func(n int) (took time.Duration, heap int64) {
				before := liveHeap()
				begin := time.Now()
				var store evidence.Store
				for i := range n {
					if shape.rows != nil {
						store.Add(shape.rows(i))
					}
				}
				c := classifier(b, clickclass.Options{Source: &store})
				judged := 0
				for _, err := range c.All(context.Background(), made(n, shape.click)) {
					require.NoError(b, err)
					if judged++; judged%(n/10) == 0 {
						var m runtime.MemStats
						runtime.ReadMemStats(&m)
						heap = max(heap, int64(m.HeapAlloc)-before)
					}
				}
				return time.Since(begin), heap
			}
			var took [3]time.Duration
			var heap [3]int64
			for b.Loop() {
				for i := range took {
					d, h := run(shape.n << i)
					if took[i] == 0 || d < took[i] {
						took[i] = d
					}
					heap[i] = max(heap[i], h)
				}
			}
			for i, n := range []string{"n", "2n", "4n"} {
				b.ReportMetric(float64(took[i].Microseconds())/1000, "ms-"+n)
				b.ReportMetric(float64(heap[i]>>20), "MiB-"+n)
			}
			b.ReportMetric(float64(took[2])/float64(took[0]), "x-for-4n")
		})
	}
}
