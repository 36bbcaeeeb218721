package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"strconv"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/rowgen"
)

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	workers, _ := strconv.Atoi(os.Args[2])
	runtime.GOMAXPROCS(workers)
	lines := make([]byte, 0, 800)
	var raw [][]byte
	for i := range 4096 * 8 {
		lines = rowgen.Append(lines[:0], i)
		raw = append(raw, append([]byte(nil), lines...))
	}
	t0 := time.Now()
	clicks := make([]clickclass.Click, len(raw))
	for i := range raw {
		if err := json.Unmarshal(raw[i], &clicks[i]); err != nil {
			panic(err)
		}
	}
	fmt.Println("unmarshal/row", time.Since(t0)/time.Duration(len(raw)))
	c, err := clickclass.New(clickclass.Options{Workers: workers})
	if err != nil {
		panic(err)
	}
	src := func(yield func(clickclass.Click, error) bool) {
		for i := range n {
			k := clicks[i%len(clicks)]
			k.Timestamp = k.Timestamp.Add(time.Duration(i/len(clicks)) * 4 * time.Hour)
			k.Row = int64(i)
			if !yield(k, nil) {
				return
			}
		}
	}
	if len(os.Args) > 3 {
		f, _ := os.Create(os.Args[3])
		pprof.StartCPUProfile(f)
		defer pprof.StopCPUProfile()
	}
	t0 = time.Now()
	var b []byte
	total := 0
	rows := 0
	for r, err := range c.All(context.Background(), src) {
		if err != nil {
			panic(err)
		}
		b = r.AppendJSON(b[:0])
		total += len(b)
		rows++
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println("all/row", time.Since(t0)/time.Duration(n), "out", total/rows, "rows", rows, "alloc/row", int(m.TotalAlloc)/n, "gc", m.NumGC, "sys MB", m.Sys>>20)
}
