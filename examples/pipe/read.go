package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/whoclicked/whoclicked/clickclass"
	"github.com/whoclicked/whoclicked/clickclass/evidence"
	"github.com/whoclicked/whoclicked/clickclass/tables"
)

// item is what a line holds: a click, or a row that could not be read.
type item struct {
	click clickclass.Click
	err   error
}

// content is what a line holds. There is at least one item.
type content struct {
	number int64 // of the line, from 1
	items  []item
	store  *evidence.Store // evidence beside the clicks; nil: none
}

// read reads a line.
func read(number int64, text []byte, cut bool) content {
	c := content{number: number}
	name := fmt.Sprintf("line %d", number)
	if cut {
		return c.with(item{err: fmt.Errorf("pipe: read: %s: longer than %d MiB", name, longestLine>>20)})
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return c.with(item{err: fmt.Errorf("pipe: read: %s: empty", name)})
	}
	r, err := tables.NewReader(name, bytes.NewReader(text), tables.Options{Workers: 1})
	if err != nil {
		return c.with(item{err: err})
	}
	for row, err := range r.Rows() {
		switch {
		case err != nil && len(c.items) > 0 && !isRow(err):
			// That no row was of a known table adds nothing to what was said of each.
		case err != nil:
			c.items = append(c.items, item{err: err})
		case row.Click != nil:
			row.Click.File, row.Click.Row = "", number
			c.items = append(c.items, item{click: *row.Click})
		case row.Evidence != nil:
			if c.store == nil {
				c.store = &evidence.Store{}
			}
			c.store.Add(row.Evidence)
		}
	}
	if len(c.items) > 0 {
		return c
	}
	switch report := r.Report(); {
	case report.Form == "CSV":
		err = fmt.Errorf("pipe: read: %s: not JSON", name)
	case report.Table != "":
		err = fmt.Errorf("pipe: read: %s: no click: a row of %s", name, report.Table)
	default:
		err = fmt.Errorf("pipe: read: %s: no click in it", name)
	}
	return c.with(item{err: err})
}

func isRow(err error) bool {
	_, ok := errors.AsType[*tables.RowError](err)
	return ok
}

func (c content) with(i item) content {
	c.items = append(c.items, i)
	return c
}

// appendError appends the answer for a row that could not be read.
func appendError(b []byte, line int64, err error) []byte {
	type place struct {
		Column  string `json:"column"`
		Message string `json:"message"`
	}
	what := place{Message: err.Error()}
	if row, ok := errors.AsType[*tables.RowError](err); ok {
		what.Column = row.Column
	}
	text, err := json.Marshal(struct {
		Row   int64 `json:"row"`
		Error place `json:"error"`
	}{line, what})
	if err != nil {
		panic(err) // strings and a number can be encoded
	}
	return append(b, text...)
}
