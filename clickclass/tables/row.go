// Package tables reads exports of Microsoft's hunting tables, in every shape
// that users hold, into typed rows.
package tables

import (
	"io"
	"iter"

	"github.com/whoclicked/whoclicked/clickclass"
)

// Row is one row of any table: exactly one of the pointers is set, to a value
// that is only valid until the next row is read.
type Row struct {
	File string
	Row  int // counts from 1 and leaves out a header

	Click         *clickclass.Click
	Email         *clickclass.Email
	EmailURL      *clickclass.EmailURL
	PostDelivery  *clickclass.PostDelivery
	SignIn        *clickclass.SignIn
	BrowserLaunch *clickclass.BrowserLaunch
	Connection    *clickclass.Connection
	Policy        *clickclass.Policy
}

// Reader reads one export.
type Reader struct{}

// NewReader recognises the table and shape of r from its first bytes.
func NewReader(name string, r io.Reader) (*Reader, error) { return nil, io.EOF }

// Rows yields the rows; an error is a *RowError for a damaged row, after which
// reading goes on, or any other error, which is the last.
func (r *Reader) Rows() iter.Seq2[Row, error] { return nil }
