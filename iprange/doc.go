// Package iprange tells which Microsoft service an IP address or host name belongs
// to, from the published lists, offline.
//
//	m := iprange.Default().Lookup(netip.MustParseAddr("52.112.103.113"))
//	best, ok := m.Best() // Microsoft Teams, 52.112.0.0/14
//	m.People()           // PeopleNone: no user's traffic leaves from this address
//
// A [Set] is immutable. To use newer lists or your own ranges, derive another Set
// with [Set.With] and store it in an atomic.Pointer.
//
// # Layers
//
// Three published data sets overlap: the Microsoft 365 endpoints (by product), the
// Azure service tags (by Azure service and region), and the Microsoft public IP
// space (all that Microsoft owns). An address can be in all of them, and in several
// endpoint sets and tags. A look-up returns every match, with the list, its date
// and the prefix. Two more layers are named ranges from other public documents,
// and your own ranges.
//
// The named ranges are ranges of Microsoft that no list has under their own name;
// crawlers, assistants and monitoring services; the ranges of other clouds that
// anyone can rent (Amazon, Google, Oracle, DigitalOcean, Linode, Vultr); proxies
// (Cloudflare, Zscaler, the hosts of Defender for Cloud Apps); the egress of
// iCloud Private Relay and of Security Copilot. Their dates are those of the copies
// that we found; a copy without a date has the day on which we took it.
//
// # What a match means
//
// The endpoints are addresses that clients must reach. That a request comes from
// such an address means that a server of Microsoft sent it. That an address is in
// no list means nothing. AzureCloud has machines that anyone can rent, and most
// servers of Microsoft 365 too.
//
// KindCrawler is a program that opens links by itself, and also an assistant that
// does so because a user asked it: then People is PeoplePossible, as it is for lists
// of both. Neither is a click of the user.
//
// People and Kind of a [Match] are stated by this package. Source is the document
// that supports them, or says that they are our reading of the names.
//
// # Other lists
//
// [Read] reads newer lists, [ReadOwn] and [OwnList] your own ranges. [Compare]
// describes what changed between two Sets and what speaks against the new one.
// [Set.LookupAt] looks up an address in the lists of another day, and
// [Set.LookupPrefix] all addresses of a prefix.
//
// # Cost
//
// Importing the package does nothing. The first call of [Default] decodes the
// embedded lists, about 84,000 prefixes, in about 12 ms; they take 3.9 MB of memory.
// A look-up of an address takes tens of nanoseconds and does not allocate. Own ranges
// take memory and time by their number, whatever their bounds are.
//
// # Compatibility
//
// Words of [Layer], [Kind] and [People], and the JSON names of [Match], stay. Lists
// that are read today can be read by later versions.
package iprange
