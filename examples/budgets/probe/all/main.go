// All imports the packages of the library and does nothing, so that
// GODEBUG=inittrace=1 shows what importing them costs.
package main

import (
	"fmt"
	"runtime"

	_ "github.com/whoclicked/whoclicked/clickclass"
	_ "github.com/whoclicked/whoclicked/clickclass/calibrate"
	_ "github.com/whoclicked/whoclicked/clickclass/evidence"
	_ "github.com/whoclicked/whoclicked/clickclass/tables"
	_ "github.com/whoclicked/whoclicked/iprange"
	_ "github.com/whoclicked/whoclicked/safelinks"
)

func main() { fmt.Println(runtime.NumGoroutine()) }
