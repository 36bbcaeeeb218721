package evidence

import (
	"net/netip"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Row is a row of one of the types of this package.
type Row interface{ row() }

// Email is a row of EmailEvents.
type Email struct {
	Timestamp             time.Time
	NetworkMessageId      string
	RecipientEmailAddress string
	SenderFromAddress     string
	Subject               string // for people; the Store does not keep it
	DeliveryAction        string // "Delivered", "Blocked", "Junked" or "Replaced"
	DeliveryLocation      string
	EmailDirection        string
	ThreatTypes           string // verdict on the message: "Phish", "Malware", "Spam"
	UrlCount              int    // -1: column missing
}

// EmailUrl is a row of EmailUrlInfo.
type EmailUrl struct {
	Timestamp        time.Time
	NetworkMessageId string
	Url              string
	UrlLocation      string // "Body", "Subject", "Attachment", "Header" or "QRCode"
}

// PostDelivery is a row of EmailPostDeliveryEvents: what was done with a message after
// it was delivered.
type PostDelivery struct {
	Timestamp             time.Time
	NetworkMessageId      string
	RecipientEmailAddress string
	ActionType            string // "Malware ZAP", "Phish ZAP", "Manual remediation"
	ActionResult          string
	ThreatTypes           string
}

// SignIn is a row of one of the sign-in tables.
type SignIn struct {
	Timestamp   time.Time
	AccountUpn  string
	IPAddress   netip.Addr
	Success     bool
	Interactive bool   // false for token refreshes, service and device logons, Kerberos
	Risk        string // during the sign-in: "", "none", "low", "medium" or "high"
	Country     string // two letters
	AppName     string
	Table       string // the table the row comes from
}

// BrowserLaunch is a row of DeviceEvents with ActionType BrowserLaunchedToOpenUrl: a
// link outside the browser was opened.
type BrowserLaunch struct {
	Timestamp  time.Time
	AccountUpn string // InitiatingProcessAccountUpn
	Account    string // InitiatingProcessAccountName, used if AccountUpn is empty
	DeviceId   string
	DeviceName string
	RemoteUrl  string // wrapped or not
	Process    string // InitiatingProcessFileName
}

// Connection is a row of DeviceNetworkEvents: a process of a device connected to a host.
type Connection struct {
	Timestamp  time.Time
	AccountUpn string // InitiatingProcessAccountUpn
	Account    string // InitiatingProcessAccountName, used if AccountUpn is empty
	DeviceId   string
	DeviceName string
	RemoteUrl  string // a URL or a bare host
	Process    string // InitiatingProcessFileName, such as "msedge.exe"
	RemoteIP   netip.Addr
	ActionType string
}

// ChatMessage is a row of MessageEvents: a message in a Teams chat or channel.
type ChatMessage struct {
	Timestamp          time.Time
	TeamsMessageId     string
	SenderEmailAddress string
}

// ChatUrl is a row of MessageUrlInfo: a link in a message in Teams.
type ChatUrl struct {
	Timestamp      time.Time
	TeamsMessageId string
	Url            string // wrapped or not
	UrlDomain      string
}

// ChatPostDelivery is a row of MessagePostDeliveryEvents: what was done with a message in
// Teams after it was delivered.
type ChatPostDelivery struct {
	Timestamp      time.Time
	TeamsMessageId string
	ActionType     string // "Phish ZAP", "Malware ZAP"
	ActionResult   string
	ThreatTypes    string
}

// Audited is a click as the audit log has it.
type Audited clickclass.Click

func (Email) row()            {}
func (EmailUrl) row()         {}
func (PostDelivery) row()     {}
func (SignIn) row()           {}
func (BrowserLaunch) row()    {}
func (Connection) row()       {}
func (Audited) row()          {}
func (ChatMessage) row()      {}
func (ChatUrl) row()          {}
func (ChatPostDelivery) row() {}
