package main

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/examples/huntquery/internal/tenantfiles"
)

const oneDay = 24 * time.Hour

// oddSignIn is a sign-in before it is written.
type oddSignIn struct {
	at              time.Time
	account         string
	address         netip.Addr
	failed, renewed bool
	risk, country   string
}

// oddSignIns is where sign-ins are until the schema is known.
const oddSignIns = "sign-ins"

func (o *odd) addSignIn(s oddSignIn) {
	if s.country == "" {
		s.country = pick(o, "DE", "DE", "fr", "US", "", "Germany")
	}
	if s.risk == "" {
		s.risk = pick(o, "none", "none", "none", "none", "low", "medium", "high", "hidden")
	}
	address := ""
	if s.address.IsValid() {
		address = o.writeOneAddress(s.address)
	}
	o.add(oddSignIns, s.at, map[string]any{"account": o.writeAccount(s.account), "address": address, "failed": s.failed, "renewed": s.renewed, "risk": s.risk, "country": s.country})
}

var signInOffsets = []time.Duration{-30 * oneDay, -14 * oneDay, -7 * oneDay, -8 * oneDay, -oneDay, -time.Hour, 0, time.Minute, oneDay}

// signInScene is a click, and sign-ins of its account and of others around it.
func (o *odd) signInScene(at time.Time) {
	k := oddClick{at: at, account: o.account(), link: o.link(), address: pick(o, o.address(), o.personAddress(), o.personAddress()), message: pick(o, "", o.guid(at.Add(-o.border(time.Second, 2*time.Hour))))}
	o.addClick(k)
	for range 1 + o.IntN(6) {
		o.addSignIn(oddSignIn{at: at.Add(o.border(signInOffsets...)), account: pick(o, k.account, k.account, o.account()), address: o.near(k.address),
			failed: o.one(6), renewed: o.one(4)})
	}
	if o.one(2) {
		o.addHome(k)
	}
	if o.one(3) { // enough to know where somebody is
		every, before := pick(o, 25*time.Hour/2, oneDay), pick(o, time.Hour, 9*time.Hour)
		for i := range pick(o, 4, 5, 10, 22) {
			o.addSignIn(oddSignIn{at: at.Add(-time.Duration(i)*every - before), account: k.account, address: o.personAddress(), risk: "none", country: "DE"})
		}
	}
}

// near returns the address, one in its /64 or /24, or another.
func (o *odd) near(a netip.Addr) netip.Addr {
	switch o.IntN(5) {
	case 0:
		return o.address()
	case 1:
		b := a.AsSlice()
		b[len(b)-1] ^= byte(1 + o.IntN(30))
		out, _ := netip.AddrFromSlice(b)
		return out
	case 2:
		if o.one(4) {
			return netip.Addr{}
		}
	}
	return a
}

// addHome writes sign-ins that make the click's address the account's own, or nearly so.
func (o *odd) addHome(k oddClick) {
	for _, before := range []time.Duration{o.border(7*oneDay, 8*oneDay, 14*oneDay, 2*oneDay), o.border(time.Hour, oneDay, 3*oneDay)} {
		if k.address.IsValid() && k.account != "" {
			o.addSignIn(oddSignIn{at: k.at.Add(-before), account: k.account, address: k.address, risk: "none", renewed: o.one(8)})
		}
	}
}

// deviceScene is a click, and what devices did around it.
func (o *odd) deviceScene(at time.Time) {
	k := oddClick{at: at, account: o.account(), link: o.link(), address: o.address(), message: pick(o, "", o.guid(at.Add(-o.border(2*time.Second, 2*time.Hour))))}
	o.addClick(k)
	for range 1 + o.IntN(3) {
		o.addDevice(k)
	}
}

var (
	oddPrograms = []string{"msedge.exe", "chrome.exe", "OUTLOOK.EXE", "ms-teams.exe", "msedgewebview2.exe", "powershell.exe", "Google Chrome Helper (Renderer)", "",
		`C:\Program Files\Mozilla\firefox.exe`, "thunderbird.exe", "python3", "Google Chrome Canary", "explorer.exe", "uipath.exe"}
	oddHosts = []string{"eur01.safelinks.protection.outlook.com", "nam12.safelinks.protection.outlook.com", "cdn.example"}
)

