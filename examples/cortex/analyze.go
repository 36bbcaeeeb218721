package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
	"github.com/whoclicked/whoclicked/iprange"
	"github.com/whoclicked/whoclicked/safelinks"
)

// report is the answer to a job that succeeded.
type report struct {
	Success    bool       `json:"success"` // true
	Summary    summary    `json:"summary"`
	Artifacts  []artifact `json:"artifacts"`
	Operations []struct{} `json:"operations"`
	Full       any        `json:"full"`
}

type summary struct {
	Taxonomies []taxonomy `json:"taxonomies"`
}

// taxonomy is a label that TheHive shows beside the observable.
type taxonomy struct {
	Level     level  `json:"level"`
	Namespace string `json:"namespace"`
	Predicate string `json:"predicate"`
	Value     string `json:"value"`
}

// artifact is an observable that was found.
type artifact struct {
	DataType string   `json:"dataType"`
	Data     string   `json:"data"`
	Message  string   `json:"message"`
	Tags     []string `json:"tags"`
}

// level colours a label. There is no "malicious": who clicked says nothing about the link.
type level string

const (
	levelInfo       level = "info"
	levelSafe       level = "safe"       // a machine clicked
	levelSuspicious level = "suspicious" // somebody clicked, perhaps: look
)

var levels = map[clickclass.Class]level{
	clickclass.ClassUnknown:         levelInfo,
	clickclass.ClassAutomated:       levelSafe,
	clickclass.ClassLikelyAutomated: levelSafe,
	clickclass.ClassNotOwner:        levelSuspicious,
	clickclass.ClassLikelyOwner:     levelSuspicious,
	clickclass.ClassOwner:           levelSuspicious,
}

// worstFirst is the order of the labels.
var worstFirst = []clickclass.Class{
	clickclass.ClassNotOwner, clickclass.ClassOwner, clickclass.ClassLikelyOwner,
	clickclass.ClassUnknown, clickclass.ClassLikelyAutomated, clickclass.ClassAutomated,
}

func newReport(full any, labels ...taxonomy) report {
	return report{Success: true, Summary: summary{labels}, Artifacts: []artifact{}, Operations: []struct{}{}, Full: full}
}

func label(l level, predicate, value string) taxonomy {
	return taxonomy{l, "WhoClicked", predicate, value}
}

// analyze answers a job that was checked.
func (j *job) analyze() (report, error) {
	data := strings.TrimSpace(*j.Data)
	switch j.DataType {
	case "url":
		return analyzeLink(data), nil
	case "ip":
		return analyzeAddress(data)
	case "other":
		return analyzeRows(data)
	}
	return report{}, refusal("This datatype is not supported by this analyzer.")
}

// analyzeLink says what is behind a rewritten link. A link that nobody rewrote is an answer,
// too.
func analyzeLink(link string) report {
	c, err := safelinks.Unwrap(link)
	full := struct {
		Original *string           `json:"original"`
		Layers   []safelinks.Layer `json:"layers"`
		Flags    []string          `json:"flags"`
	}{Layers: c.Layers, Flags: []string{}}
	if full.Layers == nil {
		full.Layers = []safelinks.Layer{}
	}
	if c.Flags != 0 {
		full.Flags = strings.Split(c.Flags.String(), ",")
	}
	switch {
	case errors.Is(err, safelinks.ErrNotWrapped):
		return newReport(full, label(levelInfo, "Link", "not rewritten"))
	case err != nil:
		return newReport(full, label(levelInfo, "Link", "target unknown"))
	}
	original := c.Original()
	full.Original = &original
	r := newReport(full, label(levelInfo, "Link", string(c.Layers[0].Kind)))
	r.Artifacts = append(r.Artifacts, artifact{"url", original, "the original link", []string{"whoclicked:original"}})
	return r
}

// analyzeAddress says which service an address belongs to.
func analyzeAddress(text string) (report, error) {
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return report{}, refusal("Data is not an address.")
	}
	matches := iprange.Default().Lookup(addr)
	m, ok := matches.Best()
	full := struct {
		Match   bool           `json:"match"`
		Prefix  *netip.Prefix  `json:"prefix"`
		Service *string        `json:"service"`
		Kind    iprange.Kind   `json:"kind"`
		People  iprange.People `json:"people"` // whether people may come from there
		Lists   string         `json:"lists"`
	}{Match: ok, Kind: m.Kind, People: matches.People(), Lists: iprange.Default().Version()}
	if !ok {
		return newReport(full, label(levelInfo, "Address", "in no list")), nil
	}
	full.Prefix, full.Service = &m.Prefix, &m.Service
	return newReport(full, label(levelInfo, "Address", m.Service)), nil
}

// analyzeRows says who made the clicks of a row, or of a document with several, beside
// evidence.
func analyzeRows(text string) (report, error) {
	r, err := tables.NewReader("data", strings.NewReader(text), tables.Options{Workers: 1})
	if err != nil {
		return report{}, refusal(fmt.Sprintf("Data holds no click: %v", err))
	}
	var clicks []clickclass.Click
	var store evidence.Store
	full := struct {
		Verdicts []json.RawMessage `json:"verdicts"`
		Errors   []string          `json:"errors"`
	}{[]json.RawMessage{}, []string{}}
	for row, err := range r.Rows() {
		if err != nil {
			full.Errors = append(full.Errors, err.Error())
		}
		if row.Click != nil {
			row.Click.Row = int64(len(clicks))
			clicks = append(clicks, *row.Click)
		}
		if row.Evidence != nil && row.Click == nil {
			store.Add(row.Evidence)
		}
	}
	if len(clicks) == 0 {
		return report{}, refusal("Data holds no click: " + strings.Join(append(full.Errors[:min(1, len(full.Errors))], "give a row of UrlClickEvents as JSON"), "; "))
	}
	results, err := judge(clicks, &store)
	if err != nil {
		return report{}, err
	}
	counts := map[clickclass.Class]int{}
	for i := range results {
		counts[results[i].Verdict.Class]++
		results[i].Click.Row++
		full.Verdicts = append(full.Verdicts, results[i].AppendJSON(nil))
	}
	var labels []taxonomy
	for _, c := range worstFirst {
		switch counts[c] {
		case 0:
		case 1:
			labels = append(labels, label(levels[c], "Click", c.String()))
		default:
			labels = append(labels, label(levels[c], "Click", fmt.Sprintf("%s (%d)", c, counts[c])))
		}
	}
	return newReport(full, labels...), nil
}

// judge returns the last verdict on each click.
func judge(clicks []clickclass.Click, source clickclass.Source) ([]clickclass.Result, error) {
	c, err := clickclass.New(clickclass.Options{Source: source})
	if err != nil {
		return nil, err
	}
	results := make([]clickclass.Result, len(clicks))
	rows := func(yield func(clickclass.Click, error) bool) {
		for _, k := range clicks {
			if !yield(k, nil) {
				return
			}
		}
	}
	for r, err := range c.All(context.Background(), rows) {
		if err != nil {
			return nil, err
		}
		results[r.Click.Row] = r
	}
	return results, nil
}
