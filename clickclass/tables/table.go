package tables

import (
	"strings"
	"sync"
)

// table is a table whose rows are read.
type table uint8

const (
	unknown table = iota
	urlClickEvents
	tiUrlClickData       // unified audit log, RecordType 41
	alertEntityGenerated // unified audit log, RecordType 40: a click that was found malicious
	auditLog             // an export of the audit log with records as AuditData
	cloudAppEvents       // audit records as RawEventData
	safeLinksReport      // Get-SafeLinksDetailReport, Get-UrlTrace, URL protection report
	emailEvents
	emailUrlInfo
	emailPostDeliveryEvents
	messageEvents // of Teams, as the next two
	messageUrlInfo
	messagePostDeliveryEvents
	signinLogs
	nonInteractiveSignInLogs
	entraIdSignInEvents
	identityLogonEvents
	deviceEvents
	deviceNetworkEvents
	safeLinksPolicy // Get-SafeLinksPolicy | ConvertTo-Json
	securityAlert   // alerts of Graph, Sentinel and Defender that tell of clicks

	numTables
)

// tableInfo says how the rows of a table are recognised and what is read from them.
type tableInfo struct {
	name    string
	aliases []string // further names in Type, $table and category columns

	// signatures recognise the table: a row is of the table if one of them matches.
	signatures []signature
	// reads lists the columns that rows are read from. Each entry lists alternatives; the
	// first is the name in Report.Missing.
	reads [][]column
	// needs lists, in the same way, the columns without which a row cannot count.
	needs [][]column
	// spare lists columns that no rule needs: a bad cell there does not cost the row.
	spare columnSet
	// more lists the other columns of the table that are known here. They show which
	// tables a projection may come from.
	more []column
}

// signature is what the columns of a table look like: all of all, one of any, none of not.
// An empty any matches.
type signature struct{ all, any, not columnSet }

func (s *signature) matches(have columnSet) bool {
	return have.hasAll(s.all) && (s.any.isEmpty() || have.hasAny(s.any)) && !have.hasAny(s.not)
}

var (
	eventTime  = []column{colTimestamp, colTimeGenerated, colLogTime}
	signInTime = []column{colTimeGenerated, colCreatedDateTime, colTimestamp, colLogTime}

	signInAccount = []column{colUserPrincipalName, colUsername}
	signInResult  = []column{colResultType, colStatus, colSignInErrorCode}

	deviceAccount = []column{colInitiatingProcessAccountUpn, colInitiatingProcessAccountName, colAccountUpn, colAccountName}
	auditRecord   = []column{colRawEventData, colAuditData, colData, colRecordType, colOperation, colTimeOfClick}
)

