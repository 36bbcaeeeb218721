// Package whoclicked says who made a click that a Microsoft Defender click log
// attributes to an account: the account's owner, a machine, or somebody else;
// which service, how sure, why, and what evidence would settle it.
//
// The work is done by three packages that stand on their own:
//
//   - [github.com/whoclicked/whoclicked/safelinks] decodes Safe Links and the
//     wrappers nested with them to the original URL, and reads what the link
//     itself tells: recipient, message, tenant, times.
//   - [github.com/whoclicked/whoclicked/iprange] says which Microsoft service
//     an address or a host belongs to, offline, with provenance.
//   - [github.com/whoclicked/whoclicked/clickclass] judges one click, a whole
//     export or a live stream, with mail, sign-in, device and chat evidence.
//     Its subpackages tables and evidence read the exports and keep evidence.
//
// This package has no code of its own; its example shows the whole flow.
//
// # Compatibility
//
// Before v1 the names of classes, rules, flags and causes may still change;
// every change is in CHANGELOG.md. A changed weight changes verdicts, so it is
// listed there as a change of behaviour, and [clickclass.RulesVersion] changes
// with it.
package whoclicked
