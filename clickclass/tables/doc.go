// Package tables reads exports of Microsoft's hunting tables, in every shape in
// which users hold them, into typed rows.
//
// Nobody has to say what a file is: the table and the shape are recognised by
// what is in it. The clicks of UrlClickEvents come as
//
//   - a CSV of the advanced hunting portal, or of Log Analytics with all columns
//     or the displayed ones ("TimeGenerated [UTC]", 9/28/2026, 10:40:01.512 AM);
//   - the JSON answer of the Defender API, of Graph, or of the Log Analytics
//     query API, one or several, one after the other;
//   - the Streaming API's JSON lines in a blob, or {"records":[...]} from an
//     Event Hub, where rows of many tables are mixed;
//   - a custom table with suffixed columns (Url_s, NetworkMessageId_g);
//   - JSON lines, JSON arrays and single objects of any making;
//   - records of the unified audit log: TIUrlClickData and AlertEntityGenerated,
//     bare, in the AuditData of an export, or in CloudAppEvents.RawEventData;
//   - Get-SafeLinksDetailReport, Get-UrlTrace and the URL protection report, as
//     CSV or through ConvertTo-Json.
//
// The tables that tell more of a click are read in the same shapes: EmailEvents,
// EmailUrlInfo, EmailPostDeliveryEvents, SigninLogs,
// AADNonInteractiveUserSignInLogs, EntraIdSignInEvents (AADSignInEventsBeta),
// IdentityLogonEvents, DeviceEvents, DeviceNetworkEvents, and
// Get-SafeLinksPolicy | ConvertTo-Json. Compressed input is the caller's to
// open.
//
//	r, err := tables.NewReader("clicks.csv", f)
//	...
//	for row, err := range r.Rows() {
//		if err != nil {
//			log.Print(err) // a damaged row has its place; the next one follows
//			continue
//		}
//		if row.Click != nil {
//			...
//		}
//	}
//
// # Damage
//
// A row that cannot be read is a [*RowError] with file, row and column, and
// nothing else is lost by it: after a missing bracket or a quote that nobody
// closes, reading goes on with the next row. Rows are bounded by [MaxRecord],
// and so is the memory, whatever the input. Empty cells are never an error.
//
// # Concurrency
//
// [Reader.Rows] does it all in one goroutine. To read in parallel, hand the
// chunks of [Reader.Chunks], which is cheap and sequential, to as many
// goroutines as there are processors, and let each call [Reader.Parse]. A
// program that keeps no text of the rows releases the chunks, whose memory is
// then used again.
//
// # Speed
//
// The readers are this package's own, chosen by measurement: over the same
// rows, typed times and addresses included, JSON is read about 7 times as fast
// as by encoding/json and twice as fast as by the quickest of go-faster/jx,
// valyala/fastjson, buger/jsonparser and go-json-experiment; CSV is read as
// fast as by encoding/csv, but can be cut for many goroutines and goes on after
// damage. The benchmark is examples/internal/readersbench.
package tables