// tableInfos has what is known of each table.
var tableInfos = sync.OnceValue(func() *[numTables]tableInfo {
	signIn := tableInfo{
		reads: [][]column{signInTime, signInAccount, {colIPAddress}, signInResult},
		needs: [][]column{signInTime, signInAccount, signInResult},
		more: []column{colIsInteractive, colRiskLevelDuringSignIn, colLocation, colLocationDetails, colCountry, colAppDisplayName, colApplication,
			colUserId, colUser, colDeviceId, colFailureReason, colCategory},
	}
	deviceColumns := []column{colActionType, colRemoteUrl, colRemoteIP, colInitiatingProcessFileName, colReportId, colAdditionalFields,
		colAccountName, colAccountUpn}
	return &[numTables]tableInfo{
		urlClickEvents: {
			name: "UrlClickEvents",
			signatures: []signature{
				{all: setOf(colUrl), any: setOf(colIsClickedThrough, colUrlChain)},
				{all: setOf(colUrl), any: setOf(colActionType, colAccountUpn, colWorkload, colIPAddress), not: setOf(colRemoteUrl, colUrlLocation, colClickTime, colOperation, colRecordType, colCreationTime, colTimeOfClick, colClickId, colUrlClicked, colAction, colDeviceId)},
				{any: setOf(colIsClickedThrough, colUrlChain), not: setOf(colUrl)},
				{all: setOf(colWorkload, colActionType), any: setOf(colIPAddress, colAccountUpn), not: setOf(colOperation, colLogonType)},
			},
			reads: [][]column{
				eventTime, {colUrl}, {colActionType}, {colAccountUpn}, {colWorkload}, {colNetworkMessageId},
				{colThreatTypes}, {colDetectionMethods}, {colIPAddress}, {colIsClickedThrough}, {colUrlChain}, {colReportId},
			},
			needs: [][]column{{colUrl, colAccountUpn, colIPAddress, colNetworkMessageId}}, // one of them
			more:  []column{colAppName, colAppVersion, colSourceId},
		},
		tiUrlClickData: {
			name:       "TIUrlClickData",
			aliases:    []string{"ThreatIntelligenceUrl"},
			signatures: []signature{{all: setOf(colTimeOfClick)}},
			reads:      [][]column{{colTimeOfClick}, {colUrl}, {colUserId}, {colUserIp, colClientIP}, {colSourceId}},
			more: []column{colCreationTime, colRecordType, colOperation, colURLClickAction, colBlocked, colClickedThrough, colClientIP,
				colAppName, colAppVersion},
		},
		alertEntityGenerated: {
			name:       "AlertEntityGenerated",
			signatures: []signature{{all: setOf(colData), any: setOf(colEntityType, colRecordType, colOperation)}},
			reads:      [][]column{{colData}},
		},
		auditLog: {
			name: "AuditLog",
			signatures: []signature{
				{all: setOf(colAuditData)},
				{all: setOf(colRecordType, colOperation), any: setOf(colCreationTime)},
				{all: setOf(colOperation, colCreationTime, colUserId), any: setOf(colClientIP, colResultStatus)},
			},
		},
		cloudAppEvents: {
			name:       "CloudAppEvents",
			signatures: []signature{{all: setOf(colRawEventData)}},
			reads:      [][]column{{colRawEventData}},
			needs:      [][]column{auditRecord},
		},
		safeLinksReport: {
			name: "SafeLinksReport",
			signatures: []signature{
				{all: setOf(colClickTime, colUrl)},
				{all: setOf(colClickId, colUrl)},
				{all: setOf(colUrlClicked, colUrl)},
			},
			reads: [][]column{{colClickTime}, {colUrl}, {colRecipientAddress, colUser}, {colAction, colFlags, colUrlClicked}},
		},
		emailPostDeliveryEvents: {
			name: "EmailPostDeliveryEvents",
			signatures: []signature{
				{all: setOf(colNetworkMessageId), any: setOf(colActionResult, colActionTrigger)},
				{all: setOf(colNetworkMessageId, colActionType, colRecipientEmailAddress), not: setOf(colUrl, colDeliveryAction)},
			},
			reads: [][]column{eventTime, {colNetworkMessageId}, {colRecipientEmailAddress}, {colActionType}, {colActionResult}, {colThreatTypes}},
			needs: [][]column{eventTime, {colNetworkMessageId}, {colActionType}},
			more:  []column{colActionTrigger, colAction, colDeliveryLocation, colInternetMessageId, colDetectionMethods, colReportId},
		},
		emailEvents: {
			name: "EmailEvents",
			signatures: []signature{{
				all: setOf(colNetworkMessageId),
				any: setOf(colDeliveryAction, colDeliveryLocation, colEmailDirection, colSenderFromAddress, colUrlCount, colInternetMessageId, colRecipientEmailAddress),
				not: setOf(colUrl),
			}},
			reads: [][]column{
				eventTime, {colNetworkMessageId}, {colRecipientEmailAddress}, {colSenderFromAddress},
				{colDeliveryAction}, {colDeliveryLocation}, {colUrlCount}, {colEmailDirection}, {colThreatTypes},
			},
			needs: [][]column{{colNetworkMessageId}},
			spare: setOf(colTimestamp, colTimeGenerated, colLogTime, colUrlCount),
			more:  []column{colInternetMessageId, colDetectionMethods, colReportId, colSubject},
		},
		emailUrlInfo: {
			name:       "EmailUrlInfo",
			signatures: []signature{{all: setOf(colNetworkMessageId, colUrl)}},
			reads:      [][]column{eventTime, {colNetworkMessageId}, {colUrl}, {colUrlLocation}},
			needs:      [][]column{{colNetworkMessageId}, {colUrl}},
			spare:      setOf(colTimestamp, colTimeGenerated, colLogTime),
			more:       []column{colUrlDomain, colReportId},
		},
		messagePostDeliveryEvents: {
			name: "MessagePostDeliveryEvents",
			signatures: []signature{
				{all: setOf(colTeamsMessageId), any: setOf(colActionType, colActionResult, colActionTrigger)},
			},
			reads: [][]column{eventTime, {colTeamsMessageId}, {colActionType}, {colActionResult}, {colThreatTypes}},
			needs: [][]column{eventTime, {colTeamsMessageId}, {colActionType}},
			more:  []column{colAction, colActionTrigger, colSenderEmailAddress, colDetectionMethods, colReportId},
		},
		messageUrlInfo: {
			name:       "MessageUrlInfo",
			signatures: []signature{{all: setOf(colTeamsMessageId), any: setOf(colUrl, colUrlDomain)}},
			reads:      [][]column{eventTime, {colTeamsMessageId}, {colUrl}, {colUrlDomain}},
			needs:      [][]column{{colUrl}},
			more:       []column{colThreatTypes, colReportId},
		},
		messageEvents: {
			name:       "MessageEvents",
			signatures: []signature{{all: setOf(colTeamsMessageId)}},
			reads:      [][]column{eventTime, {colTeamsMessageId}, {colSenderEmailAddress}},
			needs:      [][]column{{colTeamsMessageId}},
			spare:      setOf(colTimestamp, colTimeGenerated, colLogTime),
			more:       []column{colThreatTypes, colDetectionMethods, colDeliveryAction, colDeliveryLocation, colReportId},
		},
		signinLogs: {
			name: "SigninLogs",
			signatures: []signature{
				{all: setOf(colUserPrincipalName), any: setOf(colResultType, colIsInteractive, colRiskLevelDuringSignIn, colAppDisplayName, colStatus)},
				{all: setOf(colUserPrincipalName, colIPAddress)},
				{all: setOf(colUsername), any: setOf(colSignInErrorCode, colFailureReason)}, // download of the Entra portal
			},
			reads: signIn.reads,
			needs: signIn.needs,
			more:  signIn.more,
		},
		nonInteractiveSignInLogs: {
			name:    "AADNonInteractiveUserSignInLogs",
			aliases: []string{"NonInteractiveUserSignInLogs"},
			reads:   signIn.reads,
			needs:   signIn.needs,
			more:    signIn.more,
		},
		entraIdSignInEvents: {
			name:    "EntraIdSignInEvents",
			aliases: []string{"AADSignInEventsBeta", "AADSignInEvents"}, // its names until 2025
			signatures: []signature{
				{all: setOf(colErrorCode), any: setOf(colAccountUpn, colIPAddress, colLogonType)},
				{all: setOf(colAccountUpn, colRiskLevelDuringSignIn)},
			},
			reads: [][]column{eventTime, {colAccountUpn}, {colIPAddress}, {colErrorCode}, {colLogonType}},
			needs: [][]column{eventTime, {colAccountUpn}, {colErrorCode}},
			more:  []column{colApplication, colCountry, colRiskLevelDuringSignIn, colRiskLevelAggregated, colDeviceName, colReportId},
		},
		identityLogonEvents: {
			name:       "IdentityLogonEvents",
			signatures: []signature{{all: setOf(colActionType, colLogonType), any: setOf(colAccountUpn, colIPAddress), not: setOf(colDeviceId, colRemoteIP, colRemoteUrl)}},
			reads:      [][]column{eventTime, {colAccountUpn}, {colIPAddress}, {colActionType}, {colLogonType}},
			needs:      [][]column{eventTime, {colAccountUpn}, {colActionType}},
			more:       []column{colProtocol, colApplication, colLocation, colDeviceName, colAccountName, colAdditionalFields, colReportId},
		},
		deviceEvents: { // recognised by ActionType, see rowParser.findTable
			name: "DeviceEvents",
			reads: [][]column{
				eventTime, {colActionType}, {colRemoteUrl}, {colDeviceId, colDeviceName},
				{colInitiatingProcessAccountUpn, colInitiatingProcessAccountName},
			},
			needs: [][]column{eventTime, {colActionType}, deviceAccount},
			spare: setOf(colAdditionalFields),
			more:  deviceColumns,
		},
		deviceNetworkEvents: {
			name: "DeviceNetworkEvents",
			signatures: []signature{
				{all: setOf(colRemoteUrl), any: setOf(colDeviceId, colDeviceName, colInitiatingProcessFileName)},
				{all: setOf(colRemoteIP, colInitiatingProcessFileName), not: setOf(colLogonType)},
			},
			reads: [][]column{
				eventTime, {colRemoteUrl}, {colDeviceId, colDeviceName}, {colInitiatingProcessFileName},
				{colInitiatingProcessAccountUpn, colInitiatingProcessAccountName},
			},
			needs: [][]column{eventTime, deviceAccount},
			spare: setOf(colRemoteIP),
			more:  append([]column{colProtocol}, deviceColumns...),
		},
		safeLinksPolicy: {
			name: "SafeLinksPolicy",
			signatures: []signature{
				{any: setOf(colEnableSafeLinksForEmail, colEnableSafeLinksForTeams, colEnableSafeLinksForOffice, colDoNotAllowClickThrough, colDoNotTrackUserClicks)},
				{all: setOf(colScanUrls, colTrackClicks)},
			},
			more: []column{colName, colIdentity, colScanUrls, colDeliverMessageAfterScan, colTrackClicks},
		},
		securityAlert: {
			name: "SecurityAlert",
			signatures: []signature{
				{all: setOf(colUriClickSecurityStates)},
				{all: setOf(colEntities), any: setOf(colAlertName, colDisplayName)},
			},
			reads: [][]column{
				{colAlertName, colDisplayName, colUriClickSecurityStates},
				{colStartTime, colAlerts, colUriClickSecurityStates},
				{colEntities, colUriClickSecurityStates},
			},
			more: []column{colUserStates},
		},
	}
})

