package service

import (
	"encoding/json"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/examples/internal/findings"
)

// summary counts the clicks of a batch. Every click is of one class.
type summary struct {
	Clicks          int `json:"clicks"`
	Automated       int `json:"automated"`
	LikelyAutomated int `json:"likely_automated"`
	Unknown         int `json:"unknown"`
	NotOwner        int `json:"not_owner"`
	LikelyOwner     int `json:"likely_owner"`
	Owner           int `json:"owner"`

	OwnerSide       int `json:"owner_side"`       // owner and likely_owner
	MachineSide     int `json:"machine_side"`     // automated and likely_automated
	DangerousOpened int `json:"dangerous_opened"` // something dangerous, and not by a machine as far as can be told
	Failed          int `json:"failed"`           // rows that could not be read
}

func (s *summary) add(r *clickclass.Result) {
	s.Clicks++
	switch r.Verdict.Class {
	case clickclass.ClassAutomated:
		s.Automated++
		s.MachineSide++
	case clickclass.ClassLikelyAutomated:
		s.LikelyAutomated++
		s.MachineSide++
	case clickclass.ClassNotOwner:
		s.NotOwner++
	case clickclass.ClassLikelyOwner:
		s.LikelyOwner++
		s.OwnerSide++
	case clickclass.ClassOwner:
		s.Owner++
		s.OwnerSide++
	default:
		s.Unknown++
	}
	if r.Priority() == 1 {
		s.DangerousOpened++
	}
}

// batchAnswer is the answer of /v1/batch.
type batchAnswer struct {
	Answer   string             `json:"answer"` // in sentences
	Summary  summary            `json:"summary"`
	Findings []findings.Finding `json:"findings"`
	Verdicts json.RawMessage    `json:"verdicts"`
	Errors   []rowError         `json:"errors"`
	Tables   map[string]int64   `json:"tables"` // rows of each
	Warnings []string           `json:"warnings"`
	Rules    string             `json:"rules"`
	Lists    string             `json:"lists"`
}

// batch answers with the verdicts on the clicks of a body in any form.
func (s *Service) batch(c *call) error {
	media, err := c.mediaType(mediaJSON, mediaNDJSON, mediaCSV)
	if err != nil {
		return err
	}
	text, err := c.body(s.options.Limits.Body)
	if err != nil {
		return err
	}
	p := parts{rows: text}
	if media == mediaJSON {
		if err := checkJSON(text); err != nil {
			return err
		}
		if p, err = takeApart(text); err != nil {
			return err
		}
	}
	x, err := read(p, s.options.Limits.Rows)
	if err != nil {
		return err
	}
	results, err := s.judge(c.r.Context(), x, p.window)
	if err != nil {
		return err
	}
	c.rows, c.bad = len(results), len(x.errors)
	s.metrics.verdicts(results)
	s.metrics.rejected(x.errors)
	return c.encode(s.newBatchAnswer(x, results))
}

func (s *Service) newBatchAnswer(x *content, results []clickclass.Result) *batchAnswer {
	a := &batchAnswer{
		Errors: x.errors, Tables: x.tables, Warnings: x.warnings,
		Rules: s.version.Rules, Lists: s.version.Lists,
	}
	a.Summary.Failed = len(x.errors)
	if x.failed {
		a.Errors = append(a.Errors, newRowError(0, "", "some evidence could not be had: see failed of the verdicts"))
	}
	var collector findings.Collector
	verdicts := make([]byte, 0, 1500*len(results)+2)
	verdicts = append(verdicts, '[')
	for i := range results {
		r := &results[i]
		a.Summary.add(r)
		collector.Add(r)
		if i > 0 {
			verdicts = append(verdicts, ',')
		}
		verdicts = s.appendVerdictOfBatch(verdicts, r)
	}
	a.Verdicts = append(verdicts, ']')
	report := collector.Report()
	a.Answer, a.Findings = report.Answer(), report.Findings
	a.fill()
	return a
}

// fill makes empty lists of those that there are not.
func (a *batchAnswer) fill() {
	if a.Findings == nil {
		a.Findings = []findings.Finding{}
	}
	if a.Errors == nil {
		a.Errors = []rowError{}
	}
	if a.Warnings == nil {
		a.Warnings = []string{}
	}
}
