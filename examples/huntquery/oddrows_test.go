package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/whoclicked/whoclicked/examples/huntquery/internal/tenantfiles"
)

// oddEnd is when the last odd rows are.
var oddEnd = time.Date(2026, 9, 29, 12, 0, 0, 0, time.UTC)

// newOdd returns about n clicks in scenes, and evidence about them.
func newOdd(seed uint64, n int) *odd {
	o := &odd{Rand: rand.New(rand.NewPCG(seed, 1)), rows: map[string][]oddRow{}}
	scenes := []func(*odd, time.Time){(*odd).mailScene, (*odd).mailScene, (*odd).teamsScene, (*odd).twinScene, (*odd).burstScene, (*odd).fanScene,
		(*odd).reportScene, (*odd).scanScene, (*odd).blockScene, (*odd).habitScene, (*odd).officeScene, (*odd).dangerScene, (*odd).deviceScene, (*odd).deviceScene, (*odd).chatScene, (*odd).signInScene, (*odd).signInScene}
	for len(o.rows[tenantfiles.UrlClickEvents]) < n {
		at := oddEnd.Add(-time.Duration(o.Int64N(int64(24 * 24 * time.Hour)))).Truncate(tick)
		if o.one(4) {
			at = at.Truncate(time.Second)
		}
		scenes[o.IntN(len(scenes))](o, at)
	}
	return o
}

// click is a click before it is written.
type oddClick struct {
	at                                  time.Time
	account, link, message, report      string
	address                             netip.Addr
	action, workload, threats, sourceID string
	through                             any
}

// addClick writes a click. What is not given is random.
func (o *odd) addClick(k oddClick) {
	if k.action == "" {
		k.action = pick(o, "ClickAllowed", "ClickAllowed", "ClickAllowed", "ClickBlocked", "ClickBlockedByTenantPolicy", "UrlErrorPage", "UrlScanInProgress", "ClickedThrough", "Other")
	}
	if k.workload == "" {
		k.workload = pick(o, "Email", "Email", "Office", "Teams", "")
	}
	if k.report == "" {
		k.report = pick(o, o.guid(k.at), o.guid(k.at), o.guid(k.at.Add(o.border(-time.Second, 2*time.Second, 3*time.Second))), o.oddID())
	}
	if k.threats == "" && o.one(6) {
		k.threats = pick(o, "Phish", "Malware", "Phish, Malware")
	}
	if k.through == nil && o.one(3) {
		k.through = pick[any](o, false, false, true)
	}
	address := ""
	if k.address.IsValid() {
		address = o.writeAddress(k.address)
	}
	cells := map[string]any{"Url": o.writeLink(k.link), "ActionType": k.action, "AccountUpn": k.account, "IPAddress": address, "Workload": k.workload,
		"NetworkMessageId": o.writeID(k.message), "ThreatTypes": k.threats, "ReportId": o.writeID(k.report), "SourceId": k.sourceID, "AppVersion": pick(o, "", "", "0.0.0000", "16.1.2")}
	if k.account != "" {
		cells["AccountUpn"] = o.writeAccount(k.account)
	}
	if k.through != nil {
		cells["IsClickedThrough"] = k.through
	}
	o.add(tenantfiles.UrlClickEvents, k.at, cells)
	if o.one(15) { // the same row again
		o.add(tenantfiles.UrlClickEvents, k.at, cells)
	}
}

var delays = []time.Duration{-5 * time.Minute, -5 * time.Second, 0, 3 * time.Second, 10 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 30 * time.Hour}

// mailScene is clicks on links of a message at the borders of the delays.
func (o *odd) mailScene(at time.Time) {
	sent := at.Add(-o.border(delays...))
	message := o.guid(sent)
	if o.one(5) {
		message = o.oddID()
	}
	account, link := o.account(), o.link()
	if o.one(12) {
		account = ""
	}
	k := oddClick{at: at, account: account, link: link, message: message, address: o.address(), workload: pick(o, "Email", "")}
	o.addClick(k)
	if o.one(2) {
		o.addMail(sent, at, message, account, link)
	}
	if o.one(3) {
		o.addDevice(k)
	}
}

