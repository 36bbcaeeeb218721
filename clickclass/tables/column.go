package tables

// column is a column of one of the tables that is read, or that tells the tables apart.
// The zero column stands for all others; they are skipped.
type column uint8

const (
	colNone column = iota

	// UrlClickEvents, and names that several tables share.
	colTimestamp
	colTimeGenerated
	colLogTime
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
	colSubject
	colInternetMessageId
	colDeliveryAction
	colDeliveryLocation
	colUrlCount
	colEmailDirection
	colUrlLocation
	colUrlDomain
	colActionResult
	colActionTrigger

	// MessageEvents, MessageUrlInfo, MessagePostDeliveryEvents.
	colTeamsMessageId
	colSenderEmailAddress

	// Sign-ins.
	colUserPrincipalName
	colCreatedDateTime
	colResultType
	colStatus
	colIsInteractive
	colRiskLevelDuringSignIn
	colRiskLevelAggregated
	colLocation
	colLocationDetails
	colCountry
	colAppDisplayName
	colApplication
	colErrorCode
	colUsername
	colSignInErrorCode
	colFailureReason
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
	colAccountName
	colAdditionalFields

	// The unified audit log, and the tables that carry its records.
	colRecordType
	colOperation
	colCreationTime
	colTimeOfClick
	colUserId
	colUserIp
	colURLClickAction
	colBlocked
	colClickedThrough
	colClientIP
	colActorIpAddress
	colResultStatus
	colExtendedProperties
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
	colDoNotAllowClickThrough

	// Alerts, and incidents of Sentinel.
	colAlertName
	colDisplayName
	colStartTime
	colEntities
	colAlerts
	colUriClickSecurityStates
	colUserStates

	numColumns
)

// columnNames lists the names of each column: Microsoft's own first, then the other names
// that exports have for it. Case and spaces do not matter.
var columnNames = [numColumns][]string{
	colTimestamp:        {"Timestamp", "Event Time"}, // the latter in device timelines
	colTimeGenerated:    {"TimeGenerated"},
	colLogTime:          {"@timestamp", "_time"}, // of an event in Elastic and Splunk
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
	colSubject:               {"Subject"},
	colInternetMessageId:     {"InternetMessageId"},
	colDeliveryAction:        {"DeliveryAction"},
	colDeliveryLocation:      {"DeliveryLocation"},
	colUrlCount:              {"UrlCount"},
	colEmailDirection:        {"EmailDirection"},
	colUrlLocation:           {"UrlLocation"},
	colUrlDomain:             {"UrlDomain"},
	colActionResult:          {"ActionResult"},
	colActionTrigger:         {"ActionTrigger"},

	colTeamsMessageId:     {"TeamsMessageId"},
	colSenderEmailAddress: {"SenderEmailAddress"},

	colUserPrincipalName:     {"UserPrincipalName"},
	colCreatedDateTime:       {"CreatedDateTime", "Date"}, // the latter in downloads of the Entra portal
	colResultType:            {"ResultType"},
	colStatus:                {"Status", "Sign-in status"},
	colIsInteractive:         {"IsInteractive"},
	colRiskLevelDuringSignIn: {"RiskLevelDuringSignIn"},
	colRiskLevelAggregated:   {"RiskLevelAggregated"},
	colLocation:              {"Location"},
	colLocationDetails:       {"LocationDetails"},
	colCountry:               {"Country", "location.countryOrRegion", "location_countryOrRegion"},
	colAppDisplayName:        {"AppDisplayName"},
	colApplication:           {"Application"},
	colErrorCode:             {"ErrorCode"},
	colUsername:              {"Username"},
	colSignInErrorCode:       {"Sign-in error code", "status.errorCode", "status_errorCode"},
	colFailureReason:         {"Failure reason"},
	colLogonType:             {"LogonType"},
	colProtocol:              {"Protocol"},

	colDeviceId:                     {"DeviceId", "Machine Id"},
	colDeviceName:                   {"DeviceName", "Computer Name"},
	colRemoteUrl:                    {"RemoteUrl"},
	colRemoteIP:                     {"RemoteIP"},
	colInitiatingProcessFileName:    {"InitiatingProcessFileName"},
	colInitiatingProcessAccountUpn:  {"InitiatingProcessAccountUpn"},
	colInitiatingProcessAccountName: {"InitiatingProcessAccountName"},
	colAccountName:                  {"AccountName"},
	colAdditionalFields:             {"AdditionalFields"},

	colRecordType:         {"RecordType"},
	colOperation:          {"Operation", "Operations"},
	colCreationTime:       {"CreationTime", "CreationDate"},
	colTimeOfClick:        {"TimeOfClick"},
	colUserId:             {"UserId", "UserIds"},
	colUserIp:             {"UserIp"},
	colURLClickAction:     {"URLClickAction"},
	colBlocked:            {"Blocked"},        // until URLClickAction
	colClickedThrough:     {"ClickedThrough"}, // likewise
	colClientIP:           {"ClientIP", "ClientIPAddress"},
	colActorIpAddress:     {"ActorIpAddress"},
	colResultStatus:       {"ResultStatus"},
	colExtendedProperties: {"ExtendedProperties"},
	colName:               {"Name"},
	colEntityType:         {"EntityType"},
	colData:               {"Data"},
	colAuditData:          {"AuditData"},
	colRawEventData:       {"RawEventData"},

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
	colDoNotAllowClickThrough:   {"DoNotAllowClickThrough"},

	colAlertName:              {"AlertName", "title", "alertDisplayName"},
	colDisplayName:            {"DisplayName"},
	colStartTime:              {"StartTime", "startTimeUtc", "firstActivityDateTime", "firstActivityTimeUtc", "firstActivity", "firstEventTime", "eventDateTime"},
	colEntities:               {"Entities", "relatedEntities", "evidence"},
	colAlerts:                 {"alerts"},
	colUriClickSecurityStates: {"uriClickSecurityStates"},
	colUserStates:             {"userStates"},
}
