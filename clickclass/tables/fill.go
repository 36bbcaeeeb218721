package tables

import (
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
)

// fill reads the row as one of table t and sets the row's pointer to it. It
// reports false for a row that is in order but of no use.
func (p *parser) fill(t Table) bool {
	switch t {
	case UrlClickEvents:
		p.fillClick()
	case TIUrlClickData, AlertEntityGenerated, AuditLog, CloudAppEvents:
		return p.fillAudit()
	case SafeLinksReport:
		p.fillReport()
	case EmailEvents:
		p.email = clickclass.Email{
			Timestamp:             p.time(colTimestamp, colTimeGenerated),
			NetworkMessageId:      p.text(colNetworkMessageId),
			RecipientEmailAddress: p.text(colRecipientEmailAddress),
			SenderFromAddress:     p.text(colSenderFromAddress),
			DeliveryAction:        p.text(colDeliveryAction),
			DeliveryLocation:      p.text(colDeliveryLocation),
			UrlCount:              p.int(-1, colUrlCount),
			EmailDirection:        p.text(colEmailDirection),
		}
		p.row.Email = &p.email
	case EmailUrlInfo:
		p.emailURL = clickclass.EmailURL{
			Timestamp:        p.time(colTimestamp, colTimeGenerated),
			NetworkMessageId: p.text(colNetworkMessageId),
			Url:              p.text(colUrl),
			UrlLocation:      p.text(colUrlLocation),
		}
		p.row.EmailURL = &p.emailURL
	case EmailPostDeliveryEvents:
		p.postDelivery = clickclass.PostDelivery{
			Timestamp:             p.time(colTimestamp, colTimeGenerated),
			NetworkMessageId:      p.text(colNetworkMessageId),
			RecipientEmailAddress: p.text(colRecipientEmailAddress),
			ActionType:            p.text(colActionType),
			ActionResult:          p.text(colActionResult),
			ThreatTypes:           p.text(colThreatTypes),
		}
		p.row.PostDelivery = &p.postDelivery
	case SigninLogs, AADNonInteractiveUserSignInLogs, EntraIdSignInEvents, IdentityLogonEvents:
		p.fillSignIn(t)
	case DeviceEvents:
		if !strings.EqualFold(p.text(colActionType), "BrowserLaunchedToOpenUrl") {
			return false
		}
		p.browserLaunch = clickclass.BrowserLaunch{
			Timestamp:  p.time(colTimestamp, colTimeGenerated),
			AccountUpn: p.firstText(colInitiatingProcessAccountUpn, colAccountUpn),
			Account:    p.text(colInitiatingProcessAccountName),
			DeviceId:   p.text(colDeviceId),
			DeviceName: p.text(colDeviceName),
			RemoteUrl:  p.text(colRemoteUrl),
			Process:    p.text(colInitiatingProcessFileName),
		}
		p.row.BrowserLaunch = &p.browserLaunch
	case DeviceNetworkEvents:
		p.connection = clickclass.Connection{
			Timestamp:  p.time(colTimestamp, colTimeGenerated),
			AccountUpn: p.firstText(colInitiatingProcessAccountUpn, colAccountUpn),
			Account:    p.text(colInitiatingProcessAccountName),
			DeviceId:   p.text(colDeviceId),
			DeviceName: p.text(colDeviceName),
			RemoteUrl:  p.text(colRemoteUrl),
			Process:    p.text(colInitiatingProcessFileName),
			ActionType: p.text(colActionType),
		}
		p.connection.RemoteIP, _ = p.addrs(colRemoteIP)
		p.row.Connection = &p.connection
	case SafeLinksPolicy:
		p.policy = clickclass.Policy{
			Name:                     p.firstText(colName, colIdentity),
			EnableSafeLinksForEmail:  p.bool(colEnableSafeLinksForEmail),
			EnableSafeLinksForTeams:  p.bool(colEnableSafeLinksForTeams),
			EnableSafeLinksForOffice: p.bool(colEnableSafeLinksForOffice),
			ScanUrls:                 p.bool(colScanUrls),
			DeliverMessageAfterScan:  p.bool(colDeliverMessageAfterScan),
			TrackClicks:              p.boolOr(colTrackClicks, colDoNotTrackUserClicks),
			AllowClickThrough:        p.boolOr(colAllowClickThrough, colDoNotAllowClickThrough),
			EnableForInternalSenders: p.bool(colEnableForInternalSenders),
			DisableUrlRewrite:        p.bool(colDisableUrlRewrite),
		}
		p.row.Policy = &p.policy
	default:
		return false
	}
	return true
}

