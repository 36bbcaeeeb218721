// Package whoclicked says who made a click that a Microsoft Defender click log
// ascribes to an account: a person or an automated service, which service, how
// sure, why, and what evidence would settle it.
//
// The work is done by three packages that stand on their own:
//
//   - [github.com/whoclicked/whoclicked/safelinks] decodes Safe Links and the
//     wrappers nested with them to the original URL, and reads what the link
//     itself tells: recipient, message, tenant, times.
//   - [github.com/whoclicked/whoclicked/iprange] says which Microsoft service
//     an address or a host belongs to, offline, with provenance.
//   - [github.com/whoclicked/whoclicked/clickclass] scores one click, or a
//     whole export with mail, sign-in and device evidence. Its subpackage
//     tables reads the exports.
//
// This package has no code of its own; its example shows the whole flow.
//
// # Compatibility
//
// Before v1 the names of classes, signals, flags and causes may still change;
// every change is in CHANGELOG.md. A changed weight changes verdicts, so it is
// listed there as a change of behaviour, and [clickclass.RulesVersion] changes
// with it.
package whoclicked
