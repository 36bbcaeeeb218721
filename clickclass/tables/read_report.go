package tables

import (
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/internal/cell"
)

// readReportedClick reads a row of the reports of the portal and of the cmdlets. Most have
// no address, and none has a chain.
func (p *rowParser) readReportedClick() {
	k := &clickclass.Click{
		Timestamp:        p.time(colClickTime, colTimestamp),
		Url:              p.text(colUrl),
		AccountUpn:       p.firstText(colRecipientAddress, colUser, colRecipientEmailAddress),
		NetworkMessageId: p.text(colNetworkMessageId),
		AppName:          p.firstText(colAppName, colApp, colApplication),
		Workload:         p.text(colWorkload),
		SourceId:         p.text(colSourceId),
		Feed:             clickclass.FeedReport,
		File:             p.row.File,
		Row:              p.row.Row,
	}
	k.IPAddress, k.MoreIPs = p.addrs(colUserIp, colIPAddress, colClientIP)
	if k.Workload == "" {
		k.Workload = workloadOf(k.AppName)
	}
	switch {
	case p.text(colAction) != "":
		k.ActionType, k.IsClickedThrough = translateAction(p.text(colAction), nil)
	case p.text(colFlags) != "":
		k.ActionType, k.IsClickedThrough = translateAction(p.text(colFlags), reportActions)
	case p.seen.has(colUrlBlocked):
		k.ActionType, k.IsClickedThrough = blockedAction(p.bool(colUrlBlocked), p.bool(colUrlClicked))
	}
	p.row.Click = k
}

// blockedAction returns what happened to a click of Get-UrlTrace.
func blockedAction(blocked, clicked bool) (a clickclass.ActionType, through bool) {
	switch {
	case blocked && clicked:
		return clickclass.ClickedThrough, true
	case blocked:
		return clickclass.ClickBlocked, false
	}
	return clickclass.ClickAllowed, false
}

// workloadOf returns the Workload under which clicks in an application are listed.
func workloadOf(app string) string {
	switch strings.ToLower(app) {
	case "mail", "email", "outlook", "e-mail":
		return "Email"
	case "teams", "microsoft teams":
		return "Teams"
	case "word", "excel", "powerpoint", "visio", "onenote", "office":
		return "Office"
	}
	return ""
}

// action is what happened to a click, in words of UrlClickEvents.
type action struct {
	actionType clickclass.ActionType
	through    bool
}

// actions has the words of the audit log, of alerts and of the reports, in lower case
// without spaces.
var actions = map[string]action{
	"none":                                  {"", false},
	"allowed":                               {clickclass.ClickAllowed, false},
	"allowedbytenantadmin":                  {clickclass.ClickAllowed, false},
	"blockpage":                             {clickclass.ClickBlocked, false},
	"blocked":                               {clickclass.ClickBlocked, false},
	"blockedbytenantadmin":                  {clickclass.ClickBlockedByTenantPolicy, false},
	"pendingdetonationpage":                 {clickclass.UrlScanInProgress, false},
	"pendingscan":                           {clickclass.UrlScanInProgress, false},
	"blockpageoverride":                     {clickclass.ClickedThrough, true},
	"blockedandclickedthrough":              {clickclass.ClickedThrough, true},
	"blockedbytenantadminandclickedthrough": {clickclass.ClickedThrough, true},
	"clickedevenblocked":                    {clickclass.ClickedThrough, true},
	"pendingdetonationpageoverride":         {clickclass.UrlScanInProgress, true},
	"clickedthroughduringscan":              {clickclass.UrlScanInProgress, true},
	"clickedduringscan":                     {clickclass.UrlScanInProgress, true},
}

// The words behind the numbers of URLClickAction in the audit log, and of the Flags of
// Get-SafeLinksDetailReport.
var (
	auditActions  = []string{"none", "allowed", "blockpage", "pendingdetonationpage", "blockpageoverride", "pendingdetonationpageoverride"}
	reportActions = []string{"allowed", "blocked", "clickedevenblocked", "clickedduringscan"}
)

// translateAction translates a word, or a number that is an index of words. Values that are
// not known are kept.
func translateAction(s string, words []string) (a clickclass.ActionType, through bool) {
	key := strings.ToLower(strings.ReplaceAll(s, " ", ""))
	if n, err := cell.Int(s); err == nil && 0 <= n && n < int64(len(words)) {
		key = words[n]
	}
	if a, ok := actions[key]; ok {
		return a.actionType, a.through
	}
	return clickclass.ActionType(s), false
}
