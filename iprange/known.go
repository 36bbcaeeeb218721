package iprange

import "net/netip"

// knownRanges has named ranges that no published list has under their own name,
// each with the public document that names it. The named ranges of crawlers.go,
// providers.go and proxies.go are published lists of their own.
var knownRanges = []struct {
	name     string
	prefixes []string
	kindRule
}{
	{
		"Global Secure Access",
		[]string{"128.94.0.0/19", "151.206.0.0/16"},
		kindRule{KindPersonEgress, PeopleYes, "Microsoft Learn, Global Secure Access egress IP ranges, 2025-08-28"},
	},
	{
		"Global Secure Access service edge",
		[]string{
			"13.107.232.0/24", "13.107.233.0/24",
			"150.171.15.0/24", "150.171.18.0/24", "150.171.19.0/24", "150.171.20.0/24",
		},
		// Clients connect to these; they send no requests of their own.
		kindRule{KindRelay, PeopleNone, "Microsoft Learn, Global Secure Access coexistence articles"},
	},
	{
		"Exchange Online Protection crawler",
		[]string{"40.94.0.0/16"},
		// More than 9,000 requests in 15 minutes after one mailing.
		kindRule{KindCrawler, PeopleNone, "Stack Overflow question 67179134"},
	},
	{
		"Microsoft automated clicks in phishing simulations",
		[]string{"40.64.64.90/32", "40.64.64.110/32", "40.64.100.180/32"},
		kindRule{KindCrawler, PeopleNone, "phinsec.io knowledge base, Ignore Third Party Service IP Addresses"},
	},
	{
		"GitHub Codespaces",
		[]string{"20.42.11.16/28", "172.210.54.224/28"},
		// Users' sessions and their scripts run on the same machines.
		kindRule{KindCloud, PeoplePossible, "GitHub meta API"},
	},
	{
		"GitHub Actions macOS runners",
		[]string{"13.105.117.0/24"},
		kindRule{KindPlatform, PeopleNone, "GitHub meta API"},
	},
	{
		"Microsoft offices",
		[]string{"131.107.0.0/16", "167.220.0.0/16"},
		kindRule{KindCorporate, PeopleYes, srcReading},
	},
}

// knownList returns the named ranges as a List.
func knownList() *List {
	l := &List{layer: LayerKnown, Info: ListInfo{Name: "named ranges", Layer: LayerKnown}}
	for _, k := range knownRanges {
		c := entry{label: label{service: k.name, kind: k.kind, people: k.people, source: k.source}}
		for _, p := range k.prefixes {
			c.prefixes = append(c.prefixes, netip.MustParsePrefix(p))
		}
		l.entries = append(l.entries, c)
	}
	return l
}
