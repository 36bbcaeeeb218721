package clickclass_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

func ExampleScore() {
	v := clickclass.Score(clickclass.Click{
		Timestamp:        time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC),
		AccountUpn:       "dana@contoso.example",
		NetworkMessageId: "5f0c2a11-93b4-4e07-1800-08de79e58de1",
		IPAddress:        netip.MustParseAddr("52.112.103.113"),
	})
	fmt.Println(v.Class, v.Origin.Service, v.Delay)
	b, _ := json.Marshal(v)
	fmt.Println(string(b))
	var w clickclass.Verdict
	fmt.Println(json.Unmarshal(b, &w), v.Equal(&w))
	// Output: x
}