// boolOr reads a column or, in policies of before 2022, the one that says the
// opposite.
func (p *parser) boolOr(col, opposite column) bool {
	if !p.seen.has(col) && p.seen.has(opposite) {
		return !p.bool(opposite)
	}
	return p.bool(col)
}

func (p *parser) fillClick() {
	// Every field is set, one by one: that is faster than copying a literal.
	k := &p.click
	k.Timestamp = p.time(colTimestamp, colTimeGenerated)
	k.Url = p.text(colUrl)
	k.ActionType = clickclass.ActionType(p.text(colActionType))
	k.AccountUpn = p.text(colAccountUpn)
	k.Workload = p.text(colWorkload)
	k.NetworkMessageId = p.text(colNetworkMessageId)
	k.ThreatTypes = p.text(colThreatTypes)
	k.DetectionMethods = p.text(colDetectionMethods)
	k.IsClickedThrough = p.bool(colIsClickedThrough)
	k.UrlChain = p.text(colUrlChain)
	k.ReportId = p.text(colReportId)
	k.AppName = p.text(colAppName)
	k.AppVersion = p.text(colAppVersion)
	k.SourceId = p.text(colSourceId)
	k.IPAddress, k.MoreIPs = p.addrs(colIPAddress)
	k.Feed = clickclass.FeedUrlClickEvents
	k.File, k.Row = p.row.File, p.row.Row
	p.row.Click = k
}

// actions has the ways in which the audit feed, alerts and reports say what
// happened: URLClickAction as a number or a name, Flags, and the words of
// the reports, in lower case without spaces.
var actions = []struct {
	name    string
	action  clickclass.ActionType
	through bool
}{
	{"none", "", false},
	{"allowed", clickclass.ClickAllowed, false},
	{"allowedbytenantadmin", clickclass.ClickAllowed, false},
	{"blockpage", clickclass.ClickBlocked, false},
	{"blocked", clickclass.ClickBlocked, false},
	{"blockedbytenantadmin", clickclass.ClickBlockedByTenantPolicy, false},
	{"pendingdetonationpage", clickclass.UrlScanInProgress, false},
	{"pendingscan", clickclass.UrlScanInProgress, false},
	{"blockpageoverride", clickclass.ClickedThrough, true},
	{"blockedandclickedthrough", clickclass.ClickedThrough, true},
	{"blockedbytenantadminandclickedthrough", clickclass.ClickedThrough, true},
	{"clickedevenblocked", clickclass.ClickedThrough, true},
	{"pendingdetonationpageoverride", clickclass.UrlScanInProgress, true},
	{"clickedthroughduringscan", clickclass.UrlScanInProgress, true},
	{"clickedduringscan", clickclass.UrlScanInProgress, true},
}

// clickActions are the numbers of URLClickAction, and flagActions those of
// Get-SafeLinksDetailReport's Flags.
var (
	clickActions = []string{"none", "allowed", "blockpage", "pendingdetonationpage", "blockpageoverride", "pendingdetonationpageoverride"}
	flagActions  = []string{"allowed", "blocked", "clickedevenblocked", "clickedduringscan"}
)

// action translates what happened; numbers are places in codes. A value that
// is not known stays as it is, since the set is open.
func action(s string, codes []string) (clickclass.ActionType, bool) {
	if n, ok := parseInt(s); ok && 0 <= n && n < len(codes) {
		s = codes[n]
	}
	key := strings.ToLower(strings.ReplaceAll(s, " ", ""))
	for _, a := range actions {
		if a.name == key {
			return a.action, a.through
		}
	}
	return clickclass.ActionType(s), false
}

// fillReport reads a row of the reports of the portal and of the cmdlets. Most
// have no address, and none has a chain.
func (p *parser) fillReport() {
	k := &p.click
	*k = clickclass.Click{
		Timestamp:        p.time(colClickTime, colTimestamp),
		Url:              p.text(colUrl),
		AccountUpn:       p.firstText(colRecipientAddress, colUser, colRecipientEmailAddress),
		NetworkMessageId: p.text(colNetworkMessageId),
		AppName:          p.firstText(colAppName, colApp, colApplication),
		Workload:         p.text(colWorkload),
		SourceId:         p.text(colSourceId),
		Feed:             clickclass.FeedReport,
		File:             p.row.File,
		Row:              p.row.Row,
	}
	k.IPAddress, k.MoreIPs = p.addrs(colUserIp, colIPAddress)
	if k.Workload == "" {
		k.Workload = workloadOf(k.AppName)
	}
	switch {
	case p.text(colAction) != "":
		k.ActionType, k.IsClickedThrough = action(p.text(colAction), nil)
	case p.text(colFlags) != "":
		k.ActionType, k.IsClickedThrough = action(p.text(colFlags), flagActions)
	case p.seen.has(colUrlBlocked):
		blocked, clicked := p.bool(colUrlBlocked), p.bool(colUrlClicked)
		switch {
		case blocked && clicked:
			k.ActionType, k.IsClickedThrough = clickclass.ClickedThrough, true
		case blocked:
			k.ActionType = clickclass.ClickBlocked
		default:
			k.ActionType = clickclass.ClickAllowed
		}
	}
	p.row.Click = k
}

