package tables_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// An export is read row by row. A damaged row is an error with its place, and the other
// rows count.
func Example() {
	export := `Timestamp,Url,ActionType,AccountUpn,IPAddress
2026-09-28T10:40:01.5123456Z,https://www.example.com/,ClickAllowed,ada@contoso.example,52.112.103.113
2026-09-28T10:41:07Z,https://www.example.com/,ClickAllowed,bob@contoso.example,198.51.100.700
2026-09-28T10:41:09Z,https://www.example.com/,ClickBlocked,eve@contoso.example,"198.51.100.7:443, 203.0.113.9"
`
	r, err := tables.NewReader("clicks.csv", strings.NewReader(export), tables.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for click, err := range r.Clicks(nil) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(click.Row, click.Timestamp, click.IPAddress, click.MoreIPs)
	}
	// Output:
	// 1 2026-09-28 10:40:01.5123456 +0000 UTC 52.112.103.113 []
	// tables: read: clicks.csv: row 2: column "IPAddress": bad address "198.51.100.700"
	// 3 2026-09-28 10:41:09 +0000 UTC 198.51.100.7 [203.0.113.9]
}

// A file of another table is an error that names its columns.
func ExampleNewReader() {
	_, err := tables.NewReader("processes.csv", strings.NewReader("Timestamp,DeviceName,FileName,SHA256\n"), tables.Options{})
	fmt.Println(errors.Is(err, tables.ErrUnknown))
	fmt.Println(err)
	// Output:
	// true
	// tables: read: processes.csv: not a supported table: columns "Timestamp", "DeviceName", "FileName", "SHA256"
}

// Columns that several tables have leave the table in doubt. It can be told.
func ExampleOptions() {
	export := "Timestamp,Url,NetworkMessageId\n2026-09-28T10:40:01Z,https://www.example.com/,3c7b1317-ac21-4754-5a76-08dee4d61558\n"
	for _, o := range []tables.Options{{}, {Table: "UrlClickEvents"}} {
		r, _ := tables.NewReader("export.csv", strings.NewReader(export), o)
		for row := range r.Rows() {
			fmt.Printf("click: %v, evidence: %T\n", row.Click != nil, row.Evidence)
		}
		fmt.Println(r.Report().Warnings)
	}
	// Output:
	// click: false, evidence: evidence.EmailUrl
	// [rows were read as EmailUrlInfo, but their columns fit UrlClickEvents too]
	// click: true, evidence: <nil>
	// []
}

// An Event Hub mixes tables. Each row is what it says it is.
func ExampleReader_Rows() {
	message := `{"records":[
		{"category":"AdvancedHunting-EmailEvents","properties":{"Timestamp":"2026-09-28T10:40:00Z","NetworkMessageId":"3c7b1317-ac21-4754-5a76-08dee4d61558","DeliveryAction":"Delivered"}},
		{"category":"AdvancedHunting-UrlClickEvents","properties":{"Timestamp":"2026-09-28T10:40:03Z","NetworkMessageId":"3c7b1317-ac21-4754-5a76-08dee4d61558","Url":"https://www.example.com/"}},
		{"category":"AdvancedHunting-AlertInfo","properties":{"Timestamp":"2026-09-28T10:40:09Z"}}]}`
	r, _ := tables.NewReader("message", strings.NewReader(message), tables.Options{})
	for row, err := range r.Rows() {
		switch {
		case err != nil:
			fmt.Println(err)
		case row.Click != nil:
			fmt.Println("click", row.Click.Url)
		case row.Evidence != nil:
			mail, ok := row.Evidence.(evidence.Email)
			fmt.Println("mail", ok, mail.DeliveryAction)
		}
	}
	fmt.Println(r.Report().Warnings)
	// Output:
	// mail true Delivered
	// click https://www.example.com/
	// [left out 1 row of table "AlertInfo", which is not read]
}

// Evidence that stands among clicks goes to a store, which answers questions about them.
func ExampleReader_Clicks() {
	events := `{"category":"AdvancedHunting-EmailEvents","properties":{"Timestamp":"2026-09-28T10:40:00Z","NetworkMessageId":"3c7b1317-ac21-4754-5a76-08dee4d61558","RecipientEmailAddress":"ada@contoso.example"}}
{"category":"AdvancedHunting-UrlClickEvents","properties":{"Timestamp":"2026-09-28T10:40:03Z","NetworkMessageId":"3c7b1317-ac21-4754-5a76-08dee4d61558","Url":"https://www.example.com/","AccountUpn":"ada@contoso.example"}}
`
	var store evidence.Store
	r, _ := tables.NewReader("events.json", strings.NewReader(events), tables.Options{})
	for click, err := range r.Clicks(&store) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		facts, _ := store.Facts(context.Background(), clickclass.Question{
			Want: clickclass.EvidenceMail, MessageID: click.NetworkMessageId, Account: click.AccountUpn, At: click.Timestamp,
		})
		fmt.Println(click.Url, "recipient:", facts.Mail.IsRecipient)
	}
	// Output: https://www.example.com/ recipient: true
}

// A Report tells what an export is, and what it lacks.
func ExampleReader_Report() {
	export := `{"Timestamp":"2026-09-28T10:40:01Z","Url":"https://www.example.com/","ActionType":"ClickAllowed"}` + "\n"
	r, _ := tables.NewReader("clicks.ndjson", strings.NewReader(export), tables.Options{})
	for range r.Rows() {
	}
	report := r.Report()
	fmt.Println(report.Rows, report.Table, report.Form)
	fmt.Println("missing:", strings.Join(report.Missing[:3], ", "))
	// Output:
	// 1 UrlClickEvents NDJSON
	// missing: AccountUpn, Workload, NetworkMessageId
}

// The reason of an error can be asked for.
func ExampleRowError() {
	growing := `{"Timestamp":"2026-09-28T10:40:01Z","Url":"https://www.example.com/","ActionType":"ClickAllowed"}` + "\n" + `{"Timestamp":"2026-09-2`
	r, _ := tables.NewReader("PT1H.json", strings.NewReader(growing), tables.Options{})
	for _, err := range r.Rows() {
		var damaged *tables.RowError
		if errors.As(err, &damaged) {
			fmt.Println(damaged.Row, errors.Is(err, tables.ErrTruncated))
			fmt.Println(damaged)
		}
	}
	// Output:
	// 2 true
	// tables: read: PT1H.json: row 2: cut off at the end of the input
}

// A loop over live events can be left at any row. The next loop goes on after it.
func ExampleReader_Rows_live() {
	events, sender := io.Pipe()
	go func() {
		for i := range 3 {
			fmt.Fprintf(sender, `{"Url":"https://www.example.com/%d","ActionType":"ClickAllowed"}`+"\n", i)
		}
		// More may come at any time.
	}()
	r, _ := tables.NewReader("events", events, tables.Options{})
	for row := range r.Rows() {
		fmt.Println(row.Click.Url)
		if row.Row == 2 {
			break
		}
	}
	fmt.Println("later")
	for row := range r.Rows() {
		fmt.Println(row.Click.Url)
		break
	}
	// Output:
	// https://www.example.com/0
	// https://www.example.com/1
	// later
	// https://www.example.com/2
}
