package iprange_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/whoclicked/whoclicked/iprange"
)

func Example() {
	m := iprange.Default().Lookup(netip.MustParseAddr("52.112.103.113"))
	best, found := m.Best()
	fmt.Println(found, best.Service, best.Prefix, best.Region)
	fmt.Println("a user's traffic:", m.People())
	// Output:
	// true Microsoft Teams 52.112.0.0/14 centralfrance
	// a user's traffic: none
}

func ExampleDefault() {
	for _, l := range iprange.Default().Lists() {
		if n := len(l.Dates); n > 0 && l.Layer == iprange.LayerTag {
			fmt.Println(l.Name, l.Dates[n-1].Format(time.DateOnly))
		}
	}
	// Output:
	// servicetags public 2026-06-26
	// servicetags azuregovernment 2026-07-20
	// servicetags china 2026-07-20
}

func ExampleSet_Lookup() {
	m := iprange.Default().Lookup(netip.MustParseAddr("52.112.103.113"))
	for _, x := range m.All() {
		fmt.Println(x.Layer, x.Prefix, x.Tag+x.Service)
	}
	// Output:
	// tag 52.112.103.0/24 AzureCloud.centralfrance
	// tag 52.112.103.0/24 AzureCloud
	// product 52.112.0.0/14 Microsoft Teams
	// product 52.112.0.0/14 Microsoft Teams
	// microsoft 52.112.0.0/14 Microsoft
}

func ExampleSet_LookupAt() {
	addr := netip.MustParseAddr("52.120.1.1")
	then := iprange.Default().LookupAt(addr, time.Date(2022, 11, 1, 0, 0, 0, 0, time.UTC))
	best, _ := then.Best()
	fmt.Println(best.Service, best.Prefix, "until", best.Until.Format(time.DateOnly))
	// Output: Microsoft Teams 52.120.0.0/14 until 2022-12-01
}

func ExampleSet_LookupPrefix() {
	own, err := iprange.ReadOwn(strings.NewReader("egress: 192.0.2.0/26 = head office\nscanner: 192.0.2.192-192.0.2.199"), "")
	if err != nil {
		panic(err)
	}
	s, err := new(iprange.Set).With(own)
	if err != nil {
		panic(err)
	}
	for part, m := range s.LookupPrefix(netip.MustParsePrefix("192.0.2.0/24"), time.Time{}) {
		if best, found := m.Best(); found {
			fmt.Println(part, best.Service, "people:", best.People)
		}
	}
	// Output:
	// 192.0.2.0/26 head office people: yes
	// 192.0.2.192/29 scanner people: none
}

func ExampleSet_LookupHost() {
	best, found := iprange.Default().LookupHost("Outlook.Office.com:443").Best()
	fmt.Println(found, best.Pattern, best.Category)
	// Output: true outlook.office.com Optimize
}

// A program that runs for long keeps its Set behind an atomic pointer. Readers
// take no lock; what they looked up before stays valid.
func ExampleSet_With() {
	var live atomic.Pointer[iprange.Set]
	live.Store(iprange.Default())
	addr := netip.MustParseAddr("192.0.2.7")
	before := live.Load().Lookup(addr) // in any goroutine

	own, err := iprange.ReadOwn(strings.NewReader("tool: 192.0.2.0/24 = sandbox"), "")
	if err != nil {
		fmt.Println(err)
		return
	}
	next, err := live.Load().With(own)
	if err != nil {
		fmt.Println(err)
		return
	}
	if iprange.Compare(live.Load(), next).Refused() {
		return // keep the old lists
	}
	live.Store(next)

	fmt.Println(before.Len(), live.Load().Lookup(addr).Len())
	// Output: 0 1
}

func ExampleSet_WithHistory() {
	set := new(iprange.Set)
	for _, doc := range []struct{ name, text string }{
		{"MSFT_PublicIPs_2026-01-01.csv", "192.0.2.0/24\n"},
		{"MSFT_PublicIPs_2026-02-01.csv", "198.51.100.0/24\n"},
	} {
		list, err := iprange.Read(strings.NewReader(doc.text), doc.name)
		if err != nil {
			fmt.Println(err)
			return
		}
		if set, err = set.WithHistory(list); err != nil {
			fmt.Println(err)
			return
		}
	}
	addr := netip.MustParseAddr("192.0.2.7")
	january := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)
	fmt.Println(set.LookupAt(addr, january).Len(), set.Lookup(addr).Len())
	// Output: 1 0
}

func ExampleSet_Without() {
	set := iprange.Default().Without("public ip space")
	addr := netip.MustParseAddr("52.112.103.113")
	fmt.Println(iprange.Default().Lookup(addr).Len(), set.Lookup(addr).Len())
	// Output: 5 4
}

