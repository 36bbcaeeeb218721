// Bare is the program that probe/ranges is without package iprange, to compare
// their sizes.
package main

import (
	"fmt"
	"net/netip"
	"runtime"
	"time"
)

func main() {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	addr, err := netip.ParseAddr("52.112.103.113")
	elapsed := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	fmt.Println(elapsed.Nanoseconds(), int64(after.HeapAlloc)-int64(before.HeapAlloc), addr, err)
}
