package main

import (
	"context"
	"encoding/json"
	"net/netip"
	"testing"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/rowgen"
)

// The budgets of clicks.

func benchClassify(b *testing.B) {
	c, err := clickclass.New(clickclass.Options{})
	if err != nil {
		b.Fatal(err)
	}
	click := clickclass.Click{
		Timestamp: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC),
		Url:       "https://www.example.com/news", ActionType: "ClickAllowed", Workload: "Email",
		AccountUpn: "alex@contoso.example", IPAddress: netip.MustParseAddr("52.112.103.113"),
	}
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		v, err := c.Classify(ctx, click)
		if err != nil {
			b.Fatal(err)
		}
		keep(int(v.Class))
	}
}

// madeUp returns n clicks.
func madeUp(n int) ([]clickclass.Click, error) {
	clicks := make([]clickclass.Click, n)
	var line []byte
	for i := range clicks {
		line = rowgen.Append(line[:0], i)
		if err := json.Unmarshal(line, &clicks[i]); err != nil {
			return nil, err
		}
	}
	return clicks, nil
}

// judgeAll judges clicks with their neighbours on one goroutine.
func judgeAll(clicks []clickclass.Click, source clickclass.Source) error {
	c, err := clickclass.New(clickclass.Options{Workers: 1, Source: source})
	if err != nil {
		return err
	}
	all := func(yield func(clickclass.Click, error) bool) {
		for _, k := range clicks {
			if !yield(k, nil) {
				return
			}
		}
	}
	for r, err := range c.All(context.Background(), all) {
		if err != nil {
			return err
		}
		keep(int(r.Verdict.Class))
	}
	return nil
}

// allTime returns the nanoseconds that All takes for a click on one goroutine.
func allTime(rounds int) (float64, error) {
	const n = 50_000
	clicks, err := madeUp(n)
	if err != nil {
		return 0, err
	}
	var times []float64
	for range rounds {
		began := time.Now()
		if err := judgeAll(clicks, nil); err != nil {
			return 0, err
		}
		times = append(times, float64(time.Since(began).Nanoseconds())/n)
	}
	return median(times), nil
}