// workloadOf says in which Workload a click in an application is filed.
func workloadOf(app string) string {
	switch strings.ToLower(app) {
	case "":
		return ""
	case "mail", "email", "outlook", "e-mail":
		return "Email"
	case "teams", "microsoft teams":
		return "Teams"
	case "word", "excel", "powerpoint", "visio", "onenote", "office":
		return "Office"
	}
	return ""
}

// fillAudit reads records of the unified audit log: bare, as AuditData of an
// export, or as RawEventData of CloudAppEvents. Only clicks are of use.
func (p *parser) fillAudit() bool {
	for _, col := range [...]column{colRawEventData, colAuditData} {
		if !p.seen.has(col) {
			continue
		}
		text := p.text(col)
		if text == "" {
			return false
		}
		in := p.within(col, text)
		if in == nil || in.seen.hasAny(setOf(colRawEventData, colAuditData)) {
			return false
		}
		use := in.fillRecord()
		if in.badCell != nil {
			p.badColumn, p.badCell = in.badColumn, in.badCell
		}
		p.row = in.row
		return use
	}
	return p.fillRecord()
}

// within reads the JSON object that a cell holds. It returns nil, with the cell
// marked as bad, when it is none.
func (p *parser) within(col column, text string) *parser {
	if p.inner == nil {
		p.inner = &parser{arena: p.arena}
	}
	in := p.inner
	in.begin()
	in.row = p.row
	if err := in.object(text); err != nil {
		if p.badCell == nil {
			p.badColumn, p.badCell = col, err
		}
		return nil
	}
	return in
}

// fillRecord reads one record of the audit log.
func (p *parser) fillRecord() bool {
	recordType := p.text(colRecordType)
	is := func(number, name, operation string) bool {
		return recordType == number || strings.EqualFold(recordType, name) || strings.EqualFold(p.text(colOperation), operation)
	}
	switch {
	case is("41", "ThreatIntelligenceUrl", "TIUrlClickData") || recordType == "" && p.seen.has(colTimeOfClick):
		p.fillAuditClick()
		return true
	case is("40", "SecurityComplianceAlerts", "AlertEntityGenerated") || recordType == "" && p.seen.has(colData):
		return p.fillAlert()
	}
	return false
}

// fillAuditClick reads a TIUrlClickData record, the twin of a UrlClickEvents
// row. The record's own Id is not the click's ReportId.
func (p *parser) fillAuditClick() {
	k := &p.click
	*k = clickclass.Click{
		Timestamp:  p.time(colTimeOfClick, colCreationTime),
		Url:        p.text(colUrl),
		AccountUpn: p.text(colUserId),
		AppName:    p.text(colAppName),
		AppVersion: p.text(colAppVersion),
		SourceId:   p.text(colSourceId),
		Feed:       clickclass.FeedAudit,
		File:       p.row.File,
		Row:        p.row.Row,
	}
	k.Workload = workloadOf(k.AppName)
	if k.Workload == "Email" || k.AppName == "" {
		k.NetworkMessageId = k.SourceId
	}
	k.IPAddress, k.MoreIPs = p.addrs(colUserIp)
	if s := p.text(colURLClickAction); s != "" {
		k.ActionType, k.IsClickedThrough = action(s, clickActions)
	}
	p.row.Click = k
}

