package main

import (
	"slices"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/findings"
)

// ocsfVersion is the version of the Open Cybersecurity Schema Framework.
const ocsfVersion = "1.5.0"

// ocsfFormat writes Detection Findings of OCSF: one for each click, of its own severity, and one
// for each finding. A revised verdict is an update of the first. Rows that could not be read are
// no findings. The time is that of the last click, or that of the run if no click has one.
type ocsfFormat struct{ run time.Time }

func (f ocsfFormat) format() rowFormat {
	return rowFormat{row: f.click, findings: f.finding, isOurs: containsAll(`"class_uid":2004,`, `"product":{"name":"whoclicked"`)}
}

type ocsfFinding struct {
	ActivityID   int              `json:"activity_id"`
	ActivityName string           `json:"activity_name"`
	CategoryUID  int              `json:"category_uid"`
	CategoryName string           `json:"category_name"`
	ClassUID     int              `json:"class_uid"`
	ClassName    string           `json:"class_name"`
	TypeUID      int              `json:"type_uid"`
	TypeName     string           `json:"type_name"`
	Metadata     ocsfMetadata     `json:"metadata"`
	Time         int64            `json:"time"` // in milliseconds, as all times
	StartTime    int64            `json:"start_time,omitempty"`
	EndTime      int64            `json:"end_time,omitempty"`
	SeverityID   int              `json:"severity_id"` // see severityOf
	Severity     string           `json:"severity"`
	Message      string           `json:"message"`
	Count        int              `json:"count,omitempty"`
	Info         ocsfInfo         `json:"finding_info"`
	Evidences    []ocsfEvidence   `json:"evidences,omitempty"`
	Observables  []ocsfObservable `json:"observables,omitempty"`
	Remediation  *ocsfRemediation `json:"remediation,omitempty"`
	Unmapped     ownFields        `json:"unmapped"`
}

type ocsfMetadata struct {
	Version string `json:"version"`
	Product struct {
		Name       string `json:"name"`
		VendorName string `json:"vendor_name"`
	} `json:"product"`
}

type ocsfInfo struct {
	UID           string   `json:"uid"`
	Title         string   `json:"title"`
	Desc          string   `json:"desc,omitempty"`
	Types         []string `json:"types"`
	FirstSeenTime int64    `json:"first_seen_time,omitempty"`
	LastSeenTime  int64    `json:"last_seen_time,omitempty"`
}

// ocsfEvidence is a click. Its user is whose account it is in, and not who clicked.
type ocsfEvidence struct {
	User        *ocsfUser     `json:"user,omitempty"`
	SrcEndpoint *ocsfEndpoint `json:"src_endpoint,omitempty"`
	URL         *ocsfURL      `json:"url,omitempty"`
}

type ocsfUser struct {
	Name      string `json:"name"`
	EmailAddr string `json:"email_addr,omitempty"`
}

type ocsfEndpoint struct {
	IP string `json:"ip"`
}

type ocsfURL struct {
	URLString string `json:"url_string"`
	Hostname  string `json:"hostname,omitempty"`
}

type ocsfObservable struct {
	Name   string `json:"name"`
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
	Value  string `json:"value"`
}

type ocsfRemediation struct {
	Desc string `json:"desc"`
}

func (f ocsfFormat) new(first, last time.Time, priority int, id, title string) ocsfFinding {
	severity := severityOf(priority)
	o := ocsfFinding{
		ActivityID: 1, ActivityName: "Create", CategoryUID: 2, CategoryName: "Findings", ClassUID: 2004, ClassName: "Detection Finding",
		Time: f.run.UnixMilli(), SeverityID: severity, Severity: severityNames[severity], Message: title, Info: ocsfInfo{UID: id, Title: title},
	}
	if !last.IsZero() {
		o.Time = last.UnixMilli()
		o.StartTime, o.EndTime = first.UnixMilli(), o.Time
		o.Info.FirstSeenTime, o.Info.LastSeenTime = o.StartTime, o.EndTime
	}
	o.Metadata.Version = ocsfVersion
	o.Metadata.Product.Name, o.Metadata.Product.VendorName = "whoclicked", "whoclicked"
	return o
}

