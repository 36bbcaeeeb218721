package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/findings"
)

// What the formats of others share. They say what their fields mean and no more: P(machine) is
// no score of risk, a verdict is no reputation, and what is not known is left out. All that
// they have no field for is in ownFields.

// severityOf returns the severity of a priority, see clickclass.Result.Priority, on the scale
// of OCSF: 4 high, 3 medium, 2 low, 1 informational. Critical is never said: a log of clicks
// shows no damage.
func severityOf(priority int) int { return max(1, 5-priority) }

var severityNames = [...]string{1: "Informational", 2: "Low", 3: "Medium", 4: "High"}

// ownFields is what the formats of others have no fields for.
type ownFields struct {
	Priority         int                 `json:"priority,omitempty"`
	Revision         int                 `json:"revision,omitempty"`
	Action           string              `json:"action,omitempty"`
	Workload         string              `json:"workload,omitempty"`
	Threat           string              `json:"threat,omitempty"`
	ClickedThrough   bool                `json:"clicked_through,omitempty"`
	NetworkMessageID string              `json:"network_message_id,omitempty"`
	ReportID         string              `json:"report_id,omitempty"`
	File             string              `json:"file,omitempty"`
	Row              int64               `json:"row,omitempty"`
	Column           string              `json:"column,omitempty"` // of a row that could not be read
	Verdict          *clickclass.Verdict `json:"verdict,omitempty"`
	Finding          *findings.Finding   `json:"finding,omitempty"`
}

func ownFieldsOf(r *clickclass.Result) ownFields {
	k := &r.Click
	return ownFields{
		Priority: r.Priority(), Revision: r.Revision, Action: string(k.ActionType), Workload: k.Workload, Threat: k.ThreatTypes,
		ClickedThrough: k.IsClickedThrough, NetworkMessageID: k.NetworkMessageId, ReportID: k.ReportId,
		File: k.File, Row: k.Row, Verdict: &r.Verdict,
	}
}

// describeClick says in a line what happened and who did it, probably.
func describeClick(r *clickclass.Result) string {
	k, v := &r.Click, &r.Verdict
	text := sentence(className(v.Class)) + ": click"
	if site := k.Site(); site != "" {
		text += " on " + site
	}
	if k.AccountUpn != "" {
		text += " in the account " + k.AccountUpn
	}
	if k.IPAddress.IsValid() {
		text += " from " + k.IPAddress.String() + " (" + serviceOf(k, v) + ")"
	}
	for _, more := range []string{string(k.ActionType), threats(k, v)} {
		if more != "" {
			text += ", " + more
		}
	}
	return text
}

// reasonTexts returns the reasons that counted.
func reasonTexts(v *clickclass.Verdict) []string {
	var list []string
	for i := range v.Reasons {
		if v.Reasons[i].Counted {
			list = append(list, v.Reasons[i].Text())
		}
	}
	return list
}

// clickID identifies a click: rows that say the same, in whatever file, have the same.
func clickID(k *clickclass.Click) string {
	return id("click", k.Timestamp.UTC().Format(time.RFC3339Nano), strings.ToLower(k.AccountUpn), k.OriginalURL(), k.IPAddress.String(),
		string(k.ActionType), k.ReportId)
}

// findingID identifies a finding among those of the same clicks.
func findingID(f *findings.Finding) string {
	parts := []string{"finding", string(f.Kind), f.First.UTC().Format(time.RFC3339Nano)}
	for _, list := range [][]string{f.Accounts, f.Addresses, f.Sites, f.Services} {
		parts = append(parts, strings.Join(list, " "))
	}
	return id(parts...)
}

func id(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		io.WriteString(h, part+"\x00") // never fails
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// webLink parses a link that leads to a web page. It returns nil for any other.
func webLink(link string) *url.URL {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil
	}
	return u
}

// plainAddress returns an address without its zone, which is no part of it elsewhere, and ""
// if it is none.
func plainAddress(s string) string {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return ""
	}
	return a.Unmap().WithZone("").String()
}

// mailForm is what OCSF takes for a mail address.
var mailForm = regexp.MustCompile("^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-zA-Z0-9-]+\\.[a-zA-Z0-9.-]+$")

// mailAddressOf returns an account's name if it looks like a mail address.
func mailAddressOf(account string) string {
	if !mailForm.MatchString(account) {
		return ""
	}
	return account
}

// appendJSON appends v as a line.
func appendJSON(b []byte, v any) []byte {
	var line bytes.Buffer
	enc := json.NewEncoder(&line) // it ends the line
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // strings, numbers and times can be encoded
	}
	return append(b, line.Bytes()...)
}
