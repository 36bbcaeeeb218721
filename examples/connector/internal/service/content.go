package service

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// content is what a body holds: clicks, and evidence about them wherever it stands.
type content struct {
	clicks   []clickclass.Click
	errors   []rowError
	evidence evidence.Store
	audited  evidence.Store // clicks as the audit log has them
	counts   struct{ evidence, audited int }
	policies []clickclass.Policy
	tables   map[string]int64 // rows of each
	warnings []string
	failed   bool // some evidence could not be had: Verdict.Failed says which
}

// rowError is a row that could not be read, or a kind of evidence that could not be had.
type rowError struct {
	Row   *int64 `json:"row"` // null: of no row
	Error fault  `json:"error"`
}

type fault struct {
	Column  *string `json:"column"` // null: the whole row
	Message string  `json:"message"`
}

func newRowError(row int64, column, message string) rowError {
	e := rowError{Error: fault{Message: message}}
	if row > 0 {
		e.Row = &row
	}
	if column != "" {
		e.Error.Column = &column
	}
	return e
}

// newEvidenceError is of a row of the evidence, which is counted apart from the clicks.
func newEvidenceError(row int64, column, message string) rowError {
	return newRowError(0, column, fmt.Sprintf("evidence, row %d: %s", row, message))
}

// read reads the parts of a body. More than most clicks and rows that cannot be read are a
// problem.
func read(p parts, most int) (*content, error) {
	x := &content{tables: map[string]int64{}}
	err := x.read(p.rows, p.table, most, newRowError)
	if err == nil && p.evidence != nil {
		err = x.read(p.evidence, "", most, newEvidenceError)
	}
	if err != nil {
		return nil, err
	}
	return x, nil
}

// read adds what a text holds. A damaged row becomes what toError makes of it.
func (x *content) read(text []byte, table string, most int, toError func(row int64, column, message string) rowError) error {
	r, err := tables.NewReader("", bytes.NewReader(text), tables.Options{Workers: 1, Table: table})
	if err != nil {
		return unreadable(err)
	}
	for row, err := range r.Rows() {
		if err != nil {
			var damaged *tables.RowError
			if !errors.As(err, &damaged) {
				return unreadable(err)
			}
			x.errors = append(x.errors, toError(damaged.Row, damaged.Column, damaged.Err.Error()))
		}
		x.add(&row)
		if len(x.clicks)+len(x.errors) > most {
			return tooLarge(int64(most), "more than %d clicks", most)
		}
	}
	report := r.Report()
	if report.Form == "" {
		return newProblem(http.StatusBadRequest, "no rows")
	}
	for name, n := range report.Tables {
		x.tables[name] += n
	}
	x.warnings = append(x.warnings, report.Warnings...)
	return nil
}

func unreadable(err error) error {
	return newProblem(http.StatusBadRequest, "cannot be read: %s", strings.TrimPrefix(err.Error(), "tables: read: "))
}

func (x *content) add(row *tables.Row) {
	if row.Click != nil {
		x.clicks = append(x.clicks, *row.Click)
	}
	if row.Policy != nil {
		x.policies = append(x.policies, *row.Policy)
	}
	switch e := row.Evidence.(type) {
	case nil:
	case evidence.Audited:
		x.audited.Add(e)
		x.counts.audited++
	default:
		x.evidence.Add(e)
		x.counts.evidence++
	}
}

// sources returns the evidence of the body. The audit log is evidence about the clicks of
// UrlClickEvents, not about its own.
func (x *content) sources() []clickclass.Source {
	var list []clickclass.Source
	if x.counts.evidence > 0 {
		list = append(list, &x.evidence)
	}
	if x.counts.audited > 0 && x.tables[clickTable] > 0 {
		list = append(list, &x.audited)
	}
	return list
}

// judge returns the results of the clicks in their order.
func (s *Service) judge(ctx context.Context, x *content, window time.Duration) ([]clickclass.Result, error) {
	c, err := s.classifierFor(x, window)
	if err != nil {
		return nil, err
	}
	results := make([]clickclass.Result, 0, len(x.clicks))
	if len(x.clicks) == 1 {
		v, err := c.Classify(ctx, x.clicks[0])
		x.failed = err != nil
		results = append(results, clickclass.Result{Click: x.clicks[0], Verdict: v})
	} else {
		for r, err := range c.All(ctx, each(x.clicks)) {
			if err != nil {
				x.failed = true
			} else {
				results = append(results, r)
			}
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return results, nil
}

func (s *Service) classifierFor(x *content, window time.Duration) (*clickclass.Classifier, error) {
	sources := x.sources()
	if len(sources) == 0 && len(x.policies) == 0 && window == 0 {
		return s.classifier, nil
	}
	o := s.classifierOptions()
	if o.Source != nil {
		sources = append(sources, o.Source)
	}
	o.Source = clickclass.Join(sources...)
	o.Policies = x.policies
	o.Window.Span = window
	return clickclass.New(o)
}

// each yields clicks without errors.
func each(clicks []clickclass.Click) iter.Seq2[clickclass.Click, error] {
	return func(yield func(clickclass.Click, error) bool) {
		for _, k := range clicks {
			if !yield(k, nil) {
				return
			}
		}
	}
}
