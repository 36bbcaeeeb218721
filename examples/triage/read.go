package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/tables"
	"github.com/whoclicked/whoclicked/examples/internal/inputs"
)

// remarkReport tells what the user should know of an export that was read.
func (t *triage) remarkReport(e *export, report tables.Report, content io.Closer) {
	for _, text := range remarksOf(e, report, content) {
		t.remark(text)
	}
}

// remarksOf returns what the user should know of an export that was read.
func remarksOf(e *export, report tables.Report, content io.Closer) []string {
	var remarks []string
	if missing := ruleColumns(report.Missing); len(missing) > 0 {
		remarks = append(remarks, e.source.Name+": no "+listed(missing, 5, "column"))
	}
	for _, w := range slices.Concat(report.Warnings, inputs.Warnings(content)) {
		if !isSettledByName(e.source.Name, report.Table, w) {
			remarks = append(remarks, e.source.Name+": "+w)
		}
	}
	return remarks
}

// noRule are columns that tables have and no rule needs.
var noRule = []string{"UrlChain", "DetectionMethods", "DeliveryLocation", "SenderFromAddress"}

// ruleColumns returns those of the columns that rules need, the table in front if there are
// several.
func ruleColumns(columns []string) []string {
	return slices.DeleteFunc(slices.Clone(columns), func(column string) bool {
		_, name, of := strings.Cut(column, ".")
		if !of {
			name = column
		}
		return slices.Contains(noRule, name)
	})
}

// isSettledByName reports whether a warning says that rows might be of another table, too,
// where the file has the name of the table that was taken.
func isSettledByName(file, table, warning string) bool {
	return strings.HasPrefix(warning, "rows were read as "+table+", but ") && strings.HasPrefix(path.Base(filepath.ToSlash(file)), table)
}

// clicks yields the clicks of all exports and the errors of rows at their places. It
// ends when the user interrupts; what was held until then still comes.
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
	for i := range e.held.rows {
		row := e.held.rows[i]
		e.held.rows[i] = heldRow{} // not needed any more
		k := new(clickclass.Click)
		if row.click != nil {
			k = row.click
		}
		if !yield(*k, row.err) {
			return false
		}
	}
	e.held.rows = nil
	r, closer := e.reader, e.closer
	switch {
	case e.source.Once && r == nil: // all rows were held
		return true
	case !e.source.Once:
		var err error
		if r, closer, err = t.exports.open(e, false, &t.exports.read); err != nil {
			return yield(clickclass.Click{}, &brokenError{e.source.Name, 1, err})
		}
	}
	defer closer.Close()
	late := 0
	for row, err := range r.Rows() {
		switch {
		case t.ctx.Err() != nil:
			return false
		case err != nil:
			if !yield(clickclass.Click{}, t.rowProblem(e, r, err)) {
				return false
			}
		case row.Click != nil:
			detach(row.Click)
			if !yield(*row.Click, nil) {
				return false
			}
		case e.source.Once:
			late++
		}
	}
	if late > 0 {
		t.remark(fmt.Sprintf("%s: %s of other tables, behind the first %s clicks, could not count: save the input to a file and name that", e.source.Name, plural(late, "row"), thousands(maxHeldRows)))
	}
	t.remarkReport(e, r.Report(), closer)
	return true
}

// rowProblem returns the error of a row as it is, and that of the input with its place.
func (t *triage) rowProblem(e *export, r *tables.Reader, err error) error {
	var damaged *tables.RowError
	if errors.As(err, &damaged) {
		return err
	}
	return &brokenError{e.source.Name, r.Report().Rows + 1, err}
}

// detach gives a click a text of its own. As read, its strings share 64 KiB with the rows
// around it and with columns that are not used, and the neighbours of a click keep it in
// memory for long: a million rows on two workers take 213 MB instead of 287 MB. It returns
// the length of the text.
func detach(k *clickclass.Click) (bytes int) {
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
	return n
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
