package whoclicked_test

import (
	"fmt"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// The whole flow: an export of any shape is read row by row, each click is
// judged, and the verdict says why.
func Example() {
	const export = `Timestamp,Url,ActionType,AccountUpn,Workload,NetworkMessageId,IPAddress,ReportId
2026-03-04T12:00:00Z,https://login.contoso-docs.example/a,ClickAllowed,dana@contoso.example,Email,5f0c2a11-93b4-4e07-1800-08de79e58de1,52.112.103.113,
2026-03-04T14:30:00Z,https://login.contoso-docs.example/a,ClickAllowed,erin@contoso.example,Email,5f0c2a11-93b4-4e07-1800-08de79e58de1,203.0.113.7,
`
	reader, err := tables.NewReader("clicks.csv", strings.NewReader(export))
	if err != nil {
		fmt.Println(err)
		return
	}
	for row, err := range reader.Rows() {
		if err != nil {
			fmt.Println(err) // names file, row and column; the rest is still read
			continue
		}
		v := clickclass.Score(*row.Click)
		fmt.Printf("%s: %s, P = %.2f, %d of Microsoft's lists\n", row.Click.AccountUpn, v.Class, v.P, v.Origin.Matches.Len())
		for _, s := range v.Signals() {
			fmt.Printf("  %+.1f %s: %s\n", s.Weight, s.Rule.Text, s.Detail())
		}
	}
	// Output:
	// dana@contoso.example: automated, P = 0.98, 5 of Microsoft's lists
	//   +4.2 the address belongs to Microsoft Teams, where no person's traffic leaves: 52.112.0.0/14
	//   +2.8 the click came 3 to 10 seconds after the message: 3.2 s
	// erin@contoso.example: likely_human, P = 0.03, 0 of Microsoft's lists
	//   -1.2 the click came more than an hour after the message: 9003.2 s
}