// addMail writes what the mail tables have of a message.
func (o *odd) addMail(sent, clicked time.Time, message, account, link string) {
	received := sent.Add(o.border(-2*time.Second, 0, time.Second, 10*time.Minute))
	for _, recipient := range [][]string{{account}, {"zoe@contoso.example"}, {"zoe@contoso.example", account, "yan@contoso.example"}, {}}[o.IntN(4)] {
		cells := map[string]any{"NetworkMessageId": o.writeID(message), "RecipientEmailAddress": recipient, "ThreatTypes": pick(o, "", "", "Spam", "Phish", "spam, malware")}
		if o.one(2) {
			cells["UrlCount"] = pick(o, 0, 1, 5, 6)
		}
		o.add(tenantfiles.EmailEvents, received, cells)
	}
	for range o.IntN(7) {
		o.add(tenantfiles.EmailUrlInfo, received, map[string]any{"NetworkMessageId": o.writeID(message), "Url": pick(o, link, o.link(), o.wrap(o.link()))})
	}
	if o.one(3) {
		o.add(tenantfiles.EmailPostDeliveryEvents, clicked.Add(o.border(-time.Hour, 0, time.Hour, 23*time.Hour)), map[string]any{"NetworkMessageId": o.writeID(message),
			"ActionType": pick(o, "Phish ZAP", "Malware ZAP", "Manual remediation"), "ActionResult": pick(o, "Success", "Failure", "Error", ""), "ThreatTypes": pick(o, "", "Phish")})
	}
}

// teamsScene is a click on a link in a chat, whose id may have a clock.
func (o *odd) teamsScene(at time.Time) {
	sent := at.Add(-o.border(0, 3*time.Second, 10*time.Second, time.Minute, time.Hour)).Truncate(time.Millisecond)
	id := fmt.Sprint(sent.UnixMilli())
	k := oddClick{at: at, account: o.account(), link: o.link(), address: o.address(), workload: "Teams"}
	switch o.IntN(6) {
	case 0:
		k.sourceID = id
	case 1:
		k.sourceID = "19:meeting_abc@thread.v2;messageid=" + id
	case 2:
		k.message = id
	case 3:
		k.sourceID = "https://teams.microsoft.com/l/message/19:abc@thread.v2/" + id + "?tenantId=x"
	case 4:
		k.message = o.guid(sent)
	case 5:
		k.sourceID = pick(o, "x"+id, "/1400000000000", "123456789012", "19:abc@thread.v2;messageid=/"+id+"/")
	}
	o.addClick(k)
	if o.one(2) {
		o.addPost(k)
	}
}

// twinScene is two clicks of an account on a link from two addresses.
func (o *odd) twinScene(at time.Time) {
	k := oddClick{at: at, account: o.account(), link: o.link(), address: o.address(), message: pick(o, "", o.guid(at.Add(-4*time.Hour)))}
	twin := k
	twin.at, twin.address = at.Add(o.border(0, time.Second, 2*time.Second, 15*time.Second, 2*time.Minute)), o.address()
	o.addClick(k)
	o.addClick(twin)
	if o.one(2) {
		o.addDevice(pick(o, k, twin))
	}
	if o.one(2) {
		o.addHome(pick(o, k, twin))
	}
}

// burstScene is several links of a message that an account asks for at once.
func (o *odd) burstScene(at time.Time) {
	sent := at.Add(-o.border(2*time.Second, time.Minute, 2*time.Hour))
	k := oddClick{at: at, account: o.account(), address: o.address(), message: o.guid(sent), workload: "Email"}
	span := o.border(0, time.Second, 3*time.Second, time.Minute)
	n := pick(o, 2, 3, 5)
	for i := range n {
		k.link = oddLinks[(o.IntN(3)+i)%len(oddLinks)]
		k.at = at.Add(span * time.Duration(i) / time.Duration(n-1)).Truncate(tick)
		o.addClick(k)
	}
	if o.one(2) {
		o.addMail(sent, at, k.message, k.account, k.link)
	}
}

// fanScene is several accounts that ask for a link from one address.
func (o *odd) fanScene(at time.Time) {
	k := oddClick{at: at, link: o.link(), address: o.address(), message: pick(o, "", o.guid(at.Add(-20*time.Second)))}
	for i := range pick(o, 2, 3, 4, 12) {
		k.account = fmt.Sprintf("n%d@contoso.example", i)
		if i < len(oddAccounts) && o.one(2) {
			k.account = oddAccounts[i]
		}
		k.at = at.Add(pick(o, 0, o.border(10*time.Second), o.border(10*time.Second), time.Hour, 3*time.Second))
		o.addClick(k)
	}
}

