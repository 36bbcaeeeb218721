package main

import (
	"fmt"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/findings"
)

// ecsVersion is the version of the Elastic Common Schema.
const ecsVersion = "8.11.0"

// ecsFormat writes the Elastic Common Schema: clicks are events, findings that deserve a look
// are alerts, and rows that could not be read are pipeline errors. What has no time of its own
// has that at which it was read, as the schema asks.
type ecsFormat struct{ read time.Time }

func (f ecsFormat) format() rowFormat {
	return rowFormat{row: f.click, damaged: f.damaged, findings: f.finding, isOurs: containsAll(`"ecs":{"version":"`, `"module":"whoclicked"`)}
}

type ecsEvent struct {
	Timestamp string `json:"@timestamp"`
	ECS       struct {
		Version string `json:"version"`
	} `json:"ecs"`
	Event   ecsDetails  `json:"event"`
	Message string      `json:"message"`
	Rule    *ecsRule    `json:"rule,omitempty"`
	User    *ecsUser    `json:"user,omitempty"`
	Source  *ecsSource  `json:"source,omitempty"`
	URL     *ecsURL     `json:"url,omitempty"`
	Email   *ecsEmail   `json:"email,omitempty"`
	Error   *ecsError   `json:"error,omitempty"`
	Related *ecsRelated `json:"related,omitempty"`
	Log     *ecsLog     `json:"log,omitempty"`
	Own     ownFields   `json:"whoclicked"`
}

type ecsDetails struct {
	Kind     string   `json:"kind"`
	Module   string   `json:"module"`
	Dataset  string   `json:"dataset"`
	ID       string   `json:"id"`
	Category []string `json:"category,omitempty"`
	Type     []string `json:"type,omitempty"`
	Action   string   `json:"action,omitempty"`
	Outcome  string   `json:"outcome,omitempty"`
	Severity int      `json:"severity,omitempty"` // see severityOf
	Start    string   `json:"start,omitempty"`
	End      string   `json:"end,omitempty"`
}

type ecsRule struct {
	Name string `json:"name"`
}

type ecsUser struct {
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
}

type ecsSource struct {
	IP string `json:"ip"`
	AS *ecsAS `json:"as,omitempty"`
}

type ecsAS struct {
	Number       uint32          `json:"number,omitempty"`
	Organization ecsOrganization `json:"organization,omitzero"`
}

type ecsOrganization struct {
	Name string `json:"name"`
}

type ecsURL struct {
	Original string `json:"original"`
	Full     string `json:"full,omitempty"`
	Scheme   string `json:"scheme,omitempty"`
	Domain   string `json:"domain,omitempty"`
	Site     string `json:"registered_domain,omitempty"`
}

type ecsEmail struct {
	LocalID string `json:"local_id"`
}

type ecsError struct {
	Message string `json:"message"`
}

type ecsRelated struct {
	User  []string `json:"user,omitempty"`
	IP    []string `json:"ip,omitempty"`
	Hosts []string `json:"hosts,omitempty"`
}

type ecsLog struct {
	File struct {
		Path string `json:"path"`
	} `json:"file"`
}

func (f ecsFormat) event(at time.Time, kind, dataset, id, message string) ecsEvent {
	if at.IsZero() {
		at = f.read
	}
	e := ecsEvent{Timestamp: ecsTime(at), Event: ecsDetails{Kind: kind, Module: "whoclicked", Dataset: "whoclicked." + dataset, ID: id}, Message: message}
	e.ECS.Version = ecsVersion
	return e
}

// ecsTime formats a time, and returns "" for none.
func ecsTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func ecsLogOf(file string) *ecsLog {
	if file == "" {
		return nil
	}
	log := new(ecsLog)
	log.File.Path = file
	return log
}

func (f ecsFormat) click(b []byte, r *clickclass.Result) []byte {
	k := &r.Click
	e := f.event(k.Timestamp, "event", "click", clickID(k), describeClick(r))
	e.Event.Category, e.Event.Type = []string{"web"}, []string{"info"}
	e.Event.Action, e.Event.Severity = string(k.ActionType), severityOf(r.Priority())
	switch {
	case r.Opened():
		e.Event.Type, e.Event.Outcome = []string{"access"}, "success"
	case r.Dangerous():
		e.Event.Outcome = "failure"
	default:
		e.Event.Outcome = "unknown"
	}
	e.Related = new(ecsRelated)
	if k.AccountUpn != "" {
		e.User = &ecsUser{k.AccountUpn, mailAddressOf(k.AccountUpn)}
		e.Related.User = []string{k.AccountUpn}
	}
	if ip := plainAddress(k.IPAddress.String()); ip != "" {
		e.Source = &ecsSource{IP: ip}
		e.Related.IP = []string{ip}
		if n := r.Verdict.Origin.Network; n != (clickclass.Network{}) {
			e.Source.AS = &ecsAS{n.ASN, ecsOrganization{n.Organization}}
		}
	}
	for _, more := range k.MoreIPs {
		e.Related.IP = append(e.Related.IP, plainAddress(more.String()))
	}
	if k.Url != "" {
		original := k.OriginalURL()
		e.URL = &ecsURL{Original: k.Url, Full: original}
		if u := webLink(original); u != nil {
			e.URL.Scheme, e.URL.Domain = u.Scheme, u.Hostname()
			e.Related.Hosts = []string{u.Hostname()}
			if site := k.Site(); plainAddress(site) == "" {
				e.URL.Site = site
			}
		}
	}
	if k.NetworkMessageId != "" {
		e.Email = &ecsEmail{k.NetworkMessageId}
	}
	e.Log, e.Own = ecsLogOf(k.File), ownFieldsOf(r)
	return appendJSON(b, e)
}

func (f ecsFormat) damaged(b []byte, bad *rowError) []byte {
	e := f.event(time.Time{}, "pipeline_error", "error", id("error", bad.file, fmt.Sprint(bad.row)), fmt.Sprintf("row %d could not be read: %s", bad.row, bad.message))
	e.Error = &ecsError{bad.message}
	e.Log, e.Own = ecsLogOf(bad.file), ownFields{File: bad.file, Row: bad.row, Column: bad.column}
	return appendJSON(b, e)
}

// alertPriority is the highest priority of a finding that is an alert.
const alertPriority = 3

func (f ecsFormat) finding(b []byte, found *findings.Finding) []byte {
	kind := "event"
	if found.Priority <= alertPriority {
		kind = "alert"
	}
	e := f.event(found.Last, kind, "finding", findingID(found), found.Title)
	e.Event.Category, e.Event.Type = []string{"web"}, []string{"info"}
	e.Event.Severity = severityOf(found.Priority)
	e.Event.Start, e.Event.End = ecsTime(found.First), ecsTime(found.Last)
	e.Rule = &ecsRule{string(found.Kind)}
	e.Related = &ecsRelated{User: found.Accounts, Hosts: found.Sites}
	for _, address := range found.Addresses {
		e.Related.IP = append(e.Related.IP, plainAddress(address))
	}
	e.Own = ownFields{Priority: found.Priority, Finding: found}
	return appendJSON(b, e)
}
