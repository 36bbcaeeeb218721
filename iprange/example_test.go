package iprange_test

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

func ExampleSet_Lookup() {
	m := iprange.Default().Lookup(netip.MustParseAddr("52.112.103.113"))
	for _, x := range m.All() {
		fmt.Println(x.Layer, x.Prefix, x.Tag+x.Service)
	}
	best, _ := m.Best()
	fmt.Println(best.Service, best.Set, best.List, m.People())
	// Output:
	// tag 52.112.103.0/24 AzureCloud.centralfrance
	// tag 52.112.103.0/24 AzureCloud
	// product 52.112.0.0/14 Microsoft Teams
	// product 52.112.0.0/14 Microsoft Teams
	// microsoft 52.112.0.0/14 Microsoft
	// Microsoft Teams 11 worldwide 2026-08-02 none
}

func ExampleSet_LookupAt() {
	addr := netip.MustParseAddr("52.120.1.1")
	then := iprange.Default().LookupAt(addr, time.Date(2022, 11, 1, 0, 0, 0, 0, time.UTC))
	best, _ := then.Best()
	fmt.Println(best.Service, best.Prefix, "until", best.Until.Format(time.DateOnly))
	// Output: Microsoft Teams 52.120.0.0/14 until 2022-12-01
}

func ExampleSet_LookupHost() {
	best, ok := iprange.Default().LookupHost("Outlook.Office.com:443").Best()
	fmt.Println(ok, best.Pattern, best.Category)
	// Output: true outlook.office.com Optimize
}

func ExampleParseRanges() {
	r, err := iprange.ParseRanges("192.0.2.0/24, 192.0.2.200 - 192.0.3.10, ::/0")
	fmt.Println(iprange.Merge(r), iprange.Size(r), err)
	_, err = iprange.ParseRanges("192.0.2.9-192.0.2.1")
	fmt.Println(err)
	// Output:
	// [192.0.2.0-192.0.3.10 ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff] 340282366920938463463374607431768211723 <nil>
	// iprange: parse ranges: line 1, column 1: bad range: the last address is before the first: "192.0.2.9-192.0.2.1"
}

func ExampleBuilder() {
	own, err := iprange.ReadOwn(strings.NewReader("egress: 192.0.2.0/24 = head office"), "")
	if err != nil {
		fmt.Println(err)
		return
	}
	var b iprange.Builder
	b.AddSet(iprange.Default())
	b.Add(own)
	set, err := b.Set()
	if err != nil {
		fmt.Println(err)
		return
	}
	best, _ := set.Lookup(netip.MustParseAddr("192.0.2.7")).Best()
	fmt.Println(best.Layer, best.Kind, best.Service)
	fmt.Print(iprange.Diff(iprange.Default(), set))
	// Output:
	// own own_egress head office
	// own ranges: new list, 1 entry
}
