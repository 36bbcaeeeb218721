package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/findings"
)

func main() {
	var c findings.Collector
	sc := bufio.NewScanner(os.Stdin)
	sc.Buffer(nil, 1<<22)
	for sc.Scan() {
		var r clickclass.Result
		if json.Unmarshal(sc.Bytes(), &r) == nil {
			c.Add(&r)
		}
	}
	r := c.Report()
	fmt.Println(r.Answer())
	for i, f := range r.Findings {
		if f.Kind == findings.Machines && i > 40 {
			continue
		}
		fmt.Printf("%d. [%s p%d] %s\n   %s\n", i+1, f.Kind, f.Priority, f.Title, f.Detail)
		for _, e := range f.Story {
			fmt.Println("     ", e.Time.Format("01-02 15:04"), e.What)
		}
	}
}