// String returns Microsoft's name of the table, "" for unknown.
func (t table) String() string { return tableInfos()[t].name }

// tableNamed returns the table with the name that a Type, $table or category column has:
// "UrlClickEvents", "UrlClickEvents_CL", "AdvancedHunting-UrlClickEvents".
func tableNamed(name string) table {
	name = strings.TrimPrefix(name, "AdvancedHunting-")
	name = strings.TrimSuffix(name, "_CL")
	if name == "" {
		return unknown
	}
	for t, info := range tableInfos() {
		if strings.EqualFold(name, info.name) {
			return table(t)
		}
		for _, alias := range info.aliases {
			if strings.EqualFold(name, alias) {
				return table(t)
			}
		}
	}
	return unknown
}

// missing returns the names of the columns that t is read from and that have lacks.
func (t table) missing(have columnSet) []string { return lacking(tableInfos()[t].reads, have) }

// lacks returns the names of the columns that rows of t need to count and that have lacks.
func (t table) lacks(have columnSet) []string { return lacking(tableInfos()[t].needs, have) }

// lacking returns the first names of the columns of which have has no alternative.
func lacking(columns [][]column, have columnSet) (names []string) {
	for _, alternatives := range columns {
		if !have.hasAny(setOf(alternatives...)) {
			names = append(names, alternatives[0].String())
		}
	}
	return names
}

// hasOnlyClicks reports whether the rows of t are clicks and no evidence.
func (t table) hasOnlyClicks() bool { return t == urlClickEvents || t == safeLinksReport }

// spares reports whether rows of t can do without a column.
func (t table) spares(col column) bool {
	spare := &tableInfos()[t].spare
	return spare.has(col)
}
