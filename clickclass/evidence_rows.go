package clickclass

import (
	"net/netip"
	"time"
)

// Email is one row of EmailEvents (or of the Streaming API's EmailEvents).
type Email struct {
	Timestamp             time.Time
	NetworkMessageId      string
	RecipientEmailAddress string
	SenderFromAddress     string
	DeliveryAction        string // "Delivered", "Blocked", "Junked", "Replaced"
	DeliveryLocation      string
	UrlCount              int // -1 when the column is missing
	EmailDirection        string
}

// EmailURL is one row of EmailUrlInfo.
type EmailURL struct {
	Timestamp        time.Time
	NetworkMessageId string
	Url              string
	UrlLocation      string // "Body", "Subject", "Attachment", "Header", "QRCode"
}

// PostDelivery is one row of EmailPostDeliveryEvents: what was done with a
// message after it was delivered.
type PostDelivery struct {
	Timestamp             time.Time
	NetworkMessageId      string
	RecipientEmailAddress string
	ActionType            string // "Malware ZAP", "Phish ZAP", "Manual remediation", ...
	ActionResult          string
	ThreatTypes           string
}

// SignIn is one sign-in: a row of SigninLogs, AADNonInteractiveUserSignInLogs,
// AADSignInEventsBeta, EntraIdSignInEvents or IdentityLogonEvents.
type SignIn struct {
	Timestamp   time.Time
	AccountUpn  string
	IPAddress   netip.Addr
	Success     bool
	Interactive bool   // false for token refreshes, service and device logons, Kerberos
	Risk        string // risk level during sign-in: "", "none", "low", "medium", "high"
	Country     string // two letters where the row has it
	AppName     string
	Table       string // the table it was read from
}

// BrowserLaunch is a DeviceEvents row with ActionType
// BrowserLaunchedToOpenUrl: a link outside the browser was opened.
type BrowserLaunch struct {
	Timestamp  time.Time
	AccountUpn string // InitiatingProcessAccountUpn; may be empty
	Account    string // InitiatingProcessAccountName, when there is no UPN
	DeviceId   string
	DeviceName string
	RemoteUrl  string // wrapped or not
	Process    string // InitiatingProcessFileName
}

// Connection is a DeviceNetworkEvents row: a process of a device went to a
// host.
type Connection struct {
	Timestamp  time.Time
	AccountUpn string
	Account    string // InitiatingProcessAccountName, when there is no UPN
	DeviceId   string
	DeviceName string
	RemoteUrl  string // a URL or a bare host
	RemoteIP   netip.Addr
	Process    string // InitiatingProcessFileName: "msedge.exe"
	ActionType string
}

// Policy is one Safe Links policy, as Get-SafeLinksPolicy | ConvertTo-Json
// writes it.
type Policy struct {
	Name                     string
	EnableSafeLinksForEmail  bool
	EnableSafeLinksForTeams  bool
	EnableSafeLinksForOffice bool
	ScanUrls                 bool // real-time scanning of suspicious links
	DeliverMessageAfterScan  bool // wait for the scan before delivering
	TrackClicks              bool
	AllowClickThrough        bool
	EnableForInternalSenders bool
	DisableUrlRewrite        bool
}
