// Package safelinks reads Safe Links, the URLs that Microsoft Defender for
// Office 365 writes in the place of the links of a mail, and the rewritten links
// of other mail gateways.
//
// A Safe Link holds the original URL and, in data=, who received the mail and
// when:
//
//	https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2F
//	   &data=05%7C02%7Cadele.vance%40contoso.com%7C3246927a20c543a9d37b08dc713331d6%7C…
//	   &sdata=…&reserved=0
//
// Most callers want one of these:
//
//   - [Unwrap] goes through every layer of a link, whoever wrote it, to the
//     [Chain.Original].
//   - [Unwrap] reads one Safe Link with all its fields; [AppendOriginal] reads the
//     URL alone, without allocation; [IsSafeLink] asks whether it is one.
//   - [MessageTime] reads the clock inside a Network-Message-Id or a ReportId.
//   - [Find] gives the wrapped links of a text, and [Rewrite] copies a text, HTML
//     or a mail with the original URLs in their place.
//   - [Redact] makes a link safe to log and to share.
//
// # What is decoded
//
// The mail form of all clouds, the same with /ap/ for Office apps, the page of
// Outlook on the web, and the page of Teams. Of other vendors: Proofpoint v1, v2
// and v3, Barracuda, Trend Micro, Check Point (Avanan), Cisco, Sophos, FireEye
// (Trellix), Symantec, Trustwave, EdgePilot, Libraesva, FortiMail, Vade,
// Hornetsecurity, Topsec, INKY, Google, Azure Communication, Amazon SES, Slack,
// Facebook, LinkedIn, WhatsApp and Defender for Cloud Apps. Mimecast,
// emailprotection.link and some forms of Sophos, Symantec, Cisco and INKY keep
// the target on their server: they end a chain with [ErrOpaque] or the flag
// [Opaque], and with a host hint where the link gives one.
//
// The host is matched exactly, on a label boundary, in ASCII: look-alikes,
// user-info, back-slashes and foreign letters are refused. The rest of the link
// is read as people really have it: with &amp;, back-slashes of Markdown, raw or
// mixed pipes, percent-encoded once too often, decoded by a tool, defanged, or
// with brackets around. Every layer is decoded exactly once; a plus stays a
// plus. Targets are http, https and ftp URLs; a target with another scheme, or a
// relative one, is none. A target without a scheme that begins with a host name
// is returned as it is, with a flag.
//
// In a decoded URL, control characters and bytes that are not UTF-8 stay
// percent-encoded, so that a link cannot break the line or the terminal that it
// is printed to.
//
// # How sure it is
//
// Microsoft documents the host and that a URL is wrapped per recipient, and
// nothing of the parameters. The meaning of the fields was found by comparing
// many links with the mails they came from. The message GUID equals the
// Network-Message-Id of the mail, and its last digits are the upper bits of the
// time at which the message entered the service; the ticks are when the link
// was written, 0.4 to 129 seconds later in all links compared. What is not
// known is handed out as it is: the flags, the code, the context. The signature
// (sdata=) cannot be checked offline: anyone can write a Safe Link with any
// fields, and [Flags] only say what does not fit.
//
// A recipient is who the link was written for. In a mail forwarded before
// December 2023 that may be somebody earlier in the chain.
//
// # Privacy
//
// Links tell recipients, tenants and messages, and the page of Teams carries the
// session cookie of the user. The cookie is never returned. Errors repeat no
// more of a link than its host.
//
// # Use and compatibility
//
// All functions are safe for concurrent use. Importing the package does
// nothing, and nothing in it touches the network, the clock or the environment.
// Time is linear in the input, whatever it holds. The package imports only the
// standard library and does not use net/url, whose strictness changes with the
// version of Go.
//
// The words of [Kind], [Flags.Names] and the JSON of [Layer] are stable; new
// ones may come.
package safelinks
