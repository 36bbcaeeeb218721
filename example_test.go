package whoclicked_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// The whole flow: an export of any shape is read row by row, each click is judged beside its
// neighbours, and the verdict says why.
func Example() {
	const export = `Timestamp,Url,ActionType,AccountUpn,Workload,NetworkMessageId,IPAddress,ReportId
2026-03-04T12:00:00Z,https://login.contoso-docs.example/a,ClickAllowed,dana@contoso.example,Email,5f0c2a11-93b4-4e07-1800-08de79e58de1,52.112.103.113,
2026-03-04T14:30:00Z,https://login.contoso-docs.example/a,ClickAllowed,erin@contoso.example,Email,5f0c2a11-93b4-4e07-1800-08de79e58de1,203.0.113.7,
`
	r, err := tables.NewReader("clicks.csv", strings.NewReader(export), tables.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := clickclass.New(clickclass.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for result, err := range c.All(context.Background(), r.Clicks(nil)) {
		if err != nil {
			fmt.Println(err) // names file, row and column; the rest is still read
			continue
		}
		v := &result.Verdict
		fmt.Printf("%s: %s, %.2f\n", result.Click.AccountUpn, v.Class, v.P.Machine)
		for _, reason := range v.Reasons {
			fmt.Printf("  %+.1f %s\n", reason.Machine, reason.Text())
		}
	}
	// Output:
	// dana@contoso.example: automated, 0.98
	//   +4.2 Microsoft publishes the address as a Teams server; that no person leaves from it is an inference (52.112.0.0/14)
	//   +2.8 the click came 3 to 10 seconds after the message (3.2 s)
	// erin@contoso.example: unknown, 0.03
	//   -1.4 the click came more than an hour after the message (3 h)
}