// append appends a finding, with the parts that follow from others.
func (o *ocsfFinding) append(b []byte) []byte {
	o.TypeUID, o.TypeName = 100*o.ClassUID+o.ActivityID, o.ClassName+": "+o.ActivityName
	return appendJSON(b, o)
}

// The types of observables.
var (
	ocsfIP   = ocsfObservable{TypeID: 2, Type: "IP Address"}
	ocsfName = ocsfObservable{TypeID: 4, Type: "User Name"}
	ocsfLink = ocsfObservable{TypeID: 6, Type: "URL String"}
)

// observe adds observables of a type. name says where in the finding the values stand.
func (o *ocsfFinding) observe(name string, observable ocsfObservable, values ...string) {
	for _, value := range values {
		observable.Name, observable.Value = name, value
		if value != "" && !slices.Contains(o.Observables, observable) {
			o.Observables = append(o.Observables, observable)
		}
	}
}

// observeLinks adds the links of the evidences.
func (o *ocsfFinding) observeLinks() {
	for _, e := range o.Evidences {
		if e.URL != nil {
			o.observe("evidences[].url.url_string", ocsfLink, e.URL.URLString)
		}
	}
}

func (o *ocsfFinding) addEvidence(account, address, link string) {
	var e ocsfEvidence
	if account != "" {
		e.User = &ocsfUser{account, mailAddressOf(account)}
	}
	if ip := plainAddress(address); ip != "" {
		e.SrcEndpoint = &ocsfEndpoint{ip}
	}
	if webLink(link) != nil && !strings.HasSuffix(link, "…") { // a finding cuts long links
		e.URL = &ocsfURL{URLString: link}
		if host := hostOf(link); !strings.Contains(host, ":") { // no IPv6
			e.URL.Hostname = host
		}
	}
	if e != (ocsfEvidence{}) {
		o.Evidences = append(o.Evidences, e)
	}
}

func (f ocsfFormat) click(b []byte, r *clickclass.Result) []byte {
	k := &r.Click
	o := f.new(k.Timestamp, k.Timestamp, r.Priority(), clickID(k), describeClick(r))
	if r.Revision > 0 {
		o.ActivityID, o.ActivityName = 2, "Update"
	}
	o.Info.Types = []string{r.Verdict.Class.String()}
	o.Info.Desc = strings.Join(reasonTexts(&r.Verdict), "; ")
	o.addEvidence(k.AccountUpn, k.IPAddress.String(), k.OriginalURL())
	o.observe("evidences[].user.name", ocsfName, k.AccountUpn)
	o.observe("evidences[].src_endpoint.ip", ocsfIP, plainAddress(k.IPAddress.String()))
	o.observeLinks()
	o.Unmapped = ownFieldsOf(r)
	return o.append(b)
}

func (f ocsfFormat) finding(b []byte, found *findings.Finding) []byte {
	o := f.new(found.First, found.Last, found.Priority, findingID(found), found.Title)
	o.Info.Types, o.Info.Desc, o.Count = []string{string(found.Kind)}, found.Detail, found.Clicks
	if found.Advice != "" {
		o.Remediation = &ocsfRemediation{found.Advice}
	}
	for _, e := range found.Story {
		o.addEvidence(e.Account, e.Address, e.URL)
	}
	// The addresses of a finding are those to look for. Its evidences have the owner's as well.
	o.observe("unmapped.finding.accounts[]", ocsfName, found.Accounts...)
	for _, address := range found.Addresses {
		o.observe("unmapped.finding.addresses[]", ocsfIP, plainAddress(address))
	}
	o.observeLinks()
	o.Unmapped = ownFields{Priority: found.Priority, Finding: found}
	return o.append(b)
}
