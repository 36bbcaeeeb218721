package kql

import "slices"

// columns are the columns that the queries read of each table of evidence, besides the time.
var columns = map[string]string{
	"EmailEvents":                     "NetworkMessageId: string, RecipientEmailAddress: string, UrlCount: int, ThreatTypes: string",
	"EmailUrlInfo":                    "NetworkMessageId: string, Url: string",
	"EmailPostDeliveryEvents":         "NetworkMessageId: string, ActionType: string, ActionResult: string, ThreatTypes: string",
	"SigninLogs":                      "UserPrincipalName: string, IPAddress: string, ResultType: string, Location: string, RiskLevelDuringSignIn: string",
	"AADNonInteractiveUserSignInLogs": "UserPrincipalName: string, IPAddress: string, ResultType: string, Location: string, RiskLevelDuringSignIn: string",
	"DeviceEvents":                    "ActionType: string, " + deviceColumns,
	"DeviceNetworkEvents":             "ActionType: string, " + deviceColumns,
	"MessageEvents":                   "TeamsMessageId: string",
	"MessageUrlInfo":                  "TeamsMessageId: string, Url: string",
	"MessagePostDeliveryEvents":       "TeamsMessageId: string, ActionType: string, ActionResult: string, ThreatTypes: string",
}

const deviceColumns = "RemoteUrl: string, DeviceId: string, DeviceName: string, InitiatingProcessFileName: string, " +
	"InitiatingProcessAccountUpn: string, InitiatingProcessAccountName: string"

// stub is an empty table in place of one that the tenant has not got.
type stub struct{ Name, Columns string }

// Stubs returns the tables that the steps name and the tenant has not got.
func (r *rendering) Stubs() []stub {
	var out []stub
	for _, k := range kinds {
		tables := tablesOf(k.word, r.Schema)
		if !r.has(k.word) {
			continue // the step is left out
		}
		if r.Form == Short && k.word == "mail" {
			continue // of which it reads one
		}
		for _, t := range tables {
			if !slices.Contains(r.Options.Tables, t) {
				out = append(out, stub{t, r.timeOf(t) + ": datetime, " + columns[t]})
			}
		}
	}
	return out
}

// timeOf returns the column with the time of an event of a table.
func (r *rendering) timeOf(table string) string {
	if slices.Contains(signInTables(Sentinel), table) {
		return "TimeGenerated"
	}
	return r.Time()
}
