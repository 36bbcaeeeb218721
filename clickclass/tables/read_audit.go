package tables

import (
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// readAuditRow reads a record of the unified audit log: bare, as AuditData of an export, or
// as RawEventData of CloudAppEvents. Only clicks and sign-ins are of use.
func (p *rowParser) readAuditRow(t table) bool {
	for _, col := range [...]column{colRawEventData, colAuditData} {
		if !p.seen.has(col) {
			continue
		}
		record := p.text(col)
		if record == "" {
			return false
		}
		in := p.findInner(col, record)
		if in == nil || in.seen.hasAny(setOf(colRawEventData, colAuditData)) {
			return false
		}
		use := in.readAuditRecord(t)
		p.takeFrom(in)
		return use
	}
	return p.readAuditRecord(t)
}

// findInner finds the cells of the object in a cell. If it is no object, the cell is bad
// and findInner returns nil.
func (p *rowParser) findInner(col column, object string) *rowParser {
	if p.inner == nil {
		p.inner = &rowParser{}
	}
	in := p.inner
	in.row, in.table, in.dates, in.survey = p.row, p.table, p.dates, p.survey
	if err := in.findCells(object, nil); err != nil {
		p.setBad(col, err)
		return nil
	}
	return in
}

// takeFrom takes over the row that was read from the object in a cell.
func (p *rowParser) takeFrom(in *rowParser) {
	p.row = in.row
	p.notes = append(p.notes, in.notes...)
	if in.badCell != nil {
		p.setBad(in.badCell.column, in.badCell.err)
	}
}

// readAuditRecord reads one record of the audit log.
func (p *rowParser) readAuditRecord(t table) bool {
	recordType := p.text(colRecordType)
	is := func(number, name, operation string) bool {
		return recordType == number || strings.EqualFold(recordType, name) || strings.EqualFold(p.text(colOperation), operation)
	}
	switch {
	case is("41", "ThreatIntelligenceUrl", "TIUrlClickData") || recordType == "" && (t == tiUrlClickData || p.seen.has(colTimeOfClick)):
		p.readAuditedClick()
		return true
	case is("40", "SecurityComplianceAlerts", "AlertEntityGenerated") || recordType == "" && p.seen.has(colData):
		return p.readAlert()
	case strings.EqualFold(p.text(colOperation), "UserLoggedIn"), strings.EqualFold(p.text(colOperation), "UserLoginFailed"):
		p.readAuditedSignIn()
		return true
	}
	return false
}

// readAuditedSignIn reads a UserLoggedIn or UserLoginFailed record of Entra ID. Who renewed
// a token did not sign in; the RequestType says it, where there is one.
func (p *rowParser) readAuditedSignIn() {
	s := evidence.SignIn{
		Timestamp:  p.time(colCreationTime),
		AccountUpn: p.text(colUserId),
		Success:    strings.EqualFold(p.text(colOperation), "UserLoggedIn"),
		Table:      auditLog.String(),
	}
	s.IPAddress, _ = p.addrs(colClientIP, colActorIpAddress)
	if s.Success && p.seen.has(colResultStatus) {
		s.Success = p.succeeded(colResultStatus)
	}
	request := p.extendedProperty("RequestType")
	s.Interactive = request == "" || isInteractiveLogon(request)
	p.row.Evidence = s
}

// extendedProperty returns a value of ExtendedProperties, which is an array of objects with
// Name and Value.
func (p *rowParser) extendedProperty(name string) (found string) {
	eachElement(p.text(colExtendedProperties), func(property value) {
		if member(property.text, "Name") == name {
			found = member(property.text, "Value")
		}
	})
	return found
}

// isChatID reports whether the id of a message is one of Teams, of a chat or a channel.
func isChatID(id string) bool {
	return strings.HasPrefix(id, "/chats/") || strings.HasPrefix(id, "/teams/")
}

// readAuditedClick reads a TIUrlClickData record, the twin of a UrlClickEvents row. The Id
// of the record is not the ReportId of the click.
func (p *rowParser) readAuditedClick() {
	k := clickclass.Click{
		Timestamp:  p.time(colTimeOfClick, colCreationTime),
		Url:        p.text(colUrl),
		AccountUpn: p.text(colUserId),
		AppName:    p.text(colAppName),
		AppVersion: p.text(colAppVersion),
		SourceId:   p.text(colSourceId),
		Feed:       clickclass.FeedAudit,
	}
	k.Workload = workloadOf(k.AppName)
	switch {
	case isChatID(k.SourceId):
		k.Workload = "Teams"
	case k.Workload == "Email" || k.AppName == "":
		k.NetworkMessageId = k.SourceId
	}
	k.IPAddress, k.MoreIPs = p.addrs(colUserIp, colClientIP)
	if s := p.text(colURLClickAction); s != "" {
		k.ActionType, k.IsClickedThrough = translateAction(s, auditActions)
	} else if p.seen.has(colBlocked) { // until 2020
		k.ActionType, k.IsClickedThrough = blockedAction(p.bool(colBlocked), p.bool(colClickedThrough))
	}
	p.setAudited(k)
}

// readAlert reads an AlertEntityGenerated record if its entity is a click.
func (p *rowParser) readAlert() bool {
	data := p.text(colData)
	if data == "" {
		return false
	}
	in := p.findInner(colData, data)
	if in == nil {
		return false
	}
	isClick := strings.EqualFold(in.text(colLon), "MaliciousUrlClick") ||
		strings.EqualFold(in.text(colEtype), "MaliciousUrl") && strings.Contains(p.text(colName), "click")
	if !isClick {
		return false
	}
	k := clickclass.Click{
		Timestamp:  in.time(colTs),
		Url:        in.text(colEid),
		AccountUpn: in.text(colTrc),
		Feed:       clickclass.FeedAlert,
	}
	k.ActionType, k.IsClickedThrough = translateAction(in.text(colOt), auditActions)
	p.takeFrom(in)
	p.setAudited(k)
	return true
}

// setAudited sets the row to a click of the audit log: one to judge where there is nothing
// better, and evidence about the same click in UrlClickEvents.
func (p *rowParser) setAudited(k clickclass.Click) {
	k.File, k.Row = p.row.File, p.row.Row
	p.row.Click = &k
	p.row.Evidence = evidence.Audited(k)
}