func ExampleMatches_Best_namedRanges() {
	for _, addr := range []string{"40.77.167.1", "4.151.71.176", "45.76.1.1", "147.161.156.9", "104.28.28.1"} {
		best, _ := iprange.Default().Lookup(netip.MustParseAddr(addr)).Best()
		fmt.Println(best.Service, best.Kind, best.People)
	}
	// Output:
	// Bingbot crawler none
	// ChatGPT-User crawler possible
	// Vultr cloud possible
	// Zscaler proxy possible
	// iCloud Private Relay person_egress yes
}

func ExampleSet_Entries() {
	for m := range iprange.Default().Entries() {
		if m.Kind == iprange.KindPersonEgress && m.List == "named ranges" {
			fmt.Println(m.Prefix, m.Service)
		}
	}
	// Output:
	// 128.94.0.0/19 Global Secure Access
	// 151.206.0.0/16 Global Secure Access
}

func ExampleRead() {
	const document = `{"cloud": "Public", "values": [
		{"name": "ActionGroup", "properties": {"addressPrefixes": ["192.0.2.0/24", "192.0.2.0/64"]}}]}`
	list, err := iprange.Read(strings.NewReader(document), "ServiceTags_Public_20260810.json")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(list.Info.Name, list.Info.Dates[0].Format(time.DateOnly))
	fmt.Println(list.Skipped[0])
	// Output:
	// servicetags public 2026-08-10
	// row 1: addressPrefixes: no prefix: "192.0.2.0/64"
}

func ExampleReadOwn() {
	own, err := iprange.ReadOwn(strings.NewReader("egress: 192.0.2.0/24 = head office"), "")
	if err != nil {
		fmt.Println(err)
		return
	}
	set, err := iprange.Default().With(own)
	if err != nil {
		fmt.Println(err)
		return
	}
	best, _ := set.Lookup(netip.MustParseAddr("192.0.2.7")).Best()
	fmt.Println(best.Layer, best.Kind, best.Service)

	_, err = iprange.ReadOwn(strings.NewReader("vpn: 192.0.2.0/24"), "")
	fmt.Println(err)
	// Output:
	// own own_egress head office
	// iprange: read own ranges: row 1: want "kind: ranges" with a kind of egress, cloudpc, scanner, tool or ignore: "vpn: 192.0.2.0/24"
}

func ExampleOwnList() {
	gateways, err := iprange.ParsePrefixes("203.0.113.10-203.0.113.20, 2001:db8::/48")
	if err != nil {
		fmt.Println(err)
		return
	}
	own, err := iprange.OwnList("from the data base", iprange.Own{
		Kind: iprange.KindOwnScanner, Name: "mail gateway", Prefixes: gateways,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	set, err := iprange.Default().With(own)
	if err != nil {
		fmt.Println(err)
		return
	}
	best, _ := set.Lookup(netip.MustParseAddr("203.0.113.17")).Best()
	fmt.Println(best.Kind, best.Service, best.Prefix, best.List)
	// Output: own_scanner mail gateway 203.0.113.16/30 from the data base
}

func ExampleParsePrefixes() {
	fmt.Println(iprange.ParsePrefixes("192.0.2.0/24, 192.0.2.200 - 192.0.2.210; 10.0.0.0/255.0.0.0"))
	_, err := iprange.ParsePrefixes("192.0.2.9-192.0.2.1")
	fmt.Println(err)
	// Output:
	// [192.0.2.0/24 192.0.2.200/29 192.0.2.208/31 192.0.2.210/32 10.0.0.0/8] <nil>
	// iprange: parse prefixes: line 1, column 1: the last address is before the first: "192.0.2.9-192.0.2.1"
}

func ExampleCompare() {
	read := func(text string) *iprange.Set {
		list, err := iprange.Read(strings.NewReader(text), "")
		if err != nil {
			panic(err)
		}
		set, err := new(iprange.Set).With(list)
		if err != nil {
			panic(err)
		}
		return set
	}
	c := iprange.Compare(
		read(`[{"id":1,"serviceAreaDisplayName":"Exchange Online","ips":["192.0.2.0/24","2001:db8::/48"]}]`),
		read(`[{"id":1,"serviceAreaDisplayName":"Exchange Online","ips":["198.51.100.0/24"]}]`))
	for _, change := range c.Changes {
		fmt.Println(change)
	}
	fmt.Println(c.Refused(), c.Findings[0].Reason)
	// Output:
	// worldwide: set 1 "Exchange Online": 1 prefix added (198.51.100.0/24); 2 prefixes removed (192.0.2.0/24 2001:db8::/48)
	// true no IPv6 prefixes any more, had 1
}

func ExampleMatch_json() {
	best, _ := iprange.Default().Lookup(netip.MustParseAddr("151.206.1.1")).Best()
	line, err := json.Marshal(best)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(line))
	// Output: {"layer":"known","kind":"person_egress","people":"yes","source":"Microsoft Learn, Global Secure Access egress IP ranges, 2025-08-28","list":"named ranges","service":"Global Secure Access","prefix":"151.206.0.0/16"}
}
