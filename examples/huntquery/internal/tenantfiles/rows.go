package tenantfiles

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
)

// table is a table to write. The first cell of a row is its time.
type table struct {
	name    string
	columns []string // but for those of the time
	rows    [][]any  // a time.Time, and a string, bool, int or nil for every column
}

// columnsOf has the columns of the tables, but for those of the time.
var columnsOf = map[string]string{
	UrlClickEvents: "Url ActionType AccountUpn Workload NetworkMessageId ThreatTypes DetectionMethods IPAddress IsClickedThrough " +
		"UrlChain ReportId AppName AppVersion SourceId",
	EmailEvents: "NetworkMessageId RecipientEmailAddress SenderFromAddress Subject DeliveryAction DeliveryLocation UrlCount " +
		"EmailDirection ThreatTypes",
	EmailUrlInfo:              "NetworkMessageId Url UrlLocation",
	EmailPostDeliveryEvents:   "NetworkMessageId RecipientEmailAddress ActionType ActionResult ThreatTypes",
	EntraIdSignInEvents:       "AccountUpn IPAddress ErrorCode LogonType RiskLevelAggregated Country Application",
	SigninLogs:                "UserPrincipalName IPAddress ResultType RiskLevelDuringSignIn Location AppDisplayName IsInteractive",
	NonInteractiveSignInLogs:  "UserPrincipalName IPAddress ResultType RiskLevelDuringSignIn Location AppDisplayName",
	DeviceEvents:              deviceColumns,
	DeviceNetworkEvents:       deviceColumns + " RemoteIP",
	MessageEvents:             "TeamsMessageId SenderEmailAddress",
	MessageUrlInfo:            "TeamsMessageId Url UrlDomain",
	MessagePostDeliveryEvents: "TeamsMessageId ActionType ActionResult ThreatTypes",
}

const deviceColumns = "DeviceId DeviceName ActionType RemoteUrl InitiatingProcessAccountUpn InitiatingProcessAccountName " +
	"InitiatingProcessFileName"

// tables returns the rows of t in all tables of the schema.
func (t *Tenant) tables(s Schema) []*table {
	var list []*table
	byName := map[string]*table{}
	for _, name := range s.Tables() {
		one := &table{name: name, columns: strings.Fields(columnsOf[name])}
		list, byName[name] = append(list, one), one
	}
	for i := range t.Clicks {
		if k := &t.Clicks[i]; k.Feed == clickclass.FeedUrlClickEvents {
			byName[UrlClickEvents].addClick(k)
		}
	}
	for _, row := range t.Evidence {
		switch e := row.(type) {
		case evidence.Email:
			byName[EmailEvents].add(e.Timestamp, e.NetworkMessageId, e.RecipientEmailAddress, e.SenderFromAddress, e.Subject,
				e.DeliveryAction, e.DeliveryLocation, countCell(e.UrlCount), e.EmailDirection, e.ThreatTypes)
		case evidence.EmailUrl:
			byName[EmailUrlInfo].add(e.Timestamp, e.NetworkMessageId, e.Url, e.UrlLocation)
		case evidence.PostDelivery:
			byName[EmailPostDeliveryEvents].add(e.Timestamp, e.NetworkMessageId, e.RecipientEmailAddress, e.ActionType, e.ActionResult, e.ThreatTypes)
		case evidence.SignIn:
			addSignIn(byName, s, &e)
		case evidence.BrowserLaunch:
			byName[DeviceEvents].add(e.Timestamp, e.DeviceId, e.DeviceName, "BrowserLaunchedToOpenUrl", e.RemoteUrl, e.AccountUpn, e.Account, e.Process)
		case evidence.Connection:
			byName[DeviceNetworkEvents].add(e.Timestamp, e.DeviceId, e.DeviceName, e.ActionType, e.RemoteUrl, e.AccountUpn, e.Account, e.Process,
				addrCell(e.RemoteIP))
		case evidence.ChatMessage:
			byName[MessageEvents].add(e.Timestamp, e.TeamsMessageId, e.SenderEmailAddress)
		case evidence.ChatUrl:
			byName[MessageUrlInfo].add(e.Timestamp, e.TeamsMessageId, e.Url, e.UrlDomain)
		case evidence.ChatPostDelivery:
			byName[MessagePostDeliveryEvents].add(e.Timestamp, e.TeamsMessageId, e.ActionType, e.ActionResult, e.ThreatTypes)
		}
	}
	return list
}

func (t *table) add(at time.Time, cells ...any) {
	t.rows = append(t.rows, append([]any{at}, cells...))
}

func (t *table) addClick(k *clickclass.Click) {
	addresses := addrCell(k.IPAddress)
	for _, a := range k.MoreIPs {
		addresses += ", " + a.String()
	}
	t.add(k.Timestamp, k.Url, string(k.ActionType), k.AccountUpn, k.Workload, k.NetworkMessageId, k.ThreatTypes, k.DetectionMethods,
		addresses, k.IsClickedThrough, k.UrlChain, k.ReportId, k.AppName, k.AppVersion, k.SourceId)
}

// wrongPassword is the error code of the sign-ins that failed.
const wrongPassword = 50126

// addSignIn adds a sign-in to the table that the schema has for it.
func addSignIn(byName map[string]*table, s Schema, e *evidence.SignIn) {
	address, code := addrCell(e.IPAddress), wrongPassword
	if e.Success {
		code = 0
	}
	if s == Defender {
		logon := `["nonInteractiveUser"]`
		if e.Interactive {
			logon = `["interactiveUser"]`
		}
		byName[EntraIdSignInEvents].add(e.Timestamp, e.AccountUpn, address, code, logon, riskCell(e.Risk), e.Country, e.AppName)
		return
	}
	result := strconv.Itoa(code)
	if e.Interactive {
		byName[SigninLogs].add(e.Timestamp, e.AccountUpn, address, result, e.Risk, e.Country, e.AppName, true)
	} else {
		byName[NonInteractiveSignInLogs].add(e.Timestamp, e.AccountUpn, address, result, e.Risk, e.Country, e.AppName)
	}
}

// riskCell returns the number that EntraIdSignInEvents has for a risk level.
func riskCell(level string) any {
	numbers := map[string]int{"none": 0, "hidden": 1, "low": 10, "medium": 50, "high": 100}
	if n, ok := numbers[level]; ok {
		return n
	}
	return nil
}

// countCell returns the cell of UrlCount, which is negative if it is not known.
func countCell(n int) any {
	if n < 0 {
		return nil
	}
	return n
}

func addrCell(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}