// addDevice writes launches and connections around a click.
func (o *odd) addDevice(k oddClick) {
	if k.account == "" {
		return
	}
	who := map[string]any{"InitiatingProcessAccountUpn": o.writeAccount(k.account)}
	name, _, _ := strings.Cut(k.account, "@")
	switch o.IntN(5) {
	case 0:
		who = map[string]any{"InitiatingProcessAccountName": o.writeAccount(name)}
	case 1:
		who["InitiatingProcessAccountName"] = name
	}
	cells := func(more map[string]any) map[string]any {
		out := map[string]any{"DeviceName": fmt.Sprintf("PC%d", o.IntN(8)), "InitiatingProcessFileName": pick(o, oddPrograms...)}
		for name, value := range who {
			out[name] = value
		}
		for name, value := range more {
			out[name] = value
		}
		return out
	}
	launch := func(at time.Time) {
		o.add(tenantfiles.DeviceEvents, at, cells(map[string]any{"ActionType": "BrowserLaunchedToOpenUrl",
			"RemoteUrl": pick(o, o.sentLink(k.link), o.sentLink(k.link), o.sentLink(k.link), "https://"+hostOf(k.link)+"/", hostOf(k.link), oddHosts[0], "file:///C:/x.pdf")}))
	}
	connect := func(at time.Time) {
		o.add(tenantfiles.DeviceNetworkEvents, at, cells(map[string]any{"ActionType": pick(o, "ConnectionSuccess", "ConnectionSuccess", "ConnectionAttempt", "HttpConnectionInspected", ""),
			"RemoteUrl": pick(o, hostOf(k.link), "https://"+hostOf(k.link)+"/", pick(o, oddHosts...), "")}))
	}
	switch o.IntN(4) {
	case 0:
		launch(k.at.Add(o.border(-2*time.Minute, -2*time.Second, 0, time.Second, 2*time.Minute)))
	case 1: // by two programs
		at := k.at.Add(pick(o, time.Second, -time.Second, 20*time.Second))
		launch(at)
		launch(at.Add(o.border(-10*time.Second, 10*time.Second, 0)))
	case 2:
		connect(k.at.Add(o.border(-5*time.Second, 0, time.Second, time.Minute)))
	case 3:
		connect(k.at.Add(pick(o, o.border(-30*time.Minute, 30*time.Minute), 23*time.Hour, 25*time.Hour)))
	}
}

// chatScene is a click, and messages in Teams with its link.
func (o *odd) chatScene(at time.Time) {
	k := oddClick{at: at, account: o.account(), link: o.link(), address: pick(o, o.address(), netip.MustParseAddr("52.112.3.3")), workload: pick(o, "Teams", "Email", "")}
	o.addClick(k)
	for range 1 + o.IntN(2) {
		o.addPost(k)
	}
}

// addPost writes a message in Teams with the click's link.
func (o *odd) addPost(k oddClick) {
	at := k.at.Add(o.border(-2*time.Minute, -time.Second, 0, time.Second, 2*time.Minute, -time.Hour))
	o.next++
	id := fmt.Sprintf("%d;%d", at.UnixMilli(), o.next)
	o.add(tenantfiles.MessageEvents, at, map[string]any{"TeamsMessageId": id, "SenderEmailAddress": o.account()})
	o.add(tenantfiles.MessageUrlInfo, at, map[string]any{"TeamsMessageId": id, "Url": o.sentLink(k.link)})
	if o.one(3) {
		o.add(tenantfiles.MessagePostDeliveryEvents, k.at.Add(o.border(-time.Hour, 0, time.Hour)), map[string]any{"TeamsMessageId": id,
			"ActionType": pick(o, "Phish ZAP", "Manual"), "ActionResult": pick(o, "Success", "Failed"), "ThreatTypes": pick(o, "", "Phish")})
	}
}

// signInRow returns the table of a sign-in and its cells.
func signInRow(cells map[string]any, s tenantfiles.Schema) (table string, out map[string]any) {
	failed, renewed := cells["failed"].(bool), cells["renewed"].(bool)
	if s == tenantfiles.Defender {
		out = map[string]any{"AccountUpn": cells["account"], "IPAddress": cells["address"], "Country": cells["country"], "ErrorCode": 0, "LogonType": `["interactiveUser"]`,
			"RiskLevelAggregated": map[string]int{"none": 0, "hidden": 1, "low": 10, "medium": 50, "high": 100}[cells["risk"].(string)]}
		if failed {
			out["ErrorCode"] = 50126
		}
		if renewed {
			out["LogonType"] = `["nonInteractiveUser"]`
		}
		return tenantfiles.EntraIdSignInEvents, out
	}
	out = map[string]any{"UserPrincipalName": cells["account"], "IPAddress": cells["address"], "Location": cells["country"], "ResultType": "0", "RiskLevelDuringSignIn": cells["risk"]}
	if failed {
		out["ResultType"] = "50126"
	}
	if renewed {
		return tenantfiles.NonInteractiveSignInLogs, out
	}
	out["IsInteractive"] = true
	return tenantfiles.SigninLogs, out
}
