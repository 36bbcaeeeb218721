// Package iprange says which Microsoft service an address or a host belongs to,
// says who says so, and whether a person can be behind it. It works offline, on
// published lists that come with it.
//
//	m := iprange.Default().Lookup(netip.MustParseAddr("52.112.103.113"))
//	best, ok := m.Best() // endpoint set 11, "Microsoft Teams", 52.112.0.0/14
//	m.People()           // PeopleNone: no person's traffic leaves from there
//
// # Layers
//
// Three published data sets nest: the Microsoft 365 endpoints (by product), the
// Azure service tags (by Azure service and region), and the Microsoft Public IP
// Space (everything that Microsoft calls its own). One address can be in all of
// them, in several sets and tags at once; a look-up gives every match with its
// list, that list's date, and the prefix. Ids of endpoint sets are unique in one
// instance only. Beside them are named ranges that are in no feed, and ranges
// of the user's own, which outrank the rest.
//
// The endpoints are lists of destinations that clients must reach, not of the
// sources of requests. That a request came from such a server means that a
// server of Microsoft's made it; that an address is in no list means nothing.
// AzureCloud holds machines that anybody can rent, and most of Microsoft 365's
// own servers too.
//
// # Other lists
//
// [ReadEndpoints], [ReadServiceTags], [ReadPublicSpace] and [ReadOwn] read newer
// or other lists; a [Builder] makes a [Set] of them, on top of [Default] if
// wanted. [Diff] tells what changed, and [CheckUpdate] what speaks against a new
// list. [Set.LookupAt] answers with the lists of another day. The endpoints web
// service can answer as CSV and RSS too; these forms are not read, ask for JSON.
//
// # Concurrency and cost
//
// A Set is immutable and safe for concurrent use. Importing the package does
// nothing; [Default] decodes its table on first use. [Set.Lookup] does not
// allocate.
package iprange
