package tables

import (
	"strings"
	"sync"
)

// Table is a table that rows are read from. The zero Table is [Unknown].
type Table uint8

// The tables whose rows are read.
const (
	Unknown Table = iota
	UrlClickEvents
	TIUrlClickData       // unified audit log, RecordType 41
	AlertEntityGenerated // unified audit log, RecordType 40: a click that was found malicious
	AuditLog             // an export of the audit log that carries records as AuditData
	CloudAppEvents       // carries audit records as RawEventData
	SafeLinksReport      // Get-SafeLinksDetailReport, Get-UrlTrace, URL protection report
	EmailEvents
	EmailUrlInfo
	EmailPostDeliveryEvents
	SigninLogs
	AADNonInteractiveUserSignInLogs
	EntraIdSignInEvents // and AADSignInEventsBeta, its name until 2025
	IdentityLogonEvents
	DeviceEvents
	DeviceNetworkEvents
	SafeLinksPolicy // Get-SafeLinksPolicy | ConvertTo-Json

	numTables
)

// tableInfo says how a table is recognised and what is read from it.
type tableInfo struct {
	name    string
	aliases []string // further values of Type, $table or category
	// match lists sets of columns: the table is recognised when a row has all
	// of one set's columns and one of its any, if there are some, and none of
	// its not.
	match []signature
	// reads lists what a row of the table is read from, alternatives in one
	// entry; what is absent altogether is told by [Reader.Missing].
	reads [][]column
}

type signature struct{ all, any, not columnSet }

// tableInfos is the one place that says what the tables look like.
var tableInfos = sync.OnceValue(func() *[numTables]tableInfo {
	return &[numTables]tableInfo{
		Unknown: {name: "unknown"},
		UrlClickEvents: {
			name: "UrlClickEvents",
			match: []signature{
				{all: setOf(colUrl), any: setOf(colIsClickedThrough, colUrlChain)},
				{all: setOf(colUrl), any: setOf(colActionType, colAccountUpn, colWorkload, colIPAddress), not: setOf(colRemoteUrl, colUrlLocation, colClickTime, colOperation, colRecordType, colCreationTime, colTimeOfClick, colClickId, colUrlClicked, colAction, colDeviceId)},
				{any: setOf(colIsClickedThrough, colUrlChain), not: setOf(colUrl)},
				{all: setOf(colWorkload, colActionType), any: setOf(colIPAddress, colAccountUpn), not: setOf(colOperation, colLogonType)},
			},
			reads: [][]column{
				{colTimestamp, colTimeGenerated}, {colUrl}, {colActionType}, {colAccountUpn}, {colWorkload}, {colNetworkMessageId},
				{colThreatTypes}, {colDetectionMethods}, {colIPAddress}, {colIsClickedThrough}, {colUrlChain}, {colReportId},
			},
		},
		TIUrlClickData: {
			name:    "TIUrlClickData",
			aliases: []string{"ThreatIntelligenceUrl"},
			match:   []signature{{all: setOf(colTimeOfClick)}},
			reads:   [][]column{{colTimeOfClick}, {colUrl}, {colUserId}, {colUserIp}, {colSourceId}},
		},
		AlertEntityGenerated: {
			name:  "AlertEntityGenerated",
			match: []signature{{all: setOf(colData), any: setOf(colEntityType, colRecordType, colOperation)}},
			reads: [][]column{{colData}},
		},
		AuditLog: {
			name: "AuditLog",
			match: []signature{
				{all: setOf(colAuditData)},
				{all: setOf(colRecordType, colOperation), any: setOf(colCreationTime)},
			},
		},
		CloudAppEvents: {
			name:  "CloudAppEvents",
			match: []signature{{all: setOf(colRawEventData)}},
			reads: [][]column{{colRawEventData}},
		},
		SafeLinksReport: {
			name: "SafeLinksReport",
			match: []signature{
				{all: setOf(colClickTime, colUrl)},
				{all: setOf(colClickId, colUrl)},
				{all: setOf(colUrlClicked, colUrl)},
			},
			reads: [][]column{{colClickTime}, {colUrl}, {colRecipientAddress, colUser}, {colAction, colFlags, colUrlClicked}},
		},
		EmailPostDeliveryEvents: {
			name: "EmailPostDeliveryEvents",
			match: []signature{
				{all: setOf(colNetworkMessageId), any: setOf(colActionResult, colActionTrigger)},
				{all: setOf(colNetworkMessageId, colActionType, colRecipientEmailAddress), not: setOf(colUrl, colDeliveryAction)},
			},
			reads: [][]column{{colTimestamp, colTimeGenerated}, {colNetworkMessageId}, {colRecipientEmailAddress}, {colActionType}, {colActionResult}, {colThreatTypes}},
		},
		EmailEvents: {
			name: "EmailEvents",
			match: []signature{{
				all: setOf(colNetworkMessageId),
				any: setOf(colDeliveryAction, colDeliveryLocation, colEmailDirection, colSenderFromAddress, colUrlCount, colInternetMessageId, colRecipientEmailAddress),
				not: setOf(colUrl),
			}},
			reads: [][]column{
				{colTimestamp, colTimeGenerated}, {colNetworkMessageId}, {colRecipientEmailAddress}, {colSenderFromAddress},
				{colDeliveryAction}, {colDeliveryLocation}, {colUrlCount}, {colEmailDirection},
			},
		},
		EmailUrlInfo: {
			name:  "EmailUrlInfo",
			match: []signature{{all: setOf(colNetworkMessageId, colUrl)}},
			reads: [][]column{{colTimestamp, colTimeGenerated}, {colNetworkMessageId}, {colUrl}, {colUrlLocation}},
		},
		SigninLogs: {
			name: "SigninLogs",
			match: []signature{
				{all: setOf(colUserPrincipalName), any: setOf(colResultType, colIsInteractive, colRiskLevelDuringSignIn, colAppDisplayName, colStatus)},
				{all: setOf(colUserPrincipalName, colIPAddress)},
			},
			reads: [][]column{{colTimeGenerated, colCreatedDateTime, colTimestamp}, {colUserPrincipalName}, {colIPAddress}, {colResultType, colStatus}},
		},
		AADNonInteractiveUserSignInLogs: {
			name:    "AADNonInteractiveUserSignInLogs",
			aliases: []string{"NonInteractiveUserSignInLogs"},
			reads:   [][]column{{colTimeGenerated, colCreatedDateTime, colTimestamp}, {colUserPrincipalName}, {colIPAddress}, {colResultType, colStatus}},
		},
		EntraIdSignInEvents: {
			name:    "EntraIdSignInEvents",
			aliases: []string{"AADSignInEventsBeta", "AADSignInEvents"},
			match: []signature{
				{all: setOf(colErrorCode), any: setOf(colAccountUpn, colIPAddress, colLogonType)},
				{all: setOf(colAccountUpn, colRiskLevelDuringSignIn)},
			},
			reads: [][]column{{colTimestamp, colTimeGenerated}, {colAccountUpn}, {colIPAddress}, {colErrorCode}, {colLogonType}},
		},
		IdentityLogonEvents: {
			name:  "IdentityLogonEvents",
			match: []signature{{all: setOf(colActionType, colLogonType), any: setOf(colAccountUpn, colIPAddress), not: setOf(colDeviceId, colRemoteIP, colRemoteUrl)}},
			reads: [][]column{{colTimestamp, colTimeGenerated}, {colAccountUpn}, {colIPAddress}, {colActionType}, {colLogonType}},
		},
		// A row's ActionType tells DeviceEvents from DeviceNetworkEvents; the
		// columns alone cannot.
		DeviceEvents: {
			name: "DeviceEvents",
			reads: [][]column{
				{colTimestamp, colTimeGenerated}, {colActionType}, {colRemoteUrl}, {colDeviceId, colDeviceName},
				{colInitiatingProcessAccountUpn, colInitiatingProcessAccountName},
			},
		},
		DeviceNetworkEvents: {
			name: "DeviceNetworkEvents",
			match: []signature{
				{all: setOf(colRemoteUrl), any: setOf(colDeviceId, colDeviceName, colInitiatingProcessFileName)},
				{all: setOf(colRemoteIP, colInitiatingProcessFileName), not: setOf(colLogonType)},
			},
			reads: [][]column{
				{colTimestamp, colTimeGenerated}, {colRemoteUrl}, {colDeviceId, colDeviceName}, {colInitiatingProcessFileName},
				{colInitiatingProcessAccountUpn, colInitiatingProcessAccountName},
			},
		},
		SafeLinksPolicy: {
			name: "SafeLinksPolicy",
			match: []signature{
				{any: setOf(colEnableSafeLinksForEmail, colEnableSafeLinksForTeams, colEnableSafeLinksForOffice, colDoNotAllowClickThrough, colDoNotTrackUserClicks)},
				{all: setOf(colScanUrls, colTrackClicks)},
			},
		},
	}
})

