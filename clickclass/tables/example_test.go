package tables_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// An export is read row by row; a damaged row has its place, and the others
// count.
func Example() {
	export := `Timestamp,Url,ActionType,AccountUpn,IPAddress
2026-09-28T10:40:01.5123456Z,https://www.example.com/,ClickAllowed,ada@contoso.example,52.112.103.113
2026-09-28T10:41:07Z,https://www.example.com/,ClickAllowed,bob@contoso.example,198.51.100.700
2026-09-28T10:41:09Z,https://www.example.com/,ClickBlocked,eve@contoso.example,"198.51.100.7:443, 203.0.113.9"
`
	r, err := tables.NewReader("clicks.csv", strings.NewReader(export))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Table(), "as", r.Shape())
	for row, err := range r.Rows() {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(row.Row, row.Click.Timestamp, row.Click.IPAddress, row.Click.MoreIPs)
	}
	fmt.Println("missing:", strings.Join(r.Missing()[:3], ", "))
	// Output:
	// UrlClickEvents as CSV
	// 1 2026-09-28 10:40:01.5123456 +0000 UTC 52.112.103.113 []
	// tables: read: clicks.csv: row 2: column "IPAddress": bad address "198.51.100.700"
	// 3 2026-09-28 10:41:09 +0000 UTC 198.51.100.7 [203.0.113.9]
	// missing: Workload, NetworkMessageId, ThreatTypes
}

// A file of another table is named and left out.
func ExampleNewReader() {
	_, err := tables.NewReader("processes.csv", strings.NewReader("Timestamp,DeviceName,FileName,SHA256\n"))
	fmt.Println(errors.Is(err, tables.ErrUnknownTable))
	fmt.Println(err)
	// Output:
	// true
	// tables: read: processes.csv: unknown table with columns "Timestamp", "DeviceName", "FileName", "SHA256"
}

// An Event Hub mixes tables; each row is typed on its own.
func ExampleReader_Rows() {
	message := `{"records":[
		{"category":"AdvancedHunting-EmailEvents","properties":{"Timestamp":"2026-09-28T10:40:00Z","NetworkMessageId":"3c7b1317-ac21-4754-5a76-08dee4d61558","DeliveryAction":"Delivered"}},
		{"category":"AdvancedHunting-UrlClickEvents","properties":{"Timestamp":"2026-09-28T10:40:03Z","NetworkMessageId":"3c7b1317-ac21-4754-5a76-08dee4d61558","Url":"https://www.example.com/"}},
		{"category":"AdvancedHunting-AlertInfo","properties":{"Timestamp":"2026-09-28T10:40:09Z"}}]}`
	r, _ := tables.NewReader("message", strings.NewReader(message))
	for row, err := range r.Rows() {
		switch {
		case err != nil:
			fmt.Println(err)
		case row.Email != nil:
			fmt.Println("mail", row.Email.DeliveryAction)
		case row.Click != nil:
			fmt.Println("click", row.Click.Url)
		}
	}
	fmt.Println(r.Warnings())
	// Output:
	// mail Delivered
	// click https://www.example.com/
	// [left out 1 row of table "AlertInfo", which is not read]
}

// Chunks are cut in one goroutine and parsed in many.
func ExampleReader_Chunks() {
	export := strings.Repeat(`{"Timestamp":"2026-09-28T10:40:01Z","Url":"https://www.example.com/","ActionType":"ClickAllowed"}`+"\n", 5000)
	r, _ := tables.NewReader("clicks.ndjson", strings.NewReader(export))

	var parsers sync.WaitGroup
	var mu sync.Mutex
	clicks := 0
	for chunk, err := range r.Chunks() {
		if err != nil {
			fmt.Println(err)
			break
		}
		parsers.Go(func() {
			r.Parse(chunk, func(row tables.Row, err error) bool {
				mu.Lock()
				clicks++
				mu.Unlock()
				return true
			})
			chunk.Release() // of the rows, no text is used any more
		})
	}
	parsers.Wait()
	fmt.Println(clicks)
	// Output: 5000
}

// The reason of an error can be asked for.
func ExampleRowError() {
	growing := `{"Timestamp":"2026-09-28T10:40:01Z","Url":"https://www.example.com/","ActionType":"ClickAllowed"}` + "\n" + `{"Timestamp":"2026-09-2`
	r, _ := tables.NewReader("PT1H.json", strings.NewReader(growing))
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
