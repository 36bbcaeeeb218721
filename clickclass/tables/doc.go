// Package tables reads exports of Microsoft's hunting tables in all the forms in which
// users have them. It detects the table and the form:
//
//   - CSV of the advanced hunting portal or of Log Analytics, with all columns or those
//     displayed ("TimeGenerated [UTC]", 9/28/2026, 10:40:01.512 AM);
//   - JSON answers of the Defender API, of Graph and of the Log Analytics query API, one
//     or several, one after the other;
//   - the Streaming API's JSON lines in a blob, or {"records":[...]} from an Event Hub,
//     where rows of many tables are mixed;
//   - custom tables with type suffixes (Url_s, NetworkMessageId_g);
//   - JSON lines, JSON arrays and single objects;
//   - answers of Azure Data Explorer, and what Splunk, Elastic, Logstash, Cribl, Wazuh, Fluent
//     Bit and Event Hubs put around a row, be it an object or text;
//   - records of the unified audit log, TIUrlClickData, AlertEntityGenerated and sign-ins:
//     bare, in the AuditData of an export, or in CloudAppEvents.RawEventData;
//   - alerts that tell of clicks: of Graph's first and second version, of Log Analytics
//     (SecurityAlert), within the incidents of Graph, Defender and Sentinel;
//   - Get-SafeLinksDetailReport, Get-UrlTrace and the URL protection report, as CSV or
//     through ConvertTo-Json.
//
// These hold clicks. Tables with evidence about clicks are read in the same forms:
// EmailEvents, EmailUrlInfo, EmailPostDeliveryEvents, SigninLogs,
// AADNonInteractiveUserSignInLogs, EntraIdSignInEvents (once AADSignInEventsBeta),
// IdentityLogonEvents, DeviceEvents and DeviceNetworkEvents, MessageEvents, MessageUrlInfo
// and MessagePostDeliveryEvents. So are the sign-ins that the Entra portal downloads, the
// timeline of a device from the Defender portal, and Safe Links policies, from
// Get-SafeLinksPolicy | ConvertTo-Json.
//
//	r, err := tables.NewReader("clicks.csv", f, tables.Options{})
//	...
//	for click, err := range r.Clicks(&store) {
//		if err != nil {
//			log.Print(err) // a damaged row; the next one follows
//			continue
//		}
//		...
//	}
//
// [Reader.Clicks] is for files of clicks, with or without evidence among them, and
// [Reader.Rows] for everything else. To judge clicks with evidence from several files, read
// the evidence first:
//
//	for row, err := range evidenceReader.Rows() {
//		switch {
//		case err != nil:
//			...
//		case row.Evidence != nil:
//			store.Add(row.Evidence)
//		case row.Policy != nil:
//			policies = append(policies, *row.Policy)
//		}
//	}
//
// # Which table
//
// A row that names its table, in a Type, $table or category column, is of that table. Other
// rows are recognised by their columns. If the columns fit several tables, the row is read
// as one of them and [Report].Warnings names the others; [Options].Table settles it.
//
// Rows of all tables may stand in one input, in any order: CSV exports one behind the other,
// each with its header, and JSON lines among them. Rows of tables that are not read are passed
// over and counted in [Report].Warnings.
//
// # Alerts
//
// An alert holds clicks if it lists them (uriClickSecurityStates), or if its title tells of
// a click on a link. Then each link among its entities is a click: by each user, or else
// each mailbox, or else the only recipient of its messages. With several links and several
// accounts, those belong together that a message names together. All of this is inferred,
// and marked by [clickclass.FeedAlert]. What an alert leaves open is empty: the time and the
// address if it tells of several clicks, the message if several fit, and an address that may
// be the sender's. Graph's first version has a link's domain only, which is then the Url.
//
// # Damage
//
// A row that cannot be read is a [*RowError] with file, row and column. Nothing else is
// lost: after a missing bracket or a quote that nobody closes, reading goes on with the next
// row. A row has at most 1 MiB, and memory is bounded for every input. Empty cells are never
// errors, nor are the words of feeds and exporters for nothing: "<null>", "Not Available",
// "-", "#N/A". A bad cell that no rule needs is left out, and so is an account, an id or a
// word of more than 1 KiB; [Report].Warnings tells it. Bytes that are not UTF-8 turn into
// U+FFFD.
//
// A table without the columns that its rows need to count is refused. Times of years
// outside 2000 to 2099 are errors.
//
// # Dates
//
// Whether 3/8/2026 is a day in August or in March is decided for each export: by a date such
// as 13/08/2026, by the clocks in the ids of its rows, or by the form of the Log Analytics
// portal. Rows with such dates are held until one decides, 8 MiB at most. Report.Warnings
// tells where the day is first, and where nothing decides; then the month is.
//
// # Speed
//
// Rows are parsed on several goroutines, see [Options].Workers. On one goroutine, JSON lines
// are read five to six times as fast as encoding/json unmarshals them into Clicks: see
// BenchmarkReadNDJSON.
package tables
