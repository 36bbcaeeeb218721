package main

import (
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/findings"
)

// timesketchFormat is JSONL for Timesketch: flat, each line with message, datetime and
// timestamp_desc. What has no time has no place in a timeline, and neither have rows that could
// not be read.
var timesketchFormat = rowFormat{row: appendTimesketch, findings: appendTimesketchFinding,
	isOurs: containsAll(`"timestamp_desc":"`, `"data_type":"whoclicked:`)}

// timesketchTime is what every line begins with.
type timesketchTime struct {
	Datetime      string `json:"datetime"`
	Timestamp     int64  `json:"timestamp"` // in microseconds
	TimestampDesc string `json:"timestamp_desc"`
	DataType      string `json:"data_type"`
	Message       string `json:"message"`
}

func newTimesketchTime(t time.Time, desc, dataType, message string) timesketchTime {
	return timesketchTime{t.UTC().Format("2006-01-02T15:04:05.000000-07:00"), t.UnixMicro(), desc, dataType, message}
}

type timesketchClick struct {
	timesketchTime
	Class            string  `json:"class"`
	Priority         int     `json:"priority"`
	PAutomated       float64 `json:"p_automated"`
	POwner           float64 `json:"p_owner"`
	POther           float64 `json:"p_other"`
	Basis            string  `json:"basis"`
	Reasons          string  `json:"reasons"`
	Account          string  `json:"account,omitempty"`
	Action           string  `json:"action,omitempty"`
	Workload         string  `json:"workload,omitempty"`
	IP               string  `json:"ip,omitempty"`
	Service          string  `json:"service"`
	URL              string  `json:"url,omitempty"`
	OriginalURL      string  `json:"original_url,omitempty"`
	Site             string  `json:"site,omitempty"`
	Threat           string  `json:"threat,omitempty"`
	NetworkMessageID string  `json:"network_message_id,omitempty"`
	ReportID         string  `json:"report_id,omitempty"`
	Causes           string  `json:"causes,omitempty"`
	Flags            string  `json:"flags,omitempty"`
	Missing          string  `json:"missing,omitempty"`
	Revision         int     `json:"revision,omitempty"`
	File             string  `json:"file,omitempty"`
	Row              int64   `json:"row,omitempty"`
}

func appendTimesketch(b []byte, r *clickclass.Result) []byte {
	k, v := &r.Click, &r.Verdict
	if k.Timestamp.IsZero() {
		return b
	}
	return appendJSON(b, timesketchClick{
		timesketchTime: newTimesketchTime(k.Timestamp, "Link clicked", "whoclicked:click", describeClick(r)),
		Class:          v.Class.String(), Priority: r.Priority(), PAutomated: v.P.Machine, POwner: v.P.Owner, POther: v.P.Other,
		Basis: v.Basis.String(), Reasons: strings.Join(reasonTexts(v), "; "),
		Account: k.AccountUpn, Action: string(k.ActionType), Workload: k.Workload, IP: plainAddress(k.IPAddress.String()), Service: serviceOf(k, v),
		URL: k.Url, OriginalURL: k.OriginalURL(), Site: k.Site(), Threat: k.ThreatTypes,
		NetworkMessageID: k.NetworkMessageId, ReportID: k.ReportId,
		Causes: causeWords(v), Flags: spaced(v.Flags.String()), Missing: spaced(v.Missing.String()),
		Revision: r.Revision, File: k.File, Row: k.Row,
	})
}

type timesketchFinding struct {
	timesketchTime
	Kind     findings.Kind `json:"kind"`
	Priority int           `json:"priority"`
	Detail   string        `json:"detail,omitempty"`
	Advice   string        `json:"advice,omitempty"`
	Last     string        `json:"last"`
	Clicks   int           `json:"clicks"`
	Accounts []string      `json:"accounts"`
	IPs      []string      `json:"addresses"`
	Sites    []string      `json:"sites"`
	Services []string      `json:"services"`
}

func appendTimesketchFinding(b []byte, f *findings.Finding) []byte {
	if f.First.IsZero() {
		return b
	}
	return appendJSON(b, timesketchFinding{
		newTimesketchTime(f.First, "First click of a finding", "whoclicked:finding", f.Title), f.Kind, f.Priority, f.Detail, f.Advice,
		f.Last.UTC().Format(time.RFC3339Nano), f.Clicks, f.Accounts, f.Addresses, f.Sites, f.Services,
	})
}
