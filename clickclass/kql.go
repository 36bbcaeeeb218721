package clickclass

import (
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

// signInRisk is the risk of a sign-in: the column has two names, by the age of the table.
const signInRisk = `column_ifexists("RiskLevelDuringSignIn", column_ifexists("RiskLevelAggregated", 0))`

// KQL returns an advanced hunting query that fetches this evidence for a click, "" if
// the click lacks what it would ask by. If e has several kinds, the query fetches the first
// of device, sign-in, mail and chat that the click can ask for. The exported result is evidence
// that package tables reads.
func (e Evidence) KQL(k *Click) string {
	at := readClocks(k).At
	byAccount := at != ticks.None && k.AccountUpn != ""
	account := "=~ " + quoteKQL(k.AccountUpn)
	moment := "let t = datetime(" + at.Time().Format(time.RFC3339Nano) + ");"
	var lines []string
	switch {
	case e.Has(EvidenceDevice) && byAccount:
		lines = []string{
			moment,
			"union withsource=SourceTable DeviceEvents, DeviceNetworkEvents",
			"| where Timestamp between (t - 30m .. t + 30m)",
			"| where InitiatingProcessAccountUpn " + account,
			`| where ActionType in ("BrowserLaunchedToOpenUrl", "ConnectionSuccess")`,
			"| project SourceTable, Timestamp, DeviceId, DeviceName, ActionType, RemoteUrl, RemoteIP, " +
				"InitiatingProcessFileName, InitiatingProcessAccountName, InitiatingProcessAccountUpn",
		}
	case e.Has(EvidenceSignIn) && byAccount:
		who := "| where AccountUpn " + account
		if k.IPAddress.IsValid() {
			who += " or IPAddress == " + quoteKQL(k.address().String())
		}
		lines = []string{
			moment,
			"EntraIdSignInEvents",
			"| where Timestamp between (t - 30d .. t + 1d)",
			who,
			"| extend RiskLevelDuringSignIn = " + signInRisk,
			"| project Timestamp, AccountUpn, IPAddress, ErrorCode, LogonType, Country, RiskLevelDuringSignIn, Application",
		}
	case e.Has(EvidenceMail) && k.NetworkMessageId != "":
		lines = []string{
			"union withsource=SourceTable EmailEvents, EmailUrlInfo, EmailPostDeliveryEvents",
			"| where NetworkMessageId == " + quoteKQL(k.NetworkMessageId),
		}
	case e.Has(EvidenceChat) && k.Url != "" && at != ticks.None:
		host := normal.Host(k.OriginalURL())
		lines = []string{
			moment,
			"MessageUrlInfo",
			"| where Timestamp between (t - 2m .. t + 2m)",
			"| where UrlDomain =~ " + quoteKQL(host) + " or Url has " + quoteKQL(host),
			"| join kind=leftouter MessageEvents on TeamsMessageId",
			"| project Timestamp, TeamsMessageId, Url, UrlDomain, SenderEmailAddress, RecipientDetails, ThreadType",
		}
	}
	return strings.Join(lines, "\n")
}

// KQLAll returns one advanced hunting query that fetches this evidence (of devices, sign-ins
// and mail) for all the clicks together, "" if e has none of these kinds or no click has a
// time. A click is asked for by its time, account and message. The result, saved as CSV, is
// evidence that package tables reads. The text grows by some 100 bytes a click.
func (e Evidence) KQLAll(clicks []Click) string {
	var rows []string
	seen := map[string]bool{}
	var first, last time.Time
	for i := range clicks {
		k := &clicks[i]
		at := readClocks(k).At
		if at == ticks.None {
			continue
		}
		t := at.Time()
		if first.IsZero() || t.Before(first) {
			first = t
		}
		if t.After(last) {
			last = t
		}
		row := "    datetime(" + t.Format(time.RFC3339) + "), " + quoteKQL(normal.Account(k.AccountUpn)) + ", " + quoteKQL(k.NetworkMessageId) + ",\n"
		if !seen[row] { // clicks of one second are asked for once
			seen[row] = true
			rows = append(rows, row)
		}
	}
	var legs []string
	if e.Has(EvidenceDevice) {
		for _, leg := range [][2]string{{"DeviceEvents", "BrowserLaunchedToOpenUrl"}, {"DeviceNetworkEvents", "ConnectionSuccess"}} {
			legs = append(legs, "    ("+leg[0]+`
    | where Timestamp between (start - 30m .. end + 30m) and ActionType == "`+leg[1]+`"
    | extend Account = tolower(InitiatingProcessAccountUpn)
    | join kind=inner clicks on Account
    | where Timestamp between (Time - 30m .. Time + 30m)
    | project SourceTable = "`+leg[0]+`", Timestamp, DeviceId, DeviceName, ActionType, RemoteUrl,
        InitiatingProcessFileName, InitiatingProcessAccountName, InitiatingProcessAccountUpn
    | distinct *)`)
		}
	}
	if e.Has(EvidenceSignIn) {
		// One row a day for each address is enough, and keeps below 100,000 rows.
		legs = append(legs, `    (EntraIdSignInEvents
    | where Timestamp between (start - 30d .. end + 1d)
    | where tolower(AccountUpn) in ((clicks | distinct Account))
    | extend RiskLevelDuringSignIn = `+signInRisk+`
    | summarize Timestamp = min(Timestamp)
        by AccountUpn, IPAddress, ErrorCode, LogonType, Country, RiskLevelDuringSignIn, Day = bin(Timestamp, 1d)
    | extend SourceTable = "EntraIdSignInEvents")`)
	}
	if e.Has(EvidenceMail) {
		for _, table := range []string{"EmailEvents", "EmailUrlInfo", "EmailPostDeliveryEvents"} {
			legs = append(legs, `    (`+table+`
    | where NetworkMessageId in ((clicks | distinct Message))
    | extend SourceTable = "`+table+`")`)
		}
	}
	if len(legs) == 0 || len(rows) == 0 {
		return ""
	}
	return "let clicks = datatable(Time: datetime, Account: string, Message: string)\n[\n" + strings.Join(rows, "") + "];\n" +
		"let start = datetime(" + first.Format(time.RFC3339) + ");\nlet end = datetime(" + last.Format(time.RFC3339) + ");\n" +
		"union isfuzzy=true\n" + strings.Join(legs, ",\n")
}

// quoteKQL quotes s for KQL. Control characters have no business in an account, an address
// or an id, and are left out.
func quoteKQL(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, s)
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
