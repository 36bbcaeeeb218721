// Ranges prints how long the first look-up takes, in nanoseconds, and how much
// heap the lists take, in bytes.
package main

import (
	"fmt"
	"net/netip"
	"runtime"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

func main() {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	addr := netip.MustParseAddr("52.112.103.113")
	start := time.Now()
	m := iprange.Default().Lookup(addr)
	elapsed := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	fmt.Println(elapsed.Nanoseconds(), int64(after.HeapAlloc)-int64(before.HeapAlloc), m.Len())
}
