package tables

import (
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// readTable reads the cells that were found as a row of table t. It reports false for a row
// that is in order but holds nothing of use.
func (p *rowParser) readTable(t table) bool {
	switch t {
	case urlClickEvents:
		p.readClick()
	case tiUrlClickData, alertEntityGenerated, auditLog, cloudAppEvents:
		return p.readAuditRow(t)
	case safeLinksReport:
		p.readReportedClick()
	case emailEvents:
		p.readEmail()
	case emailUrlInfo:
		p.readEmailURL()
	case emailPostDeliveryEvents:
		p.readPostDelivery()
	case messageEvents:
		p.readChatMessage()
	case messageUrlInfo:
		p.readChatURL()
	case messagePostDeliveryEvents:
		p.readChatPostDelivery()
	case signinLogs, nonInteractiveSignInLogs, entraIdSignInEvents, identityLogonEvents:
		p.readSignIn(t)
	case deviceEvents:
		return p.readBrowserLaunch()
	case deviceNetworkEvents:
		p.readConnection()
	case safeLinksPolicy:
		p.readPolicy()
	case securityAlert:
		return p.readSecurityAlert()
	default:
		return false
	}
	return true
}

func (p *rowParser) readClick() {
	k := &clickclass.Click{
		Timestamp:        p.time(eventTime...),
		Url:              p.text(colUrl),
		ActionType:       clickclass.ActionType(p.text(colActionType)),
		AccountUpn:       p.text(colAccountUpn),
		Workload:         p.text(colWorkload),
		NetworkMessageId: p.text(colNetworkMessageId),
		ThreatTypes:      p.text(colThreatTypes),
		DetectionMethods: p.text(colDetectionMethods),
		IsClickedThrough: p.bool(colIsClickedThrough),
		UrlChain:         p.text(colUrlChain),
		ReportId:         p.text(colReportId),
		AppName:          p.text(colAppName),
		AppVersion:       p.text(colAppVersion),
		SourceId:         p.text(colSourceId),
		File:             p.row.File,
		Row:              p.row.Row,
	}
	k.IPAddress, k.MoreIPs = p.addrs(colIPAddress)
	p.row.Click = k
}

func (p *rowParser) readEmail() {
	p.row.Evidence = evidence.Email{
		Timestamp:             p.time(eventTime...),
		NetworkMessageId:      p.text(colNetworkMessageId),
		RecipientEmailAddress: p.text(colRecipientEmailAddress),
		SenderFromAddress:     p.text(colSenderFromAddress),
		Subject:               p.text(colSubject),
		DeliveryAction:        p.text(colDeliveryAction),
		DeliveryLocation:      p.text(colDeliveryLocation),
		EmailDirection:        p.text(colEmailDirection),
		ThreatTypes:           p.text(colThreatTypes),
		UrlCount:              p.int(-1, colUrlCount),
	}
}

func (p *rowParser) readEmailURL() {
	p.row.Evidence = evidence.EmailUrl{
		Timestamp:        p.time(eventTime...),
		NetworkMessageId: p.text(colNetworkMessageId),
		Url:              p.text(colUrl),
		UrlLocation:      p.text(colUrlLocation),
	}
}

func (p *rowParser) readPostDelivery() {
	p.row.Evidence = evidence.PostDelivery{
		Timestamp:             p.time(eventTime...),
		NetworkMessageId:      p.text(colNetworkMessageId),
		RecipientEmailAddress: p.text(colRecipientEmailAddress),
		ActionType:            p.text(colActionType),
		ActionResult:          p.text(colActionResult),
		ThreatTypes:           p.text(colThreatTypes),
	}
}

func (p *rowParser) readChatMessage() {
	p.row.Evidence = evidence.ChatMessage{
		Timestamp:          p.time(eventTime...),
		TeamsMessageId:     p.text(colTeamsMessageId),
		SenderEmailAddress: p.text(colSenderEmailAddress),
	}
}

func (p *rowParser) readChatURL() {
	p.row.Evidence = evidence.ChatUrl{
		Timestamp:      p.time(eventTime...),
		TeamsMessageId: p.text(colTeamsMessageId),
		Url:            p.text(colUrl),
		UrlDomain:      p.text(colUrlDomain),
	}
}

func (p *rowParser) readChatPostDelivery() {
	p.row.Evidence = evidence.ChatPostDelivery{
		Timestamp:      p.time(eventTime...),
		TeamsMessageId: p.text(colTeamsMessageId),
		ActionType:     p.text(colActionType),
		ActionResult:   p.text(colActionResult),
		ThreatTypes:    p.text(colThreatTypes),
	}
}

// readBrowserLaunch reads a row of DeviceEvents. Rows of other actions are of no use.
func (p *rowParser) readBrowserLaunch() bool {
	if !strings.EqualFold(p.text(colActionType), "BrowserLaunchedToOpenUrl") {
		return false
	}
	p.row.Evidence = evidence.BrowserLaunch{
		Timestamp:  p.time(eventTime...),
		AccountUpn: p.firstText(colInitiatingProcessAccountUpn, colAccountUpn),
		Account:    p.firstText(colInitiatingProcessAccountName, colAccountName),
		DeviceId:   p.text(colDeviceId),
		DeviceName: p.text(colDeviceName),
		RemoteUrl:  p.remoteURL(),
		Process:    p.text(colInitiatingProcessFileName),
	}
	return true
}

// remoteURL returns the link of a launch. Some exports have it in AdditionalFields alone.
func (p *rowParser) remoteURL() string {
	if s := p.text(colRemoteUrl); s != "" {
		return s
	}
	if fields := p.text(colAdditionalFields); strings.HasPrefix(fields, "{") {
		if in := p.findInner(colAdditionalFields, fields); in != nil {
			return in.firstText(colRemoteUrl, colUrl)
		}
	}
	return ""
}

func (p *rowParser) readConnection() {
	c := evidence.Connection{
		Timestamp:  p.time(eventTime...),
		AccountUpn: p.firstText(colInitiatingProcessAccountUpn, colAccountUpn),
		Account:    p.firstText(colInitiatingProcessAccountName, colAccountName),
		DeviceId:   p.text(colDeviceId),
		DeviceName: p.text(colDeviceName),
		RemoteUrl:  p.text(colRemoteUrl),
		Process:    p.text(colInitiatingProcessFileName),
		ActionType: p.text(colActionType),
	}
	c.RemoteIP, _ = p.addrs(colRemoteIP)
	p.row.Evidence = c
}

func (p *rowParser) readPolicy() {
	p.row.Policy = &clickclass.Policy{
		Name:                    p.firstText(colName, colIdentity),
		Email:                   p.bool(colEnableSafeLinksForEmail),
		Teams:                   p.bool(colEnableSafeLinksForTeams),
		Office:                  p.bool(colEnableSafeLinksForOffice),
		ScanURLs:                p.bool(colScanUrls),
		DeliverMessageAfterScan: p.bool(colDeliverMessageAfterScan),
	}
}
