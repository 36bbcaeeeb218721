package kql_test

import (
	"bytes"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/kql"
	"github.com/whoclicked/whoclicked/iprange"
)

func ExampleQuery() {
	text, err := kql.Query(kql.Options{
		Schema:   kql.Sentinel,
		Form:     kql.Lists,
		Since:    30 * 24 * time.Hour,
		Tables:   []string{"mail", "signin"},
		RangesAt: "WhoClickedRanges",
	})
	if err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "let start") || strings.HasPrefix(line, "let ranges4") {
			fmt.Print(line)
		}
	}
	// Output:
	// let start = end - 30d;
	// let ranges4 = _GetWatchlist("WhoClickedRangesIPv4")
}

func ExampleQuery_tooLong() {
	_, err := kql.Query(kql.Options{Since: 90 * 24 * time.Hour})
	fmt.Println(err)
	// Output:
	// kql: query: since 2160h0m0s: not between a minute and 30 days
}

func ExampleUnsaid() {
	unsaid, err := kql.Unsaid(kql.Options{Schema: kql.ADX, Form: kql.Lists})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(unsaid[0])
	// Output:
	// Nothing is known of autonomous systems: ip.mailsec, ip.dc and ip.access never apply.
}

func ExampleTables() {
	fmt.Println(kql.Tables(kql.Defender)[:4])
	// Output:
	// [EmailEvents EmailUrlInfo EmailPostDeliveryEvents EntraIdSignInEvents]
}

func ExampleWriteRanges() {
	own, err := iprange.ReadOwn(strings.NewReader("scanner: 192.0.2.0/24 = gateway"), "")
	if err != nil {
		log.Fatal(err)
	}
	set, err := iprange.Default().With(own)
	if err != nil {
		log.Fatal(err)
	}
	var v4, v6 bytes.Buffer
	if err := kql.WriteRanges(&v4, &v6, set); err != nil {
		log.Fatal(err)
	}
	for line := range strings.Lines(v4.String()) {
		if strings.HasPrefix(line, "Prefix") || strings.HasPrefix(line, "192.0.2.") {
			fmt.Print(line)
		}
	}
	// Output:
	// Prefix,Kind,People,Layer
	// 192.0.2.0/24,own_scanner,none,own
}

func ExampleSelfTest() {
	first, _, _ := strings.Cut(kql.SelfTest(), "\n")
	fmt.Println(first)
	// Output:
	// // Run this once where the other queries will run. It reads no table. Expected: AsExpected 14, Failed [].
}
