package tables

import (
	"strings"
	"sync"
)

// column is a column that some table's reader looks at. The zero column is
// every other one: it is skipped.
type column uint8

const (
	colNone column = iota

	// UrlClickEvents, and names that several tables share.
	colTimestamp
	colTimeGenerated
	colUrl
	colActionType
	colAccountUpn
	colWorkload
	colNetworkMessageId
	colThreatTypes
	colDetectionMethods
	colIPAddress
	colIsClickedThrough
	colUrlChain
	colReportId
	colAppName
	colAppVersion
	colSourceId

	// Which table a row is of, and where the row's columns are.
	colType
	colCategory
	colProperties

	// EmailEvents, EmailUrlInfo, EmailPostDeliveryEvents.
	colRecipientEmailAddress
	colSenderFromAddress
	colInternetMessageId
	colDeliveryAction
	colDeliveryLocation
	colUrlCount
	colEmailDirection
	colUrlLocation
	colUrlDomain
	colActionResult
	colActionTrigger

	// Sign-ins.
	colUserPrincipalName
	colCreatedDateTime
	colResultType
	colStatus
	colIsInteractive
	colRiskLevelDuringSignIn
	colLocation
	colLocationDetails
	colCountry
	colAppDisplayName
	colApplication
	colErrorCode
	colLogonType
	colProtocol

	// DeviceEvents, DeviceNetworkEvents.
	colDeviceId
	colDeviceName
	colRemoteUrl
	colRemoteIP
	colInitiatingProcessFileName
	colInitiatingProcessAccountUpn
	colInitiatingProcessAccountName

	// The unified audit log, and the tables that carry its records.
	colRecordType
	colOperation
	colCreationTime
	colTimeOfClick
	colUserId
	colUserIp
	colURLClickAction
	colEventDeepLink
	colName
	colEntityType
	colData
	colAuditData
	colRawEventData

	// What the Data of an AlertEntityGenerated record holds.
	colEtype
	colEid
	colTs
	colTrc
	colOt
	colLon

	// Cmdlet and portal reports on Safe Links.
	colClickTime
	colClickId
	colRecipientAddress
	colAction
	colFlags
	colApp
	colUser
	colTags
	colUrlBlocked
	colUrlClicked

	// Get-SafeLinksPolicy.
	colIdentity
	colEnableSafeLinksForEmail
	colEnableSafeLinksForTeams
	colEnableSafeLinksForOffice
	colScanUrls
	colDeliverMessageAfterScan
	colTrackClicks
	colDoNotTrackUserClicks
	colAllowClickThrough
	colDoNotAllowClickThrough
	colEnableForInternalSenders
	colDisableUrlRewrite

	numColumns
)

