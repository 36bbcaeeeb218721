package clickclass

import (
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
)

// Click is one row of UrlClickEvents. The fields are named like the columns. Any field
// may be empty; an empty field never counts for or against a person.
//
// The JSON form has the names of the columns. UnmarshalJSON accepts what the hunting
// APIs return: numbers for booleans, addresses with ports, arrays for UrlChain.
type Click struct {
	Timestamp        time.Time // when the link was clicked
	Url              string    // may be a Safe Link or another wrapper
	ActionType       ActionType
	AccountUpn       string
	Workload         string // "Email", "Office" or "Teams"
	NetworkMessageId string // the message with the link, for mail only
	ThreatTypes      string // verdict on the URL when it was clicked: "Phish", "Malware"
	DetectionMethods string
	IPAddress        netip.Addr
	MoreIPs          []netip.Addr `json:",omitempty"` // further addresses of the same cell
	IsClickedThrough bool         // "Continue anyway" was pressed on the warning page
	UrlChain         string       // JSON array of redirects, as text
	ReportId         string       // the same for a blocked click and its click-through
	AppName          string
	AppVersion       string
	SourceId         string // of a click in a mail NetworkMessageId, in Teams the id of the message

	Feed Feed `json:",omitempty"` // the table the row comes from

	// File and Row identify the row to the caller: a file and its row, or a topic and
	// its offset. They never influence a verdict.
	File string `json:",omitempty"`
	Row  int64  `json:",omitempty"`
}

// OriginalURL returns the URL behind all wrappers of k.Url.
func (k *Click) OriginalURL() string { return normal.URL(k.Url) }

// Site returns the registrable domain of OriginalURL, such as "example.co.uk", or "" if
// the URL has no host. An address, a single label and a public suffix are returned as
// they are.
func (k *Click) Site() string { return normal.Site(k.OriginalURL()) }

// address returns the address of k without its zone, IPv4-mapped addresses as IPv4.
func (k *Click) address() netip.Addr { return k.IPAddress.Unmap().WithZone("") }

// ActionType is what Safe Links did with a click. Values without a constant are kept.
type ActionType string

const (
	ClickAllowed               ActionType = "ClickAllowed"
	ClickBlocked               ActionType = "ClickBlocked"
	ClickBlockedByTenantPolicy ActionType = "ClickBlockedByTenantPolicy"
	UrlErrorPage               ActionType = "UrlErrorPage"
	UrlScanInProgress          ActionType = "UrlScanInProgress"
	ClickedThrough             ActionType = "ClickedThrough" // audit log and reports: the warning was overridden
)

// Feed is a table that holds clicks.
type Feed string

const (
	FeedUrlClickEvents Feed = ""
	FeedAudit          Feed = "audit"  // unified audit log, TIUrlClickData
	FeedAlert          Feed = "alert"  // alerts that tell of clicks; what they leave open is empty, addresses nearly always
	FeedReport         Feed = "report" // reports of PowerShell cmdlets; without addresses
)