// reportScene is rows of one report.
func (o *odd) reportScene(at time.Time) {
	k := oddClick{at: at, account: o.account(), link: o.link(), address: o.address(), report: pick(o, o.guid(at), o.guid(at), "12", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
		action: pick(o, "ClickBlocked", "ClickAllowed"), through: false, message: pick(o, "", o.guid(at.Add(-2*time.Second)))}
	o.addClick(k)
	k.at = k.at.Add(pick(o, 0, 4*time.Second, time.Minute))
	k.action, k.through = pick(o, k.action, "ClickedThrough", "ClickBlocked"), pick[any](o, true, false)
	if o.one(4) {
		k.account = o.account()
	}
	o.addClick(k)
}

// scanScene is the page that asks to wait, and the click that goes on.
func (o *odd) scanScene(at time.Time) {
	k := oddClick{at: at, account: o.account(), link: o.link(), address: o.address(), action: "UrlScanInProgress", message: pick(o, "", o.guid(at.Add(-time.Second)))}
	o.addClick(k)
	k.at = at.Add(o.border(0, 10*time.Second, 10*time.Minute))
	k.action = pick(o, "ClickAllowed", "ClickAllowed", "ClickBlocked", "ClickedThrough")
	o.addClick(k)
}

// blockScene is an allowed click on what is blocked later or was before.
func (o *odd) blockScene(at time.Time) {
	k := oddClick{at: at, account: o.account(), link: o.link(), address: o.address(), action: "ClickAllowed", message: pick(o, "", o.guid(at.Add(-time.Hour)))}
	o.addClick(k)
	k.at = at.Add(pick(o, -time.Hour, -tick, 0, tick, time.Hour))
	k.action = pick(o, "ClickBlocked", "ClickBlockedByTenantPolicy")
	k.account, k.link, k.address = pick(o, k.account, o.account()), pick(o, k.link, o.link()), o.address()
	o.addClick(k)
}

// habitScene is an account that comes back to an address.
func (o *odd) habitScene(at time.Time) {
	k := oddClick{account: o.account(), address: o.address()}
	for i := range pick(o, 2, 3, 5) {
		k.at = at.Add(-time.Duration(i) * pick(o, 10*time.Minute, time.Hour, 24*time.Hour, 24*time.Hour+tick)).Truncate(tick)
		k.link, k.message = o.link(), pick(o, "", o.guid(k.at.Add(-o.border(time.Second, time.Minute, time.Hour))))
		if oddEnd.Sub(k.at) < 29*24*time.Hour {
			o.addClick(k)
		}
	}
}

// officeScene is accounts that come back to an address for days.
func (o *odd) officeScene(at time.Time) {
	k := oddClick{address: o.personAddress()}
	for i := range pick(o, 2, 3, 4) {
		k.account = fmt.Sprintf("o%d@%s.example", i, pick(o, "contoso", "contoso", "fabrikam"))
		for day := range pick(o, 2, 3, 4) {
			k.at = at.Add(-time.Duration(day)*oneDay + o.border(time.Minute*time.Duration(7*i)))
			k.link, k.message = o.link(), pick(o, "", o.guid(k.at.Add(-2*time.Hour)))
			o.addClick(k)
		}
	}
}

// dangerScene is something dangerous that was opened, and clicks from elsewhere after it.
func (o *odd) dangerScene(at time.Time) {
	at = oddEnd.Add(-20 * 24 * time.Hour).Add(oddEnd.Sub(at) / 6).Truncate(tick)
	k := oddClick{at: at, account: o.account(), link: o.link(), address: o.address(), action: "ClickAllowed", threats: "Phish"}
	o.addClick(k)
	k.address, k.threats, k.link = o.personAddress(), "", o.link()
	for _, later := range []time.Duration{o.border(0, time.Second, time.Hour), o.border(3*24*time.Hour, 14*24*time.Hour)} {
		k.at = at.Add(later)
		o.addClick(k)
	}
}

// write writes the rows as the tables of a schema.
func (o *odd) write(dir string, s tenantfiles.Schema) error {
	tables := map[string][]oddRow{}
	for name, rows := range o.rows {
		for _, row := range rows {
			table := name
			if name == oddSignIns {
				table, row.cells = signInRow(row.cells, s)
			}
			tables[table] = append(tables[table], row)
		}
	}
	for name, rows := range tables {
		var text bytes.Buffer
		for _, row := range rows {
			line, err := json.Marshal(row.inSchema(name, s))
			if err != nil {
				return err
			}
			text.Write(append(line, '\n'))
		}
		if err := os.WriteFile(filepath.Join(dir, name+".ndjson"), text.Bytes(), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// inSchema returns the cells of a row with those of its time.
func (r *oddRow) inSchema(table string, s tenantfiles.Schema) map[string]any {
	columns := []string{"Timestamp"}
	switch {
	case table == tenantfiles.SigninLogs || table == tenantfiles.NonInteractiveSignInLogs:
		columns = []string{"TimeGenerated", "CreatedDateTime"}
	case s == tenantfiles.Sentinel:
		columns = []string{"TimeGenerated", "Timestamp"}
	}
	out := map[string]any{}
	for name, value := range r.cells {
		out[name] = value
	}
	for _, c := range columns {
		out[c] = r.at.UTC().Format("2006-01-02T15:04:05.0000000Z")
	}
	if s == tenantfiles.Sentinel {
		out["Type"] = table
	}
	return out
}
