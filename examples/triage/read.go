package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
	"github.com/whoclicked/whoclicked/examples/internal/inputs"
)

// maxToldRows is how many damaged rows of evidence, or failed look-ups, are told one by one.
const maxToldRows = 20

// readEvidence adds the evidence of the exports to the store and returns the policies
// among it. It tells what cannot be read and goes on.
func (t *triage) readEvidence(list []*export, store *evidence.Store) ([]clickclass.Policy, error) {
	defer t.showProgress()()
	var policies []clickclass.Policy
	for _, e := range list {
		r, closer, err := t.exports.open(e, &t.exports.read)
		if err != nil {
			t.badRows++
			t.remark(err.Error())
			continue
		}
		for row, err := range r.Rows() {
			if t.ctx.Err() != nil {
				closer.Close()
				return nil, t.ctx.Err()
			}
			switch {
			case err != nil && !e.mixed: // what is damaged among clicks is told with the clicks
				t.badRows++
				if t.badRows <= maxToldRows {
					t.remark(err.Error())
				}
			case row.Evidence != nil:
				store.Add(row.Evidence)
			case row.Policy != nil:
				policies = append(policies, *row.Policy)
			}
		}
		closer.Close()
		if !e.mixed {
			t.remarkReport(e, r.Report(), closer)
		}
	}
	return policies, nil
}

// remarkReport tells what the user should know of an export that was read.
func (t *triage) remarkReport(e *export, report tables.Report, content io.Closer) {
	if len(report.Missing) > 0 {
		t.remark(fmt.Sprintf("%s: %s without %s", e.source.Name, e.table, strings.Join(report.Missing, ", ")))
	}
	for _, w := range slices.Concat(report.Warnings, inputs.Warnings(content)) {
		t.remark(e.source.Name + ": " + w)
	}
}

// clicks yields the clicks of all exports and the errors of rows at their places. It
// ends when the user interrupts.
func (t *triage) clicks() iter.Seq2[clickclass.Click, error] {
	return func(yield func(clickclass.Click, error) bool) {
		for _, e := range t.exports.clicks {
			if !t.clicksOf(e, yield) {
				return
			}
		}
	}
}

// clicksOf yields the clicks of one export. It returns false if no more are wanted.
func (t *triage) clicksOf(e *export, yield func(clickclass.Click, error) bool) bool {
	r, closer, err := t.exports.open(e, &t.exports.read)
	if err != nil {
		return yield(clickclass.Click{}, &brokenError{e.source.Name, 1, err})
	}
	defer closer.Close()
	late := 0
	for row, err := range r.Rows() {
		var damaged *tables.RowError
		switch {
		case t.ctx.Err() != nil:
			return false
		case err != nil && !errors.As(err, &damaged):
			return yield(clickclass.Click{}, &brokenError{e.source.Name, r.Report().Rows + 1, err})
		case err != nil:
			if !yield(clickclass.Click{}, err) {
				return false
			}
		case row.Click != nil:
			detach(row.Click)
			if !yield(*row.Click, nil) {
				return false
			}
		case !e.mixed:
			late++
		}
	}
	if late > 0 {
		t.remark(fmt.Sprintf("%s: %d rows of other tables came after the first clicks and do not count: give them in a file of their own", e.source.Name, late))
	}
	t.remarkReport(e, r.Report(), closer)
	return true
}

// detach gives a click a text of its own. As read, its strings share 64 KiB with the rows
// around it and with columns that are not used, and the neighbours of a click keep it in
// memory for long: a million rows on two workers take 213 MB instead of 287 MB.
func detach(k *clickclass.Click) {
	fields := [...]*string{&k.Url, (*string)(&k.ActionType), &k.AccountUpn, &k.Workload, &k.NetworkMessageId,
		&k.ThreatTypes, &k.ReportId, &k.AppName, &k.AppVersion, &k.SourceId}
	var b strings.Builder
	n := 0
	for _, f := range fields {
		n += len(*f)
	}
	b.Grow(n)
	for _, f := range fields {
		b.WriteString(*f)
	}
	text := b.String()
	for _, f := range fields {
		n := len(*f)
		*f, text = text[:n], text[n:]
	}
}

// brokenError is an export that cannot be read from a row on.
type brokenError struct {
	file string
	row  int64
	err  error
}

func (e *brokenError) Error() string {
	return fmt.Sprintf("%s: stopped at row %d: %s", e.file, e.row, e.reason())
}

func (e *brokenError) Unwrap() error { return e.err }

// reason returns the message without the file's name.
func (e *brokenError) reason() string {
	text := strings.TrimPrefix(e.err.Error(), "tables: read: ")
	return strings.TrimPrefix(text, e.file+": ")
}

// rowError is a row that could not be read, as the output shows it.
type rowError struct {
	file    string
	row     int64
	column  string
	message string
}

// withoutPackage returns the text of an error without the name of the package it is from.
func withoutPackage(err error) string { return strings.TrimPrefix(err.Error(), "tables: ") }

// newRowError returns the form of an error of the input for the output, nil if err is
// another error. It tells at once of an export that broke off.
func (t *triage) newRowError(err error) *rowError {
	var damaged *tables.RowError
	var broken *brokenError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &damaged):
		return &rowError{damaged.File, damaged.Row, damaged.Column, withoutPackage(damaged.Err)}
	case errors.As(err, &broken):
		t.badSources++
		t.remark(broken.Error())
		return &rowError{broken.file, broken.row, "", broken.reason()}
	}
	return nil
}
