package clickclass

import (
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass/internal/normal"
	"github.com/whoclicked/whoclicked/clickclass/internal/ticks"
)

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
