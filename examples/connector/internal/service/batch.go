package service

import (
	"bytes"
	"slices"

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

// batchHead and batchTail are the answer of /v1/batch, before and after the verdicts.
type batchHead struct {
	Answer   string             `json:"answer"` // in sentences
	Summary  summary            `json:"summary"`
	Findings []findings.Finding `json:"findings"`
}

type batchTail struct {
	Errors   []rowError       `json:"errors"`
	Tables   map[string]int64 `json:"tables"` // rows of each
	Warnings []string         `json:"warnings"`
	Rules    string           `json:"rules"`
	Lists    string           `json:"lists"`
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
	return s.work(c, func() ([]byte, error) { return s.batchText(c, media, text) })
}

func (s *Service) batchText(c *call, media string, text []byte) ([]byte, error) {
	p, err := parts{rows: text}, error(nil)
	if media == mediaJSON {
		p, err = takeApart(text)
	}
	if err != nil {
		return nil, err
	}
	x, err := read(p, s.options.Limits.Rows)
	if err != nil {
		return nil, err
	}
	results, err := s.judge(c.r.Context(), x, p.window)
	if err != nil {
		return nil, err
	}
	c.rows, c.bad = len(results), len(x.errors)
	s.metrics.verdicts(results)
	s.metrics.rejected(x.errors)
	return s.batchAnswer(x, results)
}

// batchAnswer returns the answer. The verdicts are written by themselves: as a RawMessage they
// would be checked and copied, which is a third of the time of a batch.
func (s *Service) batchAnswer(x *content, results []clickclass.Result) ([]byte, error) {
	var head batchHead
	var collector findings.Collector
	for i := range results {
		head.Summary.add(&results[i])
		collector.Add(&results[i])
	}
	head.Summary.Failed = len(x.errors)
	report := collector.Report()
	head.Answer, head.Findings = report.Answer(), orEmpty(report.Findings)

	tail := batchTail{Errors: orEmpty(x.errors), Tables: x.tables, Warnings: orEmpty(x.warnings), Rules: s.version.Rules, Lists: s.version.Lists}
	if x.failed {
		tail.Errors = append(tail.Errors, newRowError(0, "", "some evidence could not be had: see failed of the verdicts"))
	}
	begin, err := encode(&head)
	if err != nil {
		return nil, err
	}
	end, err := encode(&tail)
	if err != nil {
		return nil, err
	}
	b := slices.Grow(bytes.TrimSuffix(begin, []byte("}\n")), 1500*len(results)+len(end))
	b = append(b, `,"verdicts":[`...)
	for i := range results {
		if i > 0 {
			b = append(b, ',')
		}
		b = s.appendVerdictOfBatch(b, &results[i])
	}
	b = append(b, `],`...)
	return append(b, end[len("{"):]...), nil
}

// orEmpty returns a list that is [] and not null in JSON.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
