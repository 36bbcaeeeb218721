package tables

import (
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// readAuditRow reads a record of the unified audit log: bare, as AuditData of an export, or
// as RawEventData of CloudAppEvents. Only clicks are of use.
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
	in.row = p.row
	if err := in.findCells(object, nil); err != nil {
		p.setBad(col, err)
		return nil
	}
	return in
}

// takeFrom takes over the row that was read from the object in a cell.
func (p *rowParser) takeFrom(in *rowParser) {
	p.row = in.row
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
	}
	return false
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
	if k.Workload == "Email" || k.AppName == "" {
		k.NetworkMessageId = k.SourceId
	}
	k.IPAddress, k.MoreIPs = p.addrs(colUserIp)
	if s := p.text(colURLClickAction); s != "" {
		k.ActionType, k.IsClickedThrough = translateAction(s, auditActions)
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