// matchOrder is the order in which the signatures are tried: tables with
// telling columns before those that would match them too.
var matchOrder = [...]Table{
	CloudAppEvents, TIUrlClickData, AlertEntityGenerated, AuditLog, SafeLinksPolicy, SafeLinksReport, UrlClickEvents,
	EmailPostDeliveryEvents, EmailEvents, EntraIdSignInEvents, SigninLogs, IdentityLogonEvents, DeviceNetworkEvents, EmailUrlInfo,
}

// String returns the table's name, "unknown" for [Unknown].
func (t Table) String() string {
	if t >= numTables {
		t = Unknown
	}
	return tableInfos()[t].name
}

// tableNamed finds a table by the value of a Type, $table or category column:
// "UrlClickEvents", "UrlClickEvents_CL", "AdvancedHunting-UrlClickEvents".
func tableNamed(name string) Table {
	name = strings.TrimPrefix(name, "AdvancedHunting-")
	name = strings.TrimSuffix(name, "_CL")
	for t := Unknown + 1; t < numTables; t++ {
		if strings.EqualFold(name, tableInfos()[t].name) {
			return t
		}
		for _, alias := range tableInfos()[t].aliases {
			if strings.EqualFold(name, alias) {
				return t
			}
		}
	}
	return Unknown
}

// tableWith finds the table that a row with these columns is of.
func tableWith(have columnSet) Table {
	for _, t := range matchOrder {
		for _, s := range tableInfos()[t].match {
			if have.hasAll(s.all) && (s.any == columnSet{} || have.hasAny(s.any)) && !have.hasAny(s.not) {
				return t
			}
		}
	}
	return Unknown
}

// mixed reports whether columns are those of a union of tables: then a row has
// them all, and what counts is which are filled.
func mixed(have columnSet) bool {
	telling := 0
	for _, s := range [...]columnSet{
		setOf(colIsClickedThrough, colUrlChain), setOf(colDeliveryAction, colUrlCount), setOf(colActionResult, colActionTrigger),
		setOf(colUrlLocation), setOf(colUserPrincipalName), setOf(colLogonType), setOf(colRemoteUrl), setOf(colRawEventData),
	} {
		if have.hasAny(s) {
			telling++
		}
	}
	return telling > 1
}

// missing returns the names of the columns that t is read from and that have
// lacks.
func (t Table) missing(have columnSet) []string {
	var names []string
	for _, alternatives := range tableInfos()[t].reads {
		if !have.hasAny(setOf(alternatives...)) {
			names = append(names, alternatives[0].String())
		}
	}
	return names
}
