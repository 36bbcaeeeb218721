package clickclass

import (
	"net/netip"
	"time"
)

// Click is one row of UrlClickEvents. Fields are named as the columns, letter
// for letter, so that a Click also unmarshals from a row of the hunting API.
// Every field may be zero: an export may lack any column, and what is missing
// never counts for or against a person.
type Click struct {
	Timestamp        time.Time  // when the click was made, UTC
	Url              string     // the original URL; a Safe Link or other wrapper is decoded when scored
	ActionType       ActionType // an open set
	AccountUpn       string     // the account that the click is ascribed to, any case
	Workload         string     // "Email", "Office", "Teams"
	NetworkMessageId string     // the message, mail only; joins to EmailEvents
	ThreatTypes      string     // verdict on the URL at click time: "Phish", "Malware", ...
	DetectionMethods string     // JSON text or ""
	IPAddress        netip.Addr // the address that asked, IPv4-mapped forms unmapped, no zone
	IsClickedThrough bool       // "Continue anyway" was pressed on the warning page
	UrlChain         string     // JSON array of the redirects, as text
	ReportId         string     // the same on a blocked row and its click-through row
	AppName          string
	AppVersion       string
	SourceId         string

	// MoreIPs holds the further addresses of a cell with several, in order; package
	// tables takes a thousand.
	MoreIPs []netip.Addr `json:"-"`
	// Feed says which table the row was read from; the zero Feed is
	// UrlClickEvents.
	Feed Feed `json:"-"`
	// File and Row say where the row was read; Row counts from 1 and leaves out
	// a header. They never influence a verdict.
	File string `json:"-"`
	Row  int    `json:"-"`
}

// ActionType is what Safe Links did with a click. It is an open set: values
// beside the constants are kept as they are.
type ActionType string

// The values that rows have been seen or documented to hold.
const (
	ClickAllowed               ActionType = "ClickAllowed"
	ClickBlocked               ActionType = "ClickBlocked"
	ClickBlockedByTenantPolicy ActionType = "ClickBlockedByTenantPolicy"
	UrlErrorPage               ActionType = "UrlErrorPage"
	UrlScanInProgress          ActionType = "UrlScanInProgress"
	// ClickedThrough is written in the audit feed and in reports for a block
	// page that was overridden.
	ClickedThrough ActionType = "ClickedThrough"
)

// Feed is a table that holds clicks.
type Feed uint8

const (
	FeedUrlClickEvents Feed = iota // UrlClickEvents
	FeedAudit                      // unified audit log, RecordType 41, TIUrlClickData
	FeedAlert                      // unified audit log, RecordType 40, no address
	FeedReport                     // Get-SafeLinksDetailReport, Get-UrlTrace, URL protection report: no address
)

// String returns the name of the table.
func (f Feed) String() string {
	switch f {
	case FeedUrlClickEvents:
		return "UrlClickEvents"
	case FeedAudit:
		return "TIUrlClickData"
	case FeedAlert:
		return "AlertEntityGenerated"
	case FeedReport:
		return "SafeLinksReport"
	}
	return "unknown"
}
