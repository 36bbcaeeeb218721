package tenantfiles

import "slices"

// Schema names the product whose tables are written.
type Schema string

// The schemas.
const (
	Defender Schema = "defender" // advanced hunting
	Sentinel Schema = "sentinel" // a Log Analytics workspace
	ADX      Schema = "adx"      // Azure Data Explorer, fed by the Streaming API and diagnostic settings
)

// Schemas are all schemas.
var Schemas = []Schema{Defender, Sentinel, ADX}

// The tables.
const (
	UrlClickEvents            = "UrlClickEvents"
	EmailEvents               = "EmailEvents"
	EmailUrlInfo              = "EmailUrlInfo"
	EmailPostDeliveryEvents   = "EmailPostDeliveryEvents"
	EntraIdSignInEvents       = "EntraIdSignInEvents"
	SigninLogs                = "SigninLogs"
	NonInteractiveSignInLogs  = "AADNonInteractiveUserSignInLogs"
	DeviceEvents              = "DeviceEvents"
	DeviceNetworkEvents       = "DeviceNetworkEvents"
	MessageEvents             = "MessageEvents"
	MessageUrlInfo            = "MessageUrlInfo"
	MessagePostDeliveryEvents = "MessagePostDeliveryEvents"
)

// SignInTables returns the tables in which s has sign-ins.
func (s Schema) SignInTables() []string {
	if s == Defender {
		return []string{EntraIdSignInEvents}
	}
	return []string{SigninLogs, NonInteractiveSignInLogs}
}

// Tables returns all tables of s, UrlClickEvents first.
func (s Schema) Tables() []string {
	return slices.Concat([]string{UrlClickEvents, EmailEvents, EmailUrlInfo, EmailPostDeliveryEvents}, s.SignInTables(),
		[]string{DeviceEvents, DeviceNetworkEvents, MessageEvents, MessageUrlInfo, MessagePostDeliveryEvents})
}

// timeColumns returns the columns with the time of a row. Sign-in logs come from Entra, all
// other tables from Defender.
func (s Schema) timeColumns(table string) []string {
	switch {
	case table == SigninLogs || table == NonInteractiveSignInLogs:
		return []string{"TimeGenerated", "CreatedDateTime"}
	case s == Sentinel:
		return []string{"TimeGenerated", "Timestamp"}
	}
	return []string{"Timestamp"}
}
