package main

import (
	"errors"
	"slices"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
	"github.com/whoclicked/whoclicked/examples/internal/inputs"
)

// The clicks are judged when all evidence is known, and both may stand anywhere: so every
// source is read for its evidence first, and those with clicks once more for the clicks. A
// source that can be opened only once is read once, and its clicks are held until then.

// found is what the first pass finds beside the clicks.
type found struct {
	evidence evidence.Store
	rows     int            // in it
	audited  evidence.Store // clicks as the audit log has them
	clicks   int            // in it
	policies []clickclass.Policy
	mails    *mails // nil: no report is wanted
}

// held are the rows of a source that can be opened only once.
type held struct {
	rows []heldRow
	text int // bytes
}

// heldRow is a click, or why a row could not be read.
type heldRow struct {
	click *clickclass.Click
	err   error
}

// What is held of a source, at most: about 16 MB with clicks of usual length.
const (
	maxHeldRows = 20_000
	maxHeldText = 16 << 20
)

// clickBytes is about what a click takes beside its text.
const clickBytes = 500

// held returns about how many bytes are held of pipes.
func (x *exports) held() int {
	n := 0
	for _, e := range x.clicks {
		n += e.held.text + clickBytes*len(e.held.rows)
	}
	return n
}

func (h *held) isFull() bool { return len(h.rows) >= maxHeldRows || h.text >= maxHeldText }

func (h *held) addClick(k *clickclass.Click) {
	h.text += detach(k)
	h.rows = append(h.rows, heldRow{click: k})
}

func (h *held) addError(err error) { h.rows = append(h.rows, heldRow{err: err}) }

// maxToldRows is how many damaged rows of evidence, or failed look-ups, are told one by one.
const maxToldRows = 20

// survey reads every source for its evidence. It tells what cannot be read and goes on.
func (t *triage) survey(sources []inputs.Source) *found {
	f := new(found)
	if t.wantsReport() && !t.Redact {
		f.mails = new(mails)
	}
	for _, s := range sources {
		t.exports.addSize(s)
	}
	defer t.showProgress()()
	for _, s := range sources {
		if t.ctx.Err() != nil {
			break
		}
		e := &export{source: s}
		if err := t.surveyOne(e, f); err != nil {
			t.exports.leaveOut(s, err)
		}
	}
	return f
}

// surveyOne reads one source for its evidence. The error is of a source that has to be left
// out.
func (t *triage) surveyOne(e *export, f *found) error {
	r, closer, err := t.exports.open(e, !e.source.Once, &t.exports.read)
	if err != nil {
		return err
	}
	var problems rowProblems
	for row, err := range r.Rows() {
		if t.ctx.Err() != nil {
			break
		}
		switch {
		case err != nil && e.source.Once:
			e.held.addError(t.rowProblem(e, r, err))
		case err != nil && isOfInput(err):
			if e.table, e.tables = r.Report().Table, r.Report().Tables; !e.hasClicks() {
				closer.Close()
				return newFileError(e.source.Name, err)
			}
		case err != nil:
			problems.add(err)
		}
		f.add(&row)
		if row.Click != nil {
			e.held.addClick(row.Click)
		}
		if e.source.Once && e.held.isFull() {
			e.reader, e.closer = r, closer
			break
		}
	}
	report := r.Report()
	if e.reader == nil {
		closer.Close()
	}
	if e.table, e.tables = report.Table, report.Tables; e.hasClicks() {
		t.exports.clicks = append(t.exports.clicks, e)
		if e.source.Once && e.reader == nil {
			t.remarkReport(e, report, closer)
		}
		return nil // the rest is told with the clicks
	}
	t.exports.read.Add(max(e.source.Size, 0)) // it is not read again
	if e.table == "" {
		return &fileError{e.source.Name, errEmpty.Error(), errEmpty}
	}
	t.exports.evidence = append(t.exports.evidence, e)
	for i := range e.held.rows {
		problems.add(e.held.rows[i].err)
	}
	t.badRows += problems.n
	for _, err := range problems.first {
		t.remark(err.Error())
	}
	e.remarks = remarksOf(e, report, closer)
	return nil
}

// add adds what is no click of a row.
func (f *found) add(row *tables.Row) {
	switch audited, ok := row.Evidence.(evidence.Audited); {
	case ok:
		f.audited.Add(audited)
		f.clicks++
	case row.Evidence != nil:
		f.evidence.Add(row.Evidence)
		if e, ok := row.Evidence.(evidence.Email); ok && f.mails != nil {
			f.mails.add(&e)
		}
		f.rows++
	case row.Policy != nil:
		f.policies = append(f.policies, *row.Policy)
	}
}

// sources returns the evidence about the clicks of the exports. The audit log is evidence
// about the clicks of UrlClickEvents, not about its own.
func (f *found) sources(x *exports) []clickclass.Source {
	var list []clickclass.Source
	if f.rows > 0 || len(x.evidence) > 0 {
		list = append(list, &f.evidence)
	}
	hasTwins := slices.ContainsFunc(x.clicks, func(e *export) bool { return e.tables["UrlClickEvents"] > 0 })
	if f.clicks > 0 && hasTwins {
		list = append(list, &f.audited)
	}
	return list
}

// rowProblems are damaged rows of evidence.
type rowProblems struct {
	n     int
	first []error // of them, those that are told
}

func (p *rowProblems) add(err error) {
	if p.n++; p.n <= maxToldRows {
		p.first = append(p.first, err)
	}
}

// isOfInput reports whether an error is not that of a row: the input ends with it.
func isOfInput(err error) bool {
	var damaged *tables.RowError
	return !errors.As(err, &damaged)
}