// fillAlert reads an AlertEntityGenerated record when its entity is a click.
func (p *parser) fillAlert() bool {
	data := p.text(colData)
	if data == "" {
		return false
	}
	in := p.within(colData, data)
	if in == nil {
		return false
	}
	if !strings.EqualFold(in.text(colLon), "MaliciousUrlClick") &&
		!(strings.EqualFold(in.text(colEtype), "MaliciousUrl") && strings.Contains(p.text(colName), "click")) {
		return false
	}
	k := &p.click
	*k = clickclass.Click{
		Timestamp:  in.time(colTs),
		Url:        in.text(colEid),
		AccountUpn: in.text(colTrc),
		Feed:       clickclass.FeedAlert,
		File:       p.row.File,
		Row:        p.row.Row,
	}
	k.ActionType, k.IsClickedThrough = action(in.text(colOt), clickActions)
	if in.badCell != nil && p.badCell == nil {
		p.badColumn, p.badCell = in.badColumn, in.badCell
	}
	p.row.Click = k
	return true
}

// fillSignIn reads a sign-in of any of the tables.
func (p *parser) fillSignIn(t Table) {
	s := &p.signIn
	*s = clickclass.SignIn{Table: t.String(), Country: p.country()}
	s.IPAddress, _ = p.addrs(colIPAddress)
	switch t {
	case SigninLogs, AADNonInteractiveUserSignInLogs:
		s.Timestamp = p.time(colTimeGenerated, colCreatedDateTime, colTimestamp)
		s.AccountUpn = p.text(colUserPrincipalName)
		s.AppName = p.text(colAppDisplayName)
		s.Risk = strings.ToLower(p.text(colRiskLevelDuringSignIn))
		s.Success = p.resultType() == "0"
		// SigninLogs holds interactive sign-ins only, but a union of both
		// tables does not, and there the column tells.
		s.Interactive = t == SigninLogs
		if t == SigninLogs && p.seen.has(colIsInteractive) {
			s.Interactive = p.bool(colIsInteractive)
		}
	case EntraIdSignInEvents:
		s.Timestamp = p.time(colTimestamp, colTimeGenerated)
		s.AccountUpn = p.text(colAccountUpn)
		s.AppName = p.text(colApplication)
		s.Risk = entraRisk(p.text(colRiskLevelDuringSignIn))
		s.Success = strings.TrimSuffix(p.text(colErrorCode), ".0") == "0"
		logon := p.text(colLogonType)
		s.Interactive = containsFold(logon, "interactiveUser") && !containsFold(logon, "nonInteractiveUser")
	case IdentityLogonEvents:
		s.Timestamp = p.time(colTimestamp, colTimeGenerated)
		s.AccountUpn = p.text(colAccountUpn)
		s.AppName = p.text(colApplication)
		s.Success = strings.EqualFold(p.text(colActionType), "LogonSuccess")
		s.Interactive = p.text(colProtocol) == "" && interactiveLogon(p.text(colLogonType))
	}
	p.row.SignIn = s
}

// resultType returns the result of a SigninLogs row, "0" for success, also from
// the status object that diagnostic settings and Graph write.
func (p *parser) resultType() string {
	if s, col := p.value(colResultType); col != colNone {
		return strings.TrimSuffix(s, ".0")
	}
	if status := p.text(colStatus); strings.HasPrefix(status, "{") {
		if in := p.within(colStatus, status); in != nil {
			return in.text(colErrorCode)
		}
	}
	return ""
}

// country returns two letters, or "".
func (p *parser) country() string {
	for _, col := range [...]column{colCountry, colLocation} {
		if s := p.text(col); len(s) == 2 {
			return strings.ToUpper(s)
		}
	}
	for _, col := range [...]column{colLocationDetails, colLocation} {
		if _, s, ok := strings.Cut(p.text(col), `"countryOrRegion"`); ok {
			if s = strings.TrimLeft(s, ": "); len(s) > 3 && s[0] == '"' && s[3] == '"' {
				return strings.ToUpper(s[1:3])
			}
		}
	}
	return ""
}

// entraRisk names the numbers that EntraIdSignInEvents has in place of the
// levels of SigninLogs.
func entraRisk(s string) string {
	switch strings.TrimSuffix(s, ".0") {
	case "0":
		return "none"
	case "1":
		return "hidden"
	case "10":
		return "low"
	case "50":
		return "medium"
	case "100":
		return "high"
	}
	return strings.ToLower(s)
}

// interactiveLogon reports whether a LogonType of IdentityLogonEvents is a
// person at a sign-in page. Token requests and the steps of on-premises
// protocols are not.
func interactiveLogon(s string) bool {
	return hasPrefixFold(s, "Login:") || hasPrefixFold(s, "OAuth2:Authorize") || hasPrefixFold(s, "Kmsi:") ||
		hasPrefixFold(s, "Saml2:") || hasPrefixFold(s, "WsFed:")
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func containsFold(s, substr string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(substr))
}