// columnNames has the name of each column, and after it the other spellings
// under which exports carry the same thing. Case and spaces do not matter.
var columnNames = [numColumns][]string{
	colTimestamp:        {"Timestamp"},
	colTimeGenerated:    {"TimeGenerated"},
	colUrl:              {"Url"},
	colActionType:       {"ActionType"},
	colAccountUpn:       {"AccountUpn"},
	colWorkload:         {"Workload"},
	colNetworkMessageId: {"NetworkMessageId"},
	colThreatTypes:      {"ThreatTypes"},
	colDetectionMethods: {"DetectionMethods"},
	colIPAddress:        {"IPAddress"},
	colIsClickedThrough: {"IsClickedThrough"},
	colUrlChain:         {"UrlChain"},
	colReportId:         {"ReportId"},
	colAppName:          {"AppName"},
	colAppVersion:       {"AppVersion"},
	colSourceId:         {"SourceId"},

	colType:       {"Type", "$table", "SourceTable", "TableName", "source_table", "Table"},
	colCategory:   {"category"},
	colProperties: {"properties", "AdditionalProperties"}, // the latter by Start-MgSecurityHuntingQuery | ConvertTo-Json

	colRecipientEmailAddress: {"RecipientEmailAddress"},
	colSenderFromAddress:     {"SenderFromAddress"},
	colInternetMessageId:     {"InternetMessageId"},
	colDeliveryAction:        {"DeliveryAction"},
	colDeliveryLocation:      {"DeliveryLocation"},
	colUrlCount:              {"UrlCount"},
	colEmailDirection:        {"EmailDirection"},
	colUrlLocation:           {"UrlLocation"},
	colUrlDomain:             {"UrlDomain"},
	colActionResult:          {"ActionResult"},
	colActionTrigger:         {"ActionTrigger"},

	colUserPrincipalName:     {"UserPrincipalName"},
	colCreatedDateTime:       {"CreatedDateTime"},
	colResultType:            {"ResultType"},
	colStatus:                {"Status"},
	colIsInteractive:         {"IsInteractive"},
	colRiskLevelDuringSignIn: {"RiskLevelDuringSignIn"},
	colLocation:              {"Location"},
	colLocationDetails:       {"LocationDetails"},
	colCountry:               {"Country"},
	colAppDisplayName:        {"AppDisplayName"},
	colApplication:           {"Application"},
	colErrorCode:             {"ErrorCode"},
	colLogonType:             {"LogonType"},
	colProtocol:              {"Protocol"},

	colDeviceId:                     {"DeviceId"},
	colDeviceName:                   {"DeviceName"},
	colRemoteUrl:                    {"RemoteUrl"},
	colRemoteIP:                     {"RemoteIP"},
	colInitiatingProcessFileName:    {"InitiatingProcessFileName"},
	colInitiatingProcessAccountUpn:  {"InitiatingProcessAccountUpn"},
	colInitiatingProcessAccountName: {"InitiatingProcessAccountName"},

	colRecordType:     {"RecordType"},
	colOperation:      {"Operation", "Operations"},
	colCreationTime:   {"CreationTime", "CreationDate"},
	colTimeOfClick:    {"TimeOfClick"},
	colUserId:         {"UserId", "UserIds"},
	colUserIp:         {"UserIp"},
	colURLClickAction: {"URLClickAction"},
	colEventDeepLink:  {"EventDeepLink"},
	colName:           {"Name"},
	colEntityType:     {"EntityType"},
	colData:           {"Data"},
	colAuditData:      {"AuditData"},
	colRawEventData:   {"RawEventData"},

	colEtype: {"etype"},
	colEid:   {"eid"},
	colTs:    {"ts"},
	colTrc:   {"trc"},
	colOt:    {"ot"},
	colLon:   {"lon"},

	colClickTime:        {"ClickTime", "Clicked", "DateClicked"},
	colClickId:          {"ClickId"},
	colRecipientAddress: {"RecipientAddress", "Recipient"},
	colAction:           {"Action"},
	colFlags:            {"Flags"},
	colApp:              {"App"},
	colUser:             {"User"},
	colTags:             {"Tags"},
	colUrlBlocked:       {"UrlBlocked"},
	colUrlClicked:       {"UrlClicked"},

	colIdentity:                 {"Identity"},
	colEnableSafeLinksForEmail:  {"EnableSafeLinksForEmail"},
	colEnableSafeLinksForTeams:  {"EnableSafeLinksForTeams"},
	colEnableSafeLinksForOffice: {"EnableSafeLinksForOffice"},
	colScanUrls:                 {"ScanUrls"},
	colDeliverMessageAfterScan:  {"DeliverMessageAfterScan"},
	colTrackClicks:              {"TrackClicks"},
	colDoNotTrackUserClicks:     {"DoNotTrackUserClicks"},
	colAllowClickThrough:        {"AllowClickThrough"},
	colDoNotAllowClickThrough:   {"DoNotAllowClickThrough"},
	colEnableForInternalSenders: {"EnableForInternalSenders"},
	colDisableUrlRewrite:        {"DisableUrlRewrite"},
}

// String returns the column's name as Microsoft spells it.
func (c column) String() string {
	if c == colNone || c >= numColumns {
		return ""
	}
	return columnNames[c][0]
}

// columnIndex finds a column by its name in lower case, without spaces.
var columnIndex = sync.OnceValue(func() map[string]column {
	m := make(map[string]column, 2*numColumns)
	for c, names := range columnNames {
		for _, name := range names {
			m[strings.ToLower(name)] = column(c)
		}
	}
	return m
})

// maxColumnName bounds the names that are looked up; a longer one is none of
// ours.
const maxColumnName = 64

// columnOf finds the column that a header or key names, whatever its case, with
// the " [UTC]" of the Log Analytics portal and the type suffix of a custom
// table (Url_s, NetworkMessageId_g) taken off.
func columnOf(name string) column {
	var buf [maxColumnName]byte
	n := 0
	for i := range len(name) {
		b := name[i]
		if b == '[' { // "TimeGenerated [UTC]"
			break
		}
		switch {
		case b == ' ' || b == '\t':
			continue
		case 'A' <= b && b <= 'Z':
			b += 'a' - 'A'
		}
		if n == len(buf) {
			return colNone
		}
		buf[n] = b
		n++
	}
	index := columnIndex()
	if c := index[string(buf[:n])]; c != colNone {
		return c
	}
	if n > 2 && buf[n-2] == '_' {
		switch buf[n-1] {
		case 's', 'g', 'b', 't', 'd':
			return index[string(buf[:n-2])]
		}
	}
	return colNone
}

// columnSet is a set of columns.
type columnSet [2]uint64

func setOf(columns ...column) columnSet {
	var s columnSet
	for _, c := range columns {
		s.add(c)
	}
	return s
}

func (s *columnSet) add(c column) { s[c>>6&1] |= 1 << (c & 63) }

// has takes a pointer since a copy would take longer than the rest.
func (s *columnSet) has(c column) bool { return s[c>>6&1]>>(c&63)&1 != 0 }

// hasAny reports whether the sets share a column.
func (s columnSet) hasAny(t columnSet) bool { return s[0]&t[0] != 0 || s[1]&t[1] != 0 }

// hasAll reports whether s holds every column of t.
func (s columnSet) hasAll(t columnSet) bool { return t[0]&^s[0] == 0 && t[1]&^s[1] == 0 }
